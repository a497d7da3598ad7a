# SPDX-License-Identifier: Apache-2.0
"""The map of a warning to look around in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.base.invisible import visible
from sheltermap.drawing.warned_maps import WarnedLike, plot_warned, warned_categories, warned_title
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field
from sheltermap.map.result_layers import named_layer, rows_layer, value_field, words_field
from sheltermap.map.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence


def warned_views(warned: WarnedLike, asked: Asked) -> list[View]:
    """Return the view of a warning; `Warned.explore` says what the parameters mean."""
    rows = warned.rows
    categories = warned_categories(rows)
    usable = rows["usable"].astype(object).where(rows["role"] == "facility", None)

    def told() -> Sequence[Field]:
        return [
            value_field("warned_input", rows["input"], asked),
            words_field("warned_state", rows["state"], "warned_state_{}", asked),
            value_field("warned_count", rows["count"], asked),
            value_field("warned_usable", usable, asked),
        ]

    layers = [
        named_layer("zones", warned.zones, "zone_name", asked),
        rows_layer(rows, categories, asked, told, own="name"),
    ]
    title = warned_title(warned, asked.lang) if asked.title is None else asked.title
    return [View(title, layers, categories, partial(plot_warned, warned, lang=asked.lang))]


def unknown_areas(warned: WarnedLike, lang: str) -> list[str]:
    """Return what the page has to say first: which areas of the warning nobody knows."""
    if not warned.missing_areas:
        return []
    areas = "; ".join(map(visible, warned.missing_areas))
    return [f"{texts.say('area_not_known', lang).upper()}: {areas}. {texts.say('area_not_known_means', lang)}"]
