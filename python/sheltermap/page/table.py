# SPDX-License-Identifier: Apache-2.0
"""Tables of a page: rows of cells, and how values become words in every language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sheltermap.base import texts

Words = dict[str, str]  #: by language
NAMED = 100  # names in a row that a reader still reads
LONG = 30  # rows of a list that a reader still reads; all are in the layer


@dataclass(frozen=True)
class Bar:
    """A total in parts, drawn as one bar."""

    covered: float
    uncovered: float
    unknown: float

    def parts(self) -> list[tuple[str, float]]:
        """Return the state and per cent of each part."""
        total = self.covered + self.uncovered + self.unknown
        states = ("covered", "uncovered", "unknown")
        return [(state, 100 * getattr(self, state) / total) for state in states] if total > 0 else []


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
