# SPDX-License-Identifier: Apache-2.0
"""What became of a layer that was asked block by block."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base.counted_notes import together
from sheltermap.base.in_short import Short, ToldInShort, counted
from sheltermap.layers.refused_rows import COLUMNS, Refusal

if TYPE_CHECKING:
    from sheltermap.layers.meeting import Together
    from sheltermap.scale.prepared import Prepared, Sums
    from sheltermap.scale.unique_ids import Span

REFUSED_TOLD = 1000  # rows that are listed; all are counted


@dataclass
class Tally:
    """What is counted on the way; merged in the order of the rows, it tells the same however they are split."""

    together: Together
    rows: int = 0
    answers: int = 0
    sums: Sums | None = None
    refused: list[Refusal] = field(default_factory=list)
    refused_rows: int = 0
    notes: list[str] = field(default_factory=list)
    left_out: int = 0
    spans: list[Span] = field(default_factory=list)

    def behind(self, rows: int) -> Tally:
        """Return the same of rows that have so many others before them."""
        refused = [each._replace(row=each.row + rows) for each in self.refused]
        spans = [each._replace(first=each.first + rows) for each in self.spans]
        return replace(self, together=self.together.behind(rows), refused=refused, spans=spans)

    def merge(self, other: Tally) -> None:
        """Count what was counted of the rows behind these."""
        self.together.merge(other.together)
        self.rows += other.rows
        self.answers += other.answers
        if self.sums is None:
            self.sums = other.sums
        elif other.sums is not None:
            self.sums.merge(other.sums)
        self.refused = [*self.refused, *other.refused][:REFUSED_TOLD]
        self.refused_rows += other.refused_rows
        self.notes = together([*self.notes, *other.notes])
        self.left_out += other.left_out
        self.spans += other.spans


@dataclass(frozen=True, repr=False)
class Streamed(ToldInShort):
    """What became of a layer that was asked block by block.

    Attributes
    ----------
    question : Prepared
        What was asked; of a coverage with the error of positions that was found.
    path : Path or None
        The file with the answers; None where only sums were asked for.
    rows : int
        Rows of the layer.
    answers : int
        Rows of the file: as many, or more where each row has several facilities.
    tables : dict of DataFrame
        The sums that the function returns for all rows in one piece, by their names: ``summary``, ``by_area``,
        ``reasons`` of `coverage`; ``summary``, ``totals`` of `exposure`; else none.
    refused : DataFrame
        The first 1,000 rows that could not be used, as `sheltermap.refused` lists them.
    refused_rows : int
        How many there are.
    notes : list of str
        What was left out or changed, and what bounds the answer.
    """

    question: Prepared = field(repr=False)
    path: Path | None
    rows: int
    answers: int
    tables: dict[str, pd.DataFrame]
    refused: pd.DataFrame
    refused_rows: int
    notes: list[str]

    @classmethod
    def of(cls, question: Prepared, tally: Tally, path: Path | None) -> Streamed:
        """Return what was counted."""
        listed: Any = [tuple(each) for each in tally.refused]
        return cls(
            question,
            path,
            tally.rows,
            tally.answers,
            {} if tally.sums is None else tally.sums.tables(),
            pd.DataFrame(listed, columns=list(COLUMNS)),
            tally.refused_rows,
            tally.notes,
        )

    def _in_short(self) -> Short:
        into = "" if self.path is None else f", {counted(self.answers, 'answer')} in {self.path.name}"
        refused = [f"{self.refused_rows:,} could not be used"] if self.refused_rows else []
        return Short(f"{counted(self.rows, 'row')}{into}", refused, self.tables.get("summary"), "tables['summary']")
