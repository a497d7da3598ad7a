# SPDX-License-Identifier: Apache-2.0
"""Sites with so many places and no more, against a linear program for every choice."""

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from shapely import Point

import sheltermap as sm
from siting_town import LIMIT, choices, matrix, permuted, town

UPGRADES = pd.DataFrame(
    {
        "facility": ["S0", "S0", "S1"],
        "action": ["add_capacity", "improve_access", "adapt"],
        "places": [25, None, None],
        "access_gain": [None, "300 m", None],
        "eur": [6000, 4000, 9000],
    }
)


def best_of(people, cost, places):
    """Most people with a place, then the least people × metres, by linear programs; rows by facilities."""
    rows, facilities = np.nonzero(cost <= LIMIT)
    if not len(rows):
        return 0.0, 0.0
    bounds = np.zeros((len(people) + len(places), len(rows)))
    bounds[rows, np.arange(len(rows))] = 1
    bounds[len(people) + facilities, np.arange(len(rows))] = 1
    limits = np.append(people, places)
    most = -linprog(-np.ones(len(rows)), bounds, limits).fun
    way = linprog(cost[rows, facilities], bounds, limits, np.ones((1, len(rows))), [round(most)]).fun
    return round(most), way


def ask(homes, cellars, stands, **also):
    named = {"weight": "people", "cost": "eur", "currency": "EUR", "candidate_id": "id", "facility_id": "id"}
    wanted = {"objective": "capacitated", "existing": stands, "within": LIMIT, "capacity": "places"}
    return sm.site(homes, cellars, **wanted | named | also)


def crowded(seed, sites=5):
    homes, cellars, stands = town(seed, rows=25, sites=sites, standing=2, size=1300.0)
    rng = np.random.default_rng(seed + 100)
    return homes, cellars.assign(places=rng.integers(10, 90, sites)), stands.assign(places=[40, 60])


@pytest.mark.parametrize("seed", range(5))
def test_the_best_is_that_of_all_choices(seed):
    homes, cellars, stands = crowded(seed)
    people, new, old = homes["people"].to_numpy(float), matrix(homes, cellars), matrix(homes, stands)
    price = cellars["eur"].to_numpy()
    for means in ({"p": 2}, {"budget": 35_000}):
        found = ask(homes, cellars, stands, **means)
        best = max(
            (served, -way)
            for chosen in choices(5, means.get("p"), price, means.get("budget"))
            for served, way in [
                best_of(people, np.column_stack([old, new[:, chosen]]), [40, 60, *cellars["places"].iloc[chosen]])
            ]
        )
        assert found.objective == best[0] and found.travel == pytest.approx(-best[1], abs=0.1)
        assert found.proven and found.bound == found.objective and found.travel_bound == found.travel
        assert found.summary["covered_after"].iloc[0] == best[0] == found.rows["served_after"].sum()
        before, _ = best_of(people, old, [40, 60])
        assert found.summary["covered_before"].iloc[0] == before == found.rows["served_before"].sum()
        assert found.proposal["people_gained"].sum() == best[0] - before


@pytest.mark.parametrize("seed", range(4))
def test_more_places_a_nearer_door_and_a_structure_made_usable_are_weighed(seed):
    homes, cellars, stands = crowded(seed, sites=2)
    people, new, old = homes["people"].to_numpy(float), matrix(homes, cellars), matrix(homes, stands)
    found = ask(homes, cellars, stands, p=2, upgrades=UPGRADES)
    best = []
    for chosen in choices(5, 2):
        taken = {each - 2 for each in chosen if each >= 2}
        sites = [each for each in chosen if each < 2]
        if {0, 1} <= taken:
            continue  # one at most of S0
        cost, places = old.copy(), [40 + 25 * (0 in taken), 60 * (2 in taken)]
        cost[:, 0] = np.maximum(cost[:, 0] - 300 * (1 in taken), 0)
        best.append(best_of(people, np.column_stack([cost, new[:, sites]]), [*places, *cellars["places"].iloc[sites]]))
    served, way = max(best, key=lambda each: (each[0], -each[1]))
    assert found.proven and found.objective == served and found.travel == pytest.approx(way, abs=0.1)


def test_the_order_of_the_rows_changes_nothing_and_parts_of_people_are_held():
    homes, cellars, stands = crowded(1)
    homes["people"] = homes["people"] + 0.25
    one = ask(homes, cellars, stands, p=2)
    other = ask(permuted(homes, 1), permuted(cellars, 2), permuted(stands, 3), p=2)
    pd.testing.assert_frame_equal(one.proposal, other.proposal)
    assert (one.objective, one.travel) == (other.objective, other.travel)
    assert one.rows["served_after"].sum() == pytest.approx(one.objective)


@pytest.mark.parametrize(("places", "told"), [(-3, "holds -3 in row 2"), (2.5, r"holds 2\.5 in row 2")])
def test_places_are_whole_numbers(places, told):
    homes, cellars, stands = crowded(1)
    cellars["places"] = cellars["places"].astype(float)
    cellars.loc[1, "places"] = places
    with pytest.raises(ValueError, match=told):
        ask(homes, cellars, stands, p=1)


def test_a_candidate_of_unknown_size_is_not_chosen_and_none_at_all_gives_nothing():
    homes, cellars, stands = crowded(1)
    cellars["places"] = cellars["places"].astype(float)
    cellars.loc[1, "places"] = np.nan
    found = ask(homes, cellars, stands, p=4)
    assert found.chosen["left_out"][1] == "capacity_unknown" and not found.chosen["chosen"][1]
    nothing = ask(homes, cellars.assign(places=0), stands.assign(places=0), p=2)
    assert nothing.objective == 0 == nothing.bound and not nothing.chosen["chosen"].any()
    assert set(nothing.rows["reason"].dropna()) <= {"full", "too_far"}


def test_who_has_a_place_does_not_rest_on_the_order_of_what_stands():
    """Two standing cellars are as good for everybody; which of two rows is divided must not hang on their order."""
    at = [0.0, 0.001, 0.002, 0.003]
    homes = gpd.GeoDataFrame(
        {"people": [7, 5, 6, 3], "id": list("abcd")}, geometry=[Point(24 + x, 57) for x in at], crs=4326
    )
    stands = gpd.GeoDataFrame(
        {"places": [4, 5, 6], "id": ["s", "t", "u"]},
        geometry=[Point(24.0005, 57.0001), Point(24.0015, 57.0001), Point(24.0025, 57.0001)],
        crs=4326,
    )
    cellars = gpd.GeoDataFrame({"places": [9], "eur": [1.0], "id": ["k"]}, geometry=[Point(24.0035, 57)], crs=4326)
    answers = []
    for order in itertools.permutations(range(3)):
        rows = ask(homes, cellars, stands.iloc[list(order)], p=1).rows.drop(columns="geometry")
        assert (rows[["served_before", "served_after"]] % 1 == 0).all(axis=None)
        answers.append(rows)
    for each in answers[1:]:
        pd.testing.assert_frame_equal(each, answers[0], check_exact=True)
