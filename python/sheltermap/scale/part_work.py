# SPDX-License-Identifier: Apache-2.0
"""What a worker of an engine does: answer one part of a layer, and leave the rows where the driver finds them."""

from __future__ import annotations

import hashlib
import json
import pickle
import socket
import threading
import uuid
import warnings
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

import sheltermap as sm
from sheltermap._native import _core
from sheltermap.base import caller
from sheltermap.base.memory import give_back
from sheltermap.layers.parquet_writing import Rows, failure, rows_of
from sheltermap.scale.block_answers import ask, new_tally
from sheltermap.scale.blocks import Layout

if TYPE_CHECKING:
    from types import TracebackType

    from geopandas import GeoDataFrame

    from sheltermap.scale.blocks import Block
    from sheltermap.scale.prepared import Prepared
    from sheltermap.scale.row_source import Part, Source
    from sheltermap.scale.streamed import Tally

Warned = tuple[type[Warning], str]
OF_DATA = (_core.SheltermapError, ValueError, TypeError, MemoryError)  # another worker would say the same
OPENED_KEPT = 2  # orders that a process has at hand: of a question and the next
_opening = threading.Lock()
_opened: dict[str, tuple[Prepared, Any]] = {}
_asking = threading.Lock()  # the core uses several processors by itself, and warnings belong to a whole process


@dataclass(frozen=True)
class Order:
    """What workers have to know to answer any part of a layer.

    Attributes
    ----------
    version : str
        Of sheltermap, which is to be the same everywhere.
    content : bytes
        The question, and the `Source` or `Layout` of the rows, pickled: it is looked at once the version is right.
    digest : str
        Of the content, by which a worker knows it again.
    layer : str
        What messages call the rows.
    target : Path or None
        The file that all answers go to in the end, for messages.
    folder : Path or None
        Where the rows of parts go to, on a disk that all workers see; None where sums alone are made.
    """

    version: str
    content: bytes
    digest: str
    layer: str
    target: Path | None = None
    folder: Path | None = None

    @classmethod
    def of(
        cls, question: Prepared, rows: Source | Layout, target: Path | None = None, folder: Path | None = None
    ) -> Order:
        """Return the order for a question."""
        content = pickle.dumps((question, rows))
        layer = (rows if isinstance(rows, Layout) else rows.layout).source
        return cls(sm.__version__, content, hashlib.sha256(content).hexdigest(), layer, target, folder)

    def opened(self) -> tuple[Prepared, Any]:
        """Return the question and what it is asked of, made once in a process.

        Raises
        ------
        SheltermapError
            If this process has another version of sheltermap.
        """
        if self.version != sm.__version__:
            raise _core.SheltermapError(
                f"a worker on {socket.gethostname()} has sheltermap {sm.__version__}, and {self.version} is asked: "
                "install the same version where the workers run"
            )
        with _opening:
            if self.digest not in _opened:
                if len(_opened) == OPENED_KEPT:
                    del _opened[next(iter(_opened))]
                _opened[self.digest] = pickle.loads(self.content)
            return _opened[self.digest]


@dataclass(frozen=True)
class PartDone:
    """What became of a part.

    Attributes
    ----------
    number : int
        Of the part.
    tally : Tally or None
        What was counted of it.
    path : Path or None
        The file with its rows.
    warned : list of (category, text)
        What was warned of, for the driver to say.
    error : Exception or None
        Why it cannot be answered, whichever worker tries: then all else is None.
    """

    number: int
    tally: Tally | None = None
    path: Path | None = None
    warned: tuple[Warned, ...] = ()
    error: Exception | None = None

    def checked(self, said: set[Warned]) -> Tally:
        """Return what was counted, and say here what was warned of and not `said` before; raises the error if any."""
        if self.error is not None:
            raise self.error
        assert self.tally is not None
        for each in self.warned:
            if each not in said:
                said.add(each)
                warnings.warn(each[1], each[0], stacklevel=caller.stacklevel())
        return self.tally


def work(order: Order, part: Part, threads: int | None = None) -> PartDone:
    """Answer a part, by so many threads of the core.

    Every attempt leaves a file of its own, whole or not at all: a part may be tried again, or by two workers at once.
    """
    try:
        question, source = order.opened()
        tally = new_tally(question)
        warned: list[Warned] = []
        with _rows_file(order, part) as file:
            for block in source.blocks(part):
                rows = answered(question, block, tally, warned, threads, with_rows=file is not None)
                if file is not None and rows is not None:
                    file.add(rows)
        give_back()
        return PartDone(part.number, tally, None if file is None else file.path, tuple(warned))
    except OF_DATA as error:
        return PartDone(part.number, error=sent(error))


def sent(error: Exception) -> Exception:
    """Return an error that reaches the driver as it is, or as a ValueError with the same words."""
    try:
        same = pickle.loads(pickle.dumps(error))
    except Exception:  # whatever its class makes of that
        same = None
    return error if type(same) is type(error) and str(same) == str(error) else ValueError(str(error))


def answered(
    question: Prepared,
    block: Block,
    tally: Tally,
    warned: list[Warned],
    threads: int | None = None,
    *,
    with_rows: bool = True,
) -> Rows | None:
    """Return what is found of a block as a file has it, if that is wanted, count it, and note what was warned of."""
    with _noted(warned, threads):
        found = ask(question, block, tally)
        return rows_of(found, "the answers") if with_rows else None


def asked(
    question: Prepared, block: Block, tally: Tally, warned: list[Warned], threads: int | None = None
) -> GeoDataFrame:
    """Return what is found of a block as the function returns it; else as `answered`."""
    with _noted(warned, threads):
        return ask(question, block, tally)


@contextmanager
def _noted(warned: list[Warned], threads: int | None) -> Iterator[None]:
    """Ask alone in this process, by so many threads, and note what is warned of, each once."""
    with _asking, warnings.catch_warnings(record=True) as caught, _threads(threads):
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", UserWarning)
        yield
    for each in caught:
        if (said := (each.category, str(each.message))) not in warned:
            warned.append(said)


@contextmanager
def _threads(count: int | None) -> Iterator[None]:
    """Have the core use so many threads."""
    if count is None:
        yield
        return
    before = sm.threads()
    sm.set_threads(count)
    try:
        yield
    finally:
        sm.set_threads(before)


class _RowsFile:
    """A file with the rows of a part: one stream of Arrow for each block, behind one another."""

    def __init__(self, order: Order, part: Part) -> None:
        assert order.folder is not None
        assert order.target is not None
        if not order.folder.is_dir():
            raise _core.WriteError(
                f"a worker on {socket.gethostname()} does not see the folder {order.folder}: the answers of workers go "
                "through a disk that all of them share with the driver"
            )
        self.path = order.folder / f"part-{part.number}-{uuid.uuid4().hex}.arrows"
        self._target = order.target
        try:
            self._sink = pa.OSFile(str(self.path), "wb")
        except OSError as error:
            raise failure(self._target, error) from None

    def __enter__(self) -> _RowsFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._sink.close()
        except (pa.ArrowException, OSError) as error:
            if fault is None:
                fault = error
                raise failure(self._target, error) from None
        finally:
            if fault is not None:
                self.path.unlink(missing_ok=True)

    def add(self, rows: Rows) -> None:
        """Write the rows of a block."""
        sides = [pa.array(side) for side in rows.bounds.T]
        names = [*rows.columns, "wkb", *(f"side {side}" for side in range(len(sides)))]
        table = pa.table([*rows.columns.values(), rows.wkb, *sides], names)
        table = table.replace_schema_metadata({"kinds": json.dumps(sorted(rows.kinds))})
        try:
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            with pa.ipc.new_stream(self._sink, table.schema, options=options) as stream:
                stream.write_table(table)
        except (pa.ArrowException, OSError) as error:
            raise failure(self._target, error) from None


def _rows_file(order: Order, part: Part) -> AbstractContextManager[_RowsFile | None]:
    return nullcontext() if order.folder is None else _RowsFile(order, part)


def rows_in(path: Path) -> Iterator[Rows]:
    """Give what was written of each block of a part."""
    with pa.OSFile(str(path)) as source:
        while source.tell() < source.size():
            table = pa.ipc.open_stream(source).read_all()
            kinds = frozenset(json.loads(table.schema.metadata[b"kinds"]))
            *columns, wkb, west, south, east, north = zip(table.column_names, table.columns, strict=True)
            bounds = np.column_stack([side.to_numpy() for _, side in (west, south, east, north)])
            yield Rows(dict(columns), wkb[1], bounds, kinds)


def told(part: Part, parts: Sequence[Part], layer: str) -> str:
    """Name a part and its rows in a message."""
    where = f"part {part.number + 1:,} of {len(parts):,} of {layer}"
    following = next((each.first for each in parts[part.number + 1 :]), None)
    return f"{where} (from row {part.first + 1:,}{'' if following is None else f' to {following:,}'})"
