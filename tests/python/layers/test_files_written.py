# SPDX-License-Identifier: Apache-2.0
"""Writing: what goes in comes back, in our reading and in pyogrio's."""

import contextlib
import csv
import datetime
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas
import geopandas.testing
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

import odd_layers
import sheltermap as sm
from sheltermap._native import _core
from sheltermap.base.formulas import guarded
from sheltermap.layers import conversion

ENDINGS = [".gpkg", ".geojson", ".fgb", ".csv", ".parquet"]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("ending", [".gpkg", ".fgb", ".geojson"])
@pytest.mark.parametrize("geometry_type", odd_layers.GEOMETRIES)
def test_every_geometry_type_comes_back(geometry_type: str, ending: str, tmp_path: Path) -> None:
    frame = odd_layers.of_type(geometry_type)
    sm.write(frame, tmp_path / f"a{ending}")
    for read in [sm.read(tmp_path / f"a{ending}"), pyogrio.read_dataframe(tmp_path / f"a{ending}")]:
        assert shapely.equals(shapely.normalize(read.geometry.to_numpy()), shapely.normalize(frame.geometry)).all()
        assert list(read.geom_type) == list(frame.geom_type)
        assert list(read.name) == list(frame.name)
        assert read.crs.to_epsg() == 4326


@pytest.mark.parametrize("ending", [".gpkg", ".fgb"])
def test_coordinates_in_binary_formats_are_equal_to_the_bit(ending: str, tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    frame = geopandas.GeoDataFrame(
        geometry=shapely.points(random.uniform((32e4, 17e4), (76e4, 43e4), (500, 2))), crs=3059
    )
    sm.write(frame, tmp_path / f"a{ending}")
    read = sm.read(tmp_path / f"a{ending}")
    assert (shapely.get_coordinates(read.geometry) == shapely.get_coordinates(frame.geometry)).all()
    assert read.crs.to_epsg() == 3059


def test_attributes_of_a_geopackage_come_back_with_type_and_value(tmp_path: Path) -> None:
    frame = odd_layers.with_every_type_of_attribute()
    sm.write(frame, tmp_path / "a.gpkg")
    read = sm.read(tmp_path / "a.gpkg")
    assert read.text[0] == odd_layers.LATVIAN_LETTERS
    assert pd.isna(read.text[1])
    assert read.text[2] == frame.text[2]
    pd.testing.assert_series_equal(read.whole, frame.whole)
    pd.testing.assert_series_equal(read["count"], frame["count"])
    pd.testing.assert_series_equal(read.number, frame.number)
    pd.testing.assert_series_equal(read.flag, frame.flag)
    pd.testing.assert_series_equal(read.maybe, frame.maybe)
    assert list(read.day) == [datetime.date(2026, 10, 1), None, datetime.date(1899, 12, 31)]
    assert list(read.moment.dropna()) == list(frame.moment.dropna())
    assert list(read.instant.dropna()) == list(frame.instant.dropna())


def test_a_second_reader_sees_the_same_attributes(tmp_path: Path) -> None:
    frame = odd_layers.with_every_type_of_attribute()
    sm.write(frame, tmp_path / "a.gpkg")
    schema = pyogrio.read_info(tmp_path / "a.gpkg")
    types = dict(zip(schema["fields"], schema["ogr_types"], strict=True))
    assert types == {
        "text": "OFTString",
        "whole": "OFTInteger64",
        "count": "OFTInteger64",
        "number": "OFTReal",
        "flag": "OFTInteger",
        "maybe": "OFTInteger",
        "day": "OFTDate",
        "moment": "OFTDateTime",
        "instant": "OFTDateTime",
    }
    with sqlite3.connect(tmp_path / "a.gpkg") as connection:
        row = connection.execute("SELECT text, whole, flag, maybe, day FROM a WHERE fid = 3").fetchone()
    connection.close()
    assert row == (frame.text[2], -(2**62), 1, 0, "1899-12-31")


@pytest.mark.parametrize("ending", [".geojson", ".csv"])
def test_attributes_of_text_formats_come_back(ending: str, tmp_path: Path) -> None:
    frame = odd_layers.with_every_type_of_attribute()
    sm.write(frame, tmp_path / f"a{ending}")
    read = sm.read(tmp_path / f"a{ending}")
    assert read.text[0] == odd_layers.LATVIAN_LETTERS
    assert read.text[2] == frame.text[2]
    pd.testing.assert_series_equal(read.whole, frame.whole)
    pd.testing.assert_series_equal(read.number, frame.number)
    assert list(read.day.dropna()) == ["2026-10-01", "1899-12-31"]
    assert list(read.instant.dropna()) == ["2026-10-01T09:34:56.789000Z", "1969-12-31T23:59:59.001000Z"]
    assert list(read.geometry) == list(frame.geometry)


def test_several_layers_and_tables_share_a_geopackage(tmp_path: Path) -> None:
    figures = pd.DataFrame({"threshold_m": [500.0], "covered": [12]})
    sm.write(
        {"stations": odd_layers.stations(), "zones": odd_layers.of_type("Polygon"), "figures": figures},
        tmp_path / "a.gpkg",
    )
    layers = dict(pyogrio.list_layers(tmp_path / "a.gpkg"))
    assert layers == {"stations": "Point", "zones": "Polygon", "figures": None}
    pd.testing.assert_frame_equal(pyogrio.read_dataframe(tmp_path / "a.gpkg", layer="figures"), figures)
    with pytest.raises(sm.ReadError, match=r"'figures' in a\.gpkg is a table without geometries"):
        sm.read(tmp_path / "a.gpkg", layer="figures")


def test_the_index_of_a_geopackage_finds_what_a_scan_finds(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    frame = geopandas.GeoDataFrame(geometry=shapely.points(random.uniform([21, 56], [28, 58], (1000, 2))), crs=4326)
    sm.write(frame, tmp_path / "a.gpkg")
    window = (24.0, 56.5, 25.0, 57.0)
    found = pyogrio.read_dataframe(tmp_path / "a.gpkg", bbox=window)
    assert len(found) == len(frame.cx[window[0] : window[2], window[1] : window[3]]) > 0
    with sqlite3.connect(tmp_path / "a.gpkg") as connection:
        assert connection.execute("SELECT count(*) FROM rtree_a_geom").fetchone() == (1000,)
    connection.close()


@pytest.mark.parametrize("rows", [1, 51, 52, 51 * 51, 51 * 51 + 1, 60_000])
def test_the_index_of_a_geopackage_is_one_that_sqlite_would_make(rows: int, tmp_path: Path) -> None:
    places = np.random.default_rng(rows).uniform((21, 55), (28, 58), (rows, 2))
    frame = geopandas.GeoDataFrame({"n": range(rows)}, geometry=shapely.points(places), crs=4326)
    frame.loc[rows // 2, "geometry"] = None
    sm.write(frame, tmp_path / "a.gpkg")
    with contextlib.closing(sqlite3.connect(tmp_path / "a.gpkg")) as database:
        assert database.execute("SELECT rtreecheck('rtree_a_geom')").fetchall() == [("ok",)]
        ids = [row for (row,) in database.execute("SELECT id FROM rtree_a_geom ORDER BY id")]
        assert ids == [row + 1 for row in range(rows) if row != rows // 2]
        # It can be changed as any other.
        database.execute("DELETE FROM rtree_a_geom WHERE id % 3 = 0")
        database.execute("INSERT INTO rtree_a_geom VALUES (1000000, 24, 24, 57, 57)")
        assert database.execute("SELECT rtreecheck('rtree_a_geom')").fetchall() == [("ok",)]


def test_sqlite_finds_nothing_wrong_with_a_geopackage_of_any_rows(tmp_path: Path) -> None:
    some = odd_layers.stations()
    layers = {
        "none": some.iloc[:0],
        "few": some,
        "long": pd.DataFrame({"text": ["x" * n for n in range(3_900, 4_200)] + ["y" * 1_000_000]}),
        "large": geopandas.GeoDataFrame(
            {"id": [f"H{n}" for n in range(120_000)], "n": range(120_000)},
            geometry=shapely.points(np.random.default_rng(1).uniform((21, 55), (28, 58), (120_000, 2))),
            crs=4326,
        ),
        "shapes": geopandas.GeoDataFrame(
            geometry=shapely.buffer(shapely.points([[24, 57], [25, 57]]), 1, quad_segs=5_000), crs=4326
        ),
        "last": some,
    }
    sm.write(layers, tmp_path / "a.gpkg")
    with contextlib.closing(sqlite3.connect(tmp_path / "a.gpkg")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        counts = {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in layers}
        assert counts == {name: len(frame) for name, frame in layers.items()}
        assert database.execute("SELECT id FROM large WHERE fid = 77777").fetchone() == ("H77776",)
        assert database.execute("SELECT max(length(text)) FROM long").fetchone() == (1_000_000,)
    assert pyogrio.list_layers(tmp_path / "a.gpkg")[:, 0].tolist() == ["none", "few", "large", "shapes", "last", "long"]
    again = sm.read(tmp_path / "a.gpkg", layer="shapes")
    assert shapely.equals_exact(again.geometry.to_numpy(), layers["shapes"].geometry.to_numpy()).all()


@pytest.mark.parametrize("error", [ValueError("the third is odd"), KeyboardInterrupt("stopped")])
def test_a_layer_that_cannot_be_made_leaves_the_old_file(error: BaseException, tmp_path: Path) -> None:
    sm.write(odd_layers.stations(2), tmp_path / "a.gpkg")
    before = (tmp_path / "a.gpkg").read_bytes()

    def layers() -> Any:
        yield conversion.to_layer("few", odd_layers.stations(3))
        yield conversion.to_layer("many", pd.DataFrame({"n": range(200_000)}))
        raise error

    with pytest.raises(type(error), match=str(error)):
        _core.write_layers(tmp_path / "a.gpkg", layers())
    assert (tmp_path / "a.gpkg").read_bytes() == before
    assert names_in(tmp_path) == ["a.gpkg"]


def test_a_row_can_be_added_to_a_written_geopackage(tmp_path: Path) -> None:
    sm.write(odd_layers.stations(100), tmp_path / "a.gpkg")
    odd_layers.stations(2).to_file(tmp_path / "a.gpkg", mode="a")
    assert len(sm.read(tmp_path / "a.gpkg")) == 102
    assert len(pyogrio.read_dataframe(tmp_path / "a.gpkg", bbox=(506_000, 311_800, 506_150, 311_850))) == 2


def test_attributes_may_have_the_names_of_gdals_own_columns(tmp_path: Path) -> None:
    frame = odd_layers.stations().assign(fid=[7, 7, 7], geom=["a", "b", "c"])
    sm.write(frame, tmp_path / "a.gpkg")
    read = sm.read(tmp_path / "a.gpkg")
    assert list(read.fid) == [7, 7, 7]
    assert list(read.geom) == ["a", "b", "c"]


def test_rows_without_geometry_stay_in_a_geopackage(tmp_path: Path) -> None:
    frame = odd_layers.stations()
    frame.loc[1, "geometry"] = None
    sm.write(frame, tmp_path / "a.gpkg")
    assert list(sm.read(tmp_path / "a.gpkg", strict=False).geometry.isna()) == [False, True, False]


def test_flatgeobuf_cannot_hold_rows_without_geometry(tmp_path: Path) -> None:
    frame = odd_layers.stations()
    frame.loc[1, "geometry"] = None
    with pytest.raises(sm.WriteError, match="row 2 has no geometry"):
        sm.write(frame, tmp_path / "a.fgb")


def test_single_and_multiple_polygons_become_multiple_ones(tmp_path: Path) -> None:
    parts = [odd_layers.of_type("Polygon"), odd_layers.of_type("MultiPolygon")]
    sm.write(pd.concat(parts, ignore_index=True), tmp_path / "a.gpkg")
    assert set(sm.read(tmp_path / "a.gpkg").geom_type) == {"MultiPolygon"}
    assert pyogrio.read_info(tmp_path / "a.gpkg")["geometry_type"] == "MultiPolygon"


def test_geojson_follows_rfc_7946(tmp_path: Path) -> None:
    clockwise = shapely.Polygon([(500000, 300000), (500000, 301000), (501000, 301000), (501000, 300000)])
    frame = geopandas.GeoDataFrame({"name": ["A"]}, geometry=[clockwise], crs=3059)
    sm.write(frame, tmp_path / "a.geojson")
    document = json.loads((tmp_path / "a.geojson").read_text())
    ring = document["features"][0]["geometry"]["coordinates"][0]
    assert "crs" not in document
    assert shapely.LinearRing(ring).is_ccw
    assert all(round(number, 7) == number for position in ring for number in position)
    centre = frame.to_crs(4326).geometry[0].centroid
    assert shapely.Polygon(ring).centroid.distance(centre) < 2e-7


def test_geojson_is_cut_at_the_antimeridian(tmp_path: Path) -> None:
    across = shapely.Polygon([(179, 10), (181, 10), (181, 11), (179, 11)])
    sm.write(geopandas.GeoDataFrame(geometry=[across], crs=4326), tmp_path / "a.geojson")
    geometry = json.loads((tmp_path / "a.geojson").read_text())["features"][0]["geometry"]
    assert geometry["type"] == "MultiPolygon"
    assert all(-180 <= x <= 180 for polygon in geometry["coordinates"] for x, _ in polygon[0])


def test_text_that_looks_like_json_stays_text_in_geojson(tmp_path: Path) -> None:
    frame = odd_layers.stations().assign(note=["[1, 2]", '{"a": 1}', "true"])
    sm.write(frame, tmp_path / "a.geojson")
    assert list(sm.read(tmp_path / "a.geojson").note) == ["[1, 2]", '{"a": 1}', "true"]


def test_infinite_numbers_are_not_written_as_geojson(tmp_path: Path) -> None:
    with pytest.raises(sm.WriteError, match="column 'v' is infinite in row 2"):
        sm.write(odd_layers.stations().assign(v=[1, np.inf, 2]), tmp_path / "a.geojson")
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str, tmp_path: Path) -> None:
    frame = odd_layers.stations().assign(note=f"{start}cmd|'/c calc'!A1", change=[-5, 0, 5])
    sm.write(frame, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["note"][0] for row in rows} == {"'"}
    assert [row["change"] for row in rows] == ["-5", "0", "5"]


def test_csv_of_metres_is_in_degrees(tmp_path: Path) -> None:
    frame = odd_layers.stations()
    sm.write(frame, tmp_path / "a.csv")
    read = sm.read(tmp_path / "a.csv")
    assert read.crs.to_epsg() == 4326
    apart_deg = shapely.distance(read.geometry.to_numpy(), frame.to_crs(4326).geometry.to_numpy())
    assert (apart_deg < 2e-9).all()


def test_csv_read_and_written_again_is_the_same(tmp_path: Path) -> None:
    sm.write(odd_layers.stations(), tmp_path / "a.csv")
    sm.write(sm.read(tmp_path / "a.csv"), tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_a_column_lon_that_says_something_else_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(sm.WriteError, match="column 'lon' differs from the position in row 1"):
        sm.write(odd_layers.stations().assign(lon=[1.0, 2.0, 3.0]), tmp_path / "a.csv")


def test_csv_holds_points_only(tmp_path: Path) -> None:
    with pytest.raises(sm.WriteError, match="row 1 is a Polygon and CSV holds points only"):
        sm.write(odd_layers.of_type("Polygon"), tmp_path / "a.csv")


def test_a_table_is_written_as_csv(tmp_path: Path) -> None:
    sm.write(pd.DataFrame({"area": ["Rīga", None], "people": [3, 4]}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "area,people\nRīga,3\n,4\n"


def test_a_named_index_is_written(tmp_path: Path) -> None:
    sm.write(odd_layers.stations().set_index("id"), tmp_path / "a.gpkg")
    assert list(sm.read(tmp_path / "a.gpkg").id) == ["S1", "S2", "S3"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_index_called_like_a_column_is_an_error_that_says_so(ending: str, tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {"a": [1]}, geometry=[shapely.Point(24, 57)], crs=4326, index=pd.Index([7], name="a")
    )
    with pytest.raises(ValueError, match="the index and a column are both called 'a'; rename the index"):
        sm.write(frame, tmp_path / f"a{ending}")
    sm.write(frame.rename_axis("b"), tmp_path / f"a{ending}")
    assert sm.read(tmp_path / f"a{ending}")[["a", "b"]].to_numpy().tolist() == [[1, 7]]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("crs", [4326, 3059])
def test_a_layer_without_rows_comes_back_without_rows(crs: int, ending: str, tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {"n": pd.Series(dtype="int64"), "text": pd.Series(dtype="object")}, geometry=geopandas.GeoSeries([], crs=crs)
    )
    sm.write(frame, tmp_path / f"a{ending}")
    back = sm.read(tmp_path / f"a{ending}", strict=False)
    assert len(back) == 0
    assert {"n", "text"} <= set(back.columns) or ending == ".geojson"  # which names columns in its rows only
    assert back.crs.to_epsg() == (crs if ending in (".gpkg", ".fgb", ".parquet") else 4326)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("texts", [["a", None, "x\0y"], ["ā", "b", "\0"]])
def test_a_text_with_a_zero_byte_is_refused_not_cut(texts: list[str], ending: str, tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"t": texts}, geometry=[shapely.Point(24, 57)] * 3, crs=4326)
    with pytest.raises(ValueError, match="layer 'a', column 't', row 3: the text holds a zero byte"):
        sm.write(frame, tmp_path / f"a{ending}")
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_collection_is_refused_by_its_row(ending: str, tmp_path: Path) -> None:
    mixed = shapely.GeometryCollection([shapely.Point(24, 57), shapely.LineString([(24, 57), (25, 57)])])
    frame = geopandas.GeoDataFrame(geometry=[shapely.Point(24, 57), mixed], crs=4326)
    with pytest.raises(sm.GeometryError, match="row 2 is a GeometryCollection"):
        sm.write(frame, tmp_path / f"a{ending}")
    assert names_in(tmp_path) == []


def test_a_reference_system_that_is_not_what_its_code_says_is_named(tmp_path: Path) -> None:
    """A definition with LKS-92's code and parameters for the way to WGS 84, as databases keep it."""
    definition = (
        'PROJCS["Ours",GEOGCS["LKS92",DATUM["D",SPHEROID["GRS 1980",6378137,298.257222101],TOWGS84[0,0,0,0,0,0,0]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
        'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",24],PARAMETER["scale_factor",0.9996],'
        'PARAMETER["false_easting",500000],PARAMETER["false_northing",-6000000],UNIT["metre",1],'
        'AUTHORITY["EPSG","3059"]]'
    )
    frame = geopandas.GeoDataFrame(geometry=[shapely.Point(500_000, 300_000)], crs=definition)
    with pytest.raises(sm.WriteError) as error:
        sm.write(frame, tmp_path / "a.gpkg")
    assert "reference system of layer 'a', 'Ours', calls itself EPSG:3059 and" in str(error.value)
    assert ".part" not in str(error.value) and "MB free" not in str(error.value)
    sm.write(frame.set_crs("EPSG:3059", allow_override=True), tmp_path / "a.gpkg")


def test_values_without_a_type_files_share_become_text_with_a_warning(tmp_path: Path) -> None:
    frame = odd_layers.stations().assign(kinds=[["flood"], None, ["fire", "quake"]], mixed=[1, "a", None])
    with pytest.warns(UserWarning, match="'kinds'|'mixed'"):
        sm.write(frame, tmp_path / "a.gpkg")
    read = sm.read(tmp_path / "a.gpkg")
    assert [json.loads(text) if isinstance(text, str) else None for text in read.kinds] == list(frame.kinds)
    assert list(read.mixed[:2]) == ["1", "a"]


def test_categories_are_written_as_their_values(tmp_path: Path) -> None:
    sm.write(odd_layers.stations().assign(kind=pd.Categorical(["a", "b", "a"])), tmp_path / "a.gpkg")
    assert list(sm.read(tmp_path / "a.gpkg").kind) == ["a", "b", "a"]


def test_heights_are_left_out_with_a_warning(tmp_path: Path) -> None:
    frame = odd_layers.stations()
    frame.geometry = shapely.force_3d(frame.geometry, 5)
    with pytest.warns(UserWarning, match="heights"):
        sm.write(frame, tmp_path / "a.gpkg")


@pytest.mark.parametrize(
    ("layers", "name", "message"),
    [
        ({}, "a.gpkg", "no layer"),
        ({"a": odd_layers.stations(), "A": odd_layers.stations()}, "a.gpkg", "two layers are named"),
        ({"a": odd_layers.stations(), "b": odd_layers.stations()}, "a.geojson", "holds one layer"),
        (odd_layers.stations(), "a.kml", r"must be \.gpkg, \.gdb, \.geojson, \.shp, \.fgb or \.csv"),
        (odd_layers.stations().assign(ID=1), "a.gpkg", r"two columns named 'ID' \(case aside\)"),
        (odd_layers.stations().assign(b=b"x"), "a.gpkg", "column 'b' holds bytes"),
    ],
)
def test_a_callers_mistake_is_a_value_error(layers: Any, name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        sm.write(layers, tmp_path / name)
    assert names_in(tmp_path) == []


def test_a_layer_without_crs_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(sm.CrsError, match="layer 'a' has no CRS"):
        sm.write(geopandas.GeoDataFrame(geometry=[shapely.Point(24, 57)]), tmp_path / "a.gpkg")


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".fgb"])
def test_lks_2020_is_written_for_newer_software(ending: str, tmp_path: Path) -> None:
    frame = odd_layers.stations().set_crs("EPSG:10306", allow_override=True)
    sm.write(frame, tmp_path / f"a{ending}")
    assert pyogrio.read_dataframe(tmp_path / f"a{ending}").crs.to_epsg() == (4326 if ending == ".geojson" else 10306)
    assert len(sm.read(tmp_path / f"a{ending}")) == 3


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".fgb", ".csv"])
def test_the_same_layers_give_the_same_bytes(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    for name in ["a", "b"]:
        (tmp_path / name).mkdir()
        sm.write(odd_layers.stations(50), tmp_path / name / f"layer{ending}")
    assert (tmp_path / "a" / f"layer{ending}").read_bytes() == (tmp_path / "b" / f"layer{ending}").read_bytes()


def test_the_date_of_a_geopackage_follows_source_date_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    sm.write(odd_layers.stations(), tmp_path / "a.gpkg")
    with sqlite3.connect(tmp_path / "a.gpkg") as connection:
        assert connection.execute("SELECT last_change FROM gpkg_contents").fetchone() == ("1970-01-01T00:00:00.000Z",)
    connection.close()


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".fgb", ".csv"])
def test_an_older_file_is_replaced_and_nothing_else_is_left(ending: str, tmp_path: Path) -> None:
    target = tmp_path / f"a{ending}"
    sm.write(odd_layers.stations(2), target)
    target.chmod(0o640)
    sm.write(odd_layers.stations(5), target)
    assert len(sm.read(target)) == 5
    assert names_in(tmp_path) == [target.name]
    assert target.stat().st_mode & 0o777 == 0o640


def test_what_a_link_points_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    sm.write(odd_layers.stations(2), tmp_path / "real" / "a.gpkg")
    (tmp_path / "a.gpkg").symlink_to(tmp_path / "real" / "a.gpkg")
    sm.write(odd_layers.stations(5), tmp_path / "a.gpkg")
    assert (tmp_path / "a.gpkg").is_symlink()
    assert len(sm.read(tmp_path / "real" / "a.gpkg")) == 5


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(sm.WriteError, match="there is no folder"):
        sm.write(odd_layers.stations(), tmp_path / "nowhere" / "a.gpkg")


def test_a_folder_in_the_place_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.gpkg").mkdir()
    with pytest.raises(sm.WriteError, match="it is a folder"):
        sm.write(odd_layers.stations(), tmp_path / "a.gpkg")
    assert names_in(tmp_path) == ["a.gpkg"]


LIMITED = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, str(Path(sys.argv[1])))
import odd_layers
import sheltermap as sm
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
layer = odd_layers.stations(5000)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    sm.write(layer, sys.argv[2])
except sm.WriteError as error:
    print(error)
    sys.exit(7)
"""


@pytest.mark.parametrize("limit", [0, 4096, 20_000, 100_000])
@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".fgb", ".csv"])
def test_a_full_disk_leaves_the_old_file_and_says_why(ending: str, limit: int, tmp_path: Path) -> None:
    target = tmp_path / f"a{ending}"
    sm.write(odd_layers.stations(2), target)
    before = target.read_bytes()
    arguments = [str(Path(odd_layers.__file__).parent), str(target), str(limit)]
    done = subprocess.run([sys.executable, "-c", LIMITED, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (7, "")
    assert f"{target} cannot be written: " in done.stdout
    assert "MB free" not in done.stdout  # it is a limit of the process that is reached: the disk has room
    assert ".part" not in done.stdout  # the hidden name of the draft says nothing to anybody
    assert target.read_bytes() == before
    assert names_in(tmp_path) == [target.name]


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_small_disk_that_is_full_leaves_the_old_file(ending: str, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        sm.write(odd_layers.stations(2), disk / f"a{ending}")
        before = (disk / f"a{ending}").read_bytes()
        with pytest.raises(sm.WriteError, match=r"MB free on that disk"):
            sm.write(odd_layers.stations(250_000 if ending == ".parquet" else 50_000), disk / f"a{ending}")
        assert (disk / f"a{ending}").read_bytes() == before
        assert names_in(disk) == [f"a{ending}"]
    finally:
        subprocess.run(["umount", disk], check=True)


def test_layers_that_share_geometries_are_written_as_each_alone(tmp_path):
    places = [shapely.Point(24, 57), None, shapely.Point(25, 57.5)]
    mixed = shapely.from_wkt(["POINT (24 57)", "LINESTRING (24 57, 25 57)"])
    rows = geopandas.GeoDataFrame({"n": [1, 2, 3]}, geometry=places, crs=4326)
    layers = {
        "rows": rows,
        "more": rows.assign(m=[4, 5, 6]),
        "some": rows.iloc[1:],
        "other": rows.set_crs(4258, allow_override=True),
        "mixed": geopandas.GeoDataFrame({"n": [1, 2]}, geometry=mixed, crs=4326),
        "none": geopandas.GeoDataFrame({"n": [1]}, geometry=[None], crs=4326),
    }
    sm.write(layers, tmp_path / "all.gpkg")
    for name, frame in layers.items():
        sm.write({name: frame}, tmp_path / f"{name}.gpkg")
        found = [
            sm.read(tmp_path / each, layer=name, strict=False, crs=frame.crs) for each in ("all.gpkg", f"{name}.gpkg")
        ]
        assert [each.crs for each in found] == [frame.crs] * 2
        shapes = [each.geometry.to_wkt().tolist() for each in (*found, frame)]
        assert shapes == [shapes[2]] * 3


def test_features_have_the_ids_of_their_rows(tmp_path: Path) -> None:
    sm.write(sm.read(odd_layers.stations(), id="id"), tmp_path / "a.geojson")
    document = json.loads((tmp_path / "a.geojson").read_text())
    assert [each["id"] for each in document["features"]] == ["S1", "S2", "S3"]
    read = sm.read(tmp_path / "a.geojson")
    assert list(read.columns) == ["id", "people", "geometry"] and read.attrs["sheltermap_notes"] == []


def test_ids_of_another_name_are_no_further_column(tmp_path: Path) -> None:
    frame = odd_layers.stations(1000).rename(columns={"id": "code", "people": "id"})
    sm.write(sm.read(frame, id="code"), tmp_path / "a.geojson")
    read = sm.read(tmp_path / "a.geojson")
    assert list(read.columns) == ["code", "id", "geometry"] and list(read.code) == list(frame.code)
    assert json.loads((tmp_path / "a.geojson").read_text())["features"][3]["id"] == "S4"


@pytest.mark.parametrize("ids", [["a", "a", "b"], ["a", None, "b"], [1.5, 2.5, 3.5]])
def test_what_names_no_row_is_no_id(ids: list[Any], tmp_path: Path) -> None:
    frame = sm.read(odd_layers.stations(), id="id")
    frame["id"] = ids
    sm.write(frame, tmp_path / "a.geojson")
    assert not any("id" in each for each in json.loads((tmp_path / "a.geojson").read_text())["features"])


@pytest.mark.parametrize("text", ["=1+1", "-5", "+371", "@a", "\tb", "\rc", " =d", "＝1", "'=1", "''-2", "'t Hof", "-"])
def test_a_text_that_would_run_is_guarded_in_csv_and_read_back(text: str, tmp_path: Path) -> None:
    frame = odd_layers.of_type("Point").assign(name=[text, "Rīga"], number=[-5, 5]).rename(columns={"id": "=id"})
    sm.write(frame, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        head, first, _ = csv.reader(file)
    assert head[0] == "'=id" and first[1] == guarded(text) and first[2] == "-5"
    read = sm.read(tmp_path / "a.csv")
    assert list(read.name) == [text, "Rīga"]
    assert list(read.columns[:3]) == ["=id", "name", "number"] and list(read.number) == [-5, 5]
