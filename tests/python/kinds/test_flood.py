# SPDX-License-Identifier: Apache-2.0
"""Floods and gaps in plans: what they ask, what the assessment holds, what the report says."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import FLOOD, PLAN, SAMPLE, write_town


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


def figures(folder: Path, **wanted: object) -> dict[str, float]:
    found = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["figures"]
    mine = [each for each in found if wanted.items() <= each.items()]
    return {each["category"] or each["figure"]: each["value"] for each in mine}


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
    assert section.count('<img src="data:image/svg+xml') == 3
    assert section.count("Flood zones (illustrative, not official)") == 3  # under every map
    assert section.count("Plūdu zonas (izdomātas, nav oficiālas)") == 3
    for words in ("the nearest is not fit for a flood", "tuvākais plūdos neder", "Pirms plūdiem un plūdos"):
        assert words in section
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
