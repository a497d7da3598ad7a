# SPDX-License-Identifier: Apache-2.0
"""A name that nobody knows: what it may have been meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def unknown(what: str, given: str, allowed: Iterable[str]) -> str:
    """Say that `given` is not one of `allowed`, and which may have been meant."""
    allowed = sorted(allowed)
    meant = get_close_matches(given, allowed, n=1)
    guess = f'; did you mean "{meant[0]}"?' if meant else ";"
    return f'{what} "{given}"{guess} allowed: {", ".join(allowed) or "none"}'
