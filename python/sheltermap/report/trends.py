# SPDX-License-Identifier: Apache-2.0
"""How a finding stands: against its target, and against a former assessment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.page.table import Words, words_of
from sheltermap.plans.indicators import rows_of
from sheltermap.questions.figures import COLUMNS, figures_table, records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sheltermap.plans.indicators import Row
    from sheltermap.questions.finding import Finding
    from sheltermap.questions.kind import Kind
    from sheltermap.questions.question import Figure
    from sheltermap.runs.assessment import Assessment

KEY = [each for each in COLUMNS if each not in ("value", "unit")]
MISSED = ("behind", "off")  # statuses of an indicator that is not where it should be
SAME = 1e-9  # a number that moved by less than this part of it did not


@dataclass(frozen=True)
class Trend:
    """Where a number came from, where it should go, and whether that is bad."""

    words: Words
    is_missed: bool = False
    is_worse: bool = False


def of_finding(assessment: Assessment, analysis: Kind, finding: Finding) -> list[Trend]:
    """Return the trends of the number that a finding tells."""
    if finding.figure is None:
        return []
    former = _from_former(assessment, analysis, finding.figure)
    targets = [
        of_indicator(row, status)
        for row, status in _indicators(assessment)
        if row.indicator.direction != "none" and _is_measured(assessment, row, finding.figure, finding.also)
    ]
    return [*([] if former is None else [former]), *targets]


def of_indicator(row: Row, found: dict[str, Any]) -> Trend:
    """Return where an indicator was last, and where it should be next."""
    course, status = row.course, str(found["status"])
    known = {**({} if course.base is None else dict([course.base])), **course.actuals}
    earlier = {year: value for year, value in known.items() if year < found["year"]}
    told: dict[str, Any] = {"status": texts.both(f"status_{status}"), "unit": words_of(row.indicator.unit)}
    told["now"] = texts.rounded(found["value"], 4)
    goal = course.next_target(found["year"])
    if goal is None:
        return Trend(texts.both("trend_now", now=told["now"], unit=told["unit"]))
    limit = texts.rounded(goal[1].value, 4)
    told |= {"year": goal[0], "target": {lang: f"{goal[1].sign} {text}".strip() for lang, text in limit.items()}}
    if not earlier:
        return Trend(texts.both("trend_target", **told), status in MISSED)
    last = max(earlier)
    told |= {"before": texts.rounded(earlier[last], 4), "when": texts.both("in_year", year=last)}
    return Trend(texts.both("trend_target_since", **told), status in MISSED)


def _indicators(assessment: Assessment) -> Iterator[tuple[Row, dict[str, Any]]]:
    return zip(rows_of(assessment.plan.indicators), records(assessment.indicators), strict=True)


def without_finding(assessment: Assessment, findings: list[Finding]) -> list[tuple[int, Row, dict[str, Any]]]:
    """Return the indicators that have a value and a target, and are told by no finding, with their numbers from 0."""
    told = [(each.figure, each.also) for each in findings if each.figure is not None]
    return [
        (number, row, found)
        for number, (row, found) in enumerate(_indicators(assessment))
        if not pd.isna(found["value"])
        and row.indicator.direction != "none"
        and not any(_is_measured(assessment, row, *each) for each in told)
    ]


def _is_measured(assessment: Assessment, row: Row, figure: Figure, also: tuple[str, ...]) -> bool:
    """Whether an indicator is computed from that figure, or from one that tells the same."""
    names = {figure["figure"], *also}
    own = _row(figure)
    for selector in row.series.figures.values():
        for each in records(selector.rows(assessment.figures)):
            if each["figure"] in names and all(_is_like(each[key], own[key]) for key in KEY if key != "figure"):
                return True
    return False


def _from_former(assessment: Assessment, analysis: Kind, figure: Figure) -> Trend | None:
    """Return what the figure was in a former assessment; nothing where that has no such figure."""
    former = assessment.former
    if former is None or former.kinds.get(analysis.name) != analysis.kind:
        return None
    own = _row(figure)
    mine = former.figures[(former.figures["analysis"] == analysis.name) & (former.figures["figure"] == own["figure"])]
    same = [each for each in records(mine) if all(_is_like(each[key], own[key]) for key in KEY)]
    if len(same) != 1 or pd.isna(same[0]["value"]) or pd.isna(own["value"]):
        return None
    before, now = float(same[0]["value"]), float(own["value"])
    other_year = former.year != assessment.year
    when = texts.both("in_year", year=former.year) if other_year else texts.both("in_former")
    told = {"when": when, "before": texts.shares(before) if own["unit"] == "1" else texts.number(before)}
    if abs(now - before) <= SAME * max(abs(now), abs(before)):
        return Trend(texts.both("trend_same", when=when))
    judged = next((each for each in analysis.judged() if each.is_of(own)), None)
    if judged is None:
        return Trend(texts.both("trend_other", **told))
    is_worse = (now < before) == (judged.worse == "lower")
    return Trend(texts.both("trend_worse" if is_worse else "trend_better", **told), is_worse=is_worse)


def _row(figure: Figure) -> dict[str, Any]:
    return records(figures_table([figure]))[0]


def _is_like(one: Any, other: Any) -> bool:
    return bool(pd.isna(one) and pd.isna(other)) or (not pd.isna(one) and not pd.isna(other) and bool(one == other))
