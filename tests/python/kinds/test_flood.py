# SPDX-License-Identifier: Apache-2.0
"""Floods and gaps in plans: what they ask, what the assessment holds, what the report says."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import (
    FLOOD,
    PLAN,
    SAMPLE,
    SHELTERS,
    figures,
    road,
    section,
    with_streets,
    write_street_town,
    write_town,
)


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    sm.run(write_town(folder, plan=PLAN + FLOOD), folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def ogre(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ogre") / "out"
    sm.run(SAMPLE.parent / "ogre" / "plan.toml", folder)
    return folder


def test_the_figures_of_a_flood_are_those_counted_by_hand(town):
    # h1 (10 people) has s1 within 500 m and s1 floods; h4 too, but nobody knows how many live there.
    found = figures(town, analysis="in_a_flood", measure="people", scope="all", scenario="F1")
    expected = {"total": 60, "covered_before": 10, "covered": 0, "lost": 10, "uncovered": 50, "unknown": 0}
    assert {key: found[key] for key in expected} == expected
    assert (found["closed_by_flood"], found["too_far"], found["rows_without_weight"]) == (10, 50, 1)


def test_the_places_of_gaps_sum_to_the_gap(town):
    total = figures(town, analysis="gaps", figure="uncovered")["uncovered"]
    places = figures(town, analysis="gaps", figure="in_place")
    assert places == {"1": 30, "2": 20} and total == 50


def test_facilities_and_places_are_layers_beside_the_rows(town):
    with closing(sqlite3.connect(town / "assessment.gpkg")) as connection:
        states = connection.execute("SELECT id, state_F1 FROM in_a_flood_facilities ORDER BY id").fetchall()
        places = connection.execute("SELECT place, people FROM gaps_places ORDER BY place").fetchall()
    assert states == [("s1", "flooded"), ("s2", "usable")]
    assert places == [(1, 30.0), (2, 20.0)]
    assert (town / "geojson" / "gaps_places.geojson").exists()


def test_places_that_are_missing_are_told_beside_their_sum(tmp_path):
    plan = write_town(tmp_path, plan=PLAN + FLOOD.replace('scenario = "code"', 'scenario = "code"\ncapacity = "room"'))
    rows = (tmp_path / "shelters.csv").read_text().splitlines()
    rooms = ["room", "40", "-5000"]
    (tmp_path / "shelters.csv").write_text("".join(f"{row},{room}\n" for row, room in zip(rows, rooms, strict=True)))
    sm.run(plan, tmp_path / "out")
    usable = figures(tmp_path / "out", analysis="in_a_flood", figure="capacity", category="usable")
    assert usable == {"usable": 0}
    for state, missing in (("usable", 1), ("flooded", 0)):
        found = figures(tmp_path / "out", analysis="in_a_flood", figure="without_capacity", category=state)
        assert found == {state: missing}
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for words in (
        "1 (0 places, 1 without a number)",
        "1 (0 vietas, 1 bez skaita)",
        "1 (40 places)",
        "-5000 in row 2 (id s2)",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "threshold_m = 500\nweight",
            "weight",
            "analyses.in_a_flood: give standard, threshold_m or limit, one of the three",
        ),
        (
            "threshold_m = 500\nweight",
            'limit = "15 min"\nweight',
            "analyses.in_a_flood: a time needs streets to travel along",
        ),
        (
            "threshold_m = 500\nweight",
            "limit = 500\nweight",
            "analyses.in_a_flood.limit: a limit is a number with a unit",
        ),
        ("threshold_m = 500\nweight", "threshold_m = true\nweight", "analyses.in_a_flood.threshold_m: "),
        ("threshold_m = 500\nweight", "threshold_m = nan\nweight", "analyses.in_a_flood.threshold_m: "),
        ("threshold_m = 500\nweight", 'threshold_m = "15 min"\nweight', "analyses.in_a_flood.threshold_m: "),
        ('zones = "flood"', 'zones = "floods"', 'unknown input "floods"; did you mean "flood"?'),
        ('standard = "walk"\njoin', 'standard = "wlak"\njoin', 'unknown standard "wlak"; did you mean "walk"?'),
        ('name = "gaps"', 'name = "in_a_flood_facilities"', "is the second layer of another analysis"),
    ],
)
def test_faults_of_these_kinds_are_told(tmp_path, old, new, told):
    with pytest.raises(PlanError, match="analyses") as raised:
        load_plan(write_town(tmp_path, plan=PLAN + FLOOD.replace(old, new, 1)))
    assert told in str(raised.value)


def test_a_column_that_is_not_there_is_told_before_anything_is_computed(tmp_path):
    plan = write_town(tmp_path, plan=PLAN + FLOOD.replace('scenario = "code"', 'scenario = "cod"'))
    with pytest.raises(PlanError, match=r'in_a_flood.scenario: unknown column "cod"; did you mean "code"'):
        sm.run(plan, tmp_path / "out")


def test_the_report_of_ogre_shows_a_map_per_scenario_and_says_it_is_illustrative_in_both_languages(ogre):
    page = (ogre / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="shelter_in_flood">')[1].split("</section>")[0]
    assert section.count('<img src="data:image/') == 3
    assert section.count('<span lang="en">illustrative data</span>') == 1 + 3  # beside the title, and under every map
    assert section.count('<span lang="lv">izdomāti dati</span>') == 1 + 3
    assert "Flood zones (illustrative, not official)" in section and "Plūdu zonas (izdomātas, nav oficiālas)" in section
    for words in ("the nearest is not fit for a flood", "tuvākais plūdos neder", "Pirms plūdiem un plūdos"):
        assert words in section
    assert '<span lang="en">0.5 %</span><span lang="lv">0,5 %</span>' in section
    assert '<span lang="lv">zaudē 0,5 % plūdos</span>' in section and "plūdos, 0.5 %" not in section
    gaps = page.split('<section id="gaps_centre">')[1].split("</section>")[0]
    assert "Places to act on" in gaps and "Lielvārde" in gaps


def test_the_reasons_of_ogre_sum_to_the_gap_in_every_scenario(ogre):
    for name in ("centre_in_flood", "shelter_in_flood"):
        for scenario in ("10 %", "1 %", "0.5 %"):
            where = {"analysis": name, "measure": "people", "scenario": scenario, "scope": "all"}
            found = figures(ogre, **where)
            because = figures(ogre, figure="not_covered_because", **where)
            assert sum(because.values()) == found["lost"] + found["uncovered"] + found["unknown"]
            assert found["total"] == 55_381


ALONG = """
[[analyses]]
name = "walked_in_flood"
kind = "flood"
demand = "homes"
facilities = "shelters"
zones = "flood"
scenario = "code"
by = "roads"
limit = "20 min"
weight = "people"
areas = "parts"
area_name = "part"
title = { en = "A walk in a flood", lv = "Gājiens plūdos" }
"""
# Besides the cellar in the water one east of it: 20 min are 1,320 m, a hundredth of a degree is 609 m.
DRY = SHELTERS + "s3,Dry cellar,24.115,56.950\n"


def street_town(folder: Path, *roads, asked: str = ALONG, shelters: str = DRY, year: int = 2025) -> Path:
    return write_street_town(folder, *roads, plan=with_streets(asked, year=year), shelters=shelters)


@pytest.mark.parametrize(
    ("shelters", "because"),
    [
        (DRY, {"closed_by_flood": 10, "too_far": 30}),  # the first home has lost the cellar in the water
        (DRY.replace("s1,Cellar,24.101", "s1,Cellar,24.399"), {"street_closed": 10, "too_far": 30}),
        (SHELTERS, {"closed_by_flood": 30, "too_far": 30}),  # the second one, too, where there is no other
    ],
)
def test_along_streets_a_flooded_facility_and_a_closed_street_are_told_apart(tmp_path, shelters, because):
    sm.run(street_town(tmp_path, shelters=shelters), tmp_path / "out")
    where = {"analysis": "walked_in_flood", "measure": "people", "scope": "all", "threshold_s": 1200}
    found = figures(tmp_path / "out", category=None, **where)
    lost = sum(people for reason, people in because.items() if reason != "too_far")
    expected = {"total": 60, "covered_before": 30, "covered": 30 - lost, "lost": lost, "uncovered": 30, "unknown": 0}
    assert {key: found[key] for key in expected} == expected and found["rows_without_weight"] == 1
    told = figures(tmp_path / "out", figure="not_covered_because", **where)
    assert {reason: people for reason, people in told.items() if people} == because


def test_the_report_of_a_flood_along_streets_tells_minutes_and_reasons_in_both_languages(tmp_path):
    near_none = DRY.replace("s1,Cellar,24.101", "s1,Cellar,24.399")
    sm.run(street_town(tmp_path, shelters=near_none), tmp_path / "out")
    page, text = (
        (tmp_path / "out" / "report.html").read_text(encoding="utf-8"),
        section(tmp_path / "out", "walked_in_flood"),
    )
    assert "20 min" in page and "Along the streets, to the facility" in text
    assert "the street at the door is closed" in text and "iela pie durvīm ir slēgta" in text
    rows = sm.read(tmp_path / "out" / "assessment.gpkg", layer="walked_in_flood").set_index("id")
    assert rows["reason_F1"].to_dict()["h1"] == "street_closed"
    assert rows["duration_F1_s"]["h2"] == pytest.approx(0.5 * 609 / 1.1, rel=2e-3)


def test_other_streets_are_a_cause_of_what_a_flood_leaves(tmp_path):
    sm.run(street_town(tmp_path / "then"), tmp_path / "before")
    broken = (road((24.07, 56.95), (24.112, 56.95)), road((24.113, 56.95), (24.42, 56.95)))
    after = sm.run(street_town(tmp_path / "now", *broken, year=2026), tmp_path / "after")
    change = sm.compare(tmp_path / "before", after)
    assert not change.not_explained
    mine = change.causes.query("analysis == 'walked_in_flood' and scope == 'all' and measure == 'people'").iloc[0]
    assert (mine["before"], mine["after"], mine["network"], mine["threshold_s"]) == (20, 0, -20, 1200)
    findings = sm.check(after, tmp_path / "before").findings
    assert "failed" in {each.state for each in findings if each.subject == "walked_in_flood"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('by = "roads"\n', "", "analyses.walked_in_flood: a time needs streets to travel along: name one of the"),
        ('by = "roads"\nlimit = "20 min"', 'depth = "code"\nthreshold_m = 5', "depth says which zones close streets"),
        ('by = "roads"', 'by = "rods"', 'walked_in_flood.by: unknown network "rods"; did you mean "roads"?'),
        ('by = "roads"', 'by = "roads"\ndepth = "deep"', 'walked_in_flood.depth: unknown column "deep"'),
        ('by = "roads"', 'by = "roads"\ndepth = "code"', "analyses.walked_in_flood: along networks.roads: "),
    ],
)
def test_wrong_keys_of_a_flood_along_streets_are_told(tmp_path, old, new, told):
    assert old in ALONG
    with pytest.raises(PlanError) as raised:
        sm.run(street_town(tmp_path, asked=ALONG.replace(old, new, 1)), tmp_path / "out")
    assert told in str(raised.value)


def test_closed_facilities_have_the_numbers_of_the_picture_and_lead_to_the_map(town):
    text = section(town, "in_a_flood")
    closed = text.split("Facilities that cannot be used")[-1]
    assert '<th scope="row"><a href="#in_a_flood-map">1</a></th>' in text
    assert '<a class="beside" href="map.html#in_a_flood/facilities/24.10100,56.95000">Cellar</a>' in closed
    assert text.count('<figure id="in_a_flood-map">') == 1
