# SPDX-License-Identifier: Apache-2.0
"""One fresh process for test_neighbours.py: imports libraries in the order asked for and uses each of them.

    beside_neighbours.py FOLDER sheltermap rasterio geopandas
    beside_neighbours.py FOLDER rasterio:global core

`core` is sheltermap's compiled module. `:global` loads that library as a host program might, with its symbols visible
to all that follow. Prints one line of JSON: what every library answered right after its import, and once more after all
were imported.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def use_sheltermap(folder: Path) -> dict[str, Any]:
    import sheltermap as sm

    zones = sm.read(folder / "zones.gpkg")
    points = sm.read(folder / "points.csv", crs="EPSG:3059")
    return {
        "rows": len(zones),
        "missing": error_of(lambda: sm.read(folder / "missing.gpkg")),
        "damaged": error_of(lambda: sm.read(folder / "damaged.gpkg")),
        "distance_m": sm.nearest(points, points.iloc[[0]])["distance_m"].tolist(),
        "in_zone": sm.exposure(points, zones).rows["zone_count"].tolist(),
        "area_m2": sm.geodesic_area_m2(zones).tolist(),
    }


def use_core(folder: Path) -> dict[str, Any]:
    """The compiled module alone: geopandas and its company are neighbours among themselves."""
    from sheltermap._native import _core

    zones = _core.read_layer(folder / "zones.gpkg", _core.ReadOptions())
    lonlat = _core.to_lonlat([[506083.0, 311825.0]], _core.Crs("EPSG:3059"))
    return {
        "crs": zones.crs.code,
        "rows": len(zones.geometry),
        "faults": zones.geometry.faults(),
        "missing": error_of(lambda: _core.read_layer(folder / "missing.gpkg", _core.ReadOptions())),
        "damaged": error_of(lambda: _core.read_layer(folder / "damaged.gpkg", _core.ReadOptions())),
        "transformed": lonlat.tolist(),
    }


def use_pyogrio(folder: Path) -> dict[str, Any]:
    import pyogrio

    _, _, geometry, fields = pyogrio.raw.read(folder / "zones.gpkg")
    return {
        "rows": len(geometry),
        "names": fields[0].tolist(),
        "crs": pyogrio.read_info(folder / "zones.gpkg")["crs"],
        "missing": error_of(lambda: pyogrio.raw.read(folder / "missing.gpkg")),
    }


def use_rasterio(folder: Path) -> dict[str, Any]:
    import rasterio
    import rasterio.features
    import rasterio.warp

    with rasterio.open(folder / "depth.tif") as depth:
        total, crs = float(depth.read(1).sum()), depth.crs.to_string()
    return {
        "sum": total,
        "crs": crs,
        "missing": error_of(lambda: rasterio.open(folder / "missing.tif")),
        "transformed": rasterio.warp.transform("EPSG:3059", "EPSG:4326", [506083.0], [311825.0]),
    }


def use_shapely(folder: Path) -> dict[str, Any]:
    import shapely

    return {
        "area": shapely.union(shapely.Point(0, 0).buffer(1), shapely.box(0, 0, 2, 2)).area,
        "bad": error_of(lambda: shapely.from_wkt("POLYGON ((0 0")),
    }


def use_pyproj(folder: Path) -> dict[str, Any]:
    import pyproj

    lks92 = pyproj.Transformer.from_crs("EPSG:3059", "EPSG:4326", always_xy=True)
    return {
        "transformed": lks92.transform(506083.0, 311825.0),
        "geodesic": pyproj.Geod(ellps="WGS84").inv(24.1, 56.95, 23.7, 56.65),
        "unknown": error_of(lambda: pyproj.CRS("EPSG:999999")),
    }


def use_geopandas(folder: Path) -> dict[str, Any]:
    import geopandas

    zones = geopandas.read_file(folder / "zones.gpkg")
    return {
        "rows": len(zones),
        "bounds": zones.to_crs(3059).total_bounds.tolist(),
        "missing": error_of(lambda: geopandas.read_file(folder / "missing.gpkg")),
    }


USES: dict[str, Callable[[Path], dict[str, Any]]] = {
    "sheltermap": use_sheltermap,
    "core": use_core,
    "pyogrio": use_pyogrio,
    "rasterio": use_rasterio,
    "shapely": use_shapely,
    "pyproj": use_pyproj,
    "geopandas": use_geopandas,
}


def error_of(call: Callable[[], object]) -> str:
    """Name and text of the error a call ends with; "none" is a failure in itself."""
    try:
        call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "none"


def load(name: str) -> str:
    """Load a library by its first use, with global symbols when asked to; its bare name."""
    library, _, how = name.partition(":")
    usual = sys.getdlopenflags()
    if how == "global":
        sys.setdlopenflags(os.RTLD_GLOBAL | os.RTLD_NOW)
    try:
        USES[library](Path(sys.argv[1]))
    finally:
        sys.setdlopenflags(usual)
    return library


def main() -> None:
    folder = Path(sys.argv[1])
    answers: dict[str, list[dict[str, Any]]] = {}
    for name in sys.argv[2:]:
        library = load(name)
        answers[library] = [USES[library](folder)]
    for library in reversed(list(answers)):
        answers[library].append(USES[library](folder))
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
