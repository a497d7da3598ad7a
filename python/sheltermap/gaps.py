# SPDX-License-Identifier: Apache-2.0
"""Gaps: the places where uncovered people live, as a list to act on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap import frames
from sheltermap._native import _core
from sheltermap.supplying import UNUSED_REASONS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.covering import Coverage

_CODES = {
    status: _core.REASONS.index(reason)
    for status, reason in (("covered", "reached"), ("uncovered", "too_far"), ("unknown", "missing_geometry"))
}
# What a place is described by, besides its groups of people.
_COLUMNS = ("place", "name", "area", "people", "rows", "rows_without_weight")
_NEAREST = ("reason", "facility", "distance_m", "farthest_m", "unused_facility", "unused_distance_m")


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


def gap_rows(coverage: Coverage, threshold_m: float, join_distance_m: float) -> GeoDataFrame:
    """Return the uncovered rows with the number of their `place`; see `Coverage.gap_rows`."""
    frames.require_free(coverage.rows, ["place"])
    found = _find(coverage, threshold_m, join_distance_m, next(iter(_weights(coverage).values())))
    return coverage.rows.iloc[found.row].assign(place=np.repeat(found.numbers, found.sizes))


def gaps(
    coverage: Coverage,
    threshold_m: float,
    join_distance_m: float,
    name: str | None,
    unused: GeoDataFrame | None,
    facility_id: str | None,
) -> GeoDataFrame:
    """Return the places of uncovered people; see `Coverage.gaps`."""
    import geopandas

    rows = coverage.rows
    weights = _weights(coverage)
    people, *groups = weights
    taken = [group for group in groups if group in (*_COLUMNS, *_NEAREST)]
    if taken:
        raise ValueError(f"the places have a column {taken[0]!r} of their own; rename the group {taken[0]!r}")
    found = _find(coverage, threshold_m, join_distance_m, weights[people])
    at = rows.iloc[found.representative]
    table = {
        "place": found.numbers,
        "name": frames.take_ids(frames.row_ids(rows, name, "demand"), found.representative),
        **({"area": at["area"].array} if coverage.areas is not None else {}),
        "people": found.people,
        "rows": found.sizes,
        "rows_without_weight": found.without_weight,
        **{group: found.of_each(math.fsum, np.nan_to_num(weights[group])) for group in groups},
        **_nearest(at),
        "farthest_m": found.of_each(np.max, rows["distance_m"].to_numpy(np.float64)),
    }
    places = geopandas.GeoDataFrame(table, geometry=at.geometry.array, crs=rows.crs)
    if unused is not None:
        _blame(places, unused, threshold_m, facility_id)
    unknown = _status(coverage, threshold_m) == _CODES["unknown"]
    places.attrs["sheltermap_unknown"] = float(np.nansum(weights[people][unknown]))
    return places


def _find(coverage: Coverage, threshold_m: float, join_distance_m: float, people: NDArray[np.float64]) -> _Places:
    places = frames.lonlat(coverage.rows, "demand")
    return _Places(*_core.gaps(places, _status(coverage, threshold_m), people, join_distance_m))


def _status(coverage: Coverage, threshold_m: float) -> NDArray[np.uint8]:
    """Return what each row is at a threshold, as codes of `_core.REASONS`."""
    if threshold_m not in coverage.thresholds_m:
        known = ", ".join(f"{t:.15g}" for t in coverage.thresholds_m)
        raise ValueError(f"threshold_m: the coverage is for {known} m, not for {threshold_m:.15g}")
    within = coverage.rows[f"within_{threshold_m:.15g}m"]
    codes = np.array([_CODES[status] for status in within.cat.categories], np.uint8)
    status: NDArray[np.uint8] = codes.take(within.cat.codes)
    return status


def _weights(coverage: Coverage) -> dict[str, NDArray[np.float64]]:
    """Return people per row by measure of the coverage, its weight first."""
    rows = coverage.rows
    return {
        measure: frames.numbers(rows, measure, "demand") if measure in rows.columns else np.ones(len(rows))
        for measure in dict.fromkeys(coverage.summary["measure"])
    }


def _nearest(at: pd.DataFrame) -> dict[str, Any]:
    """Return why the representatives are uncovered, and the nearest facility although it is too far."""
    reason = at["reason"].astype(object)
    return {
        "reason": pd.Categorical(reason.where(reason.notna(), "too_far"), categories=list(_core.REASONS[1:])),
        "facility": at["facility"].array,
        "distance_m": at["distance_m"].to_numpy(np.float64),
    }


def _blame(places: GeoDataFrame, unused: GeoDataFrame, threshold_m: float, facility_id: str | None) -> None:
    """Put in the nearest unused facility within the threshold; the reason it is unused for is the place's reason."""
    frames.require_columns(unused, ["unused_reason"], "unused")
    there = frames.lonlat(unused, "unused")
    access = _core.cheapest(
        _core.geodesic_reach(frames.lonlat(places, "demand"), there, k=1, max_distance_m=threshold_m)
    )
    near = access.facility >= 0
    reason = places["reason"].astype(object).to_numpy(copy=True)
    reason[near] = unused["unused_reason"].astype(object).to_numpy()[access.facility[near]]
    places["reason"] = pd.Categorical(reason, categories=[*_core.REASONS[1:], *UNUSED_REASONS])
    places["unused_facility"] = frames.take_ids(frames.row_ids(unused, facility_id, "unused"), access.facility)
    places["unused_distance_m"] = np.where(near, access.cost, np.nan)
