# SPDX-License-Identifier: Apache-2.0
"""What the report says about each analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sheltermap.base import texts
from sheltermap.base.standards import Standard
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.picture import MapPicture
from sheltermap.page.table import Table, Words, title_words, words_of
from sheltermap.plans.plan import Plan
from sheltermap.questions.maps import Underlay
from sheltermap.questions.outcome import Outcome

if TYPE_CHECKING:
    from sheltermap.questions.kind import Kind
    from sheltermap.questions.scenario_sources import ScenarioSource
    from sheltermap.questions.sources import Input, RasterSource
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
    ground = _ground(assessment)
    return [_section(assessment.plan, analysis, outcome, ground) for analysis, outcome in assessment.answers()]


def _section(plan: Plan, analysis: Kind, outcome: Outcome, ground: Underlay) -> Section:
    made_up = plan.made_up(analysis)
    attribution = "; ".join(plan.attributions(analysis))
    return Section(
        analysis.name,
        words_of(analysis.title),
        analysis.key_figures(outcome),
        caveats(outcome),
        _notes(plan, analysis, outcome),
        list(outcome.context.standards.values()),
        texts.both("illustrative_figure", inputs=titles_of(made_up)) if made_up else None,
        [replace(each, attribution=attribution) for each in analysis.pictures(outcome, ground)],
        [table for table in analysis.tables(outcome) if table is not None],
    )


def _ground(assessment: Assessment) -> Underlay:
    """Return what to draw under maps: the base map, and the areas of another analysis under one that names none."""
    areas = (outcome.context.frames.get("areas") for outcome in assessment.outcomes)
    return Underlay(next((frame for frame in areas if frame is not None), None), assessment.basemap)


def titles_of(data: list[tuple[str, Input | RasterSource]]) -> Words:
    """Return the titles of inputs and rasters, one after another."""
    titles = [title_words(source.title, name) for name, source in data]
    return {lang: "; ".join(title[lang] for title in titles) for lang in texts.LANGUAGES}


def input_title(plan: Plan, name: str) -> Words:
    """Return what the plan calls an input."""
    return title_words(plan.inputs[name].title, name)


def network_title(plan: Plan, name: str) -> Words:
    """Return what the plan calls a network."""
    return title_words(plan.networks[name].title, name)


def table_title(plan: Plan, name: str) -> Words:
    """Return what the plan calls a table of costs."""
    return title_words(plan.tables[name].title, name)


def raster_title(plan: Plan, name: str) -> Words:
    """Return what the plan calls a raster."""
    return title_words(plan.rasters[name].title, name)


def raster_holds(holds: str) -> Words:
    """Return what the cells of a raster hold in words; what has none yet as the plan says it."""
    key = f"holds_{holds}"
    return texts.both(key) if key in texts.TEXTS else dict.fromkeys(texts.LANGUAGES, holds)


NETWORK_CAVEATS = ("points_missing", "areas_left_out", "areas_gone_round", "ends_unjoined", "crossings_unjoined")


def caveats(outcome: Outcome) -> list[Words]:
    """Return what the key figures leave out."""
    context, note = outcome.context, outcome.analysis.note
    said = [] if note is None else [words_of(note)]
    if missing := len(outcome.without_weight()):
        said.append(texts.both("weight_missing", rows=texts.number(missing), measure=outcome.measure))
    if context.unused is not None:
        used = int(context.unused["unused_reason"].count())
        said.append(texts.both("unused_facilities", count=texts.number(used)))
    for word in ("use_unsaid", "counted_out_of_use"):
        said += [texts.both(word, count=texts.number(count))] if (count := getattr(context, word)) else []
    refused = context.facilities_refused
    for word, count in (("lower_bound", context.facilities_without_place - refused), ("facilities_refused", refused)):
        said += [texts.both(word, count=texts.number(count))] if count else []
    said += [texts.both(word, count=texts.number(count)) for word, count in context.ground_without_place.items()]
    if context.facilities_not_snapped:
        said.append(texts.both("facilities_not_snapped", count=texts.number(context.facilities_not_snapped)))
    if context.streets is not None:
        said += network_caveats(dict(context.streets.summary))
    if moved := context.moved_from_fragments:
        told = {"count": texts.number(len(moved)), "far": texts.distances(max(moved))}
        said.append(texts.both("moved_from_fragments", **told))
    return said


def _unconfirmed(hazards: Mapping[str, ScenarioSource], names: Mapping[str, Words]) -> list[Words]:
    """Return a note for each status but "confirmed", with the scenarios that have it."""
    by_status: dict[str, list[str]] = {}
    for name, each in hazards.items():
        if each.status != "confirmed":
            by_status.setdefault(each.status, []).append(name)
    return [
        texts.Note.of("scenario_status", {"titles": ids}, status=texts.both(status)).called(names).words
        for status, ids in by_status.items()
    ]


def network_caveats(told: Mapping[str, Any]) -> list[Words]:
    """Return what a network leaves out, from its summary."""
    return [texts.both(each, count=texts.number(told[each])) for each in NETWORK_CAVEATS if told[each]]


def _notes(plan: Plan, analysis: Kind, outcome: Outcome) -> list[Words]:
    """Return what a reader of the map and tables has to know, from the data and from the plan."""
    notes, hazards = caveats(outcome), outcome.context.hazards
    if outcome.cost in outcome.layer.columns and outcome.layer[outcome.cost].notna().any():
        known = outcome.layer[outcome.cost].dropna()
        spread = {"median": float(known.median()), "longest": float(known.max())}
        said = "durations" if outcome.in_time else "distances"
        notes.insert(0, texts.both(said, **{key: outcome.spelt(each) for key, each in spread.items()}))
    said_in_words = {each["en"] for each in notes}
    names = {name: texts.both("scenario_named", title=outcome.context.scenario_words(name)) for name in hazards}
    found = [note.called(names) if isinstance(note, texts.Note) else note for note in outcome.notes]
    notes += [texts.words_of_note(note) for note in found if note not in said_in_words]
    if outcome.context.streets is not None:
        direction = getattr(analysis, "direction", "to")
        notes.append(texts.both(f"along_{direction}", profile=texts.both(f"profile_{outcome.context.streets.profile}")))
    by = getattr(analysis, "by", None)
    if by in plan.tables:
        notes.append(texts.both("by_table", title=table_title(plan, by)))
    notes += _unconfirmed(hazards, names)
    told = [source.note for _, source in plan.data_of(analysis)]
    told += [each.note for each in hazards.values()]
    told += [] if by is None else [plan.way(by).note]
    return notes + [words_of(note) for note in told if note is not None]
