# SPDX-License-Identifier: Apache-2.0
"""Gaps: the places where uncovered people live, as a list to act on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.analyses.left_out import REASONS_WITH_UNUSED, LeftOut, unused_columns
from sheltermap.analyses.persons import Persons
from sheltermap.base.exact_sums import total, totals
from sheltermap.base.limits import LimitLike, chosen
from sheltermap.base.reasons import OF_REACH, REASONS, codes_of, labels_of
from sheltermap.base.scopes import OUTSIDE_AREAS
from sheltermap.layers import frames
from sheltermap.layers.cells import numbers
from sheltermap.layers.row_ids import row_ids, take_ids
from sheltermap.streets.travelling import question

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.analyses.coverage import Coverage

# What the core takes for each status, whatever the reason.
_CODES = {
    status: REASONS.index(reason)
    for status, reason in (("covered", "reached"), ("uncovered", "too_far"), ("unknown", "missing_geometry"))
}
# What a place is described by, besides its groups of people.
_COLUMNS = ("place", "name", "area", "areas", "people", "rows", "rows_without_weight")
_NEAREST = ("reason", "facility", "distance_m", "farthest_m", *unused_columns("distance_m"))
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

    @property
    def of_row(self) -> NDArray[np.int64]:
        """The number of each row's place."""
        return np.repeat(self.numbers, self.sizes)

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of the values of each place's rows."""
        return totals(values[self.row], self.of_row - 1, len(self.people))

    def largest(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the largest value of each place's rows that is known."""
        return np.fmax.reduceat(values[self.row], self.offsets[:-1]) if len(self.row) else np.empty(0)


def gap_rows(coverage: Coverage, threshold: LimitLike, join_distance_m: float) -> GeoDataFrame:
    """Return the uncovered rows with the number of their `place`; see `Coverage.gap_rows`."""
    frames.require_free(coverage.rows, ["place"])
    found = _find(coverage, threshold, join_distance_m, next(iter(_weights(coverage).values())))
    return coverage.rows.iloc[found.row].assign(place=found.of_row)


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
    taken = [each for each in groups if each in (*_COLUMNS, *_NEAREST) or each in map(_because, REASONS)]
    if taken:
        raise ValueError(f"the places have a column {taken[0]!r} of their own; rename the group {taken[0]!r}")
    found = _find(coverage, threshold, join_distance_m, weights[people])
    reasons, left_out = _reasons(coverage, threshold, unused, facility_id)
    at = rows.iloc[found.representative]
    table = {
        "place": found.numbers,
        "name": take_ids(row_ids(rows, name, "demand", "name", each_its_own=False), found.representative),
        **(
            {"area": at["area"].array, "areas": _areas(_parts(coverage, found, reasons))}
            if coverage.areas is not None
            else {}
        ),
        "people": found.people,
        "rows": found.sizes,
        "rows_without_weight": found.without_weight,
        **{group: found.sums(weights[group]) for group in groups},
        "reason": labels_of(reasons[found.representative], OF_REACH if left_out is None else REASONS_WITH_UNUSED),
        "facility": at["facility"].array,
        cost: at[cost].to_numpy(np.float64),
        _FARTHEST[cost]: found.largest(rows[cost].to_numpy(np.float64)),
        **_by_reason(found, reasons, weights[people]),
    }
    if left_out is not None:
        unused_told = left_out.columns(reasons, cost)
        table |= {each: pd.Series(values).array.take(found.representative) for each, values in unused_told.items()}
    places = geopandas.GeoDataFrame(table, geometry=at.geometry.array, crs=rows.crs)
    unknown = _status(coverage, threshold) == _CODES["unknown"]
    places.attrs["sheltermap_unknown"] = total(weights[people][unknown])
    return places


def gap_parts(
    coverage: Coverage,
    threshold: LimitLike,
    join_distance_m: float,
    unused: GeoDataFrame | None,
    facility_id: str | None,
) -> pd.DataFrame:
    """Return the people of each place by area and reason; see `Coverage.gap_parts`."""
    found = _find(coverage, threshold, join_distance_m, next(iter(_weights(coverage).values())))
    return _parts(coverage, found, _reasons(coverage, threshold, unused, facility_id)[0])


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


def _reasons(
    coverage: Coverage, threshold: LimitLike, unused: GeoDataFrame | None, facility_id: str | None
) -> tuple[NDArray[np.uint8], LeftOut | None]:
    """Return why each row is not covered, and the facilities left out that are the reason for some."""
    limit = chosen(coverage.thresholds, threshold)
    reasons = codes_of(coverage.rows[f"reason_{limit.label}"])
    if unused is None:
        return reasons, coverage.left_out
    asked = question(coverage.by, None, None, coverage.direction, "seconds" if limit.in_time else "metres")
    asked = replace(asked, compared=(limit.value,))
    persons = coverage.persons or Persons.of(coverage.rows, None)
    left_out = LeftOut.of(unused, persons, asked, facility_id)
    return left_out.reasons(reasons, limit.value), left_out


def _weights(coverage: Coverage) -> dict[str, NDArray[np.float64]]:
    """Return people per row by measure of the coverage, its weight first."""
    rows = coverage.rows
    return {
        measure: numbers(rows, measure, "demand") if measure in rows.columns else np.ones(len(rows))
        for measure in dict.fromkeys(coverage.summary["measure"])
    }


def _parts(coverage: Coverage, found: _Places, reasons: NDArray[np.uint8]) -> pd.DataFrame:
    """Return the people of each place by area and reason; place after place, most people first."""
    rows = coverage.rows.iloc[found.row]
    told = pd.DataFrame({"place": found.of_row, "reason": labels_of(reasons[found.row], REASONS_WITH_UNUSED)})
    keys = pd.DataFrame({"place": found.of_row, "area": 0, "reason": told["reason"].cat.codes})
    if coverage.areas is not None:
        told.insert(1, "area", rows["area"].array)
        order = {name: number for number, name in enumerate(sorted(set(told["area"].dropna()), key=str))}
        keys["area"] = told["area"].map(order).fillna(len(order)).astype(int)
    group = keys.groupby(list(keys)).ngroup().to_numpy(np.int64)
    count = int(group.max(initial=-1)) + 1
    people, *groups = _weights(coverage).items()
    sums = {
        "people": totals(people[1][found.row], group, count),
        "rows": np.bincount(group, minlength=count),
        "rows_without_weight": np.bincount(group[np.isnan(people[1][found.row])], minlength=count),
        **{name: totals(values[found.row], group, count) for name, values in groups},
    }
    first = np.unique(group, return_index=True)[1]
    ordered = np.lexsort([*keys.iloc[first].to_numpy().T[:0:-1], -sums["people"], keys["place"].to_numpy()[first]])
    return told.iloc[first].reset_index(drop=True).assign(**sums).iloc[ordered].reset_index(drop=True)


def _areas(parts: pd.DataFrame) -> list[str]:
    """Name the areas that the people of each place live in, most people first."""
    named = parts.assign(area=parts["area"].astype(object).where(parts["area"].notna(), OUTSIDE_AREAS))
    people = named.groupby(["place", "area"], sort=False)["people"].sum().reset_index()
    ordered = people.sort_values(["place", "people"], ascending=[True, False], kind="stable")
    told: dict[int, list[str]] = {}
    for place, area in zip(ordered["place"], ordered["area"], strict=True):
        told.setdefault(place, []).append(str(area))
    return ["; ".join(each) for each in told.values()]


def _because(reason: str) -> str:
    return f"people_{reason}"


def _by_reason(found: _Places, reasons: NDArray[np.uint8], people: NDArray[np.float64]) -> dict[str, Any]:
    """Return how many people of each place are not covered for each reason that any of them is not."""
    columns = {}
    for reason in REASONS_WITH_UNUSED:
        here = found.row[reasons[found.row] == REASONS.index(reason)]
        if len(here):
            places = found.of_row[reasons[found.row] == REASONS.index(reason)]
            columns[_because(reason)] = totals(people[here], places - 1, len(found.people))
    return columns
