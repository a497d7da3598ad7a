# SPDX-License-Identifier: Apache-2.0
"""What QGIS tells of the rows of a layer: columns and codes in words, not to be changed, and a tip at each row."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from sheltermap.base.sql_quoting import quoted
from sheltermap.qgis import rules

if TYPE_CHECKING:
    from sheltermap.dictionary.columns import Column
    from sheltermap.qgis.styled_layer import StyledLayer

MOST_TOLD = 9  # columns in a tip; more hide the map
ROW_NUMBER = "fid"  # GeoPackage's own number of a row
# What stands in a cell may be anything, and a tip is a page: it is shown, never run.
SAFE = "replace(replace({}, '&', '&amp;'), '<', '&lt;')"


def form(layer: StyledLayer, lang: str) -> list[Element]:
    """Return aliases, codes in words, what a row is called and its tip."""
    fields, aliases, editable = Element("fieldConfiguration"), Element("aliases"), Element("editable")
    hidden = SubElement(fields, "field", name=ROW_NUMBER, configurationFlags="None")
    SubElement(hidden, "editWidget", type="Hidden")
    for number, column in enumerate(layer.words.columns, start=1):  # 0 is the number of the row
        SubElement(aliases, "alias", field=column.name, index=str(number), name=alias(column, lang))
        SubElement(editable, "field", name=column.name, editable="0")
        codes = layer.words.codes.get(column.name)
        if codes:
            field = SubElement(fields, "field", name=column.name, configurationFlags="None")
            widget = SubElement(field, "editWidget", type="ValueMap")
            options = SubElement(SubElement(widget, "config"), "Option", type="Map")
            entries = SubElement(options, "Option", name="map", type="List")
            for code, words in codes.items():
                entry = SubElement(entries, "Option", type="Map")
                SubElement(entry, "Option", name=words[lang], type="QString", value=code)
    called = Element("previewExpression")
    called.text = quoted(layer.named_by or _first(layer))
    tip = Element("mapTip", enabled="1")
    tip.text = map_tip(layer, lang)
    return [fields, aliases, editable, called, tip]


def alias(column: Column, lang: str) -> str:
    """Return what a column is called, with the unit where its name tells that only."""
    label = column.label[lang]
    return label if column.unit is None or column.unit in label else f"{label}, {column.unit}"


def map_tip(layer: StyledLayer, lang: str) -> str:
    """Return the page that QGIS shows at a row: what it is called, and what was found for it."""
    named = quoted(layer.named_by or _first(layer))
    shown = SAFE.format(f"coalesce(to_string({named}), '')")
    lines = [f"<b>[% {shown} %]</b><br>{_written(layer.words.title[lang])}", "<table>"]
    for column in _told(layer):
        value = f"coalesce(to_string(represent_value({quoted(column.name)})), '')"
        lines.append(f"<tr><td>{_written(alias(column, lang))}</td><td>[% {SAFE.format(value)} %]</td></tr>")
    return "\n".join([*lines, "</table>"])


def _told(layer: StyledLayer) -> list[Column]:
    """Return the columns that say most of a row: those that it is drawn by, then those that were found for it."""
    drawn = [name for style in layer.styles for entry in style.entries for name in rules.columns(entry.rule)]
    found = [each for each in layer.words.columns if each.is_result] or list(layer.words.columns)
    first = [each for each in layer.words.columns if each.name in drawn]
    told = {each.name: each for each in [*first, *found] if each.name != layer.named_by}
    return list(told.values())[:MOST_TOLD]


def _first(layer: StyledLayer) -> str:
    names = [each.name for each in layer.words.columns]
    return next((each for each in ("name", "id", *names) if each in names), ROW_NUMBER)


def _written(text: str) -> str:
    """Return a text for the page, in which nothing begins an expression."""
    return escape(text, quote=False).replace("[%", "[&#37;")
