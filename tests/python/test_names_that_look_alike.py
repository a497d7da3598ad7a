# SPDX-License-Identifier: Apache-2.0
"""“ā” is one letter or a letter and a mark, depending on who typed it: names that look the same are the same."""

import unicodedata

import geopandas
import pytest
import shapely

import sheltermap as sm
from sheltermap.assessments.run import assess
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import PLAN, write_town

COMPOSED = "Ziemeļi"
APART = unicodedata.normalize("NFD", COMPOSED)
RULES = """
[[checks]]
id = "north"
figure = { analysis = "shelter", figure = "covered", measure = "people", threshold_m = 500, area = "Ziemeļi" }
may_fall_by = 0
"""


def town(folder, year, north):
    """A town whose western part has a name with a mark."""
    path = write_town(folder / str(year), plan=(PLAN + RULES).replace("schema = 1", f"schema = 1\nyear = {year}"))
    parts = path.parent / "parts.geojson"
    parts.write_text(parts.read_text(encoding="utf-8").replace("West", north), encoding="utf-8")
    return path


@pytest.mark.parametrize("names", [(COMPOSED, APART), (APART, COMPOSED)])
def test_years_compare_areas_whichever_way_their_names_are_written(tmp_path, names):
    assert COMPOSED != APART
    plans = [town(tmp_path, 2025 + number, name) for number, name in enumerate(names)]
    sm.run(plans[0], tmp_path / "former")
    now = assess(load_plan(plans[1]))
    for former in (tmp_path / "former", assess(load_plan(plans[0]))):
        change = sm.compare(former, now)
        assert change.not_compared.empty
        assert sorted(change.figures["area"].dropna().unique()) == ["East", COMPOSED]
        assert (change.causes["difference"] == 0).all()
        assert sm.check(now, former).passed


def test_a_plan_that_ignores_an_area_means_it_however_it_is_written(tmp_path):
    plans = [town(tmp_path, 2025 + number, COMPOSED) for number in range(2)]
    ignored = f"""
[[ignored]]
finding = "area_fell"
subject = "shelter"
place = "{APART}"
reason = "Is known"
until = 2999-01-01
"""
    plans[1].write_text(plans[1].read_text(encoding="utf-8") + ignored, encoding="utf-8")
    (plans[1].parent / "shelters.csv").write_text("id,name,lon,lat\ns2,School,24.400,56.950\n", encoding="utf-8")
    result = sm.check(assess(load_plan(plans[1])), assess(load_plan(plans[0])), fail_on=["area_fell"])
    assert {each.state for each in result.findings if each.place == COMPOSED} == {"ignored"}


def test_two_polygons_whose_names_look_alike_are_one_area():
    homes = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy([24.5, 25.5], [57, 57]), crs=4326)
    halves = [shapely.box(24, 56, 25, 58), shapely.box(25, 56, 26, 58)]
    areas = geopandas.GeoDataFrame({"name": [APART, COMPOSED]}, geometry=halves, crs=4326)
    found = sm.coverage(homes, homes, 5, areas=areas, area_name="name").by_area
    assert found[["area", "total"]].to_numpy().tolist() == [[APART, 2]]  # as the first of them writes it


def test_a_file_whose_name_looks_the_same_is_told_apart(tmp_path):
    there, asked = unicodedata.normalize("NFD", "mājas.csv"), "mājas.csv"
    path = write_town(tmp_path, plan=PLAN.replace("homes.csv", asked))
    (tmp_path / "homes.csv").rename(tmp_path / there)
    with pytest.raises(PlanError, match=r"looks the same, but writes its letters with marks in another way") as caught:
        load_plan(path)
    assert f'"{there}"' in str(caught.value) and "did you mean" not in str(caught.value)


def test_a_column_whose_name_looks_the_same_is_told_apart(tmp_path):
    path = write_town(tmp_path, plan=PLAN.replace('weight = "people"', 'weight = "ļaudis"'))
    homes = (tmp_path / "homes.csv").read_text(encoding="utf-8")
    (tmp_path / "homes.csv").write_text(homes.replace("people", unicodedata.normalize("NFD", "ļaudis")))
    with pytest.raises(PlanError, match=r"unknown column \"ļaudis\"; .* looks the same"):
        assess(load_plan(path))
