# SPDX-License-Identifier: Apache-2.0
"""Builds the report: texts in all its languages stand side by side in the page, the reader's choice shows one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape

from sheltermap.base import texts
from sheltermap.drawing.colours import page_colours
from sheltermap.report import indicator_tables
from sheltermap.report.sections import input_title, input_titles, network_title, sections
from sheltermap.report.tables import Bar, Cell, Table, reason_words, text
from sheltermap.runs.figures import records

if TYPE_CHECKING:
    from sheltermap.assessments.assessment import Assessment

REFUSED_SHOWN = 200  # a register that is broken throughout would bury the rest; all are in the table refused_rows


def build_report(assessment: Assessment) -> str:
    """Return the report of an assessment: one HTML page that asks for nothing from outside."""
    plan = assessment.plan
    illustrative = [name for name, source in plan.inputs.items() if source.illustrative]
    return render(
        "template.html.j2",
        plan.languages,
        kind=texts.both("assessment"),
        title=plan.title,
        plan=plan,
        assessment=assessment,
        sections=sections(assessment),
        indicators=indicator_tables.table_of(assessment) if plan.indicators else None,
        banner=input_titles(plan, illustrative) if illustrative else None,
        refused=refused_table(assessment),
        titles={name: input_title(plan, name) for name in plan.inputs},
        network_titles={name: network_title(plan, name) for name in plan.networks},
    )


def render(template: str, languages: Sequence[str], **content: Any) -> str:
    """Return a page in the languages a plan names, the first shown first."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sheltermap.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["say"] = partial(_say, languages)
    environment.filters["bar"] = _bar
    sheet = environment.get_template("style.css.j2").render(languages=texts.LANGUAGES)
    return environment.get_template(template).render(
        languages=languages,
        language_names=texts.both("this.name"),
        t=texts.both,
        number=texts.number,
        distances=texts.distances,
        style=Markup(f"{page_colours()}{sheet}\n"),
        is_bar=lambda cell: isinstance(cell, Bar),
        **content,
    )


def refused_table(assessment: Assessment) -> Table:
    """Rows of the inputs that could not be used, and why."""
    plan, refused = assessment.plan, assessment.refused_rows
    rows: list[list[Cell]] = [
        [
            input_title(plan, row["input"]),
            text(row["row"]),
            text(row["id"]),
            reason_words(row["reason"]),
            text(row["detail"]),
        ]
        for row in records(refused[:REFUSED_SHOWN])
    ]
    head: list[Cell] = [texts.both(key) for key in ("input", "row", "id", "reason", "detail")]
    cut = texts.both("cut", shown=REFUSED_SHOWN, total=texts.number(len(refused)), layer="refused_rows")
    note = cut if len(refused) > REFUSED_SHOWN else None
    return Table({}, head, rows, note, texts_first=len(head))  # the section's heading is its title


def _say(languages: Sequence[str], words: Any) -> Markup:
    """Return a text in every language of the report, each in its own element; one that is the same in all as it is."""
    if hasattr(words, "model_dump"):
        words = words.model_dump()
    if not isinstance(words, dict):
        return escape(words)
    said = [words[lang] for lang in languages]
    if len(set(said)) == 1:
        return escape(said[0])
    spans = (Markup('<span lang="{}">{}</span>').format(lang, words[lang]) for lang in languages)
    return Markup("").join(spans)


def _bar(bar: Bar) -> Markup:
    """Return a bar; the numbers beside it say the same, so it is hidden from screen readers."""
    parts = (Markup('<i class="{}" style="width:{:.3f}%"></i>').format(state, part) for state, part in bar.parts())
    return Markup('<span class="bar" aria-hidden="true">{}</span>').format(Markup("").join(parts))
