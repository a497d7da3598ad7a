# SPDX-License-Identifier: Apache-2.0
"""What the interactive map of an assessment shows of an answer, in the words of the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.plots import LEGEND, draw_map, legend_handles
from sheltermap.map import VIEWS, Asked, View
from sheltermap.map.middles import Middles
from sheltermap.map.packed_layers import Field, Layer
from sheltermap.map.result_layers import (
    area_fields,
    area_layers,
    cost_field,
    facility_field,
    named_layer,
    reason_text,
    rows_layer,
    state_text,
    value_field,
    words_field,
)
from sheltermap.page.table import title_words

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes

    from sheltermap.drawing.legend import Category
    from sheltermap.questions.outcome import Outcome

# Roles whose rows are answered about, and those that the answer is found among: the first that there is.
ROWS = ("shelters", "demand", "features", "units", "reports")
FACILITIES = ("facilities", "shelters", "stores", "offices")
COSTS = ("distance_m", "duration_s")
# What rows are called where the plan does not say it: those of a question by themselves, never by what they lie near or
# in, others by what they are.
OWN_NAMES = ("name", "feature")
NAMES = ("name", "scenario", "zone", "facility_name", "facility")
NUMBERS = {"depth_m": "depth_m"}  # columns that are told as they are, and the words for them


@dataclass(frozen=True)
class Drawing:
    """How much is drawn, and in which language."""

    lang: str
    most: int | None = None  #: rows that are drawn one by one
    middles: Middles = field(default_factory=Middles)  #: shared by all views of a plan


def drawn(what: str, result: Any, **chosen: Any) -> Callable[[Asked], list[View]]:
    """Return what makes the views of a result, of which `map.VIEWS` names the kind."""
    return partial(VIEWS[what], result, **chosen)


def outcome_views(outcome: Outcome, legend: Callable[[Outcome], list[Category]], how: Drawing) -> list[View]:
    """Return the views of an answer: those of its result, else its rows by `legend` among what the plan names.

    They are titled as the plan titles the question, and their steps as it titles the scenarios. Where rows have no
    place at all there is nothing to see, and no view.
    """
    asked = asked_of(outcome, how)
    views = [_of_rows(outcome, legend(outcome), asked)] if outcome.views is None else outcome.views(asked)
    if how.most is not None and len(outcome.layer) > how.most:
        views = [replace(each, categories=[one.without_rows() for one in each.categories]) for each in views]
        views = [replace(each, draw=partial(_drawn_as_seen, each, how.lang)) for each in views]
    beside = _left_out(outcome, asked)
    name = outcome.analysis.name
    return [
        _titled(replace(each, name=name, layers=[*each.layers, *beside]), outcome, how.lang)
        for each in views
        if _seen(each)
    ]


def _drawn_as_seen(view: View, lang: str) -> Axes:
    """Draw the picture of a view from its layers, in which many rows are few symbols; the legend counts all rows."""
    (rows,) = [each for each in view.layers if each.role == "rows"]
    found = {each.role: geopandas.GeoDataFrame(geometry=each.shapes, crs=4326) for each in view.layers}
    numbers = np.zeros(len(rows.shapes), np.uint8) if rows.category is None else rows.category
    drawn = [replace(each, rows=numbers == number, counted=None) for number, each in enumerate(view.categories)]
    around: dict[str, Any] = {
        "facilities": found.get("facilities"),
        "outlines": found.get("areas"),
        "water": found.get("water"),
    }
    ax = draw_map(found["rows"], drawn, **around, lang=None)
    if handles := legend_handles(view.categories, lang):
        ax.legend(handles=handles, **LEGEND)
    return ax


def asked_of(outcome: Outcome, how: Drawing) -> Asked:
    """Return what an answer's map is asked, as the plan names its inputs and their columns."""
    analysis, context = outcome.analysis, outcome.context
    sources, lang = context.sources, how.lang
    labels = {role: context.labels(role) for role in sources}
    offices = next((role for role in FACILITIES if role in sources), None)
    named_by = {
        "name": _first(labels, ROWS),
        "facility_name": None if offices is None else labels[offices],
        "shelter_name": None if offices is None else labels[offices],
        "candidate_name": labels.get("candidates"),
        "area_name": getattr(analysis, "area_name", None) or labels.get("areas"),
        "zone_name": getattr(analysis, "zone_id", None) or labels.get("zones"),
    }
    ids = {} if offices is None or (own := sources[offices].id) is None else {"facility_name": own, "shelter_name": own}
    called = {"facilities": offices, "areas": "areas", "zones": "zones"}
    titles = {
        role: title_words(sources[given].title, analysis.roles[given])[lang]
        for role, given in called.items()
        if given is not None and given in sources
    }
    return Asked(
        lang,
        analysis.title.get(lang),
        named_by=named_by,
        ids=ids,
        called=titles,
        by_plan=True,
        most=how.most,
        middles=how.middles,
    )


def _first(labels: Mapping[str, str | None], roles: Sequence[str]) -> str | None:
    return next((labels[role] for role in roles if role in labels), None)


def _seen(view: View) -> bool:
    return any(each.present.any() for each in view.layers if each.role == "rows")


def _titled(view: View, outcome: Outcome, lang: str) -> View:
    """Return a view whose step is called as the plan calls the scenario."""
    if view.step not in outcome.context.hazards:
        return view
    step, title = outcome.context.scenario_words(view.step)[lang], outcome.analysis.title.get(lang)
    return replace(view, step=step, title=f"{title}: {step}" if view.group else title)


def _of_rows(outcome: Outcome, categories: list[Category], asked: Asked) -> View:
    """Return the view of rows by category, with what is known of each in words."""
    rows, given = outcome.layer, outcome.context.frames
    answered = _first({role: role for role in given}, ROWS)
    areas = given.get("areas") if answered is not None else None
    facilities = outcome.context.facilities if "facilities" in given else None
    areas_by = asked.names("area_name") if answered is None else None  # then the rows may be the areas
    names = NAMES if answered is None else OWN_NAMES
    own = next((each for each in (asked.names("name"), areas_by, *names) if each in rows), None)
    # Of rows in a file some are drawn, whose people are not all there.
    measure = None if outcome.measure == "rows" or outcome.in_file is not None else outcome.measure
    asked = replace(asked, named_by={**asked.named_by, "name": None})
    layers = [
        *area_layers(areas, asked),
        rows_layer(
            rows, categories, asked, partial(row_fields, rows, categories, asked, facilities), measure=measure, own=own
        ),
    ]
    if facilities is not None and facilities is not rows:
        layers.append(named_layer("facilities", facilities, "facility_name", asked))
    draw = partial(draw_map, rows, categories, facilities=facilities, outlines=areas, lang=asked.lang)
    title = asked.title or ""
    if outcome.in_file is not None:
        counts = {"shown": texts.number(len(rows)), "rows": texts.number(outcome.in_file.streamed.rows)}
        title = texts.say("some_drawn", asked.lang, title=title, **counts)
    return View(title, layers, categories, draw)


def row_fields(
    rows: GeoDataFrame, categories: Sequence[Category], asked: Asked, facilities: GeoDataFrame | None = None
) -> list[Field]:
    """Return what is known of every row of a layer, from the columns that mean the same in all layers."""
    state: list[str | None] = [None] * len(rows)
    for each in reversed(categories):  # of several that hold, the first counts
        word = state_text(each.label, asked)
        for row in np.flatnonzero(each.rows):
            state[row] = word
    fields = [Field(asked.says("state"), state)]
    fields += [cost_field(rows[each], asked) for each in COSTS if each in rows]
    if "facility" in rows and facilities is not None:
        fields.append(facility_field("nearest_facility", rows["facility"], facilities, asked))
    fields += [value_field(word, rows[each], asked) for each, word in NUMBERS.items() if each in rows]
    if "reason" in rows:
        said = [reason_text(texts.why_key(each) if isinstance(each, str) else each, asked) for each in rows["reason"]]
        fields.append(Field(asked.says("reason"), said))
    return [*fields, *area_fields(rows, asked)]


def _left_out(outcome: Outcome, asked: Asked) -> list[Layer]:
    """Return the facilities that the plan does not count, hollow, each with the reason."""
    unused: GeoDataFrame | None = outcome.context.unused
    if unused is None or not len(unused):
        return []
    told = [words_field("reason", unused["unused_reason"], "unused_{}", asked)]
    called = {**asked.called, "facilities": f"{asked.called['facilities']}: {asked.says('unused_layer')}"}
    hollow = np.zeros(len(unused), dtype=bool)
    return [named_layer("facilities", unused, "facility_name", replace(asked, called=called), told, usable=hollow)]
