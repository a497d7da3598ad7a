# SPDX-License-Identifier: Apache-2.0
"""Classes of how bad scenarios are, and the worst of them in each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base.given import is_finite
from sheltermap.base.suggestions import told

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.risk.hits import Hits
    from sheltermap.risk.scenario import Scenario

Classes = Mapping[str, Sequence[float] | int]  #: by the id of a scenario or its hazard
Limits = Mapping[str, list[float] | int]  #: of each scenario by its id: limits between its classes, or its one class


def class_limits(scenarios: Sequence[Scenario], classes: Classes) -> Limits:
    """Return the class of each scenario, or the limits between its classes; ValueError where they are not clear."""
    strange = [name for name in classes if name not in {part for each in scenarios for part in (each.id, each.hazard)}]
    if strange:
        raise ValueError(f"classes: {strange[0]!r} is neither a scenario nor a hazard")
    found: dict[str, list[float] | int] = {}
    for each in scenarios:
        if (given := classes.get(each.id, classes.get(each.hazard))) is None:
            raise ValueError(
                f"classes: nothing says how bad {each.id} is; name the scenario, or its hazard {each.hazard}"
            )
        if isinstance(given, int) and not isinstance(given, bool):
            if given < 1:
                raise ValueError(f"classes: that of {each.id} is 1 or more, not {given}")
            found[each.id] = given
            continue
        if isinstance(given, str) or not isinstance(given, Sequence) or not len(given):
            raise ValueError(
                f"classes: give {each.id} a class, 1 or more, or limits of its intensity, not {told(given)}"
            )
        limits = list(given)
        if not all(map(is_finite, limits)) or any(one >= other for one, other in pairwise(limits)):
            raise ValueError(f"classes: the limits of {each.id} are numbers, the least first, each once, not {limits}")
        if each.intensity is None:
            raise ValueError(f"classes: {each.id} has no intensity to compare with limits; give it one class")
        found[each.id] = [float(limit) for limit in limits]
    return found


def highest_class(limits: list[float] | int) -> int:
    """Return the worst class that a scenario may have."""
    return limits if isinstance(limits, int) else len(limits) + 1


def worst_classes(scenarios: Sequence[Scenario], hits: Mapping[str, Hits], limits: Limits) -> NDArray[np.int64]:
    """Return the worst class of each row: 0 where none acts, -1 where one that is not known could be worse."""
    rows = len(hits[scenarios[0].id])
    worst, possible = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    for each in scenarios:
        found, mine = hits[each.id], limits[each.id]
        acts, unknown = found.inside == 1, found.inside == -1
        if isinstance(mine, int):
            classes = np.full(rows, mine)
        else:
            classes = 1 + np.searchsorted(mine, found.intensity, side="right")
            unknown |= acts & np.isnan(found.intensity)
        worst = np.maximum(worst, np.where(acts & ~unknown, classes, 0))
        possible = np.maximum(possible, np.where(unknown, highest_class(mine), 0))
    return np.where(possible > worst, -1, worst)
