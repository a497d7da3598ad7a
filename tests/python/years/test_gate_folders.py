# SPDX-License-Identifier: Apache-2.0
"""What the gate and a comparison read and write: nothing is replaced before all is read, and nothing of another."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sheltermap as sm
from in_process import sheltermap
from small_plan import PLAN, write_town
from step_lines import beside_steps

SMALL = PLAN.split("[[analyses]]")[0] + "[[analyses]]" + PLAN.split("[[analyses]]")[1]
UNKNOWN_RULE = """
[[checks]]
id = "a"
figure = { analysis = "shelter", figure = "covered", measure = "peeple", threshold_m = 500 }
at_least = 1
"""


def town(folder: Path, year: int, plan: str = SMALL) -> Path:
    return write_town(folder, plan=plan.replace("schema = 1", f"schema = 1\nyear = {year}"))


def state(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def former(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("former")
    sm.run(town(folder / "town", 2025), folder / "out")
    return folder / "out"


def test_what_is_compared_with_is_never_replaced(former, tmp_path):
    plan, before = town(tmp_path / "town", 2026), state(former)
    (tmp_path / "last").symlink_to(former)
    for against, out in ((former, former), (tmp_path / "last", former), (former, former / ".." / "out")):
        done = sheltermap("check", plan, "--against", against, "-o", out)
        assert done.returncode == 2 and "-o and --against are both" in done.stderr
    assert state(former) == before


def test_bad_input_leaves_the_former_assessment_where_it_is(former, tmp_path):
    this = tmp_path / "this"
    sm.run(town(tmp_path / "town", 2024), this)
    before = state(this)
    fine = town(tmp_path / "town", 2026)
    for arguments in (
        (town(tmp_path / "b", 2026, SMALL + UNKNOWN_RULE), "--against", former),
        (fine, "--against", tmp_path / "none"),
        (fine, "--against", former, "--junit", tmp_path / "none" / "check.xml"),
        (fine, "--against", former, "--junit", fine),
    ):
        done = sheltermap("check", *arguments, "-o", this)
        assert done.returncode == 2 and state(this) == before
    text = fine.read_text(encoding="utf-8")
    assert text.startswith("schema = 1") and "is a file" in sheltermap("run", fine, "-o", fine / "a" / "b").stderr


def test_a_good_check_keeps_its_assessment(former, tmp_path):
    done = sheltermap("check", town(tmp_path / "town", 2026), "--against", former, "-o", tmp_path / "this")
    assert (done.returncode, beside_steps(done.stderr)) == (0, "")
    assert sm.compare(former, tmp_path / "this").after.year == 2026
    report = (tmp_path / "this" / "report.html").read_text(encoding="utf-8")
    assert "Compared with the assessment of 2025." in report
    alone = sheltermap("check", tmp_path / "town" / "plan.toml", "-o", tmp_path / "alone")
    assert alone.returncode == 0 and "Compared with" not in (tmp_path / "alone" / "report.html").read_text()


def test_pages_and_layers_replace_only_older_ones(former, tmp_path):
    new = tmp_path / "new"
    sm.run(town(tmp_path / "town", 2026), new)
    change, before = sm.compare(former, new), state(new)
    register = tmp_path / "register.gpkg"
    sm.write(change.after.frames["shelters"], register)
    with pytest.raises(sm.WriteError, match=r"belongs to the assessment in .*new; name another file"):
        change.write_page(new / "report.html")
    for layers in (new / "assessment.gpkg", new / "geojson" / "shelter.geojson"):
        with pytest.raises(sm.WriteError, match="belongs to the assessment"):
            change.write_layers(layers)
    with pytest.raises(sm.WriteError, match="not the layers of a comparison"):
        change.write_layers(register)
    with pytest.raises(sm.WriteError, match="it is not a page"):
        change.write_page(tmp_path / "town" / "plan.toml")
    assert state(new) == before
    for _ in range(2):
        change.write_page(tmp_path / "change.html")
        change.write_layers(tmp_path / "change.gpkg")


def test_a_run_may_stand_in_the_folder_it_writes(tmp_path):
    plan = town(tmp_path / "town", 2026)
    sm.run(plan, tmp_path / "out")
    done = sheltermap("run", plan, "-o", ".", cwd=tmp_path / "out")
    assert (done.returncode, beside_steps(done.stderr)) == (0, "") and str(
        tmp_path / "out" / "report.html"
    ) in done.stdout
    done = sheltermap("run", "../town/plan.toml", "-o", ".", "--json", cwd=tmp_path / "out")
    assert (done.returncode, beside_steps(done.stderr)) == (0, "") and '"schema"' in done.stdout


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("year", None, '"year" is missing or not what belongs there; run its plan again'),
        ("year", "2026", '"year" is missing'),
        ("figures", None, '"figures" is missing'),
        ("figures", 3, '"figures" is missing'),
        ("figures", [], '"figures" is missing'),
        (
            "figures",
            [{"analysis": "shelter", "figure": "total", "measure": "people", "value": "x"}],
            '"figures" is missing',
        ),
        ("files", {}, '"files" is missing'),
        ("refused_rows", 3, '"refused_rows" is missing'),
        ("plan", 3, '"plan" is missing'),
        ("plan", {"schema": 1}, "its plan cannot be understood: title: is missing; inputs: is missing"),
    ],
)
def test_a_damaged_summary_is_bad_input_that_names_the_file(former, tmp_path, key, value, told):
    folder = tmp_path / "damaged"
    shutil.copytree(former, folder)
    content = json.loads((folder / "summary.json").read_text(encoding="utf-8")) | {key: value}
    if value is None:
        del content[key]
    (folder / "summary.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(sm.ReadError) as raised:
        sm.compare(folder, former)
    assert told in str(raised.value) and str(folder / "summary.json") in str(raised.value)
    assert "pydantic" not in str(raised.value)


def test_a_reader_who_has_enough_is_no_fault(former):
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "sheltermap", "compare", str(former), str(former), "--json"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, beside_steps(done.stderr)) == (141, "")
