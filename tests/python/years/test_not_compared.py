# SPDX-License-Identifier: Apache-2.0
"""What two years do not both have is named, and fails where it could hide that something is worse."""

from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.assessments.run import assess
from sheltermap.plans.plan import load_plan
from sheltermap.runs.assessment import Assessment
from sheltermap.years.gate import FAIL_ON
from sheltermap.years.year_lines import comparison_lines, gate_lines
from small_plan import HOMES, PLAN, SHELTERS, write_town

FAR = SHELTERS.replace("24.101", "25.101")
RULE = """
[[checks]]
id = "rule"
figure = { analysis = "shelter", figure = "covered", measure = "people", threshold_m = 500 }
may_fall_by = 100
"""
IGNORED = """
[[ignored]]
finding = "facility_closed"
subject = "shelters"
reason = "Is rebuilt"
until = 2027-06-30
"""
TOTAL = """
[[checks]]
id = "counted"
figure = { analysis = "shelter", figure = "total", measure = "people", threshold_m = 500 }
may_fall_by = 20
"""


def made(folder: Path, year: int, plan: str = PLAN, **files: str) -> Assessment:
    text = plan.replace("schema = 1", f"schema = 1\nyear = {year}")
    return assess(load_plan(write_town(folder / str(year), plan=text, **files)))


def states(result: sm.GateResult, kind: str) -> set[tuple[str, str | None, str]]:
    return {(each.subject, each.place, each.state) for each in result.findings if each.kind == kind}


@pytest.fixture(scope="module")
def former(tmp_path_factory) -> Assessment:
    return made(tmp_path_factory.mktemp("former"), 2025)


def test_the_same_again_lacks_nothing(former, tmp_path):
    assert sm.compare(former, made(tmp_path, 2026)).not_compared.empty


def test_another_place_of_a_shelter_is_nothing_that_lacks(former, tmp_path):
    # Reasons and places are there only where there is something to count: they come and go.
    assert sm.compare(former, made(tmp_path, 2026, shelters=FAR)).not_compared.empty


def test_another_word_for_the_unit_is_nothing_that_lacks(former, tmp_path):
    plan = PLAN.replace('name = "shelter"', 'name = "shelter"\nunit = "residents"')
    change = sm.compare(former, made(tmp_path, 2026, plan))
    assert change.not_compared.empty and (change.figures["difference"].fillna(0) == 0).all()
    assert "residents" in set(change.figures["unit"])


def test_a_renamed_analysis_is_named_and_fails(former, tmp_path):
    now = made(tmp_path, 2026, PLAN.replace('name = "shelter"', 'name = "near"'), shelters=FAR)
    result = sm.check(now, former)
    assert states(result, "not_compared") == {("shelter", None, "failed")} and not result.passed
    assert states(result, "nothing_before") == {("near", None, "noted")}
    said = "\n".join(comparison_lines(sm.compare(former, now), "en"))
    assert "shelter: not compared: this analysis (coverage) is only in the former assessment (2025)" in said
    assert "near: not compared: this analysis (coverage) is only in this assessment (2026)" in said
    assert any("šī analīze (coverage) ir tikai iepriekšējā" in line for line in gate_lines(result, "lv"))


@pytest.mark.parametrize(
    ("old", "new", "subject", "place"),
    [
        ("thresholds_m = [500, 1000]", "thresholds_m = [600, 1000]", "shelter", "500"),
        ('groups = ["children"]\n', "", "shelter", "children"),
        ('areas = "parts"\narea_name = "part"\n', "", "shelter", "area"),
        ("classes = [0, 1, 2]", "classes = [0, 1]", "choice", "2+"),
    ],
)
def test_what_an_analysis_no_longer_counts_is_named_and_fails(former, tmp_path, old, new, subject, place):
    result = sm.check(made(tmp_path, 2026, PLAN.replace(old, new), shelters=FAR), former)
    assert (subject, place, "failed") in states(result, "not_compared")


def test_a_renamed_register_is_named_and_fails(former, tmp_path):
    plan = PLAN.replace("[inputs.shelters]", "[inputs.cellars]").replace(
        'facilities = "shelters"', 'facilities = "cellars"'
    )
    result = sm.check(made(tmp_path, 2026, plan, shelters=FAR), former, fail_on=["not_compared"])
    assert states(result, "not_compared") == {("shelters", None, "failed")}
    assert states(result, "nothing_before") == {("cellars", None, "noted")}


def test_a_share_that_is_not_known_any_more_is_named_and_fails(former, tmp_path):
    nobody = HOMES.replace(",10,2", ",,2").replace(",20,", ",,").replace(",30,5", ",,5")
    result = sm.check(made(tmp_path, 2026, homes=nobody), former)
    assert ("shelter", "covered_share, people", "failed") in states(result, "not_compared")


def test_fewer_people_fail_though_the_share_rises(former, tmp_path):
    # 10 of 60 are covered in 2025; all 10 of 10 where the others' rows are missing, or their numbers.
    lines = HOMES.splitlines(keepends=True)
    missing = sm.check(made(tmp_path / "a", 2026, homes="".join(lines[:2] + lines[4:])), former)
    assert states(missing, "total_smaller") == {("homes", "people", "failed"), ("homes", "rows", "failed"),
                                                ("homes", "children", "failed")}  # fmt: skip
    (people,) = [each for each in missing.findings if each.kind == "total_smaller" and each.place == "people"]
    assert people.message["en"] == "fewer are counted (people): 10 after 60"
    assert people.message["lv"] == "saskaitīts mazāk (people): 10, iepriekš 60"
    blank = sm.check(made(tmp_path / "b", 2026, homes=HOMES.replace(",20,", ",,").replace(",30,5", ",,5")), former)
    assert ("homes", "people", "failed") in states(blank, "rows_without_weight")
    assert ("homes", "people", "failed") in states(blank, "total_smaller")
    more = sm.check(made(tmp_path / "c", 2026, homes=HOMES.replace(",10,2", ",12,2")), former)
    assert {each.subject for each in more.findings} == {"in_flood"}  # they live in the flood zone
    usual = sm.check(made(tmp_path / "d", 2026, homes=HOMES.replace(",30,5", ",27,5")), former)  # 5 % fewer
    assert not states(usual, "total_smaller")


def test_a_plan_says_how_far_its_total_may_fall_or_that_it_is_known(tmp_path):
    former = made(tmp_path / "a", 2025)
    fewer = HOMES.replace(",30,5", ",15,5")
    assert not sm.check(made(tmp_path / "b", 2026, homes=fewer), former, fail_on=["total_smaller"]).passed
    assert sm.check(made(tmp_path / "c", 2026, PLAN + TOTAL, homes=fewer), former, fail_on=["total_smaller"]).passed
    fallen = sm.check(made(tmp_path / "d", 2026, PLAN + TOTAL, homes=HOMES.replace(",30,5", ",5,5")), former)
    assert states(fallen, "check") == {("counted", None, "failed")}


def test_a_rule_that_has_nothing_to_compare_with_is_named(former, tmp_path):
    now = made(tmp_path / "a", 2026, PLAN + RULE)
    alone = sm.check(now)
    assert alone.passed and states(alone, "nothing_before") == {("rule", None, "noted")}
    assert "--against" in alone.findings[0].message["en"] and "--against" in alone.findings[0].message["lv"]
    assert not sm.check(now, fail_on=["nothing_before"]).passed
    assert not sm.check(now, former).findings
    other = made(tmp_path / "b", 2025, PLAN.replace("[500, 1000]", "[700, 1000]"))
    assert ("rule", None, "noted") in states(sm.check(now, other), "nothing_before")


def test_assessments_of_different_plans_are_refused(former, tmp_path):
    head, *analyses = PLAN.split("[[analyses]]")
    other = head + "[[analyses]]" + analyses[0].replace('name = "shelter"', 'name = "near"')
    with pytest.raises(ValueError, match="have no analysis of one name and kind in common"):
        sm.compare(former, made(tmp_path, 2026, other))


def test_shares_are_written_with_the_decimals_that_tell_them_apart(tmp_path):
    homes = HOMES.replace(",10,2", ",99400,2").replace(",20,", ",600,").replace(",30,5", ",0,5")
    former = made(tmp_path / "a", 2025, homes=homes)
    now = made(tmp_path / "b", 2026, homes=homes.replace(",600,", ",604,"))  # 99.4 % and 99.39602… %
    said = {each.message["en"] for each in sm.check(now, former).findings if each.kind == "coverage_fell"}
    assert any(text.startswith("covered (people, 500 m): 99.396 % after 99.400 %") for text in said)
    assert all(one != other for text in said for one, other in [text.split(": ")[1].split(" after ")])


def test_what_could_hide_a_loss_fails_where_nothing_else_is_said():
    assert {"not_compared", "total_smaller", "rows_without_weight"} <= set(FAIL_ON) and "nothing_before" not in FAIL_ON


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (RULE + RULE, 'checks: id "rule" is used 2 times'),
        (RULE.replace('"shelter"', '"sheltr"'), 'checks.rule.figure.analysis: unknown analysis "sheltr"; did you mean'),
        (RULE.replace('"covered"', '"coverd"'), 'checks.rule.figure.figure: unknown figure "coverd"; did you mean'),
        (IGNORED, None),
        (
            IGNORED.replace('"shelters"', '"sheltr"'),
            'ignored[1].subject: unknown input "sheltr"; did you mean "shelters"?',
        ),
        (IGNORED.replace("facility_closed", "area_fell"), 'ignored[1].subject: unknown analysis "shelters"'),
        (IGNORED.replace("facility_closed", "check"), 'ignored[1].subject: unknown check "shelters"; allowed: none'),
        (IGNORED.replace("facility_closed", "not_compared").replace("shelters", "gone"), None),
    ],
)
def test_rules_that_would_never_be_looked_at_are_faults_of_the_plan(tmp_path, rules, told):
    path = write_town(tmp_path, plan=PLAN + rules)
    if told is None:
        assert load_plan(path).ignored
        return
    with pytest.raises(sm.PlanError) as raised:
        load_plan(path)
    assert told in str(raised.value)


def test_a_rule_whose_measure_is_unknown_names_file_and_remedy(tmp_path):
    now = made(tmp_path, 2026, PLAN + RULE.replace('"people"', '"peeple"'))
    with pytest.raises(sm.SheltermapError) as raised:
        sm.check(now)
    assert str(raised.value).startswith(f"{tmp_path / '2026' / 'plan.toml'}: check rule: no figure of this run fits")
    assert 'unknown measure "peeple"; did you mean "people"? allowed: children, people' in str(raised.value)
