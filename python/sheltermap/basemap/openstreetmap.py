# SPDX-License-Identifier: Apache-2.0
"""The ground of maps in a file of OpenStreetMap, and what such files are called and demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base import texts
from sheltermap.basemap.boxes import Box
from sheltermap.basemap.sea import sea_of
from sheltermap.layers.conversion import to_shapely

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

OSM_ENDINGS = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2", ".osh", ".osh.gz", ".osh.bz2")
OSM_ATTRIBUTION = "© OpenStreetMap contributors, ODbL"


def is_osm(path: Path) -> bool:
    """Whether the name of a file ends as those of OpenStreetMap do."""
    return path.name.lower().endswith(OSM_ENDINGS)


@dataclass(frozen=True)
class Found:
    """Layers by class as a source has them, and where all of it lies."""

    layers: dict[str, GeoDataFrame]
    extent: Box | None
    attributions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_osm(path: Path, within: Box | None, languages: Sequence[str], streets_to_rank: int) -> Found:
    """Read the ground from a file of OpenStreetMap: what meets a box, names in the first language that they have.

    Raises
    ------
    ReadError
        If the file cannot be read to its end, or is of another kind.
    """
    read = _core.basemap_from_osm(path, within=within, languages=list(languages), streets_to_rank=streets_to_rank)
    layers = {name: _frame(columns) for name, columns in read["layers"].items()}
    notes: list[str] = []
    if left_out := read["areas_left_out"]:
        notes.append(texts.Note.of("basemap_areas_left_out", count=texts.number(left_out)))
    coast = layers.pop("coastlines")
    if len(coast):
        sea = sea_of(coast.geometry.to_numpy(), within or read["extent"])
        if sea is None:
            notes.append(texts.Note.of("basemap_no_sea"))
            layers["waterways"] = pd.concat([coast, layers["waterways"]], ignore_index=True)
        else:
            layers["water"] = pd.concat([_sea_frame(sea), layers["water"]], ignore_index=True)
    kept = {name: frame for name, frame in layers.items() if len(frame)}
    return Found(kept, read["extent"], [OSM_ATTRIBUTION], notes)


def _frame(columns: dict[str, Any]) -> GeoDataFrame:
    import geopandas

    data = {"name": pd.Series(columns["name"], dtype="string"), "rank": columns["rank"].astype(np.int64)}
    frame = geopandas.GeoDataFrame(data, geometry=to_shapely(columns["shapes"]), crs="EPSG:4326")
    if not len(columns["residents"]):
        return frame
    order = np.lexsort((-columns["residents"], columns["rank"]))  # the largest first, as labels are put
    return frame.iloc[order].reset_index(drop=True)


def _sea_frame(sea: Any) -> GeoDataFrame:
    import geopandas

    data = {"name": pd.Series([None], dtype="string"), "rank": [1]}
    return geopandas.GeoDataFrame(data, geometry=[sea], crs="EPSG:4326")
