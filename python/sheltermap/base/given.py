# SPDX-License-Identifier: Apache-2.0
"""What a caller gave: one or several of a kind, a finite number, or something else."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any, TypeVar

from sheltermap.base.suggestions import told

T = TypeVar("T")


def several(given: Any, kind: type[T] | tuple[Any, ...], made: str) -> tuple[T, ...]:
    """Return things as given, one or several; TypeError, saying how one is made, for anything else.

    Examples
    --------
    >>> several(5, int, "it is written in digits"), several([1, 2], int, "it is written in digits")
    ((5,), (1, 2))
    """
    is_table = hasattr(given, "iloc")  # which would be gone through by the names of its columns
    one = is_table or not isinstance(given, Iterable) or isinstance(given, (str | Mapping, kind))
    found = (given,) if one else tuple(given)
    for each in found:
        if not isinstance(each, kind):
            raise TypeError(f"{made}, not {told(each)}")
    return found


def is_finite(given: Any) -> bool:
    """Whether it is a finite number; truth values and texts are none.

    Examples
    --------
    >>> is_finite(2.5), is_finite("2.5"), is_finite(True), is_finite(float("nan"))
    (True, False, False, False)
    """
    return isinstance(given, Real) and not isinstance(given, bool) and math.isfinite(given)
