# SPDX-License-Identifier: Apache-2.0
"""The map of closed streets: who still reaches a facility, who is cut off, what is closed, by what, what matters."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sheltermap.drawing.cut_off_maps import plot_cut_off
from sheltermap.drawing.legend import cut_off_categories
from sheltermap.drawing.plots import lonlat_shapes
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field, Layer
from sheltermap.map.result_layers import (
    cost_field,
    facility_field,
    flows_layer,
    more_field,
    named_layer,
    reason_field,
    rows_layer,
    value_field,
)
from sheltermap.map.view import View

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.analyses.cut_off import CutOff

CRITICAL_FIELDS = (("street", "name"), ("people_lost", "people_lost"), ("people_using", "people_using"))


def cut_off_views(
    cut_off: CutOff, asked: Asked, *, zones: GeoDataFrame | None = None, critical: GeoDataFrame | None = None
) -> list[View]:
    """Return the view of a cut-off; `CutOff.explore` says what the parameters mean."""
    rows, facilities = cut_off.rows, cut_off.facilities
    categories = cut_off_categories(rows)
    in_time = "delay_s" in rows
    cost, extra = ("duration_s", "delay_s") if in_time else ("distance_m", "detour_m")

    def told() -> list[Field]:
        return [
            facility_field("nearest_then", rows["facility_after"], facilities, asked),
            cost_field(rows[f"{cost}_after"], asked),
            more_field(rows[extra], asked),
            reason_field(rows, asked),
            facility_field("nearest_with_all_open", rows["facility_before"], facilities, asked),
        ]

    layers = [
        *([] if zones is None else [_zones(zones, asked)]),
        *_streets(cut_off.closed, asked),
        rows_layer(rows, categories, asked, told, measure=cut_off.weight),
        *([] if critical is None or not len(critical) else [_critical(critical, asked)]),
        named_layer("facilities", facilities, "facility_name", asked),
    ]
    draw = partial(plot_cut_off, cut_off, zones=zones, critical=critical, lang=asked.lang)
    return [View(asked.heading("cut_off_map"), layers, categories, draw)]


def _streets(closed: GeoDataFrame, asked: Asked) -> list[Layer]:
    """Return the streets that are closed, told by their names; none where none is."""
    if not len(closed):
        return []
    told = [value_field("closed_street_one", closed["name"], asked)]
    return [Layer("zones", lonlat_shapes(closed), told, title=asked.says("closed_street"))]


def _zones(zones: GeoDataFrame, asked: Asked) -> Layer:
    """Return what closes the streets, told by its name where a plan names it."""
    title = asked.says("closing_zone")
    return replace(named_layer("water", zones, "zone_name", replace(asked, called={"water": title})), title=title)


def _critical(critical: GeoDataFrame, asked: Asked) -> Layer:
    """Return the streets that matter most, as wide as they cut off many; those without a name say so."""
    named = critical["name"].fillna(asked.says("nameless"))
    lines = critical.assign(name=named, people=critical["people_lost"])
    return replace(flows_layer(lines, CRITICAL_FIELDS, asked), title=asked.says("critical_street"))
