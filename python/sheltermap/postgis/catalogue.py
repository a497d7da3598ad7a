# SPDX-License-Identifier: Apache-2.0
"""What the catalogue of a database says of a table: where it is, its columns, its key, its reference system."""

from __future__ import annotations

from collections.abc import Collection

from sheltermap._native import _core
from sheltermap.base.suggestions import closest, unknown
from sheltermap.postgis.column_types import Column
from sheltermap.postgis.session import Session

RELATION = """
SELECT c.oid, has_table_privilege(c.oid, 'SELECT') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"""
READABLE = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_table_privilege(c.oid, 'SELECT')
AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND NOT EXISTS (
SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"""
SCHEMA = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
COLUMNS = """
SELECT a.attname, coalesce(b.typname, t.typname), coalesce(b.typcategory, t.typcategory)::text,
CASE WHEN b.oid IS NULL THEN a.atttypmod ELSE t.typtypmod END
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0)
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""
PRIMARY_KEY = """
SELECT a.attname FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place)
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
WHERE i.indrelid = %s AND i.indisprimary ORDER BY k.place"""
# A number of somebody's own for what EPSG defines, word for word, is EPSG's.
SYSTEM = """
SELECT same.auth_name, same.auth_srid, own.srtext FROM {} own JOIN {} same ON same.srid = own.srid
OR (same.auth_name = 'EPSG' AND same.srtext = own.srtext AND own.srtext <> '')
WHERE own.srid = %s ORDER BY same.auth_name IS DISTINCT FROM 'EPSG', same.srid <> own.srid, same.srid LIMIT 1"""
GEOGRAPHIC = 4326  # of a geography whose column names no SRID


def relation(session: Session, schema: str, table: str) -> int:
    """Return the oid of a table or view; ReadError where there is none, or it may not be read."""
    found = session.rows(RELATION, (schema, table))
    if not found:
        raise _core.ReadError(f"the database has no {schema}.{table}; {_meant(session, schema, table)}")
    oid, allowed = found[0]
    if not allowed:
        raise _core.ReadError(f"{schema}.{table} may not be read; its owner allows it: GRANT SELECT ON … TO …")
    return int(oid)


def columns(session: Session, oid: int) -> list[Column]:
    """Return the columns of a table."""
    return [Column(*row) for row in session.rows(COLUMNS, (oid,))]


def primary_key(session: Session, oid: int) -> list[str]:
    """Return the columns of the primary key; none for a view."""
    return [name for (name,) in session.rows(PRIMARY_KEY, (oid,))]


def _meant(session: Session, schema: str, table: str) -> str:
    """Say what there is instead."""
    readable = [(str(of), str(name)) for of, name in session.rows(READABLE)]
    here = [name for of, name in readable if of == schema]
    if here and closest(table, here) is not None:
        return unknown("unknown table", table, here)
    alike = [f"{of}.{name}" for of, name in readable if name.casefold() == table.casefold()]
    elsewhere = alike or [f"{of}.{name}" for of, name in readable]
    guess = closest(f"{schema}.{table}", elsewhere) or next(iter(sorted(alike)), None)
    meant = f'; did you mean "{guess}"?' if guess is not None else ";"
    if session.rows(SCHEMA, (schema,)):
        return f'unknown table "{table}"{meant} allowed: {_list(here)}'
    return f'unknown schema "{schema}"{meant} schemas with tables: {_list({of for of, _ in readable})}'


def _list(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def reference_system(session: Session, schema: str, table: str, place: Column) -> str:
    """Return the reference system of the rows or, where none has a geometry, of their column; empty for SRID 0."""
    from psycopg import sql

    where = f"{schema}.{table}"
    srid, geometry = (sql.Identifier(session.postgis, name) for name in ("st_srid", "geometry"))
    query = sql.SQL("SELECT DISTINCT {}(CAST({} AS {})) FROM {}").format(
        srid, sql.Identifier(place.name), geometry, sql.Identifier(schema, table)
    )
    used = sorted(number for (number,) in session.rows(query) if number is not None)
    if len(used) > 1:
        raise _core.ReadError(f"{where} mixes reference systems: SRID {', '.join(map(str, used))}")
    number = used[0] if used else _declared(session, place)
    if number == 0:
        return ""
    systems = sql.Identifier(session.postgis, "spatial_ref_sys")
    found = session.rows(sql.SQL(SYSTEM).format(systems, systems), (number,))
    authority, code, text = found[0] if found else ("", 0, "")
    if authority == "EPSG":
        return f"EPSG:{code}"
    if not text:
        raise _core.CrsError(f"{where} has SRID {number}, which the database does not define; pass crs")
    return str(text)


def _declared(session: Session, place: Column) -> int:
    """Return the SRID that the type of a column names; 0 for none."""
    from psycopg import sql

    query = sql.SQL("SELECT {}(%s)").format(sql.Identifier(session.postgis, "postgis_typmod_srid"))
    number = int(session.rows(query, (place.modifier,))[0][0]) if place.modifier >= 0 else 0
    return GEOGRAPHIC if number == 0 and place.kind == "geography" else number
