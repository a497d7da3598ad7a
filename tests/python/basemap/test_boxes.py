# SPDX-License-Identifier: Apache-2.0
"""Boxes of maps."""

import geopandas
import pytest
import shapely

from sheltermap.basemap import boxes


def frame(*places, crs=4326):
    return geopandas.GeoDataFrame(geometry=[shapely.Point(each) for each in places], crs=crs)


def test_a_box_is_around_all_that_is_given():
    here, there = frame((24.0, 57.0)), frame((25.0, 56.0))
    assert boxes.box_of(here) == (24.0, 57.0, 24.0, 57.0)
    assert boxes.box_of([here, there]) == (24.0, 56.0, 25.0, 57.0)
    assert boxes.box_of(there.geometry.to_crs(3059)) == pytest.approx((25.0, 56.0, 25.0, 56.0))
    assert boxes.box_of((24, 56, 25, 57)) == (24.0, 56.0, 25.0, 57.0)
    assert boxes.box_of(geopandas.GeoDataFrame(geometry=[None], crs=4326)) is None


@pytest.mark.parametrize("wrong", [(25, 56, 24, 57), (24, 56, 25, 97), (24, float("nan"), 25, 57)])
def test_numbers_that_are_no_box_are_refused(wrong):
    with pytest.raises(ValueError, match="west, south, east, north"):
        boxes.box_of(wrong)


@pytest.mark.parametrize("wrong", ["town.gpkg", 5, [1, 2, 3]])
def test_what_has_no_place_is_refused(wrong):
    with pytest.raises(TypeError, match="around is a frame"):
        boxes.box_of(wrong)


def test_a_frame_without_crs_is_refused():
    with pytest.raises(ValueError, match="no CRS"):
        boxes.box_of(frame((24, 57), crs=None))


def test_a_margin_stays_on_earth():
    assert boxes.widened((-179.0, -10.0, 179.0, 89.0), 0.1) == pytest.approx((-180.0, -45.8, 180.0, 90.0))
    assert boxes.widened((24.0, 57.0, 24.0, 57.0), 0.1) == pytest.approx((23.998, 56.998, 24.002, 57.002))
