# SPDX-License-Identifier: Apache-2.0
"""Dask: its workers answer a layer for `stream`, or the partitions of a frame of dask-geopandas where they lie."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sheltermap._native import _core
from sheltermap.base.progress import working
from sheltermap.base.suggestions import told as given
from sheltermap.layers.precision import Decimals
from sheltermap.scale.block_answers import new_tally
from sheltermap.scale.blocks import Block, Layout, of_shapes
from sheltermap.scale.engines import Engine
from sheltermap.scale.part_work import Order, PartDone, asked, told, work
from sheltermap.scale.partitions import Partition, Total
from sheltermap.scale.row_source import Part

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.scale.prepared import Prepared
    from sheltermap.scale.streamed import Streamed


class Dask(Engine):
    """The workers of a client of `dask.distributed`, for `stream`.

    The question goes to each worker once; a part whose worker is lost goes to another, until Dask gives up
    (``distributed.scheduler.allowed-failures``). The core uses as many threads as a worker has, for one part at a time.

    Parameters
    ----------
    client : distributed.Client, optional
        By default the one in use; where there is none, one with worker processes on this machine, which end with the
        stream: a script then has to begin with ``if __name__ == "__main__":``.

    Examples
    --------
    >>> from sheltermap import scale
    >>> engine = scale.dask.Dask()
    >>> engine  # scale.stream(question, demand="homes.parquet", into="answers.parquet", engine=engine)
    <Dask engine: the client in use, or worker processes on this machine>
    """

    def __init__(self, client: Any = None) -> None:
        if client is not None and not isinstance(client, _imported("distributed").Client):
            raise TypeError(f"client is a distributed.Client, not {given(client)}")
        self._client = client

    def __repr__(self) -> str:
        where = "the client in use, or worker processes on this machine"
        return f"<Dask engine: {where if self._client is None else self._client.scheduler_info()['address']}>"

    def answers(self, order: Order, parts: Sequence[Part]) -> Generator[PartDone, None, None]:
        """Have workers answer parts: one task each."""
        distributed = _imported("distributed")
        with _client_at_hand(self._client) as client:
            # A task, which is done again where it is lost with its workers, as data that are scattered are not.
            with _imported("dask").config.set({"distributed.admin.large-graph-warning-threshold": "1TB"}):
                held = client.submit(_itself, order, pure=False)
                futures = client.map(_answer, parts, order=held, pure=False)
            part_of = {future.key: part for future, part in zip(futures, parts, strict=True)}
            try:
                for future in distributed.as_completed(futures):
                    with _spoken(told(part_of[future.key], parts, order.layer)):
                        done = future.result()  # which may be made anew, where it was lost with its worker
                    yield done
            finally:
                client.cancel([*futures, held])


def _itself(order: Order) -> Order:
    return order


def _answer(part: Part, order: Order) -> PartDone:
    return work(order, part, _threads())


def rows(
    question: Prepared,
    *,
    demand: Any,
    id: str | None = None,  # noqa: A002
    strict: bool = True,
) -> Any:
    """Answer a prepared question for every row of a frame of dask-geopandas.

    Nothing is computed before Dask is asked for the rows. Each partition is looked at as a layer of its own: errors
    name the partition, from 0, and the row in it, from 1.

    Parameters
    ----------
    question : Prepared
        What `prepare` made ready. A `coverage` without ``position_error_m=`` goes through all rows beforehand to see
        their decimals.
    demand : dask_geopandas.GeoDataFrame
        The rows that are asked about.
    id : str, optional
        The column that names the rows. That ids are unique is seen within a partition only.
    strict : bool
        Whether a row without a usable place is an error; else it has no answer.

    Returns
    -------
    dask_geopandas.GeoDataFrame
        As the function returns them for a frame, by the same index and in as many partitions; whole numbers that it
        adds are ``Int64``.

    Raises
    ------
    TypeError
        If `demand` is no such frame.
    SheltermapError
        If Dask is not installed; else the errors of the function.

    Examples
    --------
    >>> from sheltermap import scale
    >>> scale.dask.rows(question, demand=homes).to_parquet("answers")  # doctest: +SKIP
    """
    layout = _layout(demand, id, strict)
    with working(f"{question.function} by Dask"):
        order = Order.of(_ready(question, demand, layout), layout)
        meta = _rows_of(demand._meta, order, 0)
        return _imported("dask.dataframe").from_delayed(
            _of_each(_rows_of, demand, order), meta=meta, divisions=demand.divisions, verify_meta=False
        )


def sums(
    question: Prepared,
    *,
    demand: Any,
    id: str | None = None,  # noqa: A002
    strict: bool = True,
) -> Streamed:
    """Return the sums of a prepared question over all rows of a frame of dask-geopandas, exact as of one piece.

    Parameters
    ----------
    question, demand, id, strict
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
        As of `rows`; or if Dask gives up.

    Examples
    --------
    >>> from sheltermap import scale
    >>> scale.dask.sums(question, demand=homes).tables["summary"]  # doctest: +SKIP
    """
    layout = _layout(demand, id, strict)
    with working(f"{question.function} by Dask"):
        question = _ready(question, demand, layout)
        total = Total(question, _block(demand._meta, layout), layout)
        total.add(_computed(_of_each(_sums_of, demand, Order.of(question, layout))))
        return total.streamed()


def _ready(question: Prepared, demand: Any, layout: Layout) -> Prepared:
    """Return the question with what it has to know of all rows beforehand."""
    if not question.needs_position_error:
        return question
    decimals = Decimals(layout.crs.is_geographic)
    geometry = demand[[layout.geometry]]
    for each in _computed(_of_each(_decimals_of, geometry, Order.of(question, replace(layout, id=None, strict=False)))):
        decimals.merge(each)
    return question.with_position_error(decimals.error_m)


def _of_each(ask: Any, demand: Any, order: Order) -> list[Any]:
    """Return tasks that ask each partition."""
    dask = _imported("dask")
    held = dask.delayed(order, traverse=False, name=f"sheltermap-{order.digest}")
    return [dask.delayed(ask)(part, held, number) for number, part in enumerate(demand.to_delayed())]


def _computed(tasks: list[Any]) -> Sequence[Any]:
    """Return what tasks find; SheltermapError where Dask gives up."""
    with _spoken("the partitions of demand"):
        found: Sequence[Any] = _imported("dask").compute(*tasks)
    return found


def _block(frame: GeoDataFrame, layout: Layout) -> Block:
    attributes = frame.drop(columns=layout.geometry).reset_index(drop=True)
    return of_shapes(attributes, frame.geometry.to_numpy(), [], layout, 0, [])


def _blocks(frame: GeoDataFrame, layout: Layout) -> Iterator[Block]:
    yield _block(frame, layout)


def _rows_of(frame: GeoDataFrame, order: Order, number: int) -> GeoDataFrame:
    import geopandas

    here = Partition(order, number)
    tally = new_tally(here.question)
    found = asked(here.question, _block(frame, here.layout), tally, [], _threads())
    tally.together.judge()
    geometry = geopandas.array.from_shapely(found.geometry.to_numpy(), frame.crs)
    columns = [*frame.columns, *(name for name in found.columns if name not in frame.columns)]
    found = found.assign(**{here.layout.geometry: geometry})[columns]
    whole = found.select_dtypes("int64").columns.difference(frame.columns)
    found[whole] = found[whole].astype("Int64")  # in another partition there may be gaps
    found.index = frame.index.take(found.index)
    found.attrs = dict(frame.attrs)
    return found


def _sums_of(frame: GeoDataFrame, order: Order, number: int) -> PartDone:
    here = Partition(order, number)
    return here.counted(_blocks(frame, here.layout), _threads())


def _decimals_of(frame: GeoDataFrame, order: Order, number: int) -> Decimals:
    here = Partition(order, number)
    return here.decimals(_blocks(frame, here.layout))


def _threads() -> int | None:
    """Return how many threads the worker has that runs this; None where Dask runs in this process."""
    try:
        return int(_imported("distributed").get_worker().state.nthreads)
    except ValueError:
        return None


def _layout(demand: Any, id_column: str | None, strict: bool) -> Layout:
    """Return what is known of the rows of a frame."""
    if not isinstance(demand, _imported("dask_geopandas").GeoDataFrame):
        raise TypeError(f"demand is a GeoDataFrame of dask-geopandas, not {given(demand)}")
    if id_column is not None and id_column not in demand.columns:
        raise ValueError(f"demand has no column {id_column!r} (id=); it has {', '.join(map(str, demand.columns))}")
    if demand.crs is None:
        raise _core.CrsError("demand has no reference system: set it with demand.set_crs(...)")
    return Layout("demand", demand._meta.geometry.name, demand.crs, id_column, strict=strict)


def _imported(name: str) -> Any:
    """Return a module of Dask's; SheltermapError where it is not installed."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise _core.SheltermapError(
            f"this needs dask-geopandas and distributed, which are not installed ({error}): "
            "pip install 'sheltermap[dask]'"
        ) from None


@contextmanager
def _client_at_hand(client: Any) -> Iterator[Any]:
    """Have a client: that one, the one in use, or one with a cluster that ends when this does."""
    distributed = _imported("distributed")
    if client is None:
        try:
            client = distributed.get_client()
        except ValueError:
            with (
                distributed.LocalCluster(processes=True, dashboard_address="127.0.0.1:0") as cluster,
                distributed.Client(cluster) as made,
            ):
                yield made
            return
    yield client


@contextmanager
def _spoken(where: str) -> Iterator[None]:
    """Tell in one sentence why Dask gave up, and on what."""
    try:
        yield
    except (KeyboardInterrupt, _core.SheltermapError):
        raise
    except BaseException as error:  # that something was cancelled is none of Exception
        raise _core.SheltermapError(_why(error, where)) from error


def _why(error: BaseException, where: str) -> str:
    text = str(error).strip()
    if "No module named 'sheltermap" in text:
        return "a worker of Dask has no sheltermap: install this version where the workers run"
    if type(error).__name__ == "KilledWorker":
        text = "the workers that had it were lost, one after the other"
    return f"Dask gave up on {where}: {text or type(error).__name__}"
