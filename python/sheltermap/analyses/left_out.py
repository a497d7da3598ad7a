# SPDX-License-Identifier: Apache-2.0
"""Facilities that were left out: whom the nearest of them would serve, which is why these are not covered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.analyses.supply import UNUSED_REASONS
from sheltermap.base.reasons import OF_REACH, REASONS, STATUS_OF, codes_of
from sheltermap.layers import frames
from sheltermap.layers.cells import listed
from sheltermap.layers.row_ids import row_ids, take_ids

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.analyses.persons import Persons
    from sheltermap.streets.travelling import Question

    Codes = NDArray[np.uint8]  # of reasons

REASONS_WITH_UNUSED = (*UNUSED_REASONS, *OF_REACH)  #: why somebody is not covered, what would mend it first
_UNCOVERED = np.array([STATUS_OF[name] == "uncovered" for name in REASONS])
_UNUSED = np.array([name in UNUSED_REASONS for name in REASONS])


@dataclass(frozen=True)
class LeftOut:
    """The nearest facility that does not count, of each person.

    Attributes
    ----------
    ids : Index
        What names the facilities.
    facility : ndarray
        Row of the nearest; -1 where none is reached.
    cost : ndarray
        How far it is, infinity where there is none.
    why : ndarray
        Code of the reason for which it does not count.
    """

    ids: pd.Index[Any]
    facility: NDArray[np.int32]
    cost: NDArray[np.float64]
    why: Codes

    @classmethod
    def of(cls, unused: GeoDataFrame, persons: Persons, asked: Question, facility_id: str | None) -> LeftOut:
        """Return those that the persons reach; ValueError where no reason is given why they do not count."""
        require_reasons(unused)
        _, access = persons.cheapest(unused, replace(asked, some_in_table=True), facility_id)
        why = np.append(codes_of(unused["unused_reason"]), np.uint8(0))  # -1, where nothing is reached, takes the last
        ids = row_ids(unused, facility_id, "unused", "facility_id")
        return cls(ids, access.facility, access.cost, why[access.facility])

    def reasons(self, reasons: Codes, limit: float) -> Codes:
        """Return why each person is not covered within a limit: who has one of them so near, for its reason."""
        near = (self.facility >= 0) & (self.cost <= limit)
        return np.where(_UNCOVERED[reasons] & near, self.why, reasons)

    def columns(self, reasons: Codes, cost_column: str) -> dict[str, Any]:
        """Return the facility, and how far it is, of those who are not covered for its reason."""
        here = _UNUSED[reasons]
        told = take_ids(self.ids, np.where(here, self.facility, -1)), np.where(here, self.cost, np.nan)
        return dict(zip(unused_columns(cost_column), told, strict=True))


def unused_columns(cost_column: str) -> list[str]:
    """Return the columns that name the facility left out and say how far it is."""
    return ["unused_facility", f"unused_{cost_column}"]


def require_reasons(unused: GeoDataFrame) -> None:
    """Raise ValueError where a frame does not say why its facilities do not count, or for a reason that is none."""
    what = frames.describe(unused, "unused")
    frames.require_columns(unused, ["unused_reason"], what)
    given = unused["unused_reason"]
    wrong = np.flatnonzero(~given.isin(UNUSED_REASONS).to_numpy(dtype=bool))
    if len(wrong):
        raise ValueError(
            f"{what}: column 'unused_reason' holds {listed(unused, 'unused_reason', wrong)}; a reason is one of "
            f"{', '.join(UNUSED_REASONS)}, as sheltermap.supply gives them"
        )
