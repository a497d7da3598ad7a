# SPDX-License-Identifier: Apache-2.0
"""How many facilities each demand row has within a distance, or within a time along streets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, field_validator, model_validator

import sheltermap as sm
from sheltermap.analyses.ledger import measures_of, sums_by_state
from sheltermap.base import texts
from sheltermap.base.limits import Limit
from sheltermap.base.standards import PositiveMetres
from sheltermap.drawing.legend import Category, class_categories
from sheltermap.layers import frames
from sheltermap.layers.cells import weights_of
from sheltermap.page.key_figure import KeyFigure, count_of, share_of
from sheltermap.page.table import Bar, Cell, Table
from sheltermap.questions.class_tables import at_least_shares, class_sums, class_table
from sheltermap.questions.figures import records, rows_and_weight, threshold_of
from sheltermap.questions.finding import Finding, figures_of, found, nearness, said
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import AlongStreets, ByArea, LimitText, Reaching
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.question import Figure
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import measure_words, unused_table
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.state_tables import state_figures, state_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sheltermap.base.standards import Standard
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source


@register
class Count(AlongStreets, Reaching, ByArea):
    """How many facilities each demand row has within a limit."""

    uses: ClassVar = {"demand": ("weight", "groups"), "facilities": (), "areas": ("area_name",)}
    figure_names: ClassVar = ("with_facilities", "with_facilities_rows_without_weight")
    steady_categories: ClassVar = ("with_facilities",)

    kind: Literal["count"]
    distance_m: PositiveMetres | None = None
    limit: LimitText | None = None
    classes: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1, default_factory=lambda: [0, 1, 2, 5])]
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)

    @field_validator("classes")
    @classmethod
    def _from_zero(cls, value: list[int]) -> list[int]:
        if value[0] != 0 or sorted(set(value)) != value:
            raise ValueError("lower ends of the classes: start with 0, each once, the smallest first")
        return value

    @model_validator(mode="after")
    def _one_limit(self) -> Count:
        if (self.distance_m is None) == (self.limit is None):
            raise ValueError("give distance_m or limit, one of the two")
        return self

    def thresholds(self, standards: Mapping[str, Standard]) -> list[Limit]:
        """Return its limit."""
        return [self._limit]

    @property
    def _limit(self) -> Limit:
        if self.limit is not None:
            return Limit.parse(self.limit)
        assert self.distance_m is not None, "one of the two is a must"
        return Limit(self.distance_m)

    def total_figures(self) -> tuple[str, ...]:
        """Return the figure whose categories sum to all."""
        return ("with_facilities",)

    def judged(self) -> tuple[Judged, ...]:
        """Fewer who have at least as many as a class begins with is worse."""
        return (Judged("at_least_share", "lower", stands_for=("with_facilities",)),)

    def derived(self, figures: pd.DataFrame) -> list[Figure]:
        """Return which share has at least as many as each class begins with; of all, also those without a place."""
        classes = dict(zip(class_labels(self.classes), self.classes, strict=True))
        where = threshold_of(self._limit)
        return at_least_shares(self, figures, "with_facilities", "at_least_share", classes, where)

    def run(self, context: Context) -> Outcome:
        """Count the facilities of each row, and the rows and people of each class."""
        demand = context.frames["demand"]
        frames.require_free(demand, ["class"])
        counted = sm.count(demand, context.facilities, self._limit, by=context.network, direction=self.direction)
        counts = counted[f"within_{self._limit.label}"]
        labels = np.array([*class_labels(self.classes), "unknown"])
        found = np.searchsorted(self.classes, counts.to_numpy(np.int64, na_value=0), side="right") - 1
        position = np.where(counts.notna(), found, len(labels) - 1)
        layer = counted.assign(**{"class": pd.array(labels, dtype="string").take(position)})
        weight = weights_of(demand, self.weight, frames.describe(demand, "demand"))
        classes = class_sums(labels.tolist(), position, weight)
        figures = []
        for row in records(classes):
            where = {"category": row["class"]} | threshold_of(self._limit)
            figures += rows_and_weight(self, "with_facilities", row, where)
        grouping = self.grouping(context)
        sums = sums_by_state(measures_of(demand, self.weight, self.groups), grouping, labels.tolist(), position)
        where = threshold_of(self._limit)
        figures += state_figures(
            self, sums, lambda state: ("with_facilities", {"category": state} | where), also_all=self.groups
        )
        notes = [] if grouping is None else grouping.notes
        return Outcome(self, context, layer, figures, {"classes": classes, "sums": sums}, notes=notes)

    def source(self, asked: Asked) -> Source:
        """Count people by the class of their row."""
        where = asked.told("class", asked.category)
        return asked.people(where) if asked.name == "with_facilities" else asked.without_number(where)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by class, from none to many."""
        return class_categories(outcome.layer, class_labels(self.classes))

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell the share with at least one."""
        counted = outcome.tables["classes"].set_index("class")["rows" if outcome.measure == "rows" else "weight"]
        none, unknown, everybody = float(counted.iloc[0]), float(counted["unknown"]), math.fsum(counted)
        some = math.fsum(counted.iloc[1:].drop("unknown"))
        label = texts.both("at_least_one", distance=texts.distances(self._limit))
        detail = count_of(some, everybody, measure_words(outcome, outcome.measure))
        return [KeyFigure(share_of(some, everybody), label, detail, Bar(some, none, unknown))]

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say how many have none at all."""
        counted = outcome.tables["classes"].set_index("class")["rows" if outcome.measure == "rows" else "weight"]
        none, everybody = float(counted.iloc[0]), math.fsum(counted)
        some = math.fsum(counted.iloc[1:].drop("unknown"))
        numbers = {"part": some, "none": none, "total": everybody}
        words = said(outcome, "finding_count", numbers, limit=texts.distances(self._limit))
        behind = figures_of(outcome, "with_facilities", measure=outcome.measure, category=str(counted.index[0]))
        return [found(outcome, words, none, everybody, fact=nearness(outcome, self._limit), behind=behind)]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell how many rows have how many facilities."""
        classes = outcome.tables["classes"]
        words: dict[str, Cell] = {name: name.replace("-", "–") for name in classes["class"]}
        words["unknown"] = texts.both("unknown")
        within = texts.both("class", distance=texts.distances(self._limit))
        by_state = state_tables(outcome, outcome.tables["sums"], words)
        return [class_table(outcome, classes, texts.both("by_class"), within, words), *by_state, unused_table(outcome)]


def class_labels(classes: list[int]) -> list[str]:
    """Return the names of classes given by their lower ends.

    Examples
    --------
    >>> class_labels([0, 1, 5, 20])
    ['0', '1-4', '5-19', '20+']
    """
    ends = [upper - 1 for upper in classes[1:]]
    closed = [f"{low}" if low == high else f"{low}-{high}" for low, high in zip(classes, ends, strict=False)]
    return [*closed, f"{classes[-1]}+"]
