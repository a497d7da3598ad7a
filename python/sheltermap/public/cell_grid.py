# SPDX-License-Identifier: Apache-2.0
"""Cells of equal area in which people are counted, with the names that statistics offices give them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from sheltermap.base.limits import Limit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

EUROPE, WORLD = 3035, 6933  # ETRS89-LAEA, EASE-Grid 2.0: both of equal area
WITHIN_EUROPE = (-32.0, 27.0, 45.0, 72.0)  # degrees, inside what EPSG says of 3035
LEAST_M, MOST_M = 100, 100_000
CODE = re.compile(r"CRS([0-9]{4})RES([0-9]{1,6})mN(-?[0-9]{1,9})E(-?[0-9]{1,9})")


@dataclass(frozen=True)
class CellGrid:
    """Squares of a size in a projection of equal area.

    Examples
    --------
    >>> grid = CellGrid(1000, 3035)
    >>> grid.code(5300, 3700), grid.cell("CRS3035RES1000mN3700000E5300000")
    ('CRS3035RES1000mN3700000E5300000', (5300, 3700))
    """

    size_m: int
    epsg: int

    @classmethod
    def of(cls, size: str | float | Limit, places: gpd.GeoSeries) -> CellGrid:
        """Return the grid for places: that of Europe's statistics within Europe, else that of the world."""
        limit = Limit.of(size)
        if limit.in_time or limit.value != int(limit.value) or not LEAST_M <= limit.value <= MOST_M:
            raise ValueError(f"grid must be whole metres from {LEAST_M} m to {MOST_M // 1000} km, not {size!r}")
        west, south, east, north = places.to_crs(4326).total_bounds if len(places) else (0.0, 0.0, 0.0, 0.0)
        least_x, least_y, most_x, most_y = WITHIN_EUROPE
        inside = least_x <= west and east <= most_x and least_y <= south and north <= most_y
        return cls(int(limit.value), EUROPE if inside and len(places) else WORLD)

    def cells(self, places: gpd.GeoSeries) -> NDArray[np.int64]:
        """Return column and row of the cell of each place, as an array of n x 2; of a shape, of its middle."""
        middles = shapely.centroid(places.to_crs(self.epsg).to_numpy())
        return np.floor(shapely.get_coordinates(middles) / self.size_m).astype(np.int64)

    def code(self, column: int, row: int) -> str:
        """Return the name of a cell: system, size, and its south-west corner in metres."""
        return f"CRS{self.epsg}RES{self.size_m}mN{row * self.size_m}E{column * self.size_m}"

    def cell(self, code: str) -> tuple[int, int]:
        """Return column and row of the cell with a name; ValueError where it is none of this grid."""
        found = CODE.fullmatch(code)
        if found is None or (int(found[1]), int(found[2])) != (self.epsg, self.size_m):
            raise ValueError(f"{code!r} is no cell of {self.size_m} m in EPSG:{self.epsg}")
        return int(found[4]) // self.size_m, int(found[3]) // self.size_m

    def outline(self, cells: Iterable[tuple[int, int]]) -> shapely.Geometry:
        """Return the outline of cells together, in the grid's own system."""
        corners = np.array(sorted(cells), dtype=np.float64).reshape(-1, 2) * self.size_m
        boxes = shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + self.size_m, corners[:, 1] + self.size_m)
        return shapely.normalize(shapely.union_all(boxes))

    def snapped(self, places: gpd.GeoSeries) -> gpd.GeoSeries:
        """Return the middles of the cells that places lie in, in the system of the places."""
        middles = (self.cells(places) + 0.5) * self.size_m
        return gpd.GeoSeries(shapely.points(middles), index=places.index, crs=self.epsg).to_crs(places.crs)
