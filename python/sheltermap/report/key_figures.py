# SPDX-License-Identifier: Apache-2.0
"""The few figures that answer a plan's questions, for the head of the report and for the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.plans.kinds import Count, Exposure, Gaps
from sheltermap.plans.plan import Plan
from sheltermap.registers.grades import NOT_RECORDED
from sheltermap.report.tables import Bar, Words, measure_words, row_labels, text
from sheltermap.runs.figures import records
from sheltermap.runs.outcomes import GROUND, Outcome

if TYPE_CHECKING:
    from sheltermap.analyses.flood import Flood as FloodResult
    from sheltermap.registers import Inspection
    from sheltermap.runs.assessment import Assessment
    from sheltermap.runs.cut_off import StreetsClosed

NAMED = 5  # farthest rows named on the terminal


@dataclass(frozen=True)
class KeyFigure:
    """One figure with what it is a part of."""

    value: Words
    label: Words
    detail: Words
    bar: Bar | None = None


def key_figures(outcome: Outcome) -> list[KeyFigure]:
    """Return the figures that answer what an analysis asks."""
    if isinstance(outcome.analysis, Count):
        return _of_count(outcome)
    if isinstance(outcome.analysis, Exposure):
        return _of_exposure(outcome)
    if outcome.flood is not None:
        return _of_flood(outcome, outcome.flood)
    if outcome.closed is not None:
        return _of_closed(outcome, outcome.closed)
    if isinstance(outcome.analysis, Gaps):
        return _of_gaps(outcome)
    if outcome.register is not None:
        return _of_register(outcome, outcome.register)
    return _of_coverage(outcome) if outcome.thresholds else _of_distances(outcome)


def caveats(outcome: Outcome) -> list[Words]:
    """Return what the key figures leave out."""
    note = outcome.analysis.note
    said = [] if note is None else [{lang: note.get(lang) for lang in texts.LANGUAGES}]
    if missing := len(outcome.without_weight()):
        said.append(texts.both("weight_missing", rows=texts.number(missing), measure=outcome.measure))
    if outcome.unused is not None:
        used = int(outcome.unused["unused_reason"].count())
        said.append(texts.both("unused_facilities", count=texts.number(used)))
    if outcome.facilities_without_position:
        said.append(texts.both("lower_bound", count=texts.number(outcome.facilities_without_position)))
    for role, count in outcome.without_place.items():
        said.append(texts.both(f"{role}_without_place", count=texts.number(count)))
    if outcome.facilities_not_snapped:
        said.append(texts.both("facilities_not_snapped", count=texts.number(outcome.facilities_not_snapped)))
    if outcome.by is not None and (points := outcome.by.summary["points_missing"]):
        said.append(texts.both("points_missing", count=texts.number(points)))
    return said


def _of_coverage(outcome: Outcome) -> list[KeyFigure]:
    summary = outcome.tables["summary"]
    return [
        KeyFigure(
            texts.shares(row["covered_share"]),
            texts.both("within", distance=outcome.spelt(row["threshold_s" if outcome.in_time else "threshold_m"])),
            _of(row["covered"], row["total"], measure_words(outcome, outcome.measure)),
            Bar(row["covered"], row["uncovered"], row["unknown"]),
        )
        for row in records(summary[summary["measure"] == outcome.measure])
    ]


def _of_distances(outcome: Outcome) -> list[KeyFigure]:
    known = outcome.layer["distance_m"].dropna()
    if not len(known):
        return []
    longest = texts.both("longest", distance=texts.distances(float(known.max())))
    return [KeyFigure(texts.distances(float(known.median())), texts.both("median_distance"), longest)]


def _of_count(outcome: Outcome) -> list[KeyFigure]:
    counted = outcome.tables["classes"].set_index("class")["rows" if outcome.measure == "rows" else "weight"]
    none, unknown, total = float(counted.iloc[0]), float(counted["unknown"]), math.fsum(counted)
    some = math.fsum(counted.iloc[1:].drop("unknown"))
    label = texts.both("at_least_one", distance=texts.distances(outcome.thresholds[0]))
    detail = _of(some, total, measure_words(outcome, outcome.measure))
    return [KeyFigure(_share(some, total), label, detail, Bar(some, none, unknown))]


def _of_exposure(outcome: Outcome) -> list[KeyFigure]:
    mine = outcome.figures[outcome.figures["measure"] == outcome.measure].set_index("figure")["value"]
    inside, outside, unknown = (float(mine[key]) for key in ("inside", "outside", "unknown"))
    total = inside + outside + unknown
    detail = _of(inside, total, measure_words(outcome, outcome.measure))
    return [KeyFigure(_share(inside, total), texts.both("inside"), detail, Bar(outside, inside, unknown))]


def _of_flood(outcome: Outcome, flood: FloodResult) -> list[KeyFigure]:
    unit = measure_words(outcome, outcome.measure)
    figures = []
    for row in records(flood.summary[flood.summary["measure"] == outcome.measure]):
        label = texts.both("flood_figure", distance=texts.distances(flood.threshold), scenario=row["scenario"])
        counts = {key: texts.number(row[key]) for key in ("lost", "in_zone")}
        detail = texts.both("flood_detail", before=texts.shares(row["covered_share_before"]), unit=unit, **counts)
        bar = Bar(row["covered"], row["lost"] + row["uncovered"], row["unknown"])
        figures.append(KeyFigure(texts.shares(row["covered_share"]), label, detail, bar))
    return figures


def _of_closed(outcome: Outcome, closed: StreetsClosed) -> list[KeyFigure]:
    totals, unit = closed.totals, measure_words(outcome, outcome.measure)
    limit = texts.distances(outcome.thresholds[0]) if outcome.thresholds else None
    label = texts.both("reach_closed") if limit is None else texts.both("within_closed", distance=limit)
    counts = {key: texts.number(totals[key]) for key in ("lost", "total")}
    detail = texts.both("closed_detail", before=texts.shares(totals["covered_share_before"]), unit=unit, **counts)
    bar = Bar(totals["covered"], totals["lost"] + totals["uncovered"], totals["unknown"])
    figures = [KeyFigure(texts.shares(totals["covered_share"]), label, detail, bar)]
    if closed.critical is not None and len(closed.critical):
        worst = records(closed.critical[:1])[0]
        lost = {lang: texts.number(worst["people_lost"]) for lang in texts.LANGUAGES}
        said = texts.both("critical_detail", street=text(worst["name"]) or texts.both("nameless"), unit=unit)
        figures.append(KeyFigure(lost, texts.both("critical_figure"), said))
    return figures


def _of_gaps(outcome: Outcome) -> list[KeyFigure]:
    (row,) = records(outcome.tables["summary"].query("measure == @outcome.measure"))
    places = outcome.tables["places"]
    unit = measure_words(outcome, outcome.measure)
    distance = texts.distances(outcome.thresholds[0])
    label = texts.both("gap_figure", distance=distance, places=texts.number(len(places)))
    largest = float(places["people"].iloc[0]) if len(places) else 0.0
    detail = texts.both("gap_detail", people=texts.number(largest), total=texts.number(row["total"]), unit=unit)
    number = dict.fromkeys(texts.LANGUAGES, texts.number(row["uncovered"]))
    return [KeyFigure(number, label, detail, Bar(row["covered"], row["uncovered"], row["unknown"]))]


def _of_register(outcome: Outcome, register: Inspection) -> list[KeyFigure]:
    rows, errors = register.rows, outcome.layer["errors"]
    figures = []
    graded = register.grades[register.grades["field"] == "compliance"].set_index("grade")
    if len(graded):
        full, unknown = int(graded["rows"]["full"]), int(graded["rows"][NOT_RECORDED])
        detail = _of(full, rows, measure_words(outcome, outcome.measure))
        if "capacity_persons" in graded:
            places = {"part": graded["capacity_persons"]["full"], "total": graded["capacity_persons"].sum()}
            told = texts.both("places_of", **{key: texts.number(each) for key, each in places.items()})
            detail = {lang: f"{detail[lang]}; {told[lang]}" for lang in texts.LANGUAGES}
        bar = Bar(full, rows - full - unknown, unknown)
        figures.append(KeyFigure(_share(full, rows), texts.both("fully_compliant"), detail, bar))
    if "improvement_cost_eur" in register.frame:
        cost = register.improvements["improvement_cost_eur"]
        counts = {"rows": len(cost), "missing": int(cost.isna().sum())}
        detail = texts.both("improvement_detail", **{key: texts.number(each) for key, each in counts.items()})
        value = dict.fromkeys(texts.LANGUAGES, texts.number(float(cost.sum())))
        figures.append(KeyFigure(value, texts.both("improvement_figure"), detail))
    wrong = int((errors > 0).sum())
    severities = register.findings["severity"].value_counts()
    counts = {"rows": wrong, "total": rows, "warnings": int(severities.get("warning", 0))}
    detail = texts.both("to_mend_detail", **{key: texts.number(each) for key, each in counts.items()})
    value = dict.fromkeys(texts.LANGUAGES, texts.number(int(severities.get("error", 0))))
    return [*figures, KeyFigure(value, texts.both("to_mend_figure"), detail, Bar(rows - wrong, wrong, 0))]


def _share(part: float, total: float) -> Words:
    return texts.shares(part / total if total else float("nan"))


def _of(part: float, total: float, unit: Words) -> Words:
    return texts.both("of", part=texts.number(part), total=texts.number(total), unit=unit)


def terminal_lines(assessment: Assessment) -> Iterator[tuple[str, str]]:
    """Return the answers as lines with a style each, in the plan's first language."""
    plan, lang = assessment.plan, assessment.plan.languages[0]
    yield plan.title.get(lang), "bold"
    for outcome in assessment.outcomes:
        yield "", ""
        made_up = plan.illustrative_inputs(outcome.analysis)
        mark = f"  [{texts.say('illustrative', lang)}]" if made_up else ""
        yield outcome.analysis.title.get(lang) + mark, "cyan"
        for figure in key_figures(outcome):
            yield f"  {figure.value[lang]:>9}  {figure.label[lang]}: {figure.detail[lang]}", ""
        if farthest := _farthest(plan, outcome, lang):
            yield f"  {'':>9}  {farthest}", "dim"
        for caveat in caveats(outcome):
            yield f"  {'':>9}  {caveat[lang]}", "dim"
    yield "", ""
    refused = assessment.refused_rows["input"].value_counts(sort=False)
    for name, count in refused.items():
        for key in _refused_mean(plan, str(name)):
            yield texts.say(key, lang, count=count, input=name), "yellow"


def _refused_mean(plan: Plan, name: str) -> list[str]:
    """Return the texts that say what becomes of the refused rows of an input: of zones they are not as of people."""
    roles = {role for each in plan.analyses for role in each.uses if getattr(each, role) == name}
    return ["refused_from"] * bool(roles - set(GROUND)) + ["refused_ground_from"] * bool(roles & set(GROUND))


def _farthest(plan: Plan, outcome: Outcome, lang: str) -> str:
    """Name the rows that nothing covers at the largest distance, the farthest first."""
    if isinstance(outcome.analysis, Gaps):
        places = records(outcome.tables["places"][:NAMED])
        return ", ".join(f"{row['place']}. {text(row['name'])} {texts.number(row['people'])}" for row in places)
    if (
        isinstance(outcome.analysis, Count)
        or outcome.flood is not None
        or outcome.closed is not None
        or not outcome.thresholds
    ):
        return ""
    rows = outcome.not_covered(outcome.thresholds[-1])
    shown = zip(row_labels(plan, outcome, rows[:NAMED]), rows[outcome.cost][:NAMED], strict=True)
    more = texts.say("and_more", lang, count=len(rows) - NAMED) if len(rows) > NAMED else ""
    return ", ".join(f"{name} {outcome.spelt(away)[lang]}" for name, away in shown) + more
