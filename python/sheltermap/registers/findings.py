# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a row, why, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from sheltermap.base import texts
from sheltermap.base.fault import Fault
from sheltermap.base.invisible import visible
from sheltermap.base.numerals import shown
from sheltermap.registers.schema import Field

Severity = Literal["error", "warning"]


# Why a value is refused or to be checked; what `sheltermap.read` refuses has other words, beside these.
REASONS = frozenset(key.split(".")[1] for key in texts.TEXTS if re.fullmatch(r"findings\.\w+\.message", key))
WARNINGS = frozenset(
    {
        "missing_word",
        "doubtful_zero",
        "same_place",
        "far_from_others",
        "perhaps_swapped",
        "greater_than_other",
        "holds_too_little",
        "no_sign",
        "not_told",
        "published",
        "stands_there",
    }
)
SHOWN = 100  # characters of a value in a sentence


@dataclass(frozen=True)
class Finding:
    """One thing to mend or to check in a register."""

    row: int | None  #: from 1, without the line of names; None for the whole table
    id: str | None
    field: str | None
    column: str | None  #: as the file names it
    value: str | None
    reason: str
    suggestion: str | None
    details: dict[str, Any]

    @property
    def severity(self) -> Severity:
        """An error is not used in any answer; a warning is, and should be looked at."""
        return "warning" if self.reason in WARNINGS else "error"

    def message(self, lang: str) -> str:
        """Say what is wrong."""
        if self.reason not in REASONS:
            return texts.say("findings.place", lang, reason=texts.say(self.reason, lang), **self.details)
        return self._say("message", lang)

    def remedy(self, lang: str) -> str:
        """Say what to do."""
        return self._say("remedy", lang) if self.reason in REASONS else texts.say(f"remedy_{self.reason}", lang)

    def lines(self, lang: str) -> tuple[str, str]:
        """Return where and what, then what to do."""
        return f"  {self._place(lang)}: {self.message(lang)}", f"      → {self.remedy(lang)}"

    def _place(self, lang: str) -> str:
        if self.row is None:
            return texts.say("register_table", lang)
        parts = [texts.say("register_row", lang, row=self.row)]
        parts += [f"id {self.id}"] if self.id is not None else []
        parts += [visible(self.column or self.field or "")]
        return ", ".join(part for part in parts if part)

    def _say(self, part: str, lang: str) -> str:
        known = self.details | {"value": _told(self.value), "field": self.field, "suggestion": self.suggestion}
        return texts.say(f"findings.{self.reason}.{part}", lang, **known)


def field_finding(row: int | None, field: Field, column: str | None, cell: Any, fault: Fault) -> Finding:
    """Return what is wrong with a cell, without the id of its row."""
    details = {"label": field.label.model_dump()} | fault.details
    value = None if cell is None else shown(cell)
    return Finding(row, None, field.name, column, value, fault.reason, fault.suggestion, details)


def _told(value: str | None) -> str | None:
    return None if value is None else visible(value[:SHOWN]) + ("…" if len(value) > SHOWN else "")
