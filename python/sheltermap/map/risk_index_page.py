# SPDX-License-Identifier: Apache-2.0
"""The page of a risk index: areas by their index, with rank and parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas

from sheltermap.base import texts
from sheltermap.drawing.risk_index_maps import plot_risk_index
from sheltermap.drawing.risk_legends import index_categories, index_text
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.page import Map, one_view
from sheltermap.map.result_layers import rows_layer

if TYPE_CHECKING:
    from sheltermap.risk.risk_index import RiskIndex


def explore_risk_index(index: RiskIndex, *, title: str | None = None, lang: str = "en") -> Map:
    """Return the map of a risk index; `RiskIndex.explore` says what the parameters mean."""
    rows = index.rows
    if not isinstance(rows, geopandas.GeoDataFrame):
        raise ValueError("the areas have no shapes, so there is no map: give areas to risk_index")
    categories = index_categories(rows)
    fields = [
        Field(texts.say("rank", lang), value_texts(rows["rank"], lang)),
        Field(texts.say("risk_index", lang), [index_text(each, lang) for each in rows["index"].tolist()]),
        *(Field(part, value_texts(rows[part], lang)) for part in index.weights),
        Field(texts.say("risk_index_missing", lang), value_texts(rows["missing"], lang)),
    ]
    return one_view(
        title if title is not None else texts.say("risk_index", lang),
        [rows_layer(rows, categories, "area", fields, (), lang)],
        categories,
        lambda: plot_risk_index(index, lang=lang),
        lang=lang,
    )
