# SPDX-License-Identifier: Apache-2.0
"""How many people have no place any more when facilities fail, as an allocation gives places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.layers.cells import numbers
from sheltermap.planning.allocation_solving import Answer, optimal, solve
from sheltermap.planning.allocation_task import task_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.streets.travelling import Question


@dataclass(frozen=True)
class PlacesLost:
    """The best allocation of each category, from which facilities are taken.

    Attributes
    ----------
    answers : list of Answer
        One per category that has places.
    number : list of dict
        Row of a facility to its number in the answer.
    notes : list of str
    """

    answers: list[Answer]
    number: list[dict[int, int]]
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        demand: GeoDataFrame,
        facilities: GeoDataFrame,
        categories: Mapping[Any, NDArray[np.bool_]],
        asked: Question,
        weight: str | None,
        capacity: str,
        facility_id: str | None,
    ) -> PlacesLost:
        """Return the allocations; a category of which nobody knows any places has none."""
        found = cls([], [])
        known = ~np.isnan(numbers(facilities, capacity, "critical"))
        for here in categories.values():
            rows = np.flatnonzero(here)
            if not known[rows].any():
                continue
            task = task_of(demand, facilities.iloc[rows], asked, weight, capacity, facility_id)
            found.answers.append(solve(task))
            found.number.append({int(rows[row]): number for number, row in enumerate(task.facility_rows)})
            found.notes.extend(task.notes)
        return found

    def without(self, closed: Collection[int]) -> float:
        """Return how many people more have no place when some facilities close together; by category, then summed."""
        return sum(
            self._of_one(answer, [number[each] for each in sorted(closed) if each in number])
            for answer, number in zip(self.answers, self.number, strict=True)
        )

    @staticmethod
    def _of_one(answer: Answer, closed: list[int]) -> float:
        before = answer.seats.unserved.sum()
        for each in closed:
            assert answer.core is not None  # an optimum has it
            answer = optimal(answer.task.without(each), answer.found, answer.core.without(each), answer.looked)
        return float(answer.seats.unserved.sum() - before) / answer.task.parts
