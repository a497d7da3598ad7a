# SPDX-License-Identifier: Apache-2.0
"""The answer of a siting as frames: the proposal in its order, what was chosen, and the demand before and after."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.analyses.ledger import sums_by_state
from sheltermap.base.exact_sums import total, totals
from sheltermap.base.reasons import OF_REACH, REASONS, STATUS_OF, labels_of
from sheltermap.layers import frames
from sheltermap.planning.site_capacity import most_sent_to, share_in_places
from sheltermap.planning.siting_search import order_of_benefit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.analyses.areas import Areas
    from sheltermap.analyses.persons import Persons
    from sheltermap.planning.site_options import Candidates, Prices, Upgrade
    from sheltermap.planning.site_reach import Columns, SiteTable
    from sheltermap.planning.siting_problem import Flags, Numbers, Problem, Rows

UNKNOWN = [code for code, reason in enumerate(REASONS) if STATUS_OF[reason] == "unknown"]
ALONE = 200  #: so many options at most are each tried by themselves, where that is an allocation
STATES = ("covered_before", "gained", "uncovered", "unknown")  #: what becomes of a row
FIGURES = ("total", "covered_before", "covered_after", "gained", "uncovered", "unknown", "rows_without_weight")
RESULT_COLUMNS = ("chosen", "order", "people_alone", "people_gained")
ROW_COLUMNS = ("covered_before", "covered_after", "state", "facility", "reason")


@dataclass(frozen=True)
class Served:
    """Which part of each row's people is served before and after, and by what then: a column (-1: none), at a cost."""

    before: Numbers
    after: Numbers
    column: Rows
    cost: Numbers

    @classmethod
    def by(cls, problem: Problem, chosen: Rows) -> Served:
        """Return whom a choice serves, row by row."""
        serving = problem.taken(chosen)
        cost, column = problem.nearest(serving)
        if problem.objective == "capacitated":
            reached = np.isfinite(cost)
            before, after = (share_in_places(problem, each, reached) for each in (np.empty(0, np.int64), chosen))
            most, way = most_sent_to(problem, chosen)
            return cls(before, after, np.where(most >= 0, most, column), np.where(most >= 0, way, cost))
        before = (problem.count_reached(problem.locked) >= problem.copies).astype(np.float64)
        after = (problem.count_reached(serving) >= problem.copies).astype(np.float64)
        return cls(before, after, column, cost)

    def states(self, unknown: Flags) -> NDArray[np.int8]:
        """Return the number in `STATES` of what becomes of each row: served are those of whom all are."""
        return np.select([unknown, self.before == 1, self.after == 1], [3, 0, 1], 2).astype(np.int8)


def rows_frame(
    demand: GeoDataFrame, persons: Persons, table: SiteTable, served: Served, ids: NDArray[Any], cost_column: str
) -> tuple[GeoDataFrame, NDArray[np.int8]]:
    """Return the demand with what became of it, and the states of its rows."""
    problem = table.problem
    codes = persons.told(table.reasons)
    unknown = np.isin(codes, UNKNOWN)
    states = served.states(unknown)
    reached = np.isfinite(served.cost)
    far = "too_far" if np.isfinite(table.found.reach.limit) else "no_path"
    why = np.where(reached & (problem.copies == 1), REASONS.index("full"), REASONS.index(far))
    reasons = np.where(states <= 1, 0, np.where((codes == 0) & (states == 2), why, codes))
    columns: dict[str, Any] = {
        "covered_before": pd.arrays.BooleanArray(states == 0, unknown),
        "covered_after": pd.arrays.BooleanArray(states <= 1, unknown),
        "state": pd.Categorical.from_codes(states, categories=pd.Index(STATES)),
        "facility": _named(ids, served.column),
        cost_column: np.where(reached, served.cost, np.nan),
        "reason": labels_of(reasons.astype(np.uint8), persons.reasons((*OF_REACH, "full"))),
    }
    if problem.objective == "capacitated":
        columns["served_before"] = np.where(unknown, np.nan, _part(problem.people, served.before))
        columns["served_after"] = np.where(unknown, np.nan, _part(problem.people, served.after))
    return frames.with_columns(demand, columns), states


def _named(ids: NDArray[Any], column: Rows) -> Any:
    """Return the id of the column of each row, None where it is -1, of the type that those have which there are."""
    there, number = np.unique(column, return_inverse=True)
    return pd.Series(np.array([*ids, None], object)[there]).infer_objects().array.take(number)


def sums(
    measures: Mapping[str, Numbers], areas: Areas | None, states: NDArray[np.int8], served: Served
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return people before and after: of all by measure, and by area and measure."""
    found = _of_parts(measures, areas, states == 3, served.after).rename(columns={"covered_before": "covered_after"})
    before = _of_parts(measures, areas, states == 3, served.before)["covered_before"]
    found.insert(3, "covered_before", before)
    found["gained"] = found["covered_after"] - before
    of_all = found[found["area"].isna()]
    summary = of_all.drop(columns="area")[["measure", *FIGURES]].reset_index(drop=True)
    if areas is None:
        return summary, None
    return summary, found[found["area"].notna()][["area", "measure", *FIGURES]].reset_index(drop=True)


def _part(people: Numbers, share: Numbers) -> Numbers:
    """Return a share of people, without what dividing and multiplying leave: 39, not 38.99999999999999."""
    return np.round(people * share, 6)


def _of_parts(measures: Mapping[str, Numbers], areas: Areas | None, unknown: Flags, share: Numbers) -> pd.DataFrame:
    """Return people by state, of rows of which a part is served: as if that part and the rest were two rows."""
    parts = {}
    for name, people in measures.items():
        mine = _part(people, share)
        parts[name] = np.concatenate([mine, np.nan_to_num(people) - np.nan_to_num(mine)])
    codes = np.concatenate([np.where(unknown, 3, 0), np.where(unknown, 3, 2)])
    twice = None if areas is None else copy(areas)
    if twice is not None and areas is not None:
        twice.codes = np.tile(areas.codes, 2)
    return sums_by_state(parts, twice, STATES, codes)


def proposal_frame(
    table: SiteTable, solving: Problem, chosen: Rows, ids: NDArray[Any], actions: Sequence[str]
) -> pd.DataFrame:
    """Return what to do in the order of benefit, and what each step brings."""
    capacitated = table.problem.objective == "capacitated"
    problem = (solving if capacitated else table.problem).among(chosen)
    if not capacitated and problem.copies == 1:
        problem = problem.up_to_standing()
    served = people_served(problem)
    # Of set covering every step is as good as it has people, not places.
    by_people = replace(solving, objective="coverage") if solving.objective == "set_cover" else solving
    ordered = order_of_benefit(by_people, chosen)
    lines = []
    standing = before = served(np.empty(0, np.int64))
    for number, column in enumerate(ordered, start=1):
        so_far = ordered[:number]
        after = served(so_far)
        mean, farthest = _ways(problem, so_far)
        of_upgrade = table.columns.upgrade[column]
        lines.append(
            {
                "order": number,
                "action": "build" if of_upgrade < 0 else actions[of_upgrade],
                "facility": ids[column],
                "cost": float(problem.price[column]),
                "cost_so_far": total(problem.price[so_far]),
                "people_alone": served(np.array([column])) - standing,
                "people_gained": after - before,
                "people_so_far": after,
                "mean": mean,
                "farthest": farthest,
                "_column": int(column),
            }
        )
        before = after
    columns = ["order", "action", "facility", "cost", "cost_so_far", "people_alone", "people_gained", "people_so_far"]
    return pd.DataFrame(lines, columns=[*columns, "mean", "farthest", "_column"])


def _ways(problem: Problem, chosen: Rows) -> tuple[float, float]:
    """Return the mean cost per person who is served, or reached at all, and the largest; NaN for nobody."""
    if problem.objective == "capacitated":
        plan, _ = problem.allocation(chosen)
        served, way = problem.served_and_way(chosen)
        return (way / served, float(plan.cost.max())) if served else (np.nan, np.nan)
    cost = problem.cheapest(problem.taken(chosen))
    reached = np.isfinite(cost) & (problem.people > 0)
    if not reached.any():
        return np.nan, np.nan
    people = problem.people[reached]
    return total(people * cost[reached]) / total(people), float(cost[reached].max())


def people_served(problem: Problem) -> Callable[[Rows], float]:
    """Return a function that says how many people a choice serves: within the limit, or at all."""

    def served(chosen: Rows) -> float:
        if problem.objective == "capacitated":
            return problem.served_and_way(chosen)[0]
        if problem.copies == 1:
            return total(problem.people[np.isfinite(problem.cheapest(problem.taken(chosen)))])
        return total(problem.people[problem.count_reached(problem.taken(chosen)) >= problem.copies])

    return served


def people_alone(problem: Problem) -> Numbers:
    """Return how many people more each column would serve by itself."""
    if problem.objective == "capacitated":
        now, alone = problem.served_and_way(np.empty(0, np.int64))[0], np.full(problem.columns, np.nan)
        for column in np.flatnonzero(problem.open) if problem.open.sum() <= ALONE else ():
            alone[column] = problem.served_and_way(np.array([column]))[0] - now
        return alone
    if problem.beyond is not None:  # every candidate reaches everybody
        there, lacks = np.isfinite(problem.beyond), np.isinf(replace(problem, beyond=None).cheapest(problem.locked))
        return np.full(problem.columns, total(problem.people[there & lacks]))
    standing = problem.count_reached(problem.locked)
    lacking = standing == problem.copies - 1
    known = problem.structure[problem.column]
    # A structure that stands and is improved serves nobody twice.
    key = problem.group_of_arc * (int(problem.structure.max(initial=0)) + 1) + known
    there = (
        np.isin(key, np.unique(key[problem.locked[problem.column]])) if problem.copies > 1 else np.zeros(len(key), bool)
    )
    mine = lacking[problem.group_of_arc] & ~there & problem.open[problem.column]
    return totals(problem.people[problem.group_of_arc[mine]], problem.column[mine].astype(np.int64), problem.columns)


def candidates_frame(
    candidates: Candidates, columns: Columns, proposal: pd.DataFrame, alone: Numbers, prices: Prices
) -> GeoDataFrame:
    """Return the candidates with what became of them."""
    at = np.flatnonzero(columns.candidate >= 0)
    row_of = dict(zip(at.tolist(), columns.candidate[at].tolist(), strict=True))
    taken = proposal[proposal["_column"].isin(at)]
    rows = [row_of[each] for each in taken["_column"]]
    count = len(candidates.frame)
    chosen, order, gained = np.zeros(count, bool), np.zeros(count, np.int64), np.full(count, np.nan)
    chosen[rows], order[rows], gained[rows] = True, taken["order"], taken["people_gained"]
    by_itself = np.full(count, np.nan)
    by_itself[columns.candidate[at]] = alone[at]
    by_itself[~candidates.usable] = np.nan
    by_itself[rows] = taken["people_alone"]
    result = {
        "chosen": chosen,
        "order": pd.arrays.IntegerArray(order, ~chosen),
        "people_alone": by_itself,
        "people_gained": gained,
        "left_out": pd.array(candidates.left_out, dtype="string"),
    }
    if prices.column not in (None, "cost"):
        result["cost"] = candidates.price
    return frames.with_columns(candidates.frame, result)


def upgrades_frame(
    upgrades: pd.DataFrame,
    improved: Sequence[Upgrade],
    existing: GeoDataFrame,
    columns: Columns,
    proposal: pd.DataFrame,
    alone: Numbers,
    ids: pd.Index[Any],
) -> GeoDataFrame:
    """Return the upgrades with what became of them, at the places of their structures."""
    import geopandas

    count = len(upgrades)
    chosen, order = np.zeros(count, bool), np.zeros(count, np.int64)
    by_itself, gained = np.full(count, np.nan), np.full(count, np.nan)
    steps = {int(each["_column"]): each for _, each in proposal.iterrows()}
    for column in np.flatnonzero(columns.upgrade >= 0):
        rows = list(improved[columns.upgrade[column]].rows)
        if len(rows) == 1:
            by_itself[rows] = alone[column]
        if int(column) in steps:
            step = steps[int(column)]
            chosen[rows], order[rows], gained[rows] = True, step["order"], step["people_gained"]
    result: dict[str, Any] = {
        "chosen": chosen,
        "order": pd.arrays.IntegerArray(order, ~chosen),
        "people_alone": by_itself,
        "people_gained": gained,
    }
    frames.require_free(upgrades, list(result))
    row_of = {each: row for row, each in reversed(list(enumerate(ids)))}
    geometry = existing.geometry.array.take([row_of[each] for each in upgrades["facility"]])
    return geopandas.GeoDataFrame(upgrades.assign(**result), geometry=geometry, crs=existing.crs)
