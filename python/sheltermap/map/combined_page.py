# SPDX-License-Identifier: Apache-2.0
"""The page of several hazards at once: their zones, and which hazards act on each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.drawing.combined_legends import combined_categories
from sheltermap.drawing.combined_maps import plot_combined
from sheltermap.drawing.plots import lonlat_shapes
from sheltermap.map.packed_layers import Field, Layer, value_texts
from sheltermap.map.page import Map, one_view
from sheltermap.map.result_layers import area_fields, rows_layer

if TYPE_CHECKING:
    from sheltermap.risk.combined import Combined


def explore_combined(
    combined: Combined,
    *,
    name: str | None = None,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
) -> Map:
    """Return the map of several hazards; `Combined.explore` says what the parameters mean."""
    rows = combined.rows
    categories = combined_categories(rows, combined.how)
    fields = [
        Field(texts.say("hazards", lang), value_texts(rows["hazards"], lang)),
        Field(texts.say("hazard_count", lang), value_texts(rows["hazard_count"], lang)),
        *(_state(combined, number, lang) for number in range(len(combined.scenarios))),
        *area_fields(rows, lang),
    ]
    layers = [rows_layer(rows, categories, name, fields, columns, lang)]
    if (zones := combined.zones) is not None:
        called = [Field(texts.say("scenario", lang), value_texts(zones["scenario"], lang))]
        layers.insert(0, Layer("water", lonlat_shapes(zones), called))
    return one_view(
        title if title is not None else texts.say("combined", lang),
        layers,
        categories,
        lambda: plot_combined(combined, lang=lang),
        lang=lang,
    )


def _state(combined: Combined, number: int, lang: str) -> Field:
    """Return how a scenario affects each row, and how strongly."""
    scenario, rows = combined.scenarios[number], combined.rows
    words = {state: texts.say(f"impact_{state}", lang) for state in ("affected", "not_affected")}
    words["unknown"] = texts.say("unknown", lang)
    said: list[str | None] = [words[state] for state in rows[f"state_{scenario.label}"].tolist()]
    if f"intensity_{scenario.label}" in rows:
        unit = "" if scenario.unit is None else f" {scenario.unit}"
        strong = value_texts(rows[f"intensity_{scenario.label}"], lang)
        said = [each if far is None else f"{each}, {far}{unit}" for each, far in zip(said, strong, strict=True)]
    return Field(scenario.id, said)
