# SPDX-License-Identifier: Apache-2.0
"""Who reaches which facility of a category, and what the way to the next one is when some close together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap._native import _core
from sheltermap.analyses.persons import Persons
from sheltermap.base.reasons import statuses_of
from sheltermap.streets.travelling import find

if TYPE_CHECKING:
    from collections.abc import Collection

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.streets.travelling import Question

    Numbers = NDArray[np.float64]
    Rows = NDArray[np.intp]

NEAREST = 3  # facilities that are looked at at once; where all of them close together, it is asked again
STATUSES = ("covered", "uncovered", "unknown")


@dataclass(frozen=True)
class Loss:
    """What some rows lose when facilities close: those whose nearest is among them.

    Attributes
    ----------
    row : ndarray
        Of the demand.
    other : ndarray
        The nearest facility that stays; -1 where none is reached.
    extra : ndarray
        How much farther that is; NaN where there is none.
    loses : ndarray of bool
        Who had one within the limit, and has none now.
    """

    row: Rows
    other: NDArray[np.int32]
    extra: Numbers
    loses: NDArray[np.bool_]


@dataclass(frozen=True)
class Reached:
    """The nearest facilities of one category for every row of the demand.

    Attributes
    ----------
    demand, facilities : GeoDataFrame
        `facilities` are all of the layer; those of other categories without a place.
    nearest : ndarray, shape (rows, NEAREST)
        Facilities, nearest first; -1 where there is none.
    cost : ndarray of the same shape
        Infinite where there is none.
    status : Categorical
        ``covered``, ``uncovered`` or ``unknown``, per row.
    reason : ndarray
        Code of why not.
    by_nearest : dict
        Facility to the rows whose nearest it is.
    """

    demand: GeoDataFrame
    facilities: GeoDataFrame
    asked: Question
    facility_id: str | None
    nearest: NDArray[np.int32]
    cost: Numbers
    status: Any
    reason: NDArray[np.uint8]
    by_nearest: dict[int, Rows]

    @classmethod
    def of(
        cls,
        demand: GeoDataFrame,
        facilities: GeoDataFrame,
        here: NDArray[np.bool_],
        asked: Question,
        facility_id: str | None,
    ) -> Reached:
        """Return what rows reach of the facilities that are `here`."""
        there = _only(facilities, here)
        nearest, cost, reach = _asked(demand, there, asked, NEAREST, facility_id)
        reason = Persons.of(demand, None).told(_core.reasons_at(_core.cheapest(reach), _limit(asked)))
        some = np.flatnonzero(nearest[:, 0] >= 0)
        order = some[np.argsort(nearest[some, 0], kind="stable")]
        who, begin = np.unique(nearest[order, 0], return_index=True)
        by_nearest = dict(zip(who.tolist(), np.split(order, begin[1:]), strict=True)) if len(who) else {}
        status = statuses_of(reason, STATUSES)
        return cls(demand, there, asked, facility_id, nearest, cost, status, reason, by_nearest)

    def without(self, closed: Collection[int]) -> Loss:
        """Return what is lost when some facilities close together."""
        mine = [self.by_nearest[each] for each in sorted(closed) if each in self.by_nearest]
        row = np.sort(np.concatenate(mine)) if mine else np.empty(0, np.intp)
        nearest, cost = self.nearest[row], self.cost[row]
        stays = (nearest >= 0) & ~np.isin(nearest, list(closed))
        first = np.argmax(stays, axis=1)
        other = np.where(stays.any(axis=1), nearest[np.arange(len(row)), first], np.int32(-1))
        then = np.where(other >= 0, cost[np.arange(len(row)), first], np.inf)
        unsure = np.flatnonzero((other < 0) & (nearest[:, -1] >= 0))
        if len(unsure):
            open_ = np.ones(len(self.facilities), bool)
            open_[list(closed)] = False
            found = _asked(
                self.demand.iloc[row[unsure]], _only(self.facilities, open_), self.asked, 1, self.facility_id
            )
            other[unsure], then[unsure] = found[0][:, 0], found[1][:, 0]
        limit = _limit(self.asked)
        extra = np.where(other >= 0, then, np.nan) - cost[:, 0]
        return Loss(row, other, extra, (cost[:, 0] <= limit) & ~((other >= 0) & (then <= limit)))


def _limit(asked: Question) -> float:
    """Return up to where a facility counts; without a limit any that is reached does."""
    return asked.compared[0] if asked.compared else np.inf


def _only(facilities: GeoDataFrame, here: NDArray[np.bool_]) -> GeoDataFrame:
    """Return facilities, those that are not `here` without a place, so that the rows keep their numbers."""
    return facilities.set_geometry(facilities.geometry.where(here))


def _asked(
    demand: GeoDataFrame, facilities: GeoDataFrame, asked: Question, k: int, facility_id: str | None
) -> tuple[NDArray[np.int32], Numbers, _core.Reach]:
    reach = find(demand, facilities, asked, k, facility_id).reach
    counts = np.diff(reach.offsets)
    row = np.repeat(np.arange(len(counts)), counts)
    rank = np.arange(len(row)) - np.repeat(reach.offsets[:-1], counts)
    nearest, cost = np.full((len(counts), k), np.int32(-1)), np.full((len(counts), k), np.inf)
    nearest[row, rank], cost[row, rank] = reach.facility, reach.cost
    return nearest, cost, reach
