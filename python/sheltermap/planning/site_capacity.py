# SPDX-License-Identifier: Apache-2.0
"""Sites that hold so many people and no more: who has a place when some are chosen, and the model of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base.exact_sums import totals
from sheltermap.planning.siting_models import with_choice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.planning.proof import Model
    from sheltermap.planning.siting_problem import Numbers, Problem, Rows


def share_in_places(problem: Problem, chosen: Rows, reached: NDArray[np.bool_]) -> Numbers:
    """Return which part of each group has a place; of one without people whether anything is `reached`."""
    plan, parts = problem.allocation(chosen)
    without = plan.unserved / parts
    share = np.divide(without, problem.people, out=np.where(reached, 0.0, 1.0), where=problem.people > 0)
    return 1.0 - np.minimum(share, 1.0)


def most_sent_to(problem: Problem, chosen: Rows) -> tuple[Rows, Numbers]:
    """Return the column where most people of each group have a place, the nearest of several; -1 without any."""
    plan, _ = problem.allocation(chosen)
    order = np.lexsort((plan.facility, plan.cost, -plan.people, plan.row))
    row = plan.row[order]
    first = order[np.diff(row, prepend=-1) != 0]
    column, cost = np.full(problem.groups, -1, np.int64), np.full(problem.groups, np.inf)
    serving = np.flatnonzero(problem.taken(chosen))
    of_structure = np.full(int(problem.structure.max(initial=0)) + 1, -1, np.int64)
    of_structure[problem.structure[serving]] = serving
    column[plan.row[first]], cost[plan.row[first]] = of_structure[plan.facility[first]], plan.cost[first]
    return column, cost


def gains_in_places(problem: Problem, chosen: Rows) -> Numbers:
    """Return roughly what each column adds: people without a place whom it reaches, as far as it has room."""
    plan, parts = problem.allocation(chosen)
    left = plan.unserved / parts
    column = problem.column.astype(np.int64)
    wanting = totals(left[problem.group_of_arc], column, problem.columns)
    room = _room(problem)
    way = np.bincount(plan.row, plan.cost * plan.people / parts, minlength=problem.groups)
    now = np.divide(way, problem.people - left, out=np.zeros(problem.groups), where=problem.people > left)
    nearer = np.maximum(now[problem.group_of_arc] - problem.cost, 0.0) * (problem.people - left)[problem.group_of_arc]
    far = float(problem.cost.max(initial=0.0)) + 1
    return np.minimum(wanting, room) * far * 2 + np.bincount(column, nearer, minlength=problem.columns)


def most_in_places(problem: Problem) -> Numbers:
    """Return how many people more each column can serve at most: no more than it reaches, and has room for."""
    reached = totals(problem.people[problem.group_of_arc], problem.column.astype(np.int64), problem.columns)
    return np.minimum(reached, _room(problem))


def _room(problem: Problem) -> Numbers:
    """Return the places of each column with those of its structure as it stands, which a nearer door may fill."""
    standing = np.bincount(
        problem.structure[problem.locked],
        problem.places[problem.locked],
        minlength=int(problem.structure.max(initial=0)) + 1,
    )
    return (problem.places + np.where(problem.locked, 0.0, standing[problem.structure])).astype(np.float64)


def places_model(problem: Problem, *, served: float | None = None) -> Model:
    """Return the model of people with a place; with `served` of so many at least, and of the least people × cost."""
    model, choice = with_choice(problem, maximize=served is None)
    usable = (problem.locked | problem.open)[problem.column]
    group, column, cost = problem.group_of_arc[usable], problem.column[usable], problem.cost[usable]
    people = problem.people[group]
    sent = model.variables(1.0 if served is None else cost, count=len(group), upper=people)
    model.constrain(group, sent, 1.0, count=problem.groups, upper=problem.people)
    structures = int(problem.structure.max(initial=0)) + 1
    columns = np.flatnonzero(problem.locked | problem.open)
    rows = np.concatenate([problem.structure[column], problem.structure[columns]])
    value = np.concatenate([np.ones(len(sent)), -problem.places[columns].astype(np.float64)])
    model.constrain(rows, np.concatenate([sent, choice[columns]]), value, count=structures, upper=0.0)
    # Nobody is sent to what is not chosen: also said pair by pair, which is far sharper.
    new = np.flatnonzero(~problem.locked[column])
    rows = np.tile(np.arange(len(new)), 2)
    most = np.minimum(people[new], np.maximum(_room(problem)[column[new]], 0.0))
    value = np.concatenate([np.ones(len(new)), -most])
    model.constrain(rows, np.concatenate([sent[new], choice[column[new]]]), value, count=len(new), upper=0.0)
    if served is not None:
        model.constrain(np.zeros(len(sent), np.int64), sent, 1.0, count=1, lower=served)
    return model
