# SPDX-License-Identifier: Apache-2.0
"""Distance from each demand row to its nearest facility; who is beyond the standard."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Literal

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.drawing.legend import Category, reach_categories
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.table import Table
from sheltermap.questions import row_tables
from sheltermap.questions.covering import COST_FIGURES, Covering
from sheltermap.questions.figures import cost_figures
from sheltermap.questions.finding import Finding, Step, of_key_figure
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import ByPerson, OneLimit
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register

if TYPE_CHECKING:
    from sheltermap.questions.context import Context


@register
class Nearest(Covering, OneLimit, ByPerson):
    """Distance from each demand row to its nearest facility; who is beyond the standard, where one is named."""

    uses: ClassVar = {"demand": ("person",), "facilities": (), "areas": ("area_name",)}
    limit_needed: ClassVar[bool] = False

    kind: Literal["nearest"]

    @property
    def in_blocks(self) -> str | None:
        """Each row is within a limit or not by itself, but those of a person; without a limit figures need all rows."""
        return "demand" if self._is_limited and self.person is None else None

    def run(self, context: Context) -> Outcome:
        """Answer within its limit, or how far it is for each row where it has none."""
        if context.thresholds:
            return super().run(context)
        rows = sm.nearest(
            context.frames["demand"],
            context.facilities,
            facility_id=context.sources["facilities"].id,
            by=context.network,
            direction=self.direction,
        )
        layer = context.with_facility_name(rows)
        outcome = Outcome(self, context, layer, [])
        return replace(outcome, found=cost_figures(self, layer, outcome.cost))

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by the limit, or by whether anything was reached."""
        return super().legend(outcome) if outcome.thresholds else reach_categories(outcome.layer, outcome.cost)

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell the share within the limit, or the median way."""
        if outcome.thresholds:
            return super().key_figures(outcome)
        known = outcome.layer[outcome.cost].dropna()
        if not len(known):
            return []
        longest = texts.both("longest", distance=outcome.spelt(float(known.max())))
        median = texts.both("median_duration" if outcome.in_time else "median_distance")
        return [KeyFigure(outcome.spelt(float(known.median())), median, longest)]

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say who is within the limit, or how far it is."""
        if outcome.thresholds:
            return super().findings(outcome)
        return of_key_figure(outcome, self.key_figures(outcome), self.judged())

    def first_steps(self, outcome: Outcome) -> list[Step]:
        """Name the places beyond the limit."""
        return super().first_steps(outcome) if outcome.thresholds else []

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell who is beyond the limit; without one, only which facilities do not count."""
        return super().tables(outcome) if outcome.thresholds else [row_tables.unused_table(outcome)]

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name who is beyond the limit."""
        return super().told(outcome, lang) if outcome.thresholds else ""

    def total_figures(self) -> tuple[str, ...]:
        """Return the figure of all rows."""
        return ("total",) if self._is_limited else ("rows",)

    def judged(self) -> tuple[Judged, ...]:
        """Where there is no limit, the way is the answer."""
        return super().judged() if self._is_limited else tuple(Judged(name, "higher") for name in COST_FIGURES)

    @property
    def _is_limited(self) -> bool:
        return self.standard is not None or self.threshold_m is not None or self.limit is not None
