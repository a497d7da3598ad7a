# SPDX-License-Identifier: Apache-2.0
import geopandas as gpd
import numpy as np
import pytest
from pandas.testing import assert_frame_equal
from shapely import box

import sheltermap as sm


@pytest.fixture
def zones():
    return gpd.GeoDataFrame(
        {"scenario": ["10 %", "1 %", "1 %"]},
        geometry=[box(24, 56, 25, 57), box(24.5, 56, 26, 57), box(30, 56, 31, 57)],
        crs=4326,
    )


@pytest.fixture
def shelters():
    frame = gpd.GeoDataFrame(
        {"people": [1, 2, 4, 8]}, geometry=gpd.points_from_xy([24.1, 24.7, 29, 30.5], [56.5] * 4), crs=4326
    )
    frame.loc[4] = [16, None]
    return frame


def test_every_feature_is_inside_outside_or_unknown(shelters, zones):
    result = sm.exposure(shelters, zones, zone_id="scenario", weight="people")
    table = result.summary.set_index("zone")
    assert table.weight.to_dict() == {
        "10 %": 3,
        "1 %": 10,
        "inside any zone": 11,
        "outside every zone": 4,
        "position unknown": 16,
    }
    assert table.rows["inside any zone"] + table.rows["outside every zone"] + table.rows["position unknown"] == 5


def test_rows_keep_their_columns_and_gain_the_zone(shelters, zones):
    result = sm.exposure(shelters, zones, zone_id="scenario")
    assert_frame_equal(result.rows[["people", "geometry"]], shelters)
    assert result.rows.zone.isna().tolist() == [False, False, True, False, True]
    assert result.rows.zone_count.fillna(-1).tolist() == [1, 2, 0, 1, -1]
    assert result.pairs.to_dict("list") == {"row": [0, 1, 1, 3], "zone": ["10 %", "10 %", "1 %", "1 %"]}


def test_a_feature_in_two_polygons_of_one_zone_counts_once(shelters):
    twice = gpd.GeoDataFrame({"z": ["A", "A"]}, geometry=[box(24, 56, 25, 57)] * 2, crs=4326)
    assert sm.exposure(shelters, twice, zone_id="z").summary.set_index("zone").rows["A"] == 2


def test_a_point_on_the_boundary_lies_inside(zones):
    corner = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.0], [56.0]), crs=4326)
    assert sm.exposure(corner, zones).rows.zone_count.tolist() == [1]


def test_edges_are_straight_in_the_crs_of_the_zones():
    # 200 km along a northing of LKS-92: its middle lies about 690 m south of the line straight in degrees.
    lks92 = gpd.GeoDataFrame(geometry=[box(400_000, 300_000, 600_000, 310_000)], crs=3059)
    just_inside = gpd.GeoDataFrame(geometry=gpd.points_from_xy([500_000] * 2, [300_000.05, 299_999.95]), crs=3059)
    assert sm.exposure(just_inside.to_crs(4326), lks92).rows.zone_count.tolist() == [1, 0]


def test_random_points_agree_with_geopandas():
    rng = np.random.default_rng(8)
    zones = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(rng.uniform(24, 25, 80), rng.uniform(56, 57, 80)).buffer(0.04), crs=4326
    )
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(rng.uniform(24, 25, 3000), rng.uniform(56, 57, 3000)), crs=4326
    )
    joined = gpd.sjoin(points, zones, predicate="intersects")
    expected = set(zip(joined.index, joined.index_right, strict=True))
    pairs = sm.exposure(points, zones).pairs
    assert set(zip(pairs.row, pairs.zone, strict=True)) == expected


def test_a_point_where_polygons_belong_is_named(shelters):
    with pytest.raises(sm.GeometryError, match="zones: row 1 is a Point where polygons belong"):
        sm.exposure(shelters, shelters)


def test_without_zones_everything_is_outside(shelters, zones):
    table = sm.exposure(shelters, zones.iloc[:0]).summary.set_index("zone")
    assert table.rows.to_dict() == {"inside any zone": 0, "outside every zone": 4, "position unknown": 1}


@pytest.mark.parametrize("shape", ["points", "polygons"])
def test_totals_by_area_and_group_are_those_of_the_rows(shape):
    rng = np.random.default_rng(5)
    places = gpd.points_from_xy(rng.uniform(24, 25, 400), rng.uniform(56, 57, 400))
    features = gpd.GeoDataFrame(
        {"people": rng.integers(0, 9, 400).astype(float), "children": rng.uniform(0, 3, 400)},
        geometry=places if shape == "points" else places.buffer(1e-4, cap_style="square"),
        crs=4326,
    )
    features.loc[7, "geometry"] = None
    features.loc[9, "people"] = np.nan
    zones = gpd.GeoDataFrame(geometry=[box(24.2, 56.2, 24.6, 56.8), box(24.5, 56.5, 24.9, 56.9)], crs=4326)
    areas = gpd.GeoDataFrame({"name": ["W", "E"]}, geometry=[box(24, 56, 24.5, 57), box(24.5, 56, 24.9, 57)], crs=4326)
    found = sm.exposure(features, zones, weight="people", groups=["children"], areas=areas, area_name="name")
    points = features.geometry.representative_point()
    inside = features.intersects(zones.union_all())
    where = {
        "W": points.x < 24.5,
        "E": (points.x >= 24.5) & (points.x <= 24.9),
        "outside every area": points.x > 24.9,
        "position unknown": points.isna() | points.is_empty,
    }
    for row in found.totals.itertuples():
        here = where[row.area] if isinstance(row.area, str) else np.ones(400, bool)
        values = features[row.measure]
        known = ~(points.isna() | points.is_empty)
        assert row.inside == pytest.approx(values[here & inside].sum(), abs=1e-9)
        assert row.outside == pytest.approx(values[here & known & ~inside].sum(), abs=1e-9)
        assert row.unknown == pytest.approx(values[here & ~known].sum(), abs=1e-9)
        assert row.rows_without_weight == values[here].isna().sum()
        assert row.total == pytest.approx(row.inside + row.outside + row.unknown)
    assert set(found.totals.area.dropna()) == set(where)
    assert found.totals.measure.unique().tolist() == ["people", "children"]
