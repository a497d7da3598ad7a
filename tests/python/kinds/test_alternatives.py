# SPDX-License-Identifier: Apache-2.0
"""Alternatives in plans: counted by hand, told in both languages, styled for QGIS, held against a worse year."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import figures, in_year, section, write_town

CELLARS = """id,name,lon,lat,eur
c1,Library cellar,24.111,56.950,5000
c2,Mill cellar,24.301,56.950,9000
c3,Barn cellar,24.302,56.950,
"""
UPGRADES = """facility,action,access_gain,eur,lon,lat
s1,improve_access,100 m,1000,24.101,56.950
"""
ASKED = """
[inputs.cellars]
path = "cellars.csv"
crs = "EPSG:4326"
id = "id"
name = "name"

[inputs.upgrades]
path = "upgrades.csv"
crs = "EPSG:4326"

[[analyses]]
name = "plans"
kind = "alternatives"
demand = "homes"
candidates = "cellars"
facilities = "shelters"
upgrades = "upgrades"
limit = "500 m"
budget = 9500
cost = "eur"
currency = "EUR"
weight = "people"
title = { en = "What money buys", lv = "Ko dod nauda" }

[[analyses.alternatives]]
name = "library"
title = { en = "Adapt the library", lv = "Pielāgot bibliotēku" }
sites = ["c1"]

[[analyses.alternatives]]
name = "door"
title = { en = "Improve access", lv = "Uzlabot piekļuvi" }
sites = [["s1", "improve_access"]]

[[analyses.scenarios]]
name = "today"
title = { en = "As today", lv = "Kā šodien" }
probability = 0.75

[[analyses.scenarios]]
name = "mill_closed"
title = { en = "Mill closed", lv = "Dzirnavas slēgtas" }
probability = 0.25
closed = ["c2"]
"""


def town(folder: Path, *, cellars: str = CELLARS, asked: str = ASKED, year: int = 2026) -> Path:
    path = write_town(folder, plan=in_year(year) + asked)
    (folder / "cellars.csv").write_text(cellars, encoding="utf-8")
    (folder / "upgrades.csv").write_text(UPGRADES, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alternatives")
    return sm.run(town(folder), folder / "out"), folder / "out"


def test_the_figures_are_those_counted_by_hand(made):
    # Within 500 m of s1 are h1 (10) and h4, without a number. A better way to s1 brings h2 (20) for 1,000, as the
    # library does for 5,000; the mill brings h3 (30) for 9,000. For 9,500 that is the mill, for 10,000 mill and way.
    _, out = made
    found = figures(out, analysis="plans", scope="all", measure="people")
    wanted = {"total": 60, "covered_before": 10, "covered_after": 40, "gained": 30, "uncovered": 20, "unknown": 0}
    assert wanted.items() <= found.items()
    assert (found["reachable"], found["rows_without_weight"], found["covered_share"]) == (60, 1, 40 / 60)
    assert figures(out, analysis="plans", figure="spent") == {"spent": 9000}
    assert figures(out, analysis="plans", figure="points") == {"points": 4}
    gained = figures(out, analysis="plans", figure="next_people_gained")
    assert gained == {"s1 (improve_access)": 20, "c2 (build)": 30}
    assert figures(out, analysis="plans", figure="next_cost") == {"s1 (improve_access)": 1000, "c2 (build)": 9000}
    assert figures(out, analysis="plans", figure="alternative_people_gained") == {"library": 20, "door": 20}
    assert figures(out, analysis="plans", figure="alternative_cost") == {"library": 5000, "door": 1000}
    # With the mill closed the way to s1 is all that helps: 30 are covered; the mill covers 40 today and 10 then.
    assert (found["robust_expected"], found["robust_worst"], found["robust_regret"]) == (0.75 * 40 + 0.25 * 10, 30, 10)
    # All 5 % cheaper, mill and way cost 9,500; more than 9,500 / 9,000 - 1 dearer, the mill cannot be paid.
    changes = figures(out, analysis="plans", figure="cost_change_share")
    assert changes == pytest.approx({"lower": 0.05, "higher": 0.5 / 9})


def test_the_layers_say_when_candidates_enter_and_qgis_draws_them(made):
    _, out = made
    rows = sm.read(out / "assessment.gpkg", layer="plans").set_index("id")
    assert rows["enters_at"].dropna().to_dict() == {"c2": 9000}
    assert rows["order"].dropna().to_dict() == {"c2": 2} and rows["left_out"].dropna().to_dict() == {
        "c3": "cost_unknown"
    }
    assert rows["in_choice"].to_dict() == {"c1": False, "c2": True, "c3": False}
    upgrades = sm.read(out / "assessment.gpkg", layer="plans_upgrades")
    assert upgrades["enters_at"].tolist() == [1000] and upgrades["facility"].tolist() == ["s1"]
    with closing(sqlite3.connect(out / "assessment.gpkg")) as connection:
        styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    assert "&quot;enters_at&quot; &lt;= 9000.0" in styles["plans"] and "in none of the choices" in styles["plans"]
    assert "in from 1\u202f000 EUR or less" in styles["plans_upgrades"]


def test_it_is_told_in_both_languages_and_drawn(made):
    run, out = made
    words = section(out, "plans")
    page = (out / "report.html").read_text(encoding="utf-8")
    for said in (
        "newly covered for 9\u202f500 EUR at most",
        "no jauna sasniedzami ar budžetu līdz 9\u202f500 EUR",
        "no other choice is better",
        "Next best investments",
        "Nākamie labākie ieguldījumi",
        "1 Adapt the library",
        "1 Pielāgot bibliotēku",
        "neko nedarīt",
        "Improve access",
        "Cellar (improve access)",
        "Cellar (uzlabot piekļuvi)",
        "Mill closed",
        "Dzirnavas slēgtas",
        "in the worst scenario",
        "All choices that no other beats",
        "If costs are wrong",
        "all costs together",
        "cost unknown",
    ):
        assert said in page, said
    assert words.count("<img") == 2
    kind, outcome = list(run.answers())[-1]
    assert kind.told(outcome, "lv") == "1. Cellar +20, 2. Mill cellar +30"
    assert [each.count for each in kind.legend(outcome)] == [1, 1, 1]


def test_dearer_sites_are_worse_and_nothing_is_left_unjudged(tmp_path, made):
    before, _ = made
    dearer = CELLARS.replace(",9000", ",9800")
    after = sm.run(town(tmp_path, cellars=dearer, year=2027), tmp_path / "out")
    assert figures(tmp_path / "out", analysis="plans", measure="people")["gained"] == 20
    result = sm.check(after, before.folder)
    mine = {each.kind: each for each in result.findings if each.subject == "plans"}
    assert mine["coverage_fell"].state == "failed" and "50.0 % after 66.7 %" in mine["coverage_fell"].message["en"]
    assert not [each for each in result.findings if each.kind == "not_judged" and each.subject == "plans"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("budget = 9500", "", "say which budget it is about"),
        ("budget = 9500", "budget = 500", "below the cheapest of all"),
        ("budget = 9500", "budgets = []", "budgets: must not be empty"),
        ('currency = "EUR"', "", "analyses.plans.currency: is missing"),
        ('currency = "EUR"', 'currency = "euro"', "told by its three letters"),
        ("budget = 9500", "budget = 9500\ncost_share = 1.5", "must be less than 1"),
        ('sites = ["c1"]', 'sites = ["c9"]', "neither a candidate nor an upgrade"),
        ('sites = ["c1"]', "sites = []", "sites: must not be empty"),
        ('name = "door"', 'name = "library"', 'two are called "library"'),
        ("probability = 0.25", "", "give all of them a probability, or none"),
        ("probability = 0.25", "probability = 0.5", "must sum to 1"),
        ('closed = ["c2"]', 'closed = ["c8"]', "scenario 'mill_closed': closed names 'c8'"),
        ('closed = ["c2"]', 'limit = "5 s"', "scenario 'mill_closed'"),
        ('closed = ["c2"]', 'weight = "persons"', "persons"),
        ('closed = ["c2"]', 'closes = ["c2"]', "unknown key"),
        ('facilities = "shelters"\n', "", "supply and upgrades are those of facilities"),
    ],
)
def test_wrong_keys_are_told(tmp_path, old, new, told):
    assert old in ASKED
    with pytest.raises(PlanError, match=told):
        sm.run(town(tmp_path, asked=ASKED.replace(old, new, 1)), tmp_path / "out")


def test_a_plan_without_facilities_and_scenarios_is_a_plan(tmp_path):
    asked = ASKED[: ASKED.index("[[analyses.alternatives]]")]
    asked = asked.replace('facilities = "shelters"\n', "").replace('upgrades = "upgrades"\n', "")
    assert load_plan(town(tmp_path, asked=asked))
    sm.run(tmp_path / "plan.toml", tmp_path / "out")
    found = figures(tmp_path / "out", analysis="plans", scope="all", measure="people")
    assert (found["covered_before"], found["gained"]) == (0, 30) and "robust_worst" not in found
