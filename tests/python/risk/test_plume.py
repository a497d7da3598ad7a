# SPDX-License-Identifier: Apache-2.0
"""A plume lies downwind, opens as wide as asked, and reaches as far; by Karney's azimuths and distances."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

import sheltermap as sm

ENDS = [500.0, 2000.0]


def plant(*places: tuple[float, float] | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[None if each is None else Point(each) for each in places], crs=4326)


def zones_of(lon: float, lat: float, azimuth: np.ndarray, metres: np.ndarray, zones: gpd.GeoDataFrame) -> np.ndarray:
    count = len(azimuth)
    there = sm.geodesic_destination(np.full(count, lon), np.full(count, lat), azimuth, metres)
    found = sm.exposure(gpd.GeoDataFrame(geometry=shapely.points(*there), crs=4326), zones, zone_id="band")
    return found.rows["zone"].fillna(0).to_numpy(int)


@settings(max_examples=30, deadline=None)
@given(
    lon=st.floats(-180, 180),
    lat=st.floats(-89.9, 89.9).filter(bool),  # (0, 0) stands for a place that nobody entered
    wind=st.floats(0, 360),
    width=st.floats(2, 358),
    seed=st.integers(0, 999),
)
def test_a_place_lies_in_the_plume_where_its_azimuth_and_distance_do(lon, lat, wind, width, seed):
    zones = sm.plume(plant((lon, lat)), wind, ENDS, width_deg=width)
    random = np.random.default_rng(seed)
    off, metres = random.uniform(-180, 180, 400), random.uniform(1, 3000, 400)
    found = zones_of(lon, lat, wind + 180 + off, metres, zones)
    wanted = np.where(np.abs(off) <= width / 2, np.array([1, 2, 0])[np.searchsorted(ENDS, metres)], 0)
    # Sides are straight in degrees between vertices 1 km apart: within 2 m at 89.9°, which near the source is an angle.
    beside_m = metres * np.abs(np.sin(np.radians(np.abs(off) - width / 2)))
    clear = (np.abs(metres[:, None] - ENDS) > 1e-3 * np.array(ENDS)).all(axis=1) & (beside_m > 20)
    assert clear.mean() > 0.5
    np.testing.assert_array_equal(found[clear], wanted[clear])
    assert zones.is_valid.all()


def test_the_wind_comes_from_where_it_is_said_to():
    # A west wind, 270°, drives what gets out to the east.
    east = sm.plume(plant((24.1, 56.95)), 270, 1000, width_deg=60)
    west, south, far, north = east.total_bounds
    assert (west, far) == (24.1, pytest.approx(sm.geodesic_destination([24.1], [56.95], 90, 1000)[0][0], abs=1e-9))
    assert north - 56.95 == pytest.approx(56.95 - south, rel=1e-3)
    for corner, azimuth in ((north, 60), (south, 120)):  # half the angle on either side
        assert corner == pytest.approx(sm.geodesic_destination([24.1], [56.95], azimuth, 1000)[1][0], abs=1e-9)


@pytest.mark.parametrize(("lon", "lat"), [(24.1, 56.95), (179.999, -17.0), (-179.999, 66.0)])
def test_the_area_is_the_share_of_the_circle_that_the_angle_is(lon, lat):
    zones = sm.plume(plant((lon, lat)), 270 if lon > 0 else 90, ENDS, width_deg=45, area_error=1e-5)
    np.testing.assert_allclose(zones["area_m2"], np.pi / 8 * np.diff(np.square([0.0, *ENDS])), rtol=1e-5)
    assert np.abs(zones.total_bounds[[0, 2]]).max() <= 180 and zones.is_valid.all()


def test_each_source_has_its_own_and_one_without_a_place_none():
    zones = sm.plume(plant((24.1, 56.95), None), 0, ENDS, width_deg=30, intensities=[2, 1])
    assert zones["source"].tolist() == [0, 1, 0, 1] and zones["band"].tolist() == [1, 1, 2, 2]
    assert zones["intensity"].tolist() == [2, 2, 1, 1] and zones.geometry.isna().tolist() == [False, True] * 2
    assert set(zones["wind_from_deg"]) == {0.0} and set(zones["width_deg"]) == {30.0}


@pytest.mark.parametrize(
    ("wind", "width", "told"),
    [
        (361, 30, r"wind_from_deg is a number of degrees, in \[0, 360\], not 361"),
        (float("nan"), 30, "wind_from_deg is a number of degrees"),
        ("west", 30, "wind_from_deg is a number of degrees, .*, not 'west'"),
        (270, 0, "width_deg is a number of degrees, above 0 and below 360; all round are bands, not 0"),
        (270, 360, "not 360"),
    ],
)
def test_an_angle_that_cannot_be_is_told(wind, width, told):
    with pytest.raises(ValueError, match=told):
        sm.plume(plant((24, 57)), wind, 1000, width_deg=width)


def test_a_pole_within_reach_is_told():
    with pytest.raises(ValueError, match="a pole lies within 2000 m of row 2"):
        sm.plume(plant((24, 57), (0, -89.99)), 270, 2000, width_deg=30)
