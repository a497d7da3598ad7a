# SPDX-License-Identifier: Apache-2.0
"""Citizens' reports by area and category, this year against the last."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pandas as pd

import sheltermap as sm
from sheltermap.analyses.incidents import NOT_RECORDED
from sheltermap.base import texts
from sheltermap.drawing.legend import Category, incident_categories
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.table import LONG, Cell, Table, cut_note, heads, reason_words
from sheltermap.questions.coverage_tables import area_words
from sheltermap.questions.figure_source import is_one_of, less, share
from sheltermap.questions.figures import place_of, records
from sheltermap.questions.finding import Finding, figures_of, said
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import ByArea
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.question import Figure
from sheltermap.questions.registry import register
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.views import drawn

if TYPE_CHECKING:
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source, Sum, Where

COUNTS = ("count", "count_before", "change", "change_share", "undated")


@register
class Incidents(ByArea):
    """Citizens' reports by area and category, this year against the last."""

    uses: ClassVar = {"reports": ("date_column", "category"), "areas": ("area_name",)}
    figure_names: ClassVar = COUNTS
    registers: ClassVar = ()

    kind: Literal["incidents"]
    reports: NonEmpty
    date_column: NonEmpty = "date"
    category: NonEmpty = "category"
    until: date | None = None
    time_zone: NonEmpty | None = None

    def total_figures(self) -> tuple[str, ...]:
        """Return nothing: fewer reports than last year are no fault."""
        return ()

    def judged(self) -> tuple[Judged, ...]:
        """More reports may mean more trouble or more trust; those without a date are in no year."""
        return (Judged("undated", "higher"),)

    def run(self, context: Context) -> Outcome:
        """Count the reports of the plan's year and of the one before."""
        if context.year is None:
            raise context.fault("kind", "incidents are counted by year: write year = 2026 at the top of the plan")
        found = sm.incidents(
            context.frames["reports"],
            context.frames.get("areas"),
            year=context.year,
            date_column=self.date_column,
            category=self.category,
            area_name=self.area_name,
            until=self.until,
            time_zone=self.time_zone,
        )
        tables = {"by_category": found.by_category}
        tables |= {} if found.by_area is None else {"by_area": found.by_area}
        figures = [figure for row in records(found.by_category) for figure in self._of_row(row)]
        for row in records(found.by_area) if found.by_area is not None else ():
            figures += self._of_row(row, **place_of(row["area"]))
        figures += self._of_row(_sums(found.by_category), category=None)
        return Outcome(self, context, found.rows, figures, tables, notes=found.notes, views=drawn("incidents", found))

    def _of_row(self, row: dict[str, Any], **where: Any) -> list[Figure]:
        own: dict[str, Any] = {"measure": "rows", "category": row.get("category")} | where
        return [self.figure(name, row[name], **own) for name in COUNTS if not pd.isna(row[name])]

    def source(self, asked: Asked) -> Source:
        """Count the reports by the period that their day lies in."""
        category = None if asked.category is None else self._of_category(asked)

        def reports(period: str) -> Sum:
            where = is_one_of("period", period)
            return asked.count(where) if category is None else asked.count(where, category)

        now, before = reports("this_year"), reports("last_year")
        change = less(now, before)
        made: dict[str, Source] = {"count": now, "count_before": before, "undated": reports("undated")}
        made |= {"change": change, "change_share": share(change, before)}
        return made[asked.name]

    def _of_category(self, asked: Asked) -> Where:
        """Say which reports are of the category; those without one are of none that is recorded."""
        if asked.category != NOT_RECORDED:
            return asked.told(self.category, asked.category)
        return asked.lacks_number(self.category)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw reports by the year they are of."""
        return incident_categories(outcome.layer)

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell how many there are, and how many there were."""
        row = _sums(outcome.tables["by_category"])
        counts = {key: texts.number(row[key]) for key in ("count_before", "undated")}
        value = dict.fromkeys(texts.LANGUAGES, texts.number(row["count"]))
        label = texts.both("incidents_figure", year=outcome.context.year)
        return [KeyFigure(value, label, texts.both("incidents_detail", **counts))]

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say how many there are, and how many there were."""
        row = _sums(outcome.tables["by_category"])
        told = {"count": row["count"], "before": row["count_before"]}
        words = said(outcome, "finding_incidents", told, year=outcome.context.year)
        return [Finding(words, of_people=False, behind=figures_of(outcome, "count", category=None))]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell them by category, and by area and category."""
        by_area = outcome.tables.get("by_area")
        return [
            _table(outcome, outcome.tables["by_category"], "by_category"),
            None if by_area is None else _table(outcome, by_area, "by_area"),
        ]


def _sums(by_category: pd.DataFrame) -> dict[str, Any]:
    """Return the counts of all categories together."""
    sums = {name: int(by_category[name].sum()) for name in ("count", "count_before", "change", "undated")}
    share = sums["change"] / sums["count_before"] if sums["count_before"] else float("nan")
    return sums | {"change_share": share}


def _table(outcome: Outcome, counted: pd.DataFrame, title: str) -> Table:
    """Counts of both years, the most of this one first."""
    named = [name for name in ("area", "category") if name in counted]
    order = counted.sort_values(["count", "count_before"], ascending=False, kind="stable")
    rows: list[list[Cell]] = []
    for row in records(order[:LONG]):
        words: list[Cell] = [area_words(row["area"])] if "area" in named else []
        rows.append([*words, reason_words(str(row["category"])), *_cells(row)])
    foot: list[list[Cell]] = [[texts.both("all"), *[""] * (len(named) - 1), *_cells(_sums(counted))]]
    head = heads(*named, "this_year", "last_year", "change", "change_share", "undated")
    note = cut_note(LONG, len(counted), "figures")
    return Table(texts.both(f"incidents_{title}"), head, rows, note, foot, texts_first=len(named))


def _cells(row: dict[str, Any]) -> list[Cell]:
    counts: list[Cell] = [texts.number(row[key]) for key in ("count", "count_before")]
    share: Cell = "–" if pd.isna(row["change_share"]) else texts.shares(row["change_share"])
    return [*counts, texts.signed(row["change"]), share, texts.number(row["undated"])]
