# SPDX-License-Identifier: Apache-2.0
"""Changes to a register with a history: one that is planned, and what a transaction did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from sheltermap.registers.findings import Finding


@dataclass
class Changes:
    """What one transaction did, by the ids of the rows."""

    revision: int | None = None  #: None where there was nothing to change
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    reopened: list[str] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  #: of the reader of the source: what it passed over, what to look at
    unused_columns: list[str] = field(default_factory=list)  #: of the source; no fields of the register
    new_fields: list[str] = field(default_factory=list)  #: that the schema has got since the store was made

    def __len__(self) -> int:
        return len(self.added) + len(self.updated) + len(self.closed) + len(self.reopened)


@dataclass(frozen=True)
class Planned:
    """A change to be made to one row."""

    id: str
    change: Literal["added", "updated", "closed", "reopened"]
    row: int | None  #: of the source
    cells: dict[str, Any] = field(default_factory=dict)
    geometry: Any = None
