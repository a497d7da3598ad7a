# SPDX-License-Identifier: Apache-2.0
"""Who is sent where under the rules of a task: the optimum with its certificate, or in turns, or whole households."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap._native import _core
from sheltermap.planning.allocation_task import NEAREST, Rules, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.streets.travelling import Found

    Whole = NDArray[np.int64]

WIDER = 2  # times as many facilities at the next look; the core goes on from what it has
THOUSANDTHS = 1000  # of the unit, in which the core counts costs


@dataclass(frozen=True)
class Seats:
    """Who goes where: pairs of row and facility by row and then by facility, and who is left, in parts of people."""

    row: NDArray[np.int32]
    facility: NDArray[np.int32]
    people: Whole
    cost: NDArray[np.float64]
    unserved: Whole

    @classmethod
    def of(cls, found: Any) -> Seats:
        """Return those of an answer of the core."""
        return cls(found.row, found.facility, found.people, found.cost, found.unserved)

    @property
    def thousandths(self) -> int:
        """People times cost, as the core rounds it."""
        ways = np.rint(self.cost * THOUSANDTHS).astype(np.int64)
        return sum(each * way for each, way in zip(self.people.tolist(), ways.tolist(), strict=True))

    def load(self, facilities: int) -> Whole:
        """Return how many come to each facility."""
        load = np.zeros(facilities, np.int64)
        np.add.at(load, self.facility, self.people)
        return load

    def and_also(self, others: Seats) -> Seats:
        """Return both together; who is left is of the others, which were asked later."""
        joined = [np.concatenate([getattr(self, name), getattr(others, name)]) for name in _OF_PAIRS]
        row, facility, people, cost = joined
        order = np.lexsort((facility, row))
        row, facility, people, cost = row[order], facility[order], people[order], cost[order]
        first = np.flatnonzero(np.append(True, (np.diff(row) != 0) | (np.diff(facility) != 0))[: len(row)])
        sums = np.add.reduceat(people, first) if len(first) else people
        return Seats(row[first], facility[first], sums, cost[first], others.unserved)


_OF_PAIRS = ("row", "facility", "people", "cost")


@dataclass(frozen=True)
class Answer:
    """Who is sent where, and what that is worth.

    Attributes
    ----------
    task : Task
    found : Found
        What rows reach, to begin with.
    seats : Seats
        Everybody; those of the group included.
    group : Seats or None
        Those of the group.
    primal, dual : int
        People times cost in parts and thousandths, and what no plan can be below; of rules that are no optimum the dual
        is the cost of the free optimum.
    certified : bool
        Whether both are the same, and no facility that was not looked at can change that.
    looked : ndarray or None
        Per row how many facilities it looked at, of an optimum.
    core : Allocation or None
        What can be asked what if.
    optimum_unserved : int or None
        How many the free optimum leaves, where the rules are others.
    repair : WholeRows or None
        What it took to keep rows together.
    own_without_way : int
        Rows whose own building they do not reach.
    """

    task: Task
    found: Found
    seats: Seats
    primal: int
    dual: int
    certified: bool
    looked: Whole | None = None
    core: _core.Allocation | None = None
    group: Seats | None = None
    optimum_unserved: int | None = None
    repair: _core.WholeRows | None = None
    own_without_way: int = 0

    @property
    def widened(self) -> int:
        """How many rows had to look farther than the nearest to know."""
        return 0 if self.task.complete or self.looked is None else int((self.looked > NEAREST).sum())


def solve(task: Task) -> Answer:
    """Return who is sent where under the rules of the task."""
    if task.rules.household is not None:
        return _kept_together(task, task.rules.household)
    if task.rules.group is not None:
        return _group_first(task, task.rules.group)
    if task.rules.plain:
        found = task.found()
        return optimal(task, found, _core.allocate(found.reach, task.people, task.places, start_arcs=NEAREST))
    return _by_rule(task)


def optimal(task: Task, found: Found, core: _core.Allocation, looked: Whole | None = None) -> Answer:
    """Return the optimum as an answer: rows look farther until nothing that they did not look at could pay.

    `looked` says at how many facilities each row has looked; by default at what `found` holds.
    """
    if looked is None:
        looked = np.full(len(task.demand), len(task.facilities) if task.complete else NEAREST, np.int64)
    looked = looked.copy()
    while True:
        rows = np.asarray(core.rows_to_widen)
        rows = rows[looked[rows] < len(task.facilities)]
        if not len(rows):
            break
        k = task.nearest(int(looked[rows].max()) * WIDER)
        looked[rows] = k
        core = core.widened(rows, task.found(k, rows).reach)
    primal, dual = int(core.primal), int(core.dual)
    return Answer(task, found, Seats.of(core), primal, dual, primal == dual, looked, core)


def _by_rule(task: Task) -> Answer:
    """Return own buildings first and then the rest, or everybody to the nearest until it is full."""
    found = task.found()
    free = optimal(task, found, _core.allocate(found.reach, task.people, task.places, start_arcs=NEAREST))
    people, places, own, lost = task.people, task.places, None, 0
    if task.rules.own is not None:
        own, lost = _own_building(task, found, task.rules.own)
        people, places = own.unserved, places - own.load(len(places))
    if task.rules.method == "optimal":
        core = _core.allocate(found.reach, people, places, start_arcs=NEAREST)
        seats = optimal(task, found, core).seats
    else:
        seats = _until_full(task, found, people, places)
    seats = seats if own is None else own.and_also(seats)
    return Answer(
        task,
        found,
        seats,
        seats.thousandths,
        free.primal,
        False,
        free.looked,
        optimum_unserved=int(free.seats.unserved.sum()),
        own_without_way=lost,
    )


def _own_building(task: Task, found: Found, own: NDArray[np.int32]) -> tuple[Seats, int]:
    """Return who has a place in the building of the own; of more than it holds the nearest, then by place."""
    rows = np.flatnonzero((own >= 0) & (task.people > 0))
    cost = _cost_of(found.reach, np.arange(len(own)), own)[rows]
    far = rows[np.isnan(cost)]
    if len(far) and not task.complete:
        cost[np.isnan(cost)] = _cost_of(task.found(None, far).reach, np.arange(len(far)), own[far])
    there = ~np.isnan(cost)
    lost = int((~there).sum())
    rows, cost = rows[there], cost[there]
    order = np.lexsort((rows, cost, own[rows]))
    rows, cost = rows[order], cost[order]
    facility, people = own[rows], task.people[rows]
    before = np.cumsum(people) - people
    first = np.append(True, np.diff(facility) != 0)[: len(rows)]
    before -= np.repeat(before[first], np.diff(np.append(np.flatnonzero(first), len(rows))))
    go = np.clip(task.places[facility] - before, 0, people)
    unserved = task.people.copy()
    unserved[rows] -= go
    back = np.argsort(rows, kind="stable")
    back = back[go[back] > 0]
    return Seats(rows[back].astype(np.int32), facility[back], go[back], cost[back], unserved), lost


def _cost_of(reach: _core.Reach, rows: NDArray[Any], facility: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return what the way of each row to one facility costs; NaN where it does not reach it."""
    counts = np.diff(reach.offsets)
    row = np.repeat(rows, counts)
    here = np.flatnonzero(reach.facility == facility[row])
    cost = np.full(len(rows), np.nan)
    cost[row[here]] = reach.cost[here]
    return cost


def _until_full(task: Task, found: Found, people: Whole, places: Whole) -> Seats:
    rules, k = task.rules, NEAREST
    turns = np.empty(0, np.int32) if rules.turns is None else rules.turns
    if rules.turn == "facilities" and not task.complete:
        k, found = len(task.facilities), task.found(None)
    while True:
        sent = _core.sent_in_order(found.reach, people, places, turn=rules.turn, order=turns)
        if task.complete or k >= len(task.facilities):
            return Seats.of(sent)
        if not (sent.unserved[np.diff(found.reach.offsets) >= k] > 0).any():
            return Seats.of(sent)
        k = task.nearest(k * WIDER)
        found = task.found(k)


def _kept_together(task: Task, household: Whole) -> Answer:
    """Return an answer in which each household goes to one facility or to none."""
    _, first, codes = np.unique(household, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")  # households in the order of their first rows
    number = np.empty(len(first), np.int64)
    number[order] = np.arange(len(first))
    codes, first = number[codes], first[order]
    people = np.zeros(len(first), np.int64)
    np.add.at(people, codes, task.people)
    families = replace(
        task,
        demand=task.demand.iloc[first],
        rows=task.rows[first],
        people=people,
        rules=Rules(),
        weights=people.astype(np.float64),
    )
    free = solve(families)
    reach = free.found.reach
    if free.widened:
        reach = families.found(None).reach  # with all that somebody goes along
    whole = _core.whole_rows(reach, people, families.places, free.seats.row, free.seats.facility, free.seats.people)
    at = np.full(len(first), -1)
    at[whole.sent.row] = np.arange(len(whole.sent))
    pair = at[codes]
    rows = np.flatnonzero((pair >= 0) & (task.people > 0))
    seats = Seats(
        rows.astype(np.int32),
        whole.sent.facility[pair[rows]],
        task.people[rows],
        whole.sent.cost[pair[rows]],
        np.where(pair >= 0, 0, task.people),
    )
    return Answer(
        task,
        task.found(),
        seats,
        seats.thousandths,
        free.primal,
        False,
        optimum_unserved=int(free.seats.unserved.sum()),
        repair=whole,
    )


def _group_first(task: Task, group: Whole) -> Answer:
    """Return an answer in which the group has its places first, and the others what is left: two optima."""
    assert task.rules.group_places is not None
    found, places = task.found(), task.places
    fit = np.minimum(task.rules.group_places * task.parts, places)
    first = optimal(task, found, _core.allocate(found.reach, group, fit, start_arcs=NEAREST))
    left = places - first.seats.load(len(places))
    others = optimal(task, found, _core.allocate(found.reach, task.people - group, left, start_arcs=NEAREST))
    seats = first.seats.and_also(others.seats)
    return Answer(
        task,
        found,
        replace(seats, unserved=first.seats.unserved + others.seats.unserved),
        first.primal + others.primal,
        first.dual + others.dual,
        first.certified and others.certified,
        others.looked,
        group=first.seats,
    )
