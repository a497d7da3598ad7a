# SPDX-License-Identifier: Apache-2.0
"""The facilities that everybody may know of, in the fields that everybody may know, where they may be known to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sheltermap.layers.geometry_kinds import has_place
from sheltermap.registers.inspection import inspect
from sheltermap.registers.mapping import Mapping as ColumnMapping
from sheltermap.registers.mapping import fitted
from sheltermap.registers.schema import Schema, schema

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.public.cell_grid import CellGrid

KINDS = ("shelter", "service_point")  # registers of places where people go, that say what is public
EXACT, APPROXIMATE, HIDDEN = "exact", "approximate", "hidden"
PLACE = "public_place"
TELLS_THE_PLACE = ("address",)


@dataclass(frozen=True)
class ShownFacilities:
    """What may be shown of a layer of facilities.

    Attributes
    ----------
    name : str
        Of the plan's input.
    kind : str
        Of register.
    rows : GeoDataFrame
        In degrees; `public_place` says how well the place is told, and rows whose place is not told have none.
    left_out : dict of str to int
        Rows by the reason.
    fields_left_out : int
        Columns that are not among those that everybody may know.
    """

    name: str
    kind: str
    rows: gpd.GeoDataFrame
    left_out: dict[str, int] = field(default_factory=dict)
    fields_left_out: int = 0

    @property
    def are_all(self) -> bool:
        """Whether every facility is shown where it stands: then figures tell nothing of others."""
        secret = self.left_out.get("not_public", 0) + self.left_out.get("public_unknown", 0)
        return not secret and bool((self.rows[PLACE] == EXACT).all())


def register_of(columns: list[str], asked: str | None) -> str:
    """Return the kind of register that a layer is: as a plan says, else that of which it has the most fields."""
    if asked in KINDS:
        return str(asked)
    return max(KINDS, key=lambda kind: len(fitted(ColumnMapping(), schema(kind), columns)))  # of equals the first


def says_what_is_public(frame: gpd.GeoDataFrame, kind: str, mapping: Mapping[str, Any]) -> bool:
    """Return whether a layer has the field `public`."""
    how = ColumnMapping.model_validate({"columns": dict(mapping)})
    return "public" in fitted(how, schema(kind), _columns(frame))


def shown_facilities(
    name: str, frame: gpd.GeoDataFrame, kind: str, mapping: Mapping[str, Any], grid: CellGrid
) -> ShownFacilities:
    """Return what may be shown of a layer of facilities, which says so itself or is public as a whole.

    Parameters
    ----------
    name : str
    frame : GeoDataFrame
        As the assessment has it.
    kind : str
        Of register.
    mapping : mapping
        Which column is which field, where the plan says it.
    grid : CellGrid
        To whose middles places go of which only about where they are is public.

    Returns
    -------
    ShownFacilities
    """
    register = schema(kind)
    found = inspect(frame, kind, {"columns": dict(mapping)}, today=date.max)
    rows, columns = found.frame, found.columns
    public, in_use = _yes(rows, "public"), _yes(rows, "in_use")
    told = _told_places(rows)
    located = has_place(rows.geometry.to_numpy()) | (told == HIDDEN)
    reasons = {
        "not_public": np.zeros(len(rows), bool) if public is None else public == "no",
        "public_unknown": np.zeros(len(rows), bool) if public is None else public == "unknown",
        "not_in_use": np.zeros(len(rows), bool) if in_use is None else in_use == "no",
        "no_place": ~located,
    }
    out, counts = np.zeros(len(rows), bool), {}
    for reason, mine in reasons.items():  # each row once, by the first
        counts[reason] = int((mine & ~out).sum())
        out |= mine
    kept = np.flatnonzero(~out)
    shown = _fields(rows, register, kept, told[kept])
    shown = shown.set_geometry(_places(rows.geometry.iloc[kept], told[kept], grid))
    own = [each for each in frame.columns if each != frame.geometry.name]
    used = {columns[each] for each in shown.columns if each in columns} | (
        {columns["public"]} if public is not None else set()
    )
    return ShownFacilities(name, kind, shown, counts, len(own) - len(used & set(own)))


def _columns(frame: gpd.GeoDataFrame) -> list[str]:
    return [str(each) for each in frame.columns if each != frame.geometry.name]


def _yes(rows: gpd.GeoDataFrame, column: str) -> NDArray[Any] | None:
    """Return yes, no or unknown of each row; nothing where there is no such field."""
    if column not in rows.columns:
        return None
    return rows[column].map({True: "yes", False: "no"}).fillna("unknown").to_numpy(dtype=object)


def _told_places(rows: gpd.GeoDataFrame) -> NDArray[Any]:
    """Return how well the place of each row may be told: exactly where the register has no such field."""
    if PLACE not in rows.columns:
        return np.full(len(rows), EXACT, dtype=object)
    return rows[PLACE].fillna(APPROXIMATE).to_numpy(dtype=object)


def _fields(rows: gpd.GeoDataFrame, register: Schema, kept: NDArray[np.intp], told: NDArray[Any]) -> gpd.GeoDataFrame:
    """Return the fields that everybody may know; an address is a place."""
    shown = {}
    for each in register.fields.values():
        if each.shown and each.name in rows.columns:
            values = rows[each.name].iloc[kept].reset_index(drop=True)
            shown[each.name] = values.where(told == EXACT) if each.name in TELLS_THE_PLACE else values
    frame = pd.DataFrame(shown, index=range(len(kept)))
    frame[PLACE] = pd.Series(told, dtype="string", index=frame.index)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([None] * len(frame), crs=4326))


def _places(places: gpd.GeoSeries, told: NDArray[Any], grid: CellGrid) -> gpd.GeoSeries:
    """Return places in degrees: as they are, as the middle of a cell, or not at all."""
    exact = gpd.GeoSeries(shapely.force_2d(places.to_crs(4326).to_numpy()), crs=4326)
    about = np.flatnonzero(told == APPROXIMATE)
    if len(about):
        exact.iloc[about] = grid.snapped(exact.iloc[about]).to_numpy()
    exact.iloc[np.flatnonzero(told == HIDDEN)] = None
    return exact
