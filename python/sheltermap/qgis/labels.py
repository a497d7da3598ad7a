# SPDX-License-Identifier: Apache-2.0
"""Names of rows on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

if TYPE_CHECKING:
    from sheltermap.qgis.styled_layer import GeometryKind

GREY, WHITE = "55,65,81,255", "255,255,255,255"
# As QGIS numbers them: round a point where there is room, along a line, inside a polygon.
PLACEMENTS = {"point": "6", "line": "2", "polygon": "1"}


def labelling(expression: str, geometry: GeometryKind) -> Element:
    """Label rows by an expression, in grey with a white border around the letters; names that collide are left out."""
    made = Element("labeling", type="simple")
    settings = SubElement(made, "settings", calloutType="simple")
    text = {"fieldName": expression, "isExpression": "1", "fontSize": "8", "fontSizeUnit": "Point", "textColor": GREY}
    text |= {"textOpacity": "1", "fontWeight": "50", "multilineHeight": "1"}
    style = SubElement(settings, "text-style", text)
    border = {"bufferDraw": "1", "bufferSize": "0.7", "bufferSizeUnits": "MM", "bufferColor": WHITE}
    border |= {"bufferOpacity": "0.8", "bufferJoinStyle": "128", "bufferNoFill": "1"}
    SubElement(style, "text-buffer", border)
    SubElement(settings, "text-format", autoWrapLength="30", useMaxLineLengthForAutoWrap="1")
    SubElement(settings, "placement", placement=PLACEMENTS[geometry], dist="0.8", distUnits="MM", offsetType="1")
    SubElement(settings, "rendering", displayAll="0", obstacle="1", scaleVisibility="0", drawLabels="1")
    return made
