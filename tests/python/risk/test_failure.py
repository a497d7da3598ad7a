# SPDX-License-Identifier: Apache-2.0
"""Failures without a zone: whom the failing facilities serve, and who is left without any other."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

import sheltermap as sm

# A degree of longitude is 60.8 km there: pumps 6.1 km apart, of which the middle one fails.
PUMPS = gpd.GeoDataFrame(
    {"off": ["no", "yes", "no"]}, geometry=[Point(lon, 56.95) for lon in (24.0, 24.1, 24.2)], crs=4326
)
# Nearest to the first, to the second (4 and 5.5 km to the others), to the third, 12 km off, nowhere.
HOMES = gpd.GeoDataFrame(geometry=[*(Point(lon, 56.95) for lon in (24.02, 24.065, 24.19, 24.4)), None], crs=4326)


def dry(**more: object) -> sm.Scenario:
    return sm.Scenario("dry", "water", failing=sm.Failing(PUMPS, "off", **more))


@pytest.mark.parametrize(("limit", "lost"), [(None, 0), ("5 km", 0), ("4 km", 0), ("3 km", 1)])
def test_lost_is_who_has_no_other_within_the_limit(limit, lost):
    # From 24.065 the second is 2.1 km away, the first 4.0 km (0.065 of 60.8 km), the third 8.2 km.
    hits = dry(limit=limit).hits(HOMES)
    assert hits.inside.tolist() == [0, 1, 0, 0, -1]
    assert hits.lost.tolist() == [0, lost, 0, 0, -1]
    assert np.isnan(hits.intensity).all() and hits.reason[4] == "missing_geometry"


def test_who_is_served_by_none_is_not_affected_and_told():
    hits = dry(limit="1 km").hits(HOMES)
    assert hits.inside.tolist() == [0, 0, 0, 0, -1]
    assert hits.notes == [
        "features: 3 rows are served by no facility even before the failure; they are not affected by it."
    ]


def test_where_all_fail_all_are_lost():
    hits = sm.Scenario("dry", "water", failing=sm.Failing(PUMPS, [True] * 3)).hits(HOMES)
    assert hits.inside.tolist() == hits.lost.tolist() == [1, 1, 1, 1, -1]


def test_along_streets_the_way_decides():
    # The street runs from the first pump to the third; the second stands beside it, at the end of a long spur.
    streets = gpd.GeoDataFrame(
        geometry=[
            LineString([(24.0, 56.95), (24.1, 56.96), (24.2, 56.95)]),
            LineString([(24.0, 56.95), (24.1, 56.95)]),
        ],
        crs=4326,
    )
    roads = sm.Network.from_lines(streets, speed_kmh=6)
    home = gpd.GeoDataFrame(geometry=[Point(24.1, 56.96)], crs=4326)
    as_the_crow_flies = dry().hits(home)
    along = dry(by=roads, direction="from").hits(home)
    assert (as_the_crow_flies.inside.tolist(), along.inside.tolist()) == ([1], [0])
    with pytest.raises(ValueError, match="a time or a direction needs streets"):
        dry(limit="5 min")


def test_buildings_are_served_as_a_whole_and_streets_by_nothing():
    blocks = gpd.GeoDataFrame(
        geometry=[box(24.09, 56.949, 24.11, 56.951), box(24.0, 56.9, 24.01, 56.91), None], crs=4326
    )
    hits = dry().hits(blocks)
    whole = sm.geodesic_area_m2(blocks)
    assert (hits.inside.tolist(), hits.unit) == ([1, 0, -1], "m2")
    np.testing.assert_allclose(hits.whole, whole, rtol=1e-7)
    np.testing.assert_array_equal(hits.amount, [hits.whole[0], 0, np.nan])
    street = gpd.GeoDataFrame(geometry=[LineString([(24.09, 56.95), (24.11, 56.95)]), None], crs=4326)
    found = dry().hits(street)
    assert (found.inside.tolist(), found.amount.tolist()[0], found.unit) == ([0, -1], 0.0, "m")
    assert found.reason[1] == "missing_geometry" and found.notes[0].words["lv"].startswith("Apgādes pārtraukums")


def test_a_pump_without_a_place_is_told():
    pumps = gpd.GeoDataFrame({"off": ["yes", "no"]}, geometry=[Point(24.1, 56.95), None], crs=4326)
    (note, *_) = sm.Scenario("dry", "water", failing=sm.Failing(pumps, "off")).hits(HOMES).notes
    assert note.startswith("Facilities without a place: 1.")


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), limit=st.sampled_from([None, 500.0, 2000.0]))
def test_the_nearest_of_each_by_all_distances(seed, limit):
    random = np.random.default_rng(seed)
    places = np.column_stack([random.uniform(24.0, 24.05, 12), random.uniform(56.94, 56.96, 12)])
    people = np.column_stack([random.uniform(24.0, 24.05, 40), random.uniform(56.94, 56.96, 40)])
    out = random.random(12) < 0.4
    out[0] = True
    metres = np.column_stack([sm.geodesic_distance_m(*people.T, *np.tile(each, (40, 1)).T) for each in places])
    within = metres <= (np.inf if limit is None else limit)
    served = within.any(axis=1)
    affected = served & out[metres.argmin(axis=1)]
    lost = affected & ~(within & ~out).any(axis=1)
    facilities = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*places.T), crs=4326)
    demand = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*people.T), crs=4326)
    hits = sm.Scenario("dry", "water", failing=sm.Failing(facilities, out, limit=limit)).hits(demand)
    np.testing.assert_array_equal(hits.inside, affected)
    np.testing.assert_array_equal(hits.lost, lost)


@pytest.mark.parametrize(
    ("fails", "told"),
    [
        ([False] * 3, "no facility fails: say which do"),
        ([True], "fails is a yes-or-no column, or true or false for each of the 3 facilities"),
        ([1, 0, 0], "true or false for each"),
        ("on", "has no column 'on'"),
    ],
)
def test_what_fails_has_to_be_said(fails, told):
    with pytest.raises(ValueError, match=told):
        sm.Failing(PUMPS, fails)


def test_a_scenario_has_zones_or_something_that_fails():
    zones = gpd.GeoDataFrame(geometry=[box(24, 56, 25, 57)], crs=4326)
    with pytest.raises(ValueError, match="scenario dry: zones and failing both say where it acts"):
        sm.Scenario("dry", "water", zones, failing=sm.Failing(PUMPS, "off"))
    with pytest.raises(TypeError, match=r"scenario dry: failing is made by sm.Failing\(...\), not a GeoDataFrame"):
        sm.Scenario("dry", "water", failing=PUMPS)
