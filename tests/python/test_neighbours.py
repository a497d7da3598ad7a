# SPDX-License-Identifier: Apache-2.0
"""Sheltermap beside wheels that bring their own GDAL, PROJ and GEOS: each keeps giving its own answers."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyproj
import pytest
import rasterio
import shapely

PROBE = Path(__file__).parents[1] / "probes" / "beside_neighbours.py"
PEERS = ["pyogrio", "rasterio", "shapely", "pyproj", "geopandas"]
NO_DATA = dict.fromkeys(("PROJ_DATA", "PROJ_LIB", "GDAL_DATA"), "/nonexistent/data")


def shuffled(seed: int) -> list[str]:
    order = ["sheltermap", *PEERS]
    random.Random(seed).shuffle(order)
    return order


ORDERS = [
    *(["sheltermap", peer] for peer in PEERS),
    *([peer, "sheltermap"] for peer in PEERS),
    ["sheltermap", *PEERS],
    [*PEERS, "sheltermap"],
    ["rasterio", "pyogrio", "sheltermap", "geopandas", "shapely", "pyproj"],
    *(shuffled(seed) for seed in range(5)),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two zones, three points and a raster, each written by a neighbour."""
    made = tmp_path_factory.mktemp("neighbours")
    zones = geopandas.GeoDataFrame(
        {"name": ["centre", "coast"]},
        geometry=[shapely.box(24.0, 56.9, 24.2, 57.0), shapely.box(23.0, 57.0, 23.4, 57.3)],
        crs=4326,
    )
    zones.to_file(made / "zones.gpkg")
    whole = (made / "zones.gpkg").read_bytes()
    (made / "damaged.gpkg").write_bytes(whole[: len(whole) // 2])
    (made / "points.csv").write_text("x,y\n506083,311825\n507000,312500\n470000,300000\n", encoding="utf-8")
    with rasterio.open(
        made / "depth.tif", "w", driver="GTiff", width=4, height=3, count=1, dtype="float32", crs="EPSG:3059",
        transform=rasterio.Affine(100, 0, 500000, 0, -100, 320000),
    ) as depth:  # fmt: skip
        depth.write(np.arange(12, dtype="float32").reshape(3, 4), 1)
    return made


def run_probe(folder: Path, order: list[str], environment: dict[str, str] | None = None) -> dict[str, Any]:
    """Answers of a fresh process that imports in this order; it must end well and say nothing on stderr."""
    done = subprocess.run(
        [sys.executable, str(PROBE), str(folder), *order],
        capture_output=True,
        text=True,
        env={**os.environ, **(environment or {})},
        timeout=120,
    )
    assert done.returncode == 0, f"exit {done.returncode}: {done.stderr}"
    assert done.stderr == ""
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


@pytest.fixture(scope="module")
def alone(folder: Path) -> dict[str, Any]:
    """What each library answers when no other was imported before it."""
    return {name: run_probe(folder, [name])[name] for name in ["sheltermap", "core", *PEERS]}


def test_sheltermap_alone_gives_the_known_answers(alone: dict[str, Any]) -> None:
    first, again = alone["sheltermap"]
    assert first == again
    assert first["rows"] == 2
    assert first["missing"].startswith("ReadError: ")
    assert first["damaged"].startswith("ReadError: ")
    assert first["in_zone"] == [1, 1, 0]
    # Karney's algorithm in pyproj, between the points as pyproj transforms them.
    lks92 = geopandas.GeoSeries.from_xy([506083, 507000, 470000], [311825, 312500, 300000], crs=3059).to_crs(4326)
    earth = pyproj.Geod(ellps="WGS84")
    expected = [earth.inv(lks92.x[0], lks92.y[0], x, y)[2] for x, y in zip(lks92.x, lks92.y, strict=True)]
    assert first["distance_m"] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("order", ORDERS, ids=",".join)
def test_every_library_answers_as_if_it_were_alone(order: list[str], folder: Path, alone: dict[str, Any]) -> None:
    assert run_probe(folder, order) == {name: alone[name] for name in order}


@pytest.mark.parametrize("order", [["sheltermap"], ["sheltermap", "pyproj"], ["pyogrio", "sheltermap"]], ids=",".join)
def test_data_paths_in_the_environment_do_not_matter(order: list[str], folder: Path, alone: dict[str, Any]) -> None:
    assert run_probe(folder, order, NO_DATA)["sheltermap"] == alone["sheltermap"]


@pytest.mark.parametrize("environment", [{}, NO_DATA], ids=["unset", "set"])
def test_the_environment_is_left_as_it_was(environment: dict[str, str], folder: Path) -> None:
    # getenv of the C library too: os.environ does not see what C code sets.
    script = """
import ctypes, os, sys
from pathlib import Path
getenv = ctypes.CDLL(None).getenv
getenv.restype = ctypes.c_char_p
names = [b"PROJ_DATA", b"PROJ_LIB", b"GDAL_DATA", b"GDAL_DRIVER_PATH"]
before = dict(os.environ), [getenv(name) for name in names]
import sheltermap as sm
sm.read(Path(sys.argv[1]) / "zones.gpkg")
assert (dict(os.environ), [getenv(name) for name in names]) == before
"""
    clean = {name: value for name, value in os.environ.items() if name not in NO_DATA}
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        capture_output=True,
        text=True,
        env={**clean, **environment},
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("peer", PEERS)
def test_a_neighbour_with_global_symbols_does_not_harm_us(peer: str, folder: Path, alone: dict[str, Any]) -> None:
    assert run_probe(folder, [f"{peer}:global", "core"]) == {peer: alone[peer], "core": alone["core"]}


@pytest.mark.parametrize("peer", PEERS)
def test_we_do_not_harm_a_neighbour_when_the_program_asks_for_global_symbols(
    peer: str, folder: Path, alone: dict[str, Any]
) -> None:
    assert run_probe(folder, ["core:global", peer]) == {"core": alone["core"], peer: alone[peer]}
