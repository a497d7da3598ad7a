# SPDX-License-Identifier: Apache-2.0
"""Writers of one register that are killed, stopped, or two at a time."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.registers import history

WHO = {"by": "A", "why": "test"}
ROWS, KILLS = 150, 200

# Has everything at hand; for every line it is sent, a child of its own merges the copy.
MERGER = """
import os, sys
import sheltermap as sm
store = sm.RegisterStore(sys.argv[1])
store.merge(sys.argv[2], by="B", why="merge", take="theirs", dry_run=True)
print("ready", flush=True)
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        store.merge(sys.argv[2], by="B", why="merge", take="theirs")
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""
# Adds a row and one to the number of another, again and again.
WRITER = """
import sys
import sheltermap as sm
store = sm.RegisterStore(sys.argv[1])
for number in range(int(sys.argv[3])):
    store.add({"id": f"{sys.argv[2]}{number}", "kind": "well"}, by=sys.argv[2], why="test")
    store.update({"id": "shared", sys.argv[4]: number + 1}, by=sys.argv[2], why="test")
"""


@pytest.fixture
def store(tmp_path: Path) -> sm.RegisterStore:
    return sm.RegisterStore.create(tmp_path / "water.gpkg", "water_intake")


def test_a_killed_merge_leaves_the_old_state_or_the_new_one(store, tmp_path):
    store.add(
        [{"id": f"W{n}", "kind": "well", "volume_m3": 1, "lon": 24 + n / 1e4, "lat": 57} for n in range(ROWS)], **WHO
    )
    store.export(tmp_path / "copy.csv")
    text = (tmp_path / "copy.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "copy.csv").write_text(text.replace(",well,,1,", ",well,,2,"), encoding="utf-8")
    old = store.path.read_bytes()
    arguments = [sys.executable, "-c", MERGER, str(store.path), str(tmp_path / "copy.csv")]
    process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    journal = store.path.with_name(store.path.name + "-journal")

    def merge(kill_after_s: float | None) -> float:
        store.path.write_bytes(old)
        journal.unlink(missing_ok=True)
        process.stdin.write("\n")
        process.stdin.flush()
        child, since = int(process.stdout.readline()), time.monotonic()
        if kill_after_s is not None:
            time.sleep(kill_after_s)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        assert process.stdout.readline().strip() == "gone"
        return time.monotonic() - since

    duration, seeded, seen, torn = merge(None), random.Random(6), set(), 0
    for _ in range(KILLS):
        merge(seeded.uniform(0.3, 1.05) * duration)
        torn += journal.exists()
        volumes = tuple(sorted(set(store.rows().volume_m3)))
        versions = len(store.history())
        assert (volumes, versions) in {((1.0,), ROWS), ((2.0,), 2 * ROWS)}
        with closing(sqlite3.connect(store.path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        seen.add(volumes)
    process.communicate(timeout=60)
    assert (1.0,) in seen, "the kills all came too late to test anything"
    assert torn, "no kill hit a transaction"


def test_two_writers_lose_no_change(store):
    store.add({"id": "shared", "kind": "well"}, **WHO)
    count = 25
    started = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(store.path), name, str(count), field])
        for name, field in (("A", "volume_m3"), ("B", "flow_l_min"))
    ]
    assert [process.wait(timeout=120) for process in started] == [0, 0]
    rows = store.rows().set_index("id")
    assert len(rows) == 2 * count + 1
    assert (rows.volume_m3["shared"], rows.flow_l_min["shared"]) == (count, count)
    assert len(store.history("shared")) == 2 * count + 1
    assert list(store.history().revision.sort_values()) == list(range(1, 4 * count + 2))


def test_a_writer_waits_for_another_that_is_quick(store):
    script = (
        "import sqlite3, sys, time\nc = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('BEGIN IMMEDIATE')\nprint('held', flush=True)\ntime.sleep(1)\nc.execute('COMMIT')\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, str(store.path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None and holder.stdout.readline().strip() == "held"
    assert store.add({"id": "W1", "kind": "well"}, **WHO).added == ["W1"]
    holder.communicate(timeout=10)


def test_a_writer_that_does_not_let_go_is_told_within_five_seconds(store):
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        since = time.monotonic()
        with pytest.raises(sm.WriteError, match="another program has been writing to it"):
            store.add({"id": "W1", "kind": "well"}, **WHO)
        assert 1 < time.monotonic() - since < 5
        assert store.rows().empty  # reading goes on
        other.execute("ROLLBACK")


def test_an_error_midway_takes_everything_back(store, monkeypatch):
    begin, calls = history.History.begin, []

    def failing(self, *arguments):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        begin(self, *arguments)

    monkeypatch.setattr(history.History, "begin", failing)
    with pytest.raises(KeyboardInterrupt):
        store.add([{"id": f"W{n}", "kind": "well"} for n in range(5)], **WHO)
    assert store.rows().empty and len(calls) == 3


@pytest.fixture
def read_only() -> Iterator[sm.RegisterStore]:
    """A store with one row that this user may read and not write; root becomes nobody for it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = sm.RegisterStore.create(folder / "water.gpkg", "water_intake")
        store.add({"id": "W1", "kind": "well"}, **WHO)
        store.path.chmod(0o444)
        folder.chmod(0o555)
        user = os.geteuid()
        os.seteuid(65534 if user == 0 else user)
        try:
            yield store
        finally:
            os.seteuid(user)
            folder.chmod(0o755)


def test_a_store_that_may_only_be_read_is_read_and_the_write_refused(read_only):
    assert len(read_only.rows()) == 1
    with pytest.raises(sm.WriteError, match="readonly"):
        read_only.close("W1", **WHO)
    assert len(read_only.rows()) == 1


def test_a_full_disk_leaves_the_state_before(store):
    store.add({"id": "W1", "kind": "well"}, **WHO)
    size = store.path.stat().st_size
    script = (
        "import resource, signal, sys\nimport sheltermap as sm\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 4096}, {size + 4096}))\n"
        "rows = [{'id': f'N{n}', 'kind': 'well', 'notes': 'x' * 500} for n in range(500)]\n"
        "try:\n    sm.RegisterStore(sys.argv[1]).add(rows, by='A', why='test')\n"
        "except sm.WriteError as error:\n    print('told:', error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(store.path)], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith(f"told: {store.path}"), done.stderr
    assert list(store.rows().id) == ["W1"]
