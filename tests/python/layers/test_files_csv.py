# SPDX-License-Identifier: Apache-2.0
"""CSV as offices write it: delimiters, decimal commas, encodings, codes that look like numbers."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

import odd_layers
import sheltermap as sm
from sheltermap.layers.cells import numbers

Csv = Callable[..., Path]


@pytest.fixture
def csv(tmp_path: Path) -> Csv:
    """Writes a file and gives its path."""

    def write(text: str | bytes, name: str = "a.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize(
    "names",
    [
        "lon,lat",
        "longitude,latitude",
        "lng,lat",
        "LON,LAT",
        "garums,platums",
        "Ģeogrāfiskais garums,Ģeogrāfiskais platums",
    ],
)
def test_degrees_are_known_by_their_names(names: str, csv: Csv) -> None:
    read = sm.read(csv(f"{names},v\n24.1,56.9,1\n"))
    assert read.crs.to_epsg() == 4326
    assert read.geometry[0] == shapely.Point(24.1, 56.9)


@pytest.mark.parametrize("names", ["x,y", "X,Y", "east,north", "easting,northing", "E,N"])
def test_metres_need_a_crs(names: str, csv: Csv) -> None:
    path = csv(f"{names}\n506083.1,311825\n")
    with pytest.raises(sm.CrsError, match="crs='EPSG:3059'"):
        sm.read(path)
    read = sm.read(path, crs="EPSG:3059")
    assert read.crs.to_epsg() == 3059
    assert read.geometry[0] == shapely.Point(506083.1, 311825)


@pytest.mark.parametrize("line", ["sep=;\n", "sep=;\r\n", "\ufeffSEP=;\n"])
def test_the_line_in_which_excel_names_the_delimiter_is_no_row(line: str, csv: Csv) -> None:
    read = sm.read(csv(line + "lon;lat;note,with,commas,more\n24,5;57;1\n"))
    assert read.geometry[0] == shapely.Point(24.5, 57) and read.iloc[:, 2].tolist() == [1]
    listed = sm.refused(sm.read(csv(line + "lon;lat;n\n24,5;57;1\n24;57\n"), strict=False))
    assert listed.row.tolist() == [2] and "(line 4)" in listed.detail[0]


def test_a_column_may_be_called_sep(csv: Csv) -> None:
    assert sm.read(csv("sep=x;lon;lat\na;24;57\n"))["sep=x"].tolist() == ["a"]
    assert sm.read(csv("sep=,lon,lat\na,24,57\n"))["sep="].tolist() == ["a"]


def test_named_columns_are_taken(csv: Csv) -> None:
    read = sm.read(csv("lat,garums_m,platums_m\n1,506083,311825\n"), x="garums_m", y="platums_m", crs="EPSG:3059")
    assert read.geometry[0].x == 506083


def test_a_metric_crs_prefers_the_columns_in_metres(csv: Csv) -> None:
    read = sm.read(csv("lon,lat,x,y\n24.1,56.95,506083,311825\n"), crs="EPSG:3059")
    assert read.geometry[0].x == 506083


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_recognised(delimiter: str, csv: Csv) -> None:
    read = sm.read(csv(delimiter.join(["name", "lon", "lat"]) + "\n" + delimiter.join(["Rīga", "24.1", "56.9"]) + "\n"))
    assert list(read.name) == ["Rīga"]


def test_decimal_commas_are_numbers_where_the_delimiter_is_a_semicolon(csv: Csv) -> None:
    read = sm.read(csv("lon;lat;hectares\n24,105;56,95;12,5\n24,2;56,8;3\n"))
    assert list(read.geometry.x) == [24.105, 24.2]
    assert list(read.hectares) == [12.5, 3.0]


SEMICOLON_COMMA = "lon;lat;people\n24,105;56,950;"
SEMICOLON_POINT = "lon;lat;people\n24.105;56.950;"
TAB_POINT = "lon\tlat\tpeople\n24.105\t56.950\t"
TAB_WHOLE = "x\ty\tpeople\n506083\t312345\t"
QUOTED = 'x,y,note,people\n506083,312345,"0,5",'


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        (SEMICOLON_COMMA + "1.200\n", "1.200"),
        (SEMICOLON_COMMA + "1.200\n24,2;56,9;85\n", "1.200"),
        (SEMICOLON_POINT + "1,200\n", "1,200"),
        (SEMICOLON_POINT + "1,200\n24.2;56.9;-3,500\n", "1,200"),
        (TAB_POINT + "12,345\n", "12,345"),
        (TAB_WHOLE + "1,200\n", "1,200"),
        (TAB_WHOLE + "1.200\n", "1.200"),
        (QUOTED + "1.200\n", "1.200"),
        (SEMICOLON_COMMA + "1,200\n24,2;56,9;85\n", "1,200"),  # beside 85, which is no 85.000
        ("lon,lat,people\n24.105,56.950,1.200\n24.2,56.9,85\n", "1.200"),
    ],
)
def test_a_number_that_may_be_thousands_is_never_a_fraction(text: str, cell: str, csv: Csv) -> None:
    read = sm.read(csv(text), crs="EPSG:3059" if "x" in text[:2] else None)
    assert read.people[0] == cell
    (note,) = read.attrs["sheltermap_notes"]
    assert note.startswith(f"column 'people' holds '{cell}' in row 1") and note.endswith("it was read as text")
    whole, fraction = cell.replace(",", ".").split(".")
    with pytest.raises(ValueError, match=f"may be {whole}{fraction} or {float(f'{whole}.{fraction}')}: write {whole}"):
        numbers(read, "people", "demand")


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (SEMICOLON_COMMA + "1,250\n", [1.25]),  # both marks are the comma
        (SEMICOLON_COMMA + "1.5\n", [1.5]),  # can mean nothing else
        (SEMICOLON_COMMA + "0.250\n", [0.25]),
        (SEMICOLON_COMMA + "1200.500\n", [1200.5]),
        (SEMICOLON_COMMA + "1.250\n24,2;56,9;0.5\n", [1.25, 0.5]),
        (SEMICOLON_POINT + "1.250\n", [1.25]),
        (TAB_POINT + "1.250\n", [1.25]),
        ("lon,lat,people\n24.105,56.950,1.250\n24.2,56.9,3.125\n", [1.25, 3.125]),
        ("x,y,people\n506083,312345,1.250\n", [1.25]),
        ("lon,lat,people\n24.105,56.950,1.125\n24.2,56.9,3\n", [1.125, 3]),
        ("lon,lat,people\n24.105,56.950,1.250\n24.2,56.9,0\n", [1.25, 0]),
    ],
)
def test_a_fraction_of_three_digits_is_one_where_the_file_says_so(text: str, people: list[float], csv: Csv) -> None:
    read = sm.read(csv(text), crs="EPSG:3059" if "x" in text[:2] else None)
    assert read.people.tolist() == people and read.attrs["sheltermap_notes"] == []


def test_a_coordinate_with_another_mark_than_its_column_is_refused_where_it_may_be_thousands(csv: Csv) -> None:
    path = csv("x;y\n506083,5;312345,5\n506.083;312345,5\n506083.5;312345,5\n")
    read = sm.read(path, crs="EPSG:3059", strict=False)
    (row,) = sm.refused(read).to_dict("records")
    assert (row["row"], row["reason"]) == (2, "bad_coordinate") and "'506.083'" in row["detail"]


def test_a_column_with_both_decimal_marks_stays_text(csv: Csv) -> None:
    assert list(sm.read(csv("lon;lat;v\n24;56;1,250\n24;56;1.250\n")).v) == ["1,250", "1.250"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(line_end: str, csv: Csv) -> None:
    assert len(sm.read(csv(line_end.join(["lon,lat", "24,56", "25,57", ""])))) == 2


def test_a_byte_order_mark_is_no_part_of_the_first_name(csv: Csv) -> None:
    assert list(sm.read(csv(b"\xef\xbb\xbfname,lon,lat\nA,24,56\n")).columns[:1]) == ["name"]


def test_utf_16_with_its_mark_is_read(csv: Csv) -> None:
    assert list(sm.read(csv("name\tlon\tlat\nĶekava\t24\t56\n".encode("utf-16"))).name) == ["Ķekava"]


def test_windows_1257_is_read_with_its_name(csv: Csv) -> None:
    path = csv(f"name;lon;lat\n{odd_layers.LATVIAN_LETTERS};24;56\n".encode("cp1257", "replace"))
    letters = odd_layers.LATVIAN_LETTERS.encode("cp1257", "replace").decode("cp1257")
    assert list(sm.read(path, encoding="windows-1257").name) == [letters]


def test_windows_1257_read_as_utf_8_says_where_and_what_to_do(csv: Csv) -> None:
    path = csv("name;lon;lat\nRiga;24;56\nĶekava;24;56\n".encode("cp1257"))
    with pytest.raises(
        sm.ReadError, match=r"a\.csv, row 2, column 'name'.*encoding=.*'windows-1257' in the Baltic states"
    ):
        sm.read(path)


def test_an_unknown_encoding_is_named(csv: Csv) -> None:
    with pytest.raises(sm.ReadError, match="unknown encoding 'windows-1275'"):
        sm.read(csv("lon,lat\n24,56\n"), encoding="windows-1275")


def test_quoted_cells_keep_delimiters_quotes_and_line_ends(csv: Csv) -> None:
    read = sm.read(csv('name,lon,lat\n"a ""b"", c\nd",24,56\n'))
    assert read.name[0] == 'a "b", c\nd'


@pytest.mark.parametrize(
    "cell", ["0001000", "007", "+371", "1 250", "1e", "12345678901234567890", "nan", "inf", "0x10"]
)
def test_what_is_a_code_or_a_word_stays_text(cell: str, csv: Csv) -> None:
    assert list(sm.read(csv(f"code,lon,lat\n{cell},24,56\n1,24,56\n")).code) == [cell, "1"]


def test_numbers_are_whole_where_all_are(csv: Csv) -> None:
    read = sm.read(csv(f"whole,gaps,number,lon,lat\n{2**63 - 1},1,1,24,56\n-5,,2.5,24,56\n"))
    assert list(read.whole) == [2**63 - 1, -5]
    assert read.gaps.dtype == "Int64"
    assert pd.isna(read.gaps[1])
    assert read.number.dtype == np.float64


def test_whole_numbers_beside_fractions_stay_exact_as_text(csv: Csv) -> None:
    assert list(sm.read(csv(f"v,lon,lat\n{2**53 + 1},24,56\n0.5,24,56\n")).v) == [str(2**53 + 1), "0.5"]


def test_a_short_row_is_refused_and_the_others_stay(csv: Csv) -> None:
    path = csv("name,lon,lat\nA,24,56\nB,24\nC,24,56,9\nD,25,57\n")
    with pytest.raises(sm.ReadError, match=r"2 of 4 rows.*\n  row 2: 2 fields where the header has 3 \(line 3\)"):
        sm.read(path)
    read = sm.read(path, strict=False)
    assert list(read.geometry.isna()) == [False, True, True, False]
    assert list(sm.refused(read).row) == [2, 3]


def test_an_unclosed_quote_is_an_error_that_names_the_line(csv: Csv) -> None:
    with pytest.raises(sm.ReadError, match="line 3: a quote"):
        sm.read(csv('name,lon,lat\nA,24,56\n"B,24,56\nC,24,56\n'))


def test_text_after_a_closing_quote_is_refused(csv: Csv) -> None:
    assert list(sm.refused(sm.read(csv('name,lon,lat\n"A"x,24,56\nB,24,56\n'), strict=False)).row) == [1]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("", "missing_geometry"), ("abc", "bad_coordinate"), ("1e400", "bad_coordinate"), ("nan", "bad_coordinate")],
)
def test_a_coordinate_that_is_none_is_refused(cell: str, reason: str, csv: Csv) -> None:
    read = sm.read(csv(f"name,lon,lat\nA,{cell},56\nB,24,56\n"), strict=False)
    assert list(sm.refused(read).reason) == [reason]
    assert read.geometry.isna()[0]


def test_a_number_beyond_all_bounds_is_refused(csv: Csv) -> None:
    with pytest.raises(sm.ReadError, match=r"row 1: column 'people': '1e400' is beyond the range"):
        sm.read(csv("people,lon,lat\n1e400,24,56\n2,24,56\n"))


def test_two_columns_of_one_name_are_an_error(csv: Csv) -> None:
    with pytest.raises(sm.ReadError, match="two columns are named 'name'"):
        sm.read(csv("name,name,lon,lat\nA,B,24,56\n"))


def test_without_coordinates_the_columns_are_listed(csv: Csv) -> None:
    with pytest.raises(sm.ReadError, match="x= and y=; it has name, address"):
        sm.read(csv("name,address\nA,B\n"))


def test_blank_lines_are_no_rows(csv: Csv) -> None:
    assert len(sm.read(csv("lon,lat\n\n24,56\n\n25,57\n\n"))) == 2


@pytest.mark.parametrize("text", ["", "\ufeff"])
def test_an_empty_file_is_an_error(text: str, csv: Csv) -> None:
    with pytest.raises(sm.ReadError, match="is empty"):
        sm.read(csv(text))


def test_a_header_alone_has_no_rows(csv: Csv) -> None:
    path = csv("lon,lat\n")
    with pytest.raises(sm.ReadError, match="has no rows"):
        sm.read(path)
    assert len(sm.read(path, strict=False)) == 0


def test_a_reference_system_that_is_no_map_is_refused(csv):
    with pytest.raises(sm.CrsError, match="'EPSG:4978' is neither a geographic nor a projected reference system"):
        sm.read(csv("x,y\n3195000,1420000\n"), crs="EPSG:4978")
