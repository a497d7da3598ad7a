# SPDX-License-Identifier: Apache-2.0
"""Columns of inputs that stand in the way of a plan's results: named with analysis, input and file."""

import pytest
from typer.testing import CliRunner

import sheltermap as sm
from sheltermap.assessments.run import assess
from sheltermap.commands.cli import app
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import FLOOD, HOMES, PLAN, write_town


def with_column(name, value="x"):
    """The homes with one column more."""
    head, *rows = HOMES.splitlines()
    return "\n".join([f"{head},{name}", *(f"{row},{value}" for row in rows)]) + "\n"


@pytest.mark.parametrize(
    ("column", "analysis"), [("facility", "shelter"), ("class", "choice"), ("zone", "in_flood"), ("place", "gaps")]
)
def test_a_column_that_a_result_needs_is_named_with_its_input(tmp_path, column, analysis):
    path = write_town(tmp_path, plan=PLAN + FLOOD, homes=with_column(column))
    with pytest.raises(PlanError) as caught:
        assess(load_plan(path))
    assert caught.value.faults == [
        f'analyses.{analysis}: the input "homes" (homes.csv) has a column "{column}", which the result needs: rename '
        "it there"
    ]


def test_a_column_that_differs_from_a_result_in_capitals_is_named(tmp_path):
    path = write_town(tmp_path, homes=with_column("Facility"))
    with pytest.raises(PlanError, match=r'analyses\.shelter: the result has the columns "Facility" and "facility"'):
        assess(load_plan(path))


def test_columns_that_differ_in_capitals_only_are_named_with_their_input(tmp_path):
    path = write_town(tmp_path, homes=with_column("People", "1"))
    with pytest.raises(PlanError, match=r'inputs.homes \(homes.csv\): the columns "people" and "People" differ in cap'):
        assess(load_plan(path))


def test_an_infinite_number_in_a_column_that_nobody_uses_is_named_with_its_input(tmp_path):
    path = write_town(tmp_path, plan=PLAN.replace("parts.geojson", "parts.gpkg"))
    parts = sm.read(tmp_path / "parts.geojson")
    sm.write(parts.assign(other=[2.5, float("inf")]), tmp_path / "parts.gpkg")
    with pytest.raises(PlanError, match=r'inputs.parts \(parts.gpkg\): column "other" holds inf in row 2'):
        assess(load_plan(path))


def test_validate_says_the_table_of_an_input(tmp_path):
    plan = PLAN.replace('path = "homes.csv"\ncrs = "EPSG:4326"', 'table = "survey.homes"\nservice = "town"')
    answer = CliRunner().invoke(app, ["validate", "--no-data", str(write_town(tmp_path, plan=plan))])
    assert answer.exit_code == 0, answer.output
    assert "survey.homes" in answer.output and "None" not in answer.output
