# SPDX-License-Identifier: Apache-2.0
"""Layers and tables as spreadsheets: typed cells, places that are read back, and nothing that runs."""

import datetime
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pandas as pd
import pytest
import shapely

import odd_layers
import sheltermap as sm
from hostile import FORMULAS
from sheltermap.layers import workbooks
from sheltermap.layers.workbooks import sheet_names

MAY_RUN = [*FORMULAS, "\t=1", "\r+1", "＝1", "'=1", " =1"]


def cells(path: Path, sheet: str | None = None) -> list[list[Any]]:
    book = openpyxl.load_workbook(path)
    page = book[sheet] if sheet else book.worksheets[0]
    return [[cell.value for cell in row] for row in page.iter_rows()]


def test_cells_have_the_types_of_their_columns(tmp_path: Path) -> None:
    frame = odd_layers.with_every_type_of_attribute()
    told = "15 digits, so they are texts.*times in UTC, which are texts"
    with pytest.warns(sm.LossWarning, match=told):
        sm.write(frame, tmp_path / "a.xlsx")
    head, first, second, third = cells(tmp_path / "a.xlsx")
    assert head == [*frame.columns.drop("geometry"), "lon", "lat"]
    row = dict(zip(head, first, strict=True))
    assert row["text"] == odd_layers.LATVIAN_LETTERS and row["whole"] == str(2**53 + 1)
    assert row["count"] == 0 and row["number"] == 0.1 and row["flag"] is True and row["maybe"] is True
    assert row["day"] == datetime.datetime(2026, 10, 1) and row["moment"].replace(microsecond=0).second in (56, 57)
    assert row["instant"] == "2026-10-01T09:34:56.789000Z" and (row["lon"], row["lat"]) == (24.1, 56.9)
    empty = ["text", "whole", "number", "maybe", "day", "moment", "instant"]
    assert [name for name, cell in zip(head, second, strict=True) if cell is None] == empty
    assert dict(zip(head, third, strict=True))["day"] == "1899-12-31"  # before spreadsheets count days
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.worksheets[0].freeze_panes == "A2"
    assert book.worksheets[0]["G2"].number_format == "yyyy-mm-dd"


def test_points_are_read_back_where_they_were(tmp_path: Path) -> None:
    frame = odd_layers.stations(50)
    sm.write(frame, tmp_path / "a.xlsx")
    read = sm.read(tmp_path / "a.xlsx", id="id")
    assert list(read.id) == list(frame.id) and list(read.people) == list(frame.people)
    assert (read.to_crs(3059).distance(frame.geometry) < 1e-3).all()


def test_shapes_are_texts_in_degrees(tmp_path: Path) -> None:
    frame = odd_layers.of_type("Polygon")
    sm.write(frame.to_crs(3857).to_crs(4326), tmp_path / "a.xlsx")
    head, first, _ = cells(tmp_path / "a.xlsx")
    assert head == ["id", "name", "wkt"]
    assert shapely.from_wkt(first[2]).equals_exact(frame.geometry[0], 1e-7)


def test_several_layers_and_tables_are_sheets(tmp_path: Path) -> None:
    figures = pd.DataFrame({"threshold_m": [500.0], "covered": [12]})
    sm.write({"near/2026": odd_layers.stations(), "figures": figures, "Figures": figures[:0]}, tmp_path / "a.xlsx")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["near 2026", "figures", "Figures 2"]
    assert cells(tmp_path / "a.xlsx", "figures") == [["threshold_m", "covered"], [500, 12]]
    assert cells(tmp_path / "a.xlsx", "Figures 2") == [["threshold_m", "covered"]]


def test_a_text_stays_one(tmp_path: Path) -> None:
    texts = [*MAY_RUN, "https://example.org", "007", "1.5", "_x0041_", "a\x01b", "Rīga"]
    frame = geopandas.GeoDataFrame(
        {"text": texts, "=1+1": -1},
        geometry=geopandas.points_from_xy([24.1] * len(texts), [56.9] * len(texts)),
        crs=4326,
    )
    sm.write(frame, tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))}
    assert not any("<f>" in part or "<f " in part for part in parts.values())
    assert not any("hyperlink" in part for part in parts.values())
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    column = [row[0] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert [each.data_type for each in column] == ["s"] * len(texts)
    # Excel's own mark: it stays a text when somebody edits the cell.
    assert [bool(each.quotePrefix) for each in column] == [text in MAY_RUN for text in texts]
    assert list(sm.read(tmp_path / "a.xlsx").text) == texts


def test_long_texts_are_cut_and_told(tmp_path: Path) -> None:
    with pytest.warns(sm.LossWarning, match=r"the texts of 1 rows, the first 2, were cut to 32,767 letters"):
        sm.write(pd.DataFrame({"text": ["a", "ķ" * 40_000]}), tmp_path / "a.xlsx")
    assert len(cells(tmp_path / "a.xlsx")[2][0]) == 32_767


def test_what_no_sheet_holds_leaves_the_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sm.write(pd.DataFrame({"n": [1]}), tmp_path / "a.xlsx")
    before = (tmp_path / "a.xlsx").read_bytes()
    with pytest.raises(sm.WriteError, match="column 'n' of 'a' is infinite in row 2"):
        sm.write(pd.DataFrame({"n": [1, float("inf")]}), tmp_path / "a.xlsx")
    with pytest.raises(sm.WriteError, match="column 'lat' differs from the position in row 1"):
        sm.write(odd_layers.of_type("Point").assign(lat=57.0), tmp_path / "a.xlsx")
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    with pytest.raises(sm.WriteError, match=r"layer 'a' has 3 rows .* a sheet holds 2 .*; write \.csv"):
        sm.write(odd_layers.stations(3), tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_columns_that_say_the_position_are_not_doubled(tmp_path: Path) -> None:
    frame = odd_layers.of_type("Point")
    sm.write(frame.assign(lon=frame.geometry.x, lat=frame.geometry.y), tmp_path / "a.xlsx")
    assert cells(tmp_path / "a.xlsx")[0] == ["id", "name", "lon", "lat"]


def test_the_same_layers_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")
    for name in ("a.xlsx", "b.xlsx"):
        sm.write({"near": odd_layers.stations()}, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_names_of_sheets_are_short_and_each_its_own() -> None:
    names = sheet_names(["x" * 40, "x" * 41, "History", "'[]", ""])
    assert names == ["x" * 31, "x" * 29 + " 2", "History 2", "sheet", "sheet 2"]
