# SPDX-License-Identifier: Apache-2.0
"""What results call those in no area or zone, and all together: names that no area or zone may have itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sheltermap.base import texts
from sheltermap.base.suggestions import one_form

ALL, AREA = "all", "area"  # what a figure is of, besides `NO_AREA`
OUTSIDE_AREAS, INSIDE_ZONES, OUTSIDE_ZONES = "outside every area", "inside any zone", "outside every zone"
UNKNOWN = "position unknown"
NO_AREA = (OUTSIDE_AREAS, UNKNOWN)  # last rows by area
OF_ZONES = (INSIDE_ZONES, OUTSIDE_ZONES, UNKNOWN)  # last rows by zone


def require_own_names(names: Iterable[Any], what: str) -> None:
    """Raise ValueError where an area or zone is called as results, or reports in any language, call those in none.

    Examples
    --------
    >>> require_own_names(["West", "Outside every area"], "areas")
    Traceback (most recent call last):
    ValueError: areas: row 2 is called 'Outside every area', as results call those in no area or zone; rename it
    """
    words = set(OF_ZONES) | set(NO_AREA)
    taken = {_compared(said) for word in words for said in (word, *texts.both(word).values())}
    for row, name in enumerate(names, start=1):
        if isinstance(name, str) and _compared(name) in taken:
            raise ValueError(
                f"{what}: row {row} is called {name!r}, as results call those in no area or zone; rename it"
            )


def last_in_order(area: Any) -> tuple[bool, str]:
    """Return the key to sort areas by: by name, and who is in none last."""
    return area in NO_AREA, str(area)


def _compared(name: str) -> str:
    return " ".join(str(one_form(name)).casefold().split())
