# SPDX-License-Identifier: Apache-2.0
"""Tables of depths: which features stand deepest, and of which nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.page.table import LONG, Cell, Table, cut_note, heads, reason_words
from sheltermap.questions.class_tables import UNKNOWN
from sheltermap.questions.figures import records
from sheltermap.questions.row_tables import TOLD, row_labels

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.questions.outcome import Outcome


def deepest_table(outcome: Outcome) -> Table | None:
    """Return the features that stand deepest, with how deep."""
    rows = _deepest(outcome)
    if not len(rows):
        return None
    cells: list[list[Cell]] = [
        [name, texts.rounded(row["depth_m"])]
        for name, row in zip(row_labels(outcome, rows[:LONG]), records(rows[:LONG]), strict=True)
    ]
    note = cut_note(LONG, len(rows), outcome.analysis.name)
    return Table(texts.both("deepest"), heads("name", "depth_m"), cells, note)


def deepest_told(outcome: Outcome, lang: str) -> str:
    """Name the features that stand deepest."""
    rows = _deepest(outcome)
    more = texts.and_more(len(rows), TOLD, lang)
    shown = zip(row_labels(outcome, rows[:TOLD]), rows["depth_m"][:TOLD], strict=True)
    return ", ".join(f"{name} {texts.rounded(depth)[lang]} m" for name, depth in shown) + more


def reasons_table(outcome: Outcome) -> Table | None:
    """Return of how many features nobody knows how deep they stand, by the reason."""
    rows: list[list[Cell]] = [
        [reason_words(row["reason"]), texts.number(row["rows"])] for row in records(outcome.tables["reasons"])
    ]
    return Table(texts.both("depth_unknown"), heads("reason", "rows"), rows) if rows else None


def _deepest(outcome: Outcome) -> GeoDataFrame:
    """Return the features in water, the deepest first."""
    wet = outcome.layer[~outcome.layer["depth_class"].isin(["dry", UNKNOWN]).to_numpy()]
    return wet.sort_values("depth_m", ascending=False, kind="stable")
