# SPDX-License-Identifier: Apache-2.0
"""What a comparison comes to: in how many questions things got worse, the worst change of each, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from sheltermap.base import texts
from sheltermap.page.table import Words, title_words, words_of
from sheltermap.questions.figures import records, threshold_in
from sheltermap.questions.kind import Kind
from sheltermap.years.causes import CAUSES
from sheltermap.years.comparison import Comparison
from sheltermap.years.judged_figures import apart, figure_words, tolerated

FATES, FACILITIES = ("opened", "closed", "persists"), ("opened", "closed", "moved", "changed", "renamed")


@dataclass(frozen=True)
class Change:
    """The figure of an analysis that changed most for the worse, or for the better where none is worse."""

    analysis: str
    verdict: Literal["worse", "better"]
    said: Words
    causes: Words | None  #: what brought it about, the greatest part first; None where no kind splits it


@dataclass(frozen=True)
class Verdict:
    """What a comparison comes to."""

    said: Words
    changes: list[Change]  #: those that are worse first, each in the order of the plan
    beside: list[Words]  #: gaps, objects of the registers, what could not be compared


def verdict(change: Comparison) -> Verdict:
    """Return what a comparison comes to, for readers who read nothing else."""
    tolerances = change.after.plan.tolerances
    whole = change.judged[(change.judged["scope"] == "all") & (change.judged["finding"] != "detail_worse")]
    rows = [row for row in records(whole) if not tolerated(row, tolerances)]
    changes = [
        found
        for analysis in change.after.plan.analyses
        if (found := _worst(change, analysis, [row for row in rows if row["analysis"] == analysis.name])) is not None
    ]
    counts = {state: sum(each.verdict == state for each in changes) for state in ("worse", "better")}
    key = "_".join(["verdict_of", *(state for state, count in counts.items() if count)])
    compared = {each.name for each in change.before.plan.analyses} & {each.name for each in change.after.plan.analyses}
    numbers = {"worse": texts.number(counts["worse"]), "better": texts.number(counts["better"])}
    said = texts.both(key, before=change.before.year, after=change.after.year, total=len(compared), **numbers)
    return Verdict(said, sorted(changes, key=lambda each: each.verdict != "worse"), list(_beside(change)))


def _worst(change: Comparison, analysis: Kind, rows: list[dict[str, Any]]) -> Change | None:
    if not rows:
        return None
    row = max(rows, key=lambda each: _weighed(analysis, each))
    words = texts.both("verdict_change", title=words_of(analysis.title), what=figure_words(row), **apart(row))
    return Change(analysis.name, row["verdict"], words, _causes(change, analysis, row))


def _weighed(analysis: Kind, row: dict[str, Any]) -> tuple[bool, bool, bool, float]:
    """Return what makes a figure the one to tell: worse, about who is covered, about all, changed by a great part."""
    part = abs(row["difference"]) / max(abs(row["before"]), abs(row["after"]))
    return row["verdict"] == "worse", row["finding"] == "coverage_fell", row["measure"] == analysis.measure, float(part)


def _causes(change: Comparison, analysis: Kind, row: dict[str, Any]) -> Words | None:
    """Say how many people, or rows, more or fewer the figure is about, and how many of them by each cause."""
    if row["figure"] not in (analysis.explained, f"{analysis.explained}_share"):
        return None
    same = [
        each
        for each in records(change.causes[change.causes["analysis"] == analysis.name])
        if each["scope"] == "all" and each["measure"] == row["measure"] and _asked(each) == _asked(row)
    ]
    if not same or not same[0]["difference"]:
        return None
    acting = sorted((each for each in CAUSES if same[0][each]), key=lambda each: -abs(same[0][each]))
    parts = {
        lang: ", ".join(f"{texts.say(f'cause_{each}', lang)} {texts.signed(same[0][each])[lang]}" for each in acting)
        for lang in texts.LANGUAGES
    }
    measure = texts.both(row["measure"]) if row["measure"] in texts.TEXTS else str(row["measure"])
    return texts.both("verdict_causes", measure=measure, difference=texts.signed(same[0]["difference"]), causes=parts)


def _asked(row: dict[str, Any]) -> tuple[Any, ...]:
    return threshold_in(row), None if pd.isna(row["scenario"]) else row["scenario"]


def _beside(change: Comparison) -> Iterator[Words]:
    """Tell gaps, objects of each register, and what could not be compared, each in a sentence."""
    if change.gaps is not None:
        for analysis, mine in change.gaps.groupby("analysis", sort=False):
            fates = {fate: mine[mine["fate"] == fate] for fate in FATES}
            counts = {fate: texts.number(len(rows)) for fate, rows in fates.items()}
            people = texts.number(fates["opened"]["people"].sum())
            title = next(words_of(each.title) for each in change.after.plan.analyses if each.name == analysis)
            yield texts.both("verdict_gaps", title=title, people=people, **counts)
    for name, mine in change.facilities.groupby("input", sort=False):
        counted = mine.drop_duplicates(["change", "id", "name"])["change"].value_counts()
        told = {
            lang: ", ".join(
                f"{texts.say(f'verdict_{each}', lang)} {texts.number(counted[each])}"
                for each in FACILITIES
                if each in counted
            )
            for lang in texts.LANGUAGES
        }
        source = change.after.plan.inputs.get(str(name))
        title = dict.fromkeys(texts.LANGUAGES, str(name)) if source is None else title_words(source.title, str(name))
        if any(told.values()):
            yield {lang: f"{title[lang]}: {told[lang]}." for lang in texts.LANGUAGES}
    if missing := len(change.not_compared) + len(change.not_explained):
        yield texts.both("verdict_not_compared", count=texts.number(missing))
