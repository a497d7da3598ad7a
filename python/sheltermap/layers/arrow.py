# SPDX-License-Identifier: Apache-2.0
"""Attributes across the border to the core, through Arrow."""

from __future__ import annotations

import json
import warnings
from collections.abc import Container, Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from sheltermap._native import _core

STRUCTURES = (list, tuple, dict, set, frozenset, np.ndarray)
EXACT_DIGITS = 15  # so many of a decimal number always come back from a float
NAMED = 100  # cells in a note


def from_table(table: _core.Table) -> pd.DataFrame:
    """Return a frame with a RangeIndex; whole numbers and booleans with gaps get the types that can hold gaps."""
    if table.width == 0:
        return pd.DataFrame(index=pd.RangeIndex(len(table)))
    arrow = pa.table(table)
    # Arrays, not series: pandas compares the index of every series with those of all others.
    arrays = {name: series(column).array for name, column in zip(arrow.column_names, arrow.columns, strict=True)}
    return pd.DataFrame(arrays, index=pd.RangeIndex(len(table)))


def texts_of(table: _core.Table) -> tuple[list[str], list[list[str]]]:
    """Return the names and the cells of a table of texts, column by column; an empty cell is an empty text."""
    if table.width == 0:
        return [], []
    arrow = pa.table(table)
    return list(arrow.column_names), [column.fill_null("").to_pylist() for column in arrow.columns]


def series(column: pa.ChunkedArray) -> pd.Series[Any]:
    """Return a column as a series, of a type that can hold gaps where there are any."""
    with_gaps = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    values: pd.Series[Any] = column.to_pandas(types_mapper=with_gaps.get if column.null_count else None)
    return values


def readable_column(name: str, column: pa.ChunkedArray, notes: list[str]) -> pa.ChunkedArray | None:
    """Return a column as one of the types the core knows, with a note where that changes it; None for bytes."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    given = column.type
    if pa.types.is_binary(given) or pa.types.is_large_binary(given) or pa.types.is_fixed_size_binary(given):
        notes.append(f"column '{name}' holds binary data and was left out")
        return None
    if (texts := _beyond_calendar(name, column, notes)) is not None:
        return texts
    known = _known(column)
    if known is not None:
        return known
    notes.append(f"column '{name}' holds {given}: it was read as text{_json_said(given)}")
    return pa.chunked_array([pa.array([_text_or_none(name, value) for value in column.to_pylist()], pa.large_string())])


def readable_columns(
    table: pa.Table, notes: list[str], leave_out: Container[str | None] = ()
) -> dict[str, pd.Series[Any]]:
    """Return the columns of a table as series by their names, but some, each as `readable_column` has it."""
    found = {}
    for name in table.column_names:
        if name not in leave_out and (values := readable_column(name, table.column(name), notes)) is not None:
            found[name] = series(values)
    return found


def _beyond_calendar(name: str, column: pa.ChunkedArray, notes: list[str]) -> pa.ChunkedArray | None:
    """Return a column of days or times as texts where one is outside the years that dates can have, with a note."""
    given = column.type
    if not (pa.types.is_date(given) or pa.types.is_timestamp(given)) or (unit := _unit(given)) == "ns":
        return None
    counts = column.cast(pa.int32() if unit == "D" else pa.int64()).fill_null(0).to_numpy()
    first, end = np.array(["0001-01-01", "10000-01-01"], f"datetime64[{unit}]").astype(np.int64)
    beyond = np.flatnonzero((counts < first) | (counts >= end))
    if not len(beyond):
        return None
    texts = counts.astype(np.int64).astype(f"datetime64[{unit}]").astype(str)
    told = ", ".join(f"{texts[row]} in row {row + 1}" for row in beyond[:NAMED])
    more = f" and {len(beyond) - NAMED} more" if len(beyond) > NAMED else ""
    notes.append(f"column '{name}' holds {told}{more}, outside the years 1 to 9999: it was read as text")
    missing = column.is_null().to_numpy()
    return pa.chunked_array([pa.array(texts.astype(object), pa.large_string(), mask=missing)])


def _unit(given: pa.DataType) -> str:
    """Return in which unit Arrow counts days or times."""
    if pa.types.is_timestamp(given):
        return str(given.unit)
    return "D" if pa.types.is_date32(given) else "ms"


def to_table(frame: pd.DataFrame, *, leave_out: str | None = None) -> _core.Table:
    """Return the columns, but one that is left out, as a table of the core; UserWarning for each that becomes text.

    Raises
    ------
    ValueError
        If two columns have the same name, or one holds bytes.
    """
    table = _core.Table(len(frame))
    for name, column in _writable(frame, leave_out):  # one after the other: a copy of each is made here
        table.add(pa.table({name: column}))
    return table


def writable_columns(frame: pd.DataFrame) -> dict[str, pa.ChunkedArray | pa.Array]:
    """Return the columns as Arrow arrays of the types the core knows; warnings and errors as `to_table`."""
    return dict(_writable(frame, None))


def _writable(frame: pd.DataFrame, leave_out: str | None) -> Iterator[tuple[str, pa.ChunkedArray | pa.Array]]:
    names = [str(name) for name in frame.columns]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"two columns are named {twice!r}")
    for i, name in enumerate(names):
        if name != leave_out:
            yield name, _canonical(name, frame.iloc[:, i])


def _canonical(name: str, series: pd.Series[Any]) -> pa.ChunkedArray | pa.Array:
    """Return a column as one of the types the core knows."""
    if series.dtype.name == "geometry":
        warnings.warn(f"column {name!r} is a second geometry: it is written as text (WKT)", stacklevel=5)
        return pa.array(shapely.to_wkt(series.to_numpy(), rounding_precision=-1), pa.large_string())
    try:
        array = pa.array(series, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return _as_text(name, series)  # values of several kinds
    if pa.types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    known = _known(array)
    return _as_text(name, series) if known is None else known


def _known(array: pa.Array | pa.ChunkedArray) -> Any:
    """Return the values as one of the types the core knows; None where none of them holds them as they are."""
    if pa.types.is_decimal(array.type):
        return _exact_numbers(array)
    target = _target_type(array.type)
    try:
        return None if target is None else array.cast(target, safe=not pa.types.is_timestamp(target))
    except pa.ArrowInvalid:  # an unsigned number beyond int64
        return None


def _exact_numbers(array: pa.Array | pa.ChunkedArray) -> Any:
    """Return decimal numbers as whole ones, or as floats of the same digits; None where some are neither."""
    try:
        if array.type.scale <= 0:
            return array.cast(pa.int64())
        floats = array.cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    if array.type.precision > EXACT_DIGITS:
        told = zip(array.to_pylist(), floats.to_pylist(), strict=True)
        if any(given is not None and Decimal(repr(number)) != given for given, number in told):
            return None
    return floats


def _target_type(given: pa.DataType) -> pa.DataType | None:
    types = pa.types
    if types.is_integer(given):
        return pa.int64()
    if types.is_floating(given):
        return pa.float64()
    if types.is_boolean(given):
        return pa.bool_()
    if types.is_string(given) or types.is_large_string(given) or types.is_string_view(given) or types.is_null(given):
        return pa.large_string()
    if types.is_date(given):
        return pa.date32()
    if types.is_timestamp(given):
        return pa.timestamp("us", tz="UTC" if given.tz else None)
    return None


def _as_text(name: str, series: pd.Series[Any]) -> pa.Array:
    """Return texts as they are, lists and mappings as JSON, other values as they are written."""
    array = pa.array([_text_or_none(name, value) for value in series], pa.large_string())
    json_said = " (JSON)" if any(isinstance(value, STRUCTURES) for value in series) else ""
    warnings.warn(f"column {name!r} has no type that files share: it is written as text{json_said}", stacklevel=6)
    return array


def _json_said(given: pa.DataType) -> str:
    return " (JSON)" if pa.types.is_nested(given) else ""


def _text_or_none(name: str, value: Any) -> str | None:
    if isinstance(value, (bytes, bytearray)):
        raise ValueError(f"column {name!r} holds bytes, which are not written; drop it or turn it into text")
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, STRUCTURES):
        return json.dumps(value, default=json_value, ensure_ascii=False)
    if pd.isna(value):
        return None
    return json.dumps(value) if isinstance(value, bool | int | float) else str(value)


def json_value(value: Any) -> Any:
    """Return a value that JSON has no word for as one it has: numbers as numbers, all else as text."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, Decimal) and value.is_finite():
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)
