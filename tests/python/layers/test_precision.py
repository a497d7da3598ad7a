# SPDX-License-Identifier: Apache-2.0
"""What the decimals of coordinates are worth stays known when a frame goes to another reference system."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import sheltermap as sm
from sheltermap.layers.precision import METRES_PER_DEGREE, Decimals, coordinate_error_m

THREE_DECIMALS_M = 2**0.5 / 2 * 1e-3 * METRES_PER_DEGREE  # half a unit on both axes


@pytest.fixture
def homes(tmp_path: Path) -> gpd.GeoDataFrame:
    (tmp_path / "homes.csv").write_text("lon,lat\n24.101,57.002\n24.3,57.1\n", encoding="utf-8")
    return sm.read(tmp_path / "homes.csv")


def test_another_reference_system_does_not_make_coordinates_exact(homes: gpd.GeoDataFrame) -> None:
    moved = homes.to_crs(3059)
    assert coordinate_error_m(homes) == pytest.approx(THREE_DECIMALS_M)
    assert coordinate_error_m(moved) == coordinate_error_m(moved[1:]) == coordinate_error_m(homes)
    assert coordinate_error_m(sm.read(moved)) == coordinate_error_m(homes)


def test_in_its_own_reference_system_a_frame_is_judged_by_what_it_holds(homes: gpd.GeoDataFrame) -> None:
    better = homes.set_geometry([shapely.Point(24.1012345678912, 57.0023456789123)] * 2, crs=4326)
    assert coordinate_error_m(better) == 0


@pytest.mark.parametrize("crs", [4326, 3059])
@pytest.mark.parametrize("decimals", [0, 1, 3, 6, 8, 15])
def test_points_in_blocks_tell_the_same_as_in_one_piece(crs: int, decimals: int) -> None:
    random = np.random.default_rng(decimals)
    for rows in (1, 10, 2_000):
        points = random.uniform(20, 60, (rows, 2)).round(decimals)
        points[:: rows // 2 + 2] = np.nan
        frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*points.T), crs=crs)
        seen = Decimals(frame.crs.is_geographic)
        for block in np.array_split(points, 7):
            seen.add(block)
        assert seen.error_m == coordinate_error_m(frame)
        assert seen.are_enough == (decimals == 15 and rows > 1)
    assert Decimals(in_degrees=True).error_m == 0


def test_places_at_the_threshold_are_borderline_in_any_reference_system(homes: gpd.GeoDataFrame) -> None:
    shelters = gpd.GeoDataFrame(geometry=[shapely.Point(24.1010000000001, 57.0030000000001)], crs=4326)
    there = sm.nearest(homes, shelters).distance_m[0] + 1
    for frame in (homes, homes.to_crs(3059)):
        found = sm.coverage(frame, shelters, there).rows
        (column,) = [name for name in found if name.startswith("borderline")]
        assert list(found[column]) == [True, False]


@pytest.mark.parametrize("lat", [57.0, 57.002, 57.0023456789123])
def test_decimals_that_are_put_together_tell_what_all_points_tell(lat: float) -> None:
    points = np.array([[24.1, 56.9], [24.11, 57.0], [np.nan, np.nan], [24.3, lat]])
    parts = [Decimals(True) for _ in range(5)]
    for part, point in zip(parts, points, strict=False):  # the last sees none
        part.add(point[None])
    for part in parts[1:]:
        parts[0].merge(part)
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*points.T), crs=4326)
    assert parts[0].error_m == coordinate_error_m(frame)
