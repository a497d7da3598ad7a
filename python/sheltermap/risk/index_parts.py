# SPDX-License-Identifier: Apache-2.0
"""The parts of a risk index: weights that sum to 1, names of areas, values from 0 to 1; all checked."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.base.suggestions import one_form, told, unknown
from sheltermap.layers import frames
from sheltermap.layers.cells import numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

MIN_MAX = "min_max"
OWN = ("area", "index", "rank", "missing", "geometry")  #: columns of a result besides those of the parts


def shares_of(weights: Mapping[str, float]) -> dict[str, float]:
    """Return the weights so that they sum to 1."""
    if not isinstance(weights, Mapping) or not weights:
        raise ValueError('weights say which columns are parts, and what each weighs: {"hazard": 1, "exposure": 1}')
    for part, weight in weights.items():
        if part in OWN:
            raise ValueError(f"weights: a part cannot be called {part!r}, as a column of the result is: rename it")
        known = isinstance(weight, int | float | np.number) and not isinstance(weight, bool)
        if not known or not 0 < weight < math.inf:
            raise ValueError(f"weights: {part} is {told(weight)}; a weight is a number above 0")
    whole = math.fsum(weights.values())
    return {str(part): float(weight) / whole for part, weight in weights.items()}


def better_of(given: Sequence[str] | None, weights: Mapping[str, float]) -> tuple[str, ...]:
    """Return the parts that lower the risk; ValueError where one is none, or nobody says which way capacity counts."""
    if given is None:
        if "capacity" in weights:
            raise ValueError(
                'more_is_better has to say which way "capacity" counts: ["capacity"] where more of it is better, [] '
                "where the column is a lack of it"
            )
        return ()
    for part in given:
        if part not in weights:
            raise ValueError(f"more_is_better: {unknown('unknown part', str(part), weights)}")
    return tuple(given)


def names_of(parts: pd.DataFrame, area_name: str | None, what: str) -> list[str]:
    """Return what areas are called; ValueError where one has no name, or two have the same."""
    if area_name is not None:
        frames.require_columns(parts, [area_name], what)
    given = list(parts.index.to_flat_index() if area_name is None else parts[area_name])
    if not given:
        raise ValueError(f"{what}: there is no area")
    for row, name in enumerate(given, 1):
        if name is None or pd.isna(name):
            raise ValueError(f"{what}: row {row} has no name")
    names = [str(one_form(each)) for each in given]
    name, count = Counter(names).most_common(1)[0]
    if count > 1:
        raise ValueError(f"{what}: the area {name!r} is there twice; an index is of one row for each area")
    return names


def values_of(parts: pd.DataFrame, part: str, what: str) -> Numbers:
    """Return a part, NaN where it is not known; ValueError where a cell is no finite number."""
    values = numbers(parts, part, what)
    if np.isinf(values).any():
        raise ValueError(f"{what}: column {part!r} is endless in row {int(np.flatnonzero(np.isinf(values))[0]) + 1}")
    return values


def limits_of(
    values: Mapping[str, Numbers], normalised: str | Mapping[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    """Return by part what becomes 0 and what becomes 1."""
    if isinstance(normalised, str):
        if normalised != MIN_MAX:
            raise ValueError(f'normalised is "{MIN_MAX}", or limits by part, not {told(normalised)}')
        found = {}
        for part, each in values.items():
            known = each[~np.isnan(each)]
            if not len(known) or known.min() == known.max():
                raise ValueError(
                    f"{part} is the same in all areas, or not known in any: nothing tells what is 0 and what is 1; "
                    f'give limits, normalised={{"{part}": (low, high)}}, or leave it out'
                )
            found[part] = (float(known.min()), float(known.max()))
        return found
    if not isinstance(normalised, Mapping):
        raise ValueError(f'normalised is "{MIN_MAX}", or limits by part, not {told(normalised)}')
    for part in normalised:
        if part not in values:
            raise ValueError(f"normalised: {unknown('unknown part', str(part), values)}")
    for part in values:
        if part not in normalised:
            raise ValueError(f"normalised: {part} has no limits; give (low, high) for each part")
        low, high = normalised[part]
        if not -math.inf < low < high < math.inf:
            raise ValueError(f"normalised: the limits of {part} do not ascend: {low!r}, {high!r}")
    return {part: (float(normalised[part][0]), float(normalised[part][1])) for part in values}


def scaled_parts(
    values: Mapping[str, Numbers], limits: Mapping[str, tuple[float, float]], better: tuple[str, ...]
) -> tuple[dict[str, Numbers], dict[str, NDArray[np.bool_]]]:
    """Return the parts from 0 to 1, more being worse, and which values lie beyond the limits."""
    scaled, beyond = {}, {}
    for part, each in values.items():
        low, high = limits[part]
        share = (each - low) / (high - low)
        beyond[part] = (share < 0) | (share > 1)
        share = np.clip(share, 0, 1)
        scaled[part] = 1 - share if part in better else share
    return scaled, beyond
