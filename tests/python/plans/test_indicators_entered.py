# SPDX-License-Identifier: Apache-2.0
"""Indicators entered by hand, as institutions keep them: yearly plans, limits, levels to keep, groups."""

import datetime as dt
import json
import tomllib

import pandas as pd
import pytest

import sheltermap as sm
from sheltermap.assessments.run import assess
from sheltermap.page.table import Table
from sheltermap.plans.indicators import Indicator, indicator_table, year_notes
from sheltermap.plans.plan import load_plan
from sheltermap.report.indicator_tables import table_of
from small_plan import PLAN, SAMPLE, write_town

NO_FIGURES = pd.DataFrame(columns=["analysis", "figure", "value"])


def indicator(**changes: object) -> Indicator:
    parts: dict[str, object] = {
        "id": "contracts",
        "title": "Contracts with clinics",
        "unit": "%",
        "targets": {"2023": 189.0, "2024": 170.0},
        "direction": "up",
        "source": "Strategy 2023-2027",
    }
    return Indicator.model_validate(parts | changes)


def status(year: int, value: float | None, **changes: object) -> str:
    return indicator(**changes).rows[0].course.status(year, value)


def test_a_yearly_plan_is_judged_year_by_year_and_says_nothing_of_years_it_does_not_name():
    plan = {"targets": {"2024": 230.0, "2026": 200.0}}
    course = indicator(**plan).rows[0].course
    assert [course.planned(year) for year in (2023, 2024, 2025, 2026, 2030)] == [None, 230, None, 200, 200]
    assert [status(2024, value, **plan) for value in (230, 231, 229, None)] == ["met", "met", "off", "unknown"]
    assert status(2023, None, **plan) == status(2025, None, **plan) == status(2025, 1.0, **plan) == "not_due"
    # Better than the first year that is known, but not what was planned: behind, not off.
    assert status(2026, 190.0, **plan, actuals={"2024": 180.0}) == "behind"
    assert status(2026, 180.0, **plan, actuals={"2024": 180.0}) == "off"


def test_a_level_is_kept_within_ten_per_cent_or_what_the_plan_says():
    keep = {"direction": "keep", "targets": {"2023": 1000.0}, "unit": "checks"}
    assert [status(2023, value, **keep) for value in (900, 1000, 1100, 899, 1101)] == ["met"] * 3 + ["off"] * 2
    assert status(2023, 1021, **keep, keep_within="2 %") == "off"
    assert status(2023, 1020, **keep, keep_within="2 %") == "met"
    assert [status(2023, value, **keep, keep_within=5) for value in (995, 994)] == ["met", "off"]
    assert status(2023, 850, **keep, actuals={"2022": 700.0}) == "behind"  # nearer to the level than at the start


@pytest.mark.parametrize(
    ("limit", "direction", "met", "missed"),
    [("< 1 %", "down", 0.99, 1), ("<= 1 %", "down", 1, 1.01), ("≤1", "down", 1, 1.01), ("> 3,5", "up", 3.51, 3.5)],
)
def test_a_limit_is_a_target(limit, direction, met, missed):
    plan = {"direction": direction, "targets": {"2023": limit}}
    assert (status(2023, met, **plan), status(2023, missed, **plan)) == ("met", "off")


def test_numbers_are_read_as_they_are_written():
    course = indicator(targets={"2025": "3,5 %", "2027": "1 443,4"}, actuals={"2024": "4 %"}).rows[0].course
    assert [goal.value for _, goal in course.targets] == [3.5, 1443.4] and course.actuals == {2024: 4.0}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"targets": {"2025": "soon"}}, 'targets.2025: "soon" is no number in the unit "%"'),
        ({"targets": {"2025": "1,200"}}, 'targets.2025: "1,200" may be 1200 or 1.200'),
        ({"targets": {"2025": "5 EUR"}}, 'targets.2025: "5 EUR" is no number in the unit "%"'),
        ({"targets": {"2025": "< 1 %"}}, 'targets.2025: "< 1 %" does not go with direction = "up"'),
        ({"targets": {"2025": "< 1"}, "direction": "keep"}, 'does not go with direction = "keep"'),
        ({"actuals": {"2023": "< 1 %"}}, 'actuals.2023: "< 1 %" is a limit, no value'),
        ({"actuals": {"23": 1.0}}, 'actuals: "23" is no year'),
        ({"targets": {}}, "targets: are missing"),
        ({"keep_within": 5}, 'keep_within: is for direction = "keep"'),
        ({"direction": "keep", "keep_within": "-5 %"}, 'keep_within: "-5 %" is less than nothing'),
        ({"base": {"year": 2022}}, "give year and value together"),
        ({"base": {}}, "give year and value, or to_be_set"),
        ({"base": {"year": 2022, "value": 1.0, "to_be_set": 2023}}, "give year and value, or to_be_set"),
        ({"figures": {"x": {"analysis": "a", "figure": "b"}}}, "expression: is missing"),
        ({"expression": "x"}, "figures: is missing"),
        (
            {"actuals": {"2023": {"value": 1.0, "date": dt.date(2022, 12, 31)}}},
            "actuals.2023.date: 2022-12-31 lies before",
        ),
        ({"groups": [{"name": "a", "targets": {"2025": 1.0}}]}, "targets: belongs to each of the groups"),
        ({"targets": {}, "groups": [{"name": "a"}]}, 'group "a": targets: are missing'),
        ({"targets": {}, "groups": [{"name": "a", "targets": {"2025": 1}}] * 2}, 'groups: "a" stands twice'),
    ],
)
def test_what_cannot_be_meant_is_refused(changes, told):
    with pytest.raises(ValueError, match=r".") as raised:
        indicator(**changes)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("targets = { 2025 = inf }", "targets.2025: must be a number, or a text of at most 100 characters"),
        ("targets = { 2025 = true }", "targets.2025: must be a number"),
        ("targets = { 2025 = [1, 2] }", "targets.2025: must be a number"),
        (f'targets = {{ 2025 = "{"1" * 101}" }}', "targets.2025: must be a number"),
        ("targets = { 2025 = 1 }\nbase = { year = 2022, value = nan }", "base.value: must be a number"),
        ("targets = { 2025 = 1 }\nactuals = { 2023 = true }", "actuals.2023.value: must be a number"),
        ("targets = { 2025 = 1 }\nactuals = { 2023 = { source = 'report' } }", "actuals.2023.value: is missing"),
        (
            "targets = { 2025 = 1 }\nactuals = { 2023 = { value = 1, date = 'soon' } }",
            "actuals.2023.date: must be a valid date, not 'soon'",
        ),
        (
            "targets = { 2025 = 1 }\nactuals = { 2023 = { value = 1, sourse = 'report' } }",
            'actuals.2023.sourse: unknown key "sourse"; did you mean "source"?',
        ),
    ],
)
def test_a_number_that_is_none_is_one_fault_in_words_of_the_plan(tmp_path, given, told):
    told_of = 'id = "x"\ntitle = "X"\nunit = "%"\ndirection = "up"\nsource = "S"\n'
    (tmp_path / "indicators.toml").write_text(f"[[indicators]]\n{told_of}{given}\n", encoding="utf-8")
    plan = PLAN.replace("schema = 1", 'schema = 1\nindicators = "indicators.toml"')
    with pytest.raises(sm.PlanError) as raised:
        load_plan(write_town(tmp_path, plan=plan))
    assert f": indicators.x.{told}" in str(raised.value)  # the only one: several are a numbered list


def test_what_is_not_entered_though_it_is_due_and_a_base_that_was_to_be_set_are_noted():
    awaited = indicator(id="awaited", base={"to_be_set": 2023}, targets={"2025": 70.0})
    assert year_notes([indicator(), awaited], 2023) == [
        "indicator contracts: no value is entered for 2023; write actuals.2023",
        "indicator awaited: its base value was to be set in 2023 and is not; give base.value",
    ]
    assert year_notes([awaited], 2022) == []
    told_only = indicator(direction="none", targets={}, actuals={"2024": 8274})
    assert year_notes([told_only], 2025) == []
    assert awaited.rows[0].course.status(2023, 60.0) == "not_due" and awaited.rows[0].course.status(2025, 70.0) == "met"


def test_trend_and_forecast_need_no_base():
    one = indicator(targets={"2023": 5.0, "2024": 6.0, "2026": 9.0}, actuals={"2022": 4, "2023": 5, "2024": 6})
    (found,) = indicator_table([one], 2024, NO_FIGURES).to_dict("records")
    assert (found["value"], found["trend_per_year"], found["target_year"], found["forecast"]) == (6, 1, 2026, 8)


# ---- The tables of two institutions, as they print them --------------------------------------------------------------


def shown(table: Table, lang: str) -> dict[str, list[str]]:
    def words(cell: object) -> str:
        return str(cell[lang]) if isinstance(cell, dict) else str(cell)

    return {words(row[0]): [words(cell).replace("\u202f", " ") for cell in row[1:]] for row in table.rows}


@pytest.fixture(scope="module")
def centre() -> dict[str, list[str]]:
    assessment = assess(load_plan(SAMPLE / "plan.toml"))
    return shown(table_of(assessment), "lv")


@pytest.mark.parametrize(
    ("title", "unit", "stands", "years"),
    [
        (
            "Veselības stāvokļa dēļ atvaļināto īpatsvars no kopējā atvaļināto amatpersonu skaita",
            "%",
            "sasniegts",
            ["16 / 12,4", "15,9 / –", "15,8 / –", "15,7 / –", "15,6 / –"],
        ),
        (
            "Sadarbības līgumi ar ģimenes ārstu praksēm, ārstniecības un rehabilitācijas iestādēm",
            "skaits",
            "nesasniedz",
            ["189 / 168", "170 / –", "170 / –", "170 / –", "170 / –"],
        ),
        (
            "Psiholoģiskā atbalsta kursa vajadzībām pieejamo un labiekārtoto telpu platība",
            "m²",
            "sasniegts",
            ["1 443,4 / 1 861,2", "1 861,2 / –", "1 861,2 / –", "1 861,2 / –", "2 500 / –"],
        ),
        (
            "Reģionālo psiholoģiskā atbalsta struktūrvienību skaits",
            "skaits",
            "sasniegts",
            ["5 / 5", "5 / –", "5 / –", "6 / –", "6 / –"],
        ),
        ("Apmācītās kolēģu atbalsta personas", "skaits", "vēl nav plānots", ["– / –", "230 / –", *["200 / –"] * 3]),
        (
            "Tehnoloģisko risinājumu iegāde",
            "EUR",
            "netiek vērtēts",
            ["– / –", "– / –", "5 000 / –", "– / –", "25 000 / –"],
        ),
        ("Personāla mainības koeficients", "%", "nesasniedz", ["18 / 36,7", "30 / –", "28 / –", "25 / –", "23 / –"]),
    ],
)
def test_a_centres_strategy_comes_out_as_it_is_printed(centre, title, unit, stands, years):
    found_unit, found_stands, *rest = centre[title]  # who is responsible, base, trend and forecast are nowhere said
    assert (found_unit, found_stands, rest[:5]) == (unit, stands, years)
    assert rest[-1].startswith("Strategy 2023-2027")


def test_all_rows_of_the_strategy_are_there(centre):
    assert len(centre) == 26


SCHOOLS = """
[[indicators]]
id = "satisfaction"
title = "Augsta vecāku apmierinātība ar dalību bērnu audzināšanas atbalsta grupās"
unit = "%"
base = { to_be_set = 2023 }
targets = { 2025 = "70 %", 2027 = "80 %" }
direction = "up"
source = "aptauja"

[[indicators]]
id = "left_early"
title = "Priekšlaicīgi mācības pārtraukušo izglītojamo īpatsvars"
unit = "%"
direction = "down"
source = "VIIS dati"

[[indicators.groups]]
name = "psk. posmā"
base = { year = 2022, value = "1 %" }
targets = { 2025 = "< 1 %", 2027 = "< 1 %" }

[[indicators.groups]]
name = "vsk. posmā"
base = { year = 2022, value = "4 %" }
targets = { 2025 = "3,5 %", 2027 = "2,5 %" }
actuals = { 2023 = "3,8 %" }

[[indicators.groups]]
name = "tālm./neklātiene"
base = { year = 2022, value = "67 %" }
targets = { 2025 = "65 %", 2027 = "50 %" }

[[indicators]]
id = "reports"
title = "Iedzīvotāju ziņojumi"
unit = "ziņojumi"
direction = "none"
source = "Gada pārskats"
groups = [
    { name = "kopā", actuals = { 2023 = 8274 } },
    { name = "ielas un ietves", actuals = { 2023 = 1607 } },
    { name = "jūlijā", actuals = { 2023 = { value = 911, source = "ziņojumu karte", date = 2024-01-15 } } },
]
"""


def test_a_programmes_table_with_groups_limits_and_a_base_to_come_is_printed_as_it_is_kept(tmp_path):
    (tmp_path / "indicators.toml").write_text(SCHOOLS, encoding="utf-8")
    plan = PLAN.replace("schema = 1", 'schema = 1\nyear = 2023\nindicators = "indicators.toml"')
    notes = "|".join(("no value is entered for 2023", "was to be set in 2023"))
    with pytest.warns(UserWarning, match=notes):
        sm.run(write_town(tmp_path, plan=plan), tmp_path / "out")
    with pytest.warns(UserWarning, match=notes):
        table = shown(table_of(assess(load_plan(tmp_path / "plan.toml"))), "lv")
    # unit, status, base value, then plan and actual of 2023, 2025, 2027
    left_early = "Priekšlaicīgi mācības pārtraukušo izglītojamo īpatsvars"
    assert table["Augsta vecāku apmierinātība ar dalību bērnu audzināšanas atbalsta grupās"][1:6] == [
        "vēl nav plānots",
        "tiks noteikta 2023. gadā",
        "– / –",
        "70 / –",
        "80 / –",
    ]
    assert table[f"{left_early}, psk. posmā"][1:6] == ["nezināms", "1 (2022)", "1 / –", "< 1 / –", "< 1 / –"]
    # The line from 4 in 2022 to 3.5 in 2025 is at 3.83 in 2023.
    assert table[f"{left_early}, vsk. posmā"][1:6] == ["atbilst plānam", "4 (2022)", "3,83 / 3,8", "3,5 / –", "2,5 / –"]
    assert table["Iedzīvotāju ziņojumi, kopā"][1:4] == ["netiek vērtēts", "–", "– / 8 274"]
    assert table["Iedzīvotāju ziņojumi, jūlijā"][-1] == "Gada pārskats, ziņojumu karte, 2024-01-15"

    rows = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["indicators"]
    july = next(row for row in rows if row["group_lv"] == "jūlijā")
    assert (july["value"], july["value_source"], july["value_date"]) == (911, "ziņojumu karte", "2024-01-15")


def test_the_gate_names_the_group_that_is_off_and_one_group_may_be_left_alone(tmp_path):
    text = SCHOOLS.replace('2027 = "50 %" }', '2027 = "50 %" }\nactuals = { 2023 = 70 }')
    text = text.replace('2027 = "< 1 %" }', '2027 = "< 1 %" }\nactuals = { 2023 = 2 }')
    (tmp_path / "indicators.toml").write_text(text, encoding="utf-8")
    plan = PLAN.replace("schema = 1", 'schema = 1\nyear = 2023\nindicators = "indicators.toml"')
    plan += """
[[ignored]]
finding = "indicator_off"
subject = "left_early"
place = "psk. posmā"
reason = "Is counted anew"
until = 2999-01-01
"""
    with pytest.warns(UserWarning, match="was to be set"):
        found = sm.check(assess(load_plan(write_town(tmp_path, plan=plan)))).findings
    told = {(each.subject, each.place): each for each in found if each.kind == "indicator_off"}
    assert set(told) == {("left_early", "psk. posmā"), ("left_early", "tālm./neklātiene")}
    assert "tālm./neklātiene: 70 %" in told["left_early", "tālm./neklātiene"].message["lv"]


def test_the_indicators_of_the_sample_are_valid_toml_of_their_own():
    text = (SAMPLE / "indicators.toml").read_text(encoding="utf-8")
    assert len(tomllib.loads(text)["indicators"]) == 26
