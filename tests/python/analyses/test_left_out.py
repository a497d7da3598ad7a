# SPDX-License-Identifier: Apache-2.0
"""Whom a facility that does not count would serve: row by row, against every pair there is."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import Geod
from shapely import LineString, box

import sheltermap as sm
from sheltermap.analyses.supply import UNUSED_REASONS

METRE = 1 / 60_772.0  # degrees of longitude at 57 N
SAMPLE = "sample_data/ogre/"


def at(metres, **columns):
    x = 24 + np.asarray(metres, float) * METRE
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(x, np.full(len(x), 57.0)), crs=4326)


def scattered(random, count, **columns):
    points = gpd.points_from_xy(24 + random.random(count) * 0.05, 57 + random.random(count) * 0.03)
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326)


def every_distance(demand, facilities):
    """Distances of all pairs; infinite where one has no place."""
    ends = [
        np.array([(p.x, p.y) if p is not None else (np.nan, np.nan) for p in f.geometry]) for f in (demand, facilities)
    ]
    far = np.full((len(demand), len(facilities)), np.inf)
    for i, (lon, lat) in enumerate(ends[0]):
        for j, (other_lon, other_lat) in enumerate(ends[1]):
            if not np.isnan([lon, other_lon]).any():
                far[i, j] = Geod(ellps="WGS84").inv(lon, lat, other_lon, other_lat)[2]
    return far


def expected(to_usable, to_unused, why, limit):
    """Why each row is not covered within a limit, by all its distances."""
    found = []
    for counting, not_counting in zip(to_usable, to_unused, strict=True):
        near = int(np.argmin(not_counting)) if len(not_counting) else 0
        if counting.min(initial=np.inf) <= limit:
            found.append(None)
        elif len(not_counting) and not_counting[near] <= limit:
            found.append(why[near])
        else:
            found.append("too_far")
    return found


def words(column):
    return [None if pd.isna(each) else each for each in column]


@pytest.mark.parametrize("seed", range(5))
def test_every_uncovered_row_has_the_reason_of_the_nearest_facility_left_out(seed):
    random = np.random.default_rng(seed)
    homes = scattered(random, 120, people=random.integers(1, 50, 120), seniors=random.integers(0, 9, 120))
    usable, unused = scattered(random, 4), scattered(random, 12, unused_reason=random.choice(UNUSED_REASONS, 12))
    homes.geometry = [None if i < 3 else point for i, point in enumerate(homes.geometry)]
    found = sm.coverage(homes, usable, [700, 300], weight="people", groups=["seniors"], unused=unused)
    rows, far = found.rows, every_distance(homes, unused)
    why = {}
    for limit in (300, 700):
        why[limit] = expected(every_distance(homes, usable), far, list(unused.unused_reason), limit)
        why[limit][:3] = ["missing_geometry"] * 3
        assert words(rows[f"reason_{limit}m"]) == why[limit]
        table = found.reasons[found.reasons.threshold_m == limit]
        for measure in ("people", "seniors"):
            told = table[table.measure == measure].set_index("reason").weight
            assert told.sum() == homes[measure][[each is not None for each in why[limit]]].sum()
            for reason, people in told.items():
                assert people == homes[measure][[each == reason for each in why[limit]]].sum()
    last = [large or small for small, large in zip(why[300], why[700], strict=True)]
    assert words(rows["reason"]) == last
    named = [int(np.argmin(far[i])) if each in UNUSED_REASONS else None for i, each in enumerate(last)]
    assert words(rows["unused_facility"]) == named
    told = rows["unused_distance_m"].to_numpy()
    assert told == pytest.approx(
        [np.nan if n is None else far[i, n] for i, n in enumerate(named)], nan_ok=True, abs=1e-6
    )


def test_it_is_so_along_streets_and_in_times():
    random = np.random.default_rng(7)
    streets = gpd.GeoDataFrame(
        geometry=[LineString([(24 + x, 57), (24 + x, 57.03)]) for x in np.arange(6) / 100]
        + [LineString([(24, 57 + y), (24.05, 57 + y)]) for y in (0, 0.01, 0.03)],
        crs=4326,
    )
    streets = gpd.GeoDataFrame(geometry=[streets.union_all()], crs=4326).explode(ignore_index=True)
    walk = sm.Network.from_lines(streets, snap_limit_m=250)
    homes = scattered(random, 150, people=np.ones(150))
    usable, unused = scattered(random, 3), scattered(random, 9, unused_reason=random.choice(UNUSED_REASONS, 9))
    found = sm.coverage(homes, usable, ["5 min", "15 min"], by=walk, unused=unused)
    for limit in ("5 min", "15 min"):
        pairs = sm.within(homes, unused, limit, by=walk)
        covered = sm.within(homes, usable, limit, by=walk).facility.groupby(level=0).count() > 0
        best = pairs.dropna(subset=["duration_s"]).sort_values("duration_s", kind="stable").groupby(level=0).head(1)
        for row in range(len(homes)):
            told = found.rows[f"reason_{limit.replace(' ', '')}"][row]
            if covered[row]:
                assert pd.isna(told)
            elif row in best.index:
                assert told == unused.unused_reason[best.facility[row]]
            else:
                assert told in ("too_far", "no_path", "not_snapped")
    assert set(found.rows["reason"].dropna()) & set(UNUSED_REASONS)


def test_a_place_tells_how_many_of_its_people_for_which_reason_and_in_which_area():
    homes = at([1000, 1100, 1500, 1600, 9000], people=[30, 5, 40, 7, 2], seniors=[1, 2, 3, 4, 5], name=list("abcde"))
    unused = at([1000], id=["U"], unused_reason=["not_compliant"])
    areas = gpd.GeoDataFrame({"name": ["West", "East"]}, crs=4326, geometry=[
        box(23, 56, 24 + 1550 * METRE, 58), box(24 + 1550 * METRE, 56, 24 + 8000 * METRE, 58)])  # fmt: skip
    asked = {"weight": "people", "groups": ["seniors"], "areas": areas, "area_name": "name"}
    found = sm.coverage(homes, at([0], id=["S"]), 300, unused=unused, facility_id="id", **asked)
    places, parts = found.gaps(300, name="name"), found.gap_parts(300)
    assert places[["name", "people", "people_not_compliant", "people_too_far"]].to_numpy().tolist() == [
        ["c", 82, 35, 47], ["e", 2, 0, 2]]  # fmt: skip
    assert places.areas.tolist() == ["West; East", "outside every area"]
    assert parts.drop(columns="rows_without_weight").to_numpy().tolist()[:3] == [
        [1, "West", "too_far", 40, 1, 3],
        [1, "West", "not_compliant", 35, 2, 3],
        [1, "East", "too_far", 7, 1, 4],
    ]
    assert pd.isna(parts.area[3]) and parts.people[3] == 2
    later = sm.coverage(homes, at([0], id=["S"]), 300, facility_id="id", **asked)
    given = {"unused": unused, "facility_id": "id"}
    pd.testing.assert_frame_equal(pd.DataFrame(later.gaps(300, name="name", **given)), pd.DataFrame(places))
    pd.testing.assert_frame_equal(later.gap_parts(300, **given), parts)


@pytest.mark.parametrize("seed", range(3))
def test_parts_sum_to_places_and_places_to_the_reasons(seed):
    random = np.random.default_rng(seed)
    people = np.where(random.random(200) < 0.1, np.nan, random.random(200) * 9)
    homes = scattered(random, 200, people=people)
    parts = [box(24 + i / 80, 57, 24.0125 + i / 80, 57.02) for i in range(4)]
    areas = gpd.GeoDataFrame({"name": range(4)}, geometry=parts, crs=4326)
    unused = scattered(random, 9, unused_reason=random.choice(UNUSED_REASONS, 9))
    found = sm.coverage(homes, scattered(random, 2), 500, weight="people", areas=areas, area_name="name", unused=unused)
    places, parts = found.gaps(500, join_distance_m=300), found.gap_parts(500, join_distance_m=300)
    by_place = parts.groupby("place")[["people", "rows", "rows_without_weight"]].sum()
    assert by_place.to_numpy() == pytest.approx(
        places.set_index("place")[["people", "rows", "rows_without_weight"]].to_numpy(float)
    )
    for reason, people in found.reasons.set_index("reason").weight.items():
        told = places[f"people_{reason}"].sum() if f"people_{reason}" in places else 0
        assert told == pytest.approx(people) == parts.people[parts.reason == reason].sum()
    shuffled = sm.coverage(
        homes.sample(frac=1, random_state=seed), scattered(np.random.default_rng(9), 0), 500, weight="people"
    )
    assert shuffled.gap_parts(500).people.sum() == pytest.approx(np.nansum(homes.people))


def test_a_person_with_two_places_has_the_reason_of_what_is_near_any_of_them():
    places = at([5000, 9000, 6000], who=["x", "x", "y"], id=["1", "2", "3"])
    unused = at([9100], unused_reason=["closed"])
    found = sm.coverage(places, at([0]), 300, person="who", unused=unused)
    assert words(found.rows["reason"]) == ["closed", "too_far"]
    later = sm.coverage(places, at([0]), 300, person="who").gap_parts(300, unused=unused)
    assert later.set_index("reason").people.to_dict() == {"closed": 1, "too_far": 1}
    assert found.gaps(300, join_distance_m=1).name.tolist() == ["x", "y"]  # whose rows they are, not their numbers


def test_where_a_limit_is_met_exactly_the_facility_is_near_enough():
    homes, unused = at([0]), at([300], unused_reason=["closed"])
    here, there = homes.geometry[0], unused.geometry[0]
    exact = float(sm.geodesic_distance_m([here.x], [here.y], [there.x], [there.y])[0])
    assert sm.coverage(homes, at([9000]), exact, unused=unused).rows.reason[0] == "closed"
    assert sm.coverage(homes, at([9000]), exact - 1e-6, unused=unused).rows.reason[0] == "too_far"


def test_what_is_not_known_and_who_is_covered_stay_as_they_are():
    homes = at([0, 5000, 9000])
    homes.loc[2, "geometry"] = None
    unused = at([0, 5000], unused_reason=["closed", "unsuitable"])
    found = sm.coverage(homes, at([10]), 300, unused=unused)
    assert words(found.rows.within_300m) == ["covered", "uncovered", "unknown"]
    assert words(found.rows.reason) == [None, "unsuitable", "missing_geometry"]
    assert found.summary[["covered", "uncovered", "unknown"]].to_numpy().tolist() == [[1, 1, 1]]
    none = sm.coverage(homes, at([10]), 300, unused=unused[:0])
    assert words(none.rows.reason) == [None, "too_far", "missing_geometry"]


@pytest.mark.parametrize(
    ("unused", "message"),
    [
        (at([0]), "no column 'unused_reason'"),
        (at([0, 1], unused_reason=["closed", "broken"]), "'unused_reason' holds 'broken' in row 2; a reason is one of"),
        (at([0, 1], unused_reason=[None, "closed"]), "'unused_reason' holds nan in row 1; a reason is one of"),
    ],
)
def test_facilities_that_do_not_say_why_they_were_left_out_are_refused(unused, message):
    with pytest.raises(ValueError, match=message):
        sm.coverage(at([0]), at([10]), 300, unused=unused)
    with pytest.raises(ValueError, match=message):
        sm.coverage(at([0]), at([10]), 300).gaps(300, unused=unused)


def test_a_flood_tells_who_had_only_a_facility_left_out_before_it():
    homes = at([0, 5000, 9000], people=[1, 2, 4])
    water = gpd.GeoDataFrame({"scenario": ["1 %"]}, geometry=[box(23.999, 56.9, 24.001, 57.1)], crs=4326)
    unused = at([5000], id=["U"], unused_reason=["unsuitable"])
    found = sm.flood(homes, at([10]), water, 300, weight="people", unused=unused, facility_id=None)
    assert words(found.rows.before) == ["covered", "uncovered", "uncovered"]
    assert words(found.rows.reason) == [None, "unsuitable", "too_far"]
    assert words(found.rows.during_1pct) == ["lost", "uncovered", "uncovered"]
    assert words(found.rows.reason_1pct) == ["closed_by_flood", "unsuitable", "too_far"]
    told = found.reasons.set_index("reason").weight
    assert told[told > 0].to_dict() == {"unsuitable": 2, "closed_by_flood": 1, "too_far": 4}
    assert found.summary[["lost", "uncovered"]].to_numpy().tolist() == [[1, 6]]


def test_a_closure_tells_who_had_only_a_facility_left_out_before_it():
    line = LineString([(24, 57), (24 + 20_000 * METRE, 57)])
    walk = sm.Network.from_lines(gpd.GeoDataFrame(geometry=[line], crs=4326))
    after = walk.close(gpd.GeoDataFrame(geometry=[box(24.0001, 56.9, 24.0003, 57.1)], crs=4326))
    homes, unused = at([100, 5000, 9000]), at([5000], unused_reason=["closed"])
    found = sm.cut_off(homes, at([0]), walk, after, limit="500 m", unused=unused)
    assert words(found.rows.state) == ["cut_off", "not_reached_before", "not_reached_before"]
    assert words(found.rows.reason)[1:] == ["closed", "too_far"]
    assert found.summary.weight.sum() == 3


def test_an_evacuation_tells_who_could_leave_for_a_shelter_left_out_only():
    road, island = LineString([(24, 57), (24.1, 57)]), LineString([(24, 57.1), (24.1, 57.1)])
    walk = sm.Network.from_lines(gpd.GeoDataFrame(geometry=[road, island], crs=4326))
    water = gpd.GeoDataFrame(geometry=[box(24.0, 56.9, 24.02, 57.2)], crs=4326)
    people = gpd.GeoDataFrame(
        {"people": [1, 2, 4, 8], "who": ["crowd", "crowd", "pram", "crowd"]}, crs=4326,
        geometry=gpd.points_from_xy([24.01, 24.01, 24.01, 24.05], [57, 57.1, 57.1, 57.1]))  # fmt: skip
    shelters = gpd.GeoDataFrame({"id": ["S"]}, geometry=gpd.points_from_xy([24.05], [57]), crs=4326)
    unused = gpd.GeoDataFrame(
        {"id": ["U", "V"], "unused_reason": ["closed", "not_compliant"]}, crs=4326,
        geometry=gpd.points_from_xy([24.09, 24.06], [57.1, 57.1]))  # fmt: skip
    asked = {"by": walk, "weight": "people", "group": "who", "speeds": {"crowd": 1.0, "pram": 0.9}}
    found = sm.evacuation(people, shelters, water, unused=unused, shelter_id="id", **asked)
    assert words(found.rows.state) == ["leaves", "cannot_leave", "cannot_leave", "outside"]
    assert [each or None for each in words(found.rows.reason)] == [None, "not_compliant", "not_compliant", None]
    assert found.reasons.set_index("reason").people.sum() == found.summary.people_cannot.iloc[-1] == 6
    plain = sm.evacuation(people, shelters, water, **asked)
    assert set(words(plain.rows.reason)[1:3]) == {"no_path"}


def test_the_sample_s_people_with_only_a_shelter_that_does_not_comply_are_counted_row_by_row():
    people = sm.read(f"{SAMPLE}population.csv", crs="EPSG:3059", id="id")
    shelters = sm.read(f"{SAMPLE}shelters.csv", crs="EPSG:3059", id="id")
    usable, unused = sm.supply(shelters, compliance="renewable")
    found = sm.coverage(people, usable, 500, weight="people", unused=unused)
    degrees = [each.to_crs(4326) for each in (people, usable, unused)]
    why = expected(
        every_distance(*degrees[:2]),
        every_distance(degrees[0], degrees[2]),
        list(unused.unused_reason.astype(object)),
        500,
    )
    assert words(found.rows.reason) == why
    only = people.people[[each == "not_compliant" for each in why]].sum()
    assert found.reasons.set_index("reason").weight["not_compliant"] == only == 854
    assert found.gaps(500, join_distance_m=550).people_not_compliant.sum() == 854
