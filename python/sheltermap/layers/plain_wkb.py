# SPDX-License-Identifier: Apache-2.0
"""Well-known binary of points alone, or of lines alone, of which a million rows are read as a few arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa
import shapely

from sheltermap.base.memory import no_collection
from sheltermap.layers import frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap._native import _core

    _Chunk = tuple[NDArray[np.uint8], NDArray[np.int64]]  # the bytes of its rows, and where these begin and end

Found = TypeVar("Found")

POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])
LINE_HEAD = np.dtype([("order", "u1"), ("type", "<u4"), ("vertices", "<u4")])
VERTEX = 16  # bytes


@dataclass(frozen=True)
class Plain:
    """Geometries of one kind with finite coordinates, as shapely has them and as the core does."""

    geometries: NDArray[Any]
    column: _core.GeometryColumn


def plain(column: pa.ChunkedArray) -> Plain | None:
    """Return the geometries of a column whose rows are all points, or all lines; None where any is anything else.

    Examples
    --------
    >>> lines = shapely.from_wkt(["LINESTRING (24 57, 25 57, 25 58)", "LINESTRING (1 2, 3 4)"])
    >>> plain(pa.chunked_array([shapely.to_wkb(lines)], pa.binary())).geometries[1]
    <LINESTRING (1 2, 3 4)>
    >>> plain(pa.chunked_array([shapely.to_wkb(lines), [None]], pa.binary())) is None
    True
    """
    if column.type != pa.binary() or column.null_count or not len(column):
        return None
    coordinates = coordinates_of_points(column)
    if coordinates is not None:
        with no_collection():
            return Plain(shapely.points(coordinates), frames.point_column(coordinates))
    lines = _of_all([_bytes(chunk) for chunk in column.chunks if len(chunk)], _lines)
    if lines is None:
        return None
    coordinates = np.concatenate([each for each, _ in lines])
    ends = np.cumsum(np.concatenate([[0], *(vertices for _, vertices in lines)]), dtype=np.int64)
    with no_collection():
        geometries = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, coordinates, (ends,))
    return Plain(geometries, frames.line_column(coordinates, ends))


def coordinates_of_points(column: pa.ChunkedArray) -> NDArray[np.float64] | None:
    """Return x and y of a column whose rows are all points; None where any is anything else.

    Examples
    --------
    >>> coordinates_of_points(pa.chunked_array([of_points(np.array([[24.0, 57.0]]))]))
    array([[24., 57.]])
    """
    if column.type != pa.binary() or column.null_count:
        return None
    points = _of_all([_bytes(chunk) for chunk in column.chunks if len(chunk)], _points)
    return None if points is None else np.concatenate([np.empty((0, 2)), *points])


def of_points(coordinates: NDArray[np.float64]) -> pa.Array:
    """Return the well-known binary of points, put together in one go."""
    points = np.empty(len(coordinates), POINT)
    points["order"], points["type"] = 1, 1
    points["x"], points["y"] = coordinates.T
    ends = np.arange(len(points) + 1, dtype=np.int64) * POINT.itemsize
    values = [None, pa.py_buffer(ends), pa.py_buffer(points)]
    return pa.Array.from_buffers(pa.large_binary(), len(points), values).cast(pa.binary())


def _of_all(
    chunks: Sequence[_Chunk], read: Callable[[NDArray[np.uint8], NDArray[np.int64]], Found | None]
) -> list[Found] | None:
    """Return what is read of each chunk; None as soon as one holds something else."""
    found = []
    for chunk in chunks:
        each = read(*chunk)
        if each is None:
            return None
        found.append(each)
    return found


def _bytes(chunk: pa.Array) -> _Chunk:
    """Return the bytes of all rows, and where those of each begin and the last end."""
    _, offsets, data = chunk.buffers()
    ends = np.frombuffer(offsets, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1].astype(np.int64)
    content = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    return content[ends[0] : ends[-1]], ends - ends[0]


def _points(content: NDArray[np.uint8], ends: NDArray[np.int64]) -> NDArray[np.float64] | None:
    if (np.diff(ends) != POINT.itemsize).any():
        return None
    points = content.view(POINT)
    coordinates = np.column_stack([points["x"], points["y"]])
    if (points["order"] != 1).any() or (points["type"] != 1).any() or not np.isfinite(coordinates).all():
        return None
    return coordinates


def _lines(content: NDArray[np.uint8], ends: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]] | None:
    """Return the coordinates of lines, one after the other, and how many vertices each has."""
    length = np.diff(ends) - LINE_HEAD.itemsize
    if (length < 2 * VERTEX).any() or (length % VERTEX).any():
        return None
    of_heads = (ends[:-1, None] + np.arange(LINE_HEAD.itemsize)).ravel()
    heads, vertices = content[of_heads].view(LINE_HEAD), length // VERTEX
    if (heads["order"] != 1).any() or (heads["type"] != 2).any() or (heads["vertices"] != vertices).any():
        return None
    between = np.ones(len(content), np.bool_)
    between[of_heads] = False
    coordinates = content[between].view("<f8").reshape(-1, 2)
    return (coordinates, vertices) if np.isfinite(coordinates).all() else None
