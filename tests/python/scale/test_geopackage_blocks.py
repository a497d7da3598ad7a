# SPDX-License-Identifier: Apache-2.0
"""Tables of a GeoPackage a piece at a time: what is read, refused and written is what one piece gives."""

import datetime
import pickle
import sqlite3
from pathlib import Path
from typing import Any

import geopandas as gpd
import geopandas.testing
import numpy as np
import pandas as pd
import pytest
import shapely

import sheltermap as sm
from sheltermap import scale
from sheltermap.scale import geopackage_blocks

SHELTERS = gpd.GeoDataFrame({"id": ["S1", "S2"]}, geometry=gpd.points_from_xy([24.1, 24.5], [56.5, 56.6]), crs=4326)
NEAREST = scale.prepare(sm.nearest, facilities=SHELTERS, facility_id="id")


def homes(count: int = 90) -> gpd.GeoDataFrame:
    """Make rows with columns of every type, of which some have nothing in whole stretches."""
    rng = np.random.default_rng(7)
    half, third = count // 2, count // 3
    times = pd.Series(pd.date_range("2026-01-01", periods=count, freq="h"))
    columns = {
        "name": [f"H{row}" for row in rng.permutation(count)],
        "people": rng.integers(0, 9, count),
        "gaps": pd.array([None] * half + list(range(count - half)), dtype="Int64"),
        "share": [np.nan] * third + list(rng.random(count - third)),
        "flag": pd.array([None] * third + [True] * (count - third), dtype="boolean"),
        "day": [None] * half + [datetime.date(2026, 1, 1 + row % 20) for row in range(count - half)],
        "never": [datetime.date(2026, 1, 1)] + [None] * (count - 1),
        "seen": times.where(np.arange(count) >= half),
        "seen_utc": times.dt.tz_localize("UTC").where(np.arange(count) < half),
        "note": [None] * half + ["āž"] * (count - half),
    }
    points = gpd.points_from_xy(24 + rng.random(count), 56 + rng.random(count))
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326)


def sql(path: Path, *statements: str) -> None:
    """Change a GeoPackage behind its triggers, which want functions of their own."""
    with sqlite3.connect(path) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("DROP TABLE IF EXISTS gpkg_ogr_contents")
        for statement in statements:
            database.execute(statement)
    database.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    sm.write({"homes": homes()}, tmp_path / "town.gpkg")
    return tmp_path / "town.gpkg"


def blocks_of(source: scale.GeoPackageSource) -> list[Any]:
    return [block for part in source.parts() for block in source.blocks(part)]


@pytest.mark.parametrize("rows", [1, 7, 45, 1000])
def test_answers_have_the_bytes_of_one_piece(path: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    sql(path, "UPDATE homes SET fid = fid * fid * 1000 WHERE fid > 30")
    sm.write(sm.nearest(sm.read(path, id="name"), SHELTERS, facility_id="id"), path.parent / "one.parquet")
    monkeypatch.setattr(geopackage_blocks, "ROWS_PER_BLOCK", rows)
    found = scale.stream(NEAREST, demand=path, id="name", into=path.parent / "many.parquet")
    assert (found.rows, found.notes) == (90, [])
    assert (path.parent / "many.parquet").read_bytes() == (path.parent / "one.parquet").read_bytes()


def test_a_column_of_days_without_any_is_what_it_is_in_one_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = homes(6)
    town["day"] = pd.array([datetime.date(2026, 1, 1)] * 6)
    sm.write(town, tmp_path / "town.gpkg")
    sql(tmp_path / "town.gpkg", "UPDATE town SET day = NULL")
    sm.write(sm.nearest(sm.read(tmp_path / "town.gpkg"), SHELTERS, facility_id="id"), tmp_path / "one.parquet")
    monkeypatch.setattr(geopackage_blocks, "ROWS_PER_BLOCK", 4)
    scale.stream(NEAREST, demand=tmp_path / "town.gpkg", into=tmp_path / "many.parquet")
    assert (tmp_path / "many.parquet").read_bytes() == (tmp_path / "one.parquet").read_bytes()


def test_blocks_have_their_rows_however_large_the_gaps_between_ids_are(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql(path, "UPDATE homes SET fid = fid - 1000000000 WHERE fid < 20", "UPDATE homes SET fid = fid * 9 WHERE fid > 80")
    monkeypatch.setattr(geopackage_blocks, "ROWS_PER_BLOCK", 25)
    source = scale.GeoPackageSource(path)
    assert [(part.first, len(block.frame)) for part in source.parts() for block in source.blocks(part)] == [
        (0, 25),
        (25, 25),
        (50, 25),
        (75, 15),
    ]


def test_polygons_are_those_of_one_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = homes(20)
    town.geometry = [shapely.box(at.x, at.y, at.x + 0.01, at.y + 0.02) for at in town.geometry]
    sm.write(town, tmp_path / "town.gpkg")
    sql(tmp_path / "town.gpkg", "UPDATE town SET geom = NULL WHERE fid = 9")
    whole = sm.read(tmp_path / "town.gpkg", strict=False)
    monkeypatch.setattr(geopackage_blocks, "ROWS_PER_BLOCK", 6)
    blocks = blocks_of(scale.GeoPackageSource(tmp_path / "town.gpkg", strict=False))
    together = pd.concat([block.frame for block in blocks], ignore_index=True)
    geopandas.testing.assert_geoseries_equal(gpd.GeoSeries(together.geometry, crs=4326), whole.geometry)
    assert [each.row for block in blocks for each in block.refused] == [9]


def test_rows_that_cannot_be_used_have_their_numbers_in_the_layer(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sql(path, "UPDATE homes SET geom = NULL WHERE fid IN (3, 44)", "UPDATE homes SET name = NULL WHERE fid = 71")
    monkeypatch.setattr(geopackage_blocks, "ROWS_PER_BLOCK", 10)
    found = scale.stream(NEAREST, demand=path, id="name", strict=False)
    whole = sm.refused(sm.read(path, id="name", strict=False))
    pd.testing.assert_frame_equal(found.refused, whole.drop(columns="remedy"), check_dtype=False)
    assert found.refused_rows == 3
    with pytest.raises(sm.ReadError, match=r"town.gpkg, rows 1 to 10: 1 of 10 rows cannot be used:\n  row 3 \(id 'H"):
        scale.stream(NEAREST, demand=path, id="name")


def test_one_of_several_layers(tmp_path: Path) -> None:
    sm.write({"homes": homes(5), "other": homes(8)}, tmp_path / "town.gpkg")
    assert scale.stream(NEAREST, demand=tmp_path / "town.gpkg", layer="other").rows == 8
    with pytest.raises(sm.ReadError, match="has several layers: 'homes', 'other'; name one with layer="):
        scale.stream(NEAREST, demand=tmp_path / "town.gpkg")
    with pytest.raises(sm.ReadError, match="has no layer 'third'"):
        scale.stream(NEAREST, demand=tmp_path / "town.gpkg", layer="third")


def test_an_empty_layer_is_one_of_no_rows(path: Path) -> None:
    sql(path, "DELETE FROM homes")
    with pytest.raises(sm.ReadError, match=r"town\.gpkg has no rows"):
        scale.stream(NEAREST, demand=path)
    assert scale.stream(NEAREST, demand=path, strict=False, into=path.parent / "none.parquet").rows == 0


def test_what_cannot_be_cut_is_read_in_one_piece(path: Path) -> None:
    sql(
        path,
        "CREATE VIEW seen AS SELECT * FROM homes",
        "UPDATE gpkg_contents SET table_name = 'seen'",
        "UPDATE gpkg_geometry_columns SET table_name = 'seen'",
    )
    with pytest.raises(sm.ReadError, match=r"is a view, .* read it in one piece"):
        scale.GeoPackageSource(path)
    assert len(sm.read(path)) == 90


def test_a_table_without_places_is_no_layer(tmp_path: Path) -> None:
    sm.write({"plain": pd.DataFrame({"a": [1]})}, tmp_path / "a.gpkg")
    with pytest.raises(sm.ReadError, match="is a table without geometries"):
        scale.GeoPackageSource(tmp_path / "a.gpkg")


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"id_column": "nmae"}, sm.ReadError, "has no column 'nmae'"),
        ({"crs": "EPSG:3059"}, sm.CrsError, "EPSG:3059"),
    ],
)
def test_what_is_not_there_is_told(path: Path, options: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        scale.GeoPackageSource(path, **options)


def test_a_cell_of_another_type_is_told_with_its_rows(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sql(path, "UPDATE homes SET people = 'many' WHERE fid = 13")
    monkeypatch.setattr(geopackage_blocks, "ROWS_PER_BLOCK", 10)
    with pytest.raises(sm.ReadError, match=r"rows 11 to 20 \(row 1 .* 'people' is declared to hold .*'many' in row 3"):
        scale.stream(NEAREST, demand=path, into=path.parent / "many.parquet")
    assert {each.name for each in path.parent.iterdir()} == {"town.gpkg"}


def test_times_without_a_zone_beside_others_are_in_utc(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sql(path, "UPDATE homes SET seen_utc = '2026-03-01T10:00:00' WHERE fid > 80")
    sm.write(sm.nearest(sm.read(path), SHELTERS, facility_id="id"), path.parent / "one.parquet")
    monkeypatch.setattr(geopackage_blocks, "ROWS_PER_BLOCK", 10)
    found = scale.stream(NEAREST, demand=path, into=path.parent / "many.parquet")
    assert found.notes == ["column 'seen_utc': times without a zone were taken as UTC"]
    assert (path.parent / "many.parquet").read_bytes() == (path.parent / "one.parquet").read_bytes()


@pytest.mark.parametrize("change", ["UPDATE homes SET people = 99 WHERE fid = 1", "DELETE FROM homes WHERE fid = 90"])
@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_a_file_that_changes_while_it_is_read_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch, change: str, journal: str
) -> None:
    sql(path)
    monkeypatch.setattr(geopackage_blocks, "ROWS_PER_BLOCK", 10)
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA journal_mode = {journal}")
    source = scale.GeoPackageSource(path)
    first, second, *_ = source.parts()
    list(source.blocks(first))
    with sqlite3.connect(path) as database:
        database.execute(change)
        database.commit()
        with pytest.raises(sm.ReadError, match=r"town\.gpkg(-wal)? was changed while it was read"):
            list(source.blocks(second))
        with pytest.raises(sm.ReadError, match=r"was changed while it was read"):
            scale.stream(NEAREST, demand=source, into=path.parent / "many.parquet")
    database.close()
    assert not (path.parent / "many.parquet").exists()


def test_another_process_reads_the_same(path: Path) -> None:
    source = scale.GeoPackageSource(path, id_column="name")
    other = pickle.loads(pickle.dumps(source))
    (block,), (same,) = blocks_of(source), blocks_of(other)
    pd.testing.assert_frame_equal(pd.DataFrame(block.frame), pd.DataFrame(same.frame))
    assert repr(other) == "<GeoPackageSource town.gpkg: 90 rows>"


def test_points_are_no_objects(path: Path) -> None:
    (block,) = blocks_of(scale.GeoPackageSource(path))
    assert block.frame.geometry.array._made is None
    assert shapely.get_type_id(block.frame.geometry.to_numpy()).tolist() == [0] * 90


def test_heights_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = homes(30)
    high = shapely.to_wkb(shapely.points(24.0, 57.0, 9.0), byte_order=1, flavor="iso")
    sm.write({"homes": town}, tmp_path / "town.gpkg")
    sql(tmp_path / "town.gpkg", f"UPDATE homes SET geom = x'47500001e6100000{high.hex()}' WHERE fid > 5")
    monkeypatch.setattr(geopackage_blocks, "ROWS_PER_BLOCK", 7)
    found = scale.stream(NEAREST, demand=tmp_path / "town.gpkg")
    assert found.notes == sm.read(tmp_path / "town.gpkg").attrs["sheltermap_notes"]
    assert found.notes == ["heights (Z) or measures (M) of 25 rows were left out"]
