# SPDX-License-Identifier: Apache-2.0
"""The answers of an assessment as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.plans.plan import Plan
from sheltermap.questions.context import GROUND
from sheltermap.report.sections import caveats

if TYPE_CHECKING:
    from sheltermap.runs.assessment import Assessment


def terminal_lines(assessment: Assessment) -> Iterator[tuple[str, str]]:
    """Return the answers as lines with a style each, in the plan's first language."""
    plan, lang = assessment.plan, assessment.plan.languages[0]
    yield plan.title.get(lang), "bold"
    for analysis, outcome in assessment.answers():
        yield "", ""
        mark = f"  [{texts.say('illustrative', lang)}]" if plan.made_up(analysis) else ""
        yield analysis.title.get(lang) + mark, "cyan"
        for figure in analysis.key_figures(outcome):
            yield f"  {figure.value[lang]:>9}  {figure.label[lang]}: {figure.detail[lang]}", ""
        if told := analysis.told(outcome, lang):
            yield f"  {'':>9}  {told}", "dim"
        for caveat in caveats(outcome):
            yield f"  {'':>9}  {caveat[lang]}", "dim"
    yield "", ""
    refused = assessment.refused_rows["input"].value_counts(sort=False)
    for name, count in refused.items():
        for key in _refused_mean(plan, str(name)):
            yield texts.say(key, lang, count=count, input=name), "yellow"


def _refused_mean(plan: Plan, name: str) -> list[str]:
    """Return the texts that say what becomes of the refused rows of an input: of zones they are not as of people."""
    roles = {role for each in plan.analyses for role, input_name in each.roles.items() if input_name == name}
    roles |= {
        "facilities" if each.failing is not None else "zones" for each in plan.scenarios if name in each.named_inputs
    }
    return ["refused_from"] * bool(roles - set(GROUND)) + ["refused_ground_from"] * bool(roles & set(GROUND))
