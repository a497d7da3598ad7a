# SPDX-License-Identifier: Apache-2.0
"""The map of closed streets: who still reaches a facility, who is cut off, and where it is closed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sheltermap.drawing.legend import CLOSED, cut_off_categories
from sheltermap.drawing.plots import Streets, draw_map, lonlat_shapes
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field, Layer
from sheltermap.map.result_layers import (
    cost_field,
    facility_field,
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

LINE_POINTS = 1.3  # how wide closed streets are in pictures


def cut_off_views(cut_off: CutOff, asked: Asked) -> list[View]:
    """Return the view of a cut-off; `CutOff.explore` says what the parameters mean."""
    rows, facilities, closed = cut_off.rows, cut_off.facilities, cut_off.closed
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
        *_streets(closed, asked),
        rows_layer(rows, categories, asked, told, measure=cut_off.weight),
        named_layer("facilities", facilities, "facility_name", asked),
    ]
    streets = [Streets(closed, CLOSED, LINE_POINTS)] if len(closed) else []
    draw = partial(draw_map, rows, categories, facilities=facilities, streets=streets, lang=asked.lang)
    return [View(asked.heading("cut_off_map"), layers, categories, draw)]


def _streets(closed: GeoDataFrame, asked: Asked) -> list[Layer]:
    """Return the streets that are closed, told by their names; none where none is."""
    if not len(closed):
        return []
    told = [value_field("closed_street_one", closed["name"], asked)]
    return [Layer("zones", lonlat_shapes(closed), told, title=asked.says("closed_street"))]
