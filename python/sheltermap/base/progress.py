# SPDX-License-Identifier: Apache-2.0
"""Long work tells how it gets on: by a bar on a terminal and in a notebook, elsewhere by lines of a log."""

from __future__ import annotations

import contextvars
import functools
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar, get_args

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

P = ParamSpec("P")
R = TypeVar("R")
Shown = Literal["auto", "bar", "log", "off"]

PATIENCE_S = 1.0  # work that is done by then is not told of
REFRESH_S = 0.2
LOG = logging.getLogger("sheltermap")
LOG.addHandler(logging.NullHandler())  # else Python writes the lines of a program that set up no log

_shown: Shown = "auto"
Tell = Callable[["Work", threading.Event], None]
_outer: contextvars.ContextVar[Work | None] = contextvars.ContextVar("work", default=None)


def set_progress(shown: Shown) -> Shown:
    """Say how long work tells that it gets on; what takes less than a second never does.

    Parameters
    ----------
    shown : {"auto", "bar", "log", "off"}
        ``bar`` on standard error, or below the cell of a notebook; ``log`` as lines of the logger ``sheltermap``, at
        level INFO, which `logging.basicConfig` shows; ``auto``, as at the start: a bar on a terminal and in a
        notebook, elsewhere a log. ``off`` for nothing.

    Returns
    -------
    str
        How it was before.

    Raises
    ------
    ValueError
        If it is none of these.

    Examples
    --------
    >>> import sheltermap as sm
    >>> before = sm.set_progress("off")
    >>> sm.set_progress(before)
    'off'
    """
    global _shown
    if shown not in get_args(Shown):
        raise ValueError(f"progress is one of {', '.join(map(repr, get_args(Shown)))}, not {shown!r}")
    before, _shown = _shown, shown
    return before


class Work:
    """What is being done, and how much of it."""

    def __init__(self, what: str):
        self.what, self.done, self.total = what, 0, 0
        self.begun = time.monotonic()
        self.steps = [what]  #: one after the other, for a log

    def step(self, done: int, total: int, what: str) -> None:
        """Tell what begins now, after so many steps of all."""
        self.what, self.done, self.total = what, done, total
        self.steps.append(f"{what} ({done} of {total})")

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return time.monotonic() - self.begun


@contextmanager
def working(what: str, *, told: bool = True) -> Iterator[Work]:
    """Tell while the block runs what it does, where it takes longer than a second; work within it is a part of it.

    Where somebody else tells, it is not `told`, nor what is within it.

    Examples
    --------
    >>> with working("add") as work:
    ...     work.step(1, 2, "add the second half")
    """
    outer = _outer.get()
    if outer is not None:
        yield outer
        return
    work, ended = Work(what), threading.Event()
    token = _outer.set(work)
    tell = _teller() if told else None
    teller = None if tell is None else _started(tell, work, ended)
    try:
        yield work
    finally:
        _outer.reset(token)
        ended.set()
        if teller is not None:
            teller.join()


def shows_progress(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that tells that it is at work, by its name, where it takes longer than a second.

    Examples
    --------
    >>> @shows_progress
    ... def coverage():
    ...     return 3
    >>> coverage()
    3
    """
    name = function.__qualname__.replace(".", " ").replace("_", " ").lower()

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with working(_of(name, *args)):
            return function(*args, **kwargs)

    return wrapper


def _of(name: str, first: Any = None, *others: Any) -> str:
    """Say what is done, and with which file or how many rows."""
    if isinstance(first, (str, os.PathLike)):
        return f"{name} {Path(first).name}"
    return f"{name}: {len(first):,} rows" if hasattr(first, "columns") else name


def _teller() -> Tell | None:
    """Return what tells of work; nothing where nobody would hear it."""
    watched = _in_notebook() or (sys.stderr is not None and sys.stderr.isatty())
    if _shown == "bar" or (_shown == "auto" and watched):
        return _tell_in_notebook if _in_notebook() else _tell_on_terminal
    return _tell_log if _shown != "off" and LOG.isEnabledFor(logging.INFO) else None


def _started(tell: Tell, work: Work, ended: threading.Event) -> threading.Thread:
    # The cell that a notebook shows it below is known to this context only.
    run = functools.partial(contextvars.copy_context().run, _after_patience, tell, work, ended)
    teller = threading.Thread(target=run, name="sheltermap progress", daemon=True)
    teller.start()
    return teller


def _after_patience(tell: Tell, work: Work, ended: threading.Event) -> None:
    if not ended.wait(PATIENCE_S):
        tell(work, ended)


def _tell_log(work: Work, ended: threading.Event) -> None:
    """Write a line for each step, and one at the end."""
    told, over = 0, False
    while not over:
        over = ended.wait(REFRESH_S if told else 0)
        for step in work.steps[told:]:
            LOG.info("%s", step)
            told += 1
    LOG.info("%s: done after %.1f s", work.steps[0], work.seconds)


def _tell_on_terminal(work: Work, ended: threading.Event) -> None:
    from rich.console import Console

    # What the program prints goes where it always does.
    console = Console(file=sys.stderr, force_terminal=True if _shown == "bar" else None)
    with _bar(console=console, transient=True, redirect_stdout=False) as bar:
        _follow(bar, work, ended, lambda: None)


def _tell_in_notebook(work: Work, ended: threading.Event) -> None:
    """Show the bar below the cell, and take it away at the end."""
    from IPython import display

    nothing: Any = display.HTML("")  # type: ignore[no-untyped-call]
    place: Any = display.display(nothing, display_id=True)  # type: ignore[no-untyped-call]
    try:
        bar = _bar(auto_refresh=False)
        _follow(bar, work, ended, lambda: place.update(bar.make_tasks_table(bar.tasks)))
    finally:
        place.update(nothing)


def _bar(**options: Any) -> Bar:
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, **options)


def _follow(bar: Bar, work: Work, ended: threading.Event, shown: Callable[[], None]) -> None:
    task = bar.add_task(work.what, total=None)
    while not ended.is_set():
        bar.update(task, completed=work.done, total=work.total or None, description=work.what)
        shown()
        ended.wait(REFRESH_S)


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    return shell is not None and hasattr(shell.get_ipython(), "kernel")
