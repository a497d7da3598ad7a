# SPDX-License-Identifier: Apache-2.0
"""Styles of layers on their way from a GeoPackage to the table `public.layer_styles`, where QGIS looks for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sheltermap._native import _core
from sheltermap.postgis.schema_mark import MARK
from sheltermap.postgis.session import Session

SCHEMA, TABLE = "public", "layer_styles"
# QGIS writes the user here, also into a style of ours that somebody saves anew: then it is theirs, and stays.
OWNER = MARK
KEPT = "SELECT f_table_name, styleName, styleQML, styleSLD, useAsDefault, description FROM layer_styles ORDER BY id"
# As QGIS makes it. Where `type`, of geometries, is empty, a style is for all; without the column QGIS 3.22 lists none.
CREATE = """
CREATE TABLE IF NOT EXISTS {} (
    id serial PRIMARY KEY, f_table_catalog varchar, f_table_schema varchar, f_table_name varchar,
    f_geometry_column varchar, stylename text, styleqml xml, stylesld xml, useasdefault boolean, description text,
    owner varchar(63) DEFAULT CURRENT_USER, ui xml, update_time timestamp DEFAULT CURRENT_TIMESTAMP, type varchar)"""
DELETE = "DELETE FROM {} WHERE f_table_catalog = current_database() AND f_table_schema = %s AND owner = %s"
DEFAULTS = """
SELECT f_table_name FROM {} WHERE f_table_catalog = current_database() AND f_table_schema = %s AND useasdefault"""
INSERT = """
INSERT INTO {} (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, stylename, styleqml, stylesld,
    useasdefault, description, owner)
VALUES (current_database(), %s, %s, %s, %s, XMLPARSE(DOCUMENT %s), XMLPARSE(DOCUMENT %s), %s, %s, %s)"""


@dataclass(frozen=True)
class Style:
    """How a layer looks in QGIS."""

    table: str
    name: str
    qml: str
    sld: str | None
    is_default: bool
    description: str | None


def styles_in(path: Path) -> list[Style]:
    """Return the styles that a GeoPackage keeps; none where it has no table of them.

    Raises
    ------
    ReadError
        If they cannot be read.
    """
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)) as connection:
            if not connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = ? AND type = 'table'", (TABLE,)
            ).fetchone():
                return []
            rows = connection.execute(KEPT).fetchall()
    except sqlite3.DatabaseError as error:
        raise _core.ReadError(f"{path}: the styles in it cannot be read: {error}") from None
    return [
        Style(str(table), str(name), str(qml), str(sld) if sld else None, bool(default), told)
        for table, name, qml, sld, default, told in rows
        if table and name and qml
    ]


def write_styles(
    session: Session, schema: str, styles: Sequence[Style], geometries: Mapping[str, str | None]
) -> str | None:
    """Give the tables of a schema these styles in place of those of an earlier run; return why not, where it may not.

    `geometries` has the tables with the names of their geometry columns. Styles that people saved themselves stay, and
    where one of theirs is a layer's default, it remains so.
    """
    import psycopg
    from psycopg import sql

    session.at = f"{SCHEMA}.{TABLE}"
    where = sql.Identifier(SCHEMA, TABLE)
    is_there = bool(session.rows("SELECT to_regclass('public.layer_styles') IS NOT NULL")[0][0])
    if not styles and not is_there:
        return None
    try:
        with session.connection.transaction():
            if not is_there:
                # Two that make it at once would both begin; `IF NOT EXISTS` is for the one that waited.
                session.connection.execute(
                    "SELECT pg_advisory_xact_lock(hashtext('sheltermap'), hashtext(%s))", (TABLE,)
                )
                session.connection.execute(sql.SQL(CREATE).format(where))
            session.connection.execute(sql.SQL(DELETE).format(where), (schema, OWNER))
            theirs = {name for (name,) in session.rows(sql.SQL(DEFAULTS).format(where), (schema,))}
            for each in styles:
                row = (schema, each.table, geometries.get(each.table), each.name, each.qml, each.sld)
                own = (each.is_default and each.table not in theirs, each.description, OWNER)
                session.connection.execute(sql.SQL(INSERT).format(where), row + own)
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedColumn) as error:
        return (
            f"the layers have no styles: {error.diag.message_primary}; QGIS looks for them in {SCHEMA}.{TABLE}, whose "
            f"owner lets you: GRANT ALL ON {SCHEMA}.{TABLE} TO … (and USAGE on its sequence)"
        )
    return None
