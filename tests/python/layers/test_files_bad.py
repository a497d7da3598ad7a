# SPDX-License-Identifier: Apache-2.0
"""Bad input: each gives one clear error or a listed refusal, never a shorter result."""

import concurrent.futures
import json
import re
import sqlite3
import struct
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest
import shapely

import odd_layers
import sheltermap as sm

VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>"
)


def collection(*coordinates: Any, geometry_type: str = "Point", **properties: list[Any]) -> str:
    """A GeoJSON text; coordinates may be raw JSON."""
    features = []
    for row, at in enumerate(coordinates):
        values = {name: column[row] for name, column in properties.items()}
        text = at if isinstance(at, str) else json.dumps(at)
        features.append(
            f'{{"type": "Feature", "properties": {json.dumps(values)}, '
            f'"geometry": {{"type": "{geometry_type}", "coordinates": {text}}}}}'
        )
    return f'{{"type": "FeatureCollection", "features": [{", ".join(features)}]}}'


def refusals(source: Any, **options: Any) -> list[tuple[int, str]]:
    listed = sm.refused(sm.read(source, strict=False, **options))
    return list(zip(listed.row, listed.reason, strict=True))


@pytest.fixture
def geojson(tmp_path: Path) -> Path:
    return tmp_path / "a.geojson"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(sm.ReadError, match=r"nowhere\.gpkg does not exist"):
        sm.read(tmp_path / "nowhere.gpkg")


@pytest.mark.parametrize(
    "path",
    [
        "/vsicurl/http://127.0.0.1:9/a.geojson",
        "/vsimem/a.geojson",
        "http://127.0.0.1:9/a.geojson",
        "PG:host=127.0.0.1 dbname=a",
        "WFS:http://127.0.0.1:9/",
        '{"type": "Point", "coordinates": [24, 57]}',
        "",
    ],
)
def test_only_files_of_this_machine_are_opened(path: str) -> None:
    with pytest.raises(sm.ReadError):
        sm.read(path)


def test_an_unknown_ending_lists_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "a.dxf").write_text("0\nSECTION")
    with pytest.raises(sm.ReadError, match=r"\.geojson .*\.gpkg .*\.shp .*\.xlsx .*\.kml"):
        sm.read(tmp_path / "a.dxf")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.gpkg").mkdir()
    with pytest.raises(sm.ReadError, match="is a folder"):
        sm.read(tmp_path / "a.gpkg")


@pytest.mark.parametrize("ending", [".geojson", ".json", ".gpkg", ".shp", ".fgb", ".csv", ".zip"])
def test_a_vrt_under_another_name_does_not_open(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"a{ending}").write_text(VRT)
    with pytest.raises(sm.ReadError, match=f"a{ending}"):
        sm.read(tmp_path / f"a{ending}")


@pytest.mark.parametrize("ending", [".gpkg", ".shp", ".fgb", ".zip"])
def test_a_file_of_another_format_does_not_open(ending: str, tmp_path: Path) -> None:
    odd_layers.stations().to_crs(4326).to_file(tmp_path / "a.geojson")
    (tmp_path / "a.geojson").rename(tmp_path / f"a{ending}")
    with pytest.raises(sm.ReadError):
        sm.read(tmp_path / f"a{ending}")


def test_strict_lists_ten_rows_and_counts_the_rest(geojson: Path) -> None:
    geojson.write_text(collection(*["null"] * 12, [24, 57], name=list("abcdefghijklm")))
    with pytest.raises(sm.ReadError) as failure:
        sm.read(geojson, id="name")
    lines = str(failure.value).splitlines()
    assert lines[0] == "a.geojson: 12 of 13 rows cannot be used:"
    assert lines[1].startswith("  row 1 (id 'a'): ")
    assert lines[11] == "  … and 2 more"
    assert "strict=False" in lines[12]
    assert len(lines) == 13


@pytest.mark.parametrize(
    ("coordinates", "reason"),
    [
        ("[NaN, 57]", "bad_coordinate"),
        ("[1e400, 57]", "bad_coordinate"),
        ("[-Infinity, 57]", "bad_coordinate"),
        ('["24", "57"]', "bad_coordinate"),
        ("[24]", "bad_coordinate"),
        ("24", "bad_coordinate"),
        ("null", "bad_coordinate"),
        ("[[24, 57]]", "bad_coordinate"),
        ("[]", "missing_geometry"),
        ("[181, 57]", "outside_crs"),
        ("[24, 91]", "swapped_axes"),  # 91° is no latitude, and may be a longitude
    ],
)
def test_coordinates_of_geojson_that_are_none_are_refused(coordinates: str, reason: str, geojson: Path) -> None:
    geojson.write_text(collection(coordinates, [24, 57]))
    assert refusals(geojson) == [(1, reason)]


@pytest.mark.parametrize(
    "feature",
    [
        "null",
        '"feature"',
        '{"type": "Featre", "properties": {}, "geometry": {"type": "Point", "coordinates": [24, 57]}}',
        '{"properties": {}, "geometry": {"type": "Point", "coordinates": [24, 57]}}',
        '{"type": "Feature", "properties": [], "geometry": {"type": "Point", "coordinates": [24, 57]}}',
        '{"type": "Feature", "properties": {"a": 1, "a": 2}, "geometry": {"type": "Point", "coordinates": [24, 57]}}',
        '{"type": "Feature", "id": {}, "properties": {}, "geometry": {"type": "Point", "coordinates": [24, 57]}}',
    ],
)
def test_what_is_no_feature_is_a_refused_row_and_not_dropped(feature: str, geojson: Path) -> None:
    sound = '{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [24, 57]}}'
    geojson.write_text(f'{{"type": "FeatureCollection", "features": [{sound}, {feature}, {sound}]}}')
    assert refusals(geojson) == [(2, "damaged_row")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"type": "Topology", "objects": {}}',
        '{"type": "FeatureCollection"}',
        '{"type": "FeatureCollection", "features": {}}',
        '{"type": "FeatureCollection", "features": []} trailing',
        '{"type": "FeatureCollection", "features": [,]}',
        '{"type": "Feature" "geometry": null}',
        '{"type": "Point", "coordinates": [024, 57]}',
        '{"type": "Feature", "geometry": null, "properties": {"a": "\\u12"}}',
        '{"type": "Feature", "geometry": null, "properties": {"a": "\\ud800"}}',
        '{"type": "Feature", "geometry": null, "properties": {"a": "\\x"}}',
        '{"type": "Point", "coordinates": ' + "[" * 5000 + "]" * 5000 + "}",
    ],
)
def test_what_is_not_geojson_is_an_error(text: str, geojson: Path) -> None:
    geojson.write_text(text)
    with pytest.raises(sm.ReadError, match=r"a\.geojson"):
        sm.read(geojson)


def test_a_fault_in_json_is_located(geojson: Path) -> None:
    geojson.write_text('{"type": "FeatureCollection",\n "features": [\n  {"type" "Feature"}]}')
    with pytest.raises(sm.ReadError, match="line 3, column 11: expected ':'"):
        sm.read(geojson)


def test_geojson_that_is_not_utf_8_is_located(geojson: Path) -> None:
    geojson.write_bytes(collection([24, 57], name=["Ķekava"]).replace("\\u0136", "Ķ").encode("cp1257"))
    with pytest.raises(
        sm.ReadError, match=r"line 1.*encoding=.*'windows-1257' in the Baltic states.*'windows-1252' in Western Europe"
    ):
        sm.read(geojson)
    assert list(sm.read(geojson, encoding="windows-1257").name) == ["Ķekava"]


def test_an_empty_layer_is_an_error(tmp_path: Path) -> None:
    odd_layers.stations().iloc[:0].to_file(tmp_path / "a.gpkg")
    with pytest.raises(sm.ReadError, match="has no rows"):
        sm.read(tmp_path / "a.gpkg")


@pytest.mark.parametrize("ending", [".gpkg", ".geojson"])
def test_an_all_null_geometry_column_lists_every_row(ending: str, tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"id": [1, 2]}, geometry=[None, shapely.Point()], crs=4326)
    frame.to_file(tmp_path / f"a{ending}")
    with pytest.raises(sm.ReadError, match="2 of 2 rows"):
        sm.read(tmp_path / f"a{ending}")
    assert refusals(tmp_path / f"a{ending}") == [(1, "missing_geometry"), (2, "missing_geometry")]


@pytest.mark.parametrize("ending", [".gpkg", ".fgb"])
def test_coordinates_that_are_not_finite_are_refused_in_binary_formats(ending: str, tmp_path: Path) -> None:
    frame = odd_layers.of_type("LineString")
    frame.loc[1, "geometry"] = shapely.LineString([(24, 57), (float("inf"), 57), (25, 57)])
    options = {"SPATIAL_INDEX": "NO"}
    frame.to_file(tmp_path / f"a{ending}", **options)
    assert refusals(tmp_path / f"a{ending}") == [(2, "bad_coordinate")]


def test_the_second_row_of_an_id_is_refused_and_names_the_first(geojson: Path) -> None:
    geojson.write_text(collection([24, 57], [25, 57], [26, 57], shelter=["A", "B", "A"]))
    with pytest.raises(sm.ReadError, match=r"row 3 \(id 'A'\): the id 'A' is also that of row 1"):
        sm.read(geojson, id="shelter")


def test_a_row_without_id_is_refused(geojson: Path) -> None:
    geojson.write_text(collection([24, 57], [25, 57], shelter=["A", None]))
    assert refusals(geojson, id="shelter") == [(2, "missing_id")]


def test_an_unknown_id_column_lists_the_columns(geojson: Path) -> None:
    geojson.write_text(collection([24, 57], shelter=["A"]))
    with pytest.raises(sm.ReadError, match=r"no column 'id'.*shelter"):
        sm.read(geojson, id="id")


def test_metres_in_an_untagged_geojson_are_no_degrees(geojson: Path) -> None:
    geojson.write_text(collection([506083, 311825]))
    with pytest.raises(sm.ReadError, match="are not degrees; if these are LKS-92 metres pass crs='EPSG:3059'"):
        sm.read(geojson)


@pytest.mark.parametrize("code", [3059, 25835, 10306])
def test_swapped_axes_are_named(code: int, tmp_path: Path) -> None:
    frame = odd_layers.stations().to_crs(code)
    (tmp_path / "a.csv").write_text("x,y\n" + "".join(f"{p.y},{p.x}\n" for p in frame.geometry))
    with pytest.raises(sm.ReadError, match=r"3 of 3 rows.*\n.*are easting and northing swapped\?"):
        sm.read(tmp_path / "a.csv", crs=f"EPSG:{code}")


def test_swapped_axes_are_seen_where_single_places_would_pass(tmp_path: Path) -> None:
    # Around Valmiera easting and northing both lie within Latvia either way; most of the layer does not.
    places = [(560_000, 378_000), (320_000, 267_000), (506_000, 312_000), (690_000, 265_000), (660_000, 190_000)]
    (tmp_path / "a.csv").write_text("x,y\n" + "".join(f"{north},{east}\n" for east, north in places))
    assert {why for _, why in refusals(tmp_path / "a.csv", crs="EPSG:3059")} == {"swapped_axes"}
    (tmp_path / "b.csv").write_text("x,y\n" + "".join(f"{east},{north}\n" for east, north in places))
    assert refusals(tmp_path / "b.csv", crs="EPSG:3059") == []


def test_places_across_the_border_are_not_taken_for_swapped_ones() -> None:
    # Pärnu and Šiauliai, outside the area of EPSG:3059 and well within its neighbourhood.
    frame = geopandas.GeoDataFrame(geometry=shapely.points([24.5, 23.32, 24.1], [58.38, 55.93, 56.95]), crs=4326)
    assert refusals(frame.to_crs(3059)) == []


@pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning:pyogrio")
@pytest.mark.parametrize("ending", [".gpkg", ".shp", ".fgb"])
def test_a_missing_crs_says_how_to_give_one(ending: str, tmp_path: Path) -> None:
    odd_layers.stations().set_crs(None, allow_override=True).to_file(tmp_path / f"a{ending}")
    with pytest.raises(sm.CrsError, match=rf"layer 'a' in a\{ending} has no CRS; .*crs='EPSG:3059'"):
        sm.read(tmp_path / f"a{ending}")
    assert sm.read(tmp_path / f"a{ending}", crs="EPSG:3059").crs.to_epsg() == 3059


def test_a_frame_without_crs_says_so() -> None:
    frame = geopandas.GeoDataFrame(geometry=[shapely.Point(24, 57)])
    with pytest.raises(sm.CrsError, match="has no CRS"):
        sm.read(frame)
    assert sm.read(frame, crs=4326).crs.to_epsg() == 4326


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".shp"])
def test_a_crs_that_contradicts_the_file_is_an_error(ending: str, tmp_path: Path) -> None:
    odd_layers.stations().to_file(tmp_path / f"a{ending}")
    with pytest.raises(sm.CrsError, match=r"EPSG:3059.*EPSG:25835"):
        sm.read(tmp_path / f"a{ending}", crs="EPSG:25835")
    assert len(sm.read(tmp_path / f"a{ending}", crs="EPSG:3059")) == 3


def test_a_crs_that_contradicts_the_frame_is_an_error() -> None:
    with pytest.raises(sm.CrsError, match="EPSG:3059"):
        sm.read(odd_layers.stations(), crs=4326)


BOW_TIE = shapely.Polygon([(24, 57), (25, 58), (25, 57), (24, 58)])


def with_bow_tie() -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(geometry=[shapely.box(24, 57, 25, 58), BOW_TIE], crs=4326)


def test_an_invalid_polygon_is_refused_with_the_spot(tmp_path: Path) -> None:
    with_bow_tie().to_file(tmp_path / "a.gpkg")
    with pytest.raises(sm.ReadError, match=r"row 2: Self-intersection at \(24\.5, 57\.5\)\n.*invalid='repair'"):
        sm.read(tmp_path / "a.gpkg")


@pytest.mark.parametrize("as_file", [True, False])
def test_a_repaired_polygon_is_noted_with_its_area(as_file: bool, tmp_path: Path) -> None:
    frame = with_bow_tie()
    frame.to_file(tmp_path / "a.gpkg")
    read = sm.read(tmp_path / "a.gpkg" if as_file else frame, invalid="repair")
    assert read.is_valid.all()
    assert read.geometry[1].area == pytest.approx(0.5)
    assert sm.refused(read).empty
    assert len(read.attrs["sheltermap_notes"]) == 1
    assert "row 2 was repaired" in read.attrs["sheltermap_notes"][0]
    assert "m²" in read.attrs["sheltermap_notes"][0]


@pytest.mark.parametrize(
    ("coordinates", "words"),
    [
        ("[[[24, 57], [25, 57], [24, 57]]]", "a ring has 3 vertices"),
        ("[[[24, 57], [25, 57], [25, 58], [24, 58]]]", "not closed"),
    ],
)
@pytest.mark.parametrize("invalid", ["refuse", "repair"])
def test_rings_that_are_none_are_refused(coordinates: str, words: str, invalid: Any, geojson: Path) -> None:
    geojson.write_text(collection(coordinates, geometry_type="Polygon"))
    with pytest.raises(sm.ReadError, match=words):
        sm.read(geojson, invalid=invalid)


def test_another_word_for_invalid_is_a_value_error(geojson: Path) -> None:
    with pytest.raises(ValueError, match="'refuse' or 'repair', not 'skip'"):
        sm.read(geojson, invalid="skip")  # type: ignore[arg-type]


def test_geometry_collections_of_several_kinds_are_refused(tmp_path: Path) -> None:
    mixed = shapely.GeometryCollection([shapely.Point(24, 57), shapely.LineString([(24, 57), (25, 57)])])
    frame = geopandas.GeoDataFrame(geometry=[mixed], crs=4326)
    frame.to_file(tmp_path / "a.gpkg")
    for source in [tmp_path / "a.gpkg", frame]:
        assert refusals(source) == [(1, "unsupported_geometry")]


def test_an_unknown_layer_lists_the_layers(tmp_path: Path) -> None:
    odd_layers.stations().to_file(tmp_path / "a.gpkg", layer="stations")
    with pytest.raises(sm.ReadError, match="no layer 'zones'; it has 'stations'"):
        sm.read(tmp_path / "a.gpkg", layer="zones")


def test_several_layers_want_a_name(tmp_path: Path) -> None:
    for name in ["one", "two"]:
        odd_layers.stations().to_file(tmp_path / "a.gpkg", layer=name)
    with pytest.raises(sm.ReadError, match="several layers: 'one', 'two'; name one with layer="):
        sm.read(tmp_path / "a.gpkg")


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_an_incomplete_shapefile_names_the_missing_part(part: str, tmp_path: Path) -> None:
    odd_layers.stations().to_file(tmp_path / "a.shp")
    (tmp_path / f"a{part}").unlink()
    with pytest.raises(sm.ReadError, match=rf"a\.shp is not complete: the file a\{part}"):
        sm.read(tmp_path / "a.shp")


def test_a_shapefile_whose_header_was_not_brought_up_to_date_is_an_error(tmp_path: Path) -> None:
    odd_layers.stations().to_file(tmp_path / "a.shp")
    for part in [".shp", ".shx"]:
        data = bytearray((tmp_path / f"a{part}").read_bytes())
        words = struct.unpack(">i", data[24:28])[0]
        data[24:28] = struct.pack(">i", words - (14 if part == ".shp" else 4))
        (tmp_path / f"a{part}").write_bytes(data)
    with pytest.raises(sm.ReadError, match="rows would be left out"):
        sm.read(tmp_path / "a.shp")


def test_deleted_rows_of_a_shapefile_are_noted(tmp_path: Path) -> None:
    odd_layers.stations().to_file(tmp_path / "a.shp")
    data = bytearray((tmp_path / "a.dbf").read_bytes())
    header, record = struct.unpack("<HH", data[8:12])
    data[header + record] = ord("*")
    (tmp_path / "a.dbf").write_bytes(data)
    read = sm.read(tmp_path / "a.shp")
    assert list(read.id) == ["S1", "S3"]
    assert any("1 rows marked as deleted" in note for note in read.attrs["sheltermap_notes"])


@pytest.mark.parametrize("language_byte", [0x00, 0x57])
def test_a_shapefile_that_does_not_name_its_encoding_asks_for_it(language_byte: int, tmp_path: Path) -> None:
    odd_layers.of_type("Point").assign(name=["Rīga", "Ķekava"]).to_file(tmp_path / "a.shp", encoding="cp1257")
    (tmp_path / "a.cpg").unlink()
    data = bytearray((tmp_path / "a.dbf").read_bytes())
    data[29] = language_byte
    (tmp_path / "a.dbf").write_bytes(data)
    with pytest.raises(sm.ReadError, match=r"row 1, column 'name': .*encoding=.*'windows-1257' in the Baltic"):
        sm.read(tmp_path / "a.shp")
    assert list(sm.read(tmp_path / "a.shp", encoding="windows-1257").name) == ["Rīga", "Ķekava"]


def test_a_shapefile_in_windows_1257_is_read_by_its_cpg(tmp_path: Path) -> None:
    odd_layers.of_type("Point").to_file(tmp_path / "a.shp", encoding="cp1257")
    assert (tmp_path / "a.cpg").exists()
    assert list(sm.read(tmp_path / "a.shp").name) == ["Rīga", "Liepāja"]


def test_a_geopackage_whose_count_does_not_agree_is_an_error(tmp_path: Path) -> None:
    odd_layers.stations().to_file(tmp_path / "a.gpkg")
    with sqlite3.connect(tmp_path / "a.gpkg") as connection:
        connection.execute("UPDATE gpkg_ogr_contents SET feature_count = 4")
    connection.close()
    with pytest.raises(sm.ReadError, match="speaks of 4 rows and 3 could be read"):
        sm.read(tmp_path / "a.gpkg")


def test_text_in_a_geopackage_that_is_not_utf_8_is_located(tmp_path: Path) -> None:
    sm.write(pd.DataFrame({"id": ["A", "B"]}), tmp_path / "a.gpkg")
    with sqlite3.connect(tmp_path / "a.gpkg") as connection:
        connection.execute("UPDATE a SET id = CAST(x'e220' AS TEXT) WHERE fid = 2")
    connection.close()
    with pytest.raises(sm.ReadError, match="row 2, column 'id': the text is not UTF-8"):
        sm.read(tmp_path / "a.gpkg")


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", b"\0" * 20_000_000)
    with pytest.raises(sm.ReadError, match="zip bomb"):
        sm.read(tmp_path / "a.zip")


@pytest.mark.parametrize("member", ["../a.shp", "/../a.shp", "b/../../a.shp"])
def test_a_member_that_points_outside_is_refused(member: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(member, b"shape")
    with pytest.raises(sm.ReadError, match=r"a\.zip"):
        sm.read(tmp_path / "a.zip")


def test_an_archive_without_shapefile_says_so(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("readme.md", b"nothing")
    with pytest.raises(sm.ReadError, match="no shapefile"):
        sm.read(tmp_path / "a.zip")


def test_an_unreadable_file_is_a_read_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").symlink_to(tmp_path / "a.csv")
    with pytest.raises(sm.ReadError, match=r"a\.csv"):
        sm.read(tmp_path / "a.csv")


def test_nothing_is_printed_about_bad_files(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    odd_layers.stations().to_file(tmp_path / "a.gpkg")  # by a newer GDAL, which makes ours warn
    sm.read(tmp_path / "a.gpkg")
    (tmp_path / "b.gpkg").write_bytes((tmp_path / "a.gpkg").read_bytes()[:20_000])
    with pytest.raises(sm.ReadError):
        sm.read(tmp_path / "b.gpkg")
    assert capfd.readouterr() == ("", "")


def test_an_empty_point_among_others_is_left_out_and_not_put_at_zero(tmp_path: Path) -> None:
    sm.write(odd_layers.of_type("MultiPoint"), tmp_path / "a.gpkg")
    header = b"GP\x00\x01" + struct.pack("<i", 4326)
    nowhere = struct.pack("<BIdd", 1, 1, float("nan"), float("nan"))
    somewhere = struct.pack("<BIdd", 1, 1, 24.0, 57.0)
    with sqlite3.connect(tmp_path / "a.gpkg") as connection:
        for name in ["rtree_a_geom_update1", "rtree_a_geom_update2", "rtree_a_geom_update3", "rtree_a_geom_update4"]:
            connection.execute(f"DROP TRIGGER IF EXISTS {name}")
        parts = struct.pack("<BII", 1, 4, 2) + somewhere + nowhere
        connection.execute("UPDATE a SET geom = ? WHERE fid = 1", [header + parts])
    connection.close()
    assert sm.read(tmp_path / "a.gpkg").geometry[0].wkt == "MULTIPOINT ((24 57))"


def test_degrees_outside_the_area_of_their_crs_are_not_called_metres() -> None:
    frame = geopandas.GeoDataFrame(geometry=[shapely.Point(-60, -30)], crs=4661)
    with pytest.raises(sm.ReadError, match=r"is outside the area of EPSG:4661"):
        sm.read(frame)


@pytest.mark.parametrize("options", [{"encoding": "windows-1257"}, {"x": "east", "y": "north"}])
def test_an_option_without_effect_is_a_value_error(options: dict[str, str], tmp_path: Path) -> None:
    odd_layers.stations().to_file(tmp_path / "a.gpkg")
    for source in [tmp_path / "a.gpkg", odd_layers.stations()]:
        with pytest.raises(ValueError, match=r"encoding|x and y"):
            sm.read(source, **options)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:", "urn:ogc:def:crs:EPSG", "nonsense", "EPSG:999999"])
def test_a_crs_member_that_names_nothing_known_is_a_crs_error(name: str, geojson: Path) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    geojson.write_text(json.dumps({"type": "Point", "coordinates": [24, 57], "crs": crs}))
    with pytest.raises(sm.CrsError, match=name.split(":")[-1] or "urn"):
        sm.read(geojson)


def test_a_second_list_of_features_is_an_error(geojson: Path) -> None:
    geojson.write_text('{"type": "FeatureCollection", "features": [], "features": []}')
    with pytest.raises(sm.ReadError, match="a second list of features"):
        sm.read(geojson)


def test_several_threads_may_read_at_once(tmp_path: Path) -> None:
    for ending in [".gpkg", ".fgb", ".geojson", ".csv"]:
        sm.write(odd_layers.stations(200), tmp_path / f"a{ending}")
    paths = list(tmp_path.iterdir()) * 10
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert [len(frame) for frame in pool.map(sm.read, paths)] == [200] * 40


def test_a_file_of_no_format_is_told_those_that_are_read_with_those_of_one_row_a_line(tmp_path):
    (tmp_path / "a.doc").write_text("x")
    with pytest.raises(sm.ReadError) as refused:
        sm.read(tmp_path / "a.doc")
    assert {".gpx", ".geojsonl", ".ndjson", ".json", ".parquet"} <= set(re.findall(r"\.\w+", str(refused.value)))
