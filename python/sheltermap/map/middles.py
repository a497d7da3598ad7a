# SPDX-License-Identifier: Apache-2.0
"""Where rows are, as one place each, and in which groups: found once for all answers about them, in any language."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from sheltermap.drawing.plots import lonlat_shapes
from sheltermap.drawing.shared_places import places_of
from sheltermap.map.thinning import Cells, Groups, group_points

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray


@dataclass
class _Found:
    """Rows that have a place, their places in degrees, and the cells and groups that these are in."""

    rows: NDArray[np.intp] | slice  #: a slice where all of them do
    places: NDArray[np.float64]
    cells: Cells | None
    groups: dict[Any, Groups] = field(default_factory=dict)


@dataclass
class Middles:
    """Places that were found, by the memory that their geometries lie in: results share it with what they are of."""

    # With the geometries, whose memory is theirs as long as the key is.
    _found: dict[Any, tuple[NDArray[np.object_], _Found]] = field(default_factory=dict, repr=False)

    def of(self, rows: GeoDataFrame) -> tuple[NDArray[np.intp] | slice, NDArray[np.float64]]:
        """Return which rows have a place, and the place of each in degrees: of lines and polygons the middle."""
        found = self._of(rows)
        return found.rows, found.places

    def grouped(self, rows: GeoDataFrame, category: NDArray[np.uint8], most: int) -> Groups:
        """Return the groups of those that have a place, by the category of each row, as `group_points` does."""
        found = self._of(rows)
        mine = category[found.rows]
        key = (most, hashlib.sha256(mine.tobytes()).digest())
        if key not in found.groups:
            found.groups[key] = group_points(found.places, mine, most=most, cells=found.cells)
        return found.groups[key]

    def _of(self, rows: GeoDataFrame) -> _Found:
        given = np.asarray(rows.geometry.array)
        key = (given.__array_interface__["data"][0], len(given), given.strides, rows.crs)
        if key not in self._found:
            places = _places(rows)
            here = np.flatnonzero(np.isfinite(places).all(axis=1))
            with_place = slice(None) if len(here) == len(places) else here
            places = places[with_place]
            self._found[key] = given, _Found(with_place, places, Cells(places) if len(here) else None)
        return self._found[key][1]


def _places(rows: GeoDataFrame) -> NDArray[np.float64]:
    points = places_of(rows.geometry)
    if points is not None:
        return points.lonlat
    shapes = lonlat_shapes(rows)
    spread = shapely.get_type_id(shapes) != 0
    if spread.any():
        shapes = shapes.copy()
        shapes[spread] = shapely.centroid(shapes[spread])
    return np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
