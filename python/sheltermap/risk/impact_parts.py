# SPDX-License-Identifier: Apache-2.0
"""The tables of an impact, and what its keys have to say together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.layers import frames
from sheltermap.planning.price_index import checked_currency
from sheltermap.risk.affected import SUMS, Exposed, keys_of
from sheltermap.risk.losses import EVERYTHING, damage_lines, displaced_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame

    from sheltermap.risk.damage import Damage, DamageCurve
    from sheltermap.risk.hits import Hits
    from sheltermap.risk.scenario import Scenario

    AllHits = Mapping[str, Mapping[str, Hits]]  # by layer, then by scenario

KEYS = ("scenario", "hazard", "return_period_years", "annual_probability", "likelihood")
LINE = (*KEYS, "what", "measure", "unit", *SUMS, "rows_without_weight")
ALL_LINE = (*LINE[:-1], "lost", LINE[-1])
LOST = (*KEYS, "what", "measure", "unit", "affected", "damage", "rows_unknown")
LEAVING = (*KEYS, "measure", "unit", "class", "affected", "displaced")


def require_fitting(
    demand: GeoDataFrame | None,
    things: Mapping[str, GeoDataFrame],
    damage: Sequence[Damage],
    currency: str | None,
    *,
    areas: GeoDataFrame | None,
    area_name: str | None,
    belonging: Mapping[str, tuple[object, str]],
) -> None:
    """Raise ValueError where nothing is there to be affected, or a key misses the one it belongs to.

    `belonging` tells by key its value and the layer without which it says nothing.
    """
    if demand is None and not things:
        raise ValueError(
            "give something that may be affected: demand, facilities, critical, streets, buildings or land"
        )
    there = {"demand", *things} if demand is not None else set(things)
    for key, (value, layer) in belonging.items():
        if value is not None and layer not in there:
            raise ValueError(f"{key} is about {layer}: give {layer}")
    if missing := [each.what for each in damage if each.what not in things]:
        raise ValueError(f"damage is told of {missing[0]}: give {missing[0]}")
    if damage and currency is None:
        raise ValueError('damage needs the currency of its values: currency="EUR"')
    if currency is not None:
        checked_currency(currency, "currency: ")


def tables_of(
    scenarios: Sequence[Scenario],
    layers: Mapping[str, Exposed],
    hits: AllHits,
    damage: Sequence[Damage],
    displaced: DamageCurve | None,
    currency: str | None,
) -> dict[str, pd.DataFrame]:
    """Return the tables of all scenarios: sums, by area, by type of the land, displaced people, damage."""
    found: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("summary", "by_area", "by_type", "displaced", "damage")
    }
    for scenario in scenarios:
        keys = keys_of(scenario)
        mine = {what: of[scenario.id] for what, of in hits.items()}
        for what, layer in layers.items():
            found["summary"] += layer.lines(keys, mine[what])
            found["by_area"] += layer.lines_by_area(keys, mine[what])
            found["by_type"] += layer.lines_by_type(keys, mine[what])
        if displaced is not None and displaced.hazard in (None, scenario.hazard):
            found["displaced"] += displaced_lines(keys, scenario, displaced, layers["people"], mine["people"])
        found["damage"] += damage_lines(keys, scenario, damage, layers, mine, currency)
    columns: dict[str, tuple[str, ...]] = {"summary": ALL_LINE, "by_area": ("area", *LINE), "by_type": ("type", *LINE)}
    columns |= {"displaced": LEAVING, "damage": LOST}
    return {name: pd.DataFrame(lines, columns=list(columns[name])) for name, lines in found.items()}


def impacts_of(tables: Mapping[str, pd.DataFrame]) -> dict[tuple[str, str, str], dict[str, float]]:
    """Return what is expected in a year of: the people by measure, the displaced, and all damage; by scenario."""
    found: dict[tuple[str, str, str], dict[str, float]] = {}

    def put(what: str, lines: pd.DataFrame, column: str) -> None:
        cells = zip(lines["scenario"], lines["measure"], lines["unit"], lines[column], strict=True)
        for scenario, measure, unit, value in cells:
            found.setdefault((what, measure, unit), {})[scenario] = float(value)

    summary, leaving, lost = (tables[name] for name in ("summary", "displaced", "damage"))
    put("people", summary[summary["what"] == "people"], "affected")
    put("displaced", leaving[leaving["class"] == EVERYTHING], "displaced")
    put("damage", lost[lost["what"] == EVERYTHING], "damage")
    return found


def with_columns(layer: Exposed, hits: Mapping[str, Hits], scenarios: Sequence[Scenario]) -> GeoDataFrame:
    """Return a layer with what becomes of each row in each scenario, and the area it counts in."""
    columns: dict[str, Any] = {} if layer.areas is None else {"area": layer.areas.labels()}
    for scenario in scenarios:
        hit = hits[scenario.id]
        columns |= layer.labelled(scenario.label, hit, with_intensity=bool(np.isfinite(hit.intensity).any()))
    frames.require_free(layer.frame, list(columns))
    return layer.frame.assign(**columns)
