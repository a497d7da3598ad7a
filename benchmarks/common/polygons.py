# SPDX-License-Identifier: Apache-2.0
"""Made-up zones and parcels in the box of `data`, the same in every run."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from common.data import BOX, METRES_PER_DEGREE, seeded

FEWEST, MOST = 50, 500  # vertices of a zone, 275 on average
WAVES = 6  # of a zone's outline


def zones(count: int) -> NDArray[np.object_]:
    """Return polygons with wavy outlines, 0.2 to 2 km in radius, spread evenly over the box; they overlap."""
    rng = seeded("zones")
    west, south, east, north = BOX
    centres = np.column_stack([rng.uniform(west, east, count), rng.uniform(south, north, count)])
    radii = 200 * 10 ** rng.uniform(0, 1, count) / METRES_PER_DEGREE
    sizes = rng.integers(FEWEST, MOST + 1, count)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    zone = np.repeat(np.arange(count), sizes)
    turn = 2 * np.pi * (np.arange(starts[-1]) - starts[zone]) / sizes[zone]
    radius = radii[zone]
    for wave in range(1, WAVES + 1):
        height, phase = rng.uniform(0, 0.5 / WAVES, count), rng.uniform(0, 2 * np.pi, count)
        radius = radius * (1 + height[zone] * np.cos((wave + 1) * turn + phase[zone]))
    east_west = np.cos(np.radians(centres[:, 1]))[zone]
    outline = centres[zone] + np.column_stack([radius * np.cos(turn) / east_west, radius * np.sin(turn)])
    return shapely.polygons(shapely.linearrings(outline, indices=zone))


def parcels(count: int) -> NDArray[np.object_]:
    """Return four-cornered plots of 100 m to 1 km, no two corners in line, spread evenly over the box."""
    rng = seeded("parcels")
    west, south, east, north = BOX
    centres = np.column_stack([rng.uniform(west, east, count), rng.uniform(south, north, count)])
    sides = 100 * 10 ** rng.uniform(0, 1, count) / METRES_PER_DEGREE
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    places = corners + rng.uniform(-0.2, 0.2, (count, 4, 2))
    tilt = rng.uniform(0, np.pi / 2, count)
    turned = np.stack(
        [
            places[..., 0] * np.cos(tilt)[:, None] - places[..., 1] * np.sin(tilt)[:, None],
            places[..., 0] * np.sin(tilt)[:, None] + places[..., 1] * np.cos(tilt)[:, None],
        ],
        axis=-1,
    )
    turned = turned * sides[:, None, None]
    turned[..., 0] /= np.cos(np.radians(centres[:, 1]))[:, None]
    return shapely.polygons(centres[:, None, :] + turned)
