# SPDX-License-Identifier: Apache-2.0
"""The map of alternatives to look around in: candidates by the budget at which they enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from sheltermap.base import texts
from sheltermap.drawing.alternatives_legends import entry_categories
from sheltermap.drawing.plots import draw_map
from sheltermap.layers import frames
from sheltermap.layers.row_ids import row_ids
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.page import Map, one_view
from sheltermap.map.result_layers import named_layer, rows_layer

if TYPE_CHECKING:
    from sheltermap.planning.alternatives import Alternatives

SHOWN = ("order", "enters_at", "people_alone", "people_gained", "cost_per_person")


def explore_alternatives(
    alternatives: Alternatives,
    *,
    candidate_name: str | None = None,
    facility_name: str | None = None,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
) -> Map:
    """Return the map of alternatives; `Alternatives.explore` says what the parameters mean."""
    chosen, upgrades = alternatives.chosen, alternatives.upgrades
    frames.require_columns(chosen, list(columns), "the result")
    names = row_ids(chosen, candidate_name, "candidates", "candidate_name", each_its_own=False)
    sites = chosen.assign(**{"__name": names.to_numpy(object)})
    if upgrades is not None:
        named = upgrades["facility"].astype(str) + " (" + upgrades["action"] + ")"
        sites = gpd.GeoDataFrame(
            pd.concat([sites, upgrades.assign(**{"__name": named}).to_crs(chosen.crs)], ignore_index=True),
            crs=chosen.crs,
        )
    categories = entry_categories(sites, alternatives.currency)
    words = {name: f"alternatives_{name}" for name in SHOWN}
    fields = [
        Field(texts.say(words[name], lang, currency=alternatives.currency), value_texts(sites[name], lang))
        for name in SHOWN
    ]
    layers = [rows_layer(sites, categories, "__name", fields, columns, lang)]
    if alternatives.existing is not None:
        layers.append(named_layer("facilities", alternatives.existing, facility_name, lang, "facility_name"))
    return one_view(
        title if title is not None else texts.say("alternatives", lang),
        layers,
        categories,
        lambda: draw_map(sites, categories, facilities=alternatives.existing, lang=lang),
        lang=lang,
    )
