# SPDX-License-Identifier: Apache-2.0
"""The curve visits every cell once, each beside the one before."""

import numpy as np
import pytest

from sheltermap.scale import hilbert


@pytest.mark.parametrize("bits", range(1, 8))
def test_the_curve_goes_through_every_cell_from_neighbour_to_neighbour(bits: int) -> None:
    side = np.arange(1 << bits, dtype=np.uint64)
    x, y = (each.ravel() for each in np.meshgrid(side, side))
    keys = hilbert.along_curve(x, y, bits)
    order = np.argsort(keys)
    assert keys[order].tolist() == list(range(4**bits))
    steps = np.abs(np.diff(x[order].astype(int))) + np.abs(np.diff(y[order].astype(int)))
    assert (steps == 1).all()


def test_cells_of_the_finest_curve_are_all_told_apart() -> None:
    last = np.uint64(2**hilbert.BITS - 1)
    corners = np.array([0, 1, last - np.uint64(1), last], np.uint64)
    x, y = (each.ravel() for each in np.meshgrid(corners, corners))
    keys = hilbert.along_curve(x, y, hilbert.BITS)
    assert len(set(keys.tolist())) == 16 and keys.max() < hilbert.NOWHERE
    beside = hilbert.along_curve(np.array([last, last], np.uint64), np.array([0, 1], np.uint64), hilbert.BITS)
    assert abs(int(beside[0]) - int(beside[1])) == 1  # the curve ends in a corner


def test_places_have_keys_and_what_lies_nowhere_comes_last() -> None:
    places = np.array([[180.0, 90.0], [-180.0, -90.0], [200.0, 0.0], [np.nan, 3.0], [24.1, 56.9]])
    keys = hilbert.keys_of(places)
    assert (keys == hilbert.NOWHERE).tolist() == [False, False, False, True, False]
    assert (keys <= hilbert.NOWHERE).all()
