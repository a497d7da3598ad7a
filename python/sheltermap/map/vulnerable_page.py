# SPDX-License-Identifier: Apache-2.0
"""The map of vulnerable groups, one scenario after another."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sheltermap.drawing.vulnerable_legends import vulnerable_categories
from sheltermap.drawing.vulnerable_maps import of_scenario, plot_vulnerable
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field
from sheltermap.map.result_layers import (
    area_fields,
    area_layers,
    duration_field,
    facility_field,
    named_layer,
    reason_field,
    rows_layer,
    value_field,
    words_field,
    zones_layer,
)
from sheltermap.map.steps import in_steps
from sheltermap.map.view import View
from sheltermap.risk.scenario import chosen_scenario

if TYPE_CHECKING:
    from sheltermap.risk.scenario import Scenario
    from sheltermap.risk.vulnerable import Vulnerable

COUNTED = {"arrivals": "arrivals", "free": "vulnerable_free"}  # columns of shelters, and their words


def vulnerable_views(vulnerable: Vulnerable, asked: Asked, *, scenario: str | None = None) -> list[View]:
    """Return a view of each scenario, or of one; `Vulnerable.explore` says what the parameters mean."""
    if scenario is not None:
        return [_view(vulnerable, chosen_scenario(vulnerable.scenarios, scenario), asked)]
    views = [_view(vulnerable, each, asked) for each in vulnerable.scenarios]
    return in_steps(views, asked.heading("vulnerable_steps"), asked)


def _view(vulnerable: Vulnerable, scenario: Scenario, asked: Asked) -> View:
    rows, shelters = of_scenario(vulnerable.rows, scenario.id), of_scenario(vulnerable.shelters, scenario.id)
    categories = vulnerable_categories(rows)

    def told() -> list[Field]:
        return [
            facility_field("goes_to", rows["shelter"], shelters, asked, "shelter_name"),
            duration_field("vulnerable_needs", rows["time_needed_s"], asked),
            duration_field("vulnerable_slack", rows["slack_s"], asked),
            reason_field(rows, asked),
            *area_fields(rows, asked),
        ]

    fields = [words_field("state", shelters["state"], "vulnerable_shelter_{}", asked)]
    fields += [value_field(word, shelters[each], asked) for each, word in COUNTED.items() if each in shelters]
    usable = (shelters["state"] == "usable").to_numpy(bool)
    layers = area_layers(vulnerable.areas, asked, None)
    if (zones := scenario.acting_zones) is not None:
        layers.append(zones_layer("zones", zones, scenario.id, asked))
    layers += [
        rows_layer(rows, categories, asked, told, measure=vulnerable.measure),
        named_layer("facilities", shelters, "shelter_name", asked, fields, usable=usable),
    ]
    draw = partial(plot_vulnerable, vulnerable, scenario.id, lang=asked.lang)
    return View(asked.heading("vulnerable", scenario=scenario.id), layers, categories, draw, step=scenario.id)
