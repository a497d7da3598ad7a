# SPDX-License-Identifier: Apache-2.0
"""Cells that are not of their column's type: named by row, column and value, and never bent to fit."""

import contextlib
import datetime
import os
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

import odd_layers
import shapefiles
import sheltermap as sm
from sheltermap.layers.cells import numbers
from sheltermap.questions.plan_error import PlanError
from small_plan import PLAN, write_town


def geopackage(path: Path, declared: str, cells: Sequence[Any], *, view: bool = False) -> Path:
    """Points whose column `v` holds what SQLite lets anybody put there."""
    frame = geopandas.GeoDataFrame(
        {"k": range(len(cells))}, geometry=shapely.points(24, np.arange(len(cells))), crs=4326
    )
    sm.write({"a": frame}, path)
    with contextlib.closing(sqlite3.connect(path)) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute(f"ALTER TABLE a ADD COLUMN v {declared}")
        database.executemany("UPDATE a SET v = ? WHERE fid = ?", [(cell, row) for row, cell in enumerate(cells, 1)])
        if view:
            database.execute("ALTER TABLE a RENAME TO b")
            database.execute("CREATE VIEW a AS SELECT fid, geom, k, v FROM b")
        database.commit()
    return path


def dbf(path: Path, kind: str, cells: Sequence[str | bytes], width: int = 12) -> Path:
    """A shapefile whose column `v` is of a type of dBASE."""
    return shapefiles.write_points(path, [("v", kind, width)], [[cell] for cell in cells])


def values(path: Path, **options: Any) -> list[Any]:
    """What a column came to, None where there is nothing; every row keeps its place."""
    frame = sm.read(path, **options)
    assert not frame.geometry.isna().any()
    return [None if pd.isna(value) else value for value in frame.v]


NO_NUMBERS = ["~60", "20,5", "yes", "12a4", "1 250", "2024-01-01", "1.2.3", "12-", "--5", "0x1A", "1e", "٣"]


@pytest.mark.parametrize("text", NO_NUMBERS)
@pytest.mark.parametrize("kind", ["INTEGER", "MEDIUMINT", "REAL", "BOOLEAN", "view", "N", "F"])
def test_a_text_among_numbers_is_named_where_they_are_used_and_changes_no_other_row(
    text: str, kind: str, tmp_path: Path
) -> None:
    cells = ["1", text, "", "0", text]
    if kind in ("N", "F"):
        path = dbf(tmp_path / "a.shp", kind, cells)
    else:
        found = [int(cell) if cell in ("0", "1") else cell or None for cell in cells]
        path = geopackage(tmp_path / "a.gpkg", kind.replace("view", "INTEGER"), found, view=kind == "view")
    frame = sm.read(path)
    assert frame.v.tolist()[1::3] == [text, text] and pd.isna(frame.v[2])
    (note,) = frame.attrs["sheltermap_notes"]
    assert note.startswith("column 'v' is declared to hold ")
    assert f"holds '{text}' in row 2, '{text}' in row 5: it was read as text" in note
    with pytest.raises(ValueError, match=r"column 'v' holds .* in row 2, .* in row 5, none of which is a number"):
        numbers(frame, "v", "demand")


def test_a_fraction_among_whole_numbers_stays_what_it_is(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "a.gpkg", "INTEGER", [1, 20.5, 1e30, None])
    assert values(path) == [1, 20.5, 1e30, None]
    (note,) = sm.read(path).attrs["sheltermap_notes"]
    assert note == (
        "column 'v' is declared to hold whole numbers and holds 20.5 in row 2, 1e+30 in row 3: "
        "it was read as numbers with a fraction"
    )
    assert values(dbf(tmp_path / "a.shp", "N", ["1", "20.5", "1e30"], width=9)) == [1, 20.5, 1e30]


def test_whole_numbers_beyond_doubles_are_not_rounded_for_a_fraction_elsewhere(tmp_path: Path) -> None:
    whole = 2**53 + 1
    assert values(geopackage(tmp_path / "a.gpkg", "INTEGER", [whole, 0.5])) == [str(whole), "0.5"]


def test_a_whole_number_is_not_cut_to_the_bits_that_were_declared(tmp_path: Path) -> None:
    assert values(geopackage(tmp_path / "a.gpkg", "MEDIUMINT", [5_000_000_000, 1])) == [5_000_000_000, 1]


def test_a_number_that_stood_beside_a_text_can_still_be_read_as_one_only(tmp_path: Path) -> None:
    assert values(geopackage(tmp_path / "a.gpkg", "REAL", [1.125, "~60", 2.0])) == ["1.1250", "~60", "2"]


def test_bytes_and_other_flags_are_named(tmp_path: Path) -> None:
    assert values(geopackage(tmp_path / "a.gpkg", "INTEGER", [1, b"\xff\x00"])) == ["1", "x'ff00'"]
    assert values(geopackage(tmp_path / "b.gpkg", "BOOLEAN", [1, 0, 7])) == ["true", "false", "7"]
    assert values(geopackage(tmp_path / "c.gpkg", "BOOLEAN", [1, "false", "T", None])) == [True, False, True, None]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["0007", "+12", " 3 ", "-0"], "N"),
        (["7", "12.0", "3.", "-.5", "1E2"], "F"),
        (["7", "****", "", "\0\0"], "N"),
        (["1.250", "nan", "-1.#IND", "1"], "F"),
    ],
)
def test_what_dbase_writes_for_numbers_is_read_as_before(cells: list[str], kind: str, tmp_path: Path) -> None:
    path = dbf(tmp_path / "a.shp", kind, cells)
    theirs = geopandas.read_file(path).v
    assert values(path) == [None if pd.isna(value) else value for value in theirs]
    assert sm.read(path).attrs["sheltermap_notes"] == []


DAY = datetime.date(2025, 5, 6)


@pytest.mark.parametrize("nothing", ["", "00000000", "       0", "0       ", "********", "\0" * 8, "0"])
def test_what_stands_for_no_date_costs_no_row_its_place(nothing: str, tmp_path: Path) -> None:
    path = dbf(tmp_path / "a.shp", "D", ["20250506", nothing], width=8)
    assert values(path) == [DAY, None]
    assert sm.read(path).attrs["sheltermap_notes"] == []


def test_an_unknown_logical_value_is_none(tmp_path: Path) -> None:
    assert values(dbf(tmp_path / "a.shp", "L", ["T", "?", " ", "F"], width=1)) == ["T", None, None, "F"]


def test_every_date_that_is_none_is_named_and_no_row_loses_its_people(tmp_path: Path) -> None:
    fields = [("people", "N", 5), ("day", "D", 8)]
    rows = [["10", "20250506"], ["20", "20261345"], ["30", "20250507"], ["40", "2025-5-x"], ["50", "        "]]
    frame = sm.read(shapefiles.write_points(tmp_path / "a.shp", fields, rows))
    (note,) = frame.attrs["sheltermap_notes"]
    assert note == (
        "column 'day' is declared to hold dates and holds '20261345' in row 2, '2025-5-x' in row 4: it was read as text"
    )
    assert frame.day.tolist()[:4] == ["2025-05-06", "20261345", "2025-05-07", "2025-5-x"]
    assert sm.coverage(frame, frame, 5, weight="people").summary.total.tolist() == [150]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-10-01T12:34:56Z", "2026-10-01T12:34:56"),
        ("2026-10-01 12:34:56Z", "2026-10-01T12:34:56"),
        ("2026-10-01 12:34", "2026-10-01T12:34:00"),
        ("2026-10-01T12:34:56.7891234", "2026-10-01T12:34:56.789123"),
        ("2026/10/01 12:34:56", "2026-10-01T12:34:56"),
        ("01.10.2026 12:34", "2026-10-01T12:34:00"),
        ("2026-10-01T12:34:56+03:00", "2026-10-01T09:34:56"),
        ("2026-10-01 12:34:56+03", "2026-10-01T09:34:56"),
        ("2026-10-01 01:00:00 -0330", "2026-10-01T04:30:00"),
        ("2026-10-01", "2026-10-01T00:00:00"),
        ("31/12/2026", "2026-12-31T00:00:00"),
    ],
)
def test_a_time_as_sql_writes_it_is_read(written: str, meant: str, tmp_path: Path) -> None:
    path = geopackage(tmp_path / "a.gpkg", "DATETIME", ["2026-01-01T00:00:00Z", written])
    frame = sm.read(path)
    assert frame.v.dt.tz_convert(None).tolist() == [pd.Timestamp("2026-01-01"), pd.Timestamp(meant)]


@pytest.mark.parametrize("text", ["02/03/2026", "2026-13-01", "2026-02-30 10:00", "nope", "2026-10-01 25:00", "12:30"])
@pytest.mark.parametrize("kind", ["DATETIME", "DATE", "view"])
def test_every_time_that_is_not_clear_is_named(text: str, kind: str, tmp_path: Path) -> None:
    cells = [text, "2026-01-01", None, text, text]
    path = geopackage(tmp_path / "a.gpkg", kind.replace("view", "DATE"), cells, view=kind == "view")
    frame = sm.read(path)
    assert (
        frame.v.tolist()[3:] == [text, text] and frame.v[1].startswith("2026-01-01") and not frame.geometry.isna().any()
    )
    (note,) = frame.attrs["sheltermap_notes"]
    assert f"holds '{text}' in row 1, '{text}' in row 4, '{text}' in row 5" in note


@pytest.mark.parametrize(("text", "day"), [("2025/5/6", DAY), ("6.5.2025.", DAY), ("2025-05-06 00:00:00", DAY)])
def test_a_date_as_people_write_it_is_read(text: str, day: datetime.date, tmp_path: Path) -> None:
    assert values(geopackage(tmp_path / "a.gpkg", "DATE", ["2025-05-07", text]))[1] == day


def test_cells_far_apart_are_named_by_their_rows_in_the_file(tmp_path: Path) -> None:
    rows = 130_000  # read in several ranges, by several threads
    cells: list[Any] = [1] * rows
    cells[0], cells[64_999], cells[-1] = "a", "b", "c"
    frame = sm.read(geopackage_of_one_place(tmp_path / "a.gpkg", cells))
    (note,) = frame.attrs["sheltermap_notes"]
    assert "holds 'a' in row 1, 'b' in row 65000, 'c' in row 130000: it was read as text" in note
    assert frame.v.iloc[[0, 1, 64_999, -1]].tolist() == ["a", "1", "b", "c"]


def geopackage_of_one_place(path: Path, cells: Sequence[Any]) -> Path:
    """Many rows quickly."""
    places = shapely.points(np.full((len(cells), 2), 24.0))
    frame = geopandas.GeoDataFrame({"v": np.ones(len(cells), int)}, geometry=places, crs=4326)
    sm.write({"a": frame}, path)
    with contextlib.closing(sqlite3.connect(path)) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.executemany(
            "UPDATE a SET v = ? WHERE fid = ?", [(cell, row) for row, cell in enumerate(cells, 1) if cell != 1]
        )
        database.commit()
    return path


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-13-01T12:34:56", None),
        ("nope nope nope nope", None),
        ("02/03/2026 12:34:56", None),
        ("01.11.2026 12:34:56", pd.Timestamp("2026-11-01T12:34:56")),
    ],
)
def test_a_time_of_a_flatgeobuf_that_gdal_cannot_read_is_read_or_named(
    written: str, read: pd.Timestamp | None, tmp_path: Path
) -> None:
    first, later = "2026-10-01T12:34:56", "2026-11-01T12:34:56"
    frame = geopandas.GeoDataFrame(
        {"n": ["a", None, "c", "d"], "v": pd.to_datetime([first, None, later, first])},
        geometry=shapely.points(np.arange(4), 57),
        crs=4326,
    )
    frame.to_file(tmp_path / "a.fgb", SPATIAL_INDEX="NO")
    data = (tmp_path / "a.fgb").read_bytes()
    assert data.count(later.encode()) == 1
    (tmp_path / "a.fgb").write_bytes(data.replace(later.encode(), written.encode()))
    found = sm.read(tmp_path / "a.fgb")
    assert found.v.isna().tolist() == [False, True, False, False]
    if read is None:
        (note,) = found.attrs["sheltermap_notes"]
        assert f"holds '{written}' in row 3: it was read as text" in note and found.v[2] == written
    else:
        assert found.v[2] == read


@pytest.mark.parametrize("kind", ["N", "F", "D"])
def test_bytes_of_another_encoding_in_a_number_are_shown_and_named(kind: str, tmp_path: Path) -> None:
    raw = "1\u00a0250".encode("cp1257")
    path = dbf(tmp_path / "a.shp", kind, ["1" if kind != "D" else "20250506", raw], width=8)
    frame = sm.read(path)
    assert frame.v[1] == r"1\xA0250"
    assert r"holds '1\xA0250' in row 2: it was read as text" in frame.attrs["sheltermap_notes"][0]
    assert sm.read(path, encoding="windows-1257").v[1] == "1\u00a0250"


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
def test_a_message_about_a_file_whose_name_is_not_utf_8_can_be_read(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/r\xeega.csv")
    Path(path).write_text("lon,lat\nx,57\n")
    with pytest.raises(sm.ReadError, match=r"r\\xeega\.csv: 1 of 1 row .*\n  row 1: column 'lon': 'x' is not a number"):
        sm.read(path)


@pytest.mark.parametrize("record_bytes", [0, 1, 10])
def test_a_record_too_short_for_its_columns_is_an_error(record_bytes: int, tmp_path: Path) -> None:
    fields = [("v", "N", 12)]
    path = shapefiles.write_points(tmp_path / "a.shp", fields, [["1"], ["2"]], record_bytes=record_bytes)
    with pytest.raises(sm.ReadError, match=rf"a\.dbf is damaged: .* a row has {record_bytes} bytes, .* need 13"):
        sm.read(path, strict=False)


@pytest.mark.parametrize(
    ("offsets", "rows"), [([50, 50, 78], "1 and 2"), ([78, 64, 78], "1 and 3"), ([50, 52, 78], "1 and 2")]
)
def test_two_rows_of_one_geometry_record_are_an_error(offsets: list[int], rows: str, tmp_path: Path) -> None:
    path = shapefiles.write_points(tmp_path / "a.shp", [("v", "N", 4)], [["1"], ["2"], ["3"]], offsets=offsets)
    with pytest.raises(sm.ReadError, match=rf"a\.shx is damaged: rows {rows} have the same geometry"):
        sm.read(path, strict=False)


def test_rows_whose_records_stand_in_another_order_are_read(tmp_path: Path) -> None:
    path = shapefiles.write_points(tmp_path / "a.shp", [("v", "N", 4)], [["1"], ["2"]], offsets=[64, 50])
    assert sm.read(path).geometry.x.tolist() == [24.01, 24.0]


def test_a_plan_names_the_row_the_column_and_the_value(tmp_path: Path) -> None:
    path = write_town(tmp_path, plan=PLAN.replace('path = "homes.csv"', 'path = "homes.gpkg"'))
    given = pd.read_csv(tmp_path / "homes.csv")
    places = geopandas.points_from_xy(given.pop("lon"), given.pop("lat"))
    sm.write(geopandas.GeoDataFrame(given, geometry=places, crs=4326), tmp_path / "homes.gpkg")
    with contextlib.closing(sqlite3.connect(tmp_path / "homes.gpkg")) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE homes SET people = '~60' WHERE id = 'h2'")
        database.commit()
    with pytest.raises(PlanError, match=r"column 'people' holds '~60' in row 2 \(id h2\), which is not a number"):
        sm.run(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_geometries_that_are_not_plain_do_not_hide_a_cell(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "a.gpkg", "INTEGER", ["~60", 2])
    high = odd_layers.of_type("Point").geometry
    with contextlib.closing(sqlite3.connect(path)) as database:
        blob = b"GP\x00\x01\xe6\x10\x00\x00" + shapely.to_wkb(shapely.Point(high[0].x, high[0].y, 5), flavor="iso")
        database.execute("UPDATE a SET geom = ? WHERE fid = 2", [blob])
        database.commit()
    frame = sm.read(path)
    assert frame.v.tolist() == ["~60", "2"] and frame.geometry[1] == high[0]
    assert frame.attrs["sheltermap_notes"][1] == "heights (Z) or measures (M) of 1 rows were left out"
