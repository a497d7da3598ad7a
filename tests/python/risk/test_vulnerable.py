# SPDX-License-Identifier: Apache-2.0
"""Vulnerable groups: who is in a suitable shelter in time, counted by hand and held against all cuts of a flow."""

from datetime import UTC, datetime
from itertools import chain, combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, box

import sheltermap as sm
from map_data import MapData
from raster_files import write_raster
from sheltermap.risk.vulnerable_tables import STATES

LAT = 57.0
DEGREE_M = sm.geodesic_distance_m(24.0, LAT, 24.001, LAT).item() * 1000  # of longitude, over short ways


def points(lon, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, [LAT] * len(lon)), crs=4326)


def east(metres):
    """The longitude so many metres east of the edge of the zone."""
    return 24.1 + metres / DEGREE_M


def street(*lon, **options):
    """A street along the parallel, on which one goes 1 m/s."""
    lines = gpd.GeoDataFrame(geometry=[LineString([(each, LAT) for each in lon])], crs=4326)
    return sm.Network.from_lines(lines, speed_kmh=3.6, walking_kmh=3.6, **options)


def scenario(name="gas", hazard="chemical"):
    zone = gpd.GeoDataFrame(geometry=[box(24.0, 56.9, 24.1, 57.1)], crs=4326)
    return sm.Scenario(name, hazard, zone, likelihood="rare")


@pytest.fixture
def shelter():
    return points([east(100)], id=["cellar"], places=[50], flat=["yes"], suits_flood=["no"])


def asked(sites, shelters, **options):
    usual = {"warning": "10 min", "speed": 1.0, "reaction": "3 min", "climb": "3 min", "shelter_id": "id"}
    return sm.vulnerable(options.pop("of", scenario()), sites, shelters, **(usual | options))


def test_within_ten_minutes_three_of_them_lost_at_each_end_one_gets_240_m(shelter):
    # The planning rule d = v x (arrival - reaction - climb) of Japanese guidance: 10 min, 3 + 3 min, 1 m/s.
    found = asked(points([east(-139), east(-141)]), shelter)
    assert found.summary["reach_m"].tolist() == [240.0]
    assert found.rows["state"].tolist() == ["in_time", "too_late"]
    assert found.rows["reason"].tolist()[1] == "warning_too_short"
    assert found.rows["way_s"].tolist() == pytest.approx([239, 241], abs=0.01)
    assert found.rows["time_needed_s"].tolist() == pytest.approx([599, 601], abs=0.01)
    assert found.rows["slack_s"].tolist() == pytest.approx([1, -1], abs=0.01)
    assert found.rows["latest_start_min"].tolist() == pytest.approx([599 / 60, 601 / 60], abs=1e-3)
    assert found.summary["warning_needed_s"].item() == pytest.approx(601, abs=0.01)
    assert found.lower_bound and "lower bounds" in found.notes[0]


def test_who_arrives_with_the_hazard_is_in_time_and_the_latest_start_may_be_a_time(shelter):
    home = points([east(-100)])
    way = asked(home, shelter).rows["way_s"].item()
    arrival = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    found = asked(home, shelter, warning=f"{way!r} s", reaction=None, climb=None, arrival=arrival)
    assert (found.rows["slack_s"].item(), found.rows["state"].item()) == (0, "in_time")
    start = found.rows["latest_start"].item()
    assert (arrival - start).total_seconds() == pytest.approx(200, abs=0.01)


def test_each_group_goes_at_its_own_speed_and_loses_its_own_time(shelter):
    sites = points([east(-100)] * 3, who=["school", "care", "pram"], people=[30, 10, None])
    found = asked(
        sites,
        shelter,
        speed=None,
        weight="people",
        group="who",
        speeds={"school": 1.0, "care": 0.5},
        reaction={"care": "1 min"},
        boarding={"care": "2 min"},
        climb="1 min",
    )
    assert found.rows["time_needed_s"].tolist() == pytest.approx([200 + 60, 400 + 240, 200 / 0.9 + 60], abs=0.05)
    table = found.summary.set_index("group")
    assert table["reach_m"].tolist()[:3] == pytest.approx([0.5 * 360, 0.9 * 540, 1.0 * 540])
    assert table.loc["care", ["in_time", "too_late"]].tolist() == [0, 10]
    assert table.loc["all", ["total", "in_time", "too_late", "rows_without_weight"]].tolist() == [40, 30, 10, 1]
    assert table.loc["pram", "speed_source"].startswith("walk.jp") and table.loc["care", "speed_source"] == "stated"
    assert table.loc["all", "in_time_share"] == 30 / 40


def test_a_shelter_suits_that_is_outside_fit_for_the_hazard_and_step_free_for_those_who_need_it():
    flags = {"flood": "suits_flood"}
    shelters = points(
        [east(-20), east(10), east(20), east(30), east(40)],
        id=["in zone", "unfit", "unsaid", "stairs", "flat"],
        suits_flood=["yes", "no", None, "yes", "yes"],
        step_free_access=[True, True, True, False, True],
    )
    sites = points([east(-50)] * 3, needs=["no", "yes", None])
    found = asked(
        sites,
        shelters,
        of=scenario("f", "flood"),
        needs_step_free="needs",
        step_free="step_free_access",
        suitable=flags,
    )
    assert found.rows["shelter"].tolist() == ["stairs", "flat", "flat"]
    states = ["in_zone", "unsuitable", "suitability_unknown", "usable", "usable"]
    assert found.shelters["state"].tolist() == states
    assert found.shelters["arrivals"].tolist() == [0, 0, 0, 1, 2]
    other = asked(sites, shelters, of=scenario("g", "gas"), suitable=flags)
    assert other.rows["shelter"].tolist() == ["unfit"] * 3
    assert any("hazard “gas”: all of them count" in note for note in other.notes)


@pytest.mark.parametrize(
    ("shelters", "options", "reason"),
    [
        (points([east(-20)], id=["wet"]), {}, "no_shelter_outside"),
        (points([east(20)], id=["unfit"], fit=["no"]), {"suitable": {"chemical": "fit"}}, "no_suitable_shelter"),
        (
            points([east(20)], id=["up"], flat=["no"]),
            {"needs_step_free": True, "step_free": "flat"},
            "no_step_free_shelter",
        ),
        (points([east(20)], id=["far"]), {"by": street(24.0, east(-40), snap_limit_m=30)}, "no_path"),
        (points([east(20)], id=["dry"]), {"by": street(24.0, east(40)), "closed": True}, "street_closed"),
    ],
)
def test_whoever_has_no_shelter_is_told_why(shelters, options, reason):
    found = asked(points([east(-50)], people=[7]), shelters, weight="people", **options)
    assert (found.rows["state"].item(), found.rows["reason"].item()) == ("no_shelter", reason)
    assert found.reasons.to_numpy().tolist() == [["gas", "no_shelter", reason, 1, 7.0]]
    assert found.summary["no_shelter"].item() == 7 and np.isnan(found.summary["warning_needed_s"].item())


def test_no_place_is_promised_twice_and_those_in_time_come_first():
    # The near cellar holds 30, the far hall 100: who lives farther can only be in time in the cellar.
    shelters = points([east(10), east(300)], id=["cellar", "hall"], places=[30, 100])
    sites = points([east(-5), east(-200)], people=[40, 30])
    plain = asked(sites, shelters, weight="people")
    assert plain.rows["state"].tolist() == ["in_time", "in_time"] and plain.shelters["arrivals"].tolist() == [70, 0]
    found = asked(sites, shelters, weight="people", warning="11 min", capacity="places")
    # Within 300 s on the way the first reach the cellar (15 m), not the hall (305 m); the second the cellar (210 m).
    assert found.summary.loc[0, ["in_time", "too_late", "no_places"]].tolist() == [30, 40, 0]
    assert found.shelters["arrivals"].tolist() == [30, 40] and found.shelters["free"].tolist() == [0, 60]
    assert found.rows["people"].sum() == 70
    late = found.rows[found.rows["state"] == "too_late"]
    assert set(late["reason"]) == {"full"}  # they could have been in time, were there places
    few = asked(sites, shelters.assign(places=[30, None]), weight="people", capacity="places")
    assert few.summary.loc[0, ["in_time", "no_places"]].tolist() == [30, 40]
    assert set(few.rows.loc[few.rows["state"] == "no_places", "reason"]) == {"full"}
    assert any("1 have no number in 'places'" in note for note in few.notes)
    whole = asked(sites, shelters, weight="people", warning="15 min", capacity="places", split=False)
    assert whole.rows[["people", "shelter"]].to_numpy().tolist() == [[40, "hall"], [30, "cellar"]]


def test_who_is_outside_or_unknown_stays_in_the_total_by_area_too(shelter):
    sites = points([east(-50), east(50), east(-60), east(-70)], people=[1, 2, 4, None])
    sites.loc[2, "geometry"] = None
    halves = gpd.GeoDataFrame(
        {"name": ["West", "East"]}, geometry=[box(23.9, 56, 24.1, 58), box(24.1, 56, 24.2, 58)], crs=4326
    )
    found = asked(sites, shelter, weight="people", areas=halves, area_name="name")
    assert found.rows["state"].tolist() == ["in_time", "unknown", "in_time"]
    assert found.rows["reason"].tolist()[1] == "missing_geometry"
    line = found.summary.iloc[0]
    assert (line["total"], line["in_time"], line["unknown"], line["outside"]) == (7, 1, 4, 2)
    assert (line["rows_without_weight"], line["in_time_share"]) == (1, 1 / 5)
    by_area = found.by_area.set_index("area")
    assert by_area.loc[["West", "East", "position unknown"], "total"].tolist() == [1, 2, 4]


def test_the_warning_may_differ_by_scenario_and_by_site(shelter):
    two = [scenario("a"), scenario("b")]
    home = points([east(-100)] * 2, minutes=[20, None])
    found = asked(home, shelter, of=two, warning={"a": "10 min", "b": "9 min"})
    assert found.rows["state"].tolist() == ["in_time", "in_time", "too_late", "too_late"]
    assert found.summary["warning_s"].tolist() == [600, 540]
    of_sites = asked(home, shelter, warning=None, warning_min="minutes")
    assert of_sites.rows["state"].tolist() == ["in_time", "unknown"]
    assert of_sites.rows["reason"].tolist()[1] == "no_warning_time" and of_sites.rows["shelter"][1] == "cellar"
    assert np.isnan(of_sites.summary["reach_m"].item())


def test_along_streets_they_go_through_the_zone_before_the_hazard_unless_it_closes_them(shelter):
    walk = street(24.0, east(100))
    before = asked(points([east(-50)]), shelter, by=walk)
    assert before.rows["way_s"].item() == pytest.approx(150, rel=1e-3)
    assert not before.streets_closed and not before.lower_bound
    during = asked(points([east(-50)]), shelter, by=walk, closed=True)
    assert during.streets_closed and during.rows["state"].item() == "no_shelter"
    own = asked(points([east(-50)]), shelter, by=walk, speed=None)
    assert own.rows["way_s"].item() == pytest.approx(150, rel=1e-3) and np.isnan(own.summary["reach_m"].item())


def most_in_time(people, places, allowed):
    """The most people that have a place in time: by the theorem of greatest flow and least cut, over all cuts."""
    doors = range(len(places))
    cuts = chain.from_iterable(combinations(doors, size) for size in range(len(places) + 1))
    return min(
        sum(places[door] for door in cut)
        + sum(count for row, count in enumerate(people) if set(np.flatnonzero(allowed[row])) - set(cut))
        for cut in cuts
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(1, 5))
def test_as_many_as_can_be_are_in_time_and_every_sum_holds(seed, rows, count):
    draw = np.random.default_rng(seed)
    sites = points([east(-each) for each in draw.uniform(0, 400, rows)], people=draw.integers(0, 9, rows))
    shelters = points(
        [east(each) for each in draw.uniform(1, 400, count)],
        id=[f"S{number}" for number in range(count)],
        places=draw.integers(0, 12, count),
    )
    found = asked(sites, shelters, weight="people", capacity="places")
    line, people = found.summary.iloc[0], sites["people"].to_numpy()
    ways = sm.geodesic_distance_m(
        *np.repeat(sites.get_coordinates().to_numpy(), count, axis=0).T,
        *np.tile(shelters.get_coordinates().to_numpy(), (rows, 1)).T,
    ).reshape(rows, count)
    assert line["in_time"] == most_in_time(people.tolist(), shelters["places"].tolist(), ways <= 240)
    assert line["total"] == people.sum() == sum(line[state] for state in STATES)
    assert (found.shelters["free"] >= 0).all()
    assert found.rows.groupby(level=0)["people"].sum().tolist() == people.tolist()
    if line["no_places"]:
        assert (found.shelters["free"] == 0).all()
    served = line["in_time"] + line["too_late"]
    assert served == min(people.sum(), shelters["places"].sum())  # as the crow flies everybody reaches every one
    order = draw.permutation(rows)
    other = asked(sites.iloc[order], shelters.iloc[::-1], weight="people", capacity="places").rows
    told = ["people", "state", "shelter"]
    both = [
        frame[told].rename_axis("row").reset_index().sort_values(["row", "shelter"]) for frame in (found.rows, other)
    ]
    assert both[0].to_numpy().tolist() == both[1].to_numpy().tolist() or both[0].isna().any(axis=None)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_an_earlier_warning_never_makes_anybody_late(seed):
    draw = np.random.default_rng(seed)
    sites = points([east(-each) for each in draw.uniform(0, 400, 8)], people=draw.integers(0, 9, 8))
    shelters = points([east(each) for each in draw.uniform(1, 400, 3)], id=[1, 2, 3], places=draw.integers(0, 15, 3))
    in_time = [
        asked(sites, shelters, weight="people", capacity="places", warning=f"{minutes} min").summary["in_time"].item()
        for minutes in (6, 8, 10, 12, 20)
    ]
    assert in_time == sorted(in_time)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"warning": None}, "how long before the hazard arrives are they warned"),
        ({"warning_min": "m"}, "one of the two"),
        ({"warning": "500 m"}, "warning is a time, as '3 min', not '500 m'"),
        ({"warning": {"gas": "1 min", "fire": "1 min"}}, "there is no scenario"),
        ({"warning": {}}, "nothing is said for the scenario 'gas'"),
        ({"reaction": "3 km"}, "reaction is a time"),
        ({"climb": {"school": "1 min"}}, "climb: there is no group"),
        ({"speed": None}, "as the crow flies nobody knows how fast 'all' are"),
        ({"speed": 0}, "must be a number above 0 in m/s"),
        ({"group": "who"}, "speed is that of all|no speed for the group"),
        ({"needs_step_free": True}, "say which shelters have none"),
        ({"suitable": {"chemical": "fit"}}, "has no column 'fit'"),
        ({"capacity": "id"}, "'cellar' in row 1"),
        ({"shelter_id": "name"}, "has no column 'name'"),
        ({"of": []}, "there are no scenarios"),
    ],
)
def test_wrong_questions_are_refused_by_name(shelter, options, told):
    with pytest.raises(ValueError, match=told):
        asked(points([east(-50)], who=["pram"]), shelter, **options)


def test_a_column_of_a_result_is_not_overwritten(shelter):
    with pytest.raises(ValueError, match="already has a column 'state'"):
        asked(points([east(-50)], state=["x"]), shelter)
    with pytest.raises(ValueError, match="already has a column 'free'"):
        asked(points([east(-50)]), shelter.assign(free=1), capacity="places")
    with pytest.raises(TypeError, match="by must be"):
        asked(points([east(-50)]), shelter, by="walk")


def test_nobody_in_the_zone_is_an_answer(shelter):
    found = asked(points([east(50)], people=[3]), shelter, weight="people", capacity="places")
    assert not len(found.rows) and found.summary["outside"].item() == 3
    assert pd.isna(found.summary["in_time_share"].item()) and not len(found.reasons)


def test_it_is_drawn_in_both_languages(shelter):
    sites = points([east(-50), east(-150), east(50)], id=["near", "far", "out"], people=[3, 4, 5])
    found = asked(sites, shelter, weight="people", of=[scenario("a"), scenario("b")], capacity="places")
    told = [text.get_text() for text in found.plot("a").get_legend().get_texts()]
    assert told == ["in a suitable shelter in time (1)", "arrives too late (1)"]
    assert found.plot(lang="lv").get_legend().get_texts()[1].get_text() == "nokļūst par vēlu (1)"
    with pytest.raises(ValueError, match='unknown scenario "c"'):
        found.plot("c")
    page = found.explore("b", name="id", shelter_name="id", lang="lv").html
    fields = MapData(page).fields()
    assert "Mazaizsargātās grupas: b" in page
    assert "brīdinājuma laiks ir par īsu" in fields["rows"]["iemesls"]
    assert fields["rows"]["vajadzīgais laiks"] == {"8,5 min", "10,2 min"}
    assert fields["facilities"]["stāvoklis"] == {"izmantojama"} and "zones" in fields


def test_shallow_water_closes_no_street_and_a_failure_has_no_zone_to_leave(shelter):
    zone = gpd.GeoDataFrame({"d": [0.05]}, geometry=[box(24.0, 56.9, 24.1, 57.1)], crs=4326)
    asking = {"by": street(24.0, east(100), closing_depth_m=0.3), "closed": True}
    states = []
    for depth in (0.05, 0.5):
        water = sm.Scenario("w", "flood", zone.assign(d=depth), intensity="d", unit="m")
        states.append(asked(points([east(-50)]), shelter, of=water, **asking).rows["state"].item())
    assert states == ["in_time", "no_shelter"]
    failing = sm.Failing(shelter, "flat")
    with pytest.raises(ValueError, match="scenario dry is a failure without a zone to leave"):
        asked(points([east(-50)]), shelter, of=sm.Scenario("dry", "water", failing=failing))


def test_a_raster_tells_who_is_in_the_water_and_a_void_there_is_unknown(tmp_path, shelter):
    cells = [[1.0, 1.0, 1.0, 0.0, 0.0, 0.0], [1.0, -1.0, 1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]]
    side = (24.1 - east(-150)) / 3
    path = write_raster(tmp_path / "d.tif", cells, west=east(-150), north=LAT + 1.5 * side, cell=side, nodata=-1)
    water = sm.Scenario("w", "flood", raster=sm.Raster(path, holds="depth_m"))
    found = asked(points([east(-125), east(-75)]), shelter, of=water)
    assert found.rows["state"].tolist() == ["in_time", "unknown"] and found.rows["reason"].tolist()[1] == "void"
    assert found.plot() is not None
    with pytest.raises(ValueError, match="scenario w has no zones that could close streets"):
        asked(points([east(-125)]), shelter, of=water, by=street(24.0, east(100)), closed=True)
