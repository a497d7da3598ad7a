# SPDX-License-Identifier: Apache-2.0
"""The table of indicators in the form strategies use: base, then plan and actual by year, and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.page.table import Cell, Table, heads, words_of
from sheltermap.questions.figures import records

if TYPE_CHECKING:
    from sheltermap.plans.indicators import Indicator
    from sheltermap.runs.assessment import Assessment


def table_of(assessment: Assessment) -> Table:
    """Return the indicators of an assessment."""
    indicators, year = assessment.plan.indicators, assessment.year
    years = sorted({year, *(int(each) for one in indicators for each in (*one.targets, *one.actuals))})
    head = heads("indicator", "unit", "responsible", "status", "base_value")
    head += [texts.both("plan_actual", year=each) for each in years]
    head += heads("trend_per_year", "forecast")
    rows = [
        _row(one, found, years, year) for one, found in zip(indicators, records(assessment.indicators), strict=True)
    ]
    return Table({}, head, rows, texts_first=4)


def _row(one: Indicator, found: dict[str, Any], years: list[int], year: int) -> list[Cell]:
    responsible: Cell = "" if one.responsible is None else words_of(one.responsible)
    cells: list[Cell] = [words_of(one.title), words_of(one.unit), responsible, texts.both(f"status_{found['status']}")]
    cells.append({lang: f"{_number(one.base.value, lang)} ({one.base.year})" for lang in texts.LANGUAGES})
    for each in years:
        actual = found["value"] if each == year else one.actuals.get(str(each))
        planned = one.planned(each) if each >= one.base.year else None
        cells.append({lang: f"{_number(planned, lang)} / {_number(actual, lang)}" for lang in texts.LANGUAGES})
    forecast = {lang: f"{_number(found['forecast'], lang)} ({found['target_year']})" for lang in texts.LANGUAGES}
    trend = {lang: _number(found["trend_per_year"], lang) for lang in texts.LANGUAGES}
    return [*cells, trend, forecast]


def _number(value: float | None, lang: str) -> str:
    if value is None or pd.isna(value):
        return "–"
    return texts.decimal(f"{value:,.2f}".rstrip("0").rstrip(".").replace(",", texts.THIN), lang)
