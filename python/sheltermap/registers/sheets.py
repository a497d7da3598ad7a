# SPDX-License-Identifier: Apache-2.0
"""Lists for people who live in spreadsheets: a table of results as CSV or XLSX."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

import sheltermap as sm
from sheltermap.base.formulas import guarded
from sheltermap.layers import files
from sheltermap.layers.workbooks import Cells, new_workbook


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
                fresh.write_text(_csv([columns, *rows]), encoding="utf-8-sig", newline="")
            else:
                _xlsx(fresh, columns, rows)
            files.replace(fresh, path)
    except OSError as error:
        raise sm.WriteError(f"cannot write {path}: {error.strerror}") from None


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
        sheet, bold, cells = book.add_worksheet(), book.add_format({"bold": True}), Cells(book)
        for at, name in enumerate(columns):
            sheet.write_string(0, at, name, bold)
        for line, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                cells.write(sheet, line, at, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
