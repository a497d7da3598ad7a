# SPDX-License-Identifier: Apache-2.0
"""The script that damages files: a small part of its run, and that it sees what does harm."""

import subprocess
import sys
from pathlib import Path

import pytest

import damages
import doors
import good_files
from conftest import ROOT
from workers import Program, Readers, Verdict

SCRIPT = ROOT / "scripts" / "damaged_files"
READS = """
import faulthandler, json, os, sys, time
faulthandler.enable()
for line in sys.stdin:
    if "crash" in line:
        os.abort()
    if "hang" in line:
        time.sleep(3600)
    print(json.dumps(["read", line]), flush=True)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[Path]]]:
    return good_files.make(tmp_path_factory.mktemp("damaged") / "good")


def test_damaged_files_do_no_harm(tmp_path: Path) -> None:
    options = [
        "--seed",
        "20261130",
        "--count",
        "150",
        "--timeout",
        "300",
        "--jobs",
        "2",
        "--out",
        str(tmp_path / "kept"),
    ]
    done = subprocess.run([sys.executable, str(SCRIPT), *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "150 files, 0 faults"
    assert not (tmp_path / "kept").exists()


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_files_are_good_before(made: dict[str, list[list[Path]]]) -> None:
    for files in made.values():
        for opened, *_ in files:
            assert doors.read_by_every_door(opened)[0] == "read", opened


def test_the_same_seed_does_the_same_damage(made: dict[str, list[list[Path]]], tmp_path: Path) -> None:
    def harmed(kind: str, seed: str, folder: str) -> dict[str, bytes]:
        opened = damages.damage(made[kind], tmp_path / folder / kind, seed)
        return {each.name: each.read_bytes() for each in opened.parent.rglob("*") if each.is_file()}

    for kind in made:
        assert harmed(kind, "1", "once") == harmed(kind, "1", "again"), kind
    assert any(harmed(kind, "1", "one") != harmed(kind, "2", "other") for kind in made)


def test_a_crash_and_a_hang_are_seen_and_the_next_file_is_read() -> None:
    with Readers(Program([sys.executable, "-c", READS], {}), 30) as readers:
        verdict = readers.verdict(Path("crash"))
        assert verdict.what == "crash"
        assert "Fatal Python error: Aborted" in verdict.said
        assert verdict.said.endswith("ended with SIGABRT")
        assert readers.verdict(Path("good")) == Verdict("read", '"good"\n')
    with Readers(Program([sys.executable, "-c", READS], {}), 1) as readers:
        verdict = readers.verdict(Path("hang"))
        assert verdict.what == "hang"
        assert "line 8 in <module>" in verdict.said  # where it hung


def test_an_exception_that_is_not_ours_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def harms(path: Path) -> None:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")

    monkeypatch.setitem(doors.DOORS, ".csv", (harms,))
    what, said = doors.read_by_every_door(tmp_path / "a.csv")
    assert what == "foreign"
    assert said.startswith("harms: Traceback")
