# SPDX-License-Identifier: Apache-2.0
"""The doors of sheltermap, by the ending of a file, and what may come of it when one is read through them."""

from __future__ import annotations

import shutil
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas
import shapely

import sheltermap as sm
from sheltermap.plans.plan import load_plan

Door = Callable[[Path], Any]
HERE = geopandas.GeoDataFrame(geometry=[shapely.Point(24.1, 56.9)], crs="EPSG:4326")


def _all_layers(path: Path, **options: str) -> None:
    """Read what can be read of every layer, and compute with it."""
    for name in sm.layer_names(path):
        frame = sm.read(path, layer=name, strict=False, invalid="repair", **options)
        sm.refused(frame)
        if len(frame):
            sm.nearest(HERE, frame)


def _in_metres(path: Path) -> None:
    """Read what says nothing of its CRS."""
    _all_layers(path, crs="EPSG:3059")


def _in_degrees(path: Path) -> None:
    _all_layers(path, crs="EPSG:4326")


def _with_options(path: Path) -> None:
    sm.read(path, crs="EPSG:3059", x="x", y="y", encoding="windows-1257", id="id", strict=False)


def _some_rows(path: Path) -> None:
    """Read some rows, alone and twice below each other."""
    sm.read(path, where="id is not null or id is null", strict=False)
    with TemporaryDirectory() as folder:
        again = Path(shutil.copy(path, folder))
        sm.read([path, again], strict=False, id="id")


def _inspected(path: Path) -> None:
    found = sm.inspect(path, "shelter", {"crs": "EPSG:3059"} if path.suffix == ".csv" else None)
    found.to_dict()


def _store(path: Path) -> None:
    store = sm.RegisterStore(path)
    store.rows()
    store.history()


def _written_store(path: Path) -> None:
    """Add to a copy, which finds what only a change needs to be sound."""
    with TemporaryDirectory() as folder:
        store = sm.RegisterStore(shutil.copy(path, folder))
        store.add({"id": "new", "kind": "well", "lon": 24.3, "lat": 56.9}, by="A", why="try")
        store.update({"id": "new", "volume_m3": "5"}, by="A", why="try")
        store.rows()


def _streets(path: Path) -> None:
    _asked(sm.Network.load(path))


def _osm(path: Path) -> None:
    _asked(sm.Network.from_osm(path))


def _base_map(path: Path) -> None:
    """Make a base map of all that there is, and one of a part."""
    sm.basemap(path, detail="full")
    sm.basemap(path, lang="lv", detail="low")


def _asked(network: sm.Network) -> None:
    """Have everything of a network looked at."""
    edges = network.edges().head(3)
    if len(network.summary) and len(edges):
        places = edges.set_geometry(edges.geometry.representative_point())
        network.close(bridges=True).snap(places)
        sm.paths(places, places, by=network)


LAYER: tuple[Door, ...] = (sm.read, _all_layers, _in_metres, _in_degrees, _inspected)
ROWS: tuple[Door, ...] = (*LAYER, _some_rows)  # of a single file that may be copied
DOORS: dict[str, tuple[Door, ...]] = {
    **dict.fromkeys((".json", ".geojson", ".shp", ".dbf", ".zip", ".fgb", ".gdb", ".parquet", ".geoparquet"), LAYER),
    **dict.fromkeys((".xlsx", ".xlsm", ".kml", ".kmz", ".gpx"), ROWS),
    **dict.fromkeys((".geojsonl", ".geojsons", ".ndjson", ".jsonl"), ROWS),
    **dict.fromkeys((".csv", ".tsv", ".txt"), (*ROWS, _with_options)),
    ".gpkg": (*LAYER, _store, _written_store),
    ".osm": (_osm, _base_map),
    ".pbf": (_osm, _base_map),
    ".streets": (_streets,),
    ".toml": (load_plan,),
}


def read_by_every_door(path: Path) -> tuple[str, str]:
    """Return "read" where a door took the file, "refused" where all said no, "foreign"; and what was said."""
    doors = DOORS[path.suffix.lower()]
    refusals = []
    for door in doors:
        name = getattr(door, "__name__", str(door))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                warnings.simplefilter("ignore", UserWarning)  # what people should know of their data
                door(path)
        except sm.SheltermapError as error:
            if not str(error).strip():
                return "foreign", f"{name}: a {type(error).__name__} without a word"
            refusals.append(f"{name}: {error}")
        except Exception:
            return "foreign", f"{name}: {traceback.format_exc()}"
    return "refused" if len(refusals) == len(doors) else "read", "\n".join(refusals)
