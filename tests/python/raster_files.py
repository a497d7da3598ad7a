# SPDX-License-Identifier: Apache-2.0
"""Small rasters as GeoTIFF, written by another library than the one that is tested."""

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine


def write_raster(
    path: Path,
    cells: Any,
    *,
    west: float,
    north: float,
    cell: float,
    crs: str = "EPSG:4326",
    nodata: float | None = None,
    south_up: bool = False,
) -> Path:
    """Write cells, the northernmost row first; `south_up` stores the rows the other way round, at the same places."""
    values = np.asarray(cells, np.float32)
    rows, columns = values.shape
    where = Affine(cell, 0, west, 0, -cell, north)
    if south_up:
        values, where = values[::-1], Affine(cell, 0, west, 0, cell, north - rows * cell)
    shape = {"width": columns, "height": rows, "count": 1, "dtype": "float32", "crs": crs, "nodata": nodata}
    with rasterio.open(path, "w", driver="GTiff", transform=where, **shape) as file:
        file.write(values, 1)
    return path
