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


def reason_text(reason: Any, lang: str) -> str | None:
    """Return a reason in words; nothing where there is none, or no word for it."""
    return texts.say(reason, lang) if reason in texts.TEXTS else None
