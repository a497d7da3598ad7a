# SPDX-License-Identifier: Apache-2.0
"""From which share on wrong costs change what is best for a budget: of each option alone, and of all together."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.planning.budget_search import SAME
from sheltermap.planning.choice_models import most_reachable
from sheltermap.planning.siting_solve import solve

if TYPE_CHECKING:
    from sheltermap.planning.budget_search import BudgetSearch, Choice
    from sheltermap.planning.site_setting import Setting
    from sheltermap.planning.siting_problem import Problem


@dataclass(frozen=True)
class Sensitivity:
    """The best choice for a budget, and what wrong costs make of it.

    Where an option of the choice becomes dearer, the choice is best until it cannot be paid: beyond
    ``(budget - cost) / price``. A cheaper option changes it when another choice that gains more can be paid: the
    cheapest one that has the option costs `c`, so from ``(c - budget) / price`` on; and all together from
    ``1 - budget / c`` on. Both are as exact as the searches that find them.
    """

    setting: Setting
    search: BudgetSearch
    budget: float
    share: float

    @cached_property
    def choice(self) -> Choice:
        """Return the choice."""
        return self.search.best(self.budget)

    @cached_property
    def known(self) -> bool:
        """Return whether none gains more for the budget."""
        return self.search.ceiling(self.budget) <= self.choice.people * (1 + SAME)

    @cached_property
    def more(self) -> float:
        """Return the least number of people that is more than it gains."""
        return self.choice.people + (1.0 if self.search.problem.whole else self.choice.people * SAME + SAME)

    @cached_property
    def at_all(self) -> bool:
        """Return whether any choice gains more, for whatever money."""
        return most_reachable(self.search.problem) >= self.more

    def frame(self) -> pd.DataFrame:
        """Return a row of all costs together, then one per option: first those of the choice."""
        lines = [self._of_all()]
        problem, mine = self.search.problem, set(self.choice.taken.tolist())
        columns = [column for column in np.flatnonzero(problem.open).tolist() if problem.price[column] > 0]
        columns.sort(key=lambda column: (column not in mine, column))
        for number, column in enumerate(columns):
            lines.append(self._of_one(column, self.search.clock.share(2 * (len(columns) - number)), column in mine))
        return pd.DataFrame(lines)

    def _cheapest(self, seconds: float, most: float, column: int | None = None) -> float | None:
        """Return the cost of the cheapest choice that gains more, for `most` at most; None where it is not known."""
        if not self.at_all:
            return math.inf
        return self.search.save(self.more, seconds, needed=column, most=most) if self.known else None

    def _of_all(self) -> dict[str, Any]:
        """Return what all costs together change: as if the budget were another."""
        budget, cost, seconds = self.budget, self.choice.cost, self.search.clock.share(4)
        higher = budget / cost - 1 if cost else math.inf
        cheapest = self._cheapest(seconds, budget / (1 - self.share))
        lower = math.nan if cheapest is None else math.inf if math.isinf(cheapest) else max(1 - budget / cheapest, 0.0)
        problems = {
            "higher": replace(self.search.problem, budget=budget / (1 + self.share)),
            "lower": replace(self.search.problem, budget=budget / (1 - self.share)),
        }
        return self._line("", "all", cost, True, {"higher": higher, "lower": lower}, problems, seconds)

    def _of_one(self, column: int, seconds: float, chosen: bool) -> dict[str, Any]:
        """Return what the cost of one option changes."""
        problem = self.search.problem
        price = float(problem.price[column])
        higher = (self.budget - self.choice.cost) / price if chosen else math.inf
        out_of_reach = price * (1 - self.share) > self.budget
        cheapest = math.inf if out_of_reach else self._cheapest(seconds, self.budget + self.share * price, column)
        lower = math.nan if cheapest is None else max((cheapest - self.budget) / price, 0.0)
        problems = {
            "higher": self._priced(column, price * (1 + self.share)),
            "lower": self._priced(column, price * (1 - self.share)),
        }
        called = (self.setting.ids[column], self.setting.action(column))
        return self._line(*called, price, chosen, {"higher": higher, "lower": lower}, problems, seconds)

    def _priced(self, column: int, price: float) -> Problem:
        prices = self.search.problem.price.copy()
        prices[column] = price
        return replace(self.search.problem, price=prices, budget=self.budget)

    def _line(
        self,
        facility: Any,
        action: str,
        cost: float,
        chosen: bool,
        limits: dict[str, float],
        problems: dict[str, Problem],
        seconds: float,
    ) -> dict[str, Any]:
        changed = {"higher": limits["higher"] < self.share, "lower": limits["lower"] <= self.share}
        sure = self.known and not math.isnan(limits["lower"])
        return {
            "facility": facility,
            "action": action,
            "cost": cost,
            "chosen": chosen,
            "state": "changes" if any(changed.values()) else "steady" if sure else "not_known",
            **{f"changes_if_{way}": limits[way] if changed[way] else math.nan for way in changed},
            **{f"people_if_{way}": self._people(problems[way], seconds, changed[way]) for way in changed},
        }

    def _people(self, problem: Problem, seconds: float, changed: bool) -> float:
        """Return the most people that are gained, as far as it is found; missing where there is no time."""
        if not changed:
            return self.choice.people
        clock = self.search.clock
        if not clock.goes_on:
            return math.nan
        solution, notes = solve(problem, seconds=seconds, prove=clock.prove)
        clock.note(*notes)
        clock.ended(solution.stopped)
        return problem.standing(solution.chosen)[0]
