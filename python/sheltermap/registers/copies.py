# SPDX-License-Identifier: Apache-2.0
"""Copies of a register for colleagues to edit: out as spreadsheet, CSV or GeoPackage, and back in."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd

import sheltermap as sm
from sheltermap._native import _core
from sheltermap.base.decimal_marks import THREE_AFTER_MARK
from sheltermap.base.formulas import guarded, unguarded
from sheltermap.base.texts import LANGUAGES, YES_NO
from sheltermap.layers import files
from sheltermap.registers.batch import Batch, RegisterError, batch, table_of
from sheltermap.registers.duplicates import zeros_lost
from sheltermap.registers.history import History, opened
from sheltermap.registers.kept_rows import RawTable
from sheltermap.registers.mapping import load_mapping
from sheltermap.registers.places import degrees
from sheltermap.registers.schema import Field, Schema
from sheltermap.registers.templates import POSITION, write_geopackage
from sheltermap.registers.workbook import write_workbook

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

COPY_OF = "copy_of"


@dataclass(frozen=True)
class Copy:
    """An edited copy, read."""

    batch: Batch
    revisions: list[int]  #: per row, what it was copied from
    base: int  #: what the copy as a whole was made from


def write_copy(store: Path, rows: GeoDataFrame, path: Path, lang: str, *, marked: bool) -> None:
    """Write rows of a store, marked with its revision or not; the file appears whole or not at all."""
    suffix = path.suffix.lower()
    if lang not in LANGUAGES:
        raise ValueError(f"lang is {lang!r}; it has to be one of {', '.join(LANGUAGES)}")
    if suffix not in (".gpkg", ".xlsx", ".csv"):
        raise sm.WriteError(f"cannot write {path}: a copy is .gpkg, .xlsx or .csv")
    if path.exists():
        raise sm.WriteError(f"cannot write {path}: it exists; choose another name")
    with opened(store) as history:
        register, meta = history.register, history.meta
        mark = f"{history.revision}-{meta.name}" if marked else ""
    if suffix != ".gpkg" and meta.shape != "POINT":
        raise sm.WriteError(f"cannot write {path}: rows of {register.kind} are drawn on a map; choose .gpkg")
    try:
        with TemporaryDirectory(prefix=".sheltermap-", dir=path.absolute().parent) as folder:
            fresh = Path(folder) / path.name
            if suffix == ".gpkg":
                geometry = {"POINT": "point", "MULTILINESTRING": "line", "MULTIPOLYGON": "polygon"}[meta.shape]
                rows.insert(rows.shape[1] - 1, COPY_OF, mark)
                write_geopackage(fresh, register, lang, meta.crs, geometry, rows)
            elif suffix == ".xlsx":
                cells = [[*line, mark] for line in _cells(rows, register, lang)]
                write_workbook(fresh, register, POSITION, lang, cells, [COPY_OF])
            else:
                fresh.write_text(_csv(rows, register, lang, mark), encoding="utf-8-sig", newline="")
            files.replace(fresh, path)
    except OSError as error:
        raise sm.WriteError(f"cannot write {path}: {error.strerror}") from None
    except sqlite3.Error as error:
        raise sm.WriteError(f"cannot write {path}: {error}") from None


def _cells(rows: GeoDataFrame, register: Schema, lang: str) -> list[list[Any]]:
    """Return the cells of a table: words for codes and answers, longitude and latitude last."""
    columns = [[_word(value, field, lang) for value in rows[name]] for name, field in register.fields.items()]
    for axis in degrees(rows.geometry.to_numpy(), rows.crs).T:
        columns.append([None if value != value else float(value) for value in axis])
    return [list(line) for line in zip(*columns, strict=True)]


def _word(value: Any, field: Field, lang: str) -> Any:
    if value is None or pd.isna(value):
        return None
    if field.type == "boolean":
        return YES_NO[lang][0 if value else 1]
    if field.type == "code":
        return next((code.label.get(lang) for code in field.codes if code.code == value), value)
    return int(value) if field.type == "integer" else value


def _csv(rows: GeoDataFrame, register: Schema, lang: str, mark: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*register.fields, *POSITION, COPY_OF])
    for line in _cells(rows, register, lang):
        writer.writerow([*map(_csv_text, line), mark])
    return text.getvalue()


def _csv_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(cell)
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else str(cell)
    # 1.234 might be a thousand and some; 1.2340 is not.
    return text + "0" if THREE_AFTER_MARK.fullmatch(text) else text


def read_copy(
    source: Any,
    history: History,
    today: date,
    *,
    mapping: Any = None,
    crs: str | None = None,
    base: int | str | date | None = None,
) -> Copy:
    """Read an edited copy, and find out for every row what it was made from.

    Raises
    ------
    ReadError
        If it is no copy of this register, or does not say of which state.
    RegisterError
        If it holds values that are refused.
    """
    how = load_mapping(mapping)
    if crs is not None:
        how = how.model_copy(update={"crs": crs})
    table = table_of(source, how)
    table.cells = {
        name: [unguarded(cell) if isinstance(cell, str) else cell for cell in cells]
        for name, cells in table.cells.items()
    }
    marks = table.cells.pop(COPY_OF, [None] * table.rows)
    given = None if base is None else _revision(base, history)
    revisions = [given if given is not None else _marked(mark, table, history) for mark in marks]
    known = [each for each in revisions if each is not None]
    if not known and table.rows:
        raise _core.ReadError(
            f"{table.source} does not say what it is a copy of: its column {COPY_OF} is not there, or empty; say which "
            "state it was made from: --base 2025-12-31, 2025-12-31T14:30, or the number of a revision"
        )
    taken = batch(table, history.register, history.meta, today, how, partial=True)
    wrong = zeros_lost(history, taken.rows, {row.cells["id"] for row in taken.rows})
    if wrong:
        raise RegisterError(taken.source, wrong)
    oldest = min(known, default=history.revision)
    return Copy(taken, [oldest if each is None else each for each in revisions], oldest)


def _marked(mark: Any, table: RawTable, history: History) -> int | None:
    if mark is None or not str(mark).strip():
        return None
    found = re.fullmatch(r"(\d{1,15})-([a-z]+)", str(mark).strip())
    if found is None:
        raise _core.ReadError(f"{table.source}: {COPY_OF} is “{mark}”, which no copy has; leave the column as it was")
    if found[2] != history.meta.name:
        what = f"is a copy of another register ({found[2]}, this one is {history.meta.name})"
        raise _core.ReadError(f"{table.source} {what}: {history.path}")
    return min(int(found[1]), history.revision)


def _revision(base: int | str | date, history: History) -> int:
    """Return the revision that was the last one before a day or time, or the number itself."""
    if isinstance(base, int) or (isinstance(base, str) and base.isdecimal()):
        number = int(base)
        if not 0 <= number <= history.revision:
            raise ValueError(f"base is {number}; the register has revisions 0 to {history.revision}")
        return number
    start, end = _span(base)
    made = {each: at.astimezone() for each, at in sorted(history.made().items())}
    unclear = {each: at for each, at in made.items() if start <= at < end}
    if unclear:
        listed = ", ".join(f"{each} at {at:%H:%M:%S}" for each, at in unclear.items())
        raise ValueError(
            f"base is {base}, in which the register was changed (revision {listed}): say which state the copy was made "
            f"from, by the revision (--base {min(unclear) - 1} for what was there before these), or by the time of the "
            f"copy (--base {start:%Y-%m-%d}THH:MM:SS)"
        )
    return max((each for each, at in made.items() if at < start), default=0)


def _span(base: str | date) -> tuple[datetime, datetime]:
    """Return from when until when a day, minute or second of this machine's clock is; ValueError for none of these."""
    try:
        if isinstance(base, str):
            base = datetime.fromisoformat(base) if re.search("[T:]", base) else date.fromisoformat(base)
    except ValueError:
        raise ValueError(
            f"base is {base!r}; write the number of a revision, a day as 2025-12-31, or a time as 2025-12-31T14:30"
        ) from None
    if isinstance(base, datetime):
        return base.astimezone(), base.astimezone() + timedelta(seconds=1 if base.second else 60)
    midnight = datetime.combine(base, time())
    return midnight.astimezone(), (midnight + timedelta(days=1)).astimezone()
