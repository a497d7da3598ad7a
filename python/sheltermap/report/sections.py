# SPDX-License-Identifier: Apache-2.0
"""What the report says about each analysis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sheltermap.base import texts
from sheltermap.base.standards import Standard
from sheltermap.plans.kinds import Analysis, Count, Exposure, Flood, Gaps
from sheltermap.plans.plan import Plan
from sheltermap.report import cut_off_tables, flood_tables, gap_tables, register_tables, tables
from sheltermap.report.key_figures import KeyFigure, caveats, key_figures
from sheltermap.report.picture import MapPicture, map_pictures, title_words
from sheltermap.report.tables import Table, Words
from sheltermap.runs.outcomes import Outcome

if TYPE_CHECKING:
    from sheltermap.runs.assessment import Assessment


@dataclass(frozen=True)
class Section:
    """One analysis in the report."""

    name: str
    title: Words
    lines: list[KeyFigure]
    caveats: list[Words]  #: what has to stand beside its key figures
    notes: list[Words]
    standards: list[Standard]
    illustrative: Words | None
    maps: list[MapPicture]
    tables: list[Table] = field(default_factory=list)


def sections(assessment: Assessment) -> list[Section]:
    """Return what the report says about each analysis of an assessment."""
    return [_section(assessment, outcome) for outcome in assessment.outcomes]


def _section(assessment: Assessment, outcome: Outcome) -> Section:
    plan, analysis = assessment.plan, outcome.analysis
    facilities = getattr(analysis, "facilities", None)
    made_up = plan.illustrative_inputs(analysis)
    return Section(
        analysis.name,
        title_words(analysis),
        key_figures(outcome),
        caveats(outcome),
        _notes(plan, outcome),
        _standards(plan, analysis),
        texts.both("illustrative_figure", inputs=input_titles(plan, made_up)) if made_up else None,
        map_pictures(assessment, outcome, None if facilities is None else input_title(plan, facilities)),
        [table for table in _tables(plan, outcome) if table is not None],
    )


def input_titles(plan: Plan, names: list[str]) -> Words:
    """Return the titles of inputs, one after another."""
    titles = [input_title(plan, name) for name in names]
    return {lang: "; ".join(title[lang] for title in titles) for lang in texts.LANGUAGES}


def input_title(plan: Plan, name: str) -> Words:
    """Return what the plan calls an input."""
    title = plan.inputs[name].title
    return dict.fromkeys(texts.LANGUAGES, name) if title is None else _words(title)


def network_title(plan: Plan, name: str) -> Words:
    """Return what the plan calls a network."""
    title = plan.networks[name].title
    return dict.fromkeys(texts.LANGUAGES, name) if title is None else _words(title)


def _words(text: Any) -> Words:
    return {lang: text.get(lang) for lang in texts.LANGUAGES}


def _tables(plan: Plan, outcome: Outcome) -> list[Table | None]:
    if outcome.register is not None:
        return register_tables.tables_of(outcome)
    supply = tables.unused_table(plan, outcome)
    if isinstance(outcome.analysis, Count):
        return [tables.class_table(outcome), supply]
    if isinstance(outcome.analysis, Exposure):
        return [tables.zone_table(outcome)]
    if isinstance(outcome.analysis, Flood):
        return [*flood_tables.tables_of(plan, outcome), supply]
    if outcome.closed is not None:
        return [*cut_off_tables.tables_of(outcome, outcome.closed), tables.unweighted_table(plan, outcome), supply]
    if isinstance(outcome.analysis, Gaps):
        return [*gap_tables.tables_of(plan, outcome), supply]
    if not outcome.thresholds:
        return [supply]
    return [
        tables.distance_table(outcome),
        *tables.area_tables(outcome),
        tables.not_covered_table(plan, outcome),
        tables.reasons_table(outcome),
        tables.borderline_table(plan, outcome),
        tables.unweighted_table(plan, outcome),
        supply,
    ]


def _notes(plan: Plan, outcome: Outcome) -> list[Words]:
    """Return what a reader of the map and tables has to know, from the data and from the plan."""
    notes = caveats(outcome)
    if outcome.cost in outcome.layer.columns and outcome.layer[outcome.cost].notna().any():
        known = outcome.layer[outcome.cost].dropna()
        spread = {"median": float(known.median()), "longest": float(known.max())}
        said = "durations" if outcome.in_time else "distances"
        notes.insert(0, texts.both(said, **{key: outcome.spelt(each) for key, each in spread.items()}))
    said_in_words = {each["en"] for each in notes}
    notes += [dict.fromkeys(texts.LANGUAGES, note) for note in outcome.notes if note not in said_in_words]
    if outcome.by is not None:
        direction = getattr(outcome.analysis, "direction", "to")
        notes.append(texts.both(f"along_{direction}", profile=texts.both(f"profile_{outcome.by.profile}")))
    names = dict.fromkeys(getattr(outcome.analysis, key) for key in outcome.analysis.uses)
    sources = [plan.inputs[name] for name in names if name is not None]
    by = getattr(outcome.analysis, "by", None)
    told = [source.note for source in sources] + ([] if by is None else [plan.networks[by].note])
    return notes + [_words(note) for note in told if note is not None]


def _standards(plan: Plan, analysis: Analysis) -> list[Standard]:
    named = getattr(analysis, "standards", None) or [getattr(analysis, "standard", None)]
    return [plan.standard(each) for each in named if each is not None]
