# SPDX-License-Identifier: Apache-2.0
"""Which layers, legend and pop-ups the map of a result has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base import texts
from sheltermap.base.limits import Limit, LimitLike
from sheltermap.base.scenarios import cost_during, scenario_label
from sheltermap.drawing.flow_maps import plot_evacuation
from sheltermap.drawing.legend import (
    coverage_categories,
    evacuation_categories,
    exposure_categories,
    flood_categories,
)
from sheltermap.drawing.plots import (
    CoverageLike,
    ExposureLike,
    chosen_scenario,
    chosen_thresholds,
    plot_coverage,
    plot_exposure,
    plot_flood,
)
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.page import Map, one_view
from sheltermap.map.result_layers import (
    area_fields,
    cost_field,
    flows_layer,
    named_layer,
    reason_field,
    reason_text,
    rows_layer,
)

if TYPE_CHECKING:
    import pandas as pd

    from sheltermap.analyses.evacuation import Evacuation
    from sheltermap.analyses.flood import Flood

STREET_FIELDS = (("street", "name"), ("people", "people"))


def explore_coverage(
    coverage: CoverageLike,
    *,
    threshold: LimitLike | None = None,
    name: str | None = None,
    facility_name: str | None = None,
    area_name: str | None = None,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
) -> Map:
    """Return the map of a coverage; `Coverage.explore` says what the parameters mean."""
    rows, thresholds = coverage.rows, chosen_thresholds(coverage, threshold)
    categories = coverage_categories(rows, thresholds)
    fields = [
        cost_field(rows[thresholds[0].cost_column], lang),
        Field(texts.say("nearest_facility", lang), value_texts(rows["facility"], lang)),
        reason_field(rows, lang),
        Field(texts.say("borderline", lang), _borderline(rows, thresholds, lang)),
        *area_fields(rows, lang),
    ]
    layers = [
        named_layer("facilities", coverage.facilities, facility_name, lang, "facility_name"),
        rows_layer(rows, categories, name, fields, columns, lang),
    ]
    if coverage.areas is not None:
        layers.insert(0, named_layer("areas", coverage.areas, area_name, lang, "area_name"))
    return one_view(
        title if title is not None else texts.say("coverage", lang),
        layers,
        categories,
        lambda: plot_coverage(coverage, threshold=threshold, lang=lang),
        lang=lang,
    )


def explore_exposure(
    exposure: ExposureLike,
    *,
    name: str | None = None,
    zone_name: str | None = None,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
) -> Map:
    """Return the map of an exposure; `Exposure.explore` says what the parameters mean."""
    categories = exposure_categories(exposure.rows)
    fields = [Field(texts.say("zone", lang), _zones(exposure.rows, lang))]
    layers = [
        named_layer("zones", exposure.zones, zone_name, lang, "zone_name"),
        rows_layer(exposure.rows, categories, name, fields, columns, lang),
    ]
    return one_view(
        title if title is not None else texts.say("exposure", lang),
        layers,
        categories,
        lambda: plot_exposure(exposure, lang=lang),
        lang=lang,
    )


def explore_flood(
    flood: Flood,
    scenario: Any = None,
    *,
    name: str | None = None,
    facility_name: str | None = None,
    area_name: str | None = None,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
) -> Map:
    """Return the map of a flood's scenario; `Flood.explore` says what the parameters mean."""
    scenario = chosen_scenario(flood, scenario)
    label, rows = scenario_label(scenario), flood.rows
    categories = flood_categories(rows, label)
    fields = [
        Field(texts.say("nearest_in_flood", lang), value_texts(rows[f"facility_{label}"], lang)),
        cost_field(rows[cost_during(flood.threshold.cost_column, label)], lang),
        Field(texts.say("reason", lang), [reason_text(value, lang) for value in rows[f"reason_{label}"].tolist()]),
        Field(texts.say("nearest_before", lang), value_texts(rows["facility"], lang)),
        Field(texts.say("own_place_flooded", lang), value_texts(rows[f"in_zone_{label}"], lang)),
        *area_fields(rows, lang),
    ]
    facilities = named_layer("facilities", flood.facilities, facility_name, lang, "facility_name")
    state = [texts.say(f"state_{value}", lang) for value in flood.facilities[f"state_{label}"].tolist()]
    facilities.fields.append(Field(texts.say("state", lang), state))
    layers = [
        named_layer(
            "water", flood.zones[(flood.zones[flood.scenario] == scenario).to_numpy()], flood.scenario, lang, "scenario"
        ),
        rows_layer(rows, categories, name, fields, columns, lang),
        facilities,  # above the rows: what is left of them is what the map is about
    ]
    if flood.areas is not None:
        layers.insert(0, named_layer("areas", flood.areas, area_name, lang, "area_name"))
    return one_view(
        title if title is not None else texts.say("flood_map", lang, scenario=scenario),
        layers,
        categories,
        lambda: plot_flood(flood, scenario, lang=lang),
        lang=lang,
    )


def explore_evacuation(
    evacuation: Evacuation,
    *,
    name: str | None = None,
    shelter_name: str | None = None,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
) -> Map:
    """Return the map of an evacuation; `Evacuation.explore` says what the parameters mean."""
    rows, shelters = evacuation.concerned
    categories = evacuation_categories(rows)
    fields = [
        Field(texts.say("goes_to", lang), value_texts(rows["shelter"], lang)),
        Field(texts.say("leaves_after", lang), [_duration(each, lang) for each in rows["leaves_s"].tolist()]),
        Field(texts.say("arrives_after", lang), [_duration(each, lang) for each in rows["arrives_s"].tolist()]),
        reason_field(rows, lang),
    ]
    facilities = named_layer("facilities", shelters, shelter_name, lang, "shelter_name")
    inside = (shelters["state"] == "in_zone").tolist()
    facilities.fields.append(
        Field(texts.say("inside", lang), [texts.say("yes", lang) if each else None for each in inside])
    )
    for column in ("arrivals", "overflow"):
        if column in shelters:
            facilities.fields.append(Field(texts.say(column, lang), value_texts(shelters[column], lang)))
    layers = [
        named_layer("water", evacuation.zones, None, lang, None),
        rows_layer(rows, categories, name, fields, columns, lang),
        flows_layer(evacuation.flows, STREET_FIELDS, lang),  # above the rows, which a click still finds first
        facilities,
    ]
    return one_view(
        title if title is not None else texts.say("evacuation", lang),
        layers,
        categories,
        lambda: plot_evacuation(evacuation, lang=lang),
        lang=lang,
    )


def _duration(seconds: float, lang: str) -> str | None:
    return texts.duration(seconds, lang) if np.isfinite(seconds) else None


def _borderline(rows: pd.DataFrame, thresholds: Sequence[Limit], lang: str) -> list[str | None]:
    """Name the thresholds that each row is too close to."""
    close = {
        texts.distance(threshold, lang): rows[f"borderline_{threshold.label}"].to_numpy(bool)
        for threshold in thresholds
    }
    found: list[str | None] = [None] * len(rows)
    for row in np.flatnonzero(np.logical_or.reduce(list(close.values()))):
        found[row] = ", ".join(distance for distance, here in close.items() if here[row])
    return found


def _zones(rows: pd.DataFrame, lang: str) -> list[str | None]:
    """Name the first zone of each row, and how many more there are."""
    names = value_texts(rows["zone"], lang)
    counts = rows["zone_count"].to_numpy(dtype=float, na_value=np.nan)
    return [
        f"{name}{texts.say('and_more', lang, count=int(count) - 1)}" if name is not None and count > 1 else name
        for name, count in zip(names, counts, strict=True)
    ]
