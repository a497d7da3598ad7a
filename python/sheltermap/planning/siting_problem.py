# SPDX-License-Identifier: Apache-2.0
"""A question of siting in numbers: who reaches which option at what cost, what options cost, how many may be taken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sheltermap._native import _core
from sheltermap.base.exact_sums import total

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Rows = NDArray[np.int64]
    Flags = NDArray[np.bool_]

Objective = Literal["coverage", "set_cover", "backup", "p_median", "p_center", "capacitated"]
OBJECTIVES: tuple[Objective, ...] = ("coverage", "set_cover", "backup", "p_median", "p_center", "capacitated")
LARGER_IS_BETTER = ("coverage", "backup", "capacitated")
PARTS = 1000  #: of a person, where people are no whole numbers
BY_COST = ("p_median", "p_center", "capacitated")  #: in which it matters how far people go


@dataclass(frozen=True)
class Problem:
    """Groups of people who reach the same options, and options: columns of the same table as what stands already.

    Attributes
    ----------
    objective
    offsets, column, cost
        Arcs of each group, cheapest first, ties by column: compressed sparse rows.
    people : ndarray
        Of each group; rows without a number count in no sum.
    locked : ndarray of bool
        Which columns stand already.
    open : ndarray of bool
        Which columns may be chosen.
    price, size : ndarray
        What each costs, and how many of `p` it counts as.
    structure : ndarray
        Columns of one structure: what stands, and what may be done to it. At most one of the latter is chosen.
    places : ndarray
        How many people each has room for, or adds to its structure.
    p, budget : int, float or None
    whole : bool
        Whether all people are whole numbers.
    beyond : ndarray, optional
        What it costs each group at least to go where no arc leads, if only the nearest options have arcs: nothing is
        farther than that here, so that values and bounds of a p-median are below the true ones.
    """

    objective: Objective
    offsets: Rows
    column: NDArray[np.int32]
    cost: Numbers
    people: Numbers
    locked: Flags
    open: Flags
    price: Numbers
    size: Rows
    structure: Rows
    places: Rows
    p: int | None
    budget: float | None
    whole: bool
    unit: Literal["metres", "seconds"] = "metres"
    beyond: Numbers | None = None

    @property
    def groups(self) -> int:
        """Return how many groups there are."""
        return len(self.people)

    @property
    def columns(self) -> int:
        """Return how many columns there are."""
        return len(self.price)

    @property
    def larger_is_better(self) -> bool:
        """Return whether its value is to be as large as possible."""
        return self.objective in LARGER_IS_BETTER

    @property
    def copies(self) -> int:
        """Return how many facilities somebody needs to be covered."""
        return copies_of(self.objective)

    @cached_property
    def group_of_arc(self) -> Rows:
        """Return the group of every arc."""
        return np.repeat(np.arange(self.groups), np.diff(self.offsets))

    @cached_property
    def alternatives(self) -> bool:
        """Return whether some structure has several options, or one counts as several: more than plain sites."""
        mine = self.structure[self.open]
        return bool(len(np.unique(mine)) < len(mine) or (self.size[self.open] > 1).any())

    def taken(self, chosen: Rows) -> Flags:
        """Return which columns serve: those that stand, and those chosen."""
        serving = self.locked.copy()
        serving[chosen] = True
        return serving

    def count_reached(self, serving: Flags) -> Rows:
        """Return how many serving structures each group reaches."""
        mine = serving[self.column]
        if len(np.unique(self.structure[serving])) == int(serving.sum()):  # none stands twice: arcs are structures
            return np.bincount(self.group_of_arc[mine], minlength=self.groups)
        structures = int(self.structure.max(initial=0)) + 1
        each = np.unique(self.group_of_arc[mine] * structures + self.structure[self.column[mine]])
        return np.bincount(each // structures, minlength=self.groups)

    def nearest(self, serving: Flags) -> tuple[Numbers, Rows]:
        """Return cost and column of the nearest that serves each group; infinity and -1 where none is reached."""
        cost, column = np.full(self.groups, np.inf), np.full(self.groups, -1, np.int64)
        first = self._first_arcs(serving)
        group = self.group_of_arc[first]
        cost[group], column[group] = self.cost[first], self.column[first]
        if self.beyond is not None:
            column[cost > self.beyond] = -1
            cost = np.minimum(cost, self.beyond)
        return cost, column

    def _first_arcs(self, serving: Flags) -> Rows:
        """Return the first serving arc of each group that has one."""
        mine = np.flatnonzero(serving[self.column])
        group = self.group_of_arc[mine]
        begins = np.ones(len(group), bool)
        np.not_equal(group[1:], group[:-1], out=begins[1:])
        return mine[begins]

    def cheapest(self, serving: Flags) -> Numbers:
        """Return what it costs each group to get to the nearest serving column; infinity where none is reached."""
        return self.nearest(serving)[0]

    def allocation(self, chosen: Rows) -> tuple[_core.Allocation, int]:
        """Return who has a place in which structure, at the least way in all, and in how many parts a person counts."""
        serving = self.taken(chosen)
        mine = np.flatnonzero(serving[self.column])
        structures = int(self.structure.max(initial=0)) + 1
        # Of an improved structure the shorter way counts; arcs of a group are cheapest first.
        key = self.group_of_arc[mine] * structures + self.structure[self.column[mine]]
        first = mine[np.unique(key, return_index=True)[1]]
        group, structure = self.group_of_arc[first], self.structure[self.column[first]]
        reach = _core.reach_from_pairs(
            self.groups,
            structures,
            group.astype(np.int32),
            structure.astype(np.int32),
            self.cost[first],
            unit=self.unit,
        )
        parts = 1 if self.whole else PARTS
        people = np.rint(self.people * parts).astype(np.int64)
        room = np.bincount(self.structure[serving], self.places[serving], minlength=structures)
        room = np.minimum(room * parts, float(people.sum())).astype(np.int64)
        return _core.allocate(reach, people, room), parts

    def served_and_way(self, chosen: Rows) -> tuple[float, float]:
        """Return how many people have a place, and their people × cost in all."""
        plan, parts = self.allocation(chosen)
        return plan.served / parts, plan.total_cost / parts

    def affordable(self, chosen: Rows) -> bool:
        """Return whether a choice keeps to p and the budget, and has one option of a structure at most."""
        return (
            (self.p is None or int(self.size[chosen].sum()) <= self.p)
            and (self.budget is None or total(self.price[chosen]) <= self.budget)
            and len(np.unique(self.structure[chosen])) == len(chosen)
        )

    def standing(self, chosen: Rows) -> tuple[float, ...]:
        """Return how good a choice is, the first number counting first, larger ones better; see `value`."""
        serving = self.taken(chosen)
        if self.objective == "capacitated":
            served, way = self.served_and_way(chosen)
            return (served, -way)
        if self.objective in ("coverage", "backup"):
            return (total(self.people[self.count_reached(serving) >= self.copies]),)
        if self.objective == "set_cover":
            return (float((self.count_reached(serving) > 0).sum()), -self.spent(chosen), -float(len(chosen)))
        cheapest = self.cheapest(serving)
        reached = np.isfinite(cheapest)
        if self.objective == "p_center":
            return (float(reached.sum()), -float(cheapest[reached].max(initial=0.0)))
        return (total(self.people[reached]), -total(self.people[reached] * cheapest[reached]))

    @property
    def priced(self) -> bool:
        """Return whether anything that may be chosen has a price."""
        return bool(self.price[self.open].any())

    @property
    def spending(self) -> Numbers:
        """Return what each column costs, or as how many it counts where nothing has a price."""
        return self.price if self.priced else self.size.astype(np.float64)

    def spent(self, chosen: Rows) -> float:
        """Return what a choice costs, or how many it is where nothing has a price."""
        return total(self.spending[chosen])

    def reaches_all(self, chosen: Rows) -> bool:
        """Return whether every group reaches what stands or what is chosen."""
        return bool(np.isfinite(self.cheapest(self.taken(chosen))).all())

    def value(self, chosen: Rows) -> float:
        """Return the number that the objective is about: people, sites or money, people × cost, or the largest cost."""
        if self.objective == "set_cover":
            return self.spent(chosen)
        standing = self.standing(chosen)
        return standing[0] if self.larger_is_better else -standing[-1]

    def with_arcs(self, kept: Flags) -> Problem:
        """Return the problem with some of its arcs only; groups may be left without any."""
        counts = np.bincount(self.group_of_arc[kept], minlength=self.groups)
        offsets = np.concatenate([[0], np.cumsum(counts)])
        return replace(self, offsets=offsets, column=self.column[kept], cost=self.cost[kept])

    def among(self, columns: Rows) -> Problem:
        """Return the problem with the arcs of some columns and of what stands: what any choice among them looks at."""
        return self.with_arcs(self.taken(columns)[self.column])

    def up_to_standing(self) -> Problem:
        """Return the problem without arcs behind one to what stands: no choice has anybody go there.

        Who is the nearest stays the same for every choice; how many are reached does not.
        """
        last = self.offsets[1:].copy()
        first = self._first_arcs(self.locked)
        last[self.group_of_arc[first]] = first + 1
        return self.with_arcs(np.arange(len(self.column)) < last[self.group_of_arc])


def copies_of(objective: Objective) -> int:
    """Return how many facilities somebody needs to be covered."""
    return 2 if objective == "backup" else 1


@dataclass(frozen=True)
class Solution:
    """What was chosen, and how good anything else could be.

    Attributes
    ----------
    chosen : ndarray
        Columns, ascending, without those that stand.
    objective, bound : float
    proven : bool
    stopped : {"proven", "time", "converged", "interrupted"}
    second, second_bound : float
        Where several choices reach the first, what is compared next: people × cost of the capacitated.
    """

    chosen: Rows
    objective: float
    bound: float
    proven: bool
    stopped: str
    second: float = float("nan")
    second_bound: float = float("nan")


def choose_first(scores: Numbers, price: Numbers, allowed: Flags) -> int:
    """Return the allowed entry with the highest score, of equal ones the cheapest, then the first; -1 without any."""
    rows: NDArray[Any] = np.flatnonzero(allowed)
    if not len(rows):
        return -1
    best = rows[scores[rows] == scores[rows].max()]
    return int(best[np.argmin(price[best])])
