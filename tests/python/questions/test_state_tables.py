# SPDX-License-Identifier: Apache-2.0
"""Exposure, counts and cut-off by area and group: counted by hand in a small town, both languages in the report."""

from pathlib import Path

import pytest

import sheltermap as sm
from small_plan import figures, section, with_streets, write_street_town

BY_AREA = """weight = "people"
groups = ["children"]
areas = "parts"
area_name = "part"
title = { en = "Asked by area", lv = "Vaicāts pa teritorijām" }
"""
ASKED = f"""
[[analyses]]
name = "wet"
kind = "exposure"
features = "homes"
zones = "flood"
zone_id = "code"
{BY_AREA}
[[analyses]]
name = "near"
kind = "count"
demand = "homes"
facilities = "shelters"
distance_m = 1000
classes = [0, 1]
{BY_AREA}
[[analyses]]
name = "closed"
kind = "cut_off"
demand = "homes"
facilities = "shelters"
by = "roads"
zones = "flood"
limit = "20 min"
{BY_AREA}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("by_area")
    sm.run(write_street_town(folder, plan=with_streets(ASKED, year=2025)), folder / "out")
    return folder / "out"


# By hand: the first home (10 people, 2 children) and the one without a number (1 child) stand in the flood zone and, as
# the second (20 people), in the west; the third (30 people, 5 children) lies beyond both parts.
STATES = {
    ("wet", "people"): {"West": {"inside": 10, "outside": 20}, "East": {}, "outside every area": {"outside": 30}},
    ("wet", "children"): {"West": {"inside": 3}, "East": {}, "outside every area": {"outside": 5}},
    ("near", "people"): {"West": {"1+": 30}, "East": {}, "outside every area": {"0": 30}},
    ("near", "children"): {"West": {"1+": 3}, "East": {}, "outside every area": {"0": 5}},
    # The only street leads through the water; the third home has no shelter within 20 minutes anyway.
    ("closed", "people"): {"West": {"lost": 30}, "East": {}, "outside every area": {"uncovered": 30}},
    ("closed", "children"): {"West": {"lost": 3}, "East": {}, "outside every area": {"uncovered": 5}},
}


def told(made: Path, analysis: str, measure: str, area: str | None) -> dict[str, float]:
    where = {"scope": "all"} if area is None else {"scope": "area", "area": area}
    where = {"scope": area} if area == "outside every area" else where
    found = figures(made, analysis=analysis, measure=measure, **where)
    names = {"inside", "outside", "unknown", "0", "1+", "covered", "lost", "uncovered"}
    return {name: value for name, value in found.items() if name in names and value}


@pytest.mark.parametrize(("analysis", "measure"), STATES)
def test_people_and_groups_are_counted_in_their_area(made, analysis, measure):
    by_area = STATES[analysis, measure]
    assert {area: told(made, analysis, measure, area) for area in by_area} == by_area
    everybody: dict[str, float] = {}
    for area in by_area.values():
        for state, people in area.items():
            everybody[state] = everybody.get(state, 0) + people
    if (analysis, measure) == ("near", "people"):  # whose own figures tell one class by rows and by people
        return
    assert told(made, analysis, measure, None) == everybody


@pytest.mark.parametrize("analysis", ["wet", "near", "closed"])
def test_the_report_tells_areas_and_groups_in_both_languages(made, analysis):
    said = section(made, analysis)
    for words in ("By area: people", "Pa teritorijām: iedzīvotāji", "By area: children", "West", "outside every area"):
        assert words in said, words


def test_without_areas_the_groups_stand_in_one_table(tmp_path):
    asked = ASKED.replace('areas = "parts"\narea_name = "part"\n', "")
    sm.run(write_street_town(tmp_path, plan=with_streets(asked, year=2025)), tmp_path / "out")
    for analysis in ("wet", "near", "closed"):
        assert "By group" in section(tmp_path / "out", analysis)
        assert "Pa grupām" in section(tmp_path / "out", analysis)
    assert told(tmp_path / "out", "wet", "children", None) == {"inside": 3, "outside": 5}


@pytest.mark.parametrize("kind", ["wet", "near", "closed"])
def test_areas_without_a_name_and_unknown_groups_are_faults(tmp_path, kind):
    for old, new, fault in (
        ('area_name = "part"\n', "", "areas and area_name belong together"),
        ('groups = ["children"]', 'groups = ["childrn"]', "childrn"),
    ):
        asked = ASKED.replace(old, new)
        with pytest.raises(sm.PlanError, match=f"(?s){kind}.*{fault}"):
            sm.run(write_street_town(tmp_path, plan=with_streets(asked, year=2025)), tmp_path / "out")
