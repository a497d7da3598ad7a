# SPDX-License-Identifier: Apache-2.0
"""Allocation: the best there is by an independent method, everybody counted, and what if, exact again."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from shapely import LineString, Point, box

import sheltermap as sm
from allocation_town import homes, plan, shelters
from cheapest_plan import cheapest_plan
from map_data import MapData
from sheltermap.base.scopes import NO_AREA

DEGREE_M = 60_772.0  # a degree of longitude on the parallel of 57°


def random_town(seed: int, rows: int = 12, facilities: int = 5) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    random = np.random.default_rng(seed)

    def scattered(count: int) -> list[Point]:
        return [Point(24 + x, 57 + y) for x, y in random.integers(0, 9, (count, 2)) / 500]  # some in one place

    people = gpd.GeoDataFrame(
        {"home": [f"h{number}" for number in range(rows)], "people": random.integers(0, 9, rows).astype(float)},
        geometry=scattered(rows),
        crs=4326,
    )
    room = gpd.GeoDataFrame(
        {"id": [f"s{number}" for number in range(facilities)], "places": random.integers(0, 15, facilities)},
        geometry=scattered(facilities),
        crs=4326,
    )
    return people, room


def best_by_hand(demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, limit_m: float | None) -> tuple[int, int]:
    """The best of a town with distances in millimetres, as `sheltermap.within` knows them."""
    pairs = sm.within(
        demand.assign(row=np.arange(len(demand))),
        facilities.assign(at=np.arange(len(facilities))),
        1e6 if limit_m is None else limit_m,
        facility_id="at",
    ).dropna(subset="facility")
    costs = {
        (int(row), int(at)): round(far * 1000)
        for row, at, far in zip(pairs["row"], pairs["facility"], pairs["distance_m"], strict=True)
    }
    return cheapest_plan(costs, demand["people"].astype(int).tolist(), facilities["places"].tolist())


@pytest.mark.parametrize("seed", range(20))
def test_it_is_the_best_there_is_and_everybody_is_counted(seed):
    demand, facilities = random_town(seed)
    limit = 700.0 if seed % 2 else None
    found = plan(demand, facilities, limit=limit)
    line = found.summary.iloc[0]
    served, spent = best_by_hand(demand, facilities, limit)
    assert line["served"] == served
    assert line["primal_person_m"] == line["dual_person_m"] == pytest.approx(spent / 1000, abs=1e-9)
    assert line["certified"] and line["person_m"] == pytest.approx(spent / 1000, abs=1e-3 * served + 1e-9)
    assert line["total"] == line["served"] + line["unserved"] + line["unknown"] == demand["people"].sum()
    assert found.rows["people"].sum() == demand["people"].sum()
    assert found.rows.groupby("home")["people"].sum().to_dict() == demand.set_index("home")["people"].to_dict()
    assert (found.facilities["load"] <= found.facilities["places"]).all()
    assert found.reasons["people"].sum() == line["unserved"] + line["unknown"]
    if limit is not None:
        assert not (found.rows["distance_m"] > limit).any()
    with_a_place = found.rows[found.rows["facility"].notna()]
    assert with_a_place.groupby("facility")["people"].sum().to_dict() == {
        name: load for name, load in zip(found.facilities["id"], found.facilities["load"], strict=True) if load
    }


@pytest.mark.parametrize("method", ["optimal", "nearest_until_full"])
@pytest.mark.parametrize("seed", range(3))
def test_permuted_rows_are_the_same_plan(seed, method):
    demand, facilities = random_town(seed, rows=30)
    order = np.random.default_rng(seed).permutation(len(demand))
    there = np.random.default_rng(seed).permutation(len(facilities))
    one = plan(demand, facilities, method=method)
    other = plan(demand.iloc[order], facilities.iloc[there], method=method)

    def sorted_(frame: pd.DataFrame, *by: str) -> pd.DataFrame:
        return pd.DataFrame(frame).sort_values(list(by)).astype(object)

    assert_frame_equal(one.summary, other.summary)
    assert_frame_equal(one.reasons, other.reasons)
    assert_frame_equal(sorted_(one.rows, "home", "facility"), sorted_(other.rows, "home", "facility"))
    assert_frame_equal(sorted_(one.facilities, "id"), sorted_(other.facilities, "id"))


def test_a_shelter_that_is_near_is_no_place():
    found = plan(homes(30, 40, lon=[24.10, 24.11]), shelters(50, 15, lon=[24.10, 24.12]))
    assert found.rows[["home", "people", "facility", "reason"]].astype(object).fillna("").to_numpy().tolist() == [
        ["h0", 30, "s0", ""],
        ["h1", 20, "s0", ""],
        ["h1", 15, "s1", ""],
        ["h1", 5, "", "full"],
    ]
    assert found.rows.index.tolist() == [0, 1, 1, 1] and found.rows.crs == 4326
    line = found.summary.iloc[0]
    assert (line["rows_split"], line["places"]) == (1, 65)
    assert line["mean_distance_m"] == pytest.approx(0.01 * DEGREE_M * 35 / 65, rel=1e-3)
    assert found.facilities["utilisation"].tolist() == [1, 1] and found.facilities["state"].tolist() == ["full"] * 2
    assert found.facilities["next_place_serves"].tolist() == [1, 1]


def test_why_nobody_has_a_place_for_them_is_told():
    demand = homes(3, 5, 7, np.nan, 2, lon=[24.0, 24.001, 25.0, 24.0, 24.0])
    demand.loc[4, "geometry"] = None
    found = plan(demand, shelters(4), limit="1 km")
    reasons = found.reasons.set_index("reason")["people"]
    assert (reasons["full"], reasons["too_far"], reasons["missing_geometry"]) == (4, 7, 2)
    line = found.summary.iloc[0]
    assert (line["served"], line["unserved"], line["unknown"], line["rows_without_weight"]) == (4, 11, 2, 1)
    assert found.rows["home"].tolist().count("h3") == 1


def test_people_look_beyond_the_nearest_twenty_where_these_are_full():
    # Thirty shelters of one place before a large one: all are served, thirty next door and the others far away.
    room = shelters(*[1] * 30, 100, lon=[24.0 + 0.0001 * number for number in range(30)] + [24.5])
    found = plan(homes(40, 30), room)
    line = found.summary.iloc[0]
    assert (line["served"], line["unserved"], line["certified"]) == (70, 0, True) and line["rows_widened"] == 2
    assert found.facilities["load"].tolist() == [1] * 30 + [40]
    greedy = plan(homes(40, 30), room, method="nearest_until_full").summary.iloc[0]
    assert greedy["served"] == 70 and greedy["person_m"] >= line["person_m"] - 1e-6


def test_without_a_weight_each_row_counts_as_one():
    found = plan(homes(30, 40), shelters(1), weight=None)
    assert found.summary[["measure", "total", "served"]].iloc[0].tolist() == ["rows", 2, 1]
    assert found.rows["rows"].tolist() == [1, 1] and found.rows["people"].tolist() == [30, 40]


def test_people_who_are_no_whole_numbers_sum_to_the_row():
    demand = homes(1 / 3, 2.5, 1.1, lon=[24.0, 24.0, 24.01])
    found = plan(demand, shelters(2, 1))
    assert (found.facilities["load"] <= found.facilities["places"]).all()
    sums = found.rows.groupby("home")["people"].sum()
    assert sums.tolist() == pytest.approx(demand["people"].tolist(), abs=1e-15)
    assert found.summary["total"].iloc[0] == pytest.approx(demand["people"].sum())
    assert "by the thousandth" in found.notes[0]


def test_areas_have_their_own_sums():
    areas = gpd.GeoDataFrame({"part": ["West"]}, geometry=[box(23, 56, 24.005, 58)], crs=4326)
    found = plan(homes(3, 5), shelters(4), areas=areas, area_name="part")
    assert found.by_area is not None
    columns = ["area", "total", "served", "unserved"]
    assert found.by_area[columns].to_numpy().tolist() == [["West", 3, 3, 0], [NO_AREA[0], 5, 1, 4]]
    assert found.rows["area"].fillna("").tolist() == ["West", "", ""]


def test_along_streets_in_time():
    streets = gpd.GeoDataFrame(geometry=[LineString([(23.99, 57), (24.05, 57)])], crs=4326)
    walk = sm.Network.from_lines(streets)
    found = plan(homes(3, 5), shelters(4, 9, lon=[24.0, 24.04]), by=walk, limit="30 min")
    assert {"mean_duration_s", "person_s", "primal_person_s"} <= set(found.summary)
    assert found.rows["duration_s"].max() <= 1800 and found.summary["certified"].iloc[0]
    assert "next_place_saves_person_s" in found.facilities


def test_lines_lead_from_rows_to_their_facilities():
    found = plan(homes(30, 40, lon=[24.10, 24.11]).to_crs(3059), shelters(50, 15, lon=[24.10, 24.52]))
    lines = found.spill
    assert (
        lines.crs == 3059
        and lines["people"].tolist() == [30, 20, 15]
        and lines["nearest"].tolist() == [True, True, False]
    )
    degrees = lines.to_crs(4326).geometry.iloc[2]
    assert [round(each, 6) for each in degrees.coords[0]] == [24.11, 57] and round(degrees.coords[-1][0], 6) == 24.52
    assert len(degrees.coords) == 4 and sm.geodesic_length_m(lines).iloc[2] == pytest.approx(
        lines["distance_m"].iloc[2]
    )


@pytest.mark.parametrize("seed", range(6))
def test_what_if_is_what_a_new_allocation_finds(seed):
    demand, facilities = random_town(seed)
    found = plan(demand, facilities, limit=800.0 if seed % 2 else None)
    options = {"limit": 800.0 if seed % 2 else None}
    figures = ["served", "unserved", "primal_person_m", "certified"]
    for name in ("s0", "s3"):
        there = facilities["id"] == name
        closed = plan(demand, facilities.assign(places=facilities["places"].mask(there, 0)), **options)
        assert_frame_equal(found.without(name).summary[figures], closed.summary[figures])
        more = plan(demand, facilities.assign(places=facilities["places"] + 4 * there), **options)
        assert_frame_equal(found.with_places(name, 4).summary[figures], more.summary[figures])
        assert_frame_equal(found.with_places(name, 4).with_places(name, -4).summary[figures], found.summary[figures])


@pytest.mark.parametrize("seed", range(4))
def test_a_place_is_worth_what_it_changes(seed):
    demand, facilities = random_town(seed)
    found = plan(demand, facilities)
    before = found.summary.iloc[0]
    for number, name in enumerate(facilities["id"]):
        there = found.facilities.iloc[number]
        curve = found.curve(name, 5)
        for more in range(1, 6):
            after = found.with_places(name, more).summary.iloc[0]
            step = curve.iloc[more - 1]
            assert (step["places"], step["serves"]) == (more, after["served"] - before["served"])
            saved = before["primal_person_m"] - after["primal_person_m"]
            assert step["saves_person_m"] == pytest.approx(saved, abs=1e-6)
            if more == 1:
                assert there["next_place_serves"] == step["serves"]
                assert there["next_place_saves_person_m"] == pytest.approx(saved, abs=1e-6)
        if there["places"] > 0:
            after = found.with_places(name, -1).summary.iloc[0]
            assert there["last_place_serves"] == before["served"] - after["served"]
            lost = after["primal_person_m"] - before["primal_person_m"]
            assert there["last_place_saves_person_m"] == pytest.approx(lost, abs=1e-6)


def test_a_closed_shelter_is_why_its_neighbours_have_no_place():
    found = plan(homes(3, 5), shelters(9, 4, lon=[24.0, 24.5]), limit="1 km").without("s0")
    assert found.facilities["state"].tolist() == ["closed", "has_room"]
    assert found.reasons.set_index("reason")["people"]["closed"] == 8
    opened = found.with_places("s0", 7)
    assert opened.facilities["state"].tolist() == ["full", "has_room"] and opened.summary["served"].iloc[0] == 7


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda found: found.without("s9"), "no facility is called 's9'"),
        (lambda found: found.with_places("s0", -10), "has 9 places, so 10 cannot be taken away"),
        (lambda found: found.curve("s0", 0), "places"),
        (lambda found: found.curve("s0", 10**9), "a curve has at most 1000000 places"),
    ],
)
def test_what_cannot_be_asked_is_told(ask, told):
    found = plan(homes(3, 5), shelters(9, 4))
    with pytest.raises(ValueError, match=told):
        ask(found)


def test_prices_are_those_of_an_optimum():
    found = plan(homes(3, 5), shelters(9, 4), method="nearest_until_full")
    with pytest.raises(ValueError, match="of the optimum only"):
        found.curve("s0", 1)
    assert found.without("s0").summary["served"].iloc[0] == 4


def test_facilities_that_do_not_count_are_the_reason():
    register = shelters(9, 4, lon=[24.0, 24.01]).assign(compliance=["none", "full"])
    usable, unused = sm.supply(register, compliance="full")
    found = plan(homes(3, 5), usable, unused=unused, limit="1 km")
    assert found.reasons.set_index("reason")["people"]["not_compliant"] == 4
    without_limit = plan(homes(3, 5), usable, unused=unused)
    assert without_limit.reasons.set_index("reason")["people"]["full"] == 4


def test_two_in_one_place_and_very_many_people():
    found = plan(homes(1e9, 5), shelters(4, 7, lon=[24.0, 24.0]))
    assert found.summary["served"].iloc[0] == 11 and found.summary["total"].iloc[0] == 1e9 + 5
    assert found.summary["certified"].iloc[0]
    with pytest.raises(ValueError, match="more than can be told apart"):
        plan(homes(1e16), shelters(4))


def test_no_place_at_all_and_nobody_at_all_are_told():
    found = plan(homes(3, 5), shelters(0, 0))
    assert found.reasons.set_index("reason")["people"]["full"] == 8
    assert "no place at all" in found.notes[0] and found.facilities["state"].tolist() == ["no_places"] * 2
    assert plan(homes(0, 0), shelters(4)).summary["served"].iloc[0] == 0
    assert len(plan(homes(), shelters(4)).rows) == 0
    nothing = plan(homes(3, 5), shelters(4).iloc[:0])
    assert nothing.reasons.set_index("reason")["people"]["no_facility"] == 8


def test_unknown_places_count_as_none_and_are_named():
    found = plan(homes(3, 5), shelters(4, np.nan))
    assert found.summary["facilities_without_capacity"].iloc[0] == 1 and found.summary["served"].iloc[0] == 4
    assert found.facilities["state"].tolist() == ["full", "capacity_unknown"]
    assert "1 have no number in 'places'" in found.notes[0]


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ((4, -1), "holds -1 in row 2; places are whole numbers"),
        ((4, 2.5), "holds 2.5 in row 2; places are whole numbers"),
        ((4, np.inf), "places are whole numbers"),
        ((np.nan, np.nan), "says of no facility how many places it has"),
        (("4", "many"), "not a number"),
    ],
)
def test_places_that_cannot_be_meant_are_named(places, told):
    with pytest.raises(ValueError, match=told):
        plan(homes(3, 5), shelters(*places))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"capacity": "room"}, "has no column 'room'"),
        ({"weight": "persons"}, "has no column 'persons'"),
        ({"limit": "5 min"}, "needs streets"),
        ({"limit": -5}, "must not be negative"),
    ],
)
def test_what_is_asked_wrongly_is_told(options, told):
    with pytest.raises(ValueError, match=told):
        plan(homes(3, 5), shelters(4), **options)


def test_columns_of_the_result_must_be_free():
    with pytest.raises(ValueError, match="already has a column 'facility'"):
        plan(homes(3).assign(facility=1), shelters(4))
    with pytest.raises(ValueError, match="already has a column 'load'"):
        plan(homes(3), shelters(4).assign(load=1))


def test_it_is_drawn():
    found = plan(homes(30, 40, lon=[24.10, 24.11]), shelters(50, 15, lon=[24.10, 24.12]))
    labels = [text.get_text() for text in found.plot().get_legend().get_texts()]
    assert labels[0].startswith("no place: every one near enough is full") and "people sent: 20" in labels
    assert "pilns (2)" in [text.get_text() for text in found.plot(lang="lv").get_legend().get_texts()]


def test_its_map_tells_where_people_go():
    found = plan(homes(30, 40, lon=[24.10, 24.11]), shelters(50, 15, lon=[24.10, 24.12]))
    page = found.explore(title="Places", name="home", facility_name="id", lang="lv").html
    told = MapData(page).fields()
    assert told["rows"]["dodas uz"] == {"s0", "s1"} and told["rows"]["iedzīvotāji"] == {"30", "20", "15", "5"}
    assert told["facilities"]["aizpildījums, %"] == {"100 %"} and told["flows"]["iedzīvotāji"] == {"15", "20", "30"}


def test_a_table_of_costs_is_as_good_as_our_own_reach():
    demand, facilities = random_town(3)
    demand = sm.read(demand, id="home")
    pairs = sm.within(demand, facilities, "50 km", facility_id="id")
    table = sm.reach_from(pairs, demand="home", facility="facility", cost="distance_m", unit="m")
    own, given = plan(demand, facilities), plan(demand, facilities, by=table)
    assert_frame_equal(own.summary, given.summary)
    assert_frame_equal(pd.DataFrame(own.rows), pd.DataFrame(given.rows))


def test_a_curve_is_flat_after_the_first_place_that_is_worth_nothing():
    demand, facilities = random_town(1)
    found = plan(demand, facilities)
    curve = found.curve("s0", 400_000)  # solved place by place, it would take minutes
    short = found.curve("s0", len(demand) * 9)
    assert_frame_equal(curve.head(len(short)), short)
    assert (curve.tail(1_000).drop(columns="places") == short.drop(columns="places").iloc[-1]).all(axis=None)
    far = found.with_places("s0", 400_000).summary.iloc[0]
    assert curve["serves"].iloc[-1] == far["served"] - found.summary.iloc[0]["served"]
