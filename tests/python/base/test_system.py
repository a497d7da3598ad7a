# SPDX-License-Identifier: Apache-2.0
"""What systems do each in their own way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sheltermap.base.system import end_with_children, nothing_printed, way_to

GREETING = """
import ctypes
from sheltermap.base.system import nothing_printed

c_library = ctypes.CDLL("ucrtbase" if __import__("sys").platform == "win32" else None)
print("before")
with nothing_printed():
    c_library.puts(b"buffered by the C library")
    print("by Python", flush=True)
print("after")
"""
# A process with a child that holds the other end of a pipe, and says so when nobody ends it.
CHILD = "import os, sys, time; time.sleep(10); os.write(int(sys.argv[1]), b'alive')"
PARENT = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {CHILD!r}, sys.argv[1]], pass_fds=[int(sys.argv[1])])
print(flush=True)
child.wait()
"""


def test_what_libraries_print_goes_nowhere_and_the_rest_where_it_should():
    done = subprocess.run([sys.executable, "-c", GREETING], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["before", "after"]


def test_without_a_standard_output_there_is_nothing_to_hide(monkeypatch):
    def closed(_):
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(os, "dup", closed)
    with nothing_printed():
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="hands a pipe down by its number")
def test_a_process_ends_with_those_that_it_started():
    mine, theirs = os.pipe()
    running = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(theirs)],
        stdout=subprocess.PIPE,
        text=True,
        pass_fds=[theirs],
        start_new_session=True,
    )
    os.close(theirs)
    assert running.stdout.readline() == "\n"
    end_with_children(running)
    assert running.returncode < 0
    assert os.read(mine, 10) == b""
    os.close(mine)


def test_ways_have_slashes_and_another_drive_has_none(monkeypatch, tmp_path):
    assert way_to(tmp_path / "a" / "b.csv", tmp_path / "c") == "../a/b.csv"
    assert way_to(Path("a/b.csv"), Path("a")) == "b.csv"

    def apart(path, start):
        raise ValueError(f"path is on mount 'D:', start on mount 'C:' ({path}, {start})")

    monkeypatch.setattr(os.path, "relpath", apart)
    assert way_to(tmp_path / "b.csv", Path("c")) == (tmp_path / "b.csv").as_posix()
