# SPDX-License-Identifier: Apache-2.0
"""Who reaches what: demand rows against what stands, what may be built and what may be improved, in one table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap._native import _core
from sheltermap.base.exact_sums import total, totals
from sheltermap.planning.siting_problem import BY_COST, Objective, Problem, copies_of
from sheltermap.streets.reach_table import ReachTable
from sheltermap.streets.travelling import Found, Question, find

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.planning.site_options import Candidates, Upgrade
    from sheltermap.planning.siting_problem import Flags, Numbers, Rows

    Arcs = tuple[NDArray[np.int32], NDArray[np.int32], Numbers]  #: row, column and cost of each

MOST_PAIRS = 100_000_000  #: of demand and facilities where nothing limits how far people go
MANY_PAIRS = 20_000_000  #: with more than that, a p-median as the crow flies looks at the nearest candidates only
NEAREST, PART = 250, 0.25  #: so many of them, or that part of all


@dataclass(frozen=True)
class Columns:
    """What each column of the table is.

    Attributes
    ----------
    existing, candidate, upgrade : ndarray
        The row of the existing facilities, of the candidates, or the number of the upgrade; -1 where it is none. An
        upgrade also has the row of its structure in `existing`.
    """

    existing: Rows
    candidate: Rows
    upgrade: Rows

    @property
    def stands(self) -> Flags:
        """Return which columns are facilities as they stand."""
        stands: Flags = (self.existing >= 0) & (self.upgrade < 0)
        return stands


@dataclass(frozen=True)
class SiteTable:
    """Rows of the demand and columns of what serves them or could.

    Attributes
    ----------
    problem : Problem
        Row by row: its groups are the rows of the demand.
    columns : Columns
    reasons : ndarray
        Why a row reaches nothing at all, as codes of `REASONS`.
    found : Found
        The reach of the candidates, for its places and notes.
    """

    problem: Problem
    columns: Columns
    reasons: NDArray[np.uint8]
    found: Found


def site_table(
    demand: GeoDataFrame,
    candidates: Candidates,
    existing: GeoDataFrame | None,
    upgrades: Sequence[Upgrade],
    asked: Question,
    *,
    objective: Objective,
    people: Numbers,
    keys: tuple[Any, Any],
    ids: tuple[str | None, str | None],
    places: tuple[Numbers, Numbers],
) -> SiteTable:
    """Return the table of a question.

    `keys` put candidates and existing facilities into an order of their own, `ids` are the columns that name them,
    `places` how many people they have room for.

    Raises
    ------
    ValueError
        If nothing limits how far people go, and there would be more pairs than a machine holds.
    """
    count = len(candidates.frame) + (0 if existing is None else len(existing))
    few = _looked_at(objective, asked, len(demand), len(candidates.frame), bool(upgrades))
    if (
        asked.limit is None
        and len(demand) * (count if few is None else count - len(candidates.frame) + few) > MOST_PAIRS
    ):
        raise ValueError(
            f"{len(demand)} rows of demand and {count} facilities are too many pairs: say with within= how far people "
            "go at most"
        )
    found = (
        _everything(demand, candidates.frame, asked, ids[0])
        if few is None
        else find(demand, candidates.frame, asked, few)
    )
    nearer = max((each.gain for each in upgrades), default=0.0)
    columns = _columns(candidates, existing, upgrades, keys)
    # Of what stands and stays as it is, nobody looks beyond the nearest.
    stays = not upgrades and objective != "capacitated" and not isinstance(asked.by, ReachTable)
    there, row_of_column = None, columns.existing
    if existing is not None and stays:
        there = find(demand, existing.iloc[columns.existing[columns.stands]], asked, copies_of(objective))
        row_of_column = np.where(columns.stands, np.arange(len(row_of_column)), -1)
    elif existing is not None:
        there = _everything(demand, existing, _farther(asked, nearer), ids[1])
    parts = [_arcs(found.reach, columns.candidate, columns.candidate >= 0, None)]
    parts[0] = _of_usable(parts[0], columns, candidates.usable)
    if there is not None:
        adapted = {each.structure for each in upgrades if each.adapts}
        usable = columns.stands & ~np.isin(columns.existing, sorted(adapted))
        parts.append(_arcs(there.reach, row_of_column, usable, asked.limit_value))
        for number, each in enumerate(upgrades):
            mine = columns.upgrade == number
            row, column, cost = _arcs(there.reach, columns.existing, mine, None)
            cost = np.maximum(cost - each.gain, 0.0)
            near = np.ones(len(cost), bool) if asked.limit_value is None else cost <= asked.limit_value
            parts.append((row[near], column[near], cost[near]))
    arcs = parts[0] if len(parts) == 1 else _together(parts)
    del parts
    problem = _problem(objective, len(demand), arcs, people, columns, candidates, upgrades, asked, places)
    return SiteTable(
        problem if few is None else replace(problem, beyond=_farthest(found.reach)),
        columns,
        _reasons(found.reach, None if there is None else there.reach),
        found,
    )


def for_solving(table: SiteTable, known: Flags) -> tuple[Problem, float]:
    """Return the problem with rows that no decision can tell apart as one, and the people it need not look at.

    These are covered whatever is chosen. Left out are rows with nobody, rows whose question what stands has answered,
    and rows that nothing reaches. The groups are in an order of their own, so that that of the rows leaves no trace.
    `known` says of which rows the people are known: of the others somebody may be there, which counts where everybody
    is to be covered.
    """
    problem = table.problem
    everybody = problem.objective in ("set_cover", "p_center")
    counts = (problem.people > 0) | (~known & everybody)
    arcs = counts[problem.group_of_arc]
    already = 0.0
    if problem.objective in ("coverage", "set_cover", "backup"):
        settled = problem.count_reached(problem.locked) >= problem.copies
        arcs &= ~settled[problem.group_of_arc]
        already = total(problem.people[settled])
    elif problem.objective != "capacitated":
        arcs &= problem.cost <= problem.cheapest(problem.locked)[problem.group_of_arc]
    row, column, cost = problem.group_of_arc[arcs], problem.column[arcs], problem.cost[arcs]
    by_cost = problem.objective in BY_COST
    reach = _core.reach_from_pairs(
        problem.groups, problem.columns, row.astype(np.int32), column, cost, unit=problem.unit
    )
    alike = _core.merged_rows(reach, with_costs=by_cost)
    number = _in_own_order(reach, alike.first, by_cost)
    group = np.append(number, -1)[alike.group]  # -1, where nothing is reached, takes the last
    count = len(alike)
    first = np.empty(count, np.int64)
    first[number] = alike.first
    length = np.diff(reach.offsets)[first]
    offsets = np.concatenate([[0], np.cumsum(length)])
    arc = np.repeat(reach.offsets[first] - offsets[:-1], length) + np.arange(offsets[-1])
    kept = group >= 0
    people = totals(problem.people[kept], group[kept], count)
    beyond = None
    if problem.beyond is not None:
        beyond = np.full(count, np.inf)
        np.minimum.at(beyond, group[kept], problem.beyond[kept])
    solving = replace(
        problem, offsets=offsets, column=reach.facility[arc], cost=reach.cost[arc], people=people, beyond=beyond
    )
    return solving, already if problem.larger_is_better else 0.0


def with_all_ways(
    table: SiteTable, demand: GeoDataFrame, candidates: Candidates, asked: Question, chosen: Rows
) -> SiteTable:
    """Return a table of the nearest candidates only as one of all ways to a choice, and to what stands."""
    problem = table.problem
    found = find(demand, candidates.frame.iloc[table.columns.candidate[chosen]], asked, max(len(chosen), 1))
    stands = problem.locked[problem.column]
    row = np.concatenate(
        [np.repeat(np.arange(problem.groups), np.diff(found.reach.offsets)), problem.group_of_arc[stands]]
    )
    column = np.concatenate([chosen[found.reach.facility], problem.column[stands]]).astype(np.int32)
    cost = np.concatenate([found.reach.cost, problem.cost[stands]])
    order = np.lexsort((column, cost, row))
    offsets = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=problem.groups))])
    return replace(
        table, problem=replace(problem, offsets=offsets, column=column[order], cost=cost[order], beyond=None)
    )


def _looked_at(objective: Objective, asked: Question, rows: int, candidates: int, upgraded: bool) -> int | None:
    """Return how many candidates of each row are looked at: None for all.

    As the crow flies every place has a way to every other, so that a cost beyond the nearest ones is known to be there.
    """
    few = max(NEAREST, int(np.ceil(PART * candidates)))
    plain = objective == "p_median" and asked.by is None and asked.limit is None and not upgraded
    return few if plain and rows * candidates > MANY_PAIRS and few < candidates else None


def _farthest(reach: _core.Reach) -> Numbers:
    """Return the last cost of each row, infinity for rows without any."""
    count = np.diff(reach.offsets)
    cost = np.full(len(count), np.inf)
    cost[count > 0] = reach.cost[reach.offsets[1:][count > 0] - 1]
    return cost


def _everything(demand: GeoDataFrame, facilities: GeoDataFrame, asked: Question, facility_id: str | None) -> Found:
    """Return all pairs up to the limit, or all there are."""
    return find(demand, facilities, asked, max(len(facilities), 1) if asked.limit is None else None, facility_id)


def _farther(asked: Question, nearer: float) -> Question:
    if asked.limit is None or not nearer:
        return asked
    limit = replace(asked.limit, value=asked.limit.value + nearer)
    return replace(asked, limit=asked.by.checked(limit) if isinstance(asked.by, ReachTable) else limit)


def _columns(
    candidates: Candidates, existing: GeoDataFrame | None, upgrades: Sequence[Upgrade], keys: tuple[Any, Any]
) -> Columns:
    """Put what stands first, then candidates, then upgrades; each in the order of the keys, not of the rows."""
    of_candidates = np.array(sorted(range(len(candidates.frame)), key=keys[0].__getitem__), np.int64)
    of_existing = np.array([] if existing is None else sorted(range(len(existing)), key=keys[1].__getitem__), np.int64)
    rank = np.empty(len(of_existing), np.int64)
    rank[of_existing] = np.arange(len(of_existing))

    def key(number: int) -> tuple[Any, ...]:
        each = upgrades[number]
        return (int(rank[each.structure]), each.price, each.places, each.gain, each.adapts, len(each.rows), number)

    of_upgrades = np.array(sorted(range(len(upgrades)), key=key), np.int64)
    structures = np.array([upgrades[number].structure for number in of_upgrades], np.int64)

    def nothing(count: int) -> Rows:
        return np.full(count, -1, np.int64)

    e, c, u = len(of_existing), len(of_candidates), len(of_upgrades)
    return Columns(
        np.concatenate([of_existing, nothing(c), structures]),
        np.concatenate([nothing(e), of_candidates, nothing(u)]),
        np.concatenate([nothing(e + c), of_upgrades]),
    )


def _arcs(reach: _core.Reach, facility_of_column: Rows, mine: Flags, limit: float | None) -> Arcs:
    """Return row, column and cost of the pairs whose facility is a column of `mine`, one at most for each."""
    column_of = np.full(max(int(facility_of_column.max(initial=-1)), int(reach.facility.max(initial=-1))) + 1, -1)
    at = np.flatnonzero(mine)
    column_of[facility_of_column[at]] = at
    row = np.repeat(np.arange(len(reach), dtype=np.int32), np.diff(reach.offsets))
    column = column_of.astype(np.int32)[reach.facility]
    kept = column >= 0
    if limit is not None:
        kept &= reach.cost <= limit
    return (row, column, reach.cost) if kept.all() else (row[kept], column[kept], reach.cost[kept])


def _together(parts: Sequence[Arcs]) -> Arcs:
    row, column = (np.concatenate([each[at] for each in parts]) for at in (0, 1))
    return row, column, np.concatenate([cost for _, _, cost in parts])


def _of_usable(arcs: Arcs, columns: Columns, usable: Flags) -> Arcs:
    row, column, cost = arcs
    kept = usable[columns.candidate[column]]
    return arcs if kept.all() else (row[kept], column[kept], cost[kept])


def _problem(
    objective: Objective,
    rows: int,
    arcs: Arcs,
    people: Numbers,
    columns: Columns,
    candidates: Candidates,
    upgrades: Sequence[Upgrade],
    asked: Question,
    room: tuple[Numbers, Numbers],
) -> Problem:
    mine, of_upgrade = columns.candidate >= 0, columns.upgrade >= 0
    count = len(columns.candidate)
    price, size, places = np.zeros(count), np.ones(count, np.int64), np.zeros(count, np.int64)
    price[mine] = candidates.price[columns.candidate[mine]]
    price[of_upgrade] = [upgrades[number].price for number in columns.upgrade[of_upgrade]]
    size[of_upgrade] = [len(upgrades[number].rows) for number in columns.upgrade[of_upgrade]]
    places[of_upgrade] = [upgrades[number].places for number in columns.upgrade[of_upgrade]]
    stands = columns.existing >= 0
    places[mine] = room[0][columns.candidate[mine]]
    places[columns.stands] = room[1][columns.existing[columns.stands]]
    adapts = np.array([number >= 0 and upgrades[number].adapts for number in columns.upgrade.tolist()], bool)
    places[adapts & stands] += room[1][columns.existing[adapts & stands]].astype(np.int64)
    adapted = sorted({each.structure for each in upgrades if each.adapts})
    opened = of_upgrade.copy()
    opened[mine] = candidates.usable[columns.candidate[mine]]
    structures = int(columns.existing.max(initial=-1)) + 1
    reach = _core.reach_from_pairs(rows, count, *arcs, unit=asked.unit)  # which sorts them
    return Problem(
        objective=objective,
        offsets=reach.offsets,
        column=reach.facility,
        cost=reach.cost,
        people=np.nan_to_num(people),
        locked=columns.stands & ~np.isin(columns.existing, adapted),
        open=opened,
        price=np.where(opened, price, 0.0),
        size=np.where(columns.stands, 0, size),
        structure=_numbered(np.where(mine, structures + columns.candidate, columns.existing)),
        places=places,
        p=None,
        budget=None,
        whole=bool((np.nan_to_num(people) == np.floor(np.nan_to_num(people))).all()),
        unit=asked.unit,
    )


def _numbered(structure: Rows) -> Rows:
    """Number structures in the order of their first columns, which is that of the keys and not of the rows."""
    _, first, number = np.unique(structure, return_index=True, return_inverse=True)
    return first.argsort().argsort()[number]


def _reasons(candidates: _core.Reach, existing: _core.Reach | None) -> NDArray[np.uint8]:
    """Return why a row reaches nothing: by what stands where that says more than that there is nothing."""
    if existing is None:
        return candidates.reason
    return np.where(existing.reason == 0, candidates.reason, np.where(candidates.reason == 0, 0, existing.reason))


def _in_own_order(reach: _core.Reach, first: NDArray[np.int32], by_cost: bool) -> Rows:
    """Return the place of each group in an order that rests on what it reaches alone."""
    facility, cost = reach.facility.astype(">i4"), reach.cost.astype(">f8")  # bytes in the order of the numbers
    keys = []
    for row in first:
        mine = slice(reach.offsets[row], reach.offsets[row + 1])
        keys.append((facility[mine].tobytes() if by_cost else np.sort(facility[mine]).tobytes(), cost[mine].tobytes()))
    if not by_cost:
        keys = [(each, b"") for each, _ in keys]
    number = np.empty(len(first), np.int64)
    number[sorted(range(len(first)), key=keys.__getitem__)] = np.arange(len(first))
    return number


def ids_of(columns: Columns, existing: pd.Index[Any] | None, candidates: pd.Index[Any]) -> NDArray[Any]:
    """Return what each column is called: the structure's id, or the candidate's."""
    found = np.empty(len(columns.candidate), object)
    for at in range(len(found)):
        found[at] = candidates[columns.candidate[at]] if columns.candidate[at] >= 0 else None
        if found[at] is None and existing is not None:
            found[at] = existing[columns.existing[at]]
    return found
