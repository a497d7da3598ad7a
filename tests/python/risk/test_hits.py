# SPDX-License-Identifier: Apache-2.0
"""Which rows a scenario acts on: points, lines and polygons, on borders, in zones whose intensity nobody knows."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

import sheltermap as sm
from sheltermap.risk.hits import STATES

# Side by side from west to east, each 0.01° wide: 0.5 deep, 1.0 deep, unknown; the last two overlap by half.
ZONES = gpd.GeoDataFrame(
    {"depth_m": [0.5, 1.0, None]},
    geometry=[box(24.00, 56.9, 24.01, 57), box(24.01, 56.9, 24.02, 57), box(24.015, 56.9, 24.03, 57)],
    crs=4326,
)
# In the first, on the border of the first two, in the second, in both of the last, in the last, in none, nowhere.
POINTS = gpd.GeoDataFrame(
    geometry=[*(Point(lon, 56.95) for lon in (24.005, 24.01, 24.0125, 24.0175, 24.025, 24.5)), None], crs=4326
)


def flood(**more: object) -> sm.Scenario:
    return sm.Scenario("flood", "flood", ZONES, intensity="depth_m", unit="m", **more)


def test_points_have_the_highest_known_intensity_there():
    hits = flood().hits(POINTS)
    assert hits.inside.tolist() == [1, 1, 1, 1, 1, 0, -1]
    np.testing.assert_array_equal(hits.intensity, [0.5, 1.0, 1.0, 1.0, np.nan, np.nan, np.nan])
    assert list(hits.reason) == [np.nan] * 6 + ["missing_geometry"]
    assert (hits.amount, hits.whole, hits.unit) == (None, None, None)
    assert hits.notes == [
        "zones of scenario flood: 2 rows lie in zones whose intensity is not known; it counts as unknown unless "
        "another zone there tells it."
    ]
    assert [STATES[each] for each in hits.state[-3:]] == ["affected", "not_affected", "unknown"]


def test_a_value_on_the_limit_affects_and_an_unknown_one_may():
    hits = flood(affected_from=1.0).hits(POINTS)
    assert hits.inside.tolist() == [0, 1, 1, 1, -1, 0, -1]
    np.testing.assert_array_equal(hits.intensity, [np.nan, 1.0, 1.0, 1.0, np.nan, np.nan, np.nan])
    assert list(hits.reason[[4, 6]]) == ["intensity_unknown", "missing_geometry"]
    above = flood(affected_from=np.nextafter(1.0, 2)).hits(POINTS)
    assert above.inside.tolist() == [0, 0, 0, -1, -1, 0, -1]


def test_zones_without_an_intensity_say_where_and_no_more():
    hits = sm.Scenario("flood", "flood", ZONES).hits(POINTS)
    assert hits.inside.tolist() == [1, 1, 1, 1, 1, 0, -1]
    assert np.isnan(hits.intensity).all() and not hits.notes


def test_polygons_count_by_the_square_metres_that_they_have_in_common():
    # From the middle of the first zone to that of the second; in the last alone; beside; touching; nowhere.
    blocks = gpd.GeoDataFrame(
        geometry=[
            box(24.005, 56.94, 24.0125, 56.96),
            box(24.021, 56.94, 24.029, 56.96),
            box(24.4, 56.94, 24.41, 56.96),
            box(23.99, 56.94, 24.00, 56.96),
            None,
        ],
        crs=4326,
    )
    whole = sm.geodesic_area_m2(blocks)  # with geodesics for edges, not straight ones in degrees: 2e-9 of the area
    hits = flood().hits(blocks)
    assert hits.inside.tolist() == [1, 1, 0, 0, -1]
    assert hits.unit == "m2"
    np.testing.assert_array_equal(hits.intensity, [1.0, np.nan, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(hits.amount, [whole[0], whole[1], 0, 0, np.nan], rtol=1e-8)
    np.testing.assert_allclose(hits.whole, whole, rtol=1e-8)
    np.testing.assert_array_equal(hits.amount_unknown, [0, 0, 0, 0, np.nan])
    deep = flood(affected_from=1.0).hits(blocks)
    assert deep.inside.tolist() == [1, -1, 0, 0, -1]
    part = sm.geodesic_area_m2(gpd.GeoDataFrame(geometry=[box(24.01, 56.94, 24.0125, 56.96)], crs=4326))[0]
    np.testing.assert_allclose(deep.amount, [part, 0, 0, 0, np.nan], rtol=1e-8)
    np.testing.assert_allclose(deep.amount_unknown, [0, whole[1], 0, 0, np.nan], rtol=1e-8)
    assert list(deep.reason[[1, 4]]) == ["intensity_unknown", "missing_geometry"]


def test_lines_count_by_their_metres_and_what_is_unknown_beside_what_acts_is_told_apart():
    street = gpd.GeoDataFrame(geometry=[LineString([(24.005, 56.95), (24.025, 56.95)])], crs=4326)
    hits = flood(affected_from=1.0).hits(street)
    acting = sm.overlap(street, ZONES[1:2])["length_m"].iloc[0]
    unknown = sm.overlap(street, gpd.GeoDataFrame(geometry=[box(24.02, 56.9, 24.03, 57)], crs=4326))["length_m"].iloc[0]
    assert (hits.inside.tolist(), hits.unit, hits.intensity.tolist()) == ([1], "m", [1.0])
    np.testing.assert_allclose([hits.amount[0], hits.amount_unknown[0]], [acting, unknown], rtol=1e-9)


def test_no_zone_strong_enough_hits_nothing():
    hits = sm.Scenario("flood", "flood", ZONES[:1], intensity="depth_m", affected_from=9.0)
    assert hits.hits(POINTS[:3]).inside.tolist() == [0, 0, 0]
    blocks = gpd.GeoDataFrame(geometry=[box(24.001, 56.94, 24.002, 56.96)], crs=4326)
    found = hits.hits(blocks)
    assert (found.inside.tolist(), found.amount.tolist(), found.amount_unknown.tolist()) == ([0], [0.0], [0.0])


def test_a_refused_row_says_so():
    homes = {"type": "FeatureCollection", "features": [_home(1, 24.005), _home(1, 24.0125), _home(2, 24.5)]}
    hits = flood().hits(sm.read(homes, id="id", strict=False))
    assert hits.inside.tolist() == [1, -1, 0]
    assert hits.reason[1] == "row_refused" and hits.reason.isna().tolist() == [True, False, True]


def _home(id_: int, lon: float) -> dict[str, object]:
    place = {"type": "Point", "coordinates": [lon, 56.95]}
    return {"type": "Feature", "properties": {"id": id_}, "geometry": place}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), limits=st.lists(st.floats(0, 3), min_size=2, max_size=2).map(sorted))
def test_points_by_brute_force_and_a_higher_limit_affects_no_more(seed, limits):
    random = np.random.default_rng(seed)
    west, south = random.uniform(24, 24.9, 12), random.uniform(56, 56.9, 12)
    boxes = shapely.box(west, south, west + random.uniform(0.01, 0.5, 12), south + random.uniform(0.01, 0.5, 12))
    deep = np.where(random.random(12) < 0.2, np.nan, random.uniform(0, 3, 12).round(1))
    zones = gpd.GeoDataFrame({"deep": deep}, geometry=boxes, crs=4326)
    places = shapely.points(random.uniform(24, 25.2, 60), random.uniform(56, 57.2, 60))
    points = gpd.GeoDataFrame(geometry=places, crs=4326)
    inside = shapely.intersects(places[:, None], boxes[None, :])
    found = []
    for limit in limits:
        hits = sm.Scenario("f", "flood", zones, intensity="deep", affected_from=limit).hits(points)
        acts = (inside & (deep >= limit)).any(axis=1)
        unsure = (inside & np.isnan(deep)).any(axis=1) & ~acts
        np.testing.assert_array_equal(hits.inside, np.where(acts, 1, np.where(unsure, -1, 0)))
        strongest = np.where(inside & (deep >= limit), deep, -1).max(axis=1)
        np.testing.assert_array_equal(hits.intensity, np.where(acts, strongest, np.nan))
        found.append(acts)
    assert (found[1] <= found[0]).all()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.floats(24.1, 24.9))
def test_what_lies_in_two_disjoint_zones_is_the_sum_of_both(seed, cut):
    random = np.random.default_rng(seed)
    west, south = random.uniform(24, 24.9, 20), random.uniform(56, 56.9, 20)
    blocks = gpd.GeoDataFrame(geometry=shapely.box(west, south, west + 0.2, south + 0.1), crs=4326)
    halves = [gpd.GeoDataFrame(geometry=[each], crs=4326) for each in (box(24, 56, cut, 57), box(cut, 56, 25, 57))]
    amounts = [sm.Scenario(f"h{number}", "flood", half).hits(blocks).amount for number, half in enumerate(halves)]
    both = sm.Scenario("both", "flood", pd.concat(halves, ignore_index=True)).hits(blocks)
    np.testing.assert_allclose(both.amount, amounts[0] + amounts[1], rtol=1e-9, atol=1e-4)


def test_a_scenario_without_a_place_says_so():
    with pytest.raises(ValueError, match="scenario heat: nothing says where it acts: give zones, a raster, or what"):
        sm.Scenario("heat", "heat", annual_probability=0.1).hits(POINTS)


def test_zones_far_away_are_told():
    far = gpd.GeoDataFrame(geometry=[box(-70, -30, -69, -29)], crs=4326)
    with pytest.warns(sm.FarApartWarning, match="homes and zones of scenario quake lie"):
        sm.Scenario("quake", "earthquake", far).hits(POINTS, "homes")


def test_zones_without_a_place_are_told_in_every_language():
    zones = gpd.GeoDataFrame(geometry=[box(24, 56.9, 24.01, 57), None], crs=4326)
    (note,) = sm.Scenario("flood", "flood", zones).hits(POINTS).notes
    assert note.startswith("Zones without a place: 1.") and note.words["lv"].startswith("Zonas bez vietas: 1.")
