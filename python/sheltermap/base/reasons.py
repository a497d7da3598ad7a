# SPDX-License-Identifier: Apache-2.0
"""Why people are not covered, and the status each reason stands for: the table of the core, as Python uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

REASONS: tuple[str, ...] = _core.REASONS  #: by code; the first, "reached", is none
STATUSES: tuple[str, ...] = _core.STATUSES  #: by code: covered, lost, uncovered, unknown
OF_REACH = REASONS[1 : _core.LAST_REASON_OF_REACH + 1]  #: why nothing is reached at all
UNPLACED = ("missing_geometry", "row_refused")  #: why nothing can be said
STATUS_OF: dict[str, str] = dict(zip(REASONS, _core.STATUSES_OF_REASONS, strict=True))


def known(*names: str) -> tuple[str, ...]:
    """Return the names in this order; ValueError where one is no reason of the table."""
    strange = [name for name in names if name not in REASONS[1:]]
    if strange:
        raise ValueError(f"{strange[0]!r} is no reason; the table of reasons is in include/sheltermap/base/reason.hpp")
    return names


def codes_of(reasons: Sequence[Any] | pd.Series[Any] | NDArray[Any]) -> NDArray[np.uint8]:
    """Return the code of each name; that of "reached" where there is none, or an empty one.

    Examples
    --------
    >>> codes_of(["too_far", None, "missing_geometry"])
    array([1, 0, 3], dtype=uint8)
    """
    given = pd.Categorical(reasons)
    by_category = [REASONS.index(each) if each else 0 for each in given.categories]
    return np.array([*by_category, 0], np.uint8)[given.codes]  # -1, the code of what is missing, takes the last


def names_of(codes: NDArray[np.uint8]) -> NDArray[Any]:
    """Return the name of each code; None for "reached"."""
    return np.array([None, *REASONS[1:]], object)[codes]


def statuses_of(codes: NDArray[np.uint8], among: Sequence[str] = STATUSES) -> pd.Categorical[Any]:
    """Return the status that each code stands for, as a categorical of those that there can be."""
    numbers = {status: number for number, status in enumerate(among)}
    by_code = np.array([numbers.get(status, -1) for status in STATUS_OF.values()], np.int8)
    return pd.Categorical.from_codes(by_code[codes], categories=pd.Index(among))


def labels_of(codes: NDArray[np.uint8], among: Sequence[str] = OF_REACH) -> pd.Categorical[Any]:
    """Return the name of each code, as a categorical of those that there can be; missing for "reached"."""
    numbers = {name: number for number, name in enumerate(among)}
    by_code = np.array([numbers.get(name, -1) for name in REASONS], np.int8)
    return pd.Categorical.from_codes(by_code[codes], categories=pd.Index(among))
