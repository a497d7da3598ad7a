# SPDX-License-Identifier: Apache-2.0
"""Rules of an allocation: own buildings, households, groups, and everybody to the nearest until it is full."""

import numpy as np
import pytest

import sheltermap as sm
from allocation_town import homes, plan, shelters


def sent(found: sm.Allocation, column: str = "people") -> dict[tuple[str, str], float]:
    """People of each home by facility, or by why they have none."""
    rows = found.rows.assign(to=found.rows["facility"].astype(object).where(found.rows["facility"].notna(), "-"))
    return {(home, to): each for home, to, each in zip(rows["home"], rows["to"], rows[column], strict=True) if each > 0}


def test_own_buildings_come_first_and_what_that_costs_is_told():
    # h0 lives beside s0 and has rooms in s1, 608 m away, 15 of them; h1 lives at s1, which is left for nobody.
    demand = homes(20, 15, own=["s1", None])
    free, own = plan(demand, shelters(20, 15)), plan(demand, shelters(20, 15), own_building="own")
    assert sent(free) == {("h0", "s0"): 20, ("h1", "s1"): 15}
    assert sent(own) == {("h0", "s0"): 5, ("h0", "s1"): 15, ("h1", "s0"): 15}
    line = own.summary.iloc[0]
    assert (line["served"], line["unserved_beyond_optimum"], line["certified"]) == (35, 0, False)
    assert line["person_m_beyond_optimum"] == pytest.approx(2 * 15 * 607.7, rel=1e-3)
    assert line["person_m"] == pytest.approx(
        free.summary["person_m"].iloc[0] + line["person_m_beyond_optimum"], abs=0.1
    )


def test_of_more_people_than_the_own_building_holds_the_nearest_stay():
    demand = homes(9, 9, lon=[24.002, 24.001], own=["s0", "s0"])
    found = plan(demand, shelters(10), own_building="own")
    assert sent(found) == {("h1", "s0"): 9, ("h0", "s0"): 1, ("h0", "-"): 8}


def test_an_own_building_beyond_the_nearest_twenty_and_one_beyond_the_limit():
    room = shelters(*[5] * 25, 30, lon=[24.0 + 0.001 * number for number in range(25)] + [24.2])
    demand = homes(20, own=["s25"])
    assert sent(plan(demand, room, own_building="own")) == {("h0", "s25"): 20}
    near = plan(demand, room, own_building="own", limit="1 km")
    assert near.summary["rows_without_way_to_own_building"].iloc[0] == 1 and near.summary["served"].iloc[0] == 20


def test_households_go_to_one_facility_or_to_none():
    demand = homes(2, 3, 4, lon=[24.0, 24.0, 24.01], family=["A", "A", None])
    found = plan(demand, shelters(6, 4), household="family")
    assert sent(found) == {("h0", "s0"): 2, ("h1", "s0"): 3, ("h2", "s1"): 4}
    split = plan(homes(4, 4, lon=[24.0, 24.0]), shelters(6, 9), household=True)
    assert split.summary[["households_split_in_optimum", "rows_split", "largest_overload"]].iloc[0].tolist() == [
        1,
        0,
        2,
    ]
    assert sorted(split.facilities["load"]) == [4, 4] and split.summary["person_m_beyond_optimum"].iloc[0] > 0


@pytest.mark.parametrize("seed", range(8))
def test_nobody_is_split_no_shelter_overfull_and_the_optimum_a_bound(seed):
    random = np.random.default_rng(seed)
    demand = homes(*random.integers(1, 6, 25).astype(float), lon=(24 + random.integers(0, 40, 25) / 1000).tolist())
    room = shelters(*random.integers(5, 25, 4), lon=(24 + random.integers(0, 40, 4) / 1000).tolist())
    whole = plan(demand, room, household=True)
    assert (whole.rows["home"].value_counts() == 1).all() and (whole.facilities["free"] >= 0).all()
    line = whole.summary.iloc[0]
    assert line["unserved_beyond_optimum"] >= 0
    if line["unserved_beyond_optimum"] == 0:
        assert line["primal_person_m"] >= line["dual_person_m"] == plan(demand, room).summary["primal_person_m"].iloc[0]


def test_a_group_has_the_places_that_are_fit_for_it():
    demand = homes(10, 10, wheelchair=[2, 3])
    found = plan(demand, shelters(10, 10, fit=[0, 4]), group="wheelchair", group_capacity="fit")
    assert sent(found, "wheelchair") == {("h0", "s1"): 1, ("h1", "s1"): 3, ("h0", "-"): 1}
    assert found.summary[["measure", "total", "served", "unserved"]].to_numpy().tolist() == [
        ["people", 20, 19, 1],
        ["wheelchair", 5, 4, 1],
    ]
    assert found.facilities["load_group"].tolist() == [0, 4] and found.summary["certified"].iloc[0]
    # Nobody else has a place that the group needs.
    assert sent(found)["h1", "s1"] == 9 and found.facilities["load"].tolist() == [9, 10]


def test_those_whose_turn_is_first_have_the_nearest_place():
    demand = homes(5, 5, lon=[24.0, 24.001], rank=[2, 1])
    nearest = plan(demand, shelters(5, 5, lon=[24.0, 24.5]), method="nearest_until_full")
    assert sent(nearest) == {("h0", "s0"): 5, ("h1", "s1"): 5}
    by_row = plan(demand, shelters(5, 5, lon=[24.0, 24.5]), method="nearest_until_full", turn="rows", order="rank")
    assert sent(by_row) == {("h1", "s0"): 5, ("h0", "s1"): 5}
    facilities = shelters(5, 5, lon=[24.0, 24.5], rank=["b", "a"])
    by_facility = plan(demand, facilities, method="nearest_until_full", turn="facilities", order="rank")
    assert sent(by_facility) == {("h1", "s1"): 5, ("h0", "s0"): 5}


def test_the_nearest_until_full_costs_more_than_the_optimum_and_that_is_told():
    # The first takes the place that both could reach; the second has then far to go. Swapped, they walk less in all.
    demand = homes(5, 5, lon=[24.02, 24.035])
    room = shelters(5, 5, lon=[24.03, 24.0])
    line = plan(demand, room, method="nearest_until_full").summary.iloc[0]
    best = plan(demand, room).summary.iloc[0]
    assert line["person_m_beyond_optimum"] == pytest.approx(line["primal_person_m"] - best["primal_person_m"])
    assert line["dual_person_m"] == best["primal_person_m"] and line["unserved_beyond_optimum"] == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"method": "greedy"}, "method must be one of 'optimal', 'nearest_until_full', not 'greedy'"),
        ({"turn": "rows", "order": "home"}, "belong to method='nearest_until_full'"),
        ({"method": "nearest_until_full", "turn": "rows"}, "say in which order the rows have their turn"),
        ({"method": "nearest_until_full", "order": "home"}, "pairs go by their cost"),
        ({"method": "nearest_until_full", "turn": "facilities", "order": "home"}, "has no column 'home'"),
        ({"group": "few"}, "group and group_capacity belong together"),
        ({"group": "many", "group_capacity": "fit"}, "holds 9 in row 1, more than the row has people"),
        ({"group": "few", "group_capacity": "home"}, "has no column 'home'"),
        ({"group": "few", "group_capacity": "unfit"}, "more than the places in 'places', of which they are"),
        ({"own_building": "home"}, "which names no facility"),
        ({"own_building": "own", "household": True}, "own_building and household are rules of which one"),
        ({"household": "family"}, "rows of family 'A' lie at different places"),
    ],
)
def test_rules_that_cannot_be_kept_are_told(options, told):
    columns = {"few": [1, 0], "many": [9, 0], "own": ["s0", None], "family": ["A", "A"]}
    with pytest.raises(ValueError, match=told):
        plan(homes(3, 5, **columns), shelters(4, 4, fit=[1, 1], unfit=[9, 1]), **options)


def test_an_own_building_must_be_told_from_others():
    with pytest.raises(ValueError, match="two are called 's0'"):
        plan(homes(3, own=["s0"]), shelters(4, 4).assign(id="s0"), own_building="own")
