# SPDX-License-Identifier: Apache-2.0
"""What QGIS shows of where a layer is from: title, abstract, licence and rights, in its own schema."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from sheltermap.base import texts

if TYPE_CHECKING:
    from sheltermap.qgis.styled_layer import StyledLayer


def layer_metadata(layer: StyledLayer, lang: str, name: str = "resourceMetadata") -> Element:
    """Return the metadata of a layer; ``qgis`` is the name of the element in a file of its own."""
    return resource_metadata(
        name,
        identifier=layer.name,
        language=texts.say("this.iso_639_2", lang),
        title=layer.words.title[lang],
        abstract=layer.words.description[lang],
        kind="dataset",
        licence=layer.licence,
        rights=layer.rights,
    )


def resource_metadata(
    name: str,
    *,
    identifier: str,
    language: str,
    title: str,
    abstract: str,
    kind: str,
    licence: str | None = None,
    rights: str | None = None,
) -> Element:
    """Return an element of QGIS's schema of metadata."""
    made = Element(name)
    told = {"identifier": identifier, "parentidentifier": "", "language": language, "type": kind, "title": title}
    for key, text in (told | {"abstract": abstract}).items():
        SubElement(made, key).text = text
    SubElement(made, "links")
    SubElement(made, "fees")
    for key, said in (("rights", rights), ("license", licence)):
        if said:
            SubElement(made, key).text = said
    SubElement(made, "encoding").text = "UTF-8"
    return made
