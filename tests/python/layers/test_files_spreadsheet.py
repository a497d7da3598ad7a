"""Spreadsheets as layers: what stands in their cells, and files that would hang, grow or lie."""

import datetime
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import PatternFill

import sheltermap as sm

DAY = datetime.date(2025, 1, 2)
ROWS: list[list[Any]] = [
    ["id", "people", "lon", "lat", "day", "open", "code"],
    ["A1", 3, 24.1, 56.9, DAY, True, "007"],
    ["A2", None, 24.2, 56.95, None, False, "008"],
]
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    def make(rows: list[list[Any]] = ROWS, change: Callable[[Any], Any] = lambda sheet: None) -> Path:
        made = openpyxl.Workbook()
        for row in rows:
            made.active.append(row)
        change(made.active)
        made.save(tmp_path / "a.xlsx")
        return tmp_path / "a.xlsx"

    return make


def edited(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def both_doors(path: Path) -> list[str]:
    """What `read` and `inspect` say of a file that neither can use."""
    said = []
    for door in (lambda: sm.read(path), lambda: sm.inspect(path, "demand")):
        with pytest.raises(sm.ReadError) as failure:
            door()
        said.append(str(failure.value))
    return said


def test_cells_are_read_as_what_they_are(book: Callable[..., Path]) -> None:
    frame = sm.read(book(), id="id")
    assert frame.drop(columns="geometry").iloc[0].to_dict() == {
        "id": "A1",
        "people": 3,
        "lon": 24.1,
        "lat": 56.9,
        "day": DAY,
        "open": True,
        "code": "007",
    }
    assert frame.people.isna().tolist() == [False, True]
    assert frame.geometry.to_wkt().tolist() == ["POINT (24.1 56.9)", "POINT (24.2 56.95)"]


@pytest.mark.parametrize("kind", ["shelter", "water_intake", "demand", "reserve_store"])
def test_what_template_writes_is_read_wherever_a_layer_is(kind: str, tmp_path: Path) -> None:
    sm.template(kind, tmp_path / "a.xlsx")
    assert len(sm.read(tmp_path / "a.xlsx", strict=False)) == 0
    assert sm.layer_names(tmp_path / "a.xlsx")[0] == kind
    sheet = (made := openpyxl.load_workbook(tmp_path / "a.xlsx")).worksheets[0]
    names = [str(cell.value).partition("\n")[0] for cell in sheet[1]]
    for name, value in {"id": "A1", "lon": 24.1, "lat": 56.9}.items():
        sheet.cell(2, names.index(name) + 1).value = value
    made.save(tmp_path / "a.xlsx")
    frame = sm.read(tmp_path / "a.xlsx", id="id")
    assert frame.id.tolist() == ["A1"] and frame.geometry[0].wkt == "POINT (24.1 56.9)"


def test_texts_that_are_numbers_are_numbers_and_others_stay_texts(book: Callable[..., Path]) -> None:
    rows = [["a", "b", "c", "d", "lon", "lat"], ["1", "1,5", "~60", "1,200", 24, 57], [2, "20,25", 3, "2", 25, 57]]
    frame = sm.read(book(rows))
    assert frame.a.tolist() == [1, 2] and frame.b.tolist() == [1.5, 20.25]
    assert frame.c.tolist() == ["~60", "3"]
    assert frame.d.tolist() == ["1,200", "2"]  # 1200 or 1.2: nobody may take it for either
    assert any("column 'c' holds values of several kinds" in note for note in frame.attrs["sheltermap_notes"])


def test_coordinates_in_metres_need_a_system_and_a_cell_that_is_none_is_refused(book: Callable[..., Path]) -> None:
    path = book([["id", "X koord", "Y koord"], ["a", 506083, 311825], ["b", "pie dīķa", 311825], ["c", None, None]])
    for named in ({}, {"x": "X koord", "y": "Y koord"}):
        with pytest.raises(sm.CrsError, match="coordinates in 'X koord' and 'Y koord' and names no reference system"):
            sm.read(path, **named)
    frame = sm.read(path, x="X koord", y="Y koord", crs="EPSG:3059", strict=False)
    assert [(each.row, each.reason) for each in sm.refused(frame).itertuples()] == [
        (2, "bad_coordinate"),
        (3, "missing_geometry"),
    ]
    assert frame.geometry[0].x == 506083


def test_an_unknown_sheet_and_options_of_other_formats_are_mistakes(book: Callable[..., Path]) -> None:
    with pytest.raises(sm.ReadError, match=r'no sheet "Sheat"; did you mean "Sheet"'):
        sm.read(book(), layer="Sheat")
    with pytest.raises(ValueError, match="encoding is for CSV"):
        sm.read(book(), encoding="windows-1257")


def test_a_formula_without_a_result_is_told(book: Callable[..., Path]) -> None:
    path = book(change=lambda sheet: setattr(sheet["B3"], "value", "=B2*2"))
    assert "1 cells hold formulas without a result" in sm.read(path).attrs["sheltermap_notes"][0]


def test_colour_far_outside_is_no_cell(book: Callable[..., Path]) -> None:
    path = book(change=lambda sheet: setattr(sheet["XFD50000"], "fill", PatternFill("solid", fgColor="FF0000")))
    assert len(sm.read(path)) == 2
    assert sm.inspect(path, "demand").rows == 2


def test_a_value_far_outside_is_a_damaged_row(book: Callable[..., Path]) -> None:
    path = book(change=lambda sheet: setattr(sheet["XFD50000"], "value", "x"))
    assert sm.refused(sm.read(path, strict=False)).reason.tolist() == ["damaged_row"]
    assert "damaged_row" in sm.inspect(path, "demand").findings.reason.tolist()


def entities(_: bytes) -> bytes:
    inner = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    return f'<!DOCTYPE a [<!ENTITY a0 "aaaaaaaaaa">{inner}]><worksheet>&a11;</worksheet>'.encode()


@pytest.mark.parametrize(
    ("part", "change", "told"),
    [
        (SHEET, lambda xml: xml.replace(b'<row r="3"', b'<row r="1000000000"'), "no more than 1,048,576 rows"),
        (SHEET, lambda xml: xml.replace(b'r="B2"', b'r="XFE2"'), "more than 16,384 columns"),
        (SHEET, lambda xml: xml.replace(b'r="B2"', b'r="B7"'), "a cell of row 2 is said to stand in B7"),
        (SHEET, lambda xml: xml.replace(b"<v>3</v>", b"<v>3 vai 4</v>"), "row 2, column 2 holds “3 vai 4”"),
        (SHEET, lambda xml: xml[: len(xml) // 2], "its XML cannot be read, line 1, column"),
        (SHEET, lambda xml: b"<a>" * 100_000, "nested more than 256 levels"),
        (SHEET, entities, "declares a type .DOCTYPE."),
        ("xl/workbook.xml", entities, "declares a type .DOCTYPE."),
        (SHEET, lambda xml: b" " * 300_000_000, "zip bombs"),
        (SHEET, lambda xml: b'<?xml version="1.0" encoding="UTUTF-8"?>' + xml, "says an encoding that cannot be read"),
    ],
)
def test_what_would_hang_or_grow_or_lies_is_one_error(
    book: Callable[..., Path], part: str, change: Callable[[bytes], bytes], told: str
) -> None:
    book_path = edited(book(), part, change)
    read, inspected = both_doors(book_path)
    assert read == inspected
    assert "a.xlsx" in read and "\n" not in read
    with pytest.raises(sm.ReadError, match=told):
        sm.read(book_path)


@pytest.mark.parametrize(
    ("part", "change", "told"),
    [
        (
            SHEET,
            lambda xml: re.sub(rb"<v>[0-9]+</v>", b"<v>999</v>", xml, count=1),
            "names a text (999) that the file does not",
        ),
        ("xl/sharedStrings.xml", entities, "declares a type (DOCTYPE)"),
        ("xl/sharedStrings.xml", lambda xml: xml.replace(b"people", b"x" * 1_100_000, 1), "more than 1,000,000 char"),
    ],
)
def test_texts_that_cells_share_are_not_believed_either(
    part: str, change: Callable[[bytes], bytes], told: str, tmp_path: Path
) -> None:
    sm.template("demand", tmp_path / "a.xlsx")
    for said in both_doors(edited(tmp_path / "a.xlsx", part, change)):
        assert told in said


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "not a zip file"), (b"PK\3\4" + b"\0" * 60, "not a zip file"), (b"\xd0\xcf\x11\xe0old", "under a password")],
)
def test_what_is_no_spreadsheet_says_so(content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    for said in both_doors(tmp_path / "a.xlsx"):
        assert told in said


def test_a_packed_part_that_is_damaged_is_no_foreign_error(book: Callable[..., Path]) -> None:
    path = book()
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo(SHEET).header_offset + 30 + len(SHEET)
    content[at + 4 : at + 24] = b"\xff" * 20
    path.write_bytes(content)
    for said in both_doors(path):
        assert "a.xlsx is damaged" in said
