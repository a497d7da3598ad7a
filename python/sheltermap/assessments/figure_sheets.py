# SPDX-License-Identifier: Apache-2.0
"""The workbook of an assessment: all its figures, its indicators and the tables of its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.page.table_sheets import Sheet, table_sheet, write_sheets
from sheltermap.questions.figure_names import figure_name, is_word
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
    pairs = list(zip(figures["analysis"].tolist(), figures["figure"].tolist(), strict=True))
    names = {(kind, code): figure_name(kinds[kind], code)[lang] for kind, code in dict.fromkeys(pairs)}
    words: dict[str, list[Any]] = {
        "analysis": _each(figures["analysis"], titles.__getitem__),
        "figure": [names[pair] for pair in pairs],
        **{key: _each(figures[key], lambda code: _word(code, lang)) for key in ("measure", "category", "scenario")},
    }
    scopes = _each(figures["scope"], lambda code: _word(code, lang))
    words["area"] = [area or scope for area, scope in zip(_each(figures["area"], str), scopes, strict=True)]
    limits = [_each(figures[key], f"{{:g}} {key[-1]}".format) for key in LIMITS]
    limit = ["; ".join(filter(None, each)) or None for each in zip(*limits, strict=True)]
    values = [None if pd.isna(each) else float(each) for each in figures["value"].tolist()]
    units = _each(figures["unit"], str)
    return Sheet(texts.say("sheets.figures", lang), heads, [*(words[key] for key in told), limit, values, units])


def _each(values: pd.Series[Any], say: Callable[[Any], str]) -> list[str | None]:
    """Return what is said of each value, found once for each different one; None where there is none."""
    codes, different = pd.factorize(values)
    said = [*map(say, different), None]  # the last is that of what is missing, whose code is -1
    return [said[code] for code in codes.tolist()]


def _word(code: str, lang: str) -> str:
    """Return the word for a code; the code where there is none."""
    return texts.say(code, lang) if is_word(code) else code
