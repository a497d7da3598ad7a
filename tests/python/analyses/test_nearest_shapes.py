# SPDX-License-Identifier: Apache-2.0
"""Lines and polygons as facilities."""

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

import sheltermap as sm

GEOD = pyproj.Geod(ellps="WGS84")
ONE_MICROMETRE = 1e-6


def frame(geometries, crs=4326, **columns):
    return gpd.GeoDataFrame(columns, geometry=geometries, crs=crs)


def distance_by_samples(lon, lat, boundary):
    """Distance to the nearest of 200,000 points along each edge; never too short."""
    best = np.inf
    for (x0, y0), (x1, y1) in zip(boundary.coords[:-1], boundary.coords[1:], strict=True):
        t = np.linspace(0, 1, 200_000)
        x, y = x0 + t * (x1 - x0), y0 + t * (y1 - y0)
        best = min(best, GEOD.inv(np.full(t.size, lon), np.full(t.size, lat), x, y)[2].min())
    return best


@pytest.fixture
def homes():
    return frame([Point(24.105, 56.950), Point(23.713, 56.652), Point(27.3, 56.5)], people=[3, 5, 7])


@pytest.fixture
def parks():
    """A square with a hole around the first home, and a road."""
    ring = Polygon(box(24, 56.9, 24.2, 57).exterior, [box(24.09, 56.94, 24.11, 56.96).exterior])
    return frame([ring, LineString([(23.6, 56.6), (23.8, 56.6), (24.0, 56.5)])], code=["park", "road"])


def test_the_distance_is_that_to_the_nearest_point_of_the_boundary_or_line(homes, parks):
    answer = sm.nearest(homes, parks, facility_id="code")
    assert list(answer.facility) == ["park", "road", "park"]
    hole, road, shell = parks.geometry[0].interiors[0], parks.geometry[1], parks.geometry[0].exterior
    expected = [
        distance_by_samples(p.x, p.y, line) for p, line in zip(homes.geometry, (hole, road, shell), strict=True)
    ]
    # Samples lie at most 0.07 m apart; half of that beside a foot 280 m away or more is 3 µm.
    assert answer.distance_m.to_numpy() == pytest.approx(expected, abs=5e-6)


def distance_by_refined_samples(lon, lat, boundary):
    """The same for many: 400 samples along every edge, and ever finer ones beside the nearest of each edge."""
    ends = shapely.get_coordinates(boundary)
    start, step = ends[:-1], np.diff(ends, axis=0)
    middle, half = np.full(len(step), 0.5), 0.5
    for _ in range(6):
        t = np.clip(middle[:, None] + np.linspace(-half, half, 401), 0, 1)
        at = start[:, None] + t[..., None] * step[:, None]
        here = np.full(t.shape, lon), np.full(t.shape, lat)
        distance = GEOD.inv(*here, at[..., 0], at[..., 1])[2]
        middle, half = t[np.arange(len(t)), distance.argmin(axis=1)], half / 100
    return distance.min()


def test_random_lines_and_polygons_are_as_far_as_their_densified_boundaries():
    rng = np.random.default_rng(12)
    shapes = []
    for size in (1e-3, 1e-2, 0.1, 1.0):
        for _ in range(4):
            place, angles = rng.uniform([20, -60], [28, 70]), np.sort(rng.uniform(0, 2 * np.pi, 9))
            ring = place + size * rng.uniform(0.4, 1, (9, 1)) * np.column_stack([np.cos(angles), np.sin(angles)])
            hole = place + 0.2 * (ring - place)
            shapes += [LineString(ring), Polygon(ring, [hole]) if Polygon(ring, [hole]).is_valid else Polygon(ring)]
    for shape in shapes:
        west, south, east, north = shape.bounds
        reach = 2 * max(east - west, north - south)
        x, y = rng.uniform([west - reach, south - reach], [east + reach, north + reach], (12, 2)).T
        demand = frame(gpd.points_from_xy(x, y))
        boundary = [shape] if shape.geom_type == "LineString" else [shape.exterior, *shape.interiors]
        inside = shapely.covers(shape, demand.geometry.array) if shape.geom_type == "Polygon" else np.zeros(12, bool)
        expected = [
            0 if inside[i] else min(distance_by_refined_samples(x[i], y[i], each) for each in boundary)
            for i in range(12)
        ]
        assert sm.nearest(demand, frame([shape])).distance_m.to_numpy() == pytest.approx(expected, abs=ONE_MICROMETRE)


def test_inside_a_polygon_and_on_its_boundary_the_distance_is_zero(parks):
    inside = frame([Point(24.05, 56.95), Point(24.0, 56.95), Point(24.11, 56.95)])
    assert list(sm.nearest(inside, parks.iloc[:1]).distance_m) == [0, 0, 0]


def test_within_and_reach_find_every_shape_near_enough(homes, parks):
    # The second home lies 17.5 km west and 27.6 km south of the park's nearest corner.
    pairs = sm.within(homes, parks, 35_000, facility_id="code")
    assert list(zip(pairs.index, pairs.facility.fillna("none"), strict=True)) == [
        (0, "park"),
        (1, "road"),
        (1, "park"),
        (2, "none"),
    ]
    assert pairs.reason.iloc[-1] == "too_far"
    assert list(np.diff(sm.reach(homes, parks, max_distance_m=35_000).offsets)) == [1, 2, 0]


def test_people_in_a_polygon_are_covered_at_any_threshold(homes, parks):
    parks = frame([box(24.1, 56.9, 24.2, 57), None], code=["park", "lost"])
    result = sm.coverage(homes, parks, [1, 60_000], weight="people", facility_id="code")
    assert result.summary.covered.tolist() == [3, 8]
    assert result.rows.distance_m[0] == 0
    assert result.facilities_without_position == 1
    assert result.plot() is not None


def test_points_give_the_same_answer_alone_and_beside_polygons(homes):
    points = frame([Point(24.110, 56.951), None, Point(27.0, 56.0)])
    alone = sm.nearest(homes, points, k=2)
    beside = sm.nearest(homes, frame([*points.geometry, box(-50, -50, -49, -49)]), k=2)
    assert list(alone.facility) == list(beside.facility)
    assert alone.distance_m.to_numpy() == pytest.approx(beside.distance_m.to_numpy(), abs=30e-9)  # the errors of both


# An edge is straight in the CRS it comes in; a projected one gets vertices so that it is off by 1 cm at most.
@pytest.mark.parametrize("crs", [3059, 25835])
def test_an_edge_is_straight_in_its_own_crs(crs):
    road = frame([LineString([(21.0, 56.5), (28.0, 56.5)])]).to_crs(crs)
    middle = frame([road.geometry[0].interpolate(0.5, normalized=True)], crs=crs)
    assert sm.nearest(middle, road).distance_m[0] < 0.01
    assert sm.nearest(middle, road.to_crs(4326)).distance_m[0] > 1_000


def test_answers_are_the_same_for_any_number_of_threads_and_any_order():
    rng = np.random.default_rng(6)
    demand = frame(gpd.points_from_xy(rng.uniform(24, 25, 9_000), rng.uniform(56, 57, 9_000)))
    corners = rng.uniform([24, 56], [25, 57], (80, 2))
    shapes = frame([box(x, y, x + 0.02, y + 0.01) for x, y in corners])
    sm.set_threads(1)
    one = sm.nearest(demand, shapes)
    sm.set_threads(4)
    many = sm.nearest(demand, shapes)
    sm.set_threads(0)
    assert one.equals(many)
    order = rng.permutation(80)
    shuffled = sm.nearest(demand, shapes.iloc[order])
    assert np.array_equal(shuffled.distance_m, one.distance_m)
    outside = one.distance_m > 0  # inside two squares the first by row is named
    assert np.array_equal(shuffled.facility[outside], one.facility[outside])


def test_several_parts_are_one_facility(homes):
    pair = frame([MultiPolygon([box(24.1, 56.9, 24.2, 57), box(27.2, 56.4, 27.4, 56.6)])])
    assert list(sm.nearest(homes, pair).distance_m[[0, 2]]) == [0, 0]


def test_facilities_that_cannot_be_used_are_named(homes):
    bow_tie = Polygon([(24, 56), (25, 57), (25, 56), (24, 57)])
    with pytest.raises(sm.GeometryError, match=r"facilities: row 2 is not a valid polygon: Self-intersection"):
        sm.nearest(homes, frame([Point(24, 56), bow_tie]))
    with pytest.raises(sm.GeometryError, match=r"row 1 is a GeometryCollection"):
        sm.nearest(homes, frame([GeometryCollection([Point(24, 56), LineString([(24, 56), (25, 57)])])]))
    with pytest.raises(sm.GeometryError, match=r"row 2 has a coordinate that is not a finite number"):
        sm.nearest(homes, frame([Point(24, 56), LineString([(24, 56), (np.inf, 57)])]))


def test_swapped_and_misnamed_coordinates_of_shapes_are_named(homes, parks):
    swapped = frame(shapely.transform(parks.geometry.to_numpy(), lambda xy: xy[:, ::-1]))
    with pytest.raises(sm.CrsError, match="axes of one of them swapped"):
        sm.nearest(homes, swapped)
    metres = parks.to_crs(3059).set_crs(4326, allow_override=True)
    with pytest.raises(sm.CrsError, match="not degrees"):
        sm.nearest(homes, metres)
    with pytest.raises(sm.CrsError, match="facilities has no CRS"):
        sm.nearest(homes, parks.set_crs(None, allow_override=True))


def test_demand_stays_points(homes, parks):
    with pytest.raises(sm.GeometryError, match="Polygon where points belong"):
        sm.nearest(parks.iloc[:1], homes)


ACROSS = box(179, 0, 181, 1)


@pytest.mark.parametrize("shape", [ACROSS, box(-181, 0, -179, 1), MultiPolygon([box(24, 56, 25, 57), ACROSS])])
def test_a_polygon_across_180_degrees_is_refused_wherever_shapes_are_asked_for(shape):
    zones, home = frame([box(24, 56, 25, 57), shape]), frame([Point(-179.5, 0.5)])
    asks = [
        lambda: sm.exposure(home, zones),
        lambda: sm.coverage(home, home, 5, areas=zones),
        lambda: sm.flood(home, home, zones.assign(s="a"), 5, scenario="s"),
        lambda: sm.overlap(frame([box(-180, 0, -179, 1)]), zones),
        lambda: sm.overlap(zones, frame([box(-180, 0, -179, 1)])),
        lambda: sm.nearest(home, zones),
    ]
    for ask in asks:
        with pytest.raises(sm.CrsError, match=r"row 2 .*longitudes go from -180 to 180: cut what lies across 180°"):
            ask()


def test_a_polygon_cut_at_180_degrees_holds_the_points_of_both_sides():
    zones = frame([MultiPolygon([box(179, 0, 180, 1), box(-180, 0, -179, 1)])])
    homes = frame([Point(-179.5, 0.5), Point(179.5, 0.5), Point(10, 0)])
    assert sm.exposure(homes, zones).rows["zone_count"].tolist() == [1, 1, 0]
    assert sm.nearest(homes, zones)["distance_m"].tolist()[:2] == [0, 0]


def test_polygons_of_metres_in_degrees_are_refused_as_such():
    with pytest.raises(sm.CrsError, match=r"row 1 .*these are not degrees"):
        sm.exposure(frame([Point(24, 57)]), frame([box(506083, 311825, 506183, 311925)]))


@pytest.mark.parametrize("crs", ["EPSG:4978", "EPSG:4936"])
def test_coordinates_from_the_centre_of_the_earth_are_refused(crs):
    centred = frame([Point(3195000, 1420000, 5320000)], crs=crs)
    home = frame([Point(24, 57)])
    for ask in (lambda: sm.nearest(centred, home), lambda: sm.nearest(home, centred)):
        with pytest.raises(sm.CrsError, match="neither a geographic nor a projected reference system"):
            ask()
