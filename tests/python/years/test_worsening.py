# SPDX-License-Identifier: Apache-2.0
"""What the gate calls worse where nothing else is said: what each kind of analysis says of its figures."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import sheltermap as sm
from outside_kind import NorthOf
from sheltermap.assessments.run import assess
from sheltermap.base import texts
from sheltermap.plans.plan import load_plan
from sheltermap.questions.registry import KINDS
from sheltermap.runs.assessment import Assessment
from sheltermap.years import gate, judged_figures, not_compared, worsening
from sheltermap.years.year_lines import comparison_lines, gate_lines
from small_plan import HOMES, PLAN, write_town
from step_lines import beside_steps

SAMPLES = Path(__file__).parents[3] / "sample_data"
REGISTER = """
[[analyses]]
name = "state"
kind = "register"
features = "shelters"
as_register = "shelter"
as_of = 2026-01-01
title = { en = "State of the shelters", lv = "Patvertņu stāvoklis" }
"""
STATE = """id,name,lon,lat,kind,compliance,capacity_persons,condition_doors,condition_power,improvement_cost_eur
s1,Cellar,24.101,56.950,shelter,full,120,good,good,
s2,School,24.400,56.950,shelter,partial,80,major_defect,missing,90000
s3,Depot,24.105,56.952,shelter,none,45,good,major_defect,5000
"""


def made(folder: Path, year: int, plan: str = PLAN, **files: str) -> Assessment:
    text = plan.replace("schema = 1", f"schema = 1\nyear = {year}")
    return assess(load_plan(write_town(folder / str(year), plan=text, **files)))


def said(result: sm.GateResult, kind: str = "figure_worse", state: str = "failed") -> list[str]:
    """What was found of a kind, in English."""
    return [each.message["en"] for each in result.findings if (each.kind, each.state) == (kind, state)]


@pytest.fixture(scope="module")
def former(tmp_path_factory) -> Assessment:
    return made(tmp_path_factory.mktemp("former"), 2025, PLAN + REGISTER, shelters=STATE)


def test_more_people_in_a_zone_fail_and_fewer_do_not(former, tmp_path):
    homes = HOMES.replace("h2,Second home,24.110", "h2,Second home,24.106")  # into the flood zone
    now = made(tmp_path, 2025, PLAN + REGISTER, shelters=STATE, homes=homes)
    result = sm.check(now, former)
    assert "in a zone (people): 30 after 10" in said(result) and not result.passed
    assert "in the zone (people, F1): 30 after 10" in said(result, "detail_worse", "noted")
    fewer = sm.check(made(tmp_path / "b", 2025, PLAN + REGISTER, shelters=STATE), now)
    assert not [text for text in said(fewer) if "zone" in text]


def test_people_whose_place_is_lost_may_be_in_a_zone(former, tmp_path):
    lax = (PLAN + REGISTER).replace('path = "homes.csv"', 'path = "homes.csv"\nstrict = false')
    homes = HOMES.replace("h1,First home,24.100,56.950", "h1,First home,,")
    result = sm.check(made(tmp_path, 2026, lax, shelters=STATE, homes=homes), former)
    assert "nobody knows where (people): 10 after 0" in said(result)


def test_fewer_facilities_to_choose_from_fail_by_share_and_by_number(former, tmp_path):
    result = sm.check(made(tmp_path, 2026, PLAN + REGISTER, shelters=STATE.split("s3")[0]), former)
    assert "have at least so many (people, 1 km, 2+): 0 % after 50.0 %" in said(result)
    assert "fewer are counted (rows): 2 after 3" in said(result, "total_smaller")


def test_a_register_that_lost_places_grades_and_parts_fails(former, tmp_path):
    worse = STATE.replace("full,120,good", "partial,12,missing").replace("none,45", "none,44")
    result = sm.check(made(tmp_path, 2026, PLAN + REGISTER, shelters=worse), former)
    assert set(said(result)) >= {
        "sum of the register (capacity_persons): 136 after 245",
        "graded so or better (capacity_persons, compliance: full): 0 after 120",
        "graded so or better (rows, compliance: full): 0 after 1",
        "defects, major or missing (rows): 4 after 3",
    }
    assert not [text for text in said(result) if "compliance: none" in text]


def test_a_new_object_of_a_bad_grade_takes_nothing_away(former, tmp_path):
    more = STATE + "s4,Garage,24.2,56.95,shelter,none,10,good,good,\n"
    assert not [
        each
        for each in sm.check(made(tmp_path, 2026, PLAN + REGISTER, shelters=more), former).findings
        if each.subject in ("state", "shelters") and each.state == "failed"
    ]


def test_a_column_that_is_gone_is_no_improvement(former, tmp_path):
    lines = [",".join(line.split(",")[:-1]) for line in STATE.splitlines()]
    lines = [line.replace(",compliance,", ",note,") for line in lines]
    now = made(tmp_path, 2026, PLAN + REGISTER, shelters="\n".join(lines) + "\n")
    places = {
        each.place for each in sm.check(now, former).findings if (each.kind, each.state) == ("not_compared", "failed")
    }
    assert {"improvement_cost, improvement_cost_eur", "improvements, rows", "compliance: full"} <= places
    assert "less to do" not in "\n".join(comparison_lines(sm.compare(former, now), "en"))


def test_a_comparison_tells_what_became_of_a_register_and_of_a_count_in_text_and_on_the_page(former, tmp_path):
    better = STATE.replace("partial,80,major_defect,missing,90000", "full,80,good,good,").replace("24.400", "24.300")
    change = sm.compare(former, made(tmp_path, 2026, PLAN + REGISTER, shelters=better))
    text = "\n".join(comparison_lines(change, "en"))
    assert "State of the shelters\n  2 defects removed, 90 000 EUR less to do\n".replace(" 000", "\u202f000") in text
    assert "Choice of shelters\n  better: have at least so many (people, 1 km, 1+): 50.0 % → 100 %" in text
    assert "novērstie defekti: 2, atlicis darbu par 90\u202f000 EUR mazāk" in "\n".join(comparison_lines(change, "lv"))
    change.write_page(tmp_path / "change.html")
    page = (tmp_path / "change.html").read_text(encoding="utf-8")
    assert "2 defects removed, 90\u202f000 EUR less to do" in page and "Labāk un sliktāk" in page
    change.write_layers(tmp_path / "change.gpkg")
    assert "judged" in sm.layer_names(tmp_path / "change.gpkg")


def test_what_is_worse_by_less_than_the_tolerance_is_noted_and_the_plan_says_how_much_that_is(tmp_path):
    homes = HOMES.replace(",10,2", ",994372,2").replace(",20,", ",5627,").replace(",30,5", ",0,5")
    more = HOMES.replace(",10,2", ",994373,2").replace(",20,", ",5627,").replace(",30,5", ",0,5")
    former = made(tmp_path / "a", 2025, homes=more)
    little = sm.check(made(tmp_path / "b", 2026, homes=homes), former)
    assert little.passed
    (text,) = [text for text in said(little, "coverage_fell", "noted") if "(people, 500 m):" in text]
    assert text.endswith("(by no more than the tolerance, 0.01 percentage points)")
    strict = PLAN.replace("schema = 1", "schema = 1\ntolerances = { share = 0 }")
    assert not sm.check(made(tmp_path / "c", 2026, strict, homes=homes), former).passed
    back = made(tmp_path / "d", 2025, homes=homes)
    inside = sm.check(made(tmp_path / "e", 2026, homes=more), back)
    assert inside.passed
    assert "(by no more than the tolerance, 0.1 %)" in "".join(said(inside, "figure_worse", "noted"))
    exact = PLAN.replace("schema = 1", "schema = 1\ntolerances = { amount = 0 }")
    assert "in a zone (people): 994\u202f373 after 994\u202f372" in said(
        sm.check(made(tmp_path / "f", 2026, exact, homes=more), back)
    )


def test_a_rule_of_the_plan_judges_its_figure_alone(former, tmp_path):
    rule = """
[[checks]]
id = "in_zone"
figure = { analysis = "in_flood", figure = "inside", measure = "people" }
may_rise_by = 25
"""
    homes = HOMES.replace("h2,Second home,24.110", "h2,Second home,24.106")
    result = sm.check(made(tmp_path, 2026, PLAN + REGISTER + rule, shelters=STATE, homes=homes), former)
    assert not [text for text in said(result) if text.startswith("in a zone")]
    assert "in a zone (people): 30 after 10 (the check “in_zone” judges it)" in said(result, state="noted")


def test_figures_that_nobody_judges_are_named(tmp_path, monkeypatch):
    monkeypatch.setitem(KINDS, "north_of", NorthOf)
    asked = '[[analyses]]\nname = "north"\nkind = "north_of"\ndemand = "homes"\nweight = "people"\nlatitude = 56.9505\n'
    plan = PLAN + asked + 'title = "North"\n'
    former = made(tmp_path / "a", 2025, plan, homes=HOMES.replace("24.100,56.950", "24.100,56.960"))
    result = sm.check(made(tmp_path / "b", 2026, plan), former)
    (text,) = [each.message["en"] for each in result.findings if (each.kind, each.subject) == ("not_judged", "north")]
    assert text.startswith("not judged: covered (people): 0 after 10;") and "covered (people): 0 % after 16.7 %" in text
    assert any("north: not judged:" in line for line in gate_lines(result, "en"))
    assert "not_judged" not in {each.kind for each in sm.check(former, former).findings}


def test_every_kind_says_which_way_its_figures_are_worse_in_words():
    for plan in sorted(SAMPLES.glob("*/plan.toml")):
        for analysis in load_plan(plan).analyses:
            assert analysis.judged(), analysis.kind
            for judged in analysis.judged():
                assert f"figure_{judged.figure}" in texts.TEXTS, (analysis.kind, judged.figure)


@pytest.mark.parametrize("module", [gate, worsening, judged_figures, not_compared])
def test_the_gate_names_no_kind_of_analysis(module):
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    constants = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not constants & set(KINDS)


def test_the_command_ends_with_1_and_says_what_is_worse(tmp_path):
    plan = (PLAN + REGISTER).replace("schema = 1", "schema = 1\nyear = 2025")
    sm.run(write_town(tmp_path / "town", plan=plan, shelters=STATE), tmp_path / "2025")
    (tmp_path / "2025").rename(tmp_path / "elsewhere")
    worse = STATE.replace("full,120", "full,1")
    now = write_town(tmp_path / "town", plan=plan.replace("2025", "2026", 1), shelters=worse)
    command = [sys.executable, "-m", "sheltermap", "check", str(now), "--against", str(tmp_path / "elsewhere")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, beside_steps(done.stderr)) == (1, "")
    assert "state: sum of the register (capacity_persons): 126 after 245" in done.stdout
