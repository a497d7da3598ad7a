# SPDX-License-Identifier: Apache-2.0
"""The map of a flood, one scenario after another: its zones, who keeps a facility, which facilities are left."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sheltermap.base import texts
from sheltermap.base.scenarios import cost_during, scenario_label
from sheltermap.drawing.legend import flood_categories
from sheltermap.drawing.plots import chosen_scenario, plot_flood
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field
from sheltermap.map.result_layers import (
    area_fields,
    area_layers,
    cost_field,
    facility_field,
    named_layer,
    reason_text,
    rows_layer,
    value_field,
    words_field,
    zones_layer,
)
from sheltermap.map.steps import in_steps
from sheltermap.map.view import View

if TYPE_CHECKING:
    from sheltermap.analyses.flood import Flood


def flood_views(flood: Flood, asked: Asked, *, scenario: Any = None) -> list[View]:
    """Return a view of each scenario of a flood, or of one; `Flood.explore` says what the parameters mean."""
    if scenario is not None or not flood.scenarios:
        return [_view(flood, chosen_scenario(flood, scenario), asked)]
    return in_steps([_view(flood, each, asked) for each in flood.scenarios], asked.heading("flood_steps"), asked)


def _view(flood: Flood, scenario: Any, asked: Asked) -> View:
    called = texts.name(scenario)[asked.lang]
    label, rows = scenario_label(scenario), flood.rows
    categories = flood_categories(rows, label)
    state = flood.facilities[f"state_{label}"]

    def told() -> list[Field]:
        reasons = [reason_text(value, asked) for value in rows[f"reason_{label}"].tolist()]
        return [
            facility_field("nearest_in_flood", rows[f"facility_{label}"], flood.facilities, asked),
            cost_field(rows[cost_during(flood.threshold.cost_column, label)], asked),
            Field(asked.says("reason"), reasons),
            facility_field("nearest_before", rows["facility"], flood.facilities, asked),
            value_field("own_place_flooded", rows[f"in_zone_{label}"], asked),
            *area_fields(rows, asked),
        ]

    water = flood.zones[(flood.zones[flood.scenario] == scenario).to_numpy()]
    layers = [
        *area_layers(flood.areas, asked),
        zones_layer("water", water, called, asked),
        rows_layer(rows, categories, asked, told, measure=str(flood.summary["measure"].iloc[0])),
        # Above the rows: what is left of them is what the map is about.
        named_layer(
            "facilities",
            flood.facilities,
            "facility_name",
            asked,
            [words_field("state", state, "state_{}", asked)],
            usable=(state == "usable").to_numpy(bool),
        ),
    ]
    draw = partial(plot_flood, flood, scenario, lang=asked.lang)
    return View(asked.heading("flood_map", scenario=called), layers, categories, draw, step=called)
