# SPDX-License-Identifier: Apache-2.0
"""No area and no zone can be mistaken for those who are in none."""

import subprocess
import sys

import geopandas as gpd
import pytest
from shapely import box

import sheltermap as sm
from sheltermap.base import scopes, texts
from sheltermap.questions.figures import place_of
from small_plan import FLOOD, PLAN, collection, square, write_town

OURS = ["outside every area", "position unknown", "inside any zone", "outside every zone"]
LIKE_OURS = [*OURS, "Outside  Every Area", *(texts.both(word)["lv"] for word in OURS), texts.both(OURS[0])["en"]]


def areas(name):
    return gpd.GeoDataFrame(
        {"name": ["West", name]}, geometry=[box(24, 56, 25, 58), box(25, 56, 26, 58)], crs=4326, index=["a", "b"]
    )


HOMES = gpd.GeoDataFrame(
    {"category": ["fire"], "date": ["2026-05-01"]}, geometry=gpd.points_from_xy([24.5], [57]), crs=4326
)
ANALYSES = {
    "coverage": lambda ground: sm.coverage(HOMES, HOMES, 500, areas=ground, area_name="name"),
    "flood": lambda ground: sm.flood(HOMES, HOMES, ground.assign(scenario="1"), 500, areas=ground, area_name="name"),
    "incidents": lambda ground: sm.incidents(HOMES, ground, year=2026, area_name="name"),
    "exposure": lambda ground: sm.exposure(HOMES, ground, zone_id="name"),
    "exposure of shapes": lambda ground: sm.exposure(ground[:1], ground, zone_id="name"),
}


@pytest.mark.parametrize("analysis", ANALYSES.values(), ids=ANALYSES)
@pytest.mark.parametrize("name", LIKE_OURS)
def test_an_area_called_like_those_in_none_is_refused(analysis, name):
    with pytest.raises(ValueError, match=r"row 2 is called .*, as results call those in no area or zone; rename it"):
        analysis(areas(name))


@pytest.mark.parametrize("analysis", ANALYSES.values(), ids=ANALYSES)
@pytest.mark.parametrize("name", ["outside", "unknown", "all", "ārpus pilsētas", 5])
def test_other_names_are_as_good_as_any(analysis, name):
    analysis(areas(name))


def test_the_index_is_a_name_where_no_column_is_given():
    with pytest.raises(ValueError, match="'position unknown'"):
        sm.coverage(HOMES, HOMES, 500, areas=areas("East").rename({"b": "position unknown"}))


@pytest.mark.parametrize("plan", [PLAN, PLAN.split("[[analyses]]")[0] + FLOOD])
def test_a_plan_with_such_a_name_ends_with_one_sentence_and_writes_nothing(tmp_path, plan):
    plan = plan.replace(
        'weight = "people"\ntitle = { en = "Shelter in a flood"',
        'areas = "parts"\narea_name = "part"\nweight = "people"\ntitle = { en = "Shelter in a flood"',
    )
    path = write_town(tmp_path, plan=plan)
    west, east = square(24.0, 56.9, 24.2, 57.0, part="West"), square(24.2, 56.9, 24.29, 57.0, part=OURS[0])
    (tmp_path / "parts.geojson").write_text(collection(west, east), encoding="utf-8")
    command = [sys.executable, "-m", "sheltermap", "run", str(path), "-o", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2 and done.stdout == "" and "Traceback" not in done.stderr
    assert "parts.geojson" in done.stderr and "row 2 is called 'outside every area'" in done.stderr
    assert not (tmp_path / "out").exists()


def test_figures_tell_areas_from_those_in_none():
    assert place_of("West") == {"scope": "area", "area": "West"}
    assert place_of("all") == {"scope": "area", "area": "all"}
    assert place_of("position unknown") == {"scope": "position unknown"}
    assert place_of(None) == {"scope": "outside every area"}


def test_those_in_none_come_last():
    names = ["position unknown", "zone", "outside every area", 3, "area"]
    assert sorted(names, key=scopes.last_in_order) == [3, "area", "zone", "outside every area", "position unknown"]
