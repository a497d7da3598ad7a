# SPDX-License-Identifier: Apache-2.0
"""What alternatives are worth when things turn out otherwise: by scenario, expected, in the worst, and with regret."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from sheltermap.base.exact_sums import total
from sheltermap.base.suggestions import told, unknown
from sheltermap.layers.row_ids import row_ids
from sheltermap.planning.budget_search import Choice
from sheltermap.planning.choice_models import robust_model, stacked, taken_of
from sheltermap.planning.named_alternatives import Named
from sheltermap.planning.site_setting import setting_of
from sheltermap.planning.siting_search import needed_only
from sheltermap.planning.siting_solve import solve
from sheltermap.streets.arguments import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from sheltermap.planning.budget_search import BudgetSearch
    from sheltermap.planning.site_setting import Setting
    from sheltermap.planning.siting_problem import Numbers, Problem, Rows

OVERRIDES = ("demand", "existing", "within", "by", "weight", "closed")  #: what a scenario may say otherwise
CRITERIA = ("expected", "worst", "regret")
SUM_TO_ONE = 1e-6
SAME_PEOPLE = 1e-7  #: parts of all people that the solver does not tell apart


@dataclass(frozen=True)
class Scenario:
    """One way in which things may turn out, over the options of the question itself.

    Attributes
    ----------
    name : str
    problem : Problem
    already : float
        People covered whatever is chosen.
    total : float
        People of whom it is known whether they are covered.
    """

    name: str
    problem: Problem
    already: float
    total: float

    def covered(self, taken: Rows) -> float:
        """Return the people whom a choice covers together with what stands."""
        return self.already + self.problem.standing(taken)[0]


@dataclass(frozen=True)
class Robust:
    """What scenarios say of the alternatives.

    Attributes
    ----------
    by_scenario : DataFrame
        A row per alternative and scenario.
    choices : DataFrame
        A row per alternative.
    criteria : DataFrame
        A row per criterion: which alternative is best by it.
    """

    by_scenario: pd.DataFrame
    choices: pd.DataFrame
    criteria: pd.DataFrame


def checked_probabilities(scenarios: Mapping[str, Any], probabilities: Mapping[str, float] | None) -> Numbers | None:
    """Return the probabilities in the order of the scenarios; ValueError where they are none of these."""
    if probabilities is None:
        return None
    if not isinstance(probabilities, Mapping):
        raise ValueError(f"probabilities tells one by the name of each scenario, not {told(probabilities)}")
    for name in probabilities:
        if name not in scenarios:
            raise ValueError(unknown("probabilities: unknown scenario", str(name), [str(each) for each in scenarios]))
    missing = [name for name in scenarios if name not in probabilities]
    if missing:
        raise ValueError(f"probabilities: that of {missing[0]!r} is missing")
    found = np.array([number(probabilities[name], f"probabilities[{name!r}]") for name in scenarios])
    if abs(found.sum() - 1) > SUM_TO_ONE:
        raise ValueError(f"probabilities must sum to 1, not {found.sum():g}: every scenario has its share")
    return found / found.sum()


def require_scenarios(scenarios: Mapping[str, Any]) -> None:
    """Raise ValueError where scenarios are not told by name, with what is otherwise."""
    if not isinstance(scenarios, Mapping) or not scenarios:
        raise ValueError("scenarios tells what is otherwise by name, {'flood': {'closed': ['S1']}, 'today': {}}")
    for name, otherwise in scenarios.items():
        if not isinstance(name, str) or not name.strip():
            raise ValueError(f"scenarios: {told(name)} cannot be the name of a scenario")
        if not isinstance(otherwise, Mapping):
            raise ValueError(
                f"scenarios: {name!r} tells what is otherwise, {{'within': '300 m'}}, not {told(otherwise)}"
            )
        for key in otherwise:
            if key not in OVERRIDES:
                raise ValueError(unknown(f"scenarios: {name!r}: unknown key", str(key), OVERRIDES))


def read_scenarios(
    setting: Setting, scenarios: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]
) -> list[Scenario]:
    """Return the scenarios in numbers; `given` are the arguments of the question itself.

    Raises
    ------
    ValueError
        If something in a scenario cannot be meant; the sentence begins with its name.
    """
    found = []
    for name, otherwise in scenarios.items():
        try:
            found.append(_read(setting, name, otherwise, given))
        except ValueError as error:
            raise type(error)(f"scenario {name!r}: {error}") from None
    return found


def _read(setting: Setting, name: str, otherwise: Mapping[str, Any], given: Mapping[str, Any]) -> Scenario:
    asked = {**given, **{key: value for key, value in otherwise.items() if key not in ("closed", "within")}}
    asked["limit"] = otherwise.get("within", given["limit"])
    closed = otherwise.get("closed", [])
    if isinstance(closed, str) or not isinstance(closed, list | tuple | set | pd.Index | np.ndarray):
        raise ValueError(f"closed is a list of ids of facilities and candidates, not {told(closed)}")
    shut = dict.fromkeys(closed, False)
    existing: GeoDataFrame | None = asked["existing"]
    upgrades: pd.DataFrame | None = asked["upgrades"]
    if existing is not None:
        ids = row_ids(existing, asked["facility_id"], "facilities", "facility_id")
        shut |= dict.fromkeys([each for each in shut if each in ids], True)
        existing = existing[~ids.isin(list(shut))]
        if upgrades is not None:
            upgrades = upgrades[upgrades["facility"].isin(ids[~ids.isin(list(shut))])]
    shut |= dict.fromkeys([each for each in shut if each in setting.offered.ids], True)
    for each, known in shut.items():
        if not known:
            raise ValueError(f"closed names {each!r}, which is neither an existing facility nor a candidate")
    there = existing is not None and len(existing) > 0
    asked |= {"existing": existing if there else None, "upgrades": upgrades if there else None}
    here = setting_of(**asked)
    column_of = {key: column for column, key in enumerate(_keys(setting)) if key is not None}
    to_base = np.array([-1 if key is None else column_of.get(key, -1) for key in _keys(here)], np.int64)
    gone = here.table.columns.candidate >= 0
    gone &= np.isin(here.table.columns.candidate, np.flatnonzero(setting.offered.ids.isin(list(shut))))
    kept = (~gone & (to_base >= 0))[here.solving.column]
    solving = here.solving.with_arcs(kept)
    problem = replace(
        setting.solving,
        offsets=solving.offsets,
        column=to_base[solving.column].astype(np.int32),
        cost=solving.cost,
        people=solving.people,
        whole=solving.whole,
    )
    return Scenario(name, problem, here.already, here.people_known)


def _keys(setting: Setting) -> list[Any]:
    """Return what tells columns of two tables apart: the candidate's row, or structure and actions; not what stands."""
    columns = setting.table.columns
    return [
        ("candidate", candidate)
        if candidate >= 0
        else None
        if upgrade < 0
        else ("upgrade", setting.ids[column], setting.actions[upgrade])
        for column, (candidate, upgrade) in enumerate(
            zip(columns.candidate.tolist(), columns.upgrade.tolist(), strict=True)
        )
    ]


def robust_choices(
    setting: Setting,
    search: BudgetSearch,
    scenarios: Sequence[Scenario],
    shares: Numbers | None,
    budget: float,
    named: list[Named],
    points: Sequence[Choice],
) -> Robust:
    """Return what the alternatives, the frontier and the best of each scenario are worth, and the robust of them."""
    within = [Named(f"point {at}", each) for at, each in enumerate(points) if each.cost <= budget]
    pool = _without_twins([*named, *within])
    most, ceilings = [], []
    for scenario in scenarios:
        solution = _best(search, replace(scenario.problem, budget=budget))
        taken = needed_only(scenario.problem, solution.chosen)
        pool = _without_twins([*pool, Named(f"best if {scenario.name}", search.add(taken))])
        most.append(scenario.problem.standing(taken)[0])
        ceilings.append(solution.bound)
    gained = np.array([[one.problem.standing(each.choice.taken)[0] for one in scenarios] for each in pool])
    affordable = np.array([each.choice.cost <= budget for each in pool])
    most = list(np.maximum(most, gained[affordable].max(axis=0)))

    course = _Criteria(search, scenarios, budget, np.array(most), np.array(ceilings), shares)
    offers = [course.expected, course.worst, course.regret]
    found: dict[str, tuple[Choice, float]] = {}
    for criterion, offer in zip(CRITERIA, offers, strict=True):
        answer = offer(pool)
        if answer is not None:
            found[criterion] = answer
            label = next((each.name for each in pool if each.choice.taken.tolist() == answer[0].taken.tolist()), None)
            if label is None:
                pool.append(Named(f"best {criterion}", answer[0]))
    return _tables(setting, scenarios, shares, budget, pool, course, found)


def _best(search: BudgetSearch, problem: Problem) -> Any:
    solution, notes = solve(problem, seconds=search.clock.share(6), prove=search.clock.prove)
    search.clock.note(*notes)
    search.clock.ended(solution.stopped)
    return solution


def _without_twins(pool: list[Named]) -> list[Named]:
    """Return each choice once, by its first name."""
    kept: dict[tuple[int, ...], Named] = {}
    for each in pool:
        kept.setdefault(tuple(each.choice.taken.tolist()), each)
    return list(kept.values())


@dataclass(frozen=True)
class _Criteria:
    """The best choice by each criterion, and the value that no choice for the budget is better than."""

    search: BudgetSearch
    scenarios: Sequence[Scenario]
    budget: float
    most: Numbers  #: gained in each scenario by the best choice found for the budget
    ceilings: Numbers  #: what no choice for the budget gains more than
    shares: Numbers | None

    def values(self, choice: Choice) -> dict[str, float]:
        """Return what a choice is worth by each criterion."""
        covered = np.array([each.covered(choice.taken) for each in self.scenarios])
        gained = covered - [each.already for each in self.scenarios]
        return {
            "expected": math.nan if self.shares is None else float(self.shares @ covered),
            "worst": float(covered.min()),
            "regret": float((self.most - gained).max()),
        }

    def expected(self, pool: list[Named]) -> tuple[Choice, float] | None:
        """Return the choice that covers most people on average of the scenarios."""
        if self.shares is None:
            return None
        problem, _ = stacked(self.search.problem, [each.problem for each in self.scenarios], self.shares)
        solution = _best(self.search, replace(problem, budget=self.budget))
        anyway = float(self.shares @ [each.already for each in self.scenarios])
        return self._chosen("expected", pool, solution.chosen, solution.bound + anyway)

    def worst(self, pool: list[Named]) -> tuple[Choice, float]:
        """Return the choice that covers most people in the scenario in which it covers fewest."""
        return self._extreme("worst", pool, np.array([each.already for each in self.scenarios]))

    def regret(self, pool: list[Named]) -> tuple[Choice, float]:
        """Return the choice that is never far from the best of a scenario."""
        return self._extreme("regret", pool, self.most)

    def _extreme(self, aim: Literal["worst", "regret"], pool: list[Named], offset: Numbers) -> tuple[Choice, float]:
        parts = [each.problem for each in self.scenarios]
        problem, scenario = stacked(self.search.problem, parts, np.ones(len(parts)))
        model, scale = robust_model(replace(problem, budget=self.budget), scenario, offset, aim)
        proof = self.search.clock.solved(model, self.search.clock.share(3))
        taken, bound = None, math.nan
        if proof is not None:
            taken, bound = taken_of(problem, proof), proof.bound * scale
        return self._chosen(aim, pool, taken, bound)

    def _chosen(self, aim: str, pool: list[Named], taken: Rows | None, bound: float) -> tuple[Choice, float]:
        choices = [each.choice for each in pool if each.choice.cost <= self.budget]
        if taken is not None and self.search.problem.affordable(taken):
            mine = self.search.add(self._needed(aim, taken))
            choices += [mine] if mine.cost <= self.budget else []

        def standing(choice: Choice) -> tuple[Any, ...]:
            value = self.values(choice)[aim]
            return (-value if aim == "regret" else value, -choice.cost, -len(choice.taken), tuple(-choice.taken))

        return max(choices, key=standing), bound

    def _needed(self, aim: str, taken: Rows) -> Rows:
        """Return a choice without what adds nothing to its value, the dearest left out first."""
        price, kept = self.search.problem.price, taken.tolist()

        def value(rows: list[int]) -> float:
            found = np.array(rows, np.int64)
            worth = self.values(Choice(found, total(price[found]), 0.0))[aim]
            return -worth if aim == "regret" else worth

        for each in sorted(kept, key=lambda one: (-price[one], -one)):
            rest = [other for other in kept if other != each]
            if value(rest) >= value(kept):
                kept = rest
        return np.array(sorted(kept), np.int64)


def _tables(
    setting: Setting,
    scenarios: Sequence[Scenario],
    shares: Numbers | None,
    budget: float,
    pool: list[Named],
    course: _Criteria,
    found: Mapping[str, tuple[Choice, float]],
) -> Robust:
    values = []
    choices = []
    for each in pool:
        worth, paid = course.values(each.choice), each.choice.cost <= budget
        for at, scenario in enumerate(scenarios):
            covered = scenario.covered(each.choice.taken)
            best = scenario.already + float(course.most[at])
            values.append(
                {
                    "alternative": each.name,
                    "scenario": scenario.name,
                    "people_covered": covered,
                    "people_gained": covered - scenario.already,
                    "uncovered": scenario.total - covered,
                    "best": best,
                    "best_is_proven": bool(course.ceilings[at] <= course.most[at] * (1 + 1e-9)),
                    "regret": best - covered if paid else math.nan,
                    "affordable": paid,
                }
            )
        choices.append(
            {
                "alternative": each.name,
                "cost": each.choice.cost,
                "affordable": paid,
                **({"expected": worth["expected"]} if shares is not None else {}),
                "worst": worth["worst"],
                "max_regret": worth["regret"] if paid else math.nan,
                "sites": setting.sites(each.choice.taken),
            }
        )
    criteria = []
    for criterion, (choice, bound) in found.items():
        value = course.values(choice)[criterion]
        name = next(each.name for each in pool if each.choice.taken.tolist() == choice.taken.tolist())
        proven = abs(value - bound) <= SAME_PEOPLE * max(1.0, *(each.total for each in scenarios))
        criteria.append(
            {
                "criterion": criterion,
                "alternative": name,
                "value": value,
                "bound": value if proven else bound,
                "proven": proven,
                "cost": choice.cost,
                "sites": setting.sites(choice.taken),
            }
        )
    return Robust(pd.DataFrame(values), pd.DataFrame(choices), pd.DataFrame(criteria))
