# SPDX-License-Identifier: Apache-2.0
"""PySpark: a cluster of two executors answers layers for `stream`, and DataFrames by `mapInArrow`."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import engine_town
import sheltermap as sm
from engine_town import Deadly, died
from sheltermap import scale

pytest.importorskip("pyspark")
QUESTIONS = ["nearest", "within", "coverage", "exposure", "streets"]
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed"),
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of the gateway to Java
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module", autouse=True)
def workers_see_the_tests() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        paths = [engine_town.HERE, str(Path(sm.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        patched.setenv("PYTHONPATH", os.pathsep.join(paths))
        yield


@pytest.fixture(scope="module")
def session(workers_see_the_tests: None) -> Iterator[Any]:
    """A session with two executors, processes of their own."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("tests").master("local-cluster[2,1,1024]")
    options = {"spark.sql.shuffle.partitions": "4", "spark.log.level": "OFF", **scale.spark.LOCAL}
    for key, value in options.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.pythonExec = sys.executable
    yield session
    session.stop()


def table_of(layer: Any, count: int = 4) -> list[pa.Table]:
    """A layer as tables with well-known binary, one for each partition."""
    columns = pd.DataFrame(layer.drop(columns="geometry")).assign(geometry=list(layer.geometry.to_wkb()))
    table = pa.Table.from_pandas(columns, preserve_index=False)
    rows = -(-len(table) // count)
    return [table.slice(begin, rows) for begin in range(0, len(table), rows)]


def in_partitions(session: Any, layer: Any, folder: Path) -> Any:
    """The same as a DataFrame whose partitions are files."""
    from pyarrow import parquet

    folder.mkdir()
    for number, table in enumerate(table_of(layer)):
        parquet.write_table(table, folder / f"{number}.parquet", coerce_timestamps="us")
    return session.read.option("maxPartitionBytes", 1).parquet(str(folder))


def test_a_session_of_its_own_ends_with_the_stream(files: list[Path], target: Path) -> None:
    from pyspark.sql import SparkSession

    question = engine_town.questions()["within"]
    engine_town.require_same_as_alone(question, files, target, "spark")
    assert SparkSession.getActiveSession() is None


@pytest.mark.parametrize("asked", QUESTIONS)
def test_the_file_has_the_bytes_of_one_process(asked: str, session: Any, files: list[Path], target: Path) -> None:
    question = engine_town.questions()[asked]
    engine_town.require_same_as_alone(question, files, target, scale.spark.Spark(session))


@pytest.mark.parametrize("asked", ["within", "coverage"])
def test_a_worker_that_is_killed_changes_nothing(
    asked: str, session: Any, files: list[Path], target: Path, deaths: Path
) -> None:
    question = engine_town.questions()[asked]
    source = Deadly(files, deaths, times=1)
    engine_town.require_same_as_alone(question, files, target, "spark", sent=source)
    assert died(deaths) == 1


def test_a_part_that_kills_every_worker_is_told(session: Any, files: list[Path], target: Path, deaths: Path) -> None:
    target.write_text("as it was")
    source = Deadly(files, deaths, times=99)
    with pytest.raises(sm.SheltermapError) as told:
        scale.stream(engine_town.questions()["nearest"], demand=source, into=target, engine=scale.spark.Spark(session))
    assert str(told.value) == (
        "Spark gave up on part 3 of 5 of homes_0.parquet and 4 more (from row 601 to 900), tried 4 times: "
        "Python worker exited unexpectedly (crashed)"
    )
    assert died(deaths) == 4
    assert [path.read_text() for path in target.parent.iterdir()] == ["as it was"]


def test_a_broken_row_is_told_as_by_one_process(session: Any, tmp_path: Path, target: Path) -> None:
    homes = engine_town.homes()
    homes.loc[777, "geometry"] = None
    files = engine_town.in_files(homes, tmp_path)
    with pytest.raises(sm.ReadError, match=r"rows 601 to 900: 1 of 300 rows cannot be used:\n  row 778"):
        scale.stream(engine_town.questions()["nearest"], demand=files, into=target, engine=scale.spark.Spark(session))
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("asked", QUESTIONS)
def test_rows_of_a_frame_are_those_of_one_process(
    asked: str, session: Any, tmp_path: Path, files: list[Path], target: Path
) -> None:
    question = engine_town.questions()[asked]
    scale.stream(question, demand=files, into=target)
    frame = in_partitions(session, engine_town.homes(), tmp_path / "frame")
    found = scale.spark.rows(question, demand=frame, crs=4326).toArrow()
    expected = pa.parquet.read_table(target).drop_columns("bbox")
    assert found.schema.names == expected.schema.names
    assert rows_in_order(found) == rows_in_order(expected)


def rows_in_order(table: pa.Table) -> list[dict[str, Any]]:
    keys = [(each, "ascending") for each in ("id", "distance_m", "facility") if each in table.column_names]
    return table.sort_by(keys).replace_schema_metadata().to_pylist()


@pytest.mark.parametrize("asked", ["coverage", "exposure"])
def test_sums_of_a_frame_are_those_of_one_process(asked: str, session: Any, tmp_path: Path, files: list[Path]) -> None:
    question = engine_town.questions()[asked]
    frame = in_partitions(session, engine_town.homes(), tmp_path / "frame")
    found = scale.spark.sums(question, demand=frame, crs=4326)
    expected = scale.stream(question, demand=files)
    assert found.rows == expected.rows
    assert all(table.equals(found.tables[name]) for name, table in expected.tables.items())


def test_a_broken_row_of_a_partition_is_named(session: Any, tmp_path: Path) -> None:
    homes = engine_town.homes(40)
    homes.loc[7, "geometry"] = None
    frame = in_partitions(session, homes, tmp_path / "frame").coalesce(1)
    question = engine_town.questions()["exposure"]
    why = r"demand, partition 0, rows 1 to 40: 1 of 40 rows cannot be used:\n  row (\d+) \(id 'H7'\)"
    with pytest.raises(sm.ReadError, match=why):
        scale.spark.sums(question, demand=frame, crs=4326, id="id")
    with pytest.raises(Exception, match=why):  # Spark's own, around ours
        scale.spark.rows(question, demand=frame, crs=4326, id="id").collect()
    found = scale.spark.sums(question, demand=frame, crs=4326, id="id", strict=False)
    assert found.refused["id"].tolist() == ["H7"]


def test_a_worker_without_sheltermap_is_told(
    session: Any, files: list[Path], target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "python"  # one that has PySpark, and nothing else
    keep = "PYTHONPATH=$(echo $PYTHONPATH | tr : '\\n' | grep pyspark | paste -sd:)"
    bare.write_text(f'#!/bin/sh\n{keep} exec {sys.executable} -S "$@"\n')
    bare.chmod(0o755)
    monkeypatch.setattr(session.sparkContext, "pythonExec", str(bare))
    with pytest.raises(sm.SheltermapError, match=r"^a worker of Spark has no sheltermap: install this version"):
        scale.stream(engine_town.questions()["nearest"], demand=files, into=target, engine=scale.spark.Spark(session))
    assert list(target.parent.iterdir()) == []


def test_what_is_no_frame_of_places_is_told(session: Any) -> None:
    frame = session.createDataFrame([("a", 1)], "name string, people int")
    question = engine_town.questions()["exposure"]
    for ask in (scale.spark.rows, scale.spark.sums):
        with pytest.raises(ValueError, match=r"demand has no column 'geometry' \(geometry=\); it has name, people"):
            ask(question, demand=frame, crs=4326)
        with pytest.raises(ValueError, match=r"demand has no column 'no' \(id=\); it has name, people"):
            ask(question, demand=frame, crs=4326, geometry="name", id="no")
        with pytest.raises(ValueError, match=r"column 'name' of demand holds string, not well-known binary"):
            ask(question, demand=frame, crs=4326, geometry="name")
        with pytest.raises(TypeError, match=r"demand is a DataFrame of PySpark, not 'homes\.parquet'"):
            ask(question, demand="homes.parquet", crs=4326)


def test_what_is_no_session_is_told(files: list[Path]) -> None:
    with pytest.raises(TypeError, match="session is 'local'; give a SparkSession that is not one of Spark Connect"):
        scale.stream(engine_town.questions()["exposure"], demand=files, engine=scale.spark.Spark("local"))  # type: ignore[arg-type]


def test_pyspark_that_is_not_installed_is_told(
    files: list[Path], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    for name in [name for name in sys.modules if name.startswith("pyspark.")]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(sm.SheltermapError, match=r"needs PySpark 4, .*: pip install 'sheltermap\[spark\]'"):
        scale.stream(engine_town.questions()["exposure"], demand=files, into=target, engine="spark")
    assert list(target.parent.iterdir()) == []
