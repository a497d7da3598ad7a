# SPDX-License-Identifier: Apache-2.0
"""Geometries as GeoPackage keeps them, and when two of them are the same place."""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import Transformer

DIGITS = 8  # of degrees in tables: about 1 mm
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)  # by the code in the header's flags


def packed(geometry: Any, srs_id: int) -> bytes | None:
    """Return a geometry as the blob of a GeoPackage, None for none."""
    if geometry is None:
        return None
    empty_bit = 0b10000 if geometry.is_empty else 0
    return b"GP\0" + bytes([1 | empty_bit]) + struct.pack("<i", srs_id) + shapely.to_wkb(geometry, byte_order=1)


def unpacked(blob: bytes | None) -> Any:
    """Return the geometry of a blob; ValueError where it is none."""
    if blob is None:
        return None
    envelope = (blob[3] >> 1) & 0b111 if blob[:2] == b"GP" and len(blob) > 8 else len(_ENVELOPE_BYTES)
    if envelope >= len(_ENVELOPE_BYTES):
        raise ValueError("it is not the geometry of a GeoPackage")
    try:
        return shapely.from_wkb(blob[8 + _ENVELOPE_BYTES[envelope] :])
    except shapely.errors.GEOSException as error:
        raise ValueError(f"its geometry is damaged: {error}") from None


def degrees(geometries: Any, crs: Any) -> NDArray[np.float64]:
    """Return longitude and latitude of points as tables show them, NaN where there is none."""
    import geopandas

    series = geopandas.GeoSeries(geometries, crs=crs).to_crs("EPSG:4326")
    columns = [np.round(part.to_numpy(dtype=float), DIGITS) for part in (series.x, series.y)]
    return np.column_stack(columns) if len(series) else np.empty((0, 2))


def alike(mine: Any, theirs: Any, crs: Any) -> bool:
    """Whether two geometries are one place: equal, or points that a table shows alike but for its last digit."""
    if mine is None or theirs is None:
        return mine is theirs
    if shapely.equals_exact(mine, theirs, normalize=True):
        return True
    if mine.geom_type != "Point" or theirs.geom_type != "Point":
        return False
    lon, lat = _to_degrees(str(crs)).transform([mine.x, theirs.x], [mine.y, theirs.y])
    return max(abs(lon[0] - lon[1]), abs(lat[0] - lat[1])) < 1.5 * 10.0**-DIGITS


@lru_cache(maxsize=8)
def _to_degrees(crs: str) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
