# SPDX-License-Identifier: Apache-2.0
"""The tables of an allocation: parts of rows with facility or reason, facilities with their load, sums by area."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from sheltermap._native import _core
from sheltermap.analyses.areas import Areas
from sheltermap.analyses.coverage import STATUSES
from sheltermap.analyses.ledger import Ledger
from sheltermap.analyses.left_out import REASONS_WITH_UNUSED, LeftOut
from sheltermap.analyses.persons import Persons
from sheltermap.base.exact_sums import total
from sheltermap.base.reasons import OF_REACH, REASONS, labels_of, statuses_of
from sheltermap.layers import frames
from sheltermap.layers.row_ids import take_ids
from sheltermap.planning.allocation_solving import THOUSANDTHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.planning.allocation_solving import Answer, Seats

    Numbers = NDArray[np.float64]

STATES = ("has_room", "full", "no_places", "capacity_unknown", "closed", "not_snapped", "place_unknown")
SERVED = {"covered": "served", "uncovered": "unserved", "covered_share": "served_share"}  # ledger's word -> ours
COUNTED = ("total", "covered", "uncovered", "unknown", "covered_share", "rows_without_weight")
# Of the facilities, where they would overwrite something.
COLUMNS = (
    *("places", "load", "free", "utilisation", "state", "fills_as", "load_group"),
    *("next_place_serves", "last_place_serves"),
)
LINE_STEP_M = 10_000.0  # between vertices of a line: a chord in degrees is then within a few metres of the geodesic
FULL, CLOSED = (np.uint8(REASONS.index(name)) for name in ("full", "closed"))


@dataclass(frozen=True)
class Parts:
    """Rows in parts that have one facility or one reason; in the order of the demand as it was given.

    Attributes
    ----------
    row : ndarray
        Of the demand as given.
    facility : ndarray
        Of the facilities as given; -1 of those without a place.
    people, group : ndarray
        NaN where that is not known; those of the group are among the people.
    cost : ndarray
        Per person; NaN without a place.
    reason : ndarray
        Codes, 0 of those who have a place.
    """

    row: NDArray[np.intp]
    facility: NDArray[np.intp]
    people: Numbers
    cost: Numbers
    reason: NDArray[np.uint8]
    group: Numbers | None

    @classmethod
    def of(cls, answer: Answer, reasons: NDArray[np.uint8], group_weights: Numbers | None) -> Parts:
        """Return the parts of an answer; `reasons` says per row of the task why nobody of it has a place."""
        task = answer.task
        row, facility, people, cost, left = _parts(answer.seats, task.people)
        members = None
        if answer.group is not None and group_weights is not None:
            assert task.rules.group is not None
            members = as_people(
                _members(answer.group, task.rules.group, row, facility, left), group_weights, row, task.parts
            )
        reason = np.where(left, reasons[row], np.uint8(0))
        order = np.lexsort((facility, cost, left, task.rows[row]))
        given = np.append(task.facility_rows, -1)  # -1, no facility, takes the last
        return cls(
            task.rows[row[order]],
            given[facility[order]],
            as_people(people, task.weights, row, task.parts)[order],
            cost[order],
            reason[order],
            None if members is None else members[order],
        )


def _parts(seats: Seats, people: NDArray[np.int64]) -> tuple[Any, Any, Any, Any, NDArray[np.bool_]]:
    """Return row, facility, people and cost of all parts, those without a place after the others, and which these are.

    A row of nobody, or whose number is not known, stands once.
    """
    left = np.flatnonzero((seats.unserved > 0) | (people == 0))
    row = np.concatenate([seats.row, left]).astype(np.intp)
    facility = np.concatenate([seats.facility, np.full(len(left), -1)])
    people = np.concatenate([seats.people, seats.unserved[left]])
    cost = np.concatenate([seats.cost, np.full(len(left), np.nan)])
    return row, facility, people, cost, np.arange(len(row)) >= len(seats.row)


def _members(
    seats: Seats, group: NDArray[np.int64], row: NDArray[np.intp], facility: NDArray[Any], left: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return how many of each part are of the group."""
    found = pd.Series(seats.people, pd.MultiIndex.from_arrays([seats.row, seats.facility]))
    here = found.reindex(pd.MultiIndex.from_arrays([row, facility]), fill_value=0).to_numpy(np.int64)
    return np.where(left, seats.unserved[row], here)


def as_people(units: NDArray[np.int64], weights: Numbers, row: NDArray[np.intp], parts: int) -> Numbers:
    """Return parts of rows, counted in so many parts of a person, as people.

    The last of each row is what the others leave of it, so that they sum to the row.
    """
    people = units / parts
    if parts > 1:
        kept = np.flatnonzero(units > 0)
        last = np.full(len(weights), -1)
        last[row[kept]] = kept
        others = people.copy()
        others[last[last >= 0]] = 0.0
        rest = weights - np.bincount(row, others, minlength=len(weights))
        people[last[last >= 0]] = rest[last >= 0]
    people[np.isnan(weights)[row]] = np.nan
    return people


def reasons_of(answer: Answer, demand: GeoDataFrame, left_out: LeftOut | None) -> NDArray[np.uint8]:
    """Return why the people of each row of the task have no place, where they have none."""
    task, reach = answer.task, answer.found.reach
    reasons = np.where(reach.reason == 0, FULL, reach.reason)
    if task.closed:
        open_pairs = ~np.isin(reach.facility, task.closed)
        reached = np.flatnonzero(np.diff(reach.offsets) > 0)
        any_open = np.add.reduceat(open_pairs, reach.offsets[reached]) > 0 if len(reached) else np.empty(0, bool)
        reasons[reached[~any_open]] = CLOSED
    given = np.empty_like(reasons)
    given[task.rows] = reasons
    given = Persons.of(demand, None).told(given)
    if left_out is not None:
        limit = task.asked.limit_value
        with_unused = left_out.reasons(given, np.inf if limit is None else limit)
        # Without a limit everybody who finds all places taken would have some unused facility, however far.
        given = with_unused if limit is not None else np.where(given == FULL, given, with_unused)
    return given[task.rows]


def reasons_there_may_be(demand: GeoDataFrame, with_unused: bool, closed: bool) -> tuple[str, ...]:
    """Return the reasons in the order in which tables have them."""
    first = REASONS_WITH_UNUSED if with_unused else (*(["closed"] if closed else []), *OF_REACH)
    return Persons.of(demand, None).reasons(("full", *first))


def rows_of(
    demand: GeoDataFrame,
    parts: Parts,
    ids: pd.Index[Any],
    among: Sequence[str],
    cost_column: str,
    counted: dict[str, Numbers],
    area: Areas | None,
) -> GeoDataFrame:
    """Return the demand in parts: its columns, those that are counted divided; facility, cost per person and reason."""
    columns: dict[str, Any] = {"facility": take_ids(ids, parts.facility), **counted}
    columns |= {cost_column: parts.cost, "reason": labels_of(parts.reason, among)}
    if area is not None:
        columns["area"] = area.labels()[parts.row]
    return frames.with_columns(demand.iloc[parts.row], columns)


def ledger_of(parts: Parts, measures: dict[str, Numbers], method: str, areas: Areas | None) -> Ledger:
    """Return the people of the parts, counted."""
    by_part = None
    if areas is not None:
        by_part = copy.copy(areas)
        by_part.codes = areas.codes[parts.row]
    ledger = Ledger(measures, "method", [method], by_part, COUNTED, "borderline")
    ledger.add(0, parts.reason, np.zeros(len(parts.row), bool), statuses_of(parts.reason, STATUSES))
    return ledger


def facilities_of(answer: Answer, facilities: GeoDataFrame, unit: str) -> GeoDataFrame:
    """Return the facilities as they were given with places, who comes, and what places more or fewer would change."""
    task, seats = answer.task, answer.seats
    count, cost = len(task.facilities), task.asked.cost_column
    load = seats.load(count) / task.parts
    capacity = task.capacity.copy()
    capacity[list(task.closed)] = 0.0
    farthest, weighted = np.full(count, np.nan), np.zeros(count)
    np.fmax.at(farthest, seats.facility, seats.cost)
    np.add.at(weighted, seats.facility, seats.people / task.parts * seats.cost)
    full = (capacity > 0) & (load >= capacity)
    state = _states(answer, capacity, full)
    order = np.full(count, -1)
    filled = np.flatnonzero(full)
    order[filled[np.lexsort((filled, farthest[filled]))]] = np.arange(1, len(filled) + 1)
    columns: dict[str, Any] = {
        "places": capacity,
        "load": load,
        "free": capacity - load,
        "utilisation": np.divide(load, capacity, out=np.full(count, np.nan), where=capacity > 0),
        "state": pd.Categorical(state, categories=STATES),
        f"mean_{cost}": np.divide(weighted, load, out=np.full(count, np.nan), where=load > 0),
        f"farthest_{cost}": farthest,
        "fills_as": pd.arrays.IntegerArray(order, order < 0),
    }
    if answer.group is not None:
        columns["load_group"] = answer.group.load(count) / task.parts
    core = answer.core
    if core is not None:
        columns |= {
            "next_place_serves": core.gain_people,
            f"next_place_saves_person_{unit}": -core.gain_cost + 0.0,
            "last_place_serves": core.loss_people,
            f"last_place_saves_person_{unit}": core.loss_cost,
        }
    back = np.empty(count, np.intp)
    back[task.facility_rows] = np.arange(count)
    return frames.with_columns(
        facilities, {name: values[back] if len(back) else values for name, values in columns.items()}
    )


def _states(answer: Answer, capacity: Numbers, full: NDArray[np.bool_]) -> NDArray[Any]:
    task, found = answer.task, answer.found
    placed: NDArray[np.bool_] = np.isfinite(frames.facilities(task.facilities, "facilities").places[:, 0])
    snaps = found.facility_snaps
    states = {
        "closed": np.isin(np.arange(len(placed)), task.closed),
        "place_unknown": ~placed,
        "not_snapped": ~placed if snaps is None else snaps.edge < 0,
        "capacity_unknown": np.isnan(capacity),
        "no_places": capacity == 0,
        "full": full,
    }
    return np.select(list(states.values()), list(states), "has_room")


def figures_of(answer: Answer, unit: str, cost_column: str) -> dict[str, Any]:
    """Return what a plan costs and how good it is, as columns of the summary."""
    seats, task = answer.seats, answer.task
    people = seats.people / task.parts
    served = total(people)
    cost = total(people * seats.cost)
    size = THOUSANDTHS * task.parts
    parts_of_row = np.bincount(seats.row, minlength=len(task.people)) + (seats.unserved > 0)
    columns: dict[str, Any] = {
        f"mean_{cost_column}": cost / served if served else np.nan,
        f"person_{unit}": cost,
        f"primal_person_{unit}": answer.primal / size,
        f"dual_person_{unit}": answer.dual / size,
        "certified": answer.certified,
        "rows_widened": answer.widened,
        "rows_split": int(((parts_of_row > 1) & (task.people > 0)).sum()),
        "places": float(np.nansum(np.delete(task.capacity, task.closed))),
        "facilities_without_capacity": int(np.isnan(task.capacity).sum()),
    }
    if answer.optimum_unserved is not None:
        columns["unserved_beyond_optimum"] = (int(seats.unserved.sum()) - answer.optimum_unserved) / task.parts
        columns[f"person_{unit}_beyond_optimum"] = (answer.primal - answer.dual) / size
    if answer.repair is not None:
        columns |= {
            "households_split_in_optimum": answer.repair.split_rows,
            "households_moved": answer.repair.moved_rows,
            "largest_overload": answer.repair.largest_overload / task.parts,
        }
    if task.rules.own is not None:
        columns["rows_without_way_to_own_building"] = answer.own_without_way
    return columns


def spill_lines(
    demand: GeoDataFrame, facilities: GeoDataFrame, parts: Parts, nearest: Numbers, columns: dict[str, Any]
) -> GeoDataFrame:
    """Return the geodesics from rows to the facilities that their people are sent to.

    `nearest` is what the nearest facility of each row of the demand costs, whether or not it has room.
    """
    import geopandas

    sent = np.flatnonzero((parts.facility >= 0) & (parts.people > 0))
    start = frames.lonlat(demand, "demand")[parts.row[sent]]
    end = frames.facilities(facilities, "facilities").places[parts.facility[sent]]
    taken = {name: values[sent] for name, values in columns.items()}
    frame = geopandas.GeoDataFrame(
        {**taken, "nearest": parts.cost[sent] <= nearest[parts.row[sent]]}, geometry=_geodesics(start, end), crs=4326
    )
    frame = frame.sort_values("people", ascending=False, kind="stable", ignore_index=True)
    return frame if demand.crs is None or demand.crs == frame.crs else frame.to_crs(demand.crs)


def _geodesics(start: Numbers, end: Numbers) -> NDArray[np.object_]:
    """Return lines with a vertex at least every `LINE_STEP_M`."""
    found = _core.geodesic_line(start, end)
    steps = np.maximum(1, np.ceil(found.distance_m / LINE_STEP_M)).astype(np.int64)
    line = np.repeat(np.arange(len(start)), steps + 1)
    at = np.arange(len(line)) - np.repeat(np.cumsum(steps + 1) - steps - 1, steps + 1)
    share = at / steps[line]
    places = _core.geodesic_destination(start[line], found.azimuth_from_deg[line], found.distance_m[line] * share)
    places = np.where((at == 0)[:, None], start[line], np.where((at == steps[line])[:, None], end[line], places))
    lines: NDArray[np.object_] = shapely.linestrings(places, indices=line)
    return lines
