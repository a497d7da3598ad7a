# SPDX-License-Identifier: Apache-2.0
"""What the layers of an assessment, their columns and codes are called: its dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.base.scenarios import scenario_label
from sheltermap.basemap.ground_layers import PREFIX
from sheltermap.dictionary import layers
from sheltermap.page.table import Words, title_words, words_of

if TYPE_CHECKING:
    from sheltermap.questions.kind import Kind
    from sheltermap.questions.outcome import Outcome
    from sheltermap.runs.assessment import Assessment

INPUT = "input_"  #: before the name of an input's layer


def layer_words(assessment: Assessment) -> list[layers.Layer]:
    """Return its layers with their words: the results of each analysis, the inputs, the base map."""
    return [*_results(assessment), *_inputs(assessment), *_ground(assessment)]


def _results(assessment: Assessment) -> Iterator[layers.Layer]:
    plan = assessment.plan
    scenarios = {scenario_label(each.id): title_words(each.title, each.id) for each in plan.scenarios}
    for kind, outcome in assessment.answers():
        given = {str(each) for frame in outcome.context.frames.values() for each in frame.columns}
        title = words_of(kind.title)
        description = texts.both(
            "layer_of_analysis",
            name=kind.name,
            kind=kind.kind,
            plan=words_of(plan.title),
            year=assessment.year,
            sources=_sources(assessment, outcome),
        )
        for name, frame in outcome.layers.items():
            part = _part(kind, name)
            called = title if part is None else texts.both("layer_part", title=title, part=part)
            yield layers.told(name, frame, called, description, analysis=kind.name, given=given, scenarios=scenarios)


def _part(kind: Kind, layer: str) -> Words | None:
    """Return what a layer beside the main one holds."""
    if layer == kind.name:
        return None
    end = layer.removeprefix(f"{kind.name}_")
    key = next((key for key in (f"layer_{kind.kind}_{end}", f"layer_{end}") if key in texts.TEXTS), None)
    return dict.fromkeys(texts.LANGUAGES, end.replace("_", " ")) if key is None else texts.both(key)


def _sources(assessment: Assessment, outcome: Outcome) -> str:
    """Return where the inputs of an answer are from, each once."""
    named = [assessment.plan.inputs[name] for name in outcome.analysis.roles.values() if name in assessment.plan.inputs]
    return "; ".join(dict.fromkeys(each.source or each.said for each in named)) or "–"


def _inputs(assessment: Assessment) -> Iterator[layers.Layer]:
    for name, frame in assessment.frames.items():
        source = assessment.plan.inputs[name]
        said = [source.source or source.said, source.licence, source.attribution]
        note = words_of(source.note) if source.note is not None else {}
        description = {
            lang: ". ".join([*(each.rstrip(".") for each in said if each), *filter(None, [note.get(lang)])])
            for lang in texts.LANGUAGES
        }
        yield layers.told(f"{INPUT}{name}", frame, title_words(source.title, name), description)


def _ground(assessment: Assessment) -> Iterator[layers.Layer]:
    basemap = assessment.basemap
    if basemap is None:
        return
    description = dict.fromkeys(texts.LANGUAGES, basemap.attribution)
    for name, frame in basemap.layers.items():
        key = f"base_{name}"
        words = texts.both(key) if key in texts.TEXTS else dict.fromkeys(texts.LANGUAGES, name.replace("_", " "))
        yield layers.told(f"{PREFIX}{name}", frame, words, description)
