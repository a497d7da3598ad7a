# SPDX-License-Identifier: Apache-2.0
"""A register as people keep it, cell by cell and unchanged, with the places of its rows.

Spreadsheets, CSV and JSON lists are read as what stands in their cells: types are the business of the schema. Places go
through `sheltermap.read`, as everywhere.
"""

from __future__ import annotations

import json
import os
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

import numpy as np
import pandas as pd

import sheltermap as sm
from sheltermap._native import _core
from sheltermap.base.decimal_marks import decimal_mark
from sheltermap.base.fault import Fault
from sheltermap.layers.arrow import texts_of
from sheltermap.registers.mapping import Mapping as ColumnMapping
from sheltermap.registers.schema import folded
from sheltermap.registers.values import number_in, shown

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

LON_LAT = ({"lon", "longitude", "lng", "long", "garums"}, {"lat", "latitude", "platums"})
X_Y = ({"x", "east", "easting", "e"}, {"y", "north", "northing", "n"})
MOST_BYTES = 2_000_000_000  # of a spreadsheet when unpacked: far above a full one


@dataclass(frozen=True)
class Place:
    """A row whose place cannot be used, and why."""

    row: int
    column: str | None
    value: str | None
    fault: Fault


@dataclass
class RawTable:
    """Cells by column, all of one length; `places` has a geometry per row, or None where the table has no places."""

    source: str
    cells: Mapping[str, Sequence[Any]]
    rows: int
    places: GeoDataFrame | None = None
    bad_places: list[Place] = field(default_factory=list)
    bad_rows: dict[int, str] = field(default_factory=dict)  #: row from 1 -> what is wrong with the line
    position_columns: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)  #: what the reader passed over, and what to look at


def read_table(source: Any, mapping: ColumnMapping) -> RawTable:
    """Read a file or a frame without changing what its cells say.

    Raises
    ------
    ReadError
        If the source cannot be read at all.
    CrsError
        If there are coordinates and nothing says in which reference system.
    """
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        suffix = path.suffix.lower()
        if suffix in (".csv", ".tsv", ".txt"):
            return _of_cells(_csv(path, mapping.encoding), mapping)
        if suffix in (".xlsx", ".xlsm"):
            return _of_cells(_xlsx(path, mapping.layer), mapping)
        if suffix == ".json" and (records := _json_list(path, mapping.encoding)) is not None:
            return _of_cells(_records(path, records), mapping)
    elif isinstance(source, pd.DataFrame) and not hasattr(source, "crs"):
        cells = {str(name): _plain(source[name]) for name in source.columns}
        return _with_positions(RawTable("the frame", cells, len(source)), mapping)
    options = mapping.model_dump(include={"layer", "crs", "encoding"})
    frame = sm.read(source, strict=False, **options)
    name = str(frame.attrs.get("sheltermap_source", "the frame"))
    geometry = frame.geometry.name
    places = frame.geometry.rename("geometry").to_frame()
    cells = {str(column): _plain(frame[column]) for column in frame.columns if column != geometry}
    table = RawTable(name, cells, len(frame), places)
    table.bad_places = _refused(frame)
    table.notes = list(frame.attrs["sheltermap_notes"])
    return table


def _of_cells(table: RawTable, mapping: ColumnMapping) -> RawTable:
    """Return the table of a file that is no layer, with its places and what its number of rows tells."""
    if note := _core.page_limit_note(table.rows):
        table.notes.append(note)
    return _with_positions(table, mapping)


def _plain(series: pd.Series[Any]) -> list[Any]:
    """Return the values as Python's own, None where there is none."""
    return [None if _is_missing(value) else getattr(value, "item", lambda v=value: v)() for value in series]


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value))


def _refused(frame: pd.DataFrame) -> list[Place]:
    refused = sm.refused(frame)
    return [
        Place(int(row), None, None, Fault(str(reason), None, {"detail": detail}))
        for row, reason, detail in zip(refused["row"], refused["reason"], refused["detail"], strict=True)
    ]


def _text(path: Path, encoding: str | None) -> str:
    path = Path(_core.readable_file(path, _core.ReadOptions()))
    try:
        content = path.read_bytes()
        marked = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
        return content.decode(encoding or marked)
    except OSError as error:
        raise _core.ReadError(f"{path}: {error.strerror}") from None
    except LookupError:
        raise _core.ReadError(f"{path}: there is no encoding {encoding!r}; try windows-1257 or utf-8") from None
    except UnicodeDecodeError as error:
        known = encoding or "UTF-8"
        advice = f'{path} is not {known} (byte {error.start + 1}); say in the mapping: encoding = "windows-1257"'
        raise _core.ReadError(advice) from None


def _json_list(path: Path, encoding: str | None) -> list[Any] | None:
    """Return the list that a JSON file is, as services on the web hand out registers; None for other JSON."""
    text = _text(path, encoding)
    if not text.lstrip().startswith("["):
        return None
    try:
        return list(json.loads(text, object_pairs_hook=_object))
    except (ValueError, RecursionError) as error:
        raise _core.ReadError(f"{path} is not JSON that can be read: {error}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"an object names '{twice}' twice")
    return made


def _records(path: Path, records: list[Any]) -> RawTable:
    """Take each object of a list for a row, its keys for columns; lists and objects in them stay JSON."""
    names = list(dict.fromkeys(key for record in records if isinstance(record, dict) for key in record))
    if not names:
        raise _core.ReadError(f"{path} is a list without objects: a register is a list of objects, one a row")
    _core.require_few_columns(len(names), path.name)
    told = {row: "it is not an object" for row, record in enumerate(records, start=1) if not isinstance(record, dict)}
    rows = [record if isinstance(record, dict) else {} for record in records]
    cells = {name: [_cell(row.get(name)) for row in rows] for name in names}
    return RawTable(path.name, cells, len(rows), bad_rows=told)


def _cell(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return None if _is_missing(value) else value


def _csv(path: Path, encoding: str | None) -> RawTable:
    """Take a CSV apart as `sheltermap.read` does, so that rows and damaged ones are the same."""
    text = _text(path, encoding)
    if "\0" in text:
        raise _core.ReadError(f"{path} holds NUL characters: it is no CSV, or damaged")
    layer = _core.csv_cells(text, path.name)
    names, columns = texts_of(layer.table)
    bad_rows = {row.row: row.detail for row in layer.refused}
    cells = dict(zip(_column_names(path, names), columns, strict=True))
    return RawTable(path.name, cells, len(layer.table), bad_rows=bad_rows, notes=list(layer.notes))


def _xlsx(path: Path, sheet: str | None) -> RawTable:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
                raise _core.ReadError(f"{path} is too large when unpacked: more than {MOST_BYTES:,} bytes")
        workbook = load_workbook(path, read_only=True, data_only=True)
        if sheet is not None and sheet not in workbook.sheetnames:
            raise _core.ReadError(f"{path} has no sheet '{sheet}'; it has {', '.join(workbook.sheetnames)}")
        lines = list((workbook[sheet] if sheet else workbook.worksheets[0]).iter_rows(values_only=True))
        workbook.close()
    except OSError as error:
        raise _core.ReadError(f"{path}: {error.strerror or error}") from None
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise _core.ReadError(f"{path} is not a spreadsheet that can be read: {error}") from None
    width = max(map(len, lines), default=0)
    filled = [line for line in lines if any(cell not in (None, "") for cell in line)]
    return _table(path, [(*line, *[None] * (width - len(line))) for line in filled])


def _table(path: Path, lines: Sequence[Sequence[Any]]) -> RawTable:
    """Take the first line for the names of the columns, the others for rows."""
    if not lines:
        raise _core.ReadError(f"{path} is empty: there is no line of column names")
    names = _column_names(path, lines[0])
    bad_rows = {
        number: f"the line has {len(line)} cells, {len(names)} belong"
        for number, line in enumerate(lines[1:], start=1)
        if len(line) < len(names) or any(cell not in (None, "") for cell in line[len(names) :])
    }
    padded = [[*line, *[None] * len(names)][: len(names)] for line in lines[1:]]
    columns: Iterator[tuple[Any, ...]] = zip(*padded, strict=True) if padded else iter([()] * len(names))
    return RawTable(path.name, dict(zip(names, columns, strict=True)), len(padded), bad_rows=bad_rows)


def _column_names(path: Path, heads: Sequence[Any]) -> list[str]:
    """Return the names of the columns, each its own; without the empty heads behind the last of them."""
    # A template says the name of a column in its first line, and what it means below.
    names = ["" if cell is None else str(cell).strip().partition("\n")[0].strip() for cell in heads]
    while names and not names[-1]:
        names.pop()
    _core.require_few_columns(len(names), path.name)
    twice, count = max(Counter(names).items(), key=lambda each: each[1], default=("", 0))
    if count > 1:
        what = f"two columns are named '{twice}'" if twice else "several columns have no name"
        raise _core.ReadError(f"{path}: {what}; give each its own")
    return names


def _with_positions(table: RawTable, mapping: ColumnMapping) -> RawTable:
    """Turn the columns of coordinates into places, checked by `sheltermap.read`."""
    import geopandas
    import shapely

    pair = _coordinate_columns(table, mapping)
    if pair is None:
        return table
    x, y, crs = pair
    in_degrees = geopandas.GeoSeries([], crs=crs).crs.is_geographic
    columns = [_coordinates(table, name, in_degrees) for name in (x, y)]
    known = np.isfinite(columns[0]) & np.isfinite(columns[1])
    points = np.full(table.rows, None, dtype=object)
    points[known] = shapely.points(columns[0][known], columns[1][known])
    told = {place.row for place in table.bad_places} | set(table.bad_rows)
    given = geopandas.GeoDataFrame({"geometry": points}, geometry="geometry", crs=crs)
    given.attrs["sheltermap_source"] = table.source
    frame = sm.read(given, strict=False)
    table.bad_places += [
        replace(place, value=_spot(points[place.row - 1])) for place in _refused(frame) if place.row not in told
    ]
    table.places, table.position_columns = frame, (x, y)
    return table


def _spot(point: Any) -> str | None:
    return None if point is None else f"({point.x:.15g}, {point.y:.15g})"


def _coordinate_columns(table: RawTable, mapping: ColumnMapping) -> tuple[str, str, str] | None:
    if (mapping.x is None) != (mapping.y is None):
        raise ValueError("x and y belong together: name both columns in the mapping, or none")
    if mapping.x is not None and mapping.y is not None:
        for name in (mapping.x, mapping.y):
            if name not in table.cells:
                raise _core.ReadError(f"{table.source} has no column '{name}'; it has {', '.join(table.cells)}")
        degrees = folded(mapping.x) in LON_LAT[0] and folded(mapping.y) in LON_LAT[1]
        pair = (mapping.x, mapping.y)
    else:
        pairs = ((True, LON_LAT), (False, X_Y))
        in_metres = mapping.crs is not None and not _core.Crs(mapping.crs).is_geographic
        found = {each: _pair(table.cells, names) for each, names in (pairs[::-1] if in_metres else pairs)}
        known = {each: columns for each, columns in found.items() if columns is not None}
        if not known:
            return None
        degrees, pair = next(iter(known.items()))
    if mapping.crs is None and not degrees:
        raise _core.CrsError(
            f"{table.source} has coordinates in '{pair[0]}' and '{pair[1]}' and names no reference system; say in the "
            'mapping or by --crs which: crs = "EPSG:3059" for LKS-92'
        )
    return (*pair, mapping.crs or "EPSG:4326")


def _pair(cells: Mapping[str, Any], names: tuple[set[str], set[str]]) -> tuple[str, str] | None:
    found = [next((column for column in cells if folded(column) in wanted), None) for wanted in names]
    return None if found[0] is None or found[1] is None else (found[0], found[1])


def _coordinates(table: RawTable, name: str, in_degrees: bool) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a column of coordinates; NaN, and a note, where a cell is none."""
    texts = ["" if cell is None else shown(cell) for cell in table.cells[name]]
    shown_mark = decimal_mark(texts) or "."
    values = np.full(table.rows, np.nan)
    for row, text in enumerate(texts):
        # There are no thousands of degrees: "56,950" has a fraction.
        decimal = ("," if "," in text else ".") if in_degrees else shown_mark
        number = number_in(text, decimal) if text else float("nan")
        if isinstance(number, Fault):
            detail = f"“{text}” ({name})"
            table.bad_places.append(Place(row + 1, name, text, Fault("bad_coordinate", None, {"detail": detail})))
        else:
            values[row] = number
    return values
