# SPDX-License-Identifier: Apache-2.0
"""What a raster holds by area in plans: people summed by fractions, means, shares of classes, both languages."""

import json
from pathlib import Path

import pytest

import sheltermap as sm
from map_data import MapData
from raster_files import write_raster
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import changed, collection, figures, in_year, refusal, section, square, write_town

RASTER = """
[rasters.grid]
path = "grid.tif"
holds = "count"
title = { en = "Grid of people", lv = "Iedzīvotāju režģis" }
source = "A census"
"""
ASKED = """
[[analyses]]
name = "by_part"
kind = "zonal"
areas = "parts"
area_name = "part"
raster = "grid"
title = { en = "People by part", lv = "Iedzīvotāji pa daļām" }
"""
V = -9999.0
# Cells of a tenth of a degree from 24.0, 57.0 down to 56.9: West covers the first two, East nine tenths of the third.
CELLS = [[10.0, 20.0, 30.0]]


def town(
    folder: Path, cells=CELLS, asked: str = ASKED, holds: str = "count", year: int = 2025, cell: float = 0.1
) -> Path:
    raster = RASTER.replace('"count"', f'"{holds}"')
    path = write_town(folder, plan=in_year(year).replace("[[standards]]", f"{raster}\n[[standards]]") + asked)
    write_raster(folder / "grid.tif", cells, west=24.0, north=57.0, cell=cell, nodata=V)
    return path


def run(folder: Path, *given, **options) -> Path:
    sm.run(town(folder, *given, **options), folder / "out")
    return folder / "out"


def by_area(folder: Path, figure: str) -> dict[str, float]:
    found = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["figures"]
    mine = [each for each in found if each["analysis"] == "by_part" and each["figure"] == figure]
    return {each["area"] or each["scope"]: each["value"] for each in mine}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return run(tmp_path_factory.mktemp("zonal"))


def test_people_are_summed_by_the_part_of_each_cell(made):
    assert by_area(made, "raster_sum") == pytest.approx({"West": 30, "East": 27, "all": 57})
    assert by_area(made, "raster_unknown_share") == pytest.approx({"West": 0, "East": 0, "all": 0}, abs=1e-9)
    rows = sm.read(made / "assessment.gpkg", layer="by_part").set_index("part")
    assert rows["sum"].to_dict() == pytest.approx({"West": 30, "East": 27})
    assert rows.loc["West", "area_m2"] == pytest.approx(sm.read(made.parent / "parts.geojson").pipe(areas).loc["West"])
    (figure,) = [each for each in figures_of(made, "raster_sum") if each["scope"] == "all"]
    assert (figure["measure"], figure["unit"]) == ("grid", "person")


def areas(parts):
    return sm.overlap(parts, parts, zone_id="part").query("share == 1").set_index("zone")["area_m2"]


def figures_of(folder: Path, name: str) -> list[dict[str, object]]:
    found = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["figures"]
    return [each for each in found if each["analysis"] == "by_part" and each["figure"] == name]


def test_the_report_tells_it_in_both_languages(made):
    told = section(made, "by_part")
    for words in (
        "Each cell counts by the part of it that lies in the area.",
        "Katra šūna ieskaitīta atbilstoši tai daļai, kas atrodas teritorijā.",
        "up to 27",
        "vairāk par 27, līdz 30",
        "without a value, %",
    ):
        assert words in told, words
    assert told.count("<img") == 1
    page = (made / "report.html").read_text(encoding="utf-8")
    assert "0 % of the ground without a value" in page and "Grid of people" in section(made, "inputs")


def test_quantities_have_a_mean_and_extremes(tmp_path):
    found = run(tmp_path, [[1.0, 3.0, V]], holds="elevation_m")
    means = by_area(found, "raster_mean")
    assert means.pop("East") is None and means == pytest.approx({"West": 2, "all": 2})
    assert by_area(found, "raster_min") == {"West": 1, "East": None, "all": 1}
    assert by_area(found, "raster_max") == {"West": 3, "East": None, "all": 3}
    unknown = by_area(found, "raster_unknown_share")
    assert (unknown["West"], unknown["East"]) == (0, 1) and unknown["all"] == pytest.approx(0.9 / 2.9, rel=1e-6)
    assert {each["unit"] for each in figures_of(found, "raster_mean")} == {"m"}
    assert not by_area(found, "raster_sum")
    assert "mean, m" in section(found, "by_part") and "vidēji, m" in section(found, "by_part")


def test_classes_have_shares(tmp_path):
    found = run(tmp_path, [[1.0, 2.0, 2.0]], holds="class")
    west = figures(found, analysis="by_part", figure="raster_class_share", area="West")
    assert west == pytest.approx({"1": 0.5, "2": 0.5})
    everywhere = figures(found, analysis="by_part", figure="raster_class_share", scope="all")
    assert everywhere == pytest.approx({"1": 1 / 2.9, "2": 1.9 / 2.9}, rel=1e-6)
    told = section(found, "by_part")
    assert "class 2" in told and "2. klase" in told and "woods" not in told
    names = ASKED + 'class_names = { "2" = { en = "woods", lv = "meži" } }\n'
    told = section(run(tmp_path / "named", [[1.0, 2.0, 2.0]], holds="class", asked=names), "by_part")
    assert "woods" in told and "meži" in told and "class 1" in told and "class 2" not in told


def test_classes_without_a_column_of_their_own_stand_together(tmp_path):
    # Eight classes, of each one column of cells in West: six are shown, two are 25 % of it.
    told = section(run(tmp_path, [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]] * 4, holds="class", cell=0.025), "by_part")
    assert "other classes" in told and "citas klases" in told
    assert told.count("12.5 %") == 6 and told.count("25.0 %") == 1


def test_the_map_has_the_classes_that_are_asked_for(tmp_path):
    plan = load_plan(town(tmp_path, asked=ASKED + "classes = [20, 28]\n"))
    outcome = sm.run(plan, tmp_path / "out").outcomes[-1]
    told = [(each.label["en"], each.count) for each in outcome.analysis.legend(outcome)]
    assert told == [("less than 20", 0), ("20 to less than 28", 1), ("28 and more", 1), ("unknown", 0)]


def test_rows_of_one_name_are_one_area(tmp_path):
    plan = town(tmp_path)
    west = square(24.0, 56.9, 24.1, 57.0, part="One"), square(24.1, 56.9, 24.2, 57.0, part="One")
    (tmp_path / "parts.geojson").write_text(collection(*west), encoding="utf-8")
    sm.run(plan, tmp_path / "out")
    assert by_area(tmp_path / "out", "raster_sum") == pytest.approx({"One": 30, "all": 30})
    assert "1 areas consist of several rows" in section(tmp_path / "out", "by_part")
    page = MapData((tmp_path / "out" / "map.html").read_text(encoding="utf-8"))
    (view,) = [number for number, each in enumerate(page.page["views"]) if each["title"] == "People by part"]
    assert page.said("rows", "name", view) == ["One"]


def test_less_that_is_known_is_noted_and_fails_nothing(tmp_path, made):
    later = sm.run(town(tmp_path, [[10.0, V, 30.0]], year=2026), tmp_path / "out")
    checked = sm.check(later, made)
    found = [each for each in checked.findings if each.subject == "by_part"]
    assert {(each.kind, each.state) for each in found if each.kind == "detail_worse"} == {("detail_worse", "noted")}
    assert checked.passed


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('raster = "grid"\n', "", "analyses.by_part.raster: is missing"),
        ('raster = "grid"', 'raster = "gird"', 'analyses.by_part.raster: unknown raster "gird"; did you mean "grid"?'),
        ('area_name = "part"\n', "", "analyses.by_part.area_name: is missing"),
        ('raster = "grid"', 'raster = "grid"\nclasses = [2, 1]', "write each limit of the map's classes once"),
        ('raster = "grid"', 'raster = "grid"\nclass_names = { woods = "Woods" }', "whole numbers: write"),
        ('raster = "grid"', 'raster = "grid"\nclases = [2]', 'unknown key "clases"; did you mean "classes"?'),
    ],
)
def test_wrong_keys_are_told(tmp_path, old, new, told):
    assert told in refusal(town(tmp_path, asked=changed(ASKED, old, new)))


def test_areas_without_a_name_are_a_fault(tmp_path):
    plan = town(tmp_path)
    (tmp_path / "parts.geojson").write_text(
        collection(square(24.0, 56.9, 24.1, 57.0, part="One"), square(24.1, 56.9, 24.2, 57.0, part=None)), "utf-8"
    )
    plan.write_text(plan.read_text("utf-8").replace('areas = "parts"\narea_name = "part"\n', "", 1), "utf-8")
    with pytest.raises(PlanError, match=r'analyses\.by_part\.area_name: row 2 of the areas has no name in "part"'):
        sm.run(plan, tmp_path / "out")
