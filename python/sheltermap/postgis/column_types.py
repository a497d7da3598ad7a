# SPDX-License-Identifier: Apache-2.0
"""Columns of a database's table: how they are asked for, and as which types their values come here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from psycopg.sql import Composable

WHOLE = ("int2", "int4", "int8", "oid")
CASTS = {
    "boolean": "bool",
    "Int64": "int8",
    "float64": "float8",
    "numeric": "numeric",
    "date": "date",
    "datetime": "timestamp",
    "instant": "timestamptz",
    "text": "text",
}
# What Python's dates can hold; infinity, years before Christ and after 9999 lie outside.
WITHIN = "{0} >= CAST('0001-01-01' AS {1}) AND {0} < CAST('10000-01-01' AS {1})"
LEAST, MOST = -(2**63), 2**63 - 1


@dataclass(frozen=True)
class Column:
    """A column as the catalogue describes it."""

    name: str
    kind: str  #: of the database; of a domain, the type below it
    category: str
    modifier: int  #: of the type: precision and scale, or kind of geometry and SRID; -1 for none

    @property
    def dtype(self) -> str:
        """The type that its values get here; texts for whatever has no better one."""
        if self.category == "B":
            return "boolean"
        if self.kind == "numeric":
            return "numeric" if self._may_be_whole else "float64"
        if self.category == "N":
            return "Int64" if self.kind in WHOLE else "float64"
        return {"date": "date", "timestamp": "datetime", "timestamptz": "instant"}.get(self.kind, "text")

    @property
    def _may_be_whole(self) -> bool:
        """Whether no digits after the decimal point are declared; the scale has 11 bits, the first its sign."""
        return self.modifier < 0 or (((self.modifier - 4) & 0x7FF) ^ 0x400) - 0x400 <= 0


def value(column: Column) -> Composable:
    """Return the expression for a column's values."""
    from psycopg import sql

    if column.kind == "money":  # there is no shorter way
        return sql.SQL("CAST(CAST({} AS numeric) AS float8)").format(sql.Identifier(column.name))
    cast = _cast(column)
    within = _within(column)
    return cast if within is None else sql.SQL("CASE WHEN {} THEN {} END").format(within, cast)


def outside(column: Column) -> Composable | None:
    """Return the expression that says where `value` leaves a date or a time out; None for other columns."""
    from psycopg import sql

    within = _within(column)
    return None if within is None else sql.SQL("NOT ({})").format(within)


def _cast(column: Column) -> Composable:
    from psycopg import sql

    cast = sql.SQL("CAST({} AS {})").format(sql.Identifier(column.name), sql.SQL(CASTS[column.dtype]))
    # In UTC, whatever the zone of the session, in which a time may lie beyond the last year.
    return sql.SQL("timezone('UTC', {})").format(cast) if column.dtype == "instant" else cast


def _within(column: Column) -> Composable | None:
    from psycopg import sql

    if column.dtype not in ("date", "datetime", "instant"):
        return None
    kind = "date" if column.dtype == "date" else "timestamp"
    return sql.SQL(WITHIN).format(_cast(column), sql.SQL(kind))


def series(column: Column, values: Sequence[Any], exact: str | None = None) -> pd.Series[Any]:
    """Return the values of a column as a series, of a type that can hold gaps where there are any.

    `exact` is the type of exact numbers, as `exact_dtype` has it, where these are some of more.
    """
    listed = list(values)
    if column.dtype == "numeric":
        return _numbers(column, listed, exact)
    if column.dtype == "Int64" and None not in listed:
        return pd.Series(listed, dtype="int64")
    if column.dtype == "boolean" and None not in listed:
        return pd.Series(listed, dtype="bool")
    if column.dtype in ("datetime", "instant"):
        return pd.Series(pd.to_datetime(pd.Series(listed, dtype=object), utc=column.dtype == "instant"))
    if column.dtype == "text":
        return pd.Series(listed, dtype=None if listed else "object")
    kinds = {"Int64": "Int64", "boolean": "boolean", "float64": "float64", "date": "object"}
    return pd.Series(listed, dtype=kinds[column.dtype])


def exact_dtype(column: Column, is_whole: bool, least: Decimal | None, most: Decimal | None) -> str:
    """Return the type of exact numbers between two: whole ones as such, as texts beyond 64 bits; else floats."""
    if least is None or most is None:
        return "Int64" if column.modifier >= 0 else "float64"
    if not (is_whole and least.is_finite() and most.is_finite()):
        return "float64"
    return "Int64" if LEAST <= least <= most <= MOST else "text"


def _numbers(column: Column, given: list[Decimal | None], exact: str | None) -> pd.Series[Any]:
    listed = [None if number is None or number.is_nan() else number for number in given]
    if exact is None:
        known = [number for number in listed if number is not None]
        is_whole = all(number.is_finite() and number == number.to_integral_value() for number in known)
        exact = exact_dtype(column, is_whole, min(known, default=None), max(known, default=None))
    if exact == "float64":
        return pd.Series([np.nan if number is None else float(number) for number in listed], dtype="float64")
    numbers = [None if number is None else int(number) for number in listed]
    if exact == "text":
        return pd.Series([None if number is None else str(number) for number in numbers])
    return pd.Series(numbers, dtype="Int64" if None in numbers or not numbers else "int64")
