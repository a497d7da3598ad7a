# SPDX-License-Identifier: Apache-2.0
"""A prepared question asked of a layer block by block, read, answered and written at the same time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sheltermap.base.memory import give_back
from sheltermap.base.progress import Work, working
from sheltermap.layers.parquet_writing import GeoParquetFile, rows_of
from sheltermap.scale.block_answers import answers_file, ask, finish, new_tally, ready
from sheltermap.scale.chosen_engine import engine_of
from sheltermap.scale.demand_source import source_of
from sheltermap.scale.engines import Engine, ask_workers
from sheltermap.scale.prepared import Prepared
from sheltermap.scale.row_source import Part, Source
from sheltermap.scale.streamed import Streamed, Tally

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.scale.blocks import Block

BLOCKS_UNTIL_GIVEN_BACK = 32


def stream(
    question: Prepared,
    *,
    demand: Any,
    into: str | os.PathLike[str] | None = None,
    layer: str | None = None,
    id: str | None = None,  # noqa: A002
    crs: Any = None,
    strict: bool = True,
    box: Sequence[float] | None = None,
    engine: Literal["local", "spark", "dask"] | Engine = "local",
) -> Streamed:
    """Answer a prepared question for every row of a layer of any size, in bounded memory.

    Blocks are read, answered and written at the same time. The file has the same bytes, and the sums the same digits,
    however the rows are cut into blocks.

    Parameters
    ----------
    question : Prepared
        What `prepare` made ready.
    demand : path, pattern, list of paths, or source
        The rows that are asked about: GeoParquet files, of which several are one layer, a GeoPackage, or a source as
        `PostgisSource`.
    into : path, optional
        The GeoParquet file that the rows go to with their answers, whole or not at all; without it sums alone are
        made.
    layer, id, crs, strict
        As in `sheltermap.read`; but two rows of one id are an error, too, where it is not read strictly.
    box : west, south, east, north, optional
        Of GeoParquet only rows that lie there, as `ParquetSource` says.
    engine : {"local", "spark", "dask"} or engine
        Who answers: this process, or the workers of PySpark or Dask, as `spark.Spark` and `dask.Dask` make them. These
        have to see the files of the rows and the folder of `into`, by the same paths, and have this version of
        sheltermap. What comes out has the same bytes.

    Returns
    -------
    Streamed

    Raises
    ------
    ReadError
        If rows cannot be read or used, or two have the same id, with the file and their numbers; or the file was
        changed meanwhile.
    ValueError, CrsError, GeometryError
        Those of the function that is asked, with the rows that they are about.
    SheltermapError
        If the engine is not installed, a worker has another version, or the engine gives up a part whose workers were
        lost again and again; nothing is left then.
    WriteError
        If the answers cannot be written; what was there before is unchanged.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> from sheltermap import scale
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [3, 5]}, geometry=gpd.points_from_xy([24.105, 23.713], [56.950, 56.652]), crs=4326)
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.110], [56.951]), crs=4326)
    >>> covered = scale.prepare(sm.coverage, facilities=shelters, thresholds="500 m", weight="people")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     homes.to_parquet(pathlib.Path(folder) / "homes.parquet")
    ...     found = scale.stream(covered, demand=pathlib.Path(folder) / "homes.parquet")
    >>> found.tables["summary"][["measure", "covered", "uncovered"]]
      measure  covered  uncovered
    0  people      3.0        5.0
    """
    workers = engine_of(engine)
    source = source_of(demand, layer=layer, id_column=id, crs=crs, strict=strict, box=box)
    with working(f"{question.function} {source.layout.source}") as work, ExitStack() as stack:
        target = None if into is None else Path(into)
        file = None if target is None else stack.enter_context(answers_file(target, source))
        asked = ready(question, source)
        tally = new_tally(asked)
        if workers is None:
            _ask_here(asked, source, tally, file, work)
        else:
            ask_workers(workers, asked, source, tally, work, file, target)
        finish(tally, source)
        if file is not None:
            file.finish()
    return Streamed.of(asked, tally, target)


def _ask_here(question: Prepared, source: Source, tally: Tally, file: GeoParquetFile | None, work: Work) -> None:
    """Ask block by block in this process, reading the next and writing the last meanwhile."""
    with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as writer:
        parts = source.parts()
        blocks = _blocks(source, parts)
        reading = reader.submit(next, blocks, None)
        writing: Future[None] | None = None
        done = 0
        while (found := reading.result()) is not None:
            reading = reader.submit(next, blocks, None)
            part, block = found
            work.step(part.number, len(parts), f"{question.function} {block.told}")
            rows = ask(question, block, tally)
            if writing is not None:
                writing.result()
            if file is not None:
                writing = writer.submit(_write, file, rows)
            done += 1
            if done % BLOCKS_UNTIL_GIVEN_BACK == 0:
                give_back()
        if writing is not None:
            writing.result()


def _blocks(source: Source, parts: Sequence[Part]) -> Iterator[tuple[Part, Block]]:
    for part in parts:
        for block in source.blocks(part):
            yield part, block


def _write(file: GeoParquetFile, rows: GeoDataFrame) -> None:
    file.add(rows_of(rows, "the answers"))
