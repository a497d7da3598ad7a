# SPDX-License-Identifier: Apache-2.0
"""How many features, and how many people with them, lie in each zone, in any, in none, and nobody knows where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.base.exact_sums import total, totals
from sheltermap.layers import frames

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

INSIDE, OUTSIDE, UNKNOWN = "inside any zone", "outside every zone", "position unknown"


def zone_summary(
    names: pd.Index[Any],
    zone: NDArray[np.integer[Any]],
    row: NDArray[np.integer[Any]],
    inside: NDArray[np.bool_],
    known: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> pd.DataFrame:
    """Return a row per zone, then one each for `INSIDE`, `OUTSIDE` and `UNKNOWN`.

    `zone` (position in `names`) and `row` are those of the pairs, `inside`, `known` and `weights` (NaN where there is
    none) of the features.
    """
    parts = (inside, known & ~inside, ~known)
    missing = np.isnan(weights)
    return pd.DataFrame(
        {
            "zone": [*names, INSIDE, OUTSIDE, UNKNOWN],
            "rows": _counts(zone, len(names), parts),
            "weight": [*totals(weights[row], zone, len(names)), *(total(weights[part]) for part in parts)],
            "rows_without_weight": _counts(zone[missing[row]], len(names), [part & missing for part in parts]),
        }
    )


def ground_notes(frame: GeoDataFrame, role: Literal["zones", "areas"]) -> list[str]:
    """Return a note where zones or areas have no place: nobody can be counted as lying in them."""
    count = frames.without_place(frame)
    return [texts.say(f"{role}_without_place", "en", count=texts.number(count))] if count else []


def _counts(zone: NDArray[np.integer[Any]], count: int, parts: Any) -> NDArray[np.int64]:
    return np.append(np.bincount(zone, minlength=count), [part.sum() for part in parts])
