# SPDX-License-Identifier: Apache-2.0
"""Questions of who is covered within limits: `sheltermap.coverage` for the inputs of a plan."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

import sheltermap as sm
from sheltermap.analyses.coverage import FIGURES as COVERAGE
from sheltermap.base import texts
from sheltermap.drawing.legend import Category, Look, coverage_categories
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.table import Table
from sheltermap.questions import coverage_tables, row_tables
from sheltermap.questions.covering_findings import coverage_finding, last_limit, places_step
from sheltermap.questions.facility_tables import nearest_for_table
from sheltermap.questions.figures import (
    DISTANCES,
    DURATIONS,
    NOT_COVERED,
    cost_figures,
    coverage_figures,
    figures_of_costs,
)
from sheltermap.questions.in_blocks import coverage_in_blocks
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import AlongStreets, ByArea, Reaching
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.place_names import with_place_names
from sheltermap.questions.place_tables import places_table
from sheltermap.questions.shared_sources import cost_source, covered_source
from sheltermap.questions.views import drawn

if TYPE_CHECKING:
    from sheltermap.analyses.coverage import Coverage
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.finding import Finding, Step


COST_FIGURES = tuple(name for name in (*DISTANCES, *DURATIONS) if name != "rows")
JOINED_M = (1000.0, 250.0, 50.0)  # rows so near each other are one place; the first that tells places apart
MANY = 100  # rows of a place that is no longer one, if it has most of the people
MOST_APART = 20_000  # rows that are joined more narrowly, if need be
TOLD_BY_SHARE = ("covered", "uncovered", "unknown", NOT_COVERED, "in_place")


class Covering(AlongStreets, Reaching, ByArea):
    """Who is covered within limits, and why the others are not."""

    figure_names: ClassVar[tuple[str, ...]] = (*COVERAGE, NOT_COVERED, *DISTANCES, *DURATIONS)
    explained: ClassVar = "covered"

    def covered(self, context: Context, **also: Any) -> Coverage:
        """Return the coverage of its demand; `also` are further arguments of `sheltermap.coverage`."""
        return sm.coverage(context.frames["demand"], **self._sides(context), **also)

    def _sides(self, context: Context) -> dict[str, Any]:
        """Return the arguments of `sheltermap.coverage` that its keys and inputs are, but the demand."""
        return {
            "facilities": context.facilities,
            "thresholds": context.thresholds,
            "by": context.network,
            "direction": self.direction,
            "weight": getattr(self, "weight", None),
            "groups": tuple(getattr(self, "groups", ())),
            "areas": context.frames.get("areas"),
            "area_name": self.area_name,
            "facility_id": context.sources["facilities"].id,
            "unused": context.unused,
        }

    def run(self, context: Context) -> Outcome:
        """Answer within its limits."""
        person, error_m = getattr(self, "person", None), getattr(self, "position_error_m", None)
        cost = context.thresholds[0].cost_column
        if "demand" in context.large:
            sides = self._sides(context) | {"position_error_m": error_m}
            result, in_file = coverage_in_blocks(context.large["demand"], self.name, sides)
            layer, tables = context.with_facility_name(result.rows), coverage_frames(result)
            found = coverage_figures(self, tables)
            found += figures_of_costs(self, cost, in_file.streamed.rows, *in_file.costs(cost))
        else:
            result, in_file = self.covered(context, person=person, position_error_m=error_m), None
            layer = context.with_facility_name(result.rows)
            tables = coverage_frames(result) | self._places(context, result)
            found = coverage_figures(self, tables) + cost_figures(self, layer, cost)
        views = None if in_file is not None else drawn("coverage", result)
        return Outcome(self, context, layer, found, tables, notes=result.notes, in_file=in_file, views=views)

    def _places(self, context: Context, result: Coverage) -> dict[str, pd.DataFrame]:
        """Return the places of those beyond the last limit, where there are any and a person has one row only.

        Where one place would hold most of them, as in a city, only rows that are nearer are joined.
        """
        limit = last_limit(result.summary, context.thresholds, self.measure)
        if limit is None or getattr(self, "person", None) is not None:
            return {}
        named = {"name": context.labels("demand")}
        for join_m in JOINED_M:
            places = result.gaps(limit, join_distance_m=join_m, **named)
            tells_apart = places["people"].iloc[0] <= places["people"].sum() / 2 or places["rows"].iloc[0] <= MANY
            if tells_apart or places["rows"].sum() > MOST_APART:
                break
        parts = result.gap_parts(limit, join_distance_m=join_m)
        joined = pd.DataFrame({"distance_m": [join_m]})
        return {
            "places": context.with_facility_name(with_place_names(places, context)),
            "parts": parts,
            "joined": joined,
        }

    def judged(self) -> tuple[Judged, ...]:
        """Fewer covered is worse; so is a longer way, beside that."""
        share = Judged("covered_share", "lower", "coverage_fell", stands_for=TOLD_BY_SHARE)
        return (share, *(Judged(name, "higher", "detail_worse") for name in COST_FIGURES))

    def source(self, asked: Asked) -> Source:
        """Count people by whether they are within a limit, or rows by how far they have it."""
        return cost_source(asked) if asked.name in (*DISTANCES, *DURATIONS) else covered_source(asked)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by the first limit that is met."""
        categories = partial(coverage_categories, thresholds=outcome.thresholds)
        if outcome.in_file is None:
            return categories(outcome.layer)
        states = [f"within_{limit.label}" for limit in outcome.thresholds]
        return outcome.in_file.counted(categories(outcome.layer), categories, states, outcome.cost)

    def looks(self, outcome: Outcome) -> dict[str, list[Look]]:
        """Draw rows by all limits, and by each alone."""
        if len(outcome.thresholds) < 2:
            return {}
        of_all = Look("", texts.both("qgis_all_limits"), self.legend(outcome))
        each = [
            Look(
                limit.label,
                texts.both("within", distance=texts.distances(limit)),
                coverage_categories(outcome.layer, [limit]),
            )
            for limit in outcome.thresholds
        ]
        return {self.name: [of_all, *each]}

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell the share covered within each limit."""
        return coverage_tables.coverage_key_figures(outcome)

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell it by limit and by area, name who is not covered, and why."""
        if outcome.in_file is not None:  # of which only the sums are at hand
            sums = [coverage_tables.distance_table(outcome), *coverage_tables.area_tables(outcome)]
            return [*sums, coverage_tables.reasons_table(outcome), row_tables.unused_table(outcome)]
        return [
            coverage_tables.distance_table(outcome),
            *coverage_tables.area_tables(outcome),
            nearest_for_table(outcome),
            *self._not_covered(outcome),
            coverage_tables.reasons_table(outcome),
            row_tables.borderline_table(outcome),
            row_tables.unweighted_table(outcome),
            row_tables.unused_table(outcome),
        ]

    def _not_covered(self, outcome: Outcome) -> list[Table | None]:
        """Name who is not covered, by places, then of whom nobody knows; row by row where a person may have several."""
        limit = last_limit(outcome.tables["summary"], outcome.thresholds, outcome.measure)
        if limit is not None and "places" in outcome.tables:
            return [
                places_table(outcome, limit, texts.both("not_covered_within", limit=texts.distances(limit)), self.name),
                row_tables.unknown_table(outcome),
            ]
        return [row_tables.not_covered_table(outcome)]

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say who is covered within the first limit and the last, and where fewest are."""
        return [coverage_finding(outcome)]

    def first_steps(self, outcome: Outcome) -> list[Step]:
        """Name the places with most people who are not covered."""
        return places_step(outcome)

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name who is not covered within the largest limit."""
        if outcome.in_file is not None:
            return ""
        return row_tables.farthest_told(outcome, lang)


def coverage_frames(result: Coverage) -> dict[str, pd.DataFrame]:
    """Return the sums of a coverage by name."""
    tables = {"summary": result.summary, "reasons": result.reasons}
    return tables if result.by_area is None else tables | {"by_area": result.by_area}
