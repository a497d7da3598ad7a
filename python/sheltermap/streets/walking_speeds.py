# SPDX-License-Identifier: Apache-2.0
"""How fast groups of people walk: as stated, or by the figures of a standard with their source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base.standards import standards
from sheltermap.layers import frames

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

STANDARD = "walk.jp"
GROUP_OF_ALL = "all"


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


def paces_of(
    people: GeoDataFrame, group: str | None, speeds: Mapping[str, float | str] | None
) -> tuple[NDArray[Any], dict[Any, Pace | None]]:
    """Return the group of every row and the pace of every group; None for the network's own.

    Raises
    ------
    ValueError
        If a row has no group, a group no speed, or there are speeds of groups that no row has.
    """
    if group is None:
        if speeds is not None:
            raise ValueError("speeds are those of groups: name the column with group=")
        return np.full(len(people), GROUP_OF_ALL, dtype=object), {GROUP_OF_ALL: None}
    what = frames.describe(people, "people")
    frames.require_columns(people, [group], what)
    missing = np.flatnonzero(people[group].isna())
    if len(missing):
        raise ValueError(f"{what}: row {int(missing[0]) + 1} has no group in {group!r}, {len(missing)} rows in all")
    labels = people[group].to_numpy(dtype=object)
    unused = [name for name in speeds or {} if name not in set(labels)]
    if unused:
        raise ValueError(
            f"speeds: {what} has no group {unused[0]!r} in {group!r}; it has {', '.join(map(repr, _groups(labels)))}"
        )
    if GROUP_OF_ALL in labels and len(set(labels)) > 1:
        raise ValueError(
            f"{what}: a group in {group!r} is called {GROUP_OF_ALL!r}, as the sum of all groups; rename it"
        )
    return labels, {label: pace_of(label, speeds or {}) for label in _groups(labels)}


def _groups(labels: NDArray[Any]) -> list[Any]:
    return sorted(set(labels), key=str)
