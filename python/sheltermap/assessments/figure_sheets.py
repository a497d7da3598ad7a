# SPDX-License-Identifier: Apache-2.0
"""The workbook of an assessment: all its figures, its indicators and the tables of its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.page.table_sheets import Sheet, table_sheet, write_sheets
from sheltermap.questions.figure_names import figure_name, is_word
from sheltermap.questions.figures import records
from sheltermap.report.indicator_tables import table_of

if TYPE_CHECKING:
    from sheltermap.questions.kind import Kind
    from sheltermap.report.sections import Section
    from sheltermap.runs.assessment import Assessment

LIMITS = ("threshold_m", "threshold_s")


def write_workbook(assessment: Assessment, found: Sequence[Section], path: Path) -> None:
    """Write the workbook of an assessment in the first language of its plan."""
    lang = assessment.plan.languages[0]
    titles = {each.name: texts.pick(each.title, lang) for each in found}
    kinds = {each.name: each for each in assessment.plan.analyses}
    sheets = [_figures(assessment.figures, kinds, titles, lang)]
    if assessment.plan.indicators:
        sheets.append(table_sheet(table_of(assessment), texts.say("indicators", lang), lang))
    for section in found:
        for table in section.tables:
            of = texts.pick(table.title, lang) if table.title else ""
            title = ": ".join(filter(None, (titles[section.name], of)))
            sheets.append(table_sheet(table, title, lang))
    created = datetime.fromisoformat(assessment.created)
    write_sheets(sheets, path, contents=texts.say("sheets.contents", lang), created=created)


def _figures(figures: pd.DataFrame, kinds: Mapping[str, Kind], titles: Mapping[str, str], lang: str) -> Sheet:
    """Return every figure as a row that says in words what it is; the codes are in the other files."""
    told = ("analysis", "figure", "measure", "area", "category", "scenario")
    heads = [texts.say(f"sheets.{key}", lang) for key in (*told, "limit", "value", "unit")]
    rows: list[list[str | float | None]] = []
    for row in records(figures):
        words: dict[str, Any] = {key: None if pd.isna(row[key]) else str(row[key]) for key in told}
        said = {key: _word(text, lang) for key, text in words.items() if text is not None and key != "area"}
        name = row["analysis"]
        said |= {"analysis": titles[name], "figure": figure_name(kinds[name], str(row["figure"]))[lang]}
        said |= {"area": words["area"] or _word(row["scope"], lang)}
        limits = [f"{row[key]:g} {key[-1]}" for key in LIMITS if not pd.isna(row[key])]
        value = None if pd.isna(row["value"]) else float(row["value"])
        rows.append([*(said.get(key) for key in told), "; ".join(limits) or None, value, str(row["unit"])])
    return Sheet(texts.say("sheets.figures", lang), heads, rows)


def _word(code: str, lang: str) -> str:
    """Return the word for a code; the code where there is none."""
    return texts.say(code, lang) if is_word(code) else code
