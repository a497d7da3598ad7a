# SPDX-License-Identifier: Apache-2.0
"""Tables without the columns that tell nothing: those that are empty, or count what is unknown where nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheltermap.base import texts
from sheltermap.page.table import Bar, Cell, Table

NOTHING: tuple[Cell, ...] = ("", "–", *(dict.fromkeys(texts.LANGUAGES, each) for each in ("", "–")))
# Counts of what is missing: where all are 0, nothing is, and the first page says what else is not known.
OF_MISSING = (
    *("unknown", "rows_without_weight", "refused", "not_recorded", "places_unknown"),
    *("balance_without_places", "balance_without_cost"),
)


def without_empty(table: Table) -> Table:
    """Return a table without the columns that tell nothing in any row."""
    if not table.rows:
        return table
    of_missing = [texts.both(key) for key in OF_MISSING if key in texts.TEXTS]
    kept = [at for at in range(len(table.head)) if _tells(table, at, table.head[at] in of_missing)]
    rows, foot = (_only(part, kept) for part in (table.rows, table.foot))
    texts_first = sum(at < table.texts_first for at in kept)
    return replace(table, head=[table.head[at] for at in kept], rows=rows, foot=foot, texts_first=texts_first)


def _tells(table: Table, at: int, of_missing: bool) -> bool:
    nothing: tuple[Cell, ...] = (*NOTHING, "0") if of_missing else NOTHING
    return any(isinstance(row[at], Bar) or row[at] not in nothing for row in (*table.rows, *table.foot))


def _only(rows: Sequence[Sequence[Cell]], kept: Sequence[int]) -> list[list[Cell]]:
    return [[row[at] for at in kept] for row in rows]
