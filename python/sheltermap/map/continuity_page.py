# SPDX-License-Identifier: Apache-2.0
"""The map of continuity to look around in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sheltermap.drawing.continuity_legends import continuity_categories
from sheltermap.drawing.continuity_maps import plot_continuity
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field
from sheltermap.map.result_layers import (
    area_fields,
    area_layers,
    facility_field,
    named_layer,
    rows_layer,
    value_field,
)
from sheltermap.map.view import View

if TYPE_CHECKING:
    from sheltermap.risk.continuity import Continuity

OF_FACILITIES = {
    "rank": "rank",
    "fails_too": "continuity_fails_too",
    "people_losing_access": "continuity_losing_access",
    "people_losing_supply": "continuity_losing_supply",
    "places_lost": "continuity_places_lost",
    "people_losing_place": "continuity_losing_place",
}


def continuity_views(continuity: Continuity, asked: Asked) -> list[View]:
    """Return the view of continuity; `Continuity.explore` says what the parameters mean."""
    rows, facilities = continuity.rows, continuity.facilities
    categories = continuity_categories(rows)

    def told() -> list[Field]:
        depends_on = facility_field("continuity_depends_on", rows["depends_on"], facilities, asked)
        return [depends_on, *area_fields(rows, asked)]

    fields = [value_field(word, facilities[each], asked) for each, word in OF_FACILITIES.items() if each in facilities]
    fields.append(facility_field("continuity_next", facilities["next_facility"], facilities, asked))
    measure = str(continuity.summary["measure"].iloc[0]) if len(continuity.summary) else None
    layers = [
        *area_layers(continuity.areas, asked, None),
        rows_layer(rows, categories, asked, told, measure=measure),
        named_layer("facilities", facilities, "facility_name", asked, fields),
    ]
    draw = partial(plot_continuity, continuity, lang=asked.lang)
    return [View(asked.heading("continuity"), layers, categories, draw)]
