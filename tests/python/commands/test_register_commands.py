# SPDX-License-Identifier: Apache-2.0
"""`sheltermap register …` as people call it."""

import json
import re
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

import sheltermap as sm
from sheltermap.commands.cli import app

WHY = ["--why", "survey", "--by", "Anna"]


def call(*arguments, code=0):
    done = CliRunner().invoke(app, ["register", *map(str, arguments)], terminal_width=200)
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "water.gpkg"
    call("create", path, "water_intake", "--crs", "EPSG:3059")
    place = ["--set", "lon=24.1", "--set", "lat=56.9"]
    call("add", path, "--set", "id=W1", "--set", "kind=aka", *place, *WHY, "--since", "2025-01-01")
    return path


def test_a_register_from_the_first_row_to_the_last(store):
    said = call("update", store, "W1", "--set", "volume_m3=120", *WHY)
    assert said == "Revision 2: added 0, updated 1, closed 0, reopened 0.\n"
    call("close", store, "W1", "--why", "filled in", "--by", "Bērziņš")
    call("reopen", store, "W1", *WHY)
    said = call("show", store, "W1", "--lang", "lv")
    assert re.findall(r"(pievienota|atjaunināta|slēgta|atvērta no jauna), (\w+):", said) == [
        ("pievienota", "Anna"),
        ("atjaunināta", "Anna"),
        ("slēgta", "Bērziņš"),
        ("atvērta no jauna", "Anna"),
    ]
    assert "Tilpums, m³: – → 120" in said and "Veids: – → aka" in said


def test_show_lists_the_rows_of_a_day(store):
    call("add", store, "--set", "id=W2", "--set", "name=Jauna", *WHY)
    assert call("show", store).splitlines()[1:] == ["  W1", "  W2  Jauna"]
    assert call("show", store, "--as-of", "2025-06-30").splitlines()[1:] == ["  W1"]
    data = json.loads(call("show", store, "--json"))
    assert [each["properties"]["id"] for each in data["features"]] == ["W1", "W2"]
    assert data["features"][0]["geometry"]["coordinates"] == pytest.approx([24.1, 56.9])
    (version,) = json.loads(call("show", store, "W1", "--json"))["features"]
    assert (version["properties"]["valid_from"], version["properties"]["changed_by"]) == ("2025-01-01", "Anna")


def test_rows_of_a_file_come_in_together(store, tmp_path):
    (tmp_path / "new.csv").write_text("Nr;veids;tilpums;lon;lat\nA;aka;5;24;57\nB;hidrants;6;24,1;57\n")
    assert "added 2" in call("add", store, "--from", tmp_path / "new.csv", *WHY)
    (tmp_path / "more.csv").write_text("id,volume_m3,x\nA,50,1\n")
    said = call("update", store, "--from", tmp_path / "more.csv", *WHY)
    assert "updated 1" in said and "Columns not used: x" in said


def test_refused_values_are_told_in_the_language_asked_for(store):
    said = call("update", store, "W1", "--set", "volume_m3=1,200", *WHY, "--lang", "lv", code=2)
    assert "nekas nav mainīts" in said and "„1,200” var nozīmēt 1200 vai 1.200" in said


def test_an_empty_value_empties_the_field(store):
    call("update", store, "W1", "--set", "kind=", *WHY)
    assert sm.RegisterStore(store).rows().kind.isna().all()


@pytest.mark.parametrize(
    "arguments",
    [
        ["add", "--set", "id"],
        ["add"],
        ["update", "--set", "volume_m3=1"],
        ["update", "W1"],
        ["close", "W9"],
        ["close", "W1", "--since", "yesterday"],
    ],
)
def test_a_command_that_does_not_say_enough_is_bad_input(store, arguments):
    call(arguments[0], store, *arguments[1:], *WHY, code=2)


def test_a_copy_goes_out_and_its_conflicts_are_settled_in_a_list(store, tmp_path):
    copy, conflicts = tmp_path / "copy.csv", tmp_path / "conflicts.xlsx"
    call("update", store, "W1", "--set", "volume_m3=80", *WHY)
    call("export", store, copy)
    call("update", store, "W1", "--set", "volume_m3=120", *WHY)
    copy.write_text(copy.read_text(encoding="utf-8-sig").replace(",80,", ",99,"), encoding="utf-8")
    said = call("merge", store, copy, "--conflicts", conflicts, *WHY, code=1)
    assert "W1, volume_m3: it was 80, the register says 120, the copy says 99" in said
    assert "Nothing was changed; open conflicts: 1." in said
    book = openpyxl.load_workbook(conflicts)
    book.worksheets[0]["G2"] = "theirs"
    book.save(conflicts)
    assert "Rows that would change: 1." in call("merge", store, copy, "--settled", conflicts, "--dry-run", *WHY)
    assert "updated 1" in call("merge", store, copy, "--settled", conflicts, *WHY)
    assert sm.RegisterStore(store).rows().volume_m3[0] == 99
    assert call("merge", store, copy, "--take", "theirs", *WHY) == "Nothing to change.\n"


def test_the_to_do_list_is_printed_and_written(store, tmp_path):
    towns = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Ogre"}}]}
    towns["features"][0]["geometry"] = {"type": "Point", "coordinates": [24.6, 56.8]}
    (tmp_path / "towns.geojson").write_text(json.dumps(towns))
    limits = [
        "--settlements",
        tmp_path / "towns.geojson",
        "--within",
        "0.5 km",
        "--min-volume",
        50,
        "--every-months",
        12,
    ]
    said = call("todo", store, "--year", 2026, *limits, "--lang", "lv", "-o", tmp_path / "todo.xlsx")
    assert said.splitlines()[0] == "Darāmais 2026. gadā: 4"
    assert "izveidot vietu: 500 m robežās no apdzīvotās vietas nav nevienas" in said
    cells = list(openpyxl.load_workbook(tmp_path / "todo.xlsx").worksheets[0].values)
    assert cells[0] == ("due", "task", "id", "name", "value", "limit", "what") and len(cells) == 5
    assert "Not checked: volumes" in call("todo", store, "--year", 2026)


def test_the_flood_that_structures_should_hold_is_given_to_the_to_do_list(tmp_path):
    dikes = tmp_path / "dikes.gpkg"
    call("create", dikes, "protective_structure", "--geometry", "line")
    told = "it protects up to 50 years, 100 belong"
    row = {"id": "D1", "kind": "flood_wall", "protects": "Town", "return_period_years": 50, "crest_height_m": 3}
    line = {"type": "Feature", "properties": row}
    line["geometry"] = {"type": "LineString", "coordinates": [[24, 57], [25, 57]]}
    (tmp_path / "new.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [line]}))
    call("add", dikes, "--from", tmp_path / "new.geojson", *WHY)
    assert told in call("todo", dikes, "--year", 2026, "--min-return-period", 100)
    assert "Not checked: the floods that structures hold" in call("todo", dikes, "--year", 2026)
    said = call("update", dikes, "D1", "--set", "condition=good", *WHY)
    assert "updated 1" in said and "not recorded" not in said


def test_a_store_that_is_none_is_bad_input(tmp_path):
    (tmp_path / "x.gpkg").write_bytes(b"x" * 200)
    assert "no GeoPackage" in call("show", tmp_path / "x.gpkg", code=2)


@pytest.mark.parametrize("name", ["id", "ID", "Identifikators"])
def test_an_update_never_sets_the_identifier(store, name):
    call("add", store, "--set", "id=W7", "--set", "kind=tank", *WHY)
    said = call("update", store, "W7", "--set", f"{name}=W1", "--set", "volume_m3=777", *WHY, code=2)
    assert f"--set {name}: the row 'W7' keeps its identifier" in said
    assert sm.RegisterStore(store).rows().volume_m3.isna().all()


def test_a_field_that_is_set_twice_is_refused(store):
    said = call("add", store, "--set", "id=W2", "--set", "kind=well", "--set", "kind = tank", *WHY, code=2)
    assert "--set kind=well and --set kind=tank: a field has one value" in said


def test_a_place_outside_the_stores_area_is_told_in_the_language_asked_for(store):
    swapped = ["--set", "lon=56.9", "--set", "lat=24.1"]
    said = call("update", store, "W1", *swapped, *WHY, "--lang", "lv", code=2)
    assert "id W1" in said and "asis ir samainītas: (56.9, 24.1) nav EPSG:3059 apgabalā" in said


def test_a_store_is_inspected_as_it_stands_and_a_layer_can_be_named(store):
    for layer in ([], ["--layer", "water_intake_history"]):
        done = CliRunner().invoke(app, ["inspect", str(store), "--as", "water_intake", *layer], terminal_width=200)
        assert done.exit_code == 0 and "1 rows" in done.output, done.output


def test_the_sequence_of_the_manual_works_as_it_is_written(tmp_path, monkeypatch):
    manual = (Path(__file__).resolve().parents[3] / "docs" / "registers.md").read_text(encoding="utf-8")
    block = next(part for part in manual.split("```") if "register create water.gpkg" in part)
    (tmp_path / "points.csv").write_text("id,kind,x,y\nP1,well,600000,300000\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("USER", "anna")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")  # 2030: none of the days lies ahead
    lines = block.replace("\\\n", " ").strip().splitlines()
    assert len(lines) == 7
    for line in lines:
        program, group, *arguments = shlex.split(line, comments=True)
        assert (program, group) == ("sheltermap", "register")
        call(*arguments)
    assert sm.RegisterStore("water.gpkg").history("W7").valid_from.tolist() == [date(2025, 11, 3), date(2026, 3, 1)]


@pytest.mark.parametrize(
    "command", ["template shelter", "register todo water.gpkg --year 2026 -o", "register export water.gpkg"]
)
def test_a_spreadsheet_that_does_not_fit_is_bad_input_and_nothing_else(store, command):
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); "
        "from sheltermap.commands.cli import app; app(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, *command.split(), "list.xlsx"],
        cwd=store.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "sheltermap: cannot write list.xlsx: File too large\n")
    assert {each.name for each in store.parent.iterdir()} == {"water.gpkg"}
