# SPDX-License-Identifier: Apache-2.0
"""What a worker does with a part, and how the driver puts parts together, without any cluster."""

import re
import resource
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
from pyarrow import parquet
from shapely import box

import engine_town
import sheltermap as sm
from sheltermap import scale
from sheltermap.layers.row_ids import LostIdWarning
from sheltermap.scale import geopackage_blocks, part_work
from sheltermap.scale.parquet_blocks import ParquetSource
from sheltermap.scale.part_work import Order, PartDone, work
from sheltermap.scale.row_source import Part


class Here(scale.Engine):
    """Answers parts in this process: the last first, and each twice, as engines may."""

    def __init__(self, times: int = 2) -> None:
        self._times = times
        self.ended = False

    def answers(self, order: Order, parts: Sequence[Part]) -> Generator[PartDone, None, None]:
        try:
            for _ in range(self._times):
                for part in reversed(parts):
                    yield work(order, part, threads=1)
        finally:
            self.ended = True


@pytest.fixture
def order(files: list[Path], target: Path) -> Order:
    folder = target.parent / "parts"
    folder.mkdir()
    return Order.of(engine_town.questions()["within"], ParquetSource(files), target, folder)


@pytest.mark.parametrize("asked", ["nearest", "within", "coverage", "exposure", "streets"])
def test_parts_in_any_order_and_twice_make_the_same_bytes(asked: str, files: list[Path], target: Path) -> None:
    question = engine_town.questions()[asked]
    engine_town.require_same_as_alone(question, files, target, Here())


def test_parts_without_rows_leave_no_trace(files: list[Path], target: Path, tmp_path: Path) -> None:
    none = [tmp_path / f"none_{number}.parquet" for number in range(2)]
    for each in none:
        parquet.write_table(parquet.read_table(files[0]).slice(0, 0), each)
    question = engine_town.questions()["coverage"]
    scale.stream(question, demand=files, into=target.with_name("alone.parquet"))
    scale.stream(question, demand=[none[0], *files[:3], none[1], *files[3:]], into=target, engine=Here())
    assert target.read_bytes() == target.with_name("alone.parquet").read_bytes()


def test_sums_alone_need_no_disk(files: list[Path], target: Path) -> None:
    question = engine_town.questions()["coverage"]
    found = scale.stream(question, demand=files, engine=Here())
    assert engine_town.same(found, replace(scale.stream(question, demand=files), answers=found.answers))
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("strict", [True, False])
def test_a_row_without_a_place_is_told_as_by_one_process(strict: bool, tmp_path: Path, target: Path) -> None:
    homes = engine_town.homes()
    homes.loc[777, "geometry"] = None
    files = engine_town.in_files(homes, tmp_path)
    question = engine_town.questions()["nearest"]
    engine = Here()
    if not strict:
        expected = scale.stream(question, demand=files, strict=False)
        found = scale.stream(question, demand=files, strict=False, into=target, engine=engine)
        assert found.refused.equals(expected.refused)
        assert found.refused["row"].tolist() == [778]
        return
    target.write_text("as it was")
    with pytest.raises(sm.ReadError, match=r"rows 601 to 900: 1 of 300 rows cannot be used:\n  row 778"):
        scale.stream(question, demand=files, into=target, engine=engine)
    assert engine.ended
    assert [path.read_text() for path in target.parent.iterdir()] == ["as it was"]


def test_a_full_disk_of_a_worker_leaves_nothing(order: Order, files: list[Path]) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))  # no file may become larger
        done = work(order, ParquetSource(files).parts()[0])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert isinstance(done.error, sm.WriteError)
    assert re.fullmatch(r".*answers\.parquet cannot be written: .*File too large; what was there .*", str(done.error))
    assert order.folder is not None
    assert list(order.folder.iterdir()) == []


def test_a_full_disk_ends_the_stream_with_nothing_half_written(files: list[Path], target: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
        with pytest.raises(sm.WriteError, match="File too large"):
            scale.stream(engine_town.questions()["within"], demand=files, into=target, engine=Here())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(target.parent.iterdir()) == []


def test_every_attempt_has_a_file_of_its_own(order: Order, files: list[Path]) -> None:
    part = ParquetSource(files).parts()[1]
    one, other = (work(order, part).path for _ in range(2))
    assert one is not None
    assert other is not None
    assert one != other
    assert one.read_bytes() == other.read_bytes()


def test_a_worker_with_another_version_says_so(order: Order, files: list[Path]) -> None:
    done = work(replace(order, version="0.0.1"), ParquetSource(files).parts()[0])
    with pytest.raises(sm.SheltermapError, match=rf"has sheltermap {sm.__version__}, and 0\.0\.1 is asked"):
        done.checked(set())


def test_a_worker_that_does_not_see_the_folder_says_so(order: Order, files: list[Path]) -> None:
    elsewhere = replace(order, folder=Path("/nowhere/parts"))
    with pytest.raises(
        sm.WriteError, match=r"does not see the folder /nowhere/parts: .* a disk that all of them share"
    ):
        work(elsewhere, ParquetSource(files).parts()[0]).checked(set())


def test_a_file_that_changes_on_the_way_is_told(files: list[Path], target: Path) -> None:
    class Late(Here):
        def answers(self, order: Order, parts: Sequence[Part]) -> Generator[PartDone, None, None]:
            for number, part in enumerate(parts):
                if number == 3:
                    files[3].write_bytes(files[3].read_bytes() + b" ")
                yield work(order, part)

    with pytest.raises(sm.ReadError, match=r"homes_3\.parquet was changed while it was read"):
        scale.stream(engine_town.questions()["nearest"], demand=files, into=target, engine=Late())
    assert list(target.parent.iterdir()) == []


def test_a_part_that_nobody_answers_is_told(files: list[Path], target: Path) -> None:
    class Lazy(Here):
        def answers(self, order: Order, parts: Sequence[Part]) -> Generator[PartDone, None, None]:
            yield from (work(order, part) for part in parts if part.number != 1)

    with pytest.raises(sm.SheltermapError, match=r"no worker answered part 2 of 5 of .* \(from row 301 to 600\)"):
        scale.stream(engine_town.questions()["nearest"], demand=files, into=target, engine=Lazy())
    assert list(target.parent.iterdir()) == []


def test_answers_that_are_lost_on_the_disk_are_told(files: list[Path], target: Path) -> None:
    class Forgetful(Here):
        def answers(self, order: Order, parts: Sequence[Part]) -> Generator[PartDone, None, None]:
            for part in parts:
                done = work(order, part)
                assert done.path is not None
                done.path.write_bytes(b"")
                yield done

    with pytest.raises(sm.ReadError, match="does not hold all answers of part 1 of 5"):
        scale.stream(engine_town.questions()["nearest"], demand=files, into=target, engine=Forgetful())
    assert list(target.parent.iterdir()) == []


def test_what_workers_warn_of_is_said_once(files: list[Path], target: Path) -> None:
    shelters = gpd.GeoDataFrame({"id": ["S1"]}, geometry=gpd.points_from_xy([24.1], [56.95]), crs=4326)
    question = scale.prepare(sm.coverage, facilities=shelters, thresholds="1 km")
    with pytest.warns(LostIdWarning, match="nothing in the frame says which column names its rows") as told:
        scale.stream(question, demand=files, id="id", into=target, engine=Here())
    assert len(told) == 1


def test_a_question_is_made_once_in_a_process(order: Order) -> None:
    assert order.opened() is order.opened()
    questions = engine_town.questions()
    others = [replace(Order.of(questions[name], order.opened()[1])) for name in ("nearest", "exposure", "coverage")]
    for other in others:
        assert other.opened()[0].function == other.opened()[0].function
    assert len(part_work._opened) == part_work.OPENED_KEPT


def test_threads_are_as_before(order: Order, files: list[Path]) -> None:
    before = sm.threads()
    assert work(order, ParquetSource(files).parts()[0], threads=1).error is None
    assert sm.threads() == before


def test_an_error_that_cannot_be_sent_keeps_its_words() -> None:
    assert type(part_work.sent(sm.ReadError("no"))) is sm.ReadError

    class OfNobodyElseError(ValueError):
        pass

    sent = part_work.sent(OfNobodyElseError("no"))
    assert type(sent) is ValueError
    assert str(sent) == "no"


@pytest.mark.parametrize("engine", ["Spark", "", None, 3])
def test_an_engine_that_is_none_is_told(engine: object, files: list[Path]) -> None:
    with pytest.raises(ValueError, match=r"engine is one of 'local', 'spark', 'dask', or an engine, not "):
        scale.stream(engine_town.questions()["nearest"], demand=files, engine=engine)  # type: ignore[arg-type]


def test_what_is_wrong_with_rows_is_told_as_by_one_process(tmp_path: Path, target: Path) -> None:
    homes = engine_town.homes()
    homes.loc[1000, "geometry"] = box(24.1, 56.95, 24.11, 56.96)
    files = engine_town.in_files(homes, tmp_path)
    question = engine_town.questions()["nearest"]
    with pytest.raises(sm.GeometryError) as alone:
        scale.stream(question, demand=files, into=target)
    with pytest.raises(sm.GeometryError, match=r"rows 901 to 1,200 .* row 101 ") as told:
        scale.stream(question, demand=files, into=target, engine=Here(1))
    assert str(told.value) == str(alone.value)
    assert list(target.parent.iterdir()) == []


def test_swapped_axes_of_a_whole_layer_are_seen_in_its_parts(tmp_path: Path, target: Path) -> None:
    homes = engine_town.homes()
    swapped = homes.set_geometry(gpd.points_from_xy(homes.geometry.y, homes.geometry.x), crs=4326)
    files = engine_town.in_files(swapped, tmp_path)
    with pytest.raises(sm.CrsError, match="with the axes of one of them swapped"):
        scale.stream(engine_town.questions()["exposure"], demand=files, into=target, engine=Here())
    assert list(target.parent.iterdir()) == []


def test_one_id_in_two_parts_is_told_as_by_one_process(tmp_path: Path, target: Path) -> None:
    homes = engine_town.homes()
    homes.loc[[1001, 3], "id"] = "H3"
    files = engine_town.in_files(homes, tmp_path)
    with pytest.raises(sm.ReadError, match=r"rows 4 and 1,002 have the same id 'H3' in the column 'id'"):
        scale.stream(engine_town.questions()["nearest"], demand=files, id="id", into=target, engine=Here())
    assert list(target.parent.iterdir()) == []


def test_tables_of_a_geopackage_go_the_same_way(tmp_path: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sm.write(engine_town.homes(), tmp_path / "town.gpkg")
    monkeypatch.setattr(geopackage_blocks, "ROWS_PER_BLOCK", 400)
    question = engine_town.questions()["coverage"]
    engine_town.require_same_as_alone(question, tmp_path / "town.gpkg", target, Here(), id="id")


def test_rows_in_a_box_go_the_same_way(files: list[Path], target: Path) -> None:
    question, box_ = engine_town.questions()["exposure"], (24.05, 56.91, 24.1, 56.95)
    engine_town.require_same_as_alone(question, files, target, Here(), box=box_)
