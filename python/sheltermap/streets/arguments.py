# SPDX-License-Identifier: Apache-2.0
"""Arguments of calls about streets: a wrong one is an error in words that names it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base.suggestions import told

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray


def number(value: object, name: str, *, above_zero: bool = False) -> float:
    """Return a number that is not negative, or one above 0 and finite; TypeError for what is none, else ValueError.

    Examples
    --------
    >>> number(3, "walking_kmh", above_zero=True)
    3.0
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, not {told(value)}")
    given = float(value)
    if above_zero and not 0 < given < math.inf:
        raise ValueError(f"{name} must be above 0 and finite, not {value!r}")
    if not given >= 0:
        raise ValueError(f"{name} must not be negative, it is {value!r}")
    return given


def distance(value: object, name: str) -> float:
    """Return a finite number of metres that is not negative; TypeError for what is no number, else ValueError."""
    metres = number(value, name)
    if math.isinf(metres):
        raise ValueError(f"{name} must be a number of metres, not {value!r}")
    return metres


def yes_or_no(value: object, name: str) -> bool:
    """Return True or False; TypeError for anything else."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, not {told(value)}")
    return bool(value)


def count(value: object, name: str) -> int:
    """Return a whole number of at least 1; TypeError for what is no whole number, ValueError for a lower one."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be a whole number, not {told(value)}")
    if value < 1:
        raise ValueError(f"{name} must be at least 1, not {value}")
    return int(value)


def way_ids(ways: object) -> NDArray[np.int64]:
    """Return the ids of ways; TypeError where it is no list, ValueError where an entry is no whole number.

    Examples
    --------
    >>> way_ids([4711, 4712.0]).tolist()
    [4711, 4712]
    """
    if isinstance(ways, str | bytes) or not isinstance(ways, Iterable):
        raise TypeError(f"ways must be a list of ids, as [4711, 4712], not {told(ways)}")
    ids = list(ways)
    for each in ids:
        whole = isinstance(each, Real) and not isinstance(each, bool) and float(each).is_integer()
        if not whole or not abs(each) < 1 << 63:
            raise ValueError(f"ways: {each!r} is no id of a way; ids are whole numbers")
    return np.array([int(each) for each in ids], np.int64)


def slowed_ways(ways: object, zones: GeoDataFrame | None) -> NDArray[np.int64]:
    """Return the ids of ways to slow, none by default; ValueError for an empty list that would mean every street."""
    ids = way_ids(() if ways is None else ways)
    if ways is not None and not len(ids) and zones is None:
        raise ValueError("ways is empty, so no street would be slower; leave it out to slow all of them")
    return ids


def require_zones(zones: GeoDataFrame | None, **of_zones: Any) -> None:
    """Raise ValueError where something is said of zones and there are none."""
    given = [name for name, value in of_zones.items() if value is not None]
    if zones is None and given:
        raise ValueError(f"{given[0]} is that of zones, and there are none: give zones too")
