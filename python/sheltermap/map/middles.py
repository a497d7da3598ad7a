# SPDX-License-Identifier: Apache-2.0
"""Where rows are, as one place each: found once for all answers about the same rows, in any language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from sheltermap.drawing.plots import lonlat_shapes

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray


@dataclass
class Middles:
    """Places that were found, by the memory that their geometries lie in: results share it with what they are of."""

    _found: dict[Any, tuple[NDArray[np.object_], NDArray[np.intp], NDArray[np.float64]]] = field(
        default_factory=dict, repr=False
    )

    def of(self, rows: GeoDataFrame) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return which rows have a place, and the place of each in degrees: of lines and polygons the middle."""
        given = np.asarray(rows.geometry.array)
        key = (given.__array_interface__["data"][0], len(given), given.strides, rows.crs)
        if key not in self._found:
            shapes = lonlat_shapes(rows)
            spread = shapely.get_type_id(shapes) != 0
            if spread.any():
                shapes = shapes.copy()
                shapes[spread] = shapely.centroid(shapes[spread])
            places = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
            here = np.flatnonzero(np.isfinite(places).all(axis=1))
            self._found[key] = (given, here, places[here])  # the memory is ours as long as the key is
        return self._found[key][1:]
