# SPDX-License-Identifier: Apache-2.0
"""Well-known binary as geometries; what is none, or of a kind that nothing here computes with, named by its row."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from sheltermap._native import _core
from sheltermap.base.memory import no_collection
from sheltermap.layers.geometry_kinds import COLLECTION, MIXED

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Kinds of ISO 13249-3 (SQL/MM) beyond Simple Features.
KINDS = {
    8: "CircularString",
    9: "CompoundCurve",
    10: "CurvePolygon",
    11: "MultiCurve",
    12: "MultiSurface",
    15: "PolyhedralSurface",
    16: "TIN",
    17: "Triangle",
}
FLAGS = 0x1FFF_FFFF  # PostGIS' own form marks heights, measures and the SRID above them; ISO adds thousands


def geometries(blobs: NDArray[Any]) -> tuple[NDArray[Any], list[_core.RefusedRow]]:
    """Return shapely geometries, None where there is no usable one, and the rows that are refused for what they hold.

    Parameters
    ----------
    blobs : ndarray of object, shape (n,)
        Bytes, or None.
    """
    with no_collection(), np.errstate(invalid="ignore"):  # GEOS compares what is no number; rows are checked later
        try:
            made = shapely.from_wkb(blobs, on_invalid="ignore")
            missing = np.flatnonzero(shapely.is_missing(made))
            refused = [_refused(int(row), blobs[row]) for row in missing if blobs[row] is not None]
        except NotImplementedError:  # curves, for which shapely has no geometries
            kinds = np.array([-1 if blob is None else _kind(blob) for blob in blobs])
            beyond = kinds > COLLECTION
            for row in np.flatnonzero(kinds == COLLECTION):
                beyond[row] = _holds_curves(blobs[row])
            straight = blobs.copy()
            straight[beyond] = None
            made, others = geometries(straight)
            refused = [*others, *(_refused(int(row), blobs[row]) for row in np.flatnonzero(beyond))]
    return made, sorted(refused, key=lambda each: each.row)


def _holds_curves(collection: bytes) -> bool:
    try:
        shapely.from_wkb(collection, on_invalid="ignore")
    except NotImplementedError:
        return True
    return False


def _kind(blob: bytes) -> int:
    """Return the number of the kind; -1 for what is too short to say one."""
    if len(blob) < 5:
        return -1
    number: int = struct.unpack_from("<I" if blob[0] else ">I", blob, 1)[0]
    return (number & FLAGS) % 1000


def _refused(row: int, blob: bytes) -> _core.RefusedRow:
    kind = _kind(blob)
    if kind == COLLECTION:
        return _core.RefusedRow(row + 1, "unsupported_geometry", MIXED)
    if kind in KINDS:
        said = f"a {KINDS[kind]} is not read; make lines or polygons with straight edges of it"
        return _core.RefusedRow(row + 1, "unsupported_geometry", said)
    return _core.RefusedRow(row + 1, "damaged_row", "the bytes of its geometry are no well-known binary")
