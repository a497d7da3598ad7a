# SPDX-License-Identifier: Apache-2.0
"""Layers of several files put below each other: the same columns of the same kinds, in one reference system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import CrsError, _core
from sheltermap.base.invisible import visible

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Columns = dict[str, pd.Series[Any]]  #: of one file

SOURCE_FILE = "source_file"  #: the column that says which file a row is from


@dataclass(frozen=True)
class Taken:
    """Rows of a source with the numbers they have there, and why some of them are refused."""

    frame: GeoDataFrame
    numbers: NDArray[np.intp]  #: from 1
    refused: dict[int, tuple[str, str]]  #: by the position in the frame
    positions: tuple[str, ...] = ()


def joined(parts: Sequence[Taken], names: Sequence[str], *, strict: bool) -> tuple[GeoDataFrame, list[str]]:
    """Return the rows of all files with a column that says which one each is from, and what is to be told of it.

    Raises
    ------
    ReadError
        If a file lacks a column that another one has (with `strict`), or holds something else in it.
    CrsError
        If one of them cannot be brought into the reference system of the first.
    """
    import geopandas

    columns = [_columns(part) for part in parts]
    positions = {name for part in parts for name in part.positions}
    order = list(dict.fromkeys(name for each in columns for name in each))
    order = [name for name in order if name not in positions or _is_shared(name, columns, names)]
    missing = [
        f'{name} has no column "{visible(column)}", which {next(n for n, c in named if column in c)} has'
        for named in [list(zip(names, columns, strict=True))]
        for name, own in named
        for column in order
        if column not in own
    ]
    faults = [*(missing if strict else []), *(fault for name in order for fault in _kind_faults(name, columns, names))]
    if faults:
        what = "the files of one layer need the same columns, with the same kind of values:"
        raise _core.ReadError("\n".join([what, *(f"  {fault}" for fault in faults)]))
    notes = [f"{each}: it is empty there" for each in missing]
    cells = {name: _cells(name, parts, columns) for name in order}
    frame = pd.DataFrame(cells, index=pd.RangeIndex(sum(len(part.frame) for part in parts)))
    if SOURCE_FILE not in frame.columns:
        frame[SOURCE_FILE] = np.repeat(np.array(names, dtype=object), [len(each.frame) for each in parts])
    shapes = [_in_one_system(part, name, parts[0], names[0], notes) for part, name in zip(parts, names, strict=True)]
    name = next(each for each in ("geometry", "geom", "geometry_of_row") if each not in frame.columns)
    frame[name] = geopandas.GeoSeries(np.concatenate(shapes), index=frame.index, crs=parts[0].frame.crs)
    return geopandas.GeoDataFrame(frame, geometry=name), notes


def _columns(part: Taken) -> Columns:
    frame = part.frame
    return {str(name): frame[name] for name in frame.columns if name != frame.geometry.name}


def _in_one_system(part: Taken, name: str, first: Taken, first_name: str, notes: list[str]) -> Any:
    """Return the geometries of a part in the reference system of the first."""
    from pyproj.exceptions import ProjError

    shapes, wanted = part.frame.geometry, first.frame.crs
    if shapes.crs == wanted:
        return shapes.to_numpy()
    said, meant = (each.to_string() if each.to_authority() else each.name for each in (shapes.crs, wanted))
    try:
        brought = shapes.to_crs(wanted)
    except ProjError as error:
        told = f"{name} is in {said}, which cannot be brought into {meant} of {first_name}"
        raise CrsError(f"{told}: {error}") from None
    notes.append(f"{name} is in {said}: its coordinates were brought into {meant} of {first_name}")
    return brought.to_numpy()


def _is_shared(name: str, columns: Sequence[Columns], names: Sequence[str]) -> bool:
    """Whether every file has a column, of one kind."""
    return all(name in each for each in columns) and not _kind_faults(name, columns, names)


def _kind_faults(name: str, columns: Sequence[Columns], names: Sequence[str]) -> list[str]:
    """Say where a column holds numbers in one file and texts in another; what is empty may be anything."""
    kinds: dict[str, str] = {}
    for own, source in zip(columns, names, strict=True):
        if name in own and own[name].notna().any():
            kinds.setdefault(_kind(own[name]), source)
    told = " and ".join(f"{kind} in {source}" for kind, source in kinds.items())
    return [f'the column "{visible(name)}" holds {told}'] if len(kinds) > 1 else []


def _kind(cells: pd.Series[Any]) -> str:
    if pd.api.types.is_bool_dtype(cells.dtype):
        return "yes or no"
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return "numbers"
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        return "times"
    kinds = {type(cell) for cell in cells[cells.notna()]}
    return {date: "days", bool: "yes or no"}.get(kinds.pop(), "texts") if len(kinds) == 1 else "texts"


def _cells(name: str, parts: Sequence[Taken], columns: Sequence[Columns]) -> Any:
    """Return a column of all files; where a file has nothing in it, it is of the kind that it has in the others."""
    pieces = [
        own[name] if name in own and own[name].notna().any() else pd.Series([None] * len(part.frame), dtype=object)
        for part, own in zip(parts, columns, strict=True)
    ]
    types: list[Any] = [piece.dtype for piece in pieces if piece.notna().any()]
    gaps = any(piece.isna().any() for piece in pieces)
    target: Any = object
    if types and all(map(pd.api.types.is_bool_dtype, types)):
        target = "boolean" if gaps else "bool"
    elif types and all(map(pd.api.types.is_integer_dtype, types)):
        target = "Int64" if gaps else "int64"
    elif types and all(map(pd.api.types.is_numeric_dtype, types)):
        target = "float64"
    elif types and all(each == types[0] for each in types):
        target = types[0]
    made = [piece.replace({None: np.nan}) if target == "float64" else piece for piece in pieces]
    return pd.concat([each.astype(target) for each in made], ignore_index=True)
