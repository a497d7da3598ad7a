# SPDX-License-Identifier: Apache-2.0
"""Cells of a raster, some rows after the others: values, middles, and areas on the ellipsoid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from sheltermap._native import _core

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.layers.raster import Raster

    Numbers = NDArray[np.float64]
    Positions = NDArray[np.intp]

CELLS_AT_ONCE = 1 << 20
HALF_TURN = 180.0


@dataclass(frozen=True)
class CellRows:
    """Rows of cells that lie together, of all columns or of some."""

    row: int  #: the first one
    column: int  #: the first one
    cells: Numbers  #: shape (rows, columns); NaN where a cell has no value


def cell_rows(raster: Raster, rows: range, columns: range) -> Iterator[CellRows]:
    """Give the cells of a range of rows and columns, as many rows at once as memory should hold."""
    at_once = max(1, CELLS_AT_ONCE // max(len(columns), 1))
    deep = raster.core.block[0]
    if at_once > deep:
        at_once -= at_once % deep
    first = rows.start
    while first < rows.stop:
        after = min(first + at_once - first % at_once, rows.stop)  # so that no block is read twice where it can be
        row, column = (each.ravel() for each in np.meshgrid(range(first, after), columns, indexing="ij"))
        values, _ = _core.sample_cells(middles(raster, row, column), raster.core)
        yield CellRows(first, columns.start, values.reshape(after - first, len(columns)))
        first = after


def middles(raster: Raster, row: Positions, column: Positions) -> Numbers:
    """Return the middles of cells in the raster's CRS, shape (n, 2)."""
    return corners(raster, row + 0.5, column + 0.5)


def corners(raster: Raster, row: NDArray[Any], column: NDArray[Any]) -> Numbers:
    """Return where cells begin in the raster's CRS, shape (n, 2)."""
    (x, y), (across, down) = raster.core.corner, raster.core.step
    return np.column_stack([x + column * across, y + row * down])


def cells_round(raster: Raster, shapes: _core.GeometryColumn) -> tuple[range, range]:
    """Return the rows and columns whose cells may have something in common with shapes in the raster's CRS."""
    vertices = np.concatenate([np.empty((0, 2)), *(piece.coordinates for piece in shapes.pieces())])
    if not len(vertices):
        return range(0), range(0)
    at = (vertices - raster.core.corner) / raster.core.step
    (first_column, first_row), (last_column, last_row) = np.floor([at.min(axis=0), at.max(axis=0)]).astype(int)
    rows, columns = raster.shape
    across = range(max(first_column, 0), min(last_column + 1, columns))
    if raster.core.crs.is_geographic and not -HALF_TURN <= raster.bounds[0] < raster.bounds[2] <= HALF_TURN:
        across = range(columns)  # shapes lie a whole turn round the Earth away from the columns they are about
    return range(max(first_row, 0), min(last_row + 1, rows)), across


def lonlat_middles(raster: Raster, row: Positions, column: Positions) -> Numbers:
    """Return the middles of cells in WGS 84, shape (n, 2), longitudes from -180 up to 180."""
    crs = raster.core.crs
    places = _once_round(raster, middles(raster, row, column))
    return places if crs.is_lonlat else _core.to_lonlat(places, crs)


def boxes(raster: Raster, row: Positions, column: Positions) -> NDArray[Any]:
    """Return cells as shapely's polygons in the raster's CRS, the middles of those in degrees from -180 up to 180."""
    middle, half = _once_round(raster, middles(raster, row, column)), np.abs(raster.core.step) / 2
    return np.asarray(shapely.box(*(middle - half).T, *(middle + half).T))


def cell_areas_m2(raster: Raster, row: Positions, column: Positions) -> Numbers:
    """Return the areas of cells on the WGS 84 ellipsoid, right to 1e-9 of themselves."""
    if raster.core.crs.is_geographic:  # between meridians and parallels, and all cells of a row are alike
        each, where = np.unique(row, return_inverse=True)
        outlines = shapely.get_coordinates(boxes(raster, each, np.zeros_like(each))).reshape(-1, 5, 2)
        places = outlines if raster.core.crs.is_lonlat else _core.to_lonlat(outlines.reshape(-1, 2), raster.core.crs)
        return _core.lonlat_area_m2(_polygons(places, 5))[where]
    # Between vertices edges are geodesics instead of straight in the projection, which is off by the square of how far
    # vertices are apart: with half as far, three quarters of the difference are gone, and so the rest is known.
    one, two = (_core.geodesic_area_m2(_polygons(*_outlines(raster, row, column, parts))) for parts in (1, 2))
    return two + (two - one) / 3


def _outlines(raster: Raster, row: Positions, column: Positions, parts: int) -> tuple[Numbers, int]:
    """Return rings in WGS 84, one after the other, each edge of a cell in so many parts, and how long a ring is."""
    along = np.arange(parts) / parts
    down = np.concatenate([np.zeros(parts), along, np.ones(parts), 1 - along, [0]])
    across = np.concatenate([along, np.ones(parts), 1 - along, np.zeros(parts), [0]])
    places = corners(raster, (row[:, None] + down).ravel(), (column[:, None] + across).ravel())
    return _core.to_lonlat(places, raster.core.crs), len(down)


def _polygons(vertices: Numbers, length: int) -> _core.GeometryColumn:
    vertices = vertices.reshape(-1, 2)
    count = len(vertices) // length
    rings, each = np.arange(count + 1) * length, np.arange(count + 1)
    return _core.GeometryColumn(
        count, [_core.GeometryPiece("Polygon", each[:-1], vertices, rings, each, np.empty(0, np.int64))]
    )


def _once_round(raster: Raster, places: Numbers) -> Numbers:
    if raster.core.crs.is_geographic:
        places[:, 0] = (places[:, 0] + HALF_TURN) % (2 * HALF_TURN) - HALF_TURN
    return places
