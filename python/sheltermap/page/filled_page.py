# SPDX-License-Identifier: Apache-2.0
"""A page of a workbook that takes columns: cell by cell, a hundred thousand rows take xlsxwriter ten seconds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sheltermap.base.formulas import may_run

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

Columns = Sequence[Sequence[str | float | None]]
CELL_LETTERS = 32_000  # a spreadsheet takes little more in one cell
ESCAPED = re.compile("_x[0-9a-fA-F]{4}_")  # what stands for a sign in cells, and is meant as it is
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")  # signs that XML has none for


@cache
def filled_page() -> type[Worksheet]:
    """Return the class of such a page, for `Workbook.add_worksheet`."""
    from xlsxwriter.worksheet import Worksheet

    class FilledPage(Worksheet):  # type: ignore[misc]
        """A worksheet below whose cells stand columns, written as they are by xlsxwriter's own cells."""

        _filled: Iterable[str] = ()

        def fill(self, first: int, columns: Columns, styles: Mapping[str, Any]) -> None:
            """Have columns stand below the row `first`, counted from 0."""
            if not columns or not columns[0]:
                return
            numbers = {name: each._get_xf_index() for name, each in styles.items()}
            self._filled = rows_as_xml(first, columns, numbers)
            self.dim_rowmax = first + len(columns[0]) - 1

        def _write_rows(self) -> None:
            super()._write_rows()
            self.fh.writelines(self._filled)

    return FilledPage


def rows_as_xml(first: int, columns: Columns, styles: Mapping[str, int]) -> Iterator[str]:
    """Give rows as a sheet's XML has them, one by one: all of them are many times as large as their cells.

    Parameters
    ----------
    first : int
        Number of the first row, counted from 0.
    columns : sequence of sequence of str, float or None
        All of the same length.
    styles : mapping of str to int
        Numbers of the formats "text", "quoted" (of texts that a spreadsheet might run), "count" and "number".

    Examples
    --------
    >>> for row in rows_as_xml(3, [["A & B", None], [2.0, 0.5]], {"text": 1, "count": 2, "number": 3}):
    ...     print(row)
    <row r="4"><c r="A4" s="1" t="inlineStr"><is><t>A &amp; B</t></is></c><c r="B4" s="2"><v>2</v></c></row>
    <row r="5"><c r="B5" s="3"><v>0.5</v></c></row>
    """
    letters = [f'<c r="{_letters(at)}' for at in range(len(columns))]
    known = {cell: _cell(cell, styles) for column in columns for cell in set(column) if cell is not None}
    for number, row in enumerate(zip(*columns, strict=True), start=first + 1):
        cells = [
            f'{column}{number}"{known[cell]}' for column, cell in zip(letters, row, strict=True) if cell is not None
        ]
        yield f'<row r="{number}">{"".join(cells)}</row>'


def _cell(cell: str | float, styles: Mapping[str, int]) -> str:
    """Return a cell behind its place."""
    if not isinstance(cell, str):
        style = "count" if cell == int(cell) else "number"
        return f' s="{styles[style]}"><v>{cell:.16G}</v></c>'
    text = ESCAPED.sub(lambda found: f"_x005F{found.group()}", cell[:CELL_LETTERS])
    text = CONTROL.sub(lambda found: f"_x{ord(found.group()):04X}_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    space = ' xml:space="preserve"' if text != text.strip() else ""
    style = "quoted" if may_run(cell) else "text"
    return f' s="{styles[style]}" t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _letters(at: int) -> str:
    """Return what a column is called: A to Z, then AA.

    Examples
    --------
    >>> _letters(0), _letters(25), _letters(26), _letters(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    said = ""
    while at >= 0:
        said = chr(ord("A") + at % 26) + said
        at = at // 26 - 1
    return said
