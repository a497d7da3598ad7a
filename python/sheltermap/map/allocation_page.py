# SPDX-License-Identifier: Apache-2.0
"""The map of an allocation to look around in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.allocation_legends import allocation_categories
from sheltermap.drawing.allocation_maps import plot_allocation
from sheltermap.map.packed_layers import Field, Layer, value_texts
from sheltermap.map.page import Map, one_view
from sheltermap.map.result_layers import (
    area_fields,
    cost_field,
    flows_layer,
    named_layer,
    reason_field,
    rows_layer,
)

if TYPE_CHECKING:
    from sheltermap.planning.allocation_result import Allocation

SPILL_FIELDS = (("name", "demand"), ("people", "people"), ("goes_to", "facility"))
OF_FACILITIES = {"places": "allocation_places", "load": "allocation_load", "free": "allocation_free"}


def explore_allocation(
    allocation: Allocation,
    *,
    name: str | None = None,
    facility_name: str | None = None,
    area_name: str | None = None,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
) -> Map:
    """Return the map of an allocation; `Allocation.explore` says what the parameters mean."""
    rows = allocation.rows
    categories = allocation_categories(rows)
    fields = [
        Field(texts.say("goes_to", lang), value_texts(rows["facility"], lang)),
        Field(texts.say("people", lang), value_texts(rows[allocation.measure], lang)),
        cost_field(rows["duration_s" if "duration_s" in rows else "distance_m"], lang),
        reason_field(rows, lang),
        *area_fields(rows, lang),
    ]
    layers = [
        rows_layer(rows, categories, name, fields, columns, lang),
        flows_layer(allocation.spill, SPILL_FIELDS, lang),  # above the rows, which a click still finds first
        _facilities(allocation, facility_name, lang),
    ]
    if allocation.areas is not None:
        layers.insert(0, named_layer("areas", allocation.areas, area_name, lang, "area_name"))
    return one_view(
        title if title is not None else texts.say("allocation", lang),
        layers,
        categories,
        lambda: plot_allocation(allocation, lang=lang),
        lang=lang,
    )


def _facilities(allocation: Allocation, name: str | None, lang: str) -> Layer:
    """Return the facilities with how full they are, and what one more place would be worth."""
    facilities = allocation.facilities
    layer = named_layer("facilities", facilities, name, lang, "facility_name")
    for column, word in OF_FACILITIES.items():
        layer.fields.append(Field(texts.say(word, lang), value_texts(facilities[column], lang)))
    used = [None if np.isnan(each) else texts.share(each, lang) for each in facilities["utilisation"].tolist()]
    layer.fields.append(Field(texts.say("utilisation", lang), used))
    if "next_place_serves" in facilities:
        serves = value_texts(facilities["next_place_serves"], lang)
        layer.fields.append(Field(texts.say("next_place_serves", lang), serves))
    return layer
