# SPDX-License-Identifier: Apache-2.0
"""Lets everybody do one operation, round by round, and makes the table of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common import postgis
from common.machine import versions
from common.operation import Answer, Contestant, Operation
from common.resources import Spent
from common.section import Section

ONE_CALL = Path(__file__).parents[1] / "one_call.py"
PACKAGES = ("numpy", "pandas", "geopandas", "shapely", "pyproj", "scipy", "psycopg")
HEADER = ("", "wall s", "CPU s", "÷ best peer", "÷ sheltermap", "peak MB added", "agreement")


@dataclass
class Tries:
    """What one contestant did in all rounds."""

    contestant: Contestant
    spent: list[Spent]
    answer: Answer
    fault: str = ""


def run(name: str, operation: Operation, size_name: str, rounds: int) -> Section:
    """Measure an operation with all who are installed."""
    size = operation.sizes[size_name]
    skipped = {c.name: c.missing() for c in operation.contestants if c.missing()}
    tries = [Tries(c, [], {}) for c in operation.contestants if c.name not in skipped]
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        environment, server_version = dict(os.environ), ""
        if operation.load is not None and any(t.contestant.postgis for t in tries):
            server = stack.enter_context(postgis.server())
            server_version = _load(operation, size, tries, server)
            environment |= {"SHELTERMAP_BENCH_POSTGIS": server.conninfo, "SHELTERMAP_BENCH_SERVER": str(server.pid)}
        for _ in range(rounds):
            for each in tries:
                if not each.fault:
                    _one_call(name, size_name, each, Path(folder) / "answer.npz", environment)
    done = [t for t in tries if not t.fault]
    verdicts = operation.check(size, {t.contestant.name: t.answer for t in done})
    notes = [
        f"{', '.join(f'{count:,} {what}' for what, count in size.items())}. {operation.notes}".strip(),
        f"The least of {rounds} interleaved rounds, each call in a fresh process after one on 1,000 rows.",
        *(
            _scaling_note(t.contestant, size[operation.rows])
            for t in done
            if _factor(t.contestant, operation, size) > 1
        ),
        versions(PACKAGES) + server_version + ".",
        *(f"Skipped, not installed: {who} ({what})." for who, what in skipped.items()),
        *(f"Failed: {t.contestant.name}: {t.fault}" for t in tries if t.fault),
    ]
    failed = any(t.fault for t in tries) or operation.contestants[0].name in skipped
    return Section(operation.title, HEADER, _rows(operation, size, done, verdicts), notes, failed)


def _load(operation: Operation, size: Mapping[str, int], tries: list[Tries], server: postgis.Server) -> str:
    """Put into the database what its contestants will ask for; return the server's versions."""
    import psycopg

    needed = max(t.contestant.most_rows or size[operation.rows] for t in tries if t.contestant.postgis)
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        operation.load(connection, operation.first_rows(operation.make(size), needed))
        found = connection.execute("SELECT current_setting('server_version'), postgis_lib_version()").fetchone()
    return f", PostgreSQL {found[0].split()[0]}, PostGIS {found[1]}"


def _one_call(name: str, size_name: str, each: Tries, answer: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, str(ONE_CALL), name, each.contestant.name, size_name, str(answer)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        each.fault = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return
    each.spent.append(Spent(**json.loads(done.stdout.splitlines()[-1])))
    with np.load(answer) as arrays:
        each.answer = dict(arrays)


def _factor(contestant: Contestant, operation: Operation, size: Mapping[str, int]) -> float:
    rows = size[operation.rows]
    return rows / min(contestant.most_rows or rows, rows)


def _scaling_note(contestant: Contestant, rows: int) -> str:
    some = contestant.most_rows or rows
    return f"{contestant.name}: measured on {some:,} rows, its seconds multiplied by {rows / some:g}."


def _rows(
    operation: Operation, size: Mapping[str, int], done: list[Tries], verdicts: dict[str, str]
) -> list[tuple[str, ...]]:
    wall = {t.contestant.name: min(s.wall_s for s in t.spent) * _factor(t.contestant, operation, size) for t in done}
    ours = operation.contestants[0].name
    best_peer = min((seconds for name, seconds in wall.items() if name != ours), default=None)
    rows: list[tuple[str, ...]] = []
    for each in done:
        name, factor = each.contestant.name, _factor(each.contestant, operation, size)
        cpu_s = min(s.cpu_s for s in each.spent) * factor
        rows.append(
            (
                name,
                _seconds(wall[name]),
                _seconds(cpu_s),
                _ratio(wall[name], best_peer),
                _ratio(wall[name], wall.get(ours)),
                _memory(each),
                verdicts.get(name, ""),
            )
        )
    return rows


def _seconds(value: float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def _ratio(value: float, base: float | None) -> str:
    return "–" if base is None else f"{value / base:.2f}" if value < 10 * base else f"{value / base:.0f}"


def _memory(each: Tries) -> str:
    peaks = [s.peak_mb for s in each.spent if s.peak_mb is not None]
    if not peaks:
        return "–"
    return f"{min(peaks):.0f}" + (f" ({each.contestant.memory_note})" if each.contestant.memory_note else "")
