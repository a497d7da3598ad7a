# SPDX-License-Identifier: Apache-2.0
"""Tables as people keep them: cells by column as they stand, before anybody says what they mean."""

from __future__ import annotations

import json
import os
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from sheltermap._native import ReadError, _core
from sheltermap.base.decimal_marks import THREE_AFTER_MARK
from sheltermap.base.invisible import visible
from sheltermap.base.numerals import shown
from sheltermap.base.suggestions import unknown
from sheltermap.layers.arrow import series, texts_of
from sheltermap.layers.spreadsheet import read_sheet

MOST_CELLS = 100_000_000  # rows times columns: what is empty takes room as well
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,300})(?P<mark>[.,])?(?(mark)[0-9]{1,300})([eE][+-]?[0-9]{1,4})?")
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")  # of those that JSON writes as two
BEGIN = 1 << 16  # bytes that tell what a JSON is
OF_GEOMETRIES = (b'"Feature', b'"features"', b'"coordinates"', b'"geometry"', b'"geometries"', b'"Topology"')
COUNTS = ("count", "total", "totalCount", "total_count", "numberMatched", "totalFeatures")
PAGES = ("next", "previous", "nextLink", "@odata.nextLink")
_EXACT = 1 << 53  # whole numbers up to here are exact as floats


@dataclass
class RawRows:
    """Cells by column, all of one length."""

    source: str
    cells: Mapping[str, Sequence[Any]]
    rows: int
    bad_rows: dict[int, str] = field(default_factory=dict)  #: row from 1 -> what is wrong with the line
    notes: list[str] = field(default_factory=list)
    is_json: bool = False  #: there a text is a text, whatever is written in it


def of_lines(source: str, lines: Sequence[Sequence[Any]]) -> RawRows:
    """Take the first line for the names of the columns, the others for rows.

    Raises
    ------
    ReadError
        If there is no line, or two columns have one name.
    """
    if not lines:
        raise _core.ReadError(f"{source} is empty: there is no line of column names")
    names = column_names(source, lines[0])
    _require_room(source, len(lines), len(names))
    bad_rows = {
        number: f"the line has {len(line)} cells, {len(names)} belong"
        for number, line in enumerate(lines[1:], start=1)
        if len(line) < len(names) or any(cell not in (None, "") for cell in line[len(names) :])
    }
    padded = [[*line, *[None] * len(names)][: len(names)] for line in lines[1:]]
    columns: Iterator[tuple[Any, ...]] = zip(*padded, strict=True) if padded else iter([()] * len(names))
    return RawRows(source, dict(zip(names, columns, strict=True)), len(padded), bad_rows)


def column_names(source: str, heads: Sequence[Any]) -> list[str]:
    """Return the names of the columns, each its own; without the empty heads behind the last of them."""
    # A template says the name of a column in its first line, and what it means below.
    names = ["" if cell is None else str(cell).strip().partition("\n")[0].strip() for cell in heads]
    while names and not names[-1]:
        names.pop()
    _core.require_few_columns(len(names), source)
    twice, count = max(Counter(names).items(), key=lambda each: each[1], default=("", 0))
    if count > 1:
        what = f"two columns are named '{visible(twice)}'" if twice else "several columns have no name"
        raise _core.ReadError(f"{source}: {what}; give each its own")
    return names


def _require_room(source: str, rows: int, columns: int) -> None:
    if rows * columns > MOST_CELLS:
        raise _core.ReadError(
            f"{source} has {rows:,} rows and {columns:,} columns, more than {MOST_CELLS:,} cells: take out the columns "
            "that are not needed, or split it"
        )


def of_spreadsheet(path: Path, sheet: str | None) -> RawRows:
    """Read a sheet of a spreadsheet, the first one where none is named; errors as `read_sheet` and `of_lines`."""
    read = read_sheet(path, sheet)
    width = 1 + max(read.lines[0], default=-1) if read.lines else 0
    _require_room(path.name, len(read.lines), width)
    beyond = [[cell for column, cell in line.items() if column >= width] for line in read.lines]
    lines = [[*map(line.get, range(width)), *more] for line, more in zip(read.lines, beyond, strict=True)]
    table = of_lines(path.name, lines)
    if read.without_result:
        table.notes.append(
            f"{read.without_result} cells hold formulas without a result, and count as empty: open and save the file "
            "in a spreadsheet program"
        )
    return table


def text_of(path: Path, encoding: str | None) -> str:
    """Return the text of a file, in UTF-8 where no encoding is said; ReadError where it is not in that."""
    try:
        content = path.read_bytes()
        marked = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
        return content.decode(encoding or marked)
    except OSError as error:
        raise _core.ReadError(f"{path}: {error.strerror}") from None
    except LookupError:
        raise _core.ReadError(f"{path}: there is no encoding {encoding!r}; known are utf-8, windows-1252, …") from None
    except UnicodeError as error:
        said, at = encoding or "UTF-8", f" (byte {error.start + 1})" if isinstance(error, UnicodeDecodeError) else ""
        raise _core.ReadError(
            f"{path} is not {said}{at}; say by encoding = … in which one it was written: "
            "windows-1257 in the Baltic states, windows-1250 in Central, windows-1252 in Western Europe, windows-1251 "
            "for Cyrillic, …"
        ) from None


def csv_layer(path: Path, encoding: str | None) -> _core.Layer:
    """Take a CSV apart as `sheltermap.read` does, every cell a text; ReadError where it is none, or damaged."""
    text = text_of(path, encoding)
    if "\0" in text:
        raise _core.ReadError(f"{path} holds NUL characters: it is no CSV, or damaged")
    return _core.csv_cells(text, _told(path))


def _told(path: Path) -> str:
    """Return the name of a file for messages; bytes in it that are no UTF-8 are written out."""
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


def names_in(path: Path, encoding: str | None) -> list[str]:
    """Return the names in the first line of a CSV, as far as they can be told; who reads it says what is wrong."""
    try:
        with path.open("rb") as stream:
            begin = stream.read(BEGIN)
        marked = "utf-16" if begin.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
        lines = begin.decode(encoding or marked, errors="replace").replace("\r", "\n").split("\n")
        kept = lines[: 2 if lines[0].lower().startswith("sep=") else 1]
        return texts_of(_core.csv_cells("\n".join([*kept, ""]), _told(path)).table)[0]
    except (OSError, LookupError, UnicodeError, ReadError):
        return []


def may_be_rows(path: Path) -> bool:
    """Whether a JSON begins as a list, or as an object that is no GeoJSON; OSError where it cannot be opened."""
    with path.open("rb") as stream:
        begin = stream.read(BEGIN).removeprefix(b"\xef\xbb\xbf").lstrip()
    return begin[:1] == b"[" or (begin[:1] == b"{" and not any(mark in begin for mark in OF_GEOMETRIES))


def json_list(path: Path, text: str, key: str | None = None) -> RawRows | None:
    """Return the list of objects that a JSON text is or holds, as services on the web hand out registers.

    Each object is a row, its keys are columns; lists and objects in them stay JSON. `key` says which list of an object
    is meant, ``result.items``; a single one is found. None for other JSON.

    Raises
    ------
    ReadError
        If it is a list, but not JSON that can be read, or one without objects; if it holds several, or says that it is
        not whole.
    """
    begin = text.lstrip()[:1]
    if begin not in ("[", "{"):
        return None
    try:
        said = json.loads(text, object_pairs_hook=object_once)
        if _HALF_CHARACTER.search(text):
            json.dumps(said, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise _core.ReadError(f"{path.name} holds half a character (\\ud800 to \\udfff): write it anew") from None
    except (ValueError, RecursionError) as error:
        if begin == "{":
            return None  # whoever reads GeoJSON says where it is damaged
        why = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise _core.ReadError(f"{path.name} is not JSON that can be read: {why}") from None
    if isinstance(said, list):
        if key not in (None, path.stem):
            raise _core.ReadError(f"{path.name} has no layer '{key}'; it has '{path.stem}'")
        return of_records(path.name, said)
    lists = dict(_lists_in(said))
    if not lists:
        return None
    if key is None and len(lists) > 1:
        raise _core.ReadError(
            f"{path.name} holds several lists: {', '.join(map(visible, lists))}; name one with layer="
        )
    name = next(iter(lists)) if key is None else key
    if name not in lists:
        raise _core.ReadError(f"{path.name}: {unknown('no list', name, lists)}")
    _require_whole(path.name, said, len(lists[name]))
    found = of_records(path.name, lists[name])
    found.notes.append(f"the rows are those of the list “{visible(name)}”")
    return found


def _lists_in(said: dict[str, Any], before: str = "", levels: int = 3) -> Iterator[tuple[str, list[Any]]]:
    """Give the lists of objects in an object, by the way to them."""
    for key, value in said.items():
        if isinstance(value, list) and any(isinstance(each, dict) for each in value):
            yield f"{before}{key}", value
        elif isinstance(value, dict) and levels > 1:
            yield from _lists_in(value, f"{before}{key}.", levels - 1)


def _require_whole(source: str, said: dict[str, Any], rows: int) -> None:
    """Raise where a service says that it handed out a part; as of GeoJSON."""
    counts = [said.get(each) for each in COUNTS]
    more = [each for each in counts if isinstance(each, int) and not isinstance(each, bool) and each > rows]
    if more:
        raise _core.ReadError(f"{source} is not whole: it says that there are {more[0]:,} rows, and holds {rows:,}")
    reached = any(each == rows for each in counts)
    if said.get("exceededTransferLimit") is True or (not reached and any(said.get(each) for each in PAGES)):
        raise _core.ReadError(f"{source} is not whole: it names a next page; get all pages, and put them together")


def of_records(source: str, records: Sequence[Any]) -> RawRows:
    """Return objects as rows, their keys as columns; ReadError where none of them is an object."""
    names = list(dict.fromkeys(key for record in records if isinstance(record, dict) for key in record))
    if not names:
        raise _core.ReadError(f"{source} is a list without objects: a register is a list of objects, one a row")
    _core.require_few_columns(len(names), source)
    _require_room(source, len(records), len(names))
    told = {row: "it is not an object" for row, record in enumerate(records, start=1) if not isinstance(record, dict)}
    rows = [record if isinstance(record, dict) else {} for record in records]
    cells: dict[str, Sequence[Any]] = {name: [_plain(row.get(name)) for row in rows] for name in names}
    return RawRows(source, cells, len(rows), told, is_json=True)


def object_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; ValueError where it names something twice."""
    made = dict(pairs)
    if len(made) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"an object names '{twice}' twice")
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return None if isinstance(value, float) and value != value else value


def typed(cells: Mapping[str, Sequence[Any]], notes: list[str], *, numbers_in_texts: bool) -> pd.DataFrame:
    """Return the cells as columns of whole numbers, numbers, answers, days or texts: the first that all of them are.

    `numbers_in_texts` where a text that is a number is one, as in a CSV; codes with zeros in front are none.
    """
    columns = {name: _column(name, column, notes, numbers_in_texts) for name, column in cells.items()}
    return pd.DataFrame({name: series(pa.chunked_array([column])) for name, column in columns.items()}, copy=False)


def _column(name: str, cells: Sequence[Any], notes: list[str], numbers_in_texts: bool) -> pa.Array:
    filled = [None if cell is None or cell == "" else cell for cell in cells]
    kinds = {type(cell) for cell in filled if cell is not None}
    if numbers_in_texts and str in kinds and kinds <= {str, int, float}:
        filled = _numbers(filled) or filled
        kinds = {type(cell) for cell in filled if cell is not None}
    if kinds == {bool}:
        return pa.array(filled, pa.bool_())
    if kinds and kinds <= {int, float} and (found := _exact(filled, kinds)) is not None:
        return found
    if kinds and kinds <= {date, datetime}:
        return _days(filled)
    if len(kinds) > 1:
        notes.append(f"column '{name}' holds values of several kinds: it was read as text")
    texts = [None if cell is None else cell if isinstance(cell, str) else shown(cell) for cell in filled]
    return pa.array(texts, pa.large_string())


def _exact(cells: Iterable[Any], kinds: set[type]) -> pa.Array | None:
    """Return whole numbers, or numbers; None where some of them would not be exact."""
    whole = [cell for cell in cells if type(cell) is int]
    if kinds == {int}:
        fits = all(-(1 << 63) <= cell < 1 << 63 for cell in whole)
        return pa.array(cells, pa.int64()) if fits else None
    return pa.array(cells, pa.float64()) if all(abs(cell) <= _EXACT for cell in whole) else None


def _numbers(cells: Sequence[Any]) -> list[Any] | None:
    """Return cells with the numbers that their texts are; None where one is none, or may be either of two."""
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    found = [_NUMBER.fullmatch(text) for text in texts]
    marks = {match["mark"] for match in found if match is not None} - {None}
    clear = any(match["mark"] and not THREE_AFTER_MARK.fullmatch(match[0]) for match in found if match is not None)
    unclear = not clear and any(map(THREE_AFTER_MARK.fullmatch, texts))
    if None in found or len(marks) > 1 or unclear:
        return None
    return [_number(cell.strip()) if isinstance(cell, str) else cell for cell in cells]


def _number(text: str) -> int | float:
    return int(text) if _WHOLE.fullmatch(text) else float(text.replace(",", "."))


def _days(cells: Sequence[Any]) -> pa.Array:
    """Return days where all are without a time, else moments."""
    moments = [
        datetime.combine(cell, time()) if cell is not None and not isinstance(cell, datetime) else cell
        for cell in cells
    ]
    if all(each is None or each.time() == time() for each in moments):
        return pa.array([None if each is None else each.date() for each in moments], pa.date32())
    return pa.array(moments, pa.timestamp("us"))
