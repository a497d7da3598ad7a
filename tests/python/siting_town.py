# SPDX-License-Identifier: Apache-2.0
"""Small towns with candidates, and every choice there is, for tests of siting."""

from itertools import combinations

import geopandas as gpd
import numpy as np

import sheltermap as sm

LIMIT = 500.0
DEGREE_M = 111_320.0 * np.cos(np.radians(57.0))


def points(x_m, y_m, **columns):
    """Points of a local plane, some metres from 24° E 57° N."""
    lon, lat = 24 + np.asarray(x_m) / DEGREE_M, 57 + np.asarray(y_m) / 111_320.0
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs=4326)


def town(seed, rows=40, sites=8, standing=2, size=2000.0):
    rng = np.random.default_rng(seed)
    homes = points(*rng.uniform(0, size, (2, rows)), people=rng.integers(0, 30, rows))
    cellars = points(
        *rng.uniform(0, size, (2, sites)), id=[f"C{i}" for i in range(sites)], eur=rng.integers(5, 30, sites) * 1000
    )
    stands = points(*rng.uniform(0, size, (2, standing)), id=[f"S{i}" for i in range(standing)])
    return homes, cellars, stands


def matrix(homes, facilities):
    """Metres of every pair, by the library's own nearest with all of them."""
    return matrix_of(sm.reach(homes, facilities, k=len(facilities)), len(facilities))


def matrix_of(reach, facilities):
    """A reach as a matrix, infinite where nothing is reached."""
    cost = np.full((len(reach), facilities), np.inf)
    cost[np.repeat(np.arange(len(reach)), np.diff(reach.offsets)), reach.facility] = reach.cost
    return cost


def choices(count, p=None, price=None, budget=None):
    for size in range(0, (count if p is None else p) + 1):
        for chosen in combinations(range(count), size):
            if budget is None or price[list(chosen)].sum() <= budget:
                yield list(chosen)


def permuted(frame, seed):
    return frame.iloc[np.random.default_rng(seed).permutation(len(frame))]
