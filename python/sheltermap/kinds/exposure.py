# SPDX-License-Identifier: Apache-2.0
"""What lies in which zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.base.scopes import INSIDE_ZONES, OUTSIDE_ZONES, UNKNOWN
from sheltermap.drawing.legend import Category, exposure_categories
from sheltermap.page.key_figure import KeyFigure, count_of, share_of
from sheltermap.page.table import Bar, Cell, Table, heads, text
from sheltermap.questions.figures import records, rows_and_weight
from sheltermap.questions.judging import Finding, Judged
from sheltermap.questions.keys import ByArea
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import measure_words
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.state_tables import state_figures, state_tables

if TYPE_CHECKING:
    from sheltermap.questions.context import Context

SUMS = {INSIDE_ZONES: "inside", OUTSIDE_ZONES: "outside", UNKNOWN: "unknown"}  # the last rows of a summary
FIGURES = ("in_zone", *SUMS.values())


@register
class Exposure(ByArea):
    """What lies in which zone."""

    uses: ClassVar = {"features": ("weight", "groups"), "zones": ("zone_id",), "areas": ("area_name",)}
    figure_names: ClassVar = (*FIGURES, *(f"{name}_rows_without_weight" for name in FIGURES))
    explained: ClassVar = "inside"
    steady_categories: ClassVar = ("in_zone",)

    kind: Literal["exposure"]
    features: NonEmpty
    zones: NonEmpty
    zone_id: NonEmpty | None = None
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)

    def total_figures(self) -> tuple[str, ...]:
        """Return the figures that sum to all."""
        return tuple(SUMS.values())

    def judged(self) -> tuple[Judged, ...]:
        """More inside is worse, and more of which nobody knows where it is: it may lie inside."""
        ways: tuple[tuple[str, Finding, tuple[str, ...]], ...] = (
            ("inside", "figure_worse", ("outside",)),
            ("unknown", "figure_worse", ()),
            ("in_zone", "detail_worse", ()),
        )
        return tuple(
            Judged(name, "higher", finding, measure=measure, stands_for=told)
            for measure in dict.fromkeys([self.measure, *self.groups])
            for name, finding, told in ways
        )

    def run(self, context: Context) -> Outcome:
        """Find what lies in each zone, in any, in none, or nobody knows where."""
        features, zones = context.frames["features"], context.frames["zones"]
        areas = context.frames.get("areas")
        asked: dict[str, Any] = {"weight": self.weight, "groups": self.groups, "area_name": self.area_name}
        result = sm.exposure(features, zones, zone_id=self.zone_id, areas=areas, **asked)
        rows = records(result.summary)
        found = []
        for row in rows[: -len(SUMS)]:
            found += rows_and_weight(self, "in_zone", row, {"category": str(row["zone"])})
        for row in rows[-len(SUMS) :]:
            found += rows_and_weight(self, SUMS[row["zone"]], row, {})
        found += state_figures(self, result.totals, lambda state: (state, {}), also_all=self.groups)
        tables = {"zones": result.summary, "totals": result.totals}
        return Outcome(self, context, result.rows, found, tables, notes=result.notes)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by whether they lie in a zone."""
        return exposure_categories(outcome.layer)

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell the share that lies in a zone."""
        mine = records(outcome.tables["totals"][:1])[0]
        inside, outside, unknown = (mine[key] for key in SUMS.values())
        everything = inside + outside + unknown
        detail = count_of(inside, everything, measure_words(outcome, outcome.measure))
        bar = Bar(outside, inside, unknown)
        return [KeyFigure(share_of(inside, everything), texts.both("inside"), detail, bar)]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell what lies in each zone; below, what lies in any, in none, or nobody knows where."""
        weighted = outcome.measure != "rows"
        head: list[Cell] = [*heads("zone"), measure_words(outcome, "rows")]
        head += [measure_words(outcome, outcome.measure), *heads("rows_without_weight")] if weighted else []
        rows: list[list[Cell]] = []
        for row in records(outcome.tables["zones"]):
            label: Cell = texts.both(row["zone"]) if row["zone"] in SUMS else text(row["zone"])
            counted = [row["rows"], row["weight"], row["rows_without_weight"]] if weighted else [row["rows"]]
            rows.append([label, *(texts.number(each) for each in counted)])
        by_zone = Table(texts.both("by_zone"), head, rows[: -len(SUMS)], foot=rows[-len(SUMS) :])
        words: dict[str, Cell] = {state: texts.both(label) for label, state in SUMS.items()}
        return [by_zone, *state_tables(outcome, outcome.tables["totals"], words)]
