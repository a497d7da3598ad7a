# SPDX-License-Identifier: Apache-2.0
"""Alternatives as frames: the frontier, what each budget buys, the next best investments, and when sites enter."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base.exact_sums import total
from sheltermap.layers import frames
from sheltermap.planning.siting_search import NOTHING
from sheltermap.planning.siting_tables import Served, people_alone, sums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from sheltermap.planning.budget_search import BudgetSearch, Choice
    from sheltermap.planning.service_costs import ServiceCosts
    from sheltermap.planning.site_setting import Setting
    from sheltermap.planning.siting_problem import Numbers, Rows

CANDIDATE_COLUMNS = (
    *("enters_at", "points_share", "order", "people_alone", "people_gained", "cost_per_person", "in_choice"),
    "left_out",
)
RUNNING = ("running", "for_people", "annual", "annual_cost_per_person")


def per_person(cost: float, people: float) -> float:
    """Return a cost per person; missing where there is nobody."""
    return cost / people if people > 0 else math.nan


def same_or(value: float, other: float) -> float:
    """Return how far two numbers are apart, as a part of the larger; 0 where both are 0."""
    largest = max(abs(value), abs(other))
    return abs(other - value) / largest if largest else 0.0


def frontier_frame(setting: Setting, search: BudgetSearch, points: Sequence[Choice]) -> pd.DataFrame:
    """Return the points that no choice found dominates, the cheapest first."""
    lines = []
    corners = set(_hull(points))
    for number, each in enumerate(points):
        before = points[number - 1] if number else None
        mine, theirs = set(each.taken.tolist()), set() if before is None else set(before.taken.tolist())
        bound = max(search.ceiling(each.cost), each.people)
        proven = search.is_most(each) and search.is_cheapest(each)
        more = each.people - before.people if before else math.nan
        lines.append(
            {
                "point": number,
                "cost": each.cost,
                "people_gained": each.people,
                "people_covered": setting.already + each.people,
                "bound": each.people if search.is_most(each) else bound,
                "gap": 0.0 if search.is_most(each) else same_or(each.people, bound),
                "proven": proven,
                "sites": setting.sites(each.taken),
                "added": setting.sites(np.array(sorted(mine - theirs), np.int64)),
                "dropped": setting.sites(np.array(sorted(theirs - mine), np.int64)),
                "cost_per_person": per_person(each.cost, each.people),
                "marginal_cost_per_person": per_person(each.cost - before.cost, more) if before else math.nan,
                "supported": number in corners,
            }
        )
    return pd.DataFrame(lines)


def _hull(points: Sequence[Choice]) -> list[int]:
    """Return the points at which the marginal cost never falls: others are dearer per person than a mix of two."""
    kept: list[int] = []
    for number, each in enumerate(points):
        while len(kept) > 1:
            last, before = points[kept[-1]], points[kept[-2]]
            if (last.cost - before.cost) * (each.people - last.people) <= (each.cost - last.cost) * (
                last.people - before.people
            ):
                break
            kept.pop()
        kept.append(number)
    return kept


def budgets_frame(setting: Setting, search: BudgetSearch, budgets: Sequence[float]) -> pd.DataFrame:
    """Return what each budget buys."""
    lines = []
    for budget in budgets:
        found = search.best(budget)
        bound = max(search.ceiling(budget), found.people)
        most = bound <= found.people * (1 + 1e-9)
        lines.append(
            {
                "budget": budget,
                "cost": found.cost,
                "people_gained": found.people,
                "people_covered": setting.already + found.people,
                "bound": found.people if most else bound,
                "gap": 0.0 if most else same_or(found.people, bound),
                "proven": most,
                "sites": setting.sites(found.taken),
            }
        )
    return pd.DataFrame(lines)


def next_best_frame(
    setting: Setting, search: BudgetSearch, order: Sequence[int], running: Running | None
) -> pd.DataFrame:
    """Return the investments by cost per person newly covered, each beside those before it."""
    lines: list[dict[str, Any]] = []
    spent, so_far = 0.0, 0.0
    for number, column in enumerate(order, start=1):
        taken = np.array(order[:number], np.int64)
        people = search.problem.standing(taken)[0]
        cost, gained = float(search.problem.price[column]), people - so_far
        spent, so_far = total(search.problem.price[taken]), people
        best = search.best(spent)
        line = {
            "order": number,
            "action": setting.action(column),
            "facility": setting.ids[column],
            "cost": cost,
            "people_gained": gained,
            "cost_per_person": per_person(cost, gained),
            "cost_so_far": spent,
            "people_so_far": people,
            "people_covered": setting.already + people,
            "most_for_cost_so_far": best.people,
        }
        lines.append(line if running is None else line | running.of(column, cost, gained))
    columns = ["order", "action", "facility", "cost", "people_gained", "cost_per_person", "cost_so_far"]
    columns += ["people_so_far", "people_covered", "most_for_cost_so_far"]
    return pd.DataFrame(lines, columns=[*columns, *([] if running is None else RUNNING)])


class Running:
    """What sites cost every year once they are there."""

    def __init__(
        self, setting: Setting, costs: ServiceCosts, category: str, places: str | None, year: int | None
    ) -> None:
        if costs.currency != setting.prices.currency:
            raise ValueError(
                f"the costs of services are in {costs.currency}, those of candidates in {setting.prices.currency}: "
                "give both in one currency"
            )
        self._setting, self._costs = setting, costs if year is None else costs.updated(year)
        self._category, self._places = category, places
        self.unknown: list[Any] = []

    def of(self, column: int, cost: float, people: float) -> dict[str, float]:
        """Return what a year costs: running, for the people it gains, and with the annual equivalent of its cost."""
        row = int(self._setting.table.columns.candidate[column])
        if row < 0:  # an upgrade: nobody says what its structure costs more than before
            self.unknown.append(self._setting.ids[column])
            return dict.fromkeys(RUNNING, math.nan)
        frame = self._setting.offered.frame.iloc[[row]]
        line = self._costs.of(frame, [people], category=self._category, places=self._places).iloc[0]
        running, for_people = float(line["running"]), float(line["for_people"])
        annual = self._costs.annual_of(cost) + running + for_people
        if math.isnan(annual):
            self.unknown.append(self._setting.ids[column])
        values = (running, for_people, annual, per_person(annual, people))
        return dict(zip(RUNNING, values, strict=True))


def summary_frame(setting: Setting) -> pd.DataFrame:
    """Return the people as they stand, by measure: total = covered_before + uncovered + unknown."""
    problem, served = setting.table.problem, Served.by(setting.table.problem, NOTHING)
    summary, _ = sums(setting.measures, None, served.states(setting.unknown), served)
    reached = problem.count_reached(problem.locked | problem.open) > 0
    most = [total(np.nan_to_num(values)[reached]) for values in setting.measures.values()]
    return summary.drop(columns=["covered_after", "gained"]).assign(reachable=most)


def rows_frame(setting: Setting, choice: Rows | None) -> pd.DataFrame:
    """Return what becomes of each row of the demand, as things stand and by the choice for the budget."""
    problem = setting.table.problem
    before = problem.count_reached(problem.locked) > 0
    state = np.select([setting.unknown, before], ["unknown", "covered_before"], "uncovered")
    after = None if choice is None else problem.count_reached(problem.taken(choice)) > 0
    return pd.DataFrame(
        {
            "people": setting.people,
            "state": pd.array(state.astype(object), dtype="string"),
            "reachable": problem.count_reached(problem.locked | problem.open) > 0,
            "covered_after": pd.array([pd.NA] * len(before) if after is None else after, dtype="boolean"),
        }
    )


def candidates_frame(
    setting: Setting, points: Sequence[Choice], next_best: pd.DataFrame, order: Sequence[int], choice: Rows | None
) -> GeoDataFrame:
    """Return the candidates with the cost of the first point that has them, and their place among the next best."""
    columns = setting.table.columns
    at = np.flatnonzero(columns.candidate >= 0)
    values = _of_columns(setting, points, next_best, order, choice)
    rows = columns.candidate[at]
    result: dict[str, Any] = {
        name: _placed(of_columns, at, rows, len(setting.offered.frame)) for name, of_columns in values.items()
    }
    for name in ("enters_at", "points_share", "people_alone", "people_gained", "cost_per_person"):
        result[name][~setting.offered.usable] = np.nan
    result["order"] = pd.arrays.IntegerArray(result["order"], result["order"] == 0)
    result["left_out"] = pd.array(setting.offered.left_out, dtype="string")
    if setting.prices.column != "cost":
        result["cost"] = setting.offered.price
    return frames.with_columns(setting.offered.frame, result)


def upgrades_frame(
    setting: Setting, points: Sequence[Choice], next_best: pd.DataFrame, order: Sequence[int], choice: Rows | None
) -> GeoDataFrame | None:
    """Return every way to improve a structure, with the same; at the places of the structures."""
    import geopandas

    if setting.existing is None or not setting.improved:
        return None
    columns = setting.table.columns
    at = np.flatnonzero(columns.upgrade >= 0)
    values = _of_columns(setting, points, next_best, order, choice)
    result: dict[str, Any] = {
        "facility": setting.ids[at],
        "action": [setting.action(int(column)) for column in at],
        "cost": setting.table.problem.price[at],
        **{name: of_columns[at] for name, of_columns in values.items()},
    }
    result["order"] = pd.arrays.IntegerArray(result["order"], result["order"] == 0)
    geometry = setting.existing.geometry.array.take(columns.existing[at])
    return geopandas.GeoDataFrame(result, geometry=geometry, crs=setting.existing.crs).infer_objects()


def _placed(values: Any, at: Rows, rows: Rows, count: int) -> Any:
    """Return the values of columns in the order of the rows."""
    found = np.zeros(count, values.dtype)
    found[rows] = values[at]
    return found


def _of_columns(
    setting: Setting, points: Sequence[Choice], next_best: pd.DataFrame, order: Sequence[int], choice: Rows | None
) -> dict[str, Numbers | Any]:
    count = len(setting.table.columns.candidate)
    enters, times = np.full(count, np.nan), np.zeros(count)
    for each in reversed(points):
        enters[each.taken] = each.cost
        times[each.taken] += 1
    ranks, gained, each_person = np.zeros(count, np.int64), np.full(count, np.nan), np.full(count, np.nan)
    mine = np.array(order, np.int64)
    ranks[mine] = next_best["order"]
    gained[mine], each_person[mine] = next_best["people_gained"], next_best["cost_per_person"]
    chosen = np.zeros(count, bool)
    if choice is not None:
        chosen[choice] = True
    gaining = sum(each.people > 0 for each in points)
    return {
        "enters_at": enters,
        "points_share": times / gaining if gaining else times,
        "order": ranks,
        "people_alone": people_alone(setting.table.problem),
        "people_gained": gained,
        "cost_per_person": each_person,
        "in_choice": chosen,
    }
