# SPDX-License-Identifier: Apache-2.0
"""The map of a siting to look around in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sheltermap.drawing.plots import lonlat_shapes
from sheltermap.drawing.siting_legends import siting_categories
from sheltermap.drawing.siting_maps import plot_siting
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field, Layer, value_texts
from sheltermap.map.result_layers import (
    area_fields,
    area_layers,
    cost_field,
    reason_field,
    row_names,
    rows_layer,
    value_field,
)
from sheltermap.map.view import View

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.planning.siting import Siting


def siting_views(siting: Siting, asked: Asked) -> list[View]:
    """Return the view of a siting; `Siting.explore` says what the parameters mean."""
    rows = siting.rows
    categories = siting_categories(rows)

    def told() -> list[Field]:
        return [
            value_field("nearest_facility", rows["facility"], asked),
            cost_field(rows[siting.cost_column], asked),
            reason_field(rows, asked),
            *area_fields(rows, asked),
        ]

    measure = str(siting.summary["measure"].iloc[0]) if len(siting.summary) else None
    layers = [
        *area_layers(siting.areas, asked),
        rows_layer(rows, categories, asked, told, measure=measure),
        _sites(siting, asked),
    ]
    draw = partial(plot_siting, siting, lang=asked.lang)
    return [View(asked.heading("siting"), layers, categories, draw)]


def _sites(siting: Siting, asked: Asked) -> Layer:
    """Return what stands and what was chosen as one layer; a click tells which of both a facility is."""
    frames: list[tuple[GeoDataFrame, list[str | None], str]] = []
    if siting.existing is not None:
        column = asked.names("facility_name")
        called = row_names(siting.existing, column, "facilities", "facility_name", asked)
        frames.append((siting.existing, called, "site_existing"))
    for frame, column in ((siting.chosen, asked.names("candidate_name")), (siting.upgrades, "facility")):
        if frame is not None:
            taken = frame[frame["chosen"].to_numpy(bool)]
            called = row_names(taken, column, "candidates", "candidate_name", asked)
            frames.append((taken, called, "site_chosen"))
    names: list[str | None] = []
    states: list[str | None] = []
    orders: list[str | None] = []
    gained: list[str | None] = []
    for frame, called, word in frames:
        names += called
        states += [asked.says(word)] * len(frame)
        new = word == "site_chosen"
        orders += value_texts(frame["order"], asked.lang) if new else [None] * len(frame)
        gained += value_texts(frame["people_gained"], asked.lang) if new else [None] * len(frame)
    told = [
        Field(asked.says("facility"), names),
        Field(asked.says("state"), states),
        Field(asked.says("site_order"), orders),
        Field(asked.says("site_people_gained"), gained),
    ]
    shapes = np.concatenate([lonlat_shapes(frame) for frame, _, _ in frames])
    return Layer("facilities", shapes, told, title=asked.says("siting_places"))
