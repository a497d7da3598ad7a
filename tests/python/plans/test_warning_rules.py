# SPDX-License-Identifier: Apache-2.0
"""The warnings of a plan: what may be written, and every fault at once."""

import pytest

import sheltermap as sm
from sheltermap.plans.plan import load_plan
from small_plan import PLAN, write_town

SCENARIO = '\n[[scenarios]]\nid = "flood_10"\nhazard = "flood"\nzones = "flood"\nreturn_period_years = 10\n'


def rules(folder, text):
    return load_plan(write_town(folder, plan=PLAN + SCENARIO + text)).warnings


def faults(folder, text) -> list[str]:
    with pytest.raises(sm.PlanError) as caught:
        rules(folder, text)
    return caught.value.faults


def test_a_plan_without_warnings_has_no_rules(tmp_path):
    found = rules(tmp_path, "")
    assert (found.people, found.facilities, found.geocodes, found.levels, found.triggers) == (None, None, None, [], [])


def test_everything_in_use(tmp_path):
    (tmp_path / "codes.csv").write_text("code,area\n", encoding="utf-8")
    found = rules(tmp_path, """
[warnings]
people = [{ input = "homes", weight = "people", groups = ["children"] }]
facilities = ["shelters"]
near = "5 km"
levels = [{ at_least_m = 2.5, scenario = "flood_10" }]

[warnings.geocodes]
table = "codes.csv"
areas = "parts"
area_name = "part"
scheme = "EMMA_ID"

[[warnings.triggers]]
awareness_type = 12
at_least = "orange"
scenario = "flood_10"
""")  # fmt: skip
    assert found.people[0].groups == ["children"] and found.geocodes.scheme == "EMMA_ID"
    assert found.triggers[0].told == "awareness_type = 12"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('people = [{ input = "hoems" }]', 'warnings.people[1].input: unknown input "hoems"; did you mean "homes"'),
        ('facilities = ["shelter"]', 'warnings.facilities: unknown input "shelter"; did you mean "shelters"'),
        ('levels = [{ at_least_m = 1, scenario = "flood_11" }]', 'unknown scenario "flood_11"; did you mean'),
        ('levels = [{ at_least_m = 2, scenario = "flood_10" }, { at_least_m = 2, scenario = "flood_10" }]', "once"),
        ('levels = [{ at_least_m = nan, scenario = "flood_10" }]', "at_least_m"),
        ('near = "15 min"', "near is a distance as the crow flies"),
        ('near = "5"', "a limit is a number with a unit"),
        ('triggers = [{ at_least = "red", scenario = "flood_10" }]', "give awareness_type, event or event_code"),
        ('triggers = [{ event = "F", awareness_type = 1, at_least = "red", scenario = "flood_10" }]', "one of the"),
        ('triggers = [{ event = "F", at_least = "purple", scenario = "flood_10" }]', 'unknown value "purple"'),
        ('triggers = [{ event = "F", at_least = "red", scenario = "x" }]', 'warnings.triggers[1].scenario: unknown'),
        ('triggers = [{ event = "F", at_least = "red", scenario = "flood_10" }, '
         '{ event = "F", at_least = "red", scenario = "flood_10" }]', "write one of them"),
        ('geocodes = { areas = "prats", code = "part" }', 'warnings.geocodes.areas: unknown input "prats"'),
        ('geocodes = { areas = "parts" }', "give one of the two"),
        ('geocodes = { areas = "parts", code = "part", area_name = "part" }', "area_name is for a table"),
        ('geocodes = { areas = "parts", table = "town.csv" }', "area_name is missing"),
        ('geocodes = { areas = "parts", table = "none.csv", area_name = "part" }', 'no file "none.csv"'),
        ('leves = []', 'warnings.leves: unknown key "leves"; did you mean "levels"'),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(tmp_path, text, said):
    told = faults(tmp_path, f"[warnings]\n{text}\n")
    assert any(said in each for each in told), told


def test_a_table_of_geocodes_too_long_for_a_file_is_a_fault(tmp_path):
    text = f'geocodes = {{ areas = "parts", table = "{"x" * 3000}", area_name = "part" }}'
    assert any("warnings.geocodes.table: no file" in each for each in faults(tmp_path, f"[warnings]\n{text}\n"))


def test_faults_of_warnings_are_listed_beside_all_others(tmp_path):
    plan = PLAN.replace('"homes.csv"', '"hoems.csv"') + '[warnings]\nfacilities = ["x"]\npeople = [{ input = "y" }]\n'
    with pytest.raises(sm.PlanError, match="has 3 faults"):
        load_plan(write_town(tmp_path, plan=plan))
