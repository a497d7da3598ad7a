# SPDX-License-Identifier: Apache-2.0
"""What was found for one question of a plan: its layers, its tables and its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.base.limits import Limit
from sheltermap.layers.cells import numbers
from sheltermap.questions.figures import figures_table
from sheltermap.questions.question import Figure, Question

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.map import Asked, View
    from sheltermap.questions.context import Context
    from sheltermap.questions.in_blocks import InFile

    Drawn = Callable[[Asked], list[View]]


@dataclass(frozen=True)
class Outcome:
    """What was asked, from what, and what was found."""

    analysis: Question
    context: Context
    layer: GeoDataFrame  #: the demand or feature rows with what was found for each
    found: list[Figure]  #: its figures
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    beside: dict[str, GeoDataFrame] = field(default_factory=dict)  #: further layers, by the end of their names
    notes: list[str] = field(default_factory=list)
    kept: dict[str, pd.DataFrame] = field(default_factory=dict)  #: tables that its figures rest on, by the end of names
    views: Drawn | None = field(default=None, repr=False)  #: makes the views of its map, where its result has one
    in_file: InFile | None = None  #: where all rows are, if `layer` has only those that are drawn

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Its figures, one a row."""
        return figures_table(self.found)

    @property
    def thresholds(self) -> list[Limit]:
        """The limits that were asked about."""
        return self.context.thresholds

    @property
    def measure(self) -> str:
        """Column that is counted, or "rows"."""
        return self.analysis.measure

    @property
    def in_time(self) -> bool:
        """Whether it asks how long a way takes, not how far it is."""
        return self.cost == "duration_s"

    @property
    def cost(self) -> str:
        """Column with how far it is, or how long the way takes; without a limit a table of costs says which."""
        if self.thresholds:
            return self.thresholds[0].cost_column
        return "duration_s" if "duration_s" in self.layer else "distance_m"

    def spelt(self, cost: float, *, digits: int = 1) -> dict[str, str]:
        """Write a number of the cost column in every language."""
        return texts.durations(cost) if self.in_time else texts.distances(cost, digits=digits)

    def not_covered(self, threshold: Limit) -> GeoDataFrame:
        """Return the rows not known to be covered within a limit: unknown ones first, then the farthest."""
        rows = self.layer[(self.layer[f"within_{threshold.label}"] != "covered").to_numpy()]
        return rows.sort_values(self.cost, ascending=False, na_position="first", kind="stable")

    def without_weight(self) -> GeoDataFrame:
        """Return the rows whose own number is not known: they are in no total."""
        if self.measure == "rows" or self.measure not in self.layer:
            return self.layer[:0]
        return self.layer[np.isnan(numbers(self.layer, self.measure, self.analysis.name))]

    @property
    def layers(self) -> dict[str, GeoDataFrame]:
        """All its layers by name; without that of all rows where these are in a file of their own."""
        name = self.analysis.name
        own = {name: self.layer} if self.in_file is None else {}
        return own | {f"{name}_{end}": layer for end, layer in self.beside.items()}
