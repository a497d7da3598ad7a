# SPDX-License-Identifier: Apache-2.0
"""The report says where its figures come from: its links lead there, its queries give the figures."""

import html
import json
import re
import shlex
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sheltermap.assessments.run import assess
from sheltermap.commands.cli import app
from sheltermap.plans.plan import load_plan
from sheltermap.report.whence import of_indicators
from small_plan import PLAN, write_town

LINK = re.compile(r'<a class="why" href="#(why-[A-Za-z0-9_-]+)">')
SOURCE = re.compile(r'<p id="(why-[A-Za-z0-9_-]+)"><code>([A-Za-z0-9_.]+)</code>')
QUERY = re.compile(r'<pre tabindex="0"><code>([^<]+)</code></pre>')
COMMAND = re.compile(r"<code>sheltermap why … ([^<]+)</code>")
INDICATOR = re.compile(r'<code id="why-indicators-[0-9]+">([^<]+)</code>')
FINDINGS = re.compile(r'<ul class="points">(.*?)</ul>', re.DOTALL)


@pytest.fixture(scope="module", params=["latvia", "ogre"])
def folder(request: pytest.FixtureRequest, sample_assessment: Callable[[str], Path]) -> Path:
    return sample_assessment(request.param)


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def test_every_finding_of_the_first_page_leads_to_its_formula(page: str) -> None:
    links, there = LINK.findall(page), re.findall(r' id="(why-[^"]+)"', page)
    assert links
    assert set(links) <= set(there)
    assert len(set(there)) == len(there)
    findings = FINDINGS.search(page)
    assert findings is not None
    assert findings[1].count("<li>") == len(links)


COMPUTED_AND_ENTERED = """
[[indicators]]
id = "near"
title = "People with a shelter"
unit = "% of people"
expression = "100 * covered / 60"
figures.covered = { analysis = "shelter", figure = "covered", measure = "people", threshold_m = 1000 }
direction = "none"
source = "An example"
[[indicators]]
id = "drills"
title = "Drills held"
unit = "number"
actuals = { 2026 = { value = 3, source = "The log of drills" } }
direction = "none"
source = "An example"
"""


def test_what_is_computed_is_told_so_beside_what_was_entered(tmp_path: Path) -> None:
    plan = write_town(tmp_path, plan=PLAN.replace("schema = 1", "schema = 1\nyear = 2026") + COMPUTED_AND_ENTERED)
    near, drills = of_indicators(assess(load_plan(plan)))
    assert near.words["en"] == "100 * covered / 60, where covered = shelter.covered"
    assert drills.words["en"].startswith("entered by hand")


def test_the_queries_give_the_figures_that_they_stand_for(folder: Path, page: str) -> None:
    told = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["figures"]
    plain = sqlite3.connect(folder / "assessment.gpkg")
    parts = SOURCE.split(page)[1:]
    assert len(parts) >= 3
    for anchor, name, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        query = QUERY.search(text)
        assert query is not None, anchor
        ((number,),) = plain.execute(html.unescape(query[1])).fetchall()
        values = [each["value"] for each in told if f"{each['analysis']}.{each['figure']}" == name]
        assert any(each is not None and abs(each - number) <= 1e-9 * abs(each) for each in values), (anchor, query[1])


def test_the_command_that_it_tells_gives_the_rest(folder: Path, page: str) -> None:
    told = [html.unescape(each) for each in (*COMMAND.findall(page), *INDICATOR.findall(page))]
    assert len(told) >= 10
    for each in told:
        done = CliRunner().invoke(app, ["why", str(folder), *shlex.split(each)])
        assert done.exit_code == 0, (each, done.output)
        assert done.stdout.startswith(f"{each.split()[0]}: ")
