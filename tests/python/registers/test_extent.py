# SPDX-License-Identifier: Apache-2.0
"""Where a register lies, in Python and on the terminal."""

import geopandas
import pytest
import shapely
from typer.testing import CliRunner

import sheltermap as sm
from sheltermap.commands.cli import app


def inspected(path, kind, *options):
    done = CliRunner().invoke(app, ["inspect", str(path), "--as", kind, *options], terminal_width=200)
    return done.exit_code, done.output


@pytest.fixture
def shelters(tmp_path):
    rows = [
        ("P1", 506083, 311825),
        ("P2", 500000, 300000),
        ("P3", 510000, 305000),
        ("P4", 0, 0),
        ("P5", 311825, 506083),
    ]
    path = tmp_path / "shelters.csv"
    path.write_text("id,kind,capacity,x,y\n" + "".join(f"{i},shelter,10,{x},{y}\n" for i, x, y in rows))
    return path


def test_the_extent_is_that_of_the_places_that_can_be_used(shelters):
    found = sm.inspect(shelters, "shelter", crs="EPSG:3059")
    corners = geopandas.GeoSeries([shapely.Point(500000, 300000), shapely.Point(510000, 311825)], crs=3059).to_crs(4326)
    box = (corners[0].x, corners[0].y, corners[1].x, corners[1].y)
    extent = found.extent
    assert (extent.west, extent.south, extent.east, extent.north) == pytest.approx(box, abs=2e-3)
    assert (extent.width_km, extent.height_km) == pytest.approx((10, 11.8), abs=0.1)
    assert extent.crs.startswith("EPSG:3059 (LKS") and "Latvia" in extent.crs_is_for and extent.area_km2 is None
    assert found.to_dict()["extent"]["west"] == extent.west
    placed = found.findings[found.findings.field == "geometry"]
    assert placed[["row", "reason", "value"]].to_numpy().tolist() == [
        [4, "missing_geometry", "(0, 0)"],
        [5, "swapped_axes", "(311825, 506083)"],
    ]


@pytest.mark.parametrize(("lang", "words"), [("en", "made for Latvia"), ("lv", "paredzēta apgabalam: Latvia")])
def test_inspect_prints_where_the_rows_lie(shelters, lang, words):
    code, output = inspected(shelters, "shelter", "--crs", "EPSG:3059", "--lang", lang)
    assert code == 1 and words in output and "EPSG:3059" in output
    assert ("24.0000" if lang == "en" else "24,0000") in output


def test_polygons_tell_their_area_and_a_register_without_places_nothing(tmp_path):
    areas = geopandas.GeoDataFrame({"id": ["A"], "name": ["A"]}, geometry=[shapely.box(24, 56.9, 24.1, 57)], crs=4326)
    areas.to_file(tmp_path / "areas.gpkg")
    extent = sm.inspect(tmp_path / "areas.gpkg", "area").extent
    assert extent.area_km2 == pytest.approx(6.1 * 11.1, rel=0.01)
    assert "Area of all polygons: 67" in inspected(tmp_path / "areas.gpkg", "area")[1]
    (tmp_path / "a.csv").write_text("id,name\nA,A\n")
    assert sm.inspect(tmp_path / "a.csv", "area").extent is None


def test_degrees_declared_as_metres_cannot_be_inspected_at_all(tmp_path):
    path = tmp_path / "shelters.csv"
    path.write_text("id,kind,capacity,lon,lat\nP1,shelter,10,24.1,56.95\nP2,shelter,10,24.2,56.9\n")
    code, output = inspected(path, "shelter", "--crs", "EPSG:3059")
    assert code == 2 and "shelters.csv has degrees for coordinates" in output
    # Columns of metres beside them are what such a system means, as `read` takes it.
    path.write_text("id,kind,capacity,lon,lat,x,y\nP1,shelter,10,24.1,56.95,506083,311825\n")
    found = sm.inspect(path, "shelter", crs="EPSG:3059")
    assert found.frame.geometry[0].x == 506083 == sm.read(path, crs="EPSG:3059").geometry[0].x


def test_a_row_far_from_all_others_is_to_be_looked_at(tmp_path):
    path = tmp_path / "shelters.csv"
    rows = [("P1", 24.1, 56.95), ("P2", 24.2, 56.9), ("P3", 56.93, 24.15), ("P4", 2.3, 48.9)]
    rows += [(f"Q{n}", 24 + n / 100, 56.9) for n in range(7)]
    path.write_text("id,kind,capacity,lon,lat\n" + "".join(f"{i},shelter,10,{x},{y}\n" for i, x, y in rows))
    found = sm.inspect(path, "shelter")
    told = found.findings[["row", "id", "severity", "reason"]].to_numpy().tolist()
    assert told == [[3, "P3", "warning", "perhaps_swapped"], [4, "P4", "warning", "far_from_others"]]
    assert found.frame.geometry.notna().all()
    assert "among them with the axes swapped" in found.findings.message[0]
