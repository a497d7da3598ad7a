# SPDX-License-Identifier: Apache-2.0
"""Legends of risk: scenarios by the level of their risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.drawing.legend import UNKNOWN, Category

if TYPE_CHECKING:
    import geopandas as gpd

    from sheltermap.risk.risk_classes import RiskClasses


def level_categories(rows: gpd.GeoDataFrame, classes: RiskClasses) -> list[Category]:
    """Return the legend of scenarios: by level, the highest first, then those that are not in the matrix."""
    level = rows["level"].to_numpy(dtype=float, na_value=0.0)
    categories = [
        Category(
            level == number,
            f'"level" = {number}',
            classes.levels[number - 1].colour,
            "diamond",
            level_label(classes, number),
        )
        for number in range(len(classes.levels), 0, -1)
    ]
    return [*categories, Category(level == 0, "TRUE", UNKNOWN, "cross", texts.both("risk_no_level"))]


def level_label(classes: RiskClasses, number: int) -> dict[str, str]:
    """Say in every language which level it is."""
    return texts.both("risk_of_level", level=classes.level_words(number))
