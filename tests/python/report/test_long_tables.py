# SPDX-License-Identifier: Apache-2.0
"""Tables that a page has no room for: what it shows, what it says of the rest, and that the workbook has all."""

import geopandas
import numpy as np
import openpyxl
import pytest
import shapely

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.page.table import Table
from sheltermap.report.long_tables import ROWS_SHOWN, for_page

WORDS = dict.fromkeys(texts.LANGUAGES, "x")
AREAS = 130


def table(count, **given):
    return Table(WORDS, ["area", "people"], [[f"A{row}", str(row)] for row in range(count)], **given)


def test_a_table_that_fits_is_as_it_is():
    one = table(ROWS_SHOWN, concern=range(ROWS_SHOWN))
    assert for_page(one) is one


def test_without_a_rank_the_first_rows_are_shown_and_the_rest_is_told():
    shown = for_page(table(1234, note=dict.fromkeys(texts.LANGUAGES, "Known."), foot=[["all", "9"]]))
    assert [row[0] for row in shown.rows] == [f"A{row}" for row in range(ROWS_SHOWN)]
    assert shown.left_out == 1234 - ROWS_SHOWN and shown.foot == [["all", "9"]]
    number = texts.number(1234)
    assert shown.note["en"] == f"Known. The first 100 of {number} rows are shown; all are in figures.xlsx."


def test_those_that_matter_most_come_first_and_take_their_places_and_numbers_along():
    concern = np.zeros(300)
    concern[[250, 7, 120]] = 3, 9, 3
    places = [(24.0, float(row)) for row in range(260)]
    shown = for_page(table(300, concern=concern, places=places, numbered=[0, 7], numbers_on="here"))
    assert [row[0] for row in shown.rows[:5]] == ["A7", "A120", "A250", "A0", "A1"]
    assert shown.places[:4] == [(24.0, 7.0), (24.0, 120.0), (24.0, 250.0), (24.0, 0.0)]
    assert list(shown.numbered) == [0, 3]
    assert shown.note["lv"].startswith(f"Parādītas 100 no {texts.number(300)} rindām")


def test_a_row_whose_concern_is_not_known_comes_after_those_with_one():
    concern = [np.nan] * 200
    concern[150] = 1.0
    assert for_page(table(200, concern=concern)).rows[0][0] == "A150"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An assessment of more areas than a page shows, in each of which one more lives too far away."""
    folder = tmp_path_factory.mktemp("areas")
    corners = ((0, 0), (0.04, 0), (0.04, 0.04), (0, 0.04), (0, 0))
    homes = [f"h{row},{row + 1},{20.02 + row * 0.05:.2f},56.02" for row in range(AREAS)]
    areas = geopandas.GeoDataFrame(
        {"name": [f"A{row:03}" for row in range(AREAS)]},
        geometry=[shapely.Polygon([(20 + row * 0.05 + x, 56 + y) for x, y in corners]) for row in range(AREAS)],
        crs=4326,
    )
    sm.write(areas, folder / "areas.gpkg")
    (folder / "homes.csv").write_text("id,people,lon,lat\n" + "\n".join(homes) + "\n")
    (folder / "shelters.csv").write_text("id,lon,lat\nS,10.0,50.0\n")
    (folder / "plan.toml").write_text("""
schema = 1
title = { en = "Areas" }
year = 2026
[inputs]
homes = { path = "homes.csv", crs = "EPSG:4326", id = "id" }
shelters = { path = "shelters.csv", crs = "EPSG:4326", id = "id" }
areas = { path = "areas.gpkg", name = "name" }
[[analyses]]
name = "near"
title.en = "Near"
kind = "coverage"
demand = "homes"
facilities = "shelters"
thresholds_m = [500, 1000]
weight = "people"
areas = "areas"
area_name = "name"
""")
    sm.run(folder / "plan.toml", folder / "out")
    return folder / "out"


def test_the_report_shows_the_worst_areas_and_the_workbook_all(folder):
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert f"100 of {AREAS} rows are shown, those that matter most first" in page
    assert "Save these 100 rows as CSV" in page
    assert ">A129</a></th>" in page and ">A030</a></th>" in page and ">A029</a></th>" not in page
    book = openpyxl.load_workbook(folder / "figures.xlsx", read_only=True)
    sheet = next(each for each in book.worksheets if "By area" in each.title or "by area" in each.title.lower())
    names = {row[0] for row in sheet.iter_rows(values_only=True)}
    assert {f"A{row:03}" for row in range(AREAS)} <= names
