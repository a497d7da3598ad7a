# SPDX-License-Identifier: Apache-2.0
"""Sums of a raster in 2,000 and 10,000 zones, cells on their outlines by the fraction that lies inside."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from common import polygons
from common.operation import Answer, Contestant, Operation, Variant, WrongAnswerError
from operations import _grids
from operations._gdal_library import Gdal

FILES = "files to table"
GDAL = Path(__file__).parents[2] / "build" / "peers" / "gdal"
SAME = 1e-6
BY_HAND = 100  # zones that are summed slowly, cell by cell
STATS = ("sum", "count")


class Inputs(NamedTuple):
    """Zones in shapely's ragged arrays, and how many rows and columns the raster has."""

    vertices: NDArray[np.float64]
    rings: NDArray[np.int64]
    zones: NDArray[np.int64]
    side: int


class Files(NamedTuple):
    """A raster and a layer of zones."""

    raster: Path
    zones: Path


def make(size: Mapping[str, int]) -> Inputs:
    """Return the inputs of a size."""
    _, vertices, (rings, zones) = shapely.to_ragged_array(polygons.zones(size["zones"]))
    return Inputs(vertices, rings, zones, size["rows and columns"])


def first_rows(inputs: Inputs, rows: int) -> Inputs:
    """Return the first zones, and of a part of them another raster."""
    if rows >= len(inputs.zones) - 1:
        return inputs
    return inputs._replace(zones=inputs.zones[: rows + 1], side=min(inputs.side, _grids.SMALL_SIDE))


def shapes(inputs: Inputs) -> NDArray[np.object_]:
    """Return shapely's polygons."""
    rings = inputs.rings[: inputs.zones[-1] + 1]
    vertices = inputs.vertices[: rings[-1]]
    found: NDArray[np.object_] = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, vertices, (rings, inputs.zones)
    )
    return found


def files(inputs: Inputs) -> Files:
    """Write raster and zones."""
    folder = Path(tempfile.mkdtemp())
    zones = shapes(inputs)
    gpd.GeoDataFrame({"zone": np.arange(len(zones))}, geometry=zones, crs=4326).to_file(folder / "zones.gpkg")
    return Files(_grids.write(inputs.side, folder / "raster.tif"), folder / "zones.gpkg")


def sheltermap_files(given: Files) -> Any:
    """From the files themselves, as the command line of GDAL does."""
    import sheltermap as sm

    return sm.zonal(given.zones, sm.Raster(given.raster, holds="depth_m"), stats=STATS, geometry=False)


def sheltermap_frame(given: Files) -> Any:
    """From the layer once it is read, to a layer."""
    import sheltermap as sm

    return sm.zonal(sm.read(given.zones), sm.Raster(given.raster, holds="depth_m"), stats=STATS)


def table_answer(found: Any) -> Answer:
    """Return the columns of a table."""
    return {name: found[name].to_numpy(np.float64) for name in STATS}


@cache
def gdal() -> Gdal:
    """Return the library; it is loaded by the small call."""
    return Gdal(GDAL)


def gdal_zonal_stats(strategy: str) -> Any:
    """Return what calls `gdal raster zonal-stats`."""

    def run(given: Files) -> Any:
        wanted = [word for name in STATS for word in ("--stat", name)]
        how = ["--pixels", "fractional", "--strategy", strategy]
        return gdal().zonal_stats(["--input", str(given.raster), "--zones", str(given.zones), *wanted, *how])

    return run


def layer_answer(layer: Any) -> Answer:
    """Return the columns of GDAL's layer."""
    return dict(gdal().columns(layer, STATS))


def exactextract(strategy: str) -> Any:
    """Return what reads zones with geopandas and the raster with rasterio."""

    def run(given: Files) -> Any:
        import rasterio
        from exactextract import exact_extract

        with rasterio.open(given.raster) as raster:
            zones = gpd.read_file(given.zones)
            return exact_extract(raster, zones, list(STATS), strategy=strategy, output="pandas")

    return run


def by_hand(zone: Any, cells: NDArray[np.float32], x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, ...]:
    """Return sum and count in one zone, from the area that each cell has in common with it by GEOS."""
    west, south, east, north = zone.bounds
    left, right = _span(x, west, east)
    top, bottom = _span(-y, -north, -south)
    column, row = (each.ravel() for each in np.meshgrid(np.arange(left, right), np.arange(top, bottom)))
    box = shapely.box(x[column], y[row + 1], x[column + 1], y[row])
    shapely.prepare(zone)
    fraction = shapely.contains(zone, box).astype(np.float64)
    crossed = np.flatnonzero((fraction == 0) & shapely.intersects(zone, box))
    fraction[crossed] = shapely.area(shapely.intersection(zone, box[crossed])) / shapely.area(box[crossed])
    value = cells[row, column].astype(np.float64)
    fraction[value == _grids.NODATA] = 0
    return float(fraction @ value), float(fraction.sum())


def _span(edges: NDArray[np.float64], low: float, high: float) -> tuple[int, int]:
    """Return the first cell that reaches into an interval, and that after the last one."""
    first, after = np.searchsorted(edges, low, "right") - 1, np.searchsorted(edges, high, "left")
    return max(int(first), 0), min(int(after), len(edges) - 1)


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Compare some zones with what GEOS says cell by cell, and all of them with the peers."""
    inputs = make(size)
    zones, cells, (x, y) = shapes(inputs), _grids.cells(inputs.side), _grids.edges(inputs.side)
    some = np.linspace(0, len(zones) - 1, min(BY_HAND, len(zones))).astype(int)
    true = dict(zip(STATS, np.array([by_hand(zones[each], cells, x, y) for each in some]).T, strict=True))
    verdicts = {}
    for key, found in answers.items():
        off = max(_relative(found[name][some], true[name]) for name in STATS)
        verdicts[key] = f"{len(some)} zones off by up to {off:.1e} of themselves"
        apart = [max(_relative(found[name], other[name]) for name in STATS) for other in answers.values()]
        if key.startswith("sheltermap") and max(off, *apart) > SAME:
            raise WrongAnswerError(f"{key}: {verdicts[key]}, from another answer by up to {max(apart):.1e}")
    return verdicts


def _relative(found: NDArray[np.generic], true: NDArray[np.generic]) -> float:
    return float(np.max(np.abs(found - true) / np.maximum(np.abs(true), 1e-9), initial=0))


GOALS = {FILES: 0.5}

OPERATION = Operation(
    title="Sums of a raster in zones, by the fraction of each cell",
    sizes={
        "small": (Variant({"zones": 500, "rows and columns": 1_000}, cores=True),),
        "full": (
            Variant({"zones": 2_000, "rows and columns": 5_000}, cores=True, goals=GOALS),
            Variant({"zones": 10_000, "rows and columns": 5_000}, goals=GOALS),
            Variant({"zones": 2_000, "rows and columns": 10_000}, goals=GOALS),
            Variant({"zones": 10_000, "rows and columns": 10_000}, goals=GOALS),
        ),
    },
    rows="zones",
    contestants=(
        Contestant("sheltermap", sheltermap_files, table_answer, files, FILES, ("sheltermap",), scales=True),
        Contestant(
            "sheltermap, zones read first, with geometries",
            sheltermap_frame,
            table_answer,
            files,
            FILES,
            ("sheltermap",),
        ),
        *(
            Contestant(
                f"GDAL 3.13 zonal-stats, strategy {strategy}",
                gdal_zonal_stats(strategy),
                layer_answer,
                files,
                FILES,
                unpacked=(GDAL,),
            )
            for strategy in ("feature", "raster")
        ),
        *(
            Contestant(
                f"exactextract, {strategy}, geopandas and rasterio",
                exactextract(strategy),
                table_answer,
                files,
                FILES,
                ("exactextract", "rasterio"),
            )
            for strategy in ("feature-sequential", "raster-sequential")
        ),
    ),
    make=make,
    first_rows=first_rows,
    check=check,
    notes="A tiled GeoTIFF of float32, not compressed, one cell in twenty without a value, and a GeoPackage; both come "
    "from the system's cache. GDAL's answer stays in its own table in memory.",
)
