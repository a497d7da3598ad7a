# SPDX-License-Identifier: Apache-2.0
"""Allocation in plans: who has a place, counted by hand, told in both languages, held against the year before."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import PLAN, STREETS, figures, in_year, section, write_street_town, write_town

ASKED = """
[[analyses]]
name = "places"
kind = "allocation"
demand = "homes"
facilities = "shelters"
capacity = "room"
limit = "2 km"
weight = "people"
areas = "parts"
area_name = "part"
title = { en = "Whether all have a place", lv = "Vai visiem ir vieta" }
"""
# A hundredth of a degree is 609 m here. s1 is nearest to h1 and h2, s2 to h3; h4 is beyond 2 km of both.
LIVE = """id,name,lon,lat,people,children,own
h1,At the cellar,24.101,56.950,30,2,
h2,Halfway,24.110,56.950,20,,s2
h3,At the school,24.129,56.950,10,5,
h4,Far away,24.250,56.950,7,1,
h5,Home without number,24.105,56.951,,1,
"""
SHELTERS = """id,name,lon,lat,room
s1,Cellar,24.101,56.950,40
s2,School,24.130,56.950,15
s3,Barn,24.131,56.950,
"""
HUNDREDTH_M = 609.0
INPUTS = PLAN.split("[[analyses]]")[0]  # of the small town, and nothing asked


def town(folder: Path, *, asked: str = ASKED, homes: str = LIVE, shelters: str = SHELTERS, year: int = 2025) -> Path:
    plan = in_year(year, INPUTS) + asked
    return write_town(folder, plan=plan, homes=homes, shelters=shelters)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("places")
    sm.run(town(folder), folder / "out")
    return folder / "out"


def test_who_has_a_place_is_counted_by_hand(made):
    # The cellar has 40 places for 50, the school 15 for 10 and 5 of those halfway; 5 are left over, the 7 are too far.
    found = figures(made, analysis="places", measure="people", category=None, scope="all")
    expected = {"total": 67, "covered": 55, "uncovered": 12, "unknown": 0, "rows_without_weight": 1, "capacity": 55}
    assert {key: found[key] for key in expected} == expected and found["covered_share"] == 55 / 67
    way_m = 10 * 0.9 * HUNDREDTH_M + 5 * 2.0 * HUNDREDTH_M + 10 * 0.1 * HUNDREDTH_M
    assert found["mean_distance_m"] == pytest.approx(way_m / 55, rel=2e-3)
    assert figures(made, analysis="places", figure="not_covered_because", scope="all")["full"] == 5
    assert figures(made, analysis="places", figure="not_covered_because", scope="all")["too_far"] == 7
    assert figures(made, analysis="places", figure="load") == {"s1": 40, "s2": 15}
    by_area = {area: figures(made, analysis="places", figure="covered", area=area)["covered"] for area in ("West",)}
    assert by_area == {"West": 55}
    assert figures(made, analysis="places", measure="rows") == {"facilities_full": 2, "facilities_without_capacity": 1}


def test_rows_facilities_and_lines_are_layers_with_styles(made):
    with closing(sqlite3.connect(made / "assessment.gpkg")) as connection:
        rows = connection.execute("SELECT id, facility_name, people, reason FROM places ORDER BY fid").fetchall()
        used = dict(connection.execute("SELECT id, load FROM places_facilities"))
        lines = connection.execute("SELECT demand, facility, people FROM places_spill").fetchall()
        styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    assert rows[:4] == [
        ("h1", "Cellar", 30, None),
        ("h2", "Cellar", 10, None),
        ("h2", "School", 5, None),
        ("h2", None, 5, "full"),
    ]
    assert used == {"s1": 40, "s2": 15, "s3": 0}
    assert sorted(lines) == [("h1", "s1", 30), ("h2", "s1", 10), ("h2", "s2", 5), ("h3", "s2", 10)]
    assert {"places", "places_facilities", "places_spill"} <= set(styles)
    assert "utilisation" in styles["places_facilities"] and "line_width" in styles["places_spill"]


def test_the_report_tells_it_in_both_languages(made):
    text = section(made, "places")
    for words in (
        "How full the facilities are",
        "Objektu aizpildījums",
        "Who has no place, and why",
        "Kam vietas nav un kāpēc",
        "Where one more place helps most",
        "Kur viena papildu vieta palīdz visvairāk",
        "Halfway",
        "every one near enough is full",
        "West",
    ):
        assert words in text, words
    assert text.count("<img") == 2
    page = (made / "report.html").read_text(encoding="utf-8")
    assert "have a place within 2 km" in page and "ir vieta līdz 2 km" in page and "2 of 3" in page
    assert "no other plan serves more people" in page and "nav sadales, kurā vieta ir vairāk cilvēkiem" in page


@pytest.mark.parametrize(
    ("line", "covered", "beyond"),
    [
        ('method = "nearest_until_full"', 55, 0),
        ('method = "nearest_until_full"\norder_of_rows = "id"', 55, 0),
        ('method = "nearest_until_full"\norder_of_facilities = "id"', 55, 0),
        ('own_building = "own"', 55, 0),  # 15 of h2 at the school, whose 10 go elsewhere or nowhere
        ("split = false", 40, 15),  # 30 of h1, 10 of h3, and h2 nowhere
        ('household = "name"', 40, 15),
        ('group = "children"\ngroup_capacity = "room"', 55, None),
    ],
)
def test_the_rules_decide_who_has_a_place(tmp_path, line, covered, beyond):
    asked = ASKED.replace('capacity = "room"', f'capacity = "room"\n{line}')
    sm.run(town(tmp_path, asked=asked), tmp_path / "out")
    found = figures(tmp_path / "out", analysis="places", measure="people", category=None, scope="all")
    assert found["covered"] == covered and found.get("beyond_optimum") == beyond
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert ("more than the optimum" in page) == (beyond is not None)


def test_without_a_limit_and_weights_rows_go_along_the_streets(tmp_path):
    lines = ("weight", "limit", "areas", "area_name")
    plain = "\n".join(line for line in ASKED.splitlines() if not line.startswith(lines)) + '\nby = "roads"\n'
    plan = INPUTS.replace("[[standards]]", STREETS + "\n[[standards]]") + plain
    sm.run(write_street_town(tmp_path, plan=plan, homes=LIVE, shelters=SHELTERS), tmp_path / "out")
    found = figures(tmp_path / "out", analysis="places", measure="rows", category=None)
    assert (found["total"], found["covered"], found["unknown"]) == (5, 5, 0)


def test_facilities_that_do_not_count_are_the_reason(tmp_path):
    shelters = SHELTERS.replace("room", "room,compliance").replace("40\n", "40,none\n").replace("15\n", "15,full\n")
    asked = ASKED + '[analyses.supply]\ncompliance = "full"\n'
    sm.run(town(tmp_path, asked=asked, shelters=shelters.replace("56.950,\n", "56.950,9,full\n")), tmp_path / "out")
    because = figures(tmp_path / "out", analysis="places", figure="not_covered_because", scope="all")
    assert because["not_compliant"] == 30 + 6 and because["full"] == 0 and because["too_far"] == 7


def test_grades_stand_side_by_side(tmp_path):
    shelters = SHELTERS.replace("room", "room,compliance").replace("40\n", "40,partial\n").replace("15\n", "15,full\n")
    asked = ASKED.replace('capacity = "room"', 'capacity = "room"\nreadings = ["full", "renewable"]')
    sm.run(town(tmp_path, asked=asked, shelters=shelters.replace("56.950,\n", "56.950,9,none\n")), tmp_path / "out")
    found = {name: figures(tmp_path / "out", figure=f"reading_{name}") for name in ("covered", "uncovered", "capacity")}
    assert found["covered"] == {"full": 15, "renewable": 55}  # of 60 within reach of one of them
    assert found["capacity"] == {"full": 15, "renewable": 55} and found["uncovered"] == {"full": 52, "renewable": 12}
    text = section(tmp_path / "out", "places")
    assert "By the grade of the shelters that count" in text and "pilnībā atbilstošās" in text


def test_fewer_places_explain_who_has_none_and_the_gate_fails(tmp_path):
    sm.run(town(tmp_path / "then"), tmp_path / "before")
    after = sm.run(town(tmp_path / "now", shelters=SHELTERS.replace("40\n", "30\n"), year=2026), tmp_path / "after")
    change = sm.compare(tmp_path / "before", after)
    assert not change.not_explained
    row = change.causes[change.causes["analysis"] == "places"].iloc[0]
    assert (row["before"], row["after"], row["changed"]) == (55, 45, -10)
    findings = sm.check(after, tmp_path / "before").findings
    mine = {(each.kind, each.state) for each in findings if each.subject == "places"}
    assert ("coverage_fell", "failed") in mine and ("figure_worse", "failed") in mine


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('order_of_rows = "id"', 'order_of_rows belongs to method = "nearest_until_full"'),
        ('household = "name"\nsplit = false', "household says which rows stay together"),
        ('group = "children"', "group and group_capacity belong together"),
    ],
)
def test_rules_that_do_not_fit_are_faults_of_the_plan(tmp_path, line, told):
    asked = ASKED.replace('capacity = "room"', f'capacity = "room"\n{line}')
    with pytest.raises(PlanError, match=told):
        load_plan(town(tmp_path, asked=asked))


@pytest.mark.parametrize(
    ("shelters", "told"),
    [
        (SHELTERS.replace("40\n", "-40\n"), "places are whole numbers, not negative"),
        (SHELTERS.replace("40\n", "4.5\n"), "holds 4.5 in row 1 .id s1.; places are whole numbers"),
        (SHELTERS.replace("40\n", "\n").replace("15\n", "\n"), "says of no facility how many places"),
    ],
)
def test_places_that_cannot_be_meant_are_faults_that_name_the_row(tmp_path, shelters, told):
    with pytest.raises(PlanError, match=told):
        sm.run(town(tmp_path, shelters=shelters), tmp_path / "out")
