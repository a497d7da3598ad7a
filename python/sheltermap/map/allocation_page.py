# SPDX-License-Identifier: Apache-2.0
"""The map of an allocation to look around in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.allocation_legends import allocation_categories
from sheltermap.drawing.allocation_maps import plot_allocation
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field, Layer
from sheltermap.map.result_layers import (
    area_fields,
    area_layers,
    cost_field,
    facility_field,
    flows_layer,
    named_layer,
    reason_field,
    rows_layer,
    value_field,
)
from sheltermap.map.view import View

if TYPE_CHECKING:
    from sheltermap.planning.allocation_result import Allocation

SPILL_FIELDS = (("name", "demand"), ("people", "people"), ("goes_to", "facility"))
OF_FACILITIES = {"places": "allocation_places", "load": "allocation_load", "free": "allocation_free"}
USED = ("has_room", "full")  # states of facilities that people are sent to


def allocation_views(allocation: Allocation, asked: Asked) -> list[View]:
    """Return the view of an allocation; `Allocation.explore` says what the parameters mean."""
    rows = allocation.rows
    categories = allocation_categories(rows)

    def told() -> list[Field]:
        return [
            facility_field("goes_to", rows["facility"], allocation.facilities, asked),
            cost_field(rows["duration_s" if "duration_s" in rows else "distance_m"], asked),
            reason_field(rows, asked),
            *area_fields(rows, asked),
        ]

    spill = allocation.spill[: asked.most]
    layers = [
        *area_layers(allocation.areas, asked),
        rows_layer(rows, categories, asked, told, measure=allocation.measure),
        flows_layer(spill, SPILL_FIELDS, asked),  # above the rows, which a click still finds first
        _facilities(allocation, asked),
    ]
    draw = partial(plot_allocation, allocation, lang=asked.lang)
    return [View(asked.heading("allocation"), layers, categories, draw)]


def _facilities(allocation: Allocation, asked: Asked) -> Layer:
    """Return the facilities with how full they are, and what one more place would be worth."""
    facilities = allocation.facilities
    used = [None if np.isnan(each) else texts.share(each, asked.lang) for each in facilities["utilisation"].tolist()]
    fields = [value_field(word, facilities[column], asked) for column, word in OF_FACILITIES.items()]
    fields.append(Field(asked.says("utilisation"), used))
    if "next_place_serves" in facilities:
        fields.append(value_field("next_place_serves", facilities["next_place_serves"], asked))
    usable = facilities["state"].isin(USED).to_numpy(bool)
    return named_layer("facilities", facilities, "facility_name", asked, fields, usable=usable)
