# SPDX-License-Identifier: Apache-2.0
"""The page of a balance: areas by their share of valid places, structures by state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.drawing.balance_legends import share_categories, structure_categories
from sheltermap.drawing.balance_maps import plot_balance
from sheltermap.layers import frames
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.page import Map, one_view
from sheltermap.map.result_layers import named_layer, rows_layer

if TYPE_CHECKING:
    from sheltermap.planning.balance import Balance


def explore_balance(
    balance: Balance,
    *,
    name: str | None = None,
    area_name: str | None = None,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
) -> Map:
    """Return the map of a balance; `Balance.explore` says what the parameters mean."""
    structures, areas = balance.structures, balance.areas
    frames.require_columns(structures, list(columns), "the result")
    fields = [
        Field(texts.say("state", lang), [texts.say(f"places_{each}", lang) for each in structures["state"].tolist()]),
        Field(texts.say("places_capacity", lang), value_texts(structures["counted_places"], lang)),
        Field(
            texts.say("balance_cost", lang, currency=balance.currency), value_texts(structures["lifting_cost"], lang)
        ),
        Field(texts.say("rank", lang), value_texts(structures["rank"], lang)),
    ]
    if areas is None:
        categories = structure_categories(structures)
        layers = [rows_layer(structures, categories, name, fields, columns, lang)]
    else:
        categories = share_categories(areas)
        shown = [
            Field(texts.say(f"balance_{each}", lang), value_texts(areas[each], lang))
            for each in ("required", "valid", "renewable", "missing_valid", "missing_renewable")
        ]
        of_structures = named_layer("facilities", structures, name, lang, "name")
        of_structures.fields.extend(fields)
        of_structures.fields.extend(Field(str(column), value_texts(structures[column], lang)) for column in columns)
        layers = [rows_layer(areas, categories, area_name, shown, (), lang), of_structures]
    return one_view(
        title if title is not None else texts.say("balance", lang),
        layers,
        categories,
        lambda: plot_balance(balance, lang=lang),
        lang=lang,
    )
