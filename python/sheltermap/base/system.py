# SPDX-License-Identifier: Apache-2.0
"""What systems do each in their own way."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def nothing_printed() -> Iterator[None]:
    """Send what libraries print on the standard output nowhere."""
    try:
        kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # there is no standard output
        yield
        return
    c_library = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
    sys.stdout.flush()
    c_library.fflush(None)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        c_library.fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def end_with_children(running: subprocess.Popen[str]) -> None:
    """End a process that was started in a session of its own, and those that it started."""
    if sys.platform == "win32":
        command = ["taskkill", "/PID", str(running.pid), "/T", "/F"]
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    else:
        os.killpg(running.pid, signal.SIGKILL)
    running.communicate()


def way_to(path: Path, folder: Path) -> str:
    """Return how one comes from a folder to a file, with slashes; the whole path where no way leads to another drive.

    Examples
    --------
    >>> way_to(Path("/data/layers/homes.gpkg"), Path("/data/plans"))
    '../layers/homes.gpkg'
    """
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return path.absolute().as_posix()
