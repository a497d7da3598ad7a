# SPDX-License-Identifier: Apache-2.0
"""Rates of what services cost, as they are written: files and frames, checked row by row."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.suggestions import meant, one_form, told
from sheltermap.layers import frames
from sheltermap.layers.cells import amounts
from sheltermap.layers.plain_tables import plain_table
from sheltermap.layers.toml_files import read_toml, toml_value
from sheltermap.planning.price_index import checked_year

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

ONCE = ("fixed", "fixed_per_place")  #: paid once
YEARLY = ("running", "running_per_place", "per_person")  #: paid every year
ITEMS = (*ONCE, *YEARLY)
FOR = ("category", "facility")  #: what a rate is for: a category, or a facility of its own
COLUMNS = (*FOR, *ITEMS, "price_year", "currency", "source")
HEAD = ("currency", "price_year", "index", "fixed_index", "discount_rate", "horizon_years")


def opened(source: Any, encoding: str | None) -> tuple[str, dict[str, Any], pd.DataFrame]:
    """Return what a source of costs is called, what it says of all rates, and the rates.

    Raises
    ------
    ReadError
        If a file cannot be read.
    ValueError
        If a key is unknown, or there are no rates.
    TypeError
        If it is nothing of the kind.
    """
    if isinstance(source, pd.DataFrame):
        return str(source.attrs.get("sheltermap_source", "the rates")), {}, source
    name = "the costs"
    if isinstance(source, str | os.PathLike):
        name = Path(source).name
        if Path(source).suffix.lower() != ".toml":
            table = plain_table(source, encoding)
            if table is None:
                raise _core.ReadError(f"{name}: costs are a .toml, .csv, .xlsx or .ods file")
            return name, {}, table
        source = read_toml(Path(source))
    if not isinstance(source, Mapping):
        raise TypeError(f"costs are a path, a DataFrame or a mapping, not {told(source)}")
    for key in source:
        if key not in (*HEAD, "rates"):
            raise ValueError(f'{name}: unknown key "{key}"{meant(str(key), (*HEAD, "rates"))[1]}')
    rates = source.get("rates")
    if not isinstance(rates, Sequence) or not rates or not all(isinstance(each, Mapping) for each in rates):
        raise ValueError(f"{name} has no rates: write [[rates]] with a category and what it costs")
    return name, {key: source[key] for key in HEAD if key in source}, pd.DataFrame([dict(each) for each in rates])


def checked_rates(rates: pd.DataFrame, name: str, price_year: Any) -> tuple[pd.DataFrame, list[Any]]:
    """Return the rates with numbers and years, and the currencies that their rows write.

    Raises
    ------
    ValueError
        If a column is unknown, a rate is for nothing or two are for the same, a cost is negative or no number, all
        cells of a rate are empty, or nobody says of which year its prices are; naming the row.
    """
    for column in rates.columns:
        if column not in COLUMNS:
            raise ValueError(f'{name}: unknown column "{column}"{meant(str(column), COLUMNS)[1]}')
    items = [item for item in ITEMS if item in rates.columns]
    if not items or not len(rates):
        raise ValueError(f"{name} holds no cost; a rate has one of {', '.join(ITEMS)}")
    table = pd.DataFrame(index=range(len(rates)))
    for column in FOR:
        if column in rates.columns:
            table[column] = pd.Series([key_of(each) for each in rates[column]], dtype=object)
    for item in items:
        table[item] = amounts_of(rates, item, name)
    _require_each_for_one(table, name)
    nothing = np.flatnonzero(table[items].isna().all(axis=1).to_numpy())
    if len(nothing):
        raise ValueError(f"{name}: row {nothing[0] + 1} holds no cost; write 0 where there is none")
    years = list(rates["price_year"]) if "price_year" in rates.columns else [None] * len(rates)
    table["price_year"] = [
        checked_year(price_year if each is None or pd.isna(each) else each, f"{name}: price_year of row {row}")
        if price_year is not None or not (each is None or pd.isna(each))
        else _no_year(name, row)
        for row, each in enumerate(years, 1)
    ]
    if "source" in rates.columns:
        table["source"] = rates["source"].to_numpy()
    currencies = list(rates["currency"].dropna()) if "currency" in rates.columns else []
    return table, currencies


def _no_year(name: str, row: int) -> int:
    raise ValueError(f"{name}: nobody says of which year the prices of row {row} are; write price_year")


def _require_each_for_one(table: pd.DataFrame, name: str) -> None:
    """Raise where a rate is neither for a category nor for a facility, or two are for the same."""
    seen: dict[tuple[str, Any], int] = {}
    for row, rate in enumerate(table.to_dict("records"), 1):
        kinds = [(column, rate[column]) for column in reversed(FOR) if rate.get(column) is not None]
        if not kinds:
            raise ValueError(f"{name}: row {row} is for nothing; name a category or a facility")
        first = seen.setdefault(kinds[0], row)
        if first != row:
            raise ValueError(f"{name}: rows {first} and {row} are both for the {kinds[0][0]} {kinds[0][1]!r}")


def key_of(value: Any) -> str | None:
    """Return a category or an id as they are compared: as a text; None where there is none.

    Examples
    --------
    >>> key_of(1), key_of(1.0), key_of(" II "), key_of(float("nan"))
    ('1', '1', 'II', None)
    """
    if value is None or pd.isna(value):
        return None
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    return str(one_form(str(value).strip())) or None


def amounts_of(frame: pd.DataFrame, column: str, what: str, *, known: bool = False) -> Numbers:
    """Return a column as amounts, NaN where a cell is empty; ValueError where one is below 0, or empty and `known`."""
    values = amounts(frame, column, what, "it is 0 or above")
    if known and np.isnan(values).any():
        row = int(np.flatnonzero(np.isnan(values))[0])
        raise ValueError(f"{what}: column {column!r} is empty in row {row + 1}; write the number")
    return values


def people_of(frame: pd.DataFrame, people: Any, ids: pd.Index[Any]) -> Numbers:
    """Return how many people each facility serves, NaN where that is not known.

    `people` is a column, a number by facility, one per row, or nothing.
    """
    if people is None:
        return np.full(len(ids), np.nan)
    if isinstance(people, str):
        frames.require_columns(frame, [people], "facilities")
        return amounts_of(frame, people, "facilities")
    if isinstance(people, Mapping):
        known = {key_of(key): value for key, value in people.items()}
        strange = sorted(set(known) - {key_of(each) for each in ids}, key=str)
        if strange:
            raise ValueError(f"people_served names {strange[0]!r}, which is none of the facilities")
        given = [known.get(key_of(each)) for each in ids]
    else:
        given = list(people)
        if len(given) != len(ids):
            raise ValueError(f"people_served has {len(given)} numbers, and there are {len(ids)} facilities")
    return amounts_of(pd.DataFrame({"people_served": given}), "people_served", "people_served")


def between(value: Any, name: str, low: float, high: float) -> float:
    """Return a number from `low` (or above it, where `high` is endless) to below `high`; ValueError for any other."""
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not number or not low <= float(value) < high or (math.isinf(high) and float(value) == low):
        bounds = f"above {low:g}" if math.isinf(high) else f"from {low:g} to below {high:g}, 0.03 for 3 %"
        raise ValueError(f"{name} is a number {bounds}, not {told(value)}")
    return float(value)


def toml_text(head: Mapping[str, Any], indexes: Mapping[str, Mapping[int, float]], rates: pd.DataFrame) -> str:
    """Return costs as TOML: what is said of all, the indexes of prices, the rates; what is missing is left out."""
    lines = [f"{key} = {toml_value(value)}" for key, value in head.items() if value is not None]
    for name, values in indexes.items():
        lines += ["", f"[{name}]", *(f"{year} = {toml_value(value)}" for year, value in values.items())]
    for rate in rates.to_dict("records"):
        known = {key: value for key, value in rate.items() if not pd.isna(value)}
        lines += ["", "[[rates]]", *(f"{key} = {toml_value(value)}" for key, value in known.items())]
    return "\n".join(lines) + "\n"
