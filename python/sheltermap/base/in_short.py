# SPDX-License-Identifier: Apache-2.0
"""Results in short: what one is and its key figures, in a few lines of text, and as HTML with a table and a picture."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sized
from dataclasses import dataclass
from html import escape
from itertools import islice
from numbers import Real
from typing import TYPE_CHECKING, Any

from sheltermap.base import texts
from sheltermap.base.invisible import visible

if TYPE_CHECKING:
    import pandas as pd

PART = "The picture shows a part of the rows; .plot() draws all."
LINES = 3  # of key figures
ROWS, COLUMNS = 6, 10  # of the table
LONGEST = 60  # characters of a cell, or of a name in a line
CELL = "padding:2px 8px;border-bottom:1px solid #8884;white-space:nowrap"


@dataclass(frozen=True)
class Short:
    """A result in short.

    Attributes
    ----------
    of : str
        What it is of, after its name: "4 rows, 2 facilities".
    lines : iterable of str
        Its key figures, the first of which are told.
    table : DataFrame or None
        What the lines are taken from.
    name : str
        Of the table among the result's attributes.
    """

    of: str = ""
    lines: Iterable[str] = ()
    table: pd.DataFrame | None = None
    name: str = "summary"

    def told(self) -> list[str]:
        """Return the lines that are told."""
        return list(islice(self.lines, LINES))


class ToldInShort:
    """A result that says in short what it is; a dataclass among them is made with ``repr=False``.

    Each says in `_in_short` what; notebooks show it with a table and, where it is drawn, a picture. In English.
    """

    def _in_short(self) -> Short:
        raise NotImplementedError

    def _small_picture(self) -> tuple[bytes, bool] | None:
        """Return a PNG of it, and whether that shows all rows; nothing where it cannot be drawn."""
        return None

    def __repr__(self) -> str:
        short = self._in_short()
        lines = short.told()
        told = "\n  ".join([_heading(self, short), *lines, *_further(self, short, len(lines))])
        return f"<{told}>"

    def _repr_html_(self) -> str:
        short = self._in_short()
        parts = _html_parts(_heading(self, short), short)
        picture = self._small_picture()
        if picture is not None:
            alt = escape(f"Picture of the {type(self).__name__}: {short.of}")
            image, whole = picture
            data = b64encode(image).decode("ascii")
            parts.append(f'<img alt="{alt}" style="max-width:100%" src="data:image/png;base64,{data}">')
            parts += [] if whole else [f"<div>{PART}</div>"]
        notes = getattr(self, "notes", ())
        if isinstance(notes, (list, tuple)) and notes:
            parts.append(f"<div>{escape(_notes(notes))}</div>")
        return _html_box(parts)


def in_html(heading: str, short: Short) -> str:
    """Return as HTML what something that is no result says of itself: a heading, lines and a table.

    Examples
    --------
    >>> in_html("Raster depth.tif", Short(lines=["cells of 10 x 10 m"]))
    '<div style="overflow-x:auto"><strong>Raster depth.tif</strong><div>cells of 10 x 10 m</div></div>'
    """
    return _html_box(_html_parts(heading, short))


def _html_parts(heading: str, short: Short) -> list[str]:
    parts = [f"<strong>{escape(heading)}</strong>", *(f"<div>{escape(line)}</div>" for line in short.told())]
    table = short.table
    return parts if table is None or not len(table.columns) else [*parts, html_table(table, short.name)]


def _html_box(parts: Iterable[str]) -> str:
    return f'<div style="overflow-x:auto">{"".join(parts)}</div>'


def _heading(result: Any, short: Short) -> str:
    name = type(result).__name__
    return f"{name}: {short.of}" if short.of else name


def _further(result: Any, short: Short, told: int) -> list[str]:
    """Say what is not told here."""
    notes = getattr(result, "notes", ())
    further = [_notes(notes)] if isinstance(notes, (list, tuple)) and notes else []
    if short.table is not None and 0 < told < len(short.table):
        further.insert(0, f"{counted(len(short.table), 'row')} in .{short.name}")
    return ["; ".join(further)] if further else []


def _notes(notes: Sized) -> str:
    return f"{counted(notes, 'note')} in .notes"


def counted(amount: int | Sized, one: str, many: str | None = None) -> str:
    """Say how many there are.

    Examples
    --------
    >>> counted(1, "row"), counted([], "row"), counted(2, "facility", "facilities")
    ('1 row', '0 rows', '2 facilities')
    """
    count = amount if isinstance(amount, int) else len(amount)
    return f"{texts.number(count)} {one if count == 1 else many or one + 's'}"


def of_all(row: Any, first: str, *others: str, total: str = "total", said: str | None = None) -> str:
    """Say how a total falls into parts, from the columns of a row; of further parts those that are not nothing.

    Examples
    --------
    >>> of_all({"total": 8, "covered": 6, "uncovered": 2, "unknown": 0}, "covered", "uncovered", "unknown")
    '6 of 8 covered (75.0 %), 2 uncovered'
    """
    share = f" ({texts.share(row[first] / row[total], 'en')})" if row[total] else ""
    rest = [f"{texts.number(row[name])} {name.replace('_', ' ')}" for name in others if row[name]]
    mine = f"{texts.number(row[first])} of {texts.number(row[total])} {said or first.replace('_', ' ')}{share}"
    return ", ".join([mine, *rest])


def name_of(value: Any) -> str:
    """Return a name as data have it, so that it fits a line.

    Examples
    --------
    >>> name_of("x" * 1000)[-3:], len(name_of("x" * 1000))
    ('xx…', 60)
    """
    return visible(_cut(str(value)))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def html_table(table: pd.DataFrame, name: str) -> str:
    """Return the first rows and columns of a table as HTML; all that data say is text there."""
    columns = [at for at, column in enumerate(table.columns) if column != "geometry"]
    shown = table.iloc[:ROWS, columns[:COLUMNS]]
    head = "".join(f'<th style="{CELL};text-align:left">{escape(_cut(str(each)))}</th>' for each in shown.columns)
    body = "".join(
        "<tr>" + "".join(_cell(value, str(column)) for column, value in zip(shown.columns, row, strict=True)) + "</tr>"
        for row in shown.itertuples(index=False, name=None)
    )
    more = [counted(each, what) for each, what in ((len(table), "row"), (len(columns), "column"))]
    cut = len(table) > ROWS or len(columns) > COLUMNS
    under = f"<div>{' and '.join(more)} in .{escape(name)}</div>" if cut else ""
    return f'<table style="border-collapse:collapse;margin:.5em 0"><tr>{head}</tr>{body}</table>{under}'


def _cell(value: Any, column: str) -> str:
    if isinstance(value, Real) and not isinstance(value, bool):
        number = float(value)
        text = texts.share(number, "en") if "share" in column.split("_") else texts.significant(number, 6)
        return f'<td style="{CELL};text-align:right">{text}</td>'
    import pandas as pd

    missing = value is None or value is pd.NA or value is pd.NaT
    return f'<td style="{CELL}">{"–" if missing else escape(_cut(str(value)))}</td>'
