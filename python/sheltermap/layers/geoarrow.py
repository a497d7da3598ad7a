# SPDX-License-Identifier: Apache-2.0
"""Geometries in GeoArrow's own encodings, lists of coordinates; what makes no geometry is named by its row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from shapely import GeometryType

from sheltermap._native import _core
from sheltermap.base.memory import no_collection

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Of each encoding the kind of geometry, and how many lists stand around its coordinates.
ENCODINGS = {
    "point": (GeometryType.POINT, 0),
    "linestring": (GeometryType.LINESTRING, 1),
    "multipoint": (GeometryType.MULTIPOINT, 1),
    "polygon": (GeometryType.POLYGON, 2),
    "multilinestring": (GeometryType.MULTILINESTRING, 2),
    "multipolygon": (GeometryType.MULTIPOLYGON, 3),
}


def geometries(what: str, column: pa.ChunkedArray, encoding: str) -> tuple[NDArray[Any], list[_core.RefusedRow]]:
    """Return shapely geometries, None where there is no usable one, and the rows that are refused for what they hold.

    Raises
    ------
    ReadError
        If the column is not what its encoding says; `what` begins the sentence.
    """
    if encoding not in ENCODINGS:
        known = ", ".join(("WKB", *ENCODINGS))
        raise _core.ReadError(f"{what} is encoded as '{encoding}', which cannot be read; known are {known}")
    kind, lists = ENCODINGS[encoding]
    array = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    rows = np.flatnonzero(array.is_valid().to_numpy(zero_copy_only=False))
    made = np.full(len(array), None, dtype=object)
    refused = []
    with no_collection():
        try:
            made[rows] = _made(what, array.drop_null(), encoding, kind, lists)
        except (shapely.errors.ShapelyError, ValueError):  # of one row or several: a ring of two points
            for row in rows.tolist():
                try:
                    made[row : row + 1] = _made(what, array.slice(row, 1), encoding, kind, lists)
                except (shapely.errors.ShapelyError, ValueError):
                    refused.append(_core.RefusedRow(row + 1, "damaged_row", f"its coordinates make no {encoding}"))
    return made, refused


def _made(what: str, array: pa.Array, encoding: str, kind: GeometryType, lists: int) -> NDArray[Any]:
    """Return the geometries of an array without nulls."""
    given, offsets = array.type, []
    for _ in range(lists):
        if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
            raise _unlike(what, given, encoding)
        ends = np.cumsum(pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False), dtype=np.int64)
        offsets.append(np.concatenate([[0], ends]))
        array = array.flatten()
    coordinates = _coordinates(array)
    if coordinates is None:
        raise _unlike(what, given, encoding)
    found: NDArray[Any] = shapely.from_ragged_array(kind, coordinates, tuple(reversed(offsets)) or None)
    return found


def _coordinates(array: pa.Array) -> NDArray[np.float64] | None:
    """Return coordinates, shape (n, 2) or (n, 3); None where the array has none."""
    numbers = array.type
    if pa.types.is_struct(numbers):
        fields = dict(zip([field.name for field in numbers], array.flatten(), strict=True))
        parts = [fields[name] for name in ("x", "y", "z" if "z" in fields else "m") if name in fields]
        if not {"x", "y"} <= fields.keys() or any(part.type != pa.float64() for part in parts):
            return None
        return np.column_stack([part.to_numpy(zero_copy_only=False) for part in parts])
    if pa.types.is_fixed_size_list(numbers) and numbers.list_size >= 2 and numbers.value_type == pa.float64():
        flat = array.flatten().to_numpy(zero_copy_only=False)
        return flat.reshape(-1, numbers.list_size)[:, :3] if len(flat) == len(array) * numbers.list_size else None
    return None


def _unlike(what: str, given: pa.DataType, encoding: str) -> _core.ReadError:
    return _core.ReadError(f"{what} holds {given}, not what its encoding '{encoding}' says")
