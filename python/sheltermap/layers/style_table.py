# SPDX-License-Identifier: Apache-2.0
"""The table `layer_styles` of a GeoPackage, from which QGIS takes how a layer looks and how it is filled in."""

from __future__ import annotations

import sqlite3

CREATE_TABLE = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT, styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)"""
REGISTER_TABLE = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)
VALUES ('layer_styles', 'attributes', 'layer_styles', ?)"""
INSERT_STYLE = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
    styleSLD, useAsDefault, description, owner, update_time)
VALUES ('', '', ?, ?, ?, ?, ?, ?, ?, '', ?)"""


def create_style_table(connection: sqlite3.Connection, stamp: str) -> None:
    """Make the table of styles, with `stamp` as the time of its last change."""
    connection.execute(CREATE_TABLE)
    connection.execute(REGISTER_TABLE, (stamp,))


def insert_style(
    connection: sqlite3.Connection,
    layer: str,
    geometry_column: str,
    style: str,
    stamp: str,
    *,
    name: str | None = None,
    description: str | None = None,
    is_default: bool = True,
    sld: str = "",
) -> None:
    """Give a layer a style, QML, and the same as SLD where there is one; of several one is the default."""
    told = (name or layer, style, sld, is_default, description or layer)
    connection.execute(INSERT_STYLE, (layer, geometry_column, *told, stamp))


def add_style(connection: sqlite3.Connection, layer: str, style: str) -> None:
    """Give the only layer of a GeoPackage its default style, QML, and with it the table."""
    (stamp,) = connection.execute("SELECT last_change FROM gpkg_contents WHERE table_name = ?", (layer,)).fetchone()
    (column,) = connection.execute(
        "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)
    ).fetchone()
    create_style_table(connection, stamp)
    insert_style(connection, layer, column, style, stamp)
