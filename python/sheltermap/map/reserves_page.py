# SPDX-License-Identifier: Apache-2.0
"""The map of reserves: for whom the stock of the nearest store lasts, and what each store holds and lacks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sheltermap.drawing.legend import reserve_categories
from sheltermap.drawing.reserves_maps import plot_reserves
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field
from sheltermap.map.result_layers import cost_field, named_layer, reason_field, rows_layer, value_field
from sheltermap.map.view import View

if TYPE_CHECKING:
    from sheltermap.analyses.reserves import Reserves

OF_STORES = ("stock", "expired", "people", "need_per_day", "days", "lacking")


def reserves_views(reserves: Reserves, asked: Asked) -> list[View]:
    """Return the view of reserves; `Reserves.explore` says what the parameters mean."""
    rows, stores = reserves.demand, reserves.stores
    categories = reserve_categories(rows, reserves.longest_days)

    def told() -> list[Field]:
        return [
            value_field("nearest_store", rows["facility"], asked),
            cost_field(rows["distance_m"], asked),
            value_field("store_days", rows["days"], asked),
            reason_field(rows, asked),
        ]

    fields = [value_field(f"store_{each}", stores[each], asked, unit=reserves.unit) for each in OF_STORES]
    usable = (stores["stock"] > 0).to_numpy(bool)
    called = stores.set_index("store", drop=False)
    layers = [
        rows_layer(rows, categories, asked, told, measure=reserves.weight),
        replace(named_layer("facilities", called, None, asked, fields, usable=usable), title=asked.says("stores")),
    ]
    draw = partial(plot_reserves, reserves, lang=asked.lang)
    return [View(asked.heading("reserves_map"), layers, categories, draw)]
