# SPDX-License-Identifier: Apache-2.0
"""Which number a written cell stands for: tables are sorted by it, and spreadsheets are given it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sheltermap.base import texts
from sheltermap.base.language import REFERENCE
from sheltermap.base.units import UNITS

WRITTEN = re.compile(rf"([+−-]?)(\d[\d {texts.THIN}]*(?:\.\d+)?)(?: (?!\d)(\S+))?")
# In which unit an amount is counted where a column has several of its kind, and how many of these one is.
FACTORS = {unit: (base, float(UNITS[unit][1])) for base, of in (("m", "m km"), ("s", "s min h")) for unit in of.split()}
FACTORS |= {"m²": ("m²", 1.0), "ha": ("m²", float(UNITS["ha"][1])), "km²": ("m²", float(UNITS["km"][1] ** 2))}


@dataclass(frozen=True)
class Amount:
    """A number with its unit, which is empty where something is counted."""

    value: float
    unit: str


@dataclass(frozen=True)
class Column:
    """The numbers of a column, all in one unit; None where a cell is none."""

    unit: str
    values: tuple[float | None, ...]


def amount(cell: Any) -> Amount | None:
    """Return the number that a cell is, with its unit; None where it says more or less than one number.

    Examples
    --------
    >>> amount("145 603"), amount({"en": "1.5 km", "lv": "1,5 km"}), amount("> 99.9 %")
    (Amount(value=145603.0, unit=''), Amount(value=1.5, unit='km'), None)
    """
    found = WRITTEN.fullmatch(str(cell[REFERENCE] if isinstance(cell, dict) else cell))
    if found is None:
        return None
    sign, digits, unit = found.groups()
    value = float(digits.replace(texts.THIN, "").replace(" ", ""))
    return Amount(-value if sign in ("−", "-") and value else value, unit or "")


def column(cells: Sequence[Any]) -> Column:
    """Return the numbers of a column's cells in the smallest of their units; none where the units do not fit together.

    Examples
    --------
    >>> column(["500 m", "1.5 km", "–"])
    Column(unit='m', values=(500.0, 1500.0, None))
    >>> column(["95.4 %", "12 min"])
    Column(unit='', values=(None, None))
    """
    found = [amount(cell) for cell in cells]
    units = {each.unit for each in found if each is not None}
    kinds = {FACTORS.get(unit, (unit, 1))[0] for unit in units}
    if len(kinds) != 1:
        return Column("", (None,) * len(found))
    smallest = min(units, key=_factor)
    values = [None if each is None else each.value * _factor(each.unit) / _factor(smallest) for each in found]
    return Column(smallest, tuple(None if each is None else float(f"{each:.12g}") for each in values))


def digits(value: float) -> str:
    """Write a number for spreadsheets, never as a power of ten.

    Examples
    --------
    >>> digits(0.000015), digits(2.5e12), digits(3.0)
    ('0.000015', '2500000000000', '3')
    """
    return f"{Decimal(f'{value:.12g}'):f}"


def _factor(unit: str) -> float:
    return FACTORS.get(unit, (unit, 1))[1]
