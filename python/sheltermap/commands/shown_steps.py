# SPDX-License-Identifier: Apache-2.0
"""What a command is doing, on standard error: a bar on a terminal, else a line with the time for each step."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from sheltermap.base.progress import set_progress
from sheltermap.commands.console import printable

if TYPE_CHECKING:
    from sheltermap.assessments.run import Progress

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Print each step with its time, on a terminal, too; no bar.")
]


@contextmanager
def steps(*, quiet: bool, verbose: bool) -> Iterator[Progress]:
    """Give whom to tell how many steps are done, of how many, and which one begins; nobody else tells them then."""
    before = set_progress("off")
    try:
        with _shown(quiet=quiet, verbose=verbose) as progress:
            yield progress
    finally:
        set_progress(before)


@contextmanager
def _shown(*, quiet: bool, verbose: bool) -> Iterator[Progress]:
    if quiet:
        yield lambda done, total, step: None
    elif verbose or not sys.stderr.isatty():
        yield lambda done, total, step: log(step)
    else:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("")
            # Steps are few: each is shown at once, however short.
            yield lambda done, total, step: bar.update(
                task, completed=done, total=total, description=printable(step), refresh=True
            )


def log(step: str) -> None:
    """Print a line with the time of this machine, as logs have it: 12:03:05 Read shelters."""
    typer.echo(printable(f"{datetime.now():%H:%M:%S} {step}"), err=True)
