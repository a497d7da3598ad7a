# SPDX-License-Identifier: Apache-2.0
"""The words of a benchmark: an operation, its variants, and those who do it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common import postgis

Answer = dict[str, NDArray[np.generic]]

# What goes in and comes out; contestants of one form stand in one table. Files have forms of their own.
ARRAYS = "arrays to arrays"
FRAMES = "GeoDataFrame to GeoDataFrame"
INCLUDES = (Path("/usr/include"), Path("/usr/local/include"))


class WrongAnswerError(Exception):
    """Sheltermap's own answer is not the right one: the run fails."""


def _as_is(inputs: Any) -> Any:
    return inputs


@dataclass(frozen=True)
class Contestant:
    """Somebody who does the whole operation; ours if the name begins with "sheltermap".

    `prepare` is not timed: it puts the inputs into the contestant's form. `run` is timed; `answer` turns what it
    returned into arrays that can be compared, and is not. Files made in the folder of `tempfile` are gone afterwards.
    """

    name: str
    run: Callable[[Any], Any]
    answer: Callable[[Any], Answer]
    prepare: Callable[[Any], Any] = _as_is
    form: str = FRAMES
    needs: tuple[str, ...] = ()  # Python modules
    programs: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()  # of C++ libraries, which g++ compiles with
    unpacked: tuple[Path, ...] = ()  # folders that install_peers fills
    postgis: bool = False  # needs the database
    given: str = ""  # what `prepare` does of the job itself; such a peer is shown, but is not the one to beat
    most_rows: int | None = None  # measured on at most so many rows, and scaled up in proportion
    scales: bool = False  # measured on fewer cores too, where the variant asks for it
    memory_note: str = ""

    @property
    def key(self) -> str:
        """Name and form: what its answers go by."""
        return f"{self.name}, {self.form}"

    @property
    def ours(self) -> bool:
        """Whether this is what the others are compared with."""
        return self.name.startswith("sheltermap")

    def missing(self) -> str:
        """Return what is not installed, empty where nothing is missing."""
        lacking = _missing_modules(self.needs)
        lacking += [program for program in self.programs if shutil.which(program) is None]
        if self.headers and shutil.which("g++") is None:
            lacking.append("g++")
        lacking += [header for header in self.headers if not any((root / header).exists() for root in INCLUDES)]
        lacking += [folder.name for folder in self.unpacked if not folder.is_dir()]
        if self.postgis and not postgis.installed():
            lacking.append("PostGIS")
        return ", ".join(lacking)


@dataclass(frozen=True)
class Variant:
    """One size of an operation, or one data set.

    `cores`: those with `scales` run on 1, 2, 4, … cores too. `growth`: its rows go into the table of growth.
    `goals`: the ratio to the best peer that we want, by form.
    """

    size: Mapping[str, int]
    title: str = ""  # by default what `size` says
    only: tuple[str, ...] = ()  # names of contestants; empty: all
    needs: tuple[str, ...] = ()  # Python modules that hold its data
    cores: bool = False
    growth: bool = False
    goals: Mapping[str, float] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What tables and the plot call it."""
        told = (f"{what} = {count}" if what in ("k", "p") else f"{count:,} {what}" for what, count in self.size.items())
        return self.title or ", ".join(told)

    def missing(self) -> str:
        """Return the modules that are not installed."""
        return ", ".join(_missing_modules(self.needs))


@dataclass(frozen=True)
class Operation:
    """One job, its sizes, and all who do it.

    `sizes` has "small" (seconds in all) and "full", each one size or several variants. `make(size)` returns the inputs,
    arrays where it can, as they are counted as memory of the inputs; `first_rows(inputs, n)` a part of them;
    `load(connection, inputs)` puts them into the database. `check(size, answers)` says in a few words, per contestant's
    key, how its answer stands to an exact one, and raises WrongAnswerError where ours is wrong.
    """

    title: str
    sizes: Mapping[str, Mapping[str, int] | Sequence[Variant]]
    rows: str  # the size's entry that times grow with
    contestants: tuple[Contestant, ...]
    make: Callable[[Mapping[str, int]], Any]
    first_rows: Callable[[Any, int], Any]
    check: Callable[[Mapping[str, int], Mapping[str, Answer]], dict[str, str]]
    load: Callable[[Any, Any], None] | None = None
    notes: str = ""

    def contestant(self, key: str) -> Contestant:
        """Return the contestant of a key."""
        return next(c for c in self.contestants if c.key == key)

    def variants(self, size_name: str) -> Sequence[Variant]:
        """Return what "small" or "full" consists of."""
        found = self.sizes[size_name]
        return [Variant(found)] if isinstance(found, Mapping) else found


def _missing_modules(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if find_spec(name) is None]
