# SPDX-License-Identifier: Apache-2.0
"""Limits of reach with their unit: "500 m", "2 km", "15 min", "1 h 30 min", "15 minutes"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from numbers import Real
from typing import Literal

from sheltermap.base.decimal_marks import THREE_AFTER_MARK
from sheltermap.base.language import all_words
from sheltermap.base.suggestions import one_form, told
from sheltermap.base.units import UNITS

Unit = Literal["m", "s"]

_UNITS = ("km", "m", "h", "min", "s")  # the larger first, as "1 h 30 min" has them
_SPACES = re.compile("[ \u00a0\u2009\u202f]")  # between a number and its unit, and between thousands
_SPACE = _SPACES.pattern
_MEASURE = re.compile(rf"([0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+(?![0-9])|[0-9]+)(\.[0-9]+)?{_SPACE}*([^\W\d_]+\.?)\s*")
_MOST, _SHOWN = 10**9, 30  # metres or seconds that a text may say; letters of a longer one that an error repeats
_COMMA = re.compile(rf"([0-9]+,[0-9]+)({_SPACE}*[^\W\d_]*\.?)")


@dataclass(frozen=True)
class Limit:
    """A distance or a time up to which something counts.

    No number: nothing is added to it, and it is compared with limits of its own unit only, so that a time never becomes
    a distance. `value` is the number.

    Parameters
    ----------
    value : float
        Metres or seconds; not negative.
    unit : {"m", "s"}

    Raises
    ------
    ValueError
        If the value is no number or negative, or there is no such unit.

    Examples
    --------
    >>> Limit.of("15 min") == Limit(900, "s"), Limit.of(500) < Limit.of("2 km"), str(Limit.of("15 min"))
    (True, True, '15 min')
    """

    value: float
    unit: Unit = "m"

    def __post_init__(self) -> None:
        if self.unit not in ("m", "s"):
            raise ValueError(f"a limit is in 'm' or 's', not in {self.unit!r}")
        if isinstance(self.value, bool) or not isinstance(self.value, Real) or math.isnan(self.value):
            raise ValueError(
                f"a limit is a number of metres, or a text like '500 m' or '15 min', not {told(self.value)}"
            )
        if self.value < 0:
            raise ValueError(f"a limit must not be negative, it is {self.value:.15g}")
        object.__setattr__(self, "value", float(self.value))

    @classmethod
    def of(cls, given: Limit | float | str) -> Limit:
        """Return what was given as a limit: a plain number is metres, a text has a unit; ValueError for all else."""
        if isinstance(given, Limit):
            return given
        return cls.parse(given) if isinstance(given, str) else cls(given)

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Return the limit that a text says: a number and a unit, or several of one kind, the larger first.

        Units are m, km, s, min and h, or their names in any language that sheltermap speaks.

        Raises
        ------
        ValueError
            If there is no unit, or an unknown one: 15 could be metres or minutes; if decimals follow a comma; if it is
            more than a million kilometres.

        Examples
        --------
        >>> Limit.parse("2 km"), Limit.parse("1.5min")
        (Limit(value=2000.0, unit='m'), Limit(value=90.0, unit='s'))
        >>> Limit.parse("15 minutes") == Limit.parse("15 minūtes"), str(Limit.parse("1 h 30 min"))
        (True, '90 min')
        """
        parts = _parts(str(one_form(text)).strip()) if isinstance(text, str) else []
        ranks = [_UNITS.index(unit) for _, unit in parts]
        kinds = {UNITS[unit][0] for _, unit in parts}
        if len(kinds) != 1 or any(one >= other for one, other in pairwise(ranks)):
            raise ValueError(f"{_written_with_a_comma(text) or _WANTED}, not {text!r}")
        value = sum(Fraction(number) * UNITS[unit][1] for number, unit in parts)
        if value > _MOST:
            shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
            raise ValueError(f"a limit is at most 1 000 000 km, or as many seconds as metres, not {shown!r}")
        return cls(float(value), "s" if kinds == {"time"} else "m")

    @property
    def in_time(self) -> bool:
        """Whether it is a time; else it is a distance."""
        return self.unit == "s"

    @property
    def label(self) -> str:
        """How result columns spell it: ``500m``, ``12.5m``, ``15min``, ``90s``."""
        return str(self).replace(" ", "")

    @property
    def cost_column(self) -> str:
        """The column that is compared with it: ``distance_m``, or ``duration_s`` for times."""
        return "duration_s" if self.in_time else "distance_m"

    @property
    def threshold_column(self) -> str:
        """The column that thresholds stand in: ``threshold_m``, or ``threshold_s`` for times."""
        return f"threshold_{self.unit}"

    def __str__(self) -> str:
        if self.in_time and self.value % 60 == 0:
            return f"{_written(self.value / 60)} min"
        return f"{_written(self.value)} {self.unit}"

    def __lt__(self, other: Limit) -> bool:
        return self._comparable(other) and self.value < other.value

    def __le__(self, other: Limit) -> bool:
        return self._comparable(other) and self.value <= other.value

    def __gt__(self, other: Limit) -> bool:
        return self._comparable(other) and self.value > other.value

    def __ge__(self, other: Limit) -> bool:
        return self._comparable(other) and self.value >= other.value

    def _comparable(self, other: object) -> bool:
        """Return true; TypeError where the other is no limit of the same unit."""
        if not isinstance(other, Limit):
            raise TypeError(f"{self} is a limit, {told(other)} is none: compare with Limit.of(…), or take its value")
        if self.unit != other.unit:
            raise TypeError(f"{self} and {other} cannot be compared: one is a time, the other a distance")
        return True


def _written(number: float) -> str:
    """Write a number as limits are read: without an exponent."""
    short = f"{number:.15g}"
    return f"{Decimal(short):f}" if "e" in short else short


_WANTED = "a limit is a number with a unit, '500 m', '2 km', '90 s', '15 min' or '1 h'"


def _parts(text: str) -> list[tuple[str, str]]:
    """Return the numbers of a text with their units; nothing where it is not made of these alone."""
    found, end = [], 0
    while part := _MEASURE.match(text, end):
        unit = _names_of_units().get(part[3].casefold())
        if unit is None:
            return []
        found.append((_SPACES.sub("", part[1]) + (part[2] or ""), unit))
        end = part.end()
    return found if end == len(text) else []


@cache
def _names_of_units() -> dict[str, str]:
    """Return the units by what they are called, in small letters."""
    words = all_words()
    names = {name: unit for unit in _UNITS for own in words[f"unit_names.{unit}"].values() for name in own.split()}
    return {one_form(name).casefold(): unit for name, unit in names.items()} | {unit: unit for unit in _UNITS}


def _written_with_a_comma(text: object) -> str | None:
    """Say what to write instead of a number with a comma; nothing where there is none."""
    found = _COMMA.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        return None
    number, unit = found[1], found[2]
    if THREE_AFTER_MARK.fullmatch(number):
        thousands = number.replace(",", "")
        return (
            f"a comma may stand before decimals or between thousands: write '{_pointed(found)}' or '{thousands}{unit}'"
        )
    return f"decimals of a limit stand behind a point: write '{_pointed(found)}'"


def _pointed(found: re.Match[str]) -> str:
    return found[1].replace(",", ".") + found[2]


LimitLike = Limit | float | str  # a plain number is metres, a text has a unit


def limits_of(given: LimitLike | Iterable[LimitLike]) -> tuple[Limit, ...]:
    """Return what was given as limits: distances, or all of them times.

    Parameters
    ----------
    given : Limit, float, str or a sequence of them
        Plain numbers are metres; texts have a unit.

    Returns
    -------
    tuple of Limit

    Raises
    ------
    ValueError
        If there is none, one twice, one that is no limit, or both distances and times.

    Examples
    --------
    >>> [each.label for each in limits_of([500, "2 km"])]
    ['500m', '2000m']
    """
    each = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    limits = tuple(Limit.of(one) for one in each)
    if not limits or len(set(limits)) != len(limits):
        raise ValueError(f"name at least one distance or time, each once, not {given!r}")
    if len({limit.unit for limit in limits}) > 1:
        raise ValueError(f"give either distances or times, not both: {given!r}")
    return limits


def chosen(limits: Sequence[Limit], asked: LimitLike) -> Limit:
    """Return the one of some limits that is asked for, by a text or by the number in their own unit.

    Raises
    ------
    ValueError
        If it is none of them.

    Examples
    --------
    >>> chosen(limits_of(["15 min", "1 h"]), 900).label
    '15min'
    """
    number = isinstance(asked, Real) and not isinstance(asked, bool)
    limit = Limit(asked, limits[0].unit) if number else Limit.of(asked)  # type: ignore[arg-type]
    if limit not in limits:
        raise ValueError(f"threshold {limit} was not asked about; choose one of {', '.join(map(str, limits))}")
    return limit
