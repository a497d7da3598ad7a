# SPDX-License-Identifier: Apache-2.0
"""What decisions share: demand rows that none of them can tell apart are one."""

import geopandas as gpd
import numpy as np
import pytest

import sheltermap as sm
from sheltermap import _core


def test_rows_that_reach_the_same_are_one_group() -> None:
    homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1, 24.1, 24.3, 25.9], [57, 57, 57, 57]), crs=4326)
    shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.11, 24.29], [57, 57]), crs=4326)
    reach = sm.reach(homes, shelters, limit="20 km")
    alike = _core.merged_rows(reach)
    assert (alike.group.tolist(), alike.first.tolist(), len(alike)) == ([0, 0, 0, -1], [0], 1)
    alike = _core.merged_rows(reach, with_costs=True)
    assert (alike.group.tolist(), alike.first.tolist()) == ([0, 0, 1, -1], [0, 2])
    assert np.array_equal(_core.merged_rows(reach, limit=1000).group, [0, 0, 1, -1])


def small_reach() -> _core.Reach:
    homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1, 24.1, 24.3, 25.9], [57, 57, 57, 57]), crs=4326)
    shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.11, 24.29], [57, 57]), crs=4326)
    return sm.reach(homes, shelters, k=2, limit="20 km")


def test_people_are_sent_to_places_at_the_least_cost() -> None:
    reach = small_reach()
    plan = _core.allocate(reach, np.array([3, 2, 4, 9]), np.array([4, 4]))
    assert (plan.served, plan.unserved.tolist(), plan.load.tolist()) == (8, [0, 1, 0, 9], [4, 4])
    assert (plan.row.tolist(), plan.facility.tolist(), plan.people.tolist()) == ([0, 1, 2], [0, 0, 1], [3, 1, 4])
    near, far = reach.cost[:2]
    assert plan.cost == pytest.approx([near, near, near], rel=1e-9)
    assert plan.primal == plan.dual == 8 * round(near * 1000) == round(plan.total_cost * 1000)
    # One more place: the person left over gets it, by a chain at the second. The last row has no shelter in reach.
    assert (plan.gain_people.tolist(), plan.loss_people.tolist()) == ([1, 1], [1, 1])
    assert plan.gain_cost == pytest.approx([near, far], abs=1e-3)
    assert plan.loss_cost == pytest.approx([-near, -near], abs=1e-3)
    assert plan.rows_to_widen.tolist() == []
    people, cost = plan.curve(0, 2)
    assert (people.tolist(), cost.tolist()) == ([1, 1], [plan.gain_cost[0]] * 2)
    assert (plan.without(1).served, plan.with_places(0, 1).served, plan.with_places(0, -4).served) == (4, 9, 4)


def test_counts_are_whole_numbers_and_not_negative() -> None:
    reach, people, places = small_reach(), np.array([3, 2, 4, 9]), np.array([4, 4])
    with pytest.raises(ValueError, match="places must be whole numbers"):
        _core.allocate(reach, people, places / 2)
    with pytest.raises(ValueError, match="people of row 0 are below zero"):
        _core.allocate(reach, -people, places)
    with pytest.raises(ValueError, match="one number for each of 4"):
        _core.allocate(reach, people[:3], places)
    plan = _core.allocate(reach, people, places)
    with pytest.raises(ValueError, match="no facility 2"):
        plan.without(2)
    with pytest.raises(ValueError, match="facility 1 has 4 places: -5 more is impossible"):
        plan.with_places(1, -5)
