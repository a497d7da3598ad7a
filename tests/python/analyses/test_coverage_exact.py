# SPDX-License-Identifier: Apache-2.0
"""Limits that are met exactly, home or work of which one is not known, and both sides of 180 degrees."""

import math

import geopandas as gpd
import pyproj
import pytest
from shapely import box

import sheltermap as sm

GEOD = pyproj.Geod(ellps="WGS84")


def points(*places, **columns):
    lon, lat = zip(*places, strict=True)
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs=4326)


@pytest.mark.parametrize("metres", [0.01, 1, 59, 299, 500, 15_000, 60_000])
@pytest.mark.parametrize("azimuth", [0, 77, 201])
def test_a_limit_that_is_met_exactly_is_met(metres, azimuth):
    lon, lat, _ = GEOD.fwd(24.105, 56.95, azimuth, metres)
    homes, shelters = points((24.105, 56.95), people=[7]), points((lon, lat), code=["S1"])
    distance_m = float(sm.geodesic_distance_m([24.105], [56.95], [lon], [lat])[0])
    assert distance_m == pytest.approx(GEOD.inv(24.105, 56.95, lon, lat)[2], abs=1e-8)
    less = math.nextafter(distance_m, 0)
    for limit, is_met in ((distance_m, True), (less, False)):
        assert sm.within(homes, shelters, limit).distance_m.notna().tolist() == [is_met]
        assert sm.nearest(homes, shelters, max_distance_m=limit).distance_m.notna().tolist() == [is_met]
        assert len(sm.reach(homes, shelters, max_distance_m=limit).facility) == is_met
    found = sm.coverage(homes, shelters, [less, distance_m, 2 * distance_m], weight="people")
    assert found.summary.covered.tolist() == [0, 7, 7] and found.summary.uncovered.tolist() == [7, 0, 0]
    assert found.rows.distance_m.tolist() == [distance_m]
    dry = gpd.GeoDataFrame({"scenario": ["dry"]}, geometry=[box(23.9, 56.85, 23.95, 56.9)], crs=4326)
    for limit, is_met in ((distance_m, True), (less, False)):
        flood = sm.flood(homes, shelters, dry, limit, weight="people").summary
        assert flood.covered_before.tolist() == flood.covered.tolist() == [7 * is_met]


def test_who_has_one_place_too_far_and_another_that_is_not_known_is_unknown():
    places = points((24.5, 57), (24.5, 57), (24.5, 57), (24.0, 57), worker=["x", "x", "y", "z"], people=[1, 1, 2, 4])
    places.loc[1, "geometry"] = None
    found = sm.coverage(places, points((24.0, 57.0)), 500, weight="people", person="worker")
    assert dict(zip(found.rows.worker, found.rows.within_500m, strict=True)) == {
        "x": "unknown",
        "y": "uncovered",
        "z": "covered",
    }
    told = found.summary.iloc[0]
    assert (told.covered, told.uncovered, told.unknown) == (4, 2, 1)


def test_a_shelter_beyond_180_degrees_is_as_near_as_any_other():
    homes = points((179.999, 52.0), (-179.999, 52.0), people=[3, 5])
    east, west = points((179.9995, 52.0), code=["E"]), points((-179.9995, 52.0), code=["W"])
    _, _, across_m = GEOD.inv(179.999, 52, -179.9995, 52)
    assert sm.nearest(homes, west).distance_m.iloc[0] == pytest.approx(across_m, abs=1e-6)
    for shelters in (east, west):
        found = sm.coverage(homes, shelters, 150, weight="people").summary.iloc[0]
        assert (found.covered, found.uncovered) == (8, 0)
