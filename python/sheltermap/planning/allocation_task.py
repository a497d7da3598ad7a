# SPDX-License-Identifier: Apache-2.0
"""What an allocation is made of: people and places as whole numbers, in an order of its own."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from sheltermap.base.exact_sums import total
from sheltermap.layers import frames
from sheltermap.layers.cells import listed, numbers, require_answers, weights_of
from sheltermap.layers.row_ids import LostIdWarning, row_ids
from sheltermap.streets.travelling import Found, find

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.streets.travelling import Question

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]

Method = Literal["optimal", "nearest_until_full"]
Turn = Literal["pairs", "rows", "facilities"]

NEAREST = 20  # facilities of each row to begin with, where no limit says which count
PARTS = 1000  # of a person, where people are no whole numbers
MOST_PEOPLE = 2**53  # parts in all: more and a sum as a float64 is no longer exact
_HAIR = 1e-6  # of a part: what arithmetic with decimals leaves


@dataclass(frozen=True)
class Rules:
    """How people are given places.

    Attributes
    ----------
    method : {"optimal", "nearest_until_full"}
    turn : {"pairs", "rows", "facilities"}
        Whose turn it is when each goes to the nearest.
    turns : ndarray or None
        The order of rows or facilities, as the core takes it.
    own : ndarray or None
        Per row the facility of its own building, -1 where it has none.
    household : ndarray or None
        Per row the number of those that stay together; None where rows may be split.
    group : ndarray or None
        Per row how many, in parts, need `group_places`.
    group_places : ndarray or None
        Per facility how many of its places are fit for the group.
    """

    method: Method = "optimal"
    turn: Turn = "pairs"
    turns: NDArray[np.int32] | None = None
    own: NDArray[np.int32] | None = None
    household: Whole | None = None
    group: Whole | None = None
    group_places: Whole | None = None

    @property
    def plain(self) -> bool:
        """Whether it is nothing but the optimum, which can be asked what if."""
        return self.method == "optimal" and all(each is None for each in (self.own, self.household, self.group))


@dataclass(frozen=True)
class Task:
    """Who needs a place, and where there are some; rows and facilities in an order of their own.

    Attributes
    ----------
    demand, facilities : GeoDataFrame
        As given, but by position, people or places, and name, so that permuted rows are the same task.
    rows, facility_rows : ndarray
        Where each of them stands in the layers as they were given.
    asked : Question
    weights : ndarray
        People per row; NaN where that is not known.
    people, places : ndarray
        In parts; places are at most all people.
    parts : int
        How many parts a person has: 1 where all are whole.
    capacity : ndarray
        As recorded, NaN where it is not known.
    facility_id : str or None
        The column that names the facilities, as it was said.
    rules : Rules
    closed : tuple of int
        Facilities that were taken out.
    notes : list of str
    """

    demand: GeoDataFrame
    facilities: GeoDataFrame
    rows: NDArray[np.intp]
    facility_rows: NDArray[np.intp]
    asked: Question
    weights: Numbers
    people: Whole
    parts: int
    capacity: Numbers
    facility_id: str | None = None
    rules: Rules = field(default_factory=Rules)
    closed: tuple[int, ...] = ()
    notes: list[str] = field(default_factory=list)

    @property
    def places(self) -> Whole:
        """Places in parts; what is not known is none, and nowhere more than there are people."""
        known = np.nan_to_num(self.capacity, nan=0.0)
        known[list(self.closed)] = 0.0
        return np.minimum(known * self.parts, float(self.people.sum())).astype(np.int64)

    @property
    def complete(self) -> bool:
        """Whether the reach to begin with is all there is."""
        return self.asked.limit is not None or len(self.facilities) <= NEAREST

    def found(self, k: int | None = NEAREST, rows: NDArray[np.integer[Any]] | None = None) -> Found:
        """Return what rows (all by default) reach: everything within the limit, or the k nearest facilities."""
        demand = self.demand if rows is None else self.demand.iloc[rows]
        limited = self.asked.limit is not None
        return find(demand, self.facilities, self.asked, None if limited else self.nearest(k), self.facility_id)

    def nearest(self, k: int | None) -> int:
        """Return k where there are so many facilities, else how many there are; None is all of them."""
        there = max(1, len(self.facilities))
        return there if k is None else min(k, there)

    def with_capacity(self, facility: int, places: float) -> Task:
        """Return the task with other places in a facility."""
        capacity = self.capacity.copy()
        capacity[facility] = places
        return replace(self, capacity=capacity)

    def without(self, facility: int) -> Task:
        """Return the task with a facility closed."""
        return replace(self, closed=(*self.closed, facility))


def in_order(places: Numbers, numbers_: Numbers, names: pd.Index[Any]) -> NDArray[np.intp]:
    """Return the rows from south to north, then west to east, by number and by name; NaN last."""
    keys = names.to_numpy() if pd.api.types.is_numeric_dtype(names.dtype) else names.astype(str).to_numpy(str)
    return np.lexsort((keys, numbers_, places[:, 0], places[:, 1]))


def names_of(frame: GeoDataFrame, column: str | None, what: str) -> pd.Index[Any]:
    """Return what tells rows apart, without a warning where that is little."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LostIdWarning)
        return row_ids(frame, column, what, None, each_its_own=False)


def capacity_of(facilities: GeoDataFrame, column: str) -> tuple[Numbers, list[str]]:
    """Return the places of each facility, NaN where they are not known, and what is to be said about that.

    Raises
    ------
    ValueError
        Naming the rows, if a cell is no number, below 0 or not whole, or if no row holds a number. In facilities read
        with ``strict=False`` such a number counts as not recorded.
    """
    what = frames.describe(facilities, "facilities")
    values = numbers(facilities, column, what)
    wrong = ~np.isnan(values) & ((values < 0) | np.isinf(values) | (values != np.floor(values)))
    require_answers(facilities, column, np.flatnonzero(wrong), what, "places are whole numbers, not negative")
    values = np.where(wrong, np.nan, values)
    unknown = np.flatnonzero(np.isnan(values))
    if len(unknown) and len(unknown) == len(values):
        raise ValueError(f"{what}: column {column!r} says of no facility how many places it has")
    notes = []
    if len(unknown):
        told = listed(facilities, column, unknown)
        notes.append(f"{what}: {len(unknown)} have no number in {column!r} and count as 0 places: {told}")
    if len(values) and not np.nansum(values):
        notes.append(f"{what}: there is no place at all in {column!r}")
    return values, notes


def whole_people(weights: Numbers, parts: int | None = None) -> tuple[Whole, int, list[str]]:
    """Return people as whole numbers of parts of a person, how many parts that is, and a note where they are not one.

    Part of a person's thousandth counts as a whole one, so that no facility gets more than it holds.

    Examples
    --------
    >>> whole_people(np.array([3.0, np.nan]))
    (array([3, 0]), 1, [])
    >>> whole_people(np.array([1.5, 1 / 3]))[:2]
    (array([1500,  334]), 1000)
    """
    known = np.nan_to_num(weights, nan=0.0)
    if parts is None:
        parts = 1 if (known == np.floor(known)).all() else PARTS
    if known.sum() * parts > MOST_PEOPLE:
        raise ValueError(
            f"the people add up to {known.sum():.6g}, more than can be told apart one by one "
            f"({MOST_PEOPLE // parts}): is the weight a number of people?"
        )
    if parts == 1:
        return known.astype(np.int64), 1, []
    scaled = known * parts
    nearest = np.round(scaled)
    people = np.where(np.abs(scaled - nearest) <= _HAIR, nearest, np.ceil(scaled)).astype(np.int64)
    more = total(people / parts - known)
    note = f"people are no whole numbers and are given places by the thousandth, rounded up: {more:.6g} people more"
    return people, parts, [note]


def task_of(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    asked: Question,
    weight: str | None,
    capacity: str,
    facility_id: str | None,
) -> Task:
    """Return the task of a demand and facilities with a column of places."""
    weights = weights_of(demand, weight, frames.describe(demand, "demand"))
    room, notes = capacity_of(facilities, capacity)
    rows = in_order(frames.lonlat(demand, "demand"), weights, names_of(demand, None, "demand"))
    where = frames.facilities(facilities, "facilities").places
    facility_rows = in_order(where, room, names_of(facilities, facility_id, "facilities"))
    people, parts, more = whole_people(weights[rows])
    return Task(
        demand.iloc[rows],
        facilities.iloc[facility_rows],
        rows,
        facility_rows,
        asked,
        weights[rows],
        people,
        parts,
        room[facility_rows],
        facility_id,
        notes=notes + more,
    )
