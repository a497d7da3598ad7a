# SPDX-License-Identifier: Apache-2.0
"""What a schema of a database says of itself: which tables and views are sheltermap's, of which run and year."""

from __future__ import annotations

from collections.abc import Mapping

from sheltermap import __version__
from sheltermap.base import clock
from sheltermap.postgis.session import Session

MARK = "sheltermap_contents"  #: the table that says which tables of a schema are ours


def columns_of(session: Session, schema: str, table: str, *, of_view: bool = False) -> list[tuple[str, str]]:
    """Return name and type of each column, the geometry's with its kind and system; nothing where there is no table."""
    query = (
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a "
        "JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = %s AND c.relname = %s AND c.relkind = %s AND a.attnum > 0 AND NOT a.attisdropped "
        "ORDER BY a.attnum"
    )
    found = session.rows(query, (schema, table, "v" if of_view else "r"))
    return [(str(name), str(kind)) for name, kind in found]


def own_tables(session: Session, schema: str) -> set[str]:
    """Return the tables of the schema that sheltermap wrote."""
    return {name for name, view_of in _own(session, schema) if view_of is None}


def own_views(session: Session, schema: str) -> dict[str, str]:
    """Return the views of the schema that sheltermap made, with the table that each is of."""
    return {name: view_of for name, view_of in _own(session, schema) if view_of is not None}


def _own(session: Session, schema: str) -> list[tuple[str, str | None]]:
    from psycopg import sql

    columns = dict(columns_of(session, schema, MARK))
    if not columns:
        return []
    kind = sql.SQL("view_of" if "view_of" in columns else "NULL")
    query = sql.SQL("SELECT name, {} FROM {}").format(kind, sql.Identifier(schema, MARK))
    return [(name, view_of) for name, view_of in session.rows(query)]


def year_held(session: Session, schema: str) -> int | None:
    """Return the year of the assessment that the schema holds; nothing where it does not say."""
    from psycopg import sql

    if "year" not in dict(columns_of(session, schema, MARK)):
        return None
    found = session.rows(sql.SQL("SELECT max(year) FROM {}").format(sql.Identifier(schema, MARK)))
    return None if found[0][0] is None else int(found[0][0])


def is_written(session: Session, schema: str, run: str) -> bool:
    """Whether a run has written the schema."""
    from psycopg import sql

    if not columns_of(session, schema, MARK):
        return False
    query = sql.SQL("SELECT count(*) FROM {} WHERE run = %s").format(sql.Identifier(schema, MARK))
    return bool(session.rows(query, (run,))[0][0])


def mark(
    session: Session, schema: str, run: str, year: int | None, rows: Mapping[str, int], views: Mapping[str, str]
) -> None:
    """Record which tables with how many rows a run has written, and of which of them it made views."""
    from psycopg import sql

    where = sql.Identifier(schema, MARK)
    session.connection.execute(
        sql.SQL(
            "CREATE TABLE IF NOT EXISTS {} (name text PRIMARY KEY, row_count bigint NOT NULL, run text NOT NULL, "
            "written_at timestamp with time zone NOT NULL, sheltermap text NOT NULL, year integer, view_of text)"
        ).format(where)
    )
    # Schemas that older versions wrote do not say their year yet, and have no views.
    session.connection.execute(sql.SQL("ALTER TABLE {} ADD COLUMN IF NOT EXISTS year integer").format(where))
    session.connection.execute(sql.SQL("ALTER TABLE {} ADD COLUMN IF NOT EXISTS view_of text").format(where))
    session.connection.execute(sql.SQL("DELETE FROM {}").format(where))
    insert = sql.SQL(
        "INSERT INTO {} (name, row_count, run, written_at, sheltermap, year, view_of) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)"
    ).format(where)
    for name, view_of in [*dict.fromkeys(rows).items(), *views.items()]:
        row = (name, rows[view_of or name], run, clock.now(), __version__, year, view_of)
        session.connection.execute(insert, row)
