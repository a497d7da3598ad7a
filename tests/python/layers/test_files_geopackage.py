# SPDX-License-Identifier: Apache-2.0
"""GeoPackages are read by several threads, a view by one and through the connection of GDAL: nobody can tell."""

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


def as_view(path: Path, folder: Path) -> Path:
    """Return a copy whose layer is a view of the table."""
    slow = folder / "slow.gpkg"
    slow.write_bytes(path.read_bytes())
    run(slow, "ALTER TABLE a RENAME TO b", "CREATE VIEW a AS SELECT * FROM b")
    return slow


def outcome(path: Path) -> tuple[object, ...]:
    """Return all that reading a file gives."""
    try:
        frame = sm.read(path, strict=False)
    except sm.SheltermapError as error:
        return (str(error).replace("slow.gpkg", "a.gpkg"),)
    attributes = pd.DataFrame(frame.drop(columns="geometry")).astype(object)
    return (
        attributes.where(attributes.notna(), None).to_dict(),
        frame.geometry.to_wkt().tolist(),
        sm.refused(frame).to_dict(),
        frame.attrs["sheltermap_notes"],
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
def test_a_cell_that_is_not_as_usual_is_read_the_same_from_a_view(change: str, path: Path, tmp_path: Path) -> None:
    run(path, change)
    assert outcome(path) == outcome(as_view(path, tmp_path))


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ("NULL", "missing_geometry"),
        ("x''", "damaged_row"),
        ("'text'", "damaged_row"),
        ("x'47500001e6100000'", "damaged_row"),
        ("x'47500011e61000000101000000000000000000f87f000000000000f87f'", "missing_geometry"),  # empty
        ("x'47500001e61000000101000000000000000000f87f000000000000f87f'", "missing_geometry"),  # empty by coordinates
        ("x'47500001e610000001010000000000000000003840'", "damaged_row"),  # cut
        ("x'47500001e6100000010200000000000000'", "missing_geometry"),  # no vertices
        ("x'47500001e61000000102000000ffffffff0000000000003840'", "damaged_row"),  # more vertices than bytes
        ("x'47500001e61000000101000000000000000000f07f0000000000804c40'", "bad_coordinate"),  # infinite
        ("x'47500001e6100000010700000000000000'", "missing_geometry"),  # a collection of nothing
        ("x'47500001e61000000101000000000000000000384000000000008c4c40ff'", None),  # a byte too many
        ("x'47500000e610000000000000014038000000000000404c8c0000000000'", None),  # big-endian
    ],
)
def test_a_geometry_that_is_not_plain_is_read_or_refused(
    geometry: str, reason: str | None, path: Path, tmp_path: Path
) -> None:
    run(path, f"UPDATE a SET geom = {geometry} WHERE fid = 2")
    assert outcome(path) == outcome(as_view(path, tmp_path))
    read = sm.read(path, strict=False)
    assert sm.refused(read).reason.tolist() == ([] if reason is None else [reason])
    assert reason is not None or read.geometry[1] == shapely.Point(24, 57.09375)


def test_geometries_with_heights_and_of_every_type_are_read(tmp_path: Path) -> None:
    shapes = [shapely.Point(24, 57, 5), shapely.LineString([(24, 57, 1), (25, 57, 2)]), shapely.box(24, 57, 25, 58)]
    geopandas.GeoDataFrame(geometry=shapes, crs=4326).to_file(tmp_path / "a.gpkg")
    read = sm.read(tmp_path / "a.gpkg")
    assert not read.has_z.any()
    assert read.attrs["sheltermap_notes"] == ["heights (Z) or measures (M) of 2 rows were left out"]


def test_a_view_without_a_column_of_ids_is_read(tmp_path: Path) -> None:
    odd_layers.stations(10).to_file(tmp_path / "a.gpkg")
    run(tmp_path / "a.gpkg", "ALTER TABLE a RENAME TO b", "CREATE VIEW a AS SELECT geom, id, people FROM b")
    assert sm.read(tmp_path / "a.gpkg").id.tolist() == odd_layers.stations(10).id.tolist()
