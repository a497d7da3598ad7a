# SPDX-License-Identifier: Apache-2.0
"""The gate: what got worse than the plan allows, for scripts that must fail then."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from xml.etree.ElementTree import Element, SubElement, tostring

import pandas as pd

from sheltermap.base import clock, texts
from sheltermap.base.language import REFERENCE
from sheltermap.base.scopes import NO_AREA
from sheltermap.base.suggestions import one_form, unknown
from sheltermap.plans.checks import Kind
from sheltermap.plans.indicators import rows_of
from sheltermap.questions.figures import records, threshold_in
from sheltermap.years.comparison import Comparison, compare
from sheltermap.years.not_compared import fewer_counted, lacking_words, more_without_weight

if TYPE_CHECKING:
    from sheltermap.plans.checks import Check, Ignored
    from sheltermap.plans.plan import Plan
    from sheltermap.runs.assessment import Assessment
    from sheltermap.years.earlier import Recorded

KINDS: tuple[Kind, ...] = get_args(Kind)
# Where nothing else is said: what is worse, and what could hide that something is.
FAIL_ON: tuple[Kind, ...] = ("check", "coverage_fell", "indicator_off")
FAIL_ON += ("not_compared", "total_smaller", "rows_without_weight")
NOISE = 1e-12  # a share that moved by less did not


def kinds(names: str) -> tuple[Kind, ...]:
    """Return the kinds of findings that a text names, with commas between; ValueError for what is none."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in KINDS:
            raise ValueError(unknown("nothing to look at is named", name, KINDS))
    return tuple(kind for kind in KINDS if kind in wanted)


@dataclass(frozen=True)
class GateFinding:
    """One thing that is worse than it should be."""

    kind: Kind
    subject: str  #: the analysis, check, indicator or input
    place: str | None  #: name of the gap, area or facility, or which of those in no area: "outside every area"
    message: dict[str, str]  #: by language
    state: str = "noted"  #: "failed", "noted", "ignored", or "expired" for what had been ignored until a day now past
    reason: str | None = None  #: why it is ignored, or was


@dataclass(frozen=True)
class GateResult:
    """Whether an assessment passes, and all that was looked at."""

    findings: list[GateFinding]
    looked_at: list[Kind]

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return not any(each.state in ("failed", "expired") for each in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        findings = [vars(each) for each in self.findings]
        return {"schema": "sheltermap-check/1", "passed": self.passed, "findings": findings}

    def junit(self, name: str) -> str:
        """Return it as JUnit XML, as CI servers read it: a case per kind and finding."""
        suite = Element("testsuite", name=name)
        for kind in self.looked_at:
            mine = [each for each in self.findings if each.kind == kind]
            if not mine:
                SubElement(suite, "testcase", classname=kind, name=kind)
            for each in mine:
                name_of_case = ": ".join(part for part in (each.subject, each.place) if part)
                case = SubElement(suite, "testcase", classname=kind, name=name_of_case)
                if each.state in ("failed", "expired"):
                    SubElement(case, "failure", message=each.message["en"])
                elif each.state == "ignored":
                    SubElement(case, "skipped", message=each.reason or "")
        cases = list(suite)
        suite.set("tests", str(len(cases)))
        suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
        suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suite, encoding="unicode") + "\n"


def check(
    assessment: Assessment,
    against: str | Path | Assessment | Recorded | None = None,
    *,
    fail_on: Collection[Kind] = FAIL_ON,
    today: date | None = None,
) -> GateResult:
    """Say whether an assessment is worse than its plan allows, or than an earlier one.

    Parameters
    ----------
    assessment : Assessment
        What `sheltermap.run` returned.
    against : path-like or Assessment, optional
        The one to compare with. Without it only limits and indicators are looked at.
    fail_on : collection of str
        Which findings fail; the others are noted: "check" (a rule of the plan), "coverage_fell", "area_fell",
        "gap_opened", "facility_closed", "indicator_off", "indicator_behind", "rows_refused" (more than before),
        "not_compared" (the former assessment has what this one has not), "nothing_before" (the other way round, or a
        rule that compares with nothing), "total_smaller" (by more than 5 %), "rows_without_weight" (more than before).
    today : date, optional
        What the plan ignores is ignored up to its day and including it.

    Returns
    -------
    GateResult
        ``.passed``, ``.findings``, ``.to_dict()``, ``.junit(name)``.

    Raises
    ------
    ValueError
        If `fail_on` names what is not looked at.
    SheltermapError
        If a check fits no figure, or several; if `against` cannot be read.
    """
    wanted = kinds(",".join(fail_on))
    change = None if against is None else compare(against, assessment)
    found = [
        *_rules(assessment, change),
        *_indicators(assessment),
        *(_worse(change) if change is not None else ()),
        *(_lacking(change) if change is not None else ()),
    ]
    day = today or clock.now().date()
    judged = [_judged(each, assessment.plan, set(wanted), day) for each in found]
    always: list[Kind] = ["check", "indicator_off", "indicator_behind", "nothing_before"]
    return GateResult(judged, [kind for kind in KINDS if change is not None or kind in always])


def _judged(finding: GateFinding, plan: Plan, fail_on: set[Kind], today: date) -> GateFinding:
    """Say whether a finding fails, is only noted, or is ignored by the plan."""
    known = next((each for each in plan.ignored if _is_of(each, finding)), None)
    if known is None:
        return replace(finding, state="failed" if finding.kind in fail_on else "noted")
    if today <= known.until:
        return replace(finding, state="ignored", reason=known.reason)
    words = texts.both("was_ignored", until=known.until.isoformat(), reason=known.reason)
    message = {lang: f"{finding.message[lang]} ({words[lang]})" for lang in texts.LANGUAGES}
    return replace(finding, state="expired", reason=known.reason, message=message)


def _is_of(known: Ignored, finding: GateFinding) -> bool:
    same = known.finding == finding.kind and known.subject == finding.subject
    return same and (known.place is None or one_form(known.place) == one_form(finding.place))


def _rules(assessment: Assessment, change: Comparison | None) -> Iterator[GateFinding]:
    for rule in assessment.plan.checks:
        where = f"{assessment.plan.path}: check {rule.id}"
        value = rule.figure.value(assessment.figures, where)
        former = _former(rule, change, where)
        title = dict.fromkeys(texts.LANGUAGES, rule.id) if rule.title is None else rule.title.model_dump()
        if rule.compares and former is None:
            key = "gate_no_former" if change is None else "gate_former_unknown"
            yield GateFinding("nothing_before", rule.id, None, texts.both(key, name=title))
        for key, broken in _broken(rule, value, former):
            said = texts.both(key, name=title, value=_number(value), **broken)
            yield GateFinding("check", rule.id, None, said)


def _former(rule: Check, change: Comparison | None, where: str) -> float | None:
    """Return what a rule's figure was in the former assessment; nothing where it is not known or not there."""
    if not rule.compares or change is None or not len(rule.figure.rows(change.before.figures)):
        return None
    value = rule.figure.value(change.before.figures, f"{where}, {change.before.name}")
    return None if pd.isna(value) else value


def _broken(rule: Check, value: float, former: float | None) -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """Give the limits a value breaks; one that is not known keeps none."""
    if pd.isna(value):
        yield "gate_unknown", {}
        return
    if rule.at_least is not None and value < rule.at_least:
        yield "gate_below", {"limit": _number(rule.at_least)}
    if rule.at_most is not None and value > rule.at_most:
        yield "gate_above", {"limit": _number(rule.at_most)}
    if former is None:
        return
    if rule.may_fall_by is not None and former - value > rule.may_fall_by:
        yield "gate_fell", {"former": _number(former), "allowed": _number(rule.may_fall_by)}
    if rule.may_rise_by is not None and value - former > rule.may_rise_by:
        yield "gate_rose", {"former": _number(former), "allowed": _number(rule.may_rise_by)}


def _indicators(assessment: Assessment) -> Iterator[GateFinding]:
    for row, found in zip(rows_of(assessment.plan.indicators), records(assessment.indicators), strict=True):
        if found["status"] in ("off", "behind", "unknown"):
            kind: Kind = "indicator_behind" if found["status"] == "behind" else "indicator_off"
            name = {lang: row.title(lang) for lang in texts.LANGUAGES}
            unit = {lang: row.indicator.unit.get(lang) for lang in texts.LANGUAGES}
            counts = {"value": _number(found["value"]), "planned": _number(found["planned"])}
            words = texts.both(f"gate_indicator_{found['status']}", name=name, unit=unit, **counts)
            group = None if row.group is None else row.group.get(REFERENCE)
            yield GateFinding(kind, row.indicator.id, group, words)


def _worse(change: Comparison) -> Iterator[GateFinding]:
    """Give what is worse than the year before, whatever the rules."""
    fell = change.figures[(change.figures["figure"] == "covered_share") & (change.figures["difference"] < -NOISE)]
    for row in records(fell):
        shares = _shares_apart(row["before"], row["after"])
        nowhere = row["scope"] in NO_AREA
        place = row["scope"] if nowhere else None if pd.isna(row["area"]) else str(row["area"])
        said = {
            lang: "" if place is None else f", {texts.say(place, lang) if nowhere else place}"
            for lang in texts.LANGUAGES
        }
        kind: Kind = "coverage_fell" if row["scope"] == "all" else "area_fell"
        what = _what(row)
        words = texts.both("gate_coverage_fell", measure=what, place=said, **shares)
        yield GateFinding(kind, str(row["analysis"]), place, words)
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


def _lacking(change: Comparison) -> Iterator[GateFinding]:
    """Give what cannot be compared, and who is no longer counted: either could hide that something is worse."""
    for row in records(change.not_compared):
        kind: Kind = "not_compared" if row["side"] == "before" else "nothing_before"
        place = None if row["part"] in ("analysis", "input") else str(row["value"])
        yield GateFinding(kind, str(row["subject"]), place, lacking_words(row))
    watched = _watched(change)
    for row in fewer_counted(change.before, change.after):
        if (row["input"], row["measure"]) not in watched:
            yield _counted("total_smaller", row)
    for row in more_without_weight(change.before, change.after):
        yield _counted("rows_without_weight", row)


def _counted(kind: Kind, row: dict[str, Any]) -> GateFinding:
    counts = {key: texts.number(row[key]) for key in ("before", "after")}
    return GateFinding(kind, row["input"], row["measure"], texts.both(f"gate_{kind}", measure=row["measure"], **counts))


def _watched(change: Comparison) -> set[tuple[str, str]]:
    """Return the inputs and measures whose total a rule of the plan limits: it says how far they may fall."""
    demand = {each.name: each.roles.get("demand") for each in change.after.plan.analyses}
    rules = [
        rule for rule in change.after.plan.checks if rule.figure.figure == "total" and rule.may_fall_by is not None
    ]
    found = [row for rule in rules for row in records(rule.figure.rows(change.after.figures)) if row["scope"] == "all"]
    return {(str(demand[row["analysis"]]), row["measure"]) for row in found}


def _shares_apart(before: float, after: float) -> dict[str, dict[str, str]]:
    """Write two shares with as many decimals as tell them apart; those that differ by noise only are not asked for."""
    said = {"before": texts.shares(before), "after": texts.shares(after)}
    digits = 1
    while said["before"] == said["after"] and digits < 12:
        digits += 1
        written = {key: f"{100 * value:.{digits}f} %" for key, value in (("before", before), ("after", after))}
        said = {key: {lang: texts.decimal(text, lang) for lang in texts.LANGUAGES} for key, text in written.items()}
    return said


def _what(row: dict[str, Any]) -> dict[str, str]:
    scenario = [] if pd.isna(row["scenario"]) else [str(row["scenario"])]
    limit = threshold_in(row)

    def words(lang: str) -> str:
        measure = texts.say(row["measure"], lang) if row["measure"] in texts.TEXTS else str(row["measure"])
        return ", ".join([measure, *([] if limit is None else [texts.distance(limit, lang)]), *scenario])

    return {lang: words(lang) for lang in texts.LANGUAGES}


def _number(value: float | None) -> dict[str, str]:
    text = "–" if value is None or pd.isna(value) else f"{value:.6g}"
    return {lang: texts.decimal(text, lang) for lang in texts.LANGUAGES}
