# SPDX-License-Identifier: Apache-2.0
"""The map of alternatives to look around in: candidates by the budget at which they enter."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from sheltermap.drawing.alternatives_legends import entry_categories
from sheltermap.drawing.plots import draw_map
from sheltermap.layers import frames
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field
from sheltermap.map.result_layers import named_layer, row_names, rows_layer, value_field
from sheltermap.map.view import View

if TYPE_CHECKING:
    from sheltermap.planning.alternatives import Alternatives

SHOWN = ("order", "enters_at", "people_alone", "people_gained", "cost_per_person")
NAMED = "__name"


def alternatives_views(alternatives: Alternatives, asked: Asked) -> list[View]:
    """Return the view of alternatives; `Alternatives.explore` says what the parameters mean."""
    chosen, upgrades, currency = alternatives.chosen, alternatives.upgrades, alternatives.currency
    frames.require_columns(chosen, list(asked.columns), "the result")
    names = row_names(chosen, asked.names("candidate_name"), "candidates", "candidate_name", asked)
    sites = chosen.assign(**{NAMED: pd.array(names, dtype="object")})
    if upgrades is not None:
        named = upgrades["facility"].astype(str) + " (" + upgrades["action"] + ")"
        sites = gpd.GeoDataFrame(
            pd.concat([sites, upgrades.assign(**{NAMED: named}).to_crs(chosen.crs)], ignore_index=True),
            crs=chosen.crs,
        )
    categories = entry_categories(sites, currency)

    def told() -> list[Field]:
        return [value_field(f"alternatives_{each}", sites[each], asked, currency=currency) for each in SHOWN]

    layers = [rows_layer(sites, categories, asked, told, own=NAMED)]
    if alternatives.existing is not None:
        layers.append(named_layer("facilities", alternatives.existing, "facility_name", asked))
    draw = partial(draw_map, sites, categories, facilities=alternatives.existing, lang=asked.lang)
    return [View(asked.heading("alternatives"), layers, categories, draw)]
