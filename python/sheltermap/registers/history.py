# SPDX-License-Identifier: Apache-2.0
"""The file of a register's history: every version of every row, and SQLite's transactions around them.

A version is written once. What may change later is its end alone, once; triggers in the file refuse anything else, from
whatever program. A view of the kind's name shows the rows that hold now, to QGIS and to `sheltermap.read`.
"""

from __future__ import annotations

import secrets
import sqlite3
import string
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sheltermap._native import _core
from sheltermap.base.sql_quoting import quoted
from sheltermap.registers.places import packed, unpacked
from sheltermap.registers.schema import Schema, schema

FORMAT = 1
FEW = 500  # rows that are asked for by name; SQLite takes so many
WAIT_S = 4.0  # for another writer
META = "sheltermap_register"
META_COLUMNS = {"format": int, "kind": str, "name": str, "srs_id": int, "crs": str, "revision": int}
SHAPES = {
    "POINT": {"Point"},
    "MULTILINESTRING": {"LineString", "MultiLineString"},
    "MULTIPOLYGON": {"Polygon", "MultiPolygon"},
}
BEGIN = {"valid_from": "DATE", "change": "TEXT", "changed_at": "DATETIME", "changed_by": "TEXT", "why": "TEXT"}
END = {"valid_to": "DATE", "end": "TEXT", "ended_at": "DATETIME", "ended_by": "TEXT", "end_why": "TEXT"}
SPAN = {**BEGIN, "revision": "INTEGER", **END, "end_revision": "INTEGER"}  #: what a version says of itself
TYPES = {"text": "TEXT", "code": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "BOOLEAN", "date": "DATE"}


@dataclass(frozen=True)
class Meta:
    """What a store says of itself."""

    kind: str
    name: str  #: letters that tell it from other stores
    srs_id: int
    crs: str  #: as it was named when the store was made
    shape: str  #: of the geometries: POINT, MULTIPOLYGON, …


@dataclass(frozen=True)
class Version:
    """A row of the register for a while."""

    fid: int
    cells: dict[str, Any]
    geometry: Any
    span: dict[str, Any]

    @property
    def holds(self) -> bool:
        """Whether it is the row's state now."""
        return self.span["end_revision"] is None

    def held_at(self, revision: int) -> bool:
        """Whether it was the row's state after a revision."""
        end = self.span["end_revision"]
        return bool(self.span["revision"] <= revision and (end is None or end > revision))

    def held_on(self, day: date) -> bool:
        """Whether it was the row's state at the end of a day."""
        end = self.span["valid_to"]
        return bool(self.span["valid_from"] <= day and (end is None or end > day))


@dataclass(frozen=True)
class Signature:
    """Who changes something, when and why: what every version of one transaction shares."""

    by: str
    why: str
    day: date  #: from when on it is so
    at: str  #: when it was recorded, UTC
    revision: int = field(default=0)


class History:
    """The versions of a register in an open file; made by `opened`, within a transaction."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection, self.path = connection, path
        self.meta = _meta(connection, path)
        self.register: Schema = schema(self.meta.kind)
        self.table = f"{self.meta.kind}_history"
        described = connection.execute(f"SELECT name FROM pragma_table_info({quoted(self.table)})")
        self.columns = {name for (name,) in described}
        self.names = [name for name in self.register.fields if name in self.columns]
        self.new_fields: list[str] = []

    def versions(self, ids: Collection[str] | None = None) -> list[Version]:
        """Return the versions of some rows, or of all, rows in the order of their first, versions by revision."""
        columns = ", ".join(map(quoted, ["fid", "geom", *SPAN, *self.names]))
        select = f"SELECT {columns} FROM {quoted(self.table)}"
        if ids is None or len(ids) > FEW:
            found = self.connection.execute(f"{select} ORDER BY fid").fetchall()
        else:
            some = f"WHERE id IN ({', '.join('?' * len(ids))})"
            found = self.connection.execute(f"{select} {some} ORDER BY fid", tuple(ids)).fetchall()
        versions = [self._version(row) for row in found]
        first: dict[str, int] = {}
        for version in versions:
            first.setdefault(version.cells["id"], version.fid)
        return sorted(versions, key=lambda each: (first[each.cells["id"]], each.fid))

    def ids_with_zeros(self) -> list[str]:
        """Return the numbers among the ids, of rows that hold or held, that begin with a zero."""
        found = self.connection.execute(f"SELECT DISTINCT id FROM {quoted(self.table)} WHERE id GLOB '0*' ORDER BY id")
        return [row_id for (row_id,) in found if isinstance(row_id, str) and row_id.isdecimal()]

    def shown(self) -> list[tuple[str, str | None, Any]]:
        """Return id, name and geometry of the rows that hold now."""
        name = "name" if "name" in self.names else "NULL"
        select = f"SELECT id, {name}, geom FROM {quoted(self.table)} WHERE end_revision IS NULL ORDER BY fid"
        with _sound(self.path, self.table):
            return [(row_id, named, unpacked(blob)) for row_id, named, blob in self.connection.execute(select)]

    def made(self) -> dict[int, datetime]:
        """Return when each revision was made."""
        table = quoted(self.table)
        select = (
            f"SELECT revision, changed_at FROM {table} UNION "
            f"SELECT end_revision, ended_at FROM {table} WHERE end_revision IS NOT NULL"
        )
        with _sound(self.path, self.table):
            return {number: datetime.fromisoformat(at) for number, at in self.connection.execute(select)}

    def _version(self, row: tuple[Any, ...]) -> Version:
        fid, blob, *rest = row
        with _sound(self.path, f"version {fid} of {self.table}"):
            span = {
                name: date.fromisoformat(value) if SPAN[name] == "DATE" and value is not None else value
                for name, value in zip(SPAN, rest[: len(SPAN)], strict=True)
            }
            cells = zip(self.names, rest[len(SPAN) :], strict=True)
            values = dict.fromkeys(self.register.fields) | {name: self._value(name, cell) for name, cell in cells}
            return Version(fid, values, unpacked(blob), span)

    def _value(self, name: str, cell: Any) -> Any:
        if cell is None:
            return None
        kind = self.register.fields[name].type
        if kind == "date":
            return date.fromisoformat(cell)
        return bool(cell) if kind == "boolean" else cell

    def sign(self, by: str, why: str, day: date, at: str) -> Signature:
        """Begin a revision."""
        self.connection.execute(f"UPDATE {META} SET revision = revision + 1")
        stamp = "UPDATE gpkg_contents SET last_change = ? WHERE table_name IN (?, ?)"
        self.connection.execute(stamp, (at, self.meta.kind, self.table))
        self._complete()
        return Signature(by, why, day, at, self.revision)

    @property
    def revision(self) -> int:
        """How many transactions have changed the register."""
        with _sound(self.path, META):
            return int(self.connection.execute(f"SELECT revision FROM {META}").fetchone()[0])

    def begin(self, values: dict[str, Any], geometry: Any, change: str, signed: Signature) -> None:
        """Write a new version."""
        names = list(self.register.fields)
        cells = [_cell(values.get(name)) for name in names]
        span = [signed.day.isoformat(), change, signed.at, signed.by, signed.why, signed.revision]
        columns = ", ".join(map(quoted, ["geom", *BEGIN, "revision", *names]))
        marks = ", ".join("?" * (2 + len(BEGIN) + len(names)))
        row = (packed(geometry, self.meta.srs_id), *span, *cells)
        self.connection.execute(f"INSERT INTO {quoted(self.table)} ({columns}) VALUES ({marks})", row)

    def end(self, version: Version, how: str, signed: Signature) -> None:
        """Say that a version holds no longer."""
        cells = (signed.day.isoformat(), how, signed.at, signed.by, signed.why, signed.revision, version.fid)
        setting = ", ".join(f"{quoted(name)} = ?" for name in [*END, "end_revision"])
        self.connection.execute(f"UPDATE {quoted(self.table)} SET {setting} WHERE fid = ?", cells)

    def _complete(self) -> None:
        """Add the columns of fields that the schema has got since the store was made."""
        new = [field for name, field in self.register.fields.items() if name not in self.columns]
        for each in new:
            added = f"ADD COLUMN {quoted(each.name)} {TYPES[each.type]}"
            self.connection.execute(f"ALTER TABLE {quoted(self.table)} {added}")
        if new:
            self.columns |= {each.name for each in new}
            self.names, self.new_fields = list(self.register.fields), [each.name for each in new]
            guard(self.connection, self.meta.kind, self.columns)


def _meta(connection: sqlite3.Connection, path: Path) -> Meta:
    with _sound(path, "its tables"):
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if META not in tables:
        raise _core.ReadError(f"{path} holds no register with a history; sheltermap register create makes one")
    with _sound(path, META):
        told = connection.execute(f"SELECT {', '.join(META_COLUMNS)} FROM {META}").fetchone()
        for (column, wanted), value in zip(META_COLUMNS.items(), told, strict=True):
            if not isinstance(value, wanted):
                raise ValueError(f"{column} is of type {type(value).__name__}, not {wanted.__name__}")
        form, kind, name, srs_id, crs, _ = told
        if form > FORMAT:
            raise _core.ReadError(f"{path} was written by a newer sheltermap (format {form}, this one knows {FORMAT})")
        schema(kind)  # ValueError where there is no such kind
        _core.Crs(crs)
        if not -(1 << 31) <= srs_id < 1 << 31:
            raise ValueError(f"srs_id is {srs_id}, which no GeoPackage can hold")
        for needed in (f"{kind}_history", "gpkg_contents", "gpkg_geometry_columns"):
            if needed not in tables:  # a view runs what somebody put into the file, which need not come to an end
                raise _core.ReadError(f"{path} is damaged: {needed} is no table; take a copy of it that was sound")
        of_table = "SELECT geometry_type_name FROM gpkg_geometry_columns WHERE table_name = ?"
        (shape,) = connection.execute(of_table, (f"{kind}_history",)).fetchone()
        if shape not in SHAPES:
            raise ValueError(f"its geometries are called {str(shape)[:60]!r}")
        return Meta(kind, name, srs_id, crs, shape)


@contextmanager
def _sound(path: Path, what: str) -> Iterator[None]:
    """Say of a store that holds something that is not what belongs there that it is damaged."""
    try:
        yield
    except (ValueError, TypeError, AttributeError, OverflowError, _core.CrsError) as error:
        raise _core.ReadError(f"{path} is damaged: {what}: {error}; take a copy of it that was sound") from None


def _cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@contextmanager
def opened(path: Path, *, writing: bool = False) -> Iterator[History]:
    """Open a store for one transaction: all that is done inside becomes true together, or nothing of it.

    Raises
    ------
    ReadError
        If it is no store.
    WriteError
        If another program is writing to it, for longer than `WAIT_S`, or it cannot be written.
    """
    if not path.is_file():
        raise _core.ReadError(f"{path}: there is no such file")
    _core.readable_file(path, _core.ReadOptions())  # nor is anything beside it that SQLite would read for ever
    failure = _core.WriteError if writing else _core.ReadError
    try:
        uri = f"file:{quote(str(path.absolute()))}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=WAIT_S, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
            yield History(connection, path)
            connection.execute("COMMIT")
        finally:
            connection.close()  # without a commit, SQLite takes back what was done
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            what = f"another program has been writing to it for {WAIT_S:g} s; nothing was changed, try again"
            raise failure(f"{path}: {what}") from None
        raise failure(f"{path}: {error}") from None
    except sqlite3.IntegrityError as error:
        raise failure(f"{path}: {error}") from None
    except sqlite3.Error as error:
        raise _core.ReadError(f"{path} is damaged, or no GeoPackage: {error}") from None


def guard(connection: sqlite3.Connection, kind: str, columns: Iterable[str]) -> None:
    """Let nothing be deleted, no version be changed but by its end, and no row be there twice; show what holds now."""
    table = quoted(f"{kind}_history")
    values = sorted(set(columns) - {*END, "end_revision"})
    ends = ", ".join(map(quoted, [*END, "end_revision"]))
    refuse = "SELECT RAISE(ABORT, 'nothing is deleted or overwritten in this register: use sheltermap register')"
    unsigned = " OR ".join(f"NEW.{quoted(name)} IS NULL" for name in ("id", *BEGIN, "revision"))
    triggers = {
        "keeps_rows": f"BEFORE DELETE ON {table}",
        "keeps_values": f"BEFORE UPDATE OF {', '.join(map(quoted, values))} ON {table}",
        "ends_once": f"BEFORE UPDATE OF {ends} ON {table} WHEN OLD.end_revision IS NOT NULL",
        "is_signed": f"BEFORE INSERT ON {table} WHEN {unsigned}",
    }
    for name, when in triggers.items():
        trigger = quoted(f"{kind}_history_{name}")
        connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        connection.execute(f"CREATE TRIGGER {trigger} {when} BEGIN {refuse}; END")
    once = quoted(f"{kind}_history_once")
    connection.execute(f"CREATE UNIQUE INDEX IF NOT EXISTS {once} ON {table} (id) WHERE end_revision IS NULL")
    by_id = quoted(f"{kind}_history_id")
    connection.execute(f"CREATE INDEX IF NOT EXISTS {by_id} ON {table} (id)")
    shown = [name for name in schema(kind).fields if name in columns]
    selected = ", ".join(map(quoted, ["geom", *shown, *BEGIN, "revision"]))
    connection.execute(f"DROP VIEW IF EXISTS {quoted(kind)}")
    # GDAL takes the column of this name for the number of the row.
    view = f"SELECT fid AS OGC_FID, {selected} FROM {table} WHERE end_revision IS NULL"
    connection.execute(f"CREATE VIEW {quoted(kind)} AS {view}")


def found_store(connection: sqlite3.Connection, register: Schema, crs: str) -> None:
    """Turn an empty layer `<kind>_history` into a store: its meta table, its guards, its view."""
    table, kind = f"{register.kind}_history", register.kind
    described = connection.execute("SELECT geometry_type_name, srs_id FROM gpkg_geometry_columns").fetchone()
    shape, srs_id = described
    _drop_index(connection, table)
    for name, declared in SPAN.items():
        connection.execute(f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(name)} {declared}")
    connection.execute(
        f"CREATE TABLE {META} (format INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, "
        "srs_id INTEGER NOT NULL, crs TEXT NOT NULL, revision INTEGER NOT NULL)"
    )
    # No digits: a spreadsheet that fills a column downwards counts numbers on.
    name = "".join(secrets.choice(string.ascii_lowercase) for _ in range(8))
    connection.execute(f"INSERT INTO {META} VALUES (?, ?, ?, ?, ?, 0)", (FORMAT, kind, name, srs_id, crs))
    columns = {name for (name,) in connection.execute(f"SELECT name FROM pragma_table_info({quoted(table)})")}
    guard(connection, kind, columns)
    contents = "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, ?, ?, ?)"
    connection.execute(contents, (kind, "features", kind, srs_id))
    connection.execute(contents, (META, "attributes", META, None))
    geometry = "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)"
    connection.execute(geometry, (kind, shape, srs_id))


def _drop_index(connection: sqlite3.Connection, table: str) -> None:
    """Drop the spatial index: its triggers need functions that only GDAL's SQLite has, and registers are small."""
    triggers = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? AND name LIKE 'rtree%'", (table,)
    ).fetchall()
    for (name,) in triggers:
        connection.execute(f"DROP TRIGGER {quoted(name)}")
    connection.execute(f"DROP TABLE IF EXISTS {quoted(f'rtree_{table}_geom')}")
    connection.execute("DELETE FROM gpkg_extensions WHERE table_name = ?", (table,))
