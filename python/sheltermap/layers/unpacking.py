# SPDX-License-Identifier: Apache-2.0
"""Columns of a Parquet file, unpacked: a few megabytes can stand for more than there is memory."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sheltermap._native import _core
from sheltermap.base import memory

MOST_ROWS = 100_000_000
MOST_BYTES = 16 << 30  # once unpacked
_FIXED_BYTES = 16  # of a number, a time, a decimal
_ROWS_AT_ONCE = 65_536


def unpacked(
    source: pa.NativeFile,
    file: pq.ParquetFile,
    name: str,
    groups: Sequence[int] | None = None,
    columns: Sequence[str] | None = None,
) -> pa.Table:
    """Return all columns, or some, of all groups of rows, or some.

    Raises
    ------
    ReadError
        Before anything is unpacked, where they are more than limits and memory hold.
    """
    about, most = file.metadata, memory.left(MOST_BYTES)
    wanted = range(about.num_row_groups) if groups is None else groups
    rows = sum(about.row_group(group).num_rows for group in wanted)
    claimed = sum(about.row_group(group).total_byte_size for group in wanted)
    if rows > MOST_ROWS or claimed > most:
        raise _core.ReadError(
            f"{name} has {rows} rows and {claimed} bytes once unpacked, more than the limits of {MOST_ROWS} "
            f"and {most}; split it"
        )
    look_into(file, wanted)
    texts = _Texts(source, file, wanted)
    stored = claimed + rows * about.num_columns * _FIXED_BYTES
    if stored + texts.most_bytes() > most and claimed + texts.bytes_written_out(most) > most:
        raise _core.ReadError(
            f"{name} would need more than {most} bytes of memory, for texts that it stores once and that stand in many "
            "rows; split it"
        )
    return file.read_row_groups(list(wanted), None if columns is None else list(columns))


def look_into(file: pq.ParquetFile, groups: Sequence[int], columns: Sequence[str] | None = None) -> None:
    """Have a reader look at what the metadata say of columns, before anybody else asks for it.

    pyarrow ends the process where that is damaged, unless a reader finds out: an ArrowException or OSError.
    """
    for group in groups:
        next(file.iter_batches(1, row_groups=[group], columns=None if columns is None else list(columns)), None)


class _Texts:
    """The columns of texts or bytes, each text kept once."""

    def __init__(self, source: pa.NativeFile, file: pq.ParquetFile, groups: Sequence[int]) -> None:
        about = file.metadata
        self.chunks = {
            group: [chunk for chunk in map(about.row_group(group).column, range(about.num_columns)) if _is_text(chunk)]
            for group in groups
        }
        every = [chunk for chunks in self.chunks.values() for chunk in chunks]
        names = {chunk.path_in_schema for chunk in every}
        self.names = sorted(names & set(file.schema_arrow.names))  # not those inside lists
        by_difference = {chunk.path_in_schema for chunk in every if _is_by_difference(chunk)}
        once = [name for name in self.names if name not in by_difference]
        self.file = pq.ParquetFile(source, metadata=about, read_dictionary=once)

    def most_bytes(self) -> int:
        """Return what they are hardly more than: each row of a group as long as the longest text it stores.

        Groups that store as much, to a factor of two, are taken to be alike: looking into each would take as long as a
        twentieth of reading the file.
        """
        total, looked_into = 0, dict[tuple[int, ...], list[int]]()
        for group, chunks in self.chunks.items():
            alike = tuple(chunk.total_uncompressed_size.bit_length() for chunk in chunks)
            if alike not in looked_into:
                looked_into[alike] = self._longest(group)
            total += sum(chunk.num_values * most for chunk, most in zip(chunks, looked_into[alike], strict=True))
        return total

    def _longest(self, group: int) -> list[int]:
        """Return the longest text that may stand in several rows, per column."""
        first = next(self._batches(group, 1), None)  # comes with all of the dictionary
        longest = []
        for chunk in self.chunks[group]:
            if first is None or chunk.path_in_schema not in self.names or _repeats(chunk):
                longest.append(chunk.total_uncompressed_size)
                continue
            column = first.column(chunk.path_in_schema)
            longest.append((pc.max(pc.binary_length(column.dictionary)).as_py() or 0) if _has_dictionary(column) else 0)
        return longest

    def bytes_written_out(self, most: int) -> int:
        """Return how many bytes they are row by row, or some number above `most`."""
        total = 0
        for group, chunks in self.chunks.items():
            largest = max((chunk.total_uncompressed_size for chunk in chunks if _repeats(chunk)), default=0)
            rows = max(1, min(_ROWS_AT_ONCE, most // 4 // largest)) if largest else _ROWS_AT_ONCE
            for batch in self._batches(group, rows):
                total += sum(map(_written_out, batch.columns))
                if total > most:
                    return total
        return total

    def _batches(self, group: int, rows: int) -> pa.RecordBatchReader:
        return self.file.iter_batches(rows, row_groups=[group], columns=self.names) if self.names else iter(())


def _is_text(chunk: pq.ColumnChunkMetaData) -> bool:
    return chunk.physical_type == "BYTE_ARRAY"


def _repeats(chunk: pq.ColumnChunkMetaData) -> bool:
    """Whether texts are stored as how much of the one before they begin with."""
    return "DELTA_BYTE_ARRAY" in chunk.encodings


def _is_by_difference(chunk: pq.ColumnChunkMetaData) -> bool:
    """Whether pyarrow cannot keep equal texts once."""
    return any(encoding.startswith("DELTA") for encoding in chunk.encodings)


def _has_dictionary(column: pa.Array) -> bool:
    return pa.types.is_dictionary(column.type)


def _written_out(column: pa.Array) -> int:
    if not _has_dictionary(column):
        return int(column.nbytes)
    return pc.sum(pc.take(pc.binary_length(column.dictionary), column.indices)).as_py() or 0
