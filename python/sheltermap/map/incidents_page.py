# SPDX-License-Identifier: Apache-2.0
"""The map of citizens' reports: those of the year and those of the year before, a view of each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sheltermap.base.numerals import shown
from sheltermap.drawing.incidents_maps import plot_incidents
from sheltermap.drawing.legend import incident_categories
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field
from sheltermap.map.result_layers import area_fields, area_layers, rows_layer, value_field, words_field
from sheltermap.map.view import View

if TYPE_CHECKING:
    from sheltermap.analyses.incidents import Incidents


def incidents_views(incidents: Incidents, asked: Asked) -> list[View]:
    """Return the view of reports; `Incidents.explore` says what the parameters mean."""
    rows = incidents.rows
    categories = incident_categories(rows)

    def told() -> list[Field]:
        return [
            value_field("category", rows[incidents.category], asked),
            Field(asked.says("day"), [None if day is None else shown(day) for day in _days(incidents)]),
            words_field("period", rows["period"], "{}", asked),
            *area_fields(rows, asked),
        ]

    layers = [*area_layers(incidents.areas, asked), rows_layer(rows, categories, asked, told)]
    draw = partial(plot_incidents, incidents, lang=asked.lang)
    return [View(asked.heading("incidents_map"), layers, categories, draw)]


def _days(incidents: Incidents) -> list[object]:
    return incidents.rows["day"].to_numpy(dtype=object, na_value=None).tolist()
