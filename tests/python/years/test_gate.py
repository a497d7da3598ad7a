# SPDX-License-Identifier: Apache-2.0
"""The gate: it fails when things got worse than the plan allows, and only then."""

import json
import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

import sheltermap as sm
from in_process import sheltermap
from sheltermap.assessments.run import assess
from sheltermap.plans.plan import load_plan
from small_plan import HOMES, INDICATORS, PLAN, SHELTERS, write_town
from step_lines import beside_steps

RULES = """
[[checks]]
id = "covered"
title = { en = "People near a shelter", lv = "Iedzīvotāji patvēruma tuvumā" }
figure = { analysis = "shelter", figure = "covered", measure = "people", threshold_m = 500 }
at_least = 5
may_fall_by = 4

[[ignored]]
finding = "facility_closed"
subject = "shelters"
place = "School"
reason = "Is rebuilt"
until = 2027-06-30
"""
ALL = ("check", "coverage_fell", "area_fell", "gap_opened", "facility_closed", "indicator_off", "rows_refused")
FEWER = HOMES.replace("56.950,10,2", "56.950,5,2")


def town(folder: Path, number: int, plan: str = PLAN + RULES, **files: str) -> Path:
    return write_town(folder / str(number), plan=plan.replace("schema = 1", f"schema = 1\nyear = {number}"), **files)


def made(plan: Path) -> sm.Assessment:
    return assess(load_plan(plan))


def found(result: sm.GateResult) -> set[tuple[str, str, str]]:
    return {(each.kind, each.subject, each.state) for each in result.findings}


def test_the_same_again_passes(tmp_path):
    former = made(town(tmp_path, 2025))
    result = sm.check(made(town(tmp_path, 2026)), former, fail_on=ALL)
    assert result.passed and not result.findings


def test_a_rule_is_broken_by_its_limit_and_by_what_it_may_fall_by(tmp_path):
    former = made(town(tmp_path, 2025))
    now = made(town(tmp_path, 2026, homes=FEWER))
    result = sm.check(now, former, fail_on=["check"])
    assert not result.passed
    (rule,) = [each for each in result.findings if each.kind == "check"]
    assert rule.message["en"] == "People near a shelter: 5 after 10; it may fall by 4"
    assert rule.message["lv"].startswith("Iedzīvotāji patvēruma tuvumā: 5, iepriekš 10")
    assert sm.check(now, fail_on=["check"]).passed  # 5 is allowed where nothing is compared


@pytest.mark.parametrize(("at_least", "passed"), [(10, True), (10.5, False)])
def test_a_limit_is_kept_by_the_limit_itself(tmp_path, at_least, passed):
    rules = RULES.replace("at_least = 5\nmay_fall_by = 4", f"at_least = {at_least}")
    assert sm.check(made(town(tmp_path, 2026, PLAN + rules)), fail_on=["check"]).passed == passed


def test_what_fell_closed_and_was_refused_is_found(tmp_path):
    lax = (PLAN + RULES).replace('path = "homes.csv"', 'path = "homes.csv"\nstrict = false')
    former = made(town(tmp_path, 2025, lax))
    homes = HOMES.replace("h1,First home,24.100,56.950", "h1,First home,,")
    now = made(town(tmp_path, 2026, lax, homes=homes, shelters=SHELTERS.split("s2")[0]))
    result = sm.check(now, former, fail_on=ALL, today=date(2027, 6, 30))
    assert {("coverage_fell", "shelter", "failed"), ("rows_refused", "homes", "failed")} <= found(result)
    assert ("facility_closed", "shelters", "ignored") in found(result)
    fell = next(
        each for each in result.findings if each.kind == "coverage_fell" and "(people, 500 m)" in each.message["en"]
    )
    assert fell.message["lv"].startswith("sasniedzams (iedzīvotāji, 500 m): ")


def test_those_in_no_area_are_named_where_their_share_fell(tmp_path):
    lax = (PLAN + RULES).replace('path = "homes.csv"', 'path = "homes.csv"\nstrict = false')
    homes = HOMES + "h5,Beyond,24.400,56.950,10,1\nh6,Far beyond,24.500,56.950,10,1\nh7,Nowhere,,,5,1\n"
    former = made(town(tmp_path, 2025, lax, homes=homes))
    now = made(town(tmp_path, 2026, lax, homes=homes, shelters=SHELTERS.split("s2")[0]))
    result = sm.check(now, former, fail_on=["area_fell"])
    fell = [each for each in result.findings if each.kind == "area_fell" and "people, 500" in each.message["en"]]
    (outside,) = [each for each in fell if each.place == "outside every area"]
    assert outside.message["en"] == "covered (people, 500 m), outside every area: 0 % after 20.0 %"
    assert outside.message["lv"] == "sasniedzams (iedzīvotāji, 500 m), ārpus visām teritorijām: 0 %, iepriekš 20,0 %"
    assert 'name="shelter: covered (people, 500 m): outside every area"' in result.junit("plan")
    assert all(each["place"] is not None for each in result.to_dict()["findings"] if each["kind"] == "area_fell")


def test_what_is_ignored_is_ignored_to_its_day_and_then_fails(tmp_path):
    former = made(town(tmp_path, 2025))
    now = made(town(tmp_path, 2026, shelters=SHELTERS.split("s2")[0]))
    assert sm.check(now, former, fail_on=["facility_closed"], today=date(2027, 6, 30)).passed
    late = sm.check(now, former, fail_on=["facility_closed"], today=date(2027, 7, 1))
    (finding,) = [each for each in late.findings if each.kind == "facility_closed"]
    assert finding.state == "expired" and not late.passed
    assert "was ignored until 2027-06-30: Is rebuilt" in finding.message["en"]


def test_an_indicator_that_is_off_fails(tmp_path):
    text = INDICATORS.replace("value = 10 }", "value = 17 }").replace("2027 = 20", "2027 = 30")
    text = text.replace('{ en = "%", lv = "%" }', '{ en = "% of people", lv = "% iedzīvotāju" }')
    plan = PLAN.replace("schema = 1", 'schema = 1\nindicators = "indicators.toml"')
    path = town(tmp_path, 2026, plan)
    (path.parent / "indicators.toml").write_text(text, encoding="utf-8")
    result = sm.check(made(path))
    assert found(result) == {("indicator_off", "near", "failed")}
    assert result.findings[0].message["lv"].startswith("Patvēruma tuvumā: 16,6667 % iedzīvotāju, ")


def test_junit_says_the_same(tmp_path):
    former = made(town(tmp_path, 2025))
    now = made(town(tmp_path, 2026, homes=FEWER, shelters=SHELTERS.split("s2")[0]))
    result = sm.check(now, former, today=date(2026, 1, 1))
    suite = ElementTree.fromstring(result.junit("plan.toml").encode())
    failures = [case.get("classname") for case in suite if case.find("failure") is not None]
    assert "check" in failures and int(suite.get("failures", 0)) == len(failures)
    assert int(suite.get("tests", 0)) == len(list(suite)) and int(suite.get("skipped", 0)) == 1
    assert {"gap_opened", "indicator_off"} <= {case.get("classname") for case in suite}  # looked at, nothing found


def test_cases_of_junit_have_names_of_their_own_and_the_suite_its_time(tmp_path):
    both = RULES.replace("at_least = 5", "at_least = 1000")  # broken by its limit and by what it may fall by
    former = made(town(tmp_path, 2025, PLAN + both))
    now = made(town(tmp_path, 2026, PLAN + both, homes=FEWER, shelters=SHELTERS.split("s2")[0]))
    result = sm.check(now, former)
    suite = ElementTree.fromstring(result.junit("plan.toml", 1.25).encode())
    names = [(case.get("classname"), case.get("name")) for case in suite]
    assert len(set(names)) == len(names) > 5
    assert {("check", "covered: at_least"), ("check", "covered: may_fall_by")} <= set(names)
    assert (suite.get("timestamp"), suite.get("time")) == (now.created.removesuffix("Z"), "1.250")
    again = sm.check(now, former)
    assert again.junit("plan.toml", 1.25) == result.junit("plan.toml", 1.25)


def test_two_findings_that_are_alike_have_two_names(tmp_path):
    finding = sm.check(made(town(tmp_path, 2026, homes=FEWER)), made(town(tmp_path, 2025))).findings[0]
    suite = ElementTree.fromstring(sm.GateResult([finding] * 3, [finding.kind]).junit("plan").encode())
    first, second, third = [case.get("name") for case in suite]
    assert (second, third) == (f"{first} (2)", f"{first} (3)")


@pytest.mark.parametrize(
    ("year", "broken"),
    [(2026, None), (2027, "covered: 10 is less than 20 (from 2027 on)"), (2028, "11 (from 2028 on)")],
)
def test_a_limit_may_rise_year_by_year_and_holds_from_its_year_on(tmp_path, year, broken):
    steps = RULES.replace("at_least = 5", "at_least = { 2027 = 20, 2028 = 11 }").replace("title = {", "# title = {")
    result = sm.check(made(town(tmp_path, year, PLAN + steps)), fail_on=["check"])
    assert result.passed is (broken is None)
    assert [each.message["en"].endswith(str(broken)) for each in result.findings if each.kind == "check"] == [True] * (
        broken is not None
    )


@pytest.mark.parametrize(("allowed", "passed"), [('"50 %"', True), ('"49 %"', False), ("5", True), ("4.9", False)])
def test_what_may_fall_is_said_in_the_unit_or_in_per_cent_of_what_it_was(tmp_path, allowed, passed):
    rule = RULES.replace("may_fall_by = 4", f"may_fall_by = {allowed}")
    former = made(town(tmp_path, 2025, PLAN + rule))
    result = sm.check(made(town(tmp_path, 2026, PLAN + rule, homes=FEWER)), former, fail_on=["check"])
    assert result.passed is passed
    if not passed:
        assert result.findings[0].message["lv"].endswith(allowed.strip('"').replace(".", ","))


def test_single_figures_have_tolerances_of_their_own(tmp_path):
    own = '[[tolerances.figures]]\nanalysis = "shelter"\nfigure = "covered_share"\nworse_by = "60 %"\n'
    former = made(town(tmp_path, 2025, PLAN))
    worse = sm.check(made(town(tmp_path, 2026, PLAN, homes=FEWER)), former, fail_on=["coverage_fell"])
    assert not worse.passed
    result = sm.check(made(town(tmp_path, 2027, PLAN + own, homes=FEWER)), former, fail_on=["coverage_fell"])
    fell = [each for each in result.findings if each.kind == "coverage_fell"]
    told = [each.message["en"] for each in fell if each.subject == "shelter"]
    assert told and all(text.endswith("(by no more than the plan allows for it, 60 %)") for text in told)
    failed = {each.subject for each in result.findings if each.state == "failed"}
    assert failed == {each.subject for each in worse.findings if each.state == "failed"} - {"shelter"}


def test_the_command_ends_with_0_1_or_2(tmp_path):
    sm.run(town(tmp_path, 2025), tmp_path / "old")
    fine, worse = town(tmp_path, 2026), town(tmp_path / "b", 2026, homes=FEWER)
    done = sheltermap("check", fine, "--against", tmp_path / "old")
    assert (done.returncode, beside_steps(done.stderr)) == (0, "") and "Nothing is worse" in done.stdout
    done = sheltermap("check", worse, "--against", tmp_path / "old", "--junit", tmp_path / "j.xml", "--lang", "lv")
    assert (done.returncode, beside_steps(done.stderr)) == (1, "") and "SLIKTĀK" in done.stdout
    assert ElementTree.parse(tmp_path / "j.xml").getroot().get("failures") != "0"
    data = json.loads(sheltermap("check", worse, "--against", tmp_path / "old", "--json").stdout)
    assert data["passed"] is False and data["findings"][0]["kind"]
    done = sheltermap("check", worse, "--against", tmp_path / "none")
    assert done.returncode == 2 and "is no assessment" in done.stderr
    done = sheltermap("check", fine, "--fail-on", "chek")
    assert done.returncode == 2 and 'did you mean "check"?' in done.stderr
    done = sheltermap("check", worse, "--junit", tmp_path / "none" / "j.xml")
    assert done.returncode == 2 and "does not exist" in done.stderr


def test_compare_prints_causes_and_writes_a_page_and_layers(tmp_path):
    sm.run(town(tmp_path, 2025), tmp_path / "old")
    homes = HOMES.replace("h4,Home without number,24.105,56.951,,1\n", "h5,New home,24.098,56.951,4,1\n")
    sm.run(town(tmp_path, 2026, shelters=SHELTERS + "s3,Depot,24.300,56.950\n", homes=homes), tmp_path / "new")
    page, layers = tmp_path / "change.html", tmp_path / "change.gpkg"
    done = sheltermap("compare", tmp_path / "old", tmp_path / "new", "--report", page, "--layers", layers)
    assert (done.returncode, beside_steps(done.stderr)) == (0, "")
    assert "+30  facilities opened" in done.stdout and "s3 Depot: opened" in done.stdout
    text = page.read_text(encoding="utf-8")
    assert text.count('<img src="data:image/') == 6  # coverage and nearest: both years and the change
    assert "what changed" in text and "kas mainījies" in text
    assert "://" not in re.sub(r"xmlns(:xlink)?='http://www\.w3\.org/[\w/]+'", "", text)  # but what SVG calls itself
    rows = sm.read(layers, layer="shelter_change")
    assert dict(zip(rows["id"], rows["change"], strict=True)) == {
        "h1": "as_before",
        "h2": "as_before",
        "h3": "gained",
        "h5": "new",
        "h4": "gone",
    }
    with closing(sqlite3.connect(layers)) as connection:
        (opened,) = connection.execute("SELECT sum(opened) FROM causes WHERE scope = 'all'").fetchone()
    assert opened >= 30
    assert sheltermap("compare", tmp_path / "old").returncode == 2
    assert "salīdzinājumā" in sheltermap("compare", tmp_path / "old", tmp_path / "new", "--lang", "lv").stdout
