# SPDX-License-Identifier: Apache-2.0
"""How the plugin finds, asks, watches and ends the command line; with real processes."""

import os
import sys
import threading
import time
from pathlib import Path

import pytest
from sheltermap_qgis import command_line, words
from sheltermap_qgis.command_line import Cancelled, CommandError

PATIENCE_S = 60


class Heard:
    """What a run tells."""

    def __init__(self) -> None:
        self.progress: list[float] = []
        self.lines: list[str] = []
        self.warnings: list[str] = []
        self.cancelled = threading.Event()

    def isCanceled(self) -> bool:  # noqa: N802
        return self.cancelled.is_set()

    def setProgress(self, progress: float) -> None:  # noqa: N802
        self.progress.append(progress)

    def pushInfo(self, info: str) -> None:  # noqa: N802
        self.lines.append(info)

    def pushWarning(self, warning: str) -> None:  # noqa: N802
        self.warnings.append(warning)


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setattr(words, "language", lambda: "en")
    monkeypatch.setattr(command_line, "_versions", {})


def program(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_it_is_found_by_the_setting_then_the_variable_then_the_path(tmp_path):
    on_path = program(tmp_path / "bin" / "sheltermap", "")
    by_variable = program(tmp_path / "other" / "sheltermap", "")
    chosen = program(tmp_path / "it's “ā”" / "sheltermap", "")
    environ = {"PATH": str(tmp_path / "bin")}
    assert command_line.find("", environ) == [on_path]
    environ[command_line.VARIABLE] = by_variable
    assert command_line.find("", environ) == [by_variable]
    assert command_line.find(chosen, environ) == [chosen]


def test_a_python_or_an_environment_will_do(tmp_path):
    python = program(tmp_path / "venv" / "bin" / "python3.11", "")
    assert command_line.find(python, {}) == [python, "-m", "sheltermap"]
    inside = program(tmp_path / "venv" / "bin" / "sheltermap", "")
    assert command_line.find(str(tmp_path / "venv"), {}) == [inside]


@pytest.mark.parametrize(
    ("chosen", "environ", "told"),
    [
        ("", {"PATH": ""}, "Install it (pip install sheltermap)"),
        ("/no/where", {}, "/no/where, which the settings name for sheltermap, is no program"),
        ("", {command_line.VARIABLE: "/no/where"}, "which the variable SHELTERMAP_COMMAND names"),
    ],
)
def test_what_is_not_there_is_said_with_what_to_do(chosen, environ, told):
    with pytest.raises(CommandError) as caught:
        command_line.find(chosen, environ)
    assert told in str(caught.value)


def test_what_qgis_set_for_itself_is_left_out():
    given = {"PYTHONHOME": "q", "PYTHONPATH": "q", "GDAL_DATA": "q", "PROJ_LIB": "q", "HOME": "h"}
    left = command_line.environment(["/usr/bin/sheltermap"], given)
    assert left["HOME"] == "h" and left["PYTHONUTF8"] == "1"
    assert not left.keys() & {"PYTHONHOME", "PYTHONPATH", "GDAL_DATA", "PROJ_LIB"}


@pytest.mark.parametrize(
    "says",
    [
        "sheltermap 0.1.0",
        "sheltermap 0.1",
        "sheltermap 2.0.1rc1",
        "sheltermap 0.1.1.dev34+g0123456789ab",
        "sheltermap (from its source tree)",
    ],
)
def test_new_enough_is_enough_and_asked_once(tmp_path, says):
    asked = tmp_path / "asked"
    command = [program(tmp_path / "sheltermap", f'echo x >> "{asked}"; echo "{says}"')]
    assert command_line.require_new_enough(command) == command_line.require_new_enough(command) == says
    assert asked.read_text() == "x\n"


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("echo sheltermap 0.0.12", "is sheltermap 0.0.12, this plugin needs 0.1.0 or newer"),
        ("echo hello", "is not the command line of sheltermap, it says: hello"),
        ("echo broken >&2; exit 3", "it says: broken"),
        ("exit 3", "it says: nothing"),
    ],
)
def test_another_program_or_an_old_one_is_refused(tmp_path, says, told):
    with pytest.raises(CommandError) as caught:
        command_line.require_new_enough([program(tmp_path / "sheltermap", says)])
    assert told in str(caught.value)


def test_what_does_not_start_is_refused(tmp_path):
    path = tmp_path / "sheltermap"
    path.write_bytes(b"\x7fELF nothing")
    path.chmod(0o755)
    with pytest.raises(CommandError) as caught:
        command_line.require_new_enough([str(path)])
    assert "does not start" in str(caught.value)


def test_the_real_one_is_new_enough(monkeypatch, root):
    wrapped = {**os.environ, "PYTHONPATH": str(root / "python")}
    monkeypatch.setattr(command_line, "environment", lambda command: wrapped)
    assert command_line.require_new_enough([sys.executable, "-m", "sheltermap"]).startswith("sheltermap")


def test_steps_notes_and_output_go_their_ways(tmp_path):
    text = """
echo "12:00:01 Read ā.gpkg" >&2
echo "sheltermap: note: ā.gpkg is old" >&2
sleep 0.3
echo "12:00:02 Write layers" >&2
echo "  50 %  covered"
"""
    heard = Heard()
    command = [program(tmp_path / "it's", text)]
    call = {"steps": 2, "begin": 10.0, "called": lambda text: text.replace("ā.gpkg", "layer “Ā”")}
    command_line.run(command, [], tmp_path, heard, **call)
    assert heard.progress == [10.0, 55.0]
    assert set(heard.lines) == {"Read layer “Ā”", "Write layers", "  50 %  covered"}
    assert heard.warnings == ["layer “Ā” is old"]


def test_more_steps_than_foreseen_never_pass_the_end(tmp_path):
    heard = Heard()
    command = [program(tmp_path / "sheltermap", 'for i in 1 2 3 4 5; do echo "12:00:0$i Step" >&2; done')]
    command_line.run(command, [], tmp_path, heard, steps=2)
    assert heard.progress == sorted(heard.progress) and heard.progress[-1] < 100
    command_line.run(command, [], tmp_path, heard := Heard(), steps=None)
    assert heard.progress == [] and len(heard.lines) == 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "echo 'sheltermap: note: odd' >&2; echo 'sheltermap: a: wrong' >&2; echo '  row 2' >&2; exit 2",
            "a: wrong\n  row 2",
        ),
        ("echo 'Segmentation fault' >&2; exit 139", "Segmentation fault"),
        ("exit 7", "sheltermap ended with code 7 and said nothing"),
    ],
)
def test_what_is_wrong_is_raised(tmp_path, text, told):
    with pytest.raises(CommandError) as caught:
        command_line.run([program(tmp_path / "sheltermap", text)], [], tmp_path, Heard(), steps=None)
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize("trap", ["", "trap '' INT"])
def test_a_cancelled_run_ends_with_all_that_it_started(tmp_path, monkeypatch, trap):
    monkeypatch.setattr(command_line, "PATIENCE_S", 0.5)
    pids = tmp_path / "pids"
    text = f'{trap}\nsleep 600 &\necho "$$ $!" > "{pids}.new"; mv "{pids}.new" "{pids}"\nwait; wait; sleep 600'
    heard, outcome = Heard(), list[str]()

    def work() -> None:
        try:
            command_line.run([program(tmp_path / "sheltermap", text)], [], tmp_path, heard, steps=None)
        except Cancelled:
            outcome.append("cancelled")

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    wait_for(pids.exists)
    heard.cancelled.set()
    worker.join(PATIENCE_S)
    assert outcome == ["cancelled"]
    for pid in pids.read_text().split():
        wait_for(lambda pid=pid: not runs(int(pid)))


def wait_for(condition) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def runs(pid: int) -> bool:
    """Whether a process computes: one that ended and that nobody asked for is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
