# SPDX-License-Identifier: Apache-2.0
"""The map of an inspected register: its rows by grade, or by whether they are to be mended, in the schema's words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.drawing.legend import register_categories
from sheltermap.drawing.plots import draw_map
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.result_layers import rows_layer
from sheltermap.map.view import View
from sheltermap.registers.schema import Field as Column
from sheltermap.registers.schema import schema

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.registers.inspection import Inspection

UNTOLD = {"contact", "manager"}  # people, whom a page that is handed on does not name


def register_views(inspection: Inspection, asked: Asked) -> list[View]:
    """Return the view of a register; `Inspection.explore` says what the parameters mean."""
    rows = inspection.frame.assign(errors=inspection.per_row("error"))
    categories = register_categories(rows)

    def told() -> list[Field]:
        return [*_fields(inspection, rows, asked), _findings(inspection, asked)]

    own = next((each for each in ("name", "id") if each in rows and rows[each].notna().any()), None)
    layers = [rows_layer(rows, categories, asked, told, own=asked.names("name") or own)]
    draw = partial(draw_map, rows, categories, lang=asked.lang)
    return [View(asked.heading("register_map"), layers, categories, draw)]


def _fields(inspection: Inspection, rows: GeoDataFrame, asked: Asked) -> list[Field]:
    """Return what the register says of each row, in the words of its schema."""
    known = schema(inspection.kind).fields.values()
    return [
        Field(str(texts.pick(each.label, asked.lang)), _said(each, rows[each.name], asked))
        for each in known
        if each.name in rows and each.name not in UNTOLD and rows[each.name].notna().any()
    ]


def _said(field: Column, values: pd.Series[Any], asked: Asked) -> list[str | None]:
    labels = {code.code: str(texts.pick(code.label, asked.lang)) for code in field.codes}
    said = value_texts(values.map(lambda value: labels.get(value, value), na_action="ignore"), asked.lang)
    return said if field.unit is None else [None if each is None else f"{each} {field.unit}" for each in said]


def _findings(inspection: Inspection, asked: Asked) -> Field:
    """Return what is to be mended or looked at in each row, one sentence after another."""
    said: list[str | None] = [None] * inspection.rows
    for each in inspection.noted:
        if each.row is not None:
            before, now = said[each.row - 1], each.message(asked.lang)
            said[each.row - 1] = now if before is None else f"{before} {now}"
    return Field(asked.says("register_findings"), said)
