# SPDX-License-Identifier: Apache-2.0
"""Where those who are not covered live, as places to act on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pandas as pd
from pydantic import Field

from sheltermap.analyses.coverage import FIGURES as COVERAGE
from sheltermap.base import texts
from sheltermap.base.limits import Limit
from sheltermap.base.standards import PositiveMetres
from sheltermap.drawing.legend import Category, gap_categories, place_categories
from sheltermap.map.coverage_page import place_views
from sheltermap.page.key_figure import KeyFigure, share_of
from sheltermap.page.table import Bar, Table, text
from sheltermap.questions import coverage_tables, row_tables
from sheltermap.questions.covering import Covering, coverage_frames
from sheltermap.questions.covering_findings import of_limit
from sheltermap.questions.figures import NOT_COVERED, coverage_figures, place_of, records, threshold_of
from sheltermap.questions.keys import OneLimit
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.place_names import with_place_names
from sheltermap.questions.place_tables import people_by, places_table
from sheltermap.questions.question import Figure
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import TOLD, measure_words
from sheltermap.questions.sources import NonEmpty

if TYPE_CHECKING:
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.finding import Finding


@register
class Gaps(Covering, OneLimit):
    """Where those who are not covered live, as places to act on."""

    uses: ClassVar = {"demand": ("weight", "groups"), "facilities": (), "areas": ("area_name",)}
    figure_names: ClassVar = (*COVERAGE, NOT_COVERED, "in_place")
    beside: ClassVar = ("places",)
    traced: ClassVar = "places"

    kind: Literal["gaps"]
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)
    join_distance_m: PositiveMetres = 1000.0

    def run(self, context: Context) -> Outcome:
        """Join the rows that are not covered into places."""
        (threshold,) = context.thresholds
        result = self.covered(context)
        joined: dict[str, Any] = {"join_distance_m": self.join_distance_m}
        places = result.gaps(threshold, name=context.labels("demand"), **joined)
        numbers = result.gap_rows(threshold, **joined)["place"]
        layer = result.rows.assign(place=numbers.astype("Int64").reindex(result.rows.index))
        places = context.with_facility_name(with_place_names(places, context))
        tables = coverage_frames(result) | {"places": places}
        tables["parts"] = result.gap_parts(threshold, **joined)
        found = coverage_figures(self, tables) + self._of_places(tables["parts"], threshold)
        layer = context.with_facility_name(layer)
        views = partial(place_views, result, limit=threshold, places=places, number=numbers)
        return Outcome(self, context, layer, found, tables, {"places": places}, result.notes, views=views)

    def _of_places(self, parts: pd.DataFrame, threshold: Limit) -> list[Figure]:
        """Return the people of every place by its number, in each area that it lies in."""
        figures = []
        by = "area" if "area" in parts else None
        for place, area, people in people_by(parts, by):
            where = {"category": str(place)} | threshold_of(threshold)
            where |= {} if by is None else place_of(area)
            figures.append(self.figure("in_place", people, measure=self.measure, **where))
        return figures

    def source(self, asked: Asked) -> Source:
        """Count people by whether they are within the limit, or by their place."""
        return asked.people(asked.told("place", asked.category)) if asked.name == "in_place" else super().source(asked)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw the places with most people by number."""
        return gap_categories(outcome.layer, outcome.thresholds[0])

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw the places by number, those of most people dark."""
        return {"places": place_categories(outcome.beside["places"])}

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell how many are not covered, in how many places, and the largest."""
        summary, places = outcome.tables["summary"], outcome.tables["places"]
        (row,) = records(summary[summary["measure"] == outcome.measure])
        unit = measure_words(outcome, outcome.measure)
        distance = texts.distances(outcome.thresholds[0])
        label = texts.both("gap_figure", distance=distance, places=texts.number(len(places)))
        largest = float(places["people"].iloc[0]) if len(places) else 0.0
        detail = texts.both("gap_detail", people=texts.number(largest), total=texts.number(row["total"]), unit=unit)
        number = dict.fromkeys(texts.LANGUAGES, texts.number(row["uncovered"]))
        return [KeyFigure(number, label, detail, Bar(row["covered"], row["uncovered"], row["unknown"]))]

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say how many are not covered, in how many places, and where most are."""
        summary, places = outcome.tables["summary"], outcome.tables["places"]
        (row,) = records(summary[summary["measure"] == outcome.measure])
        if not len(places):
            return super().findings(outcome)
        told: dict[str, Any] = {key: texts.number(row[key]) for key in ("uncovered", "total")}
        told |= {"unit": measure_words(outcome, outcome.measure), "limit": texts.distances(outcome.thresholds[0])}
        told |= {"share": share_of(row["uncovered"], row["total"]), "name": text(places["name"].iloc[0])}
        told["people"] = texts.number(float(places["people"].iloc[0]))
        return [of_limit(outcome, texts.counted("finding_gaps", len(places), **told), outcome.thresholds[0])]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell the places to act on, and how they sum."""
        return [
            places_table(outcome, outcome.thresholds[0], texts.both("gaps"), f"{self.name}_places"),
            coverage_tables.distance_table(outcome),
            *coverage_tables.area_tables(outcome)[:1],
            coverage_tables.reasons_table(outcome),
            row_tables.unweighted_table(outcome),
            row_tables.unused_table(outcome),
        ]

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the places with most people."""
        places = records(outcome.tables["places"][:TOLD])
        return ", ".join(f"{row['place']}. {text(row['name'])} {texts.number(row['people'])}" for row in places)
