# SPDX-License-Identifier: Apache-2.0
"""Streets closed for one question: floods, listed ways, barriers; and what that means for people."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import LineString, Point, box

import sheltermap as sm

# A ladder: two streets from west to east, 1.2 km long and 1.1 km apart, and three rungs; the middle one is a bridge.
WEST, MIDDLE, EAST = 24.00, 24.01, 24.02
SOUTH, NORTH = 57.00, 57.01


def points(lon, lat, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs=4326)


def zones(*shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=4326)


def ladder(**options):
    lines = {
        "south west": [(WEST, SOUTH), (MIDDLE, SOUTH)],
        "south east": [(MIDDLE, SOUTH), (EAST, SOUTH)],
        "north west": [(WEST, NORTH), (MIDDLE, NORTH)],
        "north east": [(MIDDLE, NORTH), (EAST, NORTH)],
        "west rung": [(WEST, SOUTH), (WEST, NORTH)],
        "bridge": [(MIDDLE, SOUTH), (MIDDLE, NORTH)],
        "east rung": [(EAST, SOUTH), (EAST, NORTH)],
    }
    frame = gpd.GeoDataFrame(
        {"name": list(lines), "bridge": [name == "bridge" for name in lines]},
        geometry=[LineString(line) for line in lines.values()],
        crs=4326,
    )
    return sm.Network.from_lines(frame, name="name", bridge="bridge", **options)


@pytest.fixture(scope="module")
def walk():
    return ladder(closing_depth_m=0.3)


@pytest.fixture
def homes():
    return points([WEST, MIDDLE, EAST], [SOUTH, SOUTH, SOUTH], people=[3, 5, 7])


@pytest.fixture
def shelter():
    return points([MIDDLE], [NORTH], code=["S"])


def distance(network, homes, shelter):
    return sm.nearest(homes, shelter, by=network).distance_m.to_numpy()


RIVER = box(23.99, 57.004, 24.03, 57.006)  # crosses the three rungs


def test_a_flood_closes_the_streets_it_covers_but_no_bridge(walk, homes, shelter):
    flooded = walk.close(zones(RIVER))
    assert sorted(flooded.closed_edges().name) == ["east rung", "west rung"]
    before, after = distance(walk, homes, shelter), distance(flooded, homes, shelter)
    assert after == pytest.approx(before, abs=0.2)  # over the bridge it is as near; parallels shrink to the north
    assert len(walk.closed_edges()) == 0
    assert repr(flooded) == "<Network for 'lines': 7 edges, 6 km of streets, 2 closed>"


def test_bridges_close_when_asked_or_listed(walk, homes, shelter):
    for closed in (
        walk.close(zones(RIVER), bridges=True),
        walk.close(zones(RIVER), ways=[5]),
        walk.close(zones(RIVER)).close(ways=[5]),
        walk.close(barrier=zones(LineString([(23.99, 57.005), (24.03, 57.005)]))),
        walk.close(barrier=zones(RIVER)),
    ):
        assert sorted(closed.closed_edges().name) == ["bridge", "east rung", "west rung"]
        assert list(sm.nearest(homes, shelter, by=closed).reason) == ["no_path"] * 3


def test_only_deep_water_closes_a_street(walk):
    two = zones(box(23.99, 57.004, 24.005, 57.006), box(24.015, 57.004, 24.03, 57.006), depth_m=[0.3, 0.31])
    assert list(walk.close(two, depth="depth_m").closed_edges().name) == ["east rung"]
    assert len(walk.close(two, depth=0.3).closed_edges()) == 0
    assert len(walk.close(two, depth=0.3, closing_depth_m=0.2).closed_edges()) == 2
    assert len(walk.close(two).closed_edges()) == 2
    unknown = two.assign(depth_m=[None, 0.1])
    assert list(walk.close(unknown, depth="depth_m").closed_edges().name) == ["west rung"]


def test_who_lives_on_the_open_end_of_a_street_can_leave(walk, shelter):
    flooded = walk.close(zones(box(23.99, 57.004, 24.005, 57.006)))
    people = points([WEST] * 3, [57.002, 57.005, 57.008])
    answer = sm.nearest(people, shelter, by=flooded)
    assert list(answer.reason.astype(object).fillna("")) == ["", "no_path", ""]
    south = sm.geodesic_distance_m([WEST], [57.002], [WEST], [SOUTH])[0]
    south += sm.geodesic_distance_m([WEST], [SOUTH], [MIDDLE], [SOUTH])[0]
    south += sm.geodesic_distance_m([MIDDLE], [SOUTH], [MIDDLE], [NORTH])[0]
    assert answer.distance_m[0] == pytest.approx(south, abs=0.01)
    ends = flooded.closed_edges().iloc[0]
    metres = 111_400  # of one degree of latitude at 57° N, within 0.1 %
    assert sorted([ends.open_from_first_m, ends.open_from_last_m]) == pytest.approx([0.004 * metres] * 2, rel=1e-3)


def test_closing_nothing_changes_nothing_and_views_leave_the_network_alone(walk, homes, shelter):
    before = sm.nearest(homes, shelter, k=1, by=walk)
    far_away = zones(box(25, 57, 25.1, 57.1))
    assert_frame_equal(sm.nearest(homes, shelter, by=walk.close(far_away)), before)
    assert_frame_equal(sm.nearest(homes, shelter, by=walk.close()), before)
    walk.close(zones(RIVER), bridges=True)
    assert_frame_equal(sm.nearest(homes, shelter, by=walk), before)


def test_slower_streets_take_longer_and_are_no_longer(walk, homes, shelter):
    half = walk.slow(0.5)
    assert distance(half, homes, shelter) == pytest.approx(distance(walk, homes, shelter))
    usual = sm.nearest(homes, shelter, by=walk, cost="seconds").duration_s.to_numpy()
    slower = sm.nearest(homes, shelter, by=half, cost="seconds").duration_s.to_numpy()
    assert slower == pytest.approx(2 * usual)
    # The river zone takes a fifth of the bridge: 4/5 at the usual pace, 1/5 at a quarter of it.
    bridge = points([MIDDLE], [SOUTH])
    usual = sm.nearest(bridge, shelter, by=walk, cost="seconds").duration_s[0]
    in_part = sm.nearest(bridge, shelter, by=walk.slow(0.25, zones(RIVER)), cost="seconds").duration_s[0]
    assert in_part == pytest.approx(usual * (0.8 + 0.2 * 4), rel=1e-4)
    by_way = sm.nearest(bridge, shelter, by=walk.slow(0.5, ways=[5]), cost="seconds").duration_s[0]
    assert by_way == pytest.approx(2 * usual)


def test_zones_may_be_in_any_crs(walk):
    usual = walk.close(zones(RIVER)).closed_edges()
    other = walk.close(zones(RIVER).to_crs(3059)).closed_edges()
    assert list(other.name) == list(usual.name)
    assert other.open_from_first_m.to_numpy() == pytest.approx(usual.open_from_first_m.to_numpy(), abs=0.2)


def test_a_circular_street_all_in_a_zone_is_closed_all_round():
    """Its last vertex is its first, which lies at its beginning and at its end."""
    corners = [(24.0, 57.0), (24.01, 57.0), (24.01, 57.005), (24.0, 57.005), (24.0, 57.0)]
    ring = sm.Network.from_lines(gpd.GeoDataFrame(geometry=[LineString(corners)], crs=4326))
    edges = ring.close(zones(box(23.9, 56.9, 24.1, 57.1))).closed_edges()
    assert edges.open_from_first_m.tolist() == [0]
    assert edges.open_from_last_m.tolist() == [0]


def test_what_cannot_be_closed_is_said(walk):
    with pytest.raises(ValueError, match="no way 99, 1 of 2"):
        walk.close(ways=[0, 99])
    with pytest.raises(ValueError, match="negative depth"):
        walk.close(zones(RIVER), depth=-1.0)
    with pytest.raises(ValueError, match="no column 'deep'"):
        walk.close(zones(RIVER), depth="deep")
    with pytest.raises(ValueError, match="closing_depth_m"):
        walk.close(zones(RIVER), closing_depth_m=-0.1)
    with pytest.raises(ValueError, match="factor"):
        walk.slow(0)
    with pytest.raises(sm.GeometryError, match="polygons belong"):
        walk.close(points([24.0], [57.0]))


def test_cut_off_tells_who_why_and_the_detour(walk):
    flooded = walk.close(zones(RIVER), ways=[0])
    people = gpd.GeoDataFrame(
        {"people": [3, 5, 7, 11, 13]},
        geometry=[Point(WEST, SOUTH), Point(WEST, 57.005), Point(EAST, SOUTH), Point(24.5, 57), None],
        crs=4326,
    )
    result = sm.cut_off(people, points([MIDDLE], [NORTH]), walk, flooded, weight="people")
    assert list(result.rows.state) == ["cut_off", "cut_off", "reached", "not_reached_before", "unknown"]
    assert list(result.rows.reason.astype(object).fillna("")) == [
        "no_path",
        "street_closed",
        "",
        "not_snapped",
        "missing_geometry",
    ]
    assert result.rows.detour_m[2] == pytest.approx(0.16, abs=0.01)  # by the bridge instead of the north
    assert result.summary.weight.sum() == 39
    assert list(result.summary.state) == ["reached", "cut_off", "cut_off", "not_reached_before", "unknown"]
    assert list(result.summary.weight) == [7, 5, 3, 11, 13]


def test_cut_off_by_a_limit_and_by_a_closed_shelter(walk, homes):
    shelters = points([MIDDLE, WEST], [NORTH, SOUTH], code=["A", "B"])
    usual = sm.cut_off(homes, shelters, walk, walk, limit="1.5 km", facility_id="code")
    assert list(usual.rows.state) == ["reached"] * 3
    after = sm.cut_off(
        homes, shelters, walk, walk, limit="1.5 km", facilities_after=shelters.iloc[:1], facility_id="code"
    )
    assert after.rows.facility_before[0] == "B"
    assert after.rows.state.iloc[0] == "cut_off"
    assert after.rows.reason.iloc[0] == "too_far"
    assert (after.rows.facility_after.dropna() == "A").all()


def test_sums_of_people_do_not_depend_on_the_order_of_the_rows(walk, shelter):
    rng = np.random.default_rng(7)
    count = 300
    homes = points(rng.uniform(WEST, EAST, count), rng.uniform(SOUTH, NORTH, count))
    homes["people"] = rng.uniform(0, 1, count) * 10.0 ** rng.integers(-6, 12, count)
    flooded = walk.close(zones(RIVER))
    summary = sm.cut_off(homes, shelter, walk, flooded, weight="people").summary
    for _ in range(5):
        permuted = homes.iloc[rng.permutation(count)]
        found = sm.cut_off(permuted, shelter, walk, flooded, weight="people").summary
        assert_frame_equal(found, summary, check_exact=True)
    assert (summary.weight > 0).all() and len(summary) > 1


def test_a_detour_is_what_the_way_after_costs_more(walk, homes, shelter):
    closed = walk.close(ways=[5])
    result = sm.cut_off(homes, shelter, walk, closed, cost="seconds", weight="people")
    before, after = (
        sm.nearest(homes, shelter, by=network, cost="seconds").duration_s.to_numpy() for network in (walk, closed)
    )
    assert result.rows.delay_s.to_numpy() == pytest.approx(after - before)
    mean = np.average(after - before, weights=homes.people)
    assert result.summary.mean_delay_s[0] == pytest.approx(mean)


@settings(max_examples=30, deadline=None)
@given(
    west=st.floats(23.99, 24.02),
    south=st.floats(56.995, 57.01),
    width=st.floats(0.0005, 0.02),
    height=st.floats(0.0005, 0.02),
)
def test_a_flood_never_brings_anybody_nearer(west, south, width, height):
    walk = ladder()
    flood = box(west, south, west + width, south + height)
    flooded = walk.close(zones(flood), bridges=True)
    people = points(*np.random.default_rng(1).uniform([23.998, 56.998], [24.022, 57.012], (40, 2)).T)
    shelters = points([MIDDLE, WEST], [NORTH, SOUTH])
    before, after = distance(walk, people, shelters), distance(flooded, people, shelters)
    assert (np.isnan(after) | (after >= before - 1e-9)).all()
    # What stays open of a closed edge lies outside the flood, what is closed begins and ends in it.
    edges = flooded.closed_edges()
    whole = walk.edges()
    touched = {edge for edge, line in whole.geometry.items() if line.intersects(flood)}
    assert set(edges.index) == touched


def lines(*shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=[LineString(shape) for shape in shapes], crs=4326)


def metres(*lonlat):
    """Along the ellipsoid from point to point."""
    places = np.array(lonlat)
    return float(sm.geodesic_distance_m(*places[:-1].T, *places[1:].T).sum())


STEM = [(24.08, 57.0), (24.10, 57.0)]
LOOP = [(24.10, 57.0), (24.11, 57.0), (24.11, 57.01), (24.10, 57.01), (24.10, 57.0)]
LAST_SIDE = box(24.0995, 56.9995, 24.1005, 57.007)  # of the loop, with its junction


@pytest.mark.parametrize("parts", [[LOOP], [LOOP[:3], LOOP[2:]]], ids=["one line", "two lines"])
def test_a_loop_is_closed_on_the_side_that_lies_in_the_zone(parts):
    net = sm.Network.from_lines(lines(STEM, *parts))
    wet = net.close(zones(LAST_SIDE))
    inside = metres((24.10, 57.007), (24.10, 57.0)) + metres((24.0995, 57.0), (24.10, 57.0), (24.1005, 57.0))
    assert wet.closed_edges().closed_m.sum() == pytest.approx(inside, abs=0.01)
    both_in_water = sm.nearest(points([24.10], [57.0055]), points([24.10], [57.004]), by=wet)
    assert list(both_in_water.reason) == ["no_path"]
    homes = points([24.10, 24.105, 24.10], [57.005, 57.0, 57.0])  # in the water, on the dry side, at the junction
    rows = sm.cut_off(homes, points([24.11], [57.007]), net, wet).rows
    assert list(rows.reason.astype(object).fillna("")) == ["street_closed", "", "street_closed"]
    assert rows.distance_m_after[1] == pytest.approx(metres((24.105, 57.0), (24.11, 57.0), (24.11, 57.007)), abs=0.01)


def test_a_street_that_crosses_itself_is_closed_at_both_passes():
    knot = [(24.10, 57.0), (24.12, 57.02), (24.12, 57.0), (24.10, 57.02)]  # at (24.11, 57.01)
    net = sm.Network.from_lines(lines(knot))
    ends = net.close(zones(box(24.1095, 57.0095, 24.1105, 57.0105))).closed_edges().iloc[0]
    assert ends.closed_m == pytest.approx(
        metres((24.1095, 57.0095), (24.1105, 57.0105)) + metres((24.1105, 57.0095), (24.1095, 57.0105)), abs=0.01
    )
    assert ends.open_from_first_m == pytest.approx(metres((24.10, 57.0), (24.1095, 57.0095)), abs=0.1)
    assert ends.open_from_last_m == pytest.approx(metres((24.10, 57.02), (24.1095, 57.0105)), abs=0.1)


def test_the_dry_street_between_two_waters_is_open_there():
    net = sm.Network.from_lines(lines([(24.10, 57.0), (24.12, 57.0)]))
    wet = net.close(zones(box(24.104, 56.9, 24.106, 57.1), box(24.114, 56.9, 24.116, 57.1)))
    answer = sm.nearest(points([24.108, 24.102], [57.0] * 2), points([24.112], [57.0]), by=wet)
    assert answer.distance_m[0] == pytest.approx(metres((24.108, 57.0), (24.112, 57.0)), abs=0.01)
    assert answer.reason[1] == "no_path"


CORNER = [(24.10, 57.0), (24.11, 57.0)]
BRIDGE = [(24.11, 57.0), (24.11, 57.01)]
BEYOND = [(24.11, 57.01), (24.11, 57.02)]
WATER = box(24.105, 56.999, 24.115, 57.005)


def test_who_gets_on_at_a_flooded_junction_starts_on_a_closed_street():
    net = sm.Network.from_lines(lines(CORNER, BRIDGE, BEYOND, b=["no", "yes", "no"]), bridge="b")
    wet = net.close(zones(WATER))
    homes = points([24.1105, 24.1099], [56.9995] * 2)  # the corner is the nearest point; a point 6 m along the street
    shelter = points([24.111], [57.015])
    rows = sm.cut_off(homes, shelter, net, wet).rows
    assert list(rows.reason) == ["street_closed"] * 2
    left = sm.evacuation(homes, shelter, zones(WATER), by=wet).rows
    assert list(left.reason) == ["street_closed"] * 2
    # The other way round: nor does anybody get off there.
    assert list(sm.nearest(shelter, homes, by=wet).reason) == ["no_path"]


@pytest.mark.parametrize("at", [24.1105, 24.108], ids=["junction", "along a street"])
def test_two_doors_at_one_point_in_the_water_do_not_reach_each_other(at):
    net = sm.Network.from_lines(lines(CORNER, BRIDGE))
    home = points([at], [56.9995])
    assert list(sm.cut_off(home, home, net, net.close(zones(WATER))).rows.reason) == ["street_closed"]


def test_a_junction_is_open_while_one_of_its_streets_is():
    net = sm.Network.from_lines(lines(CORNER, BRIDGE, BEYOND))
    for closed in ([0], [1]):  # the corner is an end of both, whichever of them a place gets on
        answer = sm.nearest(points([24.11], [57.0]), points([24.11], [57.0]), by=net.close(ways=closed))
        assert answer.distance_m[0] == 0
    answer = sm.nearest(points([24.11], [57.0]), points([24.11], [57.0]), by=net.close(ways=[0, 1]))
    assert list(answer.reason) == ["no_path"]


WEST_HALF, EAST_HALF = box(24.09, 56.9, 24.11, 57.1), box(24.11, 56.9, 24.13, 57.1)
WITHOUT_MIDDLE = box(24.09, 56.9, 24.13, 57.1).difference(box(24.105, 56.95, 24.115, 57.2))  # a U


@pytest.mark.parametrize(
    ("slow", "begin", "end", "times"),
    [
        ([WEST_HALF], 24.115, 24.12, 1),
        ([WEST_HALF], 24.10, 24.105, 10),
        ([WEST_HALF], 24.12, 24.10, 5.5),
        ([WEST_HALF, EAST_HALF], 24.10, 24.12, 10),
        ([WEST_HALF, WEST_HALF], 24.10, 24.105, 10),
        ([WITHOUT_MIDDLE], 24.106, 24.114, 1),
        ([WITHOUT_MIDDLE], 24.10, 24.12, 5.5),
    ],
)
def test_a_street_is_slower_where_it_lies_in_a_zone_and_only_there(slow, begin, end, times):
    net = sm.Network.from_lines(lines([(24.10, 57.0), (24.12, 57.0)]), speed_kmh=3.6)
    one_call = net.slow(0.1, zones(*slow))
    call_by_call = net
    for each in slow:
        call_by_call = call_by_call.slow(0.1, zones(each))
    for slower in (one_call, call_by_call):
        answer = sm.nearest(points([begin], [57.0]), points([end], [57.0]), by=slower, cost="seconds")
        assert answer.duration_s[0] == pytest.approx(times * metres((begin, 57.0), (end, 57.0)), abs=0.05)
    reached = sm.reachable_streets(points([end], [57.0]), "20 h", by=one_call)
    there = reached[(reached.begin_duration_s - reached.end_duration_s).abs() > 0]
    assert (there.end_m - there.begin_m).sum() == pytest.approx(net.edges().length_m.sum(), abs=1e-3)
    at_begin = metres((24.10, 57.0), (begin, 57.0))
    part = there[(there.begin_m <= at_begin + 1e-3) & (there.end_m >= at_begin - 1e-3)].iloc[0]
    cost = np.interp(at_begin, [part.begin_m, part.end_m], [part.begin_duration_s, part.end_duration_s])
    assert cost == pytest.approx(times * metres((begin, 57.0), (end, 57.0)), abs=0.05)
