# SPDX-License-Identifier: Apache-2.0
"""What money buys: choices found, what none within a budget can exceed, and what none that gains as much undercuts."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sheltermap._native import SheltermapError
from sheltermap.base.exact_sums import total
from sheltermap.planning.choice_models import cheapest_model, most_reachable, taken_of
from sheltermap.planning.proof import Model, Proof, solved
from sheltermap.planning.siting_problem import choose_first
from sheltermap.planning.siting_search import NOTHING, gains, needed_only, within_means
from sheltermap.planning.siting_solve import solve

if TYPE_CHECKING:
    from sheltermap.planning.siting_problem import Problem, Rows

MOST_POINTS = 100  #: of a frontier that is looked for whole
STEPS = 20  #: budgets that are looked at where there are more
SAME = 1e-9  #: parts of a sum that rounding may make up


@dataclass
class Clock:
    """The seconds of a whole question, and why it ended before all was answered.

    `prove` is None where HiGHS is asked if it is there, False where not, True where it must be.
    """

    seconds: float
    prove: bool | None
    stopped: str = "proven"
    notes: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Return the seconds that are left."""
        return self.seconds - (time.monotonic() - self.began)

    @property
    def goes_on(self) -> bool:
        """Return whether there is time, and nobody pressed Ctrl-C."""
        if self.stopped != "interrupted" and self.left <= 0:
            self.stopped = "time"
        return self.stopped not in ("interrupted", "time")

    def share(self, of: int = 1) -> float:
        """Return the seconds for the next of so many searches."""
        return max(self.left, 0.0) / max(of, 1)

    def ended(self, stopped: str) -> None:
        """Remember why a search ended, where it was Ctrl-C."""
        if stopped == "interrupted":
            self.stopped = stopped

    def note(self, *sentences: str) -> None:
        """Remember what is to be told, once."""
        self.notes += [each for each in sentences if each not in self.notes]

    def solved(self, model: Model, seconds: float) -> Proof | None:
        """Hand a model to HiGHS; None where that is not wanted, there is none, or nobody waits for it any more."""
        if self.prove is False or not self.goes_on:
            return None
        try:
            proof = solved(model, seconds=min(seconds, max(self.left, 0.0)))
        except SheltermapError as error:
            if self.prove:
                raise
            self.prove = False
            self.note(f"not proven: {error}")
            return None
        self.ended(proof.stopped)
        return proof


@dataclass(frozen=True)
class Choice:
    """Options taken, what they cost, and how many people they gain."""

    taken: Rows
    cost: float
    people: float


@dataclass
class BudgetSearch:
    """All that is known of what money buys.

    Attributes
    ----------
    problem : Problem
        Maximal covering without a budget.
    clock : Clock
    choices : list of Choice
        Those found.
    ceilings : list of (budget, people)
        No choice for the budget or less gains more people.
    floors : list of (people, cost)
        No choice that gains as many people costs less.
    """

    problem: Problem
    clock: Clock
    choices: list[Choice] = field(default_factory=list)
    ceilings: list[tuple[float, float]] = field(default_factory=list)
    floors: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.add(NOTHING)
        if self.cheapest > 0:
            self.ceilings.append((math.nextafter(self.cheapest, 0.0), 0.0))

    @property
    def cheapest(self) -> float:
        """Return the price of the cheapest option."""
        return float(self.problem.price[self.problem.open].min(initial=np.inf))

    @property
    def of_all(self) -> float:
        """Return what all options cost, of each structure the dearest."""
        mine = self.problem.open
        most = np.zeros(int(self.problem.structure.max(initial=0)) + 1)
        np.maximum.at(most, self.problem.structure[mine], self.problem.price[mine])
        return total(most)

    @property
    def step(self) -> float:
        """Return an amount that two different sums of prices differ by at least."""
        cents = self.problem.price[self.problem.open] * 100
        whole = np.round(cents)
        if len(cents) and (np.abs(cents - whole) <= SAME * np.maximum(whole, 1)).all() and whole.max() < 2**53:
            return math.gcd(*whole.astype(np.int64).tolist()) / 100 or 1.0
        return max(self.of_all * SAME, SAME)

    def add(self, taken: Rows) -> Choice:
        """Remember a choice."""
        found = Choice(np.sort(taken), total(self.problem.price[taken]), self.problem.standing(taken)[0])
        self.choices.append(found)
        return found

    def best(self, budget: float) -> Choice:
        """Return the choice found that gains most for a budget, of equal ones the cheapest."""
        return max(
            (each for each in self.choices if each.cost <= budget),
            key=lambda each: (each.people, -each.cost, -len(each.taken), tuple(-each.taken)),
        )

    def ceiling(self, budget: float) -> float:
        """Return what no choice for a budget gains more than."""
        return min((people for at, people in self.ceilings if at >= budget), default=most_reachable(self.problem))

    def floor(self, people: float) -> float:
        """Return what no choice that gains so many costs less than."""
        return max((cost for gained, cost in self.floors if gained <= people), default=0.0)

    def is_most(self, choice: Choice) -> bool:
        """Return whether nobody gains more for the same money."""
        return self.ceiling(choice.cost) <= choice.people * (1 + SAME)

    def is_cheapest(self, choice: Choice) -> bool:
        """Return whether nobody gains as many for less."""
        return choice.cost <= self.floor(choice.people) * (1 + SAME)

    def spend(self, budget: float, seconds: float) -> Choice:
        """Search for most people for a budget, and then for the cheapest way to gain as many."""
        solution, notes = solve(replace(self.problem, budget=budget), seconds=seconds, prove=self.clock.prove)
        self.clock.note(*notes)
        self.clock.ended(solution.stopped)
        self.add(needed_only(self.problem, solution.chosen))
        self.ceilings.append((self._up_to_next(budget), solution.bound))
        found = self.best(budget)
        if not self.is_cheapest(found) and self.clock.goes_on:
            self.save(found.people, seconds)
        return self.best(budget)

    def save(self, people: float, seconds: float, needed: int | None = None, most: float | None = None) -> float | None:
        """Search for the cheapest way to gain so many people, with one option or not, for `most` money at most.

        Returns
        -------
        float or None
            What it costs at least: infinity where it cannot be had, None where that was not found out.
        """
        if people <= 0 and needed is None:
            self.floors.append((people, 0.0))
            return 0.0
        problem = replace(self.problem, budget=most)
        if needed is not None:
            locked = problem.locked.copy()
            locked[needed] = True
            problem = replace(problem, locked=locked)
        model, scale = cheapest_model(problem, people)
        proof = self.clock.solved(model, seconds)
        if proof is None:
            return None
        if proof.stopped == "infeasible":
            return math.inf
        if (taken := taken_of(problem, proof)) is not None:
            self.add(needed_only(self.problem, taken))
        if proof.stopped != "proven":
            return None
        least = self._in_steps(proof.bound * scale)
        if needed is None:
            self.floors.append((people, least))
        return least

    def _up_to_next(self, budget: float) -> float:
        """Return the budget just below the next sum of prices above one: it buys no more."""
        step = self.step
        if step <= self.of_all * SAME * 10:
            return budget
        return max(budget, math.nextafter((math.floor(budget / step) + 1) * step, 0.0))

    def _in_steps(self, cost: float) -> float:
        """Return the lowest sum of prices that is not below a bound, but for what the solver does not see."""
        step = self.step
        return math.ceil(cost / step - 1e-3) * step if step > self.of_all * SAME * 10 else cost

    def frontier(self) -> list[Choice]:
        """Return the choices that no other dominates, the cheapest first."""
        found: list[Choice] = []
        for each in sorted(self.choices, key=lambda one: (one.cost, -one.people, len(one.taken), tuple(one.taken))):
            if not found or each.people > found[-1].people * (1 + SAME):
                found.append(each)
        return found

    def one_by_one(self) -> list[int]:
        """Return options in the order in which each next one costs least per person gained beside those before."""
        problem, taken = self.problem, list[int]()
        order = np.argsort(problem.column, kind="stable")
        group, ends = problem.group_of_arc[order], np.cumsum(np.bincount(problem.column, minlength=problem.columns))
        gain, covered = gains(problem, problem.locked), problem.count_reached(problem.locked) > 0
        least = total(problem.people) * SAME  # what is left of a sum that rounding has not brought to nothing
        while True:
            allowed = within_means(problem, taken) & (gain > least)
            with np.errstate(divide="ignore", invalid="ignore"):
                each = choose_first(gain / problem.price, problem.price, allowed)
            if each < 0:
                return taken
            taken.append(each)
            reached = group[ends[each] - np.count_nonzero(problem.column == each) : ends[each]]
            newly = reached[~covered[reached]]
            covered[newly] = True
            mine = np.isin(problem.group_of_arc, newly)
            lost = problem.people[problem.group_of_arc[mine]]
            gain = gain - np.bincount(problem.column[mine], lost, minlength=problem.columns)
            people = total(problem.people[covered])
            chosen = np.sort(np.array(taken, np.int64))
            self.choices.append(Choice(chosen, total(problem.price[chosen]), people))


def find_all(search: BudgetSearch, most: int) -> bool:
    """Find every choice that no other dominates, where most is open first; False where they are too many.

    Between the cheapest choice that gains so many and the next lower budget there is no other sum of prices: the
    method of ε-constraints (Haimes, Lasdon, Wismer 1971), exact as each of its two searches is. Whenever it ends, what
    was found is spread over all budgets.
    """
    for _ in range(most):
        budget = _most_open(search)
        if budget is None:
            return True
        before = (len(search.ceilings), len(search.floors))
        if not search.clock.goes_on:
            return False
        found = search.spend(budget, search.clock.share(4))
        if (len(search.ceilings), len(search.floors)) == before or not search.is_most(found):
            return False
        if not search.is_cheapest(found):
            return False
    return _most_open(search) is None


def _most_open(search: BudgetSearch) -> float | None:
    """Return the budget to look at next: of the neighbours between which most may lie, that just below the dearer one.

    None where nothing is open: every point is proven, and nothing lies between them.
    """
    points = search.frontier()
    widest, found = 0.0, None
    for before, each in pairwise(points):
        below = each.cost - search.step
        proven = search.is_most(each) and search.is_cheapest(each)
        if proven and search.ceiling(below) <= before.people * (1 + SAME):
            continue
        area = (each.cost - before.cost) * (each.people - before.people)
        if area > widest:
            widest, found = area, below if proven else each.cost
    return found


def find_some(search: BudgetSearch, budgets: list[float]) -> None:
    """Find the best choice for each of the budgets."""
    for number, budget in enumerate(budgets):
        if not search.clock.goes_on:
            return
        search.spend(budget, search.clock.share(2 * (len(budgets) - number)))


def even_budgets(search: BudgetSearch, count: int) -> list[float]:
    """Return budgets from the cheapest option to what gains most, evenly apart."""
    dearest = search.spend(search.of_all, search.clock.share(count)).cost
    step = max(search.step, 1.0)
    found = np.linspace(min(search.cheapest, dearest), dearest, count)
    return sorted({*(max(math.ceil(each / step) * step, search.cheapest) for each in found[:-1].tolist()), dearest})


def look_at_budgets(
    search: BudgetSearch, wanted: list[float], steps: int | None, decided: float | None, part: float
) -> tuple[bool, list[float]]:
    """Look for the frontier; return whether it is whole, and the budgets that were looked at."""
    clock = search.clock
    whole, clock.seconds = clock.seconds, clock.seconds * part
    exact, shown = False, wanted
    if not wanted:
        shown = even_budgets(search, STEPS if steps is None else steps)
    find_some(search, shown)
    if not wanted and steps is None and clock.prove is not False:
        exact = find_all(search, MOST_POINTS)
        shown = [] if exact else shown
    clock.seconds = whole
    clock.stopped = "proven" if clock.stopped == "time" and clock.left > 0 else clock.stopped
    if decided is not None and not exact and decided not in shown and clock.goes_on:
        search.spend(decided, clock.share(4))
    return exact, shown
