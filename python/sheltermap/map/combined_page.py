# SPDX-License-Identifier: Apache-2.0
"""The page of several hazards at once: what they come to for each row, and each hazard by itself."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sheltermap.drawing.combined_legends import combined_categories
from sheltermap.drawing.combined_maps import plot_combined
from sheltermap.drawing.impact_legends import impact_categories
from sheltermap.drawing.plots import draw_map, lonlat_shapes
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field, Layer, value_texts
from sheltermap.map.result_layers import area_fields, area_layers, rows_layer, value_field, words_field, zones_layer
from sheltermap.map.steps import in_steps
from sheltermap.map.view import View

if TYPE_CHECKING:
    from sheltermap.risk.combined import Combined
    from sheltermap.risk.scenario import Scenario


def combined_views(combined: Combined, asked: Asked) -> list[View]:
    """Return the view of several hazards, then one of each; `Combined.explore` says what the parameters mean."""
    heading = asked.heading("combined")
    together = replace(_together(combined, heading, asked), step=asked.says("combined_step"))
    if len(combined.scenarios) < 2:
        return [together]
    each = [_of_one(combined, scenario, heading, asked) for scenario in reversed(combined.scenarios)]
    return in_steps([*each, together], heading, asked)


def _together(combined: Combined, heading: str, asked: Asked) -> View:
    rows = combined.rows
    categories = combined_categories(rows, combined.how)

    def told() -> list[Field]:
        return [
            value_field("hazards", rows["hazards"], asked),
            value_field("hazard_count", rows["hazard_count"], asked),
            *(_state(combined, scenario, asked) for scenario in combined.scenarios),
            *area_fields(rows, asked),
        ]

    layers = [rows_layer(rows, categories, asked, told, measure=_measure(combined))]
    if (zones := combined.zones) is not None:
        layers.insert(0, Layer("water", lonlat_shapes(zones), [value_field("scenario", zones["scenario"], asked)]))
    layers = [*area_layers(combined.areas, asked), *layers]
    return View(heading, layers, categories, partial(plot_combined, combined, lang=asked.lang))


def _of_one(combined: Combined, scenario: Scenario, heading: str, asked: Asked) -> View:
    """Return the view of one hazard alone, for people who want to see which of several it is."""
    rows, zones = combined.rows, scenario.acting_zones
    categories = impact_categories(rows, scenario.label)

    def told() -> list[Field]:
        return [_state(combined, scenario, asked), *area_fields(rows, asked)]

    layers = [*area_layers(combined.areas, asked)]
    layers += [] if zones is None else [zones_layer("water", zones, scenario.id, asked)]
    layers.append(rows_layer(rows, categories, asked, told, measure=_measure(combined)))
    draw = partial(draw_map, rows, categories, water=zones, outlines=combined.areas, lang=asked.lang)
    return View(f"{heading}: {scenario.id}", layers, categories, draw, step=scenario.id)


def _measure(combined: Combined) -> str | None:
    totals = combined.scenario_totals
    return str(totals["measure"].iloc[0]) if len(totals) else None


def _state(combined: Combined, scenario: Scenario, asked: Asked) -> Field:
    """Return how a scenario affects each row, and how strongly."""
    rows, label = combined.rows, scenario.label
    said: list[str | None] = list(words_field("state", rows[f"state_{label}"], "impact_{}", asked).said)
    if f"intensity_{label}" in rows:
        unit = "" if scenario.unit is None else f" {scenario.unit}"
        strong = value_texts(rows[f"intensity_{label}"], asked.lang)
        said = [each if far is None else f"{each}, {far}{unit}" for each, far in zip(said, strong, strict=True)]
    return Field(scenario.id, said)
