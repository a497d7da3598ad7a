# SPDX-License-Identifier: Apache-2.0
"""Some rows of a file, or those of several files, as one layer: refused, named and counted as those of a whole file."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.invisible import visible
from sheltermap.base.numerals import shown
from sheltermap.layers import precision, refused_rows, row_ids
from sheltermap.layers.joined import Taken, joined
from sheltermap.layers.refused_rows import Refusal

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.layers.where import Where

SHOWN = 10  # rows that an error lists, as of one file
MOST_FILES = 10_000
PATTERN = set("*?[")


@dataclass(frozen=True)
class Part:
    """What was read of one source, its rows checked, none of them a reason to stop."""

    name: str
    frame: GeoDataFrame
    positions: tuple[str, ...] = ()  #: its columns that are coordinates, which another file may not have


def has_pattern(path: str) -> bool:
    """Whether a path has signs of a pattern, which a file may be called by, too."""
    return bool(PATTERN & set(path))


def is_pattern(path: str | os.PathLike[str]) -> bool:
    """Whether a path stands for the files that fit it: ``parts/*.csv``, and no file is called so."""
    text = os.fspath(path)
    return isinstance(text, str) and has_pattern(text) and not os.path.exists(text)  # noqa: PTH110 - no error for odd texts


def paths_of(given: str | os.PathLike[str] | Iterable[Any], folder: Path = Path()) -> list[Path]:
    """Return the files that a path, a pattern, or a list of them stands for: lists in their order, patterns by name.

    Raises
    ------
    ReadError
        If a pattern fits no file, or a file is named twice.

    Examples
    --------
    >>> paths_of(["b.csv", "a.csv"], Path("data"))
    [PosixPath('data/b.csv'), PosixPath('data/a.csv')]
    """
    listed = [given] if isinstance(given, str | os.PathLike) else list(given)
    found: list[Path] = []
    for each in listed:
        if not isinstance(each, str | os.PathLike):
            raise TypeError(f"several files are a list of paths, not one with {type(each).__name__}")
        found += _fitting(each, folder) if is_pattern(folder / each) else [folder / each]
    for at, path in enumerate(found):
        if path in found[:at]:
            raise _core.ReadError(f"{path} is named twice: its rows would count twice")
    if not found:
        raise _core.ReadError("no file is named: give the path of one, or a list of paths")
    return found


def _fitting(pattern: str | os.PathLike[str], folder: Path) -> list[Path]:
    names = sorted(glob.glob(os.fspath(pattern), root_dir=folder, recursive=True))  # noqa: PTH207 - hidden ones stay so
    if not names:
        raise _core.ReadError(f"no file fits “{visible(os.fspath(pattern))}” in {folder.resolve()}")
    if len(names) > MOST_FILES:
        raise _core.ReadError(
            f"{len(names):,} files fit “{visible(os.fspath(pattern))}”, more than {MOST_FILES:,}: name fewer"
        )
    return [folder / name for name in names]


def gathered(parts: Sequence[Part], *, where: Where | None, id_column: str | None, strict: bool) -> GeoDataFrame:
    """Return the rows of one or several sources that a condition takes, as one layer with the checks of one.

    Raises
    ------
    ReadError
        If the sources have other columns, or none of the condition's; with `strict` if a row cannot be used, with the
        file and the number it has there.
    """
    import geopandas

    several = len(parts) > 1
    taken, notes = zip(*(_taken(part, where, strict, several) for part in parts), strict=True)
    frames = [each.frame for each in taken]
    source = parts[0].name if not several else _listed([part.name for part in parts])
    told = [note for of_part in notes for note in of_part]
    if several:
        frame, said = joined(taken, [part.name for part in parts], strict=strict)
        told += said
    else:
        frame = frames[0].copy(deep=False)
    origin = np.repeat(np.arange(len(parts)), [len(each) for each in frames])
    numbers = np.concatenate([each.numbers for each in taken])
    refusals = _refusals(taken, [part.name for part in parts] if several else None)
    if id_column is not None:
        refusals |= _of_ids(frame, id_column, source, refusals, [part.name for part in parts], origin, numbers)
    ids = [""] * len(frame) if id_column is None else [_text(cell) for cell in frame[id_column]]
    listed = [Refusal(row + 1, ids[row], *why) for row, why in sorted(refusals.items())]
    if strict:
        _require_usable(listed, len(frame), numbers, source, where)
    shapes = frame.geometry.to_numpy().copy()
    shapes[list(refusals)] = None
    attrs = {precision.NOTED: _precision(frames, frame)} if precision.NOTED in frames[0].attrs else {}
    frame[frame.geometry.name] = geopandas.GeoSeries(shapes, index=frame.index, crs=frame.crs)
    frame.attrs = {**attrs, "sheltermap_notes": told, "sheltermap_source": source}
    refused_rows.note(frame, listed, numbers)
    if id_column is not None:
        row_ids.note(frame, id_column, source)
    return frame


def _taken(part: Part, where: Where | None, strict: bool, several: bool) -> tuple[Taken, list[str]]:
    frame = part.frame
    before = f"{part.name}: " if several else ""
    notes = [f"{before}{note}" for note in frame.attrs.get("sheltermap_notes", [])]
    if strict and not len(frame):
        raise _core.ReadError(f"{part.name} has no rows; read with strict=False if that is meant")
    refused = refused_rows.noted(frame)
    if where is None:
        return Taken(frame, np.arange(1, len(frame) + 1), refused, part.positions), notes
    rows = np.flatnonzero(where.rows(frame, part.name))
    notes.append(f"{before}{len(rows):,} of {len(frame):,} rows taken by where: {visible(where.text)}")
    kept = {at: refused[row] for at, row in enumerate(rows.tolist()) if row in refused}
    return Taken(frame.iloc[rows], rows + 1, kept, part.positions), notes


def _refusals(taken: Iterable[Taken], names: Sequence[str] | None) -> dict[int, tuple[str, str]]:
    """Return why rows are refused by their position among all; of several files, with the file."""
    found: dict[int, tuple[str, str]] = {}
    begin = 0
    for at, each in enumerate(taken):
        before = "" if names is None else f"{names[at]}: "
        found |= {begin + row: (reason, before + detail) for row, (reason, detail) in each.refused.items()}
        begin += len(each.frame)
    return found


def _of_ids(
    frame: GeoDataFrame,
    id_column: str,
    source: str,
    refused: dict[int, tuple[str, str]],
    names: Sequence[str],
    origin: NDArray[np.intp],
    numbers: NDArray[np.intp],
) -> dict[int, tuple[str, str]]:
    """Return which rows an id column does not name, or names as another one before them."""
    if id_column not in frame.columns:
        there = ", ".join(visible(str(each)) for each in frame.columns if each != frame.geometry.name)
        raise _core.ReadError(f"{source} has no column '{id_column}' (id=); it has {there}")
    found: dict[int, tuple[str, str]] = {}
    first: dict[str, int] = {}
    for row, cell in enumerate(frame[id_column]):
        text = _text(cell)
        before = row if not text else first.setdefault(text, row)
        if row in refused:
            continue
        of_file = f"{names[origin[row]]}: " if len(names) > 1 else ""
        if not text:
            found[row] = ("missing_id", f"{of_file}no value in the id column '{id_column}'")
        elif before != row:
            other = f" of {names[origin[before]]}" if len(names) > 1 else ""
            found[row] = ("duplicate_id", f"{of_file}the id '{text}' is also that of row {numbers[before]}{other}")
    return found


def _text(cell: Any) -> str:
    return "" if cell is None or cell is pd.NA or cell != cell else shown(cell)


def _require_usable(
    refused: Sequence[Refusal], rows: int, numbers: NDArray[np.intp], source: str, where: Where | None
) -> None:
    if not rows:
        fits = "" if where is None else f" that where takes ({visible(where.text)})"
        raise _core.ReadError(f"{source} has no rows{fits}; read with strict=False if that is meant")
    if not refused:
        return
    lines = [
        f"\n  row {numbers[each.row - 1]}{f' (id {each.id!r})' if each.id else ''}: {each.detail}"
        for each in refused[:SHOWN]
    ]
    more = f"\n  … and {len(refused) - SHOWN} more" if len(refused) > SHOWN else ""
    repair = " (or read with invalid='repair')" if any(each.reason == "invalid_geometry" for each in refused) else ""
    raise _core.ReadError(
        f"{source}: {len(refused)} of {rows} {'row' if rows == 1 else 'rows'} cannot be used:{''.join(lines)}{more}\n"
        f"Correct them{repair}, or read with strict=False to go on and count them as unknown."
    )


def _precision(frames: Sequence[GeoDataFrame], frame: GeoDataFrame) -> list[Any]:
    """Return what the decimals of the worst of the sources are worth."""
    noted = [each.attrs[precision.NOTED] for each in frames if precision.NOTED in each.attrs]
    elsewhere = (crs for crs, _ in noted if crs != frame.crs.srs)
    return [next(elsewhere, frame.crs.srs), max(error for _, error in noted)]


def _listed(names: Sequence[str]) -> str:
    shown_names = list(names[:3])
    more = len(names) - len(shown_names)
    return ", ".join(shown_names) + (f" and {more} more" if more else "")
