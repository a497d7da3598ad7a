# SPDX-License-Identifier: Apache-2.0
"""A first good choice of sites, one by one, and bounds that need no solver."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base.exact_sums import total, totals
from sheltermap.planning.site_capacity import gains_in_places, most_in_places
from sheltermap.planning.siting_problem import Problem, choose_first

if TYPE_CHECKING:
    from sheltermap.planning.siting_problem import Flags, Numbers, Rows

NOTHING = np.empty(0, np.int64)
MOST_COSTS = 50_000_000  #: of a choice that are kept at once


def greedy(problem: Problem, start: Rows = NOTHING) -> Rows:
    """Return a choice made one by one: by gain and, where there are prices, also by gain for the money; the better."""
    if problem.objective == "p_center":
        return _greedy_center(problem)
    ways = [False, True] if problem.price.any() and (problem.budget is not None or _is_cover(problem)) else [False]
    found = [_one_by_one(problem, by_price, start) for by_price in ways]
    return max(found, key=lambda chosen: (problem.standing(chosen), -problem.spent(chosen)))


def order_of_benefit(problem: Problem, chosen: Rows) -> Rows:
    """Return a choice in the order in which each next one helps most after those before it."""
    problem, left = problem.among(chosen), list(chosen)
    ordered: list[int] = []
    cost = _costs_of(problem, chosen)
    now = problem.cheapest(problem.locked)
    while left:
        first = left if cost is None else _about_best(problem, now, cost, left)
        standing = [problem.standing(np.array([*ordered, each], np.int64)) for each in first]
        best = max(standing)
        equal = [each for each, mine in zip(first, standing, strict=True) if mine == best]
        ordered.append(min(equal, key=lambda each: (problem.price[each], each)))
        left.remove(ordered[-1])
        if cost is not None:
            now = np.minimum(now, cost[ordered[-1]])
    return np.array(ordered, np.int64)


def _costs_of(problem: Problem, chosen: Rows) -> dict[int, Numbers] | None:
    """Return what it costs each group to get to each of a choice, where that is all that counts, and fits."""
    if problem.objective not in ("coverage", "p_median") or len(chosen) * problem.groups > MOST_COSTS:
        return None
    found = {}
    for each in chosen.tolist():
        mine = problem.column == each
        found[each] = np.full(problem.groups, np.inf)
        found[each][problem.group_of_arc[mine]] = problem.cost[mine]
    return found


def _about_best(problem: Problem, now: Numbers, cost: dict[int, Numbers], left: list[int]) -> list[int]:
    """Return those of which one is the best next: sums in plain doubles tell the others apart."""
    reached, way = np.empty(len(left)), np.empty(len(left))
    for number, each in enumerate(left):
        then = np.minimum(now, cost[each])
        there = np.isfinite(then)
        reached[number] = problem.people[there].sum()
        way[number] = problem.people[there] @ then[there] if problem.objective == "p_median" else 0.0
    near = reached >= reached.max() * (1 - 1e-9)
    near &= way <= way[near].min() * (1 + 1e-9)
    return [each for each, mine in zip(left, near, strict=True) if mine]


def needed_only(problem: Problem, chosen: Rows) -> Rows:
    """Return a choice without what adds nothing to it, the dearest left out first."""
    problem, kept = problem.among(chosen), list(chosen)
    for each in sorted(chosen, key=lambda each: (-problem.price[each], -each)):
        rest = np.array([other for other in kept if other != each], np.int64)
        if _as_good(problem, rest, np.array(kept, np.int64)):
            kept.remove(each)
    return np.array(sorted(kept), np.int64)


def _as_good(problem: Problem, rest: Rows, kept: Rows) -> bool:
    if problem.objective == "set_cover":
        return problem.standing(rest)[0] == problem.standing(kept)[0]
    return problem.standing(rest) >= problem.standing(kept)


def _is_cover(problem: Problem) -> bool:
    return problem.objective == "set_cover"


def _one_by_one(problem: Problem, by_price: bool, start: Rows) -> Rows:
    chosen = [int(each) for each in start]
    while True:
        serving = problem.taken(np.array(chosen, np.int64))
        capacitated = problem.objective == "capacitated"
        gain = gains_in_places(problem, np.array(chosen, np.int64)) if capacitated else gains(problem, serving)
        allowed = within_means(problem, chosen) & (gain > 0)
        scores = gain / np.maximum(problem.price, 1e-9) if by_price else gain
        best = choose_first(scores, problem.price, allowed)
        if best < 0:
            return np.array(sorted(chosen), np.int64)
        chosen.append(best)


def within_means(problem: Problem, chosen: list[int]) -> Flags:
    """Return which columns may still be added to a choice."""
    allowed = problem.open & ~np.isin(problem.structure, problem.structure[chosen])
    if problem.p is not None:
        allowed &= problem.size <= problem.p - int(problem.size[chosen].sum())
    if problem.budget is not None:
        spent = problem.price[chosen]
        for each in np.flatnonzero(allowed):
            allowed[each] = total(np.append(spent, problem.price[each])) <= problem.budget
    return allowed


def gains(problem: Problem, serving: Flags) -> Numbers:
    """Return roughly what each column adds to those that serve: exactly, but for backup."""
    group, column = problem.group_of_arc, problem.column
    if problem.objective in ("coverage", "set_cover", "backup"):
        weight = np.ones(problem.groups) if _is_cover(problem) else problem.people
        count = problem.count_reached(serving)
        worth = np.where(count >= problem.copies, 0.0, weight)
        if problem.copies == 2:  # a first one is half the way, and worth a little less than half
            worth = np.where(count == 0, 0.45 * worth, worth)
        mine = worth[group] > 0
        return np.bincount(column[mine], worth[group[mine]], minlength=problem.columns).astype(np.float64)
    now = problem.cheapest(serving)
    far = 2 * float(problem.cost.max(initial=0.0)) + 1
    saved = (np.where(np.isfinite(now), now, far)[group] - problem.cost) * problem.people[group]
    mine = saved > 0
    return np.bincount(column[mine], saved[mine], minlength=problem.columns).astype(np.float64)


def _greedy_center(problem: Problem) -> Rows:
    """Return sites for a small largest cost: the least at which a greedy cover of everybody keeps to its means."""
    radii = np.unique(problem.cost)
    best, low, high = greedy(replace(problem, objective="set_cover")), 0, len(radii)
    while low < high:
        middle = (low + high) // 2
        near = within(problem, radii[middle])
        chosen = _one_by_one(near, False, NOTHING)
        if near.standing(chosen)[0] == problem.groups:
            best, high = chosen, middle
        else:
            low = middle + 1
    return best


def within(problem: Problem, limit: float) -> Problem:
    """Return the set covering with only the arcs that cost no more than a limit; groups may be left without any."""
    return replace(problem.with_arcs(problem.cost <= limit), objective="set_cover")


def simple_bound(problem: Problem) -> float:
    """Return what no choice can be better than, from each option by itself; every group reaches some option."""
    usable = problem.locked | problem.open
    everything = problem.cheapest(usable)
    if problem.objective == "capacitated":
        now = problem.served_and_way(NOTHING)[0]
        return min(total(problem.people), now + _best_sum(problem, most_in_places(problem)))
    if problem.objective in ("coverage", "backup"):
        standing = problem.count_reached(problem.locked)
        there = total(problem.people[standing >= problem.copies])
        possible = problem.count_reached(usable) >= problem.copies
        alone = totals(
            np.where((standing < problem.copies) & possible, problem.people, 0.0)[problem.group_of_arc],
            problem.column.astype(np.int64),
            problem.columns,
        )
        return min(total(problem.people[possible]), there + _best_sum(problem, alone))
    if problem.objective == "set_cover":
        open_groups = np.isinf(problem.cheapest(problem.locked)) & np.isfinite(everything)
        if not open_groups.any():
            return 0.0
        prices = np.where(problem.price.any(), problem.price, problem.size.astype(float))
        least = np.full(problem.groups, np.inf)
        mine = problem.open[problem.column]
        np.minimum.at(least, problem.group_of_arc[mine], prices[problem.column[mine]])
        return float(least[open_groups].max())
    if problem.objective == "p_center":
        return float(everything.max(initial=0.0))
    return total(problem.people * everything)


def _best_sum(problem: Problem, alone: Numbers) -> float:
    """Return the largest sum of single gains that p and the budget allow, the last one in part."""
    mine = np.flatnonzero(problem.open & (alone > 0))
    sums = [np.inf]
    if problem.p is not None:
        sums.append(total(np.sort(alone[mine])[::-1][: problem.p]))
    if problem.budget is not None:
        free = problem.price[mine] == 0
        paid = mine[~free]
        paid = paid[np.argsort(-alone[paid] / problem.price[paid], kind="stable")]
        before = np.cumsum(problem.price[paid]) - problem.price[paid]
        share = np.clip((problem.budget - before) / problem.price[paid], 0.0, 1.0)
        sums.append((total(alone[mine[free]]) + total(alone[paid] * share)) * (1 + 1e-12))
    return min(sums)
