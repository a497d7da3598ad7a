# SPDX-License-Identifier: Apache-2.0
"""The map of districts to look around in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.drawing.district_maps import district_categories, plot_districts
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.page import Map, one_view
from sheltermap.map.result_layers import named_layer, rows_layer

if TYPE_CHECKING:
    from sheltermap.planning.districts import Districts


def explore_districts(
    districts: Districts,
    *,
    name: str | None = None,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
) -> Map:
    """Return the map of districts; `Districts.explore` says what the parameters mean."""
    rows = districts.rows
    categories = district_categories(rows, districts.summary)
    fields = [Field(texts.say("district", lang), value_texts(rows["district"], lang))]
    if "district_before" in rows:
        before = rows["district_before"].where(rows["moved"])
        fields.append(Field(texts.say("district_before", lang), value_texts(before, lang)))
    fields.append(Field(texts.say("work", lang), value_texts(rows["work"], lang)))
    layers = [rows_layer(rows, categories, name, fields, columns, lang)]
    if districts.offices is not None:
        layers.append(named_layer("facilities", districts.offices, None, lang, None))
    return one_view(
        title if title is not None else texts.say("districts", lang),
        layers,
        categories,
        lambda: plot_districts(districts, lang=lang),
        lang=lang,
    )
