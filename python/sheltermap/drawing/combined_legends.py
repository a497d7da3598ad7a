# SPDX-License-Identifier: Apache-2.0
"""Legends of several hazards at once: whether any acts, how many do, or the worst class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.legend import COVERED, GAPS, UNCOVERED, UNKNOWN, Category, is_code

if TYPE_CHECKING:
    import geopandas as gpd

FEW_TO_MANY = GAPS[::-1]


def combined_categories(rows: gpd.GeoDataFrame, how: str) -> list[Category]:
    """Return the legend of ``combined``: the states in their order, unknown last."""
    *states, unknown = rows["combined"].cat.categories
    shades = np.linspace(0, len(FEW_TO_MANY) - 1, max(len(states) - 1, 1)).round().astype(int)
    found = rows["combined"]
    categories = []
    for number, state in enumerate(states):
        none = state == ("not_affected" if how == "any" else "0")
        colour = COVERED if none else UNCOVERED if how == "any" else FEW_TO_MANY[shades[number - 1]]
        rule, marker = f"\"combined\" = '{state}'", "circle" if none else "diamond"
        categories.append(Category(is_code(found, state), rule, colour, marker, combined_words(how, state)))
    return [*categories, Category(is_code(found, unknown), "TRUE", UNKNOWN, "cross", texts.both("unknown"))]


def combined_words(how: str, state: str) -> dict[str, str]:
    """Return a state of ``combined`` in words."""
    if state == "unknown":
        return texts.both("unknown")
    if how == "any":
        return texts.both(f"impact_{state}")
    return texts.both("no_hazard") if state == "0" else texts.both(f"combined_{how}", number=state)
