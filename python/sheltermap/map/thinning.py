# SPDX-License-Identifier: Apache-2.0
"""What is drawn where there is too much to draw: points in groups, outlines with fewer vertices, the largest only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from sheltermap.drawing.plots import METRES_PER_DEGREE

if TYPE_CHECKING:
    from numpy.typing import NDArray

CELLS_ACROSS = 512
GROUPS_SHOWN = 50_000
OUTLINES_SHOWN = 30_000
VERTICES_SHOWN = 300_000


@dataclass(frozen=True)
class Groups:
    """Points of one category in one cell of a grid are a group: nobody is left out, and no category hides another."""

    places: NDArray[np.float64]  #: mean of the members, degrees
    category: NDArray[np.uint8]
    counts: NDArray[np.int64]  #: members; they sum to all points
    size_m: float  #: side of a cell
    member_of: NDArray[np.int32]  #: of every point, its group

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of the members' values by group."""
        return np.bincount(self.member_of, weights=values, minlength=len(self.counts)).astype(np.float64)


class Cells:
    """Places in the cells of grids, which are found once for all categories of the same places.

    Parameters
    ----------
    places : ndarray of float, shape (n, 2)
        In degrees, at least one.
    """

    def __init__(self, places: NDArray[np.float64]) -> None:
        self.lon, self.lat = places.T
        self._shrink = np.cos(np.radians(self.lat.mean()))  # a degree east in degrees north
        east, north = self._from_corner()
        self.span = max(float(east.max()), float(north.max()), 1e-9)
        self._found: dict[float, NDArray[np.int32]] = {}

    def _from_corner(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how far east and north of the corner of all of them places are, in degrees north."""
        return (self.lon - self.lon.min()) * self._shrink, self.lat - self.lat.min()

    def of(self, side: float) -> NDArray[np.int32]:
        """Return the number of the cell of each place in a grid of cells of a side, in degrees north."""
        if side not in self._found:
            column, row = ((each / side).astype(np.int32) for each in self._from_corner())
            self._found[side] = column * np.int32(2 * CELLS_ACROSS) + row
        return self._found[side]


def group_points(
    places: NDArray[np.float64], category: NDArray[np.uint8], *, most: int | None = None, cells: Cells | None = None
) -> Groups:
    """Group points by cell and category, in cells large enough for at most `most` groups, else `GROUPS_SHOWN`.

    `cells` are those of the places, where they are known from another question.
    """
    if not len(places):
        return Groups(places, category, np.empty(0, np.int64), 0.0, np.empty(0, np.int32))
    most = GROUPS_SHOWN if most is None else most
    cells = Cells(places) if cells is None else cells
    side = cells.span / CELLS_ACROSS
    kinds = int(category.max()) + 1
    while True:
        key = cells.of(side).astype(np.int64) * kinds + category
        counts = np.bincount(key)  # as many as there may be cells: quicker than to sort a million points
        kept = np.flatnonzero(counts)
        if len(kept) <= most or side > cells.span:  # one cell: as many groups as categories
            break
        side *= 2
    group = (np.cumsum(counts > 0, dtype=np.int32) - np.int32(1))[key]
    counts = counts[kept]
    means = [np.bincount(group, weights=each) / counts for each in (cells.lon, cells.lat)]
    size_m = float(side * METRES_PER_DEGREE)
    return Groups(np.column_stack(means), (kept % kinds).astype(np.uint8), counts, size_m, group)


def largest(shapes: NDArray[np.object_], count: int) -> NDArray[np.intp]:
    """Return which shapes are the largest on a screen, by the box around them, in their order."""
    if len(shapes) <= count:
        return np.arange(len(shapes))
    west, south, east, north = shapely.bounds(shapes).T
    size = np.maximum(east - west, north - south)
    return np.sort(np.argsort(-size, kind="stable")[:count])


def simplified(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], float]:
    """Return shapes with at most about `VERTICES_SHOWN` vertices, and how far off they may be; 0 m when as they were.

    Every shape keeps its kind, if only as a triangle, so small ones set the limit to what can be gained.
    """
    if shapely.get_num_coordinates(shapes).sum() <= VERTICES_SHOWN:
        return shapes, 0.0
    bounds = shapely.total_bounds(shapes)
    tolerance = max(bounds[2] - bounds[0], bounds[3] - bounds[1]) / 100_000
    for _ in range(6):
        fewer = shapely.simplify(shapes, tolerance)
        if shapely.get_num_coordinates(fewer).sum() <= VERTICES_SHOWN:
            break
        tolerance *= 3
    return fewer, float(tolerance * METRES_PER_DEGREE)
