# SPDX-License-Identifier: Apache-2.0
"""Expected annual impacts, against published and integrated values, part by part."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sheltermap as sm

# climada/engine/test/test_impact.py (CLIMADA): ten events, each of this yearly frequency.
FREQUENCY = 6.211180124223603e-4
EVENTS = [0.0, 0.400665463736549e9, 3.150330960044466e9, 3.715826406781887e9, 2.900244271902339e9]
EVENTS += [0.778570745161971e9, 0.698736262566472e9, 0.381063674256423e9, 0.569142464157450e9, 0.467572545849132e9]

years = st.lists(st.floats(1, 1e5), min_size=1, max_size=8, unique=True)
impacts = st.floats(0, 1e9)


def parts_of(found, method):
    return dict(zip(found.parts["part"], found.parts[method], strict=True))


@pytest.mark.parametrize(
    ("periods", "impact", "zero", "expected"),
    [
        # ra2ce's test of expected annual damage; tails and triangles by hand.
        ([100, 200], [1000, 2000], None, {"between": 7.5, "tail": 10, "low_end": 0, "total": 17.5}),
        ([100, 200], [500, 1000], None, {"between": 3.75, "tail": 5, "low_end": 0, "total": 8.75}),
        ([100, 200], [1000, 2000], 10, {"between": 7.5, "tail": 10, "low_end": 45, "total": 62.5}),
        ([100, 200], [1000, 2000], 1, {"between": 7.5, "tail": 10, "low_end": 495, "total": 512.5}),
        # The three scenarios of Latvia's flood maps.
        ([10, 100, 200], [100, 1000, 1500], None, {"between": 55.75, "tail": 7.5, "low_end": 0, "total": 63.25}),
    ],
)
def test_the_trapezoid_is_as_published(periods, impact, zero, expected):
    found = sm.expected_annual(periods, impact, zero_impact_years=zero)
    assert parts_of(found, "trapezoid") == pytest.approx(expected, rel=1e-12)
    told = {"between": found.between, "tail": found.tail, "low_end": found.low_end, "total": found.total}
    assert told == parts_of(found, "trapezoid")


def test_the_log_linear_one_stands_beside_it():
    found = sm.expected_annual([10, 100, 200], [100, 1000, 1500], method="log_linear")
    assert parts_of(found, "trapezoid")["total"] == pytest.approx(63.25)
    assert found.total == parts_of(found, "log_linear")["total"]
    # By Simpson's rule over the probability, the impact straight in the logarithm of the period.
    p = np.linspace(1 / 200, 1 / 10, 200_001)
    curve = np.interp(np.log(1 / p), np.log([10, 100, 200]), [100, 1000, 1500])
    weights = np.ones(len(p))
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    assert found.between == pytest.approx((weights * curve).sum() * (p[1] - p[0]) / 3, rel=1e-7)
    assert found.between == pytest.approx(41.2846, abs=5e-5)


def test_a_curve_of_events_is_that_of_climada():
    counts = np.arange(10, 0, -1) * FREQUENCY  # how often this much or more
    found = sm.expected_annual(1 / counts, sorted(EVENTS))
    assert found.levels["return_period_years"].iloc[[0, -1]].tolist() == pytest.approx([161, 1610])
    assert found.total == pytest.approx(9_267_121.74, abs=0.01)
    assert found.tail == pytest.approx(max(EVENTS) * FREQUENCY)
    assert sum(EVENTS) * FREQUENCY == pytest.approx(8_113_138.3817, abs=1e-3)  # each event as a step, which is less


@given(levels=st.dictionaries(st.floats(1, 1e5), impacts, min_size=1, max_size=8), data=st.data())
def test_the_order_of_the_levels_leaves_no_trace(levels, data):
    pairs = list(levels.items())
    other = data.draw(st.permutations(pairs))
    one, two = (sm.expected_annual(*zip(*each, strict=True), falling="report") for each in (pairs, other))
    assert one.parts.equals(two.parts) and one.notes == two.notes


@given(periods=years, data=st.data())
def test_more_impact_is_more_expected(periods, data):
    least = sorted(data.draw(st.lists(impacts, min_size=len(periods), max_size=len(periods))))
    more = [each + data.draw(st.floats(0, 1e9)) for each in least]
    zero = data.draw(st.sampled_from([None, 1.0])) if min(periods) > 1 else None
    one, two = (
        sm.expected_annual(sorted(periods), each, zero_impact_years=zero, falling="report") for each in (least, more)
    )
    for method in ("trapezoid", "log_linear"):
        for part in ("between", "tail", "low_end", "total"):
            before, after = parts_of(one, method)[part], parts_of(two, method)[part]
            assert after >= before - 1e-9 * max(1.0, before), (method, part)


def test_a_rarer_level_that_does_less_is_told_by_name():
    with pytest.raises(ValueError, match="the impact falls from 1000 at 100 years to 900 at 200 years: correct it"):
        sm.expected_annual([200, 10, 100], [900, 50, 1000])
    found = sm.expected_annual([200, 10, 100], [900, 50, 1000], falling="report")
    assert found.notes == ["the impact falls from 1000 at 100 years to 900 at 200 years"]
    assert found.between == pytest.approx(525 * 0.09 + 950 * 0.005)


def test_one_level_has_a_tail_only():
    found = sm.expected_annual([50], [100])
    assert parts_of(found, "log_linear") == {"between": 0, "tail": 2, "low_end": 0, "total": 2}
    assert found.notes == ["there is one level only, so nothing lies between levels"]


@pytest.mark.parametrize(
    ("periods", "impact", "options", "told"),
    [
        ([], [], {}, "not 0 return periods and 0 impacts"),
        ([10, 100], [1], {}, "not 2 return periods and 1 impacts"),
        ([10, 0.5], [1, 2], {}, "return periods: number 2 is 0.5; a return period is 1 year or longer"),
        ([10, float("inf")], [1, 2], {}, "return periods: number 2 is inf"),
        ([10, 100], [1, float("nan")], {}, "impacts: number 2 is nan; an impact is a finite number, not negative"),
        ([10, 100], [-1, 2], {}, "impacts: number 1 is -1"),
        ([10, 10], [1, 2], {}, "the return period of 10 years is there twice"),
        ([10, 100], [1, 2], {"zero_impact_years": 10}, "below the shortest return period, 10 years, not 10"),
        ([10, 100], [1, 2], {"zero_impact_years": 0.5}, "zero_impact_years must be at least 1"),
        ([10, 100], [1, 2], {"method": "simpson"}, "method must be one of trapezoid, log_linear, not "),
        ([10, 100], [1, 2], {"falling": "ignore"}, "falling must be refuse or report"),
    ],
)
def test_what_cannot_be_is_refused(periods, impact, options, told):
    with pytest.raises(ValueError) as raised:
        sm.expected_annual(periods, impact, **options)
    assert told in str(raised.value)
