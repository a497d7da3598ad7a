# SPDX-License-Identifier: Apache-2.0
"""What one analysis of a plan found: its layers, its tables and its figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.base.limits import Limit
from sheltermap.base.scenarios import scenario_label
from sheltermap.drawing import legend
from sheltermap.layers.cells import numbers
from sheltermap.plans.kinds import Analysis, Count, Exposure, Gaps

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.analyses.flood import Flood as FloodResult
    from sheltermap.registers import Inspection
    from sheltermap.runs.cut_off import StreetsClosed
    from sheltermap.streets.network import Network


GROUND = ("zones", "areas")  # inputs in which others lie


@dataclass(frozen=True)
class Outcome:
    """What one analysis found."""

    analysis: Analysis
    layer: GeoDataFrame  #: the demand or feature rows with what was found for each
    figures: pd.DataFrame  #: one figure a row
    thresholds: list[Limit] = field(default_factory=list)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    facilities_without_position: int = 0
    notes: list[str] = field(default_factory=list)
    beside: dict[str, GeoDataFrame] = field(default_factory=dict)  #: further layers, by the end of their names
    flood: FloodResult | None = None
    unused: GeoDataFrame | None = None  #: facilities that do not count, where the plan asks for some only
    register: Inspection | None = None
    by: Network | None = None
    facilities_not_snapped: int = 0
    closed: StreetsClosed | None = None
    without_place: dict[str, int] = field(default_factory=dict)  #: rows of "zones" and "areas", where there are some

    @property
    def measure(self) -> str:
        """Column that is counted, or "rows"."""
        return getattr(self.analysis, "weight", None) or "rows"

    @property
    def in_time(self) -> bool:
        """Whether it asks how long a way takes, not how far it is."""
        return bool(self.thresholds) and self.thresholds[0].in_time

    @property
    def cost(self) -> str:
        """Column with how far the nearest facility is, or how long the way takes."""
        return self.thresholds[0].cost_column if self.thresholds else "distance_m"

    def spelt(self, cost: float, *, digits: int = 1) -> dict[str, str]:
        """Write a number of the cost column in every language."""
        return texts.durations(cost) if self.in_time else texts.distances(cost, digits=digits)

    def not_covered(self, threshold: Limit) -> GeoDataFrame:
        """Return the rows not known to be covered within a distance: unknown ones first, then the farthest."""
        rows = self.layer[(self.layer[f"within_{threshold.label}"] != "covered").to_numpy()]
        return rows.sort_values(self.cost, ascending=False, na_position="first", kind="stable")

    def without_weight(self) -> GeoDataFrame:
        """Return the rows whose own number is not known: they are in no total."""
        if self.measure == "rows":
            return self.layer[:0]
        return self.layer[np.isnan(numbers(self.layer, self.measure, self.analysis.name))]

    @property
    def layers(self) -> dict[str, GeoDataFrame]:
        """All its layers by name."""
        name = self.analysis.name
        return {name: self.layer} | {f"{name}_{end}": layer for end, layer in self.beside.items()}

    @property
    def legends(self) -> dict[str, list[legend.Category]]:
        """How the rows of its layers are drawn, by the layer's name."""
        name = self.analysis.name
        streets = {} if self.closed is None else legend.street_categories(self.beside)
        return {name: self.legend} | {f"{name}_{end}": categories for end, categories in streets.items()}

    @property
    def legend(self) -> list[legend.Category]:
        """How its rows are drawn."""
        if isinstance(self.analysis, Count):
            return legend.class_categories(self.layer, class_labels(self.analysis.classes))
        if isinstance(self.analysis, Exposure):
            return legend.exposure_categories(self.layer)
        if self.flood is not None:
            return legend.flood_categories(self.layer, scenario_label(self.flood.scenarios[-1]))
        if self.closed is not None:
            return legend.cut_off_categories(self.layer)
        if self.register is not None:
            return legend.register_categories(self.layer)
        if isinstance(self.analysis, Gaps):
            return legend.gap_categories(self.layer, self.thresholds[0])
        if self.thresholds:
            return legend.coverage_categories(self.layer, self.thresholds)
        return legend.reach_categories(self.layer)


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
