# SPDX-License-Identifier: Apache-2.0
"""Registers in plans: their state as figures, layer and report; and analyses that count some facilities only."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import PLAN, write_town

REGISTER = """Nr,name,lon,lat,veids,atbilstiba,ietilpiba,trukumi,uzlabojumi,izmaksas,suits_flood,condition_doors,checked
001,Cellar,24.101,56.950,patvertne,full,100,,,,yes,good,2025-03-01
002,School,24.110,56.950,patvertne,daļēja,50,doors,new doors,5000,no,missing,2025-03-01
003,Garage,24.105,56.950,patvertne,nav,80 vietas,damp,seal,,,major_defect,2026-06-01
004,Depot,24.900,56.950,patvertne,partial,20,damp,seal,1000,yes,good,31.02.2025
005,Hall,24.106,56.950,patvertne,,10,,,,yes,,2025-03-01
"""
STATE = """
[inputs.register]
path = "register.csv"
id = "Nr"
name = "name"

[[analyses]]
name = "state"
kind = "register"
features = "register"
as_register = "shelter"
as_of = 2026-01-31
areas = "parts"
area_name = "part"
title = { en = "State of the shelters", lv = "Patvertņu stāvoklis" }

[analyses.columns]
id = { column = "Nr", digits = 3 }
compliance = "atbilstiba"
shortcomings = "trukumi"
improvements = "uzlabojumi"
last_inspection = { column = "checked", missing = ["nav", "-"] }
"""
SOME = """
[[analyses]]
name = "some"
kind = "KIND"
demand = "homes"
facilities = "register"
threshold_m = 500
weight = "people"
title = "Some shelters only"

[analyses.supply]
compliance = "renewable"
suitable_for = ["flood"]
columns = { compliance = "grade" }
"""
GRADED = REGISTER.replace("atbilstiba", "grade").replace("daļēja", "partial").replace("nav,80", "none,80")


def write(folder: Path, plan: str, register: str = REGISTER) -> Path:
    (folder / "register.csv").write_text(register, encoding="utf-8")
    return write_town(folder, plan=PLAN + plan)


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    sm.run(write(folder, STATE), folder / "out")
    return folder / "out"


def figures(folder: Path, **wanted: object) -> dict[str, float]:
    found = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["figures"]
    mine = [each for each in found if wanted.items() <= each.items()]
    return {each["category"] or each["figure"]: each["value"] for each in mine}


def rows_of(folder: Path, table: str, columns: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "assessment.gpkg")) as connection:
        return connection.execute(f"SELECT {columns} FROM {table} ORDER BY id").fetchall()


def test_grades_and_places_are_those_counted_by_hand(town):
    rows = figures(town, analysis="state", figure="graded", measure="rows", scope="all")
    assert {grade: rows[f"compliance: {grade}"] for grade in ("full", "partial", "none", "not_recorded")} == {
        "full": 1,
        "partial": 2,
        "none": 1,
        "not_recorded": 1,
    }
    places = figures(town, analysis="state", figure="graded", measure="capacity_persons", scope="all")
    assert (places["compliance: full"], places["compliance: partial"], places["compliance: none"]) == (100, 70, 0)
    missing = figures(town, analysis="state", figure="graded_rows_without", measure="capacity_persons", scope="all")
    assert missing["compliance: none"] == 1  # "80 vietas" is refused, so nobody knows how many


def test_the_grades_of_the_areas_sum_to_those_of_the_register(town):
    everywhere = figures(town, analysis="state", figure="graded", measure="rows", scope="all")
    found = json.loads((town / "summary.json").read_text(encoding="utf-8"))["figures"]
    for grade, count in everywhere.items():
        parts = [
            each["value"]
            for each in found
            if each["figure"] == "graded"
            and each["measure"] == "rows"
            and each["category"] == grade
            and each["scope"] != "all"
        ]
        assert sum(parts) == count
    assert figures(town, figure="graded", measure="rows", scope="outside every area")["compliance: partial"] == 1


def test_what_is_to_be_mended_defects_and_cost_are_told(town):
    found = figures(town, analysis="state", scope="all")
    # "80 vietas", an inspection after the day of the plan, and a day that is none.
    assert (found["rows"], found["errors"], found["rows_to_mend"]) == (5, 3, 2)
    assert (found["improvements"], found["improvements_without_cost"], found["improvement_cost"]) == (3, 1, 6000)
    assert found["condition_doors: missing"] == 1 and found["condition_doors: not_recorded"] == 1
    assert found["last_inspection"] == 2  # refused: the last of the three figures of a field


def test_the_layer_is_the_register_in_the_fields_of_its_schema(town):
    layer = rows_of(town, "state", "id, compliance, capacity_persons, errors, defects, area IS NOT NULL")
    assert layer[0] == ("001", "full", 100, 0, None, 1)
    assert layer[1][4] == layer[2][4] == "doors"
    assert [row[3] for row in layer] == [0, 0, 2, 1, 0] and layer[2][2] is None


def test_the_report_lists_the_cheapest_place_first_and_says_what_to_do_in_both_languages(town):
    page = (town / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="state">')[1].split("</section>")[0]
    listed = section.split("Improvements needed, the cheapest place first")[1]
    assert listed.index("Depot") < listed.index("School") < listed.index("Garage")  # 50, 100, not known
    for words in ("daļēja (atjaunojama)", "write 80", "rakstiet 80", "31.02.2025", "Kas reģistrā jālabo"):
        assert words in section
    assert "6\u202f000, 1 not known" in listed


def test_two_runs_give_the_same_figures_whatever_the_hash_seed(town, tmp_path):
    plan = load_plan(write(tmp_path, STATE))
    dumped = plan.analyses[-1].model_dump(mode="json")["columns"]["last_inspection"]["missing"]
    assert dumped == ["-", "nav"]


@pytest.mark.parametrize("kind", ["coverage", "gaps", "flood"])
def test_facilities_the_plan_does_not_ask_for_do_not_count(tmp_path, kind):
    text = STATE.split("[[analyses]]")[0] + SOME.replace("KIND", kind)
    text = text.replace("threshold_m = 500", "thresholds_m = [500]") if kind == "coverage" else text
    text = text.replace('weight = "people"', 'weight = "people"\nzones = "flood"\nscenario = "code"', kind == "flood")
    done = sm.run(write(tmp_path, text, GRADED), tmp_path / "out")
    outcome = done.outcomes[-1]
    # 001 and 004 comply, or could, and suit a flood; 002 does not suit it, 003 complies in nothing, 005 nobody knows.
    assert list(outcome.context.unused["Nr"]) == ["002", "003", "005"]
    assert list(outcome.context.unused["unused_reason"]) == ["unsuitable", "not_compliant", "unknown_compliance"]
    assert set(outcome.layer["facility"].dropna()) <= {"001", "004"}
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Facilities that do not count here" in page and "3 objekti nav ieskaitīti" in page
    if kind == "gaps":  # the second home is 0 m from 002, which does not suit a flood
        assert "unsuitable" in set(outcome.tables["places"]["reason"])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('as_register = "shelter"', 'as_register = "shelters"', 'unknown value "shelters"; did you mean "shelter"?'),
        ('compliance = "atb', 'complience = "atb', 'columns: unknown field "complience"; did you mean "compliance"?'),
        ("digits = 3", "digit = 3", 'analyses.state.columns.id.digit: unknown key "digit"; did you mean "digits"?'),
        ('area_name = "part"', "", "analyses.state: areas and area_name belong together"),
    ],
)
def test_faults_of_a_register_are_told(tmp_path, old, new, told):
    with pytest.raises(PlanError, match="state") as raised:
        load_plan(write(tmp_path, STATE.replace(old, new, 1)))
    assert told in str(raised.value)


def test_faults_of_a_supply_are_told(tmp_path):
    text = STATE.split("[[analyses]]")[0] + SOME.replace("KIND", "gaps")
    with pytest.raises(PlanError, match=r'unknown key "complience"; did you mean "compliance"'):
        load_plan(write(tmp_path, text.replace("compliance = ", "complience = ", 1)))
    with pytest.raises(PlanError, match=r'some\.supply.compliance: unknown column "grade"'):
        sm.run(write(tmp_path, text), tmp_path / "out")


def test_a_column_of_the_mapping_that_the_file_does_not_have_is_told(tmp_path):
    plan = write(tmp_path, STATE.replace('"trukumi"', '"trukums"'))
    with pytest.raises(sm.SheltermapError, match='no column "trukums"; did you mean "trukumi"'):
        sm.run(plan, tmp_path / "out")
    assert not (tmp_path / "out").exists()


IN_USE = GRADED.replace("checked", "checked,lietošanā").replace("2025-03-01", "2025-03-01,", 3)
IN_USE = IN_USE.replace("2026-06-01", "2026-06-01,jā").replace("31.02.2025", "31.02.2025,nē")


def test_facilities_out_of_use_do_not_count_and_of_how_many_nobody_knows_is_said(tmp_path):
    asked = SOME.replace("KIND", "gaps").split("[analyses.supply]")[0]
    supply = '[analyses.supply]\nin_use = true\ncolumns = { in_use = "lietošanā" }\n'
    done = sm.run(write(tmp_path, STATE.split("[[analyses]]")[0] + asked + supply, IN_USE), tmp_path / "out")
    unused = done.outcomes[-1].context.unused
    assert unused[["Nr", "unused_reason"]].to_numpy().tolist() == [["004", "out_of_use"]]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for words in ("whether they are in use: 3. They count", "vai tie ir lietošanā: 3.", "out of use", "nav lietošanā"):
        assert words in page


def test_facilities_out_of_use_that_a_plan_counts_all_the_same_are_said(tmp_path):
    asked = SOME.replace("KIND", "gaps").split("[analyses.supply]")[0]
    register = IN_USE.replace("lietošanā", "in_use")
    done = sm.run(write(tmp_path, STATE.split("[[analyses]]")[0] + asked, register), tmp_path / "out")
    assert done.outcomes[-1].context.counted_out_of_use == 1 and done.outcomes[-1].context.unused is None
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "said to be out of use and count here all the same: 1." in page and "tomēr skaitīti: 1." in page


def test_a_register_counts_what_is_in_use_and_what_may_be_published(tmp_path):
    rows = "id,name,lon,lat,kind,people_served,public,in_use\nK1,A,24.1,56.95,power,5,no,yes\n"
    rows += "K2,B,24.2,56.95,power,7,yes,no\nK3,C,24.3,56.95,power,,,\n"
    state = (
        STATE.replace('"Nr"', '"id"').replace('"shelter"', '"critical_infrastructure"').split("[analyses.columns]")[0]
    )
    sm.run(write(tmp_path, state, rows), tmp_path / "out")
    graded = figures(tmp_path / "out", analysis="state", figure="graded", measure="rows", scope="all")
    assert [graded[f"public: {each}"] for each in ("yes", "no", "not_recorded")] == [1, 1, 1]
    served = figures(tmp_path / "out", analysis="state", figure="graded", measure="people_served", scope="all")
    assert (served["in_use: yes"], served["in_use: no"]) == (5, 7)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "1 may not be published: take care" in page and "1 nedrīkst publicēt" in page


DIKES = {
    "D1": {"kind": "flood_dike", "protects": "Town", "return_period_years": 200, "crest_height_m": 4.5},
    "D2": {"kind": "flood_dike", "protects": "Fields", "return_period_years": 50, "crest_height_m": None},
    "D3": {"kind": "flood_wall", "protects": "Mill", "return_period_years": 500, "crest_height_m": 3, "in_use": False},
}
HOLD = STATE.replace("register.csv", "dikes.geojson").replace('"Nr"', '"id"').replace('name = "name"\n', "", 1)
HOLD = HOLD.replace('"shelter"', '"protective_structure"\nmin_return_period_years = 100').split("[analyses.columns]")[0]


def write_dikes(folder: Path, plan: str) -> Path:
    features = []
    for number, (name, each) in enumerate(DIKES.items()):
        line = [[24.0, 56 + number / 10], [24.1, 56 + number / 10]]
        geometry = {"type": "LineString", "coordinates": line}
        features.append({"type": "Feature", "properties": {"id": name, **each}, "geometry": geometry})
    collection = {"type": "FeatureCollection", "features": features}
    (folder / "dikes.geojson").write_text(json.dumps(collection), encoding="utf-8")
    return write(folder, plan)


def test_structures_that_hold_less_than_the_plan_asks_for_are_listed_in_both_languages(tmp_path):
    done = sm.run(write_dikes(tmp_path, HOLD), tmp_path / "out")
    found = done.outcomes[-1].tables["findings"]
    assert found[["row", "id", "field", "reason", "severity"]].to_numpy().tolist() == [
        [2, "D2", "return_period_years", "holds_too_little", "warning"],
        [2, "D2", "crest_height_m", "not_told", "warning"],
    ]
    told = figures(tmp_path / "out", analysis="state", scope="all")
    assert told["warnings"] == 2
    assert [told[name] for name in ("holds", "holds_too_little", "holds_unknown", "holds_out_of_use")] == [1, 1, 0, 1]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "up to a return period of 50 years, 100 belong" in page and "periodam 50 gadi, vajadzīgi 100" in page
    listed = page.split("What the structures protect")[1].split("</table>")[0]
    assert listed.index("Mill") < listed.index("Fields") < listed.index("Town")
    for words in ("no, out of use", "nē, tikai biežākus"):
        assert words in listed
    for words in ("hold a flood of 100 years", "1 of 3", "par 0 nav zināms, 1 nav lietošanā"):
        assert words in page


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"protective_structure"', '"flood_zone"', "min_return_period_years is the flood that structures should hold"),
        ("= 100", "= 0", "min_return_period_years: must be greater than 0, not 0"),
        ("min_return_period_years", "min_return_period", 'did you mean "min_return_period_years"?'),
    ],
)
def test_a_return_period_that_cannot_be_meant_is_told(tmp_path, old, new, told):
    with pytest.raises(PlanError, match="state") as raised:
        load_plan(write_dikes(tmp_path, HOLD.replace(old, new)))
    assert told in str(raised.value)
