# SPDX-License-Identifier: Apache-2.0
"""Long work tells how it gets on, on the right stream and by one thread, which ends with it."""

import inspect
import logging
import os
import subprocess
import sys
import threading
import time

import nbclient
import nbformat
import pandas as pd
import pytest

import sheltermap as sm
from sheltermap.base import progress

# Functions that answer at once, whatever they are given: look-ups, formulas, and what only sets something.
QUICK = {
    "avoided",
    "capacity",
    "damage_curves",
    "equity",
    "expected_annual",
    "geodesic_area_m2",
    "geodesic_destination",
    "geodesic_distance_m",
    "geodesic_length_m",
    "geodesic_line",
    "layer_names",
    "not_nested",
    "read_alert",
    "refused",
    "risk_index",
    "risk_matrix",
    "set_progress",
    "set_threads",
    "standards",
    "supply",
    "template",
    "threads",
    "todo",
}
FUNCTIONS = {name for name in sm.__all__ if inspect.isfunction(getattr(sm, name))}
WORK = """
import sys, time, sheltermap as sm
from sheltermap.base import progress
progress.PATIENCE_S = 0.0
{setup}
with progress.working("count the homes") as work:
    print("counted")
    work.step(1, 4, "count the [red] shelters")
    time.sleep(1)
"""


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE_S", 0.0)
    before = sm.set_progress("auto")
    yield
    sm.set_progress(before)
    assert not tellers()


def tellers() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "sheltermap progress"]


def told_by(function) -> bool:
    """Whether a function, or one that it wraps, is one that shows its progress."""
    while function is not None:
        if function.__code__ is progress.shows_progress(lambda: None).__code__:
            return True
        function = getattr(function, "__wrapped__", None)
    return False


@pytest.mark.parametrize("name", sorted(FUNCTIONS - {"run"}))
def test_a_public_function_shows_its_progress_unless_it_is_quick(name):
    assert told_by(getattr(sm, name)) == (name not in QUICK)


def test_making_a_network_shows_its_progress():
    assert told_by(sm.Network.from_osm.__func__) and told_by(sm.Network.from_lines.__func__)


def test_a_log_has_a_line_per_step_and_one_at_the_end(caplog, capsys):
    caplog.set_level(logging.INFO, "sheltermap")
    with progress.working("read homes.gpkg") as work:
        until(lambda: caplog.messages)
        work.step(1, 2, "read shelters.gpkg")
        until(lambda: len(caplog.messages) > 1)
    first, second, last = caplog.messages
    assert (first, second) == ("read homes.gpkg", "read shelters.gpkg (1 of 2)")
    assert last.startswith("read homes.gpkg: done after ")
    assert capsys.readouterr() == ("", "")


def until(true) -> None:
    while not true():
        time.sleep(0.01)


def test_work_within_work_is_a_part_of_it(caplog):
    caplog.set_level(logging.INFO, "sheltermap")
    with progress.working("run") as outer, progress.working("coverage") as inner:
        assert inner is outer and len(tellers()) == 1
        until(lambda: caplog.messages)
    assert caplog.messages[0] == "run"


def test_nothing_is_started_where_nobody_would_hear(monkeypatch):
    monkeypatch.setattr(progress.LOG, "level", logging.WARNING)
    with progress.working("run"):
        assert not tellers()


@pytest.mark.parametrize(("shown", "told"), [("off", True), ("log", False)])
def test_nothing_is_started_where_nothing_is_to_be_told(caplog, shown, told):
    caplog.set_level(logging.INFO, "sheltermap")
    sm.set_progress(shown)
    with progress.working("run", told=told), progress.working("coverage"):
        assert not tellers()
    assert caplog.messages == []


def test_an_error_ends_the_telling(caplog):
    caplog.set_level(logging.INFO, "sheltermap")
    with pytest.raises(KeyboardInterrupt), progress.working("run"):
        raise KeyboardInterrupt
    with progress.working("again") as work:  # is no part of what failed
        assert work.what == "again"


def test_a_function_says_what_it_works_on(caplog, tmp_path):
    caplog.set_level(logging.INFO, "sheltermap")
    seen = []

    @progress.shows_progress
    def count_homes(_):
        seen.append(progress._outer.get().what)

    count_homes(tmp_path / "homes.gpkg")
    count_homes(pd.DataFrame({"people": [1, 2]}))
    count_homes(5)
    names = [what.rpartition("count homes")[2] for what in seen]
    assert names == [" homes.gpkg", ": 2 rows", ""]


def test_a_setting_that_is_none_is_told():
    with pytest.raises(ValueError, match="progress is one of 'auto', 'bar', 'log', 'off', not 'on'"):
        sm.set_progress("on")


@pytest.mark.parametrize(("setup", "shown"), [("", True), ("sm.set_progress('off')", False)])
def test_a_terminal_sees_a_bar_and_what_is_printed_goes_where_it_always_does(setup, shown):
    master, slave = os.openpty()
    command = [sys.executable, "-c", WORK.format(setup=setup)]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=slave, env=environment) as process:
        os.close(slave)
        seen = b"".join(iter(lambda: _read(master), b""))
        printed = process.stdout.read()
    os.close(master)
    assert (process.returncode, printed) == (0, b"counted\n")
    assert (b"count the [red] shelters" in seen) == shown
    assert shown or seen == b""


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other side is closed
        return b""


@pytest.mark.parametrize(("setup", "told"), [("sm.set_progress('bar')", b"shelters"), ("", b"")])
def test_a_pipe_sees_a_bar_only_if_one_is_asked_for(setup, told):
    done = subprocess.run([sys.executable, "-c", WORK.format(setup=setup)], capture_output=True, check=True)
    assert done.stdout == b"counted\n"
    assert told in done.stderr and bool(done.stderr) == bool(told)


def test_a_notebook_shows_a_bar_below_the_cell_and_takes_it_away(tmp_path, monkeypatch):
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    shown = []
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(WORK.format(setup=""))])

    class Client(nbclient.NotebookClient):
        def process_message(self, msg, cell, cell_index):
            if msg["msg_type"] == "update_display_data":
                shown.append(msg["content"]["data"])
            return super().process_message(msg, cell, cell_index)

    place = {"metadata": {"path": str(tmp_path)}}
    done = Client(notebook, timeout=600, kernel_name="python3", resources=place).execute()
    assert any("count the [red] shelters" in each["text/plain"] for each in shown)
    outputs = done.cells[0].outputs  # of a slow machine the bar may come first, or twice
    assert "".join(each.text for each in outputs if each.get("name") == "stdout") == "counted\n"
    left = [each.data["text/html"] for each in outputs if each.output_type == "display_data"]
    assert left and not any(left)
