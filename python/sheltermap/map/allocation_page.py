# SPDX-License-Identifier: Apache-2.0
"""The map of an allocation to look around in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.allocation_legends import allocation_categories
from sheltermap.drawing.allocation_maps import plot_allocation
from sheltermap.drawing.plots import lonlat_shapes
from sheltermap.map.packed_layers import Field, Layer, value_texts
from sheltermap.map.page import Map
from sheltermap.map.result_layers import named_layer, reason_text, rows_layer

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.planning.allocation_result import Allocation

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
        _way(rows, lang),
        Field(
            texts.say("reason", lang), [reason_text(texts.why_key(value), lang) for value in rows["reason"].tolist()]
        ),
    ]
    if "area" in rows.columns:
        fields.append(Field(texts.say("area", lang), value_texts(rows["area"], lang)))
    layers = [
        rows_layer(rows, categories, name, fields, columns, lang),
        _lines(allocation.spill, lang),  # above the rows, which a click still finds first
        _facilities(allocation, facility_name, lang),
    ]
    if allocation.areas is not None:
        layers.insert(0, named_layer("areas", allocation.areas, area_name, lang, "area_name"))
    return Map(
        title if title is not None else texts.say("allocation", lang),
        layers,
        categories,
        lambda: plot_allocation(allocation, lang=lang),
        lang=lang,
    )


def _way(rows: GeoDataFrame, lang: str) -> Field:
    """Return how far each goes, or how long."""
    in_time = "duration_s" in rows
    costs = rows["duration_s" if in_time else "distance_m"].tolist()
    spelt = texts.duration if in_time else texts.distance
    said = [spelt(each, lang) if np.isfinite(each) else None for each in costs]
    return Field(texts.say("duration" if in_time else "distance", lang), said)


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


def _lines(spill: GeoDataFrame, lang: str) -> Layer:
    """Return the lines as wide as people are many: the category is their share of the most, 255 for all of it."""
    spill = spill[::-1]  # those of most people above
    people = spill["people"].to_numpy()
    fields = [
        Field(texts.say("name", lang), value_texts(spill["demand"], lang)),
        Field(texts.say("people", lang), value_texts(spill["people"], lang)),
        Field(texts.say("goes_to", lang), value_texts(spill["facility"], lang)),
    ]
    share = np.ceil(255 * people / people.max(initial=1.0)).astype(np.uint8)
    return Layer("flows", lonlat_shapes(spill), fields, share)
