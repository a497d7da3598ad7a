# SPDX-License-Identifier: Apache-2.0
"""Overlap in plans: pairs of features and zones, against pyproj's geodesic areas."""

import json

import pytest
from pyproj import Geod
from shapely import box

import sheltermap as sm
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import PLAN, write_town

ASKED = """
[[analyses]]
name = "parts_in_flood"
kind = "overlap"
features = "parts"
zones = "flood"
zone_id = "code"
title = { en = "How much of each part is flooded", lv = "Cik no katras daļas applūst" }
"""


def test_the_figures_and_the_layer_are_those_of_pyproj(tmp_path):
    found = sm.run(write_town(tmp_path, plan=PLAN + ASKED), tmp_path / "out")
    listed = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["figures"]
    mine = {(each["figure"], each["category"]): each for each in listed if each["analysis"] == "parts_in_flood"}
    counts = [mine[key]["value"] for key in (("features", None), ("features_in_a_zone", None), ("pairs", "F1"))]
    assert counts == [2, 1, 1]
    # The flood lies wholly in the western part; edges of rings are straight in degrees, as Geod takes them nearly.
    flood = abs(Geod(ellps="WGS84").geometry_area_perimeter(box(24.09, 56.94, 24.107, 56.96).segmentize(1e-4))[0])
    assert mine["area_m2", "F1"]["value"] == pytest.approx(flood, rel=1e-7) and mine["area_m2", "F1"]["unit"] == "m2"
    kind, outcome = list(found.answers())[-1]
    (pair,) = outcome.layer.to_dict("records")
    assert pair["zone"] == "F1" and pair["geometry"].equals(box(24.09, 56.94, 24.107, 56.96))
    assert [each.count for each in kind.legend(outcome)] == [1]


def test_it_is_told_in_both_languages(tmp_path):
    sm.run(write_town(tmp_path, plan=PLAN + ASKED), tmp_path / "out")
    section = (tmp_path / "out" / "report.html").read_text(encoding="utf-8").split('<section id="parts_in_flood">')[1]
    for words in ("The largest parts", "Lielākās daļas", "2.30 km²", "2,30 km²"):
        assert words in section.split("</section>")[0]


def test_nothing_in_common_is_an_answer(tmp_path):
    plan = write_town(tmp_path, plan=PLAN + ASKED)
    flood = (tmp_path / "flood.geojson").read_text(encoding="utf-8")
    (tmp_path / "flood.geojson").write_text(flood.replace("56.94", "57.94").replace("56.96", "57.96"), encoding="utf-8")
    found = sm.run(plan, tmp_path / "out").figures
    mine = found[found["analysis"] == "parts_in_flood"]
    assert dict(zip(mine["figure"], mine["value"], strict=True)) == {"features": 2, "features_in_a_zone": 0, "pairs": 0}


def test_points_have_nothing_to_measure_and_figures_are_known_beforehand(tmp_path):
    with pytest.raises((PlanError, sm.SheltermapError, ValueError), match=r"homes|features"):
        sm.run(write_town(tmp_path, plan=PLAN + ASKED.replace('"parts"', '"homes"')), tmp_path / "out")
    check = '\n[[checks]]\nid = "a"\nfigure = { analysis = "parts_in_flood", figure = "area" }\nat_most = 1\n'
    with pytest.raises(PlanError, match=r'unknown figure "area"; did you mean "area_m2"\?'):
        load_plan(write_town(tmp_path, plan=PLAN + ASKED + check))
