# SPDX-License-Identifier: Apache-2.0
"""Limits of reach with their unit: "500 m", "2 km", "15 min"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sheltermap.base.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNITS = ("m", "km", "s", "min", "h")
_TEXT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-zA-Z]*)\s*")


class Seconds(float):
    """A limit that is a time; a plain float is metres."""


def parse(limit: str) -> float:
    """Return a limit as metres, or as `Seconds` where it is a time.

    Parameters
    ----------
    limit : str
        A number and one of m, km, s, min, h.

    Returns
    -------
    float or Seconds

    Raises
    ------
    ValueError
        If there is no unit, or an unknown one: 15 could be metres or minutes.

    Examples
    --------
    >>> parse("2 km"), parse("15 min")
    (2000.0, 900.0)
    >>> isinstance(parse("15 min"), Seconds)
    True
    """
    found = _TEXT.fullmatch(limit) if isinstance(limit, str) else None
    if found is None or found[2] not in _UNITS:
        raise ValueError(f"a limit is a number with a unit, '500 m', '2 km', '90 s', '15 min' or '1 h', not {limit!r}")
    kind, size = UNITS[found[2]]
    value = float(found[1]) * float(size)
    return Seconds(value) if kind == "time" else value


def _number(one: float | str) -> float:
    if isinstance(one, str):
        return parse(one)
    try:
        number = one if isinstance(one, Seconds) else float(one)
    except (TypeError, ValueError):
        number = math.nan
    if math.isnan(number):
        raise ValueError(f"a threshold is a number of metres, or a text like '500 m' or '15 min', not {one!r}")
    return number


def thresholds(given: float | str | Sequence[float | str]) -> tuple[float, ...]:
    """Return thresholds as numbers: metres, or all of them `Seconds`.

    Parameters
    ----------
    given : float, str or a sequence of them
        Plain numbers are metres; texts have a unit.

    Returns
    -------
    tuple of float

    Raises
    ------
    ValueError
        If there is none, one twice, one that is no number, or both distances and times.

    Examples
    --------
    >>> thresholds([500, "2 km"])
    (500.0, 2000.0)
    """
    each = [given] if isinstance(given, str) or not isinstance(given, Iterable) else list(given)
    values = tuple(_number(one) for one in each)
    if not values or len(set(values)) != len(values):
        raise ValueError(f"thresholds must name at least one distance or time, each once, not {given!r}")
    if len({isinstance(value, Seconds) for value in values}) > 1:
        raise ValueError(f"thresholds are either distances or times, not both: {given!r}")
    return values


def label(threshold: float) -> str:
    """Return a threshold as result columns spell it.

    Examples
    --------
    >>> label(500.0), label(12.5), label(Seconds(900)), label(Seconds(90))
    ('500m', '12.5m', '15min', '90s')
    """
    if not isinstance(threshold, Seconds):
        return f"{threshold:.15g}m"
    return f"{threshold / 60:.15g}min" if threshold % 60 == 0 else f"{threshold:.15g}s"


def cost_column(threshold: float) -> str:
    """Return the name of the column with the cost: ``distance_m``, or ``duration_s`` for times."""
    return "duration_s" if isinstance(threshold, Seconds) else "distance_m"


def threshold_column(threshold: float) -> str:
    """Return the name of the column that thresholds stand in: ``threshold_m``, or ``threshold_s`` for times."""
    return "threshold_s" if isinstance(threshold, Seconds) else "threshold_m"
