# SPDX-License-Identifier: Apache-2.0
"""Places that a network was asked about before get on it where they did, and others where they do."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

import sheltermap as sm

LONG, NORTH = shapely.LineString([(24.10, 56.95), (24.20, 56.95)]), shapely.LineString([(24.10, 57.0), (24.20, 57.0)])


@pytest.fixture
def walk():
    return sm.Network.from_lines(gpd.GeoDataFrame(geometry=[LONG, NORTH], crs=4326), speed_kmh=6)


def edges(network, places):
    return np.asarray(network.snapped(np.array(places)).edge).tolist()


def test_the_same_places_are_snapped_once(walk):
    places = np.array([(24.15, 56.951), (np.nan, np.nan)])
    assert walk.snapped(places) is walk.snapped(places.copy())


def test_places_that_were_moved_since_are_snapped_anew(walk):
    places = np.array([(24.15, 56.951), (24.15, 56.999)])
    south, north = edges(walk, places)
    assert south != north
    places[0] = (24.15, 57.001)
    assert edges(walk, places) == [north, north]


def test_a_view_with_another_limit_asks_for_itself():
    lines = gpd.GeoDataFrame(geometry=[LONG], crs=4326)
    near, far = (sm.Network.from_lines(lines, speed_kmh=6, snap_limit_m=limit) for limit in (100, 1000))
    place = np.array([(24.15, 56.953)])  # 334 m
    assert edges(near, place) == [-1] and edges(far, place) == [0]


def test_what_was_asked_long_ago_is_forgotten_and_found_again(walk):
    first = np.array([(24.15, 56.951)])
    before = walk.snapped(first)
    for number in range(10):
        walk.snapped(np.array([(24.15, 56.951 + 1e-5 * (number + 1))]))
    again = walk.snapped(first)
    assert again is not before and np.array_equal(np.asarray(again.at), np.asarray(before.at))
