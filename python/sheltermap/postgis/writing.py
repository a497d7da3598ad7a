# SPDX-License-Identifier: Apache-2.0
"""Layers and tables, with views, comments and styles, into a schema of PostGIS: the former or the new, never a part."""

from __future__ import annotations

import dataclasses
import math
import uuid
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap._native import _core
from sheltermap.base.language import REFERENCE, Language, require_language
from sheltermap.base.progress import shows_progress
from sheltermap.dictionary import layers as dictionary
from sheltermap.layers import conversion
from sheltermap.layers.frames_given import takes_frames
from sheltermap.postgis import comments
from sheltermap.postgis.kept_styles import Style, write_styles
from sheltermap.postgis.readable_views import LONGEST_NAME, View, views
from sheltermap.postgis.schema_mark import MARK, columns_of, is_written, mark, own_tables, own_views, year_held
from sheltermap.postgis.session import Session, transaction

if TYPE_CHECKING:
    from psycopg.sql import Composable

SINGLE = {"Point", "LineString", "Polygon"}


@dataclass(frozen=True)
class _Column:
    name: str
    type: str
    cells: list[Any]


@dataclass(frozen=True)
class _Content:
    """All that one call writes."""

    tables: list[_Table]
    run: str
    year: int | None
    told: list[dictionary.Layer]  #: layers in words; none where there is no dictionary
    lang: str
    has_views: bool
    styles: Sequence[Style] | None  #: None leaves the table of styles alone


@dataclass(frozen=True)
class Written:
    """What a call has written."""

    rows: Mapping[str, int]  #: of each table
    views: Sequence[str]
    styles: int
    notes: Sequence[str]  #: what could not be done


@dataclass(frozen=True)
class _Table:
    name: str
    columns: list[_Column]
    geometry: str | None  #: name of its column
    shape: str  #: type of the geometries
    crs: Any
    rows: int


@shows_progress
@takes_frames
def write_postgis(
    layers: pd.DataFrame | Mapping[str, pd.DataFrame],
    schema: str,
    *,
    service: str | None = None,
    name: str | None = None,
    year: int | None = None,
    replace: bool = False,
    lang: Language = REFERENCE,
) -> None:
    """Write layers and tables to a schema of a PostGIS database, in one transaction.

    What an earlier call wrote to the schema is replaced. A table whose columns are the same keeps its rights and the
    views on it, and who reads it meanwhile sees its former rows until the new ones are there; another one is made anew,
    and one that is not in `layers` goes. Whatever sheltermap did not write is left alone, and refused where it stands
    in the way. Of two writers of one schema the second waits.

    Where the tables of an assessment's dictionary are among them (``dictionary_layers``, …), each layer gets a view
    whose name, columns and codes are in words, and tables and columns get comments.

    Parameters
    ----------
    layers : GeoDataFrame, DataFrame, or mapping from name to either
        Each becomes a table with a primary key ``fid`` from 1 and an index of its geometries.
    schema : str
        One a year: ``"assessment_2026"``. It is made where it is not there.
    service : str, optional
        As of `read_postgis`.
    name : str, optional
        Of the table, for a single frame.
    year : int, optional
        Of the assessment; `sheltermap postgis write` takes it from the folder.
    replace : bool
        Whether a schema that holds another year may be replaced.
    lang : str
        Language of the views and comments; `sheltermap postgis write` takes the plan's first.

    Raises
    ------
    WriteError
        If the schema holds another year, or the database cannot be reached, refuses, or goes away twice; the schema is
        then as it was.
    ValueError
        If names are missing, too long, or two are the same, or there is no such language.

    Examples
    --------
    >>> sm.write_postgis({"shelters": shelters}, "assessment_2026", service="registers")  # doctest: +SKIP
    """
    if isinstance(layers, pd.DataFrame):
        if name is None:
            raise ValueError("say what the table is called: name = …")
        layers = {name: layers}
    done = write_contents(layers, schema, service=service, year=year, replace=replace, lang=lang)
    for note in done.notes:
        warnings.warn(note, stacklevel=4)


def write_contents(
    layers: Mapping[str, pd.DataFrame],
    schema: str,
    *,
    service: str | None,
    year: int | None,
    replace: bool,
    lang: str,
    has_views: bool = True,
    styles: Sequence[Style] | None = None,
) -> Written:
    """Write layers and tables with their styles, and say what was written; see `write_postgis`."""
    require_language(lang)
    tables = [_described(each, frame) for each, frame in layers.items()]
    for each in (schema, *layers, *(column.name for table in tables for column in table.columns)):
        _require_name(each)
    if MARK in layers:
        raise ValueError(f"a table cannot be called {MARK}: that is where a schema says what it holds")
    has_words = all(set(head) <= set(layers.get(name, ())) for name, head in dictionary.HEADS.items())
    told = dictionary.read(layers) if has_words else []
    content = _Content(tables, str(uuid.uuid4()), year, told, lang, has_views, styles)

    def work(session: Session) -> Written:
        return _write(session, schema, content, replace)

    return transaction(service, _core.WriteError, work, read_only=False)


def held_year(schema: str, *, service: str | None = None) -> int | None:
    """Return the year of the assessment that a schema holds; nothing where there is none, or it does not say."""
    return transaction(service, _core.ReadError, lambda session: year_held(session, schema), read_only=True)


def _require_name(name: str) -> None:
    if not isinstance(name, str) or not name or "\0" in name or len(name.encode()) > LONGEST_NAME:
        raise ValueError(f"{name!r} cannot be a name in the database: it has 1 to {LONGEST_NAME} bytes")


def _described(name: str, frame: pd.DataFrame) -> _Table:
    """Turn a frame into columns of the database's types."""
    import shapely

    geometry = getattr(frame, "_geometry_column_name", None)
    geometry = geometry if geometry in frame.columns else None
    frame = conversion.with_index(name, frame)
    columns = [_column(str(each), frame[each]) for each in frame.columns if each != geometry]
    names = ["fid", *(column.name for column in columns), *([str(geometry)] if geometry is not None else [])]
    twice = next((each for each in names if names.count(each) > 1), None)
    if twice is not None:
        raise ValueError(f"table {name!r}: two columns are called {twice!r} (fid is the number of the row)")
    if geometry is None:
        return _Table(name, columns, None, "", None, len(frame))
    shapes = frame[geometry]
    if shapes.crs is None:
        raise _core.CrsError(f"table {name!r} has no reference system; set one: frame.set_crs('EPSG:3059')")
    kinds = set(shapes.dropna().geom_type)
    crs, shape = shapes.crs, next(iter(kinds)) if len(kinds) == 1 else "Geometry"
    if len(kinds) == 2 and len({kind.removeprefix("Multi") for kind in kinds}) == 1:
        shape = max(kinds, key=len)
        shapes = shapes.map(_multiple)
    flat = shapely.force_2d(shapes.to_numpy())
    blobs = list(shapely.to_wkb(flat, hex=True, byte_order=1))
    columns.append(_Column(str(geometry), "geometry", blobs))
    return _Table(name, columns, str(geometry), shape, crs, len(frame))


def _multiple(shape: Any) -> Any:
    import shapely

    if shape is None or shape.geom_type not in SINGLE:
        return shape
    return getattr(shapely, f"Multi{shape.geom_type}")([shape])


def _column(name: str, series: pd.Series[Any]) -> _Column:
    values = [_plain(value) for value in series]
    known = {type(value) for value in values if value is not None}
    if pd.api.types.is_bool_dtype(series.dtype) or known == {bool}:
        return _Column(name, "boolean", values)
    if pd.api.types.is_integer_dtype(series.dtype) or known == {int}:
        return _Column(name, "bigint", values)
    if pd.api.types.is_float_dtype(series.dtype) or (known and known <= {int, float}):
        return _Column(name, "double precision", values)
    if pd.api.types.is_datetime64_any_dtype(series.dtype) or known == {datetime}:
        zoned = getattr(series.dt, "tz", None) is not None if hasattr(series, "dt") else values[0].tzinfo is not None
        return _Column(name, "timestamp with time zone" if zoned else "timestamp without time zone", values)
    if known == {date}:
        return _Column(name, "date", values)
    return _Column(name, "text", [None if value is None else _text(value) for value in values])


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") and not isinstance(value, (str, bytes)) else value


def _text(value: Any) -> str:
    text = str(value).replace("\0", "\N{REPLACEMENT CHARACTER}")  # which PostgreSQL has no way to hold
    return text.encode("utf-8", "replace").decode()  # nor halves of characters


def _write(session: Session, schema: str, content: _Content, replace: bool) -> Written:
    from psycopg import sql

    tables = content.tables
    rows = {table.name: table.rows for table in tables}
    session.at = schema
    lock = "SELECT pg_advisory_xact_lock(hashtext('sheltermap'), hashtext(%s))"
    session.connection.execute(lock, (schema,))
    session.connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
    former = year_held(session, schema)
    if former is not None and former != content.year and not replace:
        raise _core.WriteError(
            f"the schema {schema} holds the assessment of {former}; write to another one, or say that this one may be "
            "replaced: replace=True, on the command line --replace; nothing was changed"
        )
    wanted = {table.name: _columns_wanted(session, table) for table in tables}
    shown = list(views(content.told, wanted, content.lang)) if content.has_views else []
    styles = [each for each in content.styles or () if each.table in rows]
    done = Written(rows, [each.name for each in shown], len(styles), [])
    if session.attempt > 1 and is_written(session, schema, content.run):
        return done  # the connection was lost after the commit
    ours = own_tables(session, schema)
    former_views = own_views(session, schema)
    _refuse_foreign(session, schema, [*rows, *done.views], ours | set(former_views))
    kept = {
        table.name
        for table in tables
        if table.name in ours and columns_of(session, schema, table.name) == wanted[table.name]
    }
    stay = {each.name for each in shown if _stays(session, schema, each, former_views, kept)}
    for gone in sorted(former_views.keys() - stay):
        session.at = f"{schema}.{gone}"
        session.connection.execute(sql.SQL("DROP VIEW IF EXISTS {}").format(sql.Identifier(schema, gone)))
    for gone in sorted(ours - kept):
        session.at = f"{schema}.{gone}"
        session.connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(schema, gone)))
    for table in tables:
        _fill(session, schema, table, is_kept=table.name in kept)
    for view in shown:
        session.at = f"{schema}.{view.name}"
        session.connection.execute(view.statement(schema))
    _comment(session, schema, content, shown)
    note = None
    if content.styles is not None:
        note = write_styles(session, schema, styles, {table.name: table.geometry for table in tables})
    session.at = f"{schema}.{MARK}"
    mark(session, schema, content.run, content.year, rows, {each.name: each.table for each in shown})
    return done if note is None else dataclasses.replace(done, styles=0, notes=[note])


def _stays(session: Session, schema: str, view: View, former: Mapping[str, str], kept: Collection[str]) -> bool:
    """Whether a view can be replaced where it stands, and keep its rights and the views on it."""
    if former.get(view.name) != view.table or view.table not in kept:
        return False
    return columns_of(session, schema, view.name, of_view=True) == view.described


def _fill(session: Session, schema: str, table: _Table, *, is_kept: bool) -> None:
    """Put the rows into a table: into the one that is there, or into a new one."""
    from psycopg import sql

    session.at = f"{schema}.{table.name}"
    where = sql.Identifier(schema, table.name)
    if is_kept:
        # Not TRUNCATE, which would show an empty table to those who began to read before.
        session.connection.execute(sql.SQL("DELETE FROM {}").format(where))
    else:
        session.connection.execute(sql.SQL("CREATE TABLE {} ({})").format(where, _declared(session, table)))
        if table.geometry is not None:
            index = sql.SQL("CREATE INDEX ON {} USING gist ({})").format(where, sql.Identifier(table.geometry))
            session.connection.execute(index)
    _copy(session, schema, table)
    # QGIS and servers go by how many rows the planner expects, and where.
    session.connection.execute(sql.SQL("ANALYZE {}").format(where))


def _comment(session: Session, schema: str, content: _Content, shown: Sequence[View]) -> None:
    """Comment tables, views and columns, where there is a dictionary."""
    from psycopg import sql

    told = {each.name: each for each in content.told}
    for table in content.tables if told else ():
        session.at = f"{schema}.{table.name}"
        layer = told.get(table.name)
        of_table = comments.of_table(schema, table.name, content.lang)
        said = list(of_table if layer is None else comments.of_layer(schema, layer, content.lang))
        session.connection.execute(sql.SQL("; ").join(said))
    for view in shown:
        session.at = f"{schema}.{view.name}"
        said = list(comments.of_view(schema, view, told[view.table], content.lang))
        session.connection.execute(sql.SQL("; ").join(said))


def _refuse_foreign(session: Session, schema: str, names: Sequence[str], ours: Collection[str]) -> None:
    there = {
        name
        for (name,) in session.rows(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i')",
            (schema,),
        )
    }
    foreign = sorted(set(names) & (there - set(ours)))
    if foreign:
        what = f"{schema}.{foreign[0]} is there already and is not of sheltermap"
        raise _core.WriteError(f"{what}; choose another schema, or rename it; nothing was changed")


def _columns_wanted(session: Session, table: _Table) -> list[tuple[str, str]]:
    """Return the same of a table that is to be written."""
    from psycopg import sql

    # A table of the session tells how the database itself writes the types.
    probe = f"sheltermap_{uuid.uuid4().hex}"
    made = sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP")
    session.connection.execute(made.format(sql.Identifier(probe), _declared(session, table)))
    query = (
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = to_regclass(%s) "
        "AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
    )
    return [(str(name), str(kind)) for name, kind in session.rows(query, (f"pg_temp.{probe}",))]


def _declared(session: Session, table: _Table) -> Composable:
    from psycopg import sql

    parts: list[Composable] = [sql.SQL("fid bigint PRIMARY KEY")]
    for column in table.columns:
        kind: Composable = sql.SQL(column.type)
        if column.name == table.geometry:
            kind = sql.SQL("{}({}, {})").format(
                sql.Identifier(session.postgis, "geometry"), sql.SQL(table.shape), sql.Literal(_srid(session, table))
            )
        parts.append(sql.SQL("{} {}").format(sql.Identifier(column.name), kind))
    return sql.SQL(", ").join(parts)


def _srid(session: Session, table: _Table) -> int:
    from psycopg import sql

    authority = table.crs.to_authority()
    if authority is not None:
        authority = ("EPSG", "4326") if authority == ("OGC", "CRS84") else authority  # the axes are x, y here anyway
        query = sql.SQL("SELECT srid FROM {} WHERE auth_name = %s AND auth_srid = %s")
        found = session.rows(query.format(sql.Identifier(session.postgis, "spatial_ref_sys")), authority)
        if found:
            return int(found[0][0])
    name = table.crs.name if authority is None else ":".join(authority)
    raise _core.WriteError(
        f"table {table.name!r}: the database does not know the reference system {name}; add it to spatial_ref_sys, or "
        "bring the layer to another one: frame.to_crs('EPSG:3059')"
    )


def _copy(session: Session, schema: str, table: _Table) -> None:
    from psycopg import sql

    names = sql.SQL(", ").join(map(sql.Identifier, ["fid", *(column.name for column in table.columns)]))
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(schema, table.name), names)
    srid = _srid(session, table) if table.geometry is not None else 0
    with session.connection.cursor().copy(command) as copy:
        for row in _lines(table, srid):
            copy.write_row(row)


def _lines(table: _Table, srid: int) -> Iterator[tuple[Any, ...]]:
    columns = [
        [None if blob is None else _with_srid(blob, srid) for blob in column.cells]
        if column.name == table.geometry
        else column.cells
        for column in table.columns
    ]
    for number, cells in enumerate(zip(*columns, strict=True) if columns else [()] * table.rows, start=1):
        yield (number, *cells)


def _with_srid(wkb_hex: str, srid: int) -> str:
    """Return PostGIS' own form of a geometry: the flag of the SRID in its type, and the SRID after it."""
    kind = int.from_bytes(bytes.fromhex(wkb_hex[2:10]), "little") | 0x2000_0000
    return wkb_hex[:2] + kind.to_bytes(4, "little").hex() + srid.to_bytes(4, "little").hex() + wkb_hex[10:]
