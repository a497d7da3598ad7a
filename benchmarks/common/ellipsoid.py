# SPDX-License-Identifier: Apache-2.0
"""What is true on WGS 84, computed slowly and apart from all contestants."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

A = 6_378_137.0
E2 = 6.694379990141316e-3
MEAN_RADIUS_M = 6_371_008.8
AT_ONCE = 20_000_000  # pairs

Places = NDArray[np.float64]  # longitudes and latitudes, shape (n, 2)


def earth_centred(lonlat: Places) -> NDArray[np.float64]:
    """Return earth-centred coordinates in metres, shape (n, 3)."""
    lam, phi = np.radians(lonlat).T
    n = A / np.sqrt(1 - E2 * np.sin(phi) ** 2)
    return np.column_stack([n * np.cos(phi) * np.cos(lam), n * np.cos(phi) * np.sin(lam), n * (1 - E2) * np.sin(phi)])


def geodesic_m(here: Places, there: Places) -> NDArray[np.float64]:
    """Return distances pair by pair after Karney, by pyproj's own copy of PROJ."""
    from pyproj import Geod

    metres = Geod(ellps="WGS84").inv(*here.T, *there.T)[2]
    return np.asarray(metres, np.float64)


def nearest_m(homes: Places, facilities: Places, k: int = 1) -> NDArray[np.float64]:
    """Return the k least distances of every home, ascending, shape (n, k): the least of those to k + 3 candidates.

    Candidates are the shortest chords through the earth. Geodesic and chord order facilities differently only within
    some 1e-9 of their distance at 10 km, and 1e-6 at 300 km, where three more do not lie in data like these.
    """
    count = min(k + 3, len(facilities))
    rows = _shortest_chords(earth_centred(homes), earth_centred(facilities), count)
    metres = np.column_stack([geodesic_m(homes, facilities[rows[:, i]]) for i in range(count)])
    return np.sort(metres, axis=1)[:, :k]


def _shortest_chords(homes: NDArray[np.float64], facilities: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    if find_spec("scipy"):
        from scipy.spatial import cKDTree

        rows = cKDTree(facilities).query(homes, k=count, workers=-1)[1]
        return np.asarray(rows, np.intp).reshape(len(homes), count)
    # Without scipy, all pairs.
    step = max(1, AT_ONCE // len(facilities))
    found = []
    for start in range(0, len(homes), step):
        squares = sum(np.subtract.outer(homes[start : start + step, i], facilities[:, i]) ** 2 for i in range(3))
        found.append(np.argpartition(squares, count - 1, axis=1)[:, :count])
    return np.concatenate(found)


def metres_text(error_m: float) -> str:
    """Return a largest error in words a reader takes in at a glance."""
    if error_m < 1e-9:
        return "less than 1 nm"
    if error_m < 1e-6:
        return f"up to {error_m * 1e9:.0f} nm"
    return f"up to {error_m:.2g} m" if error_m < 10 else f"up to {error_m:,.0f} m"
