# SPDX-License-Identifier: Apache-2.0
"""Styles as QGIS keeps them, in files, databases and projects alike."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring

from sheltermap.qgis.form import form
from sheltermap.qgis.labels import labelling
from sheltermap.qgis.renderers import renderer

if TYPE_CHECKING:
    from sheltermap.qgis.styled_layer import Style, StyledLayer

VERSION = "3.22.0"  # the oldest that reads all of it
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
CATEGORIES = "LayerConfiguration|Symbology|Labeling|Fields|Forms|MapTips"


def qml(layer: StyledLayer, style: Style, lang: str) -> str:
    """Return one style of a layer as a text."""
    return DOCTYPE + tostring(style_element(layer, style, lang), encoding="unicode")


def style_element(layer: StyledLayer, style: Style, lang: str) -> Element:
    """Return one style of a layer as an element."""
    made = Element("qgis", version=VERSION, styleCategories=CATEGORIES)
    style_layer(made, layer, style, lang)
    return made


def style_layer(element: Element, layer: StyledLayer, style: Style, lang: str) -> None:
    """Put a style into an element: of its own, or of a layer in a project."""
    element.attrib |= {"readOnly": "1", "labelsEnabled": str(int(layer.label is not None))}
    element.append(renderer(style.entries, layer.geometry, lang))
    if layer.label is not None:
        element.append(labelling(layer.label, layer.geometry))
    element.extend(form(layer, lang))
