# SPDX-License-Identifier: Apache-2.0
"""How long sheltermap lets people wait before it does anything, and for the sample plan as a whole."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from common.machine import versions
from common.section import Section

ROOT = Path(__file__).parents[1]
PLAN = ROOT / "sample_data" / "latvia" / "plan.toml"
# What the console script does, without the search for where it was installed.
COMMAND_LINE = "from sheltermap.cli import main; main()"
PACKAGES = ("numpy", "pandas", "geopandas", "pydantic", "typer", "matplotlib")


@dataclass(frozen=True)
class Start:
    """A command, and the one whose time does not count."""

    name: str
    code: str
    arguments: tuple[str, ...] = ()
    above: str = ""
    goal_s: float | None = None
    needs: str = "numpy"
    slow: bool = False


QUICK_ROUNDS = 10  # at least: starts differ by more than what some of them take

BASE = "import numpy, pandas"
STARTS = (
    Start(BASE, BASE),
    Start("import sheltermap, above that", BASE + "; import sheltermap", above=BASE, goal_s=0.3),
    Start("… and its first analysis loaded", BASE + "; import sheltermap; sheltermap.nearest", above=BASE),
    Start("import geopandas, above that", BASE + "; import geopandas", above=BASE),
    Start("sheltermap --help", COMMAND_LINE, ("--help",), goal_s=0.3, needs="sheltermap.cli"),
    Start("sheltermap run sample_data/latvia/plan.toml", COMMAND_LINE, ("run", str(PLAN), "-o"), goal_s=10.0,
          needs="sheltermap.cli", slow=True),
)  # fmt: skip


def section(rounds: int) -> Section:
    """Measure every start that can be made here."""
    skipped = {s.name: why for s in STARTS if (why := _missing(s))}
    tries: dict[str, list[tuple[float, float, float]]] = {s.name: [] for s in STARTS if s.name not in skipped}
    faults: dict[str, str] = {}
    quick_rounds = max(rounds, QUICK_ROUNDS)
    for done in range(quick_rounds):
        for start in STARTS:
            wanted = start.name in tries and (done < rounds or not start.slow)
            if wanted and start.name not in faults:
                try:
                    tries[start.name].append(_once(start))
                except RuntimeError as error:
                    faults[start.name] = str(error)
    least = {
        name: tuple(min(column) for column in zip(*found, strict=True))
        for name, found in tries.items()
        if found and name not in faults
    }
    rows = [_row(start, least) for start in STARTS if start.name in least]
    notes = [
        f"Fresh processes, the least of {quick_rounds} interleaved rounds ({rounds} of the plan); files come from the "
        "system's cache, as they do the second time somebody uses a program.",
        versions(PACKAGES) + ".",
        *(f"Skipped: {name} ({why})." for name, why in skipped.items()),
        *(f"Failed: {name}: {fault}" for name, fault in faults.items()),
    ]
    header = ("", "wall s", "CPU s", "goal s", "÷ goal", "peak MB of the process", "")
    return Section("Starting, and the sample plan", header, rows, notes, failed=bool(faults))


def _missing(start: Start) -> str:
    package = start.needs.split(".")[0]
    if find_spec(package) is None or find_spec(start.needs) is None:
        return f"{start.needs} is not there"
    return f"{PLAN.relative_to(ROOT)} is not there" if str(PLAN) in start.arguments and not PLAN.exists() else ""


def _once(start: Start) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds and peak megabytes of one start."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", start.code, *start.arguments]
        if start.arguments[-1:] == ("-o",):
            command.append(str(Path(folder) / "assessment"))
        with (Path(folder) / "stderr").open("w+") as stderr:
            began = time.perf_counter()
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr)
            _, status, usage = os.wait4(process.pid, 0)
            wall_s = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                stderr.seek(0)
                raise RuntimeError((stderr.read().strip().splitlines() or [f"exit code {process.returncode}"])[-1])
    return wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6


def _row(start: Start, least: dict[str, tuple[float, ...]]) -> tuple[str, ...]:
    wall_s, cpu_s, peak_mb = least[start.name]
    if start.above:
        wall_s, cpu_s = wall_s - least[start.above][0], cpu_s - least[start.above][1]
    goal = ("", "") if start.goal_s is None else (f"{start.goal_s:g}", f"{wall_s / start.goal_s:.2f}")
    return (start.name, f"{wall_s:.3f}", f"{cpu_s:.3f}", *goal, f"{peak_mb:.0f}", "")
