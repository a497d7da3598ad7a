# SPDX-License-Identifier: Apache-2.0
"""The map that a run leaves: all answers as views, in the plan's words, of a size that opens anywhere."""

import json

import pytest

import sheltermap as sm
from sheltermap.assessments.run import assess
from sheltermap.plans.plan import load_plan
from sheltermap.runs import answers_map

PLAN = """
schema = 1
year = 2026
title = { en = "Shelters <b>near</b>", lv = "Patvertnes" }
[inputs.homes]
path = "homes.csv"
id = "id"
name = "name"
[inputs.shelters]
path = "shelters.csv"
title = { en = "Our shelters", lv = "Mūsu patvertnes" }
id = "id"
name = "name"
[inputs.water]
path = "water.geojson"
[[analyses]]
name = "near"
kind = "coverage"
title = { en = "Near a shelter", lv = "Patvertnes tuvumā" }
demand = "homes"
facilities = "shelters"
thresholds_m = [500]
weight = "people"
supply = { in_use = true }
[[analyses]]
name = "flooded"
kind = "flood"
title = { en = "When it floods", lv = "Plūdos" }
demand = "homes"
facilities = "shelters"
zones = "water"
scenario = "scenario"
threshold_m = 500
[[analyses]]
name = "counted"
kind = "count"
title = { en = "How many", lv = "Cik" }
demand = "homes"
facilities = "shelters"
distance_m = 500
classes = [0, 1]
"""
HOSTILE = "</script><script>alert(1)</script>"


@pytest.fixture
def plan(tmp_path):
    ring = [[24.05, 56.9], [24.2, 56.9], [24.2, 57.1], [24.05, 57.1], [24.05, 56.9]]
    water = [
        {"type": "Feature", "properties": {"scenario": each}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for each in ("10 %", "1 %")
    ]
    (tmp_path / "water.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": water}))
    (tmp_path / "homes.csv").write_text(f"id,name,people,lon,lat\n1,West,3,24.0,57.0\n2,{HOSTILE},50,24.1,57.0\n")
    shelters = "id,name,in_use,lon,lat\nA,School,yes,24.0,57.0\nB,Cellar,no,24.1,57.0\n"
    (tmp_path / "shelters.csv").write_text(shelters)
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    return tmp_path / "plan.toml"


def layer_of(view, role):
    return next(each for each in view.layers if each.role == role)


def said(layer, label):
    return next(list(each.said) for each in layer.fields if each.label == label)


def test_every_answer_is_a_view_in_the_words_of_the_plan(plan):
    page = assess(load_plan(plan)).explore(lang="lv")
    assert [(each.title, each.group, each.step) for each in page.views] == [
        ("Patvertnes tuvumā", "", ""),
        ("Plūdos: 1 %", "Plūdos", "1 %"),
        ("Plūdos: 10 %", "Plūdos", "10 %"),
        ("Cik", "", ""),
    ]
    near, flooded, _, counted = page.views
    assert layer_of(near, "rows").fields[0].said == ["West", HOSTILE]
    assert said(layer_of(near, "rows"), "tuvākais") == ["School", "School"]  # by its name, not by its id
    assert layer_of(near, "facilities").title == "Mūsu patvertnes"
    assert layer_of(flooded, "facilities").usable.tolist() == [True, False]
    assert said(layer_of(counted, "rows"), "stāvoklis") == ["1+", "1+"]
    assert HOSTILE not in page.html
    assert "Shelters <b>near</b>" not in page.html


def test_facilities_that_do_not_count_are_hollow_with_the_reason(plan):
    view = assess(load_plan(plan)).explore().views[0]
    left_out = [each for each in view.layers if each.role == "facilities"][1]
    assert left_out.title == "Our shelters: do not count here"
    assert left_out.usable.tolist() == [False]
    assert said(left_out, "reason") == ["out of use"]


def test_the_run_leaves_a_page_in_each_language_that_leads_to_the_others(plan, tmp_path):
    folder, again = tmp_path / "out", tmp_path / "again"
    made = sm.run(plan, folder)
    assert sorted(each.name for each in folder.glob("map*")) == ["map.html", "map.lv.html"]
    assert 'lang="en"' in (folder / "map.html").read_text(encoding="utf-8")
    assert 'lang="lv"' in (folder / "map.lv.html").read_text(encoding="utf-8")
    listed = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["files"]
    assert {"map.html", "map.lv.html"} <= set(listed)
    assert 'href="map.html"' in (folder / "report.html").read_text(encoding="utf-8")
    assert [page.html for page in made.maps().values()] == [
        (folder / name).read_text(encoding="utf-8") for name in ("map.html", "map.lv.html")
    ]
    sm.run(plan, again)
    assert (again / "map.html").read_bytes() == (folder / "map.html").read_bytes()


def test_a_page_that_grows_too_large_is_thinned_then_cut_and_says_so(plan, monkeypatch):
    made = assess(load_plan(plan))
    monkeypatch.setattr(answers_map, "FEWEST_ROWS", 1)
    monkeypatch.setattr(answers_map, "LARGEST_PAGE", 10_000)  # less than what draws it
    pages = made.maps()
    english, latvian = pages.values()
    assert [each.title for each in english.views] == ["Near a shelter"]
    assert [each.title for each in latvian.views] == ["Patvertnes tuvumā"]  # the same in every language
    assert len(layer_of(english.views[0], "rows").shapes) == 2
    assert english.notes[-1].endswith("the map leaves out: When it floods; How many.")
    assert any("2 rows are too many" in each for each in english.notes)
    assert english.notes[-1] in english.html


def test_where_nothing_has_a_place_there_is_no_map(plan, tmp_path):
    (tmp_path / "homes.csv").write_text("id,name,people,lon,lat\n1,West,3,,\n")
    text = plan.read_text(encoding="utf-8").replace("[inputs.homes]", "[inputs.homes]\nstrict = false")
    text = text.split("[[analyses]]")
    plan.write_text("[[analyses]]".join(text[:2]), encoding="utf-8")
    made = sm.run(plan, tmp_path / "out")
    assert list((tmp_path / "out").glob("map*")) == []
    assert "map.html" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="none of the analyses has places"):
        made.explore()


def test_rows_with_neither_name_nor_id_are_not_called_by_what_they_are_near(plan):
    kinds = PLAN.replace('kind = "count"', 'kind = "nearest"').replace("distance_m = 500\nclasses = [0, 1]\n", "")
    (plan.parent / "homes.csv").write_text("people,lon,lat\n3,24.0,57.0\n50,24.1,57.0\n")
    for text in (PLAN, kinds):
        nameless = text.replace('id = "id"\nname = "name"\n', "", 1)
        plan.write_text(nameless, encoding="utf-8")
        counted = assess(load_plan(plan)).explore().views[-1]
        assert layer_of(counted, "rows").fields[0].said == ["0", "1"]  # by their rows
        assert layer_of(counted, "facilities").fields[0].said == ["School", "Cellar"]
