# SPDX-License-Identifier: Apache-2.0
"""The layers of a project, in groups, and its themes: which of them are seen together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

if TYPE_CHECKING:
    from sheltermap.qgis.styled_layer import Theme

CHECKED = {True: "Qt::Checked", False: "Qt::Unchecked"}


def layer_id(name: str) -> str:
    """Return what a project calls a layer: more than ten letters, else QGIS makes a name of its own."""
    return f"sheltermap_{name}"


def tree_layer(parent: Element, identifier: str, title: str, source: str, *, checked: bool, expanded: bool) -> Element:
    """Add a layer to a group of the tree."""
    place = {"id": identifier, "name": title, "source": source, "providerKey": "ogr"}
    shown = {"checked": CHECKED[checked], "expanded": str(int(expanded)), "legend_exp": ""}
    made = SubElement(parent, "layer-tree-layer", place | shown)
    SubElement(SubElement(made, "customproperties"), "Option")
    return made


def tree_group(parent: Element, title: str, *, checked: bool, expanded: bool) -> Element:
    """Add a group to the tree."""
    made = SubElement(parent, "layer-tree-group", name=title, checked=CHECKED[checked], expanded=str(int(expanded)))
    SubElement(SubElement(made, "customproperties"), "Option")
    return made


def visibility_presets(
    themes: Sequence[tuple[str, Theme]],
    groups: Sequence[str],
    styles: Mapping[str, Mapping[str, str]],
    shared: Sequence[str],
) -> Element:
    """Return the themes.

    Parameters
    ----------
    themes : sequence of (str, Theme)
        With their names.
    groups : sequence of str
        Names of all groups in the tree.
    styles : mapping
        By layer the names of its styles by their keys.
    shared : sequence of str
        Names of the groups that are switched on in every theme.
    """
    made = Element("visibility-presets")
    for name, theme in themes:
        preset = SubElement(made, "visibility-preset", name=name)
        preset.attrib |= {"has-expanded-info": "0", "has-checked-group-info": "1"}
        for layer, key in theme.shown.items():
            SubElement(preset, "layer", id=layer_id(layer), visible="1", expanded="1", style=styles[layer][key])
        checked = SubElement(preset, "checked-group-nodes")
        for each in dict.fromkeys((groups[theme.group], *shared)):
            SubElement(checked, "checked-group-node", id=each)
    return made
