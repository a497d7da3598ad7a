# SPDX-License-Identifier: Apache-2.0
"""Tables of a PostGIS database, read a piece at a time in one state."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from sheltermap._native import _core
from sheltermap.layers import conversion
from sheltermap.postgis import catalogue, reading
from sheltermap.postgis.column_types import exact_dtype, value
from sheltermap.postgis.session import Held
from sheltermap.scale.blocks import ROWS_PER_BLOCK, Block, Layout, checked_block, with_days
from sheltermap.scale.row_source import Named, Part, Source, id_column

if TYPE_CHECKING:
    from psycopg.sql import Composable, Composed

    from sheltermap.postgis.session import Session

_CURSORS = count()


class PostgisSource(Source):
    """The rows of a table or view of a PostGIS database, all in the state that it has when this is made.

    Its transaction stays open until `close`, the end of a ``with``, or until nobody holds the source any more. Rows
    come in the order of the id, else of the primary key, with the types and checks of `sheltermap.read_postgis`.
    Several processes share the rows of a table whose primary key is one column of whole numbers; each of them connects
    by its own environment, service file and password file.

    Parameters
    ----------
    table : str
        A table, a view, a materialised view or a foreign table, exactly as the database has it.
    schema, service, id, geometry, crs, strict
        As for `sheltermap.read_postgis`.

    Raises
    ------
    ReadError
        If the database cannot be reached, or has no such table with geometries.
    CrsError
        If the reference system is missing, unknown, or contradicts ``crs``.

    Examples
    --------
    >>> import sheltermap as sm
    >>> from sheltermap import scale
    >>> with scale.PostgisSource("homes", schema="town", service="planning") as homes:  # doctest: +SKIP
    ...     scale.stream(scale.prepare(sm.nearest, facilities=shelters), demand=homes, into="nearest.parquet")
    """

    def __init__(
        self,
        table: str,
        *,
        schema: str = "public",
        service: str | None = None,
        id: str | None = None,  # noqa: A002
        geometry: str | None = None,
        crs: Any = None,
        strict: bool = True,
    ) -> None:
        from pyproj import CRS

        self._service, self._state = service, ""
        self._hold(Held(service, _core.ReadError))
        try:
            with self._held.told() as session:
                self._table = reading.described(session, reading.Wanted(table, schema, id, geometry))
                source = self._table.source
                if self._table.place is None:
                    raise _core.ReadError(f"{source} has no geometries; blocks are of rows with places")
                found = catalogue.reference_system(session, schema, table, self._table.place)
                reading.require_system(source, found, crs)
                named = CRS.from_user_input(found) if found else None
                system = conversion.chosen_crs(named, found if crs is None else crs, source)
                self.layout = Layout(source, self._table.geometry, system, id, strict=strict)
                self._exact, self._emptied, self._days = _settled(session, self._table)
                self._parts = _parts(session, self._table)
        except BaseException:
            self.close()
            raise

    def _hold(self, held: Held) -> None:
        self._held = held
        self._close = weakref.finalize(self, held.close)
        with held.told() as session:  # the same rows in the same order whenever they are read
            session.connection.execute("SET LOCAL synchronize_seqscans = off")
            session.connection.execute("SET LOCAL cursor_tuple_fraction = 1")

    def __repr__(self) -> str:
        return f"<PostgisSource {self.layout.source}>"

    def __enter__(self) -> PostgisSource:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    def close(self) -> None:
        """End the transaction."""
        self._close()

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs to read the same state; ReadError of a table that has no parts."""
        if len(self._parts) == 1 and not self._parts[0].at:
            raise _core.ReadError(
                f"{self.layout.source} cannot be shared among processes: its rows have no primary key of one column of "
                "whole numbers to part them by, or are named by another column; answer it with one process, or name "
                "its rows by such a key"
            )
        if not self._state:
            self._state = self._held.state()
        return {name: value for name, value in self.__dict__.items() if name not in ("_held", "_close")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Connect anew, to the state that the first process sees."""
        self.__dict__ |= state
        self._hold(Held(self._service, _core.ReadError, self._state))

    @property
    def count(self) -> int:
        """How many rows there are."""
        from psycopg import sql

        name = sql.Identifier(self._table.wanted.schema, self._table.wanted.table)
        with self._held.told() as session:
            return int(session.rows(sql.SQL("SELECT count(*) FROM {}").format(name))[0][0])

    def parts(self) -> Sequence[Part]:
        """Return ranges of the primary key, where it is one column of whole numbers; else all rows as one part."""
        return self._parts

    def blocks(self, part: Part) -> Iterator[Block]:
        """Read a part."""
        with self._held.told() as session:
            asked = reading.query(session, self._table, _within(self._table, part))
        first = part.first
        for cells in self._cells(asked):
            attributes, blobs, _ = reading.unpacked(self._table, cells, self._exact)
            attributes = with_days(attributes, self._days)
            shapes = pa.array(blobs, pa.binary())
            shapes = shapes if isinstance(shapes, pa.ChunkedArray) else pa.chunked_array([shapes])
            yield checked_block(attributes, shapes, self.layout, first, [])
            first += len(cells)

    def ids(self, part: Part) -> Iterator[Named]:
        """Read what names the rows of a part, and nothing else."""
        named = [each for each in self._table.plain if each.name == self.layout.id]
        alone = replace(self._table, plain=named, place=None)
        with self._held.told() as session:
            asked = reading.query(session, alone, _within(alone, part))
        first = part.first
        for cells in self._cells(asked):
            frame, _, _ = reading.unpacked(alone, cells, self._exact)
            yield Named(first + 1 + np.arange(len(cells)), id_column(frame, named[0].name))
            first += len(cells)

    def notes(self, left_out: int) -> list[str]:
        """Return what is said of the rows of a table that is read in one piece."""
        return self._table.notes(self._emptied)

    def _cells(self, asked: Composed) -> Iterator[list[tuple[Any, ...]]]:
        """Ask, and return rows as they come, `ROWS_PER_BLOCK` at a time; once at least."""
        with self._held.told() as session, session.connection.cursor(f"sheltermap_{next(_CURSORS)}") as cursor:
            cursor.execute(asked)
            cells = cursor.fetchmany(ROWS_PER_BLOCK)
            yield cells
            while len(cells) == ROWS_PER_BLOCK and (cells := cursor.fetchmany(ROWS_PER_BLOCK)):
                yield cells


def _parts(session: Session, table: reading.Described) -> list[Part]:
    """Return ranges of the primary key, of `ROWS_PER_BLOCK` rows each; all rows as one where it is none to be cut."""
    from psycopg import sql

    oid = catalogue.relation(session, table.wanted.schema, table.wanted.table)
    key = catalogue.primary_key(session, oid)
    whole = [column.name for column in table.plain if column.dtype == "Int64"]
    if len(key) != 1 or key != table.keys or key[0] not in whole:
        return [Part(0, 0, ())]
    numbered = sql.SQL(
        "SELECT {key}, n - 1 FROM (SELECT {key}, row_number() OVER (ORDER BY {key}) AS n FROM {table}) rows "
        "WHERE (n - 1) % {step} = 0 ORDER BY n"
    ).format(
        key=sql.Identifier(key[0]),
        table=sql.Identifier(table.wanted.schema, table.wanted.table),
        step=sql.Literal(ROWS_PER_BLOCK),
    )
    begins = [(int(begin), int(first)) for begin, first in session.rows(numbered)] or [(0, 0)]
    ends = [each for each, _ in begins[1:]]
    return [
        Part(number, first, (begin, end))
        for number, ((begin, first), end) in enumerate(zip(begins, [*ends, None], strict=True))
    ]


def _within(table: reading.Described, part: Part) -> Composable | None:
    """Return the condition on the primary key that a part stands for."""
    from psycopg import sql

    if not part.at:
        return None
    key, (begin, end) = sql.Identifier(table.keys[0]), part.at
    if end is None:
        return sql.SQL("{} >= {}").format(key, sql.Literal(begin))
    return sql.SQL("{0} >= {1} AND {0} < {2}").format(key, sql.Literal(begin), sql.Literal(end))


def _settled(session: Session, table: reading.Described) -> tuple[dict[str, str], list[int], list[str]]:
    """Return what only all rows tell: types of exact numbers, how many dates are left out, columns with days."""
    from psycopg import sql

    exact = [column for column in table.plain if column.dtype == "numeric"]
    told = sql.SQL("bool_and({0} = trunc({0})) FILTER {1}, min({0}) FILTER {1}, max({0}) FILTER {1}")
    asked: list[Composable] = []
    for column in exact:
        name = sql.Identifier(column.name)
        asked.append(told.format(name, sql.SQL("(WHERE {} <> 'NaN')").format(name)))
    asked += [sql.SQL("count(*) FILTER (WHERE {})").format(said) for _, said in table.emptied]
    days = [column for column in table.plain if column.dtype == "date"]
    asked += [sql.SQL("count({})").format(value(column)) for column in days]
    if not asked:
        return {}, [], []
    name = sql.Identifier(table.wanted.schema, table.wanted.table)
    (found,) = session.rows(sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(asked), name))
    types = {
        column.name: exact_dtype(column, bool(found[3 * at]), found[3 * at + 1], found[3 * at + 2])
        for at, column in enumerate(exact)
    }
    counts = [int(each) for each in found[3 * len(exact) :]]
    emptied = len(table.emptied)
    return types, counts[:emptied], [each.name for each, some in zip(days, counts[emptied:], strict=True) if some]
