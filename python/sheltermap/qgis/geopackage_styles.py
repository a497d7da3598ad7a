# SPDX-License-Identifier: Apache-2.0
"""Styles, titles, aliases and metadata inside a GeoPackage, so that QGIS shows a layer right when it opens it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import tostring

from sheltermap.layers.style_table import create_style_table, insert_style
from sheltermap.qgis import form
from sheltermap.qgis.layer_metadata import layer_metadata
from sheltermap.qgis.qml import DOCTYPE, qml
from sheltermap.qgis.sld import sld

if TYPE_CHECKING:
    from sheltermap.qgis.styled_layer import Style, StyledLayer

TABLES = """
CREATE TABLE gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
    md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
    reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
    timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL,
    md_parent_id INTEGER, CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
    CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
    constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name));
"""
EXTENSIONS = (
    ("gpkg_metadata", "gpkg_metadata", "http://www.geopackage.org/spec120/#extension_metadata"),
    ("gpkg_metadata_reference", "gpkg_metadata", "http://www.geopackage.org/spec120/#extension_metadata"),
    ("gpkg_data_columns", "gpkg_schema", "http://www.geopackage.org/spec120/#extension_schema"),
)
QGIS_METADATA = "http://mrcc.com/qgis.dtd"


def add_styles(connection: sqlite3.Connection, layers: Iterable[StyledLayer], *, lang: str, stamp: str) -> None:
    """Give layers of a GeoPackage their styles and words, and put `stamp` as the time of the last change.

    The first style of a layer is its default. Identifiers of layers stay the names of their tables, which are plain
    ASCII and unlike: other programs name layers by them; what people call a layer begins its description.
    """
    moment = stamp.removesuffix("Z") + ".000Z"  # GeoPackage wants thousandths of a second
    columns = dict(connection.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    create_style_table(connection, stamp)
    for statement in filter(str.strip, TABLES.split(";")):
        connection.execute(statement)
    extension = "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')"
    connection.executemany(extension, EXTENSIONS)
    for number, layer in enumerate(layers, start=1):
        for place, (name, style) in enumerate(layer.named_styles(lang)):
            insert_style(
                connection,
                layer.name,
                columns[layer.name],
                qml(layer, style, lang),
                moment,
                name=name,
                description=layer.words.title[lang],
                is_default=place == 0,
                sld=_sld(layer, style, lang),
            )
        told = ". ".join(each for each in (layer.words.title[lang], layer.words.description[lang]) if each)
        connection.execute("UPDATE gpkg_contents SET description = ? WHERE table_name = ?", (told, layer.name))
        connection.executemany(
            "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)", _column_rows(layer, lang)
        )
        metadata = DOCTYPE + tostring(layer_metadata(layer, lang, "qgis"), encoding="unicode")
        connection.execute(
            "INSERT INTO gpkg_metadata VALUES (?, 'dataset', ?, 'text/xml', ?)", (number, QGIS_METADATA, metadata)
        )
        connection.execute(
            "INSERT INTO gpkg_metadata_reference VALUES ('table', ?, NULL, NULL, ?, ?, NULL)",
            (layer.name, moment, number),
        )
    connection.execute("UPDATE gpkg_contents SET last_change = ?", (stamp,))


def _sld(layer: StyledLayer, style: Style, lang: str) -> str:
    try:
        return sld(layer, style, lang)
    except ValueError:  # a rule of a kind from outside that is more than a filter can say
        return ""


def _column_rows(layer: StyledLayer, lang: str) -> Iterator[Sequence[str | None]]:
    """Give what columns are called; names of one table differ, so that the second of two is told by its own."""
    taken = {each.name for each in layer.words.columns}
    for column in layer.words.columns:
        label = form.alias(column, lang)
        name = label if label not in taken else f"{label} ({column.name})"
        taken.add(name)
        others = " / ".join(dict.fromkeys(each for each in column.label.values() if each != column.label[lang]))
        yield layer.name, column.name, name, label, others or label


def boxes(connection: sqlite3.Connection) -> dict[str, tuple[float, float, float, float]]:
    """Return where the rows of each layer lie, in its own reference system; layers without a place are left out."""
    found = connection.execute("SELECT table_name, min_x, min_y, max_x, max_y FROM gpkg_contents")
    return {name: (west, south, east, north) for name, west, south, east, north in found if west is not None}
