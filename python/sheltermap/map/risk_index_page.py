# SPDX-License-Identifier: Apache-2.0
"""The page of a risk index: areas by their index, with rank and parts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import geopandas

from sheltermap.drawing.risk_index_maps import plot_risk_index
from sheltermap.drawing.risk_legends import index_categories, index_text
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.result_layers import rows_layer, value_field
from sheltermap.map.view import View

if TYPE_CHECKING:
    from sheltermap.risk.risk_index import RiskIndex


def risk_index_views(index: RiskIndex, asked: Asked) -> list[View]:
    """Return the view of a risk index; `RiskIndex.explore` says what the parameters mean."""
    rows = index.rows
    if not isinstance(rows, geopandas.GeoDataFrame):
        raise ValueError("the areas have no shapes, so there is no map: give areas to risk_index")
    categories = index_categories(rows)

    def told() -> list[Field]:
        said: list[str | None] = [index_text(each, asked.lang) for each in rows["index"].tolist()]
        return [
            value_field("rank", rows["rank"], asked),
            Field(asked.says("risk_index"), said),
            *(Field(part, value_texts(rows[part], asked.lang)) for part in index.weights),
            value_field("risk_index_missing", rows["missing"], asked),
        ]

    layers = [rows_layer(rows, categories, asked, told, own="area")]
    draw = partial(plot_risk_index, index, lang=asked.lang)
    return [View(asked.heading("risk_index"), layers, categories, draw)]
