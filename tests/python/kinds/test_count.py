# SPDX-License-Identifier: Apache-2.0
"""Counts in plans, as the crow flies and along streets: classes counted by hand, both languages, the year before."""

from pathlib import Path

import pytest

import sheltermap as sm
from small_plan import SHELTERS, changed, figures, refusal, road, section, with_streets, write_street_town

ASKED = """
[[analyses]]
name = "walked"
kind = "count"
demand = "homes"
facilities = "shelters"
by = "roads"
limit = "10 min"
classes = [0, 1, 2]
weight = "people"
title = { en = "Shelters within a walk", lv = "Patvertnes gājiena attālumā" }
"""
# 10 min at 1.1 m/s are 660 m, a hundredth of a degree is 609: from the first home both cellars are near (61 and 305 m),
# from the second one, too (548 and 305 m), from the third none; of the fourth nobody knows how many live there.
MORE = SHELTERS + "s3,Second cellar,24.105,56.950\n"


def town(folder: Path, *roads, asked: str = ASKED, year: int = 2025) -> Path:
    return write_street_town(folder, *roads, plan=with_streets(asked, year=year), shelters=MORE)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("counted")
    sm.run(town(folder), folder / "out")
    return folder / "out"


def test_classes_within_minutes_are_those_counted_by_hand(made):
    where = {"analysis": "walked", "figure": "with_facilities", "threshold_s": 600, "threshold_m": None}
    assert figures(made, measure="people", **where) == {"0": 30, "1": 0, "2+": 30, "unknown": 0}
    assert figures(made, measure="rows", **where) == {"0": 1, "1": 0, "2+": 3, "unknown": 0}
    rows = sm.read(made / "assessment.gpkg", layer="walked").set_index("id")
    assert rows["within_10min"].to_dict() == {"h1": 2, "h2": 2, "h3": 0, "h4": 2}


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ('by = "roads"\nlimit = "400 m"', {"0": 30, "1": 20, "2+": 10}),
        ('by = "roads"\ndistance_m = 400', {"0": 30, "1": 20, "2+": 10}),
        ('limit = "400 m"', {"0": 30, "1": 20, "2+": 10}),
        ("distance_m = 600", {"0": 30, "1": 0, "2+": 30}),
    ],
)
def test_metres_count_along_streets_and_as_the_crow_flies(tmp_path, limit, expected):
    asked = ASKED.replace('by = "roads"\nlimit = "10 min"', limit)
    sm.run(town(tmp_path, asked=asked), tmp_path / "out")
    found = figures(tmp_path / "out", analysis="walked", figure="with_facilities", measure="people")
    assert found == expected | {"unknown": 0}


def test_help_comes_the_other_way_along_a_one_way_street(tmp_path):
    west = road((24.42, 56.95), (24.09, 56.95), one="yes")  # where the second home finds both cellars
    for direction, expected in (("to", {"0": 40, "1": 0, "2+": 20}), ("from", {"0": 50, "1": 0, "2+": 10})):
        asked = ASKED.replace('by = "roads"', f'by = "roads"\ndirection = "{direction}"')
        plan = town(tmp_path, west, asked=asked)
        text = plan.read_text(encoding="utf-8")
        plan.write_text(text.replace('name = "street"', 'name = "street"\none_way = "one"'), encoding="utf-8")
        sm.run(plan, tmp_path / direction)
        found = figures(tmp_path / direction, analysis="walked", figure="with_facilities", measure="people")
        assert found == expected | {"unknown": 0}


def test_the_report_tells_minutes_in_both_languages(made):
    page, text = (made / "report.html").read_text(encoding="utf-8"), section(made, "walked")
    assert "at least one within 10 min" in page and "30 of 60 people" in page
    assert "Along the streets, to the facility" in text and "Pa ielām, virzienā uz objektu" in text
    assert text.count("<img") == 1 and "2+" in text


def test_a_broken_street_moves_people_to_another_class_and_none_of_them_is_lost(tmp_path):
    sm.run(town(tmp_path / "then"), tmp_path / "before")
    broken = (road((24.07, 56.95), (24.103, 56.95)), road((24.104, 56.95), (24.42, 56.95)))
    after = sm.run(town(tmp_path / "now", *broken, year=2026), tmp_path / "after")
    change = sm.compare(tmp_path / "before", after)
    mine = change.figures[(change.figures["analysis"] == "walked") & (change.figures["measure"] == "people")]
    moved = mine[mine["figure"] == "with_facilities"].set_index("category")["difference"]
    assert moved.to_dict() == {"0": 0, "1": 30, "2+": -30, "unknown": 0}
    found = [each for each in sm.check(after, tmp_path / "before").findings if each.subject in ("walked", "homes")]
    assert [(each.kind, each.place, each.state) for each in found] == [("figure_worse", "2+", "failed")]
    assert found[0].message["en"] == "have at least so many (people, 10 min, 2+): 0 % after 50.0 %"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('limit = "10 min"', "", "analyses.walked: give distance_m or limit, one of the two"),
        ('limit = "10 min"', 'limit = "10 min"\ndistance_m = 5', "analyses.walked: give distance_m or limit, one of"),
        ('limit = "10 min"', "limit = 10", "analyses.walked.limit: a limit is a number with a unit"),
        ('by = "roads"\n', "", "analyses.walked: a time needs streets to travel along: name one of the networks as by"),
        ('by = "roads"', 'by = "rods"', 'analyses.walked.by: unknown network "rods"; did you mean "roads"?'),
        ('by = "roads"', 'by = "roads"\ndirection = "back"', "analyses.walked.direction: unknown value"),
        ("classes = [0, 1, 2]", "classes = [1, 2]", "lower ends of the classes: start with 0"),
    ],
)
def test_wrong_keys_are_told(tmp_path, old, new, told):
    assert told in refusal(town(tmp_path, asked=changed(ASKED, old, new)))
