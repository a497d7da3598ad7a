# SPDX-License-Identifier: Apache-2.0
"""What the report says about each analysis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.base.standards import Standard
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.picture import MapPicture
from sheltermap.page.table import Table, Words, words_of
from sheltermap.plans.plan import Plan
from sheltermap.questions.maps import Underlay
from sheltermap.questions.outcome import Outcome
from sheltermap.report.titles import table_title, titles_of
from sheltermap.report.told_columns import without_empty
from sheltermap.report.unknowns import Unknown, Unknowns, unknowns
from sheltermap.report.whence import Whence, whence

if TYPE_CHECKING:
    from sheltermap.questions.kind import Kind
    from sheltermap.runs.assessment import Assessment


@dataclass(frozen=True)
class Section:
    """One analysis in the report."""

    name: str
    title: Words
    lines: list[KeyFigure]
    notes: list[Words]  #: that hold for it alone
    unknown: list[Unknown]  #: said on the first page
    data: list[str]  #: the inputs and rasters that it reads, by name
    standards: list[Standard]
    illustrative: Words | None
    maps: list[MapPicture]
    tables: list[Table] = field(default_factory=list)
    whence: list[Whence] = field(default_factory=list)  #: where its figures come from


def sections(assessment: Assessment) -> tuple[list[Section], Unknowns]:
    """Return what the report says about each analysis of an assessment, and what is not known, said once for all."""
    ground = _ground(assessment)
    notes = {analysis.name: list(_notes(analysis, outcome)) for analysis, outcome in assessment.answers()}
    said = unknowns(assessment, notes)
    shown: list[tuple[Words, Table]] = []
    found = []
    for analysis, outcome in assessment.answers():
        section = _section(assessment.plan, analysis, outcome, ground)
        own = [*_ways(assessment.plan, analysis, outcome)]
        own += [words for words in notes[analysis.name] if not said.has(words)]
        tables = [_once(table, section.title, shown) for table in section.tables]
        found.append(replace(section, notes=own, unknown=said.of(analysis.name), tables=tables))
    return found, said


def _section(plan: Plan, analysis: Kind, outcome: Outcome, ground: Underlay) -> Section:
    made_up = plan.made_up(analysis)
    attribution = "; ".join(plan.attributions(analysis))
    return Section(
        analysis.name,
        words_of(analysis.title),
        analysis.key_figures(outcome),
        [],
        [],
        list(dict.fromkeys(name for name, _ in plan.data_of(analysis))),
        list(outcome.context.standards.values()),
        texts.both("illustrative_figure", inputs=titles_of(made_up)) if made_up else None,
        [replace(each, attribution=attribution) for each in analysis.pictures(outcome, ground)],
        [without_empty(table) for table in analysis.tables(outcome) if table is not None],
        whence(plan, analysis, outcome),
    )


def _once(table: Table, title: Words, shown: list[tuple[Words, Table]]) -> Table:
    """Return a table, or where an earlier section shows the same, only where."""
    earlier = next((where for where, other in shown if table.rows and other == table), None)
    shown.append((title, table))
    if earlier is None:
        return table
    return Table(table.title, [], [], texts.both("briefing_same_table", title=earlier))


def _ground(assessment: Assessment) -> Underlay:
    """Return what to draw under maps: the base map, and the areas of another analysis under one that names none."""
    areas = (outcome.context.frames.get("areas") for outcome in assessment.outcomes)
    return Underlay(next((frame for frame in areas if frame is not None), None), assessment.basemap)


def _ways(plan: Plan, analysis: Kind, outcome: Outcome) -> Iterator[Words]:
    """Give how far it is to the nearest, or how long the way takes, and along which ways."""
    spread = _spread(outcome)
    if spread:
        said = "durations" if outcome.in_time else "distances"
        yield texts.both(said, **{key: outcome.spelt(each) for key, each in spread.items()})
    if outcome.context.streets is not None:
        direction = getattr(analysis, "direction", "to")
        yield texts.both(f"along_{direction}", profile=texts.both(f"profile_{outcome.context.streets.profile}"))
    by = getattr(analysis, "by", None)
    if by in plan.tables:
        yield texts.both("by_table", title=table_title(plan, by))


def _spread(outcome: Outcome) -> dict[str, float]:
    """Return the median and the longest of its costs; nothing where no row has one."""
    if outcome.in_file is not None:
        _, median, longest = outcome.in_file.costs(outcome.cost)
        return {} if median is None or longest is None else {"median": median, "longest": longest}
    if outcome.cost not in outcome.layer.columns or not outcome.layer[outcome.cost].notna().any():
        return {}
    known = outcome.layer[outcome.cost].dropna()
    return {"median": float(known.median()), "longest": float(known.max())}


def _notes(analysis: Kind, outcome: Outcome) -> Iterator[Words]:
    """Give what a reader of the map and tables has to know, from the data and from the plan."""
    hazards = outcome.context.hazards
    if analysis.note is not None:
        yield words_of(analysis.note)
    if outcome.context.unused is not None:
        yield texts.counted("unused_facilities", int(outcome.context.unused["unused_reason"].count()))
    names = {name: texts.both("scenario_named", title=outcome.context.scenario_words(name)) for name in hazards}
    for note in outcome.notes:
        yield texts.words_of_note(note.called(names) if isinstance(note, texts.Note) else note)
    yield from (words_of(each.note) for each in hazards.values() if each.note is not None)
