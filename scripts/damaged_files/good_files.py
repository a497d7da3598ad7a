# SPDX-License-Identifier: Apache-2.0
"""Small good files of every format that sheltermap reads, for damage to be done to."""

from __future__ import annotations

import datetime
import json
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import geopandas
import pandas as pd
import pyarrow.parquet as pq
import shapely

import sheltermap as sm

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_data"
SHAPES = {
    "points": ["POINT (24.1 56.9)", "POINT (24.2 56.8)", "POINT (24.3 56.7)"],
    "lines": ["LINESTRING (24 57, 24.5 57.5, 25 57)", "LINESTRING (21 56, 22 56)", "MULTILINESTRING ((24 57, 25 57))"],
    "areas": [
        "POLYGON ((24 57, 24.4 57, 24.4 57.4, 24 57), (24.2 57.1, 24.3 57.2, 24.3 57.1, 24.2 57.1))",
        "MULTIPOLYGON (((24 57, 25 57, 25 58, 24 57)), ((26 57, 27 57, 27 58, 26 57)))",
        "POLYGON ((21 56, 22 56, 22 57, 21 56))",
    ],
}
STREETS = """<osm version="0.6">
<node id="1" version="1" lat="56.95" lon="24.10"/><node id="2" version="1" lat="56.951" lon="24.10"/>
<node id="3" version="1" lat="56.951" lon="24.102"><tag k="barrier" v="gate"/></node>
<node id="4" version="1" lat="56.95" lon="24.102"/>
<way id="1" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/><tag k="maxspeed" v="50"/></way>
<way id="2" version="1"><nd ref="3"/><nd ref="4"/><tag k="highway" v="footway"/><tag k="bridge" v="yes"/></way>
<way id="3" version="1"><nd ref="1"/><nd ref="2"/><nd ref="4"/><nd ref="1"/><tag k="highway" v="pedestrian"/><tag k="area" v="yes"/></way>
<relation id="1" version="1"><member type="way" ref="3" role="outer"/><tag k="type" v="multipolygon"/><tag k="highway" v="pedestrian"/></relation>
</osm>
"""  # noqa: E501
GROUND = """<osm version="0.6">
<node id="1" version="1" lat="56.95" lon="24.10"/><node id="2" version="1" lat="56.95" lon="24.12"/>
<node id="3" version="1" lat="56.97" lon="24.12"/><node id="4" version="1" lat="56.97" lon="24.10"/>
<node id="5" version="1" lat="56.955" lon="24.105"/><node id="6" version="1" lat="56.955" lon="24.11"/>
<node id="7" version="1" lat="56.96" lon="24.11"/>
<node id="8" version="1" lat="56.96" lon="24.115"><tag k="place" v="town"/><tag k="name" v="Ikšķile"/><tag k="population" v="7 000"/></node>
<way id="1" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/></way>
<way id="2" version="1"><nd ref="3"/><nd ref="4"/><nd ref="1"/></way>
<way id="3" version="1"><nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="5"/><tag k="landuse" v="forest"/></way>
<way id="4" version="1"><nd ref="4"/><nd ref="2"/><tag k="natural" v="coastline"/></way>
<way id="5" version="1"><nd ref="1"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="name" v="Rīgas iela"/></way>
<relation id="1" version="1"><member type="way" ref="1" role="outer"/><member type="way" ref="2" role="outer"/><member type="way" ref="3" role="inner"/><tag k="type" v="multipolygon"/><tag k="natural" v="water"/></relation>
<relation id="2" version="1"><member type="way" ref="1" role="outer"/><member type="way" ref="2" role="outer"/><tag k="type" v="boundary"/><tag k="boundary" v="administrative"/><tag k="admin_level" v="4"/></relation>
</osm>
"""  # noqa: E501
KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Shelters</name>
<Placemark><name>Rīga</name><ExtendedData><Data name="id"><value>S1</value></Data><Data name="capacity_persons">
<value>120</value></Data></ExtendedData><Point><coordinates>24.1,56.9,0</coordinates></Point></Placemark>
<Placemark><name>Zone</name><Polygon><outerBoundaryIs><LinearRing>
<coordinates>24,57 24.4,57 24.4,57.4 24,57</coordinates></LinearRing></outerBoundaryIs>
</Polygon></Placemark></Document></kml>
"""
GPX = """<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="56.9" lon="24.1"><ele>5</ele><name>S1</name></wpt><wpt lat="56.8" lon="24.2"><name>S2</name></wpt>
<trk><name>T</name><trkseg><trkpt lat="56.9" lon="24.1"/><trkpt lat="56.8" lon="24.2"/></trkseg></trk></gpx>
"""


def make(folder: Path) -> dict[str, list[list[Path]]]:
    """Write all files; of each format the files, and of each of these what is opened, then what belongs to it."""
    folder.mkdir()
    made = {maker.__name__: [*maker(folder)] for maker in MAKERS}
    return {kind: [each if isinstance(each, list) else [each] for each in files] for kind, files in made.items()}


def layers() -> dict[str, geopandas.GeoDataFrame]:
    """Layers of every kind of geometry with attributes of every type."""
    attributes = pd.DataFrame(
        {
            "id": ["S1", "S2", "S3"],
            "name": ["Rīga", None, 'a "quoted", text\nof two lines'],
            "people": pd.array([120, None, 2**31 - 1], dtype="Int64"),
            "depth_m": [0.1, None, -1e9],
            "public": pd.array([True, None, False], dtype="boolean"),
            "day": [datetime.date(2026, 10, 1), None, datetime.date(1899, 12, 31)],
            "moment": pd.Series(["2026-10-01T12:34:56.789", None, "1969-12-31T23:59:59.001"], dtype="datetime64[ms]"),
        }
    )
    return {
        name: geopandas.GeoDataFrame(attributes.copy(), geometry=shapely.from_wkt(shapes), crs=4326)
        for name, shapes in SHAPES.items()
    }


def _written(folder: Path, ending: str) -> Iterator[Path]:
    for name, frame in layers().items():
        sm.write(frame, folder / f"{name}{ending}")
        yield folder / f"{name}{ending}"


def csv(folder: Path) -> Iterator[Path]:
    sm.write(layers()["points"], folder / "points.csv")
    rows = "id;name;x;y;people;day\n1;Rīga;506083,1;311825,5;1 200;01.10.2026\n2;Liepāja;318000;268000;;\n"
    (folder / "semicolons.csv").write_bytes(rows.encode("windows-1257"))
    (folder / "tabs.tsv").write_bytes(b"\xff\xfe" + rows.replace(";", "\t").encode("utf-16-le"))
    shapes = "id,WKT,people\n" + "".join(f'{i},"{wkt}",{i}\n' for i, wkt in enumerate(SHAPES["areas"]))
    (folder / "shapes.csv").write_text(shapes, "utf-8")
    yield from (folder / name for name in ("points.csv", "semicolons.csv", "tabs.tsv", "shapes.csv"))
    yield SAMPLES / "ogre" / "shelters.csv"


def geojson(folder: Path) -> Iterator[Path]:
    yield from _written(folder, ".geojson")
    (folder / "list.json").write_text(
        json.dumps([{"id": "S1", "lon": 24.1, "lat": 56.9, "tags": [1, {}]}] * 3), "utf-8"
    )
    yield folder / "list.json"


def gpkg(folder: Path) -> Iterator[Path]:
    yield from _written(folder, ".gpkg")
    sm.write(layers(), folder / "several.gpkg")
    sm.template("shelter", folder / "template.gpkg")
    yield from (folder / "several.gpkg", folder / "template.gpkg")


def store(folder: Path) -> Iterator[Path]:
    kept = sm.RegisterStore.create(folder / "store.gpkg", "water_intake")
    kept.add({"id": "W1", "kind": "well", "lon": 24.1, "lat": 56.9}, since="2025-05-01", by="A", why="survey")
    kept.update({"id": "W1", "volume_m3": "120"}, since="2026-02-01", by="A", why="survey")
    yield folder / "store.gpkg"


def shapefile(folder: Path) -> Iterator[list[Path]]:
    for name, frame in layers().items():
        path = folder / f"{name}.shp"
        frame.astype({"moment": str}).to_file(path, encoding="utf-8")
        yield [path, *(path.with_suffix(each) for each in (".shx", ".dbf", ".prj", ".cpg"))]


def zipped(folder: Path) -> Iterator[Path]:
    for parts in shapefile(folder):
        with zipfile.ZipFile(parts[0].with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
            for each in parts:
                archive.write(each, each.name)
        yield parts[0].with_suffix(".zip")


def fgb(folder: Path) -> Iterator[Path]:
    yield from _written(folder, ".fgb")


def gdb(folder: Path) -> Iterator[Path]:
    frame = layers()["areas"].astype({"moment": str, "people": "float64"}).iloc[[0, 2]]
    frame.to_file(folder / "areas.gdb", driver="OpenFileGDB")
    yield folder / "areas.gdb"


def parquet(folder: Path) -> Iterator[Path]:
    yield from _written(folder, ".parquet")
    for name in SHAPES:  # without the checksums that would keep most damage from being read
        table = pq.read_table(folder / f"{name}.parquet")
        pq.write_table(table, folder / f"{name}_plain.parquet", compression="none")
        yield folder / f"{name}_plain.parquet"
    layers()["lines"].to_parquet(folder / "arrow.parquet", geometry_encoding="WKB")
    yield folder / "arrow.parquet"
    layers()["points"].to_parquet(folder / "geoarrow.parquet", geometry_encoding="geoarrow")
    yield folder / "geoarrow.parquet"


def xlsx(folder: Path) -> Iterator[Path]:
    sm.template("shelter", folder / "template.xlsx")
    table = pd.DataFrame(layers()["points"].drop(columns="geometry")).assign(lon=[24.1, 24.2, 24.3], lat=56.9)
    table.to_excel(folder / "written.xlsx", index=False)
    yield from (folder / "template.xlsx", folder / "written.xlsx")


def gpx(folder: Path) -> Iterator[Path]:
    (folder / "places.gpx").write_text(GPX, "utf-8")
    yield folder / "places.gpx"


def json_rows(folder: Path) -> Iterator[Path]:
    rows = [{"id": f"S{at}", "lat": 56.9, "lon": 24 + at / 10, "tags": [at]} for at in range(4)]
    (folder / "nested.json").write_text(json.dumps({"count": 4, "result": {"items": rows}}), "utf-8")
    (folder / "rows.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    points = [{"type": "Point", "coordinates": [row["lon"], row["lat"]]} for row in rows]
    features = [
        json.dumps({"type": "Feature", "properties": row, "geometry": point})
        for row, point in zip(rows, points, strict=True)
    ]
    (folder / "features.geojsonl").write_text("\n".join(features), "utf-8")
    yield from (folder / "nested.json", folder / "rows.ndjson", folder / "features.geojsonl")


def kml(folder: Path) -> Iterator[Path]:
    (folder / "places.kml").write_text(KML, "utf-8")
    with zipfile.ZipFile(folder / "places.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", KML)
    yield from (folder / "places.kml", folder / "places.kmz")


def osm(folder: Path) -> Iterator[Path]:
    (folder / "streets.osm").write_text(STREETS, "utf-8")
    (folder / "ground.osm").write_text(GROUND, "utf-8")
    yield from (folder / "streets.osm", folder / "ground.osm")


def pbf(folder: Path) -> Iterator[Path]:
    packed = ROOT / "tests" / "data" / "osm" / "helsinki.osm.pbf"
    plain = folder / "plain.osm.pbf"
    plain.write_bytes(_unpacked(packed.read_bytes()))
    yield from (packed, plain)


def streets(folder: Path) -> Iterator[Path]:
    (folder / "made.osm").write_text(STREETS, "utf-8")
    sm.Network.from_osm(folder / "made.osm").save(folder / "made.streets")
    yield folder / "made.streets"


def plan(folder: Path) -> Iterator[list[Path]]:
    for story in ("latvia", "ogre"):
        copied = shutil.copytree(SAMPLES / story, folder / story, ignore=shutil.ignore_patterns("*.py", "20*"))
        # So that a copy in another folder finds its data.
        text = (copied / "plan.toml").read_text("utf-8").replace('path = "', f'path = "../../{folder.name}/{story}/')
        (copied / "plan.toml").write_text(text, "utf-8")
        yield [copied / "plan.toml", copied / "indicators.toml"]


def _unpacked(pbf: bytes) -> bytes:
    """Return an OpenStreetMap file whose blocks are not compressed, so that damage reaches what is in them."""
    made, at = b"", 0
    while at < len(pbf):
        (length,) = struct.unpack_from(">I", pbf, at)
        header = _fields(pbf[at + 4 : at + 4 + length])
        at += 4 + length
        block = _fields(pbf[at : at + int(header[3])])
        at += int(header[3])
        raw = _field(1, zlib.decompress(bytes(block[3])))
        head = _field(1, bytes(header[1])) + b"\x18" + _varint(len(raw))
        made += struct.pack(">I", len(head)) + head + raw
    return made


def _fields(message: bytes) -> dict[int, bytes | int]:
    """Return the fields of a message of protocol buffers that has numbers and bytes only."""
    found: dict[int, bytes | int] = {}
    at = 0

    def number() -> int:
        nonlocal at
        value, shift = 0, 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = number()
        value = number()
        if key & 7 == 2:
            found[key >> 3] = message[at : at + value]
            at += value
        else:
            found[key >> 3] = value
    return found


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    made = b""
    while value >= 0x80:
        made += bytes([value & 0x7F | 0x80])
        value >>= 7
    return made + bytes([value])


MAKERS = (
    csv,
    geojson,
    gpkg,
    store,
    shapefile,
    zipped,
    fgb,
    gdb,
    parquet,
    xlsx,
    kml,
    gpx,
    json_rows,
    osm,
    pbf,
    streets,
    plan,
)
