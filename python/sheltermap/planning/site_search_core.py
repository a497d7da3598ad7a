# SPDX-License-Identifier: Apache-2.0
"""What the core's searches find for a question of siting: a choice, a bound, and sites that no better choice has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap._native import _core
from sheltermap.base.exact_sums import total

if TYPE_CHECKING:
    from sheltermap.planning.siting_problem import Problem, Rows

LONGEST_S = 20.0  #: of a search: what it does not find in that time a proof does


@dataclass(frozen=True)
class Searched:
    """A choice of columns, without those that stand, and what is known of all others.

    `bound` is one for every choice that leaves no more than `unreached` people without a facility. `out` are columns
    that no choice has that is better than this one.
    """

    chosen: Rows
    bound: float
    proven: bool
    out: Rows
    unreached: float
    interrupted: bool


def searched(problem: Problem, start: Rows, seconds: float, *, everyone_once: bool = False) -> Searched | None:
    """Search in the core; None where it has no search for that. `everyone_once`: backup among choices that cover all.

    Where a structure has several options, or a budget is asked of what the core counts by number, the core answers a
    question with more freedom: its bound holds, its choice may be none, and nothing is said of single sites.
    """
    if problem.objective == "capacitated" or not problem.groups or (seconds <= 0 and problem.beyond is None):
        return None
    row, column, cost = problem.group_of_arc.astype(np.int32), problem.column, problem.cost
    locked, columns = np.flatnonzero(problem.locked).tolist(), problem.columns
    if problem.beyond is not None:  # as if something stood there
        locked.append(columns)
        columns += 1
        row = np.concatenate([row, np.arange(problem.groups, dtype=np.int32)])
        column = np.concatenate([column, np.full(problem.groups, problem.columns, np.int32)])
        cost = np.concatenate([cost, problem.beyond])
    reach = _core.reach_from_pairs(problem.groups, columns, row, column, cost, unit=problem.unit)
    forbidden = np.flatnonzero(~problem.locked & ~problem.open).tolist()
    among: dict[str, Any] = {"locked": locked, "forbidden": forbidden, "facilities": columns, "keep_best": True}
    # With the nearest candidates only this is all that gives a choice: it has its time even where reading took it all.
    seconds = min(seconds, LONGEST_S) if problem.beyond is None else max(seconds, LONGEST_S)
    how = among | {"seconds": seconds, "start": start.tolist()}
    people = np.ascontiguousarray(problem.people)
    freer = bool(problem.alternatives)
    if problem.objective in ("p_median", "p_center"):
        most = _most_affordable(problem)
        how["p"] = most if problem.p is None else min(problem.p, most)
        freer |= problem.budget is not None
    if problem.objective == "p_median":
        found = _core.p_median(reach, people, **how)
    elif problem.objective == "p_center":
        found = _core.p_center(reach, **how)
    elif problem.objective == "set_cover":
        found = _core.set_covering(reach, np.inf, cost=problem.spending.tolist(), **how)
        freer |= problem.p is not None or problem.budget is not None
    else:
        priced: dict[str, Any] = (
            {} if problem.budget is None else {"cost": problem.price.tolist(), "budget": problem.budget}
        )
        found = _core.maximal_covering(
            reach, people, np.inf, p=problem.p, copies=problem.copies, everyone_once=everyone_once, **priced, **how
        )
    return Searched(
        np.setdiff1d(found.chosen, locked).astype(np.int64),
        found.bound,
        not freer and found.proven,
        np.empty(0, np.int64) if freer else np.asarray(found.fixed_out, np.int64),
        total(people[found.unreached]),
        found.stopped == "interrupted",
    )


def _most_affordable(problem: Problem) -> int:
    """Return how many of the cheapest options a budget buys at most, at least one; without a budget all there are."""
    prices = np.sort(problem.price[problem.open])
    if problem.budget is None:
        return max(len(prices), 1)
    return max(int((np.cumsum(prices) <= problem.budget * (1 + 1e-12)).sum()), 1)
