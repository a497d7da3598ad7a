# SPDX-License-Identifier: Apache-2.0
"""Old names that go on working, with a warning that says the new one."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from sheltermap.base import caller

P = ParamSpec("P")
R = TypeVar("R")


def renamed_parameter(old: str, new: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator for a function whose parameter `old` is called `new` now.

    Examples
    --------
    >>> @renamed_parameter("thresholds_m", "thresholds")
    ... def asked(thresholds):
    ...     return thresholds
    >>> with warnings.catch_warnings(action="ignore"):
    ...     asked(thresholds_m=500)
    500
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            if old in kwargs:
                if new in kwargs:
                    raise TypeError(f"{function.__name__}: {old} is the old name of {new}: give {new} only")
                warn_renamed(f"{function.__name__}: {old}", new)
                kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return wrapper

    return decorate


def warn_renamed(old: str, new: str) -> None:
    """Warn whoever called the function that calls this one by an old name."""
    told = f"{old} is called {new} now; the old name will go"
    warnings.warn(told, DeprecationWarning, stacklevel=caller.stacklevel())
