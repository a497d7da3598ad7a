# SPDX-License-Identifier: Apache-2.0
"""Homes and shelters in a row, and who of them gets a place, for tests of allocation."""

import geopandas as gpd

import sheltermap as sm


def homes(*people: float, lon: list[float] | None = None, **columns: object) -> gpd.GeoDataFrame:
    """Homes on one parallel, a hundredth of a degree apart."""
    lon = lon or [24.0 + 0.01 * number for number in range(len(people))]
    frame = {"home": [f"h{number}" for number in range(len(people))], "people": people, **columns}
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(lon, [57.0] * len(lon)), crs=4326)


def shelters(*places: float, lon: list[float] | None = None, **columns: object) -> gpd.GeoDataFrame:
    lon = lon or [24.0 + 0.01 * number for number in range(len(places))]
    frame = {"id": [f"s{number}" for number in range(len(places))], "places": places, **columns}
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(lon, [57.0] * len(lon)), crs=4326)


def plan(demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, **options: object) -> sm.Allocation:
    return sm.allocate(
        demand, facilities, **({"capacity": "places", "weight": "people", "facility_id": "id"} | options)
    )
