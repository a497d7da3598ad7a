# SPDX-License-Identifier: Apache-2.0
"""Layers asked block by block: the file and the sums are those of one piece, and nothing half-written stays."""

import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from pandas.testing import assert_frame_equal
from shapely import LineString, box

import sheltermap as sm
from sheltermap import scale
from sheltermap.layers.plain_points import PlainPoints
from sheltermap.scale import blocks, parquet_blocks, prepared

ROWS = 2_500


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 300 rows, so that a small layer has several."""
    monkeypatch.setattr(blocks, "ROWS_PER_BLOCK", 300)
    monkeypatch.setattr(parquet_blocks, "ROWS_PER_BLOCK", 300)


def points(seed: int, rows: int, **columns: Any) -> gpd.GeoDataFrame:
    random = np.random.default_rng(seed)
    return gpd.GeoDataFrame(
        columns, geometry=gpd.points_from_xy(random.uniform(23, 26, rows), random.uniform(56.5, 57.5, rows)), crs=4326
    )


@pytest.fixture
def homes() -> gpd.GeoDataFrame:
    random = np.random.default_rng(1)
    frame = points(2, ROWS, id=[f"H{row}" for row in range(ROWS)], people=random.integers(0, 9, ROWS) / 10)
    frame.loc[[5, 700], "people"] = np.nan
    return frame


@pytest.fixture
def shelters() -> gpd.GeoDataFrame:
    return points(3, 40, code=[f"S{row}" for row in range(40)])


@pytest.fixture
def areas() -> gpd.GeoDataFrame:
    shapes = [box(23, 56.5, 24, 57.5), box(24, 56.5, 25, 57.5), box(24.9, 57, 25.2, 57.2)]
    return gpd.GeoDataFrame({"name": ["west", "middle", "east"]}, geometry=shapes, crs=4326)


@pytest.fixture
def written(tmp_path: Path, homes: gpd.GeoDataFrame) -> Path:
    path = tmp_path / "homes.parquet"
    homes.to_parquet(path, row_group_size=170)
    return path


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def streets() -> sm.Network:
    lines = [LineString([(23, lat), (26, lat)]) for lat in np.linspace(56.5, 57.5, 30)]
    lines += [LineString([(lon, 56.5), (lon, 57.5)]) for lon in np.linspace(23, 26, 30)]
    return sm.Network.from_lines(gpd.GeoDataFrame(geometry=lines, crs=4326), node=True, snap_limit_m=3000)


Question = tuple[Callable[..., Any], dict[str, Any]]


def questions(shelters: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> dict[str, Question]:
    shapes = shelters.set_geometry(shelters.to_crs(3059).buffer(500).to_crs(4326))
    unused = points(4, 10, code=list("abcdefghij"), unused_reason="out_of_use")
    return {
        "nearest": (sm.nearest, {"facilities": shelters, "facility_id": "code"}),
        "three nearest": (sm.nearest, {"facilities": shelters, "k": 3, "limit": "20 km"}),
        "nearest shape": (sm.nearest, {"facilities": shapes, "facility_id": "code"}),
        "nearest by street": (sm.nearest, {"facilities": shelters, "by": streets(), "limit": "3 h"}),
        "within": (sm.within, {"facilities": shelters, "limit": "15 km"}),
        "count": (sm.count, {"facilities": shelters, "limit": "15 km"}),
        "exposure": (sm.exposure, {"features": None, "zones": areas, "zone_id": "name", "weight": "people"}),
        "coverage": (
            sm.coverage,
            {
                "facilities": shelters,
                "thresholds": ["5 km", "10 km"],
                "weight": "people",
                "areas": areas,
                "area_name": "name",
                "facility_id": "code",
                "unused": unused,
            },
        ),
    }


NAMES = [
    "nearest",
    "three nearest",
    "nearest shape",
    "nearest by street",
    "within",
    "count",
    "exposure",
    "coverage",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_file_has_the_bytes_of_one_piece(
    name: str, written: Path, shelters: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    function, sides = questions(shelters, areas)[name]
    sides = {side: value for side, value in sides.items() if value is not None}
    streamed = scale.stream(scale.prepare(function, **sides), demand=written, into=tmp_path / "blocks.parquet")
    whole = function(sm.read(written), **sides)
    rows = getattr(whole, "rows", whole)
    sm.write(rows, tmp_path / "whole.parquet")
    assert (tmp_path / "blocks.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    assert (streamed.rows, streamed.answers) == (ROWS, len(rows))
    for table, found in streamed.tables.items():
        assert_frame_equal(found, getattr(whole, table))
    assert set(streamed.tables) == {
        "coverage": {"summary", "by_area", "reasons"},
        "exposure": {"summary", "totals"},
    }.get(name, set())


def test_depths_under_rows_are_those_of_one_piece(root: Path, tmp_path: Path) -> None:
    raster = root / "sample_data" / "sao_miguel" / "elevation.tif"
    random = np.random.default_rng(6)
    places = gpd.points_from_xy(random.uniform(-25.9, -25.1, 900), random.uniform(37.65, 37.95, 900))
    gpd.GeoDataFrame(geometry=places, crs=4326).to_parquet(tmp_path / "homes.parquet", row_group_size=100)
    streamed = scale.stream(
        scale.prepare(sm.sample, raster=raster), demand=tmp_path / "homes.parquet", into=tmp_path / "blocks.parquet"
    )
    sm.write(sm.sample(sm.read(tmp_path / "homes.parquet"), raster), tmp_path / "whole.parquet")
    assert (tmp_path / "blocks.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    values = pq.read_table(tmp_path / "blocks.parquet").column("value")
    assert (streamed.rows, 100 < values.null_count < 800) == (900, True)


def test_notes_of_areas_count_the_rows_of_all_blocks(written, shelters, areas) -> None:
    sides = {"facilities": shelters, "thresholds": "5 km", "areas": areas, "area_name": "name"}
    streamed = scale.stream(scale.prepare(sm.coverage, **sides), demand=written)
    assert streamed.notes == sm.coverage(sm.read(written), **sides).notes
    assert "rows lie in several areas" in streamed.notes[0]


@pytest.mark.parametrize("rows", [1, 299, 300, 301, 10_000])
def test_where_blocks_begin_leaves_no_trace(
    rows: int, written: Path, shelters: gpd.GeoDataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = scale.prepare(sm.nearest, facilities=shelters)
    scale.stream(question, demand=written, into=tmp_path / "usual.parquet")
    if rows == 1:  # a block a row: only some of them
        sm.read(written).iloc[:50].to_parquet(written, row_group_size=7)
        scale.stream(question, demand=written, into=tmp_path / "usual.parquet")
    for module in (blocks, parquet_blocks):
        monkeypatch.setattr(module, "ROWS_PER_BLOCK", rows)
    scale.stream(question, demand=written, into=tmp_path / "other.parquet")
    assert (tmp_path / "other.parquet").read_bytes() == (tmp_path / "usual.parquet").read_bytes()


@pytest.mark.parametrize("crs", [3059, 4326])
def test_rounded_coordinates_make_the_same_borderline(crs, homes, shelters, tmp_path) -> None:
    decimals = 0 if crs == 3059 else 3
    moved = homes.to_crs(crs)
    moved["geometry"] = gpd.points_from_xy(moved.geometry.x.round(decimals), moved.geometry.y.round(decimals), crs=crs)
    moved.to_parquet(tmp_path / "homes.parquet", row_group_size=400)
    sides = {"facilities": shelters, "thresholds": ["5 km", "10 km"]}
    streamed = scale.stream(
        scale.prepare(sm.coverage, **sides), demand=tmp_path / "homes.parquet", into=tmp_path / "blocks.parquet"
    )
    whole = sm.coverage(sm.read(tmp_path / "homes.parquet"), **sides)
    assert whole.position_error_m > (0.5 if crs == 3059 else 50)
    assert_frame_equal(streamed.tables["summary"], whole.summary)
    sm.write(whole.rows, tmp_path / "whole.parquet")
    assert (tmp_path / "blocks.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()


def test_points_never_become_geometries(written, shelters, areas, tmp_path, monkeypatch) -> None:
    def made(self: PlainPoints) -> None:
        raise AssertionError("geometries were made of points")

    monkeypatch.setattr(PlainPoints, "_data", property(made))
    for name in ("nearest", "three nearest", "within", "count", "exposure", "coverage"):
        function, sides = questions(shelters, areas)[name]
        sides = {side: value for side, value in sides.items() if value is not None}
        scale.stream(scale.prepare(function, **sides), demand=written, into=tmp_path / "o.parquet")


def test_several_files_are_one_layer(homes, shelters, tmp_path) -> None:
    for at, name in enumerate(["a", "b", "c"]):
        homes.iloc[at::3].to_parquet(tmp_path / f"{name}.parquet", row_group_size=100)
    pd.concat([homes.iloc[at::3] for at in range(3)], ignore_index=True).to_parquet(tmp_path / "all_of_them.parquet")
    question = scale.prepare(sm.nearest, facilities=shelters)
    found = scale.stream(question, demand=tmp_path / "?.parquet", into=tmp_path / "parts_out.parquet")
    scale.stream(question, demand=tmp_path / "all_of_them.parquet", into=tmp_path / "one_out.parquet")
    assert found.rows == ROWS
    assert (tmp_path / "parts_out.parquet").read_bytes() == (tmp_path / "one_out.parquet").read_bytes()


@pytest.fixture
def broken(homes: gpd.GeoDataFrame, tmp_path: Path) -> Path:
    """Rows without a usable place: none, empty, not finite, a line, beyond the poles."""
    shapes = homes.geometry.to_numpy().copy()
    shapes[[3, 1000, 1001, 2400]] = [None, shapely.Point(), shapely.Point(np.nan, 57), shapely.Point(24, 95)]
    path = tmp_path / "broken.parquet"
    homes.set_geometry(gpd.GeoSeries(shapes, crs=4326)).to_parquet(path, row_group_size=500)
    return path


def test_rows_that_cannot_be_used_stop_it_by_their_numbers(broken, shelters, tmp_path) -> None:
    question = scale.prepare(sm.nearest, facilities=shelters)
    with pytest.raises(sm.ReadError, match=r"(?s)broken\.parquet, rows 1 to 300: 1 of 300 rows.*\n  row 4: "):
        scale.stream(question, demand=broken, into=tmp_path / "o.parquet")
    assert names_in(tmp_path) == ["broken.parquet"]


def test_rows_that_cannot_be_used_are_counted_where_that_is_meant(broken, shelters, tmp_path) -> None:
    sides = {"facilities": shelters, "thresholds": "5 km", "weight": "people"}
    streamed = scale.stream(
        scale.prepare(sm.coverage, **sides), demand=broken, into=tmp_path / "o.parquet", strict=False
    )
    layer = sm.read(broken, strict=False)
    whole = sm.coverage(layer, **sides)
    assert streamed.refused_rows == 4
    assert streamed.refused["row"].to_list() == [4, 1001, 1002, 2401]
    assert streamed.refused["reason"].to_list() == sm.refused(layer)["reason"].to_list()
    assert_frame_equal(streamed.tables["summary"], whole.summary)
    assert_frame_equal(streamed.tables["reasons"], whole.reasons)
    sm.write(whole.rows, tmp_path / "whole.parquet")
    assert (tmp_path / "o.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()


def test_a_bad_cell_is_named_with_its_rows(homes, shelters, tmp_path) -> None:
    homes.loc[1234, "people"] = -1
    homes.to_parquet(tmp_path / "homes.parquet", row_group_size=300)
    question = scale.prepare(sm.coverage, facilities=shelters, thresholds=500, weight="people")
    with pytest.raises(ValueError, match=r"homes\.parquet, rows 1,201 to 1,500 \(row 1 is.*-1 in row 35"):
        scale.stream(question, demand=tmp_path / "homes.parquet", into=tmp_path / "o.parquet")
    assert names_in(tmp_path) == ["homes.parquet"]


def test_what_is_wrong_with_the_question_is_said_once(written, shelters, tmp_path) -> None:
    with pytest.raises(ValueError, match="has no column 'persons'"):
        question = scale.prepare(sm.coverage, facilities=shelters, thresholds=500, weight="persons")
        scale.stream(question, demand=written)
    with pytest.raises(ValueError, match=r"call it \.parquet"):
        scale.stream(scale.prepare(sm.nearest, facilities=shelters), demand=written, into=tmp_path / "o.gpkg")
    with pytest.raises(TypeError, match="a frame is asked in one piece"):
        scale.stream(scale.prepare(sm.nearest, facilities=shelters), demand=shelters)
    with pytest.raises(sm.ReadError, match="does not exist"):
        scale.stream(scale.prepare(sm.nearest, facilities=shelters), demand=tmp_path / "none.parquet")
    with pytest.raises(sm.ReadError, match=r"has no column 'nummer' \(id=\); it has id, people"):
        scale.stream(scale.prepare(sm.nearest, facilities=shelters), demand=written, id="nummer")


def test_what_is_read_is_not_replaced(written, shelters, tmp_path) -> None:
    before = written.read_bytes()
    (tmp_path / "link.parquet").symlink_to(written)
    for into in (written, tmp_path / "link.parquet"):
        with pytest.raises(ValueError, match="is read, and would be replaced by the answers"):
            scale.stream(scale.prepare(sm.nearest, facilities=shelters), demand=[written], into=into)
        with pytest.raises(ValueError, match="is read, and would be replaced by the answers"):
            scale.sort_along_curve(demand=written, into=into)
    assert written.read_bytes() == before
    assert names_in(tmp_path) == ["homes.parquet", "link.parquet"]


def test_a_layer_without_rows(homes, shelters, tmp_path) -> None:
    homes.iloc[:0].to_parquet(tmp_path / "homes.parquet")
    question = scale.prepare(sm.nearest, facilities=shelters)
    with pytest.raises(sm.ReadError, match=r"homes\.parquet has no rows"):
        scale.stream(question, demand=tmp_path / "homes.parquet", into=tmp_path / "o.parquet")
    found = scale.stream(question, demand=tmp_path / "homes.parquet", into=tmp_path / "o.parquet", strict=False)
    assert (found.rows, pq.read_metadata(tmp_path / "o.parquet").num_rows) == (0, 0)
    assert "distance_m" in pq.read_schema(tmp_path / "o.parquet").names


def test_a_file_that_is_written_to_meanwhile_is_refused(written, shelters, tmp_path, monkeypatch) -> None:
    answer = prepared.Prepared.answer

    def touched(self: prepared.Prepared, block: gpd.GeoDataFrame) -> prepared.Answer:
        os.utime(written, ns=(1, 1))
        return answer(self, block)

    monkeypatch.setattr(prepared.Prepared, "answer", touched)
    with pytest.raises(sm.ReadError, match=r"homes\.parquet was changed while it was read"):
        scale.stream(scale.prepare(sm.nearest, facilities=shelters), demand=written, into=tmp_path / "o.parquet")
    assert names_in(tmp_path) == ["homes.parquet"]


def test_an_error_leaves_the_former_file_as_it_was(broken, shelters, tmp_path) -> None:
    (tmp_path / "o.parquet").write_bytes(b"of last year")
    with pytest.raises(sm.ReadError):
        scale.stream(scale.prepare(sm.nearest, facilities=shelters), demand=broken, into=tmp_path / "o.parquet")
    assert (tmp_path / "o.parquet").read_bytes() == b"of last year"
    assert names_in(tmp_path) == ["broken.parquet", "o.parquet"]


def test_swapped_axes_and_far_layers_are_judged_of_all_rows(homes, shelters, tmp_path) -> None:
    swapped = homes.set_geometry(gpd.points_from_xy(homes.geometry.y, homes.geometry.x, crs=4326))
    swapped.to_parquet(tmp_path / "swapped.parquet")
    question = scale.prepare(sm.nearest, facilities=shelters)
    with pytest.raises(sm.CrsError, match=r"demand \(swapped\.parquet\) and facilities lie .* one of them swapped"):
        scale.stream(question, demand=tmp_path / "swapped.parquet")
    # Sorted from south to north, a block here and there lies far from a few shelters: that is no reason to warn.
    homes.iloc[np.argsort(homes.geometry.y)].to_parquet(tmp_path / "sorted.parquet")
    north = shelters.cx[:, 57.4:]
    assert 0 < len(north) < 10
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scale.stream(scale.prepare(sm.nearest, facilities=north), demand=tmp_path / "sorted.parquet")
    with pytest.warns(sm.FarApartWarning, match="lie .* km apart"):
        scale.stream(
            scale.prepare(sm.nearest, facilities=gpd.GeoDataFrame(geometry=gpd.points_from_xy([10], [40]), crs=4326)),
            demand=tmp_path / "sorted.parquet",
        )


def test_the_result_in_short(written, shelters, tmp_path) -> None:
    found = scale.stream(scale.prepare(sm.nearest, facilities=shelters), demand=written, into=tmp_path / "o.parquet")
    assert (
        repr(found)
        == "<Streamed: 2\N{NARROW NO-BREAK SPACE}500 rows, 2\N{NARROW NO-BREAK SPACE}500 answers in o.parquet>"
    )
