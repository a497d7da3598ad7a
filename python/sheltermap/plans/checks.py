# SPDX-License-Identifier: Apache-2.0
"""What a plan demands of its figures, and what it knowingly leaves out of that, for how long."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sheltermap.base.standards import PlanPart, Text
from sheltermap.plans.selector import Number, Selector
from sheltermap.questions.sources import NonEmpty

Part = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Kind = Literal[
    "check",
    "coverage_fell",
    "area_fell",
    "figure_worse",
    "detail_worse",
    "gap_opened",
    "facility_closed",
    "indicator_off",
    "indicator_behind",
    "rows_refused",
    "not_compared",
    "nothing_before",
    "not_judged",
    "matched_otherwise",
    "total_smaller",
    "rows_without_weight",
]


class Check(PlanPart):
    """A limit of one figure, or of how much worse it may be than the year before."""

    id: NonEmpty
    title: Text | None = None
    figure: Selector
    at_least: Number | None = None
    at_most: Number | None = None
    may_fall_by: NotNegative | None = None
    may_rise_by: NotNegative | None = None

    @property
    def compares(self) -> bool:
        """Whether it needs the figure of the year before."""
        return self.may_fall_by is not None or self.may_rise_by is not None

    @model_validator(mode="after")
    def _demands_something(self) -> Check:
        if all(each is None for each in (self.at_least, self.at_most, self.may_fall_by, self.may_rise_by)):
            raise ValueError("give at_least, at_most, may_fall_by or may_rise_by")
        return self


class Tolerances(PlanPart):
    """How much worse a figure may be before it fails; what is worse by less is noted."""

    share: Part = 0.0001  #: of shares: 0.01 percentage points
    amount: Part = 0.001  #: of all others: this part of what it was
    total: Part = 0.05  #: of all people or objects: a municipality loses a few in a hundred a year, a broken file many


class Ignored(PlanPart):
    """A finding that is known and left alone until a day, with the reason."""

    finding: Kind
    subject: NonEmpty  #: the analysis, check, indicator or input it is of
    place: NonEmpty | None = None  #: as the finding has it: name of the gap, area or facility
    reason: NonEmpty
    until: date
