# SPDX-License-Identifier: Apache-2.0
"""Some rows of a layer, one after the other, checked as a whole layer is when it is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from sheltermap._native import _core
from sheltermap.layers import conversion, frames, plain_wkb, refused_rows, wkb
from sheltermap.layers.arrow import readable_columns, to_table
from sheltermap.layers.plain_points import PlainPoints
from sheltermap.layers.refused_rows import Refusal

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

ROWS_PER_BLOCK = 200_000
SHOWN = 10  # rows that an error lists, as of a whole layer


@dataclass(frozen=True)
class Layout:
    """What is known of a layer before its rows are read.

    Attributes
    ----------
    source : str
        The file or table, for messages.
    geometry : str
        What the column of geometries is called.
    crs : pyproj.CRS
    id : str or None
        The column that names the rows.
    strict : bool
        Whether a row that cannot be used stops the reading.
    """

    source: str
    geometry: str
    crs: CRS
    id: str | None = None
    strict: bool = True

    @property
    def options(self) -> _core.ReadOptions:
        """How the rows of a block are checked; who is strict looks at what was refused."""
        return _core.ReadOptions(id=self.id or "", strict=False)


class Kept(NamedTuple):
    """Which of some rows that follow one another are kept."""

    rows: NDArray[np.intp]  #: counted from the first of them, from 0
    of: int  #: how many there are


@dataclass(frozen=True)
class Block:
    """Rows, and what was refused of them.

    Attributes
    ----------
    frame : GeoDataFrame
        With a RangeIndex; points are coordinates still (`PlainPoints`).
    first : int
        How many rows of the layer come before.
    refused : tuple of Refusal
        Rows without a usable place or id; numbers are those of the layer, from 1.
    notes : tuple of str
        What was left out or changed.
    kept : ndarray of int or None
        Which rows these are, counted from `first`, where others between them were left out.
    left_out : int
        How many were.
    """

    frame: GeoDataFrame
    first: int
    refused: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    kept: NDArray[np.intp] | None = None
    left_out: int = 0

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The numbers of the rows in the layer, from 1."""
        return self.first + 1 + (np.arange(len(self.frame)) if self.kept is None else self.kept)

    @property
    def points(self) -> NDArray[np.float64]:
        """The coordinates of the rows, shape (n, 2); none where they are other shapes than points."""
        points = frames.coordinates_of(self.frame)
        return np.empty((0, 2)) if points is None else points

    @property
    def told(self) -> str:
        """Name the rows in a message."""
        source, count = self.frame.attrs["sheltermap_source"], len(self.frame)
        rows = f"rows {self.first + 1:,} to {self.first + count + self.left_out:,}"
        return f"{source}, {rows}" if not self.left_out else f"{source}, {count:,} of {rows}"


def with_days(attributes: pd.DataFrame, days: Iterable[str]) -> pd.DataFrame:
    """Return rows of which empty columns are still days, where days are what these columns hold elsewhere."""
    empty = [name for name in days if name in attributes.columns and attributes[name].isna().all()]
    column = pa.nulls(len(attributes), pa.date32())
    typed = pd.Series(column, attributes.index, dtype=pd.ArrowDtype(pa.date32()))
    return attributes.assign(**dict.fromkeys(empty, typed)) if empty else attributes


def checked_block(
    attributes: pd.DataFrame,
    geometries: pa.ChunkedArray,
    layout: Layout,
    first: int,
    notes: list[str],
    *,
    kept: Kept | None = None,
) -> Block:
    """Return rows as a block, with geometries that are given as well-known binary.

    Raises
    ------
    ReadError
        If the layer is read strictly and a row cannot be used.
    """
    points = plain_wkb.coordinates_of_points(geometries)
    if points is not None:
        return _of_points(attributes, points, layout, first, notes, kept)
    shapes, damaged = wkb.geometries(geometries.to_numpy())
    return of_shapes(attributes, shapes, damaged, layout, first, notes, kept=kept)


def attributes_of(table: pa.Table, layout: Layout, notes: list[str]) -> pd.DataFrame:
    """Return the columns of a table but that of the geometries, with a note on each that is changed or left out."""
    attributes = readable_columns(table, notes, {layout.geometry})
    return pd.DataFrame(attributes, index=pd.RangeIndex(len(table)), copy=False)


def of_shapes(
    attributes: pd.DataFrame,
    shapes: NDArray[Any],
    damaged: list[_core.RefusedRow],
    layout: Layout,
    first: int,
    notes: list[str],
    *,
    kept: Kept | None = None,
) -> Block:
    """Return rows as a block, with geometries of any kind; errors as `checked_block`."""
    import geopandas

    column = geopandas.GeoSeries(shapes, index=attributes.index, crs=layout.crs)
    frame = geopandas.GeoDataFrame(attributes.assign(**{layout.geometry: column}), geometry=layout.geometry)
    frame.attrs["sheltermap_source"] = layout.source
    frame = conversion.checked(frame, layout.options, None, layout.id, damaged=damaged, notes=notes)
    noted = refused_rows.refused(frame)
    refused = [Refusal(int(row), *map(str, why)) for row, *why in noted[list(refused_rows.COLUMNS)].to_numpy()]
    points = frames.point_coordinates(frame, layout.source) if frames.are_points(frame, layout.source) else None
    if points is not None:
        frame = _with_points(frame, points, layout)
    return _block(frame, layout, first, refused, kept)


def of_layer(layer: _core.Layer, attributes: pd.DataFrame, layout: Layout, first: int, notes: list[str]) -> Block:
    """Return the rows of a layer of the core, checked already, with columns that were made of its own as a block.

    Raises
    ------
    ReadError
        If the layer is read strictly and a row cannot be used.
    """
    import geopandas

    pieces = layer.geometry.pieces()
    if all(piece.type == "Point" for piece in pieces):
        points = np.full((len(attributes), 2), np.nan)
        for piece in pieces:
            points[piece.rows] = piece.coordinates
        frame = _with_points(attributes, points, layout)
    else:
        shapes = geopandas.GeoSeries(conversion.to_shapely(layer.geometry), index=attributes.index, crs=layout.crs)
        frame = geopandas.GeoDataFrame(attributes.assign(**{layout.geometry: shapes}), geometry=layout.geometry)
    return _noted(frame, layer, layout, first, notes, None)


def _of_points(
    attributes: pd.DataFrame,
    points: NDArray[np.float64],
    layout: Layout,
    first: int,
    notes: list[str],
    kept: Kept | None,
) -> Block:
    named = attributes[[] if layout.id is None else [layout.id]]
    crs = frames.core_crs(layout.crs)
    layer = _core.Layer(layout.source, crs, to_table(named), frames.point_column(points))
    layer = _core.check_rows(layer, layout.source, layout.options)
    if layer.refused:
        points = points.copy()
        points[[row.row - 1 for row in layer.refused]] = np.nan
    return _noted(_with_points(attributes, points, layout), layer, layout, first, notes, kept)


def _noted(
    frame: GeoDataFrame, layer: _core.Layer, layout: Layout, first: int, notes: list[str], kept: Kept | None
) -> Block:
    conversion.note(frame, layer, layout.source, layout.id, notes)
    refused = [Refusal(row.row, row.id, row.reason, row.detail) for row in layer.refused]
    return _block(frame, layout, first, refused, kept)


def _with_points(attributes: pd.DataFrame, points: NDArray[np.float64], layout: Layout) -> GeoDataFrame:
    import geopandas

    attrs = dict(attributes.attrs)
    column = pd.Series(PlainPoints(points, layout.crs), index=attributes.index, copy=False)
    columns = pd.DataFrame(attributes).assign(**{layout.geometry: column})
    frame = geopandas.GeoDataFrame(columns, geometry=layout.geometry)
    frame.attrs = attrs
    return frame


def _block(frame: GeoDataFrame, layout: Layout, first: int, refused: list[Refusal], kept: Kept | None) -> Block:
    """Return a block; the numbers of refused rows count in it, from 1."""
    frame.attrs["sheltermap_strict"] = layout.strict
    pages = _core.page_limit_note(len(frame))  # said of whole layers
    notes = tuple(note for note in frame.attrs["sheltermap_notes"] if note != pages)
    block = Block(frame, first, notes=notes)
    if kept is not None:
        block = replace(block, kept=kept.rows, left_out=kept.of - len(kept.rows))
    block = replace(block, refused=tuple(_in_layer(each, block.numbers) for each in refused))
    if layout.strict and refused:
        raise _refusal(block)
    return block


def _in_layer(refused: Refusal, numbers: NDArray[np.int64]) -> Refusal:
    """Return why a row is refused with its number in the layer, and that of the row which has its id."""
    detail = refused.detail
    if refused.reason == "duplicate_id":
        said, _, other = detail.rpartition(" ")
        detail = f"{said} {numbers[int(other) - 1]}"
    return refused._replace(row=int(numbers[refused.row - 1]), detail=detail)


def _refusal(block: Block) -> _core.ReadError:
    """Return the error of rows that cannot be used."""
    refused = block.refused
    shown = [f"row {each.row:,}{f' (id {each.id!r})' if each.id else ''}: {each.detail}" for each in refused[:SHOWN]]
    shown += [f"… and {len(refused) - SHOWN} more"] if len(refused) > SHOWN else []
    lines = "".join(f"\n  {each}" for each in shown)
    return _core.ReadError(
        f"{block.told}: {len(refused):,} of {len(block.frame):,} rows cannot be used:{lines}\n"
        "Correct them, or read with strict=False to go on and count them as unknown."
    )
