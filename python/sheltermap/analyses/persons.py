# SPDX-License-Identifier: Apache-2.0
"""Whom is asked about: each row of the demand, or persons who may have several rows, home and work."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.reasons import REASONS, UNPLACED
from sheltermap.layers import frames, row_ids
from sheltermap.layers.refused_rows import refused_otherwise
from sheltermap.streets.travelling import Found, Question, find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Measures = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Persons:
    """The demand, and whose each of its rows is.

    Attributes
    ----------
    demand : GeoDataFrame
    column : str or None
        Which says whose row it is; None where each row is a person.
    codes : ndarray or None
        Number of each row's person, persons in order of their first rows.
    first_rows : ndarray
        The first row of each person.
    """

    demand: GeoDataFrame
    column: str | None
    codes: NDArray[np.int64] | None
    first_rows: NDArray[np.intp]

    @classmethod
    def of(cls, demand: GeoDataFrame, column: str | None) -> Persons:
        """Return the persons that a column names; ValueError where it is empty in a row."""
        if column is None:
            return cls(demand, None, None, np.arange(len(demand)))
        what = frames.describe(demand, "demand")
        frames.require_columns(demand, [column], what)
        codes, _ = pd.factorize(demand[column])
        if (codes < 0).any():
            row = int(np.flatnonzero(codes < 0)[0])
            raise ValueError(f"{what}: column {column!r} is empty in row {row + 1}; whose row is it?")
        _, first_rows = np.unique(codes, return_index=True)
        return cls(demand, column, codes.astype(np.int64), first_rows)

    def rows(self) -> GeoDataFrame:
        """Return the first row of each person, named by the person."""
        if self.column is None:
            return self.demand
        rows = self.demand.iloc[self.first_rows]
        rows.attrs = {**rows.attrs, row_ids.ID: self.column}
        return rows

    def first(self, by_row: NDArray[Any]) -> NDArray[Any]:
        """Return what the first row of each person has; the same array, not a copy, where each row is a person."""
        return by_row if self.codes is None else by_row[self.first_rows]

    def measures(self, by_row: Measures) -> Measures:
        """Return how many people each person stands for; ValueError where the rows of one disagree."""
        if self.codes is None:
            return by_row
        for name, values in by_row.items():
            differs = np.flatnonzero(~_same(values, values[self.first_rows][self.codes]))
            if len(differs):
                row = int(differs[0])
                raise ValueError(
                    f"{frames.describe(self.demand, 'demand')}: the rows of {self.column} "
                    f"{self.demand[self.column].iloc[row]!r} disagree in {name!r}: "
                    f"{values[self.first_rows][self.codes[row]]:g} and, in row {row + 1}, {values[row]:g}"
                )
        return {name: values[self.first_rows] for name, values in by_row.items()}

    @cached_property
    def refused(self) -> NDArray[np.bool_]:
        """Which persons have no place only because their rows were refused, for something else than their places."""
        by_row = refused_otherwise(self.demand)
        if self.codes is None or not by_row.any():
            return self.first(by_row)
        placeless = ~frames.placed_rows(self.demand)
        counts = [np.bincount(self.codes[rows], minlength=len(self.first_rows)) for rows in (by_row, placeless)]
        found: NDArray[np.bool_] = (counts[0] > 0) & (counts[0] == counts[1])
        return found

    def told(self, reasons: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the codes of reasons, of those who were refused that they were."""
        if not self.refused.any():
            return reasons
        missing, refused = (np.uint8(REASONS.index(name)) for name in UNPLACED)
        return np.where((reasons == missing) & self.refused, refused, reasons)

    def reasons(self, among: Sequence[str]) -> tuple[str, ...]:
        """Return the reasons that there may be, with that of the refused where there are some."""
        return (*among, *([UNPLACED[1]] if self.refused.any() else []))

    def cheapest(
        self, facilities: GeoDataFrame, asked: Question, facility_id: str | None = None
    ) -> tuple[Found, _core.Access]:
        """Return what the rows reach, and of each person the cheapest facility that any of the rows does."""
        found = find(self.demand, facilities, asked, 1, facility_id)
        access = _core.cheapest(found.reach)
        if self.codes is not None:
            access = _core.any_of_places(access, self.codes, len(self.first_rows))
        return found, access


def _same(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (a == b) | (np.isnan(a) & np.isnan(b))
    return same
