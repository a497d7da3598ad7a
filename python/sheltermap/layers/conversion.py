# SPDX-License-Identifier: Apache-2.0
"""GeoDataFrames as layers of the core, and back."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from sheltermap._native import _core
from sheltermap.base.memory import no_collection
from sheltermap.base.suggestions import told
from sheltermap.layers import frames, precision, refused_rows, row_ids
from sheltermap.layers.arrow import from_table, json_value, to_table
from sheltermap.layers.geometry_kinds import COLLECTION, MIXED, of_one_kind

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    # Points by the memory that their geometries lie in, with these, so that the memory stays theirs.
    Known = dict[Any, tuple[Any, tuple[NDArray[np.intp], NDArray[np.float64]] | None]]


def crs_text(crs: Any) -> str:
    """Return a CRS as the core takes it; an empty text for None."""
    if crs is None:
        return ""
    if isinstance(crs, int):
        return f"EPSG:{crs}"
    if isinstance(crs, str):
        return crs
    if not hasattr(crs, "to_wkt"):
        raise TypeError(f"crs is a code (3059), a text ('EPSG:3059', WKT) or a pyproj.CRS, not {told(crs)}")
    return str(crs.to_wkt())


def is_geo_interface(source: Any) -> bool:
    """Whether something is GeoJSON, or offers itself as such."""
    return isinstance(source, Mapping) or hasattr(source, "__geo_interface__")


def geojson(source: Any) -> str:
    """Return the GeoJSON text of a mapping or an object with __geo_interface__."""
    data = source if isinstance(source, Mapping) else source.__geo_interface__
    try:
        return json.dumps(data, default=json_value, ensure_ascii=False)
    except RecursionError:
        raise _core.ReadError("the layer given is nested too deeply to be GeoJSON") from None


def as_frame(source: Any) -> GeoDataFrame:
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


def to_frame(layer: _core.Layer, source: str, id_column: str | None) -> GeoDataFrame:
    """Return a layer of the core as a GeoDataFrame with a RangeIndex."""
    import geopandas

    crs = crs_of(layer, source)
    attributes = from_table(layer.table)
    name = geometry_name(attributes.columns)
    attributes[name] = geopandas.GeoSeries(to_shapely(layer.geometry), index=attributes.index, crs=pyproj_crs(crs))
    frame = geopandas.GeoDataFrame(attributes, geometry=name)
    note(frame, layer, source, id_column)
    return frame


def geometry_name(columns: Iterable[str]) -> str:
    """Return what the geometries of a file are called beside its other columns."""
    taken = set(columns)
    return next(name for name in ("geometry", "geom", "geometry_of_row") if name not in taken)


def to_attributes(layer: _core.Layer, source: str) -> pd.DataFrame:
    """Return a layer of the core as `to_frame` does, its geometries left out."""
    attributes = from_table(layer.table)
    _note_reading(attributes, layer, source)
    return attributes


def crs_of(layer: _core.Layer, source: str) -> _core.Crs:
    """Return the CRS of a layer of the core; ReadError of one without geometries."""
    if layer.crs is None:
        raise _core.ReadError(f"layer '{layer.name}' in {source} is a table without geometries")
    return layer.crs


def to_shapely(column: _core.GeometryColumn) -> NDArray[Any]:
    """Return a column as shapely geometries; None where a row is missing."""
    result = np.full(len(column), None, dtype=object)
    for piece in column.pieces():
        levels = (piece.vertex_offsets, piece.ring_offsets, piece.part_offsets)
        offsets = tuple(level for level in levels if len(level))
        geometry_type = getattr(shapely.GeometryType, piece.type.upper())
        with no_collection():
            geometries = shapely.from_ragged_array(geometry_type, piece.coordinates, offsets or None)
        if len(piece.rows) == len(result):
            return geometries
        result[piece.rows] = geometries
    return result


def pyproj_crs(crs: _core.Crs) -> CRS:
    """Return a CRS as frames have it."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS(crs.code or crs.wkt)
    except CRSError:  # a code that pyproj's database does not know yet
        return CRS(crs.wkt)


def note(
    frame: GeoDataFrame,
    layer: _core.Layer,
    source: str,
    id_column: str | None,
    notes: Iterable[str] = (),
) -> None:
    """Have a frame say how it was read; whoever asks it later reckons with what pandas loses and keeps of that."""
    precision.note(frame)
    _note_reading(frame, layer, source, notes)
    if id_column is not None:
        row_ids.note(frame, id_column, source)


def _note_reading(frame: pd.DataFrame, layer: _core.Layer, source: str, notes: Iterable[str] = ()) -> None:
    refused_rows.note(frame, layer.refused)
    frame.attrs["sheltermap_notes"] = [*notes, *layer.notes]
    if source:
        frame.attrs["sheltermap_source"] = source


def chosen_crs(found: CRS | None, given: Any, source: str) -> CRS:
    """Return the CRS that a source names, or the one that is given where it names none; CrsError where they differ."""
    from pyproj import CRS

    said = CRS.from_user_input(given)
    if found is not None and found != said:
        raise _core.CrsError(f"{source} is in {found.to_string()}, not in {given} as crs= says")
    return said if found is None else found


def checked(
    frame: GeoDataFrame,
    options: _core.ReadOptions,
    crs: Any,
    id_column: str | None,
    *,
    damaged: Iterable[_core.RefusedRow] = (),
    notes: Iterable[str] = (),
    column: _core.GeometryColumn | None = None,
) -> GeoDataFrame:
    """Put a frame through the checks that files go through; what it holds stays as it is, refused rows aside.

    `damaged` are rows that are refused already, `notes` what is to be told anyway, `column` the geometries as
    the core has them, where all are known to be of a kind that it can hold.
    """
    import geopandas

    source = str(frame.attrs.get("sheltermap_source", "the frame"))
    if id_column is not None:
        frames.require_columns(frame, [id_column], source)
    if crs is not None:
        frame = frame.set_crs(chosen_crs(frame.crs, crs, source))
    given = frame.geometry.to_numpy()
    usual = given if column is not None else of_one_kind(given)
    geometries = usual.copy()
    unusable = [] if column is not None else sorted([*damaged, *_unusable(geometries)], key=lambda refused: refused.row)
    geometries[[row.row - 1 for row in unusable]] = None
    column = frames.column_as_given(geometries, source) if column is None else column
    layer = _core.Layer(
        source,
        frames.crs_of(frame, source),
        to_table(pd.DataFrame(frame[[] if id_column is None else [id_column]])),
        column,
    )
    layer.refused = unusable
    layer = _core.check_rows(layer, source, options)

    result = frame.copy(deep=False)
    if layer.refused or layer.repaired or layer.emptied or usual is not given:
        changed = to_shapely(layer.geometry)
        rows = [row - 1 for row in (*layer.emptied, *layer.repaired)]
        geometries[rows] = changed[rows]
        geometries[[row.row - 1 for row in layer.refused]] = None
        result[frame.geometry.name] = geopandas.GeoSeries(geometries, index=frame.index, crs=frame.crs)
    note(result, layer, source if source != "the frame" else "", id_column, notes)
    return result


def _unusable(geometries: NDArray[Any]) -> list[_core.RefusedRow]:
    """Rows whose geometry the core's columns cannot hold."""
    types, are_empty = shapely.get_type_id(geometries), shapely.is_empty(geometries)
    collections = np.flatnonzero(types == COLLECTION)
    empty = np.flatnonzero(are_empty & (types != COLLECTION))
    found = dict.fromkeys(empty, ("missing_geometry", "the geometry is empty"))
    found |= dict.fromkeys(collections, ("unsupported_geometry", MIXED))
    return [_core.RefusedRow(int(row) + 1, *why) for row, why in sorted(found.items())]


def with_index(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose named index has become columns; ValueError where columns are called so already."""
    named = [str(each) for each in frame.index.names if each is not None]
    if not named:
        return frame
    twice = next((each for each in named if each in map(str, frame.columns)), None)
    if twice is not None:
        raise ValueError(
            f"layer {name!r}: the index and a column are both called {twice!r}; rename the index: "
            "frame.rename_axis('...'), or leave it out: frame.reset_index(drop=True)"
        )
    return frame.reset_index()


def to_layer(name: str, frame: pd.DataFrame, known: Known | None = None, *, names_rows: bool = False) -> _core.Layer:
    """Return a frame as a layer of the core, with its index where that is named; without geometry as a table.

    `known` keeps the coordinates of points for other frames, which share the geometries. `names_rows` asks which column
    names the rows, for formats that have a place for it: of a million rows that takes a while.
    """
    import geopandas

    frame = with_index(name, frame)
    if not isinstance(frame, geopandas.GeoDataFrame) or frame._geometry_column_name is None:
        return _core.Layer(name, None, to_table(pd.DataFrame(frame)), None)
    what = f"layer '{name}'"
    if frame.geometry.has_z.any():
        warnings.warn(f"{what}: heights (Z) are not written", stacklevel=3)
    attributes = to_table(frame, leave_out=frame.geometry.name)
    layer = _core.Layer(name, frames.crs_of(frame, what), attributes, _column(frame, what, known))
    if names_rows:
        layer.id_column = _id_column(frame)
    return layer


def _column(frame: GeoDataFrame, what: str, known: Known | None) -> _core.GeometryColumn:
    if known is None:
        return frames.column(frame, what)
    given = np.asarray(frame.geometry.array)
    key = (given.__array_interface__["data"][0], len(given), given.strides)
    if key not in known:
        known[key] = given, frames.points_of(given)
    points = known[key][1]
    return frames.column(frame, what) if points is None else frames.column_of_points(len(given), *points)


def _id_column(frame: pd.DataFrame) -> str:
    """Return the column that a frame was read with as its id, where it still names each row; else nothing."""
    named = frame.attrs.get(row_ids.ID)
    if named not in frame.columns:
        return ""
    ids = frame[named]
    is_one = pd.api.types.is_string_dtype(ids.dtype) or pd.api.types.is_integer_dtype(ids.dtype)
    return str(named) if is_one and ids.notna().all() and ids.is_unique else ""
