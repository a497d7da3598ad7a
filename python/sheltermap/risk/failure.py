# SPDX-License-Identifier: Apache-2.0
"""Failures without a zone: facilities that go out of supply, and the people that they serve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base import texts
from sheltermap.base.in_short import Short, ToldInShort, counted
from sheltermap.base.limits import Limit, LimitLike
from sheltermap.base.reasons import REASONS as ALL_REASONS
from sheltermap.base.reasons import STATUSES, names_of, statuses_of
from sheltermap.layers import frames
from sheltermap.layers.cells import answers
from sheltermap.layers.refused_rows import refused_otherwise
from sheltermap.risk.hits import REASONS, Hits
from sheltermap.streets.travelling import By, Direction, find, question

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.streets.travelling import Question

    Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, repr=False)
class Failing(ToldInShort):
    """Facilities that fail, among all that serve people: pumping stations, boiler houses, substations, sewers.

    Whoever the nearest of all facilities serves, within the limit, is affected where that one fails; lost is who has no
    other one within the limit.

    Attributes
    ----------
    facilities : GeoDataFrame of points
        All that serve, the sound ones too; in any CRS.
    fails : str or sequence of bool
        Which of them fail: a yes-or-no column, or a value per row.
    limit : float, str or Limit, optional
        How far a facility serves: metres, "2 km", with `by` also a time. By default however far it is.
    by : Network or ReachTable, optional
        What is gone along; by default as the crow flies.
    direction : {"to", "from"}
        Whether people go to the facility, or what it gives comes from it; with `by` only.
    facility_id : str, optional
        Column that names the facilities in a table of costs.

    Raises
    ------
    ValueError
        If no facility fails, values are not one per row, or the limit and what is gone along contradict each other.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> pumps = gpd.GeoDataFrame({"off": ["yes", "no"]}, geometry=gpd.points_from_xy([24.1, 24.2], [57, 57]), crs=4326)
    >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.11, 24.14, 24.19], [57, 57, 57]), crs=4326)
    >>> failing = sm.Failing(pumps, "off", limit="4 km")
    >>> failing
    <Failing: 1 of 2 facilities fail>
    >>> hits = sm.Scenario("dry", "water", failing=failing).hits(homes)
    >>> hits.inside, hits.lost
    (array([1, 1, 0], dtype=int8), array([1, 0, 0], dtype=int8))
    """

    facilities: GeoDataFrame
    fails: str | Sequence[bool] | NDArray[np.bool_] | pd.Series[Any]
    limit: LimitLike | None = None
    by: By | None = None
    direction: Direction = "to"
    facility_id: str | None = None

    def _in_short(self) -> Short:
        failing = texts.number(int(self.out.sum()))
        return Short(f"{failing} of {counted(self.facilities, 'facility', 'facilities')} fail")

    def __post_init__(self) -> None:
        frames.require_table(self.facilities, "facilities")
        frames.require_geometry(self.facilities, "facilities")
        if not self.out.any():
            raise ValueError("no facility fails: say which do")
        _ = self._asked

    @cached_property
    def out(self) -> Flags:
        """Which facilities fail."""
        if isinstance(self.fails, str):
            return answers(self.facilities, self.fails, frames.describe(self.facilities, "facilities"))[0]
        given = np.asarray(self.fails)
        if given.shape != (len(self.facilities),) or given.dtype != bool:
            raise ValueError(
                f"fails is a yes-or-no column, or true or false for each of the {len(self.facilities)} facilities"
            )
        return given

    @cached_property
    def _asked(self) -> Question:
        limit = None if self.limit is None else Limit.of(self.limit)
        return question(self.by, limit, None, self.direction, None)

    def hits(self, features: GeoDataFrame, role: str) -> Hits:
        """Return whom it takes out of supply; see `Scenario.hits`.

        Polygons are served where a point on them is, and as a whole; lines are not served by anything.
        """
        if not (are_points := frames.are_points(features, role)) and frames.are_lines(features):
            return _of_lines(features, role)
        places, sizes = features, {}
        if not are_points:
            whole = _core.lonlat_area_m2(frames.polygons(features, role))
            places = features.set_geometry(features.representative_point())
        every = self._nearest(places, np.ones(len(self.facilities), dtype=bool))
        served = every.facility >= 0
        unknown = statuses_of(every.reason).codes == STATUSES.index("unknown")
        affected = np.zeros(len(features), dtype=bool)
        affected[served] = self.out[every.facility[served]]
        left = np.zeros(len(features), dtype=bool) if self.out.all() else self._nearest(places, ~self.out).facility >= 0
        if not are_points:
            sizes = {"amount": np.where(affected, whole, 0 * whole), "whole": whole, "amount_unknown": 0 * whole}
        return Hits(
            np.where(unknown, -1, affected).astype(np.int8),
            np.full(len(features), np.nan),
            _reasons(features, every.reason, unknown),
            **sizes,
            unit=None if are_points else "m2",
            lost=np.where(unknown, -1, affected & ~left).astype(np.int8),
            notes=self._notes(~unknown & ~served, role),
        )

    def _nearest(self, demand: GeoDataFrame, which: Flags) -> _core.Access:
        found = find(demand, self.facilities[which], self._asked, 1, self.facility_id)
        return _core.cheapest(found.reach)

    def _notes(self, unserved: Flags, role: str) -> list[str]:
        notes: list[str] = []
        if count := frames.without_place(self.facilities):
            notes.append(texts.Note.of("failing_without_place", count=texts.number(count)))
        if unserved.any():
            layer = f"impact_{role}"  # the word for a layer of an impact; others are called as they were given
            what = texts.both(layer) if layer in texts.TEXTS else role
            notes.append(texts.Note.of("failing_unserved", what=what, count=texts.number(int(unserved.sum()))))
        return notes


def _of_lines(features: GeoDataFrame, role: str) -> Hits:
    whole = _core.lonlat_length_m(frames.lines(features, role))
    unknown = np.isnan(whole)
    inside = np.where(unknown, -1, 0).astype(np.int8)
    why = np.where(unknown, np.uint8(ALL_REASONS.index("missing_geometry")), np.uint8(0))
    return Hits(
        inside,
        np.full(len(features), np.nan),
        _reasons(features, why, unknown),
        0 * whole,
        whole,
        0 * whole,
        "m",
        lost=inside,
        notes=[texts.Note.of("failing_of_lines")],
    )


def _reasons(features: GeoDataFrame, why: NDArray[np.uint8], unknown: Flags) -> pd.Categorical[Any]:
    names = names_of(why)
    names[~unknown] = None
    names[unknown & refused_otherwise(features)] = "row_refused"
    return pd.Categorical(names, categories=list(REASONS))
