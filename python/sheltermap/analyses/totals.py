# SPDX-License-Identifier: Apache-2.0
"""What is counted, in which area, and the sums of a coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.analyses.zone_summary import ground_notes
from sheltermap.base.limits import Limit
from sheltermap.base.suggestions import one_form
from sheltermap.layers import frames
from sheltermap.layers.cells import weights_of
from sheltermap.layers.row_ids import take_ids

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

ROWS = "rows"  # the measure that counts rows where no weight was given


def measures_of(demand: GeoDataFrame, weight: str | None, groups: list[str]) -> dict[str, NDArray[np.float64]]:
    """Weights by name of the measure; an empty array counts rows."""
    what = frames.describe(demand, "demand")
    named = [name for name in (weight, *groups) if name is not None]
    measures = {name: weights_of(demand, name, what) for name in named}
    return measures if weight is not None else {ROWS: np.ones(len(demand)), **measures}


class Areas:
    """Which area each row counts in; the two numbers after the areas are 'outside every area' and 'unknown'."""

    def __init__(self, areas: GeoDataFrame, area_name: str | None, places: NDArray[np.float64]) -> None:
        if area_name is not None:
            frames.require_columns(areas, [area_name], "areas")
        names = pd.Series(areas.index.to_flat_index() if area_name is None else areas[area_name].to_numpy())
        if names.isna().any():
            raise ValueError(f"areas: row {int(np.flatnonzero(names.isna())[0]) + 1} has no name in {area_name!r}")
        codes, _ = pd.factorize(names.map(one_form))
        self.names = list(names[~pd.Series(codes).duplicated()])
        zones = _core.ZoneIndex(frames.polygons(areas, "areas"))
        found = _core.zones_of_points(places, zones)
        offsets, zone = found.offsets, found.zone
        counts = np.diff(offsets)
        self.codes = np.full(len(places), len(self.names), np.int64)
        self.codes[counts > 0] = codes[zone[offsets[:-1][counts > 0]]]
        self.codes[found.known == 0] = len(self.names) + 1
        self.notes = [*ground_notes(areas, "areas"), *self._overlap_note(offsets, zone, codes)]

    @staticmethod
    def _overlap_note(offsets: NDArray[np.int64], zone: NDArray[np.int32], codes: NDArray[np.intp]) -> list[str]:
        counts = np.diff(offsets)
        row_of_pair = np.repeat(np.arange(len(counts)), counts)
        first_of_pair = np.repeat(offsets[:-1], counts)  # the pair that decides where its row counts
        several = np.unique(row_of_pair[codes[zone] != codes[zone[first_of_pair]]])
        if not len(several):
            return []
        return [f"{len(several)} rows lie in several areas (overlaps or shared borders) and count in the first of them"]

    def labels(self) -> Any:
        """Return the area of each row; missing outside every area and where the position is unknown."""
        return take_ids(pd.Index(self.names), np.where(self.codes < len(self.names), self.codes, -1))

    def all_names(self) -> list[Any]:
        """Return what the codes stand for: the areas, then who is in none."""
        return [*self.names, "outside every area", "position unknown"]


class CoverageTables:
    """Collects totals per threshold, measure and area."""

    def __init__(self, measures: dict[str, NDArray[np.float64]], areas: Areas | None) -> None:
        self._measures = measures
        self._areas = areas
        self._overall: list[dict[str, Any]] = []
        self._by_area: list[pd.DataFrame] = []
        self._reasons: list[dict[str, Any]] = []

    def add(self, threshold: Limit, reasons: NDArray[np.uint8], borderline: NDArray[np.uint8]) -> None:
        """Sum what a threshold leaves: a reason per row, 0 for those it covers, and whether it is borderline."""
        nothing = np.empty(0, np.int64)
        for measure, weights in self._measures.items():
            key = {threshold.threshold_column: threshold.value, "measure": measure}
            totals = _core.coverage_totals(reasons, borderline, weights, nothing, 1)
            self._overall.append({**key, **{name: values[0] for name, values in _figures(totals).items()}})
            self._reasons += [
                {**key, "reason": reason, "weight": values[0]}
                for reason, values in totals["by_reason"].items()
                if reason != "reached"
            ]
            if self._areas is not None:
                names = self._areas.all_names()
                parts = _core.coverage_totals(reasons, borderline, weights, self._areas.codes, len(names))
                table = pd.DataFrame({"area": names, **key, **_figures(parts)})
                empty = (table.total == 0) & (table.rows_without_weight == 0)
                # The last two rows are only shown where somebody is in them.
                self._by_area.append(table[~empty | (np.arange(len(table)) < len(names) - 2)])

    def summary(self) -> pd.DataFrame:
        """Return the totals of everybody, one row per threshold and measure."""
        return pd.DataFrame(self._overall)

    def by_area(self) -> pd.DataFrame | None:
        """Return the totals of each area, and of those in none; nothing without areas."""
        return pd.concat(self._by_area, ignore_index=True) if self._by_area else None

    def reasons(self) -> pd.DataFrame:
        """Return why people are not covered, one row per threshold, measure and reason."""
        return pd.DataFrame(self._reasons)


def _figures(totals: dict[str, Any]) -> dict[str, NDArray[Any]]:
    total = totals["total"]
    share = np.divide(totals["covered"], total, out=np.full(len(total), np.nan), where=total > 0)
    return {
        "total": total,
        "covered": totals["covered"],
        "uncovered": totals["uncovered"],
        "unknown": totals["unknown"],
        "covered_share": share,
        "borderline": totals["borderline"],
        "rows_without_weight": totals["without_weight"],
    }
