# SPDX-License-Identifier: Apache-2.0
"""What decisions share: demand rows that none of them can tell apart are one."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack

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


def random_reach(rng: np.random.Generator, rows: int, facilities: int) -> _core.Reach:
    homes, shelters = (
        gpd.GeoDataFrame(geometry=gpd.points_from_xy(*rng.uniform([[24], [57]], [[24.2], [57.1]], (2, n))), crs=4326)
        for n in (rows, facilities)
    )
    return sm.reach(homes, shelters, k=facilities, limit="6 km")


@pytest.mark.parametrize("seed", range(12))
def test_an_allocation_is_the_optimum_of_a_linear_programme(seed: int) -> None:
    rng = np.random.default_rng(seed)
    reach = random_reach(rng, 40, 6)
    people, places = rng.integers(0, 9, 40), rng.integers(0, 60 if seed % 2 else 25, 6)
    plan = _core.allocate(reach, people, places, start_arcs=2)
    row = np.repeat(np.arange(40), np.diff(reach.offsets))
    cost = np.rint(reach.cost * 1000)
    one, facility = np.ones(len(row)), reach.facility
    of_rows = csr_matrix((one, (row, np.arange(len(row)))), shape=(40, len(row)))
    of_facilities = csr_matrix((one, (facility, np.arange(len(row)))), shape=(6, len(row)))
    found = linprog(cost - 1e9, vstack([of_rows, of_facilities]), np.concatenate([people, places]), method="highs")
    served = np.rint(found.x).astype(int)
    assert plan.served == served.sum()
    assert plan.primal == plan.dual == (served * cost.astype(int)).sum()
    assert (plan.load <= places).all() and plan.served + plan.unserved.sum() == people.sum()


@pytest.fixture
def any_threads() -> Iterator[None]:
    """Let a test set the number of threads."""
    before = sm.threads()
    yield
    sm.set_threads(before)


@pytest.mark.usefixtures("any_threads")
def test_permuted_rows_and_threads_change_nothing() -> None:
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform([[24], [57]], [[24.2], [57.1]], (2, 300))
    shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon[:9], lat[:9]), crs=4326)
    people, places, order = rng.integers(1, 9, 300), np.full(9, 120), rng.permutation(300)
    as_they_are = np.arange(300)
    runs = [(as_they_are, 1), (order, 1), (as_they_are, 3), (order, 3)]
    table = np.zeros((len(runs), 300, 9), int)
    for number, (rows, threads) in enumerate(runs):
        sm.set_threads(threads)
        homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon[rows], lat[rows]), crs=4326)
        plan = _core.allocate(sm.reach(homes, shelters, k=9, limit="30 km"), people[rows], places)
        table[number, rows[plan.row], plan.facility] = plan.people
    assert table[0].sum() == min(people.sum(), places.sum())
    assert all(np.array_equal(table[0], other) for other in table[1:])
