# SPDX-License-Identifier: Apache-2.0
"""What can be done: candidates to build, and upgrades of structures that stand, each with its price and effect."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api.types import is_integer_dtype

from sheltermap.base.limits import Limit
from sheltermap.base.suggestions import unknown
from sheltermap.layers import frames
from sheltermap.layers.cells import amounts, answers, first_few, listed, numbers
from sheltermap.layers.row_ids import row_ids
from sheltermap.planning.price_index import A_COST, checked_currency

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

ACTIONS = ("adapt", "add_capacity", "improve_access")
LEFT_OUT = ("existing", "place_unknown", "cost_unknown", "capacity_unknown")  #: why a candidate cannot be chosen
MOST_COMBINED = 6  # upgrades of one structure that may be taken together: 63 ways


@dataclass(frozen=True)
class Upgrade:
    """One way to improve a structure: one of the rows of the upgrades, or several that may be taken together."""

    rows: tuple[int, ...]
    structure: int  #: row of the existing facilities
    price: float
    places: int
    gain: float  #: metres or seconds by which it comes nearer
    adapts: bool


@dataclass(frozen=True)
class Prices:
    """Columns of prices in one currency."""

    column: str | None
    currency: str | None

    @classmethod
    def of(cls, cost: str | None, currency: str | None, budget: object) -> Prices:
        """Return them as a caller names them; ValueError where a column has no currency, or a budget no column."""
        if cost is None:
            if budget is not None:
                raise ValueError("a budget needs to know what each site costs: name the column with cost=")
            if currency is not None:
                raise ValueError("currency is that of a cost: name the column with cost=")
            return cls(None, None)
        if currency is None:
            raise ValueError(f"costs without a currency are no amounts: say in which {cost!r} is, currency='EUR'")
        return cls(cost, checked_currency(currency))

    def of_rows(self, frame: pd.DataFrame, what: str) -> Numbers:
        """Return the price of each row, NaN where it is not known, 0 where nothing has a price."""
        if self.column is None:
            return np.zeros(len(frame))
        return amounts(frame, self.column, what, A_COST)

    def said(self, amount: float) -> str:
        """Write an amount of money, its thousands apart."""
        shown = f"{amount:,.0f}" if amount == round(amount) else f"{amount:,.2f}"
        return f"{shown.replace(',', ' ')} {self.currency}"


@dataclass(frozen=True)
class Candidates:
    """The candidates, and which of them can be chosen.

    Attributes
    ----------
    frame : GeoDataFrame
    ids : Index
    price : ndarray
    left_out : ndarray of object
        One of `LEFT_OUT`, None for those that can be chosen.
    notes : list of str
    """

    frame: GeoDataFrame
    ids: pd.Index[Any]
    price: Numbers
    left_out: NDArray[Any]
    notes: list[str] = field(default_factory=list)

    @property
    def usable(self) -> Flags:
        """Return which can be chosen."""
        return np.array([each is None for each in self.left_out], bool)

    def leave_out(self, rows: Flags, why: str, sentence: str) -> None:
        """Take candidates out for a reason, and note which; those that are out for another keep that."""
        out = rows & self.usable
        if out.any():
            self.left_out[out] = why
            self.notes.append(f"{sentence}: {named(self.ids, np.flatnonzero(out))}")


def named(ids: pd.Index[Any], rows: NDArray[np.integer[Any]]) -> str:
    """Return how many rows, and the first few by their ids."""
    return f"{len(rows)} ({first_few(ids[rows])})"


def candidates_of(
    candidates: GeoDataFrame,
    candidate_id: str | None,
    prices: Prices,
    places: Numbers,
    existing: tuple[GeoDataFrame, pd.Index[Any], Numbers] | None,
) -> Candidates:
    """Return the candidates, less those that stand already, have no place, or no known price.

    `places` (longitude and latitude) are theirs; `existing` are the facilities that stand, their ids and their places.

    Raises
    ------
    ValueError
        If there is none, a price is negative, or a candidate has the id of a facility that stands elsewhere.
    """
    what = frames.describe(candidates, "candidates")
    if not len(candidates):
        raise ValueError(f"{what}: there are no candidates to choose from")
    ids = row_ids(candidates, candidate_id, "candidates", "candidate_id")
    found = Candidates(candidates, ids, prices.of_rows(candidates, what), np.full(len(candidates), None, object))
    if existing is not None:
        _compare_with_existing(found, places, candidate_id is not None, *existing)
    found.leave_out(np.isnan(places[:, 0]), "place_unknown", "candidates whose place is unknown, not chosen")
    found.leave_out(np.isnan(found.price), "cost_unknown", "candidates whose cost is unknown, which nobody can buy")
    return found


def _compare_with_existing(
    found: Candidates,
    places: Numbers,
    by_column: bool,
    existing: GeoDataFrame,
    existing_ids: pd.Index[Any],
    existing_places: Numbers,
) -> None:
    there = {tuple(place) for place in existing_places.tolist() if not np.isnan(place).any()}
    same = np.array([tuple(place) in there for place in places.tolist()], bool)
    if not (_only_numbered(found.frame, found.ids, by_column) or _only_numbered(existing, existing_ids, False)):
        place_of = dict(zip(existing_ids, existing_places.tolist(), strict=True))
        shared = found.ids.isin(existing_ids)
        for row in np.flatnonzero(shared & ~same).tolist():
            if not np.isnan([*places[row], *place_of[found.ids[row]]]).any():
                raise ValueError(
                    f"candidates: row {row + 1} has the id {found.ids[row]!r} of an existing facility that stands "
                    "elsewhere: give it another id; what may be done to that facility belongs to upgrades"
                )
        same |= shared
    found.leave_out(same, "existing", "candidates that stand already, not chosen again")


def _only_numbered(frame: pd.DataFrame, ids: pd.Index[Any], by_column: bool) -> bool:
    """Return whether rows are named by the numbers of an index that nobody named: those of two layers are the same."""
    return not by_column and ids.equals(frame.index) and frame.index.name is None and is_integer_dtype(ids.dtype)


def upgrades_of(
    upgrades: pd.DataFrame, ids: pd.Index[Any], prices: Prices, in_time: bool
) -> tuple[list[Upgrade], list[str]]:
    """Return every way to improve a structure, and notes on rows that cannot be chosen.

    Raises
    ------
    ValueError
        Naming the row, if it is about an unknown structure or action, or says nothing that its action needs.
    """
    what = "upgrades"
    frames.require_columns(upgrades, ["facility", "action"], what)
    price = prices.of_rows(upgrades, what)
    places, gain = _places(upgrades, what), _gains(upgrades, what, in_time)
    together = answers(upgrades, "combinable", what, always=True)[0] if "combinable" in upgrades else None
    row_of = {each: row for row, each in enumerate(ids)}
    twice = set(ids[ids.duplicated()])
    by_structure: dict[int, list[int]] = {}
    for row, action in enumerate(upgrades["action"]):
        here = f"{what}: row {row + 1}"
        if action not in ACTIONS:
            raise ValueError(f"{here}: {unknown('unknown action', str(action), ACTIONS)}")
        facility = upgrades["facility"].iloc[row]
        if facility not in row_of or facility in twice:
            count = "several existing facilities are" if facility in twice else "no existing facility is"
            raise ValueError(f"{here}: {count} called {facility!r}")
        if action == "add_capacity" and places[row] == 0:
            raise ValueError(f"{here}: add_capacity says in the column places how many it adds")
        if action == "improve_access" and gain[row] == 0:
            raise ValueError(f"{here}: improve_access says in the column access_gain how much nearer it comes")
        by_structure.setdefault(row_of[facility], []).append(row)
    adapts = (upgrades["action"] == "adapt").to_numpy(bool)
    found = []
    for at, rows in sorted(by_structure.items()):
        needs = bool(adapts[rows].any())
        for taken in _ways(rows, together):
            if needs and not adapts[list(taken)].any():
                continue  # what cannot be used is not served by more room or a nearer door
            mine = list(taken)
            cost = float(price[mine].sum())
            if not np.isnan(cost):
                found.append(Upgrade(taken, at, cost, int(places[mine].sum()), float(gain[mine].sum()), needs))
    unpriced = np.flatnonzero(np.isnan(price))
    note = f"upgrades whose cost is unknown, which nobody can buy: {named(upgrades.index, unpriced)}"
    return found, [note] if len(unpriced) else []


def _ways(rows: list[int], together: Flags | None) -> list[tuple[int, ...]]:
    """Return the single upgrades of a structure, then those that may be taken together."""
    ways = [(row,) for row in rows]
    joint = [] if together is None else [row for row in rows if together[row]]
    if len(joint) > MOST_COMBINED:
        raise ValueError(
            f"upgrades: {len(joint)} of one facility are combinable, which are more than {MOST_COMBINED}: join some"
        )
    return [*ways, *(each for size in range(2, len(joint) + 1) for each in combinations(joint, size))]


def _places(upgrades: pd.DataFrame, what: str) -> NDArray[np.int64]:
    if "places" not in upgrades:
        return np.zeros(len(upgrades), np.int64)
    values = numbers(upgrades, "places", what)
    wrong = np.flatnonzero((values < 0) | (values != np.floor(values)) & ~np.isnan(values) | np.isinf(values))
    if len(wrong):
        raise ValueError(
            f"{what}: column 'places' holds {listed(upgrades, 'places', wrong)}; places are whole numbers, 0 or more"
        )
    return np.nan_to_num(values).astype(np.int64)


def _gains(upgrades: pd.DataFrame, what: str, in_time: bool) -> Numbers:
    """Return metres or seconds; cells are numbers in the unit that reach is counted in, or texts with theirs."""
    if "access_gain" not in upgrades:
        return np.zeros(len(upgrades))
    found = np.zeros(len(upgrades))
    for row, cell in enumerate(upgrades["access_gain"]):
        if pd.isna(cell):
            continue
        try:
            limit = Limit.of(cell) if isinstance(cell, str) else Limit(float(cell), "s" if in_time else "m")
        except (TypeError, ValueError) as error:
            raise ValueError(f"{what}: row {row + 1}, column 'access_gain': {error}") from None
        if limit.in_time != in_time or np.isinf(limit.value):
            counted = "seconds" if in_time else "metres"
            raise ValueError(
                f"{what}: row {row + 1}, column 'access_gain' holds {cell!r}; ways are counted in {counted}"
            )
        found[row] = limit.value
    return found
