# SPDX-License-Identifier: Apache-2.0
"""A QGIS project beside a GeoPackage: its layers in groups, drawn as in the report, with themes and print layouts."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from sheltermap.base import texts
from sheltermap.qgis.layer_metadata import layer_metadata, resource_metadata
from sheltermap.qgis.layer_tree import layer_id, tree_group, tree_layer, visibility_presets
from sheltermap.qgis.print_layout import Layout, LegendLayer, print_layout
from sheltermap.qgis.qml import DOCTYPE, VERSION, style_element, style_layer

if TYPE_CHECKING:
    from pyproj import CRS

    from sheltermap.page.table import Words
    from sheltermap.qgis.styled_layer import Group, StyledLayer, Theme

Box = tuple[float, float, float, float]  #: west, south, east, north

ENDING = ".qgz"
DEFAULT = "default"  # what QGIS calls the only style of a layer
BOOKMARKS = UUID("0b1d2f6e-5f0c-5a33-8a8e-6d1e0f3b7c55")
METRES_PER_DEGREE = 111_320.0
WHOLE_DAY = slice(0, 10)  # of a time
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of zip archives
ROOM = 0.04  # of a map, around what it shows
SMALLEST = 0.01  # units of a map
WIDEST_ZONE = 12.0  # degrees, beyond which a zone of UTM draws too crooked


@dataclass(frozen=True)
class Project:
    """What a project shows."""

    title: Words
    description: Words
    year: int
    created: str  #: UTC
    geopackage: str  #: its name, in the folder of the project
    layers: Mapping[str, StyledLayer]
    groups: Sequence[Group]  #: the upper ones first
    themes: Sequence[Theme]
    tables: Mapping[str, Words] = field(default_factory=dict)  #: without places, with their titles
    around: Sequence[str] = ()  #: layers that are seen at first, whole


def project_file(project: Project, boxes: Mapping[str, Box], lang: str) -> bytes:
    """Return a project as a file ``.qgz``, the same bytes each time.

    Parameters
    ----------
    project : Project
    boxes : mapping
        By layer where its rows lie, in its own reference system.
    lang : str
        Language of titles and legends.
    """
    content = DOCTYPE + tostring(_Writer(project, boxes, lang).written(), encoding="unicode")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        entry = zipfile.ZipInfo("project.qgs", date_time=FIRST_DAY)
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        archive.writestr(entry, content.encode())
    return packed.getvalue()


class _Writer:
    """Writes the parts of a project."""

    def __init__(self, project: Project, boxes: Mapping[str, Box], lang: str):
        self._project, self._boxes, self._lang = project, boxes, lang
        self._crs = display_crs(project.layers, boxes, project.around)
        self._styles = {
            name: {style.key: called for called, style in layer.named_styles(lang)}
            if len(layer.styles) > 1
            else {layer.styles[0].key: DEFAULT}
            for name, layer in project.layers.items()
        }
        self._groups = _unlike([each.title[lang] for each in project.groups])
        self._themes = list(zip(_unlike([each.title[lang] for each in project.themes]), project.themes, strict=True))
        # In its group a layer beside the main one is called what it holds, as the tree has no room for more.
        self._short = {
            name: project.layers[name].words.title[lang].removeprefix(f"{group.title[lang]}: ")
            for group in project.groups
            for name in group.layers
        }
        whole = [_box_in(boxes[name], project.layers[name].crs, self._crs) for name in project.around if name in boxes]
        self._extent = _with_room(_around(whole)) if whole else (-180.0, -90.0, 180.0, 90.0)

    def written(self) -> Element:
        """Return the whole project."""
        project, lang = self._project, self._lang
        made = Element("qgis", version=VERSION, projectname=project.title[lang])
        SubElement(made, "homePath", path="")
        SubElement(made, "title").text = project.title[lang]
        SubElement(made, "projectCrs").append(_crs_element(self._crs))
        made.append(self._tree())
        layers = SubElement(made, "projectlayers")
        for layer in project.layers.values():
            layers.append(self._layer(layer))
        for table, words in project.tables.items():
            layers.append(self._table(table, words))
        order = SubElement(made, "layerorder")
        for group in project.groups:
            for name in group.layers:
                SubElement(order, "layer", id=layer_id(name))
        made.append(self._properties())
        shared = [name for name, group in zip(self._groups, project.groups, strict=True) if group.is_shared]
        made.append(visibility_presets(self._themes, self._groups, self._styles, shared))
        made.append(self._metadata())
        layouts = SubElement(made, "Layouts")
        for name, theme in self._themes:
            layouts.append(print_layout(self._layout(name, theme)))
        self._view(made)
        return made

    def _source(self, name: str) -> str:
        return f"./{self._project.geopackage}|layername={name}"

    def _tree(self) -> Element:
        project, lang = self._project, self._lang
        first = project.themes[0] if project.themes else None
        root = Element("layer-tree-group")
        SubElement(SubElement(root, "customproperties"), "Option")
        for number, (title, group) in enumerate(zip(self._groups, project.groups, strict=True)):
            is_first = first is not None and number == first.group
            branch = tree_group(root, title, checked=is_first or group.is_shared, expanded=is_first)
            for name in group.layers:
                # Switched on, the group of another analysis shows all of it; what all share shows what the first needs.
                seen = not group.is_shared or (first is not None and name in first.shown)
                called = self._short[name]
                tree_layer(branch, layer_id(name), called, self._source(name), checked=seen, expanded=is_first)
        if project.tables:
            branch = tree_group(root, texts.say("qgis_tables", lang), checked=True, expanded=False)
            for table, words in project.tables.items():
                tree_layer(branch, layer_id(table), words[lang], self._source(table), checked=True, expanded=False)
        return root

    def _layer(self, layer: StyledLayer) -> Element:
        made = Element("maplayer", type="vector", geometry=layer.geometry.capitalize(), hasScaleBasedVisibilityFlag="0")
        made.set("styleCategories", "AllStyleCategories")
        self._head(made, layer.name, self._short[layer.name])
        SubElement(made, "srs").append(_crs_element(layer.crs))
        made.append(layer_metadata(layer, self._lang))
        SubElement(made, "provider", encoding="UTF-8").text = "ogr"
        names = self._styles[layer.name]
        manager = SubElement(made, "map-layer-style-manager", current=names[layer.styles[0].key])
        for number, style in enumerate(layer.styles):
            kept = SubElement(manager, "map-layer-style", name=names[style.key])
            if number:
                kept.append(style_element(layer, style, self._lang))
        style_layer(made, layer, layer.styles[0], self._lang)
        return made

    def _table(self, name: str, words: Words) -> Element:
        made = Element("maplayer", type="vector", geometry="No geometry", readOnly="1")
        self._head(made, name, words[self._lang])
        SubElement(made, "provider", encoding="UTF-8").text = "ogr"
        return made

    def _head(self, made: Element, name: str, title: str) -> None:
        SubElement(made, "id").text = layer_id(name)
        SubElement(made, "datasource").text = self._source(name)
        SubElement(SubElement(made, "keywordList"), "value")
        SubElement(made, "layername").text = title

    def _properties(self) -> Element:
        made = Element("properties")
        rights = "; ".join(dict.fromkeys(each for theme in self._project.themes for each in theme.rights))
        for section, values in {
            "Paths": {"Absolute": ("bool", "false")},
            "SpatialRefSys": {"ProjectionsEnabled": ("int", "1")},
            "Measure": {"Ellipsoid": ("QString", "EPSG:7030")},
            "Measurement": {"DistanceUnits": ("QString", "meters"), "AreaUnits": ("QString", "m2")},
            "CopyrightLabel": {  # what QGIS shows in a corner of the map
                **{"Enabled": ("bool", str(bool(rights)).lower()), "Label": ("QString", rights.replace("[%", "[ %"))},
                **{"Placement": ("int", "3"), "FontSize": ("int", "8")},
            },
        }.items():
            part = SubElement(made, section)
            for name, (kind, value) in values.items():
                SubElement(part, name, type=kind).text = value
        return made

    def _metadata(self) -> Element:
        project, lang = self._project, self._lang
        made = resource_metadata(
            "projectMetadata",
            identifier="",
            language=texts.say("this.iso_639_2", lang),
            title=project.title[lang],
            abstract=project.description[lang],
            kind="",
        )
        SubElement(made, "creation").text = project.created.removesuffix("Z")
        return made

    def _layout(self, name: str, theme: Theme) -> Layout:
        project, lang = self._project, self._lang
        first = set(project.groups[theme.group].layers)
        shown = [each for each in theme.shown if each in first] + [each for each in theme.shown if each not in first]
        ground = {each for group in project.groups if group.is_ground for each in group.layers}
        legend = []
        for each in shown:
            if each in ground:
                continue
            layer = project.layers[each]
            style = next(style for style in layer.styles if style.key == theme.shown[each])
            labels = [entry.label[lang] for entry in style.entries]
            is_headed = len(labels) == 1 or layer.words.title[lang] != project.groups[theme.group].title[lang]
            legend.append(LegendLayer(layer_id(each), self._short[each], self._source(each), labels, is_headed))
        day = texts.date(project.created[WHOLE_DAY], lang)
        return Layout(
            name,
            theme.title[lang],
            f"{project.title[lang]}, {project.year}",
            name,
            self._extent,
            1.0 if self._crs.is_projected else METRES_PER_DEGREE * math.cos(math.radians(sum(self._extent[1::2]) / 2)),
            legend,
            "; ".join(theme.rights),
            texts.say("qgis_made", lang, date=day),
        )

    def _view(self, made: Element) -> None:
        west, south, east, north = self._extent
        box = {"xmin": west, "ymin": south, "xmax": east, "ymax": north}
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        ring = ", ".join(f"{x:.10g} {y:.10g}" for x, y in corners)
        title = self._project.title[self._lang]
        bookmark = SubElement(SubElement(made, "Bookmarks"), "Bookmark", name=title, group="")
        bookmark.attrib |= {"id": "{" + str(uuid5(BOOKMARKS, title)) + "}", "extent": f"POLYGON(({ring}))"}
        bookmark.append(_crs_element(self._crs))
        canvas = SubElement(made, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
        SubElement(canvas, "units").text = "meters" if self._crs.is_projected else "degrees"
        extent = SubElement(canvas, "extent")
        for name, value in box.items():
            SubElement(extent, name).text = f"{value:.10g}"
        SubElement(canvas, "rotation").text = "0"
        SubElement(canvas, "destinationsrs").append(_crs_element(self._crs))
        view = SubElement(made, "ProjectViewSettings", UseProjectScales="0", rotation="0")
        SubElement(view, "Scales")
        shown = SubElement(view, "DefaultViewExtent", {name: f"{value:.10g}" for name, value in box.items()})
        shown.append(_crs_element(self._crs))


def display_crs(layers: Mapping[str, StyledLayer], boxes: Mapping[str, Box], around: Sequence[str]) -> CRS:
    """Return the reference system of a project: that of its first layer in a plane, else the zone of UTM it lies in."""
    from pyproj import CRS

    shown = [name for name in around if name in boxes]
    for layer in layers.values():
        if layer.crs.is_projected and layer.crs.to_authority() is not None:
            return layer.crs
    degrees = CRS.from_epsg(4326)
    if not shown:
        return degrees
    west, south, east, north = _around([_box_in(boxes[name], layers[name].crs, degrees) for name in shown])
    if east - west > WIDEST_ZONE or max(abs(south), abs(north)) > 84:
        return degrees
    zone = min(int(((west + east) / 2 + 180) // 6) + 1, 60)
    return CRS.from_epsg((32600 if south + north >= 0 else 32700) + zone)


def _box_in(box: Box, crs: CRS, wanted: CRS) -> Box:
    from pyproj import Transformer

    if crs == wanted:
        return box
    made: Box = Transformer.from_crs(crs, wanted, always_xy=True).transform_bounds(*box)
    return made


def _around(boxes: Sequence[Box]) -> Box:
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _with_room(box: Box) -> Box:
    """Return a box with room around it for names, and one around a single place."""
    west, south, east, north = box
    room = max(east - west, north - south) * ROOM or SMALLEST
    return west - room, south - room, east + room, north + room


def _crs_element(crs: CRS) -> Element:
    made = Element("spatialrefsys")
    SubElement(made, "wkt").text = crs.to_wkt("WKT2_2019")
    SubElement(made, "srsid").text = "0"
    authority = crs.to_authority()
    SubElement(made, "srid").text = authority[1] if authority is not None and authority[1].isdigit() else "0"
    SubElement(made, "authid").text = "" if authority is None else ":".join(authority)
    SubElement(made, "description").text = crs.name
    SubElement(made, "geographicflag").text = str(crs.is_geographic).lower()
    return made


def _unlike(names: Sequence[str]) -> list[str]:
    """Return names of which no two are alike: the second of two bears a number."""
    found: list[str] = []
    for name in names:
        number, own = 2, name
        while own in found:
            own, number = f"{name} ({number})", number + 1
        found.append(own)
    return found
