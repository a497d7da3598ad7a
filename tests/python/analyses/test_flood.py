# SPDX-License-Identifier: Apache-2.0
"""Floods: every person stays in the totals, nothing is won by a flood, and each loss has its reason."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import box

import sheltermap as sm
from sheltermap.analyses.flood import REASONS

DEGREE = 1000 / 60_960  # of longitude at 56.95 N: about a kilometre


def points(places: list[tuple[float, float] | None], **columns: object) -> gpd.GeoDataFrame:
    xs = [np.nan if place is None else place[0] for place in places]
    ys = [np.nan if place is None else place[1] for place in places]
    geometry = gpd.GeoSeries(gpd.points_from_xy(xs, ys), crs=4326)
    geometry[[place is None for place in places]] = None
    return gpd.GeoDataFrame(columns, geometry=geometry)


def zones(*boxes: tuple[str, tuple[float, float, float, float]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"scenario": [name for name, _ in boxes]}, geometry=[box(*b) for _, b in boxes], crs=4326)


@pytest.fixture
def town() -> sm.Flood:
    """Five homes beside shelters that stay, flood, are unfit, may be fit, and one far off; one home without a place."""
    places = [(24.0 + 0.1 * number, 56.95) for number in range(4)]
    homes = points([*places, (25.0, 56.95), None], people=[1, 2, 4, 8, 16, 32])
    shelters = points(
        [*places, None], id=list("ABCDE"), fit=["yes", "yes", "no", None, "yes"], room=[10, 20, 30, 40, 5]
    )
    flooded = zones(("1 %", (24.09, 56.9, 24.11, 57.0)))
    return sm.flood(homes, shelters, flooded, 500, weight="people", facility_id="id", suitable="fit", capacity="room")


def test_everyone_has_a_status_and_those_without_a_shelter_a_reason(town):
    assert list(town.rows["during_1pct"]) == ["covered", "lost", "lost", "lost", "uncovered", "unknown"]
    reasons = ["", "closed_by_flood", "unsuitable", "suitability_unknown", "too_far", "missing_geometry"]
    assert list(town.rows["reason_1pct"].fillna("")) == reasons
    assert list(town.rows["before"]) == ["covered"] * 4 + ["uncovered", "unknown"]


def test_the_totals_are_those_counted_by_hand(town):
    (row,) = town.summary.to_dict("records")
    expected = {
        "total": 63,
        "covered_before": 15,
        "covered": 1,
        "lost": 14,
        "uncovered": 16,
        "unknown": 32,
        "in_zone": 2,
    }
    assert {key: row[key] for key in expected} == expected
    assert row["covered_share_before"] == 15 / 63 and row["covered_share"] == 1 / 63


def test_the_supply_says_what_becomes_of_every_facility_and_its_places(town):
    assert list(town.facilities["state_1pct"]) == [
        "usable",
        "flooded",
        "unsuitable",
        "suitability_unknown",
        "place_unknown",
    ]
    supply = town.supply.set_index("state")
    assert dict(supply["facilities"]) == dict.fromkeys(supply.index, 1)
    assert supply.loc["flooded", "capacity"] == 20 and supply.loc["usable", "capacity"] == 10


def test_places_that_cannot_be_meant_count_as_not_known_and_are_named():
    shelters = points([(24.0, 57)] * 7, id=list("ABCDEFG"), room=[100, 1e9, -5000, np.inf, 2.5, None, 100_000])
    flooded = zones(("1 %", (24.5, 57, 24.6, 57.1)))
    result = sm.flood(points([(24.0, 57)]), shelters, flooded, 500, facility_id="id", capacity="room")
    usable = result.supply.set_index("state").loc["usable"]
    assert (usable["facilities"], usable["capacity"], usable["without_capacity"]) == (7, 100_100, 5)
    (note,) = result.notes
    assert (
        "'room' holds 1000000000 in row 2, -5000 in row 3, inf in row 4, 2.5 in row 5; places are whole numbers from 0"
        in note
    )


def test_words_that_are_neither_yes_nor_no_count_as_not_known_where_the_layer_is_read_so(tmp_path):
    points([(24.0, 57)] * 3, fit=["yes", "varbūt", "laikam"]).to_file(tmp_path / "shelters.gpkg")
    ask = points([(24.0, 57)]), zones(("1 %", (24.5, 57, 24.6, 57.1)))
    with pytest.raises(ValueError, match=r"'varbūt' in row 2, 'laikam' in row 3; an answer is yes or no.*: correct it"):
        sm.flood(ask[0], sm.read(tmp_path / "shelters.gpkg"), ask[1], 500, suitable="fit")
    found = sm.flood(ask[0], sm.read(tmp_path / "shelters.gpkg", strict=False), ask[1], 500, suitable="fit")
    assert list(found.facilities["state_1pct"]) == ["usable", "suitability_unknown", "suitability_unknown"]


def test_who_lost_the_nearest_but_has_another_within_the_threshold_stays_covered():
    homes = points([(24.0, 56.95)])
    shelters = points([(24.0, 56.95), (24.0 + DEGREE, 56.95)], id=["near", "next"])
    flooded = zones(("1 %", (23.99, 56.9, 24.0 + DEGREE / 2, 57.0)))
    rows = sm.flood(homes, shelters, flooded, 1100, facility_id="id").rows
    assert rows["during_1pct"][0] == "covered" and rows["facility_1pct"][0] == "next"
    _, _, expected_m = Geod(ellps="WGS84").inv(24.0, 56.95, 24.0 + DEGREE, 56.95)
    assert rows["distance_1pct_m"][0] == pytest.approx(expected_m, abs=1e-6)
    assert bool(rows["in_zone_1pct"][0])


def test_several_zones_of_one_scenario_are_one_flood_and_scenarios_keep_their_order():
    flooded = zones(("1 %", (24, 56, 24.1, 57)), ("10 %", (24, 56, 24.1, 57)), ("1 %", (24.2, 56, 24.3, 57)))
    homes = points([(24.05, 56.5), (24.25, 56.5)])
    result = sm.flood(homes, homes, flooded, 100)
    assert result.scenarios == ("1 %", "10 %")
    assert list(result.summary["lost"]) == [2, 1]


def test_a_map_shows_the_scenario_in_both_languages(town):
    texts = {lang: [each.get_text() for each in town.plot(lang=lang).get_legend().get_texts()] for lang in ("en", "lv")}
    assert "loses it (3)" in texts["en"] and "zaudē (3)" in texts["lv"]
    with pytest.raises(ValueError, match="10 %"):
        town.plot("10 %")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scenario": "depth"}, "no column 'depth'"),
        ({"suitable": "odd"}, "'maybe' in row 1; an answer is yes or no"),
        ({"capacity": "text"}, "not a number"),
        ({"weight": "nobody"}, "no column 'nobody'"),
        ({"threshold": -1}, "negative|threshold"),
    ],
)
def test_what_cannot_be_meant_is_an_error_that_names_it(change, message):
    homes = points([(24, 57)])
    shelters = points([(24, 57)], odd=["maybe"], text=["120 vietas"])
    arguments = {"threshold": 500} | change
    with pytest.raises(ValueError, match=message):
        sm.flood(homes, shelters, zones(("1 %", (24.5, 57, 24.6, 57.1))), **arguments)


def test_a_zone_without_a_scenario_and_scenarios_that_look_alike_are_errors():
    homes = points([(24, 57)])
    nameless = gpd.GeoDataFrame({"scenario": ["1 %", None]}, geometry=[box(0, 0, 1, 1)] * 2, crs=4326)
    with pytest.raises(ValueError, match="row 2 names no scenario"):
        sm.flood(homes, homes, nameless, 500)
    with pytest.raises(ValueError, match="too alike"):
        sm.flood(homes, homes, zones(("1 %", (24.5, 57, 24.6, 57.1)), ("1%", (0, 0, 1, 1))), 500)


place = st.one_of(
    st.none(),
    st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda p: (24 + p[0] / 100, 56.9 + p[1] / 100)),
)
boxes = st.tuples(st.integers(-1, 12), st.integers(-1, 12), st.integers(1, 8), st.integers(1, 8)).map(
    lambda b: (24 + b[0] / 100, 56.9 + b[1] / 100, 24 + (b[0] + b[2]) / 100, 56.9 + (b[1] + b[3]) / 100)
)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_totals_hold_and_a_flood_never_raises_coverage(data):
    homes_at = data.draw(st.lists(place, min_size=1, max_size=20))
    people = data.draw(
        st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=len(homes_at), max_size=len(homes_at))
    )
    homes = points(homes_at, people=pd.array(people, dtype="Int64"))
    shelters_at = data.draw(st.lists(place, max_size=8))
    fit = data.draw(
        st.lists(st.sampled_from([True, False, None]), min_size=len(shelters_at), max_size=len(shelters_at))
    )
    shelters = points(shelters_at, fit=pd.array(fit, dtype="boolean"))
    small, more = data.draw(boxes), data.draw(boxes)
    flooded = zones(("small", small), ("large", small), ("large", more))
    threshold = data.draw(st.sampled_from([300.0, 1000.0, 3000.0]))
    parts = gpd.GeoDataFrame({"name": ["W", "E"]}, geometry=[box(23, 56, 24.05, 58), box(24.06, 56, 25, 58)], crs=4326)

    result = sm.flood(
        homes, shelters, flooded, threshold, weight="people", areas=parts, area_name="name", suitable="fit"
    )

    before = sm.coverage(homes, shelters, threshold, weight="people").summary.iloc[0]
    for row in result.summary.to_dict("records"):
        assert row["total"] == row["covered"] + row["lost"] + row["uncovered"] + row["unknown"]
        assert row["total"] == sum(each for each in people if each is not None)
        assert row["covered_before"] == before["covered"] == row["covered"] + row["lost"]
        assert (row["uncovered"], row["unknown"]) == (before["uncovered"], before["unknown"])
        mine = result.by_area[result.by_area["scenario"] == row["scenario"]]
        for key in ("total", "covered", "lost", "uncovered", "unknown", "in_zone", "rows_without_weight"):
            assert mine[key].sum() == row[key]
        reasons = result.reasons[result.reasons["scenario"] == row["scenario"]]
        assert reasons["weight"].sum() == row["lost"] + row["uncovered"] + row["unknown"]
        assert list(reasons["reason"]) == list(REASONS)
    smaller, larger = result.summary["covered"]
    assert larger <= smaller  # what is flooded more leaves no more
    # The same by another way: coverage by the facilities that are left.
    for name, covered in zip(("small", "large"), (smaller, larger), strict=True):
        left = shelters[(result.facilities[f"state_{name}"] == "usable").to_numpy()]
        assert sm.coverage(homes, left, threshold, weight="people").summary["covered"].iloc[0] == covered


def test_the_order_of_rows_and_the_number_of_threads_change_nothing(root):
    folder = root / "sample_data" / "ogre"
    people = sm.read(folder / "population.csv", crs="EPSG:3059", id="id")
    centres = sm.read(folder / "accommodation_centres.csv", crs="EPSG:4326", id="id")
    flooded = sm.read(folder / "flood_zones.geojson")
    threads = sm.threads()
    try:
        found = []
        for number in (1, 2, 4):
            sm.set_threads(number)
            found.append(sm.flood(people, centres, flooded, 3000, weight="people"))
    finally:
        sm.set_threads(threads)
    for other in found[1:]:
        pd.testing.assert_frame_equal(pd.DataFrame(found[0].rows), pd.DataFrame(other.rows))
    shuffled = sm.flood(people.sample(frac=1, random_state=5), centres, flooded, 3000, weight="people")
    pd.testing.assert_frame_equal(shuffled.summary, found[0].summary)
    pd.testing.assert_frame_equal(pd.DataFrame(shuffled.rows.sort_index()), pd.DataFrame(found[0].rows))
