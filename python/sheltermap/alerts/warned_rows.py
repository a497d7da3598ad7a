# SPDX-License-Identifier: Apache-2.0
"""Counts the rows of layers in the areas of a warning: people, facilities, and what is usable near them outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import sheltermap as sm
from sheltermap._native import _core
from sheltermap.alerts.alert_ground import Ground
from sheltermap.alerts.watched import Watched
from sheltermap.analyses.exposure import STATES, in_any_zone
from sheltermap.analyses.ledger import measures_of, sums_by_state
from sheltermap.analyses.overlap import overlaps
from sheltermap.base.exact_sums import total
from sheltermap.base.limits import Limit
from sheltermap.drawing.plots import lonlat_shapes
from sheltermap.layers import frames
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.layers.meeting import placed, require_together

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Codes = NDArray[np.int64]  # of STATES

PEOPLE_COLUMNS = ["input", "part", "measure", "total", *STATES, "rows_without_weight"]
FACILITY_COLUMNS = ["input", "total", *STATES, "usable_inside", "usable_outside"]
LISTED_COLUMNS = ["input", "id", "name", "usable", "reason"]
NEAR_COLUMNS = ["input", "id", "name", "people_input", "people", "rows", "nearest_m", "farthest_m"]
INSIDE, OUTSIDE, UNKNOWN = range(3)
PEOPLE, FACILITY = "people", "facility"
WGS84 = "OGC:CRS84"


@dataclass(frozen=True)
class Found:
    """The tables of `Warned`."""

    people: pd.DataFrame
    facilities: pd.DataFrame
    listed: pd.DataFrame
    near: pd.DataFrame
    rows: GeoDataFrame


def found_in(watched: Sequence[Watched], ground: Ground, parts: int, near: Limit | None, alert: str) -> Found:
    """Return who and what lies in the areas of some events."""
    people: list[pd.DataFrame] = []
    facilities: list[dict[str, Any]] = []
    listed: list[pd.DataFrame] = []
    rows: list[GeoDataFrame] = []
    states = []
    for each in watched:
        inside, known = _lies_in(each, ground.zones, parts, alert)
        anywhere: Flags = np.logical_or.reduce(inside, axis=0)
        state = _state(anywhere, known, ground.known_in_full())
        states.append(state)
        rows.append(_drawn(each, state))
        if each.is_people:
            people.append(_people(each, state, None))
            for number in range(1, parts + 1) if parts > 1 else ():
                own = _state(inside[number - 1], known, ground.known_in_full(number))
                people.append(_people(each, own, number))
        else:
            facilities.append(_facilities(each, state))
            listed.append(_listed(each, state == INSIDE))
    return Found(
        _joined(people, PEOPLE_COLUMNS),
        pd.DataFrame(facilities, columns=FACILITY_COLUMNS),
        _joined(listed, LISTED_COLUMNS),
        _near(watched, states, near),
        _all_rows(rows),
    )


def _lies_in(watched: Watched, zones: GeoDataFrame, parts: int, alert: str) -> tuple[NDArray[np.bool_], Flags]:
    """Return per event and row whether it lies in its area, shape (parts, rows), and per row whether that is known."""
    frame, name = watched.frame, watched.name
    inside = np.zeros((parts, len(frame)), bool)
    if not len(zones):
        return inside, has_place(frame.geometry.to_numpy())
    zones.attrs["sheltermap_source"] = alert
    if not frames.are_points(frame, name):
        found = overlaps(_plain(frame), zones, "part")
        inside[found.names.to_numpy()[found.zone] - 1, found.row_of_pair] = True
        return inside, ~np.isnan(found.whole)
    places = frames.lonlat(frame, name)
    require_together(placed(frame, name, places), placed(zones, "the area of the alert"))
    known = np.ones(len(frame), bool)
    for part, own in zones.groupby("part"):
        inside[int(part) - 1], known = in_any_zone(
            places, _core.ZoneIndex(frames.polygons(own, "the area of the alert"))
        )
    return inside, known


def _plain(frame: GeoDataFrame) -> GeoDataFrame:
    """Return nothing but the geometries, with whatever names their file in messages."""
    return frame[[frame.geometry.name]]


def _state(inside: Flags, known: Flags, in_full: bool) -> Codes:
    """Return per row its number in STATES: outside an area that is not known in full nobody knows."""
    return np.select([known & inside, known & in_full], [INSIDE, OUTSIDE], UNKNOWN)


def _people(watched: Watched, state: Codes, part: int | None) -> pd.DataFrame:
    measures = measures_of(watched.frame, watched.weight, list(watched.groups), f"inputs.{watched.name}")
    sums = sums_by_state(measures, None, STATES, state).drop(columns="area")
    return sums.assign(input=watched.name, part=pd.array([part] * len(sums), dtype="Int64"))


def _facilities(watched: Watched, state: Codes) -> dict[str, Any]:
    counts = {name: int((state == number).sum()) for number, name in enumerate(STATES)}
    return {
        "input": watched.name,
        "total": len(state),
        **counts,
        "usable_inside": int((watched.usable & (state == INSIDE)).sum()),
        "usable_outside": int((watched.usable & (state == OUTSIDE)).sum()),
    }


def _listed(watched: Watched, rows: Flags) -> pd.DataFrame:
    """Return the facilities of some rows by their names."""
    ids, names = (np.array(each, object)[rows] for each in (watched.ids(), watched.names()))
    reasons = watched.unused[rows]
    columns = {"input": watched.name, "id": ids, "name": names, "usable": watched.usable[rows], "reason": reasons}
    return pd.DataFrame(columns).sort_values(["name", "id"], ignore_index=True)


def _near(watched: Sequence[Watched], states: Sequence[Codes], near: Limit | None) -> pd.DataFrame:
    """Return the usable facilities outside that are the nearest ones for people inside."""
    tables = []
    for people, state in zip(watched, states, strict=True):
        if not people.is_people or not (state == INSIDE).any():
            continue
        for facilities, outside in zip(watched, states, strict=True):
            if not facilities.is_people:
                usable = facilities.usable & (outside == OUTSIDE)
                tables.append(_nearest(people, state == INSIDE, facilities, usable, near))
    found = _joined([each for each in tables if each is not None], NEAR_COLUMNS)
    return found.sort_values(["input", "people", "nearest_m"], ascending=[True, False, True], ignore_index=True)


def _nearest(
    people: Watched, inside: Flags, facilities: Watched, usable: Flags, near: Limit | None
) -> pd.DataFrame | None:
    if not usable.any():
        return None
    demand = _plain(people.frame)[inside].reset_index(drop=True)
    if not frames.are_points(demand, people.name):
        demand = demand.set_geometry(demand.geometry.representative_point())
    supply = _plain(facilities.frame)[usable].reset_index(drop=True).assign(row=np.flatnonzero(usable))
    found = sm.nearest(demand, supply, facility_id="row", max_distance_m=None if near is None else near.value)
    weights = next(iter(measures_of(people.frame, people.weight, [], people.name).values()))[inside]
    names, ids = facilities.names(), facilities.ids()
    lines = []
    for row, own in found.groupby("facility", sort=True).groups.items():
        metres = found.loc[own, "distance_m"]
        counted = total(weights[own.to_numpy()])
        told = (
            facilities.name,
            ids[int(row)],
            names[int(row)],
            people.name,
            counted,
            len(own),
            metres.min(),
            metres.max(),
        )
        lines.append(dict(zip(NEAR_COLUMNS, told, strict=True)))
    return pd.DataFrame(lines, columns=NEAR_COLUMNS)


def _drawn(watched: Watched, state: Codes) -> GeoDataFrame:
    """Return the rows of a layer as maps take them."""
    import geopandas

    frame = watched.frame
    count = frame[watched.weight].to_numpy() if watched.weight is not None else np.full(len(frame), np.nan)
    columns = {
        "input": watched.name,
        "name": watched.names(),
        "role": PEOPLE if watched.is_people else FACILITY,
        "state": np.array(STATES, object)[state],
        "usable": watched.usable,
        "count": pd.to_numeric(pd.Series(count), errors="coerce").to_numpy(float),
    }
    return geopandas.GeoDataFrame(columns, geometry=lonlat_shapes(frame), crs=WGS84)


def _all_rows(rows: Sequence[GeoDataFrame]) -> GeoDataFrame:
    import geopandas

    if not rows:
        raise ValueError("there is nothing to look for: name inputs as people or facilities in [warnings]")
    return geopandas.GeoDataFrame(pd.concat(rows, ignore_index=True), crs=WGS84)


def _joined(tables: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    there = [each for each in tables if len(each)]
    return pd.concat(there, ignore_index=True)[list(columns)] if there else pd.DataFrame(columns=list(columns))
