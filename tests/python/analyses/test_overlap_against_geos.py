# SPDX-License-Identifier: Apache-2.0
"""Areas in common, by crossings of boundaries, are those of GEOS' overlay, of whatever kind the boundaries are."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

import sheltermap as sm
from sheltermap._native import _core
from sheltermap.layers import frames

RELATIVE = 1e-9


def column(shapes):
    return frames.polygons(gpd.GeoDataFrame(geometry=list(shapes), crs=4326), "shapes")


def overlap(features, zones, names=(), *, shapes=False):
    found = _core.overlap(column(features), column(zones), np.asarray(names, np.int64), shapes=shapes)
    return {name: getattr(found, name) for name in ("offsets", "zone", "amount", "whole", "inside", "shape")}


def areas(shapes):
    """Return square metres of any geometry by the measure of an overlap, which needs no overlay for them."""
    parts = [MultiPolygon([p for p in shapely.get_parts(s) if p.geom_type == "Polygon"]) for s in shapes]
    return overlap([None if part.is_empty else part for part in parts], [])["whole"]


def expect_same(features, zones):
    """Compare every pair, and what lies in any zone."""
    found = overlap(features, zones)
    row = np.repeat(np.arange(len(features)), np.diff(found["offsets"]))
    ours = np.zeros((len(features), len(zones)))
    ours[row, found["zone"]] = found["amount"]
    both = [(i, j) for i in range(len(features)) for j in range(len(zones))]
    pieces = [shapely.intersection(features[i], zones[j]) for i, j in both]
    theirs = np.nan_to_num(areas(pieces)).reshape(ours.shape)
    scale = found["whole"][:, None]
    assert np.abs((ours - theirs) / scale).max() < RELATIVE
    assert ((ours > 0) == (theirs > RELATIVE * scale)).all()
    union = shapely.union_all(zones)
    inside = np.nan_to_num(areas([shapely.intersection(feature, union) for feature in features]))
    assert np.abs((found["inside"] - inside) / found["whole"]).max() < RELATIVE
    return found


def blob(rng, centre, radius, corners=40):
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    ray = radius * rng.uniform(0.4, 1, corners)
    return Polygon(np.asarray(centre) + np.column_stack([ray * np.cos(turn), ray * np.sin(turn)]))


def blobs(rng, count, radius):
    return [blob(rng, rng.uniform([24, 56.9], [24.1, 57.0]), radius) for _ in range(count)]


@pytest.mark.parametrize("seed", range(4))
def test_polygons_anywhere(seed):
    rng = np.random.default_rng(seed)
    expect_same(blobs(rng, 15, 0.02), blobs(rng, 15, 0.03))


def test_small_features_on_large_zones_and_the_other_way_round():
    rng = np.random.default_rng(9)
    small, large = blobs(rng, 40, 0.002), blobs(rng, 6, 0.06)
    found = expect_same(small, large)
    whole = np.repeat(found["whole"], np.diff(found["offsets"]))
    assert (found["amount"] == whole).any()  # wholly inside is exactly the whole
    expect_same(large, small)


def test_holes_on_both_sides():
    rng = np.random.default_rng(10)
    ring = [blob(rng, (24.05, 56.95), 0.05).difference(box(24.04, 56.94, 24.06, 56.96)) for _ in range(3)]
    inner = [box(24.041, 56.941, 24.059, 56.959), box(24.03, 56.93, 24.07, 56.97)]
    expect_same([*ring, *inner], [*inner, *ring[::-1]])


def test_polygons_of_several_parts():
    rng = np.random.default_rng(11)
    both = [
        shapely.union_all([blob(rng, (24 + d, 56.95), 0.01), blob(rng, (24.1 - d, 56.95), 0.01)]) for d in (0, 0.02)
    ]
    expect_same(both, [*blobs(rng, 10, 0.03), *both])


def test_shared_and_collinear_edges_and_corners():
    features = [box(x, y, x + 0.02, y + 0.02) for x in (24, 24.02, 24.03) for y in (56, 56.01, 56.02)]
    zones = [box(24, 56, 24.02, 56.02), box(24.02, 56, 24.04, 56.02), box(24.01, 56.02, 24.03, 56.05), features[4]]
    found = expect_same(features, zones)
    assert found["inside"][0] == found["whole"][0]


def test_vertices_on_edges():
    triangle = Polygon([(24, 56), (24.02, 56.01), (24, 56.02)])
    expect_same([triangle], [Polygon([(24.02, 56.01), (24.04, 56), (24.04, 56.02)]), box(24, 56.01, 24.04, 56.03)])


def test_steps_of_a_grid_cut_one_way_and_the_other():
    """Random boxes on a coarse grid that doubles hit exactly: most boundaries touch somewhere."""
    rng = np.random.default_rng(12)
    west, south = rng.integers(0, 12, (2, 30)) / 64 + np.array([[24], [57]])
    width, height = rng.integers(1, 5, (2, 30)) / 64
    boxes = shapely.box(west, south, west + width, south + height)
    expect_same(boxes[:15], boxes[15:])


def test_slivers_along_a_shared_border_are_those_of_the_overlay():
    border = np.column_stack([np.linspace(24, 24.1, 30), 56.95 + 1e-9 * np.sin(np.arange(30))])
    other = border + np.array([0, 1e-9]) * np.cos(np.arange(30))[:, None]
    south = Polygon([*border, (24.1, 56.9), (24, 56.9)])
    north = Polygon([*other, (24.1, 57.0), (24, 57.0)])
    found = overlap([south], [north])
    theirs = areas([shapely.intersection(south, north)])[0]
    assert abs(found["inside"][0] - theirs) < RELATIVE * found["whole"][0]


def test_polygons_of_one_name_are_one_zone():
    rng = np.random.default_rng(13)
    features, zones = blobs(rng, 20, 0.02), blobs(rng, 9, 0.03)
    found = overlap(features, zones, names=np.arange(9) % 3)
    row = np.repeat(np.arange(20), np.diff(found["offsets"]))
    for name in range(3):
        union = shapely.union_all(zones[name::3])
        theirs = np.nan_to_num(areas([shapely.intersection(feature, union) for feature in features]))
        ours = np.zeros(20)
        ours[row[found["zone"] == name]] = found["amount"][found["zone"] == name]
        assert np.abs(ours - theirs).max() < RELATIVE * found["whole"].max()


def test_shapes_change_no_figure_and_have_the_areas_told():
    rng = np.random.default_rng(14)
    features, zones = blobs(rng, 20, 0.01), blobs(rng, 20, 0.03)
    bare, drawn = overlap(features, zones), overlap(features, zones, shapes=True)
    for what in ("offsets", "zone", "amount", "whole", "inside"):
        assert bare[what].tobytes() == drawn[what].tobytes()
    drawn_areas = _core.overlap(drawn["shape"], column([]), np.empty(0, np.int64)).whole
    assert drawn_areas == pytest.approx(drawn["amount"], rel=1e-8)


def test_threads_and_the_order_of_rows_change_no_byte():
    rng = np.random.default_rng(15)
    features, zones = blobs(rng, 300, 0.004), blobs(rng, 40, 0.02)
    before = _core.threads()
    try:
        answers = []
        for threads in (1, 2, 4, 8):
            _core.set_threads(threads)
            answers.append(overlap(features, zones))
    finally:
        _core.set_threads(before)
    for answer in answers[1:]:
        for what in ("offsets", "zone", "amount", "whole", "inside"):
            assert answer[what].tobytes() == answers[0][what].tobytes()
    order = rng.permutation(len(features))
    permuted = overlap([features[i] for i in order], zones)
    assert permuted["inside"].tobytes() == answers[0]["inside"][order].tobytes()
    assert permuted["whole"].tobytes() == answers[0]["whole"][order].tobytes()


def test_a_bow_tie_is_refused():
    bow_tie = Polygon([(24, 56), (24.1, 56.1), (24.1, 56), (24, 56.1)])
    with pytest.raises(sm.GeometryError, match="row 1 is not a valid polygon"):
        overlap([bow_tie], [box(24, 56, 25, 57)])
