# SPDX-License-Identifier: Apache-2.0
"""Tables that name rows: those that are not covered, those without a number, facilities that do not count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.reasons import UNPLACED
from sheltermap.base.scopes import OUTSIDE_AREAS, UNKNOWN
from sheltermap.dictionary.columns import MEASURES
from sheltermap.dictionary.field_words import answer_words, column_words
from sheltermap.page.table import LONG, NAMED, Cell, Table, Words, cut_note, heads, text, why_words, words_of
from sheltermap.questions.figures import records
from sheltermap.questions.outcome import Outcome

TOLD = 5  # farthest rows named on the terminal


def not_covered_table(outcome: Outcome) -> Table:
    """Rows beyond the smallest distance, the farthest first after those whose place is unknown."""
    smallest = outcome.thresholds[0]
    rows = outcome.not_covered(smallest)
    title = texts.both("not_covered")
    if not len(rows):
        return Table(title, [], [], note=texts.both("everyone_covered", distance=texts.distances(smallest)))
    return _row_table(outcome, rows, title)


def unknown_table(outcome: Outcome) -> Table | None:
    """Rows of which nobody knows whether they are covered, those with most people first."""
    rows = outcome.layer[(outcome.layer[f"within_{outcome.thresholds[0].label}"] == "unknown").to_numpy()]
    if not len(rows):
        return None
    if outcome.measure != "rows":
        rows = rows.sort_values(outcome.measure, ascending=False, kind="stable")
    return _row_table(outcome, rows, texts.both("nobody_knows"))


def borderline_table(outcome: Outcome) -> Table | None:
    """Rows so near to a limit that the error of their coordinates may decide."""
    columns = [f"borderline_{each.label}" for each in outcome.thresholds]
    where = outcome.layer[columns].fillna(False).astype(bool).any(axis=1).to_numpy()
    if not where.any():
        return None
    table = _row_table(outcome, outcome.layer[where], texts.both("borderline"), digits=3)
    return Table(table.title, table.head, table.rows, texts.both("borderline_why"), texts_first=table.texts_first)


def unweighted_table(outcome: Outcome) -> Table | None:
    """Rows whose own number is not known: in no total, so they are named."""
    rows = outcome.without_weight()
    if not len(rows):
        return None
    names = ", ".join(row_labels(outcome, rows[:NAMED]))
    note = {lang: names + texts.and_more(len(rows), NAMED, lang) for lang in texts.LANGUAGES}
    return Table(texts.both("rows_without_weight"), [], [], note)


def unused_table(outcome: Outcome) -> Table | None:
    """Facilities that do not count, with the reason, where the plan asks for some only."""
    unused = outcome.context.unused
    if unused is None or not len(unused):
        return None
    column = outcome.context.labels("facilities")
    names = unused.index if column is None else unused[column]
    shown = zip(names[:LONG], unused["unused_reason"][:LONG], unused["unused_detail"][:LONG], strict=True)
    rows: list[list[Cell]] = [
        [text(name), texts.both(f"unused_{why}"), answer_words(detail)] for name, why, detail in shown
    ]
    counts = unused["unused_reason"].value_counts(sort=False)
    foot: list[list[Cell]] = [
        [texts.both("all"), texts.both(f"unused_{why}"), texts.number(count)] for why, count in counts.items() if count
    ]
    return Table(texts.both("unused"), heads("name", "reason", "detail"), rows, foot=foot, texts_first=3)


def farthest_told(outcome: Outcome, lang: str) -> str:
    """Name the rows that nothing covers at the largest distance, the farthest first."""
    rows = outcome.not_covered(outcome.thresholds[-1])
    shown = zip(row_labels(outcome, rows[:TOLD]), records(rows[:TOLD]), strict=True)
    return ", ".join(_told(outcome, name, row, lang) for name, row in shown) + texts.and_more(len(rows), TOLD, lang)


def _told(outcome: Outcome, name: str, row: dict[str, Any], lang: str) -> str:
    """Name a row with how far it is, and where that is not the whole reason, the reason."""
    far, reason = row[outcome.cost], text(row["reason"])
    said = name if pd.isna(far) else f"{name} {outcome.spelt(far)[lang]}"
    return said if reason == "too_far" else f"{said} ({why_words(reason)[lang]})"


def cost_word(outcome: Outcome) -> Words:
    """Return what the way to the nearest is counted in: distance, or time on the way."""
    return texts.both("duration" if outcome.in_time else "distance")


def measure_words(outcome: Outcome, measure: str) -> Words:
    """Return what a measure counts: the plan's word for the main one, else what the column is called."""
    unit = outcome.analysis.unit
    if unit is not None and measure == outcome.measure:
        return words_of(unit)
    return texts.both(measure) if measure in ("rows", *MEASURES) else column_words(measure)


def row_labels(outcome: Outcome, rows: pd.DataFrame) -> Iterable[str]:
    """Return what a person calls each row: its name, else whose it is, else its id, else its number."""
    role = "demand" if "demand" in outcome.context.sources else "features"
    person = getattr(outcome.analysis, "person", None)
    column = outcome.context.sources[role].name or person or outcome.context.labels(role)
    return [text(value) for value in (rows.index if column is None else rows[column])]


def _row_table(outcome: Outcome, rows: pd.DataFrame, title: Words, *, digits: int = 1) -> Table:
    """Rows of a layer by name, with nearest facility and distance, cut where it gets long."""
    has_area, weighted = "area" in rows.columns, outcome.measure != "rows"
    head = heads("name", *(["area"] if has_area else []), "nearest_facility", "reason")
    head += [cost_word(outcome), *([measure_words(outcome, outcome.measure)] if weighted else [])]
    cells = []
    for label, row in zip(row_labels(outcome, rows[:LONG]), records(rows[:LONG]), strict=True):
        nowhere = UNKNOWN if text(row["reason"]) in UNPLACED else OUTSIDE_AREAS
        area: list[Cell] = [text(row["area"]) or texts.both(nowhere)] if has_area else []
        facility = text(row.get("facility_name")) or text(row["facility"])
        far = outcome.spelt(row[outcome.cost], digits=digits)
        counted: list[Cell] = [_count_cell(row[outcome.measure])] if weighted else []
        cells.append([label, *area, facility, _why(outcome, row), far, *counted])
    note = cut_note(LONG, len(rows), outcome.analysis.name)
    return Table(title, head, cells, note, texts_first=3 + has_area)


def _why(outcome: Outcome, row: dict[str, Any]) -> Cell:
    """Return why a row is not covered; of one that is too far, the largest limit it breaks."""
    reason = text(row["reason"])
    if reason == "too_far":
        broken = [each for each in outcome.thresholds if row[f"within_{each.label}"] == "uncovered"]
        return texts.both("beyond", distance=texts.distances(broken[-1]))
    return why_words(reason) if reason else ""


def _count_cell(value: Any) -> Cell:
    return texts.both("unknown") if pd.isna(value) else texts.number(float(value))
