# SPDX-License-Identifier: Apache-2.0
"""Sums that are exact, rounded once: the same whatever the order of the rows. What is not known (NaN) adds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sheltermap._native import _core

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray


def total(values: NDArray[np.float64]) -> float:
    """Return the sum of the values."""
    return _core.exact_sum(values)


def totals(values: NDArray[np.float64], codes: NDArray[np.integer[Any]], count: int) -> NDArray[np.float64]:
    """Return the sums by code from 0 to count - 1; `values` and `codes` have one entry per row."""
    return _core.exact_sums(values, codes.astype(np.int64, copy=False), count)
