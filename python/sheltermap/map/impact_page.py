# SPDX-License-Identifier: Apache-2.0
"""The page of an impact: where each scenario acts, which rows and facilities it affects."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sheltermap.drawing.impact_legends import impact_categories
from sheltermap.drawing.impact_maps import plot_impact
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.result_layers import area_fields, area_layers, named_layer, rows_layer, words_field, zones_layer
from sheltermap.map.steps import in_steps
from sheltermap.map.view import View
from sheltermap.risk.scenario import chosen_scenario

if TYPE_CHECKING:
    from sheltermap.risk.impact import Impact
    from sheltermap.risk.scenario import Scenario

STATES = "impact_{}"


def impact_views(impact: Impact, asked: Asked, *, scenario: str | None = None) -> list[View]:
    """Return a view of each scenario of an impact, or of one; `Impact.explore` says what the parameters mean."""
    if scenario is not None:
        return [_view(impact, chosen_scenario(impact.scenarios, scenario), asked)]
    return in_steps([_view(impact, each, asked) for each in impact.scenarios], asked.heading("impact"), asked)


def _view(impact: Impact, scenario: Scenario, asked: Asked) -> View:
    what, rows = impact.main_layer
    label = scenario.label
    categories = impact_categories(rows, label)
    state = f"state_{label}"

    def told() -> list[Field]:
        fields = [words_field("state", rows[state], STATES, asked)]
        if f"intensity_{label}" in rows:
            unit = "" if scenario.unit is None else f" ({scenario.unit})"
            said = value_texts(rows[f"intensity_{label}"], asked.lang)
            fields.append(Field(asked.says("intensity") + unit, said))
        return [*fields, *area_fields(rows, asked)]

    layers = area_layers(impact.areas, asked)
    if (zones := scenario.acting_zones) is not None:
        layers.append(zones_layer("water" if scenario.hazard == "flood" else "zones", zones, scenario.id, asked))
    people = impact.summary[impact.summary["what"] == "people"]["measure"]
    measure = str(people.iloc[0]) if what == "rows" and len(people) else None
    layers.append(rows_layer(rows, categories, asked, told, measure=measure))
    if what == "rows" and impact.facilities is not None:
        of = impact.facilities[state]
        fields = [words_field("state", of, STATES, asked)]
        usable = (of != "affected").to_numpy(bool)
        layers.append(named_layer("facilities", impact.facilities, "facility_name", asked, fields, usable=usable))
    draw = partial(plot_impact, impact, scenario.id, lang=asked.lang)
    title = asked.heading("impact_map", scenario=scenario.id)
    return View(title, layers, categories, draw, step=scenario.id)
