# SPDX-License-Identifier: Apache-2.0
"""Only rows in a box: the same as shapely finds, of the groups of rows that matter."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sheltermap as sm
from sheltermap import scale
from sheltermap.scale import parquet_blocks

SHELTERS = gpd.GeoDataFrame({"id": ["S1"]}, geometry=gpd.points_from_xy([24.1], [56.5]), crs=4326)
NEAREST = scale.prepare(sm.nearest, facilities=SHELTERS, facility_id="id")


def spread(count: int, seed: int = 3) -> gpd.GeoDataFrame:
    """Make places all over the world, some of them where boxes end."""
    rng = np.random.default_rng(seed)
    lon, lat = np.round(rng.uniform(-180, 180, count)), np.round(rng.uniform(-90, 90, count))
    return gpd.GeoDataFrame({"row": np.arange(1, count + 1)}, geometry=gpd.points_from_xy(lon, lat), crs=4326)


def written(frame: gpd.GeoDataFrame, path: Path, rows_per_group: int, *, boxes: bool = True) -> Path:
    """Write a file with so many rows in a group, in the order of the curve."""
    sm.write(frame, path.with_suffix(".geoparquet"))
    scale.sort_along_curve(demand=path.with_suffix(".geoparquet"), into=path, strict=False)
    table, geo = pq.read_table(path), json.loads(pq.read_metadata(path).metadata[b"geo"])
    if not boxes:
        table = table.drop_columns("bbox")
        del geo["columns"]["geometry"]["covering"]
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path, row_group_size=rows_per_group)
    return path


def rows_in(path: Path, box: Any) -> list[int]:
    source = scale.ParquetSource(path, box=box, strict=False)
    return [row for part in source.parts() for block in source.blocks(part) for row in block.frame["row"]]


def expected(path: Path, box: tuple[float, float, float, float]) -> list[int]:
    """Return what shapely finds row by row."""
    west, south, east, north = box
    boxes = [(west, east)] if west <= east else [(west, 180), (-180, east)]
    frame = sm.read(path, strict=False)
    around = shapely.box(*frame.bounds.to_numpy().T)
    inside = np.any([shapely.intersects(around, shapely.box(w, south, e, north)) for w, e in boxes], axis=0)
    return frame.row[inside & frame.geometry.notna()].tolist()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(spread(500), tmp_path_factory.mktemp("box") / "world.parquet", 20)


LON, LAT = st.integers(-180, 180), st.integers(-90, 90)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(west=LON, east=LON, lats=st.tuples(LAT, LAT))
def test_rows_are_those_that_shapely_finds(world: Path, west: int, east: int, lats: tuple[int, int]) -> None:
    box = (west, min(lats), east, max(lats))
    assert rows_in(world, box) == expected(world, box)


@pytest.mark.parametrize("boxes", [True, False])
def test_shapes_count_by_the_boxes_around_them(tmp_path: Path, boxes: bool) -> None:
    world = spread(200)
    world.geometry = [
        shapely.LineString([(at.x * 0.9, at.y * 0.9), (at.x * 0.9 + row % 7, at.y * 0.9 + 1)])
        for row, at in enumerate(world.geometry)
    ]
    world.loc[[3, 50], "geometry"] = None
    path = written(world, tmp_path / "world.parquet", 10, boxes=boxes)
    for box in ((-10, -10, 40, 30), (170, -80, -150, 80), (20, 20, 20, 20)):
        assert rows_in(path, box) == expected(path, box)


@pytest.mark.parametrize("box", [(0, 0, 60, 40), (150, -40, -120, 40)])
def test_groups_that_lie_elsewhere_are_not_read(world: Path, tmp_path: Path, box: Any) -> None:
    """Their bytes may be any."""
    content, about = bytearray(world.read_bytes()), pq.read_metadata(world)
    boxes = parquet_blocks.ParquetSource(world, box=box)._files[0].boxes
    west, south, east, north = box
    crosses = west > east
    elsewhere = [
        group
        for group, (x, y, to_x, to_y) in enumerate(boxes)
        if to_y < south or y > north or (to_x < west and x > east if crosses else to_x < west or x > east)
    ]
    assert 10 < len(elsewhere) < 25
    for group in elsewhere:
        for at in range(about.num_columns):
            chunk = about.row_group(group).column(at)
            if chunk.path_in_schema.startswith("bbox."):  # which a reader looks at before their statistics are asked
                continue
            begin = min(each for each in (chunk.dictionary_page_offset, chunk.data_page_offset) if each is not None)
            content[begin : begin + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(content)
    found = scale.stream(NEAREST, demand=damaged, box=box, into=tmp_path / "a.parquet")
    assert sm.read(tmp_path / "a.parquet").row.tolist() == expected(world, box)
    outside = 20 * (25 - len(elsewhere)) - found.rows
    assert found.notes == [
        f"box: {len(elsewhere)} of 25 groups of rows lie elsewhere and were not read; {outside} rows of the others lie "
        "outside and were left out"
    ]
    with pytest.raises(sm.ReadError, match="cannot be read"):
        scale.stream(NEAREST, demand=damaged)


def test_a_file_that_does_not_tell_where_groups_lie_is_read_as_a_whole(world: Path, tmp_path: Path) -> None:
    path = written(spread(500), tmp_path / "plain.parquet", 20, boxes=False)
    found = scale.stream(NEAREST, demand=path, box=(0, 0, 60, 40), into=tmp_path / "a.parquet")
    assert sm.read(tmp_path / "a.parquet").row.tolist() == expected(world, (0, 0, 60, 40))
    assert "box: 0 of 25 groups" in found.notes[0]


def test_boxes_that_were_rounded_to_the_nearest_lose_no_row(tmp_path: Path) -> None:
    """Other programs round to half the bytes as it comes: the box of a group may end before its last row."""
    lon, near = 0.1, float(np.float32(0.1))
    assert near > lon
    world = gpd.GeoDataFrame({"row": [1]}, geometry=gpd.points_from_xy([lon], [0.5]), crs=4326)
    path = written(world, tmp_path / "a.parquet", 5)
    sides = {"xmin": near, "ymin": 0.5, "xmax": near, "ymax": 0.5}
    boxes = pa.array([sides], pa.struct(dict.fromkeys(sides, pa.float32()).items()))
    geo = pq.read_metadata(path).metadata[b"geo"]
    table = pq.read_table(path).drop_columns("bbox").append_column("bbox", boxes)
    pq.write_table(table.replace_schema_metadata({"geo": geo}), path)
    assert rows_in(path, (0, 0, lon, 1)) == [1]


def test_no_group_that_matters_is_a_layer_without_rows(world: Path) -> None:
    box = (-179.9, 89.2, -179.8, 89.3)
    assert rows_in(world, box) == []
    with pytest.raises(sm.ReadError, match="has no rows"):
        scale.stream(NEAREST, demand=world, box=box)
    assert scale.stream(NEAREST, demand=world, box=box, strict=False).rows == 0


@pytest.mark.parametrize("rows", [10, 1000])
def test_rows_keep_their_numbers_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(parquet_blocks, "ROWS_PER_BLOCK", rows)
    world = spread(60)
    world["name"] = [f"N{row}" for row in range(60)]
    path = written(world, tmp_path / "world.parquet", 10)
    whole = sm.read(path)
    inside = expected(path, (-180, -90, 0, 90))
    twice = whole.index[whole.row.isin(inside)][[4, -1]]
    whole.loc[twice[1], "name"] = whole.name[twice[0]]
    sm.write(whole, path)
    first, second = (int(each) + 1 for each in twice)
    across, within = f"rows {first} and {second} have", f"row {second} .* is also that of row {first}"
    with pytest.raises(sm.ReadError, match=f"{across}|{within}"):
        scale.stream(NEAREST, demand=path, id="name", box=(-180, -90, 0, 90))


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ((1, 2, 3), "four numbers"),
        ((1, 2, 3, "north"), "four numbers"),
        ((1, 2, 3, float("nan")), "four numbers"),
        ((1, 4, 3, 2), r"south \(4.0\) is greater than north"),
        ((1, 2, 500, 3), "between -180 and 180"),
        (7, "four numbers"),
    ],
)
def test_what_is_no_box_is_told(world: Path, box: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        scale.ParquetSource(world, box=box)


def test_a_box_is_in_the_system_of_the_layer(tmp_path: Path) -> None:
    riga = gpd.GeoDataFrame({"row": [1, 2]}, geometry=gpd.points_from_xy([506_000, 606_000], [312_000] * 2), crs=3059)
    sm.write(riga, tmp_path / "a.parquet")
    assert rows_in(tmp_path / "a.parquet", (600_000, 300_000, 700_000, 400_000)) == [2]
    with pytest.raises(ValueError, match="across 180° in degrees only; the layer is in EPSG:3059"):
        scale.ParquetSource(tmp_path / "a.parquet", box=(700_000, 300_000, 600_000, 400_000))


def test_a_box_is_for_geoparquet(tmp_path: Path) -> None:
    sm.write(spread(3), tmp_path / "a.gpkg")
    with pytest.raises(ValueError, match="box is for GeoParquet"):
        scale.stream(NEAREST, demand=tmp_path / "a.gpkg", box=(0, 0, 1, 1))
