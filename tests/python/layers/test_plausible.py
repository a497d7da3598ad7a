# SPDX-License-Identifier: Apache-2.0
"""How far coordinates reach, and which are brought back to the Earth's last degree."""

import numpy as np
import pytest

from sheltermap.layers.plausible import extent, trimmed


@pytest.mark.parametrize("missing", [0, 1, 7, 100])
def test_the_extent_is_that_of_what_is_known(missing):
    rng = np.random.default_rng(missing)
    corners = rng.uniform(-90, 90, (100, 2))
    corners[:missing] = np.nan
    low, high = extent(corners)
    assert np.array_equal(low, np.fmin.reduce(corners), equal_nan=True)
    assert np.array_equal(high, np.fmax.reduce(corners), equal_nan=True)
    assert np.isnan(extent(np.empty((0, 2)))).all()


def test_a_hair_beyond_the_last_degree_is_brought_back_beside_rows_without_a_place():
    hair = 180 + 5e-10
    degrees = np.array([[np.nan, np.nan], [hair, -90 - 5e-10], [181.0, 0.0]])
    assert np.array_equal(trimmed(degrees), [[np.nan, np.nan], [180, -90], [181, 0]], equal_nan=True)
    inside = np.array([[24.0, 57.0]])
    assert trimmed(inside) is inside
