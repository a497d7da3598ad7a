# SPDX-License-Identifier: Apache-2.0
"""Some rows of a layer, one after the other, checked as a whole layer is when it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from sheltermap._native import _core
from sheltermap.layers import conversion, frames, plain_wkb, refused_rows, wkb
from sheltermap.layers.arrow import to_table
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
    invalid : {"refuse", "repair"}
        What becomes of polygons that break the rules.
    strict : bool
        Whether a row that cannot be used stops the reading.
    """

    source: str
    geometry: str
    crs: CRS
    id: str | None = None
    invalid: Literal["refuse", "repair"] = "refuse"
    strict: bool = True

    @property
    def options(self) -> _core.ReadOptions:
        """How the rows of a block are checked; who is strict looks at what was refused."""
        return _core.ReadOptions(id=self.id or "", invalid=self.invalid, strict=False)


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
    """

    frame: GeoDataFrame
    first: int
    refused: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Name the rows in a message."""
        last = self.first + len(self.frame)
        return f"{self.frame.attrs['sheltermap_source']}, rows {self.first + 1:,} to {last:,}"


def checked_block(
    attributes: pd.DataFrame, geometries: pa.ChunkedArray, layout: Layout, first: int, notes: list[str]
) -> Block:
    """Return rows as a block, with geometries that are given as well-known binary.

    Raises
    ------
    ReadError
        If the layer is read strictly and a row cannot be used.
    """
    points = plain_wkb.coordinates_of_points(geometries)
    if points is not None:
        return _of_points(attributes, points, layout, first, notes)
    shapes, damaged = wkb.geometries(geometries.to_numpy())
    return of_shapes(attributes, shapes, damaged, layout, first, notes)


def of_shapes(
    attributes: pd.DataFrame,
    shapes: NDArray[Any],
    damaged: list[_core.RefusedRow],
    layout: Layout,
    first: int,
    notes: list[str],
) -> Block:
    """Return rows as a block, with geometries of any kind; errors as `checked_block`."""
    import geopandas

    column = geopandas.GeoSeries(shapes, index=attributes.index, crs=layout.crs)
    frame = geopandas.GeoDataFrame(attributes.assign(**{layout.geometry: column}), geometry=layout.geometry)
    frame.attrs["sheltermap_source"] = layout.source
    frame = conversion.checked(frame, layout.options, None, layout.id, damaged=damaged, notes=notes)
    noted = refused_rows.refused(frame)
    records = zip(noted["row"], noted["id"], noted["reason"], noted["detail"], strict=True)
    refused = [Refusal(first + int(row), *map(str, why)) for row, *why in records]
    points = frames.point_coordinates(frame, layout.source) if frames.are_points(frame, layout.source) else None
    if points is not None:
        frame = _with_points(frame, points, layout)
    return _block(frame, layout, first, refused)


def _of_points(
    attributes: pd.DataFrame, points: NDArray[np.float64], layout: Layout, first: int, notes: list[str]
) -> Block:
    named = attributes[[] if layout.id is None else [layout.id]]
    crs = frames.core_crs(layout.crs)
    layer = _core.Layer(layout.source, crs, to_table(named), frames.point_column(points))
    layer = _core.check_rows(layer, layout.source, layout.options)
    if layer.refused:
        points = points.copy()
        points[[row.row - 1 for row in layer.refused]] = np.nan
    frame = _with_points(attributes, points, layout)
    conversion.note(frame, layer, layout.source, layout.id, notes)
    refused = [Refusal(first + row.row, row.id, row.reason, row.detail) for row in layer.refused]
    return _block(frame, layout, first, refused)


def _with_points(attributes: pd.DataFrame, points: NDArray[np.float64], layout: Layout) -> GeoDataFrame:
    import geopandas

    attrs = dict(attributes.attrs)
    column = pd.Series(PlainPoints(points, layout.crs), index=attributes.index, copy=False)
    columns = pd.DataFrame(attributes).assign(**{layout.geometry: column})
    frame = geopandas.GeoDataFrame(columns, geometry=layout.geometry)
    frame.attrs = attrs
    return frame


def _block(frame: GeoDataFrame, layout: Layout, first: int, refused: list[Refusal]) -> Block:
    frame.attrs["sheltermap_strict"] = layout.strict
    pages = _core.page_limit_note(len(frame))  # said of whole layers
    notes = tuple(note for note in frame.attrs["sheltermap_notes"] if note != pages)
    if layout.strict and refused:
        raise _refusal(Block(frame, first), refused)
    return Block(frame, first, tuple(refused), notes)


def _refusal(block: Block, refused: list[Refusal]) -> _core.ReadError:
    """Return the error of rows that cannot be used, with their numbers in the layer."""
    shown = [f"row {each.row:,}{f' (id {each.id!r})' if each.id else ''}: {each.detail}" for each in refused[:SHOWN]]
    shown += [f"… and {len(refused) - SHOWN} more"] if len(refused) > SHOWN else []
    lines = "".join(f"\n  {each}" for each in shown)
    return _core.ReadError(
        f"{block.told}: {len(refused):,} of {len(block.frame):,} rows cannot be used:{lines}\n"
        "Correct them, or read with strict=False to go on and count them as unknown."
    )
