# SPDX-License-Identifier: Apache-2.0
"""The page of a balance: areas by their share of valid places, structures by state."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sheltermap.drawing.balance_legends import share_categories, structure_categories
from sheltermap.drawing.balance_maps import plot_balance
from sheltermap.layers import frames
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.result_layers import named_layer, rows_layer, value_field, words_field
from sheltermap.map.view import View

if TYPE_CHECKING:
    from sheltermap.planning.balance import Balance

OF_AREAS = ("required", "valid", "renewable", "missing_valid", "missing_renewable")


def balance_views(balance: Balance, asked: Asked) -> list[View]:
    """Return the view of a balance; `Balance.explore` says what the parameters mean."""
    structures, areas = balance.structures, balance.areas
    frames.require_columns(structures, list(asked.columns), "the result")
    draw = partial(plot_balance, balance, lang=asked.lang)
    if areas is None:
        categories = structure_categories(structures)
        layers = [rows_layer(structures, categories, asked, lambda: _of_structures(balance, asked))]
        return [View(asked.heading("balance"), layers, categories, draw)]
    categories = share_categories(areas)
    more = [Field(str(column), value_texts(structures[column], asked.lang)) for column in asked.columns]

    def told() -> list[Field]:
        return [value_field(f"balance_{each}", areas[each], asked) for each in OF_AREAS]

    layers = [
        rows_layer(areas, categories, replace(asked, columns=()), told, parameter="area_name"),
        named_layer("facilities", structures, "name", asked, [*_of_structures(balance, asked), *more]),
    ]
    return [View(asked.heading("balance"), layers, categories, draw)]


def _of_structures(balance: Balance, asked: Asked) -> list[Field]:
    """Return what each structure counts for, and what lifting it would cost."""
    structures = balance.structures
    return [
        words_field("state", structures["state"], "places_{}", asked),
        value_field("places_capacity", structures["counted_places"], asked),
        value_field("balance_cost", structures["lifting_cost"], asked, currency=balance.currency),
        value_field("rank", structures["rank"], asked),
    ]
