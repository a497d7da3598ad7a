# SPDX-License-Identifier: Apache-2.0
"""The doctor: it finds a sound machine right, and what is broken with what to do, whatever breaks."""

import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sheltermap as sm
from sheltermap import _native
from sheltermap.commands import doctor
from sheltermap.commands.cli import app


class Broken:
    """A compiled module, or a part of it, of which nothing works."""

    def __getattr__(self, name):
        raise sm.CrsError(f"{name}: proj_create: Cannot find proj.db")


def findings(*, code: int) -> dict[str, dict]:
    done = CliRunner().invoke(app, ["doctor", "--json"])
    assert done.exit_code == code, done.output
    told = json.loads(done.stdout)
    assert told["healthy"] is (code == 0)
    lines = CliRunner().invoke(app, ["doctor"]).stdout
    assert "Traceback" not in lines
    assert all(each["remedy"] in lines for each in told["findings"] if each["remedy"])
    return {each["name"]: each for each in told["findings"]}


def wrong(found: dict[str, dict]) -> set[str]:
    return {name for name, each in found.items() if each["state"] == "wrong"}


def test_a_sound_machine_is_found_right():
    found = findings(code=0)
    assert found["transformation"]["found"].endswith("right")
    assert found["layers"]["found"].endswith("right")
    assert {"python", "gdal", "proj", "numpy", "folder"} <= set(found)


def test_without_the_database_of_proj_it_says_so_and_what_to_do(monkeypatch):
    monkeypatch.setattr(_native, "_core", Broken())
    found = findings(code=3)
    assert wrong(found) == {"transformation"}
    assert (
        "Cannot find proj.db" in found["transformation"]["found"] and doctor.BUILD in found["transformation"]["remedy"]
    )


def test_a_transformation_that_comes_out_wrong_is_told(monkeypatch):
    monkeypatch.setattr(doctor, "LONLAT", (24.2, 56.95))
    assert "expected 24.2 56.95" in findings(code=3)["transformation"]["found"]


def test_broken_and_missing_neighbours_are_told_and_those_not_needed_are_no_fault(monkeypatch):
    real = importlib.import_module

    def broken(name, *rest):
        if name in ("matplotlib", "highspy"):
            raise OSError("libsomething.so: cannot open shared object file")
        return real(name, *rest)

    monkeypatch.setattr(doctor.importlib, "import_module", broken)
    monkeypatch.setattr(doctor, "NEIGHBOURS", (*doctor.NEIGHBOURS, "no-such-package"))
    monkeypatch.setattr(doctor, "OPTIONAL", doctor.OPTIONAL | {"no-such-extra": "nothing extra"})
    monkeypatch.setattr(doctor, "BROWSERS", ("no-such-browser",))
    found = findings(code=3)
    assert wrong(found) == {"matplotlib", "highspy", "no-such-package"}
    assert "libsomething" in found["matplotlib"]["found"] and "pip install" in found["matplotlib"]["remedy"]
    assert found["no-such-extra"]["state"] == found["browser"]["state"] == "absent"


def test_folders_that_cannot_be_written_are_told(monkeypatch, tmp_path):
    def refused(*, dir):  # noqa: A002 - as it is called there; root may write everywhere
        raise PermissionError(13, "Permission denied", str(dir))

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    found = findings(code=3)
    assert wrong(found) == {"folder", "temporary files"}
    assert "-o" in found["folder"]["remedy"] and "TMPDIR" in found["temporary files"]["remedy"]


@pytest.mark.skipif(os.name != "posix", reason="only there a folder may vanish under one's feet")
def test_in_a_folder_that_is_gone_it_still_answers(tmp_path):
    code = (
        "import os, sys; from sheltermap.commands.cli import main; os.rmdir(os.getcwd()); "
        "sys.argv = ['sheltermap', 'doctor']; main()"
    )
    (tmp_path / "gone").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "gone", capture_output=True, text=True, check=False
    )
    assert done.returncode == 3 and "Traceback" not in done.stderr
    assert "FileNotFoundError" in done.stdout and "go to a folder that is yours" in done.stdout


def test_a_compiled_module_that_does_not_load_is_told_by_every_command(tmp_path):
    code = (
        "import sys; sys.modules['sheltermap._core'] = None; from sheltermap.commands.cli import main; "
        "sys.argv = ['sheltermap', *sys.argv[1:]]; main()"
    )

    def said(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)

    looked = said("doctor")
    assert looked.returncode == 3 and "Traceback" not in looked.stderr and doctor.BUILD in looked.stdout
    run = said("run", str(Path(tmp_path) / "plan.toml"), "-o", str(tmp_path / "out"))
    assert run.returncode == 3 and "Traceback" not in run.stderr and "sheltermap doctor" in run.stderr
