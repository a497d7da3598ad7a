# SPDX-License-Identifier: Apache-2.0
"""A part of the map, and what lies in it: geometries by their boxes, groups of rows of a Parquet file by theirs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow.parquet as pq
    from numpy.typing import NDArray
    from pyproj import CRS

    Sides = tuple[float, float, float, float]


@dataclass(frozen=True)
class Box:
    """A part of the map in a layer's own reference system; where west is greater than east it crosses 180°."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of(cls, given: Sequence[float], crs: CRS) -> Box:
        """Return what is asked for; ValueError where it is no box in this reference system."""
        try:
            sides = [float(each) for each in given]
        except (TypeError, ValueError):
            sides = []
        if len(sides) != 4 or not all(map(math.isfinite, sides)):
            raise ValueError(f"box is west, south, east and north, four numbers, not {given!r}")
        west, south, east, north = sides
        if south > north:
            raise ValueError(f"box: south ({south}) is greater than north ({north})")
        if west > east and not crs.is_geographic:
            raise ValueError(
                f"box: west ({west}) is greater than east ({east}), which is a box across 180° in degrees only; the "
                f"layer is in {crs.to_string()}"
            )
        if crs.is_geographic and not (
            -180 <= min(west, east) <= max(west, east) <= 180 and -90 <= south <= north <= 90
        ):
            raise ValueError(f"box: longitudes lie between -180 and 180, latitudes between -90 and 90, not {given!r}")
        return cls(*sides)

    def meets(self, bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which boxes it meets, an edge in common included; NaN meets nothing.

        Parameters
        ----------
        bounds : ndarray, shape (n, 4)
            Least x and y, greatest x and y.
        """
        west, south, east, north = bounds.T
        upright = (north >= self.south) & (south <= self.north)
        if self.west <= self.east:
            return upright & (east >= self.west) & (west <= self.east)
        return upright & ((east >= self.west) | (west <= self.east))


def boxes_of_groups(about: pq.FileMetaData, geometry: Mapping[str, Any], column: str) -> list[Sides | None]:
    """Return where the rows of each group lie by the statistics of the column of boxes; None where none tells.

    Numbers of half the bytes may have been rounded to either side, so these boxes are made wider by one step.
    """
    try:
        covering = geometry["covering"]["bbox"]
        paths = [".".join(covering[side]) for side in ("xmin", "ymin", "xmax", "ymax")]
    except (KeyError, TypeError):
        return [None] * about.num_row_groups
    places = {about.schema.column(at).path: at for at in range(len(about.schema))}
    if not all(path in places and path.startswith(f"{column}.") for path in paths):
        return [None] * about.num_row_groups
    return [
        _box_of_group(about.row_group(group), [places[path] for path in paths]) for group in range(about.num_row_groups)
    ]


def _box_of_group(group: pq.RowGroupMetaData, columns: list[int]) -> Sides | None:
    sides = []
    for at, greatest in zip(columns, (False, False, True, True), strict=True):
        chunk = group.column(at)
        statistics = chunk.statistics
        if statistics is None or not statistics.has_min_max:
            return None
        side = float(statistics.max if greatest else statistics.min)
        if chunk.physical_type == "FLOAT":
            side = float(np.nextafter(np.float32(side), np.float32(math.inf if greatest else -math.inf)))
        sides.append(side)
    return None if any(map(math.isnan, sides)) else (sides[0], sides[1], sides[2], sides[3])
