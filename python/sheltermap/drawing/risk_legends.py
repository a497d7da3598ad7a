# SPDX-License-Identifier: Apache-2.0
"""Legends of risk: scenarios by the level of their risk, areas by their index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.legend import UNKNOWN, Category, up_to_edges

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


def index_categories(rows: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of areas by their risk index, in classes of as many areas each; those not ranked apart."""
    values = rows["index"].to_numpy(dtype=float)
    known = ~np.isnan(values)

    def said(low: float | None, edge: float) -> dict[str, str]:
        high = {lang: index_text(edge, lang) for lang in texts.LANGUAGES}
        if low is None:
            return texts.both("risk_index_up_to", high=high)
        return texts.both("risk_index_over", low={lang: index_text(low, lang) for lang in texts.LANGUAGES}, high=high)

    categories = up_to_edges(values, known, '"index"', "circle", said, darkest_last=True)
    return [*categories, Category(~known, "TRUE", UNKNOWN, "cross", texts.both("risk_index_no_rank"))]


def index_text(value: float, lang: str) -> str:
    """Write an index with three decimals."""
    return texts.decimal(f"{value:.3f}", lang) if np.isfinite(value) else "–"
