# SPDX-License-Identifier: Apache-2.0
"""Several hazards in plans: who lies in which, in how many, in which class; what a year changes."""

import json

import pytest

import sheltermap as sm
from hazard_town import WATER, with_scenarios, write_hazard_town
from sheltermap.questions.plan_error import PlanError
from small_plan import figures, section, square

ASKED = """
[[analyses]]
name = "danger"
kind = "hazards"
demand = "homes"
weight = "people"
groups = ["children"]
areas = "parts"
area_name = "part"
title = { en = "People in hazards", lv = "Cilvēki apdraudējumos" }
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    sm.run(write_hazard_town(folder, plan=with_scenarios(ASKED)), folder / "out")
    return folder / "out"


def test_people_in_any_and_in_how_many_are_figures(out):
    # h1 (10): both floods and gas; h2 (20): the rare flood; h3 (30): none; h4 has no number.
    of_all = {"analysis": "danger", "scope": "all", "measure": "people", "scenario": None}
    found = figures(out, **of_all)
    assert {name: found[name] for name in ("in_any_hazard", "in_no_hazard", "unknown_hazard")} == {
        "in_any_hazard": 30,
        "in_no_hazard": 30,
        "unknown_hazard": 0,
    }
    assert (found["1"], found["2"], found["rows_without_weight"]) == (30, 10, 1)
    assert figures(out, **{**of_all, "measure": "children", "category": None})["in_any_hazard"] == 3


@pytest.mark.parametrize(("scenario", "people"), [("flood_10", 10), ("flood_100", 30), ("gas", 10)])
def test_people_in_each_scenario_are_figures(out, scenario, people):
    found = figures(out, analysis="danger", scope="all", measure="people", scenario=scenario)
    assert found == {"in_scenario": people, "out_of_scenario": 60 - people, "unknown_in_scenario": 0}
    west = figures(out, analysis="danger", area="West", measure="people", scenario=scenario)
    assert west["in_scenario"] == people and west["out_of_scenario"] == 30 - people


def test_the_layer_says_it_of_each_row(out):
    rows = sm.read(out / "geojson" / "danger.geojson").set_index("id")
    assert rows["hazards"].fillna("").to_dict() == {"h1": "flood, chemical", "h2": "flood", "h3": "", "h4": "flood"}
    assert rows["hazard_count"].to_dict() == {"h1": 2, "h2": 1, "h3": 0, "h4": 1}
    assert rows.loc["h1", ["state_gas", "intensity_flood_100", "combined"]].tolist() == ["affected", 2.0, "2"]
    zones = sm.read(out / "geojson" / "danger_zones.geojson")
    assert zones["scenario"].tolist() == ["flood_10", "flood_100", "flood_100", "gas"]


def test_the_report_tells_it_in_both_languages(out):
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "in two or more hazards" in page and "skar divi vai vairāki apdraudējumi" in page
    told = section(out, "danger")
    for words in (
        "Rare flood",
        "Reti plūdi",
        "once in 100 years",
        "reizi 100 gados",
        "The river authority",
        "unconfirmed",
        "neapstiprināts",
        "By the number of hazards",
        "Pēc apdraudējumu skaita",
        "zones of the hazards",
        "apdraudējumu zonas",
        "© The river",
        "illustrative",
    ):
        assert words in told, words
    assert "50.0 %" in told and "50,0 %" in told


def test_classes_are_counted_by_the_worst(tmp_path):
    # Limit 1 m: h1 is deep (2), gas is 3; h2 and h4 at 0.25 m are 1.
    worst = ASKED + 'how = "worst"\nclasses = { flood = [1.0], gas = 3 }\n'
    assessment = sm.run(write_hazard_town(tmp_path, plan=with_scenarios(worst)), tmp_path / "out")
    found = figures(tmp_path / "out", analysis="danger", figure="class_at_least", measure="people", scope="all")
    assert found == {"1": 30, "2": 10, "3": 10}
    layer = assessment.outcomes[-1].layer.set_index("id")
    assert layer["worst_class"].to_dict() == {"h1": 3, "h2": 1, "h3": 0, "h4": 1}
    told = section(tmp_path / "out", "danger")
    assert "By the worst class" in told and "3. klase" in told


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('how = "worst"', 'analyses.danger: how = "worst" needs classes'),
        ("classes = { flood = 1 }", "analyses.danger: classes: nothing says how bad gas is"),
        ("classes = { flood = 0, gas = 1 }", "analyses.danger.classes.flood"),
        ('how = "most"', 'analyses.danger.how: unknown value "most"; did you mean "worst"?'),
    ],
)
def test_a_fault_is_told(tmp_path, more, told):
    with pytest.raises(PlanError) as raised:
        sm.run(write_hazard_town(tmp_path, plan=with_scenarios(ASKED, more)), tmp_path / "out")
    assert told in str(raised.value)


def test_levels_that_do_not_lie_in_one_another_are_told(tmp_path):
    odd = (square(24.09, 56.945, 24.102, 56.955, years=10, depth_m=1.0), *WATER[1:])
    sm.run(write_hazard_town(tmp_path, plan=with_scenarios(ASKED), water=odd), tmp_path / "out")
    told = section(tmp_path / "out", "danger")
    assert "that the rarer “Rare flood” does not: one of the two is drawn wrong" in told
    assert "„Reti plūdi”" in told and "ir uzzīmēts nepareizi" in told


def test_more_people_in_a_hazard_is_worse_in_the_next_year(tmp_path):
    sm.run(write_hazard_town(tmp_path, plan=with_scenarios(ASKED, year=2025)), tmp_path / "before")
    wider = (*WATER[:2], square(24.102, 56.945, 24.31, 56.955, years=100, depth_m=0.25))
    after = sm.run(write_hazard_town(tmp_path, plan=with_scenarios(ASKED, year=2026), water=wider), tmp_path / "after")
    change = sm.compare(tmp_path / "before", after)
    mine = change.judged[(change.judged["analysis"] == "danger") & (change.judged["scope"] == "all")]
    row = mine[(mine["figure"] == "in_any_hazard") & (mine["measure"] == "people")].iloc[0]
    assert (row["before"], row["after"], row["verdict"]) == (30, 60, "worse")
    assert (
        json.loads((tmp_path / "after" / "summary.json").read_text(encoding="utf-8"))["scenarios"][1]["id"]
        == "flood_100"
    )
    found = sm.check(after, tmp_path / "before").findings
    assert any(each.kind == "figure_worse" and each.subject == "danger" for each in found)
