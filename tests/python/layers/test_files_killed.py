# SPDX-License-Identifier: Apache-2.0
"""A process that dies while it writes leaves the old file or the new one, and its left-overs go with the next write."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import odd_layers
import sheltermap as sm
from sheltermap.layers import files

OLD_ROWS, NEW_ROWS = 10, 5_000
KILLS = 20

# Has everything at hand; for every line it is sent, a child of its own starts to write.
WRITER = """
import os, sys
sys.path.insert(0, sys.argv[1])
import odd_layers
import sheltermap as sm
layer = odd_layers.stations(int(sys.argv[3]))
from sheltermap.layers import files, conversion as layers, arrow
print("ready", flush=True)
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        sm.write(layer, sys.argv[2])
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


class Writer:
    """A process that writes when told to, and whose writing child can be killed."""

    def __init__(self, target: Path) -> None:
        arguments = [sys.executable, "-c", WRITER, str(Path(odd_layers.__file__).parent), str(target), str(NEW_ROWS)]
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def write(self, kill_after_s: float | None = None) -> float:
        """Seconds that a write took, killed or not."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        child = int(self._line())
        since = time.monotonic()
        if kill_after_s is not None:
            time.sleep(kill_after_s)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        assert self._line() == "gone"
        return time.monotonic() - since

    def close(self) -> None:
        self.process.communicate(timeout=60)


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".fgb", ".csv"])
def test_a_killed_write_leaves_the_old_file_or_the_new_one(ending: str, tmp_path: Path) -> None:
    target = tmp_path / f"a{ending}"
    writer = Writer(target)
    duration = writer.write()
    sm.write(odd_layers.stations(OLD_ROWS), tmp_path / f"old{ending}")
    seen = set()
    for kill in range(KILLS):
        shutil.copyfile(tmp_path / f"old{ending}", target)
        writer.write(kill_after_s=duration * 1.1 * kill / KILLS)
        seen.add(len(sm.read(target)))
    writer.close()
    assert seen <= {OLD_ROWS, NEW_ROWS}
    assert OLD_ROWS in seen, "the kills all came too late to test anything"
    sm.write(odd_layers.stations(OLD_ROWS), target)
    assert sorted(p.name for p in tmp_path.iterdir()) == [target.name, f"old{ending}"]


def test_left_overs_of_a_running_process_stay(tmp_path: Path) -> None:
    fresh = files.sibling_for(tmp_path / "a.gpkg")
    fresh.touch()
    sm.write(odd_layers.stations(), tmp_path / "a.gpkg")
    assert fresh.exists()


def test_a_sibling_is_hidden_beside_its_target_with_the_same_ending(tmp_path: Path) -> None:
    one, two = files.sibling_for(tmp_path / "a.gpkg"), files.sibling_for(tmp_path / "a.gpkg")
    assert one != two
    assert one.parent == tmp_path
    assert one.name.startswith(".a.gpkg.")
    assert one.suffix == ".gpkg"


def test_a_folder_is_put_in_the_place_of_another(tmp_path: Path) -> None:
    target = tmp_path / "out"
    for text in ["old", "new"]:
        fresh = files.sibling_for(target)
        fresh.mkdir()
        (fresh / "deep").mkdir()
        (fresh / "deep" / "report.html").write_text(text)
        files.replace(fresh, target)
        assert (target / "deep" / "report.html").read_text() == text
        assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_file_is_not_replaced_by_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("good")
    fresh = files.sibling_for(tmp_path / "out")
    fresh.mkdir()
    with pytest.raises(sm.WriteError, match="it is a file, not a folder"):
        files.replace(fresh, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "good"


def test_replacing_by_nothing_is_a_value_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        files.replace(tmp_path / "nothing", tmp_path / "out")


@pytest.fixture
def ctrl_c_is_heard() -> Iterator[None]:
    """Undo what shells do to commands in the background, which start with SIGINT ignored."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, usual)


@pytest.mark.usefixtures("ctrl_c_is_heard")
@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".fgb", ".csv"])
def test_ctrl_c_stops_a_write_and_leaves_what_was_there(ending: str, tmp_path: Path) -> None:
    target = tmp_path / f"a{ending}"
    sm.write(odd_layers.stations(OLD_ROWS), target)
    before = target.read_bytes()
    many = odd_layers.stations(800_000)
    timer = threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGINT])  # long before a write of that size is done
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        sm.write(many, target)
    timer.join()
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [target.name]
