# SPDX-License-Identifier: Apache-2.0
"""PySpark: its workers answer a layer for `stream`, or the rows of a DataFrame where they lie."""

from __future__ import annotations

import pickle
import re
import sys
import uuid
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyproj import CRS

from sheltermap._native import _core
from sheltermap.base.progress import working
from sheltermap.base.suggestions import told as given
from sheltermap.layers.precision import Decimals
from sheltermap.scale import partitions
from sheltermap.scale.blocks import Layout
from sheltermap.scale.engines import Engine
from sheltermap.scale.part_work import Order, PartDone, told, work
from sheltermap.scale.partitions import Partition
from sheltermap.scale.row_source import Part

if TYPE_CHECKING:
    from pyspark import Broadcast, SparkContext
    from pyspark.sql import DataFrame, SparkSession

    from sheltermap.scale.prepared import Prepared
    from sheltermap.scale.streamed import Streamed

LOOKED_AFTER_S = 0.2
TRIES = 4  # of a part, where the session is made here; elsewhere spark.task.maxFailures says it
LOCAL = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}


class Spark(Engine):
    """The workers of a session of PySpark 4, for `stream`.

    The question goes to each of them once, as a broadcast; which part comes to whom, and what is begun anew when a
    worker is lost, Spark decides. The core uses ``spark.task.cpus`` threads for a part.

    Parameters
    ----------
    session : pyspark.sql.SparkSession, optional
        By default the active one; where there is none, one on this machine alone, which ends with the stream. Not one
        of Spark Connect.

    Examples
    --------
    >>> from sheltermap import scale
    >>> engine = scale.spark.Spark()
    >>> engine  # scale.stream(question, demand="homes.parquet", into="answers.parquet", engine=engine)
    <Spark engine: the active session, or one on this machine>
    """

    def __init__(self, session: SparkSession | None = None) -> None:
        self._session = None if session is None else _classic(session)

    def __repr__(self) -> str:
        where = "the active session, or one on this machine"
        if self._session is not None:
            where = f"session {self._session.sparkContext.appName!r}"
        return f"<Spark engine: {where}>"

    def answers(self, order: Order, parts: Sequence[Part]) -> Generator[PartDone, None, None]:
        """Have workers answer parts: one task each."""
        with _session_at_hand(self._session) as session:
            context = session.sparkContext
            held = context.broadcast(order)
            arrived = context.accumulator([], _list_of_done())
            threads = int(context.getConf().get("spark.task.cpus") or 1)
            group = f"sheltermap {uuid.uuid4().hex}"

            def answer(part: Part) -> PartDone:
                done = work(held.value, part, threads)
                arrived.add([done])
                return done

            def run() -> list[PartDone]:
                context.setJobGroup(group, "sheltermap", interruptOnCancel=True)
                found: list[PartDone] = context.parallelize(parts, len(parts)).map(answer).collect()
                return found

            def named(task: int) -> str:
                return told(parts[task], parts, order.layer)

            seen: set[int] = set()
            with ThreadPoolExecutor(1) as runner:
                running = runner.submit(run)
                try:
                    while not running.done():
                        wait([running], LOOKED_AFTER_S)
                        yield from _unseen(arrived.value, seen)
                    with _spoken(named):
                        yield from _unseen(running.result(), seen)
                finally:
                    while not running.done():  # it may only just begin
                        context.cancelJobGroup(group)
                        wait([running], LOOKED_AFTER_S)
                    held.destroy()


def _unseen(found: Sequence[PartDone], seen: set[int]) -> Iterator[PartDone]:
    for done in list(found):
        if done.number not in seen:
            seen.add(done.number)
            yield done


def rows(
    question: Prepared,
    *,
    demand: DataFrame,
    crs: Any,
    geometry: str = "geometry",
    id: str | None = None,  # noqa: A002
    strict: bool = True,
) -> DataFrame:
    """Answer a prepared question for every row of a DataFrame of PySpark, by `mapInArrow`.

    Nothing is computed before Spark asks for the rows. Each partition is looked at as a layer of its own: errors name
    the partition, from 0, and the row in it, from 1, and come with Spark's own error.

    Parameters
    ----------
    question : Prepared
        What `prepare` made ready; every worker gets it once, as a broadcast. A `coverage` without ``position_error_m=``
        goes through all rows beforehand to see their decimals.
    demand : pyspark.sql.DataFrame
        The rows that are asked about.
    crs : str, int or pyproj.CRS
        Of the geometries; a DataFrame does not say it.
    geometry : str
        The column with geometries, as well-known binary.
    id : str, optional
        The column that names the rows. That ids are unique is seen within 200,000 rows of a partition only.
    strict : bool
        Whether a row without a usable place is an error; else it has no answer.

    Returns
    -------
    pyspark.sql.DataFrame
        The columns of the function's result, the geometry last.

    Raises
    ------
    TypeError, ValueError
        If `demand` is no such DataFrame, or the column of geometries is not there, or not binary.
    SheltermapError
        If PySpark is not installed; else the errors of the function.

    Examples
    --------
    >>> from sheltermap import scale
    >>> scale.spark.rows(question, demand=homes, crs=4326).write.parquet("answers")  # doctest: +SKIP
    """
    session, layout, types = _looked_at(demand, crs, geometry, id, strict)
    with working(f"{question.function} by Spark"):
        question = _ready(question, demand, layout, session.sparkContext)
        schema = partitions.answers_schema(question, types, layout)
        held = session.sparkContext.broadcast(Order.of(question, layout))
        return demand.mapInArrow(partial(_rows_of, held, schema), _types().from_arrow_schema(schema))


def sums(
    question: Prepared,
    *,
    demand: DataFrame,
    crs: Any,
    geometry: str = "geometry",
    id: str | None = None,  # noqa: A002
    strict: bool = True,
) -> Streamed:
    """Return the sums of a prepared question over all rows of a DataFrame of PySpark, exact as of one piece.

    Every partition returns what it counted, and it is put together here; what Spark begins anew counts once.

    Parameters
    ----------
    question, demand, crs, geometry, id, strict
        As of `rows`.

    Returns
    -------
    Streamed
        Without a file: ``tables`` has the sums. Refused rows are numbered through the partitions, one after the other.

    Raises
    ------
    ReadError, ValueError, CrsError, GeometryError
        As of `stream`, with the partition and the rows.
    TypeError, SheltermapError
        As of `rows`; or if Spark gives up.

    Examples
    --------
    >>> from sheltermap import scale
    >>> scale.spark.sums(question, demand=homes, crs=4326).tables["summary"]  # doctest: +SKIP
    """
    session, layout, types = _looked_at(demand, crs, geometry, id, strict)
    with working(f"{question.function} by Spark"):
        question = _ready(question, demand, layout, session.sparkContext)
        total = partitions.Total(question, partitions.block_of(types.empty_table(), layout, 0), layout)
        with _broadcast(session.sparkContext, Order.of(question, layout)) as held:
            total.add(_from_each(demand, partial(_sums_of, held)))
        return total.streamed()


def _ready(question: Prepared, demand: DataFrame, layout: Layout, context: SparkContext) -> Prepared:
    """Return the question with what it has to know of all rows beforehand."""
    if not question.needs_position_error:
        return question
    decimals = Decimals(layout.crs.is_geographic)
    with _broadcast(context, Order.of(question, layout)) as held:
        for each in _from_each(demand.select(layout.geometry), partial(_decimals_of, held)):
            decimals.merge(each)
    return question.with_position_error(decimals.error_m)


@contextmanager
def _broadcast(context: SparkContext, order: Order) -> Iterator[Broadcast[Order]]:
    """Have workers hold an order as long as this lasts."""
    held = context.broadcast(order)
    try:
        yield held
    finally:
        held.destroy()


def _from_each(demand: DataFrame, ask: Any) -> list[Any]:
    """Return what is found of each partition, in their order."""
    frame = demand.mapInArrow(partial(_one_row, ask), "number int, found binary")
    with _spoken(lambda task: f"partition {task}"):
        found = frame.collect()
    return [pickle.loads(each["found"]) for each in sorted(found, key=lambda each: each["number"])]


def _one_row(ask: Any, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    number, found = _number(), pickle.dumps(ask(batches))
    yield pa.record_batch([pa.array([number], pa.int32()), pa.array([found], pa.binary())], ["number", "found"])


def _sums_of(held: Broadcast[Order], batches: Iterator[pa.RecordBatch]) -> PartDone:
    here = Partition(held.value, _number())
    return here.counted(here.blocks(batches))


def _decimals_of(held: Broadcast[Order], batches: Iterator[pa.RecordBatch]) -> Decimals:
    here = Partition(held.value, _number())
    return here.decimals(here.blocks(batches, lenient=True))


def _rows_of(held: Broadcast[Order], schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    here = Partition(held.value, _number())
    for table in here.answers(here.blocks(batches), schema):
        yield from table.to_batches()


def _number() -> int:
    """Return which partition this worker looks at."""
    from pyspark import TaskContext

    task: Any = TaskContext.get()
    return int(task.partitionId())


def _looked_at(
    demand: Any, crs: Any, geometry: str, id_column: str | None, strict: bool
) -> tuple[SparkSession, Layout, pa.Schema]:
    """Return the session of a frame, what is known of its rows, and of which types its columns are."""
    pyspark = _pyspark()
    if not isinstance(demand, pyspark.sql.DataFrame) or not hasattr(demand, "sparkSession"):
        raise TypeError(f"demand is a DataFrame of PySpark, not {given(demand)}")
    session = _classic(demand.sparkSession)
    types = _types().to_arrow_schema(demand.schema, timezone="UTC")
    partitions.require_columns(types, geometry, id_column)
    return session, Layout("demand", geometry, CRS.from_user_input(crs), id_column, strict=strict), types


def _types() -> Any:
    from pyspark.sql.pandas import types

    return types


def _pyspark() -> Any:
    """Return PySpark; SheltermapError where it is not installed."""
    try:
        import pyspark.sql
    except ImportError as error:
        raise _core.SheltermapError(
            f"this needs PySpark 4, which is not installed ({error}): pip install 'sheltermap[spark]'"
        ) from None
    return pyspark


def _classic(session: Any) -> SparkSession:
    if not isinstance(session, _pyspark().sql.SparkSession) or not hasattr(session, "_jsparkSession"):
        raise TypeError(f"session is {given(session)}; give a SparkSession that is not one of Spark Connect")
    return session


@contextmanager
def _session_at_hand(session: SparkSession | None) -> Iterator[SparkSession]:
    """Have a session: that one, the active one, or one that ends when this does."""
    sql = _pyspark().sql
    session = session if session is not None else sql.SparkSession.getActiveSession()
    if session is not None:
        yield _classic(session)
        return
    builder = sql.SparkSession.builder.appName("sheltermap").master(f"local[*,{TRIES}]")
    for key, value in LOCAL.items():
        builder = builder.config(key, value)
    try:
        made = builder.getOrCreate()
    except Exception as error:  # PySpark's own, or of its gateway to Java
        raise _core.SheltermapError(f"PySpark cannot be started (it needs Java 17 or newer): {_first(error)}") from None
    made.sparkContext.pythonExec = sys.executable
    try:
        yield made
    finally:
        made.stop()


@contextmanager
def _spoken(named: Any) -> Iterator[None]:
    """Tell in one sentence why Spark gave up, and on which part."""
    try:
        yield
    except Exception as error:
        if not type(error).__module__.startswith(("py4j", "pyspark")):
            raise
        raise _core.SheltermapError(_why(str(error), named)) from error


def _why(text: str, named: Any) -> str:
    if "No module named 'sheltermap" in text:
        return "a worker of Spark has no sheltermap: install this version where the workers run"
    cause = re.search(
        r"(?:SparkException|Error|Exception): (?!Job aborted)([^\n]*(?:crash|Error|xit|lost)[^\n]*)", text
    )
    last = cause.group(1).partition(". Consider setting")[0].strip() if cause else text.strip().splitlines()[0]
    task = re.search(r"Task (\d+) in stage \S+ failed (\d+) times", text)
    where = "" if task is None else f"on {named(int(task.group(1)))}, tried {task.group(2)} times"
    return f"Spark gave up{f' {where}' if where else ''}: {last}"


def _first(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _list_of_done() -> Any:
    from pyspark import AccumulatorParam

    class _ListOfDone(AccumulatorParam[list[PartDone]]):  # type: ignore[misc]
        def zero(self, value: list[PartDone]) -> list[PartDone]:
            return []

        def addInPlace(self, value1: list[PartDone], value2: list[PartDone]) -> list[PartDone]:  # noqa: N802
            value1.extend(value2)
            return value1

    return _ListOfDone()
