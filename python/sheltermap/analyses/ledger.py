# SPDX-License-Identifier: Apache-2.0
"""The ledger: people by measure, threshold or scenario, area and reason, and the tables made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.reasons import STATUSES
from sheltermap.base.scopes import NO_AREA, OF_ZONES
from sheltermap.layers import frames
from sheltermap.layers.cells import weights_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.analyses.areas import Areas

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Codes = NDArray[np.uint8]  # of reasons

# What is counted before and after.
COUNTS = ("total", "covered_before", "covered", "lost", "uncovered", "unknown")
ROWS = "rows"  # the measure that counts rows where no weight was given


def measures_of(
    demand: GeoDataFrame, weight: str | None, groups: list[str], role: str = "demand"
) -> dict[str, Numbers]:
    """Return people per row by name of the measure, the weight first; without a weight each row counts as one."""
    what = frames.describe(demand, role)
    named = [name for name in (weight, *groups) if name is not None]
    measures = {name: weights_of(demand, name, what) for name in named}
    return measures if weight is not None else {ROWS: np.ones(len(demand)), **measures}


class Ledger:
    """People by measure, threshold or scenario, area and reason; sums are exact and rounded once, in the tables.

    `column` is what the thresholds or scenarios are called in the tables, `marked` what the rows are that are summed
    besides (``borderline``), `figures` which columns the tables have.
    """

    def __init__(
        self,
        measures: Mapping[str, Numbers],
        column: str,
        thresholds: Sequence[Any],
        areas: Areas | None,
        figures: Sequence[str],
        marked: str,
    ) -> None:
        self._measures, self._thresholds, self._areas = measures, list(thresholds), areas
        self._column, self._figures, self._marked = column, figures, marked
        self._names = [None] if areas is None else areas.all_names()
        self._core = _core.Ledger(len(measures), len(self._thresholds), len(self._names))

    def add(self, threshold: int, reasons: Codes, marked: Flags, status: pd.Categorical[Any]) -> None:
        """Count who is covered at a threshold or in a scenario, by its number, and why the others are not."""
        where = np.empty(0, np.int64) if self._areas is None else self._areas.codes
        by_category = np.array([STATUSES.index(each) for each in status.categories], np.uint8)
        counted = (where, marked.view(np.uint8), by_category[status.codes])
        for number, weights in enumerate(self._measures.values()):
            self._core.add(number, threshold, reasons, weights, *counted)

    def merge(self, other: Ledger) -> None:
        """Count what a ledger of other rows, asked the same, has counted."""
        self._core.merge(other._core)

    def __getstate__(self) -> dict[str, Any]:
        """Return what was counted, without the rows."""
        empty = dict.fromkeys(self._measures, np.empty(0))
        return self.__dict__ | {"_measures": empty, "_areas": None}

    def summary(self) -> pd.DataFrame:
        """Return the sums of everybody, one row per threshold and measure."""
        lines = [(key, self._columns(self._core.of_all(*at))) for key, at in self._keys()]
        return pd.DataFrame([{**key, **{name: values[0] for name, values in line.items()}} for key, line in lines])

    def by_area(self) -> pd.DataFrame | None:
        """Return the sums of each area, and of those in none where there are some; nothing without areas."""
        if self._names == [None]:
            return None
        tables = []
        for key, at in self._keys():
            line = self._core.by_area(*at)
            there = (line["total"] != 0) | (line["rows_without_weight"] != 0)
            there[: -len(NO_AREA)] = True
            tables.append(pd.DataFrame({"area": self._names, **key, **self._columns(line)})[there])
        return pd.concat(tables, ignore_index=True)

    def reasons(self, of: Sequence[str]) -> pd.DataFrame:
        """Return why people are not covered, one row per threshold, measure and reason, of these in this order."""
        found = []
        for key, at in self._keys():
            by_reason = self._core.of_all(*at)["by_reason"]
            found += [{**key, "reason": reason, "weight": by_reason[reason][0]} for reason in of]
        return pd.DataFrame(found)

    def _keys(self) -> list[tuple[dict[str, Any], tuple[int, int]]]:
        """Return what each line is of, and where it stands in the core's ledger."""
        return [
            ({self._column: threshold, "measure": measure}, (number, at))
            for at, threshold in enumerate(self._thresholds)
            for number, measure in enumerate(self._measures)
        ]

    def _columns(self, line: Mapping[str, Any]) -> dict[str, Any]:
        known = {**line, **shares(line), self._marked: line["marked"]}
        return {name: known[name] for name in self._figures}


def sums_by_state(
    measures: Mapping[str, Numbers], areas: Areas | None, states: Sequence[str], codes: NDArray[np.integer[Any]]
) -> pd.DataFrame:
    """Return the `StateSums` of rows as a table."""
    return StateSums(measures, areas, states, codes).table()


class StateSums:
    """People by state: its number in `states` is the row's code."""

    def __init__(
        self,
        measures: Mapping[str, Numbers],
        areas: Areas | None,
        states: Sequence[str],
        codes: NDArray[np.integer[Any]],
    ) -> None:
        self._measures, self._states = list(measures), list(states)
        self._names = None if areas is None else areas.all_names()
        where = np.empty(0, np.int64) if areas is None else areas.codes
        self._core = _core.Ledger(len(measures), len(states) + 1, len(self._names or [None]))  # the last is the total
        rows_of = [*((codes == number).nonzero()[0] for number in range(len(states))), np.arange(len(codes))]
        for number, weights in enumerate(measures.values()):
            for at, rows in enumerate(rows_of):
                there = where if areas is None else where[rows]
                self._core.add(number, at, np.zeros(len(rows), np.uint8), weights[rows], there)

    def merge(self, other: StateSums) -> None:
        """Count what was counted of other rows, asked the same."""
        self._core.merge(other._core)

    def table(self) -> pd.DataFrame:
        """Return the sums of all, then of each area; exact and rounded once.

        One row per area and measure: ``area`` (missing for all), ``measure``, ``total``, a column per state, and
        ``rows_without_weight``; those in no area where there are some.
        """
        tables = []
        every = range(len(self._states) + 1)
        for number, measure in enumerate(self._measures):
            of_all = [self._core.of_all(number, at) for at in every]
            tables.append(_state_lines([None], measure, self._states, of_all))
            if self._names is not None:
                lines = [self._core.by_area(number, at) for at in every]
                there = (lines[-1]["total"] != 0) | (lines[-1]["rows_without_weight"] != 0)
                there[: -len(NO_AREA)] = True
                tables.append(_state_lines(self._names, measure, self._states, lines)[there])
        return pd.concat(tables, ignore_index=True)


def _state_lines(
    names: Sequence[Any], measure: str, states: Sequence[str], lines: Sequence[Mapping[str, Any]]
) -> pd.DataFrame:
    total = lines[-1]
    sums = {state: line["total"] for state, line in zip(states, lines, strict=False)}
    columns = {"total": total["total"], **sums, "rows_without_weight": total["rows_without_weight"]}
    return pd.DataFrame({"area": pd.Series(list(names), dtype=object), "measure": measure, **columns})


def shares(line: Mapping[str, Any]) -> dict[str, Numbers]:
    """Return which part of the total is covered, and was; NaN where there is nobody."""
    total = np.asarray(line["total"], np.float64)

    def share(part: Any) -> Numbers:
        return np.divide(part, total, out=np.full(len(total), np.nan), where=total > 0)

    return {"covered_share": share(line["covered"]), "covered_share_before": share(line["covered_before"])}


def zone_summary(
    names: pd.Index[Any],
    zone: NDArray[np.integer[Any]],
    row: NDArray[np.integer[Any]],
    inside: Flags,
    known: Flags,
    weights: Numbers,
) -> pd.DataFrame:
    """Return the `ZoneSums` of pairs and features as a table."""
    return ZoneSums(names, zone, row, inside, known, weights).table()


class ZoneSums:
    """How many rows and people lie in each zone, then in any, in none, and nobody knows where.

    `zone` (position in `names`) and `row` are those of the pairs, `inside`, `known` and `weights` (NaN where there is
    none) of the features.
    """

    def __init__(
        self,
        names: pd.Index[Any],
        zone: NDArray[np.integer[Any]],
        row: NDArray[np.integer[Any]],
        inside: Flags,
        known: Flags,
        weights: Numbers,
    ) -> None:
        self._names = names
        self._core = _core.Ledger(1, 1, len(names) + len(OF_ZONES))
        side = len(names) + np.select([~known, ~inside], [2, 1], 0)
        for where, people in ((zone, weights[row]), (side, weights)):
            self._core.add(0, 0, np.zeros(len(where), np.uint8), people, where.astype(np.int64))

    def merge(self, other: ZoneSums) -> None:
        """Count what was counted of other features in the same zones."""
        self._core.merge(other._core)

    def table(self) -> pd.DataFrame:
        """Return one row per zone, then those of all; sums are exact and rounded once."""
        line = self._core.by_area(0, 0)
        return pd.DataFrame(
            {
                "zone": [*self._names, *OF_ZONES],
                "rows": line["rows"],
                "weight": line["total"],
                "rows_without_weight": line["rows_without_weight"],
            }
        )
