# SPDX-License-Identifier: Apache-2.0
"""The base map of a plan: named by its hash, told where it is wrong, written for QGIS."""

import json
import sqlite3
from contextlib import closing

import pytest

import sheltermap as sm
from osm_text import node, osm, way
from sheltermap.layers.digest import sha256
from sheltermap.plans.plan import load_plan

TOWN = osm(
    *(node(1, 24.0, 57.0), node(2, 24.1, 57.0), node(3, 24.1, 57.1)),
    node(5, 24.05, 57.05, {"place": "town", "name": "Ogre"}),
    way(1, [1, 3], {"highway": "primary"}),
    way(2, [1, 2, 3, 1], {"natural": "water"}),
)

HOMES = "id,lon,lat,people\na,24.02,57.02,5\nb,24.08,57.06,7\n"
PLAN = """schema = 1
title = "Town"

{map}
[inputs.homes]
path = "homes.csv"
crs = "EPSG:4326"
id = "id"

[[analyses]]
name = "near"
kind = "coverage"
demand = "homes"
facilities = "homes"
thresholds_m = [500]
title = "Near"
"""


@pytest.fixture
def town(tmp_path):
    """Return what writes the plan with lines of its own."""
    (tmp_path / "town.osm").write_text(TOWN, encoding="utf-8")
    (tmp_path / "homes.csv").write_text(HOMES, encoding="utf-8")

    def write(lines):
        (tmp_path / "plan.toml").write_text(PLAN.format(map=lines), encoding="utf-8")
        return tmp_path / "plan.toml"

    return write


def layers_of(geopackage):
    with closing(sqlite3.connect(geopackage)) as connection:
        tables = connection.execute("SELECT table_name FROM gpkg_contents ORDER BY table_name").fetchall()
        styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    return [name for (name,) in tables if name.startswith("base")], styles


def test_the_base_map_is_kept_with_its_hash_and_styles(town, tmp_path):
    plan = town('[map]\ncontext = "town.osm"\nlicence = "ODbL 1.0"')
    sm.run(plan, tmp_path / "out")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    (record,) = summary["base_map"]
    assert (record["name"], record["path"], record["licence"]) == ("all", "town.osm", "ODbL 1.0")
    assert record["sha256"] == sha256(tmp_path / "town.osm")
    assert record["attribution"] == "© OpenStreetMap contributors, ODbL"
    names, styles = layers_of(tmp_path / "out" / "assessment.gpkg")
    assert names == ["base_map", "base_places", "base_streets", "base_water"]
    assert 'fieldName="&quot;name&quot;"' in styles["base_places"]
    assert "labeling" not in styles["base_water"]
    assert not list((tmp_path / "out" / "geojson").glob("base*"))
    assert "© OpenStreetMap contributors" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_files_by_class_and_their_attribution(town, tmp_path):
    plan = load_plan(town('[map]\nattribution = "© Town"\n[map.context]\nwater = "town.osm"'))
    assert plan.attributions(plan.analyses[0]) == ["© Town"]
    sm.run(plan, tmp_path / "out")
    assert layers_of(tmp_path / "out" / "assessment.gpkg")[0] == ["base_map", "base_water"]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('[map]\ncontext = "towm.osm"', r'map\.context: no file "towm.osm" in .*did you mean "town.osm"'),
        ('[map]\ncontexts = "town.osm"', r"map: unknown key|map\.contexts: unknown key"),
        ("[map]\ncontext = 5", r"map\.context: must be a file"),
        ('[map.context]\nwatter = "town.osm"', r'map\.context: unknown class "watter".*water'),
        ('[map.context]\nwater = "towm.osm"', r'map\.context\.water: no file "towm.osm"'),
    ],
)
def test_faults_are_told_as_others_of_a_plan(town, lines, fault):
    with pytest.raises(sm.PlanError, match=fault):
        load_plan(town(lines))


def test_a_base_map_of_elsewhere_stops_the_run_and_leaves_nothing(town, tmp_path):
    plan = town('[map]\ncontext = "town.osm"')
    elsewhere = TOWN.replace('lon="24.', 'lon="14.')
    (tmp_path / "town.osm").write_text(elsewhere, encoding="utf-8")
    with pytest.raises(sm.GeometryError, match=r"map\.context: the base map town\.osm lies at .*no place in common"):
        sm.run(plan, tmp_path / "out")
    assert not (tmp_path / "out").exists()
