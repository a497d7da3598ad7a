# SPDX-License-Identifier: Apache-2.0
"""Citizens' reports in plans: counted by hand by area and category, this year against the last."""

import json
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.questions.plan_error import PlanError
from small_plan import PLAN, write_town

REPORTS = """id,lon,lat,category,date
z1,24.10,56.95,flooding,2026-03-01
z2,24.11,56.95,flooding,2025-03-01
z3,24.25,56.95,power,2026-05-01
z4,25.90,56.95,power,2026-06-01
z5,24.10,56.95,power,
z6,24.10,56.95,flooding,2024-01-01
"""
ASKED = """
[inputs.reports]
path = "reports.csv"
crs = "EPSG:4326"
id = "id"

[[analyses]]
name = "reported"
kind = "incidents"
reports = "reports"
areas = "parts"
area_name = "part"
until = 2026-12-31
title = { en = "What citizens reported", lv = "Ko ziņoja iedzīvotāji" }
"""


def town(folder: Path, *, asked: str = ASKED, head: str = "schema = 1\nyear = 2026") -> Path:
    plan = write_town(folder, plan=PLAN.replace("schema = 1", head) + asked)
    (folder / "reports.csv").write_text(REPORTS, encoding="utf-8")
    return plan


def figures(folder: Path, **wanted: object) -> dict[str, float]:
    found = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["figures"]
    return {each["category"] or "all": each["value"] for each in found if wanted.items() <= each.items()}


def test_the_figures_are_those_counted_by_hand(tmp_path):
    sm.run(town(tmp_path), tmp_path / "out")
    everywhere = {"analysis": "reported", "scope": "all"}
    assert figures(tmp_path / "out", figure="count", **everywhere) == {"flooding": 1, "power": 2, "all": 3}
    assert figures(tmp_path / "out", figure="count_before", **everywhere) == {"flooding": 1, "power": 0, "all": 1}
    assert figures(tmp_path / "out", figure="change_share", **everywhere) == {"flooding": 0, "all": 2}
    assert figures(tmp_path / "out", figure="undated", **everywhere) == {"flooding": 0, "power": 1, "all": 1}
    west = figures(tmp_path / "out", analysis="reported", figure="count", area="West")
    assert west == {"flooding": 1, "power": 0}
    outside = figures(tmp_path / "out", analysis="reported", figure="count", scope="outside every area")
    assert outside == {"power": 1}


def test_it_is_told_in_both_languages_and_drawn_by_year(tmp_path):
    found = sm.run(town(tmp_path), tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="reported">')[1].split("</section>")[0]
    for words in (
        "By area and category",
        "Pa teritorijām un kategorijām",
        "the year before",
        "1 report has no day",
        "1 ziņojumam diena nav nosakāma",
    ):
        assert words in section
    assert "reports in 2026" in page and "ziņojumi 2026. gadā" in page
    kind, outcome = list(found.answers())[-1]
    assert [each.count for each in kind.legend(outcome)] == [3, 1, 1, 1]


def test_fewer_reports_are_not_worse_and_another_year_is_compared(tmp_path):
    first = sm.run(town(tmp_path / "a", head="schema = 1\nyear = 2025", asked=ASKED.replace("2026-12", "2025-12")),
                   tmp_path / "before")  # fmt: skip
    second = sm.run(town(tmp_path / "b"), tmp_path / "after")
    change = sm.compare(first, second)
    mine = change.figures[(change.figures["analysis"] == "reported") & (change.figures["figure"] == "count")]
    whole = mine[(mine["scope"] == "all") & mine["category"].isna()].iloc[0]
    assert (whole["before"], whole["after"]) == (1, 3)
    found = [each for each in sm.check(second, first).findings if each.subject in ("reported", "reports")]
    assert [(each.kind, each.state) for each in found] == [("not_judged", "noted")]
    assert "reports (rows): 3 after 1" in found[0].message["en"]


@pytest.mark.parametrize(
    ("asked", "head", "told"),
    [
        (ASKED, "schema = 1", r"analyses.reported.kind: incidents are counted by year: write year = 2026 at the top"),
        (ASKED.replace("until", 'date_column = "day"\nuntil'), None, r'date_column: unknown column "day"'),
        (
            ASKED.replace("2026-12-31", "2025-12-31"),
            None,
            r"reported: until is 2025-12-31, which is not in 2026",
        ),
    ],
)
def test_what_does_not_fit_is_told(tmp_path, asked, head, told):
    with pytest.raises(PlanError, match=told):
        sm.run(town(tmp_path, asked=asked, head=head or "schema = 1\nyear = 2026"), tmp_path / "out")
