# SPDX-License-Identifier: Apache-2.0
"""The rules of an allocation, from columns to what the solver takes; what does not fit together is said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from sheltermap.layers import frames
from sheltermap.layers.cells import listed, weights_of
from sheltermap.planning.allocation_task import Method, Rules, Task, Turn, capacity_of, names_of, whole_people

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray


def rules_of(
    task: Task,
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    *,
    method: Method,
    turn: Turn,
    order: str | None,
    own_building: str | None,
    household: str | Literal[True] | None,
    group: str | None,
    group_capacity: str | None,
    capacity: str,
    facility_id: str | None,
) -> Task:
    """Return the task with its rules; ValueError where they do not fit together, or columns do not fit them.

    `demand` and `facilities` are as given, the task's in its own order.
    """
    _require_method(method, turn, order)
    _require_together(method, own_building, household, group, group_capacity)
    rules = Rules(method, turn)
    if order is not None:
        frame, rows, what = (
            (demand, task.rows, "demand") if turn == "rows" else (facilities, task.facility_rows, "facilities")
        )
        rules = replace(rules, turns=_turns(frame, order, rows, what))
    if own_building is not None:
        rules = replace(rules, own=_own(task, demand, facilities, own_building, facility_id))
    if household is not None:
        rules = replace(rules, household=_households(task, demand, household))
    if group is not None:
        assert group_capacity is not None
        return _with_group(task, demand, facilities, group, group_capacity, capacity, rules)
    return replace(task, rules=rules)


def _require_method(method: str, turn: str, order: str | None) -> None:
    for name, value, allowed in (("method", method, get_args(Method)), ("turn", turn, get_args(Turn))):
        if value not in allowed:
            raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, not {value!r}")
    if method == "optimal" and (turn != "pairs" or order is not None):
        raise ValueError("turn and order belong to method='nearest_until_full': an optimum knows no order")
    if (turn == "pairs") != (order is None):
        raise ValueError(
            "pairs go by their cost, in no other order: leave order out"
            if turn == "pairs"
            else f"say in which order the {turn} have their turn: order='a column of the {_ORDERED[turn]}'"
        )


_ORDERED = {"rows": "demand", "facilities": "facilities"}


def _require_together(
    method: str, own_building: str | None, household: Any, group: str | None, group_capacity: str | None
) -> None:
    if (group is None) != (group_capacity is None):
        raise ValueError("group and group_capacity belong together: who needs such places, and how many there are")
    asked = {
        "method='nearest_until_full'": method != "optimal",
        "own_building": own_building is not None,
        "household": household is not None,
        "group": group is not None,
    }
    given = [name for name, there in asked.items() if there]
    if len(given) > 1 and given != ["method='nearest_until_full'", "own_building"]:
        raise ValueError(f"{given[0]} and {given[1]} are rules of which one can be kept at a time: leave one out")


def _turns(frame: GeoDataFrame, column: str, rows: NDArray[np.intp], what: str) -> NDArray[np.int32]:
    """Return the rows of the task in the order of a column, what is empty last."""
    frames.require_columns(frame, [column], frames.describe(frame, what))
    cells = frame[column].iloc[rows]
    codes, _ = pd.factorize(cells, sort=True)
    last = np.where(codes < 0, len(codes), codes)
    return np.argsort(last, kind="stable").astype(np.int32)


def _own(
    task: Task, demand: GeoDataFrame, facilities: GeoDataFrame, column: str, facility_id: str | None
) -> NDArray[np.int32]:
    what = frames.describe(demand, "demand")
    frames.require_columns(demand, [column], what)
    ids = names_of(facilities, facility_id, "facilities")[task.facility_rows]
    if ids.has_duplicates:
        name = ids[ids.duplicated()][0]
        raise ValueError(f"facilities: two are called {name!r}, so {column!r} of demand does not say which is meant")
    cells = demand[column]
    at = ids.get_indexer(pd.Index(cells))
    strange = np.flatnonzero((at < 0) & cells.notna().to_numpy())
    if len(strange):
        raise ValueError(
            f"{what}: column {column!r} holds {listed(demand, column, strange)}, which names no facility: correct it, "
            "or leave the cell empty where there is none in the building"
        )
    return at[task.rows].astype(np.int32)


def _households(task: Task, demand: GeoDataFrame, column: str | Literal[True]) -> NDArray[np.int64]:
    """Return the number of each row's household; a row without a place or a name is one by itself."""
    own = np.arange(len(demand), dtype=np.int64)
    if column is True:
        return own
    what = frames.describe(demand, "demand")
    frames.require_columns(demand, [column], what)
    codes, names = pd.factorize(demand[column])
    places = frames.lonlat(demand, "demand")
    alone = (codes < 0) | np.isnan(places).any(axis=1)
    placed = np.flatnonzero(~alone)
    _, first, inverse = np.unique(codes[placed], return_index=True, return_inverse=True)
    apart = placed[(places[placed] != places[placed[first]][inverse]).any(axis=1)]
    if len(apart):
        name = names[codes[apart[0]]]
        raise ValueError(
            f"{what}: rows of {column} {name!r} lie at different places, one of them row {int(apart[0]) + 1}; a "
            "household leaves from one place: correct it, or leave the cell empty"
        )
    numbers = own + len(names)
    numbers[placed] = codes[placed]
    return numbers[task.rows]


def _with_group(
    task: Task,
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    group: str,
    group_capacity: str,
    capacity: str,
    rules: Rules,
) -> Task:
    what = frames.describe(demand, "demand")
    members = weights_of(demand, group, what)
    given = np.empty_like(task.weights)
    given[task.rows] = task.weights
    more = np.flatnonzero(members > given)
    if len(more):
        raise ValueError(f"{what}: column {group!r} holds {listed(demand, group, more)}, more than the row has people")
    places, notes = capacity_of(facilities, group_capacity)
    room = np.empty_like(task.capacity)
    room[task.facility_rows] = task.capacity
    beyond = np.flatnonzero(places > room)
    if len(beyond):
        raise ValueError(
            f"{frames.describe(facilities, 'facilities')}: column {group_capacity!r} holds "
            f"{listed(facilities, group_capacity, beyond)}, more than the places in {capacity!r}, of which they are"
        )
    members = np.where(np.isnan(given), np.nan, members)[task.rows]
    _, parts, _ = whole_people(members)
    if parts > task.parts:
        people, _, more_notes = whole_people(task.weights, parts)
        task = replace(task, people=people, parts=parts, notes=[*task.notes, *more_notes])
    of_group = np.minimum(whole_people(members, task.parts)[0], task.people)
    known = np.nan_to_num(places[task.facility_rows], nan=0.0)
    fit = np.minimum(known, float(task.people.sum())).astype(np.int64)
    return replace(task, notes=[*task.notes, *notes], rules=replace(rules, group=of_group, group_places=fit))
