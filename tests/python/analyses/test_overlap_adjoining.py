# SPDX-License-Identifier: Apache-2.0
"""Zones that adjoin, or lie over each other in many layers, and features as large as all of them."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Polygon, box

import sheltermap as sm
from sheltermap._native import _core
from sheltermap.layers import frames
from sheltermap.layers.conversion import to_shapely

RELATIVE = 1e-9
FRAME = box(24, 56.8, 24.4, 57)


def overlap(features, zones, names=(), *, shapes=False):
    columns = [frames.polygons(gpd.GeoDataFrame(geometry=list(kind), crs=4326), "shapes") for kind in (features, zones)]
    return _core.overlap(*columns, np.asarray(names, np.int64), shapes=shapes)


def areas(shapes):
    """Square metres of polygons as a whole, for which nothing is laid over anything."""
    shapes = [MultiPolygon([p for p in shapely.get_parts(s) if p.geom_type == "Polygon"]) for s in shapes]
    return np.nan_to_num(overlap([None if s.is_empty else s for s in shapes], []).whole)


def wards(count, seed, step=None):
    """Voronoi cells, which fill the frame border to border; with a step, as many vertices as a river gives."""
    sites = np.random.default_rng(seed).uniform([24, 56.8], [24.4, 57], (count, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(sites), extend_to=FRAME))
    cells = shapely.intersection(cells, FRAME)
    return list(cells if step is None else shapely.segmentize(cells, step))


def bricks(rows, side):
    """Squares of a projection in shifted rows: in degrees, corners lie beside the edges that they were on."""
    row, column = np.divmod(np.arange(rows * rows), rows)
    west, south = 500_000 + side * column + side * 0.37 * (row % 2), 305_000 + side * row
    return list(gpd.GeoSeries(box(west, south, west + side, south + side), crs=3059).to_crs(4326))


def city(corners=800):
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = 1 + 0.1 * np.sin(17 * turn) + 0.05 * np.sin(41 * turn)
    outline = [24.2 + 0.15 * radius * np.cos(turn), 56.9 + 0.08 * radius * np.sin(turn)]
    hole = [24.2 + 0.02 * np.cos(turn[::20]), 56.9 + 0.01 * np.sin(turn[::20])]
    return Polygon(np.column_stack(outline), [np.column_stack(hole)])


def expect_union(features, zones):
    """Compare what lies in any zone with GEOS' union of them all."""
    found = overlap(features, zones)
    union = shapely.union_all(zones)
    inside = areas([shapely.intersection(feature, union) for feature in features])
    assert np.abs(found.inside - inside).max() <= RELATIVE * found.whole.max()
    return found


def pair_sums(found):
    return np.add.reduceat(np.append(found.amount, 0), found.offsets[:-1])


@pytest.mark.parametrize("step", [None, 0.001])
def test_wards_hold_all_of_a_city_and_sum_to_it(step):
    zones = wards(1200, 1, step)
    found = expect_union([city()], zones)
    # Cut into steps from one end and from the other, borders are not quite the same.
    assert found.inside == (found.whole if step is None else pytest.approx(found.whole, rel=1e-12))
    assert pair_sums(found) == pytest.approx(found.whole, rel=1e-12)


def test_wards_that_leave_gaps():
    zones = [ward for number, ward in enumerate(wards(900, 2)) if number % 3]
    found = expect_union([city(), *wards(20, 3)], zones)
    assert pair_sums(found) == pytest.approx(found.inside, rel=1e-10)


def test_thousands_of_bricks_whose_corners_lie_beside_edges():
    # More than any number of features, each asked once: after each zone the rest, this took hours.
    zones = bricks(70, 150)
    block = gpd.GeoSeries([shapely.Point(505_000, 310_000).buffer(4_500)], crs=3059).to_crs(4326).iloc[0]
    found = expect_union([block], zones)
    assert 1 - 1e-5 < found.inside[0] / found.whole[0] < 1  # straight edges of two projections leave slivers


def test_a_layer_on_itself_is_all_of_it_and_what_only_touches_is_no_pair():
    zones = wards(300, 4)
    found = overlap(zones, zones)
    assert found.zone.tolist() == list(range(300))
    assert found.amount.tobytes() == found.whole.tobytes() == found.inside.tobytes()


def test_features_along_the_borders_of_zones():
    zones = wards(400, 5)
    groups = [shapely.union_all(zones[first : first + 40]) for first in range(0, 400, 40)]
    found = expect_union(groups, zones)
    assert found.inside / found.whole == pytest.approx(1, abs=1e-12)
    assert pair_sums(found) == pytest.approx(found.whole, rel=1e-9)


@pytest.mark.parametrize(("count", "radius"), [(600, 0.01), (150, 0.06)])
def test_zones_in_many_layers(count, radius):
    rng = np.random.default_rng(6)
    circles = shapely.buffer(shapely.points(rng.uniform([24.1, 56.85], [24.3, 56.95], (count, 2))), radius)
    expect_union([city(), *wards(12, 7)], list(circles))


def test_near_copies_in_layers():
    """Borders that run along each other within the rounding of a coordinate, and cross there again and again."""
    rng = np.random.default_rng(8)
    layers = []
    for ward in wards(40, 9, 0.01):
        for size in (0, 1e-15, 1e-13, 1e-10):
            corners = np.asarray(ward.exterior.coords)[:-1]
            moved = Polygon(corners + size * rng.uniform(-1, 1, corners.shape))
            layers.append(moved if moved.is_valid else ward)
    found = expect_union([city(), layers[5], layers[80]], layers)
    assert found.inside / found.whole == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize("seed", range(6))
def test_random_shapes_on_a_coarse_grid(seed):
    """Most boundaries touch: corners on corners and on edges, edges along each other, holes and parts that meet."""
    rng = np.random.default_rng(seed)
    west, south = np.indices((8, 8)).reshape(2, -1) / 64 + [[24], [56]]
    cells = box(west, south, west + 1 / 64, south + 1 / 64)
    shapes = []
    while len(shapes) < 24:
        chosen = cells[rng.random(64) < rng.uniform(0.1, 0.7)]
        corner = rng.integers(0, 8, 2) / 64 + [24, 56]
        lean = rng.integers(-4, 5, 2) / 64
        wedge = shapely.affinity.translate(Polygon([(0, 0), (1 / 8, lean[0]), (lean[1], 1 / 8)]), *corner)
        shape = shapely.union_all([*chosen, wedge]) if wedge.is_valid else shapely.union_all(chosen)
        if shape.is_valid and not shape.is_empty:
            shapes.append(shape)
    found = expect_union(shapes[:12], shapes[12:])
    row = np.repeat(np.arange(12), np.diff(found.offsets))
    pairs = np.zeros((12, 12))
    pairs[row, found.zone] = found.amount
    theirs = areas([shapely.intersection(one, other) for one in shapes[:12] for other in shapes[12:]]).reshape(12, 12)
    assert np.abs(pairs - theirs).max() <= RELATIVE * found.whole.max()
    assert ((pairs > 0) == (theirs > 0)).all()


def test_the_shape_of_many_zones_of_one_name_is_their_union():
    zones = wards(500, 10)
    names = np.arange(500) % 2
    found = overlap([city()], zones, names, shapes=True)
    shapes = to_shapely(found.shape)
    assert shapely.is_valid(shapes).all()
    for name in (0, 1):
        theirs = shapely.intersection(
            city(), shapely.union_all([z for z, n in zip(zones, names, strict=True) if n == name])
        )
        assert shapely.symmetric_difference(shapes[name], theirs).area < RELATIVE * city().area
        assert found.amount[name] == pytest.approx(areas([theirs])[0], rel=RELATIVE)


def test_lines_along_and_across_borders():
    zones = wards(300, 11)
    rng = np.random.default_rng(12)
    river = LineString(np.column_stack([np.linspace(24.01, 24.39, 400), 56.9 + 0.05 * rng.uniform(-1, 1, 400)]))
    border = LineString(zones[7].exterior.coords)
    lines = gpd.GeoDataFrame(geometry=[river, border], crs=4326)
    some = gpd.GeoDataFrame(geometry=zones[:7] + zones[8::2], crs=4326)
    everywhere = sm.exposure(lines, gpd.GeoDataFrame(geometry=zones, crs=4326)).rows
    assert everywhere.exposed_share.tolist() == [1, 1]
    rows = sm.exposure(lines, some).rows
    inside = shapely.intersection(lines.geometry.to_numpy(), shapely.union_all(some.geometry.to_numpy()))
    for row, shape in enumerate(inside):
        parts = gpd.GeoDataFrame(geometry=[p for p in shapely.get_parts(shape) if p.length > 0], crs=4326)
        assert rows.exposed_m[row] == pytest.approx(sm.exposure(parts, some).rows.length_m.sum(), rel=1e-9)
    pairs = sm.overlap(lines, some, geometry=True)
    assert shapely.is_valid(pairs.geometry.array).all()


def test_threads_and_the_order_of_zones_change_no_byte():
    rng = np.random.default_rng(13)
    zones, features = wards(400, 14), [city(), *wards(30, 15)]
    before = _core.threads()
    answers = []
    try:
        for threads in (1, 3):
            _core.set_threads(threads)
            answers.append(overlap(features, zones))
    finally:
        _core.set_threads(before)
    answers.append(overlap(features, [zones[i] for i in rng.permutation(len(zones))]))
    for answer in answers[1:]:
        assert answer.inside.tobytes() == answers[0].inside.tobytes()
    assert answers[1].amount.tobytes() == answers[0].amount.tobytes()
