# SPDX-License-Identifier: Apache-2.0
"""Memory that has become free goes back to the system, as far as it can be told from outside."""

import sys
from pathlib import Path

import numpy as np
import pytest

from sheltermap.base import memory


def resident_mb():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux how much memory a process has")
def test_what_small_objects_have_left_is_given_back():
    pieces = [np.ones(1000) for _ in range(20_000)]
    before = resident_mb()
    kept = pieces[-1]  # in front of which the heap does not shrink by itself
    del pieces
    memory.give_back()
    assert before - resident_mb() > 100
    assert kept.sum() == 1000


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux how much memory there is")
def test_what_is_left_is_no_more_than_there_is_and_than_is_asked_for():
    total = next(
        int(line.split()[1]) * 1024
        for line in Path("/proc/meminfo").read_text().splitlines()
        if line.startswith("MemTotal:")
    )
    assert 0 < memory.left(1 << 60) <= total
    assert memory.left(1000) == 1000


class Kernel32:
    """As much of Windows as is asked."""

    def __init__(self, available):
        self.available = available

    def GlobalMemoryStatusEx(self, reference):  # noqa: N802 - its name there
        status = reference._obj
        if self.available is None or status.dwLength != 64:
            return 0
        status.ullTotalPhys, status.ullAvailPhys, status.ullAvailVirtual = 1 << 34, self.available, 1 << 47
        return 1


@pytest.mark.parametrize(("available", "left"), [(3 << 33, 3 << 33), (0, 0), (None, 7)])
def test_windows_is_asked_for_the_memory_of_the_machine(available, left):
    assert memory._left_to_windows(Kernel32(available), 7) == left
