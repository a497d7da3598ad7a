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
