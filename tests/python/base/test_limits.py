# SPDX-License-Identifier: Apache-2.0
"""Limits of reach: what is read, how they are spelt, and that no time ever becomes a distance."""

import math
import operator
import pickle
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sheltermap as sm
from sheltermap.base.language import LANGUAGES, all_words
from sheltermap.base.limits import Limit, chosen, limits_of

VALUES = st.floats(0, 1e7)
UNITS = st.sampled_from(["m", "s"])
LIMITS = st.builds(Limit, VALUES, UNITS)
NUMBERS = st.one_of(
    st.integers(-5, 5),
    st.floats(allow_nan=False),
    st.booleans(),
    st.just(np.int64(3)),
    VALUES.map(np.float64),
)
ARITHMETIC = [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge]


@pytest.mark.parametrize(
    ("given", "value", "unit", "label"),
    [
        ("15 min", 900, "s", "15min"),
        ("15min", 900, "s", "15min"),
        (" 1 h ", 3600, "s", "60min"),
        ("90 s", 90, "s", "90s"),
        ("0.5 min", 30, "s", "30s"),
        ("2 km", 2000, "m", "2000m"),
        ("12.5 m", 12.5, "m", "12.5m"),
        (500, 500, "m", "500m"),
        (np.int64(500), 500, "m", "500m"),
        (0, 0, "m", "0m"),
        (Limit(15, "s"), 15, "s", "15s"),
        ("15 minutes", 900, "s", "15min"),
        ("15 Min", 900, "s", "15min"),
        ("15 minūtes", 900, "s", "15min"),
        ("15 minu\u0304tes", 900, "s", "15min"),
        ("1 stunda 30 min", 5400, "s", "90min"),
        ("1 h 30 min", 5400, "s", "90min"),
        ("1h30min", 5400, "s", "90min"),
        ("0.5h", 1800, "s", "30min"),
        ("500 metres", 500, "m", "500m"),
        ("1\u00a0500 m", 1500, "m", "1500m"),
        ("2 km 300 m", 2300, "m", "2300m"),
        ("1.1 km", 1100, "m", "1100m"),
        ("3 KM", 3000, "m", "3000m"),
    ],
)
def test_limits_are_read_and_spelt(given, value, unit, label):
    limit = Limit.of(given)
    assert (limit.value, limit.unit, limit.label) == (value, unit, label)
    assert limit.in_time == (unit == "s")
    assert (limit.cost_column, limit.threshold_column) == (
        ("duration_s", "threshold_s") if limit.in_time else ("distance_m", "threshold_m")
    )


@pytest.mark.parametrize(
    "text",
    [
        "15",
        "min",
        "-5 m",
        "1e3 m",
        "m 5",
        "",
        "five km",
        "1 h 30",
        "30 min 1 h",
        "5 min 5 min",
        "1 km 5 min",
        "5 mins'",
    ],
)
def test_a_text_without_a_known_unit_is_refused_with_the_text(text):
    with pytest.raises(ValueError, match="a limit is a number with a unit, '500 m', ") as refused:
        Limit.of(text)
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,5 km", "decimals of a limit stand behind a point: write '1.5 km', not '1,5 km'"),
        ("0,5h", "decimals of a limit stand behind a point: write '0.5h', not '0,5h'"),
        ("1,500 m", "before decimals or between thousands: write '1.500 m' or '1500 m', not '1,500 m'"),
    ],
)
def test_a_comma_is_refused_with_what_to_write(text, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Limit.of(text)


@pytest.mark.parametrize("text", ["1000000.001 km", "9" * 400 + " km", "9" * 400 + " h"])
def test_more_than_any_way_is_refused_in_short(text):
    with pytest.raises(ValueError, match="a limit is at most 1 000 000 km, or as many seconds as metres, not ") as told:
        Limit.of(text)
    assert len(str(told.value)) < 120


def test_the_text_of_a_limit_has_no_exponent():
    assert [str(Limit(each)) for each in (1e-5, 1e26)] == ["0.00001 m", "100000000000000000000000000 m"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("unit", ["m", "km", "s", "min", "h"])
def test_every_unit_has_names_in_every_language_and_no_name_stands_for_two(unit, lang):
    assert {str(Limit.of(f"7 {name}")) for name in all_words()[f"unit_names.{unit}"][lang].split()} == {
        str(Limit.of(f"7 {unit}"))
    }


@pytest.mark.parametrize("wrong", [math.nan, np.nan, True, np.True_, None, [500], b"500 m", 1 + 2j])
def test_what_is_no_number_is_refused(wrong):
    with pytest.raises(ValueError, match="a limit is a number of metres, or a text like '500 m' or '15 min', not "):
        Limit.of(wrong)


def test_a_negative_limit_and_an_unknown_unit_are_refused():
    with pytest.raises(ValueError, match="a limit must not be negative, it is -5"):
        Limit.of(-5)
    with pytest.raises(ValueError, match="in 'm' or 's', not in 'min'"):
        Limit(15, "min")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "at least one distance or time, each once"),
        ([500, "0.5 km"], "each once"),
        (["15 min", 500], r"either distances or times, not both: \['15 min', 500\]"),
        ([15, Limit(15, "s")], "not both: "),
    ],
)
def test_limits_are_asked_for_once_and_in_one_unit(wrong, said):
    with pytest.raises(ValueError, match=said):
        limits_of(wrong)


@given(LIMITS, NUMBERS, st.sampled_from(ARITHMETIC))
def test_no_arithmetic_makes_a_number_of_a_limit(limit, number, operation):
    for one, other in ((limit, number), (number, limit), (limit, limit)):
        with pytest.raises(TypeError):
            operation(one, other)


@given(LIMITS)
def test_nothing_turns_a_limit_into_a_number_by_itself(limit):
    for turned in (float, int, round, abs, operator.neg, operator.index, math.floor, sum):
        with pytest.raises(TypeError):
            turned([limit] if turned is sum else limit)
    with pytest.raises(TypeError):
        np.array([limit]).astype(float)
    with pytest.raises(TypeError):
        pd.Series([limit]) + 0
    with pytest.raises(TypeError):
        np.array([limit]).sum() + 0.0


@given(VALUES, VALUES, st.sampled_from(COMPARISONS))
def test_a_time_is_not_compared_with_a_distance(seconds, metres, compare):
    time, distance = Limit(seconds, "s"), Limit(metres, "m")
    assert time != distance
    for one, other in ((time, distance), (distance, time)):
        with pytest.raises(TypeError, match="cannot be compared: one is a time, the other a distance"):
            compare(one, other)
        with pytest.raises(TypeError, match=r"is a limit, .* is none"):
            compare(one, metres)
    with pytest.raises(TypeError, match="is none"):
        compare(metres, time)


@given(VALUES, VALUES, UNITS, st.sampled_from([*COMPARISONS, operator.eq]))
def test_limits_of_one_unit_are_ordered_as_their_values(one, other, unit, compare):
    assert compare(Limit(one, unit), Limit(other, unit)) == compare(one, other)


@given(LIMITS)
def test_a_limit_is_what_it_was_after_a_set_a_pickle_and_its_own_text(limit):
    assert {limit, Limit(limit.value, limit.unit)} == {limit}
    assert pickle.loads(pickle.dumps(limit)) == limit
    written = Limit.of(str(limit))
    assert written.unit == limit.unit and written.value == pytest.approx(limit.value, rel=1e-14)  # texts have 15 digits


def test_a_limit_cannot_be_changed():
    limit = sm.Limit(500)
    with pytest.raises(AttributeError):
        limit.value = 900


def test_the_one_asked_for_is_chosen_by_its_text_or_by_its_number():
    times = limits_of(["15 min", "1 h"])
    assert chosen(times, 900) == chosen(times, "15 min") == chosen(times, times[0]) == times[0]
    for wrong in ("900 m", 15, "2 h"):
        with pytest.raises(ValueError, match=r"threshold .* was not asked about; choose one of 15 min, 60 min"):
            chosen(times, wrong)
    with pytest.raises(ValueError, match="not True"):
        chosen(times, True)
