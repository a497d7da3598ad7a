# SPDX-License-Identifier: Apache-2.0
"""How fast groups of people walk: as stated, or by the figures of a standard with their source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sheltermap.base.standards import standards

STANDARD = "walk.jp"


@dataclass(frozen=True)
class Pace:
    """A speed and who says so."""

    m_s: float
    source: str


def shipped_paces() -> dict[str, Pace]:
    """Return the walking speeds that come with sheltermap, by the name of their figure in the standard ``walk.jp``."""
    standard = standards()[STANDARD]
    return {
        name: Pace(float(figure.to("m/s")), f"{STANDARD}: {standard.source}")
        for name, figure in standard.figures.items()
    }


def pace_of(group: object, speeds: Mapping[str, float | str]) -> Pace:
    """Return how fast a group is: by `speeds`, a number or the name of a shipped speed, else by its own name.

    Raises
    ------
    ValueError
        If nothing says how fast the group is, or the speed is not a number above 0.
    """
    stated = speeds.get(group, group)  # type: ignore[call-overload]
    known = shipped_paces()
    if isinstance(stated, str):
        if stated not in known:
            raise ValueError(
                f"no speed for the group {group!r}: give speeds={{{group!r}: ...}}, a number in m/s or one of "
                f"{', '.join(f'{name!r} ({pace.m_s:g} m/s)' for name, pace in known.items())}"
            )
        return known[stated]
    if group not in speeds:
        raise ValueError(f"no speed for the group {group!r}: give speeds={{{group!r}: ...}} in m/s")
    if isinstance(stated, bool) or not 0 < stated < math.inf:
        raise ValueError(f"the speed of the group {group!r} must be a number above 0 in m/s, not {stated!r}")
    return Pace(float(stated), "stated")
