# SPDX-License-Identifier: Apache-2.0
"""Siting in plans: the proposal counted by hand, told in both languages, styled for QGIS, held against a worse year."""

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
c4,Cellar again,24.101,56.950,100
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
name = "next"
kind = "siting"
objective = "coverage"
demand = "homes"
candidates = "cellars"
facilities = "shelters"
limit = "500 m"
budget = 10000
cost = "eur"
currency = "EUR"
weight = "people"
groups = ["children"]
areas = "parts"
area_name = "part"
title = { en = "The next shelters", lv = "Nākamie patvērumi" }
"""


def town(folder: Path, *, cellars: str = CELLARS, asked: str = ASKED, year: int = 2026) -> Path:
    plan = in_year(year) + asked
    path = write_town(folder, plan=plan)
    (folder / "cellars.csv").write_text(cellars, encoding="utf-8")
    (folder / "upgrades.csv").write_text(UPGRADES, encoding="utf-8")
    return path


def test_the_figures_are_those_counted_by_hand(tmp_path):
    # Within 500 m of the cellar s1 are h1 (10) and h4, without a number; h2 (20) is 548 m away, h3 (30) far. The mill
    # is near h3, the library near h2; for 10,000 EUR there is one of the two.
    sm.run(town(tmp_path), tmp_path / "out")
    found = figures(tmp_path / "out", analysis="next", scope="all", measure="people")
    assert {name: found[name] for name in ("total", "covered_before", "covered_after", "gained", "uncovered")} == {
        "total": 60,
        "covered_before": 10,
        "covered_after": 40,
        "gained": 30,
        "uncovered": 20,
    }
    assert (found["unknown"], found["rows_without_weight"], found["covered_share"]) == (0, 1, 40 / 60)
    assert figures(tmp_path / "out", analysis="next", figure="site_people_gained") == {"c2": 30}
    assert figures(tmp_path / "out", analysis="next", figure="site_cost") == {"c2": 9000}
    assert figures(tmp_path / "out", analysis="next", measure="cost", figure="spent") == {"spent": 9000}
    of_all = figures(tmp_path / "out", analysis="next", measure="sites")
    assert (of_all["sites"], of_all["gap_share"]) == (1, 0)
    west = figures(tmp_path / "out", analysis="next", area="West", measure="people")
    assert (west["covered_before"], west["gained"], west["uncovered"]) == (10, 0, 20)
    children = figures(tmp_path / "out", analysis="next", scope="all", measure="children")
    assert (children["covered_before"], children["gained"]) == (3, 5)


def test_an_upgrade_that_does_more_for_the_money_is_proposed(tmp_path):
    asked = ASKED.replace("budget = 10000", 'budget = 10000\nupgrades = "upgrades"')
    found = sm.run(town(tmp_path, asked=asked), tmp_path / "out")  # 548 - 100 m: h2 gets to s1, and h3 to the mill
    assert figures(tmp_path / "out", analysis="next", figure="site_people_gained") == {"c2": 30, "s1": 20}
    assert figures(tmp_path / "out", analysis="next", figure="spent") == {"spent": 10000}
    kind, outcome = list(found.answers())[-1]
    assert kind.told(outcome, "lv") == "1. Mill cellar +30, 2. Cellar +20"
    words = section(tmp_path / "out", "next")
    assert "improve access" in words and "uzlabot piekļuvi" in words
    assert [each.count for each in kind.legends_beside(outcome)["upgrades"]] == [1, 0, 0]


def test_it_is_told_in_both_languages_and_drawn(tmp_path):
    found = sm.run(town(tmp_path), tmp_path / "out")
    words = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for said in (
        "no other choice is better",
        "labākas izvēles nav",
        "then 40 of 60 (people), before 10",
        "Mill cellar",
        "cost unknown",
        "izmaksas nav zināmas",
        "300 EUR for each person newly covered",
        "stands already",
    ):
        assert said in words
    kind, outcome = list(found.answers())[-1]
    assert [each.count for each in kind.legend(outcome)] == [1, 2, 1, 0]
    assert [each.count for each in kind.legends_beside(outcome)["sites"]] == [1, 1, 2]
    with closing(sqlite3.connect(tmp_path / "out" / "assessment.gpkg")) as connection:
        styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    assert "&quot;chosen&quot;" in styles["next_sites"] and "\"state\" = 'gained'" in styles["next"].replace(
        "&quot;", '"'
    )
    chosen = sm.read(tmp_path / "out" / "assessment.gpkg", layer="next_sites")
    assert chosen["id"][chosen["chosen"].astype(bool)].tolist() == ["c2"]


def test_a_year_in_which_the_money_does_less_is_worse(tmp_path):
    sm.run(town(tmp_path / "a", year=2025), tmp_path / "before")
    after = sm.run(town(tmp_path / "b", cellars=CELLARS.replace("56.950,9000", "56.950,12000")), tmp_path / "after")
    change = sm.compare(tmp_path / "before", after)
    fell = change.judged.query(
        "analysis == 'next' and figure == 'covered_share' and scope == 'all' and measure == 'people'"
    )
    assert fell["difference"].tolist() == [pytest.approx(-10 / 60)]  # the library's 20 instead of the mill's 30
    findings = [each for each in sm.check(after, tmp_path / "before").findings if "next" in each.subject]
    assert {each.kind for each in findings} >= {"coverage_fell"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('limit = "500 m"\n', "", 'objective "coverage" needs to know how near is near: give limit, as "500 m"'),
        ("budget = 10000\n", "", 'objective "coverage" needs p, so many sites, or a budget'),
        ('currency = "EUR"\n', "", 'cost and currency belong together: currency = "EUR"'),
        ('currency = "EUR"', 'currency = "euro"', "analyses.next.currency"),
        ('cost = "eur"\ncurrency = "EUR"\n', "", "a budget needs cost"),
        ('objective = "coverage"', 'objective = "cover"', "analyses.next.objective"),
        ('facilities = "shelters"', 'upgrades = "upgrades"', "supply and upgrades are those of facilities"),
        ("budget = 10000", "budget = -1", "analyses.next.budget"),
        ("budget = 10000", 'budget = 10000\ntime_limit = "5 km"', 'time_limit is a time, as "2 min"'),
        ("budget = 10000", "budget = 10000\np = 0", "analyses.next.p"),
    ],
)
def test_faults_are_told(tmp_path, old, new, told):
    with pytest.raises(PlanError, match=r"analyses\.next") as raised:
        load_plan(town(tmp_path, asked=ASKED.replace(old, new)))
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "budget = 10000",
            "budget = 4000",
            "the budget of 4 000 EUR is below the cheapest of all, 5 000 EUR: it lacks",
        ),
        ("budget = 10000", "p = 5", "p = 5, but there are only 2 that can be chosen"),
        ('"500 m"', '"1 m"', "no candidate reaches any row of the demand within 1 m; the nearest is"),
    ],
)
def test_what_the_data_do_not_allow_is_told_with_what_they_do(tmp_path, old, new, told):
    with pytest.raises(PlanError, match="next") as raised:
        sm.run(town(tmp_path, asked=ASKED.replace(old, new)), tmp_path / "out")
    assert told in str(raised.value)
