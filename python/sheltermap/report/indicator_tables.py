# SPDX-License-Identifier: Apache-2.0
"""The table of indicators in the form strategies use: base, then plan and actual by year, and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.page.table import Cell, Table, Words, heads, text, words_of
from sheltermap.plans.indicators import rows_of
from sheltermap.questions.figures import records
from sheltermap.report.told_columns import without_empty

if TYPE_CHECKING:
    from sheltermap.plans.indicators import Row
    from sheltermap.runs.assessment import Assessment


def table_of(assessment: Assessment) -> Table:
    """Return the indicators of an assessment."""
    rows, year = rows_of(assessment.plan.indicators), assessment.year
    years = sorted({year, *(int(each) for row in rows for each in (*row.series.targets, *row.series.actuals))})
    head = heads("indicator", "unit", "responsible", "status", "base_value")
    head += [texts.both("plan_actual", year=each) for each in years]
    head += heads("trend_per_year", "forecast", "source")
    cells = [_cells(row, found, years, year) for row, found in zip(rows, records(assessment.indicators), strict=True)]
    return without_empty(Table({}, head, cells, texts_first=4))


def _cells(row: Row, found: dict[str, Any], years: list[int], year: int) -> list[Cell]:
    one = row.indicator
    title = {lang: row.title(lang) for lang in texts.LANGUAGES}
    responsible: Cell = "" if one.responsible is None else words_of(one.responsible)
    cells: list[Cell] = [title, words_of(one.unit), responsible, texts.both(f"status_{found['status']}"), _base(row)]
    for each in years:
        actual = found["value"] if each == year else row.course.actuals.get(each)
        cells.append({lang: f"{_plan(row, each, lang)} / {_number(actual, lang)}" for lang in texts.LANGUAGES})
    trend = {lang: _number(found["trend_per_year"], lang) for lang in texts.LANGUAGES}
    ahead = "" if pd.isna(found["target_year"]) else f" ({found['target_year']})"
    forecast = {
        lang: _number(found["forecast"], lang) + ("" if pd.isna(found["forecast"]) else ahead)
        for lang in texts.LANGUAGES
    }
    origin = ", ".join(filter(None, (one.source, text(found["value_source"]), text(found["value_date"]))))
    return [*cells, trend, forecast, origin]


def _base(row: Row) -> Words:
    base = row.series.base
    if row.course.base is not None:
        year, value = row.course.base
        return {lang: f"{_number(value, lang)} ({year})" for lang in texts.LANGUAGES}
    return dict.fromkeys(texts.LANGUAGES, "–") if base is None else texts.both("base_to_be_set", year=base.to_be_set)


def _plan(row: Row, year: int, lang: str) -> str:
    """Return what is planned for a year as the plan has it: its limits with their sign, nothing before it begins."""
    goal = dict(row.course.targets).get(year)
    if goal is not None:
        return f"{goal.sign} {_number(goal.value, lang)}".strip()
    started = row.course.base is None or year >= row.course.base[0]
    past = not row.course.follows_a_line and bool(row.course.targets) and year > row.course.targets[-1][0]
    return _number(row.course.planned(year) if started and not past else None, lang)


def _number(value: float | None, lang: str) -> str:
    if value is None or pd.isna(value):
        return "–"
    return texts.decimal(f"{value:,.2f}".rstrip("0").rstrip(".").replace(",", texts.THIN), lang)
