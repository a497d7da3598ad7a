# SPDX-License-Identifier: Apache-2.0
"""What the maps of results share: layers of rows by category, and of what has a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.legend import Category
from sheltermap.drawing.plots import lonlat_shapes
from sheltermap.layers import frames
from sheltermap.layers.row_ids import row_ids
from sheltermap.map.packed_layers import Field, Layer, value_texts

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

CALLED = {
    "areas": "area",
    "zones": "zone",
    "water": "flood_zone",
    "facilities": "facility",
}  # one row of a role, in texts


def named_layer(role: str, frame: GeoDataFrame, name: str | None, lang: str, parameter: str | None) -> Layer:
    """Return the layer of facilities, areas or zones, each told by its name."""
    ids = row_ids(frame, name, role, parameter, each_its_own=False)
    return Layer(role, lonlat_shapes(frame), [Field(texts.say(CALLED[role], lang), value_texts(ids, lang))])


def rows_layer(
    rows: GeoDataFrame,
    categories: Sequence[Category],
    name: str | None,
    fields: Sequence[Field],
    columns: Sequence[str],
    lang: str,
) -> Layer:
    """Return the layer of the rows of a result by category, with what a click tells of each."""
    frames.require_columns(rows, list(columns), "the result")
    ids = row_ids(rows, name, "the result", "name", each_its_own=False)
    called = Field(texts.say("name", lang), value_texts(ids, lang))
    more = [Field(str(column), value_texts(rows[column], lang)) for column in columns]
    category = np.zeros(len(rows), np.uint8)
    for number, each in enumerate(categories):
        category[each.rows] = number
    return Layer("rows", lonlat_shapes(rows), [called, *fields, *more], category)


def flows_layer(lines: GeoDataFrame, fields: Sequence[tuple[str, str]], lang: str) -> Layer:
    """Return lines as wide as people are many: the category is their share of the most, 255 for all of it.

    `fields` are words and columns; `lines` have ``people``, most first.
    """
    lines = lines[::-1]  # those of most people above
    people = lines["people"].to_numpy()
    told = [Field(texts.say(word, lang), value_texts(lines[column], lang)) for word, column in fields]
    return Layer("flows", lonlat_shapes(lines), told, np.ceil(255 * people / people.max(initial=1.0)).astype(np.uint8))


def cost_field(costs: pd.Series[float], lang: str) -> Field:
    """Return how far each row has to go, or how long, as the name of its column says."""
    in_time = str(costs.name).startswith("duration")
    word, written = ("duration", texts.duration) if in_time else ("distance", texts.distance)
    return Field(texts.say(word, lang), [written(each, lang) if np.isfinite(each) else None for each in costs.tolist()])


def reason_field(rows: GeoDataFrame, lang: str) -> Field:
    """Return why a row is not covered."""
    said = [reason_text(texts.why_key(value), lang) for value in rows["reason"].tolist()]
    return Field(texts.say("reason", lang), said)


def area_fields(rows: GeoDataFrame, lang: str) -> list[Field]:
    """Return the area of each row, where the result has areas."""
    return [Field(texts.say("area", lang), value_texts(rows["area"], lang))] if "area" in rows.columns else []


def reason_text(reason: Any, lang: str) -> str | None:
    """Return a reason in words; nothing where there is none, or no word for it."""
    return texts.say(reason, lang) if reason in texts.TEXTS else None
