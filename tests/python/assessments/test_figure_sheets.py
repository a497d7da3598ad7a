# SPDX-License-Identifier: Apache-2.0
"""The workbook of an assessment, and its pictures as files."""

import json
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from PIL import Image

import sheltermap as sm
from sheltermap.page.table_sheets import Sheet, write_sheets
from small_plan import HOMES, INDICATORS, PLAN, write_town

NAMES = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "https://example.invalid/", "{=1}"]
HOSTILE = HOMES + "".join(f'x{at},"{name}",25.{at},56.9,1500,0\n' for at, name in enumerate(NAMES))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sheets")
    title = 'title = "$x^{$ \\\\alpha \\u202e 避難所 $"'
    plan = PLAN.replace('title = "How far"', title).replace("schema = 1", 'schema = 1\nlanguages = ["lv", "en"]')
    sm.run(write_town(folder, plan=plan + INDICATORS, homes=HOSTILE), folder / "out", pictures=True)
    return folder


@pytest.fixture(scope="module")
def book(folder):
    return openpyxl.load_workbook(folder / "out" / "figures.xlsx")


def sheet_with(book, title: str):
    return next(sheet for sheet in book.worksheets if title in str(sheet["A1"].value))


def test_every_figure_is_there_with_all_its_digits(folder, book):
    told = json.loads((folder / "out" / "summary.json").read_text(encoding="utf-8"))["figures"]
    rows = list(book.worksheets[1].iter_rows(min_row=4, values_only=True))
    values = [each["value"] for each in told]
    assert [row[7] is None for row in rows] == [each is None for each in values]
    known = [each for each in values if each is not None]
    assert [row[7] for row in rows if row[7] is not None] == pytest.approx(known, rel=1e-14)
    assert rows[0][0] == "Iedzīvotāji patvērumu tuvumā"  # in the plan's first language
    assert {row[1] for row in rows} & {"covered", "uncovered", "unknown"} == set()  # words, not codes


def test_numbers_are_numbers_and_nothing_is_a_formula(book):
    cells = [cell for sheet in book.worksheets[1:] for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert set(NAMES) - {"\t=1"} <= texts
    listed = sheet_with(book, "Kas līdz 1 km nav sasniedzams")
    head = [cell.value for cell in listed[3]]
    at = next(n for n, each in enumerate(head) if str(each).endswith("(m)") or str(each).endswith("(km)"))
    assert any(isinstance(row[at], float | int) for row in listed.iter_rows(min_row=4, values_only=True))


def test_sheets_have_frozen_heads_widths_and_a_list_that_leads_to_them(book):
    names = book.sheetnames
    assert names[0] == "Saturs" and len(names) == len({name.lower() for name in names})
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B4"
        assert sheet.column_dimensions["A"].width > 6
    links = [cell.hyperlink.location for cell in book["Saturs"]["A"] if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in names[1:]]


def test_pictures_are_files_with_their_title(folder):
    found = sorted(each.name for each in (folder / "out" / "pictures").iterdir())
    assert "shelter-1.png" in found and "shelter-1.svg" in found and "how_far-1.png" in found
    for name in found:
        if name.endswith(".png"):
            with Image.open(folder / "out" / "pictures" / name) as image:
                assert image.width > 1000
        else:
            assert (folder / "out" / "pictures" / name).read_text(encoding="utf-8").startswith("<svg")
    listed = json.loads((folder / "out" / "summary.json").read_text(encoding="utf-8"))["files"]
    assert {f"pictures/{name}" for name in found} | {"figures.xlsx"} <= listed.keys()


def test_the_same_assessment_leaves_the_same_bytes(folder, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    for name in ("one", "two"):
        sm.run(folder / "plan.toml", folder / name, pictures=True)
    one, two = (
        {path.relative_to(folder / name): path.read_bytes() for path in (folder / name).rglob("*") if path.is_file()}
        for name in ("one", "two")
    )
    assert [str(path) for path in one if one[path] != two[path]] == []


def test_cells_are_what_was_written_in_their_rows_and_columns(tmp_path):
    texts = ["A & B <c>", " two  spaces ", "_x0041_", "\x01\r\n", "ā\ufffe", None, "=1+1"]
    numbers = [1.0, 0.1, -2.5e-7, 123456789012.0, None, 1 / 3, 0.0]
    columns = [texts, *([None] * 7 for _ in range(26)), numbers]
    sheet = Sheet("Title", [f"head {at}" for at in range(28)], columns, note="Note")
    write_sheets([sheet], tmp_path / "a.xlsx", contents="Contents", created=datetime(2026, 1, 1))
    for read_only in (True, False):
        page = openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=read_only).worksheets[1]
        rows = list(page.iter_rows(values_only=True))
        assert [row[27] for row in rows[3:]] == numbers and rows[2][27] == "head 27"
        told = [unescape(row[0]) if row[0] else None for row in rows[3:]]
        assert told == texts and page["AB5"].number_format == "#,##0.0##" and page["AB4"].number_format == "#,##0"
        assert {each for row in rows[3:] for each in row[1:27]} == {None}
