# SPDX-License-Identifier: Apache-2.0
"""Balances of places in plans: counted by hand, told in both languages, styled, judged against the year before."""

import sqlite3
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import figures, in_year, section, write_town

REGISTER = """id,name,lon,lat,kind,compliance,capacity_persons,improvement_cost_eur
a,Cellar,24.101,56.950,shelter,full,12,
b,School,24.111,56.950,adaptable_structure,partial,8,400
c,Garage,24.299,56.950,adaptable_structure,none,10,1000
d,Depot,24.250,56.950,shelter,partial,,200
e,Square,24.101,56.951,assembly_point,full,500,
f,Hall,24.280,56.950,shelter,,5,
"""
ASKED = """
[inputs.register]
path = "register.csv"
crs = "EPSG:4326"
id = "id"
name = "name"
title = { en = "The shelters", lv = "Patvertnes" }

[[analyses]]
name = "places"
kind = "balance"
demand = "homes"
shelters = "register"
kinds = ["shelter", "adaptable_structure"]
weight = "people"
areas = "parts"
area_name = "part"
title = { en = "Enough places", lv = "Vai vietu pietiek" }
unit = { en = "people", lv = "iedzīvotāji" }

[[checks]]
id = "missing"
title = "Places missing"
figure = { analysis = "places", figure = "places_missing", measure = "places" }
at_most = 50
"""


def town(folder: Path, *, register: str = REGISTER, asked: str = ASKED, year: int = 2026) -> Path:
    plan = write_town(folder, plan=in_year(year) + asked)
    (folder / "register.csv").write_text(register, encoding="utf-8")
    return plan


def test_the_figures_are_those_counted_by_hand(tmp_path):
    # 10 and 20 people in the West (12 valid, 8 renewable), 30 outside every area; h4 has no number.
    sm.run(town(tmp_path), tmp_path / "out")
    found = figures(tmp_path / "out", analysis="places", scope="all")
    expected = {"total": 60, "rows_without_weight": 1, "places_required": 60, "places_valid": 12, "places_renewable": 8}
    expected |= {"places_not_valid": 10, "places_unknown": 5, "places_present": 35, "places_missing": 48}
    expected |= {"places_missing_if_renewed": 40, "places_missing_of_present": 25, "places_missing_in_areas": 48}
    expected |= {"valid_share": 0.2, "renewable_share": 20 / 60, "structures": 5, "structures_without_places": 1}
    expected |= {"liftable_places": 23, "liftable_without_cost": 5, "still_missing": 25}
    assert found == expected | {"cost_at_least": 1400, "cost_by_list": 1400}
    west = figures(tmp_path / "out", analysis="places", area="West")
    told = ("total", "places_required", "places_missing", "places_missing_if_renewed", "cost_at_least")
    assert [west[name] for name in told] == [30, 30, 18, 10, 400]


def test_it_is_told_in_both_languages_drawn_and_styled(tmp_path):
    found = sm.run(town(tmp_path), tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for words in (
        *("of the places required are valid", "nepieciešamo vietu ir derīgas", "12 of 60 places", "1\u202f400 EUR"),
        *("25 cannot be had by lifting", "25 vietas ar uzlabošanu nav iegūstamas"),
        "48 where each area stands for itself",
    ):
        assert words in page, words
    told = section(tmp_path / "out", "places")
    for words in (
        *("The cheapest places to gain", "Vislētāk iegūstamās vietas", "Garage", "of another kind: does not count"),
        *("Structures of which nobody knows the places", "Būves, kuru vietu skaits nav zināms", "Depot"),
    ):
        assert words in told, words
    kind, outcome = next((kind, each) for kind, each in found.answers() if kind.name == "places")
    assert kind.told(outcome, "lv") == "School: 8 vietas par 400 EUR, Garage: 10 vietas par 1\u202f000 EUR"
    assert [each.count for each in kind.legend(outcome)] == [0, 0, 4, 0]  # however many live in the fourth
    beside = kind.legends_beside(outcome)
    assert [each.count for each in beside["structures"]] == [1, 2, 1, 0, 1, 1]
    assert [each.count for each in beside["areas"]] == [0, 0, 0, 1, 0, 1]
    with sqlite3.connect(tmp_path / "out" / "assessment.gpkg") as store:
        styles = dict(store.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    assert "&quot;share_valid&quot; &gt;= 0" in styles["places_areas"]
    assert "&quot;state&quot; = 'renewable'" in styles["places_structures"] and "places" in styles


def test_a_year_with_fewer_places_is_worse_and_a_renewed_one_better(tmp_path):
    first = sm.run(town(tmp_path / "a", year=2025), tmp_path / "before")
    lost = sm.run(town(tmp_path / "b", register=REGISTER.replace("full,12", "none,12")), tmp_path / "lost")
    change = sm.compare(first, lost)
    judged = change.judged[(change.judged["analysis"] == "places") & (change.judged["figure"] == "places_missing")]
    assert judged[judged["scope"] == "all"][["before", "after"]].to_numpy().tolist() == [[48, 60]]
    found = sm.check(lost, tmp_path / "before").findings
    failed = [(each.kind, each.message["en"]) for each in found if each.state == "failed"]
    assert failed == [
        ("check", "Places missing: 60 is more than 50"),
        ("figure_worse", "missing valid places (places): 60 after 48"),
        ("figure_worse", "places missing once the renewable are renewed (places): 52 after 40"),
    ]
    renewed = sm.run(town(tmp_path / "c", register=REGISTER.replace("partial,8,400", "full,8,")), tmp_path / "renewed")
    better = sm.compare(first, renewed).judged
    mine = better[(better["figure"] == "places_missing") & (better["scope"] == "all")]
    assert mine[["before", "after"]].to_numpy().tolist() == [[48, 40]]
    assert sm.check(renewed, tmp_path / "before").passed


def test_an_indicator_may_be_a_figure_of_it(tmp_path):
    plan = town(tmp_path)
    (tmp_path / "indicators.toml").write_text(
        """[[indicators]]
id = "places"
title = "Valid places"
unit = "%"
expression = "100 * valid"
figures.valid = { analysis = "places", figure = "valid_share", measure = "places" }
direction = "up"
source = "An example"
responsible = "Planner"
targets = { 2030 = 50 }
""",
        encoding="utf-8",
    )
    text = plan.read_text(encoding="utf-8").replace("schema = 1", 'schema = 1\nindicators = "indicators.toml"', 1)
    plan.write_text(text, encoding="utf-8")
    found = sm.run(plan, tmp_path / "out")
    assert found.indicators["value"].iloc[0] == pytest.approx(20)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('weight = "people"', 'weight = "people"\ncost = "price"', 'a cost needs its currency: write currency = "EUR"'),
        ('weight = "people"', 'weight = "people"\nplaces_per_person = 0', "places_per_person: must be greater than 0"),
        ('weight = "people"', 'weight = "people"\ncurrency = "euro"', "analyses.places.currency"),
        ('weight = "people"', 'weight = "people"\ncolumns = { size = "x" }', 'columns: unknown field "size"'),
        ('shelters = "register"\n', "", "analyses.places.shelters: is missing"),
    ],
)
def test_faults_are_told(tmp_path, old, new, told):
    with pytest.raises(PlanError, match=r"analyses\.places") as raised:
        load_plan(town(tmp_path, asked=ASKED.replace(old, new)))
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("register", "told"),
    [
        (REGISTER.replace("full,12", "ful,12"), "column 'compliance' holds 'ful' in row 1"),
        (REGISTER.replace("compliance", "grade"), "compliance"),
        (REGISTER.replace(",400", ",-400"), "a cost is a finite number, not negative"),
    ],
)
def test_a_register_that_cannot_be_used_is_told_with_the_analysis(tmp_path, register, told):
    with pytest.raises(PlanError, match=r"analyses\.places: ") as raised:
        sm.run(town(tmp_path, register=register), tmp_path / "out")
    assert told in str(raised.value)
