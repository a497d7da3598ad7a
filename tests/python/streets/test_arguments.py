# SPDX-License-Identifier: Apache-2.0
"""What is asked of streets in the wrong way, or of the wrong streets: errors in words that name the argument."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, MultiLineString, box

import sheltermap as sm

LAT = 56.95
STREET = LineString([(24.10, LAT), (24.12, LAT)])


def points(*lonlat, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*zip(*lonlat, strict=True)), crs=4326)


def lines(*shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=4326)


def made(**options):
    return sm.Network.from_lines(lines(STREET), **options)


@pytest.fixture(scope="module")
def walk():
    return sm.Network.from_lines(lines(STREET))


HOMES, SHELTERS = points((24.101, LAT)), points((24.119, LAT))
FLOOD = gpd.GeoDataFrame(geometry=[box(24.09, 56.9, 24.11, 57)], crs=4326)

NO_NETWORK = {
    "nearest": lambda by: sm.nearest(HOMES, SHELTERS, by=by),
    "within": lambda by: sm.within(HOMES, SHELTERS, "1 km", by=by),
    "reach": lambda by: sm.reach(HOMES, SHELTERS, k=1, by=by),
    "coverage": lambda by: sm.coverage(HOMES, SHELTERS, "5 min", by=by),
    "service_areas": lambda by: sm.service_areas(SHELTERS, "5 min", by=by),
}
ALWAYS_NETWORK = {
    "paths": lambda by: sm.paths(HOMES, SHELTERS, by=by),
    "flows": lambda by: sm.flows(HOMES, SHELTERS, by=by),
    "critical_edges": lambda by: sm.critical_edges(HOMES, SHELTERS, by=by),
    "reachable_streets": lambda by: sm.reachable_streets(SHELTERS, "5 min", by=by),
    "evacuation": lambda by: sm.evacuation(HOMES, SHELTERS, FLOOD, by=by),
}


@pytest.mark.parametrize("name", [*NO_NETWORK, *ALWAYS_NETWORK])
def test_what_is_no_network_is_said(name):
    asked = NO_NETWORK | ALWAYS_NETWORK
    with pytest.raises(TypeError, match=r"by must be a street network, .*, not 'walk'"):
        asked[name]("walk")
    with pytest.raises(TypeError, match=r"by must be a street network, .*, not a GeoDataFrame"):
        asked[name](FLOOD)
    if name in ALWAYS_NETWORK:
        with pytest.raises(TypeError, match=r"by must be a street network, .*, not None"):
            asked[name](None)


def test_both_networks_of_cut_off_are_checked_and_of_the_same_streets(walk, tmp_path):
    with pytest.raises(TypeError, match="after must be a street network"):
        sm.cut_off(HOMES, SHELTERS, walk, FLOOD)
    with pytest.raises(TypeError, match=r"before must be a street network, .*, not None"):
        sm.cut_off(HOMES, SHELTERS, None, walk)
    faster = sm.Network.from_lines(lines(STREET), speed_kmh=50)
    with pytest.raises(ValueError, match="different networks"):
        sm.cut_off(HOMES, SHELTERS, walk, faster.close(ways=[0]))
    walk.save(tmp_path / "walk.graph")
    again = sm.Network.load(tmp_path / "walk.graph")
    assert sm.cut_off(HOMES, SHELTERS, walk, again.close(ways=[0])).rows.state.tolist() == ["cut_off"]


@pytest.mark.parametrize(
    ("ask", "error", "told"),
    [
        (lambda _: made(speed_kmh=None), TypeError, "speed_kmh must be a number, not None"),
        (lambda _: made(speed_kmh=True), TypeError, "speed_kmh must be a number, not True"),
        (lambda _: made(speed_kmh=np.nan), ValueError, "speed_kmh must be above 0 and finite, not nan"),
        (lambda _: made(walking_kmh="3"), TypeError, "walking_kmh must be a number, not '3'"),
        (lambda _: made(walking_kmh=np.inf), ValueError, "walking_kmh must be above 0 and finite, not inf"),
        (lambda _: made(speed_kmh=1e60), ValueError, r"row 1 has 9.*; a speed is a finite number"),
        (lambda _: made(walking_kmh=0), ValueError, "walking_kmh must be above 0 and finite, not 0"),
        (lambda _: made(closing_depth_m="1"), TypeError, "closing_depth_m must be a number"),
        (lambda _: made(snap_limit_m="1 km"), TypeError, "snap_limit_m must be a number"),
        (lambda _: made(snap_limit_m=-1), ValueError, "snap_limit_m must not be negative"),
        (lambda net: net.slow("0.5"), TypeError, "factor must be a number, not '0.5'"),
        (lambda net: net.slow(0.5, ways=[]), ValueError, "ways is empty, so no street would be slower"),
        (lambda net: net.slow(0.5, ways="0"), TypeError, "ways must be a list of ids, .* not '0'"),
        (lambda net: net.close(ways=1), TypeError, "ways must be a list of ids, .* not 1"),
        (lambda net: net.close(ways="12"), TypeError, "ways must be a list of ids, .* not '12'"),
        (lambda net: net.close(ways=[0, 12.9]), ValueError, "ways: 12.9 is no id of a way"),
        (lambda net: net.close(ways=["0"]), ValueError, "ways: '0' is no id of a way"),
        (lambda net: net.close(ways=[True]), ValueError, "ways: True is no id of a way"),
        (lambda net: net.close(ways=[np.nan]), ValueError, "ways: nan is no id of a way"),
        (lambda net: net.close(ways=[np.inf]), ValueError, "ways: inf is no id of a way"),
        (lambda net: net.close(ways=[1 << 80]), ValueError, "is no id of a way"),
        (lambda net: net.close(depth="depth_m"), ValueError, "depth is that of zones"),
        (lambda net: sm.paths(HOMES, SHELTERS, by=net, k=1.5), TypeError, "k must be a whole number, not 1.5"),
        (lambda net: sm.nearest(HOMES, SHELTERS, by=net, k=1.5), TypeError, "k must be a whole number, not 1.5"),
        (lambda net: sm.nearest(HOMES, SHELTERS, by=net, direction="too"), ValueError, "direction must be 'to' or"),
        (lambda net: sm.critical_edges(HOMES, SHELTERS, by=net, count=1.5), TypeError, "count must be a whole number"),
        (lambda net: sm.critical_edges(HOMES, SHELTERS, by=net, count=0), ValueError, "count must be at least 1"),
    ],
)  # fmt: skip
def test_wrong_values_are_named(walk, ask, error, told):
    with pytest.raises(error, match=told):
        ask(walk)


def test_ways_may_come_from_a_column(walk):
    for ways in (np.array([0]), pd.Series([0.0]), {0}, iter([0])):
        assert len(walk.close(ways=ways).closed_edges()) == 1
    assert len(walk.close(ways=()).closed_edges()) == 0


def test_an_unknown_language_is_told_those_there_are(walk):
    left = sm.evacuation(HOMES, SHELTERS, FLOOD, by=walk)
    with pytest.raises(ValueError, match='unknown language "de"; allowed: en, lv'):
        left.plot(lang="de")


def test_a_speed_of_a_group_that_nobody_is_of_is_an_error(walk):
    people = points((24.101, LAT), who=["adults"])
    with pytest.raises(ValueError, match="no group 'adult' in 'who'; it has 'adults'"):
        sm.evacuation(people, SHELTERS, FLOOD, by=walk, group="who", speeds={"adults": 1.1, "adult": 1.0})


@pytest.mark.parametrize(
    ("word", "bridge"),
    [(word, True) for word in ("yes", " YES ", "T", "jā", "ir", True, 1, 1.0)]
    + [(word, False) for word in ("no", "N", "F", "nē", "nav", "", False, 0, 0.0, None, np.nan, pd.NA)],
)
def test_bridges_are_yes_or_no_in_both_languages(word, bridge):
    street = lines(STREET, over=pd.Series([word], dtype=object))
    assert sm.Network.from_lines(street, bridge="over").edges().bridge.tolist() == [bridge]


@pytest.mark.parametrize("word", ["none", "-", "n/a", "viaduct", 2, -1])
def test_a_bridge_that_is_neither_yes_nor_no_is_named(word):
    street = lines(STREET, STREET, over=pd.Series(["yes", word], dtype=object))
    with pytest.raises(ValueError, match=f"column 'over' holds '?{word}'? in row 2; an answer is yes or no"):
        sm.Network.from_lines(street, bridge="over")


def test_capacities_that_cannot_be_meant_are_not_known(walk):
    halls = points(*[(24.119, LAT + i * 1e-4) for i in range(4)], places=[-5.0, np.nan, 0.0, 3.0])
    for hall in range(4):
        one = halls.iloc[[hall]]
        left = sm.evacuation(HOMES, one, FLOOD, by=walk, capacity="places")
        assert left.shelters.arrivals.tolist() == [1]
        expected = {0: np.nan, 1: np.nan, 2: 1.0, 3: 0.0}[hall]
        assert left.shelters.overflow.tolist() == pytest.approx([expected], nan_ok=True)
        assert len(left.notes) == (1 if hall == 0 else 0)
    told = sm.evacuation(HOMES, halls, FLOOD, by=walk, capacity="places").notes[0]
    assert "-5 in row 1" in told
    assert "count as shelters without a number" in told


def test_facilities_off_the_streets_are_no_missing_facilities(walk):
    """Some exist, so `no_facility` would be wrong: no way leads to them, and they are counted."""
    homes = points((24.101, LAT), (24.5, LAT))
    far = points((24.11, LAT + 0.45))
    expected = ["no_path", "not_snapped"]
    assert sm.nearest(homes, far, by=walk).reason.tolist() == expected
    covered = sm.coverage(homes, far, "5 min", by=walk)
    assert covered.facilities_not_snapped == 1
    assert covered.rows.reason.tolist() == expected
    summary = covered.summary.iloc[0]
    assert summary.covered + summary.uncovered + summary.unknown == len(homes)
    cut = sm.cut_off(homes, far, walk, walk.close(ways=[0]))
    assert cut.rows.reason.tolist() == expected
    assert cut.rows.state.tolist() == ["not_reached_before"] * 2
    left = sm.evacuation(homes.iloc[:1], far, FLOOD, by=walk)
    assert left.rows.reason.tolist() == ["no_path"]
    unplaced = gpd.GeoDataFrame(geometry=[None], crs=4326)
    assert sm.nearest(homes, unplaced, by=walk).reason.tolist() == ["no_facility"] * 2


def test_axes_swapped_against_the_streets_are_an_error(walk):
    turned = sm.Network.from_lines(lines(LineString([(LAT, 24.10), (LAT, 24.12)])))
    asked = {
        "demand and the streets": lambda: sm.nearest(HOMES, SHELTERS, by=turned),
        "facilities and the streets": lambda: sm.service_areas(SHELTERS, "5 min", by=turned),
        "zones and the streets": lambda: sm.evacuation(HOMES, SHELTERS, FLOOD, by=turned),
        "the places and the streets": lambda: turned.snap(HOMES),
    }
    for told, ask in asked.items():
        with pytest.raises(sm.CrsError, match=rf"({told}) lie [0-9,]+ km apart"):
            ask()
    with pytest.warns(sm.FarApartWarning, match="lie 108 km apart"):  # far off, but not swapped
        assert sm.nearest(points((25.9, LAT)), SHELTERS, by=walk).reason[0] == "not_snapped"


def test_a_line_across_the_antimeridian_is_named():
    with pytest.raises(ValueError, match=r"row 2 goes from longitude 179.99.* to -179.99.*cut it at the antimeridian"):
        sm.Network.from_lines(lines(LineString([(10, 10), (10.1, 10)]), LineString([(179.99, 10), (-179.99, 10)])))
    with pytest.raises(sm.CrsError, match="reach beyond the degrees there are, the first is row 1"):  # metres
        sm.Network.from_lines(lines(LineString([(500_000, 10), (501_000, 10)])))
    east = sm.Network.from_lines(lines(LineString([(179.99, 10), (180, 10)])))
    assert east.summary["length_km"] == pytest.approx(1.0964, abs=1e-3)  # 0.01 degrees at 10 N


def test_a_time_at_the_limit_is_within_it():
    """A speed in single precision alone would make the times up to 6e-8 longer or shorter than they are."""
    home, shelter = points((24.1, LAT)), points((24.1205, LAT))
    for kmh in (5, 3.96, 4.0, 2.88, 1.8, 7.1234, 90.0, 131.7):
        walk = sm.Network.from_lines(lines(STREET, LineString([(24.12, LAT), (24.1205, LAT)])), speed_kmh=kmh)
        metres = sm.nearest(home, shelter, by=walk).distance_m[0]
        exact = metres * 3.6 / kmh
        limit = f"{exact * (1 + 1e-12):.12f} s"
        found = sm.nearest(home, shelter, by=walk, limit=limit)
        assert found.duration_s[0] == pytest.approx(exact, rel=1e-13)
        assert sm.nearest(home, shelter, by=walk, limit=f"{exact * (1 - 1e-9):.12f} s").reason[0] == "too_far"


def test_a_line_without_length_is_named_and_left_out_when_asked(tmp_path):
    point = LineString([(24.11, LAT), (24.11, LAT)])
    both = MultiLineString([point, LineString([(24.12, LAT), (24.13, LAT)])])
    streets = lines(STREET, point, both, None, name=["a", "b", "c", "d"])
    with pytest.raises(sm.GeometryError, match=r"row 2 holds a line without length, 2 rows in all; .*strict=False"):
        sm.Network.from_lines(streets)
    walk = sm.Network.from_lines(streets, name="name", strict=False)
    edges = walk.edges().sort_values("way_id")
    assert edges.name.tolist() == ["a", "c"]
    assert edges.way_id.tolist() == [0, 2]  # rows of the layer as it was given
    assert walk.summary["ways_used"] == 2
    assert streets.geometry.iloc[1].equals(point)


def test_a_barrier_may_hold_lines_and_polygons(walk):
    line, area = LineString([(24.105, 56.9), (24.105, 57)]), box(24.11, 56.9, 24.112, 57)
    both = walk.close(barrier=lines(area, line, None)).closed_edges().iloc[0]
    assert both.open_from_first_m == pytest.approx(walk.close(barrier=lines(line)).closed_edges().open_from_first_m[0])
    assert both.open_from_last_m == pytest.approx(walk.close(barrier=lines(area)).closed_edges().open_from_last_m[0])
    with pytest.raises(sm.GeometryError, match="row 1 is a Point where lines or polygons belong"):
        walk.close(barrier=HOMES)


def test_a_network_tells_what_is_closed_and_slower():
    two = sm.Network.from_lines(lines(STREET, LineString([(24.12, LAT), (24.13, LAT)])))
    assert repr(two) == "<Network for 'lines': 2 edges, 2 km of streets>"
    assert repr(two.slow(0.5).slow(0.25, FLOOD)) == "<Network for 'lines': 2 edges, 2 km of streets, 2 slower>"
    assert repr(two.slow(0.5, ways=[1]).close(FLOOD)).endswith("streets, 1 closed, 1 slower>")
