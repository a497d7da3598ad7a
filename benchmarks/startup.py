# SPDX-License-Identifier: Apache-2.0
"""How long sheltermap lets people wait before it does anything, and for the sample plan as a whole."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from common.machine import versions
from common.resources import measured_process
from common.section import Section, Table

ROOT = Path(__file__).parents[1]
PLAN = ROOT / "sample_data" / "latvia" / "plan.toml"
# What the console script does, without the search for where it was installed.
COMMAND_LINE = "from sheltermap.commands.cli import main; main()"
PACKAGES = ("numpy", "pandas", "geopandas", "pydantic", "typer", "matplotlib")


# Measured inside the process, where a difference of two processes would drown in their own variation.
ABOVE = """
import time
wall_s, cpu_s = time.perf_counter(), time.process_time()
{code}
print(time.perf_counter() - wall_s, time.process_time() - cpu_s)
"""


@dataclass(frozen=True)
class Start:
    """Python code in a fresh process; where `before` is given, only what comes after it counts."""

    name: str
    code: str
    arguments: tuple[str, ...] = ()
    before: str = ""
    goal_s: float | None = None
    needs: str = "numpy"
    slow: bool = False


QUICK_ROUNDS = 10  # at least: starts differ by more than what some of them take

BASE = "import numpy, pandas"
FIRST_USE = "import sheltermap; sheltermap.nearest"
RUN = ("run", str(PLAN), "-o")
ALERT = PLAN.parent / "exercise_alert.xml"
WARN = ("warn", str(ALERT), "--plan", str(PLAN), "--at", "2026-03-01T12:00:00+02:00", "-o")
STARTS = (
    Start(BASE, BASE),
    Start("import sheltermap, above that", "import sheltermap", before=BASE, goal_s=0.3, needs="sheltermap"),
    Start("… and its first analysis loaded", FIRST_USE, before=BASE, needs="sheltermap"),
    Start("import geopandas, above that", "import geopandas", before=BASE, needs="geopandas"),
    Start("sheltermap --help", COMMAND_LINE, ("--help",), goal_s=0.3, needs="sheltermap"),
    Start("sheltermap run sample_data/latvia/plan.toml", COMMAND_LINE, RUN, goal_s=10, needs="sheltermap", slow=True),
    Start("sheltermap warn, the same plan", COMMAND_LINE, WARN, goal_s=2, needs="sheltermap", slow=True),
)


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
    return Section("Starting, and the sample plan", [Table(header, rows)], notes, failed=bool(faults))


def _missing(start: Start) -> str:
    if find_spec(start.needs) is None:
        return f"{start.needs} is not installed"
    return f"{PLAN.relative_to(ROOT)} is not there" if str(PLAN) in start.arguments and not PLAN.exists() else ""


def _once(start: Start) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds and peak megabytes of one start."""
    code = start.before + ABOVE.format(code=start.code) if start.before else start.code
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", code, *start.arguments]
        if start.arguments[-1:] == ("-o",):
            command.append(str(Path(folder) / "assessment"))
        ran = measured_process(command)
    wall_s, cpu_s = map(float, ran.printed.split()) if start.before else (ran.wall_s, ran.cpu_s)
    return wall_s, cpu_s, ran.peak_mb


def _row(start: Start, least: dict[str, tuple[float, ...]]) -> tuple[str, ...]:
    wall_s, cpu_s, peak_mb = least[start.name]
    goal = ("", "") if start.goal_s is None else (f"{start.goal_s:g}", f"{wall_s / start.goal_s:.2f}")
    return (start.name, f"{wall_s:.3f}", f"{cpu_s:.3f}", *goal, f"{peak_mb:.0f}", "")
