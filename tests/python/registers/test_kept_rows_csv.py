# SPDX-License-Identifier: Apache-2.0
"""A CSV is taken apart once: `read`, `inspect`, a plan and a register that keeps its history give one verdict on it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import sheltermap as sm
from sheltermap.commands.cli import app
from sheltermap.registers import RegisterError, RegisterStore

HEAD = "id,kind,name,lon,lat\n"
MANY = "".join(f"W{i},hydrant,Āda {i},24.1,{56.5 + i / 1000:.3f}\n" for i in range(24))
PLAN = """
schema = 1
title = "Water"

[inputs.points]
path = "a.csv"
id = "id"

[[analyses]]
name = "nearest"
kind = "nearest"
demand = "points"
facilities = "points"
title = "The nearest"
"""

# name -> text, rows, and what a note says; all of these are whole
WHOLE = {
    "line end": (HEAD + "W1,hydrant,A,24.1,56.9\nW2,hydrant,B,24.2,56.9\n", 2, None),
    "no line end": (HEAD + "W1,hydrant,A,24.1,56.9\nW2,hydrant,B,24.2,56.9", 2, "row 2.*'lat' as '56.9'"),
    "no line end, quoted": (
        "id,kind,lon,lat,name\nW1,hydrant,24.1,56.9,A\n" + 'W2,hydrant,24.2,56.9,"B"',
        2,
        "row 2, the last, was taken as whole$",
    ),
    "no line end, empty": ("id,kind,lon,lat,name\nW1,hydrant,24.1,56.9,A\nW2,hydrant,24.2,56.9,", 2, "'name' as empty"),
    "no line end, fewer decimals": (HEAD + MANY + "W99,hydrant,Z,24.1,56.9314", 25, "'lat' as '56.9314'"),
    "empty lines": ("\n\n" + HEAD + "\n\nW1,hydrant,A,24.1,56.9\n\n\r\n \nW2,hydrant,B,24.2,56.9\n\n", 2, None),
    "lines of commas": (
        ",,,,\n" + HEAD + ",,,,\nW1,hydrant,A,24.1,56.9\n,,\n , ,\t\nW2,hydrant,B,24.2,56.9\n,,,,\n",
        2,
        "4 lines of nothing but delimiters",
    ),
    "commas at the end": ("id,kind,lon,lat,,\nW1,hydrant,24.1,56.9\nW2,hydrant,24.2,56.9,,,\n", 2, None),
    "first line sep=": ("sep=;\nid;kind;lon;lat\nW1;hydrant;24,1;56,9\nW2;hydrant;24,2;56,9\n", 2, None),
    "old line ends": ("id,kind,lon,lat\rW1,hydrant,24.1,56.9\rW2,hydrant,24.2,56.9\r", 2, None),
    "column without a name": ("id,,kind,lon,lat\nW1,x,hydrant,24.1,56.9\nW2,,hydrant,24.2,56.9\n", 2, None),
    "long text": (HEAD + f"W1,hydrant,{'x' * 140_000},24.1,56.9\nW2,hydrant,B,24.2,56.9\n", 2, None),
}
# name -> text, rows, the bad one, and what is said of it
DAMAGED = {
    "cut between fields": (HEAD + "W1,hydrant,A,24.1,56.9\nW2,hydrant", 2, 2, "with 2 of its 5 fields: it was cut"),
    "cut behind the mark": (
        HEAD + "W1,hydrant,A,24.1,56.9\nW2,hydrant,B,24.2,56.",
        2,
        2,
        "'56.', the begin of a number",
    ),
    "cut in the exponent": (HEAD + "W1,hydrant,A,24.1,56.9\nW2,hydrant,B,24.2,5.69e", 2, 2, "'5.69e', the begin"),
    "cut in the decimals": (
        HEAD + MANY + "W99,hydrant,Z,24.1,56.9",
        25,
        25,
        "'56.9', where every other row has 3 decimals",
    ),
    "cut before the value": (HEAD + MANY + "W99,hydrant,Z,24.1,", 25, 25, "'lat' without a value"),
    "cut in a line end": (
        (HEAD + "W1,hydrant,A,24.1,56.9\nW2,hydrant,B,24.2,56.9\n").replace("\n", "\r\n")[:-1],
        2,
        2,
        "in the middle of its line end",
    ),
    "too few": (HEAD + ",,,,\nW1,hydrant,A,24.1\nW2,hydrant,B,24.2,56.9\n", 2, 1, r"4 fields .* 5 \(line 3\)"),
    "too many": (HEAD + "W1,hydrant,A,24.1,56.9,9\nW2,hydrant,B,24.2,56.9\n", 2, 1, r"6 fields .* 5 \(line 2\)"),
    "text behind a quote": (
        HEAD + 'W1,hydrant,"A,24.1,56.9\nW2,hydrant,"B,24.2,56.9\nW3,hydrant,C,24.2,56.9\n',
        2,
        1,
        r"closing quote \(lines 2 to 3, all taken for this row\)",
    ),
}
NOT_READ = {
    "open quote": (HEAD + 'W1,hydrant,A,24.1,56.9\nW2,hydrant,"B', "line 3: a quote .* never closed"),
    "one name twice": ("id,id,lon,lat\n1,2,24.1,56.9\n", "two columns are named 'id'"),
    "columns without end": ("id," + ",".join(f"c{i}" for i in range(100_000)) + "\n", "more than 16384 columns"),
}


@pytest.fixture
def csv(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    (tmp_path / "a.csv").write_bytes(request.param.encode())
    return tmp_path / "a.csv"


def plan_beside(csv: Path) -> Path:
    plan = csv.with_name("plan.toml")
    plan.write_text(PLAN, encoding="utf-8")
    return plan


def store(csv: Path) -> RegisterStore:
    return RegisterStore.create(csv.with_name("kept.gpkg"), "water_intake")


@pytest.mark.parametrize(("csv", "rows", "note"), WHOLE.values(), ids=WHOLE, indirect=["csv"])
def test_a_whole_csv_is_whole_at_every_door(csv: Path, rows: int, note: str | None) -> None:
    said = rf"(?s).*{note}" if note else "$"
    frame = sm.read(csv, id="id")
    assert len(frame) == rows and frame.geometry.notna().all()
    assert pytest.approx(frame.geometry.x[1]) == frame.geometry.x[0] + (0.1 if rows == 2 else 0)
    found = sm.inspect(csv, "water_intake")
    assert [each.reason for each in found.noted if each.severity == "error"] == [] and found.rows == rows
    assert frame.geometry.geom_equals(found.frame.geometry).all() and frame["id"].tolist() == list(found.frame["id"])
    kept = store(csv).add(csv, by="A", why="new")
    assert len(kept.added) == rows
    for notes in (frame.attrs["sheltermap_notes"], found.notes, kept.notes):
        assert (len(notes) == (0 if note is None else 1)) and re.match(said, "".join(notes))


@pytest.mark.parametrize(("csv", "rows", "bad", "told"), DAMAGED.values(), ids=DAMAGED, indirect=["csv"])
def test_a_damaged_csv_is_refused_at_every_door(csv: Path, rows: int, bad: int, told: str) -> None:
    with pytest.raises(sm.ReadError, match=rf"row {bad}: .*{told}"):
        sm.read(csv)
    listed = sm.refused(sm.read(csv, strict=False))
    assert listed.row.tolist() == [bad] and len(sm.read(csv, strict=False)) == rows
    (damaged,) = [each for each in sm.inspect(csv, "water_intake").noted if each.severity == "error"]
    assert (damaged.row, damaged.reason, damaged.details["detail"]) == (bad, "damaged_row", listed.detail[0])
    with pytest.raises(RegisterError, match=told):
        store(csv).add(csv, by="A", why="new")
    done = CliRunner().invoke(app, ["run", str(plan_beside(csv)), "-o", str(csv.with_name("out"))])
    assert done.exit_code == 2 and re.search(told, done.stderr) and not csv.with_name("out").exists()


@pytest.mark.parametrize("name", [name for name in DAMAGED if name.startswith("cut")])
def test_reading_on_behind_a_cut_says_that_rows_are_in_no_total_and_no_list(name: str, tmp_path: Path) -> None:
    text, _, bad, _ = DAMAGED[name]
    (tmp_path / "a.csv").write_bytes(text.encode())
    frame = sm.read(tmp_path / "a.csv", strict=False)
    [note] = frame.attrs["sheltermap_notes"]
    assert f"cut inside row {bad}: rows that stood behind it are in no total and in no list" in note
    assert "rows behind it are in no total and in no list" in sm.refused(frame).detail[0]
    shown = CliRunner().invoke(app, ["inspect", str(tmp_path / "a.csv"), "--as", "water_intake"])
    assert shown.exit_code == 1 and f"Note: {note}" in shown.stdout
    told = CliRunner().invoke(app, ["inspect", str(tmp_path / "a.csv"), "--as", "water_intake", "--json"])
    assert json.loads(told.stdout)["notes"] == [note]


@pytest.mark.parametrize(("csv", "told"), NOT_READ.values(), ids=NOT_READ, indirect=["csv"])
def test_what_is_no_table_is_one_error_at_every_door(csv: Path, told: str) -> None:
    kept = store(csv)
    doors: list[Any] = [
        lambda: sm.read(csv),
        lambda: sm.read(csv, strict=False),
        lambda: sm.inspect(csv, "water_intake"),
        lambda: kept.add(csv, by="A", why="new"),
    ]
    for door in doors:
        with pytest.raises(sm.ReadError, match=told):
            door()


def test_an_assessment_notes_a_csv_without_a_line_end(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEAD + "W1,hydrant,A,24.1,56.9", encoding="utf-8")
    plan_beside(tmp_path / "a.csv")
    done = CliRunner().invoke(app, ["run", str(tmp_path / "plan.toml"), "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    [record] = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["inputs"]
    assert "no line end" in record["notes"][0]


def test_a_row_without_any_value_is_written_so_that_it_is_read_as_a_row(tmp_path: Path) -> None:
    import geopandas
    import shapely

    frame = geopandas.GeoDataFrame({"name": ["A", None]}, geometry=[shapely.Point(24, 56), None], crs=4326)
    sm.write(frame, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()[2] == '"",,'
    assert len(sm.read(tmp_path / "a.csv", strict=False)) == 2


def test_a_cut_list_of_settled_conflicts_is_refused(tmp_path: Path) -> None:
    from sheltermap.registers.merging import Rules

    (tmp_path / "settled.csv").write_text("id,field,take\nW1,name,mine\nW2,na", encoding="utf-8")
    with pytest.raises(sm.ReadError, match="row 2: the file ends inside this row, with 2 of its 3 fields"):
        Rules.of(None, None, tmp_path / "settled.csv")
