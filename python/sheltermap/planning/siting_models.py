# SPDX-License-Identifier: Apache-2.0
"""The questions of siting as mixed-integer models: one variable per option, and rows merged before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base.exact_sums import total
from sheltermap.planning.proof import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.planning.siting_problem import Numbers, Problem, Rows

STRONG = 12  #: so many sites of a group at most for the sharper rows of backup, which grow with their square


def with_choice(problem: Problem, *, maximize: bool, price: Any = 0.0) -> tuple[Model, Rows]:
    """Return a model that holds nothing but the choice: one variable per column, p, budget and alternatives."""
    model = Model(maximize)
    upper = (problem.locked | problem.open).astype(np.float64)
    choice = model.variables(
        price, count=problem.columns, lower=problem.locked.astype(np.float64), upper=upper, whole=True
    )
    if problem.p is not None:
        counted = np.flatnonzero(problem.open & (problem.size > 0))
        one = np.zeros(len(counted), np.int64)
        model.constrain(one, choice[counted], problem.size[counted], count=1, upper=problem.p)
    if problem.budget is not None:
        priced = np.flatnonzero(problem.open & (problem.price > 0))
        # In parts of the budget: amounts of money are large beside the solver's tolerances.
        scale = problem.budget or 1.0
        one = np.zeros(len(priced), np.int64)
        model.constrain(one, choice[priced], problem.price[priced] / scale, count=1, upper=problem.budget / scale)
    mine = np.flatnonzero(problem.open)
    _, number, count = np.unique(problem.structure[mine], return_inverse=True, return_counts=True)
    several = np.flatnonzero(count > 1)
    if len(several):
        at = np.searchsorted(several, number)
        inside = (at < len(several)) & (several[np.minimum(at, len(several) - 1)] == number)
        model.constrain(at[inside], choice[mine[inside]], 1.0, count=len(several), upper=1.0)
    return model, choice


def covering_model(problem: Problem) -> Model:
    """Return maximal covering: people who have a facility, once or, for backup, twice."""
    model, choice = with_choice(problem, maximize=True)
    counts, usable = _countable(problem)
    if problem.copies == 1:
        groups = np.flatnonzero((counts >= 1) & (problem.people > 0))
        number = _numbered(groups, problem.groups)
        covered = model.variables(problem.people[groups], count=len(groups))
        mine = usable & (number[problem.group_of_arc] >= 0)
        row = number[problem.group_of_arc[mine]]
        _linked(model, covered, row, choice[problem.column[mine]], 1.0)
        return model
    groups = np.flatnonzero((counts >= 2) & (problem.people > 0))
    number = _numbered(groups, problem.groups)
    twice = model.variables(problem.people[groups], count=len(groups))
    mine = usable & (number[problem.group_of_arc] >= 0)
    row, column = number[problem.group_of_arc[mine]], choice[problem.column[mine]]
    _linked(model, twice, row, column, 0.5)
    _sharpened(model, twice, row, column)
    return model


def set_cover_model(problem: Problem, *, price: Numbers, needed: NDArray[np.bool_]) -> Model:
    """Return set covering: the cheapest choice by which all the groups that are `needed` have a facility."""
    model, choice = with_choice(problem, maximize=False, price=price)
    _covered(model, choice, problem, needed)
    return model


def backup_of_cover_model(problem: Problem, *, needed: NDArray[np.bool_]) -> Model:
    """Return backup among the choices by which all the groups that are `needed` have one facility."""
    model = covering_model(problem)
    _covered(model, np.arange(problem.columns), problem, needed)
    return model


def median_model(problem: Problem, *, unreached: float) -> Model:
    """Return p-median: people × cost, of which `unreached` people at most may be left without any facility.

    A group's cost is that of its first step plus the differences of the next ones as long as nothing nearer is chosen
    (the radius form of Cornuéjols, Nemhauser and Wolsey, 1980): far fewer entries than a variable per pair.
    """
    model, choice = with_choice(problem, maximize=False)
    group, column, cost = _up_to_standing(problem)
    # Steps: the distinct costs of each group, ascending.
    first = np.diff(group, prepend=-1) != 0
    new = first | (np.diff(cost, prepend=-1.0) != 0)
    step = np.cumsum(new) - 1
    of_step, at, opens = group[new], cost[new], first[new]
    people = problem.people[of_step]
    last = np.append(opens[1:], True)
    more = np.where(last, 0.0, np.append(at[1:], 0.0) - at)
    if unreached > 0:  # nobody goes anywhere who is left without: then the steps before count for nothing
        more = np.where(last, -at, more)
    # `farther[k]`: nobody within the cost of step k is chosen.
    farther = model.variables(people * more, count=len(of_step))
    later = np.flatnonzero(~opens)
    row = np.concatenate([np.arange(len(of_step)), step, later])
    entry = np.concatenate([farther, choice[column], farther[later - 1]])
    value = np.concatenate([np.ones(len(of_step) + len(column)), -np.ones(len(later))])
    model.constrain(row, entry, value, count=len(of_step), lower=opens.astype(np.float64))
    ends = np.flatnonzero(last)
    scale = max(float(people[ends].max(initial=0.0)), 1.0)
    one = np.zeros(len(ends), np.int64)
    model.constrain(one, farther[ends], people[ends] / scale, count=1, upper=max(unreached, 0.0) / scale)
    if unreached > 0:
        end = ends[np.cumsum(opens)[step] - 1]  # the last step of each arc's group
        rows = np.concatenate([np.arange(len(column))] * 2)
        model.constrain(rows, np.concatenate([farther[end], choice[column]]), 1.0, count=len(column), upper=1.0)
    return model


def median_constant(problem: Problem) -> float:
    """Return the people × cost of everybody's first step, which the model leaves out."""
    group, _, cost = _up_to_standing(problem)
    first = np.flatnonzero(np.diff(group, prepend=-1))
    return total(problem.people[group[first]] * cost[first])


def _up_to_standing(problem: Problem) -> tuple[Rows, NDArray[np.int32], Numbers]:
    """Return the arcs that may count: usable ones, of each group up to what stands already, which is the last."""
    usable = (problem.locked | problem.open)[problem.column]
    group, column, cost = problem.group_of_arc[usable], problem.column[usable], problem.cost[usable]
    standing = problem.cheapest(problem.locked)[group]
    kept = cost <= standing
    return group[kept], column[kept], cost[kept]


def _countable(problem: Problem) -> tuple[Rows, NDArray[np.bool_]]:
    """Return how many structures could serve each group, and the arcs that count: each structure once.

    Where a structure stands and is improved, the arcs of the improvement count only beyond those of what stands.
    """
    usable = (problem.locked | problem.open)[problem.column]
    if problem.copies == 2 and problem.locked.any():
        key = problem.group_of_arc * (int(problem.structure.max(initial=0)) + 1) + problem.structure[problem.column]
        standing = np.unique(key[problem.locked[problem.column]])
        usable &= problem.locked[problem.column] | ~np.isin(key, standing)
    return problem.count_reached(problem.locked | problem.open), usable


def _covered(model: Model, choice: Rows, problem: Problem, needed: NDArray[np.bool_]) -> None:
    number = _numbered(np.flatnonzero(needed), problem.groups)
    mine = (problem.locked | problem.open)[problem.column] & (number[problem.group_of_arc] >= 0)
    row = number[problem.group_of_arc[mine]]
    model.constrain(row, choice[problem.column[mine]], 1.0, count=int(needed.sum()), lower=1.0)


def _linked(model: Model, served: Rows, row: Rows, column: Rows, worth: float) -> None:
    """Have a variable per row be at most the sum of the columns that serve it, each worth so much."""
    rows = np.concatenate([np.arange(len(served)), row])
    value = np.concatenate([np.ones(len(served)), np.full(len(row), -worth)])
    model.constrain(rows, np.concatenate([served, column]), value, count=len(served), upper=0.0)


def _sharpened(model: Model, twice: Rows, row: Rows, column: Rows) -> None:
    """Say that whoever has two still has one when any single one is left out: what halves alone do not say."""
    size = np.bincount(row, minlength=len(twice))
    few = size[row] <= STRONG
    row, column = row[few], column[few]
    starts = np.searchsorted(row, np.arange(len(twice)))
    size = np.bincount(row, minlength=len(twice))
    # Every entry once for each of its row's entries that is left out, but not for itself.
    length = size[row]
    left_out = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    entry = np.repeat(np.arange(len(row)), length)
    leaves = starts[row[entry]] + left_out  # which entry this copy's row leaves out
    kept = leaves != entry
    count = len(row)
    rows = np.concatenate([np.arange(count), leaves[kept]])
    value = np.concatenate([np.ones(count), -np.ones(int(kept.sum()))])
    model.constrain(rows, np.concatenate([twice[row], column[entry[kept]]]), value, count=count, upper=0.0)


def _numbered(groups: Rows, count: int) -> Rows:
    """Return the number of each group among those listed, -1 for the others."""
    number = np.full(count, -1, np.int64)
    number[groups] = np.arange(len(groups))
    return number
