# SPDX-License-Identifier: Apache-2.0
"""A name that nobody knows: what it may have been meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def closest(given: str, allowed: Iterable[str]) -> str | None:
    """Return the name that `given` was meant to be: the same in other letters, small or capital, else a similar one."""
    allowed = sorted(allowed)
    same = [each for each in allowed if each.casefold() == given.casefold()]
    return next(iter(same or get_close_matches(given, allowed, n=1)), None)


def unknown(what: str, given: str, allowed: Iterable[str]) -> str:
    """Say that `given` is not one of `allowed`, and which may have been meant."""
    allowed = sorted(allowed)
    meant = closest(given, allowed)
    guess = f'; did you mean "{meant}"?' if meant is not None else ";"
    return f'{what} "{given}"{guess} allowed: {", ".join(allowed) or "none"}'
