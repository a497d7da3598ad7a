# SPDX-License-Identifier: Apache-2.0
"""Print layouts of a project: A4 across, with title, map, legend, scale bar, north, date and what sources ask for."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement

from sheltermap.qgis.layer_tree import tree_layer
from sheltermap.qgis.styled_layer import INK, WHITE, Symbol
from sheltermap.qgis.symbols import add_symbol

PAGE_MM = (297.0, 210.0)
MAP_MM = (10.0, 26.0, 207.0, 164.0)  # left, top, width, height
LEGEND_MM = (220.0, 25.0, 70.0, 135.0)
ITEMS = {"map": "65639", "legend": "65642", "scale bar": "65646", "label": "65641", "picture": "65640"}
PAGE_ITEM = "65638"
NAMESPACE = UUID("6f1c7a52-6a55-5b0e-9a5e-3c1f0c5d2a11")  # so that the same layout has the same ids
NORTH = base64.b64encode(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 30"><path d="M10 10 L17 28 L10 23.500 L3 28 Z" '
    b'fill="#111827"/><path d="M10 10 L10 23.500 L3 28 Z" fill="#6b7280"/><path d="M7.200 8.500 V1 L12.800 8.500 V1" '
    b'fill="none" stroke="#111827" stroke-width="1.500"/></svg>'
).decode("ascii")
FONT = "Arial"  # each machine has it or puts its own in the place
LETTERS = 38  # of a line of the legend
LEGEND_FONTS = {"title": 10, "group": 9, "subgroup": 9, "symbol": 8, "symbolLabel": 8}
LARGE_M = 10_000  # from there on a bar counts kilometres
CENTRED, MIDDLE, RIGHT = "4", "128", "2"  # as Qt numbers where texts stand


@dataclass(frozen=True)
class LegendLayer:
    """A layer in the legend of a layout."""

    identifier: str
    title: str
    source: str
    labels: Sequence[str]
    is_headed: bool = True  #: whether its title stands above its entries


@dataclass(frozen=True)
class Layout:
    """What one page shows."""

    name: str
    title: str
    below: str  #: the title: of which assessment it is
    theme: str
    extent: tuple[float, float, float, float]  #: west, south, east, north, in units of the map
    metres_per_unit: float  #: of the map
    legend: Sequence[LegendLayer]
    said: str  #: what its sources ask for
    date: str


def print_layout(layout: Layout) -> Element:
    """Return a layout."""
    made = Element("Layout", name=layout.name, units="mm", printResolution="300", worldFileMap="")
    _page(made, layout)
    map_id = _id(layout, "map")
    extent = _fitted(layout.extent)
    left, top, width, height = MAP_MM
    _label(made, layout, "title", layout.title, (left, 7, PAGE_MM[0] - 2 * left, 10), points=16, weight="75")
    _label(made, layout, "assessment", layout.below, (left, 17, PAGE_MM[0] - 2 * left, 7), points=9)
    shown = _item(made, layout, "map", "map", MAP_MM, order=1)
    shown.attrib |= {"followPreset": "true", "followPresetName": layout.theme, "keepLayerSet": "false"}
    shown.attrib |= {"drawCanvasItems": "false", "mapRotation": "0", "frame": "true", "background": "true"}
    west, south, east, north = extent
    box = {"xmin": west, "ymin": south, "xmax": east, "ymax": north}
    SubElement(shown, "Extent", {name: f"{value:.10g}" for name, value in box.items()})
    SubElement(shown, "LayerSet")
    _legend(made, layout, map_id)
    _scale_bar(made, layout, map_id, (east - west) * layout.metres_per_unit)
    north_arrow = _item(made, layout, "north", "picture", (left + width - 15, top + 3, 12, 17), order=6)
    north_arrow.attrib |= {"file": f"base64:{NORTH}", "mode": "0", "resizeMode": "0", "anchorPoint": "4"}
    north_arrow.attrib |= {"mapUuid": map_id, "northMode": "0", "northOffset": "0"}
    below = top + height + 1
    _label(made, layout, "attribution", layout.said, (left, below, width, 16), points=6.5, valign="32")
    _label(made, layout, "date", layout.date, (LEGEND_MM[0], below, 67, 5), points=7, halign=RIGHT)
    return made


def _page(made: Element, layout: Layout) -> None:
    pages = SubElement(made, "PageCollection")
    paper = Symbol(WHITE, edge_mm=0)
    add_symbol(pages, "", paper, "polygon")
    width, height = PAGE_MM
    page = SubElement(pages, "LayoutItem", _placed(layout, "page", PAGE_ITEM, (0, 0, width, height), 0))
    add_symbol(page, "", paper, "polygon")
    SubElement(pages, "GuideCollection", visible="1")


def _id(layout: Layout, what: str) -> str:
    return "{" + str(uuid5(NAMESPACE, f"{layout.name}/{what}")) + "}"


def _placed(
    layout: Layout, what: str, item_type: str, box: Sequence[float], order: int, *, name: str = ""
) -> dict[str, str]:
    left, top, width, height = box
    at, size, own = f"{left:g},{top:g},mm", f"{width:g},{height:g},mm", _id(layout, what)
    return {
        **{"type": item_type, "id": name, "uuid": own, "templateUuid": own, "groupUuid": "", "zValue": str(order)},
        **{"position": at, "positionOnPage": at, "size": size, "referencePoint": "0", "itemRotation": "0"},
        **{"visibility": "1", "frame": "false", "background": "false", "opacity": "1", "blendMode": "0"},
        **{"outlineWidthM": "0.2,mm", "frameJoinStyle": "miter", "positionLock": "false", "excludeFromExports": "0"},
    }


def _item(made: Element, layout: Layout, what: str, kind: str, box: Sequence[float], *, order: int) -> Element:
    item = SubElement(made, "LayoutItem", _placed(layout, what, ITEMS[kind], box, order, name=what))
    SubElement(item, "FrameColor", _channels(INK))
    SubElement(item, "BackgroundColor", _channels(WHITE))
    return item


def _channels(colour: str) -> dict[str, str]:
    parts = {name: str(int(colour[at : at + 2], 16)) for name, at in (("red", 1), ("green", 3), ("blue", 5))}
    return parts | {"alpha": "255"}


def _label(
    made: Element,
    layout: Layout,
    what: str,
    text: str,
    box: Sequence[float],
    *,
    points: float,
    weight: str = "50",
    halign: str = "1",
    valign: str = MIDDLE,
) -> None:
    item = _item(made, layout, what, "label", box, order=5)
    # What stands in a title is no expression, though QGIS would take it for one.
    item.attrib |= {"labelText": text.replace("[%", "[ %"), "htmlState": "0", "halign": halign, "valign": valign}
    item.attrib |= {"marginX": "0", "marginY": "0"}
    SubElement(item, "LabelFont", description=_font(points, weight), style="")
    SubElement(item, "FontColor", _channels(INK))


def _font(points: float, weight: str = "50") -> str:
    return f"{FONT},{points:g},-1,5,{weight},0,0,0,0,0"


def _legend(made: Element, layout: Layout, map_id: str) -> None:
    item = _item(made, layout, "legend", "legend", LEGEND_MM, order=3)
    item.attrib |= {"map_uuid": map_id, "resizeToContents": "1", "legendFilterByAtlas": "0", "columnCount": "1"}
    item.attrib |= {"boxSpace": "1", "symbolWidth": "5", "symbolHeight": "3", "lineSpacing": "0.8", "wrapChar": ""}
    item.attrib |= {"title": "", "titleAlignment": "1", "symbolAlignment": "1", "splitLayer": "0", "fontColor": INK}
    styles = SubElement(item, "styles")
    for name, points in LEGEND_FONTS.items():
        space = {"symbolLabel": {"marginTop": "1.2", "marginLeft": "1.5"}, "title": {"marginBottom": "2"}}
        style = SubElement(
            styles, "style", {"name": name, "alignment": "1", "indent": "0"} | space.get(name, {"marginTop": "2"})
        )
        weight = "75" if name == "subgroup" else "50"
        SubElement(style, "styleFont", description=_font(points, weight), style="")
    tree = SubElement(item, "layer-tree-group")
    SubElement(SubElement(tree, "customproperties"), "Option")
    for layer in layout.legend:
        own = tree_layer(tree, layer.identifier, layer.title, layer.source, checked=True, expanded=True)
        lines = {"cached_name": layer.title, "legend/title-label": _in_lines(layer.title)}
        lines |= {} if layer.is_headed else {"legend/title-style": "hidden"}
        if len(layer.labels) > 1:
            long = {f"legend/label-{at}": text for at, text in enumerate(layer.labels) if len(text) > LETTERS}
            lines |= {key: _in_lines(text) for key, text in long.items()}
        _properties(own, lines)


def _properties(parent: Element, values: Mapping[str, str]) -> None:
    properties = parent.find("customproperties")
    if properties is not None:
        properties.clear()
        listed = SubElement(properties, "Option", type="Map")
        for key, value in values.items():
            SubElement(listed, "Option", name=key, type="QString", value=value)


def _in_lines(text: str) -> str:
    return "\n".join(wrap(text, LETTERS))


def _scale_bar(made: Element, layout: Layout, map_id: str, width_m: float) -> None:
    metres = nice_number(width_m / 8)
    in_km = metres >= LARGE_M / 10
    item = _item(made, layout, "scale bar", "scale bar", (LEGEND_MM[0], 173, 67, 14), order=4)
    length_mm = 2 * metres / width_m * MAP_MM[2]
    item.attrib |= {"mapUuid": map_id, "style": "Single Box", "unitLabel": "km" if in_km else "m"}
    item.attrib |= {"numSegments": "2", "numSegmentsLeft": "0", "segmentSizeMode": "0", "height": "2.5"}
    item.attrib |= {"unitType": "km" if in_km else "meters", "numMapUnitsPerScaleBarUnit": "1"}
    item.attrib |= {"numUnitsPerSegment": f"{metres / (1000 if in_km else 1):g}", "labelBarSpace": "1.5"}
    item.attrib |= {"segmentMillimeters": f"{length_mm / 2:.4g}", "boxContentSpace": "1", "alignment": "0"}
    item.attrib |= {"minBarWidth": "20", "maxBarWidth": "150", "outlineWidth": "0.2", "subdivisionsHeight": "1.5"}
    item.attrib |= {"lineJoinStyle": "miter", "lineCapStyle": "square", "labelVerticalPlacement": "0"}
    item.attrib |= {"labelHorizontalPlacement": "0"}
    text = SubElement(item, "text-style", fontSize="8", fontSizeUnit="Point", textColor="17,24,39,255", textOpacity="1")
    text.attrib |= {"fontFamily": FONT, "fontWeight": "50", "namedStyle": ""}
    ink = Symbol(INK, line_mm=0.2)
    for name, colour in (("strokeColor", INK), ("fillColor", INK), ("fillColor2", WHITE)):
        SubElement(item, name, _channels(colour))
    for name in ("lineSymbol", "divisionLineSymbol", "subdivisionLineSymbol"):
        add_symbol(SubElement(item, name), "", ink, "line")
    for name, colour in (("fillSymbol1", INK), ("fillSymbol2", WHITE)):
        add_symbol(SubElement(item, name), "", Symbol(colour, edge_mm=0), "polygon")


def nice_number(about: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that is not above a number.

    Examples
    --------
    >>> nice_number(7_300), nice_number(0.3), nice_number(2)
    (5000.0, 0.2, 2.0)
    """
    power = 10.0 ** math.floor(math.log10(about))
    return next(factor * power for factor in (5.0, 2.0, 1.0) if factor * power <= about * (1 + 1e-12))


def _fitted(extent: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return an extent of the shape of the map that holds another."""
    west, south, east, north = extent
    width, height = max(east - west, 1e-9), max(north - south, 1e-9)
    shape = MAP_MM[2] / MAP_MM[3]
    width, height = max(width, height * shape), max(height, width / shape)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return middle_x - width / 2, middle_y - height / 2, middle_x + width / 2, middle_y + height / 2
