# SPDX-License-Identifier: Apache-2.0
"""Indicators: what they compute, where the path is, how they stand, and what is refused."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

import sheltermap as sm
from sheltermap.assessments.run import assess
from sheltermap.plans.course import Course
from sheltermap.plans.indicators import Indicator, Row
from sheltermap.plans.plan import load_plan
from sheltermap.questions.registry import KINDS
from small_plan import INDICATORS, PLAN, write_town


def indicator(**changes: object) -> Indicator:
    parts: dict[str, object] = {
        "id": "a",
        "title": "A",
        "unit": "%",
        "expression": "x",
        "figures": {"x": {"analysis": "a", "figure": "covered"}},
        "base": {"year": 2020, "value": 40.0},
        "targets": {"2024": 60.0, "2030": 90.0},
        "direction": "up",
        "source": "An example",
    }
    return Indicator.model_validate(parts | changes)


def course(**changes: object) -> Course:
    return indicator(**changes).rows[0].course


def row(**changes: object) -> Row:
    return indicator(**changes).rows[0]


def figures(*values: float) -> pd.DataFrame:
    columns = {
        "analysis": "a",
        "figure": "covered",
        "measure": "people",
        "scope": "all",
        "area": None,
        "category": None,
    }
    rows = [columns | {"threshold_m": 100.0 * n, "scenario": None, "value": each} for n, each in enumerate(values)]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("year", "planned"), [(2019, 40), (2020, 40), (2022, 50), (2024, 60), (2027, 75), (2030, 90), (2035, 90)]
)
def test_the_path_runs_straight_from_the_base_through_the_targets(year, planned):
    assert course().planned(year) == planned


@pytest.mark.parametrize(
    ("direction", "value", "status"),
    [
        ("up", 60, "met"),
        ("up", 50, "on_path"),
        ("up", 49, "behind"),
        ("up", 40, "off"),
        ("up", None, "unknown"),
        ("down", 20, "met"),
        ("down", 30, "on_path"),
        ("down", 31, "behind"),
        ("down", 41, "off"),
    ],
)
def test_a_value_is_judged_by_the_next_target_the_path_and_the_base(direction, value, status):
    targets = {"2024": 60.0, "2030": 90.0} if direction == "up" else {"2024": 20.0, "2030": 10.0}
    assert course(direction=direction, targets=targets).status(2022, value) == status


def test_the_trend_is_the_least_squares_line_and_the_forecast_follows_it():
    one = row(actuals={"2021": 41.0})
    assert one.course.trend_per_year(2022, 45.0) == pytest.approx(2.5)  # (40, 41, 45): slope (45 - 40) / 2
    record = one.record(2022, figures(45.0))
    assert (record["target_year"], record["forecast"]) == (2024, pytest.approx(50.0))
    assert row().record(2020, figures(40.0))["trend_per_year"] is None


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("x", 8),
        ("-x + 2 * 3", -2),
        ("100 * x / (x + 8)", 50),
        ("x / (x - 8)", None),
        ("x / 3 * 3 - x", 0),
        ("1e300 * 1e300 * x", None),
    ],
)
def test_an_expression_is_plain_arithmetic(expression, result):
    assert row(expression=expression).value(2022, figures(8.0)) == result


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("x ** 99", "only names, numbers"),
        ("__import__('os')", "only names, numbers"),
        ("x.real", "only names, numbers"),
        ("x if x else 1", "only names, numbers"),
        ("'x' * 3", "only names, numbers"),
        ("x +", "cannot be understood"),
        ("x + y", '"y" is not in figures'),
        ("3", r"figures\.x is not used"),
        (" + ".join(["x"] * 20_000), "is 79997 characters long; at most 1000"),
        ("-" * 900 + "x", "has more than 200 steps|cannot be understood"),
        ("(" * 400 + "x" + ")" * 400, "cannot be understood"),
        ("x * 1" + "0" * 400, "only names, numbers"),
        ("x ** " + "2" * 300, r"in 'x \*\* 2{55}…'$|in 'x \*\* 2{55}…'"),
    ],
)
def test_anything_else_is_refused(expression, told):
    with pytest.raises(ValueError, match=told):
        indicator(expression=expression)


def test_a_selector_that_fits_several_figures_or_none_says_what_to_add():
    with pytest.raises(sm.SheltermapError, match=r"indicator a, figures\.x: 2 figures fit; say also threshold_m"):
        row().value(2022, figures(1.0, 2.0))
    for selector, told in (
        ({"analysis": "b", "figure": "covered"}, 'unknown analysis "b"; allowed: a'),
        ({"analysis": "a", "figure": "coverd"}, 'unknown figure "coverd"; did you mean "covered"? allowed: covered'),
        ({"analysis": "a", "figure": "covered", "threshold_m": 500}, 'unknown threshold_m "500"; allowed: 0'),
    ):
        with pytest.raises(sm.SheltermapError) as raised:
            row(figures={"x": selector}).value(2022, figures(1.0))
        assert str(raised.value) == f"indicator a, figures.x: no figure of this run fits: {told}"


def test_a_run_computes_its_indicators_and_leaves_them_in_table_summary_and_report(tmp_path):
    (tmp_path / "indicators.toml").write_text(INDICATORS, encoding="utf-8")
    plan = PLAN.replace("schema = 1", 'schema = 1\nyear = 2026\nindicators = "indicators.toml"')
    sm.run(write_town(tmp_path, plan=plan), tmp_path / "out")
    (row,) = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["indicators"]
    # 10 of 60 people are within 500 m; planned in 2026: two thirds of the way from 10 to 20.
    assert row["value"] == pytest.approx(100 * 10 / 60) and row["planned"] == pytest.approx(10 + 20 / 3)
    assert (row["status"], row["target_year"], row["year"]) == ("on_path", 2027, 2026)
    with closing(sqlite3.connect(tmp_path / "out" / "assessment.gpkg")) as connection:
        assert connection.execute("SELECT id, status FROM indicators").fetchall() == [("near", "on_path")]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="indicators">')[1].split("</section>")[0]
    for words in ("Patvēruma tuvumā", "on the path", "atbilst plānam", "16.67 / 16.67", "50 / –", "Plānotājs"):
        assert words in section


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('analysis = "shelter"', 'analysis = "sheltr"', 'unknown analysis "sheltr"; did you mean "shelter"?'),
        ('figure = "covered",', 'figure = "coverd",', 'unknown figure "coverd"; did you mean "covered"?'),
        ("base = { year = 2024", "base = { year = 2026", "base.year: 2026 lies after the year of this run, 2025"),
        ("targets = { 2027", "targets = { 2023", "a target lies after the base year, 2024"),
        ("2025 = 12", "soon = 12", 'actuals: "soon" is no year'),
        ("direction", "directon", 'unknown key "directon"; did you mean "direction"?'),
        ("[[indicators]]", "[[indicator]]", "has to hold [[indicators]] and nothing else"),
        ('id = "near"', 'id = "near', "is not TOML"),
    ],
)
def test_faults_of_the_file_are_told_with_the_plans(tmp_path, old, new, told):
    (tmp_path / "indicators.toml").write_text(INDICATORS.replace(old, new), encoding="utf-8")
    plan = PLAN.replace("schema = 1", 'schema = 1\nyear = 2025\nindicators = "indicators.toml"')
    with pytest.raises(sm.PlanError) as raised:
        load_plan(write_town(tmp_path, plan=plan))
    assert told in str(raised.value)


def test_the_year_of_the_run_decides_where_the_plan_names_none(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")  # in 2023
    (tmp_path / "indicators.toml").write_text(INDICATORS, encoding="utf-8")
    plan = load_plan(
        write_town(tmp_path, plan=PLAN.replace("schema = 1", 'schema = 1\nindicators = "indicators.toml"'))
    )
    with pytest.raises(sm.PlanError, match=r"base\.year: 2024 lies after the year of this run, 2023"):
        _ = assess(plan).indicators


def test_recorded_values_that_are_not_used_are_told(tmp_path):
    text = INDICATORS.replace("actuals = { 2025 = 12 }", "actuals = { 2025 = 12, 2026 = 14.5, 2027 = 15 }")
    (tmp_path / "indicators.toml").write_text(text, encoding="utf-8")
    plan = PLAN.replace("schema = 1", 'schema = 1\nyear = 2026\nindicators = "indicators.toml"')
    with pytest.warns(UserWarning) as told:
        table = assess(load_plan(write_town(tmp_path, plan=plan))).indicators
    assert table["value"].iloc[0] == pytest.approx(100 * 10 / 60)
    assert [str(each.message) for each in told] == [
        "indicator near: actuals give 14.5 for 2026; the value computed in this run stands in its place",
        "indicator near: actuals give 15 for 2027, after the year of this run (2026); it is not used",
    ]


@pytest.mark.parametrize("sample", ["small", "ogre", "liechtenstein", "porto_alegre", "sao_miguel"])
def test_the_figures_a_plan_may_ask_for_are_those_its_analyses_make(tmp_path, sample):
    shipped = Path(__file__).parents[3] / "sample_data" / sample / "plan.toml"
    made = assess(load_plan(write_town(tmp_path) if sample == "small" else shipped))
    found: dict[str, set[str]] = {}
    for analysis in made.plan.analyses:
        mine = made.figures[made.figures["analysis"] == analysis.name]
        found.setdefault(analysis.kind, set()).update(mine["figure"])
    for kind, names in found.items():
        assert names <= set(KINDS[kind].figure_names)
    if sample == "ogre":  # all there are, once each: nothing is allowed that no run makes
        assert all(set(KINDS[kind].figure_names) == found[kind] for kind in ("gaps", "register"))
