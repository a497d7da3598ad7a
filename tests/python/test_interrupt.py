# SPDX-License-Identifier: Apache-2.0
import signal
import subprocess
import sys

from interrupts import hear_ctrl_c

LONG_WORK = """
import numpy as np
from sheltermap._native import _core
places = np.random.default_rng(1).uniform([24, 56], [25, 57], (60_000, 2))
print("started", flush=True)
try:
    _core.geodesic_reach(places, places, k=2_000)  # minutes
except KeyboardInterrupt:
    print("interrupted", flush=True)
print(len(_core.geodesic_reach(places[:10], places[:10], k=1)), flush=True)
"""


def test_ctrl_c_stops_the_core_and_leaves_it_usable():
    process = subprocess.Popen(
        [sys.executable, "-c", LONG_WORK], stdout=subprocess.PIPE, text=True, preexec_fn=hear_ctrl_c
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    try:
        process.communicate(timeout=0.7)  # let it get into the core
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=20)  # far below the minutes the work would take
    assert rest == "interrupted\n10\n"
    assert process.returncode == 0
