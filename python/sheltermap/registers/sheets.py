# SPDX-License-Identifier: Apache-2.0
"""Lists for people who live in spreadsheets: a table of results as CSV or XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

import sheltermap as sm
from sheltermap.layers import files

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet run a text


def write_sheet(table: pd.DataFrame, path: Path) -> None:
    """Write a table as `.csv` or `.xlsx`; it replaces what stood there, whole.

    Raises
    ------
    WriteError
        If the ending is another one, or it cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise sm.WriteError(f"cannot write {path}: a list is .csv or .xlsx")
    columns = [str(name) for name in table.columns]
    rows = [[_plain(cell) for cell in row] for row in table.itertuples(index=False)]
    try:
        with TemporaryDirectory(prefix=".sheltermap-", dir=path.absolute().parent) as folder:
            fresh = Path(folder) / path.name
            if suffix == ".csv":
                # The mark at the beginning tells spreadsheets that it is UTF-8.
                fresh.write_text(_csv([columns, *rows]), encoding="utf-8-sig")
            else:
                _xlsx(fresh, columns, rows)
            files.replace(fresh, path)
    except OSError as error:
        raise sm.WriteError(f"cannot write {path}: {error.strerror}") from None


@contextmanager
def new_workbook(path: Path) -> Iterator[Any]:
    """Give a workbook to fill, and write it; OSError where the disk has no room, as for any other file."""
    from xlsxwriter import Workbook

    # Made in memory: xlsxwriter has errors of its own for a full disk, and Python's zipfile complains once more later.
    content = io.BytesIO()
    with Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}) as book:
        yield book
    path.write_bytes(content.getvalue())


def guarded(text: str) -> str:
    """Return a text that a spreadsheet does not run as a formula."""
    return "'" + text if text.startswith(FORMULA) else text


def unguarded(text: str) -> str:
    """Take off the apostrophe that `guarded` put in front."""
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text


def _plain(cell: Any) -> Any:
    if cell is None or pd.isna(cell):
        return None
    return cell.item() if hasattr(cell, "item") else cell


def _csv(rows: list[list[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in row])
    return text.getvalue()


def _xlsx(path: Path, columns: list[str], rows: list[list[Any]]) -> None:
    with new_workbook(path) as book:
        sheet, bold, day = (
            book.add_worksheet(),
            book.add_format({"bold": True}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
        )
        for at, name in enumerate(columns):
            sheet.write_string(0, at, name, bold)
        for line, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                write_cell(sheet, line, at, cell, day)
        sheet.freeze_panes(1, 0)
        sheet.autofit()


def write_cell(sheet: Any, line: int, at: int, cell: Any, day: Any) -> None:
    """Write a cell as what it is: a text never becomes a number, nor a formula; `day` is the format of dates."""
    if isinstance(cell, date):
        sheet.write_datetime(line, at, cell, day)
    elif isinstance(cell, int | float):
        sheet.write_number(line, at, cell)
    elif cell is not None:
        sheet.write_string(line, at, cell)
