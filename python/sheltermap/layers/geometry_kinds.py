# SPDX-License-Identifier: Apache-2.0
"""Kinds of geometries: how they are called, that each row of a layer has one, and which rows have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import shapely

from sheltermap._native import _core

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    Frame = TypeVar("Frame", bound=pd.DataFrame)

# Simple Features names of shapely's type ids; a LinearRing (2) is a closed LineString.
TYPE_NAMES = {
    0: "Point",
    1: "LineString",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
}
FAMILIES = ("points", "lines", "areas")  # by dimension
MULTI_POINT, COLLECTION = 4, 7
MIXED = "a GeometryCollection mixes types; split it into rows of one type"


def has_place(shapes: NDArray[Any]) -> NDArray[np.bool_]:
    """Return per shape whether it is there and not empty."""
    placed: NDArray[np.bool_] = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    return placed


def of_one_kind(shapes: NDArray[Any]) -> NDArray[Any]:
    """Return shapes, collections of points, of lines or of polygons alone as what they are, without empty points.

    What mixes kinds, or is empty, stays; where nothing changes, it is the same array.
    """
    types = shapely.get_type_id(shapes)
    points = np.flatnonzero(types == MULTI_POINT)
    gaps = points[shapely.get_num_geometries(shapes[points]) != shapely.get_num_coordinates(shapes[points])]
    odd = np.concatenate([np.flatnonzero(types == COLLECTION), gaps])
    if not len(odd):
        return shapes
    result = shapes.copy()
    for row in odd:
        result[row] = _joined(shapes[row])
    return result


def by_kind(name: str, frame: Frame) -> Iterator[tuple[str, Frame]]:
    """Give a layer in parts of points, of lines and of areas, called so, where it has several of these.

    Rows without a place stay with the first.
    """
    column = getattr(frame, "_geometry_column_name", None)
    shapes = np.empty(0) if column is None else of_one_kind(frame[column].to_numpy())
    dimensions = shapely.get_dimensions(shapes)
    found = sorted(set(dimensions[dimensions >= 0].tolist()))
    if len(found) < 2:
        yield name, frame
        return
    for dimension in found:
        rows = (dimensions == dimension) | ((dimensions < 0) & (dimension == found[0]))
        yield f"{name}_{FAMILIES[dimension]}", frame[rows]


def _joined(shape: Any) -> Any:
    parts = np.array([shape], dtype=object)
    try:
        while (shapely.get_type_id(parts) >= MULTI_POINT).any():
            parts = shapely.get_parts(parts)
    except NotImplementedError:  # curves
        return shape
    parts = parts[~shapely.is_empty(parts)]
    kinds = {TYPE_NAMES[kind] for kind in shapely.get_type_id(parts).tolist()}
    if len(kinds) != 1:
        return shape
    if len(parts) == 1 and shapely.get_type_id(shape) == COLLECTION:
        return parts[0]
    make = {"Point": shapely.multipoints, "LineString": shapely.multilinestrings, "Polygon": shapely.multipolygons}
    return make[kinds.pop()](parts)


def require_single_kinds(array: NDArray[Any], what: str) -> NDArray[np.int32]:
    """Return shapely's type ids; GeometryError naming the first row that mixes kinds."""
    types: NDArray[np.int32] = shapely.get_type_id(array)
    mixed = np.flatnonzero(types == COLLECTION)
    if len(mixed):
        raise _core.GeometryError(f"{what}: row {mixed[0] + 1} is a GeometryCollection, which has no single kind")
    return types
