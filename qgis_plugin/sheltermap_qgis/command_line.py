# SPDX-License-Identifier: Apache-2.0
"""The command line `sheltermap`: where it is, whether it is new enough, and how it is run, watched and ended.

Nothing of it is loaded into QGIS, whose GDAL, PROJ and Python are others.
"""

from __future__ import annotations

import contextlib
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Protocol

from .words import say

MINIMUM = (0, 1, 0)
VARIABLE = "SHELTERMAP_COMMAND"
PREFIX = "sheltermap: "
STEP = re.compile(r"\d\d:\d\d:\d\d (.+)")
NUMBERS = re.compile(r"sheltermap (\d+)\.(\d+)(?:\.(\d+))?")
PATIENCE_S = 5.0  # for a process that was told to end
WATCHED_S = 0.1
# QGIS sets these for its own Python, GDAL and PROJ; another installation would load the wrong ones.
OF_QGIS = (
    *("PYTHONHOME", "PYTHONPATH", "PYTHONEXECUTABLE", "GDAL_DATA", "GDAL_DRIVER_PATH"),
    *("PROJ_LIB", "PROJ_DATA", "QT_PLUGIN_PATH"),
)
_versions: dict[tuple[str, ...], str] = {}  # of those that are new enough: to ask takes a second


class Feedback(Protocol):
    """What a run tells how it gets on, and asks whether it may go on: that of Processing."""

    def isCanceled(self) -> bool: ...  # noqa: D102, N802
    def setProgress(self, progress: float) -> None: ...  # noqa: D102, N802
    def pushInfo(self, info: str) -> None: ...  # noqa: D102, N802
    def pushWarning(self, warning: str) -> None: ...  # noqa: D102, N802


class CommandError(Exception):
    """The command line is not there, too old, or says what is wrong; a sentence for people."""


class Cancelled(Exception):  # noqa: N818  # nothing is wrong
    """Somebody ended the run."""


def find(chosen: str, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return how to call it: by the setting, the variable SHELTERMAP_COMMAND, or PATH.

    Parameters
    ----------
    chosen : str
        What the setting says: the program `sheltermap`, a Python that has it, or the folder of its environment.
    environ : mapping
        Variables of the environment.

    Raises
    ------
    CommandError
        If it is not there.
    """
    for said, key in ((chosen, "no_chosen"), (environ.get(VARIABLE, ""), "no_variable")):
        if said:
            command = _called(Path(said).expanduser())
            if command is None:
                raise CommandError(say(f"command.{key}", path=said, variable=VARIABLE))
            return command
    on_path = shutil.which("sheltermap", path=environ.get("PATH"))
    if on_path is None:
        raise CommandError(say("command.missing"))
    return [on_path]


def _called(path: Path) -> list[str] | None:
    """Return how to call what a path names: a program, a Python, or the folder of an environment."""
    if path.is_dir():
        inside = [path / each for each in ("bin/sheltermap", "Scripts/sheltermap.exe", "sheltermap", "sheltermap.exe")]
        return next(([str(each)] for each in inside if each.is_file()), None)
    if not path.is_file():
        return None
    return [str(path), "-m", "sheltermap"] if path.name.lower().startswith(("python", "pypy")) else [str(path)]


def environment(command: list[str], environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables of a process: what QGIS set for itself is left out, unless it is QGIS's own Python."""
    own = Path(command[0]).is_relative_to(sys.prefix) if sys.platform == "win32" else False
    left = {key: value for key, value in environ.items() if own or key not in OF_QGIS}
    return {**left, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1", "MPLBACKEND": "agg"}


def require_new_enough(command: list[str]) -> str:
    """Return the version as it says it.

    Raises
    ------
    CommandError
        If it does not start, is something else, or is too old.
    """
    known = _versions.get(tuple(command))
    if known:
        return known
    where = " ".join(command)
    try:
        done = subprocess.run(
            [*command, "--version"],
            env=environment(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=120,
            check=False,
            **_without_window(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CommandError(say("command.dead", command=where, error=error)) from None
    told = done.stdout.strip()
    if done.returncode != 0 or not told.startswith("sheltermap"):
        last = (told + "\n" + done.stderr).strip().splitlines() or [say("command.nothing")]
        raise CommandError(say("command.other", command=where, told=last[-1]))
    numbers = NUMBERS.match(told)  # a source tree that is not installed has none
    if numbers and tuple(int(each or 0) for each in numbers.groups()) < MINIMUM:
        minimum = ".".join(str(each) for each in MINIMUM)
        raise CommandError(say("command.old", command=where, version=told.split()[1], minimum=minimum))
    _versions[tuple(command)] = told
    return told


def run(
    command: list[str],
    arguments: Iterable[str],
    folder: Path,
    feedback: Feedback,
    *,
    steps: int | None,
    begin: float = 0.0,
    called: Callable[[str], str] = str,
) -> None:
    """Run a command to its end.

    Parameters
    ----------
    command : list of str
        From `find`.
    arguments : iterable of str
        What it is asked.
    folder : Path
        Where it runs.
    feedback : Feedback
        Is told each step and what is printed; asked ten times a second whether it goes on.
    steps : int or None
        How many steps there will be, where that is known.
    begin : float
        How many per cent are done before.
    called : callable
        What people call the files in a message.

    Raises
    ------
    CommandError
        With what the command says is wrong.
    Cancelled
        If the feedback is cancelled; the process and those it started have ended then.
    """
    own_group = {} if os.name == "nt" else {"start_new_session": True}
    process = subprocess.Popen(
        [*command, *arguments],
        cwd=folder,
        env=environment(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        **own_group,
        **_without_window(),
    )
    lines: queue.Queue[tuple[str, str] | None] = queue.Queue()
    assert process.stdout is not None and process.stderr is not None
    readers = [
        threading.Thread(target=_read, args=(stream, name, lines), daemon=True)
        for name, stream in (("out", process.stdout), ("err", process.stderr))
    ]
    for reader in readers:
        reader.start()
    listener = _Listener(feedback, steps, begin, called)
    open_streams = len(readers)
    try:
        while open_streams:
            if feedback.isCanceled():
                raise Cancelled
            try:
                line = lines.get(timeout=WATCHED_S)
            except queue.Empty:
                continue
            if line is None:
                open_streams -= 1
            else:
                listener.hear(*line)
        code = process.wait()
    except BaseException:
        end(process)
        raise
    finally:
        for reader in readers:
            reader.join(timeout=PATIENCE_S)
        # Who left the group may still hold a stream, and to close that would wait for it.
        for reader, stream in zip(readers, (process.stdout, process.stderr)):
            if not reader.is_alive():
                stream.close()
    if code != 0:
        raise CommandError(listener.complaint() or say("command.died", code=code))


def end(process: subprocess.Popen[str]) -> None:
    """End a process that still runs, with those that it started: it may clean up first."""
    if process.poll() is not None:
        return
    if os.name == "nt":
        subprocess.run(
            ["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False, **_without_window()
        )
        process.wait()
        return
    os.killpg(process.pid, signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=PATIENCE_S)
    with contextlib.suppress(ProcessLookupError):  # what a shell started in the background does not hear the first
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class _Listener:
    """Takes the lines of a process apart: steps, notes, what is printed, and what is wrong."""

    def __init__(self, feedback: Feedback, steps: int | None, begin: float, called: Callable[[str], str]):
        self._feedback, self._steps, self._begin, self._called = feedback, steps, begin, called
        self._done = 0
        self._wrong: list[str] = []

    def hear(self, stream: str, line: str) -> None:
        """Pass a line on."""
        step = STEP.fullmatch(line)
        if stream == "out":
            self._feedback.pushInfo(line)
        elif step:
            self._feedback.pushInfo(self._called(step[1]))
            if self._steps:
                part = min(self._done / self._steps, 0.95)
                self._feedback.setProgress(self._begin + (100 - self._begin) * part)
            self._done += 1
        elif line.startswith(f"{PREFIX}note: "):
            self._feedback.pushWarning(self._called(line[len(f"{PREFIX}note: ") :]))
        elif line.strip():
            self._wrong.append(line)

    def complaint(self) -> str:
        """Return what the command said is wrong."""
        begun = [number for number, line in enumerate(self._wrong) if line.startswith(PREFIX)]
        told = self._wrong[begun[-1] :] if begun else self._wrong[-1:]
        return self._called("\n".join(told).removeprefix(PREFIX))


def _read(stream: IO[str], name: str, lines: queue.Queue[tuple[str, str] | None]) -> None:
    try:
        for line in stream:
            lines.put((name, line.rstrip("\r\n")))
    except ValueError:  # closed under our hands, when a run is ended
        pass
    finally:
        lines.put(None)


def _without_window() -> dict[str, int]:
    """On Windows a console would flash up."""
    return {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}
