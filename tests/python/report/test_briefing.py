# SPDX-License-Identifier: Apache-2.0
"""The first page of the report: what matters first, each fact once, how it stands, and what to do."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sheltermap._native import ReadError
from sheltermap.assessments.former import former
from sheltermap.assessments.run import assess, run
from sheltermap.plans.plan import load_plan
from sheltermap.report.briefing import briefing
from sheltermap.report.builder import build_report
from sheltermap.report.sections import sections
from sheltermap.runs.assessment import Assessment, Former
from small_plan import HOMES, PLAN, SHELTERS, write_town

INDICATOR = """
[[indicators]]
id = "near"
title = "People with a shelter"
unit = { en = "% of people", lv = "% iedzīvotāju" }
expression = "100 * covered / total"
figures.covered = { analysis = "shelter", figure = "covered", measure = "people", threshold_m = 1000 }
figures.total = { analysis = "shelter", figure = "total", measure = "people", threshold_m = 1000 }
base = { year = 2024, value = 40 }
targets = { 2030 = 90 }
direction = "up"
source = "An example"
"""


def made(folder: Path, plan: str = PLAN, **town: str) -> Assessment:
    return assess(load_plan(write_town(folder, plan=plan, **town)))


def first_page(assessment: Assessment):
    return briefing(assessment, sections(assessment)[1])


def test_a_finding_says_how_many_with_figures_of_the_run(tmp_path):
    page = first_page(made(tmp_path))
    words = {each.link: each.words["en"] for each in page.findings}
    assert words["shelter"].startswith("16.7 % have one within 500 m and 50.0 % within 1 km;")
    assert "30 of 60 people have none" in words["shelter"]


def test_two_findings_of_one_fact_are_one(tmp_path):
    links = [each.link for each in first_page(made(tmp_path)).findings]
    assert [link for link in links if link in ("shelter", "choice")] == ["shelter"]  # 30 people have none within 1 km
    farther = PLAN.replace("distance_m = 1000\nclasses", "distance_m = 900\nclasses")
    links = [each.link for each in first_page(made(tmp_path / "farther", farther)).findings]
    assert {"shelter", "choice"} <= set(links)


def test_a_finding_stands_beside_its_target_and_a_missed_one_comes_first(tmp_path):
    page = first_page(made(tmp_path, PLAN.replace("schema = 1", "schema = 1\nyear = 2026") + INDICATOR))
    first = page.findings[0]
    assert first.link == "shelter"
    assert first.trends == [
        {
            "en": "Indicator: 50 % of people (40 in 2024); target for 2030: 90; behind.",
            "lv": "Rādītājs: 50 % iedzīvotāju (2024. gadā 40); mērķis 2030. gadam: 90; atpaliek.",
        }
    ]
    assert page.order[0] == "shelter"


@pytest.mark.parametrize(("before", "said"), [(0.9, "worse"), (0.1, "better"), (0.5, "The same")])
def test_a_finding_says_what_a_former_year_had(tmp_path, before, said):
    now = made(tmp_path, PLAN.replace("schema = 1", "schema = 1\nyear = 2026"))
    kinds = {each.name: each.kind for each in now.plan.analyses}
    was = now.figures["figure"] == "covered_share"
    figures = now.figures.assign(value=now.figures["value"].where(~was, before))
    page = first_page(replace(now, former=Former(2025, kinds, figures)))
    (trend,) = next(each.trends for each in page.findings if each.link == "shelter")
    assert said in trend["en"] and "2025" in trend["en"]
    other_kind = replace(now, former=Former(2025, dict.fromkeys(kinds, "gaps"), figures))
    assert not any(each.trends for each in first_page(other_kind).findings)


def test_the_first_page_follows_a_former_folder(tmp_path):
    plan = write_town(tmp_path, plan=PLAN.replace("schema = 1", "schema = 1\nyear = 2025"))
    run(plan, tmp_path / "old")
    nearer = SHELTERS + "s3,Near the third,24.301,56.950\n"
    later = write_town(tmp_path / "later", plan=PLAN.replace("schema = 1", "schema = 1\nyear = 2026"), shelters=nearer)
    run(later, tmp_path / "new", against=tmp_path / "old")
    report = (tmp_path / "new" / "report.html").read_text(encoding="utf-8")
    assert "16.7 % in 2025: better now." in report and "2025. gadā 16,7 %: tagad labāk." in report
    assert "Compared with the assessment of 2025." in report


def test_what_is_no_assessment_is_no_former_one(tmp_path):
    with pytest.raises(ReadError, match="is no assessment"):
        run(write_town(tmp_path), tmp_path / "out", against=tmp_path)
    assert not (tmp_path / "out").exists()
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    summary = {"schema": "sheltermap.assessment/1", "plan": {}, "year": 2025, "files": {}, "figures": []}
    (damaged / "summary.json").write_text(json.dumps(summary))
    with pytest.raises(ReadError):
        former(damaged)


def test_what_to_do_first_names_the_places_with_most_people(tmp_path):
    homes = HOMES + "h5,Village,24.500,56.950,500,0\nh6,Hamlet,24.700,56.950,7,0\n"
    page = first_page(made(tmp_path, homes=homes))
    (step,) = [each for each in page.steps if each.link == "shelter"]
    assert step.words["en"] == "begin where most have none within 1 km: Village (500), Third home (30), Hamlet (7)."


def test_what_is_not_known_is_said_once_and_by_its_number(tmp_path):
    again = PLAN[PLAN.index('[[analyses]]\nname = "shelter"') : PLAN.index('[[analyses]]\nname = "nearest_shelter"')]
    page = first_page(made(tmp_path, PLAN + again.replace('"shelter"', '"again"', 1)))
    said = [each.words["en"] for each in page.unknown]
    assert len(said) == len(set(said)) and [each.number for each in page.unknown] == list(range(1, len(said) + 1))
    (missing,) = [each for each in page.unknown if each.words["en"].startswith("1 row has no figure in “people”")]
    assert {"shelter", "again"} <= set(missing.analyses)


def test_the_contents_name_every_section_that_there_is(tmp_path):
    assessment = made(tmp_path)
    report = build_report(assessment, *sections(assessment))
    contents = report.split('<nav class="contents"')[1].split("</nav>")[0]
    links = re.findall(r'href="#([^"]+)"', contents)
    assert links == re.findall(r'<section id="([^"]+)"', report)


def test_figures_of_a_finding_are_figures_of_the_run(sample_plan):
    found = assess(load_plan(sample_plan))
    known = pd.concat([outcome.figures for outcome in found.outcomes])
    for analysis, outcome in found.answers():
        for finding in analysis.findings(outcome):
            if finding.figure is not None:
                mine = known[(known["analysis"] == analysis.name) & (known["figure"] == finding.figure["figure"])]
                assert (mine["value"] == finding.figure["value"]).any()
