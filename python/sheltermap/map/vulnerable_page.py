# SPDX-License-Identifier: Apache-2.0
"""The map of vulnerable groups to look around in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.vulnerable_legends import vulnerable_categories
from sheltermap.drawing.vulnerable_maps import of_scenario, plot_vulnerable
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.page import Map, one_view
from sheltermap.map.result_layers import area_fields, named_layer, reason_field, rows_layer
from sheltermap.risk.scenario import chosen_scenario

if TYPE_CHECKING:
    import pandas as pd

    from sheltermap.risk.vulnerable import Vulnerable


def explore_vulnerable(
    vulnerable: Vulnerable,
    scenario: str | None = None,
    *,
    name: str | None = None,
    shelter_name: str | None = None,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
) -> Map:
    """Return the map of a scenario; `Vulnerable.explore` says what the parameters mean."""
    chosen = chosen_scenario(vulnerable.scenarios, scenario)
    rows, shelters = of_scenario(vulnerable.rows, chosen.id), of_scenario(vulnerable.shelters, chosen.id)
    categories = vulnerable_categories(rows)
    fields = [
        Field(texts.say("people", lang), value_texts(rows[vulnerable.measure], lang)),
        Field(texts.say("goes_to", lang), value_texts(rows["shelter"], lang)),
        *(_times(rows[column], word, lang) for column, word in (("time_needed_s", "needs"), ("slack_s", "slack"))),
        reason_field(rows, lang),
        *area_fields(rows, lang),
    ]
    facilities = named_layer("facilities", shelters, shelter_name, lang, "shelter_name")
    state = [texts.say(f"vulnerable_shelter_{each}", lang) for each in shelters["state"].tolist()]
    facilities.fields.append(Field(texts.say("state", lang), state))
    for column, word in (("arrivals", "arrivals"), ("free", "vulnerable_free")):
        if column in shelters:
            facilities.fields.append(Field(texts.say(word, lang), value_texts(shelters[column], lang)))
    layers = [rows_layer(rows, categories, name, fields, columns, lang), facilities]
    if (zones := chosen.acting_zones) is not None:
        layers.insert(0, named_layer("zones", zones, None, lang, None))
    if vulnerable.areas is not None:
        layers.insert(0, named_layer("areas", vulnerable.areas, None, lang, None))
    return one_view(
        title if title is not None else texts.say("vulnerable", lang, scenario=chosen.id),
        layers,
        categories,
        lambda: plot_vulnerable(vulnerable, chosen.id, lang=lang),
        lang=lang,
    )


def _times(seconds: pd.Series[float], word: str, lang: str) -> Field:
    written = [texts.duration(each, lang) if np.isfinite(each) else None for each in seconds.tolist()]
    return Field(texts.say(f"vulnerable_{word}", lang), written)
