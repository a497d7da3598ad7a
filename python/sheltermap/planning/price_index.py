# SPDX-License-Identifier: Apache-2.0
"""Prices of years: an index that brings an amount of one year to the prices of another, and the currency it is in."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from sheltermap.base.suggestions import told

A_COST = "a cost is a finite number, not negative"  # in errors about cells


@dataclass(frozen=True)
class PriceIndex:
    """Prices by year, of any base: only their ratios count.

    Attributes
    ----------
    by_year : tuple of (int, float)
        In order of the years.
    """

    by_year: tuple[tuple[int, float], ...]
    name: str = "index"

    @classmethod
    def of(cls, given: Mapping[Any, Any], name: str = "index") -> PriceIndex:
        """Return an index of years and numbers; ValueError where one is none, or none above 0.

        Examples
        --------
        >>> PriceIndex.of({"2024": 100, 2025: 104.5}).factor(2024, 2025)
        1.045
        """
        if not isinstance(given, Mapping) or not given:
            raise ValueError(f"{name} is a number by year, {{2024: 100, 2025: 104.5}}, not {told(given)}")
        found: dict[int, float] = {}
        for key, value in given.items():
            year = checked_year(key, name)
            if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) < math.inf:
                raise ValueError(f"{name}: {year} is {told(value)}; prices are above 0")
            if year in found:
                raise ValueError(f"{name}: {year} is there twice")
            found[year] = float(value)
        return cls(tuple(sorted(found.items())), name)

    def factor(self, of_year: int, in_year: int) -> float:
        """Return what an amount of one year is multiplied by to be in the prices of another; ValueError without one."""
        values = dict(self.by_year)
        for year in (of_year, in_year):
            if year not in values:
                known = ", ".join(map(str, values))
                raise ValueError(f"{self.name} has no {year}; it has {known}: add the year, or ask for one of these")
        return values[in_year] / values[of_year]


def checked_year(given: Any, what: str) -> int:
    """Return a year; ValueError where it is none of four digits."""
    whole = isinstance(given, Integral) and not isinstance(given, bool)
    whole = whole or (isinstance(given, Real) and float(given).is_integer())
    if not (whole or (isinstance(given, str) and re.fullmatch(r"[0-9]{4}", given.strip()))):
        raise ValueError(f"{what} holds {told(given)}, which is no year")
    year = int(given)
    if not 1000 <= year <= 9999:
        raise ValueError(f"{what} holds {year}, which is no year of four digits")
    return year


def require_currency(written: Iterable[Any], what: str) -> str:
    """Return the one currency that is written; ValueError where there is none, there are several, or it is none."""
    names = sorted({str(each).strip() for each in written})
    if not names:
        raise ValueError(f'{what}: costs have no currency; say which, currency="EUR"')
    if len(names) > 1:
        raise ValueError(f"{what}: costs are in {' and '.join(names)}, which cannot be added up: bring them to one")
    return checked_currency(names[0], f"{what}: ")


def checked_currency(given: Any, where: str = "") -> str:
    """Return a currency; ValueError, which begins with `where`, unless it is written with its three letters."""
    if not isinstance(given, str) or not re.fullmatch(r"[A-Z]{3}", given):
        raise ValueError(f"{where}a currency is told by its three letters (ISO 4217), as 'EUR', not {told(given)}")
    return given
