# SPDX-License-Identifier: Apache-2.0
"""Layers in and out: files, GeoDataFrames, Arrow streams."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from sheltermap._native import _core
from sheltermap.base.ordinary_files import require_ordinary
from sheltermap.base.progress import shows_progress
from sheltermap.layers import conversion
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.gathered import Part, gathered, is_pattern, paths_of
from sheltermap.layers.table_places import CRS_BY_COLUMNS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.layers.raw_rows import RawRows
    from sheltermap.layers.table_places import Pair
    from sheltermap.layers.words import LayerWords


PARQUET, SPREADSHEET, KML, JSON, TABLES, GPX, JSON_LINES = (
    (".parquet", ".geoparquet"),
    (".xlsx", ".xlsm"),
    (".kml", ".kmz"),
    (".json", ".geojson"),
    (".csv", ".tsv", ".txt"),
    (".gpx",),
    (".geojsonl", ".geojsons", ".ndjson", ".jsonl"),
)
SHAPEFILE, GEODATABASE, GEOPACKAGE = (".shp", ".zip"), (".gdb",), (".gpkg",)
HERE_ONLY = (*GPX, *JSON_LINES)  # endings that the core does not know
MOST_BYTES = 2_000_000_000  # of a file that only Python reads, which holds all of it


def _ends(path: str | os.PathLike[str], endings: tuple[str, ...]) -> bool:
    return Path(path).suffix.lower() in endings


def readable(path: str | os.PathLike[str], encoding: str | None = None) -> Path:
    """Return the full path of a file once it has passed the gate that all files pass, whoever reads them then.

    Raises
    ------
    ReadError
        If it is no file on this machine (but a device, a pipe, a folder), of an ending that is not known, or too large.
    """
    if not _ends(path, HERE_ONLY):
        return _passed(path, _core.ReadOptions(encoding=encoding or ""))
    full, size = _ordinary(path)
    if size > MOST_BYTES:
        raise _core.ReadError(f"{full.name} has {size:,} bytes, more than the limit of {MOST_BYTES:,}")
    return full


def _ordinary(path: str | os.PathLike[str]) -> tuple[Path, int]:
    """Return the full path of a file on this machine and its size."""
    full = Path(path).absolute()
    try:
        require_ordinary(full)
        return full, full.stat().st_size
    except FileNotFoundError:
        raise _core.ReadError(f"{full} does not exist") from None
    except (OSError, ValueError) as error:
        raise _core.ReadError(f"{full} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def readable_of_any_size(path: str | os.PathLike[str], format_name: str, endings: tuple[str, ...]) -> Path:
    """Return the full path of a file that is read a piece at a time; ReadError where it is none or cannot be read."""
    if not _ends(path, endings):
        raise _core.ReadError(f"{path} is not called as a {format_name} file is: {', '.join(endings)}")
    return _ordinary(path)[0]


def _passed(path: str | os.PathLike[str], options: _core.ReadOptions) -> Path:
    """Return the full path of a file that may be read so; options that fit no file of its ending are mistakes, too."""
    return Path(_core.readable_file(os.fspath(path), options))


def _read_file(source: str | os.PathLike[str], options: _core.ReadOptions, given: dict[str, Any]) -> GeoDataFrame:
    """Read a file by whoever its ending stands for."""
    id_column = given["id"]
    if _ends(source, PARQUET):
        from sheltermap.layers import parquet

        return parquet.read(_passed(source, options), options, given["crs"], id_column)
    if _ends(source, KML):
        from sheltermap.layers import kml

        return kml.read(_passed(source, options), options, given["crs"], id_column)
    if _ends(source, GPX):
        from sheltermap.layers import gpx

        return gpx.read(readable(source), given["layer"], options, given["crs"], id_column)
    if _ends(source, SPREADSHEET):
        _passed(source, options)
    if (table := cells_of(source, given["layer"], given["encoding"])) is not None:
        from sheltermap.layers import tables

        return tables.read(table, options, given["crs"], id_column, x=given["x"], y=given["y"])
    if _ends(source, JSON_LINES):
        from sheltermap.layers.json_lines import features

        path = readable(source)
        layer = _core.read_geojson_text(features(path, given["encoding"]), path.name, options)
        return conversion.to_frame(layer, path.name, id_column)
    return conversion.to_frame(_core.read_layer(os.fspath(source), options), Path(source).name, id_column)


def core_layer(path: str | os.PathLike[str]) -> _core.Layer | None:
    """Return the layer of a file as the core has it, every row checked as `read` does; None where Python reads it."""
    if _ends(path, (*PARQUET, *KML, *HERE_ONLY)) or cells_of(path, None, None) is not None:
        return None
    return _core.read_layer(os.fspath(path), _core.ReadOptions())


def cells_of(source: str | os.PathLike[str], layer: str | None, encoding: str | None) -> RawRows | None:
    """Return the cells of a spreadsheet or of a list in JSON as they stand; None for a file of any other kind.

    Raises
    ------
    ReadError
        If it cannot be read, or has no sheet of that name.
    """
    if _ends(source, SPREADSHEET):
        from sheltermap.layers import raw_rows

        return raw_rows.of_spreadsheet(readable(source), layer)
    if not _ends(source, (*JSON, *JSON_LINES)):
        return None
    path = readable(source, encoding)
    try:
        if _ends(path, JSON_LINES):
            from sheltermap.layers import json_lines

            return None if json_lines.holds_features(path, encoding) else json_lines.cells(path, encoding)
        from sheltermap.layers.raw_rows import json_list, may_be_rows, text_of

        return json_list(path, text_of(path, encoding), layer) if may_be_rows(path) else None
    except OSError as error:
        raise _core.ReadError(f"{path} cannot be read: {error.strerror}") from None


@shows_progress
def read(
    source: Any,
    *,
    layer: str | None = None,
    crs: Any = None,
    id: str | None = None,  # noqa: A002
    x: str | None = None,
    y: str | None = None,
    encoding: str | None = None,
    invalid: Literal["refuse", "repair"] = "refuse",
    strict: bool = True,
    where: str | None = None,
) -> GeoDataFrame:
    """Read a layer, and check every row of it.

    One door for everything that comes in. Files are GeoJSON (also line by line), GeoPackage, GeoParquet, Shapefile
    (also zipped), FlatGeobuf, File Geodatabase, KML, GPX, or tables with coordinates (CSV, XLSX, lists of objects in
    JSON), known by their ending. No network and nothing a file points to is opened; a file that was cut, a warning of
    the reading library or a row that cannot be used stops the reading.

    Parameters
    ----------
    source : path, GeoDataFrame, or object with ``__geo_interface__`` or ``__arrow_c_stream__``
        What to read. A mapping that is GeoJSON will do as well. Several files are one layer: a list of paths, or a
        pattern (``"parts/*.csv"``); they need the same columns, and a column ``source_file`` says where each row is
        from.
    layer : str, optional
        Which layer of a file that has several; of a spreadsheet the sheet, else the first.
    crs : str or pyproj.CRS, optional
        The system of the coordinates, where the source names none: ``"EPSG:3059"`` for LKS-92, ``"EPSG:10306"`` for
        LKS-2020. An error where the source names another one.
    id : str, optional
        The column that names the rows; its values must then be there and be unique.
    x, y : str, optional
        The columns of a table that hold easting (longitude) and northing (latitude), where their names do not tell.
    encoding : str, optional
        Of the texts in a CSV, GeoJSON or Shapefile that are not UTF-8: ``"windows-1257"``, ``"latin-1"``, ….
    invalid : {"refuse", "repair"}
        What becomes of polygons that break the rules: refused, or made valid, with a note of the change in area.
    strict : bool
        Stop where a row cannot be used. Otherwise such rows stay in the frame without geometry: their weights count as
        unknown in every total, and `refused` lists them.
    where : str, optional
        Which rows, by a condition on columns as in SQL: ``"kind = 'shelter' and capacity >= 50"``. Others are neither
        checked nor counted. Known are ``= <> < <= > >=``, ``in (…)``, ``like '…%'`` (``ilike``), ``between … and …``,
        ``is null``, ``and``, ``or``, ``not`` and brackets; a name of other signs than letters, digits and _ stands in
        double quotes. Where a cell is empty nothing but ``is null`` is true of it.

    Returns
    -------
    GeoDataFrame
        In the source's own CRS, of several files in that of the first. A frame keeps its index and columns; a file
        gets a RangeIndex, whole numbers with gaps as Int64, dates as objects of `datetime.date`.
        ``attrs["sheltermap_notes"]`` lists what was left out or mended.

    Raises
    ------
    ReadError
        If the source cannot be read wholly; the message names file, row and what to do.
    CrsError
        If the CRS is missing, unknown, or contradicts ``crs``.
    ValueError
        If ``where`` cannot be understood.

    Examples
    --------
    >>> import sheltermap as sm
    >>> homes = sm.read({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"people": 3},
    ...     "geometry": {"type": "Point", "coordinates": [24.105, 56.950]}}]})
    >>> homes.people[0], homes.geometry[0].x, homes.crs.to_string()
    (np.int64(3), 24.105, 'EPSG:4326')

    """
    given = {"layer": layer, "crs": crs, "id": id, "x": x, "y": y, "encoding": encoding}
    several = isinstance(source, list | tuple) or (isinstance(source, str | os.PathLike) and is_pattern(source))
    pair = None if several or where is not None else _pair_of_csv(source, given)
    if pair is not None and pair.is_guess:
        given |= {"x": pair.x, "y": pair.y, "crs": crs or pair.crs}
    options = _core.ReadOptions(
        layer=layer or "",
        crs=conversion.crs_text(given["crs"]),
        encoding=encoding or "",
        x=given["x"] or "",
        y=given["y"] or "",
        id=id or "",
        invalid=invalid,
        strict=strict,
    )
    if several or where is not None:
        from sheltermap.layers.where import parsed

        condition = None if where is None else parsed(where)
        whole = given | {"id": None, "invalid": invalid, "strict": False}
        sources = paths_of(source) if several else [source]
        parts = [_part(each, read(each, **whole), given) for each in sources]
        frame = gathered(parts, where=condition, id_column=id, strict=strict)
        if CRS_BY_COLUMNS in parts[0].frame.attrs:
            frame.attrs[CRS_BY_COLUMNS] = parts[0].frame.attrs[CRS_BY_COLUMNS]
        if isinstance(sources[0], str | os.PathLike):
            frame = frame.reset_index(drop=True)
    elif isinstance(source, (str, os.PathLike)):
        frame = _read_file(source, options, given)
        frame.attrs["sheltermap_notes"] += [pair.told] if pair is not None and pair.is_guess else []
        if crs is None and pair is not None and pair.degrees:
            frame.attrs[CRS_BY_COLUMNS] = pair.names
    # A frame has this protocol too, but is taken as it is.
    elif not isinstance(source, pd.DataFrame | pd.Series) and conversion.is_geo_interface(source):
        layer_read = _core.read_geojson_text(conversion.geojson(source), "the layer given", options)
        frame = conversion.to_frame(layer_read, "", id)
    elif any(option is not None for option in (layer, x, y, encoding)):
        raise ValueError("layer, x, y and encoding are for files; a frame has its geometry already")
    else:
        frame = conversion.checked(conversion.as_frame(source), options, crs, id)
    if layer is not None:
        frame.attrs["sheltermap_layer"] = layer
    frame.attrs["sheltermap_strict"] = strict
    return frame


def _pair_of_csv(source: Any, given: Mapping[str, Any]) -> Pair | None:
    """Return the columns of a CSV that are coordinates by what is said or by their names; None of other sources."""
    if not isinstance(source, str | os.PathLike) or not _ends(source, TABLES):
        return None
    from sheltermap.layers.raw_rows import names_in
    from sheltermap.layers.table_places import named_pair

    names = names_in(readable(source, given["encoding"]), given["encoding"])
    in_degrees = None if given["crs"] is None else _core.Crs(conversion.crs_text(given["crs"])).is_geographic
    return named_pair(names, given["x"], given["y"], in_degrees)


def _part(source: Any, frame: GeoDataFrame, given: Mapping[str, Any]) -> Part:
    """Return what was read of one source, with its columns of coordinates where it is a table."""
    positions: tuple[str, ...] = ()
    if isinstance(source, str | os.PathLike) and _ends(source, (*TABLES, *SPREADSHEET, *JSON)):
        from sheltermap.layers.table_places import named_pair

        names = [str(name) for name in frame.columns if name != frame.geometry.name]
        pair = named_pair(names, given["x"], given["y"], None if given["crs"] is None else frame.crs.is_geographic)
        positions = () if pair is None else (pair.x, pair.y)
    return Part(str(frame.attrs.get("sheltermap_source", "the frame")), frame, positions)


def layer_names(path: str | os.PathLike[str]) -> list[str]:
    """Names of the layers in a file, those with geometries first.

    Parameters
    ----------
    path : path
        What `read` takes.

    Returns
    -------
    list of str
        One of them for ``read(path, layer=…)``.

    Raises
    ------
    ReadError
        If the file cannot be opened.

    Examples
    --------
    >>> import geopandas, shapely, tempfile, pathlib
    >>> import sheltermap as sm
    >>> homes = geopandas.GeoDataFrame({"people": [3]}, geometry=[shapely.Point(24.105, 56.950)], crs="EPSG:4326")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sm.write({"homes": homes, "work": homes}, pathlib.Path(folder) / "places.gpkg")
    ...     sm.layer_names(pathlib.Path(folder) / "places.gpkg")
    ['homes', 'work']

    """
    if _ends(path, SPREADSHEET):
        from sheltermap.layers.spreadsheet import sheet_names

        return sheet_names(readable(path))
    if _ends(path, GPX):
        from sheltermap.layers import gpx

        return gpx.layer_names(readable(path))
    if _ends(path, JSON_LINES):
        return [readable(path).stem]
    return _core.layer_names(path)


@shows_progress
@takes_frames
def write(
    layers: pd.DataFrame | Mapping[str, pd.DataFrame],
    path: str | os.PathLike[str],
) -> None:
    """Write one or several layers to a file that appears whole or not at all.

    The file is written beside its place, read back and counted, brought to the disk and renamed; whatever happens,
    what stood there before stays until then.

    Parameters
    ----------
    layers : GeoDataFrame, DataFrame, or mapping from name to either
        A single one is named after the file. Several need ``.gpkg``, ``.gdb`` or ``.xlsx``. The index is written where
        it has a name.
    path : path
        ``.gpkg``, ``.gdb`` (File Geodatabase), ``.parquet`` (GeoParquet 1.1), ``.fgb`` and ``.shp`` (also all its files
        in a ``.zip``) in the layers' own CRS; ``.geojson`` (RFC 7946) in WGS 84 with 7 decimals, the ids of rows as
        those of features; ``.csv`` (points) and ``.xlsx`` (a sheet for each layer) with places as columns ``lon`` and
        ``lat``, shapes of ``.xlsx`` as text (WKT in WGS 84). A text that a spreadsheet would run as a formula stays a
        text: in ``.csv`` by an apostrophe in front, which `read` takes off again.

    Raises
    ------
    WriteError
        If the file cannot be written; the message names the cause, and the free space where little is left.
    ValueError
        If an index is called like a column, or a text holds a zero byte.

    Warns
    -----
    LossWarning
        Where the format cannot hold a layer as it is: cut names and texts, numbers that become texts, and the like.

    Examples
    --------
    >>> import geopandas, shapely, tempfile, pathlib
    >>> import sheltermap as sm
    >>> homes = geopandas.GeoDataFrame({"people": [3]}, geometry=[shapely.Point(24.105, 56.950)], crs="EPSG:4326")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sm.write({"homes": homes}, pathlib.Path(folder) / "assessment.gpkg")
    ...     sm.read(pathlib.Path(folder) / "assessment.gpkg").people.sum()
    np.int64(3)

    """
    target = Path(path)
    named = layers if isinstance(layers, Mapping) else {target.stem: layers}
    if _ends(target, (*PARQUET, *SHAPEFILE)) and len(named) != 1:
        raise ValueError(f"{target} holds one layer; write several as .gpkg or .gdb")
    if _ends(target, PARQUET):
        from sheltermap.layers import parquet_writing

        return parquet_writing.write(*next(iter(named.items())), target)
    if _ends(target, SHAPEFILE):
        from sheltermap.layers import shapefile

        return shapefile.write(*next(iter(named.items())), target)
    if _ends(target, (".xlsx",)):
        from sheltermap.layers import workbooks

        return workbooks.write(named, target)
    prepared(named, target)()


def prepared(
    layers: Mapping[str, Any], path: Path, words: Mapping[str, LayerWords] | None = None
) -> Callable[[], None]:
    """Return what writes layers to a file that the core writes; another thread may do that meanwhile.

    `words` has what layers and columns are called, for formats that have a place for it.
    """
    if _ends(path, GEODATABASE):
        from sheltermap.layers import geodatabase
        from sheltermap.layers.format_losses import tell

        made, losses = geodatabase.layers(layers, words or {})
        tell(path, losses)
        return partial(_core.write_layers, path, made)
    known: conversion.Known = {}
    has_ids = _ends(path, JSON)
    plain = (conversion.to_layer(name, frame, known, names_rows=has_ids) for name, frame in layers.items())
    return partial(_core.write_layers, path, plain)


def sibling_for(target: str | os.PathLike[str]) -> Path:
    """Return a new hidden path beside `target` to write to before `replace`; left-overs of dead processes go."""
    return Path(_core.sibling_for(target))


def replace(fresh: str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Put the file or folder `fresh` in the place of `target` in one step; WriteError leaves `target` as it was.

    A device or a pipe is no place for a file: it would be gone.
    """
    there = Path(target)
    if there.exists() and not there.is_file() and not there.is_dir():
        raise _core.WriteError(f"{target} cannot be written: it is a device or a pipe; name a file")
    _core.replace(fresh, target)


def versions() -> dict[str, str]:
    """Return the versions of what computes and reads here, for the record of an assessment."""
    packages = ("sheltermap", "numpy", "pandas", "geopandas", "shapely", "pyproj", "pyarrow")
    python = {name: _version_of(name) for name in packages}
    return {"python": platform.python_version(), **python, **_core.runtime_versions()}


def _version_of(package: str) -> str:
    if package == "sheltermap":
        return str(_core.__version__)
    return importlib.metadata.version(package)
