# SPDX-License-Identifier: Apache-2.0
import geopandas as gpd
import numpy as np
import pytest
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

import sheltermap as sm

# Along the parallel of 57 N: a shelter at 24.0, homes 0, 300, 600 m and 40 km to its east.
METRE = 1 / 60_772.0  # degrees of longitude at 57 N


def at(metres, lat=57.0, **columns):
    frame = gpd.GeoDataFrame(
        columns,
        geometry=gpd.points_from_xy(24 + np.asarray(metres, float) * METRE, np.full(len(metres), lat)),
        crs=4326,
    )
    return frame


@pytest.fixture
def shelter():
    return at([0.0], code=["S1"])


@pytest.fixture
def homes():
    return at([0, 300, 600, 40_000], people=[10, 20, 40, 80], seniors=[1, 2, 4, 8])


def test_people_are_covered_uncovered_or_unknown(homes, shelter):
    homes.loc[1, "geometry"] = None
    result = sm.coverage(homes, shelter, [500, 1000], weight="people", groups=["seniors"])
    table = result.summary.set_index(["threshold_m", "measure"])
    assert table.loc[(500, "people"), ["total", "covered", "uncovered", "unknown"]].tolist() == [150, 10, 120, 20]
    assert table.loc[(1000, "people"), ["total", "covered", "uncovered", "unknown"]].tolist() == [150, 50, 80, 20]
    assert table.loc[(500, "seniors"), ["total", "covered", "uncovered", "unknown"]].tolist() == [15, 1, 12, 2]
    assert list(result.rows.within_500m) == ["covered", "unknown", "uncovered", "uncovered"]


def test_reasons_sum_to_what_is_not_covered(homes, shelter):
    homes.loc[1, "geometry"] = None
    result = sm.coverage(homes, shelter, [500, 1000], weight="people")
    for row in result.summary.itertuples():
        reasons = result.reasons[result.reasons.threshold_m == row.threshold_m]
        assert reasons.weight.sum() == row.uncovered + row.unknown
    by_reason = result.reasons.set_index(["threshold_m", "reason"]).weight
    assert by_reason[(500, "too_far")] == 120 and by_reason[(500, "missing_geometry")] == 20


def test_rows_count_as_one_without_a_weight(homes, shelter):
    summary = sm.coverage(homes, shelter, 500).summary
    assert summary.measure.tolist() == ["rows"]
    assert summary.covered.tolist() == [2]


def test_people_outside_every_area_are_named(homes, shelter):
    homes.loc[1, "geometry"] = None
    areas = gpd.GeoDataFrame(
        {"name": ["west", "east"]}, geometry=[box(23.9, 56.9, 24.005, 57.1), box(24.005, 56.9, 24.02, 57.1)], crs=4326
    )
    result = sm.coverage(homes, shelter, 500, weight="people", areas=areas, area_name="name")
    table = result.by_area.set_index("area")
    assert table.covered.to_dict() == {"west": 10, "east": 0, "outside every area": 0, "position unknown": 0}
    assert table.uncovered.to_dict() == {"west": 0, "east": 40, "outside every area": 80, "position unknown": 0}
    assert table.unknown.to_dict() == {"west": 0, "east": 0, "outside every area": 0, "position unknown": 20}
    assert table.total.sum() == result.summary.total[0]
    assert result.rows["area"].fillna("").tolist() == ["west", "", "east", ""]


def test_polygons_of_one_name_are_one_area(homes, shelter):
    areas = gpd.GeoDataFrame(
        {"name": ["A", "A"]}, geometry=[box(23, 56, 24.005, 58), box(24.005, 56, 28, 58)], crs=4326
    )
    result = sm.coverage(homes, shelter, 500, areas=areas, area_name="name")
    assert result.by_area.area.tolist() == ["A"]
    assert result.by_area.total.tolist() == [4]


def test_a_row_on_a_shared_border_counts_once_and_is_noted(shelter):
    areas = gpd.GeoDataFrame({"name": ["A", "B"]}, geometry=[box(23, 56, 24, 58), box(24, 56, 25, 58)], crs=4326)
    result = sm.coverage(at([0]), shelter, 500, areas=areas, area_name="name")
    assert result.by_area.total.tolist() == [1, 0]
    assert result.notes == ["1 rows lie in several areas (overlaps or shared borders) and count in the first of them"]


def test_home_or_work_covers_a_person(shelter):
    places = at([40_000, 300, 600, 40_000, 300], worker=["x", "x", "y", "z", "w"], people=[1, 1, 2, 3, 4])
    places.loc[2, "geometry"] = None
    result = sm.coverage(places, shelter, 500, weight="people", person="worker")
    assert result.rows.worker.tolist() == ["x", "y", "z", "w"]
    assert result.rows.within_500m.tolist() == ["covered", "unknown", "uncovered", "covered"]
    assert result.summary.total.tolist() == [10]


def test_a_persons_rows_must_agree_in_weight(shelter):
    places = at([300, 600], worker=["x", "x"], people=[1, 2])
    with pytest.raises(ValueError, match=r"rows of worker 'x' disagree in 'people': 1 and, in row 2, 2"):
        sm.coverage(places, shelter, 500, weight="people", person="worker")


def test_rows_without_a_weight_are_counted_apart(homes, shelter):
    homes["people"] = [10, np.nan, 40, 80]
    summary = sm.coverage(homes, shelter, 500, weight="people").summary
    assert summary.total.tolist() == [130]
    assert summary.rows_without_weight.tolist() == [1]


def test_rows_within_the_coordinates_error_are_borderline(shelter):
    near = at([499, 490, 600])
    result = sm.coverage(near, shelter, 500, position_error_m=5)
    assert result.rows.borderline_500m.tolist() == [True, False, False]
    assert result.summary.borderline.tolist() == [1]


def test_the_error_is_read_off_the_decimals_of_the_coordinates():
    # 4 decimals of a degree: half a unit on both axes, 0.00005 * sqrt(2) * 111.7 km = 7.9 m; 3 decimals ten times that.
    four = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1234, 24.5], [56.9, 57.1234]), crs=4326)
    three = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.123], [56.9]), crs=4326)
    assert sm.coverage(four, three, 500).position_error_m == pytest.approx(7.9 + 79, abs=0.1)
    metres = four.to_crs(3059)
    assert sm.coverage(metres, metres, 500).position_error_m == 0


def test_facilities_without_a_position_are_counted(homes):
    shelters = at([0, 0])
    shelters.loc[1, "geometry"] = None
    assert sm.coverage(homes, shelters, 500).facilities_without_position == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"thresholds": []}, "at least one"),
        ({"thresholds": [500, 500]}, "each once"),
        ({"thresholds": -5}, "negative"),
        ({"thresholds": 500, "weight": "peopl"}, "no column 'peopl'; it has people, seniors"),
        ({"thresholds": 500, "weight": "name"}, "holds 'many' in row 1, which is not a number"),
    ],
)
def test_a_callers_mistake_is_a_value_error(homes, shelter, options, message):
    if options.get("weight") == "name":
        homes["name"] = ["many", "1", "2", "3"]
    with pytest.raises(ValueError, match=message):
        sm.coverage(homes, shelter, **options)


def test_a_negative_weight_is_refused(homes, shelter):
    homes["people"] = [10, -1, 2, 3]
    with pytest.raises(
        ValueError,
        match="demand: column 'people' holds -1 in row 2; a weight is a finite number, not negative: correct it",
    ):
        sm.coverage(homes, shelter, 500, weight="people")


def test_an_invalid_area_is_named_with_the_remedy(homes, shelter):
    from shapely import Polygon

    bow_tie = gpd.GeoDataFrame(geometry=[Polygon([(24, 57), (25, 58), (25, 57), (24, 58)])], crs=4326)
    with pytest.raises(sm.GeometryError, match=r"areas: row 1 is not a valid polygon: Self-intersection.*repair"):
        sm.coverage(homes, shelter, 500, areas=bow_tie)


@settings(max_examples=60, deadline=None)
@given(
    metres=st.lists(st.integers(0, 3000), min_size=1, max_size=30),
    people=st.lists(st.integers(0, 10_000), min_size=30, max_size=30),
    missing=st.sets(st.integers(0, 29)),
)
def test_covered_uncovered_and_unknown_sum_to_everybody(metres, people, missing):
    homes = at(metres, people=people[: len(metres)])
    homes.geometry = [None if i in missing else g for i, g in enumerate(homes.geometry)]
    summary = sm.coverage(homes, at([0]), [100, 1000, 2000], weight="people").summary
    assert (summary.covered + summary.uncovered + summary.unknown == sum(people[: len(metres)])).all()
    assert summary.covered.is_monotonic_increasing


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (
            "10\n-5\n3\n-2.5",
            r"\(homes.gpkg, layer now\): column 'people' holds -5 in row 2 \(id b\), -2.5 in row 4 \(id d\);",
        ),
        ("1e308\n1e308\n1\n1", r"'people' add up to infinity; the largest is 1e\+308 in row 1 \(id a\): correct it"),
        ("1\n2\ninf\n4", r"holds inf in row 3 \(id c\); a weight is .* not negative: correct it, or leave"),
    ],
)
def test_a_weight_that_cannot_be_summed_is_named_with_its_file_and_remedy(tmp_path, shelter, cells, told):
    people = [float(cell) for cell in cells.split()]
    frame = gpd.GeoDataFrame(
        {"id": list("abcd"), "people": people}, geometry=gpd.points_from_xy([24.1] * 4, [56.9] * 4), crs=4326
    )
    sm.write({"now": frame, "before": frame}, tmp_path / "homes.gpkg")
    homes = sm.read(tmp_path / "homes.gpkg", layer="now", id="id")
    for ask in (sm.coverage, lambda *given, **named: sm.flood(*given[:2], frame_of_zones(), given[2], **named)):
        with pytest.raises(ValueError, match=told):
            ask(homes, shelter, 500, weight="people")


def frame_of_zones() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"scenario": ["1 %"]}, geometry=[box(0, 0, 1, 1)], crs=4326)


def test_old_names_give_the_same_answers_with_a_warning():
    homes, shelters = at([0.0, 40_000.0]), at([300.0])
    result = sm.coverage(homes, shelters, [500, 1000])
    with pytest.warns(DeprecationWarning, match="thresholds_m is called thresholds now"):
        old = sm.coverage(homes, shelters, thresholds_m=[500, 1000])
    assert_geodataframe_equal(old.rows, result.rows)
    with pytest.warns(DeprecationWarning, match="thresholds_m is called thresholds now"):
        numbers = result.thresholds_m
    assert numbers == (500, 1000) and result.thresholds == (sm.Limit(500), sm.Limit(1000))
    with pytest.warns(DeprecationWarning, match="gaps: threshold_m is called threshold now"):
        gaps = result.gaps(threshold_m=numbers[0])
    assert_geodataframe_equal(gaps, result.gaps(500))
    with pytest.warns(DeprecationWarning, match="gap_rows: threshold_m is called threshold now"):
        assert_geodataframe_equal(result.gap_rows(threshold_m="500 m"), result.gap_rows(500))


@pytest.mark.parametrize("wrong", ["15 min", sm.Limit(900, "s")])
def test_a_time_needs_streets_wherever_a_limit_is_given(wrong):
    homes = at([0.0])
    for asked in (
        lambda: sm.coverage(homes, homes, wrong),
        lambda: sm.within(homes, homes, wrong),
        lambda: sm.nearest(homes, homes, limit=wrong),
        lambda: sm.reach(homes, homes, limit=wrong),
        lambda: sm.service_areas(homes, wrong),
    ):
        with pytest.raises(ValueError, match="a time or a direction needs streets to travel along"):
            asked()
    with pytest.raises(ValueError, match="threshold 15 min was not asked about; choose one of 500 m"):
        sm.coverage(homes, homes, 500).gaps(wrong)


@pytest.mark.parametrize("wrong", [-1, float("nan"), True, "15 minuets", None, [500, "15 min"]])
def test_a_threshold_that_is_none_is_one_clear_sentence(wrong):
    homes = at([0.0])
    with pytest.raises(ValueError, match=r"limit is a number|must not be negative|distances or times") as refused:
        sm.coverage(homes, homes, wrong)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 120
