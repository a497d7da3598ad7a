# SPDX-License-Identifier: Apache-2.0
"""Zones and areas whose place nobody knows: what lies in them is not counted, and that is said wherever it matters."""

import json

import geopandas
import shapely

import sheltermap as sm
from small_plan import FLOOD, PLAN, collection, square, write_town

HOMES = geopandas.GeoDataFrame(
    {"people": [3, 4]}, geometry=[shapely.Point(24.5, 57), shapely.Point(25.5, 57)], crs=4326
)
HALF = geopandas.GeoDataFrame({"name": ["west", "east"]}, geometry=[shapely.box(24, 56, 25, 58), None], crs=4326)
ZONES = "Zones without a place: 1. What lies in them is not counted as lying there; more may be affected than shown."
AREAS = "Areas without a place: 1. What lies in them counts outside every area, or in another one."


def test_analyses_say_how_many_zones_and_areas_have_no_place():
    assert sm.exposure(HOMES, HALF, zone_id="name").notes == [ZONES]
    assert sm.exposure(
        HOMES.set_geometry(shapely.buffer(HOMES.geometry.to_numpy(), 0.001), crs=4326), HALF, zone_id="name"
    ).notes == [ZONES]
    flood = sm.flood(HOMES, HOMES, HALF, 500, scenario="name", areas=HALF, area_name="name")
    assert flood.notes == [ZONES, AREAS]
    assert sm.coverage(HOMES, HOMES, 500, areas=HALF, area_name="name").notes == [AREAS]
    reports = HOMES.assign(category="a", date="2026-01-01")
    assert sm.incidents(reports, HALF, year=2026, until="2026-12-31").notes == [AREAS]
    empty = HALF.set_geometry([HALF.geometry[0], shapely.Polygon()])
    assert sm.exposure(HOMES, empty).notes == [ZONES]


def test_zones_and_areas_that_all_have_a_place_need_no_note():
    whole = HALF[:1]
    assert sm.exposure(HOMES, whole).notes == []
    assert sm.flood(HOMES, HOMES, whole, 500, scenario="name", areas=whole).notes == []
    assert sm.coverage(HOMES, HOMES, 500, areas=whole).notes == []


def test_cards_and_terminal_of_a_plan_say_it(tmp_path):
    plan = PLAN + FLOOD
    for name in ("parts", "flood"):
        plan = plan.replace(f'path = "{name}.geojson"', f'path = "{name}.geojson"\nstrict = false')
    path = write_town(tmp_path, plan=plan)
    lost = {"type": "Feature", "geometry": None}
    (tmp_path / "parts.geojson").write_text(
        collection(square(24.0, 56.9, 24.2, 57.0, part="West"), lost | {"properties": {"part": "East"}})
    )
    (tmp_path / "flood.geojson").write_text(collection(lost | {"properties": {"code": "F1"}}))
    sm.run(path, tmp_path / "out")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    (figure,) = [
        each for each in summary["figures"] if each["figure"] == "in_zone" and each["analysis"] == "in_a_flood"
    ]
    assert figure["value"] == 0
    page = (tmp_path / "out" / "report.html").read_text()
    # Once on the first page, for the exposure and for the flood; never in English only.
    assert page.count(ZONES) == page.count("Zonas bez vietas: 1.") == 1
    assert page.count(AREAS) == page.count("Teritorijas bez vietas: 1.") == 1


def test_the_terminal_does_not_call_refused_zones_unknown_people(tmp_path):
    from sheltermap.report.terminal import terminal_lines

    plan = PLAN.replace('path = "flood.geojson"', 'path = "flood.geojson"\nstrict = false')
    path = write_town(tmp_path, plan=plan)
    (tmp_path / "flood.geojson").write_text(
        collection({"type": "Feature", "properties": {"code": "F1"}, "geometry": None})
    )
    lines = [text for text, _ in terminal_lines(sm.run(path, tmp_path / "out"))]
    assert lines[-1] == "1 rows of “flood” could not be used; what lies in them is not counted there (see the report)"
    assert any(ZONES in line for line in lines)
