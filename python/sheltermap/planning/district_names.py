# SPDX-License-Identifier: Apache-2.0
"""What districts are called, which there are now, and how many people work in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base.exact_sums import totals
from sheltermap.layers import frames
from sheltermap.layers.cells import numbers
from sheltermap.layers.row_ids import take_ids
from sheltermap.planning.offices import Offices, in_order
from sheltermap.streets.arguments import number

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Codes = NDArray[np.int32]


@dataclass(frozen=True)
class Named:
    """Districts by name.

    Attributes
    ----------
    names : list
    before : ndarray of int32 or None
        Per unit the present district, -1 for none; None where there are no present ones.
    notes : list of str
    """

    names: list[Any]
    before: Codes | None
    notes: list[str]

    def take(self, codes: Codes) -> Any:
        """Return the names of districts; missing where there is none."""
        return take_ids(pd.Index(self.names), codes)


def named(
    units: GeoDataFrame, present: str | None, count: int | None, seats: Offices | None, work: NDArray[np.float64]
) -> Named:
    """Return what the districts are called: as the offices, else as the present ones, else by numbers.

    Where there are to be fewer than now, those with least work are given up; where there are to be more, the new ones
    are numbered on, or called ``new``.

    Raises
    ------
    ValueError
        If nothing says how many districts there are to be, or a present one has no office.
    """
    notes: list[str] = []
    now: list[Any] = []
    if present is not None:
        frames.require_columns(units, [present], frames.describe(units, "units"))
        now = in_order(units[present])
        if not now:
            raise ValueError(f"units: column {present!r} is empty; leave present= out where there are no districts yet")
    if seats is not None:
        unknown = [each for each in now if each not in seats.all_names]
        if unknown:
            raise ValueError(
                f"units: {unknown[0]!r} in column {present!r} is none of the offices: "
                f"{', '.join(map(repr, seats.all_names))}"
            )
        names = seats.names
    elif count is None and not now:
        raise ValueError("count= says how many districts there are to be; or present= which there are, or offices=")
    elif not now:
        names = list(range(1, int(count or 0) + 1))
    else:
        wanted = len(now) if count is None else count
        names = now + _new_names(now, wanted - len(now))
        if wanted < len(now):
            sums = totals(work, pd.Index(now, dtype=object).get_indexer(units[present]).clip(-1) + 1, len(now) + 1)[1:]
            least = sorted(np.lexsort((np.arange(len(now)), sums))[: len(now) - wanted])
            names = [name for row, name in enumerate(now) if row not in least]
            notes.append(f"given up, as those with least work: {', '.join(str(now[row]) for row in least)}")
    before = None
    if present is not None:
        before = pd.Index(names, dtype=object).get_indexer(pd.Index(units[present], dtype=object)).astype(np.int32)
    return Named(names, before, notes)


def _new_names(now: list[Any], count: int) -> list[Any]:
    if count <= 0:
        return []
    if all(isinstance(each, Real) for each in now):
        return [max(now) + each for each in range(1, count + 1)]
    return [name for name in ("new", *(f"new {each}" for each in range(2, count + len(now) + 2))) if name not in now][
        :count
    ]


def staff_of(
    staff: Mapping[Any, float] | Sequence[float] | str | None, names: list[Any], offices: GeoDataFrame | None
) -> NDArray[np.float64]:
    """Return how many people work in each district; ValueError where it is not said of each, or not above 0."""
    if staff is None:
        return np.ones(len(names))
    if isinstance(staff, str):
        if offices is None:
            raise ValueError(f"staff={staff!r} is a column of offices, and there are none; write {{'north': 2}}")
        values = numbers(offices, staff, frames.describe(offices, "offices"))
        return np.array(
            [
                number(each, f"offices: {staff!r} of {name!r}", above_zero=True)
                for name, each in zip(names, values, strict=True)
            ]
        )
    if isinstance(staff, Mapping):
        missing = [name for name in names if name not in staff]
        unknown = [name for name in staff if name not in names]
        if missing or unknown:
            wrong = (
                f"does not say how many work in {missing[0]!r}" if missing else f"names {unknown[0]!r}, which is none"
            )
            raise ValueError(f"staff {wrong}; the districts are {', '.join(map(repr, names))}")
        return np.array([number(staff[name], f"staff[{name!r}]", above_zero=True) for name in names])
    if len(staff) != len(names):
        raise ValueError(f"staff says how many work in {len(staff)} districts, and there are {len(names)}")
    return np.array([number(each, "staff", above_zero=True) for each in staff])


def renamed(codes: Codes, before: Codes, work: NDArray[np.int64], staff: NDArray[np.float64]) -> Codes:
    """Return districts drawn anew under the names of the present ones, with which they share most work.

    The largest part that one has of another comes first; only where as many people work.
    """
    count = len(staff)
    placed = before >= 0
    shared = np.zeros((count, count), np.int64)
    np.add.at(shared, (codes[placed], before[placed]), work[placed])
    name = np.full(count, -1, np.int32)
    for each in np.argsort(-shared, axis=None, kind="stable"):
        drawn, present = divmod(int(each), count)
        if name[drawn] < 0 and present not in name and staff[drawn] == staff[present]:
            name[drawn] = present
    result: Codes = name[codes]
    return result
