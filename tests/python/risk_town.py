# SPDX-License-Identifier: Apache-2.0
"""A town between a river and a hill, with floods of two return periods and a storm: small enough to count by hand."""

import geopandas as gpd
from shapely import LineString, Point, box

import sheltermap as sm

WGS84 = "EPSG:4326"
# Depth by zone. Each flood has the shallow rim in the east and the deep part in the west.
RIVER_10 = {"depth_m": [1.0], "geometry": [box(24.00, 56.90, 24.10, 57.00)]}
RIVER_100 = {"depth_m": [2.0, 0.5], "geometry": [box(24.00, 56.90, 24.10, 57.00), box(24.10, 56.90, 24.20, 57.00)]}


def frame(**columns):
    return gpd.GeoDataFrame(columns, crs=WGS84)


def flood(years, columns, **more):
    options = {"intensity": "depth_m", "unit": "m", "return_period_years": years} | more
    return sm.Scenario(f"flood_{years}", "flood", frame(**columns), **options)


FLOODS = (flood(10, RIVER_10), flood(100, RIVER_100))
STORM = sm.Scenario("storm", "storm", frame(geometry=[box(24.15, 56.90, 24.40, 57.00)]), likelihood="rare")


def homes():
    """Forty people: deep in both floods, at the rim of the rarer, on the hill, nowhere known, and uncounted."""
    return frame(
        id=["deep", "rim", "hill", "lost", "uncounted"],
        people=[10.0, 20.0, 5.0, 5.0, None],
        children=[2.0, None, 1.0, 0.0, 3.0],
        geometry=[Point(24.05, 56.95), Point(24.15, 56.95), Point(24.30, 56.95), None, Point(24.05, 56.96)],
    )


def shelters():
    return frame(places=[100, 50, 30], geometry=[Point(24.06, 56.95), Point(24.16, 56.95), Point(24.30, 56.951)])


def parts():
    return frame(part=["River", "Hill"], geometry=[box(24.0, 56.9, 24.25, 57.0), box(24.25, 56.9, 24.5, 57.0)])


def houses():
    """Two houses of 0.002 degrees, the first wholly in the deep part, the second half in the rim of the rarer flood."""
    shapes = [box(24.050, 56.950, 24.052, 56.952), box(24.199, 56.950, 24.201, 56.952)]
    return frame(eur=[100_000.0, 300_000.0], geometry=shapes)


def street():
    """A street eastwards from the river to the hill, along a parallel."""
    return frame(geometry=[LineString([(24.05, 56.95), (24.10, 56.95), (24.20, 56.95), (24.30, 56.95)])])


def fields():
    shapes = [box(24.00, 56.90, 24.10, 56.91), box(24.20, 56.90, 24.30, 56.91), box(24.00, 56.91, 24.05, 56.92)]
    return frame(use=["field", "forest", None], geometry=shapes)
