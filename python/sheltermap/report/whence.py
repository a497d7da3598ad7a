# SPDX-License-Identifier: Apache-2.0
"""Where the figures of a section come from: the formula of each that the first page tells, and its query.

The first page leads to each of them by `anchor`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.language import REFERENCE
from sheltermap.plans.indicators import rows_of
from sheltermap.questions.figure_source import Asked, NotInLayers
from sheltermap.questions.figures import figures_table, records, threshold_in
from sheltermap.questions.outcome_layers import OutcomeLayers

if TYPE_CHECKING:
    from sheltermap.page.table import Words
    from sheltermap.plans.plan import Plan
    from sheltermap.questions.finding import Finding
    from sheltermap.questions.kind import Kind
    from sheltermap.questions.outcome import Outcome
    from sheltermap.questions.question import Figure
    from sheltermap.runs.assessment import Assessment

INDICATORS_SECTION = "indicators"


@dataclass(frozen=True)
class Whence:
    """What a figure is made of."""

    name: str  #: analysis and figure, as `sheltermap why` takes it
    options: str  #: that follow the name there
    anchor: str
    words: Words
    sql: str | None


def whence(plan: Plan, analysis: Kind, outcome: Outcome) -> list[Whence]:
    """Return what the figures are made of that the findings of an analysis tell; of others the first one's."""
    chosen = figures_table(told(analysis.findings(outcome)) or outcome.found[:1])
    ids = {role: plan.inputs[name].id for role, name in analysis.roles.items()}
    found = []
    for number, row in enumerate(records(chosen)):
        asked = Asked(
            analysis,
            row,
            OutcomeLayers(outcome),
            outcome.thresholds,
            outcome.context.standards,
            plan.scenarios_of(analysis),
            ids,
        )
        source = analysis.source(asked) if outcome.in_file is None else NotInLayers("in_file")
        name = f"{row['analysis']}.{row['figure']}"
        options = _options(row, several_limits=len(outcome.thresholds) > 1)
        found.append(Whence(name, options, anchor(analysis.name, number), source.words, source.sql))
    return found


def of_indicators(assessment: Assessment) -> list[Whence]:
    """Return what the plan's indicators are made of, each of their groups by itself."""
    found = []
    for number, row in enumerate(rows_of(assessment.plan.indicators)):
        series = row.series
        if series.expression is None:
            words = texts.both("whence.entered")
        else:
            terms = "; ".join(f"{name} = {each.analysis}.{each.figure}" for name, each in series.figures.items())
            words = texts.both("whence.terms", expression=series.expression, terms=terms)
        options = "" if row.group is None else f' --category "{row.group.get(REFERENCE)}"'
        found.append(Whence(row.indicator.id, options, anchor(INDICATORS_SECTION, number), words, None))
    return found


def _options(row: Mapping[str, Any], *, several_limits: bool) -> str:
    """Return what the command line is told beside the name, to mean this figure and no other."""
    limit = threshold_in(row) if several_limits else None
    told = {key: row[key] for key in ("area", "scenario", "category") if not pd.isna(row[key])}
    told |= {} if limit is None else {"threshold": str(limit)}
    return "".join(f' --{key} "{value}"' for key, value in told.items())


def told(findings: Iterable[Finding]) -> list[Figure]:
    """Return the figures that findings tell, each once."""
    figures: list[Figure] = []
    for each in findings:
        figures += [figure for figure in each.told if figure not in figures]
    return figures


def anchor(section: str, number: int) -> str:
    """Return where the report says what a figure is made of, that a section tells as number `number`, from 0."""
    return f"why-{section}-{number + 1}"
