# SPDX-License-Identifier: Apache-2.0
"""What QGIS draws a layer by: one symbol, or one for each entry of its legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from sheltermap.qgis import rules
from sheltermap.qgis.symbols import add_symbol

if TYPE_CHECKING:
    from sheltermap.qgis.styled_layer import Entry, GeometryKind


def renderer(entries: Sequence[Entry], geometry: GeometryKind, lang: str) -> Element:
    """Return a renderer; the first entries are drawn above the others, as the report does."""
    if len(entries) == 1 and entries[0].rule == rules.EVERYTHING:
        made = Element("renderer-v2", type="singleSymbol", symbollevels="0", enableorderby="0", forceraster="0")
        add_symbol(SubElement(made, "symbols"), "0", entries[0].symbol, geometry)
        return made
    value = rules.first_that_holds([each.rule for each in entries])
    made = Element("renderer-v2", type="categorizedSymbol", attr=value, symbollevels="1", enableorderby="0")
    made.set("forceraster", "0")
    listed, symbols = SubElement(made, "categories"), SubElement(made, "symbols")
    for number, each in enumerate(entries):
        place = {"symbol": str(number), "value": str(number), "type": "long", "render": "true"}
        SubElement(listed, "category", place | {"label": each.label[lang]})
        add_symbol(symbols, str(number), each.symbol, geometry, level=len(entries) - 1 - number)
    return made
