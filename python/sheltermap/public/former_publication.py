# SPDX-License-Identifier: Apache-2.0
"""What was published the year before: who has both years must not learn more than who has one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sheltermap._native import ReadError
from sheltermap.base import ordinary_files
from sheltermap.layers.digest import sha256
from sheltermap.public.cell_grid import CellGrid
from sheltermap.public.merged_cells import Atom
from sheltermap.public.suppression import Key

SCHEMA = "sheltermap-public/1"
SUMMARY = "summary.json"
MOST_SUMMARY = 1 << 30  # bytes


@dataclass(frozen=True)
class FormerPart:
    """Cells that were counted as one, and the number that was shown."""

    cells: tuple[Atom, ...]
    people: int


@dataclass(frozen=True)
class FormerPeople:
    """What was shown of a layer of people."""

    grid: CellGrid
    groups: list[tuple[str, ...]]
    parts: list[FormerPart]
    shown: dict[Key, int | None]

    def require_same(self, grid: CellGrid) -> None:
        """Raise ValueError unless cells are those of the year before."""
        if grid != self.grid:
            raise ValueError(
                f"the former publication counts in cells of {self.grid.size_m} m in EPSG:{self.grid.epsg}, this one in "
                f"cells of {grid.size_m} m in EPSG:{grid.epsg}: both together would tell of fewer people than each; "
                f"publish with a grid of {self.grid.size_m} m"
            )

    def of_part(self, cells: Sequence[Atom]) -> int | None:
        """Return the number that was shown of cells which are one now; nothing where none of them was shown."""
        here = set(cells)
        mine = [part.people for part in self.parts if not here.isdisjoint(part.cells)]
        return sum(mine) if mine else None

    def numbers(self, groups: Sequence[Sequence[str]], label: Callable[[Sequence[str]], str]) -> dict[Key, int | None]:
        """Return the numbers that were shown, areas that went together since as one; of these hidden where one was."""
        together: dict[str | None, str | None] = {None: None}
        for former in self.groups:
            now = next((each for each in groups if set(former) & set(each)), None)
            if now is not None:
                together[label(former)] = label(now)
        found: dict[Key, int | None] = {}
        for key, number in self.shown.items():
            if key.area not in together:
                continue
            there = key._replace(area=together[key.area])
            before = found.get(there, 0)
            found[there] = None if number is None or before is None else before + number
        return found


def former_people(folder: str | Path) -> dict[str, FormerPeople]:
    """Return what a folder of a former publication shows of people, by layer.

    Raises
    ------
    ReadError
        If the folder is no publication, or was changed since.
    """
    folder = Path(folder)
    summary = published_summary(folder)
    for name, digest in summary["files"].items():
        path = folder / name
        if not path.is_file() or sha256(path) != digest:
            what = "was changed after it was published" if path.is_file() else "is missing"
            raise ReadError(f"{path} {what}: take the folder from a copy, as it was handed out")
    try:
        return {name: _people(each) for name, each in summary["people"].items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ReadError(f"{folder / SUMMARY} is damaged ({error}): take the folder from a copy") from None


def published_summary(folder: Path) -> dict[str, Any]:
    """Return what a publication says of itself; ReadError where the folder is none."""
    path = folder / SUMMARY
    try:
        content = json.loads(ordinary_files.content(path, MOST_SUMMARY))
    except OSError:
        raise ReadError(f"{folder} is no publication: it has no {SUMMARY}; name a folder that publish wrote") from None
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{path} is damaged: {error}") from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA or not isinstance(content.get("files"), dict):
        raise ReadError(
            f"{folder} is no publication: {SUMMARY} is not of the form {SCHEMA}; name one that publish wrote"
        )
    return content


def _people(said: Mapping[str, Any]) -> FormerPeople:
    grid = CellGrid(int(said["grid_m"]), int(said["epsg"]))
    parts = [
        FormerPart(tuple((str(area), grid.cell(code)) for area, code in each["cells"]), int(each["people"]))
        for each in said["parts"]
    ]
    shown = {
        Key(*(each[name] for name in Key._fields)): None if each["people"] is None else int(each["people"])
        for each in said["figures"]
    }
    return FormerPeople(grid, [tuple(map(str, each)) for each in said["areas"]], parts, shown)
