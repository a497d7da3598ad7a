# SPDX-License-Identifier: Apache-2.0
"""A table or view of a PostGIS database as a frame, through the checks that files go through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

import sheltermap as sm
from sheltermap._native import _core
from sheltermap.base.meant import unknown
from sheltermap.postgis.session import Session, transaction

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from psycopg.sql import Composed

RELATION = """
SELECT c.oid, has_table_privilege(c.oid, 'SELECT') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"""
OTHERS = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_table_privilege(c.oid, 'SELECT')"""
COLUMNS = """
SELECT a.attname, coalesce(b.typname, t.typname), coalesce(b.typcategory, t.typcategory)::text
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0)
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""
PRIMARY_KEY = """
SELECT a.attname FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place)
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
WHERE i.indrelid = %s AND i.indisprimary ORDER BY k.place"""
WHOLE = ("int2", "int4", "int8", "oid")
SPATIAL = ("geometry", "geography")
UNORDERED = "the table has no primary key: the order of its rows is the database's; name the rows by id"


@dataclass(frozen=True)
class _Column:
    name: str
    kind: str  #: of the database
    category: str

    @property
    def dtype(self) -> str:
        """The type that its values get here; texts for whatever has no better one."""
        if self.category == "B":
            return "boolean"
        if self.category == "N":
            return "Int64" if self.kind in WHOLE else "float64"
        return {"date": "date", "timestamp": "datetime", "timestamptz": "instant"}.get(self.kind, "text")


CASTS = {
    "boolean": "bool",
    "Int64": "int8",
    "float64": "float8",
    "date": "date",
    "datetime": "timestamp",
    "instant": "timestamptz",
    "text": "text",
}


def read_postgis(
    table: str,
    *,
    schema: str = "public",
    service: str | None = None,
    id: str | None = None,  # noqa: A002
    geometry: str | None = None,
    crs: Any = None,
    invalid: Literal["refuse", "repair"] = "refuse",
    strict: bool = True,
) -> GeoDataFrame | pd.DataFrame:
    """Read a table or view of a PostGIS database, and check every row of it as `read` does.

    One transaction reads one state of the table, and changes nothing. Names are names, never SQL.

    Parameters
    ----------
    table, schema : str
        Exactly as the database has them: a table, a view, a materialised view or a foreign table.
    service : str, optional
        Of the service file (``~/.pg_service.conf``); by default libpq's environment says where the database is
        (``PGSERVICE``, ``PGHOST``, …). Passwords belong into ``~/.pgpass``.
    id : str, optional
        The column that names the rows; its values must then be there and be unique. Rows come in its order, else in
        that of the primary key.
    geometry : str, optional
        Which column, where there are several.
    crs : str or pyproj.CRS, optional
        Where the column has SRID 0.
    invalid : {"refuse", "repair"}
        What becomes of polygons that break the rules, as in `read`.
    strict : bool
        Stop where a row cannot be used, as in `read`.

    Returns
    -------
    GeoDataFrame, or DataFrame where the table has no geometry
        Whole numbers with gaps as Int64, dates as objects of `datetime.date`, times with a zone in UTC, exact numbers
        as floats, everything else as text. Heights are left out. ``attrs["sheltermap_notes"]`` lists what was left out.

    Raises
    ------
    ReadError
        If the database cannot be reached, there is no such table, it is locked for longer than 4 s, or it cannot be
        read wholly. No message holds what is in the service file or the environment.
    CrsError
        If the reference system is missing or unknown.
    """
    content, srid, notes = transaction(
        service, _core.ReadError, lambda session: _read(session, schema, table, id, geometry), read_only=True
    )
    source = f"{schema}.{table}"
    if srid is None:
        content.attrs["sheltermap_source"], content.attrs["sheltermap_notes"] = source, notes
        return content
    if srid == "" and crs is None:
        raise _core.CrsError(f'{source} has no reference system (SRID 0); pass one: crs = "EPSG:3059"')
    frame = _spatial(content, srid or crs, source)
    frame.attrs["sheltermap_source"] = source  # by which errors name it
    checked = sm.read(frame, crs=crs, id=id, invalid=invalid, strict=strict)
    checked.attrs["sheltermap_notes"] = [*notes, *checked.attrs.get("sheltermap_notes", [])]
    return checked


def _read(
    session: Session, schema: str, table: str, row_id: str | None, geometry: str | None
) -> tuple[pd.DataFrame, str | None, list[str]]:
    """Return the columns, the geometry last and as WKB; the reference system; and what is to be noted."""
    oid = _relation(session, schema, table)
    described = [_Column(*row) for row in session.rows(COLUMNS, (oid,))]
    plain = [column for column in described if column.kind not in SPATIAL]
    where = f"{schema}.{table}"
    place = _place(described, geometry, where)
    if row_id is not None and row_id not in [column.name for column in plain]:
        raise _core.ReadError(f"{where}: {unknown('unknown column', row_id, [each.name for each in plain])}")
    keys = [row_id] if row_id is not None else [name for (name,) in session.rows(PRIMARY_KEY, (oid,))]
    cells = session.rows(_query(session, schema, table, plain, place, keys))
    columns = list(zip(*cells, strict=True)) or [()] * (len(plain) + (place is not None))
    frame = pd.DataFrame({column.name: _series(column, columns[at]) for at, column in enumerate(plain)})
    notes = [] if keys else [UNORDERED]
    left_out = [column.name for column in described if column.kind in SPATIAL and column is not place]
    notes += [f"left out: column {name}, a second geometry" for name in left_out]
    if place is None:
        return frame, None, notes
    frame["geometry"] = pd.Series(list(columns[-1]), dtype=object)
    return frame, _srid(session, schema, table, place, where), notes


def _relation(session: Session, schema: str, table: str) -> int:
    found = session.rows(RELATION, (schema, table))
    if not found:
        names = [name for (name,) in session.rows(OTHERS, (schema,))]
        raise _core.ReadError(f"the database has no {schema}.{table}; {unknown('unknown table', table, names)}")
    oid, allowed = found[0]
    if not allowed:
        raise _core.ReadError(f"{schema}.{table} may not be read; its owner allows it: GRANT SELECT ON … TO …")
    return int(oid)


def _place(described: list[_Column], wanted: str | None, where: str) -> _Column | None:
    spatial = {column.name: column for column in described if column.kind in SPATIAL}
    if wanted is not None and wanted not in spatial:
        raise _core.ReadError(f"{where}: {unknown('no column of geometries', wanted, spatial)}")
    if wanted is None and len(spatial) > 1:
        raise _core.ReadError(f"{where} has several geometries: {', '.join(spatial)}; name one: geometry = …")
    return spatial[wanted] if wanted is not None else next(iter(spatial.values()), None)


def _query(
    session: Session, schema: str, table: str, plain: list[_Column], place: _Column | None, keys: list[str]
) -> Composed:
    from psycopg import sql

    cast = sql.SQL("CAST({} AS {})")
    money = sql.SQL("CAST(CAST({} AS numeric) AS float8)")  # there is no shorter way
    selected = [
        money.format(sql.Identifier(each.name))
        if each.kind == "money"
        else cast.format(sql.Identifier(each.name), sql.SQL(CASTS[each.dtype]))
        for each in plain
    ]
    if place is not None:
        binary, flat, geometry = (
            sql.Identifier(session.postgis, name) for name in ("st_asbinary", "st_force2d", "geometry")
        )
        shape = sql.SQL("{}({}(CAST({} AS {})))").format(binary, flat, sql.Identifier(place.name), geometry)
        selected.append(shape)
    query = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(", ").join(selected) if selected else sql.SQL("NULL"), sql.Identifier(schema, table)
    )
    if keys:
        ordered = sql.SQL(", ").join(map(sql.Identifier, keys))
        query = sql.SQL("{} ORDER BY {}").format(query, ordered)
    return query


def _srid(session: Session, schema: str, table: str, place: _Column, where: str) -> str:
    """Return the reference system of the rows by its authority; empty for SRID 0."""
    from psycopg import sql

    srid, geometry = (sql.Identifier(session.postgis, name) for name in ("st_srid", "geometry"))
    query = sql.SQL("SELECT DISTINCT {}(CAST({} AS {})) FROM {}").format(
        srid, sql.Identifier(place.name), geometry, sql.Identifier(schema, table)
    )
    used = sorted(number for (number,) in session.rows(query) if number is not None)
    if len(used) > 1:
        raise _core.ReadError(f"{where} mixes reference systems: SRID {', '.join(map(str, used))}")
    if not used or used == [0]:
        return ""
    known = sql.SQL("SELECT auth_name, auth_srid, srtext FROM {} WHERE srid = %s")
    found = session.rows(known.format(sql.Identifier(session.postgis, "spatial_ref_sys")), (used[0],))
    if not found:
        raise _core.CrsError(f"{where} has SRID {used[0]}, which the database does not define; pass crs")
    authority, code, text = found[0]
    return f"{authority}:{code}" if authority == "EPSG" else str(text)


def _series(column: _Column, values: Any) -> pd.Series[Any]:
    listed = list(values)
    if column.dtype == "Int64" and None not in listed:
        return pd.Series(listed, dtype="int64")
    if column.dtype == "boolean" and None not in listed:
        return pd.Series(listed, dtype="bool")
    if column.dtype in ("datetime", "instant"):
        return pd.Series(pd.to_datetime(pd.Series(listed, dtype=object), utc=column.dtype == "instant"))
    if column.dtype == "text":
        return pd.Series(listed, dtype=None if listed else "object")
    kinds = {"Int64": "Int64", "boolean": "boolean", "float64": "float64", "date": "object"}
    return pd.Series(listed, dtype=kinds[column.dtype])


def _spatial(content: pd.DataFrame, crs: Any, source: str) -> GeoDataFrame:
    import geopandas
    import shapely

    blobs = [None if blob is None else bytes(blob) for blob in content["geometry"]]
    try:
        shapes = shapely.from_wkb(np.array(blobs, dtype=object))
    except (shapely.errors.GEOSException, ValueError) as error:
        raise _core.ReadError(f"{source}: a geometry is of a kind that cannot be read: {error}") from None
    geometry = geopandas.GeoSeries(shapes, index=content.index, crs=crs)
    return geopandas.GeoDataFrame(content.drop(columns="geometry"), geometry=geometry)
