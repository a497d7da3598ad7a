# SPDX-License-Identifier: Apache-2.0
"""The answers of an assessment as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.report.caveats import caveats
from sheltermap.report.unknowns import refused_mean

if TYPE_CHECKING:
    from sheltermap.runs.assessment import Assessment


def terminal_lines(assessment: Assessment) -> Iterator[tuple[str, str]]:
    """Return the answers as lines with a style each, in the plan's first language; what several leave out, once."""
    plan, lang = assessment.plan, assessment.plan.languages[0]
    told_before: set[str] = set()
    yield plan.title.get(lang), "bold"
    for analysis, outcome in assessment.answers():
        yield "", ""
        mark = f"  [{texts.say('illustrative', lang)}]" if plan.made_up(analysis) else ""
        yield analysis.title.get(lang) + mark, "cyan"
        for figure in analysis.key_figures(outcome):
            yield f"  {figure.value[lang]:>9}  {figure.label[lang]}: {figure.detail[lang]}", ""
        if told := analysis.told(outcome, lang):
            yield f"  {'':>9}  {told}", "dim"
        for caveat in dict.fromkeys(each[lang] for each in caveats(outcome)):
            if caveat not in told_before:
                yield f"  {'':>9}  {caveat}", "dim"
            told_before.add(caveat)
    yield "", ""
    refused = assessment.refused_rows["input"].value_counts(sort=False)
    for name, count in refused.items():
        for key in refused_mean(plan, str(name)):
            yield texts.say(f"{key}_from", lang, count=count, input=name), "yellow"
