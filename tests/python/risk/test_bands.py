# SPDX-License-Identifier: Apache-2.0
"""Bands of distance: every place by Karney's distance, disjoint, and together the area around."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

import sheltermap as sm

ENDS = [300.0, 1000.0, 4000.0]
ERROR = 1e-3


def layer(*shapes: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs=4326)


def distances_m(places: np.ndarray, to: np.ndarray) -> np.ndarray:
    """The distance of each place to the nearest of others, pair by pair."""
    pairs = [sm.geodesic_distance_m(*places.T, *np.broadcast_to(each, places.shape).T) for each in to]
    return np.min(pairs, axis=0)


def bands_of(places: np.ndarray, zones: gpd.GeoDataFrame) -> np.ndarray:
    """The first band that each place lies in; 0 for none."""
    found = sm.exposure(gpd.GeoDataFrame(geometry=shapely.points(places), crs=4326), zones, zone_id="band")
    return found.rows["zone"].fillna(0).to_numpy(int)


def around(lon: float, lat: float, count: int, reach_m: float, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    far = reach_m * np.sqrt(random.random(count))
    at = sm.geodesic_destination(np.full(count, lon), np.full(count, lat), random.uniform(0, 360, count), far)
    return np.column_stack(at)


def require_bands(zones: gpd.GeoDataFrame, places: np.ndarray, metres: np.ndarray, error: float = ERROR) -> None:
    """Every place lies in the band of its distance, but for those as near to a limit as that may be off."""
    ends = np.array(ENDS)
    clear = (np.abs(metres[:, None] - ends) > error * ends).all(axis=1)
    wanted = np.append(np.arange(1, len(ends) + 1), 0)[np.searchsorted(ends, metres, side="right")]
    assert clear.mean() > 0.9
    np.testing.assert_array_equal(bands_of(places, zones)[clear], wanted[clear])


def require_rings(zones: gpd.GeoDataFrame) -> None:
    """Bands do not overlap, and their areas sum to that of all."""
    assert zones.is_valid.all()
    assert sm.overlap(zones, zones, zone_id="band").query("row + 1 != zone")["area_m2"].sum() < 1e-3
    whole = layer(shapely.union_all(zones.geometry.to_numpy()))
    every = layer(box(-180, -90, 0, 90), box(0, -90, 180, 90))
    assert sm.overlap(whole, every)["area_m2"].sum() == pytest.approx(zones["area_m2"].sum(), rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90).filter(bool), seed=st.integers(0, 999))
def test_a_place_lies_in_the_band_of_its_distance_to_a_point_anywhere_on_earth(lon, lat, seed):
    zones = sm.bands(layer(Point(lon, lat)), ENDS)
    places = around(lon, lat, 400, 5000.0, seed)
    require_bands(zones, places, distances_m(places, np.array([[lon, lat]])))
    require_rings(zones)


@pytest.mark.parametrize(("lon", "lat"), [(179.995, -17.0), (-180.0, 65.0), (30.0, 89.99), (0.0, -90.0), (24.1, 56.95)])
def test_bands_go_across_the_antimeridian_and_round_a_pole(lon, lat):
    zones = sm.bands(layer(Point(lon, lat)), ENDS, area_error=1e-4)
    rings = np.pi * np.diff(np.square([0.0, *ENDS]))
    np.testing.assert_allclose(zones["area_m2"], rings, rtol=2e-4)  # a sphere's cap of 4 km is flat within 1e-7
    places = around(lon, lat, 2000, 5000.0, 1)
    require_bands(zones, places, distances_m(places, np.array([[lon, lat]])), 1e-4)
    require_rings(zones)


# Places along each shape so close that a distance to them is right within 0.1 m.
STREET = np.column_stack([np.linspace(24.0, 24.05, 4001), np.linspace(56.95, 56.96, 4001)])
SQUARE = np.vstack(
    [
        np.column_stack([np.linspace(24.0, 24.02, 1501), np.full(1501, lat)])
        if side == "lat"
        else np.column_stack([np.full(1501, lat), np.linspace(56.95, 56.96, 1501)])
        for side, lat in (("lat", 56.95), ("lat", 56.96), ("lon", 24.0), ("lon", 24.02))
    ]
)


def test_a_place_lies_in_the_band_of_its_distance_to_a_line():
    zones = sm.bands(layer(LineString([(24.0, 56.95), (24.05, 56.96)])), ENDS)
    places = around(24.025, 56.955, 600, 6500.0, 2)
    require_bands(zones, places, distances_m(places, STREET))
    require_rings(zones)


def test_inside_a_polygon_the_distance_is_nothing():
    zones = sm.bands(layer(box(24.0, 56.95, 24.02, 56.96)), ENDS)
    places = around(24.01, 56.955, 600, 6000.0, 3)
    metres = distances_m(places, SQUARE)
    inside = shapely.contains_xy(box(24.0, 56.95, 24.02, 56.96), places)
    assert inside.sum() > 3
    require_bands(zones, places, np.where(inside, 0.0, metres))
    require_rings(zones)


def test_a_hole_is_beside_its_polygon_and_what_is_far_inside_it_is_far_away():
    hole = box(24.0, 56.95, 24.1, 57.0)
    ringed = Polygon(box(23.99, 56.94, 24.11, 57.01).exterior, [hole.exterior])
    zones = sm.bands(layer(ringed), ENDS[:2])
    middle = np.array([[24.05, 56.975], [24.001, 56.975], [23.995, 56.975], [24.012, 56.975]])
    assert bands_of(middle, zones).tolist() == [0, 1, 1, 2]


def test_a_polygon_cut_at_the_antimeridian_is_one():
    halves = MultiPolygon([box(179.99, -17.01, 180, -17.0), box(-180, -17.01, -179.99, -17.0)])
    zones = sm.bands(layer(halves), [500])
    assert zones.is_valid.all()
    # 0.02° by 0.01° there, measured, and 500 m on each side: 4 sides and 4 quarters of a circle.
    width, height = sm.geodesic_length_m(layer(LineString([(0, -17.005), (0.02, -17.005)]))), 1106.8
    area = width[0] * height + 2 * 500 * (width[0] + height) + np.pi * 500**2
    assert zones["area_m2"][0] == pytest.approx(area, rel=1e-3)


def test_each_source_has_bands_or_all_together():
    two = layer(Point(24.0, 56.95), Point(24.005, 56.95), None).assign(name=["a", "b", "c"])
    own = sm.bands(two, [200, 500], source_id="name", intensities=[3, 1])
    assert own["source"].tolist() == ["a", "b", "c"] * 2 and own["band"].tolist() == [1, 1, 1, 2, 2, 2]
    assert own["intensity"].tolist() == [3.0] * 3 + [1.0] * 3
    assert own["from_m"].tolist() == [0.0] * 3 + [200.0] * 3 and own["to_m"].tolist() == [200.0] * 3 + [500.0] * 3
    assert own.geometry.isna().tolist() == own["area_m2"].isna().tolist() == [False, False, True] * 2
    together = sm.bands(two, [200, 500], together=True)
    assert together[["sources", "sources_without_position"]].values.tolist() == [[2, 1]] * 2
    require_rings(together)
    both = sm.service_areas(two[:2], 500)["area_m2"][0]
    assert together["area_m2"].sum() == pytest.approx(both, rel=1e-9)


def test_bands_are_zones_of_a_scenario():
    zones = sm.bands(layer(Point(24.0, 56.95)), [200, 500], intensities=[3, 1])
    gas = sm.Scenario("gas", "chemical", zones, intensity="intensity", unit="class", affected_from=1)
    homes = layer(Point(24.001, 56.95), Point(24.006, 56.95), Point(24.1, 56.95))
    hits = gas.hits(homes)
    assert hits.inside.tolist() == [1, 1, 0] and hits.intensity.tolist()[:2] == [3.0, 1.0]


@pytest.mark.parametrize(
    ("distances", "more", "told"),
    [
        ([], {}, "there are no distances"),
        ([500, 200], {}, "write each distance once, the nearest first, not 500 m, 200 m"),
        ([500, 500], {}, "write each distance once"),
        (0, {}, "a band ends at more than 0 and at most 1,000,000 m, not at 0"),
        ("1001 km", {}, "at most 1,000,000 m, not at 1001000"),
        (["5 min"], {}, "bands are of distances, and 5 min is a time"),
        ([500, 500.5], {}, "the band from 500 to 500.5 m is thinner than its limits may be off"),
        ([500], {"area_error": 0.5}, "area_error has to be in"),
        ([500], {"intensities": [1, 2]}, "there are 1 bands and 2 intensities"),
        ([500], {"intensities": [float("nan")]}, "an intensity is a finite number, not nan"),
    ],
)
def test_distances_that_cannot_be_are_told(distances, more, told):
    with pytest.raises(ValueError) as raised:
        sm.bands(layer(Point(24, 57)), distances, **more)
    assert told in str(raised.value)


def test_a_line_too_long_for_its_band_is_told():
    with pytest.raises(ValueError, match=r"a line of 5,0.. km is too long for a band"):
        sm.bands(layer(LineString([(0, 0), (45, 0)])), 1, area_error=1e-6)
