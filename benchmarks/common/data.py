# SPDX-License-Identifier: Apache-2.0
"""Made-up places in a box like Latvia's, the same in every run."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

BOX = (21.0, 55.7, 28.2, 58.1)  # west, south, east, north; degrees
TOWNS = 80
IN_TOWNS = 0.75
TOWN_RADIUS_M = 3_000.0  # standard deviation of a town's homes around its centre
METRES_PER_DEGREE = 111_320.0


def seeded(what: str) -> np.random.Generator:
    """Return the generator of one kind of data, so that another kind changes nothing here."""
    return np.random.default_rng([20_260, *what.encode()])


def _anywhere(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    west, south, east, north = BOX
    return np.column_stack([rng.uniform(west, east, count), rng.uniform(south, north, count)])


def homes(count: int) -> NDArray[np.float64]:
    """Return longitudes and latitudes, three in four in a town; a town of rank r has 1/r of the largest one's homes.

    In random order, so that the first n rows are a fair sample.
    """
    rng = seeded("homes")
    towns = _anywhere(rng, TOWNS)
    zipf = 1 / np.arange(1, TOWNS + 1)
    places = _anywhere(rng, count)
    in_town = rng.random(count) < IN_TOWNS
    centres = towns[rng.choice(TOWNS, in_town.sum(), p=zipf / zipf.sum())]
    offsets = rng.normal(0, TOWN_RADIUS_M / METRES_PER_DEGREE, centres.shape)
    offsets[:, 0] /= np.cos(np.radians(centres[:, 1]))
    places[in_town] = centres + offsets
    return places


def facilities(count: int) -> NDArray[np.float64]:
    """Return longitudes and latitudes, spread evenly over the box."""
    return _anywhere(seeded("facilities"), count)


def frame(lonlat: NDArray[np.float64], **columns: NDArray[np.generic]) -> gpd.GeoDataFrame:
    """Return points in EPSG:4326 with columns."""
    return gpd.GeoDataFrame(columns, geometry=shapely.points(lonlat), crs=4326)
