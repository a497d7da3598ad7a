# SPDX-License-Identifier: Apache-2.0
"""What is not known, said once for all analyses: refused rows, people without an answer, what rests on made-up data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from sheltermap.base import texts
from sheltermap.page.table import Words
from sheltermap.questions.context import GROUND
from sheltermap.questions.finding import figure_of
from sheltermap.questions.row_tables import measure_words
from sheltermap.report.caveats import network_caveats, unconfirmed, unknown_of
from sheltermap.report.titles import input_title, network_title

if TYPE_CHECKING:
    from sheltermap.plans.plan import Plan
    from sheltermap.questions.outcome import Outcome
    from sheltermap.runs.assessment import Assessment


@dataclass(frozen=True)
class Unknown:
    """One thing that is not known, and the analyses that it holds for."""

    number: int  #: from 1, by which sections refer to it
    words: Words
    analyses: list[str]
    link: str = ""  #: the section that lists it row by row


@dataclass
class Unknowns:
    """All that is not known, each said once."""

    each: dict[str, Unknown] = field(default_factory=dict)  #: by its words in the first language

    def add(self, words: Words, analyses: list[str], link: str = "") -> None:
        """Say something of analyses; what is said already holds for these, too."""
        key = next(iter(words.values()))
        known = self.each.setdefault(key, Unknown(len(self.each) + 1, words, [], link))
        known.analyses.extend(name for name in analyses if name not in known.analyses)

    def has(self, words: Words) -> bool:
        """Whether something is said here."""
        return next(iter(words.values())) in self.each

    def of(self, analysis: str) -> list[Unknown]:
        """Return what holds for an analysis."""
        return [unknown for unknown in self.each.values() if analysis in unknown.analyses]


def unknowns(assessment: Assessment, notes: dict[str, list[Words]]) -> Unknowns:
    """Return what is not known; `notes` are those of each analysis, of which the shared ones are said here, too."""
    said = Unknowns()
    plan = assessment.plan
    for name, count in assessment.refused_rows["input"].value_counts(sort=False).items():
        users = [each.name for each in plan.analyses if name in each.roles.values()]
        title = input_title(plan, str(name))
        for key in refused_mean(plan, str(name)):
            said.add(texts.counted(f"unknown_{key}", int(count), input=title), users, "refused")
    for analysis, outcome in assessment.answers():
        for words in (*_without_answer(outcome), *unknown_of(outcome), *_borderline(outcome)):
            said.add(words, [analysis.name])
    for record in assessment.network_records:
        if left_out := network_caveats(vars(record)):
            users = [each.name for each in plan.analyses if getattr(each, "by", None) == record.name]
            title = network_title(plan, record.name)
            words = {lang: f"{title[lang]}: " + " ".join(each[lang] for each in left_out) for lang in texts.LANGUAGES}
            said.add(words, users, f"input-{record.name}")
    for words in unconfirmed({each.id: each for each in plan.scenarios}):
        said.add(words, [each.name for each in plan.analyses if plan.scenarios_of(each)], "scenarios")
    shared = Counter(key for mine in notes.values() for key in {next(iter(each.values())) for each in mine})
    for name, mine in notes.items():
        for words in mine:
            if shared[next(iter(words.values()))] > 1:
                said.add(words, [name])
    return said


def refused_mean(plan: Plan, name: str) -> list[str]:
    """Return what becomes of the refused rows of an input: those of zones are not as those of people."""
    roles = {role for each in plan.analyses for role, input_name in each.roles.items() if input_name == name}
    roles |= {
        "facilities" if each.failing is not None else "zones" for each in plan.scenarios if name in each.named_inputs
    }
    return ["refused"] * bool(roles - set(GROUND)) + ["refused_ground"] * bool(roles & set(GROUND))


def _without_answer(outcome: Outcome) -> list[Words]:
    """Return for how many people there is no answer."""
    unknown, total = (figure_of(outcome, name) for name in ("unknown", "total"))
    if unknown is None or total is None or pd.isna(unknown["value"]) or not unknown["value"]:
        return []
    told = {"part": texts.number(unknown["value"]), "total": texts.number(total["value"])}
    return [texts.both("unknown_people", unit=measure_words(outcome, outcome.measure), **told)]


def _borderline(outcome: Outcome) -> list[Words]:
    if outcome.in_file is not None:  # of which the figures tell how many people are
        return []
    columns = [f"borderline_{each.label}" for each in outcome.thresholds]
    columns = [each for each in columns if each in outcome.layer]
    count = int(outcome.layer[columns].fillna(False).astype(bool).any(axis=1).sum()) if columns else 0
    return [texts.counted("unknown_borderline", count)] if count else []
