# SPDX-License-Identifier: Apache-2.0
"""Depths in plans: each home in the class of its cell, voids never dry, both languages, a deeper flood at the gate."""

from pathlib import Path

import pytest

import sheltermap as sm
from raster_files import write_raster
from sheltermap.questions.plan_error import PlanError
from small_plan import HOMES, changed, figures, in_year, refusal, section, write_town

RASTER = """
[rasters.flood_depth]
path = "depth.tif"
holds = "depth_m"
title = { en = "Depth of the flood", lv = "Plūdu dziļums" }
source = "A model"
"""
ASKED = """
[[analyses]]
name = "how_deep"
kind = "depth"
features = "homes"
raster = "flood_depth"
classes = [0, 0.5, 1.5]
weight = "people"
areas = "parts"
area_name = "part"
title = { en = "Homes in the water", lv = "Mājas ūdenī" }
"""
V = -9999.0
# Columns a hundredth of a degree wide, from 24.095: h1 (24.10, 10 people) in the first, h4 (24.105, no number) and
# h2 (24.11, 20 people) in the second; h3 (24.30, 30 people) lies beyond. One row of them is round 56.95.
DEEP = [[1.0, 1.0, 1.0], [0.5, 2.25, 1.0], [1.0, 1.0, 1.0]]
VOID = [[1.0, 1.0, 1.0], [0.5, V, 1.0], [1.0, 1.0, 1.0]]
SHORE = [[1.0, 1.0, 1.0], [0.0, V, V], [1.0, 1.0, 1.0]]


def town(folder: Path, depths=DEEP, asked: str = ASKED, year: int = 2025, homes: str = HOMES) -> Path:
    plan = in_year(year).replace("[[standards]]", RASTER + "\n[[standards]]") + asked
    path = write_town(folder, plan=plan, homes=homes)
    write_raster(folder / "depth.tif", depths, west=24.095, north=56.965, cell=0.01, nodata=V)
    return path


def run(folder: Path, *given, **options) -> Path:
    sm.run(town(folder, *given, **options), folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return run(tmp_path_factory.mktemp("deep"))


def counted(folder: Path, measure: str = "people", **where: object) -> dict[str, float]:
    where = {"analysis": "how_deep", "figure": "in_depth", "measure": measure, "scope": "all"} | where
    return figures(folder, **where)


def test_people_by_depth_are_those_counted_by_hand(made):
    # A depth on a limit is in the class that begins there.
    assert counted(made) == {"dry": 0, "0-0.5": 0, "0.5-1.5": 10, "1.5+": 20, "unknown": 30}
    assert counted(made, "rows") == {"dry": 0, "0-0.5": 0, "0.5-1.5": 1, "1.5+": 2, "unknown": 1}
    rows = sm.read(made / "assessment.gpkg", layer="how_deep").set_index("id")
    assert rows["depth_m"].dropna().to_dict() == {"h1": 0.5, "h2": 2.25, "h4": 2.25}
    assert rows["depth_class"].to_dict() == {"h1": "0.5-1.5", "h2": "1.5+", "h3": "unknown", "h4": "1.5+"}
    assert rows["reason"].dropna().to_dict() == {"h3": "outside_raster"}
    assert figures(made, analysis="how_deep", figure="depth_unknown_because") == {"outside_raster": 1}
    assert figures(made, analysis="how_deep", figure="depth_max_m") == {"depth_max_m": 2.25}
    west = counted(made, scope="area", area="West")
    assert west == {"dry": 0, "0-0.5": 0, "0.5-1.5": 10, "1.5+": 20, "unknown": 0}


def test_a_void_in_the_water_is_unknown_and_never_dry(tmp_path):
    dry = ASKED.replace("classes =", 'no_value = "dry"\nclasses =')
    for number, asked in enumerate((ASKED, dry)):
        found = run(tmp_path / str(number), VOID, asked=asked)
        assert counted(found) == {"dry": 0, "0-0.5": 0, "0.5-1.5": 10, "1.5+": 0, "unknown": 50}
        why = figures(found, analysis="how_deep", figure="depth_unknown_because")
        assert why == {"outside_raster": 1, "void": 2}


def test_beyond_the_water_is_dry_only_where_the_plan_says_so(tmp_path):
    unsaid = run(tmp_path / "unsaid", SHORE)
    assert counted(unsaid) == {"dry": 10, "0-0.5": 0, "0.5-1.5": 0, "1.5+": 0, "unknown": 50}
    said = run(tmp_path / "said", SHORE, asked=ASKED.replace("classes =", 'no_value = "dry"\nclasses ='))
    assert counted(said) == {"dry": 30, "0-0.5": 0, "0.5-1.5": 0, "1.5+": 0, "unknown": 30}
    assert "it counts as dry: the plan says so" in section(said, "how_deep")


def test_a_void_is_filled_from_beside_where_that_is_asked_and_said_so(tmp_path):
    found = run(tmp_path, VOID, asked=ASKED.replace("classes =", "fill_m = 1000\nclasses ="))
    rows = sm.read(found / "assessment.gpkg", layer="how_deep").set_index("id")
    # To the middle of the cell west of it h4 (on the edge between the two) is 304 m away, of h2 it is east of it.
    assert rows.loc[["h4", "h2"], "depth_m"].tolist() == [0.5, 1.0]
    assert "2 of them lie in voids and have the depth of the nearest cell" in section(found, "how_deep")
    assert counted(found)["unknown"] == 30


def test_the_report_tells_it_in_both_languages(made):
    told = section(made, "how_deep")
    for words in (
        "0.5–1.5 m",
        "1.5 m and deeper",
        "0,5–1,5 m",
        "1,5 m un dziļāk",
        "Where the water is deepest",
        "Kur ūdens ir visdziļākais",
        "Second home",
        "beyond the raster",
        "ārpus rastra",
        "The depth is that of the cell in which each of them lies.",
    ):
        assert words in told, words
    page = (made / "report.html").read_text(encoding="utf-8")
    assert "30 of 60 people" in page and "in the water" in page
    assert told.count("<img") == 1


def test_a_deeper_flood_fails_the_gate(tmp_path, made):
    deeper = sm.run(town(tmp_path, [[9.0] * 3] * 3, year=2026), tmp_path / "out")
    found = [each for each in sm.check(deeper, made).findings if each.subject == "how_deep" and each.state == "failed"]
    assert {(each.kind, each.place) for each in found} == {("figure_worse", "1.5+")}
    assert found[0].message["en"] == "in water so deep or deeper (people, 1.5+): 50.0 % after 33.3 %"
    again = sm.run(town(tmp_path / "again", year=2027), tmp_path / "again" / "out")
    assert not [each for each in sm.check(again, deeper).findings if each.subject == "how_deep"]


def test_footprints_are_as_deep_as_the_deepest_cell_they_touch_or_as_the_mean(tmp_path):
    asked = ASKED.replace('features = "homes"', 'features = "parts"').replace('weight = "people"\n', "")
    asked = asked.replace('areas = "parts"\narea_name = "part"\n', "")
    by = {"": 2.25, 'at = "mean"\n': (8 * 1.0 - 0.5 + 2.25 + 0.0) / 9}
    for number, (key, depth) in enumerate(by.items()):
        found = run(tmp_path / str(number), asked=asked.replace("classes =", f"{key}classes ="))
        rows = sm.read(found / "assessment.gpkg", layer="how_deep").set_index("part")
        assert rows.loc["West", "depth_m"] == pytest.approx(depth)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("classes = [0, 0.5, 1.5]", "classes = []", "analyses.how_deep.classes: must not be empty"),
        ("classes = [0, 0.5, 1.5]", "classes = [1, 0.5]", "classes ascend, and 0.5 comes after 1"),
        ("classes = [0, 0.5, 1.5]", "", "analyses.how_deep.classes: is missing"),
        ('"flood_depth"', '"flod_depth"', 'unknown raster "flod_depth"; did you mean "flood_depth"?'),
        ('raster = "flood_depth"', 'raster = "flood_depth"\nat = "middle"', "analyses.how_deep.at: unknown value"),
        ('raster = "flood_depth"', 'raster = "flood_depth"\nfill_m = 0', "analyses.how_deep.fill_m: "),
    ],
)
def test_wrong_keys_are_told(tmp_path, old, new, told):
    assert told in refusal(town(tmp_path, asked=changed(ASKED, old, new)))


def test_what_does_not_fit_is_a_fault_of_the_plan(tmp_path):
    plan = town(tmp_path)
    plan.write_text(plan.read_text("utf-8").replace('holds = "depth_m"', 'holds = "elevation_m"'), "utf-8")
    with pytest.raises(PlanError, match=r'analyses\.how_deep: depth\.tif holds "elevation_m" where depths are asked'):
        sm.run(plan, tmp_path / "out")
    at_points = town(tmp_path, asked=ASKED.replace("classes =", 'at = "max"\nclasses ='))
    with pytest.raises(PlanError, match=r"analyses\.how_deep: at='max' is of polygons"):
        sm.run(at_points, tmp_path / "out")
