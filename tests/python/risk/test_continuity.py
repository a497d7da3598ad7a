# SPDX-License-Identifier: Apache-2.0
"""Continuity: what the failure of one facility takes, counted by hand and held against asking again without it."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, box

import sheltermap as sm
from map_data import MapData
from sheltermap.risk.dependence import Dependence

HUNDREDTH_M = 608.5  # of a degree of longitude at 57 degrees north


def points(lon, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, [57.0] * len(lon)), crs=4326)


@pytest.fixture
def homes():
    """Ten at the hospital A, twenty halfway to B, forty at B, five of whom nobody knows where they live."""
    frame = points([24.00, 24.02, 24.04, 24.50], people=[10, 20, 40, 5])
    frame.loc[3, "geometry"] = None
    return frame


@pytest.fixture
def works():
    """Two hospitals, A on power P and B on P or on Q, a water works W that serves both sides and needs power P."""
    return points(
        [24.00, 24.04, 24.30, 24.31, 24.32],
        id=["A", "B", "P", "Q", "W"],
        what=["hospital", "hospital", "power", "power", "water"],
        needs=["P", "P|Q", None, None, "P"],
        served=[None, None, 100, 50, 70],
        beds=[8, 5, None, None, None],
    )


def asked(works, homes, **options):
    usual = {"limit": 2000, "weight": "people", "category": "what", "access_to": ["hospital"], "facility_id": "id"}
    return sm.continuity(works, homes, **(usual | options))


def test_what_each_failure_takes_is_counted_by_hand(works, homes):
    # Up to 2 km: A is for those at A and halfway, B for those at B and halfway, who are as far from both (A is first).
    found = asked(works, homes, depends_on="needs", served="served", capacity="beds")
    table = found.ranking.set_index("facility")
    assert list(found.ranking["facility"]) == ["B", "P", "A", "W", "Q"]
    assert table["people_losing_access"].to_dict() == {"A": 10, "B": 40, "P": 10, "Q": 0, "W": 0}
    assert table["fails_too"].to_dict() == {"A": 0, "B": 0, "P": 2, "Q": 0, "W": 0}
    assert table["people_nearest"].to_dict() == {"A": 30, "B": 40, "P": 0, "Q": 0, "W": 0}
    assert table["people_losing_supply"].to_dict() == {"A": 0, "B": 0, "P": 170, "Q": 50, "W": 70}
    assert table["served_unknown"].to_dict() == {"A": 1, "B": 1, "P": 1, "Q": 0, "W": 0}
    assert table["places_lost"].to_dict() == {"A": 8, "B": 5, "P": 8, "Q": 0, "W": 0}
    assert table.loc[["A", "B", "P"], "next_facility"].tolist() == ["B", "A", "B"]
    assert table["next_facility"].isna().tolist() == [False, False, False, True, True]
    # Without A ten people go 0.04 degrees instead of none, and twenty as far as before.
    assert table.loc["A", "mean_extra_m"] == pytest.approx(10 * 4 * HUNDREDTH_M / 30, rel=2e-3)
    assert found.worst.to_numpy().tolist() == [["access", "B", 40.0], ["supply", "P", 170.0], ["places", "P", 8.0]]
    assert found.chains.to_numpy().tolist() == [["P", "A", 1], ["P", "W", 1]]


def test_whose_access_hangs_on_one_facility_is_told_row_by_row(works, homes):
    found = asked(works, homes, depends_on="needs")
    assert list(found.rows["state"]) == ["one_only", "several", "one_only", "unknown"]
    # P and A take as much access; P fails more and stands before it.
    assert found.rows["depends_on"].tolist()[:3] == ["P", None, "B"] or pd.isna(found.rows["depends_on"][1])
    assert found.rows["depends_on"][0] == "P" and found.rows["depends_on"][2] == "B"
    line = found.summary.iloc[0]
    assert (line["total"], line["several"], line["one_only"], line["without"], line["unknown"]) == (75, 20, 50, 0, 5)
    assert found.by_category.to_dict("records") == [
        {"category": "hospital", "facilities": 2, "total": 75, "covered": 70, "uncovered": 0, "unknown": 5}
    ]


def test_a_category_that_nobody_goes_to_takes_no_access_and_all_are_asked_by_default(works, homes):
    every = asked(works, homes, access_to=None)
    assert list(every.by_category["category"]) == ["hospital", "power", "water"]
    assert (every.rows["state"][:3] == "without").all()  # no power station is within 2 km of anybody
    with pytest.raises(ValueError, match="critical has no category"):
        asked(works, homes, access_to=["school"])


def test_without_a_limit_whoever_is_reached_has_access(works, homes):
    found = asked(works, homes, limit=None, depends_on="needs")
    assert found.ranking.set_index("facility")["people_losing_access"].eq(0).all()
    only = asked(works[works["id"] != "B"], homes, limit=None)
    assert only.ranking["people_losing_access"].max() == 70


def test_circles_and_alternatives_fail_as_they_should():
    ring = points([24.0, 24.1, 24.2, 24.3], id=[1, 2, 3, 4], needs=["3", "1", 2, "1;2|3"])
    found = Dependence.of(ring, "needs", pd.Index(ring["id"]), "critical")
    assert found.failing(0) == {0: 0, 1: 1, 3: 1, 2: 2}
    assert found.failing(3) == {3: 0}
    either = points([24.0, 24.1, 24.2], id=["a", "b", "c"], needs=[None, "a", "a|b"])
    assert Dependence.of(either, "needs", pd.Index(either["id"]), "critical").failing(0) == {0: 0, 1: 1, 2: 2}


def test_people_who_lose_a_place_are_those_of_an_allocation_asked_again(works, homes):
    found = asked(works, homes, capacity="beds", allocated=True, depends_on="needs").ranking.set_index("facility")
    beds = works[works["what"] == "hospital"]
    whole = sm.allocate(homes, beds, capacity="beds", weight="people", limit=2000, facility_id="id")
    for each, closed in {"A": ["A"], "B": ["B"], "P": ["A"], "W": []}.items():
        left = beds[~beds["id"].isin(closed)]
        then = sm.allocate(homes, left, capacity="beds", weight="people", limit=2000, facility_id="id")
        lost = then.summary["unserved"][0] - whole.summary["unserved"][0]
        assert found.loc[each, "people_losing_place"] == lost


def test_along_streets_and_by_a_table_it_is_the_same_question(works, homes):
    line = gpd.GeoDataFrame(geometry=[LineString([(23.99, 57), (24.33, 57)])], crs=4326)
    walk = sm.Network.from_lines(line, speed_kmh=3.6)
    found = asked(works, homes, by=walk, limit="30 min").ranking.set_index("facility")
    assert found["people_losing_access"].to_dict() == {"A": 10, "B": 40, "P": 0, "Q": 0, "W": 0}
    assert found.loc["B", "mean_extra_s"] == pytest.approx(4 * HUNDREDTH_M, rel=2e-3)
    pairs = pd.DataFrame({"demand": [0, 1, 1, 2], "facility": ["A", "A", "B", "B"], "minutes": [1.0, 9.0, 8.0, 2.0]})
    table = sm.reach_from(pairs, demand="demand", facility="facility", cost="minutes", unit="min")
    by_table = asked(works, homes.iloc[:3], by=table, limit="10 min").ranking.set_index("facility")
    assert by_table["people_losing_access"].to_dict() == {"A": 10, "B": 40, "P": 0, "Q": 0, "W": 0}


def brute_force(homes, works, limit, closed_by):
    """Ask again without each facility and what fails with it."""

    def access(frame):
        if not len(frame):
            return np.zeros(len(homes), bool)
        near = sm.nearest(homes, frame, facility_id="id")
        return (near["distance_m"] <= limit).to_numpy()

    before = {kind: access(works[works["kind"] == kind]) for kind in works["kind"].unique()}
    lost = {}
    for each in works["id"]:
        left = works[~works["id"].isin(closed_by[each])]
        gone = [now & ~access(left[left["kind"] == kind]) for kind, now in before.items()]
        assert all((access(left[left["kind"] == kind]) <= now).all() for kind, now in before.items())
        lost[each] = float(homes["people"][np.any(gone, axis=0)].sum())
    return lost


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.sampled_from([300.0, 1500.0, 5000.0]))
def test_every_failure_equals_asking_again_without_it(seed, count, limit):
    draw = np.random.default_rng(seed)
    homes = gpd.GeoDataFrame(
        {"people": draw.integers(0, 50, 40)},
        geometry=gpd.points_from_xy(draw.uniform(24, 24.1, 40), draw.uniform(57, 57.05, 40)),
        crs=4326,
    )
    names = [f"F{number}" for number in range(count)]
    needs = [draw.choice([*names, None, None, None]) for _ in names]
    works = gpd.GeoDataFrame(
        {"id": names, "kind": draw.choice(["a", "b"], count), "needs": needs},
        geometry=gpd.points_from_xy(draw.uniform(24, 24.1, count), draw.uniform(57, 57.05, count)),
        crs=4326,
    )
    supplier = dict(zip(names, needs, strict=True))

    def fails(name, first):
        seen = set()
        while name is not None and name not in seen:
            if name == first:
                return True
            seen.add(name)
            name = supplier[name]
        return False

    closed = {first: [name for name in names if fails(name, first)] for first in names}
    found = sm.continuity(
        works, homes, limit=limit, weight="people", category="kind", depends_on="needs", facility_id="id"
    )
    table = found.ranking.set_index("facility")
    assert table["people_losing_access"].to_dict() == brute_force(homes, works, limit, closed)
    assert {each: len(closed[each]) - 1 for each in names} == table["fails_too"].to_dict()
    line = found.summary.iloc[0]
    assert line["total"] == line["several"] + line["one_only"] + line["without"] + line["unknown"]
    alone = found.rows.loc[found.rows["state"] == "one_only", "people"].sum()
    assert alone <= sum(table["people_losing_access"])


def test_areas_and_groups_sum_to_all(works, homes):
    halves = gpd.GeoDataFrame(
        {"name": ["West", "East"]}, geometry=[box(23.9, 56, 24.03, 58), box(24.03, 56, 24.2, 58)], crs=4326
    )
    found = asked(works, homes.assign(children=[1, 2, 3, 4]), groups=["children"], areas=halves, area_name="name")
    sums = found.summary
    for measure, everybody in (("people", 75), ("children", 10)):
        mine = sums[sums["measure"] == measure]
        assert mine[mine["area"].isna()]["total"].item() == everybody == mine[mine["area"].notna()]["total"].sum()
    assert found.rows["area"].tolist()[:3] == ["West", "West", "East"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"depends_on": "needs", "limit": "1 min"}, "a time or a direction needs streets"),
        ({"depends_on": "what"}, "names 'hospital' in row 1, which is no facility of the layer; it has A, B, P"),
        ({"allocated": True}, "say which column holds the places"),
        ({"category": None}, "access_to names categories"),
        ({"served": "id"}, "which is not a number|none of which is a number"),
        ({"depends_on": "need"}, "has no column 'need'"),
    ],
)
def test_wrong_questions_are_refused_by_name(works, homes, options, told):
    with pytest.raises(ValueError, match=told):
        asked(works, homes, **options)


def test_two_suppliers_of_one_name_and_what_is_not_known_are_told(works, homes):
    twice = pd.concat([works, works.iloc[2:3]], ignore_index=True)
    with pytest.raises(ValueError, match="several rows are called so"):
        asked(twice, homes, depends_on="needs")
    unsure = works.assign(what=["hospital", None, "power", "power", "water"])
    found = asked(unsure, homes.assign(people=[10, None, 40, 5]), served="served")
    assert found.notes == [
        "1 facilities have no category: nobody goes to them.",
        "1 rows have no number of people: more people may lose access than is said.",
        "2 facilities do not say how many people they serve: more may lose supply than is said.",
    ]


def test_nothing_to_fail_is_no_failure(works, homes):
    nameless = asked(works.assign(what=None), homes, access_to=None)
    assert list(nameless.rows["state"]) == ["without"] * 3 + ["unknown"]
    assert nameless.notes[0] == "5 facilities have no category: nobody goes to them."
    found = sm.continuity(works.iloc[:0], homes, limit=500, weight="people", facility_id="id")
    assert not len(found.ranking) and list(found.rows["state"]) == ["without"] * 3 + ["unknown"]


def test_it_is_drawn_in_both_languages(works, homes):
    found = asked(works, homes, depends_on="needs", served="served")
    told = [text.get_text() for text in found.plot().get_legend().get_texts()]
    assert told == [
        "keeps access whichever facility fails (1)",
        "loses access when one facility fails (2)",
        "unknown (1)",
        "nobody loses access with it (2)",
        "up to 10 lose access with it (2)",
        "more than 10, up to 40 lose access with it (1)",
    ]
    page = found.explore(facility_name="id", lang="lv").html
    fields = MapData(page).fields()
    assert "Kas atkarīgs no viena objekta" in page and fields["rows"]["piekļuve atkarīga no"] == {"P", "B"}
    assert "170" in fields["facilities"]["zaudē apgādi"] and "nedarbojas līdz ar to" in fields["facilities"]
