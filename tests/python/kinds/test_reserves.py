# SPDX-License-Identifier: Apache-2.0
"""Reserves in plans: how long stocks last, counted by hand, told in both languages, compared with the year before."""

import json
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import in_year, write_town

STORES = """id,name,lon,lat,goods,quantity,quantity_unit,best_before
r1,Cellar stock,24.101,56.950,drinking_water,1350,l,2030-01-01
r2,School stock,24.299,56.950,drinking_water,,l,
"""
ASKED = """
[inputs.stores]
path = "stores.csv"
crs = "EPSG:4326"
id = "id"
name = "name"

[[analyses]]
name = "water"
kind = "reserves"
demand = "homes"
stores = "stores"
standard = "sphere.water"
standard_figure = "water"
days = [3, 7]
weight = "people"
as_of = 2026-01-31
title = { en = "How long the water lasts", lv = "Cik ilgi pietiek ūdens" }
"""


def town(folder: Path, *, stores: str = STORES, asked: str = ASKED, year: int = 2026) -> Path:
    plan = write_town(folder, plan=in_year(year) + asked)
    (folder / "stores.csv").write_text(stores, encoding="utf-8")
    return plan


def figures(folder: Path, **wanted: object) -> dict[str, float]:
    found = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["figures"]
    return {each["category"] or each["figure"]: each["value"] for each in found if wanted.items() <= each.items()}


def test_the_figures_are_those_counted_by_hand(tmp_path):
    # h1, h2 (10 + 20 people) go to r1: 1,350 l are 3 days at 15 l for 30; h3's (30) store was never counted. h4 has no
    # number, so that r1 lasts at most so long: what it lasts is not sure, what it does not last is.
    sm.run(town(tmp_path), tmp_path / "out")
    for days, expected in (("3 d", (0, 0, 0, 60)), ("7 d", (0, 30, 0, 30))):
        found = figures(tmp_path / "out", analysis="water", scenario=days)
        named = ("lasts", "less", "without_store", "unknown")
        assert tuple(found[name] for name in named) == expected and found["total"] == 60
        assert found["rows_without_weight"] == 1
    lacking = figures(tmp_path / "out", analysis="water", figure="store_lacking")
    assert lacking == {"r1": 30 * 15 * 7 - 1350, "r2": None}  # of an uncounted store nobody can say
    assert figures(tmp_path / "out", analysis="water", figure="store_days") == {"r1": 3, "r2": None}


def test_it_is_told_in_both_languages_and_drawn(tmp_path):
    found = sm.run(town(tmp_path), tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="water">')[1].split("</section>")[0]
    for words in (
        "For how many it lasts",
        "Cik cilvēkiem pietiek",
        "lacking, l",
        "trūkst, l",
        "1 lot has no usable",
        "1 krājumu partijai nav",
    ):
        assert words in section
    kind, outcome = list(found.answers())[-1]
    assert kind.told(outcome, "lv") == "Cellar stock: trūkst 1\u202f800 l"
    assert [each.count for each in kind.legend(outcome)] == [0, 3, 0, 1]
    assert [each.count for each in kind.legends_beside(outcome)["stores"]] == [1, 0, 1]


def test_a_store_that_closed_is_why_fewer_have_water(tmp_path):
    stores = STORES.replace(",,l,", ",9000,l,")
    first = sm.run(town(tmp_path / "a", stores=stores, year=2025), tmp_path / "before")
    gone = "\n".join(line for line in stores.splitlines() if not line.startswith("r2")) + "\n"
    second = sm.run(town(tmp_path / "b", stores=gone), tmp_path / "after")
    change = sm.compare(first, second)
    assert [(row["id"], row["change"]) for _, row in change.facilities.iterrows() if row["input"] == "stores"] == [
        ("r2", "closed")
    ]
    causes = change.causes[(change.causes["analysis"] == "water") & (change.causes["scenario"] == "7 d")].iloc[0]
    assert (causes["difference"], causes["closed"]) == (-30, -30)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("days = [3, 7]", "days = [0]", "analyses.water.days[1]: must be greater than 0, not 0"),
        ("days = [3, 7]\n", "", "analyses.water.days: is missing"),
        ('"sphere.water"', '"sphere.watr"', 'unknown standard "sphere.watr"; did you mean "sphere.water"?'),
    ],
)
def test_faults_are_told(tmp_path, old, new, told):
    with pytest.raises(PlanError, match=r"analyses\.water") as raised:
        load_plan(town(tmp_path, asked=ASKED.replace(old, new)))
    assert told in str(raised.value)


def test_a_figure_that_the_standard_does_not_have_is_told_with_those_it_has(tmp_path):
    asked = ASKED.replace('standard_figure = "water"', 'standard_figure = "wine"')
    with pytest.raises(PlanError, match=r"analyses.water: .*no figure 'wine'.*it has water"):
        sm.run(town(tmp_path, asked=asked), tmp_path / "out")
