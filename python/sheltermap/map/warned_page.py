# SPDX-License-Identifier: Apache-2.0
"""The map of a warning to look around in."""

from __future__ import annotations

from sheltermap.base import texts
from sheltermap.base.invisible import visible
from sheltermap.drawing.warned_maps import WarnedLike, plot_warned, warned_categories, warned_title
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.page import Map, one_view
from sheltermap.map.result_layers import named_layer, rows_layer


def explore_warned(warned: WarnedLike, *, title: str | None = None, lang: str = "en") -> Map:
    """Return the map of a warning; `Warned.explore` says what the parameters mean."""
    rows = warned.rows
    categories = warned_categories(rows)
    usable = rows["usable"].astype(object).where(rows["role"] == "facility", None)
    fields = [
        Field(texts.say("warned_input", lang), value_texts(rows["input"], lang)),
        Field(texts.say("warned_state", lang), [texts.say(f"warned_state_{each}", lang) for each in rows["state"]]),
        Field(texts.say("warned_count", lang), value_texts(rows["count"], lang)),
        Field(texts.say("warned_usable", lang), value_texts(usable, lang)),
    ]
    layers = [
        named_layer("zones", warned.zones, "area", lang, None),
        rows_layer(rows, categories, "name", fields, (), lang),
    ]
    told = warned_title(warned, lang) if title is None else title
    page = one_view(told, layers, categories, lambda: plot_warned(warned, lang=lang), lang=lang)
    if warned.missing_areas:
        areas = "; ".join(map(visible, warned.missing_areas))
        said = f"{texts.say('area_not_known', lang).upper()}: {areas}. {texts.say('area_not_known_means', lang)}"
        page.notes.insert(0, said)
    return page
