# SPDX-License-Identifier: Apache-2.0
"""The few figures that answer a question, for the head of a page and for the terminal."""

from __future__ import annotations

from dataclasses import dataclass

from sheltermap.base import texts
from sheltermap.page.table import Bar, Words


@dataclass(frozen=True)
class KeyFigure:
    """One figure with what it is a part of."""

    value: Words
    label: Words
    detail: Words
    bar: Bar | None = None


def share_of(part: float, total: float) -> Words:
    """Return a part in per cent of a total."""
    return texts.shares(part / total if total else float("nan"))


def count_of(part: float, total: float, unit: Words) -> Words:
    """Return a part beside its total, both counted."""
    return texts.both("of", part=texts.number(part), total=texts.number(total), unit=unit)
