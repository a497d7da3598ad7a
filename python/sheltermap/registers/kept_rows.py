# SPDX-License-Identifier: Apache-2.0
"""A register as people keep it, cell by cell and unchanged, with the places of its rows.

Spreadsheets, CSV and JSON lists are read as what stands in their cells: types are the business of the schema. Places go
through `sheltermap.read`, as everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import sheltermap as sm
from sheltermap._native import _core
from sheltermap.base.fault import Fault
from sheltermap.layers import files
from sheltermap.layers.arrow import texts_of
from sheltermap.layers.raw_rows import RawRows, column_names, csv_layer
from sheltermap.layers.table_places import coordinate_columns, points
from sheltermap.registers.mapping import Mapping as ColumnMapping

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


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
        if Path(source).suffix.lower() in (".csv", ".tsv", ".txt"):
            return _of_cells(_csv(files.readable(source, mapping.encoding), mapping.encoding), mapping)
        if (rows := files.cells_of(source, mapping.layer, mapping.encoding)) is not None:
            return _of_cells(rows, mapping)
    elif isinstance(source, pd.DataFrame) and not hasattr(source, "crs"):
        cells = {str(name): _plain(source[name]) for name in source.columns}
        return _with_positions(RawRows("the frame", cells, len(source)), mapping)
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


def _of_cells(rows: RawRows, mapping: ColumnMapping) -> RawTable:
    """Return the table of a file that is no layer, with its places and what its number of rows tells."""
    if note := _core.page_limit_note(rows.rows):
        rows.notes.append(note)
    return _with_positions(rows, mapping)


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


def _csv(path: Path, encoding: str | None) -> RawRows:
    """Take a CSV apart as `sheltermap.read` does, so that rows and damaged ones are the same."""
    layer = csv_layer(path, encoding)
    names, columns = texts_of(layer.table)
    bad_rows = {row.row: row.detail for row in layer.refused}
    cells = dict(zip(column_names(path.name, names), columns, strict=True))
    return RawRows(path.name, cells, len(layer.table), bad_rows, list(layer.notes))


def _with_positions(rows: RawRows, mapping: ColumnMapping) -> RawTable:
    """Turn the columns of coordinates into places, checked by `sheltermap.read`."""
    import geopandas

    table = RawTable(rows.source, rows.cells, rows.rows, bad_rows=rows.bad_rows, notes=list(rows.notes))
    pair = coordinate_columns(rows, mapping.x, mapping.y, mapping.crs)
    if pair is None:
        return table
    crs = mapping.crs or pair.crs
    if crs is None:
        raise _core.CrsError(
            f"{table.source} has coordinates in '{pair.x}' and '{pair.y}' and names no reference system; say in the "
            'mapping or by --crs which: crs = "EPSG:3059" for LKS-92'
        )
    table.notes += [pair.told] if pair.is_guess else []
    places, bad = points(rows, pair, in_degrees=_core.Crs(crs).is_geographic)
    table.bad_places = [Place(each.row, each.column, each.text, each.fault) for each in bad]
    told = {place.row for place in table.bad_places} | set(table.bad_rows)
    layer = geopandas.GeoDataFrame({"geometry": places}, geometry="geometry", crs=crs)
    layer.attrs["sheltermap_source"] = table.source
    frame = sm.read(layer, strict=False)
    table.bad_places += [
        replace(place, value=_spot(places[place.row - 1])) for place in _refused(frame) if place.row not in told
    ]
    table.places, table.position_columns = frame, (pair.x, pair.y)
    return table


def _spot(point: Any) -> str | None:
    return None if point is None else f"({point.x:.15g}, {point.y:.15g})"
