"""Values and names that formats share no type for: what is written and read keeps what they say."""

import datetime
import struct
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

import sheltermap as sm

FORMATS = ["gpkg", "geojson", "parquet", "csv", "fgb"]
HERE = shapely.Point(24.1, 56.95)
NAMED = uuid.UUID(int=5)


def layer(**columns: list[Any]) -> geopandas.GeoDataFrame:
    rows = len(next(iter(columns.values())))
    return geopandas.GeoDataFrame(columns, geometry=[HERE] * rows, crs=4326)


@pytest.mark.parametrize("ending", FORMATS)
def test_exact_numbers_times_and_names_come_back_as_they_are(ending: str, tmp_path: Path) -> None:
    given = layer(
        price=[Decimal("1.50"), None],
        count=[Decimal(3), Decimal(4)],
        opens=[datetime.time(8, 30), None],
        key=[NAMED, NAMED],
        kept=[[1, Decimal("1.5")], ["a"]],
    )
    with pytest.warns(UserWarning, match="written as text"):
        sm.write(given, tmp_path / f"a.{ending}")
    frame = sm.read(tmp_path / f"a.{ending}")
    assert frame.price.tolist()[0] == 1.5 and pd.isna(frame.price[1])
    assert frame["count"].tolist() == [3, 4]
    assert frame.opens[0] == "08:30:00" and frame.key[0] == str(NAMED)
    assert frame.kept.tolist() == ["[1, 1.5]", '["a"]']


def test_decimals_of_a_geoparquet_are_numbers_where_no_digit_is_lost(tmp_path: Path) -> None:
    long = Decimal("1.12345678901234567890")
    layer(price=[Decimal("1.50"), None], long=[long, long], opens=[datetime.time(8, 30)] * 2).to_parquet(
        tmp_path / "a.parquet"
    )
    assert pq.read_schema(tmp_path / "a.parquet").field("price").type.precision  # a decimal, not a float
    frame = sm.read(tmp_path / "a.parquet")
    assert frame.price.tolist()[0] == 1.5 and frame.price.dtype == float
    assert frame.long[0] == str(long) and frame.opens[0] == "08:30:00"
    told = [note.partition(" holds")[0] for note in frame.attrs["sheltermap_notes"]]
    assert told == ["column 'long'", "column 'opens'"]


def test_a_decimal_in_a_mapping_is_a_number() -> None:
    place = {"type": "Point", "coordinates": [Decimal("24.1"), 56.95]}
    feature = {"type": "Feature", "properties": {"people": Decimal("1.5")}, "geometry": place}
    assert sm.read({"type": "FeatureCollection", "features": [feature]}).people.tolist() == [1.5]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_second_geometry_is_written_as_text(ending: str, tmp_path: Path) -> None:
    given = layer(people=[3, 4])
    given["entrance"] = geopandas.GeoSeries([shapely.Point(0.1, 1), None], crs=3059)
    with pytest.warns(UserWarning, match="'entrance' is a second geometry: it is written as text"):
        sm.write(given, tmp_path / f"a.{ending}")
    frame = sm.read(tmp_path / f"a.{ending}")
    assert frame.entrance[0] == "POINT (0.1 1)" and pd.isna(frame.entrance[1])


def doubled(path: Path, names: dict[str, str]) -> Path:
    """A shapefile whose table is told other names of its fields than it was written with."""
    layer(**{name: [at + 1] for at, name in enumerate(names)}).to_file(path)
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    for at, name in enumerate(names.values()):
        table[32 * (at + 1) : 32 * (at + 1) + 11] = struct.pack("11s", name.encode())
    path.with_suffix(".dbf").write_bytes(table)
    return path


def test_fields_of_one_name_are_told_apart_and_none_is_taken_for_the_other(tmp_path: Path) -> None:
    path = doubled(tmp_path / "a.shp", {"a": "POPULATION", "b": "POPULATION", "c": "NAME", "d": "NAME_1", "e": "NAME"})
    frame = sm.read(path)
    assert frame.drop(columns="geometry").iloc[0].to_dict() == {
        "POPULATION_1": 1,
        "POPULATION_2": 2,
        "NAME_2": 3,
        "NAME_1": 4,
        "NAME_3": 5,
    }
    assert frame.attrs["sheltermap_notes"] == [
        "2 columns are named 'NAME': they were read as 'NAME_2', 'NAME_3'",
        "2 columns are named 'POPULATION': they were read as 'POPULATION_1', 'POPULATION_2'",
    ]
    with pytest.raises(sm.ReadError, match=r"no column 'POPULATION' \(id=\)"):
        sm.read(path, id="POPULATION")
    assert sm.inspect(path, "demand").rows == 1


ODD_SHAPES = {
    "POLYGON ((24 56, 25 56, 25 57, 24 56), EMPTY)": "POLYGON ((24 56, 25 56, 25 57, 24 56))",
    "MULTIPOLYGON (((24 56, 25 56, 25 57, 24 56)), EMPTY)": "MULTIPOLYGON (((24 56, 25 56, 25 57, 24 56)))",
    "MULTILINESTRING ((24 56, 25 57), EMPTY)": "MULTILINESTRING ((24 56, 25 57))",
    "MULTIPOINT ((24 56), EMPTY)": "MULTIPOINT ((24 56))",
    "GEOMETRYCOLLECTION (POINT (24 56))": "POINT (24 56)",
    "GEOMETRYCOLLECTION (POINT (24 56), POINT EMPTY)": "POINT (24 56)",
    "GEOMETRYCOLLECTION (MULTIPOINT ((24 56)), GEOMETRYCOLLECTION (POINT (25 57)))": "MULTIPOINT ((24 56), (25 57))",
    "GEOMETRYCOLLECTION (LINESTRING (24 56, 25 57), LINESTRING (24 57, 25 57))": (
        "MULTILINESTRING ((24 56, 25 57), (24 57, 25 57))"
    ),
}


@pytest.mark.parametrize(("given", "meant"), ODD_SHAPES.items())
@pytest.mark.parametrize("ending", ["gpkg", "fgb", "parquet", "geojson", "frame"])
def test_what_is_empty_in_a_shape_and_collections_of_one_kind_are_read(
    given: str, meant: str, ending: str, tmp_path: Path
) -> None:
    frame = geopandas.GeoDataFrame(geometry=[shapely.from_wkt(given)], crs=4326)
    path = tmp_path / f"a.{ending}"
    if ending == "parquet":
        frame.to_parquet(path)
    elif ending == "geojson":
        path.write_text(shapely.to_geojson(frame.geometry[0]) if "EMPTY" not in given else GEOJSON[given])
    elif ending != "frame":
        frame.to_file(path)
    read = sm.read(frame if ending == "frame" else path).geometry[0]
    assert read.equals(shapely.from_wkt(meant)) and read.geom_type == shapely.from_wkt(meant).geom_type
    sm.write(frame, tmp_path / "b.gpkg")
    assert sm.read(tmp_path / "b.gpkg").geometry[0].wkt == meant


def of_type(kind: str, coordinates: str) -> str:
    return f'{{"type": "{kind}", "coordinates": {coordinates}}}'


RING = "[[24, 56], [25, 56], [25, 57], [24, 56]]"
GEOJSON = {
    "POLYGON ((24 56, 25 56, 25 57, 24 56), EMPTY)": of_type("Polygon", f"[{RING}, []]"),
    "MULTIPOLYGON (((24 56, 25 56, 25 57, 24 56)), EMPTY)": of_type("MultiPolygon", f"[[{RING}], []]"),
    "MULTILINESTRING ((24 56, 25 57), EMPTY)": of_type("MultiLineString", "[[[24, 56], [25, 57]], []]"),
    "MULTIPOINT ((24 56), EMPTY)": of_type("MultiPoint", "[[24, 56]]"),
    "GEOMETRYCOLLECTION (POINT (24 56), POINT EMPTY)": (
        f'{{"type": "GeometryCollection", "geometries": [{of_type("Point", "[24, 56]")}, {of_type("Point", "[]")}]}}'
    ),
}


def test_analyses_take_frames_with_such_shapes_as_well() -> None:
    homes = layer(people=[3])
    shape = shapely.from_wkt("MULTIPOLYGON (((24 56.9, 24.2 56.9, 24.2 57, 24 56.9)), EMPTY)")
    zones = geopandas.GeoDataFrame(geometry=[shape], crs=4326)
    whole = geopandas.GeoDataFrame(geometry=[shape.geoms[0]], crs=4326)
    counted = [sm.exposure(homes, each, weight="people").summary for each in (zones, whole)]
    pd.testing.assert_frame_equal(*counted)


@pytest.mark.parametrize("encoding", ["latin-1", "latin_1", "L1", "iso8859_1", "ISO-8859-1"])
@pytest.mark.parametrize("ending", ["csv", "geojson"])
def test_encodings_are_known_as_python_spells_them(encoding: str, ending: str, tmp_path: Path) -> None:
    text = "name,lon,lat\nMålselv,24.1,56.95\n"
    if ending == "geojson":
        text = (
            '{"type": "Feature", "properties": {"name": "Målselv"}, "geometry": {"type": "Point", '
            '"coordinates": [24.1, 56.95]}}'
        )
    (tmp_path / f"a.{ending}").write_bytes(text.encode("latin-1"))
    assert sm.read(tmp_path / f"a.{ending}", encoding=encoding).name.tolist() == ["Målselv"]


@pytest.mark.parametrize("encoding", ["windows_1257", "cp1257", "CP-1257", "1257", "Windows 1257", "win-1257"])
def test_code_pages_are_known_by_all_their_names(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("name,lon,lat\nĶekava,24.1,56.95\n".encode("cp1257"))
    assert sm.read(tmp_path / "a.csv", encoding=encoding).name.tolist() == ["Ķekava"]


def test_an_encoding_is_a_name_and_no_order_to_drop_what_does_not_fit(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"name,lon,lat\n\xff,24.1,56.95\n")
    with pytest.raises(sm.ReadError, match="unknown encoding 'utf-8//IGNORE'"):
        sm.read(tmp_path / "a.csv", encoding="utf-8//IGNORE")


def test_characters_that_nobody_sees_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,people\u200b,lon,lat\na,1,24.1,x\u00ad1\n", encoding="utf-8")
    with pytest.raises(sm.ReadError, match="'x‹SOFT HYPHEN›1' is not a number"):
        sm.read(tmp_path / "a.csv")
    (tmp_path / "a.csv").write_text("id,people\u200b,lon,lat\na,60\ufeff,24.1,56.95\n", encoding="utf-8")
    with pytest.raises(sm.ReadError, match="it has id, people‹ZERO WIDTH SPACE›, lon"):
        sm.read(tmp_path / "a.csv", id="people")
    homes = sm.read(tmp_path / "a.csv", id="id")
    with pytest.raises(ValueError, match="it has id, people‹ZERO WIDTH SPACE›, lon"):
        sm.coverage(homes, homes, weight="people", thresholds="500 m")
    with pytest.raises(ValueError, match="holds '60‹ZERO WIDTH NO-BREAK SPACE›' in row 1"):
        sm.coverage(homes, homes, weight="people\u200b", thresholds="500 m")
    found = sm.inspect(pd.DataFrame({"id": ["a"], "people": ["1\u200b2"], "lon": [24.1], "lat": [56.95]}), "demand")
    assert any("1‹ZERO WIDTH SPACE›2" in message for message in found.findings.message)
