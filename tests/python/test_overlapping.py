# SPDX-License-Identifier: Apache-2.0
import geopandas as gpd
import numpy as np
import pytest
import shapely
from pandas.testing import assert_frame_equal
from shapely import LineString, Polygon, box

import sheltermap as sm


@pytest.fixture
def blocks():
    """One block half in a zone, one wholly in two zones, one outside, one unknown."""
    return gpd.GeoDataFrame(
        {"people": [10, 20, 40, 80]},
        geometry=[box(23.99, 56.9, 24.01, 56.91), box(24.5, 56.9, 24.51, 56.91), box(26, 56.9, 26.01, 56.91), None],
        index=["a", "b", "c", "d"],
        crs=4326,
    )


@pytest.fixture
def zones():
    return gpd.GeoDataFrame(
        {"scenario": ["10 %", "1 %", "1 %"]},
        geometry=[box(24, 56, 25, 57), box(24, 56, 24.7, 57), box(24.4, 56, 25, 57)],
        crs=4326,
    )


def random_polygons(rng, count, radius):
    centres = rng.uniform([24, 56.9], [24.02, 56.92], (count, 2))
    angles = np.linspace(0, 2 * np.pi, 25)[:-1]
    rays = radius * rng.uniform(0.3, 1, (count, len(angles), 1))
    rings = centres[:, None] + rays * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return gpd.GeoDataFrame(geometry=[Polygon(ring) for ring in rings], crs=4326)


def test_polygons_are_divided_between_inside_and_outside(blocks, zones):
    result = sm.exposure(blocks, zones, zone_id="scenario", weight="people")
    area = sm.geodesic_area_m2(blocks)
    rows = result.rows
    assert rows.zone.fillna("").tolist() == ["10 %", "10 %", "", ""]
    assert rows.zone_count.fillna(-1).tolist() == [2, 2, 0, -1]
    assert rows.area_m2.tolist() == pytest.approx(area.tolist(), rel=1e-4, nan_ok=True)
    assert rows.exposed_share.tolist() == pytest.approx([0.5, 1, 0, np.nan], abs=1e-12, nan_ok=True)
    table = result.summary.set_index("zone")
    assert table.rows.to_dict() == {
        "10 %": 2, "1 %": 2, "inside any zone": 2, "outside every zone": 1, "position unknown": 1
    }  # fmt: skip
    assert table.weight.tolist() == [30, 30, 30, 40, 80]
    assert table.weight_by_share.tolist() == pytest.approx([25, 25, 25, 45, 80])
    sides = table.loc[["inside any zone", "outside every zone"]]
    assert sides.area_m2.sum() == pytest.approx(rows.area_m2.sum(), rel=1e-14)


def test_lines_are_measured_in_metres(zones):
    road = gpd.GeoDataFrame(geometry=[LineString([(23.5, 56.5), (24.5, 56.5)])], crs=4326)
    result = sm.exposure(road, zones)
    assert result.rows.length_m[0] == pytest.approx(sm.geodesic_length_m(road)[0], rel=1e-4)
    assert result.rows.exposed_m[0] == pytest.approx(result.rows.length_m[0] / 2, rel=1e-12)
    assert result.pairs.columns.tolist() == ["row", "zone", "length_m", "share"]


def test_pairs_tell_every_feature_with_every_zone(blocks, zones):
    pairs = sm.overlap(blocks, zones, zone_id="scenario")
    assert list(zip(pairs.row, pairs.zone, strict=True)) == [("a", "10 %"), ("a", "1 %"), ("b", "10 %"), ("b", "1 %")]
    assert pairs.share.tolist() == pytest.approx([0.5, 0.5, 1, 1])
    assert_frame_equal(sm.exposure(blocks, zones, zone_id="scenario").pairs, pairs)


def test_shares_of_small_polygons_are_those_of_the_plane():
    # Within 0.01 degrees the scale of degrees changes by 3e-4 and a share by less.
    rng = np.random.default_rng(6)
    features, zones = random_polygons(rng, 60, 0.004), random_polygons(rng, 60, 0.005)
    pairs = sm.overlap(features, zones, geometry=True)
    assert len(pairs) > 300
    one, other = features.geometry.loc[pairs.row].array, zones.geometry.loc[pairs.zone].array
    common = shapely.intersection(one, other)
    assert pairs.share.to_numpy() == pytest.approx(shapely.area(common) / shapely.area(one), abs=3e-4)
    assert shapely.area(shapely.symmetric_difference(pairs.geometry.array, common)).max() < 1e-15
    # Cut into steps of about a metre, the edges are their geodesics, and the areas are those after Karney.
    fine = gpd.GeoSeries(shapely.segmentize(pairs.geometry.array, 1e-5), crs=4326)
    # Areas after Karney carry a rounding of their own, here up to 0.001 m².
    assert sm.geodesic_area_m2(fine).to_numpy() == pytest.approx(pairs.area_m2.to_numpy(), rel=1e-9, abs=1e-3)
    together, blocks = shapely.union_all(zones.geometry.array), features.geometry.array
    share = sm.exposure(features, zones).rows.exposed_share.to_numpy()
    assert share == pytest.approx(shapely.area(shapely.intersection(blocks, together)) / shapely.area(blocks), abs=3e-4)


def test_disjoint_zones_sum_to_what_is_inside_and_permuted_rows_change_nothing():
    rng = np.random.default_rng(7)
    features = random_polygons(rng, 40, 0.004).to_crs(3059)
    x, y = np.meshgrid(np.arange(20), np.arange(20))
    west, south = 500_000, 305_000
    cells = box(west + 300 * x, south + 300 * y, west + 300 * x + 300, south + 300 * y + 300)
    zones = gpd.GeoDataFrame(geometry=shapely.buffer(cells.ravel(), 0), crs=3059)
    rows = sm.exposure(features, zones).rows
    pairs = sm.overlap(features, zones)
    inside = rows.exposed_m2[rows.exposed_m2 > 0]
    assert len(inside) > 10
    assert pairs.groupby("row").area_m2.sum().to_numpy() == pytest.approx(inside.to_numpy(), rel=1e-8)
    moved = sm.exposure(features.sample(frac=1, random_state=1), zones).rows.sort_index()
    assert moved.exposed_m2.tolist() == rows.exposed_m2.tolist()


def test_a_zone_that_touches_itself_is_refused_by_name_and_counts_once_mended():
    # A shell that runs through one of its own points, as in Jakarta's flood zones: two squares joined at a corner.
    ring = [(24, 56), (24.1, 56), (24.1, 56.1), (24.2, 56.1), (24.2, 56.2), (24.1, 56.2), (24.1, 56.1), (24, 56.1)]
    zone = gpd.GeoDataFrame(geometry=[Polygon(ring)], crs=4326)
    block = gpd.GeoDataFrame(geometry=[box(24.05, 56.05, 24.15, 56.15)], crs=4326)
    with pytest.raises(sm.GeometryError, match=r"zones: row 1 is not a valid polygon: Ring Self-intersection.*repair"):
        sm.exposure(block, zone)
    mended = sm.read(zone, invalid="repair")
    assert sm.exposure(block, mended).rows.exposed_share[0] == pytest.approx(0.5, abs=1e-3)


def test_other_geometries_are_named(blocks, zones):
    mixed = gpd.GeoDataFrame(geometry=[box(24, 56, 25, 57), LineString([(24, 56), (25, 57)])], crs=4326)
    with pytest.raises(sm.GeometryError, match="features: row 2 is a LineString where polygons belong"):
        sm.exposure(mixed, zones)
    bow_tie = gpd.GeoDataFrame(geometry=[Polygon([(24, 57), (25, 58), (25, 57), (24, 58)])], crs=4326)
    with pytest.raises(sm.GeometryError, match="features: row 1 is not a valid polygon: Self-intersection"):
        sm.overlap(bow_tie, zones)
    with pytest.raises(ValueError, match="already has a column 'area_m2'"):
        sm.exposure(blocks.assign(area_m2=1), zones)


def test_without_zones_every_polygon_is_outside(blocks, zones):
    table = sm.exposure(blocks, zones.iloc[:0], weight="people").summary.set_index("zone")
    assert table.weight_by_share.to_dict() == {"inside any zone": 0, "outside every zone": 70, "position unknown": 80}
