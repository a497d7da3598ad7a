# SPDX-License-Identifier: Apache-2.0
"""What the core needs of a GeoDataFrame: positions, shapes and ids as arrays."""

from __future__ import annotations

import os
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
import shapely

from sheltermap._native import _core
from sheltermap.base.invisible import visible
from sheltermap.base.suggestions import told
from sheltermap.layers.frames_given import no_frame
from sheltermap.layers.geometry_kinds import TYPE_NAMES, has_place, of_one_kind, require_single_kinds
from sheltermap.layers.plausible import NO_CORNERS, require_degrees, require_plausible, trimmed
from sheltermap.layers.unchanging import kept

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray
    from pyproj import CRS

    Geometries = NDArray[Any]

ROWS_PER_BLOCK = 65_536  # of Python objects, for one thread
_NO_OFFSETS = np.empty(0, np.int64)
Frame = TypeVar("Frame", bound=pd.DataFrame)


def describe(frame: GeoDataFrame, what: str) -> str:
    """Name a frame in a message: the file it was read from, or its role; TypeError where it is no frame."""
    require_frame(frame, what)
    named = [frame.attrs[key] for key in ("sheltermap_source", "sheltermap_layer") if frame.attrs.get(key)]
    return f"{what} ({', layer '.join(named)})" if named else what


def require_frame(frame: Any, what: str) -> None:
    """Raise TypeError for what is no table at all."""
    if not isinstance(frame, pd.DataFrame) and not hasattr(frame, "geometry"):
        raise TypeError(no_frame(frame, what))


def require_table(frame: Any, what: str) -> None:
    """Raise TypeError for what has no columns: geometries alone, too."""
    require_frame(frame, what)
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(
            f"{what} is a {type(frame).__name__}, geometries without columns; give a GeoDataFrame: "
            'series.to_frame("geometry")'
        )


def require_geometry(frame: Any, what: str) -> None:
    """Raise TypeError for a table that does not say where its rows are."""
    if not hasattr(frame, "crs") or not hasattr(frame, "geometry"):
        raise TypeError(
            f"{what} is a {type(frame).__name__} without places; give a GeoDataFrame: sm.read(...), or "
            "geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy(table.lon, table.lat), crs=4326)"
        )


@lru_cache(maxsize=64)
def _core_crs(definition: str) -> _core.Crs:
    return _core.Crs(definition)


def crs_of(frame: GeoDataFrame | GeoSeries, what: str) -> _core.Crs:
    """Return the CRS of a frame as the core knows it; CrsError where it has none."""
    if frame.crs is None:
        raise _core.CrsError(
            f"{what} has no CRS; say which one its coordinates are in: frame.set_crs('EPSG:4326') for degrees, "
            "'EPSG:3059' for LKS-92 metres"
        )
    return core_crs(frame.crs)


def core_crs(crs: CRS) -> _core.Crs:
    """Return a CRS as the core knows it."""
    return _core_crs(crs.to_wkt())


def coordinates_of(frame: GeoDataFrame | GeoSeries) -> NDArray[np.float64] | None:
    """Return x and y of a frame of `PlainPoints`, NaN where there is none; None of any other frame."""
    return getattr(frame.geometry.array, "plain_coordinates", None)


def lonlat(frame: GeoDataFrame, what: str) -> NDArray[np.float64]:
    """Return WGS 84 longitudes and latitudes of a frame of points, shape (n, 2); NaN where a row has no position.

    Raises
    ------
    GeometryError
        If a row is not a point.
    CrsError
        If the frame has no CRS, or coordinates that cannot be meant in it (swapped axes, metres taken for degrees).
    """
    require_geometry(frame, what)
    crs = crs_of(frame, describe(frame, what))
    plain = coordinates_of(frame)
    array = frame.geometry.to_numpy() if plain is None else plain

    def find() -> NDArray[np.float64]:
        named = describe(frame, what)
        return lonlat_of(point_coordinates(frame, named), crs, frame.index, named)

    return kept(("lonlat", frame.crs.to_wkt()), [array], find)


def lonlat_of(coordinates: NDArray[np.float64], crs: _core.Crs, index: pd.Index[Any], what: str) -> NDArray[np.float64]:
    """Return WGS 84 longitudes and latitudes of x and y, shape (n, 2); errors as `lonlat`. `index` has their labels."""
    if crs.is_geographic:
        coordinates = trimmed(coordinates)
    places = coordinates if crs.is_lonlat else _core.to_lonlat(coordinates, crs)
    require_plausible(index, coordinates, places, crs, what)
    places.flags.writeable = False  # others may be given the same
    return places


def point_coordinates(frame: GeoDataFrame, what: str) -> NDArray[np.float64]:
    """Return x and y of a frame of points in its own system, NaN where there is none; GeometryError for others."""
    if (plain := coordinates_of(frame)) is not None:
        return plain
    array = frame.geometry.to_numpy()
    coordinates = _coordinates_of_points(array)
    empty = np.flatnonzero(np.isnan(coordinates[:, 0]))  # missing, empty, or not a point
    types = shapely.get_type_id(array[empty])
    wrong = empty[(types != 0) & (types != -1)]
    if len(wrong):
        row = int(wrong[0])
        raise _core.GeometryError(
            f"{what}: row {row + 1} (index {frame.index[row]!r}) is a {TYPE_NAMES[shapely.get_type_id(array[row])]} "
            f"where points belong, {len(wrong)} rows in all; for polygons take frame.representative_point()"
        )
    return coordinates


def _coordinates_of_points(array: Geometries) -> NDArray[np.float64]:
    """Return x and y of points, NaN for all else, on as many threads as the core uses; shapely lets them run."""
    coordinates = np.empty((len(array), 2))

    def fill(rows: slice) -> None:
        points = array[rows]
        try:
            shapely.get_x(points, out=coordinates[rows, 0])
        except shapely.errors.GEOSException:  # of an empty point
            points = points.copy()
            points[shapely.is_empty(points)] = None
            shapely.get_x(points, out=coordinates[rows, 0])
        shapely.get_y(points, out=coordinates[rows, 1])

    blocks = [slice(start, start + ROWS_PER_BLOCK) for start in range(0, len(array), ROWS_PER_BLOCK)]
    if len(blocks) < 2:
        fill(slice(None))
    else:
        with ThreadPoolExecutor(_core.threads() or os.cpu_count()) as threads:
            list(threads.map(fill, blocks))
    return coordinates


def column(frame: GeoDataFrame | GeoSeries, what: str) -> _core.GeometryColumn:
    """Return the geometries of a frame as a column of the core, in the frame's CRS; rows without one are missing."""
    made = column_as_given(of_one_kind(frame.geometry.to_numpy()), what)
    made.drop_empty_parts()
    return made


def column_as_given(array: NDArray[Any], what: str) -> _core.GeometryColumn:
    """Return geometries as a column of the core, with what is empty in them."""
    types = require_single_kinds(array, what)
    found = np.flatnonzero(np.bincount(types + 1, minlength=9)) - 1
    usable = ~shapely.is_empty(array)
    pieces = []
    for name in dict.fromkeys(TYPE_NAMES[int(kind)] for kind in found if kind >= 0):
        kinds = [kind for kind in found if TYPE_NAMES.get(int(kind)) == name]
        rows = np.flatnonzero(np.isin(types, kinds) & usable)
        if len(rows):
            pieces.append(_piece(name, rows, array[rows] if len(rows) < len(array) else array))
    return _core.GeometryColumn(len(array), pieces)


def zone_index(frame: GeoDataFrame, what: str) -> _core.ZoneIndex:
    """Return where a frame of polygons is looked up; errors as `polygons`."""
    require_geometry(frame, what)
    wkt = None if frame.crs is None else frame.crs.to_wkt()
    return kept(("zones", wkt), [frame.geometry.to_numpy()], lambda: _core.ZoneIndex(polygons(frame, what)))


def points_of(array: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.float64]] | None:
    """Return which geometries are points, and their coordinates; None where there is anything else but gaps."""
    types = shapely.get_type_id(array)
    rows = np.flatnonzero(types == 0)
    if (types > 0).any() or shapely.is_empty(array).any():
        return None
    return rows, shapely.get_coordinates(array if len(rows) == len(array) else array[rows])


def column_of_points(count: int, rows: NDArray[np.intp], coordinates: NDArray[np.float64]) -> _core.GeometryColumn:
    """Return a column of so many rows, of which some are points and the others missing."""
    return _core.GeometryColumn(count, [_points(rows, coordinates)] if len(rows) else [])


def point_column(coordinates: NDArray[np.float64]) -> _core.GeometryColumn:
    """Return points as a column of the core; coordinates have shape (n, 2)."""
    rows = np.arange(len(coordinates))
    return _core.GeometryColumn(len(rows), [_points(rows, coordinates)])


def line_column(coordinates: NDArray[np.float64], ends: NDArray[np.int64]) -> _core.GeometryColumn:
    """Return lines as a column of the core: their vertices, and where those of each begin and the last end."""
    rows = np.arange(len(ends) - 1)
    piece = _core.GeometryPiece("LineString", rows, coordinates, ends, _NO_OFFSETS, _NO_OFFSETS)
    return _core.GeometryColumn(len(rows), [piece])


def _points(rows: NDArray[np.intp], coordinates: NDArray[np.float64]) -> _core.GeometryPiece:
    return _core.GeometryPiece("Point", rows, coordinates, _NO_OFFSETS, _NO_OFFSETS, _NO_OFFSETS)


def _piece(name: str, rows: NDArray[np.intp], geometries: Geometries) -> _core.GeometryPiece:
    if name == "Point":
        return _points(rows, shapely.get_coordinates(geometries))
    _, coordinates, offsets = shapely.to_ragged_array(geometries, include_z=False)
    levels = {
        "LineString": ("vertex",),
        "Polygon": ("vertex", "ring"),
        "MultiPoint": ("part",),
        "MultiLineString": ("vertex", "part"),
        "MultiPolygon": ("vertex", "ring", "part"),
    }[name]
    named = dict(zip(levels, offsets, strict=True))
    vertex, ring, part = (named.get(level, _NO_OFFSETS) for level in ("vertex", "ring", "part"))
    return _core.GeometryPiece(name, rows, coordinates, vertex, ring, part)


def lonlat_column(frame: GeoDataFrame | GeoSeries, what: str) -> _core.GeometryColumn:
    """Return the geometries as a column in WGS 84, vertices added to edges that a projection had straight."""
    import geopandas

    require_geometry(frame, what)
    crs = crs_of(frame, what)
    array = frame.geometry.to_numpy()
    if crs.is_geographic and len(array):
        bounds = shapely.bounds(array).reshape(-1, 2)
        if (trimmed(bounds) != bounds)[~np.isnan(bounds)].any():
            frame = geopandas.GeoSeries(shapely.transform(array, trimmed), crs=frame.crs)
    given = column(frame, what)
    return given if crs.is_lonlat else _core.column_to_lonlat(given, crs)


def polygons(frame: GeoDataFrame, what: str) -> _core.GeometryColumn:
    """Return a frame of polygons as a column in WGS 84.

    Raises
    ------
    GeometryError
        If a row is not a polygon, or is one that breaks the rules of Simple Features.
    CrsError
        If the frame has no CRS, or polygons in degrees reach beyond 180°.
    """
    return _valid_column(frame, what, "polygon")


def lines(frame: GeoDataFrame, what: str) -> _core.GeometryColumn:
    """Return a frame of lines as a column in WGS 84; GeometryError for another or an invalid geometry."""
    return _valid_column(frame, what, "line")


def lines_and_polygons(frame: GeoDataFrame, what: str) -> _core.GeometryColumn:
    """Return a frame of lines and polygons as a column in WGS 84; GeometryError for another or an invalid geometry."""
    return _valid_column(frame, what, "line", "polygon")


def are_points(frame: GeoDataFrame, what: str) -> bool:
    """Whether a frame holds no geometry but points."""
    require_geometry(frame, what)
    if coordinates_of(frame) is not None:
        return True
    return bool(np.isin(shapely.get_type_id(frame.geometry.to_numpy()), (0, -1)).all())


def are_lines(frame: GeoDataFrame) -> bool:
    """Whether the first geometry of a frame is a line."""
    types = shapely.get_type_id(frame.geometry.to_numpy())
    return bool(np.isin(types[types != -1][:1], (1, 2, 5)).any())


def _valid_column(frame: GeoDataFrame, what: str, *kinds: str) -> _core.GeometryColumn:
    require_geometry(frame, what)
    what = describe(frame, what)
    array = frame.geometry.to_numpy()
    require_kinds(shapely.get_type_id(array), what, *kinds)
    for kind in kinds:
        require_valid(array, what, kind)
    _require_plausible_shapes(frame, crs_of(frame, what), what)
    return lonlat_column(frame, what)


def require_kinds(types: NDArray[np.integer[Any]], what: str, *kinds: str) -> None:
    """Raise GeometryError, naming the first, where types, as shapely counts them, are other than polygons or lines."""
    allowed = {"polygon": (3, 6), "line": (1, 2, 5)}
    wrong = np.flatnonzero(~np.isin(types, (-1, *(each for kind in kinds for each in allowed[kind]))))
    if len(wrong):
        row = int(wrong[0])
        belong = " or ".join(f"{kind}s" for kind in kinds)
        raise _core.GeometryError(
            f"{what}: row {row + 1} is a {TYPE_NAMES[int(types[row])]} where {belong} belong, {len(wrong)} rows in all"
        )


def _require_plausible_shapes(frame: GeoDataFrame, crs: _core.Crs, what: str) -> None:
    require_degrees(frame, crs, what)
    if crs.is_lonlat:
        return
    lower, upper = corners(frame)
    require_plausible(frame.index, lower, _core.to_lonlat(np.concatenate([lower, upper]), crs), crs, what, upper)


def corners(frame: GeoDataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lower and upper corners of the boxes around geometries, shape (n, 2) each; NaN without one."""
    bounds = shapely.bounds(frame.geometry.to_numpy()).reshape(-1, 4)
    return bounds[:, :2].copy(), bounds[:, 2:].copy()


def require_valid(array: Geometries, what: str, kind: str) -> None:
    """Raise GeometryError, naming the first, where polygons or lines break the rules of Simple Features."""
    dimension = 2 if kind == "polygon" else 1
    invalid = np.flatnonzero((shapely.get_dimensions(array) == dimension) & ~shapely.is_valid(array))
    if len(invalid):
        row = int(invalid[0])
        raise _core.GeometryError(
            f"{what}: row {row + 1} is not a valid {kind}: {shapely.is_valid_reason(array[row])}; {len(invalid)} rows "
            "in all. Mend them, or read the layer with sm.read(..., invalid='repair')"
        )


@dataclass(frozen=True)
class Facilities:
    """Where facilities are, as the core takes them.

    Attributes
    ----------
    places : ndarray, shape (n, 2)
        Longitude and latitude of points; of lines and polygons the middle of their envelope. NaN without a position.
    core : ndarray or GeometryColumn
        What distances are measured to: the places themselves where all are points.
    """

    places: NDArray[np.float64]
    core: NDArray[np.float64] | _core.GeometryColumn


def facilities(frame: GeoDataFrame, what: str) -> Facilities:
    """Return a frame of points, lines and polygons as the core takes it.

    Raises
    ------
    GeometryError
        If a polygon breaks the rules of Simple Features, a coordinate is not a finite number, or a row is a collection.
    CrsError
        As `lonlat`.
    """
    if are_points(frame, what):
        places = lonlat(frame, what)
        return Facilities(places, places)
    array, what = frame.geometry.to_numpy(), describe(frame, what)
    crs = crs_of(frame, what)
    return kept(("facilities", frame.crs.to_wkt()), [array], lambda: _facilities(frame, array, crs, what))


def _facilities(frame: GeoDataFrame, array: Geometries, crs: _core.Crs, what: str) -> Facilities:
    vertices, rows = shapely.get_coordinates(array, return_index=True)
    wrong = rows[~np.isfinite(vertices).all(axis=1)]
    if len(wrong):
        raise _core.GeometryError(f"{what}: row {int(wrong[0]) + 1} has a coordinate that is not a finite number")
    require_valid(array, what, "polygon")
    _require_plausible_shapes(frame, crs, what)
    shapes = lonlat_column(frame, what)
    middles = np.mean(corners(frame), axis=0)
    places = middles if crs.is_lonlat else _core.to_lonlat(middles, crs)
    return Facilities(places, shapes)


def stray_rows(frame: GeoDataFrame, what: str) -> list[tuple[list[int], float, bool]]:
    """Return rows, from 0, far from all others: with the metres, and whether they fit with the axes swapped."""
    lower, upper = corners(frame)
    if (lower == upper)[~np.isnan(lower)].all():
        upper = NO_CORNERS
    _, strays = _core.placement(lower, upper, crs_of(frame, what))
    return list(strays)


def placed_rows(frame: GeoDataFrame) -> NDArray[np.bool_]:
    """Return which rows have a geometry that is not empty."""
    plain = coordinates_of(frame)
    return has_place(frame.geometry.to_numpy()) if plain is None else np.asarray(~np.isnan(plain).any(axis=1))


def without_place(frame: GeoDataFrame) -> int:
    """Return how many rows have no geometry, or an empty one."""
    return int((~placed_rows(frame)).sum())


def without_geometry(frame: GeoDataFrame) -> pd.DataFrame:
    """Return the attributes of a frame, and what it remembers of how it was read."""
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    table.attrs = dict(frame.attrs)
    return table


def with_columns(frame: Frame, columns: dict[str, Any]) -> Frame:
    """Return the frame with further columns: arrays that nobody else writes to, which pandas then need not copy."""
    series = {name: pd.Series(values, frame.index, copy=False) for name, values in columns.items()}
    return frame.assign(**series)


def require_columns(frame: pd.DataFrame, names: list[str], what: str) -> None:
    """Raise ValueError, listing what there is, where a column is not in the frame; TypeError where it has none."""
    require_table(frame, what)
    missing = [name for name in names if not isinstance(name, Hashable) or name not in frame.columns]
    if missing:
        have = ", ".join(visible(str(c)) for c in frame.columns if c != getattr(frame, "_geometry_column_name", None))
        raise ValueError(f"{what} has no column {told(missing[0])}; it has {have or 'none'}")
    twice = [name for name in names if list(frame.columns).count(name) > 1]
    if twice:
        raise ValueError(f"{what} has several columns {twice[0]!r}; which one is meant? Rename or drop the others")


class ColumnTakenError(ValueError):
    """A frame has a column that a result needs."""

    def __init__(self, column: str):
        self.column = column
        super().__init__(
            f"the frame already has a column {column!r}, which the result needs; rename it: "
            f"frame.rename(columns={{{column!r}: '...'}})"
        )


def require_free(frame: pd.DataFrame, names: list[str]) -> None:
    """Raise ColumnTakenError where a result column would overwrite one the user brought."""
    require_table(frame, "a layer")
    taken = [name for name in names if name in frame.columns]
    if taken:
        raise ColumnTakenError(taken[0])
