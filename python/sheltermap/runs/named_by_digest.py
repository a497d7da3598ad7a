# SPDX-License-Identifier: Apache-2.0
"""Files of a plan that are read and named by their SHA-256."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import sheltermap as sm
from sheltermap._native import SheltermapError
from sheltermap.layers.digest import sha256
from sheltermap.plans.plan import Plan
from sheltermap.questions.plan_error import PlanError
from sheltermap.runs.plan_words import in_words_of_a_plan

Made = TypeVar("Made")


def read_named(plan: Plan, part: str, path: Path, read: Callable[[], Made]) -> tuple[Made, str]:
    """Return what `read` makes of a file, and the file's SHA-256.

    Parameters
    ----------
    plan : Plan
    part : str
        Where the plan names the file: ``networks.walk``.
    path : Path
    read : callable

    Raises
    ------
    PlanError
        If the file does not hold what the plan says.
    ReadError
        If it cannot be read, or changes meanwhile.
    """
    before = sha256_named(part, path)
    with named(plan, part, "path"):
        try:
            made = read()
        except OSError as error:
            raise sm.ReadError(f"{path} cannot be read: {error.strerror}") from None
    require_same(part, path, before)
    return made, before


@contextmanager
def named(plan: Plan, part: str, key: str) -> Iterator[None]:
    """Have errors of what is inside say which part of a plan they are of, in words of a plan."""
    try:
        with in_words_of_a_plan(part):
            yield
    except PlanError:
        raise
    except SheltermapError as error:
        raise type(error)(f"{part}.{key}: {error}") from None
    except ValueError as error:
        raise PlanError(plan.path, [f"{part}: {error}"]) from None


def require_same(part: str, path: Path, digest: str) -> None:
    """Raise ReadError unless a file is still the one with this SHA-256: what was read is of that one."""
    if sha256_named(part, path) != digest:
        raise sm.ReadError(f"{part}.path: it was changed while it was read; run again")


def sha256_named(part: str, path: Path) -> str:
    """Return the SHA-256 of a file, or raise ReadError with where the plan names it."""
    try:
        return sha256(path)
    except OSError as error:
        raise _unreadable(part, path, error) from None
    except SheltermapError as error:
        raise type(error)(f"{part}.path: {error}") from None


def _unreadable(part: str, path: Path, error: OSError) -> sm.ReadError:
    return sm.ReadError(f"{part}.path: {path} cannot be read: {error.strerror}")
