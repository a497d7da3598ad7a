# SPDX-License-Identifier: Apache-2.0
import math

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import box

import sheltermap as sm

METRE = 1 / 60_772.0  # degrees of longitude at 57 N


def at(metres, **columns):
    x = 24 + np.asarray(metres, float) * METRE
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(x, np.full(len(x), 57.0)), crs=4326)


@pytest.fixture
def homes():
    """A village of two rows at 2 km, one home at 9 km, one covered and one whose position is unknown."""
    frame = at(
        [100, 2000, 2300, 9000, 0],
        street=["Old", "Mill", "Lake", "Far", "Lost"],
        people=[1, 10, 20, 40, 80],
        seniors=[1, 2, 3, 4, 5],
    )
    frame.loc[4, "geometry"] = None
    return frame


@pytest.fixture
def shelters():
    return at([0, -50], code=["S1", "S0"])


def test_uncovered_rows_become_ranked_places(homes, shelters):
    areas = gpd.GeoDataFrame({"name": ["West"]}, geometry=[box(23, 56, 24.1, 58)], crs=4326)
    result = sm.coverage(
        homes, shelters, 500, weight="people", groups=["seniors"], areas=areas, area_name="name", facility_id="code"
    )
    places = result.gaps(500, join_distance_m=400, name="street")
    assert places.columns.tolist() == [
        "place", "name", "area", "areas", "people", "rows", "rows_without_weight", "seniors",
        "reason", "facility", "distance_m", "farthest_m", "people_too_far", "geometry",
    ]  # fmt: skip
    assert places.place.tolist() == [1, 2]
    assert places.name.tolist() == ["Far", "Lake"]
    assert places.people.tolist() == [40, 30]
    assert places.seniors.tolist() == [4, 5]
    assert places.rows.tolist() == [1, 2]
    assert places["area"].isna().tolist() == [True, False]
    assert places.reason.tolist() == ["too_far", "too_far"]
    assert places.facility.tolist() == ["S1", "S1"]
    assert places.distance_m.tolist() == pytest.approx([9000, 2300], rel=1e-3)
    assert places.geometry.iloc[1].equals(homes.geometry.iloc[2])
    assert places.people.sum() == result.summary.uncovered[0]
    assert places.attrs["sheltermap_unknown"] == result.summary.unknown[0] == 80


def test_the_join_distance_decides_what_is_one_place(homes, shelters):
    result = sm.coverage(homes, shelters, 500)
    assert result.gaps(500, join_distance_m=200).rows.tolist() == [1, 1, 1]
    assert result.gaps(500, join_distance_m=7000).rows.tolist() == [3]


def test_the_farthest_of_a_place_counts_all_its_rows(homes, shelters):
    homes["people"] = [1, 30, 20, 4, 8]
    place = sm.coverage(homes, shelters, 500, weight="people").gaps(500, join_distance_m=400).iloc[0]
    assert place["distance_m"] == pytest.approx(2000, rel=1e-3)
    assert place["farthest_m"] == pytest.approx(2300, rel=1e-3)


def test_rows_of_a_place_are_told(homes, shelters):
    rows = sm.coverage(homes, shelters, 500, weight="people").gap_rows(500, join_distance_m=400)
    assert rows.set_index("street").place.to_dict() == {"Far": 1, "Mill": 2, "Lake": 2}


def test_without_any_facility_the_reason_says_so(homes, shelters):
    places = sm.coverage(homes, shelters.iloc[:0], 500, weight="people").gaps(500)
    assert set(places.reason) == {"no_facility"}
    assert places.facility.isna().all()
    assert places.distance_m.isna().all() and places.farthest_m.isna().all()
    assert places.people.sum() == 71


def test_where_all_are_covered_there_are_no_places(homes, shelters):
    places = sm.coverage(homes, shelters, 10_000, weight="people").gaps(10_000)
    assert len(places) == 0 and places.crs == homes.crs
    assert places.attrs["sheltermap_unknown"] == 80


def test_places_keep_the_crs_of_the_demand(homes, shelters):
    metres = homes.to_crs(3059)
    places = sm.coverage(metres, shelters, 500).gaps(500)
    assert places.crs == metres.crs


def test_a_threshold_that_was_not_asked_is_a_value_error(homes, shelters):
    result = sm.coverage(homes, shelters, [500, 1000])
    with pytest.raises(ValueError, match="threshold 700 m was not asked about; choose one of 500 m, 1000 m"):
        result.gaps(700)
    with pytest.raises(ValueError, match="1 m to 1,000 km"):
        result.gaps(500, join_distance_m=0)


def test_a_group_with_the_name_of_a_result_is_a_value_error(homes, shelters):
    homes["rows"] = 1
    result = sm.coverage(homes, shelters, 500, weight="people", groups=["rows"])
    with pytest.raises(ValueError, match="rename the group 'rows'"):
        result.gaps(500)


def test_a_person_with_two_places_counts_once(shelters):
    places = at([3000, 9000, 3000], worker=["x", "x", "y"], people=[2, 2, 5])
    result = sm.coverage(places, shelters, 500, weight="people", person="worker")
    assert result.gaps(500, join_distance_m=100).people.tolist() == [7]


@settings(max_examples=60, deadline=None)
@given(
    metres=st.lists(st.integers(0, 20_000), min_size=1, max_size=30, unique=True),
    people=st.lists(st.integers(0, 10_000), min_size=30, max_size=30, unique=True),
    missing=st.sets(st.integers(0, 29)),
    seed=st.integers(0, 99),
)
def test_places_sum_to_the_uncovered_and_ignore_the_order_of_rows(metres, people, missing, seed):
    homes = at(metres, people=people[: len(metres)])
    homes.geometry = [None if i in missing else g for i, g in enumerate(homes.geometry)]
    result = sm.coverage(homes, at([0]), 1000, weight="people")
    places = result.gaps(1000, join_distance_m=500)
    assert places.people.sum() == result.summary.uncovered[0]
    shuffled = homes.sample(frac=1, random_state=seed)
    again = sm.coverage(shuffled, at([0]), 1000, weight="people").gaps(1000, join_distance_m=500)
    by = ["people", "name"]
    assert_frame_equal(
        places.sort_values(by).drop(columns="place").reset_index(drop=True),
        again.sort_values(by).drop(columns="place").reset_index(drop=True),
    )


def test_sums_and_farthest_of_places_are_those_of_their_rows():
    rng = np.random.default_rng(8)
    metres = rng.uniform(0, 60_000, 300)
    people, children = rng.choice([0.1, 0.2, np.nan, 1e9], (2, 300))
    result = sm.coverage(
        at(metres, people=people, children=children), at([0.0]), 700, weight="people", groups=["children"]
    )
    places = result.gaps(700, join_distance_m=150).set_index("place")
    assert len(places) > 100
    for place, rows in result.gap_rows(700, join_distance_m=150).groupby("place"):
        told = places.loc[place]
        for name in ("people", "children"):
            assert told[name] == math.fsum(rows[name].dropna())
        assert told["farthest_m"] == rows["distance_m"].max() and told["rows"] == len(rows)
