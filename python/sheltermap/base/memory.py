# SPDX-License-Identifier: Apache-2.0
"""Memory that has become free, who looks for it, and how much of it there is."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sheltermap._native import _core


def give_back() -> None:
    """Give the system what readers of files and large columns have left, a third of all after a million rows.

    The C library and Arrow keep it for more of the same, which does not come once a step of long work is done.
    """
    import pyarrow

    pyarrow.default_memory_pool().release_unused()
    _core.give_back_memory()


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep Python from looking for cycles: making a million geometries, none in one, takes twice as long if it does."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def left(most: int) -> int:
    """Return how many bytes this machine, or this container on it, can still give; `most` where it is more or unknown.

    Examples
    --------
    >>> left(1000)
    1000
    """
    if sys.platform == "win32":
        found = _left_to_windows(ctypes.windll.kernel32, most)
    elif sys.platform == "linux":
        found = _left_to_linux(most)
    else:  # macOS tells no more without ado, and takes back what only keeps files
        found = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(most, found)


def _left_to_linux(most: int) -> int:
    found = most
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
        found = min(found, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))  # "max" where none is
    except (OSError, ValueError, StopIteration):
        pass
    return found


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of Windows."""

    _fields_ = (
        ("dwLength", ctypes.c_uint32),
        ("dwMemoryLoad", ctypes.c_uint32),
        ("ullTotalPhys", ctypes.c_uint64),
        ("ullAvailPhys", ctypes.c_uint64),
        ("ullTotalPageFile", ctypes.c_uint64),
        ("ullAvailPageFile", ctypes.c_uint64),
        ("ullTotalVirtual", ctypes.c_uint64),
        ("ullAvailVirtual", ctypes.c_uint64),
        ("ullAvailExtendedVirtual", ctypes.c_uint64),
    )


def _left_to_windows(kernel32: Any, most: int) -> int:
    status = _MemoryStatus(dwLength=ctypes.sizeof(_MemoryStatus))
    return int(status.ullAvailPhys) if kernel32.GlobalMemoryStatusEx(ctypes.byref(status)) else most
