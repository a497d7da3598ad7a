# SPDX-License-Identifier: Apache-2.0
"""Who has which place: as many people as possible one that they reach in time, then the others what is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.planning.allocation_solving import Seats
from sheltermap.planning.allocation_tables import as_people
from sheltermap.planning.allocation_task import NEAREST, in_order, whole_people

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.risk.ways_to_shelter import Ways

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """What shelters have.

    Attributes
    ----------
    capacity : ndarray or None
        Free places of each, NaN where that is not known; None where places are not asked about.
    doors : ndarray, shape (shelters, 2)
    ids : Index
    split : bool
        Whether the people of a row may go to several.
    """

    capacity: Numbers | None
    doors: Numbers
    ids: pd.Index[Any]
    split: bool


@dataclass(frozen=True)
class Seated:
    """Parts of sites, each with one shelter or none.

    Attributes
    ----------
    row : ndarray
        Of the sites.
    shelter : ndarray
        -1 where there is none.
    people : ndarray
        NaN where that is not known.
    way_s : ndarray
        NaN where there is no shelter.
    state, reason : ndarray of str
    notes : list of str
    """

    row: NDArray[np.intp]
    shelter: NDArray[np.int64]
    people: Numbers
    way_s: Numbers
    state: NDArray[Any]
    reason: NDArray[Any]
    notes: list[str] = field(default_factory=list)


def placed_in_time(ways: Ways, budget: Numbers, people: Numbers, homes: Numbers, places: Places) -> Seated:
    """Return who goes where; `budget` is how long each site may be on the way, NaN where nobody knows.

    A site of nobody, or of which the people are not known, goes to its nearest shelter and takes no place.
    """
    weights, allowed = people[ways.rows], budget[ways.rows]
    in_time = ways.seconds <= allowed[ways.row]
    notes: list[str] = []
    if places.capacity is None:
        row, shelter, counted, way = _to_nearest(ways, np.ones(len(weights), bool), weights)
    else:
        shared, notes = _shared(ways, in_time, weights, homes[ways.rows], places)
        both = zip(shared, _to_nearest(ways, ~(weights > 0), weights), strict=True)
        row, shelter, counted, way = (np.concatenate(each) for each in both)
    order = np.lexsort((np.nan_to_num(way, nan=np.inf), row))
    row, shelter, counted, way = row[order], shelter[order], counted[order], way[order]
    state, reason = _states(ways, in_time, row, shelter, way, allowed)
    return Seated(ways.rows[row], shelter, counted, way, state, reason, notes)


def _to_nearest(ways: Ways, some: NDArray[np.bool_], weights: Numbers) -> tuple[Any, ...]:
    """Return row, shelter, people and time on the way of some sites, each whole to the nearest in time."""
    first = np.full(len(ways.rows), -1)
    mine = np.flatnonzero(some[ways.row])
    mine = mine[np.lexsort((ways.shelter[mine], ways.seconds[mine], ways.row[mine]))[::-1]]
    first[ways.row[mine]] = mine  # the nearest is written last
    row = np.flatnonzero(some)
    pair = first[row]  # -1, none, takes the last
    return row, np.append(ways.shelter, -1)[pair], weights[row], np.append(ways.seconds, np.nan)[pair]


def _shared(
    ways: Ways, in_time: NDArray[np.bool_], weights: Numbers, homes: Numbers, places: Places
) -> tuple[tuple[Any, ...], list[str]]:
    """Return the same of sites that have people, as far as there are places; in an order of its own."""
    assert places.capacity is not None
    sites = in_order(homes, weights, pd.RangeIndex(len(weights)))
    doors = in_order(places.doors, places.capacity, places.ids)
    row, shelter = np.argsort(sites)[ways.row], np.argsort(doors)[ways.shelter]
    units, size, notes = whole_people(weights[sites])
    known = np.nan_to_num(places.capacity[doors]) * size
    left, free = units, np.minimum(known, float(units.sum())).astype(np.int64)
    seats = None
    for pairs in (in_time, np.ones(len(row), bool)):
        pairs = pairs & (left[row] > 0) & (free[shelter] > 0)
        ends = row[pairs].astype(np.int32), shelter[pairs].astype(np.int32)
        reach = _core.reach_from_pairs(len(units), len(free), *ends, ways.seconds[pairs], unit="seconds")
        sent = _sent(reach, left, free, split=places.split)
        seats = sent if seats is None else seats.and_also(sent)
        left, free = sent.unserved, free - sent.load(len(free))
    assert seats is not None
    rest = np.flatnonzero(left > 0)
    parts = np.concatenate([seats.row, rest]).astype(np.intp)
    counted = as_people(np.concatenate([seats.people, left[rest]]), weights[sites], parts, size)
    shelters = np.concatenate([doors[seats.facility], np.full(len(rest), -1)])
    return (sites[parts], shelters, counted, np.concatenate([seats.cost, np.full(len(rest), np.nan)])), notes


def _sent(reach: _core.Reach, people: Whole, free: Whole, *, split: bool) -> Seats:
    plan = _core.allocate(reach, people, free, start_arcs=NEAREST)
    if split:
        return Seats.of(plan)
    return Seats.of(_core.whole_rows(reach, people, free, plan.row, plan.facility, plan.people).sent)


def _states(
    ways: Ways, in_time: NDArray[np.bool_], row: NDArray[np.intp], shelter: NDArray[Any], way: Numbers, allowed: Numbers
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the state and the reason of parts."""
    some, could = np.zeros(len(ways.rows), bool), np.zeros(len(ways.rows), bool)
    some[ways.row], could[ways.row[in_time]] = True, True
    has = shelter >= 0
    cases = [~has & ~some[row], ~has, np.isnan(allowed[row]), way <= allowed[row]]
    state = np.select(cases, ["no_shelter", "no_places", "unknown", "in_time"], "too_late").astype(object)
    reason = np.where(could[row], "full", "warning_too_short").astype(object)  # of those who are too late
    for here, why in zip(cases[::-1], (None, "no_warning_time", "full", ways.reason[row]), strict=True):
        reason[here] = why[here] if isinstance(why, np.ndarray) else why
    return state, reason
