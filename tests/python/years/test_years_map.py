# SPDX-License-Identifier: Apache-2.0
"""The map of two years: of each question the later year, the former one and what changed, as steps."""

import pytest

import sheltermap as sm
from sheltermap.map.packed_layers import Layer

PLAN = """
schema = 1
year = {year}
title = {{ en = "Shelters <b>near</b>", lv = "Patvertnes" }}
[inputs.homes]
path = "homes.csv"
id = "id"
name = "name"
[inputs.shelters]
path = "{shelters}.csv"
title = {{ en = "Our shelters", lv = "Mūsu patvertnes" }}
id = "id"
[[analyses]]
name = "near"
kind = "coverage"
title = {{ en = "Near a shelter", lv = "Patvertnes tuvumā" }}
demand = "homes"
facilities = "shelters"
thresholds_m = [500]
weight = "people"
[[analyses]]
name = "counted"
kind = "count"
title = {{ en = "How many", lv = "Cik" }}
demand = "homes"
facilities = "shelters"
distance_m = 500
classes = [0, 1]
"""


@pytest.fixture(scope="module")
def change(tmp_path_factory) -> sm.Comparison:
    folder = tmp_path_factory.mktemp("years")
    homes = 'id,name,people,lon,lat\n1,West,3,24.0,57.0\n2,"<script>alert(1)</script>",50,24.1,57.0\n'
    (folder / "homes.csv").write_text(homes)
    (folder / "one.csv").write_text("id,lon,lat\nA,24.0,57.0\n")
    (folder / "two.csv").write_text("id,lon,lat\nA,24.0,57.0\nB,24.1,57.0\n")
    for year, shelters in ((2026, "one"), (2027, "two")):
        (folder / f"{year}.toml").write_text(PLAN.format(year=year, shelters=shelters), encoding="utf-8")
        sm.run(folder / f"{year}.toml", folder / str(year))
    return sm.compare(folder / "2026", folder / "2027")


def rows_of(layers: list[Layer]) -> Layer:
    return next(each for each in layers if each.role == "rows")


def test_both_years_and_the_change_are_steps_of_each_question(change):
    views = change.explore(lang="lv").views
    assert [(each.group, each.step) for each in views] == [
        ("Patvertnes tuvumā", "2027"),
        ("Patvertnes tuvumā", "2026"),
        ("Patvertnes tuvumā", "pārmaiņa"),
    ]
    later, former, changed = (rows_of(each.layers) for each in views)
    assert [each.said for each in later.fields if each.label == "stāvoklis"] == [["līdz 500 m"] * 2]
    assert former.category.tolist() == [0, 1]
    assert changed.fields[0].said == ["West", "<script>alert(1)</script>"]
    assert later.weight.tolist() == [3, 50]
    titles = [each.title for each in views[0].layers if each.role == "facilities"]
    assert titles == ["Mūsu patvertnes"]


def test_a_hostile_name_is_text_on_the_page(change):
    page = change.explore()
    assert "<script>alert(1)</script>" not in page.html
    assert "Shelters <b>near</b>" not in page.html
