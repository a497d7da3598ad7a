# SPDX-License-Identifier: Apache-2.0
"""The map of an access to look around in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sheltermap.drawing.access_legends import access_words, spelt, supply_words
from sheltermap.drawing.access_maps import categories_of, plot_access
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.result_layers import (
    area_fields,
    area_layers,
    named_layer,
    reason_field,
    rows_layer,
    value_field,
)
from sheltermap.map.view import View

if TYPE_CHECKING:
    from sheltermap.planning.access import Access


def access_views(access: Access, asked: Asked) -> list[View]:
    """Return the view of an access; `Access.explore` says what the parameters mean."""
    rows, shared = access.rows, access.method != "gravity"
    categories = categories_of(access)

    def told() -> list[Field]:
        said = [
            access_words("value", shared=shared, value=value)[asked.lang] if np.isfinite(value) else None
            for value in rows["access"].to_numpy(dtype=float).tolist()
        ]
        return [
            Field(asked.says("access"), said),
            value_field("access_seen", rows["facilities_seen"], asked),
            reason_field(rows, asked),
            *area_fields(rows, asked),
        ]

    layers = [
        *area_layers(access.areas, asked),
        named_layer("facilities", access.facilities, "facility_name", asked, _of_facilities(access, asked)),
        rows_layer(rows, categories, asked, told, measure=access.weight),
    ]
    draw = partial(plot_access, access, lang=asked.lang)
    return [View(asked.heading("access_at_all"), layers, categories, draw)]


def _of_facilities(access: Access, asked: Asked) -> list[Field]:
    """Return what each facility offers, and to how many."""
    offices, shared = access.facilities, access.method != "gravity"
    fields = [
        Field(str(access.supply_column), value_texts(offices[access.supply_column], asked.lang)),
        Field(asked.says("state"), [supply_words(each)[asked.lang] for each in offices["supply_state"].tolist()]),
        value_field("access_shared_by", offices["people_near"], asked),
    ]
    if shared:
        ratios = offices["ratio"].tolist()
        said = [spelt(each, shared=True)[asked.lang] if np.isfinite(each) else None for each in ratios]
        fields.append(Field(asked.says("access_ratio"), said))
    return fields
