# SPDX-License-Identifier: Apache-2.0
"""Whether coordinates can be meant in their reference system: swapped axes, metres taken for degrees, beyond 180°."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from sheltermap._native import _core

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray


def require_plausible(
    frame: GeoDataFrame,
    coordinates: NDArray[np.float64],
    places: NDArray[np.float64],
    crs: _core.Crs,
    what: str,
) -> None:
    """Raise CrsError for coordinates outside the area of use of their CRS; quick where all lie within."""
    if not len(places):
        return
    west, south, east, north = crs.area_of_use or (-180.0, -90.0, 180.0, 90.0)
    lon, lat = places.T  # numpy reduces a column faster than all rows; comparisons with NaN are False
    if west <= lon.min() and lon.max() <= east and south <= lat.min() and lat.max() <= north:
        return
    positioned = np.isfinite(coordinates).all(axis=1)
    verdicts = _core.plausibility(coordinates, crs)
    wrong = np.flatnonzero(positioned & (verdicts != 0))
    if not len(wrong):
        return
    row = int(wrong[0])
    x, y = coordinates[row]
    if (verdicts[wrong] == 1).all():
        hint = "with the axes swapped they fit: are x (east, longitude) and y (north, latitude) swapped?"
    elif crs.is_geographic:
        hint = "these are not degrees; give the CRS they are in, like 'EPSG:3059' for LKS-92 metres"
    else:
        hint = "give the CRS they are in"
    raise _core.CrsError(
        f"{what}: {len(wrong)} of {len(coordinates)} rows lie outside the area of {crs.code or crs.name}, the first "
        f"is row {row + 1} (index {frame.index[row]!r}) with ({x:g}, {y:g}); {hint}"
    )


def require_degrees(frame: GeoDataFrame, crs: _core.Crs, what: str) -> None:
    """Raise CrsError for shapes in degrees that reach beyond 180°: points beside them have the other sign."""
    if not crs.is_geographic:
        return
    west, south, east, north = shapely.bounds(frame.geometry.to_numpy()).reshape(-1, 4).T
    wrong = np.flatnonzero((west < -180) | (south < -90) | (east > 180) | (north > 90))  # never of NaN
    if not len(wrong):
        return
    row = int(wrong[0])
    x = west[row] if west[row] < -180 else east[row]
    y = south[row] if south[row] < -90 else north[row]
    across = abs(y) <= 90 and west[row] < 180 and east[row] > -180 and east[row] - west[row] < 180
    hint = (
        "longitudes go from -180 to 180: cut what lies across 180\N{DEGREE SIGN} there, into a part on either side"
        if across
        else "these are not degrees; give the CRS they are in, like 'EPSG:3059' for LKS-92 metres"
    )
    raise _core.CrsError(
        f"{what}: {len(wrong)} of {len(frame)} rows reach beyond the degrees there are, the first is row {row + 1} "
        f"(index {frame.index[row]!r}), which reaches to ({x:g}, {y:g}); {hint}"
    )


def require_same_axes(demand: NDArray[np.float64], facilities: NDArray[np.float64], what: str) -> None:
    """Raise CrsError where two layers lie far apart as they are and together once one of them has its axes swapped."""
    here, there = _middle(demand), _middle(facilities)
    if here is None or there is None:
        return
    if abs(here[0]) > 90:  # as a latitude that is impossible, so nothing was swapped
        return
    as_given, swapped = _core.geodesic_distance_m(np.array([here, here[::-1]]), np.array([there, there]))
    if as_given > 1_000_000 and swapped < 200_000:
        raise _core.CrsError(
            f"{what} lie {as_given / 1000:,.0f} km apart, but {swapped / 1000:,.0f} km with the axes of one of them "
            "swapped: are longitude and latitude in the right order in both?"
        )


def _middle(places: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the median of at most some 10,000 places spread over the rows; None where none has a position."""
    sample = places[:: len(places) // 10_000 + 1]
    sample = sample[np.isfinite(sample).all(axis=1)]
    return np.median(sample, axis=0) if len(sample) else None
