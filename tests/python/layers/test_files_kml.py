"""KML and KMZ: placemarks as rows, and every one that cannot be used named."""

import datetime
import zipfile
from pathlib import Path

import pytest

import sheltermap as sm

RIGA = "<Point><coordinates>24.1,56.95,0</coordinates></Point>"


def kml(*placemarks: str, around: str = "") -> str:
    inside = "".join(f"<Placemark>{each}</Placemark>" for each in placemarks)
    return (
        f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{around}{inside}</Document></kml>'
    )


def data(**cells: object) -> str:
    said = "".join(f'<Data name="{name}"><value>{value}</value></Data>' for name, value in cells.items())
    return f"<ExtendedData>{said}</ExtendedData>"


def test_placemarks_are_rows_with_what_they_say_as_columns(tmp_path: Path) -> None:
    schema = '<Schema id="s"><SimpleField name="people" type="int"/></Schema>'
    typed = (
        '<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="people">4</SimpleData></SchemaData></ExtendedData>'
    )
    folder = f"<Folder><name>Rīga</name><Placemark><name>P0</name>{RIGA}</Placemark></Folder>"
    rows = [f"<name>P1</name>{data(people=3, code='007')}{RIGA}", f"<name>P2</name>{typed}{RIGA}"]
    (tmp_path / "a.kml").write_text(kml(*rows, around=schema + folder), encoding="utf-8")
    frame = sm.read(tmp_path / "a.kml", id="name")
    assert frame.name.tolist() == ["P0", "P1", "P2"] and frame.people.tolist()[1:] == [3, 4]
    assert frame.folder[0] == "Rīga" and frame.code[1] == "007"
    assert frame.crs.to_epsg() == 4326 and set(frame.geometry.to_wkt()) == {"POINT (24.1 56.95)"}
    assert sm.inspect(tmp_path / "a.kml", "demand").frame.people.sum() == 7


def test_shapes_of_all_kinds_are_read(tmp_path: Path) -> None:
    ring = "<LinearRing><coordinates>24,56 25,56 25,57 24,57 24,56</coordinates></LinearRing>"
    hole = "<LinearRing><coordinates>24.1,56.1 24.2,56.1 24.2,56.2 24.1,56.1</coordinates></LinearRing>"
    shapes = [
        "<LineString><coordinates>24,56,1\n25,56,2</coordinates></LineString>",
        f"<Polygon><innerBoundaryIs>{hole}</innerBoundaryIs><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>",
        f"<MultiGeometry>{RIGA}{RIGA.replace('24.1', '24.2')}</MultiGeometry>",
        f"<MultiGeometry>{RIGA}</MultiGeometry>",
    ]
    (tmp_path / "a.kml").write_text(kml(*shapes))
    frame = sm.read(tmp_path / "a.kml")
    assert frame.geometry.to_wkt().tolist() == [
        "LINESTRING (24 56, 25 56)",
        "POLYGON ((24 56, 25 56, 25 57, 24 57, 24 56), (24.1 56.1, 24.2 56.1, 24.2 56.2, 24.1 56.1))",
        "MULTIPOINT ((24.1 56.95), (24.2 56.95))",
        "POINT (24.1 56.95)",
    ]
    assert "heights (Z) of 1 geometries were left out" in frame.attrs["sheltermap_notes"]


def test_rows_that_cannot_be_used_are_named_and_links_told(tmp_path: Path) -> None:
    link = "<NetworkLink><Link><href>file:///etc/passwd</href></Link></NetworkLink>"
    rows = [
        RIGA,
        "<name>nowhere</name>",
        "<Point><coordinates>24.1, 56.95</coordinates></Point>",
        "<Track><when>2025</when></Track>",
        f"{data(people=1)}{data(people=2)}{RIGA}",
        f"<MultiGeometry>{RIGA}<LineString><coordinates>24,56 25,56</coordinates></LineString></MultiGeometry>",
        "<Point><coordinates>56.95,24.1 1,2</coordinates></Point>",
    ]
    (tmp_path / "a.kml").write_text(kml(*rows, around=link))
    frame = sm.read(tmp_path / "a.kml", strict=False)
    assert sm.refused(frame).set_index("row").reason.to_dict() == {
        2: "missing_geometry",
        3: "bad_coordinate",
        4: "unsupported_geometry",
        5: "damaged_row",
        6: "unsupported_geometry",
        7: "bad_coordinate",
    }
    assert frame.attrs["sheltermap_notes"][0] == "1 × NetworkLink was left out: nothing it points to is opened"


def test_a_kmz_is_the_same_packed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.writestr("doc.kml", kml(RIGA))
    assert sm.read(tmp_path / "a.kmz").geometry[0].wkt == "POINT (24.1 56.95)"
    with zipfile.ZipFile(tmp_path / "b.kmz", "w") as archive:
        archive.writestr("picture.png", b"")
    with pytest.raises(sm.ReadError, match=r"b\.kmz holds no \.kml file"):
        sm.read(tmp_path / "b.kmz")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "its XML cannot be read"),
        ("<gpx/>", "is not KML: it begins with <gpx>"),
        ("<kml/>", "has no rows"),
        (kml(RIGA)[:-30], "its XML cannot be read, line 1"),
        ('<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>', "declares a type"),
        ("<kml>" * 1000, "nested more than 256 levels"),
        (kml(f"<Placemark>{RIGA}</Placemark>"), "a Placemark lies in another one"),
        *(
            (
                f'<?xml version="1.0" encoding="{name}"?>{kml(RIGA)}',
                "says an encoding that cannot be read: .*; save it as",
            )
            for name in ("UTUTF-8", "big5", "rot13", "idna")
        ),
    ],
)
def test_what_cannot_be_read_is_one_error(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "a.kml").write_text(text)
    with pytest.raises(sm.ReadError, match=told):
        sm.read(tmp_path / "a.kml")


def test_a_day_of_a_placemark_is_a_column(tmp_path: Path) -> None:
    (tmp_path / "a.kml").write_text(kml(f"<TimeStamp><when>2025-01-02</when></TimeStamp>{RIGA}"))
    assert datetime.date.fromisoformat(sm.read(tmp_path / "a.kml").when[0]) == datetime.date(2025, 1, 2)
