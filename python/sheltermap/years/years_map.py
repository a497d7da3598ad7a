# SPDX-License-Identifier: Apache-2.0
"""The interactive map of two years: each as it was, and what changed, as steps of one question."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.drawing.legend import coverage_categories
from sheltermap.drawing.plots import draw_map
from sheltermap.map import Asked, Map, View
from sheltermap.map.result_layers import area_layers, named_layer, rows_layer
from sheltermap.page.table import title_words, words_of
from sheltermap.questions.views import row_fields
from sheltermap.years.pages import change_categories, changed_rows, first_threshold

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.drawing.legend import Category
    from sheltermap.questions.kind import Kind
    from sheltermap.years.comparison import Comparison
    from sheltermap.years.earlier import Recorded


def years_map(change: Comparison, *, lang: str, context: BasemapSource | None) -> Map:
    """Return the map of a comparison; `Comparison.explore` says what the parameters mean."""
    plan = change.after.plan
    views = [view for analysis in plan.analyses for view in _steps(change, analysis, lang)]
    if not views:
        raise ValueError("no analysis of both years tells row by row who is covered, so there is no map of the change")
    return Map(texts.both("map_change", title=words_of(plan.title))[lang], views, lang=lang, context=context)


def _steps(change: Comparison, analysis: Kind, lang: str) -> list[View]:
    rows = changed_rows(change, analysis)
    if rows is None:
        return []
    changed = change.after, rows, change_categories(rows), texts.say("change", lang)
    return [_view(analysis, *each, lang) for each in (*_as_they_were(change, analysis), changed)]


def _as_they_were(change: Comparison, analysis: Kind) -> list[tuple[Recorded, GeoDataFrame, list[Category], str]]:
    """Return the rows of both years, the later first, each by whether they were covered."""
    found = []
    for year in (change.after, change.before):
        threshold, layer = first_threshold(year, analysis.name), year.layers[analysis.name]
        assert threshold is not None  # else nothing would be known of what changed
        found.append((year, layer, coverage_categories(layer, [threshold]), str(year.year)))
    return found


def _view(analysis: Kind, year: Recorded, rows: GeoDataFrame, categories: list[Category], step: str, lang: str) -> View:
    title = analysis.title.get(lang)
    same = next(each for each in year.plan.analyses if each.name == analysis.name)
    sources = {role: year.plan.inputs[name] for role, name in same.roles.items()}
    frames = {role: year.frames[name] for role, name in same.roles.items()}
    labels = {role: each.name or each.id for role, each in sources.items()}
    asked = Asked(
        lang,
        named_by={"facility_name": labels.get("facilities"), "area_name": getattr(same, "area_name", None)},
        called={
            role: title_words(sources[role].title, same.roles[role])[lang]
            for role in ("facilities", "areas")
            if role in sources
        },
        by_plan=True,
    )
    measure = None if same.measure == "rows" else same.measure
    layers = area_layers(frames.get("areas"), asked)
    layers.append(
        rows_layer(
            rows,
            categories,
            asked,
            partial(row_fields, rows, categories, asked),
            measure=measure,
            own=labels.get("demand"),
        )
    )
    facilities = frames.get("facilities")
    layers += [] if facilities is None else [named_layer("facilities", facilities, "facility_name", asked)]
    draw = partial(draw_map, rows, categories, facilities=facilities, outlines=frames.get("areas"), lang=lang)
    return View(f"{title}: {step}", layers, categories, draw, title, step)
