# SPDX-License-Identifier: Apache-2.0
"""How a value stands on its way from a base value through targets, and where it is going."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from sheltermap.plans.entered import Direction, Goal, Margin

Status = Literal["met", "on_path", "behind", "off", "not_due", "not_judged", "unknown"]
STATUSES: tuple[Status, ...] = ("met", "on_path", "behind", "off", "not_due", "not_judged", "unknown")


@dataclass(frozen=True)
class Course:
    """What was planned for the years and what is known of them."""

    direction: Direction
    base: tuple[int, float] | None  #: year and value of the start, where they are known
    targets: Sequence[tuple[int, Goal]]  #: in the order of the years
    actuals: Mapping[int, float]  #: entered by hand
    follows_a_line: bool  #: whether the plan runs straight between targets; else each is the plan of its own year
    margin: Margin  #: how far from its plan a level that is kept may be

    def planned(self, year: int) -> float | None:
        """Return where the plan is in a year; after the last target, that; nothing where none is for that year."""
        points = [(each, goal.value) for each, goal in self.targets]
        if self.follows_a_line and self.base is not None:
            points.insert(0, self.base)
            year = max(year, self.base[0])
        if not points or year < points[0][0]:
            return None
        if year >= points[-1][0]:
            return points[-1][1]
        if not self.follows_a_line:
            return dict(points).get(year)
        (first, start), (second, end) = next(pair for pair in pairwise(points) if year <= pair[1][0])
        return start + (end - start) * (year - first) / (second - first)

    def next_target(self, year: int) -> tuple[int, Goal] | None:
        """Return the first target that is not past, else the last one; of yearly plans that of a later year."""
        ahead = (each for each in self.targets if (each[0] >= year if self.follows_a_line else each[0] > year))
        return next(ahead, self.targets[-1] if self.targets else None)

    def status(self, year: int, value: float | None) -> Status:
        """Judge a value by what is planned; docs/years.md says how."""
        if self.direction == "none":
            return "not_judged"
        planned = self.planned(year)
        if value is None:
            return "not_due" if planned is None else "unknown"
        goal = self._goal(year)
        if goal is not None and self._reaches(value, goal):
            return "met"
        if planned is None:
            return "not_due"
        if self.follows_a_line and self._reaches(value, Goal(planned)):
            return "on_path"
        return "behind" if self._better_than_at_the_start(year, value, planned) else "off"

    def trend_per_year(self, year: int, value: float | None) -> float | None:
        """Return the slope of the least-squares line through the base value, the recorded years and this one."""
        known = {**({} if self.base is None else dict([self.base])), **self.actuals}
        known |= {} if value is None else {year: value}
        past = {each: found for each, found in known.items() if each <= year}
        if len(past) < 2:
            return None
        mean_year, mean_value = (sum(side) / len(past) for side in (past.keys(), past.values()))
        spread = sum((each - mean_year) ** 2 for each in past)
        return sum((each - mean_year) * (found - mean_value) for each, found in past.items()) / spread

    def _goal(self, year: int) -> Goal | None:
        """Return what has to be reached: the next target; of yearly plans, and where a level is kept, this year's."""
        if self.follows_a_line and self.direction != "keep":
            found = self.next_target(year)
            return None if found is None else found[1]
        own = [goal for each, goal in self.targets if each <= year][-1:]
        planned = self.planned(year)
        return None if planned is None else own[0] if own and own[0].value == planned else Goal(planned)

    def _reaches(self, value: float, goal: Goal) -> bool:
        if self.direction == "keep":
            return abs(value - goal.value) <= self.margin.around(goal.value)
        return goal.met(value, self.direction)

    def _better_than_at_the_start(self, year: int, value: float, planned: float) -> bool:
        """Whether a value that misses its plan is better than the base value, or else than the first one known."""
        earlier = {each: known for each, known in self.actuals.items() if each < year}
        start = self.base[1] if self.base else earlier[min(earlier)] if earlier else None
        if start is None:
            return False
        if self.direction == "keep":
            return abs(value - planned) < abs(start - planned)
        return Goal(start).better_by(value, self.direction) > 0
