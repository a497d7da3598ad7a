# SPDX-License-Identifier: Apache-2.0
"""Sums that do not depend on the order of the rows."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sheltermap.base.exact_sums import total, totals

NUMBERS = st.one_of(st.integers(-5, 10**6).map(float), st.floats(-1e12, 1e12), st.just(math.nan), st.just(2.0**53))


@given(st.lists(st.tuples(NUMBERS, st.integers(0, 3)), max_size=40))
def test_sums_are_those_of_exact_fractions(rows):
    values = np.array([value for value, _ in rows], float)
    codes = np.array([code for _, code in rows], np.int64)
    assert total(values) == math.fsum(value for value, _ in rows if not math.isnan(value))
    expected = [math.fsum(value for value, code in rows if code == each and not math.isnan(value)) for each in range(5)]
    assert totals(values, codes, 5).tolist() == expected


def test_the_order_of_the_rows_does_not_matter():
    rng = np.random.default_rng(3)
    values, codes = rng.random(10_000) * 1e9, rng.integers(0, 7, 10_000)
    order = rng.permutation(10_000)
    assert total(values) == total(values[order])
    assert (totals(values, codes, 7) == totals(values[order], codes[order], 7)).all()
