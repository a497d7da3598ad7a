# SPDX-License-Identifier: Apache-2.0
import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import Point, box

import rfc7946
import sheltermap as sm


def points(lon, lat, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs=4326)


@pytest.fixture
def shelters():
    rng = np.random.default_rng(7)
    return points(rng.normal(24.1, 0.02, 40), rng.normal(56.95, 0.01, 40), code=[f"S{i}" for i in range(40)])


@pytest.fixture
def homes():
    rng = np.random.default_rng(8)
    return points(rng.normal(24.1, 0.03, 5_000), rng.normal(56.95, 0.015, 5_000))


def test_whoever_is_covered_lives_in_the_service_area(shelters, homes):
    area = sm.service_areas(shelters, 500)
    assert list(area.facilities) == [40]
    served = sm.exposure(homes, area).rows.zone_count == 1
    distance = sm.nearest(homes, shelters).distance_m
    clear = (distance - 500).abs() > 0.375  # 3/4 of the area error of 1e-3, times 500 m
    assert clear.sum() > 4_900
    assert (served == (distance <= 500))[clear].all()


def test_split_gives_everybody_their_nearest(shelters, homes):
    parts = sm.service_areas(shelters, 500, split=True, facility_id="code")
    assert list(parts.facility) == list(shelters.code)
    named = sm.exposure(homes, parts, zone_id="facility").rows
    two = sm.nearest(homes, shelters, k=2, facility_id="code")
    first, second = two[two["rank"] == 1], two[two["rank"] == 2]
    near = (first.distance_m < 499.6) & (second.distance_m.to_numpy() - first.distance_m > 0.75)
    assert near.sum() > 2_000
    assert (named.zone[near] == first.facility[near]).all()


def test_the_parts_sum_to_the_whole(shelters):
    whole = sm.service_areas(shelters, 500).area_m2.sum()
    assert sm.service_areas(shelters, 500, split=True).area_m2.sum() == pytest.approx(whole, rel=2e-3)


def test_a_lone_facility_serves_a_circle():
    area = sm.service_areas(points([24.1], [56.95]), 500, area_error=1e-5)
    assert area.area_m2[0] == pytest.approx(np.pi * 500**2, rel=2e-5)
    assert area.area_error[0] == 1e-5


def test_facilities_without_a_part_say_why():
    facilities = gpd.GeoDataFrame(geometry=[Point(24, 57), None, Point(24, 57)], crs=4326)
    parts = sm.service_areas(facilities, 500, split=True)
    assert list(parts.reason.astype(object).fillna("")) == ["", "missing_geometry", "same_place"]
    assert list(parts.geometry.isna()) == [False, True, True]
    assert parts.area_m2.iloc[2] == 0 and np.isnan(parts.area_m2.iloc[1])
    one = sm.service_areas(facilities, 500)
    assert (one.facilities[0], one.facilities_without_position[0]) == (2, 1)


def test_without_facilities_there_is_no_area():
    area = sm.service_areas(points([], []), 500)
    assert list(area.area_m2) == [0] and area.geometry.isna().all()
    assert len(sm.service_areas(points([], []), 500, split=True)) == 0


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize(
    ("lon", "lat"), [([179.99, -179.99], [0, 0]), ([10, 190], [89.9, 89.95]), ([0, 90], [-90, -89])]
)
def test_across_the_antimeridian_and_around_the_poles_the_polygons_are_sound(tmp_path, split, lon, lat):
    facilities = points([(x + 180) % 360 - 180 for x in lon], lat)
    areas = sm.service_areas(facilities, 20_000, split=split)
    assert areas.is_valid.all()
    west, south, east, north = areas.total_bounds
    assert west >= -180 and south >= -90 and east <= 180 and north <= 90
    sm.write(areas, tmp_path / "areas.geojson")
    assert rfc7946.faults(tmp_path / "areas.geojson") == []


def test_the_answer_does_not_depend_on_the_crs(shelters):
    here = sm.service_areas(shelters, 500, split=True)
    there = sm.service_areas(shelters.to_crs(3059), 500, split=True)
    assert there.crs.to_epsg() == 4326
    assert there.area_m2.to_numpy() == pytest.approx(here.area_m2.to_numpy(), rel=1e-6)


def test_neighbours_meet_without_overlap_or_gap_beyond_the_stated_error(shelters):
    parts = sm.service_areas(shelters, 500, split=True)
    whole = sm.service_areas(shelters, 500)
    union = shapely.union_all(parts.geometry.to_numpy())
    overlap = parts.area_m2.sum() - sm.geodesic_area_m2(gpd.GeoSeries([union], crs=4326))[0]
    gap = shapely.difference(whole.geometry[0], union)
    assert 0 <= overlap < 1e-3 * whole.area_m2[0]
    assert sm.geodesic_area_m2(gpd.GeoSeries([gap], crs=4326))[0] < 2e-3 * whole.area_m2[0]


def test_what_cannot_be_served_is_refused(shelters):
    with pytest.raises(ValueError, match="a limit must not be negative, it is -5"):
        sm.service_areas(shelters, -5)
    for distance in (0, 2_000_000):
        with pytest.raises(ValueError, match="distance_m must be above 0"):
            sm.service_areas(shelters, distance)
    with pytest.raises(ValueError, match=r"a number of metres.*not nan"):
        sm.service_areas(shelters, np.nan)
    with pytest.raises(ValueError, match="area_error"):
        sm.service_areas(shelters, 500, area_error=0.5)
    with pytest.raises(sm.GeometryError, match="Polygon where points belong"):
        sm.service_areas(gpd.GeoDataFrame(geometry=[box(24, 56, 25, 57)], crs=4326), 500)
