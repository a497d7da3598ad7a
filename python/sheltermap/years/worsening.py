# SPDX-License-Identifier: Apache-2.0
"""What got worse between two years, and what could hide that something did: findings of the gate beside rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.language import REFERENCE
from sheltermap.plans.checks import Kind, Tolerances, margin_of
from sheltermap.questions.figures import records
from sheltermap.years.alignment import note_words
from sheltermap.years.comparison import Comparison
from sheltermap.years.judged_figures import (
    KEY,
    apart,
    figure_words,
    not_judged,
    place_of_figure,
    place_words,
    tolerated,
)
from sheltermap.years.not_compared import fewer_counted, lacking_words, more_without_weight


@dataclass(frozen=True)
class GateFinding:
    """One thing that is worse than it should be.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import sheltermap as sm
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "homes.csv").write_text('''id,lon,lat
    ... A,24.105,56.950
    ... B,24.205,56.950
    ... ''')
    >>> _ = (folder / "plan.toml").write_text('''
    ... schema = 1
    ... title = "Homes"
    ... year = 2026
    ... inputs.homes = { path = "homes.csv", crs = "EPSG:4326", id = "id" }
    ... [[analyses]]
    ... name = "near"
    ... title = "Near"
    ... kind = "coverage"
    ... demand = "homes"
    ... facilities = "homes"
    ... thresholds_m = [500]
    ... [[checks]]
    ... id = "near"
    ... title = "Homes near one another"
    ... figure = { analysis = "near", figure = "covered", measure = "rows", threshold_m = 500 }
    ... at_least = 3
    ... ''')
    >>> found = sm.run(folder / "plan.toml", folder / "2026")
    >>> result = sm.check(found)
    >>> finding = result.findings[0]
    >>> finding.kind, finding.subject, finding.message["en"]
    ('check', 'near', 'Homes near one another: 2 is less than 3')
    """

    kind: Kind
    subject: str  #: the analysis, check, indicator or input
    place: str | None  #: the gap, area, facility, zone, class or scenario, or those in no area: "outside every area"
    message: dict[str, str]  #: by language
    state: str = "noted"  #: "failed", "noted", "ignored", or "expired" for what had been ignored until a day now past
    reason: str | None = None  #: why it is ignored, or was
    tolerated: bool = False  #: whether it is worse by so little that it does not fail
    about: str | None = None  #: the figure, the limit or the part that it is of, where a subject has several


def worse(change: Comparison) -> Iterator[GateFinding]:
    """Give what is worse than the year before."""
    yield from _figures(change)
    if change.gaps is not None:
        for row in records(change.gaps[change.gaps["fate"] == "opened"]):
            name = None if pd.isna(row["name"]) else str(row["name"])
            words = texts.both("gate_gap_opened", name=name or "–", people=texts.number(row["people"]))
            yield GateFinding("gap_opened", row["analysis"], name, words)
    for row in records(change.facilities[change.facilities["change"] == "closed"]):
        label = str(next((each for each in (row["name"], row["id"]) if not pd.isna(each)), "–"))
        yield GateFinding("facility_closed", row["input"], label, texts.both("gate_closed", name=label))
    for row in records(change.refused):
        if row["after"] > row["before"]:
            counts = {key: texts.number(row[key]) for key in ("before", "after")}
            words = texts.both("gate_refused", input=row["input"], **counts)
            yield GateFinding("rows_refused", row["input"], None, words)


def hiding(change: Comparison) -> Iterator[GateFinding]:
    """Give what cannot be compared, who is no longer counted, what nobody judges: each could hide that it is worse."""
    for row in records(change.not_compared):
        kind: Kind = "not_compared" if row["side"] == "before" else "nothing_before"
        place = None if row["part"] in ("analysis", "input") else str(row["value"])
        yield GateFinding(kind, str(row["subject"]), place, lacking_words(row), about=str(row["part"]))
    for row in records(change.notes):
        yield GateFinding("matched_otherwise", row["subject"], str(row["before"]), note_words(row))
    watched = _watched_totals(change)
    for row in fewer_counted(change.before, change.after, change.after.plan.tolerances.total):
        if (row["input"], row["measure"]) not in watched:
            yield _counted("total_smaller", row)
    for row in more_without_weight(change.before, change.after):
        yield _counted("rows_without_weight", row)
    for name, rows in not_judged(change.before, change.after):
        yield GateFinding("not_judged", name, None, _unjudged_words(rows))


def _figures(change: Comparison) -> Iterator[GateFinding]:
    tolerances = change.after.plan.tolerances
    rules = _rules_by_figure(change)
    for row in records(change.judged[change.judged["verdict"] == "worse"]):
        place = place_of_figure(row)
        if place is None:
            place = next((str(row[key]) for key in ("category", "scenario") if not pd.isna(row[key])), None)
        where = {lang: place_words(row, lang) for lang in texts.LANGUAGES}
        words = texts.both("gate_worse", what=figure_words(row), place=where, **apart(row))
        excused = _excused(row, tolerances, rules)
        if excused is not None:
            words = {lang: f"{text} ({excused[lang]})" for lang, text in words.items()}
        about = figure_words(row)[REFERENCE]
        yield GateFinding(
            row["finding"], str(row["analysis"]), place, words, tolerated=excused is not None, about=about
        )


def _excused(row: dict[str, Any], tolerances: Tolerances, rules: dict[tuple[Any, ...], str]) -> dict[str, str] | None:
    """Say why a figure that is worse does not fail: a rule of the plan judges it, or it is worse by too little."""
    rule = rules.get((*_key(row), row["difference"] > 0))
    if rule is not None:
        return texts.both("gate_by_rule", rule=rule)
    if not tolerated(row, tolerances):
        return None
    if (own := tolerances.of(row)) is not None:
        return texts.both("gate_tolerated_own", allowed=allowed_words(own.worse_by))
    key, part = ("share", tolerances.share) if row["unit"] == "1" else ("amount", tolerances.amount)
    number = texts.decimals(f"{100 * part:g}")
    return texts.both(f"gate_tolerated_{key}", part=number)


def allowed_words(given: float | str) -> dict[str, str]:
    """Say how far a figure may move, as the plan has it."""
    margin = margin_of(given)
    return texts.decimals(f"{margin.value:g} %" if margin.is_share else f"{margin.value:g}")


def _unjudged_words(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Name the figures that nobody judges: those of all with their numbers, of the others how many there are."""
    whole = [row for row in rows if row["scope"] == "all" and pd.isna(row["category"])]
    said: dict[str, list[str]] = {lang: [] for lang in texts.LANGUAGES}
    for row in whole:
        change = texts.both("gate_unjudged", what=figure_words(row), **apart(row))
        for lang in texts.LANGUAGES:
            said[lang].append(change[lang])
    if len(rows) > len(whole):
        names = ", ".join(dict.fromkeys(row["figure"] for row in rows if row not in whole))
        for lang in texts.LANGUAGES:
            said[lang].append(texts.say("gate_unjudged_parts", lang, count=len(rows) - len(whole), names=names))
    return {lang: texts.say("gate_not_judged", lang, figures="; ".join(each)) for lang, each in said.items()}


def _counted(kind: Kind, row: dict[str, Any]) -> GateFinding:
    counts = {key: texts.number(row[key]) for key in ("before", "after")}
    return GateFinding(kind, row["input"], row["measure"], texts.both(f"gate_{kind}", measure=row["measure"], **counts))


def _rules_by_figure(change: Comparison) -> dict[tuple[Any, ...], str]:
    """Return the rules that say how far a figure may fall (False) or rise (True): each judges its figure alone."""
    return {
        (*_key(row), rises): rule.id
        for rule in change.after.plan.checks
        for rises, limit in ((False, rule.may_fall_by), (True, rule.may_rise_by))
        if limit is not None
        for row in records(rule.figure.rows(change.after.figures))
    }


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(None if pd.isna(row[key]) else row[key] for key in KEY)


def _watched_totals(change: Comparison) -> set[tuple[str, str]]:
    """Return the inputs and measures whose total a rule of the plan limits: it says how far they may fall."""
    demand = {each.name: each.roles.get("demand") for each in change.after.plan.analyses}
    rules = [
        rule for rule in change.after.plan.checks if rule.figure.figure == "total" and rule.may_fall_by is not None
    ]
    found = [row for rule in rules for row in records(rule.figure.rows(change.after.figures)) if row["scope"] == "all"]
    return {(str(demand[row["analysis"]]), row["measure"]) for row in found}
