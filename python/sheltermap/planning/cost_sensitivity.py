# SPDX-License-Identifier: Apache-2.0
"""From which share on wrong costs change what is best for a budget: of each option alone, and of all together."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base.exact_sums import total
from sheltermap.planning.siting_solve import solve

if TYPE_CHECKING:
    from sheltermap.planning.budget_search import BudgetSearch, Choice
    from sheltermap.planning.site_setting import Setting
    from sheltermap.planning.siting_problem import Problem

STATES = ("steady", "changes", "not_known")


def sensitivity_frame(setting: Setting, search: BudgetSearch, budget: float, share: float) -> pd.DataFrame:
    """Return the shares from which on costs change the best choice for a budget, where they are within `share`.

    Where an option of the choice becomes dearer, the choice is best until it cannot be paid: beyond
    ``(budget - cost) / price``. A cheaper option changes it when another choice that gains more can be paid: the
    cheapest one that has the option costs `c`, so from ``(c - budget) / price`` on; and all together from
    ``1 - budget / c`` on. Both are as exact as the searches that find them.
    """
    choice = search.best(budget)
    known = search.ceiling(budget) <= choice.people * (1 + 1e-9)
    more = choice.people + 1.0 if search.problem.whole else choice.people * (1 + 1e-9) + 1e-9
    lines = [_of_all(search, choice, budget, share, more, known)]
    columns = [column for column in np.flatnonzero(search.problem.open).tolist() if search.problem.price[column] > 0]
    mine = set(choice.taken.tolist())
    columns.sort(key=lambda column: (column not in mine, column))
    for number, column in enumerate(columns):
        seconds = search.clock.share(len(columns) - number)
        lines.append(_of_one(setting, search, choice, budget, share, more, known, column, seconds))
    return pd.DataFrame(lines)


def _of_all(
    search: BudgetSearch, choice: Choice, budget: float, share: float, more: float, known: bool
) -> dict[str, Any]:
    """Return what all costs together change: as if the budget were another."""
    higher = budget / choice.cost - 1 if choice.cost else math.inf
    cheapest = search.save(more, search.clock.share(4), most=budget / (1 - share)) if known else None
    lower = math.nan if cheapest is None else (1 - budget / cheapest if cheapest > budget else 0.0)
    if cheapest is not None and math.isinf(cheapest):
        lower = math.inf
    return _line("", "all", choice.cost, True, higher, lower, share, known) | {
        "people_if_higher": _people(search, replace(search.problem, budget=budget / (1 + share)))
        if higher < share
        else choice.people,
        "people_if_lower": _people(search, replace(search.problem, budget=budget / (1 - share)))
        if lower <= share
        else choice.people,
    }


def _of_one(
    setting: Setting,
    search: BudgetSearch,
    choice: Choice,
    budget: float,
    share: float,
    more: float,
    known: bool,
    column: int,
    seconds: float,
) -> dict[str, Any]:
    """Return what the cost of one option changes."""
    price = float(search.problem.price[column])
    chosen = column in choice.taken.tolist()
    higher = (budget - choice.cost) / price if chosen else math.inf
    most = budget + share * price
    alone = search.problem.standing(np.flatnonzero(search.problem.open))[0]
    cheapest: float | None = math.inf if alone < more or price - share * price > budget else None
    if cheapest is None and known and search.clock.goes_on:
        cheapest = search.save(more, seconds, needed=column, most=most)
    lower = math.nan if cheapest is None else max((cheapest - budget) / price, 0.0)
    priced = {"higher": price * (1 + share), "lower": price * (1 - share)}
    changed = {"higher": higher < share, "lower": lower <= share}
    people = {
        f"people_if_{way}": _people(search, _priced(search.problem, column, priced[way], budget))
        if changed[way]
        else choice.people
        for way in priced
    }
    return _line(setting.ids[column], setting.action(column), price, chosen, higher, lower, share, known) | people


def _line(
    facility: Any, action: str, cost: float, chosen: bool, higher: float, lower: float, share: float, known: bool
) -> dict[str, Any]:
    within = [each for each in (higher, lower) if not math.isnan(each)]
    changes = higher < share or (not math.isnan(lower) and lower <= share)
    state = "changes" if changes else "steady" if known and len(within) == 2 else "not_known"
    return {
        "facility": facility,
        "action": action,
        "cost": cost,
        "chosen": chosen,
        "state": state,
        "changes_if_higher": higher if higher < share else math.nan,
        "changes_if_lower": lower if lower <= share else math.nan,
    }


def _priced(problem: Problem, column: int, price: float, budget: float) -> Problem:
    prices = problem.price.copy()
    prices[column] = price
    return replace(problem, price=prices, budget=budget)


def _people(search: BudgetSearch, problem: Problem) -> float:
    """Return the most people that are gained, as far as it is found; missing where there is no time."""
    if not search.clock.goes_on:
        return math.nan
    solution, notes = solve(problem, seconds=search.clock.share(2), prove=search.clock.prove)
    search.clock.note(*notes)
    search.clock.ended(solution.stopped)
    return total(problem.people[problem.count_reached(problem.taken(solution.chosen)) > 0])
