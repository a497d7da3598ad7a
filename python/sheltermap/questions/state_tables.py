# SPDX-License-Identifier: Apache-2.0
"""People by state, of all and by area: figures and tables of what `analyses.ledger.sums_by_state` counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.scopes import last_in_order
from sheltermap.page.table import Cell, Table, heads
from sheltermap.questions.coverage_tables import area_words
from sheltermap.questions.figures import place_of, records
from sheltermap.questions.row_tables import measure_words

if TYPE_CHECKING:
    from sheltermap.questions.outcome import Outcome
    from sheltermap.questions.question import Figure, Question

SumOf = Callable[[str], tuple[str, "Figure"]]  #: the figure that a state is told by, and what of it


def state_figures(kind: Question, sums: pd.DataFrame, told: SumOf, *, also_all: Sequence[str] = ()) -> list[Figure]:
    """Return a figure per area, measure and state; of all only those of the measures in `also_all`."""
    states = [name for name in sums.columns if name not in ("area", "measure", "total", "rows_without_weight")]
    figures = []
    for row in records(sums):
        of_all = pd.isna(row["area"])
        if of_all and row["measure"] not in also_all:
            continue
        where = {} if of_all else place_of(row["area"])
        for state in states:
            name, what = told(state)
            figures.append(kind.figure(name, row[state], measure=row["measure"], **where, **what))
    return figures


def state_tables(outcome: Outcome, sums: pd.DataFrame, words: Mapping[str, Cell]) -> list[Table]:
    """Return a table per measure: the areas by state; without areas one table with a row per measure."""
    if sums["area"].isna().all():
        lines = [[measure_words(outcome, row["measure"]), *_counts(row, words)] for row in records(sums)]
        head = [*heads("measure", "total"), *words.values(), *heads("rows_without_weight")]
        return [Table(texts.both("by_group"), head, lines)] if len(lines) > 1 else []
    return [_area_table(outcome, sums[sums["measure"] == each], words) for each in sums["measure"].unique()]


def _area_table(outcome: Outcome, sums: pd.DataFrame, words: Mapping[str, Cell]) -> Table:
    measure = sums["measure"].iloc[0]
    weighted = measure != "rows"
    head = [*heads("area", "total"), *words.values(), *(heads("rows_without_weight") if weighted else [])]
    by_area = {row["area"]: row for row in records(sums) if not pd.isna(row["area"])}
    ordered = sorted(by_area, key=last_in_order)
    rows = [[area_words(area), *_counts(by_area[area], words, weighted)] for area in ordered]
    concern = [by_area[area][next(iter(words))] for area in ordered]  # the first state is that of none, or of danger
    everybody = _counts(records(sums[sums["area"].isna()])[0], words, weighted)
    title = {lang: f"{word}: {measure_words(outcome, measure)[lang]}" for lang, word in texts.both("by_area").items()}
    return Table(title, head, rows, foot=[[texts.both("all"), *everybody]], concern=concern)


def _counts(row: dict[str, float], words: Mapping[str, Cell], weighted: bool = True) -> list[Cell]:
    without = [texts.number(row["rows_without_weight"])] if weighted else []
    return [*(texts.number(row[name]) for name in ("total", *words)), *without]
