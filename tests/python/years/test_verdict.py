# SPDX-License-Identifier: Apache-2.0
"""What a comparison comes to: sentences that a reader meets first, with causes that are the comparison's own."""

from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.assessments.run import assess
from sheltermap.plans.plan import load_plan
from sheltermap.years.verdict import Verdict, verdict
from sheltermap.years.year_lines import comparison_lines
from small_plan import HOMES, PLAN, SHELTERS, write_town

GAPS = """
[[analyses]]
name = "gaps"
kind = "gaps"
demand = "homes"
facilities = "shelters"
standard = "walk"
join_distance_m = 100
weight = "people"
title = { en = "Gaps", lv = "Robi" }
"""
FLOOD = """
[[analyses]]
name = "flooded"
kind = "flood"
demand = "homes"
facilities = "shelters"
zones = "flood"
scenario = "code"
threshold_m = 500
weight = "people"
title = "Flooded"
"""
ANOTHER = SHELTERS + "s3,Depot,24.300,56.950\n"  # beside the home of 30 people that has none near


def change(folder: Path, *, plan: str = PLAN + GAPS, **files: tuple[str, str]) -> sm.Comparison:
    years = []
    for at, year in enumerate((2025, 2026)):
        text = plan.replace("schema = 1", f"schema = 1\nyear = {year}")
        town = write_town(folder / str(year), plan=text, **{name: both[at] for name, both in files.items()})
        years.append(assess(load_plan(town)))
    return sm.compare(*years)


def of(found: Verdict, analysis: str) -> tuple[str, str, str | None]:
    one = next(each for each in found.changes if each.analysis == analysis)
    return one.verdict, one.said["en"], None if one.causes is None else one.causes["en"]


def test_a_shelter_that_opens_makes_it_better_and_is_named_as_the_cause(tmp_path):
    found = verdict(change(tmp_path, shelters=(SHELTERS, ANOTHER)))
    assert "worse in none" in found.said["en"] and "better in" in found.said["en"]
    assert of(found, "gaps") == (
        "better",
        "Gaps: covered (people, 500 m) 16.7 % → 66.7 %.",  # 10 of 60, then 40
        "+30 people: facilities opened +30.",
    )
    assert any("opened 1" in line["en"] for line in found.beside)


def test_what_is_worse_comes_first_whatever_else_is_better(tmp_path):
    grown = HOMES.replace("24.300,56.950,30", "24.300,56.950,90")
    found = verdict(change(tmp_path, homes=(HOMES, grown)))
    assert found.changes[0].verdict == "worse"
    states = [each.verdict for each in found.changes]
    assert states == sorted(states, key=lambda each: each != "worse")
    assert of(found, "gaps")[1] == "Gaps: covered (people, 500 m) 16.7 % → 8.3 %."  # 10 of 60, then of 120


def test_a_year_beside_itself_is_neither_and_names_nothing(tmp_path):
    found = verdict(change(tmp_path))
    assert found.changes == [] and "neither worse nor better" in found.said["en"]
    assert "ne sliktāk, ne labāk" in found.said["lv"]


def test_what_is_worse_by_less_than_the_plan_tolerates_is_no_verdict(tmp_path):
    grown = HOMES.replace("24.300,56.950,30", "24.300,56.950,31")
    lax = PLAN + GAPS + "\n[tolerances]\nshare = 0.05\namount = 0.05\n"
    assert [each.analysis for each in verdict(change(tmp_path / "strict", homes=(HOMES, grown))).changes]
    assert verdict(change(tmp_path / "lax", plan=lax, homes=(HOMES, grown))).changes == []


def test_causes_stand_only_beside_the_figure_that_they_split(tmp_path):
    grown = HOMES.replace("24.100,56.950,10", "24.100,56.950,11")  # covered, also during the flood, which it lies in
    found = verdict(change(tmp_path, plan=PLAN + GAPS + FLOOD, homes=(HOMES, grown)))
    verdict_of_flood, said, causes = of(found, "flooded")
    assert verdict_of_flood == "worse" and said.startswith("Flooded: in the zone (people") and causes is None


@pytest.mark.parametrize("lang", ["en", "lv"])
def test_page_and_terminal_begin_with_it(tmp_path, lang):
    found = change(tmp_path, shelters=(SHELTERS, ANOTHER))
    said = verdict(found)
    lines = list(comparison_lines(found, lang))
    assert lines[1] == said.said[lang] and said.changes[0].said[lang] in lines[2]
    found.write_page(tmp_path / "change.html")
    page = (tmp_path / "change.html").read_text(encoding="utf-8")
    assert page.index(said.said[lang]) < page.index('<section id="gaps">')
