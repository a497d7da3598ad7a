# SPDX-License-Identifier: Apache-2.0
"""Legends of an impact: which rows a scenario affects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.drawing.legend import COVERED, UNCOVERED, UNKNOWN, Category, is_code

if TYPE_CHECKING:
    import geopandas as gpd


def impact_categories(rows: gpd.GeoDataFrame, label: str) -> list[Category]:
    """Return the legend of a layer in a scenario: affected, not affected, unknown."""
    column = f"state_{label}"
    found = rows[column]
    drawn = (("affected", UNCOVERED, "diamond"), ("not_affected", COVERED, "circle"))
    categories = [
        Category(is_code(found, state), f"\"{column}\" = '{state}'", colour, marker, texts.both(f"impact_{state}"))
        for state, colour, marker in drawn
    ]
    return [*categories, Category(is_code(found, "unknown"), "TRUE", UNKNOWN, "cross", texts.both("unknown"))]
