# SPDX-License-Identifier: Apache-2.0
"""Files that would be read for ever, or unpack to more than memory: an end, a message, and Ctrl-C is heard."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from typer.testing import CliRunner

import sheltermap as sm
from interrupts import hear_ctrl_c
from sheltermap.commands import cli
from sheltermap.layers import unpacking
from sheltermap.postgis import geopackage

COUNTING = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)"
NO_ROW_EVER = f"{COUNTING} SELECT n AS fid, n AS people, (SELECT geom FROM places LIMIT 1) AS geom FROM c WHERE n < 0"


def places(count: int = 12) -> geopandas.GeoDataFrame:
    points = [shapely.Point(24 + row / 1000, 57) for row in range(count)]
    return geopandas.GeoDataFrame({"people": range(count)}, geometry=points, crs=4326)


def with_view(folder: Path, view: str) -> Path:
    """A GeoPackage whose only layer is a view."""
    path = folder / "view.gpkg"
    sm.write({"places": places()}, path)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("DROP TABLE IF EXISTS gpkg_ogr_contents")
        database.execute(f"CREATE VIEW seen AS {view}")
        for table in ("gpkg_contents", "gpkg_geometry_columns"):
            database.execute(f"UPDATE {table} SET table_name = 'seen' WHERE table_name = 'places'")
    return path


def test_a_view_that_ends_is_read(tmp_path: Path) -> None:
    assert len(sm.read(with_view(tmp_path, "SELECT fid, people, geom FROM places WHERE people > 3"))) == 8


READING = """
import sys
import sheltermap as sm
sm.read
print("started", flush=True)
try:
    sm.read(sys.argv[1])
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_ctrl_c_stops_a_view_without_end(tmp_path: Path) -> None:
    command = [sys.executable, "-c", READING, str(with_view(tmp_path, NO_ROW_EVER))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=hear_ctrl_c)
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    try:
        process.communicate(timeout=0.7)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=20)
    assert rest == "interrupted\n"


def test_tables_on_their_way_into_a_database_are_stopped_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geopackage, "MOST_LOOKS", 5)
    path = with_view(tmp_path, NO_ROW_EVER)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE gpkg_contents SET data_type = 'attributes'")
    with pytest.raises(sm.ReadError, match=r"view.gpkg was not read wholly: a table in it does not come to an end"):
        geopackage.contents(path)


def test_a_register_whose_table_is_a_view_is_refused(tmp_path: Path) -> None:
    store = sm.RegisterStore.create(tmp_path / "water.gpkg", "water_intake")
    with contextlib.closing(sqlite3.connect(store.path)) as database, database:
        database.execute("DROP VIEW water_intake")
        database.execute("ALTER TABLE water_intake_history RENAME TO elsewhere")
        database.execute(f"CREATE VIEW water_intake_history AS {COUNTING} SELECT n AS fid FROM c WHERE n < 0")
    with pytest.raises(sm.ReadError, match=r"water.gpkg is damaged: water_intake_history is no table"):
        store.rows()


@pytest.fixture(params=["a.shp", "a.gpkg", "a.gdb"])
def layer(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / request.param
    if path.suffix == ".gdb":
        path.mkdir()
    elif path.suffix == ".shp":
        places().to_file(path)
    else:
        sm.write({"a": places()}, path)
    return path


@pytest.mark.parametrize("made", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")], ids=["pipe", "device"])
def test_parts_that_are_pipes_or_devices_are_refused_at_every_door(made, layer: Path) -> None:
    parts = {".shp": ["a.dbf", "a.shx", "a.PRJ", "a.cpg", "a.qix"], ".gpkg": ["a.gpkg-wal", "a.gpkg-journal"]}
    for name in parts.get(layer.suffix, ["a.gdb/a00000001.gdbtable"]):
        part = layer.parent / name
        kept = part.read_bytes() if part.exists() else None
        part.unlink(missing_ok=True)
        made(part)
        said = rf"{part.name} belongs to {layer.name} and is not a regular file"
        for door in (sm.read, sm.layer_names, lambda path: sm.inspect(path, "shelter")):
            with pytest.raises(sm.ReadError, match=said):
                door(layer)
        outcome = CliRunner().invoke(cli.app, ["inspect", str(layer), "--as", "shelter"])
        assert outcome.exit_code == 2 and "is not a regular file" in " ".join(outcome.output.split())
        part.unlink()
        if kept is not None:
            part.write_bytes(kept)


def test_other_pipes_beside_a_file_do_not_matter(tmp_path: Path) -> None:
    sm.write({"a": places()}, tmp_path / "a.gpkg")
    os.mkfifo(tmp_path / "b.shx")
    assert len(sm.read(tmp_path / "a.gpkg")) == 12


def test_an_archive_of_many_members_is_not_listed(tmp_path: Path) -> None:
    places().to_file(tmp_path / "a.shp")
    for count in (9_000, 100_000):
        path = tmp_path / f"{count}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for part in tmp_path.glob("a.*"):
                archive.write(part, part.name)
            for number in range(count):
                archive.writestr(f"photo {number}.jpg", "")
    assert len(sm.read(tmp_path / "9000.zip")) == 12
    members = 100_000 + len(list(tmp_path.glob("a.*")))
    for door in (sm.read, sm.layer_names):
        with pytest.raises(sm.ReadError, match=rf"100000.zip has {members} members, more than the limit of 10000"):
            door(tmp_path / "100000.zip")


def with_texts(path: Path, rows: int, texts: pa.Array, **options: object) -> Path:
    frame = geopandas.GeoDataFrame({"n": np.zeros(rows)}, geometry=[shapely.Point(24, 57)] * rows, crs=4326)
    frame.to_parquet(path)
    pq.write_table(pq.read_table(path).append_column("text", texts), path, **options)
    return path


@pytest.mark.parametrize("categories", [True, False])
def test_parquet_texts_that_stand_in_every_row_are_more_than_memory(
    categories: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "MOST_BYTES", 50_000_000)
    texts = pa.DictionaryArray.from_arrays(np.zeros(1000, np.int32), ["x" * 100_000])
    column = texts if categories else texts.cast(pa.string())
    path = with_texts(tmp_path / "a.parquet", 1000, column, row_group_size=100)
    assert path.stat().st_size < 100_000
    for door in (sm.read, lambda path: sm.inspect(path, "shelter")):
        with pytest.raises(sm.ReadError, match=r"a.parquet would need more than 50000000 bytes of memory"):
            door(path)
    monkeypatch.setattr(unpacking, "MOST_BYTES", 200_000_000)
    assert sm.read(path).text.str.len().eq(100_000).all()


def test_parquet_texts_of_every_way_of_storing_them_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Long texts in a few rows, which the quick look cannot tell from long ones in every row.
    monkeypatch.setattr(unpacking, "MOST_BYTES", 5_000_000)
    texts = ["x" * 100_000, *(f"street {number}" for number in range(999))]
    by_difference = {
        encoding: {"use_dictionary": False, "column_encoding": {"text": encoding}}
        for encoding in ("DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY")
    }
    for way in ({}, {"use_dictionary": False}, *by_difference.values()):
        path = with_texts(tmp_path / "a.parquet", 1000, pa.array(texts), **way)
        assert sm.read(path).text.tolist() == texts
    alike = pa.array([f"{'x' * 10_000}{number:04}" for number in range(1000)])
    path = with_texts(tmp_path / "b.parquet", 1000, alike, **by_difference["DELTA_BYTE_ARRAY"])
    assert path.stat().st_size < 300_000
    with pytest.raises(sm.ReadError, match=r"b.parquet would need more than 5000000 bytes"):
        sm.read(path)


@pytest.mark.parametrize("made", [os.mkfifo, lambda path: path.symlink_to("/dev/null")], ids=["pipe", "device"])
def test_a_pipe_or_a_device_is_not_replaced_by_a_file(made, tmp_path: Path) -> None:
    target = tmp_path / "map.html"
    made(target)
    homes = geopandas.GeoDataFrame(geometry=[shapely.Point(24, 57)], crs=4326)
    with pytest.raises(sm.WriteError, match="cannot be written: it is a device or a pipe; name a file"):
        sm.coverage(homes, homes, 500).explore().save(target)
    assert not target.is_file()
    assert [each.name for each in tmp_path.iterdir()] == ["map.html"]
