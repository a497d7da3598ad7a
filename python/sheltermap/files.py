# SPDX-License-Identifier: Apache-2.0
"""Layers in and out: files, GeoDataFrames, Arrow streams."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from sheltermap import frames
from sheltermap._native import _core
from sheltermap.arrow import from_table, to_table

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pyproj import CRS

REFUSED_COLUMNS = ("row", "id", "reason", "detail")


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
) -> GeoDataFrame:
    """Read a layer, and check every row of it.

    One door for everything that comes in. Files are GeoJSON, GeoPackage, Shapefile (also zipped), FlatGeobuf, File
    Geodatabase or CSV, known by their ending. No network and nothing a file points to is opened; a file that was cut,
    a warning of the reading library or a row that cannot be used stops the reading.

    Parameters
    ----------
    source : path, GeoDataFrame, or object with ``__geo_interface__`` or ``__arrow_c_stream__``
        What to read. A mapping that is GeoJSON will do as well.
    layer : str, optional
        Which layer of a file that has several.
    crs : str or pyproj.CRS, optional
        The system of the coordinates, where the source names none: ``"EPSG:3059"`` for LKS-92, ``"EPSG:10306"`` for
        LKS-2020. An error where the source names another one.
    id : str, optional
        The column that names the rows; its values must then be there and be unique.
    x, y : str, optional
        The columns of a CSV that hold easting (longitude) and northing (latitude), where their names do not tell.
    encoding : str, optional
        Of the texts in a CSV or Shapefile that are not UTF-8: ``"windows-1257"``.
    invalid : {"refuse", "repair"}
        What becomes of polygons that break the rules: refused, or made valid, with a note of the change in area.
    strict : bool
        Stop where a row cannot be used. Otherwise such rows stay in the frame without geometry: their weights count as
        unknown in every total, and `refused` lists them.

    Returns
    -------
    GeoDataFrame
        In the source's own CRS. A frame keeps its index and columns; a file gets a RangeIndex, whole numbers with gaps
        as Int64, dates as objects of `datetime.date`. ``attrs["sheltermap_notes"]`` lists what was left out or mended.

    Raises
    ------
    ReadError
        If the source cannot be read wholly; the message names file, row and what to do.
    CrsError
        If the CRS is missing, unknown, or contradicts ``crs``.

    Examples
    --------
    >>> import sheltermap as sm
    >>> homes = sm.read({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"people": 3},
    ...     "geometry": {"type": "Point", "coordinates": [24.105, 56.950]}}]})
    >>> homes.people[0], homes.geometry[0].x, homes.crs.to_string()
    (np.int64(3), 24.105, 'EPSG:4326')

    """
    options = _core.ReadOptions(
        layer=layer or "",
        crs=_crs_text(crs),
        encoding=encoding or "",
        x=x or "",
        y=y or "",
        id=id or "",
        invalid=invalid,
        strict=strict,
    )
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        # A text is passed on as it is: pathlib would make "http:/…" of "http://…".
        return _to_frame(_core.read_layer(os.fspath(source), options), path.name, id)
    if isinstance(source, Mapping) or (
        hasattr(source, "__geo_interface__") and not isinstance(source, pd.DataFrame | pd.Series)
    ):
        return _to_frame(_core.read_geojson_text(_geojson(source), "the layer given", options), "", id)
    return _checked(_as_frame(source), options, crs, id)


def refused(frame: pd.DataFrame) -> pd.DataFrame:
    """List the rows of a frame from `read` that cannot be used.

    Parameters
    ----------
    frame : GeoDataFrame
        What `read` returned.

    Returns
    -------
    DataFrame
        Columns ``row`` (counted from 1), ``id`` (empty where no id column was named), ``reason`` (a short code),
        ``detail`` (a sentence). Empty where every row is sound.

    Examples
    --------
    >>> import sheltermap as sm
    >>> homes = sm.read({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {},
    ...     "geometry": None}]}, strict=False)
    >>> sm.refused(homes)[["row", "reason"]]
       row            reason
    0    1  missing_geometry

    """
    return pd.DataFrame(frame.attrs.get("sheltermap_refused", []), columns=list(REFUSED_COLUMNS))


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
        A single one is named after the file. Several need a GeoPackage. The index is written where it has a name.
    path : path
        ``.gpkg`` (in the layers' own CRS), ``.geojson`` (RFC 7946: WGS 84, 7 decimals), ``.fgb``, or ``.csv`` (points,
        as columns ``lon`` and ``lat``; a text that a spreadsheet would run as a formula gets an apostrophe in front).

    Raises
    ------
    WriteError
        If the file cannot be written; the message names the cause and the free space.

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
    _core.write_layers(target, [_to_layer(name, frame) for name, frame in named.items()])


def sibling_for(target: str | os.PathLike[str]) -> Path:
    """Return a new hidden path beside `target` to write to before `replace`; left-overs of dead processes go."""
    return Path(_core.sibling_for(target))


def replace(fresh: str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Put the file or folder `fresh` in the place of `target` in one step; WriteError leaves `target` as it was."""
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


def _crs_text(crs: Any) -> str:
    if crs is None:
        return ""
    if isinstance(crs, int):
        return f"EPSG:{crs}"
    return crs if isinstance(crs, str) else str(crs.to_wkt())


def _geojson(source: Any) -> str:
    data = source if isinstance(source, Mapping) else source.__geo_interface__
    return json.dumps(data, default=_json_value, ensure_ascii=False)


def _json_value(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else str(value)


def _as_frame(source: Any) -> GeoDataFrame:
    """Return the GeoDataFrame itself, or one from a GeoSeries or an Arrow stream with a GeoArrow column."""
    import geopandas

    if isinstance(source, geopandas.GeoDataFrame):
        return source
    if isinstance(source, geopandas.GeoSeries):
        return source.to_frame("geometry")
    if hasattr(source, "__arrow_c_stream__") and not isinstance(source, pd.DataFrame):
        try:
            return geopandas.GeoDataFrame.from_arrow(source)
        except ValueError as error:
            raise _core.ReadError(f"the Arrow stream cannot be read as a layer: {error}") from error
    raise TypeError(
        f"cannot read a layer from a {type(source).__name__}; give a path, a GeoDataFrame, or an object with "
        "__geo_interface__ or __arrow_c_stream__ (a DataFrame needs a geometry: geopandas.points_from_xy)"
    )


def _to_frame(layer: _core.Layer, source: str, id_column: str | None) -> GeoDataFrame:
    import geopandas

    attributes = from_table(layer.table)
    if layer.crs is None:
        raise _core.ReadError(f"layer '{layer.name}' in {source} is a table without geometries")
    name = next(n for n in ("geometry", "geom", "geometry_of_row") if n not in attributes.columns)
    attributes[name] = geopandas.GeoSeries(
        _geometries(layer.geometry), index=attributes.index, crs=_pyproj_crs(layer.crs)
    )
    frame = geopandas.GeoDataFrame(attributes, geometry=name)
    _note(frame, layer, source, id_column)
    return frame


def _geometries(column: _core.GeometryColumn) -> np.ndarray[Any, Any]:
    import shapely

    result = np.full(len(column), None, dtype=object)
    for name, rows, coordinates, vertex, ring, part in column.pieces():
        offsets = tuple(level for level in (vertex, ring, part) if len(level))
        geometry_type = getattr(shapely.GeometryType, name.upper())
        result[rows] = shapely.from_ragged_array(geometry_type, coordinates, offsets or None)
    return result


def _pyproj_crs(crs: _core.Crs) -> CRS:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS(crs.code or crs.wkt)
    except CRSError:  # a code that pyproj's database does not know yet
        return CRS(crs.wkt)


def _note(frame: pd.DataFrame, layer: _core.Layer, source: str, id_column: str | None) -> None:
    frame.attrs["sheltermap_refused"] = [
        {name: getattr(row, name) for name in REFUSED_COLUMNS} for row in layer.refused
    ]
    frame.attrs["sheltermap_notes"] = list(layer.notes)
    if source:
        frame.attrs["sheltermap_source"] = source
    if id_column is not None:
        frame.attrs["sheltermap_id"] = id_column


def _checked(frame: GeoDataFrame, options: _core.ReadOptions, crs: Any, id_column: str | None) -> GeoDataFrame:
    """Put a frame through the checks that files go through; what it holds stays as it is, refused rows aside."""
    import geopandas

    source = str(frame.attrs.get("sheltermap_source", "the frame"))
    if id_column is not None:
        frames.require_columns(frame, [id_column], source)
    if frame.crs is None and crs is not None:
        frame = frame.set_crs(crs)
    elif crs is not None and frame.crs != geopandas.GeoSeries(crs=crs).crs:
        raise _core.CrsError(f"{source} is in {frame.crs.to_string()}, not in {crs} as crs= says")
    geometries = frame.geometry.to_numpy().copy()
    unusable = _unusable(geometries)
    geometries[[row.row - 1 for row in unusable]] = None
    layer = _core.Layer(
        source,
        frames.crs_of(frame, source),
        to_table(pd.DataFrame(frame[[] if id_column is None else [id_column]])),
        frames.column(geopandas.GeoSeries(geometries), source),
    )
    layer.refused = unusable
    _core.check_rows(layer, source, options)

    result = frame.copy(deep=False)
    if layer.refused or layer.repaired:
        changed = _geometries(layer.geometry)
        rows = [row - 1 for row in layer.repaired]
        geometries[rows] = changed[rows]
        geometries[[row.row - 1 for row in layer.refused]] = None
        result[frame.geometry.name] = geopandas.GeoSeries(geometries, index=frame.index, crs=frame.crs)
    _note(result, layer, source if source != "the frame" else "", id_column)
    return result


def _unusable(geometries: np.ndarray[Any, Any]) -> list[_core.RefusedRow]:
    """Rows whose geometry the core's columns cannot hold."""
    import shapely

    collections = np.flatnonzero(shapely.get_type_id(geometries) == 7)
    empty = np.flatnonzero(shapely.is_empty(geometries) & (shapely.get_type_id(geometries) != 7))
    found = {row: ("missing_geometry", "the geometry is empty") for row in empty}
    found |= {
        row: ("unsupported_geometry", "a GeometryCollection mixes types; split it into rows of one type")
        for row in collections
    }
    return [_core.RefusedRow(int(row) + 1, *why) for row, why in sorted(found.items())]


def _to_layer(name: str, frame: pd.DataFrame) -> _core.Layer:
    import geopandas

    if any(index_name is not None for index_name in frame.index.names):
        frame = frame.reset_index()
    if not isinstance(frame, geopandas.GeoDataFrame) or frame._geometry_column_name is None:
        return _core.Layer(name, None, to_table(pd.DataFrame(frame)), None)
    what = f"layer '{name}'"
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return _core.Layer(name, frames.crs_of(frame, what), to_table(attributes), frames.column(frame, what))
