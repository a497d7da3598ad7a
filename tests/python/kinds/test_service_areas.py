# SPDX-License-Identifier: Apache-2.0
"""Service areas in plans: how much is served, by which facility, told in both languages, held against a year before."""

import math
from pathlib import Path

import pytest

import sheltermap as sm
from map_data import MapData
from sheltermap.questions.plan_error import PlanError
from small_plan import SHELTERS, changed, figures, refusal, section, with_streets, write_street_town

ASKED = """
[[analyses]]
name = "served"
kind = "service_areas"
facilities = "shelters"
thresholds_m = [200, 500]
split = true
title = { en = "Where a shelter is near", lv = "Kur patvertne ir tuvu" }

[[analyses]]
name = "walked"
kind = "service_areas"
facilities = "shelters"
by = "roads"
limits = ["5 min"]
beside_m = 30
title = { en = "Where a shelter is a walk away", lv = "Kur līdz patvertnei var aiziet" }
"""
RULE = """
[[checks]]
id = "area"
figure = { analysis = "served", figure = "served_area", threshold_m = 500 }
may_fall_by = 1000
"""


def town(folder: Path, *, asked: str = ASKED, shelters: str = SHELTERS, year: int = 2025) -> Path:
    return write_street_town(folder, plan=with_streets(asked, year=year), shelters=shelters)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    twin = SHELTERS + "s3,Twin of the cellar,24.101,56.950\n"
    sm.run(town(folder, shelters=twin), folder / "out")
    return folder / "out"


def test_areas_are_those_of_circles_and_of_strips_beside_a_street(made):
    for radius_m in (200, 500):
        served = figures(made, analysis="served", threshold_m=radius_m, measure="area_m2")
        circle = math.pi * radius_m**2
        assert served["served_area"] == pytest.approx(2 * circle, rel=2e-3)
        assert served["s1"] == pytest.approx(circle, rel=2e-3) and served["s2"] == pytest.approx(circle, rel=2e-3)
        why = figures(made, analysis="served", figure="facilities_without_area", threshold_m=radius_m)
        assert why == {"same_place": 1}
    # 5 min at 1.1 m/s are 330 m either way, 30 m to both sides and round the ends; the two shelters are 18 km apart.
    strip = 660 * 60 + math.pi * 30**2
    assert figures(made, analysis="walked", threshold_s=300)["served_area"] == pytest.approx(2 * strip, rel=0.015)
    assert figures(made, analysis="walked", figure="facilities") == {"facilities": 3}


def test_areas_are_polygons_in_the_geopackage_and_named(made):
    served = sm.read(made / "assessment.gpkg", layer="served", strict=False)
    assert list(served["threshold_m"]) == [200, 200, 200, 500, 500, 500]
    assert list(served["facility_name"][:3]) == ["Cellar", "School", "Twin of the cellar"]
    assert served.geometry[:2].geom_type.isin(["Polygon", "MultiPolygon"]).all()
    assert served.geometry[2] is None and served["reason"][2] == "same_place"
    (walked,) = sm.read(made / "assessment.gpkg", layer="walked").to_dict("records")
    assert (walked["threshold_s"], walked["facilities"]) == (300, 3)


def test_the_map_calls_areas_by_their_facilities_and_those_of_all_by_nothing(made):
    page = MapData((made / "map.html").read_text(encoding="utf-8"))
    views = {each["title"]: number for number, each in enumerate(page.page["views"])}
    assert set(page.said("rows", "name", views["Where a shelter is near"])) == {"Cellar", "School"}
    assert page.said("rows", "name", views["Where a shelter is a walk away"]) == [None]


def test_the_report_speaks_of_areas_in_both_languages(made):
    text, page = section(made, "served"), (made / "report.html").read_text(encoding="utf-8")
    assert "within 500 m of a facility" in page and "līdz 500 m no kāda objekta" in page
    for words in (
        "1.57 km²",
        "1,57 km²",
        "another stands at the very same place",
        "tieši tajā pašā vietā ir cits",
        "serves nothing",
        "Twin of the cellar",
    ):
        assert words in text
    assert text.count("<img") == 1
    assert "median" not in text  # the limit of a row is no distance to anything
    assert "Along the streets, to the facility" in section(made, "walked")


def test_a_closed_facility_explains_what_is_no_longer_served_and_a_rule_can_forbid_it(tmp_path):
    sm.run(town(tmp_path / "then"), tmp_path / "before")
    fewer = SHELTERS.replace("s2,School,24.400,56.950\n", "")
    after = sm.run(town(tmp_path / "now", asked=ASKED + RULE, shelters=fewer, year=2026), tmp_path / "after")
    change = sm.compare(tmp_path / "before", after)
    assert not change.not_explained
    rows = change.causes[change.causes["analysis"].isin(["served", "walked"])]
    assert len(rows) == 3 and (rows["closed"] == rows["difference"]).all() and (rows["difference"] < 0).all()
    assert rows["before"].to_numpy() == pytest.approx(2 * rows["after"].to_numpy(), rel=1e-3)
    found = sm.check(after, tmp_path / "before").findings
    assert [each.state for each in found if each.subject == "area"] == ["failed"]
    worse = {(each.subject, each.kind, each.state) for each in found if each.subject in ("served", "walked")}
    by_rule = ("served", "figure_worse", "noted")  # the area; that one facility less serves is not the rule's
    assert worse == {("served", "figure_worse", "failed"), ("walked", "figure_worse", "failed"), by_rule}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('limits = ["5 min"]', "", "analyses.walked: give thresholds_m, limits or standards, one of the three"),
        ("thresholds_m = [200, 500]", 'limits = ["5 min"]', "analyses.served: a time needs streets to travel along"),
        ("split = true", "beside_m = 20", "analyses.served: beside_m is about areas beside streets: name one of the"),
        ("split = true", 'split = "yes"', "analyses.served.split: "),
        ("beside_m = 30", "area_error = 0.01", "analyses.walked: area_error is of areas as the crow flies"),
        ("beside_m = 30", "beside_m = 0", "analyses.walked.beside_m: must be greater than 0"),
        ("beside_m = 30", "fill_holes_m2 = -1", "analyses.walked.fill_holes_m2: must be greater than or equal to 0"),
        ("split = true", 'demand = "homes"', 'analyses.served.demand: unknown key "demand"'),
        ('facilities = "shelters"\nby', 'facilities = "shelter"\nby', 'unknown input "shelter"; did you mean'),
    ],
)
def test_wrong_keys_are_told(tmp_path, old, new, told):
    assert told in refusal(town(tmp_path, asked=changed(ASKED, old, new)))


def test_shapes_other_than_points_are_told_with_their_key(tmp_path):
    walked = ASKED.replace('facilities = "shelters"\nby', 'facilities = "parts"\nby')
    with pytest.raises(PlanError, match=r"analyses.walked.facilities: inputs.parts holds other shapes than points"):
        sm.run(town(tmp_path, asked=walked), tmp_path / "out")
