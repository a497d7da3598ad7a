# SPDX-License-Identifier: Apache-2.0
"""Zones given as a file: the table of the layer once it is read, and the same refusals, with geometries or without."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, Polygon, box

import sheltermap as sm
from raster_files import write_raster

STATS = ("count", "sum", "min", "max", "area_m2", "unknown_m2")
DEGREES = {"west": 23.9, "north": 57.0, "cell": 0.01, "crs": "EPSG:4326"}
METRES = {"west": 490_000, "north": 320_000, "cell": 500, "crs": "EPSG:3059"}


def zones():
    ring = box(24.6, 56.6, 24.9, 56.9)
    shapes = [box(24.0, 56.7, 24.3, 56.9), ring - box(24.7, 56.7, 24.8, 56.8), box(24.1, 56.61, 24.104, 56.612)]
    shapes.append(box(24.0, 56.5, 24.1, 56.55).union(box(25.2, 56.5, 25.3, 56.6)))  # the second part lies beyond
    named = {"name": ["a", "b", "c", "d"], "people": [1, 2, None, 4]}
    return gpd.GeoDataFrame(named, geometry=shapes, crs=4326)


@pytest.fixture(params=[DEGREES, METRES], ids=["degrees", "metres"])
def raster(request, tmp_path):
    cells = np.random.default_rng(3).random((120, 120))
    cells[20:40, 30:60] = -9999
    return sm.Raster(write_raster(tmp_path / "cells.tif", cells, nodata=-9999, **request.param), holds="depth_m")


@pytest.mark.parametrize("crs", [4326, 3059])
@pytest.mark.parametrize("ending", ["gpkg", "geojson", "fgb", "parquet"])
def test_zones_in_a_file_give_the_table_of_the_layer(tmp_path, raster, ending, crs):
    path = tmp_path / f"zones.{ending}"
    sm.write(zones().to_crs(crs), path)
    read = sm.read(path)
    expected = sm.zonal(read, raster, STATS, zone_id="name")
    found = sm.zonal(path, raster, STATS, zone_id="name")
    assert isinstance(found, gpd.GeoDataFrame)
    pd.testing.assert_frame_equal(found, expected)
    assert found.attrs == expected.attrs
    for source in (str(path), read):
        table = sm.zonal(source, raster, STATS, zone_id="name", geometry=False)
        assert type(table) is pd.DataFrame
        pd.testing.assert_frame_equal(table, pd.DataFrame(expected.drop(columns="geometry")))
        assert table.attrs["sheltermap_source"] == f"zones.{ending}"
        assert table.attrs["sheltermap_notes"] == expected.attrs["sheltermap_notes"]


def both_ways(path, raster, **options):
    """Return what is said of zones in a file, read first or given as a path, with and without geometries."""
    said = []
    for refused in (
        lambda: sm.zonal(sm.read(path), raster, "mean", **options),
        lambda: sm.zonal(path, raster, "mean", **options),
        lambda: sm.zonal(path, raster, "mean", geometry=False, **options),
    ):
        with pytest.raises((sm.SheltermapError, ValueError)) as error:
            refused()
        said.append((type(error.value), str(error.value)))
    assert len(set(said)) == 1
    return said[0][1]


BOW_TIE = Polygon([(24, 56), (25, 57), (25, 56), (24, 57)])


@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        ([box(24, 56, 25, 57), BOW_TIE], "1 of 2 rows cannot be used:\n  row 2: Self-intersection"),
        ([box(24, 56, 25, 57), None], "1 of 2 rows cannot be used:\n  row 2: no geometry"),
        ([box(24, 56, 25, 57), box(56, 24, 570, 25)], "row 2: (56, 24) to (570, 25)"),
        ([box(24, 56, 25, 57), Point(24, 56)], "row 2 is a Point where polygons belong, 1 rows in all"),
    ],
    ids=["invalid", "missing", "beyond", "point"],
)
def test_zones_in_a_file_are_refused_as_the_layer_is(tmp_path, raster, shapes, told):
    path = tmp_path / "zones.gpkg"
    gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=shapes, crs=4326).to_file(path)
    assert told in both_ways(path, raster)


def test_a_file_without_the_column_or_with_that_of_a_result_is_told(tmp_path, raster):
    path = tmp_path / "zones.gpkg"
    sm.write(zones().rename(columns={"people": "mean"}), path)
    assert "has no column" in both_ways(path, raster, zone_id="nmae")
    assert "the frame already has a column 'mean'" in both_ways(path, raster)


def test_a_table_without_geometries_has_no_zones(tmp_path, raster):
    path = tmp_path / "zones.gpkg"
    sm.write(pd.DataFrame({"name": ["a"]}), path)
    assert "is a table without geometries" in both_ways(path, raster)


def test_a_file_that_is_not_there_is_told(tmp_path, raster):
    both_ways(tmp_path / "none.gpkg", raster)


def test_rows_refused_before_are_told_of_a_table_without_geometries(tmp_path, raster):
    layer = zones()
    layer.loc[1, "geometry"] = None
    path = tmp_path / "zones.gpkg"
    layer.to_file(path)
    table = sm.zonal(sm.read(path, strict=False), raster, "mean", geometry=False)
    assert sm.refused(table)[["row", "reason"]].to_numpy().tolist() == [[2, "missing_geometry"]]
    assert table["unknown"][1] == 1
