# SPDX-License-Identifier: Apache-2.0
"""Why a figure is what it is: counted by hand, and what is said where there is no such figure or file."""

import json
import shutil
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import sheltermap as sm
from sheltermap.commands.cli import app
from sheltermap.evidence.why import figures_to_ask

PLAN = """
schema = 1
title = "Shelters"
year = 2027
[inputs]
homes = { path = "homes.csv", crs = "EPSG:4326", id = "id", illustrative = true, strict = false }
shelters = { path = "shelters.csv", crs = "EPSG:4326", id = "id" }
[inputs.areas]
path = "areas.geojson"
[[standards]]
id = "own.500"
title = { en = "A shelter within 500 m", lv = "Patvertne 500 m attālumā" }
distance_m = 500
source = "Our council, decision 12"
status = "confirmed"
[[analyses]]
name = "near"
title = { en = "Who has a shelter near", lv = "Kam patvertne ir tuvu" }
kind = "coverage"
demand = "homes"
facilities = "shelters"
standards = ["own.500"]
areas = "areas"
area_name = "name"
weight = "people"
groups = ["seniors"]
[[indicators]]
id = "by_place"
title = { en = "People near, by place", lv = "Cilvēki tuvu pa vietām" }
unit = { en = "people", lv = "iedzīvotāji" }
direction = "none"
source = "Our council"
[[indicators.groups]]
name = { en = "West", lv = "Rietumi" }
expression = "covered"
figures.covered = { analysis = "near", figure = "covered", measure = "people", area = "Rietumi" }
[[indicators.groups]]
name = { en = "East", lv = "Austrumi" }
expression = "covered"
figures.covered = { analysis = "near", figure = "covered", measure = "people", area = "Austrumi" }
actuals.2026 = { value = 1 }
[[indicators]]
id = "near_share"
title = { en = "People near", lv = "Cilvēki tuvu" }
unit = { en = "%", lv = "%" }
direction = "up"
source = "Our council"
expression = "100 * covered / total"
base = { year = 2025, value = 30.0 }
targets = { 2030 = 60 }
[indicators.figures]
covered = { analysis = "near", figure = "covered", measure = "people" }
total = { analysis = "near", figure = "total", measure = "people" }
"""
# A is 131 m from the shelter, B and C some 6 km; D has no place; of E nobody knows how many live there.
HOMES = """id,people,seniors,lon,lat
A,3,1,24.105,56.950
B,5,2,24.205,56.950
C,4,0,24.206,56.950
D,2,1,,
E,,0,24.105,56.950
"""
# The west holds A and E, the east B; C lies in neither.
AREAS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[west, 56.9], [east, 56.9], [east, 57], [west, 57], [west, 56.9]]],
            },
        }
        for name, west, east in (("Rietumi", 24.0, 24.2), ("Austrumi", 24.2, 24.2055))
    ],
}


def write_plan(folder: Path, homes: str = HOMES) -> Path:
    folder.mkdir()
    (folder / "homes.csv").write_text(homes)
    (folder / "shelters.csv").write_text("id,lon,lat\nS1,24.106,56.951\n")
    (folder / "areas.geojson").write_text(json.dumps(AREAS))
    (folder / "plan.toml").write_text(PLAN)
    return folder / "plan.toml"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("why") / "data"
    sm.run(write_plan(folder), folder / "out")
    return folder


def test_a_share_tells_its_rows_and_its_query(data: Path) -> None:
    found = sm.why(data / "out", "near.covered_share", data=data)
    assert found.value == 3 / 14  # of 3, 5, 4 and 2 people
    assert found.agrees
    assert found.ids(1) == ["A", "E"]
    assert found.parts["value"].tolist() == [3, 14]
    assert found.parts["rows"].tolist() == [2, 5]  # E is near, but says no number
    assert found.reasons.to_dict("records") == [
        {"reason": "too_far", "rows": 2, "value": 9},
        {"reason": "missing_geometry", "rows": 1, "value": 2},
    ]
    unsure = {"unknown": 2, "borderline": 0, "rows_without_weight": 1}
    assert found.unsure.set_index("figure")["value"].to_dict() == unsure
    assert found.unsure["unit"].tolist()[2] == {"en": "rows", "lv": "rindas"}
    assert found.standards["source"].tolist() == ["Our council, decision 12"]
    assert found.notes[0]["en"] == "made up for illustration: homes"


def test_rows_are_those_of_the_layer(data: Path) -> None:
    rows = sm.why(data / "out", "near.uncovered", data=data).rows()
    assert rows["id"].tolist() == ["B", "C"]
    assert rows["people"].sum() == 9
    with pytest.raises(ValueError, match="there is no part 2"):
        sm.why(data / "out", "near.uncovered", data=data).rows(2)


@pytest.mark.parametrize(
    ("given", "value", "ids"),
    [
        ({"area": "Austrumi"}, 5, ["B"]),
        ({"area": "outside every area"}, 4, ["C"]),
        ({"area": "position unknown"}, 2, ["D"]),
        ({"area": "Rietumi", "measure": "seniors"}, 1, ["A", "E"]),
        ({"threshold": "500 m", "measure": "seniors"}, 4, ["A", "B", "C", "D", "E"]),
        ({"threshold": 500}, 14, ["A", "B", "C", "D", "E"]),
    ],
)
def test_a_total_of_an_area_or_a_group(data: Path, given: dict[str, str], value: float, ids: list[str]) -> None:
    found = sm.why(data / "out", "near.total", **given, data=data)  # type: ignore[arg-type]
    assert (found.value, found.counted, found.agrees, found.ids()) == (value, value, True, ids)


def test_any_program_that_knows_sqlite_gets_the_number(data: Path) -> None:
    found = sm.why(data / "out", "near.covered_share", area="Rietumi", data=data)
    connection = sqlite3.connect(data / "out" / "assessment.gpkg")
    assert connection.execute(str(found.sql)).fetchall() == [(1.0,)]


def test_an_indicator_tells_its_expression_and_its_figures(data: Path) -> None:
    found = sm.why(data / "out", "near_share", data=data)
    assert found.value == pytest.approx(100 * 3 / 14)
    assert found.agrees
    assert {name: each.value for name, each in found.figures.items()} == {"covered": 3, "total": 14}
    assert (found.before_year, found.before) == (2025, 30)
    assert found.unsure["value"].tolist() == [2, 0, 1]
    assert found.formula["lv"] == "100 * covered / total ar tālāk minētajiem rādītājiem"


@pytest.mark.parametrize(("group", "value", "before"), [("Rietumi", 3, None), ("East", 0, 1)])
def test_a_group_of_an_indicator_is_named_in_any_language(
    data: Path, group: str, value: float, before: float | None
) -> None:
    found = sm.why(data / "out", "by_place", category=group, data=data)
    assert (found.value, found.counted, found.agrees, found.before) == (value, value, True, before)
    former = sm.why(data / "out", "by_place", category=group, against=data / "out", data=data)
    assert (former.before, former.before_year) == (value, 2027)


def test_a_former_year_is_told(data: Path, tmp_path: Path) -> None:
    older = write_plan(tmp_path / "older", HOMES.replace("A,3,1", "A,1,1"))
    sm.run(older, tmp_path / "out")
    found = sm.why(data / "out", "near.covered", against=tmp_path / "out", data=data)
    assert (found.value, found.before, found.before_year) == (3, 1, 2027)
    asked = ["why", str(data / "out"), "--against", str(tmp_path / "out")]
    assert "before: 2027: 1 people; +2 since then\n" in CliRunner().invoke(app, [*asked, "near.covered"]).stdout
    told = CliRunner().invoke(app, [*asked, "near.covered_share", "--lang", "lv"]).stdout
    assert "kopš tā laika +13,0952 procentpunkti\n" in told  # 3 of 14, before 1 of 12
    assert "; the same since then\n" in CliRunner().invoke(app, [*asked, "near.uncovered"]).stdout
    indicator = sm.why(data / "out", "near_share", against=tmp_path / "out", data=data)
    assert indicator.before == pytest.approx(100 * 1 / 12)


def test_files_that_changed_or_are_gone_are_told(data: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    shutil.copytree(data, there)
    (there / "homes.csv").write_text(HOMES.replace("A,3", "A,4"))
    (there / "shelters.csv").unlink()
    states = sm.why(there / "out", "near.covered", data=there).inputs.set_index("name")["state"].to_dict()
    assert states == {"homes": "changed", "shelters": "not_found", "areas": "same"}


@pytest.mark.parametrize("way", ["absolute", "up"])
def test_several_files_of_another_folder_are_the_same_wherever_the_plan_names_them(way: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    head, *rows = HOMES.splitlines(keepends=True)
    (elsewhere / "a.csv").write_text(head + "".join(rows[:2]))
    (elsewhere / "b.csv").write_text(head + "".join(rows[2:]))
    plan = write_plan(tmp_path / "town")
    folder = elsewhere.as_posix() if way == "absolute" else "../elsewhere"
    named = f'path = ["{folder}/a.csv", "{folder}/b.csv"]'
    plan.write_text(plan.read_text().replace('path = "homes.csv"', named))
    sm.run(plan, tmp_path / "town" / "out")

    def state() -> str:
        found = sm.why(tmp_path / "town" / "out", "near.covered", data=plan.parent)
        return found.inputs.set_index("name")["state"]["homes"]

    assert state() == "same"
    (elsewhere / "b.csv").write_text(head + "".join(rows[2:]).replace("C,4", "C,5"))
    assert state() == "changed"


def test_a_geopackage_that_was_changed_is_told_and_gives_what_it_holds(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data / "out", tmp_path / "out")
    connection = sqlite3.connect(tmp_path / "out" / "assessment.gpkg")
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{trigger}"')  # of the index of places, in functions that SQLite lacks
    connection.execute("UPDATE near SET people = 30 WHERE id = 'A'")
    connection.commit()
    connection.close()
    found = sm.why(tmp_path / "out", "near.covered", data=data)
    assert (found.value, found.counted, found.agrees) == (3, 30, False)
    assert [note["en"].split(",")[0] for note in found.notes] == [
        "assessment.gpkg was changed since it was written",
        "the query gives another number than the assessment recorded: run the plan again",
        "made up for illustration: homes",
    ]
    done = CliRunner().invoke(app, ["why", str(tmp_path / "out"), "near.covered"])
    assert done.exit_code == 1
    assert "which gives: 30, which is another number" in done.stdout


def test_a_layer_that_was_taken_away_is_told(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data / "out", tmp_path / "out")
    connection = sqlite3.connect(tmp_path / "out" / "assessment.gpkg")
    connection.execute("DROP TABLE near")
    connection.close()
    with pytest.raises(
        sm.ReadError,
        match=r"does not hold .* \(no such table: near\): .* an older sheltermap wrote it; run the plan again",
    ):
        sm.why(tmp_path / "out", "near.rows", data=data)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("naer.covered", {}, 'no analysis is called "naer"; did you mean "near"?'),
        ("near.coverd", {}, 'near has no figure "coverd"; did you mean "covered"?'),
        ("near_shar", {}, 'no indicator is called "near_shar"; did you mean "near_share"?'),
        ("near", {}, "near is an analysis; say also which figure: near.total, near.covered, near.uncovered"),
        ("by_place", {}, "by_place has 2 groups; say also which category: West, Rietumi, East, Austrumi"),
        ("by_place", {"category": "Wes"}, 'by_place: no group is called "Wes"; did you mean "West"?'),
        ("near_share", {"area": "Rietumi"}, "area chooses among figures, and 'near_share' names an indicator"),
        ("near.covered", {"area": "Rietum"}, 'no figure has the area "Rietum"; did you mean "Rietumi"?'),
        ("near.covered", {"threshold": "600 m"}, 'no figure has the threshold "600 m"'),
        ("near.covered", {"threshold": "far"}, "a limit is a number with a unit"),
        ("near.not_covered_because", {}, "figures fit; say also which category: "),
    ],
)
def test_what_is_not_there_is_told_with_what_may_be_meant(
    data: Path, name: str, given: dict[str, str], said: str
) -> None:
    with pytest.raises(ValueError) as fault:
        sm.why(data / "out", name, **given)  # type: ignore[arg-type]
    assert said in str(fault.value)


def test_a_limit_that_no_standard_says_is_the_plans_own(data: Path, tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "own")
    plan.write_text(PLAN.replace('standards = ["own.500"]', "thresholds_m = [400]"))
    sm.run(plan, tmp_path / "out")
    found = sm.why(tmp_path / "out", "near.covered")
    assert found.standards.empty
    assert "the limit, 400 m, is the plan's own: no standard is named" in [each["en"] for each in found.notes]


def test_folders_that_are_no_assessment_or_have_lost_their_layers(data: Path, tmp_path: Path) -> None:
    with pytest.raises(sm.ReadError, match=r"is no assessment: it has no summary\.json"):
        sm.why(tmp_path, "near.covered")
    shutil.copytree(data / "out", tmp_path / "out")
    (tmp_path / "out" / "assessment.gpkg").write_bytes(b"no database")
    with pytest.raises(sm.ReadError, match="cannot be read: file is not a database"):
        sm.why(tmp_path / "out", "near.covered")
    (tmp_path / "out" / "assessment.gpkg").unlink()
    with pytest.raises(sm.ReadError, match="is missing, and the rows of the figures are there"):
        sm.why(tmp_path / "out", "near.covered")
    (tmp_path / "out" / "summary.json").write_text('{"schema": "sheltermap-assessment/2"}')
    with pytest.raises(sm.ReadError, match="is not of the form sheltermap-assessment/1"):
        sm.why(tmp_path / "out", "near.covered")


def test_all_that_may_be_asked_is_listed(data: Path) -> None:
    names = figures_to_ask(data / "out", "lv").set_index("name")
    assert names.loc["near.covered", "numbers"] == 9  # people of all and four places; C has no seniors
    assert names.loc["near_share", "title"] == "Cilvēki tuvu"


def test_the_terminal_tells_it_in_both_languages(data: Path, tmp_path: Path) -> None:
    asked = ["why", str(data / "out"), "near.covered", "--data", str(data)]
    said = CliRunner().invoke(app, asked).stdout
    assert "near.covered: Who has a shelter near: covered (people, 500 m)\n  = 3 people\n" in said
    assert "  rows: 2 rows of “near” = 3: A, E\n" in said
    assert "  which gives: 3, the same\n" in said
    told = CliRunner().invoke(app, [*asked, "--lang", "lv", "--csv", str(tmp_path / "rows.csv")])
    assert told.exit_code == 0
    assert "  tas dod: 3, to pašu\n" in told.stdout
    assert "fails ir tāds, kāds tika nolasīts" in told.stdout
    assert pd.read_csv(tmp_path / "rows.csv")["id"].tolist() == ["A", "E"]
    plain = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)
    assert (plain["value"], plain["counted"], plain["ids"]) == (3, 3, {"1": ["A", "E"]})
    listed = CliRunner().invoke(app, ["why", str(data / "out")]).stdout
    assert "near.covered (9): Who has a shelter near: covered\n" in listed
    assert "near.covered_share (9): Who has a shelter near: covered, %\n" in listed


def test_it_is_short_and_shows_in_a_notebook(data: Path) -> None:
    found = sm.why(data / "out", "near.covered", data=data)
    assert len(repr(found).splitlines()) <= 6
    assert "near.covered" in found._repr_html_()
