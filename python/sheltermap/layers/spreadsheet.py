# SPDX-License-Identifier: Apache-2.0
"""Spreadsheets (XLSX): the cells that a sheet holds, as numbers, texts, days and answers; nothing is computed.

A sheet is as large as what is written in it: where the last coloured cell lies does not matter.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from sheltermap._native import _core
from sheltermap.base.suggestions import unknown
from sheltermap.layers.archive_parts import opened, parts_of
from sheltermap.layers.xml_parts import attribute, read_parts

WHAT = "a spreadsheet (.xlsx)"
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384  # of a sheet: ISO/IEC 29500, and every program
MOST_CHARACTERS = 1_000_000  # of a cell; programs hold 32,767
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,10})")
_WHOLE = re.compile(r"[+-]?[0-9]{1,300}")
_NUMBER = re.compile(r"[+-]?([0-9]{1,300}(\.[0-9]{0,300})?|\.[0-9]{1,300})([eE][+-]?[0-9]{1,4})?")
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_DAY_FORMATS = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}  # ISO/IEC 29500-1, 18.8.30
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^][]*\]', re.IGNORECASE)

Cell = str | int | float | bool | date | datetime | time | None


@dataclass
class Sheet:
    """What a sheet holds: its lines that are not empty, each with its cells by column from 0."""

    lines: list[dict[int, Cell]] = field(default_factory=list)
    without_result: int = 0  #: formulas that nobody has computed


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets of cells.

    Raises
    ------
    ReadError
        If it is no spreadsheet that can be read.
    """
    with parts_of(path, WHAT) as archive:
        return list(_Workbook(archive, path.name).sheets)


def read_sheet(path: Path, name: str | None = None) -> Sheet:
    """Return the first sheet, or the one of a name.

    Raises
    ------
    ReadError
        If it is no spreadsheet that can be read, or has no such sheet.
    """
    with parts_of(path, WHAT) as archive:
        book = _Workbook(archive, path.name)
        if name is not None and name not in book.sheets:
            raise _core.ReadError(f"{path.name}: {unknown('no sheet', name, book.sheets)}")
        return book.read(next(iter(book.sheets)) if name is None else name)


class _Workbook:
    """The parts of a spreadsheet that all its sheets share."""

    def __init__(self, archive: ZipFile, source: str) -> None:
        self.archive, self.source = archive, source
        self.epoch = _EPOCH
        self.sheets: dict[str, str] = {}  #: name -> part
        main = self._targets("_rels/.rels", "officeDocument")
        self.main = next(iter(main.values()), "xl/workbook.xml")
        parts = self._targets(self._relations(self.main))
        listed: list[tuple[str, str]] = []

        def begin(element: str, attributes: Mapping[str, str]) -> None:
            if element == "workbookPr" and attribute(attributes, "date1904") in ("1", "true"):
                self.epoch = _EPOCH_1904
            if element == "sheet":
                listed.append((attributes.get("name", ""), attribute(attributes, "id") or ""))

        self._read(self.main, begin)
        self.sheets = {
            name: parts[part] for name, part in listed if "chartsheets/" not in parts.get(part, "chartsheets/")
        }
        if not self.sheets:
            raise _core.ReadError(f"{source} holds no sheet of cells")

    def _relations(self, part: str) -> str:
        folder, name = posixpath.split(part)
        return f"{folder}/_rels/{name}.rels"

    def _targets(self, part: str, kind: str = "") -> dict[str, str]:
        """Return the parts that one speaks of, by the names it has for them."""
        found: dict[str, str] = {}
        base = posixpath.dirname(posixpath.dirname(part))

        def begin(element: str, attributes: Mapping[str, str]) -> None:
            if element == "Relationship" and attributes.get("Type", "").endswith(kind):
                target = attributes.get("Target", "")
                full = target if target.startswith("/") else posixpath.join(base, target)
                found[attributes.get("Id", "")] = posixpath.normpath(full).lstrip("/")

        self._read(part, begin, needed=False)
        return found

    def _read(self, part: str, begin: Any, text: Any = None, end: Any = None, *, needed: bool = True) -> None:
        stream = opened(self.archive, part)
        if stream is None:
            if needed:
                raise _core.ReadError(f"{self.source} is not {WHAT}, or not whole: its part {part} is missing")
            return
        with stream:
            read_parts(stream, f"{self.source} ({part})", begin, text or (lambda _: None), end or (lambda _: None))

    def read(self, name: str) -> Sheet:
        reader = _SheetReader(self.source, self._texts(), self._day_styles(), self.epoch)
        self._read(self.sheets[name], reader.begin, reader.text, reader.end)
        return reader.sheet

    def _beside(self, file: str) -> str:
        return posixpath.join(posixpath.dirname(self.main), file)

    def _texts(self) -> list[str]:
        """Return the texts that cells name by their number."""
        texts: list[str] = []
        words = _Words(self.source)

        def begin(element: str, _: Mapping[str, str]) -> None:
            words.begin(element)

        def end(element: str) -> None:
            words.end(element)
            if element == "si":
                texts.append(words.take())

        self._read(self._beside("sharedStrings.xml"), begin, words.add, end, needed=False)
        return texts

    def _day_styles(self) -> dict[int, str]:
        """Return the styles of cells that show a number as a day or a time, each with its format."""
        formats: dict[int, str] = {}
        styles: list[int] = []
        inside = False

        def begin(element: str, attributes: Mapping[str, str]) -> None:
            nonlocal inside
            inside = inside or element == "cellXfs"
            if element == "numFmt":
                formats[_count(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
            elif element == "xf" and inside:
                styles.append(_count(attributes.get("numFmtId")))

        def end(element: str) -> None:
            nonlocal inside
            inside = inside and element != "cellXfs"

        self._read(self._beside("styles.xml"), begin, None, end, needed=False)
        told = {at: formats.get(number, "d" if number in _DAY_FORMATS else "") for at, number in enumerate(styles)}
        return {at: code for at, code in told.items() if _shows_day(code)}


def _count(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _shows_day(code: str) -> bool:
    """Whether a format shows a day or a time of day; not a length of time, as [h]:mm does."""
    plain = _LITERAL.sub("", code.partition(";")[0]).lower()
    return "[" not in plain and any(letter in plain for letter in "ymdhs") and "general" not in plain


class _Words:
    """The text of a cell, which may come in pieces of several looks; how it is pronounced does not belong to it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[str] = []
        self.length, self.wanted, self.spoken = 0, False, False

    def begin(self, element: str) -> None:
        self.spoken = self.spoken or element == "rPh"
        self.wanted = element in ("t", "v") and not self.spoken

    def end(self, element: str) -> None:
        self.wanted = False
        self.spoken = self.spoken and element != "rPh"

    def add(self, text: str) -> None:
        if self.wanted:
            self.length += len(text)
            if self.length > MOST_CHARACTERS:
                raise _core.ReadError(f"{self.source}: a cell holds more than {MOST_CHARACTERS:,} characters")
            self.pieces.append(text)

    def take(self) -> str:
        said = "".join(self.pieces)
        self.pieces.clear()
        self.length = 0
        return _ESCAPED.sub(_unescaped, said) if "_x" in said else said


def _unescaped(found: re.Match[str]) -> str:
    """Return the character that XML has no place for and a spreadsheet writes as _x000D_; its own underscore, too."""
    code = int(found[1], 16)
    return chr(code) if 0 < code < 0x20 or code == ord("_") else found[0]


class _SheetReader:
    """Puts together the lines of one sheet."""

    def __init__(self, source: str, texts: list[str], day_styles: Mapping[int, str], epoch: datetime) -> None:
        self.source, self.texts, self.day_styles, self.epoch = source, texts, day_styles, epoch
        self.sheet = Sheet()
        self.words = _Words(source)
        self.row, self.column = 0, -1
        self.kind, self.style = "n", 0
        self.has_value = self.has_formula = self.in_cell = False
        self.line: dict[int, Cell] = {}

    def begin(self, element: str, attributes: Mapping[str, str]) -> None:
        if element == "row":
            self._begin_row(attributes)
        elif element == "c":
            self.in_cell, self.has_value, self.has_formula = True, False, False
            self.column = self._column(attributes.get("r"))
            self.kind, self.style = attributes.get("t", "n"), _count(attributes.get("s"))
        elif self.in_cell:
            self.has_value = self.has_value or element in ("v", "is")
            self.has_formula = self.has_formula or element == "f"
            self.words.begin(element)

    def text(self, text: str) -> None:
        if self.in_cell:
            self.words.add(text)

    def end(self, element: str) -> None:
        if element == "c":
            self.in_cell = False
            said = self.words.take()
            if self.has_formula and self.kind == "n" and not said.strip():
                self.sheet.without_result += 1
            elif self.has_value:
                self._take(said)
        elif element == "row":
            if self.line:
                self.sheet.lines.append(self.line)
        elif self.in_cell:
            self.words.end(element)

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        said = attributes.get("r")
        row = self.row + 1 if said is None else int(said) if _WHOLE.fullmatch(said) else -1
        if not self.row < row <= MOST_ROWS:
            raise _core.ReadError(
                f"{self.source} is damaged: after row {self.row} comes row {said or row}, and a sheet has no more than "
                f"{MOST_ROWS:,} rows, in their order; save it anew"
            )
        self.row, self.column, self.line = row, -1, {}

    def _column(self, place: str | None) -> int:
        if place is None:
            column = self.column + 1
        else:
            found = _PLACE.fullmatch(place)
            if found is None or int(found[2]) != self.row:
                raise _core.ReadError(f"{self.source} is damaged: a cell of row {self.row} is said to stand in {place}")
            column = 0
            for letter in found[1]:
                column = column * 26 + ord(letter) - ord("A") + 1
            column -= 1
        if column >= MOST_COLUMNS:
            raise _core.ReadError(f"{self.source} is damaged: row {self.row} has more than {MOST_COLUMNS:,} columns")
        return column

    def _take(self, said: str) -> None:
        cell = self._value(said)
        if self.column in self.line:
            raise _core.ReadError(f"{self._where()} is there twice; save it anew")
        if cell not in (None, ""):
            self.line[self.column] = cell

    def _value(self, said: str) -> Cell:
        if self.kind == "s":
            if not _WHOLE.fullmatch(said) or not 0 <= int(said) < len(self.texts):
                raise _core.ReadError(f"{self._where()} names a text ({said}) that the file does not hold")
            return self.texts[int(said)]
        if self.kind == "b":
            return said == "1"
        if self.kind == "d":
            return _day_said(said)
        if self.kind != "n":  # texts, of formulas too, and errors such as #DIV/0!
            return said
        return self._number(said.strip())

    def _number(self, said: str) -> Cell:
        if not said:
            return None
        if _WHOLE.fullmatch(said):
            number: int | float = int(said)
        elif _NUMBER.fullmatch(said):
            number = float(said)
        else:
            raise _core.ReadError(f"{self._where()} holds “{said[:40]}”, which is said to be a number; save it anew")
        return _day(number, self.epoch) if self.style in self.day_styles else number

    def _where(self) -> str:
        return f"{self.source} is damaged: the cell in row {self.row}, column {self.column + 1}"


def _day(number: float, epoch: datetime) -> Cell:
    """Return the day that a number shows, or the time of day below 1; the number itself where there is no such day."""
    if number < 0:
        return number
    try:
        days, part = divmod(number, 1)
        clock = timedelta(milliseconds=round(part * 86_400_000))
        if days == 0 and clock < timedelta(days=1):
            return (datetime.min + clock).time()
        if epoch == _EPOCH and 0 < days < 60:  # spreadsheets know a 29 February 1900
            days += 1
        moment = epoch + timedelta(days=days) + clock
    except (OverflowError, ValueError):
        return number
    return moment


def _day_said(said: str) -> Cell:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return said
    return said if moment.tzinfo is not None else moment
