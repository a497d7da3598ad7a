# SPDX-License-Identifier: Apache-2.0
"""A made-up raster in the box of `data`, the same in every run, and the file it is in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from common.data import BOX, seeded

TILE = 256
NODATA = -9999.0
VOIDS = 0.05  # share of cells without a value
SMALL_SIDE = 500  # of the raster that is warmed up with: no cell of the large one is read before it counts


def edges(side: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the longitudes between columns, from the west, and the latitudes between rows, from the north."""
    west, south, east, north = BOX
    steps = np.arange(side + 1) / side
    return west + steps * (east - west), north - steps * (north - south)


def cells(side: int) -> NDArray[np.float32]:
    """Return the cells, the northernmost row first."""
    rng = seeded("cells")
    values = rng.random((side, side), dtype=np.float32)
    values[rng.random((side, side), dtype=np.float32) < VOIDS] = NODATA
    return values


def write(side: int, path: Path) -> Path:
    """Write them as a tiled GeoTIFF in EPSG:4326, not compressed."""
    import rasterio
    from affine import Affine

    x, y = edges(side)
    where = Affine((x[-1] - x[0]) / side, 0, x[0], 0, (y[-1] - y[0]) / side, y[0])
    form = {"driver": "GTiff", "tiled": True, "blockxsize": TILE, "blockysize": TILE, "count": 1, "dtype": "float32"}
    with rasterio.open(
        path, "w", width=side, height=side, crs="EPSG:4326", transform=where, nodata=NODATA, **form
    ) as out:
        out.write(cells(side), 1)
    return path
