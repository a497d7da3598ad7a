# SPDX-License-Identifier: Apache-2.0
"""Values at places: which cell a point is in, and footprints, worked out by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from shapely import LineString, Point, box

import sheltermap as sm
from raster_files import write_raster

#        24.0 24.5 25.0 25.5
#  57.0     0    1    2
#  56.5     3   no    5
#  56.0
CELLS = [[0, 1, 2], [3, -9999, 5]]


@pytest.fixture(params=[False, True], ids=["north-up", "south-up"])
def depth(tmp_path, request):
    path = write_raster(
        tmp_path / "depth.tif", CELLS, west=24, north=57, cell=0.5, nodata=-9999, south_up=request.param
    )
    return sm.Raster(path, holds="depth_m")


def points(*places):
    return gpd.GeoDataFrame(geometry=[None if place is None else Point(place) for place in places], crs=4326)


def told(found):
    return [(None if np.isnan(value) else value, None if reason is pd.NA else reason)
            for value, reason in zip(found["value"], found["reason"].astype(object), strict=True)]  # fmt: skip


def test_a_point_has_the_value_of_its_cell_or_a_reason(depth):
    found = sm.sample(points((24.1, 56.9), (25.4, 56.1), (24.7, 56.2), (26, 56.5), None), depth)
    assert told(found) == [
        (0, None),
        (5, None),
        (None, "no_value"),
        (None, "outside_raster"),
        (None, "missing_geometry"),
    ]


def test_a_point_on_an_edge_belongs_to_the_higher_column_and_row(tmp_path):
    path = write_raster(tmp_path / "depth.tif", CELLS, west=24, north=57, cell=0.5, nodata=-9999)
    found = sm.sample(points((24.5, 56.9), (24.1, 56.5), (24, 57), (25.5, 56.9), (24.1, 56)), path)
    assert told(found) == [(1, None), (3, None), (0, None), (None, "outside_raster"), (None, "outside_raster")]
    turned = write_raster(tmp_path / "up.tif", CELLS, west=24, north=57, cell=0.5, nodata=-9999, south_up=True)
    found = sm.sample(points((24.1, 56.5), (24.1, 56), (24.1, 57)), turned)
    assert told(found) == [(0, None), (3, None), (None, "outside_raster")]


def test_an_edge_that_doubles_cannot_hold_is_an_edge(tmp_path):
    path = write_raster(tmp_path / "tenths.tif", [np.arange(10.0)], west=0, north=0.1, cell=0.1)
    found = sm.sample(points(*((tenth / 10, 0.05) for tenth in range(10))), path)
    assert found["value"].tolist() == list(range(10))


@pytest.mark.parametrize("west", [-180.0, 0.0, 175.0])
def test_points_lie_on_a_raster_that_begins_anywhere(tmp_path, west):
    grid = np.roll(np.arange(72.0), round((-180 - west) / 5))[None]
    path = write_raster(tmp_path / "round.tif", grid, west=west, north=5, cell=5)
    longitudes = np.array([-180, -177.4, -0.1, 0.0, 12.5, 174.9, 175.0, 179.99, 180.0])
    found = sm.sample(points(*((each, 2.5) for each in longitudes)), path)
    assert found["value"].tolist() == (np.floor((longitudes + 180) / 5) % 72).tolist()


def test_points_of_another_crs_are_brought_to_the_raster(depth):
    place = points((24.1, 56.9), (25.4, 56.1)).to_crs(3059)
    assert sm.sample(place, depth)["value"].tolist() == [0, 5]


def test_footprints_have_the_highest_touched_or_the_mean_by_fraction(depth):
    footprints = gpd.GeoDataFrame(
        geometry=[
            box(24.25, 56.25, 24.75, 56.75),
            box(24.5, 56.5, 25, 57),
            box(24.6, 56.1, 24.9, 56.4),
            box(30, 50, 31, 51),
            None,
        ],
        crs=4326,
    )
    highest = sm.sample(footprints, depth, at="max")
    reasons = [(None, "no_value"), (None, "outside_raster"), (None, "missing_geometry")]
    assert told(highest) == [(3, None), (1, None), *reasons]  # the second only touches 3, 2 and 5
    mean = sm.sample(footprints, depth, at="mean")
    assert told(mean) == [(pytest.approx(4 / 3), None), (1, None), *reasons]
    assert mean["unknown"].tolist() == pytest.approx([0.25, 0, 1, 1, np.nan], nan_ok=True)
    assert told(sm.sample(footprints[1:], depth)) == [(1, None), *reasons]


def test_lines_have_the_highest_touched_or_the_mean_by_length(tmp_path):
    path = write_raster(
        tmp_path / "depth.tif", CELLS, west=500_000, north=300_100, cell=50, crs="EPSG:3059", nodata=-9999
    )
    lines = [LineString([(500_010, 300_075), (500_110, 300_075)]), LineString([(500_010, 300_025), (500_160, 300_025)])]
    streets = gpd.GeoDataFrame(geometry=[*lines, None], crs=3059)
    depth = sm.Raster(path, holds="depth_m")
    missing = (None, "missing_geometry")
    assert told(sm.sample(streets, depth, at="max")) == [(2, None), (5, None), missing]
    mean = sm.sample(streets, depth, at="mean")  # 40 m of 0, 50 m of 1, 10 m of 2; 40 m of 3, 50 m of 5
    assert told(mean) == [(pytest.approx(0.7), None), (pytest.approx(370 / 90), None), missing]
    assert mean["unknown"].tolist() == pytest.approx([0, 60 / 150, np.nan], nan_ok=True)


def test_what_is_asked_is_checked(depth):
    with pytest.raises(ValueError, match="at='highest': give 'cell', 'max'"):
        sm.sample(points((24, 56)), depth, at="highest")
    with pytest.raises(ValueError, match="the features are points, which have one cell"):
        sm.sample(points((24, 56)), depth, at="max")
    with pytest.raises(TypeError, match=r"raster is 5; give sm\.Raster"):
        sm.sample(points((24, 56)), 5)


# A flood with a building cut out, a gap at its bank, dry land (no value) around, and a gap that meets it at a corner.
FLOOD = [
    [-1, -1, -1, -1, -1, -1, -1],
    [-1, 2, 2, 2, 2, 2, -1],
    [-1, 2, -1, -1, 2, -1, -1],
    [-1, 2, 0, -1, 2, 2, -1],
    [-1, 2, 1, 2, 2, 2, -1],
    [-1, 2, 2, 2, 2, -1, 2],
    [-1, -1, -1, -1, -1, 2, -1],
]


@pytest.fixture
def flood(tmp_path):
    path = write_raster(tmp_path / "flood.tif", FLOOD, west=500_000, north=300_070, cell=10, crs="EPSG:3059", nodata=-1)
    return sm.Raster(path, holds="depth_m")


def in_cells(*cells):
    """Middles of cells by row and column."""
    places = [Point(500_005 + 10 * column, 300_065 - 10 * row) for row, column in cells]
    return gpd.GeoDataFrame(geometry=places, crs=3059)


def test_a_void_that_cells_enclose_is_unknown_and_never_dry(flood):
    homes = in_cells((1, 1), (2, 2), (3, 3), (3, 2), (2, 5), (0, 3), (5, 5))
    void, dry = (None, "void"), (None, "no_value")
    # The last hangs together with what is outside by a corner only, so that the flood encloses it.
    assert told(sm.sample(homes, flood)) == [(2, None), void, void, (0, None), dry, dry, void]
    footprint = gpd.GeoDataFrame(geometry=[box(500_022, 300_042, 500_028, 300_048)], crs=3059)
    assert told(sm.sample(footprint, flood, at="max")) == [void]


def test_who_says_where_the_water_is_knows_what_is_a_void(flood):
    water = gpd.GeoDataFrame(geometry=[box(500_010, 300_010, 500_060, 300_060)], crs=3059)
    found = sm.sample(in_cells((2, 2), (2, 5), (0, 3)), flood, flooded=water)
    assert found["reason"].tolist() == ["void", "void", "no_value"]


def test_a_void_is_filled_from_the_nearest_wet_cell_when_asked(flood):
    homes = in_cells((2, 2), (3, 3), (1, 1), (0, 3), (2, 3))
    found = sm.sample(homes, flood, fill_m=12)
    # The cell below the first holds 0: that is no water. Scale of LKS-92 near the meridian of 24 degrees: 0.9996.
    assert told(found) == [(2, None), (2, None), (2, None), (None, "no_value"), (2, None)]
    assert found["filled_from_m"].tolist() == pytest.approx(
        [10 / 0.9996] * 2 + [np.nan] * 2 + [10 / 0.9996], rel=1e-5, nan_ok=True
    )
    assert told(sm.sample(homes, flood, fill_m="9 m"))[0] == (None, "void")
    heights = sm.Raster(flood.path, holds="elevation_m")
    below = sm.sample(gpd.GeoDataFrame(geometry=[Point(500_025, 300_040.5)], crs=3059), heights, fill_m=12)
    assert told(below) == [(0, None)] and below["filled_from_m"][0] == pytest.approx(5.5 / 0.9996, rel=1e-5)


@pytest.mark.parametrize("fill_m", [0, -1, "5 min", float("inf")])
def test_a_distance_to_fill_from_is_one(flood, fill_m):
    with pytest.raises(ValueError, match=r"fill_m|negative"):
        sm.sample(in_cells((1, 1)), flood, fill_m=fill_m)


@pytest.mark.parametrize("cells_are", ["Area", "Point"])
def test_what_the_file_calls_a_cell_shifts_nothing_by_half_of_one(tmp_path, cells_are):
    """A file that ties its values to the middles of cells lies where one does that ties them to corners."""
    path = write_raster(tmp_path / "cells.tif", [[1, 2], [3, 4]], west=24, north=57, cell=0.5)
    with rasterio.open(path, "r+") as file:
        file.update_tags(AREA_OR_POINT=cells_are)
    with rasterio.open(path) as file:
        assert file.tags()["AREA_OR_POINT"] == cells_are
        west, south, east, north = file.bounds
    raster = sm.Raster(path, holds="depth_m")
    assert raster.bounds == pytest.approx((west, south, east, north), abs=1e-12)
    step_x, step_y = (east - west) / 2, (north - south) / 2
    middles = [(west + (column + 0.5) * step_x, north - (row + 0.5) * step_y) for row in (0, 1) for column in (0, 1)]
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*zip(*middles, strict=True)), crs=4326)
    assert sm.sample(places, raster)["value"].tolist() == [1, 2, 3, 4]
    # Half a cell farther, less a hair, each is still its own; beyond the hair it is that of the next column and row.
    hair = 1e-9
    almost = gpd.GeoDataFrame(geometry=places.translate(step_x / 2 - hair, -(step_y / 2 - hair)), crs=4326)
    assert sm.sample(almost, raster)["value"].tolist() == [1, 2, 3, 4]
    over = gpd.GeoDataFrame(geometry=places.iloc[:1].translate(step_x / 2 + hair, -(step_y / 2 + hair)), crs=4326)
    assert sm.sample(over, raster)["value"].tolist() == [4]
