# SPDX-License-Identifier: Apache-2.0
"""Which figures of a kind are worse when they rise, which when they fall, and what the gate calls that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Worse = Literal["lower", "higher"]
GateFinding = Literal["coverage_fell", "area_fell", "figure_worse", "detail_worse"]


@dataclass(frozen=True)
class Judged:
    """A figure of which one direction is the worse one."""

    figure: str
    worse: Worse
    finding: GateFinding = "figure_worse"  #: "detail_worse" for what stands beside the answer: noted only
    category: str | None = None  #: the only one that is judged, where a figure has several
    measure: str | None = None  #: the only one that is judged, where several are counted
    stands_for: tuple[str, ...] = ()  #: figures that cannot get worse unless this one does

    def is_of(self, row: Mapping[str, Any]) -> bool:
        """Whether it is of a figure: of one row with the columns of `figures.COLUMNS`."""
        wanted = {"figure": self.figure, "category": self.category, "measure": self.measure}
        return all(value is None or row[key] == value for key, value in wanted.items())

    def in_scope(self, scope: str) -> GateFinding:
        """Return what it is called for all, or in one area."""
        if scope == "all":
            return self.finding
        return "area_fell" if self.finding == "coverage_fell" else "detail_worse"
