# SPDX-License-Identifier: Apache-2.0
"""The value of a raster's cell at a million places."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from common import data
from common.operation import Answer, Contestant, Operation, Variant, WrongAnswerError
from operations import _grids

ONE_BY_ONE = "GeoDataFrame and file to column, memory bounded"
WHOLE = "GeoDataFrame and file to column"


class Inputs(NamedTuple):
    """Longitudes and latitudes, and how many rows and columns the raster has."""

    homes: NDArray[np.float64]
    side: int


class Task(NamedTuple):
    """Places, and the file of the raster."""

    homes: gpd.GeoDataFrame
    raster: Path


def make(size: Mapping[str, int]) -> Inputs:
    """Return the inputs of a size."""
    return Inputs(data.homes(size["homes"]), size["rows and columns"])


def first_rows(inputs: Inputs, rows: int) -> Inputs:
    """Return the first homes, and of a part of them another raster."""
    if rows >= len(inputs.homes):
        return inputs
    return Inputs(inputs.homes[:rows], min(inputs.side, _grids.SMALL_SIDE))


def task(inputs: Inputs) -> Task:
    """Return a GeoDataFrame in EPSG:4326, and a raster that was written."""
    path = Path(tempfile.mkdtemp()) / "raster.tif"
    return Task(data.frame(inputs.homes), _grids.write(inputs.side, path))


def sheltermap_sample(given: Task) -> Any:
    """One call; it also tells why there is no value."""
    import sheltermap as sm

    return sm.sample(given.homes, sm.Raster(given.raster, holds="depth_m"), at="cell")


def frame_answer(found: gpd.GeoDataFrame) -> Answer:
    """Return the column of a frame; where there is no value, none."""
    return {"value": found["value"].to_numpy(np.float64)}


def rasterio_sample(given: Task) -> Any:
    """One place after the other."""
    import rasterio

    x, y = given.homes.geometry.x, given.homes.geometry.y
    with rasterio.open(given.raster) as raster:
        return np.fromiter((value[0] for value in raster.sample(zip(x, y, strict=True))), np.float32, len(x))


def rasterio_sorted(given: Task) -> Any:
    """One place after the other, in the order of their coordinates as its documentation advises."""
    import rasterio

    x, y = given.homes.geometry.x.to_numpy(), given.homes.geometry.y.to_numpy()
    order = np.lexsort((y, x))
    values = np.empty(len(x), np.float32)
    with rasterio.open(given.raster) as raster:
        places = zip(x[order], y[order], strict=True)
        values[order] = np.fromiter((value[0] for value in raster.sample(places)), np.float32, len(x))
    return values


def rasterio_whole(given: Task) -> Any:
    """All cells into memory, and places to rows and columns by hand."""
    import rasterio

    x, y = given.homes.geometry.x.to_numpy(), given.homes.geometry.y.to_numpy()
    with rasterio.open(given.raster) as raster:
        cells, where = raster.read(1), ~raster.transform
    column, row = np.floor(where.a * x + where.c).astype(int), np.floor(where.e * y + where.f).astype(int)
    inside = (column >= 0) & (column < cells.shape[1]) & (row >= 0) & (row < cells.shape[0])
    values = np.full(len(x), _grids.NODATA, np.float32)
    values[inside] = cells[row[inside], column[inside]]
    return values


def array_answer(found: NDArray[np.float32]) -> Answer:
    """Return the values."""
    values = found.astype(np.float64)
    values[found == _grids.NODATA] = np.nan
    return {"value": values}


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Compare with the cell between whose edges each place lies."""
    inputs = make(size)
    x, y = _grids.edges(inputs.side)
    column = np.searchsorted(x, inputs.homes[:, 0], "right") - 1
    row = np.searchsorted(-y, -inputs.homes[:, 1], "right") - 1
    inside = (column >= 0) & (column < inputs.side) & (row >= 0) & (row < inputs.side)
    true = np.full(len(inputs.homes), np.nan)
    true[inside] = _grids.cells(inputs.side)[row[inside], column[inside]]
    true[true == _grids.NODATA] = np.nan
    verdicts = {}
    for key, found in answers.items():
        wrong = int((~np.isclose(found["value"], true, rtol=0, atol=0, equal_nan=True)).sum())
        verdicts[key] = f"{wrong:,} of {len(true):,} another value; {int(np.isnan(found['value']).sum()):,} without"
        if key.startswith("sheltermap") and wrong:
            raise WrongAnswerError(f"{key}: {verdicts[key]}")
    return verdicts


def _contestants() -> tuple[Contestant, ...]:
    ours: dict[str, Any] = {"prepare": task, "needs": ("sheltermap",), "scales": True}
    peers: dict[str, Any] = {"prepare": task, "needs": ("rasterio",)}
    return (
        Contestant("sheltermap", sheltermap_sample, frame_answer, form=ONE_BY_ONE, **ours),
        Contestant("rasterio sample", rasterio_sample, array_answer, form=ONE_BY_ONE, **peers),
        Contestant("rasterio sample, places sorted", rasterio_sorted, array_answer, form=ONE_BY_ONE, **peers),
        Contestant("sheltermap", sheltermap_sample, frame_answer, form=WHOLE, **ours),
        Contestant("rasterio, all cells read, numpy by hand", rasterio_whole, array_answer, form=WHOLE, **peers),
    )


OPERATION = Operation(
    title="Depth at places",
    sizes={
        "small": (Variant({"homes": 100_000, "rows and columns": 1_000}),),
        "full": (Variant({"homes": 1_000_000, "rows and columns": 5_000}, goals={ONE_BY_ONE: 0.1}),),
    },
    rows="homes",
    contestants=_contestants(),
    make=make,
    first_rows=first_rows,
    check=check,
    notes="A tiled GeoTIFF of float32, not compressed, one cell in twenty without a value. Three in four homes are in "
    "towns, in random order.",
)
