# SPDX-License-Identifier: Apache-2.0
"""Squares, piers and platforms are walked: along their border, and straight across past what stands on them."""

import itertools

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from pyproj import Geod

import sheltermap as sm
from osm_text import multipolygon, node, osm, way
from sheltermap.analyses.cut_off import closed_streets

GEOD = Geod(ellps="WGS84")
LON, LAT = 24.0, 57.0
LON_PER_M, LAT_PER_M = 1 / 60_772.0, 1 / 111_365.0  # about there
STREET = {"highway": "residential"}
SQUARE = {"highway": "pedestrian", "area": "yes"}


def at(x_m: float, y_m: float) -> tuple[float, float]:
    return round(LON + x_m * LON_PER_M, 7), round(LAT + y_m * LAT_PER_M, 7)


def points(*places) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*zip(*places, strict=True)), crs=4326)


def read(tmp_path, text: str, profile="walk") -> sm.Network:
    path = tmp_path / "town.osm"
    path.write_text(text, encoding="utf-8")
    return sm.Network.from_osm(path, profile)


def way_m(network: sm.Network, start, end) -> float:
    return float(sm.nearest(points(start), points(end), by=network).distance_m.iloc[0])


def length_m(*places) -> float:
    return GEOD.geometry_length(shapely.LineString(places))


def town(ring, streets, tags=SQUARE, holes=(), outside=700.0) -> str:
    """A square whose corners are nodes 1, 2, …; `streets` are corners that a street of 1.5 km leads away from."""
    nodes = [node(i, *at(*place)) for i, place in enumerate(ring, start=1)]
    ways = []
    for corner in streets:
        x, y = ring[corner - 1]
        far = 1500 / np.hypot(x - 50, y - 50)
        nodes.append(node(100 + corner, *at(50 + (x - 50) * far, 50 + (y - 50) * far)))
        ways.append(way(100 + corner, [corner, 100 + corner], STREET))
    closed = [*range(1, len(ring) + 1), 1]
    if not holes:
        return osm(*nodes, way(50, closed, tags), *ways)
    members = {50: "outer"}
    inner = []
    for number, hole in enumerate(holes):
        ids = [1000 + 100 * number + i for i in range(len(hole))]
        nodes += [node(each, *at(*place)) for each, place in zip(ids, hole, strict=True)]
        half = len(ids) // 2  # in two ways, the second one against the direction of the first
        inner += [way(60 + 2 * number, ids[: half + 1]), way(61 + 2 * number, [ids[0], *ids[half:][::-1]])]
        members |= {60 + 2 * number: "inner", 61 + 2 * number: "inner"}
    area_tags = {key: value for key, value in tags.items() if key != "area"}
    return osm(*nodes, way(50, closed), *inner, *ways, multipolygon(7, members, area_tags))


RING = [(0, 0), (100, 0), (100, 100), (0, 100)]


@pytest.mark.parametrize("profile", ["walk", "wheelchair", "emergency"])
@pytest.mark.parametrize("tags", [SQUARE, {"highway": "footway", "area": "yes"}, {"highway": "service", "area": "yes"}])
def test_a_square_is_crossed(tmp_path, profile, tags):
    if profile == "emergency" and tags["highway"] == "footway":
        tags = tags | {"emergency": "yes"}
    network = read(tmp_path, town(RING, [1, 3], tags), profile)
    assert way_m(network, at(0, 0), at(100, 100)) == pytest.approx(length_m(at(0, 0), at(100, 100)), abs=1e-3)
    told = network.summary
    assert (told["areas_crossed"], told["areas_gone_round"], told["areas_left_out"]) == (1, 0, 0)
    assert told["crossings_unjoined"] == 0 and told["length_km"] == pytest.approx(3.4 - 0.28, abs=0.3)


@pytest.mark.parametrize(
    "tags",
    [
        {"man_made": "pier"},
        {"man_made": "pier", "foot": "yes"},
        {"railway": "platform"},
        {"public_transport": "platform"},
        {"public_transport": "platform", "area": "yes"},
        {"highway": "platform"},
    ],
)
def test_piers_and_platforms_are_walked_as_lines_and_as_areas(tmp_path, tags):
    network = read(tmp_path, town(RING, [1, 3], tags))
    assert way_m(network, at(0, 0), at(100, 100)) == pytest.approx(length_m(at(0, 0), at(100, 100)), abs=1e-3)
    lines = osm(
        *(node(i, *at(800 * i, 0)) for i in range(1, 5)), way(1, [1, 2], STREET), way(2, [3, 4], STREET),
        way(3, [2, 3], {key: value for key, value in tags.items() if key != "area"}),
    )  # fmt: skip
    assert way_m(read(tmp_path, lines), at(800, 0), at(3200, 0)) == pytest.approx(2400, rel=1e-2)


@pytest.mark.parametrize("tags", [{"access": "no"}, {"foot": "private"}, {"highway": "proposed"}])
def test_what_nobody_may_enter_is_not_walked(tmp_path, tags):
    network = read(tmp_path, town(RING, [1, 3], SQUARE | tags))
    assert network.summary["parts"] == 2


def test_a_ring_that_is_no_area_is_walked_along(tmp_path):
    network = read(tmp_path, town(RING, [1, 3], {"highway": "pedestrian"}))
    along = min(length_m(at(0, 0), corner, at(100, 100)) for corner in (at(100, 0), at(0, 100)))
    assert way_m(network, at(0, 0), at(100, 100)) == pytest.approx(along, abs=1e-3)
    assert network.summary["areas_crossed"] == 0


def star(random: np.random.Generator, x: float, y: float, radius: float, corners: int) -> list[tuple[float, float]]:
    angles = np.sort(random.uniform(0, 2 * np.pi, corners))
    far = random.uniform(0.3, 1, corners) * radius
    ring = [(x + r * np.cos(a), y + r * np.sin(a)) for a, r in zip(angles, far, strict=True)]
    return ring[::-1] if random.random() < 0.5 else ring


@pytest.mark.parametrize("seed", range(10))
def test_ways_across_are_the_shortest_that_stay_on_the_square(tmp_path, seed):
    random = np.random.default_rng(seed)
    while True:
        ring = star(random, 50, 50, 160, 12)
        holes = [star(random, 40, 50, 25, 6), star(random, 75, 60, 20, 5)][: seed % 3]
        rings = [[at(*place) for place in each] for each in (ring, *holes)]
        shape = shapely.Polygon(rings[0], rings[1:])
        if shape.is_valid and len(shape.interiors) == len(holes):
            break
    # Every two corners between which a line stays inside are joined; more lines than are needed, and the same ways.
    corners = [corner for each in rings for corner in each]
    seen = nx.Graph()
    within = shape.buffer(1e-9)
    for a, b in itertools.combinations(corners, 2):
        if within.covers(shapely.LineString([a, b])):
            seen.add_edge(a, b, weight=length_m(a, b))
    streets = [1, 4, 7, 10]
    network = read(tmp_path, town(ring, streets, holes=holes))
    edges = network.edges()
    found = nx.Graph()
    for edge in edges.itertuples():
        ends = [tuple(np.round(edge.geometry.coords[i], 7)) for i in (0, -1)]
        if not found.has_edge(*ends) or found.edges[ends]["weight"] > edge.length_m:
            found.add_edge(*ends, weight=edge.length_m)
    for a, b in itertools.combinations([rings[0][each - 1] for each in streets], 2):
        assert nx.dijkstra_path_length(found, a, b) == pytest.approx(nx.dijkstra_path_length(seen, a, b), abs=1e-3)
    across = shapely.linestrings([list(line.coords) for line in edges[edges.across].geometry])
    assert within.covers(across).all() if len(across) else True
    assert network.summary["areas_crossed"] == 1 and (edges.way_id == (-7 if holes else 50)).any()


def test_a_square_with_many_entrances_is_gone_round_and_told(tmp_path):
    turn = np.linspace(0, 2 * np.pi, 70, endpoint=False)
    ring = [(50 + 100 * np.cos(each), 50 + 100 * np.sin(each)) for each in turn]
    network = read(tmp_path, town(ring, range(1, 71)))
    assert network.summary["areas_gone_round"] == 1 and not network.edges().across.any()
    assert way_m(network, at(150, 50), at(-50, 50)) == pytest.approx(np.pi * 100, rel=1e-2)


def test_a_square_whose_border_is_not_whole_is_told(tmp_path):
    cut = town(RING, [1, 3], holes=[[(40, 40), (60, 40), (60, 60), (40, 60)]]).replace('<nd ref="1002"/>', "")
    network = read(tmp_path, cut)
    assert (network.summary["areas_left_out"], network.summary["parts"]) == (1, 2)
    # Of a way that is an area what there is of its border is walked.
    text = town(RING, [1, 3]).replace('<node id="4" ', '<node id="9" ')
    network = read(tmp_path, text)
    assert (network.summary["areas_gone_round"], network.summary["areas_crossed"]) == (1, 0)
    assert network.summary["parts"] == 1


def test_squares_that_adjoin_are_entered_from_each_other(tmp_path):
    text = osm(
        *(node(i, *at(*place)) for i, place in enumerate([(0, 0), (100, 0), (100, 90), (0, 90), (200, 0), (200, 90)])),
        node(8, *at(-900, 0)), node(9, *at(1000, 90)),
        way(1, [0, 1, 2, 3, 0], SQUARE), way(2, [1, 4, 5, 2, 1], SQUARE), way(3, [0, 8], STREET),
        way(4, [5, 9], STREET),
    )  # fmt: skip
    best = min(length_m(at(0, 0), at(100, y), at(200, 90)) for y in (0, 90))
    assert way_m(read(tmp_path, text), at(0, 0), at(200, 90)) == pytest.approx(best, abs=1e-3)


def test_ways_across_count_for_no_closed_street(tmp_path):
    network = read(tmp_path, town(RING, [1, 2, 3, 4]))
    flood = gpd.GeoDataFrame(geometry=[shapely.box(*at(-10, -10), *at(110, 110))], crs=4326)
    assert closed_streets(network.close(flood))["closed_m"].sum() == pytest.approx(400 + 4 * 14.1, abs=1)
    assert len(network.close(flood).closed_edges()) == 4 + 4 + 2  # streets, the border, both ways across
