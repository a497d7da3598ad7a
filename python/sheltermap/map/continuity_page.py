# SPDX-License-Identifier: Apache-2.0
"""The map of continuity to look around in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.drawing.continuity_legends import continuity_categories
from sheltermap.drawing.continuity_maps import plot_continuity
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.page import Map, one_view
from sheltermap.map.result_layers import area_fields, named_layer, rows_layer

if TYPE_CHECKING:
    from sheltermap.risk.continuity import Continuity

OF_FACILITIES = {
    "rank": "rank",
    "fails_too": "continuity_fails_too",
    "people_losing_access": "continuity_losing_access",
    "people_losing_supply": "continuity_losing_supply",
    "places_lost": "continuity_places_lost",
    "people_losing_place": "continuity_losing_place",
    "next_facility": "continuity_next",
}


def explore_continuity(
    continuity: Continuity,
    *,
    name: str | None = None,
    facility_name: str | None = None,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
) -> Map:
    """Return the map of continuity; `Continuity.explore` says what the parameters mean."""
    rows, facilities = continuity.rows, continuity.facilities
    categories = continuity_categories(rows)
    fields = [
        Field(texts.say("continuity_depends_on", lang), value_texts(rows["depends_on"], lang)),
        *area_fields(rows, lang),
    ]
    layer = named_layer("facilities", facilities, facility_name, lang, "facility_name")
    for column, word in OF_FACILITIES.items():
        if column in facilities:
            layer.fields.append(Field(texts.say(word, lang), value_texts(facilities[column], lang)))
    layers = [rows_layer(rows, categories, name, fields, columns, lang), layer]
    if continuity.areas is not None:
        layers.insert(0, named_layer("areas", continuity.areas, None, lang, None))
    return one_view(
        title if title is not None else texts.say("continuity", lang),
        layers,
        categories,
        lambda: plot_continuity(continuity, lang=lang),
        lang=lang,
    )
