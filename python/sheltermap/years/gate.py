# SPDX-License-Identifier: Apache-2.0
"""The gate: what got worse than the plan allows, for scripts that must fail then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from xml.etree.ElementTree import Element, SubElement, tostring

import pandas as pd

from sheltermap.base import clock, texts
from sheltermap.base.in_short import Short, ToldInShort, name_of
from sheltermap.base.language import REFERENCE
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import one_form, unknown
from sheltermap.plans.checks import Kind, limit_in, margin_of
from sheltermap.plans.indicators import rows_of
from sheltermap.questions.figures import records
from sheltermap.years.comparison import Comparison, compare
from sheltermap.years.worsening import GateFinding, allowed_words, hiding, worse

if TYPE_CHECKING:
    from sheltermap.plans.checks import Check, Ignored
    from sheltermap.plans.plan import Plan
    from sheltermap.runs.assessment import Assessment
    from sheltermap.years.earlier import Recorded

KINDS: tuple[Kind, ...] = get_args(Kind)
# Where nothing else is said: what is worse, and what could hide that something is.
FAIL_ON: tuple[Kind, ...] = ("check", "coverage_fell", "figure_worse", "indicator_off")
FAIL_ON += ("not_compared", "total_smaller", "rows_without_weight")


def kinds(names: str) -> tuple[Kind, ...]:
    """Return the kinds of findings that a text names, with commas between; ValueError for what is none."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in KINDS:
            raise ValueError(unknown("nothing to look at is named", name, KINDS))
    return tuple(kind for kind in KINDS if kind in wanted)


@dataclass(frozen=True, repr=False)
class GateResult(ToldInShort):
    """Whether an assessment passes, and all that was looked at.

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
    >>> result
    <GateResult: not passed
      check: Homes near one another: 2 is less than 3>
    >>> result.passed
    False
    """

    findings: list[GateFinding]
    looked_at: list[Kind]
    created: str = ""  #: when the assessment was made, in UTC

    def _in_short(self) -> Short:
        of = "passed" if self.passed else "not passed"
        return Short(of, (f"{each.kind}: {name_of(each.message['en'])}" for each in self.findings))

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return not any(each.state in ("failed", "expired") for each in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        findings = [vars(each) for each in self.findings]
        return {"schema": "sheltermap-check/1", "passed": self.passed, "findings": findings}

    def junit(self, name: str, seconds: float | None = None) -> str:
        """Return it as JUnit XML, as CI servers read it: a case per kind and finding, no two of one name.

        Parameters
        ----------
        name : str
            Of the suite: the plan.
        seconds : float, optional
            How long the run and its judgement took.
        """
        suite = Element("testsuite", name=name)
        if self.created:
            suite.set("timestamp", self.created.removesuffix("Z"))
        if seconds is not None:
            suite.set("time", f"{seconds:.3f}")
        taken: Counter[tuple[str, str]] = Counter()
        for kind in self.looked_at:
            mine = [each for each in self.findings if each.kind == kind]
            if not mine:
                SubElement(suite, "testcase", classname=kind, name=kind)
            for each in mine:
                called = ": ".join(part for part in (each.subject, each.about, each.place) if part)
                taken[kind, called] += 1
                number = taken[kind, called]
                case = SubElement(
                    suite, "testcase", classname=kind, name=called if number == 1 else f"{called} ({number})"
                )
                if each.state in ("failed", "expired"):
                    SubElement(case, "failure", message=each.message["en"])
                elif each.state == "ignored":
                    SubElement(case, "skipped", message=each.reason or "")
        cases = list(suite)
        suite.set("tests", str(len(cases)))
        suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
        suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suite, encoding="unicode") + "\n"


@shows_progress
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
        "figure_worse" (whatever else its kind of analysis says is worse), "detail_worse" (the same of an area, zone,
        store), "gap_opened", "facility_closed", "indicator_off", "indicator_behind", "rows_refused" (more than before),
        "not_compared" (the former assessment has what this one has not), "nothing_before" (the other way round, or a
        rule that compares with nothing), "total_smaller" (of people or objects of a register, by more than 5 %),
        "rows_without_weight" (more than before), "not_judged" (changed, and neither better nor worse),
        "matched_otherwise" (a column, an id or a unit that was taken for the same). What is worse by no more than the
        plan's tolerances is only noted.
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
    >>> result.passed, [each.kind for each in result.findings]
    (False, ['check'])
    """
    wanted = kinds(",".join(fail_on))
    change = None if against is None else compare(against, assessment)
    found = [
        *_rules(assessment, change),
        *_indicators(assessment),
        *(worse(change) if change is not None else ()),
        *(hiding(change) if change is not None else ()),
    ]
    day = today or clock.now().date()
    judged = [_judged(each, assessment.plan, set(wanted), day) for each in found]
    always: list[Kind] = ["check", "indicator_off", "indicator_behind", "nothing_before"]
    looked_at = [kind for kind in KINDS if change is not None or kind in always]
    return GateResult(judged, looked_at, assessment.created)


def _judged(finding: GateFinding, plan: Plan, fail_on: set[Kind], today: date) -> GateFinding:
    """Say whether a finding fails, is only noted, or is ignored by the plan."""
    known = next((each for each in plan.ignored if _is_of(each, finding)), None)
    if known is None:
        return replace(finding, state="failed" if finding.kind in fail_on and not finding.tolerated else "noted")
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
        for about, key, broken in _broken(rule, value, former, assessment.year):
            said = texts.both(key, name=title, value=_number(value), **broken)
            yield GateFinding("check", rule.id, None, said, about=about)


def _former(rule: Check, change: Comparison | None, where: str) -> float | None:
    """Return what a rule's figure was in the former assessment; nothing where it is not known or not there."""
    if not rule.compares or change is None or not len(rule.figure.rows(change.before.figures)):
        return None
    value = rule.figure.value(change.before.figures, f"{where}, {change.before.name}")
    return None if pd.isna(value) else value


def _broken(
    rule: Check, value: float, former: float | None, year: int
) -> Iterator[tuple[str, str, dict[str, dict[str, str]]]]:
    """Give the limits a value breaks, by the keys that say them; one that is not known keeps none."""
    if pd.isna(value):
        yield "figure", "gate_unknown", {}
        return
    for about, key, given in (("at_least", "gate_below", rule.at_least), ("at_most", "gate_above", rule.at_most)):
        holds = limit_in(given, year)
        if holds is None or (value >= holds[0] if about == "at_least" else value <= holds[0]):
            continue
        limit = _number(holds[0])
        if holds[1] is not None:
            limit = {lang: texts.say("gate_step", lang, limit=limit, year=holds[1]) for lang in texts.LANGUAGES}
        yield about, key, {"limit": limit}
    if former is None:
        return
    moves = (("may_fall_by", "gate_fell", former - value), ("may_rise_by", "gate_rose", value - former))
    for about, key, moved in moves:
        allowed = getattr(rule, about)
        if allowed is not None and moved > margin_of(allowed).around(former):
            yield about, key, {"former": _number(former), "allowed": allowed_words(allowed)}


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


def _number(value: float | None) -> dict[str, str]:
    text = "–" if value is None or pd.isna(value) else f"{value:.6g}"
    return texts.decimals(text)
