# SPDX-License-Identifier: Apache-2.0
"""Symbols as QGIS keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

if TYPE_CHECKING:
    from sheltermap.qgis.styled_layer import GeometryKind, Symbol

TYPES = {"point": ("marker", "SimpleMarker"), "line": ("line", "SimpleLine"), "polygon": ("fill", "SimpleFill")}
SHAPES = {"circle": "circle", "diamond": "diamond", "cross": "cross_fill", "line": "line", "triangle": "triangle"}


def add_symbol(parent: Element, name: str, symbol: Symbol, geometry: GeometryKind, *, level: int = 0) -> None:
    """Add a symbol; of several levels, the higher are drawn above the lower."""
    symbol_type, layer_class = TYPES[geometry]
    made = SubElement(parent, "symbol", name=name, type=symbol_type, alpha="1", clip_to_extent="1", force_rhr="0")
    layer = SubElement(made, "layer", {"class": layer_class, "enabled": "1", "pass": str(level), "locked": "0"})
    add_options(layer, PROPERTIES[geometry](symbol))


def add_options(parent: Element, values: Mapping[str, str]) -> None:
    """Add settings in both ways: QGIS before 3.26 reads ``prop``, later ones ``Option``."""
    options = SubElement(parent, "Option", type="Map")
    for key, value in values.items():
        SubElement(options, "Option", name=key, type="QString", value=value)
        SubElement(parent, "prop", k=key, v=value)


def rgba(colour: str, opacity: float = 1.0) -> str:
    """Return a colour as QGIS writes it.

    Examples
    --------
    >>> rgba("#0072b2"), rgba("#ffffff", 0.5)
    ('0,114,178,255', '255,255,255,128')
    """
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + f",{round(255 * opacity)}"


def _point(symbol: Symbol) -> dict[str, str]:
    return {
        "name": SHAPES[symbol.shape],
        "color": rgba(symbol.colour, float(symbol.is_filled)),
        "outline_color": rgba(symbol.edge),
        "outline_width": f"{symbol.edge_mm:g}",
        "outline_width_unit": "MM",
        "size": f"{symbol.size_mm:g}",
        "size_unit": "MM",
    }


def _line(symbol: Symbol) -> dict[str, str]:
    ends = {"capstyle": "round", "joinstyle": "round", "line_style": "solid"}
    width = {"line_color": rgba(symbol.colour), "line_width": f"{symbol.line_mm:g}", "line_width_unit": "MM"}
    return width | ends | _dashes(symbol)


def _dashes(symbol: Symbol) -> dict[str, str]:
    if not symbol.dashes_mm:
        return {}
    return {
        "use_custom_dash": "1",
        "customdash": ";".join(f"{each:g}" for each in symbol.dashes_mm),
        "customdash_unit": "MM",
        "capstyle": "flat",
    }


def _polygon(symbol: Symbol) -> dict[str, str]:
    return {
        "color": rgba(symbol.colour, symbol.opacity),
        "style": "solid" if symbol.is_filled else "no",
        "outline_color": rgba(symbol.edge),
        "outline_style": "solid" if symbol.edge_mm else "no",
        "outline_width": f"{symbol.edge_mm:g}",
        "outline_width_unit": "MM",
        "joinstyle": "bevel",
    }


PROPERTIES = {"point": _point, "line": _line, "polygon": _polygon}
