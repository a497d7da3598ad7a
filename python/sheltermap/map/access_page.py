# SPDX-License-Identifier: Apache-2.0
"""The map of an access to look around in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.access_legends import access_words, spelt, supply_words
from sheltermap.drawing.access_maps import categories_of, plot_access
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.page import Map, one_view
from sheltermap.map.result_layers import (
    area_fields,
    named_layer,
    reason_field,
    rows_layer,
)

if TYPE_CHECKING:
    from sheltermap.planning.access import Access


def explore_access(
    access: Access,
    *,
    name: str | None = None,
    facility_name: str | None = None,
    area_name: str | None = None,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
) -> Map:
    """Return the map of an access; `Access.explore` says what the parameters mean."""
    rows, offices, shared = access.rows, access.facilities, access.method != "gravity"
    categories = categories_of(access)
    values = rows["access"].to_numpy(dtype=float)
    told = [
        access_words("value", shared=shared, value=value)[lang] if np.isfinite(value) else None
        for value in values.tolist()
    ]
    fields = [
        Field(texts.say("access", lang), told),
        Field(texts.say("access_seen", lang), value_texts(rows["facilities_seen"], lang)),
        reason_field(rows, lang),
        *area_fields(rows, lang),
    ]
    facilities = named_layer("facilities", offices, facility_name, lang, "facility_name")
    facilities.fields.append(Field(str(access.supply_column), value_texts(offices[access.supply_column], lang)))
    states = [supply_words(each)[lang] for each in offices["supply_state"].tolist()]
    facilities.fields.append(Field(texts.say("state", lang), states))
    facilities.fields.append(Field(texts.say("access_shared_by", lang), value_texts(offices["people_near"], lang)))
    if shared:
        ratios = [spelt(each, shared=True)[lang] if np.isfinite(each) else None for each in offices["ratio"].tolist()]
        facilities.fields.append(Field(texts.say("access_ratio", lang), ratios))
    layers = [facilities, rows_layer(rows, categories, name, fields, columns, lang)]
    if access.areas is not None:
        layers.insert(0, named_layer("areas", access.areas, area_name, lang, "area_name"))
    return one_view(
        title if title is not None else texts.say("access_at_all", lang),
        layers,
        categories,
        lambda: plot_access(access, lang=lang),
        lang=lang,
    )
