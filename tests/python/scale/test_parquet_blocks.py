# SPDX-License-Identifier: Apache-2.0
"""GeoParquet a few groups at a time: files of one layer are alike, do not change, and are told with their groups."""

import datetime
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sheltermap as sm
from sheltermap import scale
from sheltermap.scale import parquet_blocks

SHELTERS = gpd.GeoDataFrame({"id": ["S1"]}, geometry=gpd.points_from_xy([24.1], [56.5]), crs=4326)
NEAREST = scale.prepare(sm.nearest, facilities=SHELTERS, facility_id="id")


def homes(count: int = 40) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(4)
    half = count // 2
    columns = {
        "name": [f"H{row}" for row in range(count)],
        "people": rng.integers(0, 9, count),
        "day": [None] * half + [datetime.date(2026, 1, 1)] * (count - half),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(24 + rng.random(count), [57.0] * count), crs=4326)


def in_groups(frame: gpd.GeoDataFrame, path: Path, rows: int) -> Path:
    sm.write(frame, path)
    table, geo = pq.read_table(path), pq.read_metadata(path).metadata[b"geo"]
    pq.write_table(table.replace_schema_metadata({"geo": geo}), path, row_group_size=rows)
    return path


@pytest.fixture(autouse=True)
def blocks_of_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_blocks, "ROWS_PER_BLOCK", 10)


@pytest.mark.parametrize("paths", [["people"], ["people", "xmin"], ["none", "xmin"], []], ids=str)
def test_a_column_that_holds_no_boxes_is_one_like_others(paths: list[str], tmp_path: Path) -> None:
    path = in_groups(homes(), tmp_path / "a.parquet", 10)
    geo = json.loads(pq.read_metadata(path).metadata[b"geo"])
    geo["columns"]["geometry"]["covering"] = {"bbox": dict.fromkeys(("xmin", "ymin", "xmax", "ymax"), paths)}
    table = pq.read_table(path).drop_columns("bbox")
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path, row_group_size=10)
    whole = (-180, -90, 180, 90)
    for source in (scale.ParquetSource(path), scale.ParquetSource(path, box=whole)):
        found = [block.frame for part in source.parts() for block in source.blocks(part)]
        assert [list(frame.columns) for frame in found] == [list(sm.read(path).columns)] * 4
        assert pd.concat(found)["people"].to_list() == homes()["people"].to_list()


DIFFERENT: dict[str, tuple[Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame], str]] = {
    "system": (lambda frame: frame.to_crs(3059), "b.parquet is in EPSG:3059, a.parquet in EPSG:4326"),
    "geometry": (
        lambda frame: frame.rename_geometry("geom"),
        "b.parquet calls its geometry 'geom', a.parquet 'geometry'",
    ),
    "missing": (lambda frame: frame.drop(columns="people"), "b.parquet has no column 'people', which a.parquet has"),
    "more": (lambda frame: frame.assign(more=1), "b.parquet has a column 'more', and a.parquet has not"),
    "type": (lambda frame: frame.assign(people=0.5), "b.parquet: column 'people' holds double, in a.parquet int64"),
    "order": (
        lambda frame: frame[["people", "name", "day", "geometry"]],
        "b.parquet has its columns in another order than a.parquet",
    ),
}


@pytest.mark.parametrize("kind", DIFFERENT)
def test_parts_of_one_layer_are_alike(tmp_path: Path, kind: str) -> None:
    change, said = DIFFERENT[kind]
    sm.write(homes(), tmp_path / "a.parquet")
    sm.write(change(homes()), tmp_path / "b.parquet")
    with pytest.raises(sm.ReadError, match=said):
        scale.stream(NEAREST, demand=[tmp_path / "a.parquet", tmp_path / "b.parquet"], into=tmp_path / "c.parquet")
    assert {each.name for each in tmp_path.iterdir()} == {"a.parquet", "b.parquet"}


def test_a_file_that_is_touched_between_two_blocks_is_another_one(tmp_path: Path) -> None:
    path = in_groups(homes(), tmp_path / "a.parquet", 10)
    source = scale.ParquetSource(path)
    first, second, *_ = source.parts()
    list(source.blocks(first))
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    with pytest.raises(sm.ReadError, match=r"a\.parquet was changed while it was read"):
        list(source.blocks(second))
    path.unlink()
    with pytest.raises(sm.ReadError, match=r"a\.parquet was changed while it was read"):
        source.require_unchanged()


def test_groups_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = in_groups(homes(), tmp_path / "a.parquet", 10)
    chunk = pq.read_metadata(path).row_group(2).column(1)
    with path.open("r+b") as file:
        file.seek(min(each for each in (chunk.dictionary_page_offset, chunk.data_page_offset) if each is not None))
        file.write(b"\xff" * chunk.total_compressed_size)
    with pytest.raises(sm.ReadError, match=r"a\.parquet, groups of rows 2 to 2 cannot be read"):
        scale.stream(NEAREST, demand=path, into=tmp_path / "b.parquet")
    assert [each.name for each in tmp_path.iterdir()] == ["a.parquet"]


@pytest.mark.parametrize("filled", [True, False])
def test_days_stay_days_where_a_block_has_none(tmp_path: Path, filled: bool) -> None:
    frame = homes()
    path = in_groups(frame, tmp_path / "a.parquet", 10)
    if not filled:
        table = pq.read_table(path)
        at = table.schema.get_field_index("day")
        empty = table.set_column(at, "day", pa.nulls(len(table), pa.date32()))
        pq.write_table(empty, path, row_group_size=10)
    sm.write(sm.nearest(sm.read(path), SHELTERS, facility_id="id"), tmp_path / "one.parquet")
    scale.stream(NEAREST, demand=path, into=tmp_path / "many.parquet")
    assert (tmp_path / "many.parquet").read_bytes() == (tmp_path / "one.parquet").read_bytes()


def test_ids_are_read_without_the_rest(tmp_path: Path) -> None:
    source = scale.ParquetSource(in_groups(homes(), tmp_path / "a.parquet", 10), id_column="name")
    named = [each for part in source.parts() for each in source.ids(part)]
    assert np.concatenate([each.numbers for each in named]).tolist() == list(range(1, 41))
    assert [name for each in named for name in each.ids.to_pylist()] == homes().name.tolist()


def test_another_process_reads_the_same(tmp_path: Path) -> None:
    source = scale.ParquetSource(in_groups(homes(), tmp_path / "a.parquet", 10), box=(24, 56, 24.5, 58))
    other = pickle.loads(pickle.dumps(source))
    for part in source.parts():
        (block,), (same,) = source.blocks(part), other.blocks(part)
        pd.testing.assert_frame_equal(pd.DataFrame(block.frame), pd.DataFrame(same.frame))
        assert block.numbers.tolist() == same.numbers.tolist()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"layer": "a"}, "layer is for a GeoPackage"),
        ({"id": "nmae"}, "has no column 'nmae'"),
        ({"crs": "EPSG:3059"}, "EPSG:3059"),
    ],
)
def test_an_option_that_does_not_fit_is_told(tmp_path: Path, options: dict[str, str], said: str) -> None:
    sm.write(homes(), tmp_path / "a.parquet")
    with pytest.raises((ValueError, sm.SheltermapError), match=said):
        scale.stream(NEAREST, demand=tmp_path / "a.parquet", **options)


@pytest.mark.parametrize("name", ["id", "crs", "layer", "box"])
def test_a_source_says_itself_what_it_reads(tmp_path: Path, name: str) -> None:
    sm.write(homes(), tmp_path / "a.parquet")
    source = scale.ParquetSource(tmp_path / "a.parquet")
    with pytest.raises(ValueError, match=f"give {name} to it"):
        scale.stream(NEAREST, demand=source, **{name: (0, 0, 1, 1)})
