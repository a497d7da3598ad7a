# SPDX-License-Identifier: Apache-2.0
"""The line of a TOML file on which something stands that an error speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sheltermap.base.ordinary_files import MOST_BYTES, content

_PLACE = re.compile(r"[A-Za-z_][\w-]*(?:\.[^\s.:\[\]()]+|\[[0-9]+\])*")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*(.*)""")
_HEADER = re.compile(r"\s*(\[\[?)([^\]]+)\]")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_CALLED = ("name", "id")  # keys by which an error names an element of a list of tables
_LONG = ('"""', "'''")

Path_ = tuple[str, ...]


def line_of(text: str, fault: str) -> int | None:
    r"""Return the line, from 1, of the key or table that a fault begins with; None where it cannot be told.

    Examples
    --------
    >>> line_of('schema = 1\n[inputs.homes]\npath = "a.csv"', "inputs.homes.path: no file")
    3
    >>> line_of('[[analyses]]\nkind = "gaps"\nname = "near"', "analyses.near.weight: unknown column")
    1
    """
    found = _PLACE.match(fault)
    if found is None:
        return None
    wanted = tuple(re.findall(r"[^.\[\]]+", found[0]))
    best, line = 0, None
    for number, path, called in _places(text):
        depth = _common(path, called, wanted)
        if depth > best:
            best, line = depth, number
    return line if best >= min(2, len(wanted)) else None


def lines_of(path: Path, faults: list[str]) -> list[int | None]:
    """Return the line of each fault of a file; none where the file cannot be read any more."""
    try:
        text = content(path, MOST_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return [None] * len(faults)
    return [line_of(text, fault) for fault in faults]


def _common(path: Path_, called: Path_, wanted: Path_) -> int:
    """Return how many parts of a path are those that are wanted, an element by what it is called or by its number."""
    if len(path) > len(wanted):
        return 0
    fits = all(part in (one, other) for part, one, other in zip(wanted, path, called, strict=False))
    return len(path) if fits else 0


def _places(text: str) -> Iterator[tuple[int, Path_, Path_]]:
    """Give each table and key with its line: its path by numbers, and by what elements of lists are called."""
    lines = text.splitlines()
    names = _names_of_elements(lines)
    for number, path in _paths(lines):
        called = tuple(names.get(path[: at + 1], part) for at, part in enumerate(path))
        yield number, path, called


def _names_of_elements(lines: list[str]) -> dict[Path_, str]:
    names: dict[Path_, str] = {}
    for number, path in _paths(lines):
        if len(path) > 1 and path[-1] in _CALLED and path[-2].isdecimal() and path[:-1] not in names:
            value = lines[number - 1].partition("=")[2].strip()
            if quoted := re.match(r"\"([^\"]*)\"|'([^']*)'", value):
                names[path[:-1]] = quoted[1] or quoted[2] or ""
    return names


def _paths(lines: list[str]) -> Iterator[tuple[int, Path_]]:
    """Give the line and the path of each table and key; elements of lists of tables by their number from 1."""
    table: Path_ = ()
    counts: dict[Path_, int] = {}
    inside = ""  # the quotes of a text of several lines
    for number, line in enumerate(lines, start=1):
        if inside:
            inside = "" if line.count(inside) % 2 else inside
            continue
        if (header := _HEADER.match(line)) is not None:
            table = _within(_parts(header[2]), counts)
            if header[1] == "[[":
                counts[table] = counts.get(table, 0) + 1
                table = (*table, str(counts[table]))
            yield number, table
        elif (key := _KEY.match(line)) is not None:
            yield number, (*table, *_parts(key[1]))
        inside = next((each for each in _LONG if line.count(each) % 2), "")


def _parts(text: str) -> Path_:
    return tuple(part.strip("\"'") for part in _PART.findall(text))


def _within(parts: Path_, counts: dict[Path_, int]) -> Path_:
    """Return a path with the number of the last element of each list of tables on the way."""
    path: Path_ = ()
    for at, part in enumerate(parts):
        path = (*path, part)
        if path in counts and at < len(parts) - 1:
            path = (*path, str(counts[path]))
    return path
