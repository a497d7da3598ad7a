# SPDX-License-Identifier: Apache-2.0
import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
import shapely.affinity
from pandas.testing import assert_frame_equal
from shapely import LineString, Polygon, box

import sheltermap as sm

GEOD = pyproj.Geod(ellps="WGS84")
ROUNDING_M2 = 1e-3  # of geodesic areas after Karney, here


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


def geodesic_area_by_pyproj(shapes):
    """Area of polygons whose edges are straight in degrees: cut into steps of 3 to 6 m, so that an edge along the
    geodesic strays from one by 0.5 µm; shells less holes, by another program than ours."""
    areas = []
    for shape in shapely.segmentize(np.asarray(shapes), 5e-5):
        parts = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]
        rings = [(part.exterior, 1) for part in parts] + [(hole, -1) for part in parts for hole in part.interiors]
        areas.append(sum(sign * abs(GEOD.polygon_area_perimeter(*ring.xy)[0]) for ring, sign in rings))
    return np.array(areas)


def expect_areas_of_pyproj(features, zones):
    """Every pair, and what is inside any zone, against GEOS' clipping in shapely and geodesic areas of pyproj."""
    pairs = sm.overlap(features, zones)
    clipped = shapely.intersection(
        features.geometry.loc[pairs.row].to_numpy(), zones.geometry.loc[pairs.zone].to_numpy()
    )
    assert pairs.area_m2.to_numpy() == pytest.approx(geodesic_area_by_pyproj(clipped), rel=1e-9, abs=ROUNDING_M2)
    together = shapely.intersection(features.geometry.to_numpy(), shapely.union_all(zones.geometry.to_numpy()))
    inside = sm.exposure(features, zones).rows.exposed_m2.to_numpy()
    assert inside == pytest.approx(geodesic_area_by_pyproj(together), rel=1e-9, abs=ROUNDING_M2)
    return pairs


def with_holes(frame, share=0.4):
    """Every second polygon with a hole of its own shape."""
    holed = [
        Polygon(shape.exterior, [shapely.affinity.scale(shape, share, share, origin="centroid").exterior])
        if number % 2
        else shape
        for number, shape in enumerate(frame.geometry)
    ]
    return gpd.GeoDataFrame(geometry=[shape if shape.is_valid else shape.convex_hull for shape in holed], crs=4326)


def test_areas_are_the_geodesic_areas_of_the_clipped_rings_with_holes():
    rng = np.random.default_rng(9)
    features, zones = (with_holes(random_polygons(rng, 10, radius)) for radius in (0.05, 0.06))
    assert sum(len(shape.interiors) for shape in zones.geometry) >= 4
    assert len(expect_areas_of_pyproj(features, zones)) > 60


def test_areas_are_right_where_edges_are_shared_or_run_along_each_other():
    step = 0.05
    grid = [
        box(24 + step * i, 56.9 + step * j, 24 + step * (i + 1), 56.9 + step * (j + 1))
        for i in range(4)
        for j in range(3)
    ]
    # Whole cells, cells moved along one axis by half a cell (collinear edges), and one that only touches.
    halves = [shapely.affinity.translate(cell, step / 2, 0) for cell in grid[:6]]
    ring = Polygon(box(24, 56.9, 24.2, 57.05).exterior, [grid[4].exterior])
    features = gpd.GeoDataFrame(geometry=[*grid, *halves], crs=4326)
    zones = gpd.GeoDataFrame(geometry=[grid[0], grid[4], *halves[:3], ring, box(24.2, 56.9, 24.3, 57)], crs=4326)
    pairs = expect_areas_of_pyproj(features, zones)
    assert 17 not in set(pairs.row[pairs.zone == 6])
    alone = sm.exposure(features, zones.iloc[[0]]).rows
    assert alone.exposed_share.iloc[0] == 1 and alone.exposed_share.iloc[4] == 0


def test_wards_that_share_borders_and_lie_there_twice_count_once():
    # As in Jakarta's zones: wards that fill a city border to border, seven of them there twice.
    rng = np.random.default_rng(10)
    sites = shapely.points(rng.uniform([106.7, -6.4], [107, -6.1], (60, 2)))
    city = box(106.7, -6.4, 107, -6.1)
    wards = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(sites))), city)
    zones = gpd.GeoDataFrame(geometry=[*wards, *wards[:7]], crs=4326)
    blocks = gpd.GeoDataFrame(geometry=[city, *[shapely.buffer(site, 0.02) for site in sites[:12]]], crs=4326)
    rows = sm.exposure(blocks, zones).rows
    assert rows.exposed_share[0] == pytest.approx(1, abs=1e-12)
    assert rows.exposed_m2[0] == pytest.approx(geodesic_area_by_pyproj([city])[0], rel=1e-9)
    expect_areas_of_pyproj(blocks, zones)


def test_ribbons_along_streams_that_cross_count_once():
    # As in Houston's zones: long winding ribbons of many vertices, one over the other, with islands.
    rng = np.random.default_rng(11)
    streams = [
        LineString(np.cumsum([[-95.5 + 0.05 * i, 29.6], *rng.normal([0.0015, 0.0005], 0.003, (150, 2))], axis=0))
        for i in range(8)
    ]
    zones = gpd.GeoDataFrame(geometry=shapely.buffer(streams, 0.0006, quad_segs=4), crs=4326)
    assert sum(len(part.interiors) for part in zones.geometry) > 10
    blocks = gpd.GeoDataFrame(
        geometry=[box(x, y, x + 0.1, y + 0.1) for x in np.arange(-95.5, -95.1, 0.1) for y in (29.6, 29.7)], crs=4326
    )
    pairs = expect_areas_of_pyproj(blocks, zones)
    inside = sm.exposure(blocks, zones).rows.exposed_m2
    assert pairs.area_m2.sum() > inside.sum() * 1.02


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
