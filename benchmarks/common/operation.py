# SPDX-License-Identifier: Apache-2.0
"""The words of a benchmark: an operation, and those who do it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common import postgis

Answer = dict[str, NDArray[np.generic]]


def _as_is(inputs: Any) -> Any:
    return inputs


@dataclass(frozen=True)
class Contestant:
    """Somebody who does the whole operation.

    `prepare` is not timed: it puts the inputs where this contestant likes them best. `run` is timed; `answer` turns
    what it returned into arrays that can be compared, and is not.
    """

    name: str
    run: Callable[[Any], Any]
    answer: Callable[[Any], Answer]
    prepare: Callable[[Any], Any] = _as_is
    needs: tuple[str, ...] = ()  # Python modules
    programs: tuple[str, ...] = ()
    postgis: bool = False  # needs the database
    most_rows: int | None = None  # measured on at most so many rows, and scaled up in proportion
    memory_note: str = ""

    def missing(self) -> str:
        """Return what is not installed, empty where nothing is missing."""
        lacking = [module for module in self.needs if find_spec(module) is None]
        lacking += [program for program in self.programs if shutil.which(program) is None]
        if self.postgis and not postgis.installed():
            lacking.append("PostGIS")
        return ", ".join(lacking)


@dataclass(frozen=True)
class Operation:
    """One job, its sizes, and all who do it; the first contestant is sheltermap.

    `make(size)` returns the inputs; `first_rows(inputs, n)` a part of them; `load(connection, inputs)` puts them into
    the database. `check(size, answers)` says in a few words, per contestant, how its answer stands to an exact one.
    """

    title: str
    sizes: Mapping[str, Mapping[str, int]]
    rows: str  # the size's entry that times grow with
    contestants: tuple[Contestant, ...]
    make: Callable[[Mapping[str, int]], Any]
    first_rows: Callable[[Any, int], Any]
    check: Callable[[Mapping[str, int], Mapping[str, Answer]], dict[str, str]]
    load: Callable[[Any, Any], None] | None = None
    notes: str = ""

    def contestant(self, name: str) -> Contestant:
        """Return the contestant of a name."""
        return next(c for c in self.contestants if c.name == name)
