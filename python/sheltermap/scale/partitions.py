# SPDX-License-Identifier: Apache-2.0
"""Rows that lie in partitions of somebody else's table, as PySpark and Dask have them: asked one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from sheltermap._native import _core
from sheltermap.layers.arrow import readable_column
from sheltermap.layers.parquet_writing import rows_of
from sheltermap.layers.precision import Decimals
from sheltermap.scale.block_answers import ask, new_tally
from sheltermap.scale.blocks import ROWS_PER_BLOCK, Block, Layout, attributes_of, checked_block
from sheltermap.scale.part_work import OF_DATA, Order, PartDone, Warned, answered, sent
from sheltermap.scale.streamed import Streamed

if TYPE_CHECKING:
    from sheltermap.layers.parquet_writing import Rows
    from sheltermap.scale.prepared import Prepared


class Partition:
    """A partition, where a worker looks at it."""

    def __init__(self, order: Order, number: int) -> None:
        self.question, layout = order.opened()
        self.layout: Layout = replace(layout, source=f"{layout.source}, partition {number}")
        self._number = number

    def blocks(self, batches: Iterable[pa.RecordBatch], *, lenient: bool = False) -> Iterator[Block]:
        """Give its rows in blocks, checked as a layer that is read."""
        layout = replace(self.layout, strict=False, id=None) if lenient else self.layout
        first = 0
        held: list[pa.RecordBatch] = []
        for batch in batches:
            held.append(batch)
            if sum(map(len, held)) >= ROWS_PER_BLOCK:
                yield block_of(pa.Table.from_batches(held), layout, first)
                first += sum(map(len, held))
                held = []
        if any(map(len, held)):
            yield block_of(pa.Table.from_batches(held), layout, first)

    def answers(self, blocks: Iterable[Block], schema: pa.Schema) -> Iterator[pa.Table]:
        """Give the rows of blocks with their answers, in columns of a schema.

        Raises
        ------
        ReadError, ValueError, CrsError, GeometryError
            With the partition and the rows.
        """
        tally = new_tally(self.question)
        for block in blocks:
            rows = answered(self.question, block, tally, [])
            assert rows is not None
            yield _fitted(rows, schema, block.told)
        tally.together.judge()

    def counted(self, blocks: Iterable[Block], threads: int | None = None) -> PartDone:
        """Return what is counted of the rows, or the error that they are."""
        tally = new_tally(self.question)
        warned: list[Warned] = []
        try:
            for block in blocks:
                answered(self.question, block, tally, warned, threads, with_rows=False)
        except OF_DATA as error:
            return PartDone(self._number, error=sent(error))
        return PartDone(self._number, tally, warned=tuple(warned))

    def decimals(self, blocks: Iterable[Block]) -> Decimals:
        """Return how many decimals its points have."""
        found = Decimals(self.layout.crs.is_geographic)
        for block in blocks:
            found.add(block.points)
        return found


def block_of(table: pa.Table, layout: Layout, first: int) -> Block:
    """Return rows with geometries as well-known binary as a block.

    Raises
    ------
    ReadError
        If the layer is read strictly and a row cannot be used.
    """
    notes: list[str] = []
    attributes = attributes_of(table, layout, notes)
    return checked_block(attributes, table.column(layout.geometry).cast(pa.binary()), layout, first, notes)


def answers_schema(question: Prepared, types: pa.Schema, layout: Layout) -> pa.Schema:
    """Return the columns of the answers for rows of some columns: as of no row at all."""
    none = block_of(types.empty_table(), layout, 0)
    rows = rows_of(ask(question, none, new_tally(question)), "the answers")
    fields = []
    for name, column in rows.columns.items():
        brought = readable_column(name, types.empty_table().column(name), []) if name in types.names else None
        found = column.type if brought is None else brought.type
        fields.append((name, pa.string() if pa.types.is_large_string(found) else found))
    return pa.schema([*fields, (layout.geometry, pa.binary())])


def _fitted(rows: Rows, schema: pa.Schema, where: str) -> pa.Table:
    """Return rows with columns of the types that those of all partitions have."""
    columns = dict(rows.columns) | {schema.names[-1]: rows.wkb}
    fitting = []
    for field in schema:
        column = columns[field.name]
        if column.null_count == len(column):
            column = pa.nulls(len(column), field.type)
        elif pa.types.is_large_string(column.type) and pa.types.is_string(field.type):
            column = column.cast(pa.string())
        elif column.type != field.type:
            raise ValueError(f"{where}: column {field.name!r} holds {column.type}, and elsewhere {field.type}")
        fitting.append(column)
    return pa.table(fitting, schema)


def require_columns(types: pa.Schema, geometry: str, id_column: str | None) -> None:
    """Raise ValueError where a column that is named is not there, or geometries are not well-known binary."""
    for name, what in ((geometry, "geometry"), (id_column, "id")):
        if name is not None and name not in types.names:
            raise ValueError(f"demand has no column {name!r} ({what}=); it has {', '.join(types.names)}")
    if not pa.types.is_binary(types.field(geometry).type):
        raise ValueError(f"the column {geometry!r} of demand holds {types.field(geometry).type}, not well-known binary")


class Total:
    """What is counted of all partitions, put together in their order."""

    def __init__(self, question: Prepared, none: Block, layout: Layout) -> None:
        self._question, self._layout = question, layout
        self._tally = new_tally(question)
        ask(question, none, self._tally)  # which sees what is wrong with the question itself

    def add(self, partitions: Iterable[PartDone]) -> None:
        """Count partitions behind those before; raises the error of one that cannot be counted."""
        said: set[Warned] = set()
        for done in partitions:
            self._tally.merge(done.checked(said).behind(self._tally.rows))

    def streamed(self) -> Streamed:
        """Return what was counted.

        Raises
        ------
        ReadError
            If there are no rows, where they are looked at strictly.
        CrsError
            If the rows lie where those of the other sides do only with their axes swapped.
        """
        if not self._tally.rows and self._layout.strict:
            raise _core.ReadError(f"{self._layout.source} has no rows; give strict=False if that is meant")
        self._tally.together.judge()
        return Streamed.of(self._question, self._tally, None)
