# SPDX-License-Identifier: Apache-2.0
"""How far the decimals of coordinates can have moved a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from sheltermap.layers.frames import coordinates_of, crs_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray

METRES_PER_DEGREE = 111_700.0  # of latitude at the poles, the longest on WGS 84
MOST_DECIMALS = 9  # of degrees: 0.1 mm


NOTED = "sheltermap_coordinate_error"
SAMPLE = 10_000  # rows that tell what the decimals of a layer are worth when it is read


def note(frame: GeoDataFrame) -> None:
    """Have a frame say what the decimals of its coordinates are worth, and in which CRS: in another none tell."""
    if not _elsewhere(frame):
        sample = frame.geometry.iloc[:: len(frame) // SAMPLE + 1]
        frame.attrs[NOTED] = [frame.crs.srs, _by_decimals(sample, None)]


def _elsewhere(frame: GeoDataFrame) -> bool:
    """Return whether a frame was read in another CRS than it is in."""
    crs, _ = frame.attrs.get(NOTED, (None, 0.0))
    return crs is not None and frame.crs is not None and frame.crs.srs != crs and frame.crs != crs


def coordinate_error_m(frame: GeoDataFrame, places: NDArray[np.float64] | None = None) -> float:
    """Return how far the rounding of its coordinates can have moved a point, in metres, judged by their decimals.

    Half a unit of the last decimal on both axes; 0 where more than 8 decimals are used. Of a frame that was read in
    another CRS, by the decimals it had there. What a position is truly worth (a GPS fix, a geocoded address) is often
    worse and cannot be seen in the numbers. `places` are longitudes and latitudes of a frame of points, where they are
    known: if these are its coordinates, they are not taken out again.
    """
    noted = frame.attrs[NOTED][1] if _elsewhere(frame) else 0.0
    return max(float(noted), _by_decimals(frame, places))


class Decimals:
    """How many decimals points have that come block by block; tells the same as all of them in one piece."""

    def __init__(self, in_degrees: bool) -> None:
        self._unit_m = METRES_PER_DEGREE if in_degrees else 1.0
        self._off = np.zeros(MOST_DECIMALS)  # by how much numbers differ at most from those with so many decimals
        self._largest, self._some = 0.0, False

    def add(self, points: NDArray[np.float64]) -> None:
        """Look at some points, shape (n, 2)."""
        numbers = points.ravel()
        numbers = numbers[np.isfinite(numbers)]
        if not len(numbers):
            return
        self._some = True
        self._largest = max(self._largest, float(np.abs(numbers).max()))
        for decimals in range(MOST_DECIMALS):
            off = np.abs(np.round(numbers, decimals) - numbers).max()
            self._off[decimals] = max(self._off[decimals], float(off))

    def merge(self, other: Decimals) -> None:
        """Look at the points that another one has looked at."""
        self._off = np.maximum(self._off, other._off)
        self._largest, self._some = max(self._largest, other._largest), self._some or other._some

    @property
    def are_enough(self) -> bool:
        """Whether there are so many that further points do not matter."""
        return self._some and self._decimals == MOST_DECIMALS

    @property
    def error_m(self) -> float:
        """Half a unit of the last decimal on both axes; 0 where more than 8 are used, or nothing has a place."""
        return _half_a_unit_m(self._decimals, self._unit_m) if self._some else 0.0

    @property
    def _decimals(self) -> int:
        rounded = np.flatnonzero(self._off <= np.spacing(self._largest) * 4)
        return int(rounded[0]) if len(rounded) else MOST_DECIMALS


def _half_a_unit_m(decimals: int, unit_m: float) -> float:
    return 0.0 if decimals == MOST_DECIMALS else float(np.sqrt(2) / 2 * 10.0**-decimals * unit_m)


def _by_decimals(frame: GeoDataFrame | GeoSeries, places: NDArray[np.float64] | None) -> float:
    known = coordinates_of(frame)
    if known is None and places is not None and frame.crs is not None and crs_of(frame, "the frame").is_lonlat:
        known = places
    array = frame.geometry.to_numpy() if known is None else known
    unit_m = METRES_PER_DEGREE if frame.crs is not None and frame.crs.is_geographic else 1.0
    decimals = 0
    # A few rows mostly tell that there are more decimals than it takes to care.
    for rows in (slice(1000), slice(None)):
        numbers = (shapely.get_coordinates(array[rows]) if known is None else array[rows]).ravel()
        numbers = numbers[np.isfinite(numbers)]
        while decimals < MOST_DECIMALS and not _are_rounded(numbers, decimals):
            decimals += 1
        if decimals == MOST_DECIMALS:
            return 0.0
    return _half_a_unit_m(decimals, unit_m) if len(numbers) else 0.0


def _are_rounded(numbers: NDArray[np.float64], decimals: int) -> bool:
    if not len(numbers):
        return True
    tolerance = np.spacing(np.abs(numbers).max()) * 4
    return bool(np.abs(np.round(numbers, decimals) - numbers).max() <= tolerance)
