# SPDX-License-Identifier: Apache-2.0
"""Seconds and megabytes of this process and of others, as Linux counts them."""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spent:
    """What one call took. `peak_mb` is the highest resident memory above that before the call; None if unknown.

    `input_mb` and `result_mb` are the sizes of inputs and answer as bare arrays.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float | None
    input_mb: float = 0.0
    result_mb: float = 0.0


@dataclass(frozen=True)
class Ran:
    """What a process printed and took; `peak_mb` is its highest resident memory."""

    printed: str
    wall_s: float
    cpu_s: float
    peak_mb: float


def measured(call: Callable[[], Any], server_pid: int | None = None) -> tuple[Any, Spent]:
    """Call once; CPU seconds are those of this process, its children and the tree of `server_pid`."""
    _give_back_free_memory()
    peak_known = _forget_peak()
    memory_before = _status_mb("VmRSS")
    cpu_before = _own_cpu_s() + _tree_cpu_s(server_pid)
    start = time.perf_counter()
    result = call()
    wall_s = time.perf_counter() - start
    cpu_s = _own_cpu_s() + _tree_cpu_s(server_pid) - cpu_before
    return result, Spent(wall_s, cpu_s, _status_mb("VmHWM") - memory_before if peak_known else None)


def measured_process(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    confine: Callable[[], None] | None = None,
) -> Ran:
    """Run a process to its end.

    `confine` is called in the process before it begins. RuntimeError with its last line where it fails.
    """
    with tempfile.TemporaryFile("w+") as stdout, tempfile.TemporaryFile("w+") as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=environment, preexec_fn=confine
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        stdout.seek(0)
        stderr.seek(0)
        if process.returncode != 0:
            raise RuntimeError((stderr.read().strip().splitlines() or [f"exit code {process.returncode}"])[-1])
        return Ran(stdout.read(), wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


def _give_back_free_memory() -> None:
    """Return freed memory to the system: reused, it would hide what the call needs."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


def _forget_peak() -> bool:
    """Start the high-water mark anew (proc(5), clear_refs); False where the kernel does not let us."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True


def _status_mb(key: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1]) * 1024 / 1e6
    raise LookupError(key)


def _own_cpu_s() -> float:
    usages = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _tree_cpu_s(root: int | None) -> float:
    """CPU seconds of a process, of its descendants, and of those of them that have ended."""
    if root is None:
        return 0.0
    stats = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it has just ended
            continue
        stats[int(entry.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    tree, fresh = set(), {root} & stats.keys()
    while fresh:
        tree |= fresh
        fresh = {pid for pid, (parent, _) in stats.items() if parent in fresh}
    return sum(stats[pid][1] for pid in tree) / _TICKS
