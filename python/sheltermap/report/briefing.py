# SPDX-License-Identifier: Apache-2.0
"""The first page of a report: what was asked, what matters, what to do first, what is not known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.page.table import Words, words_of
from sheltermap.plans.plan import Plan
from sheltermap.questions.finding import Finding, Step
from sheltermap.report import trends
from sheltermap.report.titles import input_title, network_title, raster_title, table_title
from sheltermap.report.trends import Trend
from sheltermap.report.unknowns import Unknown, Unknowns
from sheltermap.report.whence import INDICATORS_SECTION, anchor, told

if TYPE_CHECKING:
    from collections.abc import Hashable

    from sheltermap.runs.assessment import Assessment

MOST_FINDINGS, MOST_STEPS = 10, 6
OF_THINGS = 0.5  # what a finding about things weighs beside one about people
MISSED, WORSE = 0.5, 0.5  # what it weighs more if a target is missed, or it got worse
MISSED_ALONE = 0.2  # what an indicator weighs that no analysis tells, if its target is missed
INDICATORS = 5  # of those that no analysis tells, at most so many


@dataclass(frozen=True)
class Point:
    """One line of the first page: a sentence under the title of what it is about."""

    title: Words
    link: str  #: the section that tells more
    words: Words
    trends: list[Words]
    illustrative: bool
    why: str | None = None  #: where it says what the figure is made of


@dataclass(frozen=True)
class Briefing:
    """The first page of a report."""

    asked: Words
    findings: list[Point]
    steps: list[Point]
    unknown: list[Unknown]
    order: list[str]  #: the analyses, those first that matter most


@dataclass(frozen=True)
class _Weighed:
    """A finding or an indicator with how much it matters."""

    weight: float
    fact: Hashable
    point: Point


def briefing(assessment: Assessment, said: Unknowns) -> Briefing:
    """Return the first page of the report of an assessment; `said` is what is not known."""
    weighed = sorted(_findings(assessment), key=lambda each: -each.weight)
    points = list(_once(weighed))[:MOST_FINDINGS]
    names = [analysis.name for analysis in assessment.plan.analyses]
    first = [each.link for each in points if each.link in names]
    order = list(dict.fromkeys([*first, *names]))
    return Briefing(_asked(assessment), points, _steps(assessment), list(said.each.values()), order)


def _findings(assessment: Assessment) -> Iterable[_Weighed]:
    everything: list[Finding] = []
    for analysis, outcome in assessment.answers():
        made_up = bool(assessment.plan.made_up(analysis))
        mine = analysis.findings(outcome)
        figures = told(mine)
        for finding in mine:
            everything.append(finding)
            course = trends.of_finding(assessment, analysis, finding)
            words = [each.words for each in course]
            why = anchor(analysis.name, figures.index(finding.told[0])) if finding.told else None
            point = Point(words_of(analysis.title), analysis.name, finding.words, words, made_up, why)
            yield _Weighed(_weight(finding, course), finding.fact, point)
    if not assessment.plan.indicators:
        return
    others = [
        (number, row, trends.of_indicator(row, found))
        for number, row, found in trends.without_finding(assessment, everything)
    ]
    for number, row, stands in sorted(others, key=lambda each: not each[2].is_missed)[:INDICATORS]:
        title = {lang: row.title(lang) for lang in texts.LANGUAGES}
        point = Point(title, INDICATORS_SECTION, stands.words, [], False, anchor(INDICATORS_SECTION, number))
        yield _Weighed(MISSED_ALONE * stands.is_missed, None, point)


def _weight(finding: Finding, course: list[Trend]) -> float:
    """Return how much a finding matters: by whom it concerns, and how it stands."""
    concerned = finding.concerned * (1.0 if finding.of_people else OF_THINGS)
    missed, worse = any(each.is_missed for each in course), any(each.is_worse for each in course)
    return concerned + MISSED * missed + WORSE * worse


def _once(weighed: Iterable[_Weighed]) -> Iterable[Point]:
    """Give the findings without those that tell a fact of an earlier one."""
    facts = set()
    for each in weighed:
        if each.fact is None or each.fact not in facts:
            yield each.point
        facts.add(each.fact)


def _steps(assessment: Assessment) -> list[Point]:
    """Return what to do first, that first which is for most people; one of those that ask for the same."""
    steps: list[tuple[Step, Point]] = []
    for analysis, outcome in assessment.answers():
        made_up = bool(assessment.plan.made_up(analysis))
        steps += [
            (step, Point(words_of(analysis.title), analysis.name, step.words, [], made_up))
            for step in analysis.first_steps(outcome)
        ]
    ordered = sorted(steps, key=lambda each: -each[0].people)
    return list(_once(_Weighed(step.people, step.fact, point) for step, point in ordered))[:MOST_STEPS]


def _asked(assessment: Assessment) -> Words:
    """Say how much was asked for which year, of which data, by which yardsticks, and compared with what."""
    plan = assessment.plan
    named = [title for title, is_made_up in _data(plan) if not is_made_up]
    named += [texts.both("briefing_illustrative")] if plan.made_up() else []  # the banner above names them
    told = {"year": str(assessment.year), "inputs": _listed(named)}
    parts = [texts.counted("briefing_asked", len(plan.analyses), **told)]
    if plan.standards:
        parts.append(
            texts.both("briefing_yardsticks", standards=_listed(words_of(each.title) for each in plan.standards))
        )
    if assessment.former is not None:
        parts.append(texts.both("briefing_against", what=assessment.former.words))
    return {lang: " ".join(part[lang] for part in parts) for lang in texts.LANGUAGES}


def _data(plan: Plan) -> Iterable[tuple[Words, bool]]:
    """Give the titles of all data, and whether they are made up."""
    yield from ((input_title(plan, name), source.illustrative) for name, source in plan.inputs.items())
    yield from ((raster_title(plan, name), source.illustrative) for name, source in plan.rasters.items())
    yield from ((network_title(plan, name), False) for name in plan.networks)
    yield from ((table_title(plan, name), False) for name in plan.tables)


def _listed(words: Iterable[Words]) -> Words:
    each = list(words)
    return {lang: "; ".join(word[lang] for word in each) for lang in texts.LANGUAGES}
