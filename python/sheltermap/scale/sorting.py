# SPDX-License-Identifier: Apache-2.0
"""A layer of any size as a GeoParquet file whose rows lie along a Hilbert curve: groups of rows are small on the map.

Rows are read once, each block sorted and put into a temporary file; then stretches of the curve are taken out of all of
these, put in order and written.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sheltermap._native import _core
from sheltermap.base.in_short import Short, ToldInShort, counted
from sheltermap.base.progress import working
from sheltermap.layers import files, frames, parquet_writing
from sheltermap.layers.meeting import Together
from sheltermap.layers.parquet_writing import Rows, rows_of
from sheltermap.layers.refused_rows import COLUMNS
from sheltermap.scale import blocks, hilbert
from sheltermap.scale.block_answers import answers_file, finish
from sheltermap.scale.demand_source import source_of
from sheltermap.scale.row_source import Source
from sheltermap.scale.streamed import REFUSED_TOLD, Tally
from sheltermap.scale.unique_ids import spans_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.scale.blocks import Block

SAMPLES = 200  # keys of each block that tell where the curve is cut
_ROWS_PER_BATCH = 8_192  # of a temporary file


@dataclass(frozen=True, repr=False)
class SortedFile(ToldInShort):
    """What became of a layer that was sorted.

    Attributes
    ----------
    path : Path
        The file.
    rows : int
        How many it has.
    refused : DataFrame
        The first 1,000 rows that could not be used, as `sheltermap.refused` lists them; they come last.
    refused_rows : int
        How many there are.
    notes : list of str
        What was left out or changed.

    Examples
    --------
    >>> from sheltermap.layers.refused_rows import COLUMNS
    >>> SortedFile(Path("sorted.parquet"), 3, pd.DataFrame(columns=list(COLUMNS)), 0, [])
    <SortedFile: 3 rows in sorted.parquet>
    """

    path: Path
    rows: int
    refused: pd.DataFrame
    refused_rows: int
    notes: list[str]

    def _in_short(self) -> Short:
        refused = [f"{self.refused_rows:,} could not be used"] if self.refused_rows else []
        return Short(f"{counted(self.rows, 'row')} in {self.path.name}", refused)


def sort_along_curve(
    *,
    demand: Any,
    into: str | os.PathLike[str],
    row: str | None = None,
    layer: str | None = None,
    id: str | None = None,  # noqa: A002
    crs: Any = None,
    strict: bool = True,
) -> SortedFile:
    """Write a layer of any size as GeoParquet whose rows lie along a Hilbert curve, in bounded memory.

    What lies close together on the map then lies close together in the file, so that whoever asks for a box reads a
    few groups of rows: ``stream(…, box=…)``, DuckDB, GDAL. The curve fills longitudes and latitudes; of lines and
    polygons the middle of the box around them counts. Rows of one cell of the curve (2 cm) stay in the order of the
    layer, rows without a place come last: the same layer always gives the same bytes.

    Parameters
    ----------
    demand : path, pattern, list of paths, or source
        The rows, as for `stream`.
    into : path
        The GeoParquet file, which appears whole or not at all. Beside it temporary files need as much room as all rows
        do unpacked.
    row : str, optional
        A column to be made, with the number that each row had in the layer, from 1.
    layer, id, crs, strict
        As for `stream`.

    Returns
    -------
    SortedFile

    Raises
    ------
    ReadError
        If rows cannot be read or used, or two have the same id, with the file and their numbers; or the file was
        changed meanwhile.
    ValueError
        If there is a column called as `row` says.
    WriteError
        If the file, or a temporary one, cannot be written; what was there before is unchanged.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> from sheltermap import scale
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [3, 5, 4]}, geometry=gpd.points_from_xy([24.1, 21.0, 24.2], [56.9, 56.5, 57.0]), crs=4326)
    >>> with tempfile.TemporaryDirectory() as name:
    ...     folder = pathlib.Path(name)
    ...     sm.write(homes, folder / "homes.parquet")
    ...     scale.sort_along_curve(demand=folder / "homes.parquet", into=folder / "sorted.parquet", row="was")
    ...     print(sm.read(folder / "sorted.parquet").was.tolist())
    <SortedFile: 3 rows in sorted.parquet>
    [3, 1, 2]
    """
    source = source_of(demand, layer=layer, id_column=id, crs=crs, strict=strict)
    target = Path(into)
    with (
        working(f"sort {source.layout.source}") as work,
        answers_file(target, source) as file,
        _told_by(target),
        _folder_beside(target) as folder,
    ):
        tally, runs, parts = Tally(Together(moving="demand")), _Runs(folder), source.parts()
        for part in parts:
            for block in source.blocks(part):
                work.step(part.number, 2 * len(parts), f"read {block.told}")
                _count(tally, block)
                runs.add(block, source, row)
        finish(tally, source)
        for done, rows in enumerate(runs.stretches()):
            work.step(len(parts) + min(done, len(parts)), 2 * len(parts), f"write {target.name}")
            file.add(rows)
        file.finish()
    listed: Any = [tuple(each) for each in tally.refused]
    refused = pd.DataFrame(listed, columns=list(COLUMNS))
    return SortedFile(target, tally.rows, refused, tally.refused_rows, tally.notes)


def _count(tally: Tally, block: Block) -> None:
    tally.merge(
        Tally(
            Together(moving="demand"),
            rows=len(block.frame),
            answers=len(block.frame),
            refused=list(block.refused[:REFUSED_TOLD]),
            refused_rows=len(block.refused),
            notes=list(block.notes),
            left_out=block.left_out,
            spans=spans_of(block),
        )
    )


@contextmanager
def _folder_beside(target: Path) -> Iterator[Path]:
    """Make a hidden folder beside a file, and take it away whatever happens."""
    folder = files.sibling_for(target)
    try:
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _told_by(target: Path) -> Iterator[None]:
    """Tell what the disk says of temporary files as it is told of the file that they are for."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, MemoryError):
            raise
        raise parquet_writing.failure(target, error) from None


@dataclass(frozen=True)
class _Run:
    """A block in the order of the curve, in a file."""

    keys: NDArray[np.uint64]  #: in a file, too
    rows: pa.Table
    sample: NDArray[np.uint64]


class _Runs:
    """Blocks in the order of the curve, one after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: list[_Run] = []
        self._schema: pa.Schema | None = None
        self._kinds: frozenset[int] = frozenset()

    def add(self, block: Block, source: Source, row: str | None) -> None:
        """Sort a block, and put it into a file."""
        rows = rows_of(block.frame, "the rows")
        columns = dict(rows.columns)
        if row is not None:
            frames.require_free(block.frame, [row])
            columns[row] = pa.array(block.numbers, pa.int64())
        named = pa.schema([(name, column.type) for name, column in columns.items()])
        if self._schema is None:
            self._schema = named
        if named != self._schema:
            raise _core.ReadError(f"{block.told}: {parquet_writing.unlike(self._schema, named)}")
        self._kinds |= rows.kinds
        middles = (rows.bounds[:, :2] + rows.bounds[:, 2:]) / 2
        crs = frames.core_crs(source.layout.crs)
        keys = hilbert.keys_of(middles if crs.is_lonlat else _core.to_lonlat(middles, crs))
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        arrays = [*columns.values(), rows.wkb, *(pa.array(side) for side in rows.bounds.T)]
        table = pa.Table.from_arrays(arrays, [str(at) for at in range(len(arrays))]).take(pa.array(order))
        number = len(self._runs)
        keys_there = self._laid_down(f"{number}.keys", pa.table({"key": keys}), len(keys))
        rows_there = self._laid_down(f"{number}.rows", table, _ROWS_PER_BATCH)
        sample = keys[:: max(1, blocks.ROWS_PER_BLOCK // SAMPLES)].copy()
        self._runs.append(_Run(keys_there["key"].to_numpy(), rows_there, sample))

    def _laid_down(self, name: str, table: pa.Table, rows_per_batch: int) -> pa.Table:
        """Write a table to a file, and return it as it lies there: its pages are read when they are asked for."""
        path = str(self._folder / name)
        with pa.OSFile(path, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=max(1, rows_per_batch))
        with pa.memory_map(path) as mapped:  # the pages stay, though the file is open no more
            return pa.ipc.open_file(mapped).read_all()

    def stretches(self) -> Iterator[Rows]:
        """Return all rows in the order of the curve, those of one cell in the order of the layer."""
        cuts = self._cuts()
        places = [np.searchsorted(run.keys, cuts) for run in self._runs]
        for at, (begin, end) in enumerate(pairwise(cuts)):
            slices = [slice(place[at], place[at + 1]) for place in places]
            if int(begin) + 1 == int(end):  # of one cell there may be any number
                yield from (self._rows(run.rows[some]) for run, some in zip(self._runs, slices, strict=True))
                continue
            keys = np.concatenate([run.keys[some] for run, some in zip(self._runs, slices, strict=True)])
            some_rows = pa.concat_tables([run.rows[some] for run, some in zip(self._runs, slices, strict=True)])
            yield self._rows(some_rows.take(pa.array(np.argsort(keys, kind="stable"))))

    def _cuts(self) -> NDArray[np.uint64]:
        """Return where the curve is cut: hardly more than a block between two; cells with many rows by themselves."""
        sample = np.sort(np.concatenate([run.sample for run in self._runs]))
        several = sample[1:][sample[1:] == sample[:-1]]
        one = np.uint64(1)
        ends = np.array([0, hilbert.NOWHERE + one], np.uint64)
        return np.unique(np.concatenate([ends, sample[::SAMPLES], several, several + one]))

    def _rows(self, table: pa.Table) -> Rows:
        assert self._schema is not None
        *columns, wkb = table.columns[:-4]
        bounds = np.column_stack([side.to_numpy() for side in table.columns[-4:]])
        return Rows(dict(zip(self._schema.names, columns, strict=True)), wkb, bounds, self._kinds)
