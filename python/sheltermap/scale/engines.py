# SPDX-License-Identifier: Apache-2.0
"""Engines: several processes, or machines, that answer the parts of a layer; what they leave is put together here."""

from __future__ import annotations

import shutil
import uuid
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sheltermap._native import _core
from sheltermap.base.memory import give_back
from sheltermap.layers.parquet_writing import failure
from sheltermap.scale.part_work import Order, PartDone, Warned, rows_in, told

if TYPE_CHECKING:
    from sheltermap.base.progress import Work
    from sheltermap.layers.parquet_writing import GeoParquetFile
    from sheltermap.scale.prepared import Prepared
    from sheltermap.scale.row_source import Part, Source
    from sheltermap.scale.streamed import Tally

PARTS_UNTIL_GIVEN_BACK = 32


class Engine(ABC):
    """Workers that answer parts: `sheltermap.scale.spark.Spark`, `sheltermap.scale.dask.Dask`, or one of your own."""

    @abstractmethod
    def answers(self, order: Order, parts: Sequence[Part]) -> Generator[PartDone, None, None]:
        """Have workers call `part_work.work(order, part)`, and give what it returns in any order, twice if need be.

        Parts that are lost with their worker are begun anew. When the iterator is closed, nothing of it goes on.

        Raises
        ------
        SheltermapError
            If the engine cannot be used, or gives up.
        """


def ask_workers(
    engine: Engine,
    question: Prepared,
    source: Source,
    tally: Tally,
    work: Work,
    file: GeoParquetFile | None,
    target: Path | None,
) -> None:
    """Have an engine answer all rows of a source: count them, and put the answers into a file, in their order.

    Memory holds the rows of one part, and what was counted of those that came before their turn.

    Raises
    ------
    SheltermapError, ValueError
        Those of the workers, or if the engine gives up.
    """
    parts = source.parts()
    what = f"{question.function} {source.layout.source}"
    waiting: dict[int, PartDone] = {}
    said: set[Warned] = set()
    turn = 0
    with _scratch(target) as folder:
        order = Order.of(question, source, target, folder)
        with closing(engine.answers(order, parts)) as answers:
            for done in answers:
                if done.error is not None:
                    raise done.error
                if done.number >= turn:
                    waiting.setdefault(done.number, done)
                work.step(turn + len(waiting), len(parts), what)
                while turn in waiting:
                    tally.merge(_taken(waiting.pop(turn), file, said, told(parts[turn], parts, source.layout.source)))
                    turn += 1
                    if turn % PARTS_UNTIL_GIVEN_BACK == 0:
                        give_back()
    if turn < len(parts):
        raise _core.SheltermapError(f"no worker answered {told(parts[turn], parts, source.layout.source)}")


def _taken(done: PartDone, file: GeoParquetFile | None, said: set[Warned], part: str) -> Tally:
    """Put the rows of a part behind those before, and return what was counted of it."""
    counted = done.checked(said)
    if file is not None and done.path is not None:
        before = file.rows
        try:
            for rows in rows_in(done.path):
                file.add(rows)
            done.path.unlink()
        except OSError as error:
            raise _core.ReadError(f"the answers of {part} cannot be read from {done.path}: {error}") from None
        if file.rows - before != counted.answers:
            raise _core.ReadError(f"{done.path} does not hold all answers of {part}: does the shared disk keep them?")
    return counted


@contextmanager
def _scratch(target: Path | None) -> Iterator[Path | None]:
    """Have a folder beside the target that workers write to, gone at the end."""
    if target is None:
        yield None
        return
    folder = target.absolute().parent / f".{target.name}.{uuid.uuid4().hex}.parts"
    try:
        folder.mkdir()
    except OSError as error:
        raise failure(target, error) from None
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder, in which a worker that knows nothing yet may just begin a file."""
    for _ in range(10):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
