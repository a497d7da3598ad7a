# SPDX-License-Identifier: Apache-2.0
"""GeoPackages are read by several threads where every cell is plain, by GDAL where not: nobody can tell."""

import contextlib
import sqlite3
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

import odd_layers
import sheltermap as sm


def run(path: Path, *statements: str) -> None:
    """Change a file behind everybody's back; triggers, which need functions of GDAL's, are left out."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            database.execute(statement)
        database.execute("UPDATE gpkg_ogr_contents SET feature_count = (SELECT count(*) FROM a)")
        database.commit()


def read_by_gdal(path: Path, folder: Path) -> Path:
    """Return a copy with a column of bytes, which has the whole table read by GDAL."""
    slow = folder / "slow.gpkg"
    slow.write_bytes(path.read_bytes())
    run(slow, "ALTER TABLE a ADD COLUMN raw BLOB", "UPDATE a SET raw = x'00'")
    return slow


def outcome(path: Path) -> tuple[object, ...]:
    """Return all that reading a file gives."""
    try:
        frame = sm.read(path, strict=False)
    except sm.SheltermapError as error:
        return (str(error).replace("slow.gpkg", "a.gpkg"),)
    attributes = pd.DataFrame(frame.drop(columns="geometry")).astype(object)
    notes = [note for note in frame.attrs["sheltermap_notes"] if "'raw'" not in note]
    return (
        attributes.where(attributes.notna(), None).to_dict(),
        frame.geometry.to_wkt().tolist(),
        sm.refused(frame).to_dict(),
        notes,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    odd_layers.with_every_type_of_attribute().to_file(tmp_path / "a.gpkg")
    return tmp_path / "a.gpkg"


def test_many_rows_keep_their_order_over_gaps_in_their_ids(tmp_path: Path) -> None:
    rows = 150_000
    places = np.random.default_rng(1).uniform((21, 55), (28, 58), (rows, 2))
    frame = geopandas.GeoDataFrame(
        {"n": range(rows), "t": [None if i % 7 == 0 else f"ķ{i}" for i in range(rows)]},
        geometry=shapely.points(places),
        crs=4326,
    )
    frame.to_file(tmp_path / "a.gpkg")
    run(tmp_path / "a.gpkg", "DELETE FROM a WHERE fid % 3 = 0 OR fid < 50000", "UPDATE a SET fid = -5 WHERE n = 149998")
    read = sm.read(tmp_path / "a.gpkg", id="fid")
    theirs = pyogrio.read_dataframe(tmp_path / "a.gpkg", fid_as_index=True)
    assert read.n.iloc[0] == 149_998
    assert read.n.tolist() == theirs.n.tolist()
    assert read.fid.tolist() == theirs.index.tolist()
    assert [None if pd.isna(text) else text for text in read.t] == [None if pd.isna(t) else t for t in theirs.t]
    assert shapely.to_wkb(read.geometry).tolist() == shapely.to_wkb(theirs.geometry).tolist()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE a SET count = 'many' WHERE fid = 2",
        "UPDATE a SET number = 3 WHERE fid = 2",
        "UPDATE a SET flag = 7 WHERE fid = 2",
        "UPDATE a SET day = '2026-1-1' WHERE fid = 2",
        "UPDATE a SET moment = '2026-10-01T12:34:56.7891234' WHERE fid = 2",
        "UPDATE a SET moment = '2026-10-01 12:34' WHERE fid = 2",
        "UPDATE a SET instant = '2026-10-01T12:34:56' WHERE fid = 2",
        "UPDATE a SET instant = '2026-10-01T12:34:56+03:00' WHERE fid = 2",
        "UPDATE a SET text = 5 WHERE fid = 2",
        "UPDATE a SET text = '' WHERE fid = 2",
    ],
)
def test_a_cell_that_is_not_plain_is_read_as_gdal_reads_it(change: str, path: Path, tmp_path: Path) -> None:
    run(path, change)
    assert outcome(path) == outcome(read_by_gdal(path, tmp_path))


@pytest.mark.parametrize(
    "geometry",
    [
        "NULL",
        "x''",
        "'text'",
        "x'47500001e6100000'",
        "x'47500011e61000000101000000000000000000f87f000000000000f87f'",  # empty
        "x'47500001e61000000101000000000000000000f87f000000000000f87f'",  # empty by its coordinates
        "x'47500001e610000001010000000000000000003840'",  # cut
        "x'47500001e6100000010200000000000000'",  # no vertices
        "x'47500001e61000000102000000ffffffff0000000000003840'",  # more vertices than bytes
        "x'47500001e61000000101000000000000000000f07f0000000000804c40'",  # infinite
        "x'47500001e6100000010700000000000000'",  # a collection
        "x'47500001e61000000101000000000000000000384000000000008c4c40ff'",  # a byte too many
        "x'47500000e610000000000000014038000000000000404c8c0000000000'",  # big-endian
    ],
)
def test_a_geometry_that_is_not_plain_is_read_as_gdal_reads_it(geometry: str, path: Path, tmp_path: Path) -> None:
    run(path, f"UPDATE a SET geom = {geometry} WHERE fid = 2")
    assert outcome(path) == outcome(read_by_gdal(path, tmp_path))


def test_geometries_with_heights_and_of_every_type_are_read(tmp_path: Path) -> None:
    shapes = [shapely.Point(24, 57, 5), shapely.LineString([(24, 57, 1), (25, 57, 2)]), shapely.box(24, 57, 25, 58)]
    geopandas.GeoDataFrame(geometry=shapes, crs=4326).to_file(tmp_path / "a.gpkg")
    read = sm.read(tmp_path / "a.gpkg")
    assert not read.has_z.any()
    assert read.attrs["sheltermap_notes"] == ["heights (Z) or measures (M) of 2 rows were left out"]


def test_a_view_is_read_by_gdal(tmp_path: Path) -> None:
    odd_layers.stations(10).to_file(tmp_path / "a.gpkg")
    run(tmp_path / "a.gpkg", "ALTER TABLE a RENAME TO b", "CREATE VIEW a AS SELECT fid, geom, id, people FROM b")
    assert sm.read(tmp_path / "a.gpkg").id.tolist() == odd_layers.stations(10).id.tolist()
