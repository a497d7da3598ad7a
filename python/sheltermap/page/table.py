# SPDX-License-Identifier: Apache-2.0
"""Tables of a page: rows of cells, and how values become words in every language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.language import REFERENCE
from sheltermap.page.amounts import Column, column

Words = dict[str, str]  #: by language
LonLat = tuple[float, float]
NAMED = 100  # names in a row that a reader still reads
LONG = 30  # rows of a list that a reader still reads; all are in the layer
FOLDED_FROM, FOLDED_TO = 16, 12  # so many rows are folded, to so few
STATES = ("covered", "uncovered", "unknown")
NAME_LETTERS = 60  # of a file


@dataclass(frozen=True)
class Bar:
    """A total in parts, drawn as one bar."""

    covered: float
    uncovered: float
    unknown: float

    def parts(self) -> list[tuple[str, float]]:
        """Return the state and per cent of each part."""
        total = self.covered + self.uncovered + self.unknown
        return [(state, 100 * getattr(self, state) / total) for state in STATES] if total > 0 else []


Cell = str | Words | Bar


@dataclass(frozen=True)
class Table:
    """Rows of cells under a title."""

    title: Words
    head: Sequence[Cell]
    rows: list[list[Cell]]
    note: Words | None = None
    foot: list[list[Cell]] = field(default_factory=list)
    texts_first: int = 1  #: so many columns hold texts, the others numbers
    name: str = ""  #: of the file it is saved as; by default its title
    numbers_on: str = field(default="", compare=False)  #: name of the picture that has the numbers of its first column
    numbered: Sequence[int] = field(default=(), compare=False)  #: the rows whose numbers it has
    #: Where its first rows are, in degrees east and north: what its names lead to on the interactive map.
    places: Sequence[LonLat | None] = field(default=(), compare=False)
    role: str = field(default="rows", compare=False)  #: of the map's layer that has these places
    #: How much each row matters; where there is no room for all, those of the highest are shown, else the first.
    concern: Sequence[float] = field(default=(), compare=False)
    left_out: int = field(default=0, compare=False)  #: how many rows it has beside these
    #: Where cells lead to, by row and column.
    links: Mapping[tuple[int, int], str] = field(default_factory=dict, compare=False)

    @property
    def file_name(self) -> str:
        """Return the name of the file it is saved as, without its ending."""
        plain = unicodedata.normalize("NFKD", self.name or self.title.get(REFERENCE, "")).encode("ascii", "ignore")
        return re.sub("[^a-z0-9]+", "-", plain.decode().lower()).strip("-")[:NAME_LETTERS].strip("-") or "table"

    @property
    def is_long(self) -> bool:
        """Whether its rows are folded until a reader asks for all."""
        return len(self.rows) >= FOLDED_FROM

    @cached_property
    def columns(self) -> list[Column]:
        """Return the numbers of each column; none of those that hold texts."""
        rows = [*self.rows, *self.foot]
        return [
            Column("", (None,) * len(rows)) if at < self.texts_first else column([row[at] for row in rows])
            for at in range(len(self.head))
        ]

    @property
    def units(self) -> list[str]:
        """Return the unit to be said behind the head of each column; nothing where it has none or says it itself."""
        heads = [str(texts.pick(cell, REFERENCE)) for cell in self.head]
        return [
            "" if re.search(rf"(?:^|\W){re.escape(each.unit)}\W?$", head) else each.unit
            for head, each in zip(heads, self.columns, strict=True)
        ]

    @property
    def states(self) -> list[str]:
        """Return what the parts of its bars are."""
        bars = [cell for row in self.rows for cell in row if isinstance(cell, Bar)]
        return states_of(bars)


def states_of(bars: Sequence[Bar | None]) -> list[str]:
    """Return what the parts of bars are, of those that have any."""
    found = {state for bar in bars if bar is not None for state, part in bar.parts() if part}
    return [state for state in STATES if state in found]


def heads(*keys: str) -> list[Cell]:
    """Return the heads of columns by the keys of their words."""
    return [texts.both(key) for key in keys]


def words_of(text: Any) -> Words:
    """Return a text of a plan in every language."""
    return {lang: text.get(lang) for lang in texts.LANGUAGES}


def title_words(title: Any, name: str) -> Words:
    """Return what a plan calls something in every language; its name where it has no title."""
    return dict.fromkeys(texts.LANGUAGES, name) if title is None else words_of(title)


def reason_words(reason: str) -> Words:
    """Return a reason, or any other code, in words; one that has none yet as it is."""
    return texts.both(reason) if reason in texts.TEXTS else dict.fromkeys(texts.LANGUAGES, reason)


def why_words(reason: str) -> Words:
    """Return why somebody is not covered in words, where no flood has taken a facility."""
    return reason_words(texts.why_key(reason))


def text(value: Any) -> str:
    """Return a value as text, nothing for what is missing."""
    return "" if value is None or pd.isna(value) else str(value)


def cut_note(shown: int, total: int, layer: str) -> Words | None:
    """Say that a list was cut, and in which layer the whole of it is; nothing where it was not."""
    return texts.both("cut", shown=shown, total=texts.number(total), layer=layer) if total > shown else None
