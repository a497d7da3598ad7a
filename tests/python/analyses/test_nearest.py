# SPDX-License-Identifier: Apache-2.0
import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
from pandas.testing import assert_frame_equal
from shapely import Point, box

import sheltermap as sm

GEOD = pyproj.Geod(ellps="WGS84")


def points(lon, lat, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs=4326)


@pytest.fixture
def homes():
    frame = points([24.105, 23.713, 27.3], [56.950, 56.652, 56.5], people=[3, 5, 7])
    frame.index = ["a", "b", "c"]
    return frame


@pytest.fixture
def shelters():
    return points([24.110, 24.0, 27.0], [56.951, 56.9, 56.0], code=["S1", "S2", "S3"])


def all_distances(demand, facilities):
    lon1, lat1 = demand.geometry.x.to_numpy(), demand.geometry.y.to_numpy()
    return np.array(
        [GEOD.inv(lon1, lat1, np.full(len(lon1), p.x), np.full(len(lon1), p.y))[2] for p in facilities.geometry]
    ).T


def test_nearest_keeps_the_frame_and_adds_facility_and_distance(homes, shelters):
    answer = sm.nearest(homes, shelters, facility_id="code")
    assert_frame_equal(answer[["people", "geometry"]], homes)
    assert answer.crs == homes.crs
    assert list(answer.facility) == ["S1", "S2", "S3"]
    assert answer.distance_m.to_numpy() == pytest.approx(all_distances(homes, shelters).min(axis=1), abs=1e-6)
    assert answer.reason.isna().all()


def test_facilities_are_named_by_their_index_where_no_id_is_given(homes, shelters):
    assert list(sm.nearest(homes, shelters.set_index("code")).facility) == ["S1", "S2", "S3"]
    assert list(sm.nearest(homes, shelters).facility) == [0, 1, 2]


@pytest.mark.parametrize(("demand_crs", "facility_crs"), [(3059, 4326), (4326, 3059), (3059, 25835), (10306, 3857)])
def test_the_answer_does_not_depend_on_the_crs(homes, shelters, demand_crs, facility_crs):
    expected = sm.nearest(homes, shelters)
    answer = sm.nearest(homes.to_crs(demand_crs), shelters.to_crs(facility_crs))
    assert list(answer.facility) == list(expected.facility)
    assert answer.distance_m.to_numpy() == pytest.approx(expected.distance_m.to_numpy(), abs=1e-5)
    assert answer.crs.to_epsg() == demand_crs


def test_k_nearest_repeats_rows_with_a_rank(homes, shelters):
    answer = sm.nearest(homes, shelters, k=2)
    assert list(answer.index) == ["a", "a", "b", "b", "c", "c"]
    assert list(answer["rank"]) == [1, 2] * 3
    expected = np.sort(all_distances(homes, shelters), axis=1)[:, :2].ravel()
    assert answer.distance_m.to_numpy() == pytest.approx(expected, abs=1e-6)


def test_rows_that_reach_nothing_say_why(homes, shelters):
    homes.loc["b", "geometry"] = None
    answer = sm.nearest(homes, shelters, max_distance_m=1000)
    assert list(answer.facility.isna()) == [False, True, True]
    assert list(answer.reason.astype(object).where(answer.reason.notna(), "")) == ["", "missing_geometry", "too_far"]
    assert answer.distance_m.isna().tolist() == [False, True, True]


def test_without_facilities_every_row_says_so(homes, shelters):
    answer = sm.nearest(homes, shelters.iloc[:0])
    assert list(answer.reason) == ["no_facility"] * 3
    assert answer.facility.isna().all()


def test_within_gives_every_pair_and_the_rows_without_any(homes, shelters):
    pairs = sm.within(homes, shelters, 33_000)
    distances = all_distances(homes, shelters)
    assert pairs.facility.notna().sum() == (distances <= 33_000).sum() == 3
    assert list(pairs.index) == ["a", "a", "b", "c"]
    assert pairs.reason.iloc[-1] == "too_far"


def test_reach_is_the_sparse_table_of_all_pairs_within():
    rng = np.random.default_rng(4)
    demand = points(rng.uniform(24, 25, 300), rng.uniform(56, 57, 300))
    facilities = points(rng.uniform(24, 25, 60), rng.uniform(56, 57, 60))
    distances = all_distances(demand, facilities)
    reach = sm.reach(demand, facilities, max_distance_m=20_000)
    assert np.array_equal(np.diff(reach.offsets), (distances <= 20_000).sum(axis=1))
    rows = np.repeat(np.arange(300), np.diff(reach.offsets))
    assert reach.cost == pytest.approx(distances[rows, reach.facility], abs=1e-6)


def test_answers_are_the_same_for_any_number_of_threads(homes):
    rng = np.random.default_rng(5)
    demand = points(rng.normal(24, 0.3, 30_000), rng.normal(57, 0.2, 30_000))
    facilities = points(rng.normal(24, 0.3, 900), rng.normal(57, 0.2, 900))
    frames = []
    for threads in (1, 2, 4, 8):
        sm.set_threads(threads)
        frames.append(sm.nearest(demand, facilities, k=3))
    sm.set_threads(0)
    for frame in frames[1:]:
        assert_frame_equal(frame, frames[0])


def test_the_users_frame_is_left_alone(homes, shelters):
    before = homes.copy(deep=True)
    sm.nearest(homes, shelters)
    assert_frame_equal(homes, before)


def test_a_polygon_where_points_belong_is_named(homes, shelters):
    homes.loc["b", "geometry"] = box(24, 56, 25, 57)
    with pytest.raises(sm.GeometryError, match=r"row 2 \(index 'b'\) is a Polygon where points belong"):
        sm.nearest(homes, shelters)


def test_a_missing_crs_is_named_with_the_remedy(homes, shelters):
    with pytest.raises(sm.CrsError, match=r"demand has no CRS.*set_crs"):
        sm.nearest(homes.set_crs(None, allow_override=True), shelters)


def test_metres_taken_for_degrees_are_named(homes, shelters):
    metres = homes.to_crs(3059).set_crs(4326, allow_override=True)
    with pytest.raises(sm.CrsError, match=r"3 of 3 rows.*not degrees.*EPSG:3059"):
        sm.nearest(metres, shelters)


def test_swapped_metres_are_named(homes, shelters):
    metres = homes.to_crs(3059)
    swapped = gpd.GeoDataFrame(geometry=gpd.points_from_xy(metres.geometry.y, metres.geometry.x), crs=3059)
    with pytest.raises(sm.CrsError, match="swapped"):
        sm.nearest(swapped, shelters)


def test_swapped_degrees_are_known_by_the_other_layer(homes, shelters):
    swapped = gpd.GeoDataFrame(geometry=gpd.points_from_xy(homes.geometry.y, homes.geometry.x), crs=4326)
    with pytest.raises(sm.CrsError, match=r"axes of one of them swapped"):
        sm.nearest(swapped, shelters)


def test_a_column_of_a_results_name_is_not_overwritten(homes, shelters):
    with pytest.raises(ValueError, match="already has a column 'facility'"):
        sm.nearest(homes.assign(facility=1), shelters)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 0}, "k must be at least 1"),
        ({"max_distance_m": -1}, "negative"),
        ({"facility_id": "cod"}, "no column 'cod'"),
    ],
)
def test_a_callers_mistake_is_a_value_error(homes, shelters, options, message):
    with pytest.raises(ValueError, match=message):
        sm.nearest(homes, shelters, **options)


def test_empty_demand_gives_an_empty_answer(homes, shelters):
    answer = sm.nearest(homes.iloc[:0], shelters)
    assert len(answer) == 0
    assert {"facility", "distance_m", "reason"} <= set(answer.columns)


def test_integer_ids_stay_integers_where_some_rows_reach_nothing(homes, shelters):
    shelters["number"] = [2**53 + 1, 2, 3]
    answer = sm.nearest(homes, shelters, facility_id="number", max_distance_m=1000)
    assert answer.facility.iloc[0] == 2**53 + 1
    assert pd.api.types.is_integer_dtype(answer.facility.dtype)


def test_an_empty_point_has_no_position(homes, shelters):
    homes.loc["a", "geometry"] = Point()
    assert sm.nearest(homes, shelters).reason.iloc[0] == "missing_geometry"


def test_many_points_with_gaps_are_read_as_few(shelters):
    rng = np.random.default_rng(3)
    many = points(rng.uniform(21, 28, 150_000), rng.uniform(56, 58, 150_000))
    many.loc[[7, 70_000, 149_999], "geometry"] = [None, Point(), Point(24.11, 56.951)]
    answer = sm.nearest(many, shelters)
    assert list(answer.index[answer.reason == "missing_geometry"]) == [7, 70_000]
    some = many.iloc[[0, 70_001, 149_999]]
    assert_frame_equal(answer.loc[some.index, ["distance_m"]], sm.nearest(some, shelters)[["distance_m"]])


def test_a_line_among_many_points_is_named(shelters):
    many = points(np.full(100_000, 24.1), np.full(100_000, 56.9))
    many.loc[99_000, "geometry"] = box(24, 56, 25, 57).exterior
    with pytest.raises(sm.GeometryError, match=r"row 99001 .* is a LineString"):
        sm.nearest(many, shelters)


def test_result_columns_can_be_written_to_and_belong_to_the_frame(homes, shelters):
    answer = sm.nearest(homes, shelters)
    answer.loc["a", "distance_m"] = 1.0
    answer.loc["a", "facility"] = 7
    assert list(answer.loc["a", ["distance_m", "facility"]]) == [1.0, 7]
    assert sm.nearest(homes, shelters).distance_m["a"] > 100
    covered = sm.coverage(homes, shelters, 500).rows
    covered.loc["a", "borderline_500m"] = True
    assert covered.borderline_500m["a"]
