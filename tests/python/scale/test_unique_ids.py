# SPDX-License-Identifier: Apache-2.0
"""Ids are unique in a whole layer, wherever it is cut."""

import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sheltermap as sm
from sheltermap import scale
from sheltermap.scale import geopackage_blocks, parquet_blocks, unique_ids
from sheltermap.scale.row_source import Source

SHELTERS = gpd.GeoDataFrame({"id": ["S1"]}, geometry=gpd.points_from_xy([24.1], [56.5]), crs=4326)
NEAREST = scale.prepare(sm.nearest, facilities=SHELTERS, facility_id="id")


def written(ids: Any, path: Path) -> Path:
    points = gpd.points_from_xy([24.0] * len(ids), [57.0] * len(ids))
    sm.write(gpd.GeoDataFrame({"id": ids}, geometry=points, crs=4326), path)
    return path


def rows_named_in(text: str) -> tuple[int, int]:
    """Return the two rows that an error says are of one id."""
    across = re.search(r"rows (\d+) and (\d+) have the same id", text)
    if across is not None:
        return int(across[1]), int(across[2])
    within = re.search(r"row (\d+)(?: \(id '.*?'\))?: the id '.*' is also that of row (\d+)", text)
    assert within is not None, text
    return int(within[2]), int(within[1])


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Any:
    def cut(rows: int) -> None:
        for module in (geopackage_blocks, parquet_blocks):
            monkeypatch.setattr(module, "ROWS_PER_BLOCK", rows)

    return cut


@pytest.mark.parametrize("name", ["town.parquet", "town.gpkg"])
@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("rows", [2, 3, 100])
@pytest.mark.parametrize("ids", [["b", "a", "d", "c", "a", "e"], [5, 3, 9, 7, 3, 4]])
def test_two_rows_of_one_id_are_named(tmp_path: Path, cut: Any, name: str, strict: bool, rows: int, ids: Any) -> None:
    path = written(ids, tmp_path / name)
    cut(rows)
    with pytest.raises(sm.ReadError) as told:
        scale.stream(NEAREST, demand=path, id="id", strict=strict, into=tmp_path / "a.parquet")
    assert rows_named_in(str(told.value)) == (2, 5) and f"'{ids[1]}'" in str(told.value)
    assert [each.name for each in tmp_path.iterdir()] == [name]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ids=st.lists(st.integers(-9, 60), min_size=1, max_size=25),
    as_text=st.booleans(),
    rows=st.integers(1, 9),
    per_bucket=st.sampled_from([2, 1000]),
)
def test_they_are_found_however_rows_are_cut(
    tmp_path: Path, ids: list[int], as_text: bool, rows: int, per_bucket: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unique_ids, "ROWS_PER_BUCKET", per_bucket)
        path = written([str(each) for each in ids] if as_text else ids, tmp_path / "town.parquet")
        patch.setattr(parquet_blocks, "ROWS_PER_BLOCK", rows)
        if len(set(ids)) == len(ids):
            assert scale.stream(NEAREST, demand=path, id="id").rows == len(ids)
            return
        with pytest.raises(sm.ReadError) as told:
            scale.stream(NEAREST, demand=path, id="id")
        first, second = rows_named_in(str(told.value))
        assert first < second and ids[first - 1] == ids[second - 1]


def test_ids_that_share_a_hash_are_told_apart(tmp_path: Path, cut: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pd.util, "hash_array", lambda values, **_: np.full(len(values), 7, np.uint64))
    monkeypatch.setattr(unique_ids, "SUSPECTS", 2)
    path = written(["b", "a", "d", "c", "f", "e"], tmp_path / "town.parquet")
    cut(2)
    assert scale.stream(NEAREST, demand=path, id="id").rows == 6


@pytest.mark.parametrize("ids", [list(range(20)), [f"H{row:02}" for row in range(20)]])
def test_ids_in_their_order_are_not_read_again(
    tmp_path: Path, cut: Any, monkeypatch: pytest.MonkeyPatch, ids: Any
) -> None:
    path = written(ids, tmp_path / "town.parquet")
    cut(3)
    for each in (Source, parquet_blocks.ParquetSource):
        monkeypatch.delattr(each, "ids")
    assert scale.stream(NEAREST, demand=path, id="id").rows == 20


def test_only_blocks_whose_ids_meet_are_read_again(tmp_path: Path, cut: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written([0, 2, 1, 3, 5, 4, 8, 10, 11, 9, 6, 7, 12, 14, 13], tmp_path / "town.parquet")
    geo = pq.read_metadata(path).metadata[b"geo"]
    pq.write_table(pq.read_table(path).replace_schema_metadata({"geo": geo}), path, row_group_size=3)
    cut(3)
    read: list[int] = []
    ids = parquet_blocks.ParquetSource.ids
    monkeypatch.setattr(
        parquet_blocks.ParquetSource, "ids", lambda self, part: read.append(part.first) or ids(self, part)
    )
    assert scale.stream(NEAREST, demand=path, id="id").rows == 15
    assert read == [6, 9]


def test_rows_without_an_id_are_no_two_of_one(tmp_path: Path, cut: Any) -> None:
    path = written(["a", None, "b", None], tmp_path / "town.parquet")
    cut(2)
    found = scale.stream(NEAREST, demand=path, id="id", strict=False)
    assert found.refused["reason"].tolist() == ["missing_id"] * 2 and found.refused["row"].tolist() == [2, 4]
