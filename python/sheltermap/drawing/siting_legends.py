# SPDX-License-Identifier: Apache-2.0
"""Legends of a siting: who is served already, who is newly served, and which sites were chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.legend import COVERED, NOT_CONCERNED, UNCOVERED, UNKNOWN, Category, is_code

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

GAINED, SITE = "#009e73", "#cc79a7"  # of Okabe and Ito's palette, as the others
STATES = (
    ("gained", GAINED, "circle", "site_gained"),
    ("covered_before", COVERED, "circle", "site_covered_before"),
    ("uncovered", UNCOVERED, "diamond", "uncovered"),
    ("unknown", UNKNOWN, "cross", "unknown"),
)


def siting_categories(rows: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of the demand: newly served, served already, not served, unknown."""
    found = rows["state"]
    return [
        Category(is_code(found, state), f"\"state\" = '{state}'", colour, marker, texts.both(word))
        for state, colour, marker, word in STATES
    ]


def left_out(sites: pd.DataFrame) -> tuple[NDArray[np.bool_], str]:
    """Return which sites could not be chosen (of upgrades none), and the QGIS rule for the others, to be added."""
    if "left_out" not in sites:
        return np.zeros(len(sites), bool), ""
    return sites["left_out"].notna().to_numpy(), ' AND "left_out" IS NULL'


def site_categories(sites: pd.DataFrame) -> list[Category]:
    """Return the legend of candidates or upgrades: chosen, not chosen, and those that could not be."""
    chosen = sites["chosen"].to_numpy(dtype=bool)
    out, rule = left_out(sites)
    return [
        Category(chosen, '"chosen"', SITE, "diamond", texts.both("site_chosen")),
        Category(~chosen & ~out, f'NOT "chosen"{rule}', NOT_CONCERNED, "circle", texts.both("site_not_chosen")),
        Category(out, "TRUE", UNKNOWN, "cross", texts.both("site_left_out")),
    ]
