# SPDX-License-Identifier: Apache-2.0
"""Measures in plans: what they save, counted by hand, told in both languages, judged against the year before."""

from pathlib import Path

import pytest

import sheltermap as sm
from hazard_town import with_scenarios, write_hazard_town
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import collection, figures, section, square

ASKED = """
[inputs.houses]
path = "houses.geojson"

[[scenarios]]
id = "flood_100_with_dike"
hazard = "flood"
zones = "water"
where = { years = 10 }
intensity = "depth_m"
unit = "m"
source = "The river authority"

[[analyses]]
name = "measures"
kind = "avoided"
scenarios = ["flood_10", "flood_100"]
demand = "homes"
weight = "people"
buildings = "houses"
currency = "EUR"
years = 50
discount_rate = 0.03
title = { en = "What measures save", lv = "Ko ietaupa pasākumi" }
unit = { en = "people", lv = "iedzīvotāji" }

[[analyses.damage]]
what = "buildings"
value = "eur"
own_curve = { intensity = [0, 2], share = [0, 0.5], unit = "m", source = "An example", hazard = "flood" }

[[analyses.measures]]
name = "dike"
title = { en = "A dike", lv = "Dambis" }
cost = 10000
running = 100
prevents = ["flood_10"]
instead = { flood_100 = "flood_100_with_dike" }
not_monetised = [{ en = "the view of the river", lv = "skats uz upi" }]

[[analyses.measures]]
name = "move"
cost = 200000
prevents = ["flood_10", "flood_100"]
"""
HOUSE = square(24.0995, 56.9495, 24.1005, 56.9505, eur=100_000)


def town(folder: Path, *, asked: str = ASKED, year: int = 2026) -> Path:
    path = write_hazard_town(folder, plan=with_scenarios(asked, year=year))
    (folder / "houses.geojson").write_text(collection(HOUSE), encoding="utf-8")
    return path


def of(folder: Path, figure: str, **more: object) -> dict[str, float]:
    return figures(folder, analysis="measures", figure=figure, **more)


def test_the_figures_are_those_counted_by_hand(tmp_path):
    found = sm.run(town(tmp_path), tmp_path / "out")
    out = tmp_path / "out"
    # 25 000 at 10 and 50 000 at 100 years; with the dike nothing and 25 000; moved away, nothing at all.
    before, after = 37_500 * 0.09 + 500, 12_500 * 0.09 + 250
    assert of(out, "loss_before") == {"loss_before": pytest.approx(before)}
    assert of(out, "loss_after") == {"dike": pytest.approx(after), "move": 0}
    assert of(out, "avoided") == {"dike": pytest.approx(before - after), "move": pytest.approx(before)}
    factor = sum(1.03**-year for year in range(1, 51))
    ratio = (before - after) * factor / (10_000 + 100 * factor)
    assert of(out, "benefit_cost") == {"dike": pytest.approx(ratio), "move": pytest.approx(before * factor / 200_000)}
    assert of(out, "payback_years")["dike"] == pytest.approx(10_000 / 2_400)
    assert of(out, "pays_back") == {"dike": 1, "move": 0}
    # People: 10 and 30 as it is; nobody and 10 with the dike.
    assert of(out, "people_before") == {"people_before": pytest.approx(2.1)}
    assert of(out, "people_avoided")["dike"] == pytest.approx(2.1 - (5 * 0.09 + 0.1))
    kind, outcome = next((kind, each) for kind, each in found.answers() if kind.name == "measures")
    assert kind.told(outcome, "en") == "1. dike, 2. move"
    assert [each.count for each in kind.legend(outcome)] == [3, 1, 0]


def test_it_is_told_in_both_languages(tmp_path):
    sm.run(town(tmp_path), tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for words in ("benefit-cost ratio: A dike", "ieguvumu un izmaksu attiecība: Dambis", "never pays for itself"):
        assert words in page, words
    told = section(tmp_path / "out", "measures")
    for words in (
        *("Measures by benefit-cost ratio", "Pasākumi pēc ieguvumu un izmaksu attiecības", "the view of the river"),
        *("skats uz upi", "Over 50 years, discounted by 3.0 % a year", "2\u202f500 EUR", "rarer than the rarest"),
        *("What has no price here", "1.6 people fewer affected", "par 1,6 skartajiem mazāk"),
    ):
        assert words in told, words


def test_a_dearer_dike_is_worth_less_than_the_year_before(tmp_path):
    first = sm.run(town(tmp_path / "a", year=2025), tmp_path / "before")
    dearer = ASKED.replace("cost = 10000", "cost = 20000")
    later = sm.run(town(tmp_path / "b", asked=dearer), tmp_path / "after")
    judged = sm.compare(first, later).judged
    mine = judged[(judged["analysis"] == "measures") & (judged["verdict"] == "worse")]
    assert {"benefit_cost", "cost", "net_present_value", "payback_years"} == set(mine["figure"])
    failed = [each for each in sm.check(later, tmp_path / "before").findings if each.state == "failed"]
    assert [(each.kind, each.subject) for each in failed] == [("figure_worse", "measures")]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('prevents = ["flood_10", "flood_100"]\n', "", "say what it changes"),
        ('name = "move"', 'name = "dike"', 'measures: two are called "dike"'),
        ("discount_rate = 0.03", "discount_rate = 3", "discount_rate"),
        ("years = 50\n", "", "analyses.measures.years: is missing"),
        ("[[analyses.damage]]", "[[analyses.damages]]", "damages"),
    ],
)
def test_faults_are_told(tmp_path, old, new, told):
    with pytest.raises(PlanError, match=r"analyses\.measures") as raised:
        load_plan(town(tmp_path, asked=ASKED.replace(old, new, 1)))
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('prevents = ["flood_10", "flood_100"]', 'prevents = ["flood_50"]', 'move: unknown scenario "flood_50"'),
        ('= "flood_100_with_dike" }', '= "flood_100_with_dyke" }', 'unknown scenario "flood_100_with_dyke"'),
        ('prevents = ["flood_10"]', 'prevents = ["flood_100"]', "dike: flood_100 is prevented, and happens otherwise"),
    ],
)
def test_scenarios_that_are_not_there_are_told_with_the_measure(tmp_path, old, new, told):
    with pytest.raises(PlanError, match=r"analyses\.measures\.measures: ") as raised:
        sm.run(town(tmp_path, asked=ASKED.replace(old, new, 1)), tmp_path / "out")
    assert told in str(raised.value)


def test_a_failure_may_be_prevented_too(tmp_path):
    spare = """
[[scenarios]]
id = "dry"
hazard = "water"
failing = { facilities = "shelters", where = { name = "Cellar" }, limit = "600 m" }
return_period_years = 20

[[analyses.damage]]
what = "buildings"
value = "eur"
hazard = "water"
share = 0.02

[[analyses.measures]]
name = "spare pump"
cost = 1000
prevents = ["dry"]
"""
    sm.run(town(tmp_path, asked=ASKED.replace('"flood_100"]', '"flood_100", "dry"]', 1) + spare), tmp_path / "out")
    # 2 % of the one house that the cellar serves, every 20 years: all that the level tells is its tail.
    assert of(tmp_path / "out", "avoided")["spare pump"] == pytest.approx(100_000 * 0.02 / 20)
