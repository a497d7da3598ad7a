# SPDX-License-Identifier: Apache-2.0
"""Files along a curve: every row once, in the same order however they are cut, and nothing left behind."""

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

import sheltermap as sm
from sheltermap import scale
from sheltermap.layers import parquet_writing
from sheltermap.scale import blocks, hilbert, parquet_blocks, sorting


def homes(count: int, seed: int = 5) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(seed)
    points = gpd.points_from_xy(24 + rng.random(count), 56 + rng.random(count))
    columns = {"name": [f"H{row}" for row in rng.permutation(count)], "people": rng.integers(0, 9, count)}
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326)


def written(frame: gpd.GeoDataFrame, path: Path, rows_per_group: int | None = None) -> Path:
    """Write a file, with so many rows in a group."""
    sm.write(frame, path)
    if rows_per_group is not None:
        table = pq.read_table(path)
        geo = pq.read_metadata(path).metadata[b"geo"]
        pq.write_table(table.replace_schema_metadata({"geo": geo}), path, row_group_size=rows_per_group)
    return path


def cut(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(blocks, "ROWS_PER_BLOCK", rows)
    monkeypatch.setattr(parquet_blocks, "ROWS_PER_BLOCK", rows)


@pytest.mark.parametrize("rows", [1, 7, 64, 1000])
def test_rows_are_in_the_order_of_the_curve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    town = homes(300)
    town.loc[town.index[::5], "geometry"] = town.geometry[3]  # many in one cell
    path = written(town, tmp_path / "town.parquet", 50)
    cut(monkeypatch, rows)
    monkeypatch.setattr(sorting, "SAMPLES", 5)
    found = scale.sort_along_curve(demand=path, into=tmp_path / "sorted.parquet", row="was")
    assert (found.rows, found.path) == (300, tmp_path / "sorted.parquet")
    keys = hilbert.keys_of(shapely.get_coordinates(town.geometry))
    order = np.lexsort([np.arange(300), keys])
    expected = town.iloc[order].assign(was=order + 1)[["name", "people", "was", "geometry"]]
    sm.write(expected.reset_index(drop=True), tmp_path / "expected.parquet")
    assert (tmp_path / "sorted.parquet").read_bytes() == (tmp_path / "expected.parquet").read_bytes()
    assert {each.name for each in tmp_path.iterdir()} == {"town.parquet", "sorted.parquet", "expected.parquet"}


def test_shapes_lie_by_the_middle_of_their_boxes_and_rows_without_a_place_come_last(tmp_path: Path) -> None:
    town = homes(40).to_crs(3059)
    town.geometry = [
        shapely.box(point.x, point.y, point.x + 10 + row, point.y + 5) for row, point in enumerate(town.geometry)
    ]
    town.loc[[4, 17], "geometry"] = None
    path = written(town, tmp_path / "town.parquet")
    found = scale.sort_along_curve(demand=path, into=tmp_path / "sorted.parquet", row="was", strict=False)
    assert found.refused_rows == 2 and found.refused["row"].tolist() == [5, 18]
    middles = gpd.GeoSeries(shapely.centroid(town.geometry.to_numpy()), crs=3059).to_crs(4326)
    keys = hilbert.keys_of(np.column_stack([middles.x, middles.y]))
    was = sm.read(tmp_path / "sorted.parquet", strict=False).was.tolist()
    assert was == (np.argsort(keys, kind="stable") + 1).tolist() and was[-2:] == [5, 18]


def test_blocks_are_no_open_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(homes(3000), tmp_path / "town.parquet", 10)
    cut(monkeypatch, 10)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())) + 50, limits[1]))
    try:
        assert scale.sort_along_curve(demand=path, into=tmp_path / "sorted.parquet").rows == 3000
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_a_geopackage_is_sorted_too(tmp_path: Path) -> None:
    sm.write({"homes": homes(20), "other": homes(3)}, tmp_path / "town.gpkg")
    found = scale.sort_along_curve(demand=tmp_path / "town.gpkg", layer="homes", id="name", into=tmp_path / "a.parquet")
    assert found.rows == 20 and sm.read(tmp_path / "a.parquet").attrs["sheltermap_id"] == "name"


def test_a_column_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = written(homes(3), tmp_path / "town.parquet")
    with pytest.raises(ValueError, match="already has a column 'people'"):
        scale.sort_along_curve(demand=path, into=tmp_path / "a.parquet", row="people")
    assert [each.name for each in tmp_path.iterdir()] == ["town.parquet"]


def test_no_rows_are_a_file_without_rows(tmp_path: Path) -> None:
    path = written(homes(0), tmp_path / "town.parquet")
    assert scale.sort_along_curve(demand=path, into=tmp_path / "a.parquet", strict=False).rows == 0
    with pytest.raises(sm.ReadError, match="has no rows"):
        scale.sort_along_curve(demand=path, into=tmp_path / "a.parquet")


@pytest.mark.parametrize("full", ["new_file", "take_rows"])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: str) -> None:
    path = written(homes(30), tmp_path / "town.parquet", 10)
    cut(monkeypatch, 10)
    (tmp_path / "a.parquet").write_bytes(b"before")
    calls = []

    def refuse(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if full == "new_file":
        monkeypatch.setattr(pa.ipc, "new_file", refuse)
    else:
        monkeypatch.setattr(parquet_writing.pq.ParquetWriter, "write_table", refuse)
    with pytest.raises(sm.WriteError, match=r"a\.parquet cannot be written: No space left on device.* is unchanged"):
        scale.sort_along_curve(demand=path, into=tmp_path / "a.parquet")
    assert calls and (tmp_path / "a.parquet").read_bytes() == b"before"
    assert {each.name for each in tmp_path.iterdir()} == {"town.parquet", "a.parquet"}


FILLED = """
import resource, signal, sys
import sheltermap as sm
from sheltermap import scale
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
shelters = sm.read(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    if sys.argv[4] == "sort":
        scale.sort_along_curve(demand=sys.argv[1], into=sys.argv[3])
    else:
        scale.stream(scale.prepare(sm.nearest, facilities=shelters), demand=sys.argv[1], into=sys.argv[3])
except sm.WriteError as error:
    print(error)
"""


@pytest.mark.parametrize("what", ["sort", "stream"])
def test_a_file_that_may_not_grow_leaves_what_was_there(tmp_path: Path, what: str) -> None:
    path = written(homes(5000), tmp_path / "town.parquet")
    shelters = written(homes(3), tmp_path / "shelters.parquet")
    (tmp_path / "a.parquet").write_bytes(b"before")
    call = [sys.executable, "-c", FILLED, str(path), str(shelters), str(tmp_path / "a.parquet"), what]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    assert "a.parquet cannot be written: " in done.stdout and done.stdout.strip().endswith("is unchanged")
    assert (tmp_path / "a.parquet").read_bytes() == b"before"
    assert {each.name for each in tmp_path.iterdir()} == {"town.parquet", "shelters.parquet", "a.parquet"}


def test_blocks_of_other_types_are_told_with_their_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = homes(20)
    table = pa.table({"number": pa.array([1] * 10 + [2**63] * 10, pa.uint64())})
    path = written(town, tmp_path / "town.parquet")
    geo = pq.read_metadata(path).metadata[b"geo"]
    whole = pq.read_table(path).append_column("number", table["number"]).replace_schema_metadata({"geo": geo})
    pq.write_table(whole, path, row_group_size=10)
    cut(monkeypatch, 10)
    with pytest.raises(sm.ReadError, match=r"town.parquet, rows 11 to 20: column 'number' holds large_string, and in"):
        scale.sort_along_curve(demand=path, into=tmp_path / "a.parquet")
    assert [each.name for each in tmp_path.iterdir()] == ["town.parquet"]


def test_groups_of_a_sorted_file_are_small_on_the_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(homes(4000), tmp_path / "town.parquet")
    monkeypatch.setattr(parquet_writing, "ROWS_PER_GROUP", 100)
    scale.sort_along_curve(demand=path, into=tmp_path / "sorted.parquet")
    source = parquet_blocks.ParquetSource(tmp_path / "sorted.parquet", box=(0, 0, 1, 1))
    corners = np.array(source._files[0].boxes)
    areas = (corners[:, 2] - corners[:, 0]) * (corners[:, 3] - corners[:, 1])
    assert len(areas) == 40 and areas.sum() < 3  # of 1 square degree; unsorted, each group covers nearly all of it


def test_the_path_is_one_of_geoparquet(tmp_path: Path) -> None:
    path = written(homes(3), tmp_path / "town.parquet")
    with pytest.raises(ValueError, match=r"call it \.parquet"):
        scale.sort_along_curve(demand=path, into=tmp_path / "a.gpkg")


def test_rows_in_a_frame_are_no_source() -> None:
    with pytest.raises(TypeError, match="a frame is asked in one piece"):
        scale.sort_along_curve(demand=pd.DataFrame(), into="a.parquet")
