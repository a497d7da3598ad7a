# SPDX-License-Identifier: Apache-2.0
"""Layers of the user's own as the ground of maps: which are water, which streets, and how important each row is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from sheltermap._native import GeometryError, _core
from sheltermap.base import texts
from sheltermap.basemap.basemap import CLASSES
from sheltermap.layers.files import layer_names, read
from sheltermap.layers.frames_given import no_frame
from sheltermap.layers.geometry_kinds import has_place

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

DIMENSIONS = dict.fromkeys(("land", "woods", "built_up", "water"), 2)
DIMENSIONS |= dict.fromkeys(("waterways", "railways", "streets", "boundaries"), 1) | {"places": 0}
KINDS = ("points", "lines", "polygons")
PREFIX = "base_"  # of the layers of an assessment that are its base map
# What layers are called that are one of the classes, in the order in which they are looked for: "waterways" before
# "water", in English and as the services name their files.
WORDS = {
    "waterways": ("waterway", "river", "stream", "canal"),
    "railways": ("rail",),
    "streets": ("street", "road", "highway"),
    "boundaries": ("boundar", "border", "admin", "outline"),
    "places": ("place", "town", "village", "settlement", "label"),
    "woods": ("wood", "forest", "tree"),
    "built_up": ("built", "urban", "residential"),
    "water": ("water", "lake", "sea", "ocean", "reservoir"),
    "land": ("land", "island", "coast"),
}
# What is a class of its own where nothing else tells.
BY_DIMENSION = ("places", "streets", "boundaries")
# Keys of OpenStreetMap as columns, and the one column that Geofabrik makes of them.
KEYS = ("highway", "waterway", "railway", "natural", "landuse", "place")
GEOFABRIK = "fclass"


def read_layers(path: Path, notes: list[str]) -> dict[str, GeoDataFrame]:
    """Read all layers of a file, of an assessment its base map only; what cannot be used is counted in `notes`."""
    names = layer_names(path)
    own = [each for each in names if each.startswith(PREFIX)]
    return {name: read_layer(path, name, notes) for name in own or names}


def read_layer(path: Path, layer: str | None, notes: list[str]) -> GeoDataFrame:
    """Read one layer; rows that cannot be used are counted in `notes`."""
    frame = read(path, layer=layer, strict=False, invalid="repair")
    lost = int((~has_place(frame.geometry.to_numpy())).sum())
    if lost:
        notes.append(texts.Note.of("basemap_rows_lost", count=texts.number(lost), file=path.name))
    return frame


def by_class(frame: GeoDataFrame, name: str, languages: Sequence[str], notes: list[str]) -> dict[str, GeoDataFrame]:
    """Return the rows of a layer by class, as its columns tell, else all of the class that its name or shapes tell."""
    shapes, own = _placed(frame, name)
    tagged = _tagged(own, shapes)
    if any(len(rows) for rows, _ in tagged.values()):
        left = len(own) - sum(len(rows) for rows, _ in tagged.values())
        if left:
            notes.append(texts.Note.of("basemap_rows_not_shown", count=texts.number(left), layer=name))
        parts = {each: (rows, ranks) for each, (rows, ranks) in tagged.items() if len(rows)}
        return {each: _layer(own.iloc[rows], shapes[rows], ranks, languages) for each, (rows, ranks) in parts.items()}
    return {(guess := _guessed(name, shapes)): of_class(frame, guess, name, languages)} if len(shapes) else {}


def of_class(frame: GeoDataFrame, wanted: str, name: str, languages: Sequence[str]) -> GeoDataFrame:
    """Return the rows of a layer as one class.

    Raises
    ------
    GeometryError
        If it holds no shapes that can be of this class.
    """
    shapes, own = _placed(frame, name)
    dimension = DIMENSIONS[wanted]
    if dimension == 1:
        areal = shapely.get_dimensions(shapes) == 2
        shapes[areal] = shapely.boundary(shapes[areal])
    elif dimension == 0:
        extended = shapely.get_dimensions(shapes) > 0
        shapes[extended] = shapely.point_on_surface(shapes[extended])
    fits = np.flatnonzero(shapely.get_dimensions(shapes) == dimension)
    if len(shapes) and not len(fits):
        given = KINDS[int(shapely.get_dimensions(shapes).max())]
        raise GeometryError(
            f"base map: {wanted} are {KINDS[dimension]}, and layer '{name}' holds {given}; give it as another class: "
            f"{', '.join(each for each in CLASSES if KINDS[DIMENSIONS[each]] == given)}"
        )
    tagged = _tagged(own, shapes).get(wanted)
    ranks = _ranks(own, wanted)
    if tagged is not None:
        ranks[tagged[0]] = tagged[1]
    return _layer(own.iloc[fits], shapes[fits], ranks[fits], languages)


def _placed(frame: GeoDataFrame, name: str) -> tuple[NDArray[Any], GeoDataFrame]:
    """Return the geometries in degrees, made valid, and the rows that have one; TypeError for what is no layer."""
    from geopandas import GeoDataFrame, GeoSeries

    if isinstance(frame, GeoSeries):
        frame = frame.rename("geometry").to_frame()
    if not isinstance(frame, GeoDataFrame) or frame.active_geometry_name is None:
        raise TypeError(f"base map: {no_frame(frame, name)}")
    here = frame[has_place(frame.geometry.to_numpy())]
    if here.crs is None:
        raise ValueError("base map: a layer has no CRS: set one, as in frame.set_crs('EPSG:4326')")
    shapes = here.geometry.to_crs("EPSG:4326").to_numpy().astype(object)
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    return shapes, here


def _tagged(frame: GeoDataFrame, shapes: NDArray[Any]) -> dict[str, tuple[NDArray[np.intp], NDArray[np.int64]]]:
    """Return which rows are of a class by their tags, and their ranks; the first column that tells counts."""
    columns = {str(each).lower(): each for each in frame.columns}
    dimensions = shapely.get_dimensions(shapes)
    known: NDArray[Any] = np.full(len(frame), None, dtype=object)
    for column in (*KEYS, GEOFABRIK):
        if column not in columns:
            continue
        cells = frame[columns[column]].astype("string")
        for key in KEYS if column == GEOFABRIK else (column,):
            for value in cells.dropna().unique():
                is_on = _core.ground_of(key, value)
                if is_on is None or is_on[0] not in DIMENSIONS:
                    continue
                rows = (cells == value).fillna(value=False).to_numpy(dtype=bool)
                for row in np.flatnonzero(rows & (dimensions == DIMENSIONS[is_on[0]])):
                    known[row] = is_on if known[row] is None else known[row]
    told = np.flatnonzero([each is not None for each in known])
    classes = np.array([known[row][0] for row in told], dtype=object)
    ranks = np.array([known[row][1] for row in told], dtype=np.int64)
    return {name: (told[classes == name], ranks[classes == name]) for name in CLASSES if (classes == name).any()}


def _guessed(name: str, shapes: NDArray[Any]) -> str:
    """Return the class that a layer's name tells, else its shapes."""
    dimension = int(shapely.get_dimensions(shapes).max())
    plain = name.lower().removeprefix(PREFIX)
    if plain in CLASSES:
        return plain
    for each, words in WORDS.items():
        if any(word in plain for word in words) and DIMENSIONS[each] == dimension:
            return each
    return BY_DIMENSION[dimension]


def _ranks(frame: GeoDataFrame, wanted: str) -> NDArray[np.int64]:
    """Return how important rows are, by their own column; 1 where none tells."""
    columns = {str(each).lower(): each for each in frame.columns}
    named = ("rank", "admin_level") if wanted == "boundaries" else ("rank",)
    column = next((columns[each] for each in named if each in columns), None)
    if column is None:
        return np.ones(len(frame), dtype=np.int64)
    numbers = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.clip(np.nan_to_num(numbers, nan=1.0), 1, 12).astype(np.int64)


def _layer(
    frame: GeoDataFrame, shapes: NDArray[Any], ranks: NDArray[np.int64], languages: Sequence[str]
) -> GeoDataFrame:
    import geopandas

    columns = {str(each).lower(): each for each in frame.columns}
    wanted = [f"name{mark}{lang}" for lang in languages for mark in (":", "_")]
    names = pd.Series(pd.NA, index=range(len(frame)), dtype="string")
    for each in (*wanted, "name"):
        if each in columns and columns[each] != frame.geometry.name:
            names = names.fillna(frame[columns[each]].astype("string").reset_index(drop=True))
    names = names.mask(names.str.strip() == "")
    made = geopandas.GeoDataFrame({"name": names, "rank": ranks}, geometry=shapes, crs="EPSG:4326")
    return made.sort_values("rank", kind="stable", ignore_index=True)
