# SPDX-License-Identifier: Apache-2.0
"""Tables and views of a PostGIS database as frames, through the checks that files go through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import unknown
from sheltermap.layers import conversion, wkb
from sheltermap.layers.gathered import Part, gathered
from sheltermap.layers.where import parsed
from sheltermap.postgis import catalogue
from sheltermap.postgis.column_types import Column, outside, series, value
from sheltermap.postgis.session import Session, transaction

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from psycopg.sql import Composable, Composed

SPATIAL = ("geometry", "geography")
UNORDERED = "the table has no primary key: the order of its rows is the database's; name the rows by id"
EMPTIED = "column {name}: what is infinite or outside the years 1 to 9999 was read as empty (rows: {count})"


@dataclass(frozen=True)
class Wanted:
    """A table or view to read."""

    table: str
    schema: str = "public"
    id: str | None = None  #: the column that names the rows
    geometry: str | None = None  #: which column, where there are several


@dataclass(frozen=True)
class Rows:
    """The rows of a table as the database gave them, unchecked."""

    wanted: Wanted
    content: pd.DataFrame  #: without the geometries
    notes: list[str]
    blobs: list[bytes | None] | None = None  #: the geometries as WKB; None for a table without
    geometry: str = ""  #: what their column is to be called
    crs: str = ""  #: empty where the database names none

    @property
    def source(self) -> str:
        """Return the name of the table."""
        return f"{self.wanted.schema}.{self.wanted.table}"


@shows_progress
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
    where: str | None = None,
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
        Where the column has SRID 0; an error where it has another one.
    invalid : {"refuse", "repair"}
        What becomes of polygons that break the rules, as in `read`.
    strict : bool
        Stop where a row cannot be used, as in `read`.
    where : str, optional
        Which rows, by a condition on columns as in `read`. It is never SQL of the database: the rows are chosen here,
        as those of a file are.

    Returns
    -------
    GeoDataFrame, or DataFrame where the table has no geometry
        Whole numbers with gaps as Int64 (``numeric`` too, where it has no digits after the point; as text beyond 64
        bits), other exact numbers as floats, dates as objects of `datetime.date`, times with a zone in UTC, everything
        else as text. Dates and times that are infinite or outside the years 1 to 9999 are empty, heights are left out:
        ``attrs["sheltermap_notes"]`` says so.

    Raises
    ------
    ReadError
        If the database cannot be reached, there is no such table, it is locked for longer than 4 s, or it cannot be
        read wholly. No message holds what is in the service file or the environment.
    CrsError
        If the reference system is missing, unknown, or contradicts ``crs``.

    Examples
    --------
    >>> import sheltermap as sm
    >>> homes = sm.read_postgis("homes", schema="town", service="planning", id="id")  # doctest: +SKIP
    """
    (rows,) = fetch([Wanted(table, schema, id, geometry)], service)
    return checked(rows, crs=crs, invalid=invalid, strict=strict, where=where)


def fetch(tables: Iterable[Wanted], service: str | None) -> list[Rows]:
    """Return the rows of several tables in one state of the database; errors as `read_postgis`."""
    listed = list(tables)
    return transaction(
        service, _core.ReadError, lambda session: [_read(session, each) for each in listed], read_only=True
    )


def checked(
    rows: Rows,
    *,
    crs: Any = None,
    invalid: Literal["refuse", "repair"] = "refuse",
    strict: bool = True,
    where: str | None = None,
) -> GeoDataFrame | pd.DataFrame:
    """Return the rows as a frame that has gone through the checks; options and errors as `read_postgis`."""
    import geopandas

    source = rows.source
    if rows.blobs is None:
        content = rows.content if where is None else rows.content[parsed(where).rows(rows.content, source)]
        content.attrs["sheltermap_source"], content.attrs["sheltermap_notes"] = source, rows.notes
        return content
    require_system(source, rows.crs, crs)
    shapes, refused = wkb.geometries(np.array(rows.blobs, dtype=object))
    geometry = geopandas.GeoSeries(shapes, index=rows.content.index, crs=rows.crs or crs)
    frame = geopandas.GeoDataFrame(rows.content.assign(**{rows.geometry: geometry}), geometry=rows.geometry)
    frame.attrs["sheltermap_source"] = source  # by which errors name it
    row_id = rows.wanted.id
    read_id, stop = (row_id, strict) if where is None else (None, False)
    options = _core.ReadOptions(crs=conversion.crs_text(crs), id=read_id or "", invalid=invalid, strict=stop)
    found = conversion.checked(frame, options, crs, read_id, damaged=refused, notes=rows.notes)
    if where is not None:
        found = gathered([Part(source, found)], where=parsed(where), id_column=row_id, strict=strict)
        found = found.reset_index(drop=True)
    found.attrs["sheltermap_strict"] = strict
    return found


def require_system(source: str, found: str, given: Any) -> None:
    """Raise CrsError where neither the database nor anybody else says the reference system."""
    if not found and given is None:
        raise _core.CrsError(f'{source} has no reference system (SRID 0); pass one: crs = "EPSG:3059"')


def plain(rows: Rows) -> pd.DataFrame:
    """Return the rows of a table without places."""
    rows.content.attrs["sheltermap_source"] = rows.source
    return rows.content


@dataclass(frozen=True)
class Described:
    """What is asked for of a table, as the catalogue describes it."""

    wanted: Wanted
    plain: list[Column]
    place: Column | None
    keys: list[str]  #: the columns that rows are in the order of; none where the order is the database's
    left_out: list[str]  #: further columns of geometries

    @property
    def source(self) -> str:
        """The name of the table."""
        return f"{self.wanted.schema}.{self.wanted.table}"

    @property
    def geometry(self) -> str:
        """What the column of geometries is to be called."""
        names = [column.name for column in self.plain]
        return "geometry" if self.place is None or "geometry" not in names else self.place.name

    @property
    def emptied(self) -> list[tuple[Column, Composable]]:
        """Columns of which some values may be left out, and the expression that says where."""
        return [(column, said) for column in self.plain if (said := outside(column)) is not None]

    def notes(self, emptied: Iterable[int]) -> list[str]:
        """Return what is to be said of the rows, of which in each of the `emptied` columns so many were left out."""
        notes = [] if self.keys else [UNORDERED]
        for (column, _), count in zip(self.emptied, emptied, strict=True):
            if count:
                notes.append(EMPTIED.format(name=column.name, count=count))
        return notes + [f"left out: column {name}, a second geometry" for name in self.left_out]


def described(session: Session, wanted: Wanted) -> Described:
    """Return what the catalogue says of a table; ReadError where it has no such columns."""
    where = session.at = f"{wanted.schema}.{wanted.table}"
    oid = catalogue.relation(session, wanted.schema, wanted.table)
    columns = catalogue.columns(session, oid)
    plain = [column for column in columns if column.kind not in SPATIAL]
    place = _place(columns, wanted.geometry, where)
    if wanted.id is not None and wanted.id not in [column.name for column in plain]:
        raise _core.ReadError(f"{where}: {unknown('unknown column', wanted.id, [each.name for each in plain])}")
    keys = [wanted.id] if wanted.id is not None else catalogue.primary_key(session, oid)
    left_out = [column.name for column in columns if column.kind in SPATIAL and column is not place]
    return Described(wanted, plain, place, keys, left_out)


def unpacked(
    table: Described, cells: Sequence[Sequence[Any]], exact: Mapping[str, str]
) -> tuple[pd.DataFrame, list[bytes | None] | None, list[int]]:
    """Return rows that `query` has asked for: columns, geometries, and how many values were left out of which.

    `exact` has the types of exact numbers by column, where the rows are some of more.
    """
    width = len(table.plain) + (table.place is not None) + len(table.emptied)
    columns = list(zip(*cells, strict=True)) or [()] * width
    values = {each.name: series(each, columns[at], exact.get(each.name)) for at, each in enumerate(table.plain)}
    frame = pd.DataFrame(values, index=pd.RangeIndex(len(cells)))
    emptied = [sum(flag is True for flag in flags) for flags in columns[width - len(table.emptied) :]]
    if table.place is None:
        return frame, None, emptied
    return frame, [None if blob is None else bytes(blob) for blob in columns[len(table.plain)]], emptied


def _read(session: Session, wanted: Wanted) -> Rows:
    table = described(session, wanted)
    frame, blobs, emptied = unpacked(table, session.rows(query(session, table)), {})
    if table.place is None:
        return Rows(wanted, frame, table.notes(emptied))
    crs = catalogue.reference_system(session, wanted.schema, wanted.table, table.place)
    return Rows(wanted, frame, table.notes(emptied), blobs, table.geometry, crs)


def _place(described: list[Column], wanted: str | None, where: str) -> Column | None:
    spatial = {column.name: column for column in described if column.kind in SPATIAL}
    if wanted is not None and wanted not in spatial:
        raise _core.ReadError(f"{where}: {unknown('no column of geometries', wanted, spatial)}")
    if wanted is None and len(spatial) > 1:
        raise _core.ReadError(f"{where} has several geometries: {', '.join(spatial)}; name one: geometry = …")
    return spatial[wanted] if wanted is not None else next(iter(spatial.values()), None)


def query(session: Session, table: Described, within: Composable | None = None) -> Composed:
    """Return the question for all rows of a table, or those for which a condition holds, in their order."""
    from psycopg import sql

    selected = [value(each) for each in table.plain]
    if table.place is not None:
        binary, flat, geometry = (
            sql.Identifier(session.postgis, name) for name in ("st_asbinary", "st_force2d", "geometry")
        )
        shape = sql.SQL("{}({}(CAST({} AS {})))").format(binary, flat, sql.Identifier(table.place.name), geometry)
        selected.append(shape)
    selected += [said for _, said in table.emptied]
    asked = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(", ").join(selected) if selected else sql.SQL("NULL"),
        sql.Identifier(table.wanted.schema, table.wanted.table),
    )
    if within is not None:
        asked = sql.SQL("{} WHERE {}").format(asked, within)
    if table.keys:
        asked = sql.SQL("{} ORDER BY {}").format(asked, sql.SQL(", ").join(map(sql.Identifier, table.keys)))
    return asked
