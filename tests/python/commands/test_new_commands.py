# SPDX-License-Identifier: Apache-2.0
"""From files to a plan that runs: by guesses, by flags, and by answers on a terminal."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from raster_files import write_raster
from sheltermap.commands.cli import app
from sheltermap.plans.plan import load_plan
from small_plan import write_town

SAMPLES = Path(__file__).parents[3] / "sample_data"
NORWAY = [
    {"lokalId": f"58e{at}", "romnr": 776 + at, "plasser": 400, "adresse": f"Torget {at} – “Nord”"}
    | {"latitude": 59.40 + at / 100, "longitude": 10.46}
    for at in range(6)
]


def done(*arguments: object, code: int = 0):
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def town(tmp_path) -> Path:
    write_town(tmp_path)
    (tmp_path / "plan.toml").unlink()
    return tmp_path


def test_a_list_from_a_service_becomes_a_plan_that_runs(tmp_path):
    (tmp_path / "shelters_norway.json").write_text(json.dumps(NORWAY), encoding="utf-8")
    told = done("new", tmp_path / "plan.toml", tmp_path / "shelters_norway.json", "--yes").stdout
    assert f"sheltermap run {tmp_path / 'plan.toml'} -o {tmp_path / 'out'}" in told
    done("validate", tmp_path / "plan.toml")
    assert "6 facilities count" in done("run", tmp_path / "plan.toml", "-o", tmp_path / "out").stdout
    assert (tmp_path / "out" / "report.html").exists()


def test_people_places_and_streets_become_a_plan_that_runs(tmp_path):
    folder = SAMPLES / "liechtenstein"
    files = [
        folder / name for name in ("population.csv", "schools.csv", "municipalities.geojson", "liechtenstein.osm.pbf")
    ]
    given = ["--yes", "--crs", "EPSG:2056", "--within", "15 minūtes", "--lang", "lv", "--title", "Līhtenšteina"]
    done("new", tmp_path / "plan.toml", *files, *given)
    plan = load_plan(tmp_path / "plan.toml")
    assert [(each.name, each.by, each.weight) for each in plan.analyses] == [
        ("near", "streets", "people"),
        ("gaps", "streets", "people"),
    ]
    assert "līdz 15 min" in done("run", tmp_path / "plan.toml", "-o", tmp_path / "out").stdout


def test_flags_say_what_files_are_and_which_columns_count(town):
    flags = ["--people", f"{town}/homes.csv:children", "--facilities", f"{town}/shelters.csv"]
    flags += ["--areas", f"{town}/parts.geojson", "--zones", f"{town}/flood.geojson", "--yes"]
    done("new", town / "p.toml", *flags)
    plan = load_plan(town / "p.toml")
    assert {"people", "facilities", "areas", "zones"} == set(plan.inputs)
    assert {each.weight for each in plan.analyses if each.kind == "coverage"} == {"children"}
    assert done("run", town / "p.toml", "-o", town / "out").exit_code == 0


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--people", "homes.csv:peeple"], 'no column for people "peeple"; did you mean "people"?'),
        (["--people", "parts.geojson"], "parts.geojson holds polygons, which cannot be people"),
        (["--facilities", "shelters.csv:name"], "name is neither a layer of shelters.csv nor a column"),
        (["--people", "nobody.csv"], "no file nobody.csv"),
        (["homes.csv", "--within", "soon"], "a limit is a number with a unit"),
        (["homes.csv"], "nothing can be asked of these files"),
        (["metres.csv"], "names no CRS; pass one, for example --crs"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(town, monkeypatch, flags, told):
    monkeypatch.chdir(town)
    (town / "metres.csv").write_text("x,y\n506083,311825\n")
    result = done("new", "p.toml", *flags, "--yes", code=2)
    assert told in " ".join(result.stderr.split())
    assert not (town / "p.toml").exists()


def test_a_plan_that_is_there_stays_unless_it_is_forced(town):
    files = [town / "homes.csv", town / "shelters.csv", "--yes"]
    (town / "mine.toml").write_text("years of work")
    assert "is there already; --force replaces it" in done("new", town / "mine.toml", *files, code=2).stderr
    assert (town / "mine.toml").read_text() == "years of work"
    done("new", town / "mine.toml", *files, "--force", "--schema")
    text = (town / "mine.toml").read_text(encoding="utf-8")
    assert text.startswith("#:schema ./plan.schema.json\n")
    assert json.loads((town / "plan.schema.json").read_text(encoding="utf-8"))["title"] == "A plan of sheltermap"


def test_the_plan_and_the_data_are_not_swapped(town):
    assert "name it first, as plan.toml, then the data" in done("new", town / "homes.csv", code=2).stderr


def test_at_a_terminal_it_asks_until_the_answer_makes_sense_and_enter_takes_the_guess(town):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "sheltermap", "new", "p.toml", "homes.csv", "shelters.csv"]
    process = subprocess.Popen(command, cwd=town, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    # homes: people, by the column chil…; shelters: no answer, then one; how near: a time needs streets; the title.
    os.write(ours, "\nchil\nhospital\nfac\n1 h\n1 km\nMūsu pilsēta\n".encode())
    seen = b""
    while chunk := _read(ours):
        seen += chunk
    os.close(ours)
    assert process.wait(60) == 0, seen.decode()
    told = seen.decode()
    assert "homes.csv: 4 points, EPSG:4326" in told
    assert "answer one of: facilities, skip" in told and "a time needs streets" in told
    plan = load_plan(town / "p.toml")
    assert plan.title.get("en") == "Mūsu pilsēta"
    assert [(each.weight, each.thresholds({})[0].value) for each in plan.analyses] == [("children", 1000.0)] * 2


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other side is closed
        return b""


def test_rasters_of_people_and_of_depths_become_a_plan_that_runs(tmp_path):
    """Of six cells with 1 to 6 people two have water: 0.5 m where 2 live, 2 m where 6 live."""
    place = {"west": 24.10, "north": 56.95, "cell": 0.01}
    write_raster(tmp_path / "grid_people.tif", [[1, 2, 3], [4, 5, 6]], **place)
    write_raster(tmp_path / "flood_depth.tif", [[0, 0.5, 0], [0, 0, 2]], **place)
    (tmp_path / "clinics.csv").write_text("id,lon,lat\na,24.125,56.935\n", encoding="utf-8")
    plan = tmp_path / "plan.toml"
    files = [tmp_path / "clinics.csv", tmp_path / "flood_depth.tif"]
    assert "grid_people.tif:count or grid_people.tif:density_per_km2" in (
        done("new", plan, *files, "--people", tmp_path / "grid_people.tif", "--yes", code=2).stderr
    )
    done("new", plan, *files, "--people", f"{tmp_path / 'grid_people.tif'}:count", "--yes")
    found = load_plan(plan)
    assert (found.inputs["people"].holds, found.rasters["zones"].holds) == ("count", "depth_m")
    assert [each.kind for each in found.analyses] == ["coverage", "gaps", "depth", "depth"]
    done("run", plan, "-o", tmp_path / "out")
    figures = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["figures"]
    wet = {
        (each["analysis"], each["category"]): each["value"]
        for each in figures
        if each["figure"] == "in_depth" and each["scope"] == "all" and each["value"]
    }
    assert {wet["people_in_water", "0.1-0.7"], wet["people_in_water", "1.5+"]} == {2, 6}
    assert wet["in_water", "1.5+"] == 1  # the clinic stands where 6 live


def test_a_raster_that_nothing_is_known_of_is_left_out_with_the_flags_for_it(tmp_path):
    write_raster(tmp_path / "elevation.tif", [[1, 2], [3, 4]], west=24.1, north=56.95, cell=0.01)
    (tmp_path / "clinics.csv").write_text("id,lon,lat\na,24.105,56.945\n", encoding="utf-8")
    told = done("new", tmp_path / "plan.toml", tmp_path, "--yes").stderr
    assert "elevation.tif is left out" in told and "--zones elevation.tif:depth_m" in told
    assert list(load_plan(tmp_path / "plan.toml").inputs) == ["facilities"]
