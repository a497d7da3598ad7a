# SPDX-License-Identifier: Apache-2.0
"""Street networks of a plan whose lines lie in several files."""

import geopandas
import pytest
import shapely

import sheltermap as sm

PLAN = """schema = 1
title = "A"
[inputs.people]
path = "people.gpkg"
[inputs.shelters]
path = "shelters.gpkg"
[networks.roads]
path = {path}
speed_kmh = "speed"
[[analyses]]
name = "near"
kind = "coverage"
demand = "people"
facilities = "shelters"
by = "roads"
limits = ["985 m"]
title = "A"
"""


@pytest.fixture
def folder(tmp_path):
    """Two halves of a street of 1 km from west to east; 980 m of it between the people and the shelter."""
    for name, east in (("east", 500_500), ("west", 500_000)):
        line = shapely.LineString([(east, 300_000), (east + 500, 300_000)])
        layer(tmp_path / f"road_{name}.gpkg", line, speed=[5])
    layer(tmp_path / "people.gpkg", shapely.Point(500_010, 300_000), people=[5])
    layer(tmp_path / "shelters.gpkg", shapely.Point(500_990, 300_000), places=[5])
    return tmp_path


def layer(path, shape, **columns):
    geopandas.GeoDataFrame(columns, geometry=[shape], crs=3059).to_file(path)


def assessment(folder, path):
    (folder / "plan.toml").write_text(PLAN.format(path=path), encoding="utf-8")
    return sm.run(folder / "plan.toml", folder / "out")


def test_lines_of_several_files_are_one_network(folder):
    found = assessment(folder, '["road_east.gpkg", "road_west.gpkg"]')
    (record,) = found.network_records
    assert (record.path, record.parts, record.edges) == ("road_east.gpkg, road_west.gpkg", 1, 2)
    covered = found.figures.query("figure == 'covered'").value
    assert covered.tolist() == [1]  # over both halves
    (of_pattern,) = assessment(folder, '"road_*.gpkg"').network_records
    assert of_pattern.path == "road_*.gpkg" and of_pattern.sha256 == record.sha256


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ('["a.osm.pbf", "road_west.gpkg"]', "are for layers of lines; put them together before .osmium merge"),
        ('["a.graph", "road_west.gpkg"]', "are for layers of lines; put them together before"),
        ('["road_west.gpkg", "road_north.gpkg"]', 'networks.roads.path: no file "road_north.gpkg"'),
        ('"rode_*.gpkg"', "networks.roads.path: no file"),
        ("5", "networks.roads.path: must be the path of a file"),
    ],
)
def test_files_that_are_no_network_together_are_refused(folder, path, told):
    with pytest.raises(sm.PlanError, match=told):
        assessment(folder, path)
