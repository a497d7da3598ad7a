# SPDX-License-Identifier: Apache-2.0
"""`sheltermap warn`: what it prints and writes, and how it ends."""

import csv
import json
from pathlib import Path

import pytest
from pyproj import Geod
from typer.testing import CliRunner

from alert_text import AT, EXPIRES, alert, info, polygon, write
from sheltermap.commands.cli import app
from small_plan import write_town
from step_lines import beside_steps


def warn(*arguments: object):
    return CliRunner().invoke(app, ["warn", *map(str, arguments)])


def asked(folder, text=None, *more: object):
    return warn(write(folder, text or alert()), "--plan", write_town(folder / "town"), "--at", AT, *more)


def test_both_languages_are_printed_and_one_where_it_is_asked_for(tmp_path):
    done = asked(tmp_path)
    assert done.exit_code == 0 and beside_steps(done.stderr) == ""
    assert done.stdout.index("WARNING IN FORCE") < done.stdout.index("BRĪDINĀJUMS IR SPĒKĀ")
    only = asked(tmp_path, None, "--lang", "lv")
    assert "BRĪDINĀJUMS" in only.stdout and "WARNING" not in only.stdout


def test_json_is_the_answer_and_nothing_else(tmp_path):
    told = json.loads(asked(tmp_path, None, "--json").stdout)
    assert (told["state"], told["people"][0]["inside"]) == ("in_force", 30)


def test_a_folder_holds_json_texts_and_maps(tmp_path):
    out = tmp_path / "out"
    done = asked(tmp_path, None, "-o", out)
    assert done.exit_code == 0
    names = ["map_en.html", "map_lv.html", "warning.json", "warning_en.txt", "warning_lv.txt"]
    assert sorted(each.name for each in out.iterdir()) == names
    assert all(str(out / name) in done.stdout for name in names)
    assert json.loads((out / "warning.json").read_text(encoding="utf-8")) == json.loads(
        asked(tmp_path, None, "--json").stdout
    )
    assert (out / "warning_lv.txt").read_text(encoding="utf-8") in done.stdout


def test_an_earlier_answer_is_replaced_whole_and_nothing_else_is(tmp_path):
    out = tmp_path / "out"
    assert asked(tmp_path, None, "-o", out).exit_code == 0
    over = alert(info(response="AllClear"))
    assert asked(tmp_path, over, "-o", out, "--lang", "en").exit_code == 0
    assert sorted(each.name for each in out.iterdir()) == ["warning.json", "warning_en.txt"]
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    done = asked(tmp_path, None, "-o", out)
    assert done.exit_code == 2 and "will not replace" in done.stderr and "notes.txt" in done.stderr
    assert "ALL CLEAR" in (out / "warning_en.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("out", "said"), [("a/b", "does not exist"), ("alert.xml", "it is a file"), ("town", "will not replace")]
)
def test_a_folder_that_cannot_be_is_refused_before_anything_is_read(tmp_path, out, said):
    done = asked(tmp_path, None, "-o", tmp_path / out)
    assert done.exit_code == 2 and said in done.stderr and done.stdout == ""
    assert not list(tmp_path.glob("*.sheltermap*")) and not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (alert(info(polygon("56,24 56,25 57,25"))), (), "has 2 faults"),
        (alert(head="<!DOCTYPE alert>"), (), "declares a type or entities"),
        (alert(info(polygon("24.09,56.94 24.2,56.94 24.2,56.96 24.09,56.94"))), (), "CAP writes latitude,longitude"),
        (alert(), ("--at", EXPIRES), "expired at 2026-03-02 06:00:00+02:00"),
        (alert(), ("--at", "noon"), "give a time with its zone"),
        (alert(), ("--level", "2"), "the plan has no levels"),
        (alert(), ("--geocodes", "none.csv", "--at", AT), ""),
    ],
)
def test_what_cannot_be_answered_ends_with_two_and_says_why(tmp_path, text, more, said):
    done = asked(tmp_path, text, *more)
    if said:
        assert done.exit_code == 2 and said in done.stderr and done.stdout == ""
    else:  # no code of this alert needs the table
        assert done.exit_code == 0


def test_an_exercise_says_so_on_every_page(tmp_path):
    out = tmp_path / "out"
    assert asked(tmp_path, alert(status="Exercise"), "-o", out).exit_code == 0
    assert json.loads((out / "warning.json").read_text(encoding="utf-8"))["is_actual"] is False
    for name in ("map_en.html", "warning_en.txt"):
        assert "EXERCISE: NOT A REAL WARNING" in (out / name).read_text(encoding="utf-8")
    for name in ("map_lv.html", "warning_lv.txt"):
        assert "MĀCĪBAS: NAV ĪSTS BRĪDINĀJUMS" in (out / name).read_text(encoding="utf-8")


def test_of_several_alerts_the_latest_state_holds(tmp_path):
    cancel = alert(identifier="A2", kind="Cancel", sent="2026-03-01T07:00:00+02:00",
                   references="met@example.org,A1,2026-03-01T06:00:00+02:00")  # fmt: skip
    done = asked(tmp_path, None, write(tmp_path, cancel, "cancel.xml"), "--lang", "en")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "CANCELLED: nobody is warned of this any more"
    assert "IN THE AREA" not in done.stdout


def test_words_of_an_alert_do_not_steer_the_terminal(tmp_path):
    done = asked(tmp_path, alert(info(event="Flood\u202e\n=====\u0085 over")))
    assert "ORANGE: Flood‹RIGHT-TO-LEFT OVERRIDE› ===== over" in done.stdout.splitlines()


def test_the_towns_of_a_country_are_those_that_pyproj_finds(root: Path):
    latvia = root / "sample_data" / "latvia"
    done = warn(latvia / "exercise_alert.xml", "--plan", latvia / "plan.toml", "--at", AT, "--json")
    assert json.loads(done.stdout)["status"] == "Exercise"
    (towns,) = (each for each in json.loads(done.stdout)["people"] if each["input"] == "towns")
    with (latvia / "towns.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    metres = [Geod(ellps="WGS84").inv(24.605, 56.816, float(row["lng"]), float(row["lat"]))[2] for row in rows]
    assert min(abs(each - 40_000) for each in metres) > 1
    inside = sum(float(row["population"] or 0) for row, far in zip(rows, metres, strict=True) if far < 40_000)
    assert (towns["inside"], towns["outside"]) == (inside, towns["total"] - inside) and inside > 0
