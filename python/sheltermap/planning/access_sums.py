# SPDX-License-Identifier: Apache-2.0
"""Sums of an access: supply by what becomes of it, and people with what they have on average."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.analyses.areas import Areas
from sheltermap.base.exact_sums import total
from sheltermap.base.reasons import UNPLACED
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.layers.refused_rows import refused_otherwise
from sheltermap.planning.equity import Shared

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

AWAY = ("not_snapped", "not_in_table", *UNPLACED)  #: nobody can go there, or nobody knows where that is
SUPPLY_STATES = ("reached", "nobody_near", "nothing_to_offer", "supply_unknown", *AWAY)


def supply_states(
    facilities: GeoDataFrame, offered: Numbers, people: Numbers, away: tuple[str, NDArray[np.bool_]]
) -> NDArray[np.object_]:
    """Say of each facility whether somebody shares its supply, and if not, why.

    `people` is how many see each; `away` why some cannot be gone to, and which.
    """
    tests = {
        "reached": people > 0,
        "row_refused": refused_otherwise(facilities),
        "missing_geometry": ~has_place(facilities.geometry.to_numpy()),
        "supply_unknown": np.isnan(offered),
        "nothing_to_offer": offered == 0,
        away[0]: away[1],
    }
    told: NDArray[np.object_] = np.select(list(tests.values()), list(tests), "nobody_near").astype(object)
    return told


def supply_sums(offered: Numbers, told: NDArray[np.object_]) -> pd.DataFrame:
    """Return how much there is, and how much of it reaches somebody."""
    known = np.nan_to_num(offered)
    unplaced = np.isin(told, AWAY)
    line = {
        "total": total(known),
        "reached": total(known[told == "reached"]),
        "unreached": total(known[told == "nobody_near"]),
        "unplaced": total(known[unplaced]),
        "facilities": len(offered),
        "facilities_unreached": int((told == "nobody_near").sum()),
        "facilities_unplaced": int(unplaced.sum()),
        "facilities_without_supply": int((offered == 0).sum()),
        "facilities_supply_unknown": int(np.isnan(offered).sum()),
    }
    return pd.DataFrame([line])


def with_means(
    sums: pd.DataFrame,
    measures: dict[str, Numbers],
    per_person: Numbers,
    grouping: Areas | None,
    below: float | None,
) -> pd.DataFrame:
    """Return the sums with what the people have on average, the shares of them, and how evenly it is shared."""
    rows_of = {} if grouping is None else grouping.rows()
    parts = []
    for line in sums.to_dict("records"):
        area, people = line["area"], measures[line["measure"]]
        here = slice(None) if pd.isna(area) else rows_of[area]
        shared = Shared.of(per_person[here], people[here]).line(below)
        known = line["total"] - line["unknown"]
        extra: dict[str, float] = {
            "enough_share": line["enough"] / line["total"] if line["total"] else math.nan,
            "access_mean": shared["mean"],
            "none_share": line["none"] / known if known else math.nan,
        }
        if below is not None:
            extra["below_share"] = shared["below_share"]
        parts.append(line | extra | {"gini": shared["gini"]})
    return pd.DataFrame(parts)
