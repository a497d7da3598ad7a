# SPDX-License-Identifier: Apache-2.0
"""What a question of sites is about: who is to be served, by what stands, what may be done, and who reaches what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.analyses.ledger import measures_of
from sheltermap.base.exact_sums import total
from sheltermap.base.limits import Limit, LimitLike
from sheltermap.layers import frames
from sheltermap.layers.row_ids import row_ids
from sheltermap.planning.allocation_task import capacity_of
from sheltermap.planning.feasible import require_reachable
from sheltermap.planning.site_options import Candidates, Prices, Upgrade, candidates_of, upgrades_of
from sheltermap.planning.site_reach import SiteTable, for_solving, ids_of, site_table
from sheltermap.planning.siting_tables import UNKNOWN
from sheltermap.streets.travelling import By, Direction, Question, question

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.planning.siting_problem import Numbers, Objective, Problem, Rows

BUILD = "build"  #: what is done with a candidate


@dataclass(frozen=True)
class Setting:
    """A question of sites, read and put into numbers.

    Attributes
    ----------
    demand, existing, upgrades
        As they were given.
    existing_ids : Index or None
    offered : Candidates
    improved : list of Upgrade
    prices : Prices
    limit : Limit or None
    asked : Question
    measures : dict
        People per row by measure, those that count first.
    table : SiteTable
        Row by row.
    solving : Problem
        The same with rows alike merged.
    already : float
        People covered whatever is chosen, who are not in `solving`.
    notes : list of str
    """

    demand: GeoDataFrame
    existing: GeoDataFrame | None
    upgrades: pd.DataFrame | None
    existing_ids: pd.Index[Any] | None
    offered: Candidates
    improved: list[Upgrade]
    prices: Prices
    limit: Limit | None
    asked: Question
    measures: Mapping[str, Numbers]
    table: SiteTable
    solving: Problem
    already: float
    notes: list[str]

    @property
    def people(self) -> Numbers:
        """Return the people of each row."""
        return next(iter(self.measures.values()))

    @cached_property
    def unknown(self) -> NDArray[np.bool_]:
        """Return the rows of which nobody knows whether they are served."""
        return np.isin(self.table.reasons, UNKNOWN)

    @property
    def people_known(self) -> float:
        """Return the people of all other rows."""
        return total(np.nan_to_num(self.people)[~self.unknown])

    @cached_property
    def ids(self) -> NDArray[Any]:
        """Return what each column is called: the structure's id, or the candidate's."""
        return ids_of(self.table.columns, self.existing_ids, self.offered.ids)

    @cached_property
    def actions(self) -> list[str]:
        """Return what each way to improve a structure is called: its actions, joined where there are several."""
        if self.upgrades is None:
            return []
        return [" + ".join(str(self.upgrades["action"].iloc[row]) for row in each.rows) for each in self.improved]

    def action(self, column: int) -> str:
        """Return what is done with a column: built, or the action of the upgrade."""
        number = int(self.table.columns.upgrade[column])
        return BUILD if number < 0 else self.actions[number]

    def sites(self, chosen: Rows) -> tuple[Any, ...]:
        """Return what a choice consists of: ids of candidates, and (id, action) of what is improved."""
        upgrade = self.table.columns.upgrade
        found = [
            self.ids[column] if upgrade[column] < 0 else (self.ids[column], self.actions[upgrade[column]])
            for column in chosen.tolist()
        ]
        return tuple(sorted(found, key=str))


def setting_of(
    demand: GeoDataFrame,
    candidates: GeoDataFrame,
    *,
    objective: Objective,
    existing: GeoDataFrame | None,
    limit: LimitLike | None,
    prices: Prices,
    weight: str | None,
    groups: Iterable[str] = (),
    capacity: str | None = None,
    upgrades: pd.DataFrame | None,
    by: By | None,
    direction: Direction,
    candidate_id: str | None,
    facility_id: str | None,
) -> Setting:
    """Read a question of sites.

    Raises
    ------
    ValueError
        If something about it cannot be meant, or no candidate reaches anybody.
    """
    within = None if limit is None else Limit.of(limit)
    asked = question(by, within, None, direction, None)
    measures = measures_of(demand, weight, list(groups))
    people = next(iter(measures.values()))
    stands = None
    if existing is not None:
        stands = (existing, row_ids(existing, facility_id, "facilities", "facility_id"), _places(existing, "existing"))
    elif upgrades is not None:
        raise ValueError("upgrades are what may be done to existing facilities: give existing, too")
    places = _places(candidates, "candidates")
    offered = candidates_of(candidates, candidate_id, prices, places, stands)
    room = _room(offered, stands, capacity)
    improved: list[Upgrade] = []
    notes = offered.notes
    if upgrades is not None and stands is not None:
        improved, more = upgrades_of(upgrades, stands[1], prices, asked.seconds)
        notes = [*notes, *more]
    keys = (_keys(places, offered.ids, offered.price), None if stands is None else _keys(stands[2], stands[1], None))
    table = site_table(
        demand,
        offered,
        existing,
        improved,
        asked,
        objective=objective,
        people=people,
        keys=keys,
        ids=(candidate_id, facility_id),
        places=room,
    )
    solving, already = for_solving(table, ~np.isnan(people))
    require_reachable(demand, offered, table, asked)
    return Setting(
        demand=demand,
        existing=existing,
        upgrades=upgrades,
        existing_ids=None if stands is None else stands[1],
        offered=offered,
        improved=improved,
        prices=prices,
        limit=within,
        asked=asked,
        measures=measures,
        table=table,
        solving=solving,
        already=already,
        notes=notes,
    )


def _places(frame: GeoDataFrame, what: str) -> NDArray[np.float64]:
    return frames.facilities(frame, what).places


def _room(
    offered: Candidates, stands: tuple[GeoDataFrame, pd.Index[Any], NDArray[np.float64]] | None, capacity: str | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the places of candidates and of what stands; candidates of which they are not known are left out."""
    none = np.zeros(0 if stands is None else len(stands[0]))
    if capacity is None:
        return np.zeros(len(offered.frame)), none
    places, _ = capacity_of(offered.frame, capacity)
    why = "candidates whose number of places is unknown, not chosen"
    offered.leave_out(np.isnan(places), "capacity_unknown", why)
    if stands is not None and len(stands[0]):
        none, notes = capacity_of(stands[0], capacity)
        offered.notes.extend(notes)
    return np.nan_to_num(places), np.nan_to_num(none)


def _keys(places: NDArray[np.float64], ids: pd.Index[Any], price: NDArray[np.float64] | None) -> list[tuple[Any, ...]]:
    """Return what facilities are put in order by: where they are, not in which row."""
    known = np.nan_to_num(np.column_stack([places, np.zeros(len(places)) if price is None else price]), nan=np.inf)
    return [(*at, str(each)) for at, each in zip(known.tolist(), ids, strict=True)]
