# SPDX-License-Identifier: Apache-2.0
"""A town on both banks of a river, small enough to reckon by hand, for tests along streets."""

import geopandas as gpd
from shapely import LineString

import sheltermap as sm


def points(lon, lat, **columns) -> gpd.GeoDataFrame:
    """Return places with columns."""
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs=4326)


def streets() -> gpd.GeoDataFrame:
    """Two banks of a river 100 m apart, 2 km of street each, joined by a bridge in the east; an island in the north."""
    return gpd.GeoDataFrame(
        {
            "name": ["South bank", "North bank", "Bridge", None],
            "kmh": [3.6, 3.6, 7.2, None],
            "way": ["no", "yes", "", None],
            "bridge": [False, False, True, False],
        },
        geometry=[
            LineString([(24.0, 57.0), (24.033, 57.0)]),
            LineString([(24.033, 57.0009), (24.0, 57.0009)]),
            LineString([(24.033, 57.0), (24.033, 57.0009)]),
            LineString([(24.0, 57.05), (24.033, 57.05)]),
        ],
        crs=4326,
    )


def on_foot(streets: gpd.GeoDataFrame) -> sm.Network:
    """Make a network of it whose walkers go 1 m/s."""
    return sm.Network.from_lines(streets, speed_kmh="kmh", name="name", bridge="bridge", walking_kmh=3.6)
