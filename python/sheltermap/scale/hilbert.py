# SPDX-License-Identifier: Apache-2.0
"""Places by their order along a Hilbert curve, on which near ones mostly follow one another.

J. Skilling, Programming the Hilbert curve, AIP Conference Proceedings 707 (2004) 381–387, for two axes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BITS = 31  # of a degree of freedom: cells of 2 cm
NOWHERE = np.uint64(1) << np.uint64(2 * BITS)  # behind all places


def keys_of(lonlat: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return where places lie along a curve that fills longitudes and latitudes; `NOWHERE` for those that are NaN.

    Examples
    --------
    >>> near, far, nowhere = keys_of(np.array([[24.1, 56.9], [-70.0, -33.0], [np.nan, np.nan]]))
    >>> bool(nowhere == NOWHERE), bool(abs(int(near) - int(keys_of(np.array([[24.1, 56.9]]))[0])) == 0)
    (True, True)
    """
    known = np.isfinite(lonlat).all(axis=1)
    keys = np.full(len(lonlat), NOWHERE)
    cells = (lonlat[known] + (180.0, 90.0)) / (360.0, 180.0) * 2.0**BITS
    x, y = np.clip(cells, 0, 2.0**BITS - 1).astype(np.uint64).T
    keys[known] = along_curve(x, y, BITS)
    return keys


def along_curve(x: NDArray[np.uint64], y: NDArray[np.uint64], bits: int) -> NDArray[np.uint64]:
    """Return the numbers of cells along the curve, from 0; cells are counted from 0 on axes with 2**bits of them."""
    x, y = x.copy(), y.copy()
    one = np.uint64(1)
    for level in range(bits - 1, 0, -1):  # take turns and mirror images back
        bit = one << np.uint64(level)
        below = bit - one
        x ^= np.where(x & bit, below, np.uint64(0))
        swapped = np.where(y & bit, np.uint64(0), (x ^ y) & below)
        x ^= np.where(y & bit, below, swapped)
        y ^= swapped
    y ^= x
    turned = np.zeros_like(x)
    for level in range(bits - 1, 0, -1):
        bit = one << np.uint64(level)
        turned ^= np.where(y & bit, bit - one, np.uint64(0))
    return (_spread(x ^ turned) << one) | _spread(y ^ turned)


def _spread(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers below 2**32 with a zero in front of each of their bits."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        numbers = (numbers | (numbers << np.uint64(shift))) & np.uint64(mask)
    return numbers
