# SPDX-License-Identifier: Apache-2.0
"""Service areas along streets: where edges are cut, and the areas beside them."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from shapely import LineString, Point, box

import rfc7946
import river_town
import sheltermap as sm
from river_town import points


def length_m(lines):
    return np.asarray(sm.geodesic_length_m(lines))


def along(lines, share):
    """Return a point of each line, the share of its length in degrees from its start."""
    return shapely.line_interpolate_point(np.asarray(lines), share, normalized=True)


@pytest.fixture
def streets():
    return river_town.streets()


@pytest.fixture
def walk(streets):
    return river_town.on_foot(streets)


@pytest.fixture
def shelters():
    return points([24.0, 24.033], [57.0, 57.0009], code=["south", "bridge head"])


@pytest.fixture(scope="module")
def helsinki():
    return sm.Network.from_osm(Path(__file__).parents[2] / "data" / "osm" / "helsinki.osm.pbf", "walk")


@pytest.fixture(scope="module")
def stops(helsinki):
    """Facilities in the middle of streets all over the extract."""
    edges = helsinki.edges()
    chosen = np.random.default_rng(3).choice(np.flatnonzero(edges.length_m > 50), 12, replace=False)
    at = shapely.get_coordinates(along(edges.geometry.iloc[chosen], 0.37))
    return points(at[:, 0] + 1e-4, at[:, 1], code=[f"F{i}" for i in range(12)])


def test_streets_are_cut_where_the_limit_is_reached(walk, shelters):
    near = sm.reachable_streets(shelters.iloc[:1], ["1 km", 500], by=walk, facility_id="code")
    assert list(near.street) == ["South bank"] * 2
    assert list(near.facility) == ["south"] * 2
    assert list(near.distance_m) == [500, 1000]
    assert near.begin_m.to_numpy() == pytest.approx([0, 500], abs=1e-6)
    assert near.end_m.to_numpy() == pytest.approx([500, 1000], abs=1e-6)
    assert near.begin_distance_m.to_numpy() == pytest.approx([0, 500], abs=1e-6)
    assert near.end_distance_m.to_numpy() == pytest.approx([500, 1000], abs=1e-6)
    assert length_m(near.geometry) == pytest.approx([500, 500], abs=1e-6)
    assert near.crs == "EPSG:4326"


def test_times_come_from_the_speeds(walk, shelters):
    near = sm.reachable_streets(shelters.iloc[1:], "2 min", by=walk).set_index("street")
    bridge = length_m(walk.edges().set_index("name").geometry.loc[["Bridge"]])[0]
    assert near.loc["Bridge", "end_m"] == pytest.approx(bridge, abs=1e-9)
    assert near.loc["Bridge", "begin_duration_s"] == pytest.approx(bridge / 2, abs=1e-6)
    assert length_m(near.geometry)[list(near.index).index("South bank")] == pytest.approx(120 - bridge / 2, abs=1e-6)
    assert length_m(near.geometry)[list(near.index).index("North bank")] == pytest.approx(120, abs=1e-6)
    assert set(near.duration_s) == {120}


def test_one_way_streets_tell_the_way_there_from_the_way_back(streets):
    drive = sm.Network.from_lines(streets, one_way="way", bridge="bridge", speed_kmh=3.6)
    shelter = points([24.0165], [57.0009])
    there = sm.reachable_streets(shelter, 500, by=drive)  # the north bank is gone westwards only
    back = sm.reachable_streets(shelter, 500, by=drive, direction="from")
    assert there.geometry.union_all().bounds[0] == pytest.approx(24.0165, abs=1e-7)
    assert back.geometry.union_all().bounds[2] == pytest.approx(24.0165, abs=1e-7)


@pytest.mark.parametrize("limits", [["2 min", "6 min"], [150, 400]])
@pytest.mark.parametrize("direction", ["to", "from"])
def test_whoever_stands_on_a_reachable_street_has_the_facility_so_near(helsinki, stops, limits, direction):
    near = sm.reachable_streets(stops, limits, by=helsinki, direction=direction, facility_id="code")
    cost = "duration_s" if isinstance(limits[0], str) else "distance_m"
    farthest = near[cost].max()
    random = np.random.default_rng(4)
    share = random.random(len(near))
    people = gpd.GeoDataFrame(geometry=along(near.geometry, share), crs=4326)
    snap = helsinki.snap(people)
    same = (snap.edge == near.edge).to_numpy(bool) & (near.end_m - near.begin_m > 1).to_numpy()
    assert same.sum() > 100
    measure = "seconds" if cost == "duration_s" else "metres"
    found = sm.nearest(people, stops, by=helsinki, cost=measure, direction=direction, facility_id="code")
    expected = near[f"begin_{cost}"] * (1 - share) + near[f"end_{cost}"] * share
    # `along` is even in degrees: bends let it stray from the share of the length
    straight = near.geometry.count_coordinates().to_numpy() == 2
    assert found[cost][same & straight].to_numpy() == pytest.approx(expected[same & straight].to_numpy(), abs=0.02)
    assert (found.facility[same] == near.facility[same]).all()
    assert (found[cost][same] <= near[cost][same] + 1e-3).all()
    edges = helsinki.edges()
    everywhere = gpd.GeoDataFrame(geometry=along(edges.geometry, 0.618), crs=4326)
    found = sm.nearest(everywhere, stops, by=helsinki, cost=measure, direction=direction)
    on_edge = (helsinki.snap(everywhere).edge == edges.index).to_numpy(bool)
    touched = shapely.distance(everywhere.geometry.to_numpy(), near.geometry.union_all()) < 1e-9
    clear = on_edge & ((found[cost] - farthest).abs() > 0.1).to_numpy() | found[cost].isna().to_numpy() & on_edge
    assert (touched & clear).sum() > 100 and (~touched & clear).sum() > 20
    assert (touched == (found[cost] <= farthest))[clear].all()


def test_stretches_of_a_street_do_not_overlap_and_limits_are_nested(helsinki, stops):
    near = sm.reachable_streets(stops, ["2 min", "6 min"], by=helsinki)
    follows = near.edge.to_numpy()[1:] == near.edge.to_numpy()[:-1]
    assert (near.begin_m.to_numpy()[1:] >= near.end_m.to_numpy()[:-1])[follows].all()
    alone = sm.reachable_streets(stops, "2 min", by=helsinki)
    both = near[near.duration_s == 120]
    assert (both.end_m - both.begin_m).sum() == pytest.approx((alone.end_m - alone.begin_m).sum(), abs=1e-3)


def test_an_area_does_not_leap_the_river(walk, shelters):
    area = sm.service_areas(shelters.iloc[:1], 500, by=walk).geometry[0]
    assert area.contains(Point(24.005, 57.0003))
    assert not area.intersects(Point(24.005, 57.0009))
    both = sm.service_areas(shelters.iloc[:1], "1 h", by=walk, beside_m=45).geometry[0]
    assert both.contains(Point(24.032, 57.0009))
    assert not both.intersects(LineString([(24.0, 57.00045), (24.032, 57.00045)]))


def test_bridges_are_in_the_streets_but_not_in_the_area(streets):
    banks = streets.geometry.to_numpy().copy()
    banks[1:3] = [LineString([(24.033, 57.003), (24.0, 57.003)]), LineString([(24.033, 57.0), (24.033, 57.003)])]
    streets = streets.set_geometry(gpd.GeoSeries(banks, crs=4326))
    wide = sm.Network.from_lines(streets, name="name", bridge="bridge")
    shelter = points([24.032], [57.0])
    assert "Bridge" in set(sm.reachable_streets(shelter, 1000, by=wide).street)
    area = sm.service_areas(shelter, 1000, by=wide)
    assert area.geometry[0].geom_type == "MultiPolygon"
    assert not area.geometry[0].intersects(Point(24.033, 57.0015))


def test_the_area_is_that_of_a_street_with_its_ends(walk, shelters):
    row = sm.service_areas(shelters.iloc[:1], 500, by=walk).iloc[0]
    assert row.area_m2 == pytest.approx(500 * 100 + 16 * np.sin(np.pi / 16) * 50**2, rel=2e-3)
    assert row.distance_m == 500 and row.facilities == 1
    assert "area_error" not in row


def test_limits_are_nested_and_as_if_asked_alone(helsinki, stops, tmp_path):
    areas = sm.service_areas(stops, ["6 min", "2 min"], by=helsinki)
    assert list(areas.duration_s) == [360, 120]
    assert areas.geometry.is_valid.all() and areas.area_m2[0] > areas.area_m2[1]
    beyond = areas.geometry[1].difference(areas.geometry[0])
    assert beyond.area < 1e-6 * areas.geometry[1].area  # GEOS straightens bends shallower than 1 % of 50 m
    alone = sm.service_areas(stops, "2 min", by=helsinki)
    assert_geodataframe_equal(alone, areas.iloc[1:].reset_index(drop=True))
    sm.write(areas, tmp_path / "areas.geojson")
    assert rfc7946.faults(tmp_path / "areas.geojson") == []


def test_small_holes_are_filled(helsinki, stops):
    ragged = sm.service_areas(stops, "6 min", by=helsinki, fill_holes_m2=0).geometry
    filled = sm.service_areas(stops, "6 min", by=helsinki).geometry
    holes = gpd.GeoSeries([shapely.Polygon(ring) for part in ragged.explode() for ring in part.interiors], crs=4326)
    area_m2 = np.asarray(sm.geodesic_area_m2(holes))
    left = filled.explode().interiors.map(len).sum()
    assert (area_m2 < 10_000).any()
    assert left == (area_m2 >= 10_000).sum()


def test_parts_sum_to_the_whole_and_do_not_overlap(helsinki, stops):
    whole = sm.service_areas(stops, "8 min", by=helsinki)
    parts = sm.service_areas(stops, "8 min", by=helsinki, split=True, facility_id="code")
    assert list(parts.facility) == list(stops.code)
    assert parts.geometry.is_valid.all()
    assert parts.area_m2.sum() == pytest.approx(whole.area_m2[0], rel=1e-4)  # straightened bends again
    one, other = parts.sindex.query(parts.geometry, predicate="intersects")
    shapes = parts.geometry.to_numpy()
    common = shapely.area(shapely.intersection(shapes[one], shapes[other]))[one != other]
    assert len(common) > 4  # neighbours there are
    assert common.max() < 1e-6 * shapely.area(shapes).min()


def test_streets_lie_in_the_part_of_their_facility(helsinki, stops):
    parts = sm.service_areas(stops, "8 min", by=helsinki, split=True, facility_id="code")
    near = sm.reachable_streets(stops, "8 min", by=helsinki, facility_id="code")
    edges = helsinki.edges().loc[near.edge]
    near = near[
        ~(edges.bridge | edges.tunnel | edges.ferry | edges.no_entry).to_numpy() & (near.end_m - near.begin_m > 12)
    ]
    own = parts.set_index("facility").geometry.loc[near.facility]
    assert own.notna().all()
    held = shapely.intersects(own.to_numpy(), along(near.geometry, 0.5))
    assert held.mean() > 0.99  # streets may cross within the 5 m that points along them are apart


def test_facilities_without_an_area_say_why(walk):
    places = gpd.GeoDataFrame(
        geometry=[Point(24.01, 57.0), Point(24.01, 57.0), None, Point(25, 57), Point(24.02, 56.996)], crs=4326
    )
    parts = sm.service_areas(places, 300, by=walk, split=True)
    assert list(parts.reason.iloc[1:]) == ["no_street_nearest", "missing_geometry", "not_snapped", "too_far"]
    assert pd.isna(parts.reason.iloc[0])
    assert parts.geometry.isna().tolist() == [False, True, True, True, True]
    assert parts.area_m2.iloc[1] == 0 and np.isnan(parts.area_m2.iloc[2])
    whole = sm.service_areas(places, 300, by=walk).iloc[0]
    assert (whole.facilities, whole.facilities_without_position, whole.facilities_not_snapped) == (3, 1, 1)
    flooded = walk.close(gpd.GeoDataFrame(geometry=[box(24.005, 56.99, 24.015, 57.0004)], crs=4326))
    assert sm.service_areas(places, 300, by=flooded, split=True).reason[0] == "street_closed"


def test_closed_streets_are_not_reached(walk, shelters):
    flooded = walk.close(gpd.GeoDataFrame(geometry=[box(24.005, 56.99, 24.006, 57.0004)], crs=4326))
    near = sm.reachable_streets(shelters.iloc[:1], 1000, by=flooded)
    assert near.geometry.union_all().bounds[2] == pytest.approx(24.005, abs=1e-7)
    assert sm.service_areas(shelters.iloc[:1], 1000, by=flooded).geometry[0].bounds[2] < 24.006


def test_nothing_within_the_limit_is_an_empty_answer(walk):
    nowhere = points([25.0], [57.0])
    assert len(sm.reachable_streets(nowhere, 500, by=walk)) == 0
    area = sm.service_areas(nowhere, 500, by=walk)
    assert area.geometry.isna().all() and list(area.area_m2) == [0]
    assert sm.service_areas(nowhere, 500, by=walk, split=True).reason[0] == "not_snapped"


def test_the_order_of_facilities_and_the_number_of_threads_change_nothing(helsinki, stops):
    before = sm.threads()
    expected = sm.service_areas(stops, "6 min", by=helsinki)
    split = sm.service_areas(stops, "6 min", by=helsinki, split=True, facility_id="code").set_index("facility")
    try:
        sm.set_threads(3)
        shuffled = stops.sample(frac=1, random_state=5)
        assert sm.service_areas(shuffled, "6 min", by=helsinki).to_wkb().equals(expected.to_wkb())
        again = sm.service_areas(shuffled, "6 min", by=helsinki, split=True, facility_id="code").set_index("facility")
        assert again.loc[split.index].to_wkb().equals(split.to_wkb())
    finally:
        sm.set_threads(before)


def test_circles_take_several_distances_too(shelters):
    areas = sm.service_areas(shelters, [500, "1 km"])
    assert list(areas.distance_m) == [500, 1000]
    assert_geodataframe_equal(areas.iloc[1:].reset_index(drop=True), sm.service_areas(shelters, 1000))
    split = sm.service_areas(shelters, [500, 1000], split=True)
    assert list(split.distance_m) == [500, 500, 1000, 1000]
    assert list(split.facility) == [0, 1, 0, 1]


def test_questions_without_an_answer_are_refused(walk, shelters):
    with pytest.raises(ValueError, match="by="):
        sm.service_areas(shelters, "15 min")
    with pytest.raises(ValueError, match="by="):
        sm.service_areas(shelters, 500, direction="from")
    with pytest.raises(ValueError, match="not both"):
        sm.reachable_streets(shelters, ["15 min", 500], by=walk)
    with pytest.raises(ValueError, match="direction"):
        sm.service_areas(shelters, 500, by=walk, direction="away")
    with pytest.raises(ValueError, match="at most 1000 m"):
        sm.service_areas(shelters, 500, by=walk, beside_m=2000)
    with pytest.raises(ValueError, match="fill_holes_m2"):
        sm.service_areas(shelters, 500, by=walk, fill_holes_m2=-1)
    with pytest.raises(ValueError, match="finite"):
        sm.reachable_streets(shelters, float("inf"), by=walk)
    with pytest.raises(sm.GeometryError, match="facilities"):
        sm.service_areas(gpd.GeoDataFrame(geometry=[box(24, 57, 25, 58)], crs=4326), 500, by=walk)
