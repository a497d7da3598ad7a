# SPDX-License-Identifier: Apache-2.0
"""What stands where a frame belongs: every public function says in one sentence what is wrong with it."""

import inspect
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import sheltermap as sm

POINTS = [shapely.Point(24.1, 57), shapely.Point(24.2, 57)]
HOMES = gpd.GeoDataFrame({"people": [1, 2]}, geometry=POINTS, crs=4326)
SHAPES = "give a GeoDataFrame, which says where they are: geopandas.GeoDataFrame(geometry="
WRONG = {
    "path as text": ("homes.gpkg", "{} is a path; read the layer first: sm.read('homes.gpkg')"),
    "path": (Path("homes.gpkg"), "{} is a path; read the layer first: sm.read('homes.gpkg')"),
    "list of shapes": (POINTS, "{} is a list of shapes; " + SHAPES + "shapes, crs='EPSG:4326')"),
    "tuple of shapes": (tuple(POINTS), "{} is a tuple of shapes; " + SHAPES + "shapes, crs='EPSG:4326')"),
    "array of shapes": (np.array(POINTS), "{} is a ndarray of shapes; " + SHAPES + "shapes, crs='EPSG:4326')"),
    "shape": (POINTS[0], "{} is a shape; " + SHAPES + "[shape], crs='EPSG:4326')"),
    "GeoJSON": ({"type": "FeatureCollection", "features": []}, "{} is GeoJSON; read it first: sm.read({})"),
    "dict": ({"homes": HOMES}, "{} is a dict; give a GeoDataFrame: sm.read(...)"),
    "coordinates": (np.array([[24.1, 57.0]]), "{} is a ndarray; give a GeoDataFrame: sm.read(...)"),
    "empty list": ([], "{} is a list; give a GeoDataFrame: sm.read(...)"),
    "number": (5, "{} is a int; give a GeoDataFrame: sm.read(...)"),
    "nothing": (None, "{} is None; give a GeoDataFrame: sm.read(...)"),
    "function": (sm.read, "{} is a function; give a GeoDataFrame: sm.read(...)"),
}


def members(annotation) -> set[str]:
    return {each.strip() for each in str(annotation).split("|")}


FUNCTIONS = [each for name in sm.__all__ if inspect.isfunction(each := getattr(sm, name))]
ONLY_FRAMES = [
    (function, name, "None" in members(each.annotation))
    for function in FUNCTIONS
    for name, each in inspect.signature(function).parameters.items()
    if members(each.annotation) in ({"GeoDataFrame"}, {"GeoDataFrame", "None"}, {"GeoDataFrame", "GeoSeries"})
]


def refusal(function, name: str, value) -> str:
    """What is said where all other arguments are any object: frames are looked at first."""
    named = {
        each.name: HOMES if {"GeoDataFrame", "pd.DataFrame"} & members(each.annotation) else object()
        for each in inspect.signature(function).parameters.values()
        if each.default is inspect.Parameter.empty
    }
    with pytest.raises(TypeError) as raised:
        function(**{**named, name: value})
    return str(raised.value)


def test_most_functions_take_frames():
    assert len({function for function, _, _ in ONLY_FRAMES}) > 30


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize(
    ("function", "name", "optional"),
    ONLY_FRAMES,
    ids=[f"{each.__name__}-{name}" for each, name, _ in ONLY_FRAMES],
)
def test_what_is_no_frame_is_told_apart_by_kind(function, name, optional, kind):
    value, told = WRONG[kind]
    if value is None and optional:
        return
    assert refusal(function, name, value) == told.format(name, name)


@pytest.mark.parametrize(
    "ask",
    [
        lambda table: sm.geodesic_area_m2(table),
        lambda table: sm.geodesic_length_m(table),
        lambda table: sm.overlap(table, HOMES),
        lambda table: sm.nearest(HOMES, table),
        lambda table: sm.bands(table, 100),
    ],
)
def test_a_table_without_places_is_told_as_such(ask):
    with pytest.raises(TypeError, match="is a DataFrame without places; give a GeoDataFrame"):
        ask(pd.DataFrame({"people": [1]}))


def test_geometries_alone_are_a_frame_without_columns():
    shelters = gpd.GeoSeries(POINTS[:1], index=["a"], crs=4326, name="cellar")
    alone = sm.coverage(HOMES.geometry, shelters, 500).rows
    pd.testing.assert_series_equal(alone["within_500m"], sm.coverage(HOMES, HOMES[:1], 500).rows["within_500m"])
    assert alone["facility"].iloc[0] == "a" and alone.crs == HOMES.crs
    assert sm.coverage(HOMES, shelters.to_crs(3059), 500).rows["within_500m"].tolist() == ["covered", "uncovered"]


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: sm.write("homes.gpkg", HOMES), "layers is a path; read it first: sm.read('homes.gpkg')"),
        (lambda: sm.write(5, "homes.gpkg"), "layers is a int; give a"),
        (lambda: sm.write_postgis(5, "town"), "layers is a int; give a"),
        (lambda: sm.refused("homes.gpkg"), "frame is a path; read it first: sm.read('homes.gpkg')"),
        (lambda: sm.zonal(POINTS, "depth.tif"), "zones is a list of shapes; give a GeoDataFrame"),
        (lambda: sm.impact((), streets="streets.gpkg"), "streets is a path; read the layer first"),
    ],
)
def test_what_takes_more_than_frames_says_what_is_none_of_them(ask, told):
    with pytest.raises(TypeError, match=re.escape(told)):
        ask()


def test_what_is_missing_is_told_as_python_does():
    with pytest.raises(TypeError, match=r"nearest\(\) missing 1 required positional argument: 'facilities'"):
        sm.nearest(HOMES)
    with pytest.raises(TypeError, match=r"nearest\(\) got an unexpected keyword argument 'near'"):
        sm.nearest(HOMES, HOMES, near=5)


def test_a_warning_is_about_the_line_that_asked():
    far = gpd.GeoDataFrame(geometry=gpd.points_from_xy([-9.1], [38.7]), crs=4326)
    with pytest.warns(sm.FarApartWarning) as told:
        sm.nearest(HOMES, far)
    assert told[0].filename == __file__
