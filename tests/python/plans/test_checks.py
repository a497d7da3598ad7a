# SPDX-License-Identifier: Apache-2.0
"""Rules of the gate as plans write them: limits by year, what may move, tolerances of single figures."""

import pytest

from sheltermap.plans.checks import Check, ToleranceOf, Tolerances, limit_in
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import PLAN, write_town

FIGURE = {"analysis": "shelter", "figure": "covered", "measure": "people", "threshold_m": 500}
RULE = (
    '[[checks]]\nid = "a"\nfigure = { analysis = "shelter", figure = "covered", measure = "people", '
    "threshold_m = 500 }\n"
)


def test_steps_hold_from_their_year_on_in_whatever_order_they_stand():
    rule = Check(id="a", figure=FIGURE, at_least={"2028": 0.85, "2026": 0.8})
    assert [limit_in(rule.at_least, year) for year in (2025, 2026, 2027, 2028, 2040)] == [
        None,
        (0.8, "2026"),
        (0.8, "2026"),
        (0.85, "2028"),
        (0.85, "2028"),
    ]
    assert Check.model_validate_json(rule.model_dump_json()) == rule  # as an assessment keeps it


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("at_least = {}", "checks.a.at_least: must be a number, or numbers by the year from which on they hold"),
        ("at_least = { soon = 5 }", "checks.a.at_least: must be a number, or numbers by the year"),
        ('at_most = { 2027 = "80 %" }', "checks.a.at_most: must be a number, or numbers by the year"),
        ("at_least = true", "checks.a.at_least: must be a number, or"),
        (
            'may_fall_by = "little"',
            "checks.a.may_fall_by: must be a number from 0 on, in the unit of",
        ),
        ('may_rise_by = "-2 %"', "checks.a.may_rise_by: must be a number from 0 on"),
        ("may_rise_by = -2", "checks.a.may_rise_by: must be a number from 0 on"),
        ("", "checks.a: give at_least, at_most, may_fall_by or may_rise_by"),
        ("at_least = 5\n[[tolerances.figures]]\nworse_by = 5", "tolerances.figures[1]: say which figures it is of"),
        (
            'at_least = 5\n[[tolerances.figures]]\nanalysis = "sheltr"\nworse_by = 5',
            'tolerances.figures[1].analysis: unknown analysis "sheltr"; did you mean "shelter"?',
        ),
    ],
)
def test_what_cannot_be_a_rule_is_told(tmp_path, line, told):
    with pytest.raises(PlanError) as raised:
        load_plan(write_town(tmp_path, plan=PLAN + RULE + line + "\n"))
    assert any(fault.startswith(told) for fault in raised.value.faults), raised.value.faults


def test_the_first_tolerance_that_is_of_a_figure_counts():
    near = ToleranceOf(analysis="near", figure="covered_share", worse_by=0.005)
    ogre = ToleranceOf(area="Ogre", worse_by="2 %")
    figures = Tolerances(figures=[near, ogre])
    of = {"analysis": "near", "figure": "covered_share", "area": None}
    assert figures.of(of) is near and figures.of(of | {"area": "Ogre"}) is near
    assert figures.of(of | {"figure": "covered", "area": "Ogre"}) is ogre
    assert figures.of(of | {"figure": "covered"}) is None
