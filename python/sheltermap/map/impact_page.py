# SPDX-License-Identifier: Apache-2.0
"""The page of an impact: where a scenario acts, which rows and facilities it affects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.drawing.impact_legends import impact_categories
from sheltermap.drawing.impact_maps import plot_impact
from sheltermap.drawing.plots import lonlat_shapes
from sheltermap.map.packed_layers import Field, Layer, value_texts
from sheltermap.map.page import Map, one_view
from sheltermap.map.result_layers import area_fields, named_layer, rows_layer
from sheltermap.risk.scenario import chosen_scenario

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.risk.impact import Impact


def explore_impact(
    impact: Impact,
    scenario: str | None = None,
    *,
    name: str | None = None,
    facility_name: str | None = None,
    area_name: str | None = None,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
) -> Map:
    """Return the map of a scenario of an impact; `Impact.explore` says what the parameters mean."""
    which = chosen_scenario(impact.scenarios, scenario)
    what, rows = impact.main_layer
    categories = impact_categories(rows, which.label)
    unit = "" if which.unit is None else f" ({which.unit})"
    fields = [_state(rows, which.label, lang), *area_fields(rows, lang)]
    if f"intensity_{which.label}" in rows:
        said = value_texts(rows[f"intensity_{which.label}"], lang)
        fields.insert(1, Field(texts.say("intensity", lang) + unit, said))
    layers = [rows_layer(rows, categories, name, fields, columns, lang)]
    if (zones := which.acting_zones) is not None:
        role = "water" if which.hazard == "flood" else "zones"
        called = Field(texts.say("scenario", lang), [which.id] * len(zones))
        layers.insert(0, Layer(role, lonlat_shapes(zones), [called]))
    if impact.areas is not None:
        layers.insert(0, named_layer("areas", impact.areas, area_name, lang, "area_name"))
    if what == "rows" and impact.facilities is not None:
        facilities = named_layer("facilities", impact.facilities, facility_name, lang, "facility_name")
        facilities.fields.append(_state(impact.facilities, which.label, lang))
        layers.append(facilities)
    return one_view(
        title if title is not None else texts.say("impact_map", lang, scenario=which.id),
        layers,
        categories,
        lambda: plot_impact(impact, which.id, lang=lang),
        lang=lang,
    )


def _state(rows: GeoDataFrame, label: str, lang: str) -> Field:
    said = {state: texts.say(f"impact_{state}", lang) for state in ("affected", "not_affected")}
    said["unknown"] = texts.say("unknown", lang)
    return Field(texts.say("state", lang), [said[state] for state in rows[f"state_{label}"].tolist()])
