# SPDX-License-Identifier: Apache-2.0
"""Tables of a page as sheets of a workbook: numbers as numbers, everything else as text, nothing as a formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sheltermap.base import texts
from sheltermap.layers.workbooks import FORBIDDEN, NAME_LETTERS, new_workbook
from sheltermap.page.filled_page import CELL_LETTERS, filled_page
from sheltermap.page.table import Bar, Table

TEXT_LOOK = {"text_wrap": True, "valign": "top"}
WIDEST, NARROWEST = 60, 8  # letters of a column
HEAD = 3  # title and note stand above


@dataclass(frozen=True)
class Sheet:
    """One sheet: what it is called and what stands in it."""

    title: str
    heads: list[str]
    columns: Sequence[Sequence[str | float | None]]
    note: str = ""


def table_sheet(table: Table, title: str, lang: str) -> Sheet:
    """Return a table in a language as a sheet; its bars are left out, as the numbers beside them say the same."""
    rows = [*table.rows, *table.foot]
    kept = [at for at in range(len(table.head)) if not any(isinstance(row[at], Bar) for row in table.rows)]

    def head(at: int) -> str:
        said = str(texts.pick(table.head[at], lang))
        return f"{said} ({table.units[at]})" if table.units[at] else said

    def cell(row: int, at: int) -> str | float | None:
        value = table.columns[at].values[row]
        return value if value is not None else str(texts.pick(rows[row][at], lang)) or None

    note = "" if table.note is None else str(texts.pick(table.note, lang))
    return Sheet(title, [head(at) for at in kept], [[cell(row, at) for row in range(len(rows))] for at in kept], note)


def write_sheets(sheets: Sequence[Sheet], path: Path, *, contents: str, created: datetime) -> None:
    """Write sheets under a list of them, which is called `contents`; the same sheets are the same bytes."""
    names = [contents[:NAME_LETTERS], *(sheet_name(number, each.title) for number, each in enumerate(sheets, start=1))]
    with new_workbook(path) as book:
        book.set_properties({"created": created.replace(tzinfo=None)})
        bold = {"bold": True}
        styles = {
            "title": book.add_format(bold | {"font_size": 14}),
            "note": book.add_format({"italic": True, "font_color": "#5b6773"}),
            "head": book.add_format(bold | {"text_wrap": True, "valign": "top", "bottom": 1}),
            "text": book.add_format(TEXT_LOOK),
            "quoted": book.add_format(TEXT_LOOK | {"quote_prefix": True}),
            "count": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "number": book.add_format({"num_format": "#,##0.0##", "valign": "top"}),
        }
        pages = [book.add_worksheet(name, filled_page()) for name in names]
        pages[0].write_string(0, 0, contents, styles["title"])
        for at, (sheet, name) in enumerate(zip(sheets, names[1:], strict=True), start=HEAD - 1):
            pages[0].write_url(at, 0, f"internal:'{name}'!A1", string=sheet.title[:255])
        pages[0].set_column(0, 0, WIDEST)
        for sheet, page in zip(sheets, pages[1:], strict=True):
            _fill(page, sheet, styles)


def sheet_name(number: int, title: str) -> str:
    """Return what a sheet is called: its number makes it like no other.

    Examples
    --------
    >>> sheet_name(3, "By area: people [all]?")
    '3 By area people all'
    """
    return f"{number} {' '.join(FORBIDDEN.sub(' ', title).split())}"[:NAME_LETTERS].strip()


def _fill(page: Any, sheet: Sheet, styles: dict[str, Any]) -> None:
    page.write_string(0, 0, sheet.title[:CELL_LETTERS], styles["title"])
    if sheet.note:
        page.write_string(1, 0, sheet.note[:CELL_LETTERS], styles["note"])
    for at, head in enumerate(sheet.heads):
        page.write_string(HEAD - 1, at, head[:CELL_LETTERS], styles["head"])
        longest = max((len(f"{each}") for each in set(sheet.columns[at]) if each is not None), default=0)
        page.set_column(at, at, min(WIDEST, max(NARROWEST, longest + 2, min(len(head), 14))))
    page.fill(HEAD, sheet.columns, styles)
    page.freeze_panes(HEAD, 1)
