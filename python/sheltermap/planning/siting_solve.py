# SPDX-License-Identifier: Apache-2.0
"""Finds the best sites: a greedy choice, the core's search and bound from there, and HiGHS for what is still open."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from sheltermap._native import SheltermapError
from sheltermap.base.exact_sums import total
from sheltermap.planning.proof import Proof, solved
from sheltermap.planning.site_capacity import places_model
from sheltermap.planning.site_search_core import searched
from sheltermap.planning.siting_models import (
    backup_of_cover_model,
    covering_model,
    median_constant,
    median_model,
    set_cover_model,
)
from sheltermap.planning.siting_problem import Problem, Solution
from sheltermap.planning.siting_search import NOTHING, greedy, simple_bound, within

if TYPE_CHECKING:
    from sheltermap.planning.proof import Model
    from sheltermap.planning.siting_problem import Flags, Rows

MOST_ENTRIES = 1_500_000  #: of a model that is worth handing over: larger ones do not get past their first relaxation
HALF = 0.5  # a variable that is nearer to one than to none


@dataclass
class Course:
    """How a search stands: the best choice so far, what nothing can be better than, the clock, and what is to be told.

    `prove` is None where a proof is tried if it can be, False where it is not to be, True where it must be possible.
    """

    problem: Problem
    seconds: float
    prove: bool | None
    chosen: Rows = field(default_factory=lambda: NOTHING)
    bound: float = np.nan
    proven: bool = False
    stopped: str = "converged"
    second_bound: float = np.nan
    notes: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Return the seconds that are left."""
        return self.seconds - (time.monotonic() - self.began)

    def offer(self, chosen: Rows) -> None:
        """Take a choice where it is better than the best so far and keeps to p and the budget."""
        if self.problem.affordable(chosen) and self.problem.standing(chosen) > self.problem.standing(self.chosen):
            self.chosen = np.sort(chosen)

    def bounded(self, bound: float) -> None:
        """Take a bound where it is sharper than that so far."""
        sharper = min if self.problem.larger_is_better else max
        self.bound = bound if np.isnan(self.bound) else sharper(self.bound, bound)

    def search(self, *, everyone_once: bool = False) -> Problem:
        """Search in the core from the best choice on; return the problem without sites that no better choice has.

        With `everyone_once` the best choice so far is one by which everybody has a facility, and no other one counts.
        """
        problem = self.problem
        if self.stopped == "interrupted":
            return problem
        found = searched(problem, self.chosen, self.left, everyone_once=everyone_once)
        if found is None:
            return problem
        counts = not everyone_once or problem.reaches_all(found.chosen)
        if counts:
            self.offer(found.chosen)
        if found.interrupted:
            self.stopped = "interrupted"
        if problem.larger_is_better:
            self.bounded(np.floor(found.bound + 1e-6) if problem.whole else found.bound)
        elif problem.objective != "p_median":
            if np.isfinite(found.bound):  # else nothing that p allows reaches everybody
                self.bounded(found.bound)
        elif found.unreached >= total(problem.people) - problem.standing(self.chosen)[0]:
            self.bounded(found.bound)  # it is one for choices that leave nobody more without
        self.proven = found.proven and counts
        closed = problem.open.copy()
        closed[found.out] = False
        return replace(problem, open=closed)

    def proved(
        self, model: Model, *, constant: float = 0.0, start: Rows | None = None, open_to: Flags | None = None
    ) -> Proof | None:
        """Hand a model to HiGHS with the best choice so far; None where there is no time, or no HiGHS."""
        if self.proven or self.prove is False or self.stopped == "interrupted":
            return None
        if model.entries > MOST_ENTRIES:
            self.notes.append(f"too large for a proof: the model has {model.entries:,} entries".replace(",", " "))
            return None
        if self.left <= 0:
            self.stopped = "time"
            return None
        values = None
        if start is not None and open_to is not None and not open_to[start].all():
            start = None  # it has a site that no better choice has
        if start is not None:
            values = np.full(model.columns, np.nan)
            values[: self.problem.columns] = self.problem.taken(start)
        problem = self.problem
        apart = 0.999 if problem.whole and problem.objective in ("coverage", "backup") else 0.0
        try:
            proof = solved(model, seconds=self.left, start=values, apart=apart)
        except SheltermapError as error:
            if self.prove:
                raise
            self.prove = False
            self.notes.append(f"not proven: {error}")
            return None
        self.stopped = "converged" if proof.stopped in ("proven", "infeasible") else proof.stopped
        return replace(proof, bound=proof.bound + constant)

    def choice_of(self, proof: Proof) -> Rows:
        """Return the columns that a solution of a model takes."""
        assert proof.values is not None
        return np.flatnonzero((proof.values[: self.problem.columns] > HALF) & self.problem.open)

    def finished(self) -> Solution:
        """Return the answer, its bound never on the wrong side of its value."""
        objective = self.problem.value(self.chosen)
        bound = objective if self.proven or np.isnan(self.bound) else self.bound
        bound = max(bound, objective) if self.problem.larger_is_better else min(bound, objective)
        capacitated = self.problem.objective == "capacitated"  # of which the way has to be proven as well
        proven = self.proven or (bound == objective and not capacitated)
        second = -self.problem.standing(self.chosen)[-1] if capacitated else np.nan
        second_bound = second if self.proven else min(np.nan_to_num(self.second_bound), second)
        stopped = "proven" if proven else self.stopped
        return Solution(self.chosen, objective, bound, proven, stopped, second, float(second_bound))


def solve(problem: Problem, *, seconds: float, prove: bool | None) -> tuple[Solution, list[str]]:
    """Find the best choice, with a bound, and say what there is to say of it; see `sheltermap.site`.

    Every group of the problem reaches an option, or what stands already.
    """
    if problem.objective == "set_cover":  # whether it keeps to its means is seen when it is known what is needed
        problem = replace(problem, budget=None, p=problem.p if problem.priced else None)
    course = Course(problem, seconds, prove)
    if problem.beyond is None or problem.budget is not None:
        course.offer(greedy(problem))
    _SOLVED_BY[problem.objective](course)
    return course.finished(), course.notes


def _cover_most(course: Course) -> None:
    """Find maximal covering, once or twice."""
    problem = course.problem
    if problem.p is None and problem.budget is None:
        _backup_of_cover(course)
        return
    course.bounded(simple_bound(problem))
    left = course.search()
    proof = course.proved(covering_model(left), start=course.chosen, open_to=left.open)
    if proof is None:
        return
    if proof.values is not None:
        course.offer(course.choice_of(proof))
    course.bounded(np.floor(proof.bound + 1e-6) if problem.whole else proof.bound)
    course.proven = proof.stopped == "proven"


def _backup_of_cover(course: Course) -> None:
    """Find the fewest sites that cover everybody once, and of these choices the one with most people covered twice."""
    problem = course.problem
    cover = Course(replace(problem, objective="set_cover"), course.left / 2, course.prove)
    cover.offer(greedy(cover.problem))
    _cover_all(cover)
    course.notes += cover.notes
    course.prove, course.stopped = cover.prove, cover.stopped
    fewest = cover.finished()
    # Whatever was offered before may take more sites than are needed.
    course.problem = replace(problem, p=int(fewest.objective) if not problem.priced else None)
    if problem.priced:
        course.problem = replace(problem, budget=fewest.objective)
    course.chosen = fewest.chosen
    course.bounded(simple_bound(course.problem))
    if not problem.reaches_all(course.chosen):
        return
    left = course.search(everyone_once=True)
    course.proven &= fewest.proven
    model = backup_of_cover_model(left, needed=_needed(problem))
    proof = course.proved(model, start=course.chosen, open_to=left.open)
    if proof is None:
        return
    if proof.stopped == "infeasible":  # nothing is better
        course.proven = fewest.proven
        return
    if proof.values is not None:
        course.offer(course.choice_of(proof))
    course.bounded(np.floor(proof.bound + 1e-6) if problem.whole else proof.bound)
    course.proven = proof.stopped == "proven" and fewest.proven


def _cover_all(course: Course) -> None:
    """Find set covering: the fewest sites, or the cheapest, that everybody has one of."""
    problem = course.problem
    course.bounded(simple_bound(problem))
    left = course.search()
    price, priced = problem.spending, problem.priced
    scale = max(float(price[problem.open].max(initial=0.0)), 1.0) if priced else 1.0
    model = set_cover_model(left, price=price / scale, needed=_needed(problem))
    proof = course.proved(model, start=course.chosen, open_to=left.open)
    if proof is None:
        return
    if proof.stopped == "infeasible" and problem.reaches_all(course.chosen):  # nothing is better
        course.proven = True
        return
    if proof.values is not None:
        course.offer(course.choice_of(proof))
    course.bounded(proof.bound * scale if priced else float(np.ceil(proof.bound - 1e-6)))
    course.proven = proof.stopped == "proven"


def _nearest_for_all(course: Course) -> None:
    """Find the p-median, of those that reach most people."""
    problem = course.problem
    everybody = total(problem.people)
    reached = problem.standing(course.chosen)[0]
    if reached < everybody:  # sites that reach more people come first
        first = Course(replace(problem, objective="coverage"), course.left / 2, course.prove)
        first.chosen = course.chosen
        _cover_most(first)
        course.notes += first.notes
        course.prove, course.stopped = first.prove, first.stopped
        most = first.finished()
        course.offer(most.chosen)
        reached = problem.standing(course.chosen)[0]
        if not most.proven:
            course.bounded(0.0)
            return
    course.bounded(simple_bound(problem) if reached == everybody else 0.0)
    left = course.search()
    if problem.beyond is not None:
        if not len(course.chosen):
            course.offer(greedy(problem))
        if course.left <= 0 and course.stopped == "converged":
            course.stopped = "time"
        course.notes.append(
            "so many candidates that of each row only the nearest were looked at: the bound holds for all"
        )
        return
    reached = problem.standing(course.chosen)[0]
    scale = max(problem.value(course.chosen), 1.0) / 1e6
    scaled = replace(left, people=problem.people / scale)
    unreached = (everybody - reached) / scale
    proof = course.proved(
        median_model(scaled, unreached=unreached),
        constant=median_constant(scaled),
        start=course.chosen,
        open_to=left.open,
    )
    if proof is None:
        return
    if proof.values is not None:
        course.offer(course.choice_of(proof))
    if proof.stopped == "infeasible":  # nothing is better
        course.proven = True
        return
    course.bounded(proof.bound * scale)
    course.proven = proof.stopped == "proven"


def _least_farthest(course: Course) -> None:
    """Find the p-center: the smallest cost within which a set covering keeps to its means, by halving."""
    problem = course.problem
    usable = problem.locked | problem.open
    least = float(problem.cheapest(usable).max(initial=0.0))
    course.bounded(least)
    course.search()
    if course.proven:
        return
    if not problem.reaches_all(course.chosen):
        proof = course.proved(set_cover_model(problem, price=problem.size.astype(np.float64), needed=_needed(problem)))
        if proof is None or proof.values is None:
            return
        course.offer(course.choice_of(proof))
    radii = np.unique(problem.cost)
    low = int(np.searchsorted(radii, course.bound))  # nothing below can do
    high = int(np.searchsorted(radii, problem.value(course.chosen)))  # this one does
    course.proven = low >= high
    while low < high:
        middle = (low + high) // 2
        near = within(problem, radii[middle])
        price = near.size.astype(np.float64)
        proof = course.proved(set_cover_model(near, price=price, needed=_needed(near)))
        if proof is None or proof.stopped in ("time", "interrupted"):
            return
        if proof.values is None:
            low = middle + 1
            course.bounded(float(radii[low]))
        else:
            course.offer(course.choice_of(proof))
            high = min(middle, int(np.searchsorted(radii, problem.value(course.chosen))))
    course.proven = True


def _most_in_places(course: Course) -> None:
    """Find the sites in which most people have a place, and of these the least way."""
    problem = course.problem
    course.bounded(simple_bound(problem))
    proof = course.proved(places_model(problem), start=course.chosen)
    if proof is None:
        return
    if proof.values is not None:
        course.offer(course.choice_of(proof))
    course.bounded(np.floor(proof.bound + 1e-6) if problem.whole else proof.bound)
    served, way = problem.served_and_way(course.chosen)
    if proof.stopped != "proven" and course.bound > served:
        return
    scale = max(way, 1.0) / 1e6
    scaled = replace(problem, cost=problem.cost / scale)
    second = course.proved(places_model(scaled, served=served * (1 - 1e-9)), start=course.chosen)
    if second is None:
        return
    if second.values is not None:
        course.offer(course.choice_of(second))
    course.second_bound = second.bound * scale
    course.proven = second.stopped == "proven"


def _needed(problem: Problem) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which groups are to have a facility: those that have none yet."""
    needed: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.isinf(problem.cheapest(problem.locked))
    return needed


_SOLVED_BY = {
    "coverage": _cover_most,
    "backup": _cover_most,
    "set_cover": _cover_all,
    "p_median": _nearest_for_all,
    "p_center": _least_farthest,
    "capacitated": _most_in_places,
}
