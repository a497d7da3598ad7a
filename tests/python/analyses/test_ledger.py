# SPDX-License-Identifier: Apache-2.0
"""The ledger against exact fractions: any split, any order, any number of threads."""

import math
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import Point, box

import sheltermap as sm
from sheltermap import _core
from sheltermap.base.reasons import REASONS, STATUS_OF, STATUSES

AREAS = 3
LARGEST = Fraction(1.7976931348623157e308)
HALF_LAST_BIT = Fraction(2) ** 970  # of the largest number
NASTY = [1e300, 1e-300, 0.1, 0.7, 5e-324, 2.0**53, 1e15, 1.0, 0.0, math.nan]
WEIGHTS = st.one_of(st.sampled_from(NASTY), st.floats(0, 1e308), st.integers(0, 10**6).map(float))
CODES, NUMBERS = st.integers(0, len(REASONS) - 1), st.integers(0, AREAS - 1)
LONGITUDES = st.sampled_from([24.0, 24.004, 24.2, 25.5, math.nan])  # of homes, for TOWN and FLOODED
TOWN = gpd.GeoDataFrame({"name": ["A", "B"]}, geometry=[box(23, 56, 24.1, 58), box(24.1, 56, 25, 58)], crs=4326)
FLOODED = gpd.GeoDataFrame({"scenario": ["1 %"]}, geometry=[box(24.1, 56, 24.3, 58)], crs=4326)
ROWS = st.lists(st.tuples(CODES, WEIGHTS, NUMBERS, st.booleans()), max_size=60)


def ledger_of(rows):
    ledger = _core.Ledger(1, 1, AREAS)
    reason, weight, area, marked = zip(*rows, strict=True) if rows else ((), (), (), ())
    ledger.add(
        0, 0, np.array(reason, np.uint8), np.array(weight, float), np.array(area, np.int64), np.array(marked, "u1")
    )
    return ledger


def numbers_of(ledger):
    """Every number a ledger tells, so that equality is that of bytes."""
    told = []
    for line in (ledger.of_all(0, 0), ledger.by_area(0, 0)):
        by_reason = line.pop("by_reason")
        told += [(name, values.tobytes()) for name, values in [*line.items(), *by_reason.items()]]
    return told, ledger.cells()


def rounded(exact):
    """The nearest double, ties to even; infinite where none is that large, which float() of a fraction refuses."""
    return math.inf if exact >= LARGEST + HALF_LAST_BIT else float(exact)


def people(rows, chosen):
    return rounded(sum((Fraction(row[1]) for row in rows if not math.isnan(row[1]) and chosen(row)), Fraction(0)))


def status(row):
    return STATUS_OF[REASONS[row[0]]]


@settings(deadline=None)
@given(ROWS)
def test_every_sum_is_that_of_exact_fractions_rounded_once(rows):
    ledger = ledger_of(rows)
    by_area = ledger.by_area(0, 0)
    for area in range(AREAS):
        mine = [row for row in rows if row[2] == area]
        for each in STATUSES:
            assert by_area[each][area] == people(mine, lambda row, each=each: status(row) == each)
        for code, reason in enumerate(REASONS):
            assert by_area["by_reason"][reason][area] == people(mine, lambda row, code=code: row[0] == code)
        assert by_area["total"][area] == people(mine, lambda row: True)
        assert by_area["covered_before"][area] == people(mine, lambda row: status(row) in ("covered", "lost"))
        assert by_area["marked"][area] == people(mine, lambda row: row[3])
        assert by_area["rows"][area] == len(mine)
        assert by_area["rows_without_weight"][area] == sum(math.isnan(row[1]) for row in mine)
    assert ledger.of_all(0, 0)["total"][0] == people(rows, lambda row: True)


@settings(deadline=None)
@given(ROWS, st.data())
def test_any_split_of_the_rows_in_any_order_gives_the_same_bytes(rows, data):
    expected = numbers_of(ledger_of(rows))
    order = data.draw(st.permutations(rows))
    part = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    merged = _core.Ledger(1, 1, AREAS)
    for number in data.draw(st.permutations(range(4))):
        merged.merge(ledger_of([row for row, where in zip(order, part, strict=True) if where == number]))
    assert numbers_of(merged) == expected


@settings(max_examples=20, deadline=None)
@given(ROWS, st.integers(1, 7))
def test_any_number_of_threads_gives_the_same_bytes(rows, threads):
    merged = _core.Ledger(1, 1, AREAS)
    with ThreadPoolExecutor(threads) as pool:
        for part in pool.map(ledger_of, [rows[number::threads] for number in range(threads)]):
            merged.merge(part)
    assert numbers_of(merged) == numbers_of(ledger_of(rows))


@pytest.mark.parametrize("weight", [-1.0, math.inf])
def test_a_weight_that_is_no_number_of_people_is_refused_and_nothing_is_counted(weight):
    ledger = _core.Ledger(1, 1, 1)
    with pytest.raises(ValueError, match="weight: row 2"):
        ledger.add(0, 0, np.zeros(2, "u1"), np.array([1.0, weight]))
    assert ledger.cells() == []


def test_codes_and_areas_out_of_range_are_refused():
    ledger = _core.Ledger(1, 1, 1)
    for reason, area, status_code in ((len(REASONS), 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, len(STATUSES))):
        with pytest.raises(ValueError):
            ledger.add(
                0, 0, np.array([reason], "u1"), np.ones(1), np.array([area]), status=np.array([status_code], "u1")
            )
    with pytest.raises(ValueError, match="cannot be merged"):
        ledger.merge(_core.Ledger(1, 2, 1))


def test_a_coverage_of_tenths_is_summed_exactly_by_area_and_for_all():
    # Ten times the double 0.1 is 1 + 2^-54, next to which lies 1; added one by one they give 0.9999999999999999.
    places = gpd.points_from_xy(np.full(10, 24.0), np.full(10, 57.0))
    homes = gpd.GeoDataFrame({"people": [0.1] * 10}, geometry=places, crs=4326)
    area = gpd.GeoDataFrame({"name": ["town"]}, geometry=[homes.geometry.iloc[0].buffer(1)], crs=4326)
    found = sm.coverage(homes, homes[:1], 500, weight="people", areas=area, area_name="name")
    assert found.summary.covered.tolist() == [1.0]
    assert found.by_area.covered.tolist() == [1.0]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([24.0, 24.004, 24.2, 25.5, math.nan]), WEIGHTS), min_size=1, max_size=30),
    st.data(),
)
def test_permuted_rows_give_every_analysis_the_same_tables(rows, data):
    def asked(rows):
        weights = [weight / 64 for _, weight in rows]  # all of them together stay below what a number holds
        homes = gpd.GeoDataFrame({"people": weights}, geometry=[Point(x, 57) for x, _ in rows], crs=4326)
        homes.loc[homes.geometry.x.isna(), "geometry"] = None
        shelters, ground = homes_of([24.0, 24.2]), {"areas": TOWN, "area_name": "name"}
        coverage = sm.coverage(homes, shelters, [100, 500], weight="people", **ground)
        flood = sm.flood(homes, shelters, FLOODED, 500, weight="people", **ground)
        exposure = sm.exposure(homes, FLOODED, zone_id="scenario", weight="people")
        tables = [coverage.summary, coverage.by_area, coverage.reasons, exposure.summary]
        return [*tables, flood.summary, flood.by_area, flood.reasons]

    for one, other in zip(asked(rows), asked(data.draw(st.permutations(rows))), strict=True):
        assert_frame_equal(one, other, check_exact=True)


def homes_of(lon):
    return gpd.GeoDataFrame(geometry=[Point(x, 57) for x in lon], crs=4326)
