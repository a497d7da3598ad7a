# SPDX-License-Identifier: Apache-2.0
"""Makes a base map of what the user has: a file of OpenStreetMap, a file of layers, or layers by class."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, get_args, overload

from sheltermap._native import GeometryError
from sheltermap.base import texts
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import told, unknown
from sheltermap.basemap import ground_layers
from sheltermap.basemap.basemap import CLASSES, Basemap
from sheltermap.basemap.boxes import Box, box_of, meet, said, together, widened
from sheltermap.basemap.generalising import Detail, generalised, highest_rank
from sheltermap.basemap.openstreetmap import Found, is_osm, read_osm

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

    BasemapSource: TypeAlias = str | os.PathLike[str] | Mapping[str, GeoDataFrame | str | os.PathLike[str]] | Basemap
    Around: TypeAlias = GeoDataFrame | GeoSeries | Sequence[GeoDataFrame | GeoSeries] | Sequence[float]

MARGIN = 0.1


@overload
def basemap(
    source: None,
    *,
    around: Around | None = None,
    margin: float = MARGIN,
    lang: str | Sequence[str] | None = None,
    detail: Detail = "normal",
    attribution: str | None = None,
) -> None: ...


@overload
def basemap(
    source: BasemapSource,
    *,
    around: Around | None = None,
    margin: float = MARGIN,
    lang: str | Sequence[str] | None = None,
    detail: Detail = "normal",
    attribution: str | None = None,
) -> Basemap: ...


@shows_progress
def basemap(
    source: BasemapSource | None,
    *,
    around: Around | None = None,
    margin: float = MARGIN,
    lang: str | Sequence[str] | None = None,
    detail: Detail = "normal",
    attribution: str | None = None,
) -> Basemap | None:
    """Make a base map from files of one's own: water, woods, streets, boundaries and the names of places; no network.

    Parameters
    ----------
    source : path, mapping or Basemap
        A file of OpenStreetMap (``.osm.pbf``, ``.osm``, …), as https://download.geofabrik.de has them by country; a
        file with layers that `read` takes; or layers by class, ``{"water": "lakes.gpkg", "streets": frame}``, where a
        file of OpenStreetMap will do, too. Layers of a file are told by columns as OpenStreetMap has them (``highway``,
        ``natural``, …; Geofabrik's ``fclass``), else by their names, else by their shapes: points are places, lines
        streets, polygons boundaries. Of None there is no base map; one made before is cut to what is mapped.
    around : GeoDataFrame, GeoSeries, several of them, or (west, south, east, north), optional
        What is mapped: only the ground there is kept. By default all of the source.
    margin : float
        How much more is kept around, as a share of the longer side of what is mapped.
    lang : str or sequence of str, optional
        Language of names, or several, the best first: ``"de"`` takes ``name:de`` where there is one, else ``name``.
    detail : {"low", "normal", "full"}
        How much a map holds: at most 4,000 vertices, as pictures need; 60,000, as maps to zoom in; all there are.
        ``notes`` say how far off lines may be.
    attribution : str, optional
        What every map has to say of where its ground is from; of OpenStreetMap known by itself.

    Returns
    -------
    Basemap
        None where `source` is None.

    Raises
    ------
    ReadError
        If a file cannot be read.
    GeometryError
        If the source and what is mapped have no place in common, or a layer cannot be of the class it is given as.
    ValueError, TypeError
        If there is no such class or detail, or a layer has no CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, box
    >>> import sheltermap as sm
    >>> river = gpd.GeoDataFrame({"name": ["Ogre"]}, geometry=[box(24.58, 56.80, 24.63, 56.81)], crs=4326)
    >>> street = gpd.GeoDataFrame(geometry=[LineString([(24.59, 56.79), (24.62, 56.82)])], crs=4326)
    >>> ground = sm.basemap({"water": river, "streets": street}, around=(24.60, 56.80, 24.61, 56.81))
    >>> {name: len(layer) for name, layer in ground.layers.items()}
    {'water': 1, 'streets': 1}
    """
    if source is None:
        return None
    if detail not in get_args(Detail):
        raise ValueError(f"detail: {unknown('unknown detail', str(detail), get_args(Detail))}")
    if not 0 <= margin < float("inf"):
        raise ValueError(f"margin is a share of what is mapped, 0 or more, not {margin!r}")
    mapped = None if around is None else box_of(around)
    within = None if mapped is None else widened(mapped, margin)
    languages = [lang] if isinstance(lang, str) else list(lang or ())
    found = _found(source, within, languages, detail)
    extent = together([found.extent, *(box_of(each) for each in found.layers.values() if len(each))])
    _require_ground(found, extent, mapped, source)
    notes = list(found.notes)
    box, joined = within or extent, isinstance(source, Basemap)
    layers, simplified = ({}, []) if box is None else generalised(found.layers, box, detail, joined=joined)
    attributions = found.attributions if attribution is None else [attribution]
    return Basemap(layers, "; ".join(dict.fromkeys(attributions)), (*notes, *simplified), box)


def _found(source: BasemapSource, within: Box | None, languages: list[str], detail: Detail) -> Found:
    if isinstance(source, Basemap):
        return Found(
            dict(source.layers), source.box, [source.attribution] * bool(source.attribution), list(source.notes)
        )
    if isinstance(source, Mapping):
        return _of_classes(source, within, languages, detail)
    if not isinstance(source, str | os.PathLike):
        raise TypeError(f"a base map is made of a path, of layers by class or of a Basemap, not of {told(source)}")
    path = Path(source)
    if is_osm(path):
        return read_osm(path, within, languages, highest_rank("streets", within, detail))
    notes: list[str] = []
    parts: dict[str, list[GeoDataFrame]] = {}
    for name, frame in ground_layers.read_layers(path, notes).items():
        for each, rows in ground_layers.by_class(frame, name, languages, notes).items():
            parts.setdefault(each, []).append(rows)
    return Found({name: _one(frames) for name, frames in parts.items()}, None, notes=notes)


def _of_classes(
    source: Mapping[str, GeoDataFrame | str | os.PathLike[str]],
    within: Box | None,
    languages: list[str],
    detail: Detail,
) -> Found:
    notes: list[str] = []
    found = Found({}, None, notes=notes)
    maps: dict[Path, Found] = {}
    for name, given in source.items():
        if name not in CLASSES:
            raise ValueError(f"base map: {unknown('unknown class', str(name), CLASSES)}")
        if not isinstance(given, str | os.PathLike):
            found.layers[name] = ground_layers.of_class(given, name, name, languages)
            continue
        path = Path(given)
        if not is_osm(path):
            frame = ground_layers.read_layer(path, None, notes)
            found.layers[name] = ground_layers.of_class(frame, name, path.name, languages)
            continue
        if path not in maps:
            maps[path] = read_osm(path, within, languages, highest_rank("streets", within, detail))
            notes.extend(maps[path].notes)
            found.attributions.extend(maps[path].attributions)
        if name in maps[path].layers:
            found.layers[name] = maps[path].layers[name]
    extent = together(each.extent for each in maps.values())
    return Found(found.layers, extent, found.attributions, notes)


def _one(frames: list[GeoDataFrame]) -> GeoDataFrame:
    import pandas as pd

    joined: GeoDataFrame = pd.concat(frames, ignore_index=True)
    return joined.sort_values("rank", kind="stable", ignore_index=True)


def _require_ground(found: Found, extent: Box | None, mapped: Box | None, source: Any) -> None:
    """Raise where the ground lies elsewhere than what is mapped; a source without anything is told in its notes."""
    if extent is None:
        found.notes.append(texts.Note.of("basemap_empty"))
    elif mapped is not None and not meet(extent, mapped):
        what = f"the base map {Path(source).name}" if isinstance(source, str | os.PathLike) else "the base map"
        raise GeometryError(
            f"{what} lies at {said(extent)}, what is mapped at {said(mapped)}: they have no place in common; "
            "give a base map of the same region"
        )
