# SPDX-License-Identifier: Apache-2.0
"""Sums that are exact, rounded once: the same whatever the order of the rows. What is not known (NaN) adds nothing."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray


def total(values: NDArray[np.float64]) -> float:
    """Return the sum of the values."""
    known = values[~np.isnan(values)]
    return float(known.sum()) if _any_order_is_exact(known) else math.fsum(known)


def totals(values: NDArray[np.float64], codes: NDArray[np.integer[Any]], count: int) -> NDArray[np.float64]:
    """Return the sums by code from 0 to count - 1; `values` and `codes` have one entry per row."""
    there = ~np.isnan(values)
    known, of = values[there], codes[there]
    if _any_order_is_exact(known):
        return np.bincount(of, known, count).astype(np.float64)
    order = np.argsort(of, kind="stable")
    ends = np.searchsorted(of[order], np.arange(count + 1))
    sorted_values = known[order].tolist()
    return np.array([math.fsum(sorted_values[start:end]) for start, end in pairwise(ends.tolist())])


def _any_order_is_exact(values: NDArray[np.float64]) -> bool:
    """Tell whether they are whole numbers whose sums stay below 2^53."""
    return bool(np.abs(values).sum() < 2.0**53 and (values == np.rint(values)).all())
