# SPDX-License-Identifier: Apache-2.0
"""Files of a plan that are read and named by their SHA-256."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import sheltermap as sm
from sheltermap._native import SheltermapError
from sheltermap.layers.digest import sha256
from sheltermap.plans.plan import Plan
from sheltermap.questions.plan_error import PlanError

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
    try:
        before = sha256(path)
        made = read()
        if sha256(path) != before:
            raise sm.ReadError("it was changed while it was read; run again")
    except PlanError:
        raise
    except OSError as error:
        raise sm.ReadError(f"{part}.path: {path} cannot be read: {error.strerror}") from None
    except SheltermapError as error:
        raise type(error)(f"{part}.path: {error}") from None
    except ValueError as error:
        raise PlanError(plan.path, [f"{part}: {error}"]) from None
    return made, before
