# SPDX-License-Identifier: Apache-2.0
"""Layers and tables as sheets of a workbook: cells of the types they have, and no text that becomes a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from sheltermap._native import _core
from sheltermap.base import clock
from sheltermap.base.formulas import may_run
from sheltermap.layers import conversion, frames
from sheltermap.layers.arrow import writable_columns
from sheltermap.layers.format_losses import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384  # of a sheet
CELL_LETTERS = 32_767  # a spreadsheet takes no more in one cell
EXACT = 10**15  # a spreadsheet keeps fifteen digits
FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets count a day that never was
NAME_LETTERS = 31  # of a sheet
FORBIDDEN = re.compile(r"[\[\]:*?/\\']|[\x00-\x1f]")
WIDEST, NARROWEST, LOOKED_AT = 60, 8, 200  # letters of a column, and rows that decide
NUMBER_DECIMALS, DEGREE_DECIMALS = 9, 7  # of degrees: of columns, as in CSV, and in texts


@contextmanager
def new_workbook(path: Path) -> Iterator[Any]:
    """Give a workbook to fill, and write it; OSError where the disk has no room, as for any other file."""
    from xlsxwriter import Workbook

    # Made in memory: xlsxwriter has errors of its own for a full disk, and Python's zipfile complains once more later.
    content = io.BytesIO()
    with Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}) as book:
        yield book
    path.write_bytes(content.getvalue())


class Cells:
    """Writes the cells of a workbook as what they are: a text never becomes a number, nor a formula."""

    def __init__(self, book: Any, **looks: Any):
        self._text = book.add_format(looks) if looks else None
        # Excel's own mark of a text, which stays one when somebody edits the cell or hands the sheet on.
        self._quoted = book.add_format({**looks, "quote_prefix": True})
        self._day = book.add_format({**looks, "num_format": "yyyy-mm-dd"})
        self._time = book.add_format({**looks, "num_format": "yyyy-mm-dd hh:mm:ss"})
        self._number = self._text

    def write(self, sheet: Any, line: int, at: int, cell: Any) -> None:
        """Write a cell; nothing for None."""
        if cell is None:
            return
        if isinstance(cell, str):
            self.write_text(sheet, line, at, cell)
        elif isinstance(cell, bool):
            sheet.write_boolean(line, at, cell, self._text)
        elif isinstance(cell, datetime):
            sheet.write_datetime(line, at, cell, self._time)
        elif isinstance(cell, date):
            sheet.write_datetime(line, at, cell, self._day)
        else:
            sheet.write_number(line, at, cell, self._number)

    def write_text(self, sheet: Any, line: int, at: int, text: str) -> None:
        """Write a text."""
        sheet.write_string(line, at, text, self._quoted if may_run(text) else self._text)


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Return names of sheets, each its own, of the letters that spreadsheets allow.

    Examples
    --------
    >>> sheet_names(["homes", "a/b", "Homes"])
    ['homes', 'a b', 'Homes 2']
    """
    taken: set[str] = {"history"}  # Excel keeps it for itself
    names = []
    for title in titles:
        plain = " ".join(FORBIDDEN.sub(" ", title).split())[:NAME_LETTERS].strip() or "sheet"
        name, number = plain, 1
        while name.lower() in taken:
            number += 1
            end = f" {number}"
            name = plain[: NAME_LETTERS - len(end)] + end
        taken.add(name.lower())
        names.append(name)
    return names


def write(named: Mapping[str, pd.DataFrame], target: Path) -> None:
    """Write layers and tables as `.xlsx`, a sheet each; see `sheltermap.write`."""
    losses: list[str] = []
    sheets = [(name, _columns(name, frame, target, losses)) for name, frame in named.items()]
    if not sheets:
        raise ValueError("there is no layer to write")
    fresh = Path(_core.sibling_for(target))
    try:
        with new_workbook(fresh) as book:
            book.set_properties({"created": clock.now().replace(tzinfo=None)})
            head, cells = book.add_format({"bold": True, "bottom": 1}), Cells(book)
            for title, (_, columns) in zip(sheet_names([name for name, _ in sheets]), sheets, strict=True):
                _fill(book.add_worksheet(title), columns, head, cells)
        _core.replace(fresh, target)
    except OSError as error:
        raise _core.WriteError(f"{target} cannot be written: {error.strerror or error}") from None
    finally:
        fresh.unlink(missing_ok=True)
    tell(target, losses)


def _fill(sheet: Any, columns: Mapping[str, list[Any]], head: Any, cells: Cells) -> None:
    for at, (name, values) in enumerate(columns.items()):
        sheet.write_string(0, at, name, head)
        longest = max((len(str(each)) for each in values[:LOOKED_AT] if each is not None), default=0)
        sheet.set_column(at, at, min(WIDEST, max(NARROWEST, longest + 1, len(name) + 3)))
        for line, cell in enumerate(values, start=1):
            cells.write(sheet, line, at, cell)
    sheet.freeze_panes(1, 0)
    rows = max(map(len, columns.values()), default=0)
    if rows and columns:
        sheet.autofilter(0, 0, rows, len(columns) - 1)


def _columns(name: str, given: pd.DataFrame, target: Path, losses: list[str]) -> dict[str, list[Any]]:
    """Return the columns of a sheet, as cells; places as `lon` and `lat`, shapes as text, both in WGS 84."""
    frame = conversion.with_index(name, given)
    geometry = getattr(frame, "_geometry_column_name", None)
    plain = pd.DataFrame(frame if geometry is None else frame.drop(columns=geometry))
    if len(frame) >= MOST_ROWS or frame.shape[1] >= MOST_COLUMNS:
        raise _core.WriteError(
            f"{target} cannot be written: layer '{name}' has {len(frame):,} rows and {frame.shape[1]:,} columns, and a "
            f"sheet holds {MOST_ROWS - 1:,} and {MOST_COLUMNS:,}; write .csv, .parquet or .gpkg"
        )
    places = {} if geometry is None else _places(name, frame)
    kept = {column: values for column, values in writable_columns(plain).items() if column not in places}
    if len(kept) + len(places) < plain.shape[1] + len(places):
        _require_same(plain, places, target)
    columns = {column: _cells(name, column, values, target, losses) for column, values in kept.items()}
    for column, texts in places.items():
        columns[column] = _short([*texts], f"column '{column}' of '{name}'", losses)
    return columns


def _places(name: str, frame: Any) -> dict[str, list[Any]]:
    what = f"layer '{name}'"
    shapes = conversion.to_shapely(frames.lonlat_column(frame, what))
    kinds = set(shapely.get_type_id(shapes[~shapely.is_missing(shapes)]).tolist())
    if kinds <= {0}:
        exact = frame.crs.is_geographic
        return {
            "lon": _degrees(shapely.get_x(shapes), exact=exact),
            "lat": _degrees(shapely.get_y(shapes), exact=exact),
        }
    texts = shapely.to_wkt(shapes, rounding_precision=DEGREE_DECIMALS)
    return {"wkt": [None if text is None else str(text) for text in texts]}


def _degrees(values: NDArray[np.float64], *, exact: bool) -> list[float | None]:
    return [
        None if np.isnan(each) else float(each) if exact else round(float(each), NUMBER_DECIMALS) for each in values
    ]


def _require_same(frame: pd.DataFrame, places: Mapping[str, list[Any]], target: Path) -> None:
    """Raise where a column is called like one of the places and says something else."""
    for column in places.keys() & set(map(str, frame.columns)):
        for row, (said, place) in enumerate(zip(frame[column], places[column], strict=True), start=1):
            is_same = (
                pd.isna(said)
                if place is None
                else isinstance(said, int | float | np.number) and (abs(float(said) - place) < 1e-9)
            )
            if not is_same:
                raise _core.WriteError(
                    f"{target} cannot be written: the column '{column}' differs from the position in row {row}; "
                    "rename or drop the column"
                )


def _cells(name: str, column: str, values: Any, target: Path, losses: list[str]) -> list[Any]:
    cells = values.to_pylist()
    what = f"column '{column}' of '{name}'"
    if pa.types.is_large_string(values.type):
        return _short(cells, what, losses)
    if pa.types.is_float64(values.type):
        odd = next((row for row, each in enumerate(cells, start=1) if each is not None and np.isinf(each)), None)
        if odd is not None:
            raise _core.WriteError(f"{target} cannot be written: {what} is infinite in row {odd}")
        return [None if each is None or np.isnan(each) else each for each in cells]
    if pa.types.is_int64(values.type) and any(each is not None and abs(each) >= EXACT for each in cells):
        losses.append(f"{what} has whole numbers of more than 15 digits, so they are texts")
        return [None if each is None else str(each) for each in cells]
    if pa.types.is_timestamp(values.type) and values.type.tz:
        losses.append(f"{what} holds times in UTC, which are texts: a spreadsheet knows no zone")
        return [None if each is None else each.replace(tzinfo=None).isoformat() + "Z" for each in cells]
    if pa.types.is_date(values.type) or pa.types.is_timestamp(values.type):
        early = [each for each in cells if each is not None and _day_of(each) < FIRST_DAY]
        if early:
            losses.append(f"{what} has days before 1900-03-01, which are texts")
        return [each.isoformat() if each is not None and _day_of(each) < FIRST_DAY else each for each in cells]
    return list(cells)


def _day_of(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _short(cells: list[Any], what: str, losses: list[str]) -> list[Any]:
    long = [row for row, each in enumerate(cells, start=1) if isinstance(each, str) and len(each) > CELL_LETTERS]
    if not long:
        return cells
    losses.append(f"{what}: the texts of {len(long)} rows, the first {long[0]}, were cut to {CELL_LETTERS:,} letters")
    return [each[:CELL_LETTERS] if isinstance(each, str) else each for each in cells]
