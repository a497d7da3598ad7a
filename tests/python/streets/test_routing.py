# SPDX-License-Identifier: Apache-2.0
"""The ways people take: how many go where, and which streets they depend on."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString

import sheltermap as sm


def points(lon, lat, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs=4326)


@pytest.fixture
def streets():
    """A valley road from west to east, a loop around its middle, and the shelter at its western end."""
    return gpd.GeoDataFrame(
        {"name": ["Valley west", "Valley middle", "Loop", "Valley east"]},
        geometry=[
            LineString([(24.00, 57.0), (24.02, 57.0)]),
            LineString([(24.02, 57.0), (24.04, 57.0)]),
            LineString([(24.02, 57.0), (24.03, 57.01), (24.04, 57.0)]),
            LineString([(24.04, 57.0), (24.06, 57.0)]),
        ],
        crs=4326,
    )


@pytest.fixture
def walk(streets):
    return sm.Network.from_lines(streets, name="name")


@pytest.fixture
def people():
    return points([24.01, 24.03, 24.05, 24.06], [57.0, 57.0, 57.0, 57.0], people=[1, 2, 4, None])


@pytest.fixture
def shelter():
    return points([24.00], [57.0])


def test_flows_are_the_people_on_each_street(walk, people, shelter):
    flows = sm.flows(people, shelter, by=walk, weight="people").set_index("name").people
    assert flows.to_dict() == {"Valley west": 7, "Valley middle": 6, "Valley east": 4}
    near = sm.flows(people, shelter, by=walk, weight="people", limit="2 km").set_index("name").people
    assert near.to_dict() == {"Valley west": 3, "Valley middle": 2}
    assert sm.flows(people, shelter, by=walk).people.tolist() == [4, 3, 2]


def test_the_street_without_a_detour_is_critical(walk, people, shelter):
    critical = sm.critical_edges(people, shelter, by=walk, weight="people").set_index("name")
    assert critical.people_lost.to_dict() == {"Valley west": 7, "Valley east": 4, "Valley middle": 2}
    assert critical.people_using.to_dict() == {"Valley west": 7, "Valley east": 4, "Valley middle": 6}


def test_with_a_limit_a_long_detour_is_a_loss_too(walk, people, shelter):
    # Along the valley the people in the east have 3.0 km to go, by the loop 3.9 km.
    critical = sm.critical_edges(people, shelter, by=walk, weight="people", limit="3.5 km", count=2)
    assert critical.name.tolist() == ["Valley west", "Valley middle"]
    assert critical.people_lost.tolist() == [7, 6]


def test_what_is_closed_already_is_not_critical(walk, people, shelter):
    closed = walk.close(ways=[1])  # the people in its middle are cut off, the others go by the loop
    critical = sm.critical_edges(people, shelter, by=closed, weight="people").set_index("name")
    assert critical.people_lost.to_dict() == {"Valley west": 5, "Valley east": 4, "Loop": 4}


def test_wrong_questions_are_refused(walk, people, shelter):
    with pytest.raises(ValueError, match="count"):
        sm.critical_edges(people, shelter, by=walk, count=0)
    with pytest.raises(ValueError, match="not negative"):
        sm.flows(people.assign(people=-1), shelter, by=walk, weight="people")
    with pytest.raises(ValueError, match="a number with a unit"):
        sm.flows(people, shelter, by=walk, limit="15")


def test_people_are_neither_lost_nor_made_on_the_way(walk, shelter):
    random = np.random.default_rng(3)
    crowd = points(
        random.uniform(24.0, 24.06, 200), random.uniform(56.999, 57.001, 200), people=random.uniform(0, 5, 200)
    )
    flows = sm.flows(crowd, shelter, by=walk, weight="people").set_index("name").people
    assert flows["Valley west"] == pytest.approx(crowd.people.sum())
