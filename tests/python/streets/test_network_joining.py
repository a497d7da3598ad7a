# SPDX-License-Identifier: Apache-2.0
"""Lines that cross or end on another without a common vertex: joined, or counted and told where."""

import itertools

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely import LineString, Point

import sheltermap as sm

GEOD = Geod(ellps="WGS84")
LON, LAT = 24.0, 57.0
LON_PER_M, LAT_PER_M = 1 / 60_772.0, 1 / 111_365.0  # about there


def at(x_m: float, y_m: float) -> tuple[float, float]:
    return LON + x_m * LON_PER_M, LAT + y_m * LAT_PER_M


def layer(*lines, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=[LineString([at(*place) for place in line]) for line in lines], crs=4326)


def told(network: sm.Network) -> tuple[int, int, int, int, int]:
    keys = ("parts", "ends_joined", "crossings_joined", "ends_unjoined", "crossings_unjoined")
    return tuple(int(network.summary[key]) for key in keys)


MAIN = [(-800, 0), (800, 0)]


@pytest.mark.parametrize("end_m", [0, 0.01, -0.01, 0.1, -0.1, 0.45, -0.45])
def test_an_end_at_a_street_is_joined_to_it(end_m):
    found = sm.Network.from_lines(layer(MAIN, [(1, 400), (1, end_m)]))
    assert told(found) == (1, 1, 0, 0, 0)
    # The lines, what leads the end on to the street, and the stub of one that reaches over it.
    lengths = (
        GEOD.geometry_length(LineString([at(-800, 0), at(800, 0)])),
        GEOD.geometry_length(LineString([at(1, 400), at(1, min(end_m, 0))])),
    )
    assert found.edges().length_m.sum() == pytest.approx(sum(lengths), abs=0.025)
    assert len(found.edges()) == (3 if end_m >= -0.02 else 4)


def test_an_end_farther_away_is_counted_and_joined_when_asked_for():
    lines = layer(MAIN, [(1, 400), (1, 0.8)])
    apart = sm.Network.from_lines(lines)
    assert told(apart) == (2, 0, 0, 1, 0)
    place = apart.unjoined()
    assert place["what"].tolist() == ["end"] and place.crs == "EPSG:4326"
    assert (place.geometry.x[0], place.geometry.y[0]) == pytest.approx(at(1, 0.8), abs=1e-7)
    assert told(sm.Network.from_lines(lines, join_ends_m=1)) == (1, 1, 0, 0, 0)
    assert told(sm.Network.from_lines(layer(MAIN, [(1, 400), (1, 0)]), join_ends_m=0)) == (2, 0, 0, 1, 0)
    assert told(sm.Network.from_lines(layer(MAIN, [(1, 400), (1, 5.2)]))) == (2, 0, 0, 0, 0)


def test_ends_that_nearly_meet_each_other_are_joined_once():
    found = sm.Network.from_lines(layer([(-600, 0), (0, 0)], [(0.3, 0), (600, 0)]))
    assert told(found)[0] == 1 and len(found.edges()) in (2, 3)
    assert found.edges().length_m.sum() == pytest.approx(1200, rel=2e-3)


def test_an_end_whose_street_is_near_along_the_streets_is_no_gap():
    # A short lane ends 4 m from the street that it comes from.
    lane = [(0, 0), (3, 4)]
    assert told(sm.Network.from_lines(layer([*MAIN[:1], (0, 0), (800, 0)], lane)))[3] == 0


def test_crossings_are_counted_and_met_when_asked_for():
    lines = layer(MAIN, [(1, 400), (1, -400)])
    apart = sm.Network.from_lines(lines)
    assert told(apart) == (2, 0, 0, 0, 1)
    place = apart.unjoined()
    assert place["what"].tolist() == ["crossing"]
    assert (place.geometry.x[0], place.geometry.y[0]) == pytest.approx(at(1, 0), abs=2e-7)
    met = sm.Network.from_lines(lines, node=True)
    assert told(met) == (1, 0, 1, 0, 0) and len(met.edges()) == 4
    common = layer([(-800, 0), (1, 0), (800, 0)], [(1, 400), (1, 0), (1, -400)])
    assert told(sm.Network.from_lines(common)) == (1, 0, 0, 0, 0)


def test_a_crossing_at_vertices_of_both_lines_is_one_place():
    # Vertices put into long lines stand a centimetre beside each other there.
    assert told(sm.Network.from_lines(layer([(-1000, 0), (1000, 0)], [(0, 1500), (0, -1500)]))) == (2, 0, 0, 0, 1)


@pytest.mark.parametrize(
    "lanes",
    [
        [[(1, -0.3), (1, 400)], [(1.2, 0.3), (0.8, -0.2), (1, -400)]],  # over the street, and over each other
        [[(1, -0.3), (1, 400)], [(1, 0.3), (1, -400)]],
        [[(1, 0.3), (1, 400)], [(1.1, 0.3), (200, 400)]],  # nearer to each other than to the street
        [[(1, 0.2), (1, 400)], [(1.1, -0.2), (1, -400)]],
        [[(1, 0.2), (1, 400)], [(1.1, 0.2), (200, 400)], [(1, -0.2), (1, -400)], [(1.1, -0.2), (200, -400)]],
    ],
)
def test_all_streets_that_end_at_a_place_meet_there(lanes):
    for order in itertools.permutations([MAIN, *lanes]):
        found = told(sm.Network.from_lines(layer(*order)))
        assert (found[0], found[1], *found[3:]) == (1, len(lanes), 0, 0)


def test_what_lies_behind_another_street_is_not_joined_through_it():
    behind = [(-700, -0.2), (700, -0.2)]
    ways = layer(MAIN, behind, [(1, 0.2), (1, 400)])
    network = sm.Network.from_lines(ways)
    assert told(network)[0] == 1  # by the ends of the one behind only
    near = gpd.GeoDataFrame(geometry=[Point(at(1, 400))], crs=4326)
    there = gpd.GeoDataFrame(geometry=[Point(at(1, -0.2))], crs=4326)
    assert sm.nearest(near, there, by=network, limit="5 km").distance_m[0] > 1000


def test_a_vertex_on_the_way_of_another_line_is_a_crossing():
    lines = layer(MAIN, [(-5, 300), (1, 0), (7, 300)])
    assert told(sm.Network.from_lines(lines)) == (2, 0, 0, 0, 1)
    assert told(sm.Network.from_lines(lines, node=True)) == (1, 0, 1, 0, 0)


def test_lines_that_run_along_each_other_are_one_street():
    lines = layer([(0, 0), (600, 0)], [(300, 0), (900, 0)])
    assert told(sm.Network.from_lines(lines))[0] == 1


@pytest.mark.parametrize("column", ["bridge", "tunnel"])
def test_bridges_and_tunnels_meet_others_at_their_ends_only(column):
    over = [(1, 400), (1, -400)]
    ending = [(200, 300), (200, 0)]
    ways = {column: [True, False, False]}
    found = sm.Network.from_lines(layer(MAIN, over, ending, **ways), **{column: column}, node=True)
    assert told(found) == (3, 0, 0, 0, 0)
    # Where a bridge ends on a street, they meet.
    down = sm.Network.from_lines(layer(MAIN, [(1, 400), (1, 0)], **{column: [False, True]}), **{column: column})
    assert told(down) == (1, 1, 0, 0, 0)
    flags = sm.Network.from_lines(layer(MAIN, over, **{column: [True, False]}), **{column: column}).edges()
    assert flags[column].tolist().count(True) == 1


def test_lines_of_different_levels_do_not_meet():
    lines = layer(MAIN, [(1, 400), (1, -400)], [(200, 300), (200, 0)], level=[0, 1, -1])
    assert told(sm.Network.from_lines(lines, level="level", node=True)) == (3, 0, 0, 0, 0)
    with pytest.raises(ValueError, match=r"'level' holds 0\.5 in row 1; a level is a whole number"):
        sm.Network.from_lines(lines.assign(level=[0.5, 1, 1]), level="level")


@pytest.mark.parametrize("seed", range(8))
def test_nodes_parts_and_ways_are_those_of_lines_cut_by_shapely(seed):
    random = np.random.default_rng(seed)
    starts = random.uniform(-600, 600, (14, 2))
    lines = layer(*([tuple(a), tuple(a + random.uniform(-500, 500, 2))] for a in starts))
    rounded = shapely.transform(lines.geometry.to_numpy(), lambda xy: np.round(xy, 7))
    expected = nx.Graph()
    for piece in shapely.get_parts(shapely.unary_union(rounded)):
        (a, b) = [tuple(np.round(xy, 6)) for xy in piece.coords]
        expected.add_edge(a, b, weight=GEOD.geometry_length(piece))
    network = sm.Network.from_lines(lines, node=True)
    found = nx.Graph()
    for edge in network.edges().itertuples():
        ends = [tuple(np.round(edge.geometry.coords[i], 6)) for i in (0, -1)]
        found.add_edge(*ends, weight=edge.length_m)
    assert network.summary["parts"] == nx.number_connected_components(expected)
    assert network.summary["crossings_unjoined"] == 0
    assert network.edges().length_m.sum() == pytest.approx(expected.size("weight"), abs=0.3)
    ends = [tuple(np.round(line.coords[i], 6)) for line in rounded for i in (0, -1)]
    for start in ends[:10]:
        ways = nx.single_source_dijkstra_path_length(expected, start)
        also = nx.single_source_dijkstra_path_length(found, start)
        for end in ends:
            assert (end in ways) == (end in also)
            assert also.get(end, 0) == pytest.approx(ways.get(end, 0), abs=0.3)


@pytest.mark.parametrize("seed", range(6))
def test_crossings_and_ends_are_those_that_shapely_counts(seed):
    random = np.random.default_rng(100 + seed)
    starts = random.uniform(-400, 400, (30, 2))
    lines = layer(*([tuple(a), tuple(a + random.uniform(-150, 150, 2))] for a in starts))
    shapes = shapely.transform(lines.geometry.to_numpy(), lambda xy: np.round(xy, 7))
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="crosses")
    crossings = int((one < other).sum())
    metres = shapely.transform(shapes, lambda xy: (xy - [LON, LAT]) / [LON_PER_M, LAT_PER_M])
    gaps = {  # no way leads from line to line, so that every end near another one is a gap
        (row, which)
        for row, line in enumerate(metres)
        for which in (0, -1)
        for far in range(len(metres))
        if far != row and shapely.Point(line.coords[which]).distance(metres[far]) <= 5
    }
    network = sm.Network.from_lines(lines, join_ends_m=0)
    assert told(network) == (30, 0, 0, len(gaps), crossings)
    assert len(network.unjoined()) == len(gaps) + crossings


@pytest.mark.parametrize("seed", range(6))
def test_streets_that_end_on_others_are_one_town_whatever_the_order(seed):
    random = np.random.default_rng(200 + seed)
    lines = [[(-600.0, 0.0), (600.0, 0.0)]]
    for _ in range(25):  # each begins somewhere on one that stands already
        (x, y), (u, v) = lines[random.integers(len(lines))]
        share = random.uniform(0.1, 0.9)
        begin = (x + share * (u - x), y + share * (v - y))
        lines.append([begin, (begin[0] + random.uniform(-300, 300), begin[1] + random.uniform(-300, 300))])
    town = sm.Network.from_lines(layer(*lines))
    shapes = [LineString(line) for line in lines]
    near = [  # those that were made to end on another one, and those that happen to
        min(shapely.Point(end).distance(far) for far in shapes if far is not line) <= 0.5
        for line in shapes
        for end in line.coords
    ]
    assert told(town)[:2] == (1, sum(near)) and sum(near) >= 25
    assert told(sm.Network.from_lines(layer(*lines), join_ends_m=0))[0] == 26
    shuffled = sm.Network.from_lines(layer(*(lines[i] for i in random.permutation(len(lines)))))
    assert shuffled.edges().length_m.sum() == pytest.approx(town.edges().length_m.sum(), abs=1e-6)


def test_what_is_said_of_joining_is_checked():
    lines = layer(MAIN)
    for wrong in (-1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="join_ends_m must"):
            sm.Network.from_lines(lines, join_ends_m=wrong)
    with pytest.raises(TypeError, match="node must be True or False"):
        sm.Network.from_lines(lines, node="yes")


def test_what_was_joined_is_saved_with_the_network(tmp_path):
    network = sm.Network.from_lines(layer(MAIN, [(1, 400), (1, 0)], [(90, 9), (90, -9)]), node=True)
    network.save(tmp_path / "t.graph")
    assert told(sm.Network.load(tmp_path / "t.graph")) == told(network) == (1, 1, 1, 0, 0)


def test_places_moved_past_a_fragment_are_told():
    network = sm.Network.from_lines(layer([(0, 0), (2000, 0)], [(100, 50), (300, 50)]), join_ends_m=0)
    assert network.summary["fragments"] == 1
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*zip(at(200, 60), at(900, 60), strict=True)), crs=4326)
    snapped = network.snap(places)
    assert snapped.fragment_m.tolist() == [pytest.approx(10, rel=0.01), pytest.approx(np.nan, nan_ok=True)]
    assert snapped.offroad_m.tolist() == pytest.approx([60, 60], rel=0.01)
