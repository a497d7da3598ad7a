# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks of file formats share: a layer of buildings, who reads and writes it, and how it is compared."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from common import data
from common.operation import Answer, Contestant, WrongAnswerError

READ = "file to GeoDataFrame"
WRITE = "GeoDataFrame to file"
READ_LAYER = "file to columns, no geometry objects"
NAMES = ('Māja "{}", Ķekavas iela', "Building {} at C:\\street", "House {}", "{}\tfloor", "Pilsētas {}. māja 🏠")


class Inputs(NamedTuple):
    """Longitudes and latitudes."""

    points: NDArray[np.float64]


class Task(NamedTuple):
    """A layer, and the file it is in or is to be written to."""

    path: Path
    frame: gpd.GeoDataFrame


def make(size: Mapping[str, int]) -> Inputs:
    """Return the inputs of a size."""
    return Inputs(data.homes(size["points"]))


def first_rows(inputs: Inputs, rows: int) -> Inputs:
    """Return the first points."""
    return Inputs(inputs.points[:rows])


def layer(points: NDArray[np.float64]) -> gpd.GeoDataFrame:
    """Return points with whole numbers, numbers with gaps, and texts with quotes, tabs and letters beyond ASCII."""
    rows = np.arange(len(points))
    rng = np.random.default_rng(len(points))
    height_m = np.round(rng.gamma(3.0, 3.0, len(points)), 2)
    height_m[::50] = np.nan
    names = [NAMES[0 if row % 40 == 0 else 1 + row % 4].format(row) for row in rows.tolist()]
    kinds = np.array(["house", "flat", "school", "clinic"], dtype=object)[rows % 4]
    return data.frame(
        points, id=rows, name=pd.array(names, "str"), people=rows % 8, height_m=height_m, kind=pd.array(kinds, "str")
    )


def to_be_written(ending: str) -> Callable[[Inputs], Task]:
    """Return what prepares a layer and a name that is free."""

    def prepare(inputs: Inputs) -> Task:
        folder = Path(tempfile.mkdtemp())
        return Task(folder / f"layer{ending}", layer(inputs.points))

    return prepare


def to_be_read(ending: str, write: Callable[[gpd.GeoDataFrame, Path], None]) -> Callable[[Inputs], Task]:
    """Return what prepares a file written by a peer."""

    def prepare(inputs: Inputs) -> Task:
        task = to_be_written(ending)(inputs)
        write(task.frame, task.path)
        return task

    return prepare


def by_gdal(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write with GDAL."""
    frame.to_file(path, engine="pyogrio", use_arrow=True)


def sheltermap_read(task: Task) -> gpd.GeoDataFrame:
    """One call."""
    import sheltermap as sm

    return sm.read(task.path)


def sheltermap_columns(task: Task) -> Any:
    """The layer as the core holds it, all checks done."""
    from sheltermap import _core

    return _core.read_layer(os.fspath(task.path), _core.ReadOptions())


def sheltermap_write(task: Task) -> Path:
    """One call."""
    import sheltermap as sm

    sm.write(task.frame, task.path)
    return task.path


def pyogrio_read(*, use_arrow: bool) -> Callable[[Task], gpd.GeoDataFrame]:
    """Return GDAL's reading."""
    return lambda task: gpd.read_file(task.path, engine="pyogrio", use_arrow=use_arrow)


def pyogrio_columns(task: Task) -> Any:
    """GDAL's own Arrow table."""
    import pyogrio

    return pyogrio.read_arrow(task.path)[1]


def pyogrio_write(*, use_arrow: bool) -> Callable[[Task], Path]:
    """Return GDAL's writing."""

    def write(task: Task) -> Path:
        task.frame.to_file(task.path, engine="pyogrio", use_arrow=use_arrow)
        return task.path

    return write


def of_frame(frame: gpd.GeoDataFrame) -> Answer:
    """Return what a frame holds; texts as hashes."""
    return {
        "points": shapely.get_coordinates(frame.geometry.to_numpy()),
        "id": frame["id"].to_numpy(np.int64),
        "people": frame["people"].to_numpy(np.int64),
        "height_m": frame["height_m"].to_numpy(np.float64, na_value=np.nan),
        "name": pd.util.hash_array(frame["name"].to_numpy(object)),
        "kind": pd.util.hash_array(frame["kind"].to_numpy(object)),
    }


def of_core(found: Any) -> Answer:
    """Return what a layer of the core holds."""
    from sheltermap.layers import conversion as layers

    return of_frame(layers.to_frame(found, "the file", None))


def of_arrow(found: Any) -> Answer:
    """Return what GDAL's Arrow table holds."""
    frame = found.to_pandas()
    geometry = shapely.from_wkb(frame[frame.columns[-1]])
    return of_frame(gpd.GeoDataFrame(frame.drop(columns=frame.columns[-1]), geometry=geometry, crs=4326))


def of_file(path: Path) -> Answer:
    """Return what a second reader finds in a file."""
    return of_frame(gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path, engine="pyogrio"))


def check(size: Mapping[str, int], answers: Mapping[str, Answer], degrees: float) -> dict[str, str]:
    """Compare every value with what was given; coordinates may be off by `degrees`."""
    expected = of_frame(layer(make(size).points))
    verdicts = {}
    for key, found in answers.items():
        off = float(np.abs(found["points"] - expected["points"]).max())
        differing = [
            name
            for name, values in expected.items()
            if name != "points" and not np.array_equal(found[name], values, equal_nan=name == "height_m")
        ]
        verdicts[key] = "all values equal" if not differing else f"differs in {', '.join(differing)}"
        verdicts[key] += ", coordinates to the last bit" if off == 0 else f", coordinates to {off:.0e}°"
        if key.startswith("sheltermap") and (differing or off > degrees):
            raise WrongAnswerError(f"{key}: {verdicts[key]}")
    return verdicts


def gdal_contestants(ending: str) -> tuple[Contestant, ...]:
    """Return all who read and write a format of GDAL's."""
    read, write = to_be_read(ending, by_gdal), to_be_written(ending)
    return (
        Contestant("sheltermap.read", sheltermap_read, of_frame, read, READ, needs=("sheltermap",)),
        Contestant("geopandas + pyogrio, Arrow", pyogrio_read(use_arrow=True), of_frame, read, READ),
        Contestant("geopandas + pyogrio", pyogrio_read(use_arrow=False), of_frame, read, READ),
        Contestant("sheltermap's core", sheltermap_columns, of_core, read, READ_LAYER, needs=("sheltermap",)),
        Contestant("pyogrio.read_arrow", pyogrio_columns, of_arrow, read, READ_LAYER),
        Contestant("sheltermap.write", sheltermap_write, of_file, write, WRITE, needs=("sheltermap",)),
        Contestant("geopandas + pyogrio, Arrow", pyogrio_write(use_arrow=True), of_file, write, WRITE),
        Contestant("geopandas + pyogrio", pyogrio_write(use_arrow=False), of_file, write, WRITE),
    )
