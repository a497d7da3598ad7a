# SPDX-License-Identifier: Apache-2.0
"""Processes that read one file after another, watched from outside: one that dies or hangs is replaced."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
FAULTS = ("foreign", "crash", "hang")
MOST_BYTES = 6 << 30  # of address space; small files need a part of it
SANITIZED = ROOT / "build" / "asan-python" / "module"


@dataclass(frozen=True)
class Verdict:
    what: str  #: read, refused, or one of FAULTS
    said: str


@dataclass(frozen=True)
class Program:
    """What reads: a path a line on its standard input, what came of it a line on its standard output."""

    command: Sequence[str]
    environment: Mapping[str, str]


def program(*, sanitize: bool) -> Program:
    """Return the program that reads by the module of this checkout, or by the one that has the sanitizers in it."""
    limits = ["0", str(SANITIZED)] if sanitize else [str(MOST_BYTES), ""]
    command = [sys.executable, str(Path(__file__).with_name("reading.py")), *limits]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT / "python")}
    return Program(command, surroundings | _sanitizers() if sanitize else surroundings)


class Readers:
    """As many reading processes as threads ask for verdicts at once."""

    def __init__(self, what: Program, seconds: float) -> None:
        self._program, self._seconds = what, seconds
        self._idle: list[_Reader] = []

    def verdict(self, path: Path) -> Verdict:
        """Have a file read."""
        reader = self._idle.pop() if self._idle else _Reader(self._program)
        verdict = reader.verdict(path, self._seconds)
        if verdict.what in ("crash", "hang"):
            reader.end()
        else:
            self._idle.append(reader)
        return verdict

    def __enter__(self) -> Readers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for reader in self._idle:
            reader.end()


class _Reader:
    """One process, from its start to its end."""

    def __init__(self, what: Program) -> None:
        self._errors = TemporaryFile()  # noqa: SIM115
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            what.command, env=what.environment, stdin=pipe, stdout=pipe, stderr=self._errors
        )

    def verdict(self, path: Path, seconds: float) -> Verdict:
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None and answers is not None
        os.ftruncate(self._errors.fileno(), 0)
        asked.write(json.dumps(str(path)).encode() + b"\n")
        asked.flush()
        if not select.select([answers], [], [], seconds)[0]:
            self._process.send_signal(signal.SIGABRT)  # Python then tells where it is
            self._stop()
            return Verdict("hang", f"{self._said()}\nnot done after {seconds:g} s")
        if answer := answers.readline():
            return Verdict(*json.loads(answer))
        status = self._process.wait()
        how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        return Verdict("crash", f"{self._said()}\nended with {how}")

    def end(self) -> None:
        self._stop()
        self._errors.close()

    def _stop(self) -> None:
        """Let the process end, or make it."""
        try:
            self._process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def _said(self) -> str:
        self._errors.seek(0)
        return self._errors.read().replace(b"\0", b"").decode(errors="replace").strip()


def _sanitizers() -> dict[str, str]:
    """Return what a process needs around it to load the module that CMake's preset asan-python builds."""
    if not any(SANITIZED.glob(f"*{sysconfig.get_config_var('EXT_SUFFIX')}")):
        sys.exit("build its module first: cmake --preset asan-python && cmake --build --preset asan-python")
    # Their runtime has to be there before all else, and looks for the standard library's throwing when it starts.
    runtime = [
        subprocess.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True).stdout.strip()
        for name in ("libasan.so", "libstdc++.so")
    ]
    return {
        "LD_PRELOAD": " ".join(runtime),
        "ASAN_OPTIONS": "detect_leaks=0:hard_rss_limit_mb=6000",  # Python leaves much to the end of the process
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }
