# SPDX-License-Identifier: Apache-2.0
"""Sums that do not depend on the order of the rows."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sheltermap.base.exact_sums import total, totals

NASTY = st.sampled_from([math.nan, 2.0**53, 1e300, -1e300, 1e-300, 5e-324, -5e-324, 0.1, -0.0])
NUMBERS = st.one_of(st.integers(-5, 10**6).map(float), st.floats(-1e12, 1e12), st.floats(-1e306, 1e306), NASTY)


@given(st.lists(st.tuples(NUMBERS, st.integers(0, 3)), max_size=40))
def test_sums_are_those_of_exact_fractions(rows):
    values = np.array([value for value, _ in rows], float)
    codes = np.array([code for _, code in rows], np.int64)
    assert total(values) == math.fsum(value for value, _ in rows if not math.isnan(value))
    expected = [math.fsum(value for value, code in rows if code == each and not math.isnan(value)) for each in range(5)]
    assert totals(values, codes, 5).tolist() == expected


def test_infinities_are_those_of_any_addition():
    assert total(np.array([math.inf, 1e308, math.nan])) == math.inf
    assert math.isnan(total(np.array([math.inf, -math.inf])))
    assert total(np.array([1.7e308, 1.7e308])) == math.inf


def test_the_order_of_the_rows_does_not_matter():
    rng = np.random.default_rng(3)
    values, codes = rng.random(10_000) * 1e9, rng.integers(0, 7, 10_000)
    order = rng.permutation(10_000)
    assert total(values) == total(values[order])
    assert (totals(values, codes, 7) == totals(values[order], codes[order], 7)).all()
