# SPDX-License-Identifier: Apache-2.0
"""Whether a question of siting can be answered at all, and what would make it so where it cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.planning.siting_solve import solve
from sheltermap.streets.travelling import Question, find

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.planning.site_options import Candidates, Prices
    from sheltermap.planning.site_reach import SiteTable
    from sheltermap.planning.siting_problem import Problem, Solution


def require_reachable(demand: GeoDataFrame, candidates: Candidates, table: SiteTable, asked: Question) -> None:
    """Raise ValueError where nothing can be chosen, or nothing that can be reaches anybody."""
    problem = table.problem
    if not problem.open.any():
        why = "; ".join(candidates.notes)
        raise ValueError(f"none of the {len(candidates.frame)} candidates can be chosen: {why}")
    if problem.open[problem.column].any():
        return
    far = "" if asked.limit is None else f" within {asked.limit}"
    nearest = ""
    if asked.limit is not None:
        reach = find(demand, candidates.frame, replace(asked, limit=None), 1).reach
        if len(reach.cost):
            least = float(reach.cost.min())
            nearest = (
                f"; the nearest is {texts.duration(least, 'en') if asked.seconds else texts.distance(least, 'en')} away"
            )
    raise ValueError(f"no candidate reaches any row of the demand{far}{nearest}")


def require_means(problem: Problem, prices: Prices) -> None:
    """Raise ValueError where p is larger than what can be chosen, or the budget below the cheapest."""
    if problem.p is not None:
        most = np.zeros(int(problem.structure.max(initial=0)) + 1, np.int64)
        np.maximum.at(most, problem.structure[problem.open], problem.size[problem.open])
        if problem.p > most.sum():
            raise ValueError(f"p = {problem.p}, but there are only {int(most.sum())} that can be chosen: lower p")
    if problem.budget is not None:
        cheapest = float(problem.price[problem.open].min(initial=np.inf))
        if problem.budget < cheapest:
            raise ValueError(
                f"the budget of {prices.said(problem.budget)} is below the cheapest of all, {prices.said(cheapest)}: "
                f"it lacks {prices.said(cheapest - problem.budget)}"
            )


def require_solved(problem: Problem, solution: Solution, prices: Prices, seconds: float) -> None:
    """Raise ValueError where p or the budget are too small for everybody to have a facility, with what suffices."""
    if problem.objective not in ("set_cover", "p_center"):
        return
    reached = problem.standing(solution.chosen)[0] == problem.groups
    if reached and problem.affordable(solution.chosen):
        return
    cover = replace(problem, objective="set_cover", p=None, budget=None)
    if problem.budget is not None:
        least, _ = solve(cover, seconds=seconds, prove=None)
        if least.bound > problem.budget:
            lacks = prices.said(least.objective - problem.budget)
            raise ValueError(
                f"the budget of {prices.said(problem.budget)} does not suffice for everybody to have a facility: it "
                f"lacks {lacks}; {prices.said(least.objective)} {_suffice(least)}"
            )
    if problem.p is not None:
        fewest, _ = solve(replace(cover, price=np.zeros(problem.columns)), seconds=seconds, prove=None)
        if fewest.bound > problem.p:
            raise ValueError(
                f"p = {problem.p} is too few for everybody to have a facility: p = {fewest.objective:.0f} "
                f"{_suffice(fewest)}"
            )
    found = f"{int(problem.size[solution.chosen].sum())} sites"
    if prices.column is not None:
        found += f" for {prices.said(float(problem.price[solution.chosen].sum()))}"
    raise ValueError(
        f"within p and the budget no choice was found by which everybody has a facility (the best found, {found}, "
        f"{'does not' if not reached else 'is too much'}): allow more, or a longer time_limit"
    )


def _suffice(solution: Solution) -> str:
    return "suffices, and less does not" if solution.proven else "suffices"
