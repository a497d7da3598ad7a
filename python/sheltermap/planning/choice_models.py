# SPDX-License-Identifier: Apache-2.0
"""Models beside those of siting: the cheapest choice that gains so many people, and the choice of least regret."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from sheltermap.base.exact_sums import total
from sheltermap.planning.siting_models import with_choice

if TYPE_CHECKING:
    from sheltermap.planning.proof import Model, Proof
    from sheltermap.planning.siting_problem import Numbers, Problem, Rows

HALF = 0.5  # a variable that is nearer to one than to none


def cheapest_model(problem: Problem, people: float) -> tuple[Model, float]:
    """Return the cheapest choice that covers so many people, and the amount of money that its objective counts in."""
    scale = max(float(problem.price[problem.open].max(initial=0.0)), 1.0)
    model, choice = with_choice(problem, maximize=False, price=problem.price / scale)
    group, covered = _covered(model, problem, choice)
    one, worth = np.zeros(len(covered), np.int64), max(people, 1.0)
    model.constrain(one, covered, problem.people[group] / worth, count=1, lower=people / worth)
    return model, scale


def robust_model(
    problem: Problem, scenario: Rows, offset: Numbers, aim: Literal["worst", "regret"]
) -> tuple[Model, float]:
    """Return the choice that does best where it does worst, and the people that its objective counts in.

    `scenario` is that of each group; `offset` are, by scenario, the people covered anyway (``worst``: most people in
    the worst scenario) or the most that could be gained (``regret``: the largest shortfall from that is smallest).
    """
    of_groups = np.bincount(scenario, problem.people, minlength=len(offset))
    scale = max(float(of_groups.max(initial=0.0)), float(np.abs(offset).max(initial=0.0)), 1.0)
    model, choice = with_choice(problem, maximize=aim == "worst")
    group, covered = _covered(model, problem, choice)
    (extreme,) = model.variables(1.0, count=1, upper=np.inf)
    count = len(offset)
    row = np.concatenate([scenario[group], np.arange(count)])
    column = np.concatenate([covered, np.full(count, extreme)])
    gained = problem.people[group] / scale
    if aim == "worst":  # the extreme is no more than what is covered in each
        value, lower = np.concatenate([gained, np.full(count, -1.0)]), -offset / scale
    else:  # the extreme and what is gained are no less than the most that could be
        value, lower = np.concatenate([gained, np.ones(count)]), offset / scale
    model.constrain(row, column, value, count=count, lower=lower)
    return model, scale


def _covered(model: Model, problem: Problem, choice: Rows) -> tuple[Rows, Rows]:
    """Add whether a group is covered, for each that can be and has people; return these groups and variables."""
    usable = (problem.locked | problem.open)[problem.column]
    reached = np.bincount(problem.group_of_arc[usable], minlength=problem.groups) > 0
    group = np.flatnonzero(reached & (problem.people > 0))
    covered = model.variables(0.0, count=len(group))
    number = np.full(problem.groups, -1, np.int64)
    number[group] = np.arange(len(group))
    mine = usable & (number[problem.group_of_arc] >= 0)
    row = number[problem.group_of_arc[mine]]
    rows = np.concatenate([np.arange(len(group)), row])
    entries = np.concatenate([covered, choice[problem.column[mine]]])
    value = np.concatenate([np.ones(len(group)), np.full(len(row), -1.0)])
    model.constrain(rows, entries, value, count=len(group), upper=0.0)
    return group, covered


def stacked(problem: Problem, parts: list[Problem], shares: Numbers) -> tuple[Problem, Rows]:
    """Return the groups of several problems over the same columns as one, each with its share; and whose they are."""
    lengths = np.concatenate([np.diff(part.offsets) for part in parts])
    people = [part.people * share for part, share in zip(parts, shares.tolist(), strict=True)]
    joined = replace(
        problem,
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        column=np.concatenate([part.column for part in parts]),
        cost=np.concatenate([part.cost for part in parts]),
        people=np.concatenate(people),
        whole=all(part.whole for part in parts) and bool((shares == 1.0).all()),
    )
    return joined, np.repeat(np.arange(len(parts)), [part.groups for part in parts])


def taken_of(problem: Problem, proof: Proof) -> Rows | None:
    """Return the columns that a solution takes; None where there is none."""
    if proof.values is None:
        return None
    return np.flatnonzero((proof.values[: problem.columns] > HALF) & problem.open)


def most_reachable(problem: Problem) -> float:
    """Return how many people any choice could cover at all."""
    return total(problem.people[problem.count_reached(problem.open | problem.locked) > 0])
