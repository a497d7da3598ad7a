# SPDX-License-Identifier: Apache-2.0
"""The maps' legends as QGIS styles, kept inside the GeoPackage so that QGIS draws a layer right when it opens it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from sheltermap.drawing.legend import Category
from sheltermap.layers.style_table import create_style_table, insert_style

SYMBOLS = {
    "POINT": ("marker", "SimpleMarker"),
    "LINE": ("line", "SimpleLine"),
    "POLYGON": ("fill", "SimpleFill"),
}
MARKERS = {"circle": "circle", "diamond": "diamond", "cross": "cross_fill", "line": "line"}


def add_styles(
    geopackage: Path,
    legends: Mapping[str, Sequence[Category]],
    *,
    lang: str,
    stamp: str,
    labels: Mapping[str, str] | None = None,
) -> None:
    """Give layers of a GeoPackage their default style, and put `stamp` as the time of the last change.

    `labels` tells by layer which column its rows are labelled with.
    """
    with closing(sqlite3.connect(geopackage)) as connection, connection:
        geometry = {
            table: (column, kind)
            for table, column, kind in connection.execute(
                "SELECT table_name, column_name, geometry_type_name FROM gpkg_geometry_columns"
            )
        }
        create_style_table(connection, stamp)
        for layer, categories in legends.items():
            column, kind = geometry[layer]
            label = (labels or {}).get(layer)
            insert_style(connection, layer, column, qml(categories, _symbol_kind(kind), lang, label), stamp)
        connection.execute("UPDATE gpkg_contents SET last_change = ?", (stamp,))


def _symbol_kind(geometry_type: str) -> str:
    return next((kind for kind in SYMBOLS if kind in geometry_type.upper()), "POINT")


def qml(categories: Sequence[Category], symbol_kind: str, lang: str, label: str | None = None) -> str:
    """Write a legend as a QGIS categorised style; `label` is the column that rows are labelled with.

    The value of a row is the number of the first category whose rule holds.
    """
    cases = " ".join(f"WHEN {each.rule} THEN {index}" for index, each in enumerate(categories))
    root = Element("qgis", version="3.22.0", styleCategories="Symbology")
    if label is not None:
        root.attrib |= {"styleCategories": "Symbology|Labeling", "labelsEnabled": "1"}
    renderer = SubElement(root, "renderer-v2", type="categorizedSymbol", attr=f"CASE {cases} END", symbollevels="0")
    entries, symbols = SubElement(renderer, "categories"), SubElement(renderer, "symbols")
    for index, each in enumerate(categories):
        place = {"symbol": str(index), "value": str(index), "type": "long", "render": "true"}
        SubElement(entries, "category", place | {"label": each.label[lang]})
        _symbol(symbols, str(index), each, symbol_kind)
    if label is not None:
        _labelling(root, label)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def _labelling(root: Element, column: str) -> None:
    """Label rows in grey with a white border around the letters, as maps in reports do."""
    settings = SubElement(SubElement(root, "labeling", type="simple"), "settings", calloutType="simple")
    text = {"fieldName": column, "fontSize": "8", "fontSizeUnit": "Point", "textColor": "75,85,99,255"}
    style = SubElement(settings, "text-style", text)
    border = {"bufferDraw": "1", "bufferSize": "0.7", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,255"}
    SubElement(style, "text-buffer", border)


def _symbol(parent: Element, name: str, category: Category, kind: str) -> None:
    symbol_type, layer_class = SYMBOLS[kind]
    colour = ",".join(str(int(category.colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"
    white = "255,255,255,255"
    properties = {
        "POINT": {
            "name": MARKERS[category.marker],
            "color": colour,
            "outline_color": white,
            "outline_width": "0.2",
            "size": "2.6",
        },
        "LINE": {"line_color": colour, "line_width": f"{category.line_mm:g}"},
        "POLYGON": {"color": colour, "outline_color": white, "outline_width": "0.2", "style": "solid"},
    }[kind]
    symbol = SubElement(parent, "symbol", name=name, type=symbol_type, alpha="1", clip_to_extent="1")
    layer = SubElement(symbol, "layer", {"class": layer_class, "enabled": "1", "pass": "0", "locked": "0"})
    options = SubElement(layer, "Option", type="Map")
    for key, value in properties.items():  # QGIS before 3.26 reads <prop>, later ones <Option>
        SubElement(options, "Option", name=key, type="QString", value=value)
        SubElement(layer, "prop", k=key, v=value)
