# SPDX-License-Identifier: Apache-2.0
"""Points that are coordinates until somebody asks: for everybody else they are a GeometryArray like any other."""

import pickle

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.array import GeometryArray

import sheltermap as sm
from sheltermap.layers import frames
from sheltermap.layers.plain_points import PlainPoints

XY = np.array([[24.0, 57.0], [np.nan, np.nan], [25.0, 56.0], [26.5, 57.5]])


def plain() -> gpd.GeoDataFrame:
    column = pd.Series(PlainPoints(XY.copy(), 4326))
    return gpd.GeoDataFrame({"id": ["a", "b", "c", "d"], "geometry": column}, geometry="geometry")


def usual() -> gpd.GeoDataFrame:
    shapes = [None if np.isnan(x) else shapely.Point(x, y) for x, y in XY]
    return gpd.GeoDataFrame({"id": ["a", "b", "c", "d"]}, geometry=shapes, crs=4326)


def is_plain(frame: gpd.GeoDataFrame) -> bool:
    return frames.coordinates_of(frame) is not None


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        (lambda frame: frame, True),
        (lambda frame: frame.copy(), True),
        (lambda frame: frame.assign(one=1), True),
        (lambda frame: frame.iloc[1:3], True),
        (lambda frame: frame.iloc[[3, 0, 0]], True),
        (lambda frame: frame[frame.id > "a"], True),
        (lambda frame: frame.reindex([3, 7, 0]), True),
        (lambda frame: frame.drop(columns="id"), True),
        (lambda frame: pd.concat([frame, frame]), False),
        (lambda frame: frame.to_crs(3059), False),
        (lambda frame: frame.dissolve(), False),
        (lambda frame: frame.cx[24.5:26, :], None),
        (lambda frame: pickle.loads(pickle.dumps(frame)), True),
        (lambda frame: frame.iloc[np.argsort(frame.geometry.x)], True),
        (lambda frame: frame.to_crs(4326), True),
        (lambda frame: frame.fillna(shapely.Point(1, 2)), None),
    ],
)
def test_a_frame_of_them_does_what_any_other_does(change, stays) -> None:
    found, expected = change(plain()), change(usual())
    assert found.geometry.to_wkt().to_list() == expected.geometry.to_wkt().to_list()
    assert found.crs == expected.crs
    assert found.index.equals(expected.index)
    if stays is not None:
        assert is_plain(change(plain())) == stays
    if stays:
        coordinates = [(np.nan, np.nan) if each is None else (each.x, each.y) for each in expected.geometry]
        np.testing.assert_array_equal(frames.coordinates_of(change(plain())), coordinates)


def test_what_is_set_is_there_and_leaves_the_other_frame_alone() -> None:
    frame = plain()
    other = frame.copy()
    frame.loc[0, "geometry"] = shapely.Point(1, 2)
    assert frame.geometry[0] == shapely.Point(1, 2)
    assert other.geometry[0] == shapely.Point(24, 57)
    assert not is_plain(frame)
    assert sm.nearest(frame, other.dropna()).distance_m.notna().sum() == 3


def test_what_is_asked_of_them_is_right_before_and_after_geometries_are_made() -> None:
    array = PlainPoints(XY, 4326)
    for _ in range(2):
        assert isinstance(array, GeometryArray)
        assert len(array) == 4 and array.shape == (4,) and array.nbytes > 0
        assert array.isna().tolist() == [False, True, False, False]
        assert array[0] == shapely.Point(24, 57) and array[1] is None
        assert array[[2, 0]].plain_coordinates.tolist() == [[25.0, 56.0], [24.0, 57.0]]
        assert array.take([0, -1], allow_fill=True).isna().tolist() == [False, True]
        with pytest.raises(ValueError):
            array.take([0, -2], allow_fill=True)
        with pytest.raises(IndexError):
            array.take([7])


def test_the_analyses_find_the_same_of_both() -> None:
    shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1], [57.0]), crs=4326)
    for function in (sm.nearest, lambda homes, places: sm.within(homes, places, "90 km")):
        pd.testing.assert_frame_equal(
            pd.DataFrame(function(plain(), shelters).drop(columns="geometry")),
            pd.DataFrame(function(usual(), shelters).drop(columns="geometry")),
        )
