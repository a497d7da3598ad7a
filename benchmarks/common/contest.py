# SPDX-License-Identifier: Apache-2.0
"""Lets everybody do one operation, variant by variant and round by round."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from common import postgis
from common.operation import Answer, Contestant, Operation, Variant, WrongAnswerError
from common.resources import Spent

ONE_CALL = Path(__file__).parents[1] / "one_call.py"
PATIENCE_S = 20.0  # who takes longer is not asked again: nothing hangs on its last percent


@dataclass
class Tries:
    """What one contestant did in all rounds of a variant, on all cores or on some."""

    contestant: Contestant
    factor: float  # what its seconds are multiplied by, as it did only some of the rows
    cores: int
    spent: list[Spent] = field(default_factory=list)
    answer: Answer = field(default_factory=dict)
    fault: str = ""

    @property
    def wall_s(self) -> float:
        """The least."""
        return min(s.wall_s for s in self.spent) * self.factor

    @property
    def cpu_s(self) -> float:
        """The least."""
        return min(s.cpu_s for s in self.spent) * self.factor

    @property
    def peak_mb(self) -> float | None:
        """The least; None where the kernel does not tell."""
        return min((s.peak_mb for s in self.spent if s.peak_mb is not None), default=None)

    def answers_like(self, other: Tries) -> bool:
        """Whether both gave the same, byte for byte."""
        return all(
            values.dtype == other.answer[name].dtype and values.tobytes() == other.answer[name].tobytes()
            for name, values in self.answer.items()
        )


@dataclass
class Contest:
    """What came of one variant."""

    variant: Variant
    tries: list[Tries]  # on all cores, without those who failed
    fewer: list[Tries]  # on fewer cores
    verdicts: Mapping[str, str]
    faults: list[str]
    skipped: dict[str, str]  # who could not take part, and what is missing
    server_version: str = ""

    @property
    def failed(self) -> bool:
        """Whether something that should have run did not, or our answer is wrong."""
        return bool(self.faults) or any(name.startswith("sheltermap") for name in self.skipped)


def all_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def run(name: str, operation: Operation, size_name: str, rounds: int, peers: bool) -> tuple[list[Contest], list[str]]:
    """Measure all variants with all who are installed; return also what was left out as its data are missing."""
    contests, left_out = [], []
    for number, variant in enumerate(operation.variants(size_name)):
        if missing := variant.missing():
            left_out.append(f"Left out, data not installed: {variant.label} ({missing}).")
        else:
            contests.append(_Run(name, operation, size_name, number, peers).contest(rounds))
    return contests, left_out


class _Run:
    """One variant on its way."""

    def __init__(self, name: str, operation: Operation, size_name: str, number: int, peers: bool) -> None:
        self.name, self.operation, self.size_name, self.number = name, operation, size_name, number
        self.variant = operation.variants(size_name)[number]
        wanted = [
            c
            for c in operation.contestants
            if (c.name in self.variant.only or not self.variant.only) and (peers or c.ours)
        ]
        self.skipped = {c.name: c.missing() for c in wanted if c.missing()}
        taking_part = [c for c in wanted if c.name not in self.skipped]
        self.tries = [Tries(c, self._factor(c), all_cores()) for c in taking_part]
        few = [2**i for i in range(20) if 2**i < all_cores()] if self.variant.cores else []
        self.fewer = [Tries(c, self._factor(c), cores) for cores in few for c in taking_part if c.scales]

    def contest(self, rounds: int) -> Contest:
        with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
            environment, server_version = dict(os.environ), ""
            if self.operation.load is not None and any(t.contestant.postgis for t in self.tries):
                server = stack.enter_context(postgis.server())
                server_version = self._load(server)
                environment |= {"SHELTERMAP_BENCH_POSTGIS": server.conninfo, "SHELTERMAP_BENCH_SERVER": str(server.pid)}
            for _ in range(rounds):
                for each in [*self.tries, *self.fewer]:
                    if not each.fault and not (each.spent and each.spent[-1].wall_s > PATIENCE_S):
                        self._one_call(each, Path(folder), environment)
        done = [t for t in self.tries if not t.fault]
        faults = [f"Failed: {t.contestant.key}: {t.fault}" for t in [*self.tries, *self.fewer] if t.fault]
        verdicts: Mapping[str, str] = {}
        try:
            verdicts = self.operation.check(self.variant.size, {t.contestant.key: t.answer for t in done})
        except WrongAnswerError as error:
            faults.append(f"Wrong: {error}")
        fewer = [t for t in self.fewer if not t.fault]
        faults += [
            f"Wrong: {t.contestant.key}: another answer on {t.cores} of {all_cores()} cores"
            for t in fewer
            for full in done
            if t.contestant is full.contestant and t.contestant.ours and not t.answers_like(full)
        ]
        return Contest(self.variant, done, fewer, verdicts, faults, self.skipped, server_version)

    def _factor(self, contestant: Contestant) -> float:
        rows = self.variant.size[self.operation.rows]
        return rows / min(contestant.most_rows or rows, rows)

    def _load(self, server: postgis.Server) -> str:
        """Put into the database what its contestants will ask for; return the server's versions."""
        import psycopg

        size, operation = self.variant.size, self.operation
        needed = max(t.contestant.most_rows or size[operation.rows] for t in self.tries if t.contestant.postgis)
        with psycopg.connect(server.conninfo, autocommit=True) as connection:
            operation.load(connection, operation.first_rows(operation.make(size), needed))
            found = connection.execute("SELECT current_setting('server_version'), postgis_lib_version()").fetchone()
        return f", PostgreSQL {found[0].split()[0]}, PostGIS {found[1]}"

    def _one_call(self, each: Tries, folder: Path, environment: Mapping[str, str]) -> None:
        answer = folder / "answer.npz"
        asked = (self.name, each.contestant.key, self.size_name, str(self.number), str(answer))
        use = sorted(os.sched_getaffinity(0))[: each.cores]
        with tempfile.TemporaryDirectory(dir=folder) as own:
            done = subprocess.run(
                [sys.executable, str(ONE_CALL), *asked],
                env={**environment, "TMPDIR": own},
                capture_output=True,
                text=True,
                # Before any library asks how many cores there are.
                preexec_fn=lambda: os.sched_setaffinity(0, use),
            )
        if done.returncode != 0:
            each.fault = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            return
        each.spent.append(Spent(**json.loads(done.stdout.splitlines()[-1])))
        with np.load(answer) as arrays:
            each.answer = dict(arrays)
