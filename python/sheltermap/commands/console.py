# SPDX-License-Identifier: Apache-2.0
"""What the commands share: options, exit codes, and how things are said on a terminal."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, TextIO

import typer

from sheltermap.base.language import Language

FINDINGS, BAD_INPUT, FAULT, INTERRUPTED, UNREAD = 1, 2, 3, 130, 141  # 128 and the signal, as shells have it

Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the texts.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]


@contextmanager
def exit_codes(debug: bool) -> Iterator[None]:
    """Turn errors into a message on standard error and an exit code."""
    try:
        yield
    except KeyboardInterrupt:
        complain("interrupted; what stood in the output folder still stands")
        raise typer.Exit(INTERRUPTED) from None
    except typer.Exit:
        raise
    except BrokenPipeError:
        # Who read our output has enough. What is still to be written goes nowhere, or Python complains at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(UNREAD) from None
    except Exception as error:
        if debug:
            traceback.print_exc()
        raise typer.Exit(_explain(error)) from None


def _explain(error: Exception) -> int:
    """Say what went wrong; return the exit code."""
    try:
        from sheltermap import SheltermapError
    except ImportError as broken:
        complain(f"sheltermap itself does not load: {broken}\n`sheltermap doctor` says more.")
        return FAULT
    if isinstance(error, UnicodeEncodeError | UnicodeDecodeError):
        near = error.object[max(error.start - 15, 0) : error.end + 15]
        shown = near if isinstance(near, str) else near.decode(errors="replace")
        complain(f"a name or a text is not written in UTF-8, near “{shown}”: rename it")
        return BAD_INPUT
    if isinstance(error, SheltermapError | ValueError):
        complain(str(error))
        return BAD_INPUT
    if isinstance(error, OSError):
        complain(f"{error.filename or 'the system'}: {error.strerror or error}")
        return BAD_INPUT
    if isinstance(error, MemoryError):
        complain("not enough memory on this machine: split the data, or use a machine with more")
        return BAD_INPUT
    complain(
        f"a fault in sheltermap: {type(error).__name__}: {error}\nRun again with --debug and report what it prints."
    )
    return FAULT


def require_utf8(arguments: Iterable[str]) -> None:
    """End with a sentence where an argument holds bytes that are no text: no result could name that file."""
    for each in arguments:
        if each != each.encode(errors="replace").decode():
            complain(f"“{each}” is not written in UTF-8: rename the file, or set the terminal to UTF-8")
            sys.exit(BAD_INPUT)


def note(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Show what users should know of their data; warnings for programmers are not for the command line."""
    if issubclass(category, UserWarning):
        complain(f"note: {message}")


def complain(message: str) -> None:
    """Say something on standard error."""
    typer.echo(f"sheltermap: {printable(message)}", err=True)


def printable(message: str) -> str:
    """Keep what data say from steering the terminal."""
    from unicodedata import category

    kept = (char == "\n" or not category(char).startswith("C") for char in message)
    return "".join(char if keep else "\N{REPLACEMENT CHARACTER}" for char, keep in zip(message, kept, strict=True))
