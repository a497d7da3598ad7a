# SPDX-License-Identifier: Apache-2.0
"""What pairs have in common: the shapes of GEOS' overlay, valid, and the same bytes whatever the order of rows."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from sheltermap._native import _core
from sheltermap.layers import frames
from sheltermap.layers.conversion import to_shapely

RELATIVE = 1e-9


def column(shapes):
    return frames.polygons(gpd.GeoDataFrame(geometry=list(shapes), crs=4326), "shapes")


def pairs(features, zones):
    """Return rows of features and of zones, square metres, those of the wholes, and the shapes."""
    found = _core.overlap(column(features), column(zones), np.empty(0, np.int64), shapes=True)
    row = np.repeat(np.arange(len(features)), np.diff(found.offsets))
    return row, found.zone, found.amount, found.whole[row], found.shape


def expect_overlay(features, zones, areas_within=RELATIVE):
    """Compare every pair with GEOS, and the area of its shape with what is told."""
    features, zones = np.array(features, object), np.array(zones, object)
    row, zone, amount, whole, shapes = pairs(features, zones)
    ours, theirs = to_shapely(shapes), shapely.intersection(features[row], zones[zone])
    assert shapely.is_valid(ours).all()
    off = shapely.area(shapely.symmetric_difference(ours, theirs)) / shapely.area(features[row])
    assert off.max(initial=0) < RELATIVE
    areas = _core.overlap(shapes, column([]), np.empty(0, np.int64)).whole
    assert np.abs((areas - amount) / whole).max(initial=0) < areas_within
    return ours


def blob(rng, centre, radius, corners):
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False) + rng.uniform(0, 6)
    ray = radius * rng.uniform(0.3, 1, corners)
    return Polygon(np.asarray(centre) + np.column_stack([ray * np.cos(turn), ray * np.sin(turn)]))


def holed(rng):
    """A concave polygon with up to three holes, some cut through its shell, and at times a second part."""
    centre, radius = rng.uniform([24.0, 56.95], [24.03, 56.98]), 10 ** rng.uniform(-3, -1.5)
    shape = blob(rng, centre, radius, rng.integers(3, 60))
    for _ in range(rng.integers(0, 4)):
        hole = blob(rng, centre + rng.uniform(-radius, radius, 2) / 2, radius * rng.uniform(0.05, 0.5), 12)
        shape = shape.difference(hole)
    other = blob(rng, rng.uniform([24.0, 56.95], [24.03, 56.98]), radius, 15)
    return shape.union(other) if rng.random() < 0.2 else shape


def moved(rng, shape, degrees):
    """Return a polygon with every vertex moved a little."""

    def ring(line):
        vertices = np.asarray(line.coords)[:-1]
        return vertices + rng.normal(0, degrees, vertices.shape)

    parts = [Polygon(ring(p.exterior), [ring(hole) for hole in p.interiors]) for p in shapely.get_parts(shape)]
    return MultiPolygon(parts)


@pytest.mark.parametrize("seed", range(3))
def test_random_polygons_with_holes_and_parts(seed):
    rng = np.random.default_rng(seed)
    shapes = expect_overlay([holed(rng) for _ in range(60)], [holed(rng) for _ in range(60)])
    assert len(shapes) > 800
    assert max(shapely.get_num_geometries(shapes)) > 2
    assert max(len(part.interiors) for part in shapely.get_parts(shapes)) > 1


def test_near_copies_of_each_other():
    """Crossings, vertices and edges closer to each other than their rounding, and a little farther.

    These are GEOS' shapes, which snaps them to each other; the areas told are right to the last digits all the same.
    """
    rng = np.random.default_rng(4)
    compared = 0
    for degrees in 10.0 ** np.arange(-16, -8):
        for _ in range(25):
            feature = holed(rng)
            zone = moved(rng, feature, degrees)
            if zone.is_valid:
                compared += len(expect_overlay([feature], [zone], areas_within=1e-6))
    assert compared > 150


def test_a_corner_that_comes_near_an_edge():
    zone = box(24, 56, 25, 57)
    for gap in (0, *(10.0 ** np.arange(-15, -5))):
        for sign in (-1, 1):
            corner = (24.3, 56 + sign * gap)
            expect_overlay([Polygon([corner, (24.5, 56.2), (24.2, 56.3)])], [zone])


def test_holes_that_touch_their_shell_or_each_other():
    """What a zone leaves of them may touch itself, and is then not one polygon."""
    shell = [(24, 56), (24.5, 56), (25, 56), (25, 57), (24, 57)]
    first = [(24.5, 56), (24.4, 56.3), (24.6, 56.3)]
    second = [(24.4, 56.3), (24.2, 56.6), (24.6, 56.6)]
    third = [(24, 56.6), (24.2, 56.6), (24.1, 56.7)]
    chained = Polygon(shell, [first, second])
    assert chained.is_valid
    on_edge = Polygon(shell, [third])
    assert on_edge.is_valid
    zones = [box(x, y, x + 0.7, y + 0.45) for x in (23.7, 24.05, 24.31) for y in (55.8, 56.21, 56.47)]
    expect_overlay([chained, on_edge], zones)
    expect_overlay(zones, [chained, on_edge])


def test_what_is_cut_out_runs_from_its_smallest_vertex_and_as_an_overlay_does():
    [cut] = expect_overlay([box(24, 56, 25, 57)], [Polygon([(24.5, 55), (24.6, 56.5), (26, 56.4)])])
    [part] = cut.geoms
    assert cut.geom_type == "MultiPolygon"
    assert not part.exterior.is_ccw
    assert part.exterior.coords[0] == min(part.exterior.coords)


def test_a_zone_inside_a_feature_is_the_part_in_common_and_its_holes_are_none():
    zone = Polygon(box(24.2, 56.2, 24.8, 56.8).exterior, [box(24.3, 56.3, 24.4, 56.4).exterior])
    [inner] = expect_overlay([box(24, 56, 25, 57)], [zone])
    assert inner.equals(zone)


def test_threads_and_the_order_of_rows_change_no_byte_of_a_shape():
    rng = np.random.default_rng(5)
    features, zones = [holed(rng) for _ in range(150)], [holed(rng) for _ in range(30)]
    before = _core.threads()
    try:
        answers = []
        for threads in (1, 2, 4, 8):
            _core.set_threads(threads)
            answers.append([shape.wkb for shape in to_shapely(pairs(features, zones)[4])])
    finally:
        _core.set_threads(before)
    assert all(answer == answers[0] for answer in answers[1:])
    row, zone, *_ = pairs(features, zones)
    orders = rng.permutation(len(features)), rng.permutation(len(zones))
    mixed_row, mixed_zone, _, _, shapes = pairs([features[i] for i in orders[0]], [zones[j] for j in orders[1]])
    mixed = dict(zip(zip(orders[0][mixed_row], orders[1][mixed_zone], strict=True), to_shapely(shapes), strict=True))
    assert [mixed[pair].wkb for pair in zip(row, zone, strict=True)] == answers[0]
