# SPDX-License-Identifier: Apache-2.0
"""Dask: a cluster of two worker processes answers layers for `stream`, and frames of dask-geopandas."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from geopandas.testing import assert_geodataframe_equal

import engine_town
import sheltermap as sm
from engine_town import Deadly, died
from sheltermap import scale

distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")
dask_geopandas = pytest.importorskip("dask_geopandas")
QUESTIONS = ["nearest", "within", "coverage", "exposure", "streets"]


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """A client of two processes, which a part may kill twice."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONPATH", os.pathsep.join([engine_town.HERE, os.environ.get("PYTHONPATH", "")]))
        with (
            dask.config.set({"distributed.scheduler.allowed-failures": 2}),
            distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client


def in_partitions(layer: gpd.GeoDataFrame, count: int = 4) -> Any:
    return dask_geopandas.from_geopandas(layer, npartitions=count)


def test_a_cluster_of_its_own_ends_with_the_stream(files: list[Path], target: Path) -> None:
    question = engine_town.questions()["within"]
    engine_town.require_same_as_alone(question, files, target, "dask")
    with pytest.raises(ValueError, match="No global client found"):
        distributed.get_client()


@pytest.mark.parametrize("asked", QUESTIONS)
def test_the_file_has_the_bytes_of_one_process(asked: str, client: Any, files: list[Path], target: Path) -> None:
    question = engine_town.questions()[asked]
    engine_town.require_same_as_alone(question, files, target, scale.dask.Dask(client))


@pytest.mark.parametrize("asked", ["within", "coverage"])
def test_a_worker_that_is_killed_changes_nothing(
    asked: str, client: Any, files: list[Path], target: Path, deaths: Path
) -> None:
    question = engine_town.questions()[asked]
    source = Deadly(files, deaths, times=1)
    engine_town.require_same_as_alone(question, files, target, scale.dask.Dask(client), sent=source)
    assert died(deaths) == 1


def test_a_part_that_kills_every_worker_is_told(client: Any, files: list[Path], target: Path, deaths: Path) -> None:
    target.write_text("as it was")
    source = Deadly(files, deaths, times=99)
    with pytest.raises(
        sm.SheltermapError,
        match=r"^Dask gave up on part \d of 5 of homes_0\.parquet and 4 more \(from row .*\): the workers that had it",
    ):
        scale.stream(engine_town.questions()["nearest"], demand=source, into=target, engine=scale.dask.Dask(client))
    assert died(deaths) >= 3
    assert [path.read_text() for path in target.parent.iterdir()] == ["as it was"]


def test_a_broken_row_is_told_as_by_one_process(client: Any, tmp_path: Path, target: Path) -> None:
    homes = engine_town.homes()
    homes.loc[777, "geometry"] = None
    files = engine_town.in_files(homes, tmp_path)
    with pytest.raises(sm.ReadError, match=r"rows 601 to 900: 1 of 300 rows cannot be used:\n  row 778"):
        scale.stream(engine_town.questions()["nearest"], demand=files, into=target, engine=scale.dask.Dask(client))
    assert list(target.parent.iterdir()) == []


def test_the_client_in_use_answers(client: Any, files: list[Path]) -> None:
    question = engine_town.questions()["exposure"]
    found = scale.stream(question, demand=files, engine="dask")
    assert engine_town.same(found, scale.stream(question, demand=files))


@pytest.mark.parametrize("asked", QUESTIONS)
def test_rows_of_a_frame_are_those_of_the_function(asked: str, client: Any) -> None:
    homes = engine_town.homes().set_index(np.arange(1500) * 3).assign(storeys=2)  # a column behind the geometry
    question = engine_town.questions()[asked]
    frame = in_partitions(homes)
    rows = scale.dask.rows(question, demand=frame)
    found = rows.compute()
    expected = question.answer(frame.compute()).rows
    whole = [name for name in expected.select_dtypes("int64") if name not in homes]
    assert_geodataframe_equal(found, expected.astype(dict.fromkeys(whole, "Int64")))
    assert isinstance(rows, dask_geopandas.GeoDataFrame)
    assert rows.npartitions == 4
    assert rows.crs == homes.crs
    assert rows.dtypes.astype(str).to_dict() == found.dtypes.astype(str).to_dict()


@pytest.mark.parametrize("asked", ["coverage", "exposure"])
def test_sums_of_a_frame_are_those_of_one_process(asked: str, client: Any, files: list[Path]) -> None:
    question = engine_town.questions()[asked]
    found = scale.dask.sums(question, demand=in_partitions(engine_town.homes()))
    expected = scale.stream(question, demand=files)
    assert found.rows == expected.rows
    assert all(table.equals(found.tables[name]) for name, table in expected.tables.items())


def test_sums_need_no_cluster(files: list[Path]) -> None:
    question = engine_town.questions()["coverage"]
    with dask.config.set(scheduler="synchronous"):
        found = scale.dask.sums(question, demand=in_partitions(engine_town.homes()))
    assert found.tables["summary"].equals(scale.stream(question, demand=files).tables["summary"])


def test_a_broken_row_of_a_partition_is_named(client: Any) -> None:
    homes = engine_town.homes()
    homes.loc[777, "geometry"] = None
    frame, question = in_partitions(homes), engine_town.questions()["exposure"]
    why = r"demand, partition 2, rows 1 to 375: 1 of 375 rows cannot be used:\n  row 28 \(id 'H777'\)"
    with pytest.raises(sm.ReadError, match=why):
        scale.dask.sums(question, demand=frame, id="id")
    with pytest.raises(sm.ReadError, match=why):
        scale.dask.rows(question, demand=frame, id="id").compute()
    found = scale.dask.sums(question, demand=frame, id="id", strict=False)
    assert found.refused[["row", "id"]].to_numpy().tolist() == [[778, "H777"]]


@pytest.mark.parametrize(
    ("demand", "error", "why"),
    [
        (engine_town.homes(3), TypeError, "demand is a GeoDataFrame of dask-geopandas, not"),
        ("homes.parquet", TypeError, "demand is a GeoDataFrame of dask-geopandas, not 'homes.parquet'"),
        (in_partitions(engine_town.homes(8).set_crs(None, allow_override=True)), sm.CrsError, "no reference system"),
    ],
)
def test_what_is_no_frame_of_dask_is_told(demand: object, error: type[Exception], why: str) -> None:
    for ask in (scale.dask.rows, scale.dask.sums):
        with pytest.raises(error, match=why):
            ask(engine_town.questions()["exposure"], demand=demand)


def test_an_unknown_id_is_told() -> None:
    with pytest.raises(ValueError, match=r"demand has no column 'no' \(id=\); it has id, people, built, geometry"):
        scale.dask.sums(engine_town.questions()["exposure"], demand=in_partitions(engine_town.homes(8)), id="no")


def test_what_is_no_client_is_told(files: list[Path]) -> None:
    with pytest.raises(TypeError, match=r"client is a distributed\.Client, not 'local'"):
        scale.stream(engine_town.questions()["exposure"], demand=files, engine=scale.dask.Dask("local"))


@pytest.mark.parametrize("missing", ["distributed", "dask_geopandas"])
def test_dask_that_is_not_installed_is_told(
    missing: str, files: list[Path], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = in_partitions(engine_town.homes(8))
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(sm.SheltermapError, match=r"needs dask-geopandas and distributed, .*'sheltermap\[dask\]'"):
        if missing == "distributed":
            scale.stream(engine_town.questions()["exposure"], demand=files, into=target, engine="dask")
        else:
            scale.dask.sums(engine_town.questions()["exposure"], demand=frame)
    assert list(target.parent.iterdir()) == []


def test_a_worker_without_sheltermap_is_told() -> None:
    why = scale.dask._why(ModuleNotFoundError("No module named 'sheltermap'"), "part 1 of 2 of homes")
    assert why == "a worker of Dask has no sheltermap: install this version where the workers run"
