# SPDX-License-Identifier: Apache-2.0
"""Comments of tables, views and their columns, from the dictionary of an assessment, in one language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.dictionary.columns import Column
from sheltermap.dictionary.layers import Layer
from sheltermap.postgis.readable_views import View, said

if TYPE_CHECKING:
    from psycopg.sql import Composable

OF_TABLE = "database_table_"  # begins the keys of what the tables beside the layers hold


def of_layer(schema: str, layer: Layer, lang: str) -> Iterator[Composable]:
    """Yield what comments a layer's table and its columns."""
    yield _comment("TABLE", (schema, layer.name), _title(layer, lang))
    for column in layer.columns:
        yield _comment("COLUMN", (schema, layer.name, column.name), _of_column(layer, column, lang))


def of_table(schema: str, table: str, lang: str) -> Iterator[Composable]:
    """Yield what comments a table that is no layer."""
    key = OF_TABLE + table
    if key in texts.TEXTS:
        yield _comment("TABLE", (schema, table), texts.say(key, lang))


def of_view(schema: str, view: View, layer: Layer, lang: str) -> Iterator[Composable]:
    """Yield what comments a view and its columns: of which table and column they are."""
    told = texts.say("database_view", lang, title=_title(layer, lang), table=view.table)
    yield _comment("VIEW", (schema, view.name), told)
    for column in view.columns:
        yield _comment("COLUMN", (schema, view.name, column.name), f"{view.table}.{column.of}")


def _title(layer: Layer, lang: str) -> str:
    title, description = said(layer.title, lang) or layer.name, said(layer.description, lang)
    return f"{title}. {description}" if description else title


def _of_column(layer: Layer, column: Column, lang: str) -> str:
    label = said(column.label, lang) or column.name
    parts = [label]
    unit = column.unit.replace("m2", "m²") if column.unit else ""
    if unit and f", {unit}" not in label:
        parts.append(texts.say("database_unit", lang, unit=unit))
    codes = [f"{code} = {said(words, lang) or code}" for code, words in layer.codes.get(column.name, {}).items()]
    if codes:
        parts.append(texts.say("database_codes", lang, codes="; ".join(codes)))
    return ". ".join(parts)


def _comment(what: str, name: tuple[str, ...], text: str) -> Composable:
    from psycopg import sql

    said = text.replace("\0", " ").encode("utf-8", "replace").decode()
    return sql.SQL("COMMENT ON {} {} IS {}").format(sql.SQL(what), sql.Identifier(*name), sql.Literal(said))
