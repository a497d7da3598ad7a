# SPDX-License-Identifier: Apache-2.0
"""Geometries as GeoPackage keeps them, and when two of them are the same place."""

from __future__ import annotations

import struct
from collections.abc import Sequence
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
        with np.errstate(invalid="ignore"):  # GEOS compares what is no number
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
    return bool(all_alike([mine], [theirs], crs)[0])


def all_alike(mine: Sequence[Any], theirs: Sequence[Any], crs: Any) -> NDArray[np.bool_]:
    """`alike`, pair by pair."""
    first, second = (np.array([*each, None], dtype=object)[:-1] for each in (mine, theirs))
    nowhere = shapely.is_missing(first), shapely.is_missing(second)
    same: NDArray[np.bool_] = nowhere[0] & nowhere[1]
    same |= shapely.equals_exact(first, second, normalize=True)
    points = (shapely.get_type_id(first) == 0) & (shapely.get_type_id(second) == 0)
    open_pairs = np.flatnonzero(points & ~same & ~shapely.is_empty(first) & ~shapely.is_empty(second))
    if len(open_pairs):
        pairs = [np.column_stack(_in_degrees(each[open_pairs], crs)) for each in (first, second)]
        same[open_pairs] = (np.abs(pairs[0] - pairs[1]) < 1.5 * 10.0**-DIGITS).all(axis=1)
    return same


def _in_degrees(points: NDArray[Any], crs: Any) -> tuple[Any, Any]:
    lon, lat = _to_degrees(str(crs)).transform(shapely.get_x(points), shapely.get_y(points))
    return lon, lat


@lru_cache(maxsize=8)
def _to_degrees(crs: str) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
