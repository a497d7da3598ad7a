# SPDX-License-Identifier: Apache-2.0
"""The state of a register in sentences: who complies, what holds a flood, what to improve and to mend first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.page.table import Words, text
from sheltermap.questions.figures import records
from sheltermap.questions.finding import Finding, Step, figure_of, found, listed, said

if TYPE_CHECKING:
    import pandas as pd

    from sheltermap.questions.outcome import Outcome


def register_findings(outcome: Outcome, least_years: float | None) -> list[Finding]:
    """Return what the register says of its objects, else of itself."""
    rows, table = len(outcome.layer), outcome.tables["grades"]
    if least_years is not None:
        counts = outcome.layer["holding"].value_counts()
        holds, unknown = (int(counts.get(state, 0)) for state in ("holds", "holds_unknown"))
        numbers: dict[str, float] = {"part": holds, "total": rows, "unknown": unknown}
        words = said(outcome, "finding_hold", numbers, years=f"{least_years:g}")
        return [found(outcome, words, rows - holds, rows, figure=figure_of(outcome, "holds"))]
    graded = table[table["field"] == "compliance"].set_index("grade")
    if len(graded):
        full, cost = int(graded["rows"]["full"]), outcome.tables["improvements"]["improvement_cost_eur"]
        numbers = {"part": full, "total": rows, "cost": float(cost.sum())}
        words = said(outcome, "finding_comply_cost" if cost.sum() > 0 else "finding_comply", numbers)
        figure = figure_of(outcome, "graded", measure="rows", category="compliance: full")
        return [found(outcome, words, rows - full, rows, figure=figure)]
    wrong = int((outcome.layer["errors"] > 0).sum())
    numbers = {"errors": _count(outcome, "error"), "warnings": _count(outcome, "warning"), "part": wrong, "total": rows}
    words = said(outcome, "finding_mend", numbers)
    return [found(outcome, words, wrong, rows, figure=figure_of(outcome, "errors", measure="rows"))]


def register_steps(outcome: Outcome, register: str) -> list[Step]:
    """Return what to improve first, the cheapest place before the others, and what to mend in the register."""
    steps, needed = [], outcome.tables["improvements"]
    priced = needed[needed["improvement_cost_eur"].notna().to_numpy()]
    if len(priced):
        named = [_improvement(row) for row in records(priced[:3])]
        words = texts.both("step_improve", names=listed(named, len(priced)))
        steps.append(Step(words, fact=("improve", register)))
    findings = {lang: outcome.tables[f"findings_{lang}"] for lang in texts.LANGUAGES}
    count = {severity: _count(outcome, severity) for severity in ("error", "warning")}
    if count["error"] or count["warning"]:
        key = "step_mend" if count["error"] else "step_look_at"
        counts = {"errors": texts.number(count["error"]), "warnings": texts.number(count["warning"])}
        steps.append(Step(texts.both(key, remedy=_most_frequent(findings), **counts), fact=("mend", register)))
    return steps


def _count(outcome: Outcome, severity: str) -> int:
    return int((outcome.tables["findings"]["severity"] == severity).sum())


def _improvement(row: dict[str, object]) -> Words:
    name = text(row["name"]) or text(row["id"]) or str(row["row"])
    return texts.both(
        "step_for_cost", name=name, cost=texts.number(float(str(row["improvement_cost_eur"]))), currency="EUR"
    )


def _most_frequent(findings: dict[str, pd.DataFrame]) -> Words:
    """Return what is to be done about most of the findings, in every language."""
    remedies = {lang: table["remedy"] for lang, table in findings.items()}
    reference = next(iter(remedies.values()))
    at = int((reference == reference.value_counts(sort=True).index[0]).to_numpy().argmax())
    return {lang: str(each.iloc[at]) for lang, each in remedies.items()}
