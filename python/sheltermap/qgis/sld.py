# SPDX-License-Identifier: Apache-2.0
"""Styles as OGC's Styled Layer Descriptor 1.0, which GeoServer, MapServer and QGIS read."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from sheltermap.base.sql_quoting import quoted
from sheltermap.qgis import rules

if TYPE_CHECKING:
    from sheltermap.qgis.styled_layer import Style, StyledLayer, Symbol

PIXEL_MM = 0.28  # of OGC's pixels
NAMESPACES = {
    "version": "1.0.0",
    "xmlns": "http://www.opengis.net/sld",
    "xmlns:ogc": "http://www.opengis.net/ogc",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": "http://www.opengis.net/sld http://schemas.opengis.net/sld/1.0.0/StyledLayerDescriptor.xsd",
}
# A diamond is no shape that OGC knows: it is a square that stands on its corner.
MARKS = {"circle": ("circle", 0), "diamond": ("square", 45), "cross": ("x", 0), "triangle": ("triangle", 0)}


def sld(layer: StyledLayer, style: Style, lang: str) -> str:
    """Return one style of a layer.

    Raises
    ------
    ValueError
        If a rule cannot be said as a filter of OGC.
    """
    made = Element("StyledLayerDescriptor", NAMESPACES)
    named = SubElement(made, "NamedLayer")
    SubElement(named, "Name").text = layer.name
    shown = SubElement(named, "UserStyle")
    SubElement(shown, "Name").text = f"{layer.name}.{style.key}" if style.key else layer.name
    SubElement(shown, "Title").text = layer.words.title[lang]
    SubElement(shown, "Abstract").text = layer.words.description[lang]
    SubElement(shown, "IsDefault").text = "1"
    drawn = SubElement(shown, "FeatureTypeStyle")
    filters = rules.ogc_filters([each.rule for each in style.entries])
    for number, (entry, chosen) in enumerate(zip(style.entries, filters, strict=True)):
        rule = SubElement(drawn, "Rule")
        SubElement(rule, "Name").text = str(number)
        SubElement(rule, "Title").text = entry.label[lang]
        if chosen is not None:
            rule.append(chosen)
        DRAWN[layer.geometry](rule, entry.symbol)
        if layer.named_by is not None and layer.label == quoted(layer.named_by):
            _label(rule, layer.named_by)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(made, encoding="unicode") + "\n"


def write_styles(layers: Iterable[StyledLayer], folder: Path, lang: str) -> None:
    """Write the styles of layers into a new folder: LAYER.sld, and LAYER.KEY.sld for the others of a layer.

    A style with a rule that no filter of OGC can say is left out, with a warning.
    """
    folder.mkdir()
    for layer in layers:
        for number, style in enumerate(layer.styles):
            name = f"{layer.name}.{style.key}" if number and style.key else layer.name
            try:
                content = sld(layer, style, lang)
            except ValueError as error:
                warnings.warn(f"{name}.sld is left out: {error}", stacklevel=2)
                continue
            (folder / f"{name}.sld").write_text(content, encoding="utf-8", newline="\n")


def _point(rule: Element, symbol: Symbol) -> None:
    graphic = SubElement(SubElement(rule, "PointSymbolizer"), "Graphic")
    mark = SubElement(graphic, "Mark")
    shape, turned = MARKS[symbol.shape]
    SubElement(mark, "WellKnownName").text = shape
    if symbol.is_filled:
        _parameters(SubElement(mark, "Fill"), {"fill": symbol.colour})
    _parameters(SubElement(mark, "Stroke"), {"stroke": symbol.edge, "stroke-width": _pixels(symbol.edge_mm)})
    SubElement(graphic, "Size").text = _pixels(symbol.size_mm)
    if turned:
        SubElement(graphic, "Rotation").text = str(turned)


def _line(rule: Element, symbol: Symbol) -> None:
    stroke = SubElement(SubElement(rule, "LineSymbolizer"), "Stroke")
    told = {"stroke": symbol.colour, "stroke-width": _pixels(symbol.line_mm)}
    dashes = " ".join(_pixels(each) for each in symbol.dashes_mm)
    _parameters(stroke, told | ({"stroke-dasharray": dashes} if dashes else {}))


def _polygon(rule: Element, symbol: Symbol) -> None:
    made = SubElement(rule, "PolygonSymbolizer")
    if symbol.is_filled:
        _parameters(SubElement(made, "Fill"), {"fill": symbol.colour, "fill-opacity": f"{symbol.opacity:g}"})
    if symbol.edge_mm:
        _parameters(SubElement(made, "Stroke"), {"stroke": symbol.edge, "stroke-width": _pixels(symbol.edge_mm)})


def _label(rule: Element, column: str) -> None:
    made = SubElement(rule, "TextSymbolizer")
    SubElement(SubElement(made, "Label"), "ogc:PropertyName").text = column
    _parameters(SubElement(made, "Font"), {"font-family": "SansSerif", "font-size": "11"})
    halo = SubElement(made, "Halo")
    SubElement(SubElement(halo, "Radius"), "ogc:Literal").text = "2"
    _parameters(SubElement(halo, "Fill"), {"fill": "#ffffff"})
    _parameters(SubElement(made, "Fill"), {"fill": "#4b5563"})


def _parameters(parent: Element, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        SubElement(parent, "CssParameter", name=name).text = value


def _pixels(millimetres: float) -> str:
    return f"{millimetres / PIXEL_MM:.3g}"


DRAWN = {"point": _point, "line": _line, "polygon": _polygon}
