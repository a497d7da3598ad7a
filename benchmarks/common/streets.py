# SPDX-License-Identifier: Apache-2.0
"""Made-up street networks with the weights of real ones, the same in every run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from common.data import METRES_PER_DEGREE, seeded
from common.ellipsoid import geodesic_m

WEST, SOUTH = 24.0, 56.0  # degrees
BLOCK_M = 110.0  # between two corners, as in a town
SHIFT = 0.3  # of a block: the standard deviation of where a corner is
GONE = 0.24  # of the streets that are not needed for all to hang together
ONE_WAY = 0.1  # of the local streets
LOCAL_KMH, MAIN_KMH, TRUNK_KMH = 27.0, 54.0, 90.0  # 7.5, 15 and 25 m/s, which single precision holds exactly
MAIN_EVERY, TRUNK_EVERY = 8, 64


class Arcs(NamedTuple):
    """Ways along streets, one row each."""

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    seconds: NDArray[np.float64]


class Roads(NamedTuple):
    """Corners in random order, as a file has them, and straight streets between them."""

    lonlat: NDArray[np.float64]  # (nodes, 2)
    ends: NDArray[np.int32]  # (edges, 2)
    metres: NDArray[np.float64]  # (edges,), of the geodesic
    forward_kmh: NDArray[np.float64]
    backward_kmh: NDArray[np.float64]  # 0: not that way
    facilities: NDArray[np.int32]  # nodes

    def arcs(self, closed: NDArray[np.bool_] | None = None) -> Arcs:
        """Return every way along a street that is not closed."""
        open_ = np.ones(len(self.ends), np.bool_) if closed is None else ~closed
        along, against = open_ & (self.forward_kmh > 0), open_ & (self.backward_kmh > 0)
        source = np.concatenate([self.ends[along, 0], self.ends[against, 1]])
        target = np.concatenate([self.ends[along, 1], self.ends[against, 0]])
        metres = np.concatenate([self.metres[along], self.metres[against]])
        kmh = np.concatenate([self.forward_kmh[along], self.backward_kmh[against]])
        return Arcs(source, target, metres / (kmh / 3.6))


def roads(nodes: int, facilities: int) -> Roads:
    """Return a town of so many corners or a little fewer, about 1.76 streets a corner, and facilities at corners.

    A lattice whose corners were moved and whose streets have three classes; each corner keeps a street to its west or
    its south, so that all of it hangs together, and of the others a quarter is gone.
    """
    rng = seeded("roads")
    side = int(nodes**0.5)
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    column, row = column.ravel(), row.ravel()
    place = np.column_stack([column, row]) + rng.normal(0, SHIFT, (side * side, 2)).clip(-0.45, 0.45)
    lat = SOUTH + place[:, 1] * BLOCK_M / METRES_PER_DEGREE
    lon = WEST + place[:, 0] * BLOCK_M / (METRES_PER_DEGREE * np.cos(np.radians(SOUTH)))
    lonlat = np.round(np.column_stack([lon, lat]), 7)

    corner = np.arange(side * side)
    to_west, to_south = column > 0, row > 0
    keeps_west = to_west & (~to_south | (rng.random(side * side) < 0.5))
    westward = to_west & (keeps_west | (rng.random(side * side) >= GONE))
    southward = to_south & (~keeps_west | (rng.random(side * side) >= GONE))
    ends = np.concatenate(
        [
            np.column_stack([corner[westward], corner[westward] - 1]),
            np.column_stack([corner[southward], corner[southward] - side]),
        ]
    )
    line = np.concatenate([row[westward], column[southward]])
    kmh = np.where(line % TRUNK_EVERY == 0, TRUNK_KMH, np.where(line % MAIN_EVERY == 0, MAIN_KMH, LOCAL_KMH))
    one_way = (kmh == LOCAL_KMH) & (rng.random(len(ends)) < ONE_WAY)

    number = rng.permutation(side * side).astype(np.int32)  # of a corner in the file
    shuffled = rng.permutation(len(ends))
    at = np.empty_like(lonlat)
    at[number] = lonlat
    ends = number[ends[shuffled]]
    return Roads(
        at,
        ends,
        geodesic_m(at[ends[:, 0]], at[ends[:, 1]]),
        kmh[shuffled],
        np.where(one_way, 0.0, kmh)[shuffled],
        rng.choice(side * side, facilities, replace=False).astype(np.int32),
    )
