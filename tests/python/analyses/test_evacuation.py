# SPDX-License-Identifier: Apache-2.0
"""Evacuation: who leaves a zone for which shelter, when the last has left, and along which streets."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import LineString, Point, box

import sheltermap as sm

WALKING = 1.1  # m/s, 3.96 km/h
LAT = 57.0


def points(lon, lat, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs=4326)


def zones(*shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=4326)


def metres(*lonlat):
    """Along the ellipsoid from point to point."""
    places = np.array(lonlat)
    return float(sm.geodesic_distance_m(*places[:-1].T, *places[1:].T).sum())


def along(*lon):
    return metres(*((each, LAT) for each in lon))


def street(*lon, **options):
    """A street along the parallel, an edge from each longitude to the next."""
    lines = [LineString([(a, LAT), (b, LAT)]) for a, b in pairwise(lon)]
    return sm.Network.from_lines(gpd.GeoDataFrame(geometry=lines, crs=4326), speed_kmh=3.96, **options)


@pytest.fixture(scope="module")
def walk():
    return street(24.00, 24.02, 24.04)


@pytest.fixture
def flood():
    return zones(box(23.99, 56.99, 24.015, 57.01))


@pytest.fixture
def shelter():
    return points([24.04], [LAT], name=["school"], places=[5])


def test_the_zone_is_left_at_its_edge_and_the_shelter_reached_later(walk, flood, shelter):
    homes = points([24.005, 24.03], [LAT, LAT])
    rows = sm.evacuation(homes, shelter, flood, by=walk, shelter_id="name").rows
    assert list(rows.in_zone) == [True, False]
    assert list(rows.state) == ["leaves", "outside"]
    assert rows.leaves_s[0] == pytest.approx(along(24.005, 24.015) / WALKING, abs=1e-3)
    assert rows.arrives_s[0] == pytest.approx(along(24.005, 24.04) / WALKING, abs=1e-3)
    assert rows.shelter[0] == "school"
    assert rows.loc[1, ["shelter", "leaves_s", "arrives_s", "reason"]].isna().all()


def test_who_comes_through_the_zone_again_leaves_it_the_last_time(walk, flood, shelter):
    again = pd.concat([flood, zones(box(24.025, 56.99, 24.028, 57.01))])
    rows = sm.evacuation(points([24.005], [LAT]), shelter, again, by=walk).rows
    assert rows.leaves_s[0] == pytest.approx(along(24.005, 24.028) / WALKING, abs=1e-3)


def test_a_street_that_winds_in_and_out_is_left_where_it_leaves_last(shelter):
    lines = gpd.GeoDataFrame(geometry=[LineString([(24.00, LAT), (24.02, 57.005), (24.04, LAT)])], crs=4326)
    comb = shapely.union_all([box(24.00, 56.99, 24.01, 57.01), box(24.02, 56.99, 24.03, 57.01)])
    walk = sm.Network.from_lines(lines, speed_kmh=3.96)
    homes, back = points([24.0025, 24.0375], [57.000625] * 2), points([24.035], [57.00125])
    rows = sm.evacuation(homes.iloc[:1], shelter, zones(comb), by=walk).rows
    wet = metres((24.0025, 57.000625), (24.02, 57.005), (24.03, 57.0025))
    assert rows.leaves_s[0] == pytest.approx(wet / WALKING, abs=0.05)
    # The other way the gap between the two parts is where the first of them is left.
    west = sm.evacuation(points([24.005], [57.00125]), back, zones(comb), by=walk)
    wet = metres((24.005, 57.00125), (24.02, 57.005), (24.03, 57.0025))
    assert west.rows.leaves_s[0] == pytest.approx(wet / WALKING, abs=0.05)
    gap = sm.evacuation(points([24.025], [57.00375]), points([24.015], [57.00375]), zones(comb), by=walk)
    wet = metres((24.025, 57.00375), (24.02, 57.005))
    assert gap.rows.leaves_s[0] == pytest.approx(wet / WALKING, abs=0.05)


def test_a_zone_beside_the_street_is_left_on_the_way_to_it(walk, shelter):
    yard = zones(box(24.00, 57.001, 24.01, 57.003))
    row = sm.evacuation(points([24.005], [57.002]), shelter, yard, by=walk).rows.iloc[0]
    beside, whole = metres((24.005, 57.002), (24.005, 57.001)), metres((24.005, 57.002), (24.005, LAT))
    assert row.leaves_s == pytest.approx(beside / WALKING, abs=1e-3)
    assert row.arrives_s == pytest.approx((whole + along(24.005, 24.04)) / WALKING, abs=1e-2)


def test_a_shelter_whose_street_is_in_the_zone_is_reached_through_it(walk):
    zone = zones(box(23.99, 56.99, 24.05, 57.001))
    row = sm.evacuation(points([24.01], [LAT]), points([24.03], [57.003]), zone, by=walk).rows.iloc[0]
    dry = metres((24.03, 57.001), (24.03, 57.003))
    assert row.arrives_s - row.leaves_s == pytest.approx(dry / WALKING, abs=1e-3)
    whole = along(24.01, 24.03) + metres((24.03, LAT), (24.03, 57.003))
    assert row.arrives_s == pytest.approx(whole / WALKING, abs=0.1)  # a parallel is no geodesic: its foot is 3 cm off


def test_a_shelter_in_the_zone_does_not_count_however_near(walk, flood):
    shelters = points([24.006, 24.04, 24.03], [LAT, LAT, LAT], name=["wet", "far", "near"])
    result = sm.evacuation(points([24.005], [LAT]), shelters, flood, by=walk, shelter_id="name")
    assert result.rows.shelter[0] == "near"
    assert list(result.shelters.state) == ["in_zone", "usable", "usable"]
    assert list(result.shelters.arrivals) == [0, 0, 1]


def test_whoever_cannot_leave_is_told_why(flood):
    walk = street(24.00, 24.01, 24.02, 24.04)
    during = walk.close(zones(box(24.004, 56.99, 24.006, 57.01)))
    people = gpd.GeoDataFrame(
        {"people": [1, 2, 4, 8, 16, 32]},
        geometry=[
            Point(24.003, LAT),
            Point(24.005, LAT),
            Point(24.005, 57.05),
            Point(24.012, LAT),
            None,
            Point(25, 57),
        ],
        crs=4326,
    )
    area = zones(box(23.99, 56.99, 24.015, 57.06))
    result = sm.evacuation(people, points([24.04], [LAT]), area, by=during, weight="people")
    assert list(result.rows.state) == ["cannot_leave"] * 3 + ["leaves", "unknown", "outside"]
    assert list(result.rows.reason[:3]) == ["no_path", "street_closed", "not_snapped"]
    assert result.rows.reason[4] == "missing_geometry"
    assert pd.isna(result.rows.in_zone[4])
    assert result.reasons.set_index("reason").people.to_dict() == {
        "missing_geometry": 16,
        "no_path": 1,
        "not_snapped": 4,
        "street_closed": 2,
    }
    total = result.summary.iloc[0]
    assert total.group == "all"
    assert [total.people_in_zone, total.people_leave, total.people_cannot, total.people_unknown] == [15, 8, 7, 16]
    assert total.rows_in_zone == 4


@pytest.mark.parametrize("where", [[24.006], [24.006, 24.01], []])
def test_without_a_shelter_outside_nobody_leaves(walk, flood, where):
    result = sm.evacuation(points([24.005, 24.03], [LAT] * 2), points(where, [LAT] * len(where)), flood, by=walk)
    assert list(result.rows.reason.astype(object).fillna("")) == ["no_shelter_outside", ""]
    assert np.isnan(result.summary.last_left_s[0])
    assert len(result.flows) == 0
    assert result.plot() is not None


@pytest.mark.parametrize("count", [0, 1])
def test_where_nobody_lives_in_the_zone_nobody_leaves(walk, flood, shelter, count):
    result = sm.evacuation(points([24.03] * count, [LAT] * count), shelter, flood, by=walk)
    assert list(result.rows.state) == ["outside"] * count
    assert result.summary.people_in_zone.tolist() == [0]
    assert np.isnan(result.summary.last_left_s[0])
    assert len(result.flows) == len(result.reasons) == 0


def test_groups_go_at_stated_speeds_or_those_of_the_standard(walk, flood, shelter):
    people = points([24.005] * 3, [LAT] * 3, who=["vulnerable", "children", "by car seat"], people=[3, 4, 5])
    speeds = {"children": 1.4, "by car seat": "pram"}
    result = sm.evacuation(people, shelter, flood, by=walk, group="who", speeds=speeds, weight="people")
    wet, whole = along(24.005, 24.015), along(24.005, 24.04)
    summary = result.summary.set_index("group")
    assert list(summary.index) == ["by car seat", "children", "vulnerable", "all"]
    for group, speed in {"vulnerable": 0.5, "children": 1.4, "by car seat": 0.9}.items():
        assert summary.speed_m_s[group] == speed
        assert summary.last_left_s[group] == pytest.approx(wet / speed, abs=0.01)
        assert summary.last_arrived_s[group] == pytest.approx(whole / speed, abs=0.01)
    assert summary.speed_source["children"] == "stated"
    assert "Japan fire agency" in summary.speed_source["vulnerable"]
    assert summary.last_left_s["all"] == pytest.approx(wet / 0.5, abs=0.01)
    assert result.flows.people.tolist() == [12, 12]


def test_where_the_network_is_slow_or_slowed_every_group_is(flood, shelter):
    lines = gpd.GeoDataFrame(
        {"kmh": [5.0, 1.98]},
        geometry=[LineString([(24.00, LAT), (24.01, LAT)]), LineString([(24.01, LAT), (24.04, LAT)])],
        crs=4326,
    )
    walk = sm.Network.from_lines(lines, speed_kmh="kmh")  # 3.96 km/h beside the streets
    people = points([24.005], [LAT], who=["vulnerable"])
    left = sm.evacuation(people, shelter, flood, by=walk, group="who").rows.leaves_s[0]
    assert left == pytest.approx(along(24.005, 24.01) / 0.5 + along(24.01, 24.015) / 0.25, abs=0.01)
    slowed = sm.evacuation(people, shelter, flood, by=walk.slow(0.5), group="who").rows.leaves_s[0]
    assert slowed == pytest.approx(2 * left, rel=1e-9)


def test_a_delay_is_before_everything(walk, flood, shelter):
    homes = points([24.005], [LAT])
    now, later = (sm.evacuation(homes, shelter, flood, by=walk, delay=delay).summary for delay in (None, "10 min"))
    for column in ("left_50pct_s", "left_90pct_s", "last_left_s", "last_arrived_s"):
        assert later[column][0] == pytest.approx(now[column][0] + 600)


def test_percentiles_are_of_the_people_not_of_the_rows(walk, flood, shelter):
    homes = points([24.014, 24.010, 24.005, 24.001], [LAT] * 4, people=[49, 41, 9, 1])
    summary = sm.evacuation(homes, shelter, flood, by=walk, weight="people").summary.iloc[0]
    times = [along(lon, 24.015) / WALKING for lon in (24.014, 24.010, 24.005, 24.001)]
    assert summary.left_50pct_s == pytest.approx(times[1], abs=1e-3)  # 49 of 100 are not half
    assert summary.left_90pct_s == pytest.approx(times[1], abs=1e-3)  # 90 of 100 are nine tenths
    assert summary.last_left_s == pytest.approx(times[3], abs=1e-3)


def test_rows_without_people_wait_for_nobody_and_those_of_unknown_number_are_told(walk, flood, shelter):
    homes = points([24.014, 24.005, 24.001], [LAT] * 3, people=[7, None, 0])
    result = sm.evacuation(homes, shelter, flood, by=walk, weight="people")
    summary = result.summary.iloc[0]
    assert summary.rows_without_weight == 1
    assert summary.people_leave == 7
    assert summary.last_left_s == pytest.approx(along(24.005, 24.015) / WALKING, abs=1e-3)
    assert summary.left_90pct_s == pytest.approx(along(24.014, 24.015) / WALKING, abs=1e-3)
    assert result.flows.people.tolist() == [7, 7]


def test_what_a_shelter_cannot_hold_is_told_and_sent_nowhere_else(walk, flood, shelter):
    two = pd.concat([shelter, shelter.assign(name="gym", places=[None])], ignore_index=True)
    two.geometry = gpd.points_from_xy([24.03, 24.04], [LAT, LAT])
    homes = points([24.005, 24.01], [LAT] * 2, people=[4, 3])
    result = sm.evacuation(homes, two, flood, by=walk, weight="people", capacity="places").shelters
    assert list(result.arrivals) == [7, 0]
    assert result.overflow[0] == 2
    assert np.isnan(result.overflow[1])
    assert result.last_arrived_s[0] == pytest.approx(along(24.005, 24.03) / WALKING, abs=1e-3)
    assert np.isnan(result.last_arrived_s[1])


def test_during_the_flood_only_bridges_and_shallow_water_let_people_out(shelter):
    lines = gpd.GeoDataFrame(
        {"bridge": [False, True, False]},
        geometry=[LineString([(a, LAT), (a + 0.01, LAT)]) for a in (24.00, 24.01, 24.02)],
        crs=4326,
    )
    walk = sm.Network.from_lines(lines, bridge="bridge", speed_kmh=3.96, closing_depth_m=0.3)
    water = zones(box(23.99, 56.99, 24.004, 57.01), box(24.004, 56.99, 24.022, 57.01), depth_m=[0.2, 0.5])
    homes = points([24.002, 24.005, 24.021], [LAT] * 3)
    near = points([24.03], [LAT])
    before = sm.evacuation(homes, near, water, by=walk).rows
    during = sm.evacuation(homes, near, water, by=walk.close(water, depth="depth_m")).rows
    assert list(before.state) == ["leaves"] * 3
    assert list(during.reason.astype(object)) == ["no_path", "street_closed", "street_closed"]
    shallow = sm.evacuation(homes, near, water, by=walk.close(water.assign(depth_m=[0.2, 0.3]), depth="depth_m")).rows
    assert list(shallow.state) == ["leaves"] * 3
    bridge = water.iloc[1:].assign(geometry=[box(24.0101, 56.99, 24.0199, 57.01)])
    over = sm.evacuation(homes.iloc[:1], near, water, by=walk.close(bridge)).rows
    assert over.leaves_s[0] == pytest.approx(along(24.002, 24.022) / WALKING, abs=0.01)


def test_zones_and_places_may_be_in_any_crs(walk, flood, shelter):
    homes = points([24.005], [LAT])
    usual = sm.evacuation(homes, shelter, flood, by=walk).rows.leaves_s[0]
    other = sm.evacuation(homes.to_crs(3059), shelter.to_crs(3857), flood.to_crs(32635), by=walk).rows.leaves_s[0]
    assert other == pytest.approx(usual, abs=0.1)  # edges straight in another projection


def test_wrong_questions_are_refused(walk, flood, shelter):
    homes = points([24.005, 24.01], [LAT] * 2, who=["crowd", None], people=[1, -1], n=[1, 2])

    def ask(people=homes, area=flood, **options):
        return sm.evacuation(people, shelter, area, by=walk, **options)

    with pytest.raises(ValueError, match=r"no speed for the group 'toddlers'.*'pram' \(0.9 m/s\)"):
        ask(homes.assign(who="toddlers"), group="who")
    with pytest.raises(ValueError, match="no speed for the group 2: give"):
        ask(homes.assign(who=2), group="who")
    with pytest.raises(ValueError, match="no speed for the group 'crowd'"):
        ask(homes.assign(who="crowd"), group="who", speeds={"crowd": "bicycle"})
    for wrong in (0, -1.0, float("nan"), float("inf"), True):
        with pytest.raises(ValueError, match="must be a number above 0 in m/s"):
            ask(homes.assign(who="crowd"), group="who", speeds={"crowd": wrong})
    with pytest.raises(ValueError, match="row 2 has no group in 'who', 1 rows"):
        ask(group="who")
    with pytest.raises(ValueError, match="name the column with group="):
        ask(speeds={"crowd": 1.0})
    with pytest.raises(ValueError, match="there is no polygon"):
        ask(area=flood.iloc[:0])
    with pytest.raises(ValueError, match="there is no polygon"):
        ask(area=flood.assign(geometry=gpd.GeoSeries([None], crs=4326)))
    with pytest.raises(ValueError, match="holds -1 in row 2"):
        ask(weight="people")
    with pytest.raises(ValueError, match="a delay is a time"):
        ask(delay="10 m")
    with pytest.raises(ValueError, match="a number with a unit"):
        ask(delay="10")
    with pytest.raises(ValueError, match="no column 'beds'"):
        ask(capacity="beds")
    with pytest.raises(ValueError, match="already has a column 'state'"):
        ask(homes.assign(state=1))
    with pytest.raises(sm.GeometryError, match="polygons belong"):
        ask(area=homes)


def town(seed, count=60):
    """A town of crossing streets, people all over it, shelters around and a flood in the middle."""
    random = np.random.default_rng(seed)
    grid = np.arange(7) * 0.004
    lines = [LineString([(24 + grid[0], 57 + y), (24 + grid[-1], 57 + y + random.normal(0, 0.001))]) for y in grid / 2]
    lines += [LineString([(24 + x, 57 - 0.001), (24 + x + random.normal(0, 0.001), 57.014)]) for x in grid]
    noded = shapely.get_parts(shapely.node(shapely.union_all(lines)))
    walk = sm.Network.from_lines(gpd.GeoDataFrame(geometry=noded, crs=4326), speed_kmh=3.96)
    people = points(
        random.uniform(24.0, 24.024, count),
        random.uniform(57.0, 57.012, count),
        who=random.choice(["crowd", "helped", "vulnerable"], count),
        people=random.uniform(0, 5, count),
    )
    shelters = points([24.0, 24.024, 24.012, 24.024], [57.0, 57.0, 57.0135, 57.012])
    angles = np.linspace(0, 2 * np.pi, 12)[:-1]
    rays = random.uniform(0.4, 1, len(angles))
    star = shapely.Polygon(
        np.column_stack([24.012 + 0.008 * rays * np.cos(angles), 57.006 + 0.004 * rays * np.sin(angles)])
    )
    return walk, people, shelters, star


def left(walk, people, shelters, *shapes, **options):
    return sm.evacuation(people, shelters, zones(*shapes), by=walk, weight="people", **options)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_zone_is_left_where_the_line_of_the_way_leaves_it(seed):
    walk, people, shelters, star = town(seed)
    rows = left(walk, people, shelters, star).rows
    going = rows[rows.state == "leaves"]
    lines = sm.paths(going, shelters, by=walk, cost="seconds").geometry
    for index, line in lines.items():
        home, door = going.geometry[index], shelters.geometry[going.shelter[index]]
        way = shapely.get_coordinates([home, *(Point(xy) for xy in line.coords), door])
        begin, last = 0.0, 0.0
        for a, b in pairwise(way):
            wet = shapely.get_coordinates(star.intersection(LineString([a, b])))
            last = max([last, *(begin + metres(a, point) for point in wet)])
            begin += metres(a, b)
        assert going.leaves_s[index] == pytest.approx(last / WALKING, abs=0.02)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_nobody_is_faster_than_the_crow_flies_and_nobody_is_lost(seed):
    walk, people, shelters, star = town(seed)
    result = left(walk, people, shelters, star, group="who")
    going = result.rows[result.rows.state == "leaves"]
    speed = going.who.map({"crowd": 1.1, "helped": 0.8, "vulnerable": 0.5}).to_numpy()
    door = shelters.geometry[going.shelter.astype(int)]
    crow = sm.geodesic_distance_m(going.geometry.x, going.geometry.y, door.x.to_numpy(), door.y.to_numpy())
    assert (going.arrives_s >= crow / speed - 0.01).all()
    assert ((going.leaves_s >= 0) & (going.leaves_s <= going.arrives_s + 1e-9)).all()
    assert result.shelters.arrivals.sum() == pytest.approx(going.people.sum())
    # Every way uses at least the edge it gets on and no edge carries more than all.
    assert (result.flows.people <= going.people.sum() + 1e-9).all()
    parts = result.summary.set_index("group")
    assert parts.people_leave["all"] == pytest.approx(parts.people_leave.drop("all").sum())
    inside = shapely.covers(star, people.geometry.to_numpy())
    assert parts.people_in_zone["all"] == pytest.approx(people.people[inside].sum())


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), slower=st.floats(0.2, 1.0))
def test_a_slower_group_leaves_later_and_a_larger_zone_later(seed, slower):
    walk, people, shelters, star = town(seed)
    people = people.assign(who="them")
    fast = left(walk, people, shelters, star, group="who", speeds={"them": 1.0}).rows
    slow = left(walk, people, shelters, star, group="who", speeds={"them": slower}).rows
    np.testing.assert_allclose(slow.leaves_s, fast.leaves_s / slower, rtol=1e-9, atol=1e-6)
    # With the same shelters outside: one that is lost may send people another, shorter way out.
    larger = left(walk, people, shelters, star.buffer(0.0005), group="who", speeds={"them": 1.0}).rows
    inside = fast.state == "leaves"
    assert (larger.leaves_s[inside] >= fast.leaves_s[inside] - 1e-6).all()


def test_people_on_a_street_are_those_whose_way_leads_along_it(walk, flood, shelter):
    homes = points([24.005, 24.01, 24.03], [LAT] * 3, people=[0.25, 0.5, 100])
    flows = sm.evacuation(homes, shelter, flood, by=walk, weight="people").flows
    assert flows.people.tolist() == [0.75, 0.75]  # who is outside already does not go


def test_the_order_of_the_rows_and_the_number_of_threads_change_no_byte():
    walk, people, shelters, star = town(7, count=9000)
    parts = [star.intersection(box(24, 57, 24.012, 58)), star.intersection(box(24.012, 57, 25, 58))]
    usual = left(walk, people, shelters, *parts, group="who")
    order = np.random.default_rng(1).permutation(len(people))
    threads = sm.threads()
    try:
        sm.set_threads(1)
        other = left(walk, people.iloc[order], shelters, *parts[::-1], group="who")
    finally:
        sm.set_threads(threads)
    assert_frame_equal(other.rows.loc[usual.rows.index], usual.rows, check_exact=True)
    for table in ("summary", "reasons", "shelters", "flows"):
        assert_frame_equal(getattr(other, table), getattr(usual, table), check_exact=True)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            [
                "leaves the zone (2)",
                "cannot leave the zone (1)",
                "people along the street: 30",
                "people along the street: 3",
            ],
        ),
        ("lv", ["atstāj zonu (2)", "nevar atstāt zonu (1)", "cilvēki pa ielu: 30", "cilvēki pa ielu: 3"]),
    ],
)
def test_the_map_shows_who_leaves_and_streets_as_wide_as_people_are_many(lang, words):
    walk = street(24.00, 24.01, 24.02, 24.04)
    homes = points([24.012, 24.016, 24.005], [LAT] * 3, people=[10, 20, 5])
    shelters = points([24.04, 24.013, 24.0], [LAT] * 3)
    result = sm.evacuation(
        homes, shelters.iloc[:2], zones(box(24.001, 56.99, 24.018, 57.01)), by=walk.close(ways=[0]), weight="people"
    )
    axes = result.plot(lang=lang)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == words
    (flows,) = [each for each in axes.collections if hasattr(each, "get_segments")]
    assert list(flows.get_linewidths()) == [7, 7]
    assert len(flows.get_segments()) == 2


def test_who_lives_on_a_street_that_comes_back_to_a_point_leaves_at_the_right_pass():
    loop = [(24.10, LAT), (24.11, LAT), (24.11, 57.01), (24.10, 57.01), (24.10, LAT)]
    knot = [(24.10, LAT), (24.12, 57.02), (24.12, LAT), (24.10, 57.02)]
    stem = [(24.08, LAT), (24.10, LAT)]
    for lines, zone, home, shelter, way_out in (
        ([stem, loop], box(24.0995, 56.9995, 24.1005, 57.007), (24.10, 57.005), (24.105, 57.01), (24.10, 57.007)),
        ([knot], box(24.1095, 57.0095, 24.1105, 57.0105), (24.1098, 57.0098), (24.12, 57.01), (24.1105, 57.0105)),
    ):
        by = sm.Network.from_lines(gpd.GeoDataFrame(geometry=[LineString(line) for line in lines], crs=4326))
        left = sm.evacuation(points([home[0]], [home[1]]), points([shelter[0]], [shelter[1]]), zones(zone), by=by).rows
        assert left.leaves_s[0] == pytest.approx(metres(home, way_out) / (5 / 3.6), abs=0.05)


def test_what_is_left_of_the_way_beyond_a_zone_knows_where_it_is_slower(walk, flood, shelter):
    """Slower within the zone and beyond it on parts of one edge: leaving takes what the way in the zone does."""
    by = walk.slow(0.5, zones(box(24.005, 56.9, 24.01, 57.1))).slow(0.25, zones(box(24.018, 56.9, 24.05, 57.1)))
    left = sm.evacuation(points([24.002], [LAT]), shelter, flood, by=by).rows
    inside = along(24.002, 24.005) + 2 * along(24.005, 24.01) + along(24.01, 24.015)
    assert left.leaves_s[0] == pytest.approx(inside / WALKING, abs=0.01)
    beyond = along(24.015, 24.018) + 4 * along(24.018, 24.04)
    assert left.arrives_s[0] == pytest.approx((inside + beyond) / WALKING, abs=0.01)
