# SPDX-License-Identifier: Apache-2.0
"""The map of districts to look around in, as they are and as they were."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sheltermap.drawing.district_maps import district_categories, plot_districts
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field
from sheltermap.map.result_layers import named_layer, rows_layer, value_field
from sheltermap.map.steps import in_steps
from sheltermap.map.view import View

if TYPE_CHECKING:
    from sheltermap.planning.districts import Districts


def districts_views(districts: Districts, asked: Asked) -> list[View]:
    """Return the view of districts, and of those before; `Districts.explore` says what the parameters mean."""
    was = [_view(districts, asked, before=True)] if "district_before" in districts.rows else []
    return in_steps([*was, _view(districts, asked, before=False)], asked.heading("districts"), asked)


def _view(districts: Districts, asked: Asked, *, before: bool) -> View:
    rows = districts.rows
    categories = district_categories(rows, districts.summary, "district_before" if before else "district")

    def told() -> list[Field]:
        fields = [value_field("district", rows["district"], asked)]
        if "district_before" in rows:
            fields.append(value_field("district_before", rows["district_before"].where(rows["moved"]), asked))
        return [*fields, value_field("work", rows["work"], asked)]

    layers = [rows_layer(rows, categories, asked, told)]
    if districts.offices is not None:
        layers.append(named_layer("facilities", districts.offices, None, asked))
    draw = partial(plot_districts, districts, before=before, lang=asked.lang)
    step = asked.says("step_before" if before else "step_after")
    heading = asked.heading("districts")
    return View(f"{heading}: {step}" if before else heading, layers, categories, draw, step=step)
