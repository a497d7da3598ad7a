# SPDX-License-Identifier: Apache-2.0
"""What the figures of an analysis leave out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sheltermap.base import texts
from sheltermap.page.table import Words, title_words, words_of

if TYPE_CHECKING:
    from sheltermap.questions.outcome import Outcome
    from sheltermap.questions.scenario_sources import ScenarioSource

NETWORK_CAVEATS = ("points_missing", "areas_left_out", "areas_gone_round", "ends_unjoined", "crossings_unjoined")


def caveats(outcome: Outcome) -> list[Words]:
    """Return what has to stand beside the key figures: the plan's note, what does not count, what is not known."""
    note, unused = outcome.analysis.note, outcome.context.unused
    said = [] if note is None else [words_of(note)]
    if unused is not None:
        said.append(texts.counted("unused_facilities", int(unused["unused_reason"].count())))
    said += unknown_of(outcome)
    streets = outcome.context.streets
    return said + ([] if streets is None else network_caveats(dict(streets.summary)))


def unknown_of(outcome: Outcome) -> list[Words]:
    """Return what is not known of its inputs, for which the figures may be better or worse than shown."""
    context, said = outcome.context, []
    if missing := len(outcome.without_weight()):
        said.append(texts.counted("weight_missing", missing, measure=outcome.measure))
    for word in ("use_unsaid", "counted_out_of_use"):
        said += [texts.both(word, count=texts.number(count))] if (count := getattr(context, word)) else []
    refused = context.facilities_refused
    for word, count in (("lower_bound", context.facilities_without_place - refused), ("facilities_refused", refused)):
        said += [texts.counted(word, count)] if count else []
    said += [texts.both(word, count=texts.number(count)) for word, count in context.ground_without_place.items()]
    if context.facilities_not_snapped:
        said.append(texts.counted("facilities_not_snapped", context.facilities_not_snapped))
    if moved := context.moved_from_fragments:
        said.append(texts.counted("moved_from_fragments", len(moved), far=texts.distances(max(moved))))
    return said


def network_caveats(told: Mapping[str, Any]) -> list[Words]:
    """Return what a network leaves out, from its summary."""
    return [texts.counted(each, int(told[each])) for each in NETWORK_CAVEATS if told[each]]


def unconfirmed(hazards: Mapping[str, ScenarioSource]) -> list[Words]:
    """Return a note for each status but "confirmed", with the scenarios that have it."""
    by_status: dict[str, list[str]] = {}
    for name, each in hazards.items():
        if each.status != "confirmed":
            by_status.setdefault(each.status, []).append(name)
    names = {name: texts.both("scenario_named", title=title_words(each.title, name)) for name, each in hazards.items()}
    return [
        texts.Note.of("scenario_status", {"titles": ids}, status=texts.both(status)).called(names).words
        for status, ids in by_status.items()
    ]
