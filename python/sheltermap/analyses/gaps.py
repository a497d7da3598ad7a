# SPDX-License-Identifier: Apache-2.0
"""Gaps: the places where uncovered people live, as a list to act on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.analyses.supply import UNUSED_REASONS
from sheltermap.base.exact_sums import total
from sheltermap.base.limits import Limit, LimitLike, chosen
from sheltermap.base.reasons import OF_REACH, REASONS
from sheltermap.layers import frames
from sheltermap.layers.cells import numbers
from sheltermap.layers.row_ids import row_ids, take_ids
from sheltermap.streets.travelling import find, question

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.analyses.coverage import Coverage

_CODES = {
    status: REASONS.index(reason)
    for status, reason in (("covered", "reached"), ("uncovered", "too_far"), ("unknown", "missing_geometry"))
}
# What a place is described by, besides its groups of people.
_COLUMNS = ("place", "name", "area", "people", "rows", "rows_without_weight")
_NEAREST = ("reason", "facility", "distance_m", "farthest_m", "unused_facility", "unused_distance_m")
_FARTHEST = {"distance_m": "farthest_m", "duration_s": "farthest_s"}


@dataclass(frozen=True)
class _Places:
    """The core's answer: rows of place p are row[offsets[p]:offsets[p + 1]]."""

    offsets: NDArray[np.int64]
    row: NDArray[np.int64]
    people: NDArray[np.float64]
    without_weight: NDArray[np.int64]
    representative: NDArray[np.int64]

    @property
    def sizes(self) -> NDArray[np.int64]:
        return np.diff(self.offsets)

    @property
    def numbers(self) -> NDArray[np.int64]:
        return np.arange(1, len(self.people) + 1)

    def of_each(self, function: Callable[[NDArray[np.float64]], float], values: NDArray[np.float64]) -> list[float]:
        """Return what a function makes of the values of each place's rows."""
        return [function(part) for part in np.split(values[self.row], self.offsets[1:-1])] if len(self.row) else []


def gap_rows(coverage: Coverage, threshold: LimitLike, join_distance_m: float) -> GeoDataFrame:
    """Return the uncovered rows with the number of their `place`; see `Coverage.gap_rows`."""
    frames.require_free(coverage.rows, ["place"])
    found = _find(coverage, threshold, join_distance_m, next(iter(_weights(coverage).values())))
    return coverage.rows.iloc[found.row].assign(place=np.repeat(found.numbers, found.sizes))


def gaps(
    coverage: Coverage,
    threshold: LimitLike,
    join_distance_m: float,
    name: str | None,
    unused: GeoDataFrame | None,
    facility_id: str | None,
) -> GeoDataFrame:
    """Return the places of uncovered people; see `Coverage.gaps`."""
    import geopandas

    rows = coverage.rows
    cost = coverage.thresholds[0].cost_column
    weights = _weights(coverage)
    people, *groups = weights
    taken = [group for group in groups if group in (*_COLUMNS, *_NEAREST)]
    if taken:
        raise ValueError(f"the places have a column {taken[0]!r} of their own; rename the group {taken[0]!r}")
    found = _find(coverage, threshold, join_distance_m, weights[people])
    at = rows.iloc[found.representative]
    table = {
        "place": found.numbers,
        "name": take_ids(row_ids(rows, name, "demand", "name", each_its_own=False), found.representative),
        **({"area": at["area"].array} if coverage.areas is not None else {}),
        "people": found.people,
        "rows": found.sizes,
        "rows_without_weight": found.without_weight,
        **{group: found.of_each(total, weights[group]) for group in groups},
        **_nearest(at, cost),
        _FARTHEST[cost]: found.of_each(np.fmax.reduce, rows[cost].to_numpy(np.float64)),
    }
    places = geopandas.GeoDataFrame(table, geometry=at.geometry.array, crs=rows.crs)
    if unused is not None:
        _blame(places, unused, coverage, chosen(coverage.thresholds, threshold), facility_id)
    unknown = _status(coverage, threshold) == _CODES["unknown"]
    places.attrs["sheltermap_unknown"] = total(weights[people][unknown])
    return places


def _find(coverage: Coverage, threshold: LimitLike, join_distance_m: float, people: NDArray[np.float64]) -> _Places:
    places = frames.lonlat(coverage.rows, "demand")
    found = _core.gaps(places, _status(coverage, threshold), people, join_distance_m)
    return _Places(found.offsets, found.row, found.people, found.without_weight, found.representative)


def _status(coverage: Coverage, threshold: LimitLike) -> NDArray[np.uint8]:
    """Return what each row is at a threshold, as codes of `REASONS`."""
    within = coverage.rows[f"within_{chosen(coverage.thresholds, threshold).label}"]
    codes = np.array([_CODES[status] for status in within.cat.categories], np.uint8)
    status: NDArray[np.uint8] = codes.take(within.cat.codes)
    return status


def _weights(coverage: Coverage) -> dict[str, NDArray[np.float64]]:
    """Return people per row by measure of the coverage, its weight first."""
    rows = coverage.rows
    return {
        measure: numbers(rows, measure, "demand") if measure in rows.columns else np.ones(len(rows))
        for measure in dict.fromkeys(coverage.summary["measure"])
    }


def _nearest(at: pd.DataFrame, cost: str) -> dict[str, Any]:
    """Return why the representatives are uncovered, and the nearest facility although it is too far."""
    reason = at["reason"].astype(object)
    return {
        "reason": pd.Categorical(reason.where(reason.notna(), "too_far"), categories=list(OF_REACH)),
        "facility": at["facility"].array,
        cost: at[cost].to_numpy(np.float64),
    }


def _blame(
    places: GeoDataFrame, unused: GeoDataFrame, coverage: Coverage, threshold: Limit, facility_id: str | None
) -> None:
    """Put in the nearest unused facility within the threshold; the reason it is unused for is the place's reason."""
    frames.require_columns(unused, ["unused_reason"], "unused")
    asked = question(coverage.by, threshold, None, coverage.direction, None)
    access = _core.cheapest(find(places, unused, asked, 1).reach)
    near = access.facility >= 0
    reason = places["reason"].astype(object).to_numpy(copy=True)
    reason[near] = unused["unused_reason"].astype(object).to_numpy()[access.facility[near]]
    places["reason"] = pd.Categorical(reason, categories=[*OF_REACH, *UNUSED_REASONS])
    places["unused_facility"] = take_ids(row_ids(unused, facility_id, "unused", "facility_id"), access.facility)
    places[f"unused_{asked.cost_column}"] = np.where(near, access.cost, np.nan)
