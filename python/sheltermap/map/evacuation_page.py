# SPDX-License-Identifier: Apache-2.0
"""The map of an evacuation: who leaves the zones, along which streets, to which shelters."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sheltermap.drawing.flow_maps import plot_evacuation
from sheltermap.drawing.legend import evacuation_categories
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field
from sheltermap.map.result_layers import (
    duration_field,
    facility_field,
    flows_layer,
    named_layer,
    reason_field,
    rows_layer,
    value_field,
)
from sheltermap.map.view import View

if TYPE_CHECKING:
    from sheltermap.analyses.evacuation import Evacuation

STREET_FIELDS = (("street", "name"), ("people", "people"))


def evacuation_views(evacuation: Evacuation, asked: Asked) -> list[View]:
    """Return the view of an evacuation; `Evacuation.explore` says what the parameters mean."""
    rows, shelters = evacuation.concerned
    categories = evacuation_categories(rows)

    def told() -> list[Field]:
        return [
            facility_field("goes_to", rows["shelter"], shelters, asked, "shelter_name"),
            duration_field("leaves_after", rows["leaves_s"], asked),
            duration_field("arrives_after", rows["arrives_s"], asked),
            reason_field(rows, asked),
        ]

    inside = (shelters["state"] == "in_zone").to_numpy(bool)
    fields = [Field(asked.says("inside"), [asked.says("yes") if each else None for each in inside])]
    fields += [value_field(each, shelters[each], asked) for each in ("arrivals", "overflow") if each in shelters]
    layers = [
        named_layer("water", evacuation.zones, None, asked),
        rows_layer(rows, categories, asked, told, measure=evacuation.weight),
        flows_layer(evacuation.flows, STREET_FIELDS, asked),  # above the rows, which a click still finds first
        named_layer("facilities", shelters, "shelter_name", asked, fields, usable=~inside),
    ]
    draw = partial(plot_evacuation, evacuation, lang=asked.lang)
    return [View(asked.heading("evacuation"), layers, categories, draw)]
