# SPDX-License-Identifier: Apache-2.0
"""Whether coordinates can be meant in their reference system: swapped axes, other units, no place, beyond 180°."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from sheltermap._native import _core

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

HAIR_DEG = 1e-9  # 0.1 mm: what arithmetic with degrees leaves beyond 180
NEAR_ORIGIN_M = 10_000.0  # where numbers may be degrees or kilometres, as the core has it
NO_CORNERS = np.empty((0, 2))
SUBTRACT = "longitudes go from -180 to 180: subtract 360 from those above 180, add 360 to those below -180"
NOT_DEGREES = "these are not degrees; give the CRS they are in, like 'EPSG:3059' for LKS-92 metres"
_HINTS = {
    1: "with the axes swapped they fit: are x (east, longitude) and y (north, latitude) swapped?",
    2: "give the CRS they are in",
    3: (
        "that stands for a place that nobody entered: give such rows no geometry, or read the layer with "
        "sm.read(frame, strict=False), and they count as unknown"
    ),
    4: "these are degrees; give the CRS they are in: frame.set_crs('EPSG:4326', allow_override=True)",
    5: "times 1,000 they fit: are these kilometres?",
}


def trimmed(degrees: Numbers) -> Numbers:
    """Return longitudes and latitudes, those a hair beyond the Earth's last brought back."""
    last = np.array([180.0, 90.0])
    west_south, east_north = extent(degrees)
    if not ((east_north > last) | (west_south < -last)).any():
        return degrees
    near = np.clip(degrees, -last, last)
    return np.where(np.abs(near - degrees) <= HAIR_DEG, near, degrees)


def extent(corners: Numbers) -> tuple[Numbers, Numbers]:
    """Return the least x and y, and the largest, of corners with shape (n, 2); NaN where none is known.

    Examples
    --------
    >>> extent(np.array([[24.0, 57.0], [np.nan, np.nan], [23.0, 58.0]]))
    (array([23., 57.]), array([24., 58.]))
    """
    if not len(corners):
        return np.full(2, np.nan), np.full(2, np.nan)
    columns = corners.T  # numpy reduces a column faster than all rows
    low, high = (np.array([reduce(each) for each in columns]) for reduce in (np.min, np.max))
    if np.isnan(low).any():
        low, high = (np.array([reduce(each) for each in columns]) for reduce in (np.fmin.reduce, np.fmax.reduce))
    return low, high


def require_plausible(
    index: pd.Index[Any],
    lower: Numbers,
    places: Numbers,
    crs: _core.Crs,
    what: str,
    upper: Numbers = NO_CORNERS,
) -> None:
    """Raise CrsError for rows whose coordinates cannot be meant in their CRS; quick where none is strange.

    `index` has the labels of the rows; `lower` are points, or the lower corners of boxes that reach to `upper`;
    `places` are the same in WGS 84.
    """
    if not len(places) or _none_is_strange(lower, places, crs, len(upper) > 0):
        return
    verdicts, _ = _core.placement(lower, upper, crs)
    wrong = np.flatnonzero(verdicts)
    if not len(wrong):
        return
    row = int(wrong[0])
    x, y = lower[row]
    named = crs.code or crs.name
    told = f"{what}: {len(wrong)} of {len(index)} rows "
    told += f"have no place in {named}" if (verdicts[wrong] == 3).all() else f"lie outside the area of {named}"
    raise _core.CrsError(
        f"{told}, the first is row {row + 1} (index {index[row]!r}) with ({x:.10g}, {y:.10g}); "
        f"{_hint(int(verdicts[row]), lower[wrong], crs)}"
    )


def _none_is_strange(lower: Numbers, places: Numbers, crs: _core.Crs, boxes: bool) -> bool:
    west, south, east, north = crs.area_of_use or (-180.0, -90.0, 180.0, 90.0)
    lon, lat = places.T  # comparisons with NaN are False
    if not (west <= lon.min() and lon.max() <= east and south <= lat.min() and lat.max() <= north):
        return False
    x, y = lower.T
    near = HAIR_DEG if crs.is_geographic else NEAR_ORIGIN_M
    if (np.abs(y) < near).any() and ((np.abs(x) < near) & (np.abs(y) < near)).any():
        return False
    if crs.false_origin is None or boxes:
        return True
    return not ((x == crs.false_origin[0]) & (y == crs.false_origin[1])).any()


def _hint(verdict: int, wrong: Numbers, crs: _core.Crs) -> str:
    if verdict == 2 and crs.is_geographic:
        x, y = np.abs(wrong).T
        return SUBTRACT if ((y <= 90) & (x <= 360)).all() and (x > 180).any() else NOT_DEGREES
    return _HINTS[verdict]


def require_degrees(frame: GeoDataFrame, crs: _core.Crs, what: str) -> None:
    """Raise CrsError for shapes in degrees that reach beyond 180°: points beside them have the other sign."""
    if not crs.is_geographic:
        return
    west, south, east, north = shapely.bounds(frame.geometry.to_numpy()).reshape(-1, 4).T
    last_lon, last_lat = 180 + HAIR_DEG, 90 + HAIR_DEG
    wrong = np.flatnonzero(  # never of NaN
        (west < -last_lon) | (south < -last_lat) | (east > last_lon) | (north > last_lat)
    )
    if not len(wrong):
        return
    row = int(wrong[0])
    x = west[row] if west[row] < -180 else east[row]
    y = south[row] if south[row] < -90 else north[row]
    hint = NOT_DEGREES
    if abs(y) <= 90 and abs(x) <= 360 and east[row] - west[row] < 180:
        across = west[row] < 180 and east[row] > -180
        hint = (
            "longitudes go from -180 to 180: cut what lies across 180\N{DEGREE SIGN} there, into a part on either side"
            if across
            else SUBTRACT
        )
    raise _core.CrsError(
        f"{what}: {len(wrong)} of {len(frame)} rows reach beyond the degrees there are, the first is row {row + 1} "
        f"(index {frame.index[row]!r}), which reaches to ({x:g}, {y:g}); {hint}"
    )
