# SPDX-License-Identifier: Apache-2.0
"""Empty registers: what QGIS and spreadsheets show of them, and that what is filled in comes back."""

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest

import sheltermap as sm
from sheltermap.registers import KINDS, schema

PYTHON = "/usr/bin/python3"  # the one that QGIS belongs to
PROBE = Path(__file__).parents[2] / "probes" / "fill_in_form.py"
TYPES = {"text": "object", "code": "object", "integer": "int64", "number": "float64", "boolean": "bool"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_geopackage_of_every_kind_is_empty_typed_and_sound(kind, tmp_path):
    path = tmp_path / "register.gpkg"
    sm.template(kind, path, crs="EPSG:3059")
    info = pyogrio.read_info(path, layer=kind)
    assert info["features"] == 0 and info["crs"] == "EPSG:3059"
    assert info["geometry_type"] == ("MultiPolygon" if schema(kind).geometry == "polygon" else "Point")
    types = dict(zip(info["fields"], info["dtypes"], strict=True))
    for name, field in schema(kind).fields.items():
        assert types[name] == TYPES.get(field.type, "datetime64[D]"), name
    found = sm.inspect(path, kind)
    assert found.is_clean and found.rows == 0 and set(found.columns) == schema(kind).fields.keys()


def test_a_geopackage_tells_other_readers_its_lists_and_labels(tmp_path):
    sm.template("shelter", tmp_path / "register.gpkg", lang="lv")
    with closing(sqlite3.connect(tmp_path / "register.gpkg")) as connection:
        codes = connection.execute(
            "SELECT value, c.description FROM gpkg_data_columns JOIN gpkg_data_column_constraints c "
            "USING (constraint_name) WHERE column_name = 'category' ORDER BY value"
        ).fetchall()
        label = connection.execute("SELECT name, title FROM gpkg_data_columns WHERE column_name = 'owner'").fetchone()
    assert codes == [("I", "I kategorija"), ("II", "II kategorija"), ("III", "III kategorija")]
    assert label == ("Īpašnieks", "Owner")


@pytest.fixture(scope="module")
def in_qgis(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A register after QGIS has entered a row, and what QGIS tells of it."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONPATH", None)
    options: dict[str, Any] = {"capture_output": True, "text": True, "env": environment, "timeout": 300}
    if subprocess.run([PYTHON, "-c", "import qgis.gui"], check=False, **options).returncode != 0:
        pytest.skip("QGIS is not installed (Debian: python3-qgis)")
    folder = tmp_path_factory.mktemp("qgis")
    sm.template("shelter", folder / "register.gpkg", lang="lv", crs="EPSG:3059")
    command = [PYTHON, str(PROBE), str(folder / "register.gpkg"), "shelter", str(folder / "form.png")]
    done = subprocess.run(command, check=False, **options)
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def test_qgis_shows_labels_drop_downs_limits_and_duties(in_qgis):
    _, seen = in_qgis
    assert seen["valid"] and seen["crs"] == "EPSG:3059" and seen["geometry"] == "Point"
    fields = seen["fields"]
    for name, field in schema("shelter").fields.items():
        assert fields[name]["alias"] == field.label.get("lv")
        assert fields[name]["constraints"] % 2 == field.required  # bit 1: not null
    assert fields["category"]["widget"] == "ValueMap"
    assert {"II kategorija": "II"} in fields["category"]["config"]["map"]
    assert fields["suits_flood"]["config"]["map"] == [{"jā": "true"}, {"nē": "false"}]
    assert fields["capacity_persons"]["config"]["Max"] == 100000
    assert fields["last_inspection"]["widget"] == "DateTime"


def test_a_row_entered_in_qgis_is_sound_and_what_was_left_out_is_unknown(in_qgis):
    folder, seen = in_qgis
    assert seen["entered"] and (folder / "form.png").stat().st_size > 10_000
    found = sm.inspect(folder / "register.gpkg", "shelter")
    assert found.is_clean and found.rows == 1
    row = found.frame.iloc[0]
    assert (row.category, row.capacity_persons, row.suits_flood) == ("II", 120, False)
    assert row.last_inspection == date(2025, 2, 28)
    assert found.state.set_index("field").loc["suits_tsunami"].tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("shelter", "category II", "yes")), ("lv", ("patvertne", "II kategorija", "jā"))]
)
def test_a_spreadsheet_has_drop_downs_and_what_is_filled_in_is_read(tmp_path, lang, words):
    path = tmp_path / "register.xlsx"
    sm.template("shelter", path, lang=lang)
    book = openpyxl.load_workbook(path)
    sheet = book["shelter"]
    columns = {cell.value.split("\n")[0]: cell.column_letter for cell in sheet[1]}
    assert columns.keys() == schema("shelter").fields.keys() | {"lon", "lat"}
    rules = {str(rule.sqref).split(":")[0].rstrip("2"): rule for rule in sheet.data_validations.dataValidation}
    name, cells = rules[columns["category"]].formula1.replace("$", "").strip("'").split("'!")
    first, last = cells.split(":")
    assert [row[0].value for row in book[name][first:last]][1] == words[1]
    assert rules[columns["capacity_persons"]].type == "whole" and rules[columns["last_inspection"]].type == "date"
    filled = {
        "id": "007",
        "kind": words[0],
        "category": words[1],
        "capacity_persons": 120,
        "suits_flood": words[2],
        "last_inspection": date(2025, 2, 28),
        "lon": 24.1,
        "lat": 56.9,
    }
    for column, value in filled.items():
        sheet[f"{columns[column]}2"] = value
    book.save(path)
    found = sm.inspect(path, "shelter")
    assert found.is_clean, found.findings.to_string()
    row = found.frame.iloc[0]
    assert (row.id, row.kind, row.category, row.suits_flood) == ("007", "shelter", "II", True)
    assert row.last_inspection == date(2025, 2, 28) and row.geometry.x == 24.1


def test_a_csv_has_the_names_of_the_columns(tmp_path):
    sm.template("water_intake", tmp_path / "register.csv")
    text = (tmp_path / "register.csv").read_text(encoding="utf-8-sig")
    assert text.strip().split(",") == [*schema("water_intake").fields, "lon", "lat"]
    assert sm.inspect(tmp_path / "register.csv", "water_intake").is_clean


def test_what_stands_there_is_never_overwritten(tmp_path):
    path = tmp_path / "register.csv"
    path.write_text("years of work", encoding="utf-8")
    with pytest.raises(sm.WriteError, match="it exists"):
        sm.template("shelter", path)
    assert path.read_text(encoding="utf-8") == "years of work" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("kind", "name", "options", "told"),
    [
        ("shelter", "r.shp", {}, ".gpkg, .xlsx or .csv"),
        ("area", "r.csv", {}, "choose .gpkg"),
        ("demand", "r.csv", {"geometry": "polygon"}, "choose .gpkg"),
        ("area", "r.gpkg", {"geometry": "point"}, "cannot hold 'point'"),
        ("shelter", "no/folder/r.gpkg", {}, "cannot write"),
        ("shelter", "r.gpkg", {"lang": "de"}, "lang is 'de'"),
        ("shelters", "r.gpkg", {}, 'did you mean "shelter"'),
        ("shelter", "r.gpkg", {"crs": "EPSG:0"}, "EPSG:0"),
    ],
)
def test_a_template_that_cannot_be_says_why(tmp_path, kind, name, options, told):
    with pytest.raises((sm.SheltermapError, ValueError), match=told):
        sm.template(kind, tmp_path / name, **options)
    assert not list(tmp_path.iterdir())


def test_dikes_may_be_lines(tmp_path):
    sm.template("protective_structure", tmp_path / "dikes.gpkg", geometry="line")
    assert (
        pyogrio.read_info(tmp_path / "dikes.gpkg", layer="protective_structure")["geometry_type"] == "MultiLineString"
    )
