# SPDX-License-Identifier: Apache-2.0
"""What classes of risk are made of: likelihood, dimensions of impact, levels, the matrix; each checked by itself."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from sheltermap.base.standards import PlanPart, Text

COMMON = ("human", "economic", "environmental", "political")  #: dimensions that tables of risks know

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,62}$")]
Finite = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Limits = Annotated[list[Finite], Field(min_length=2)]
Weight = Annotated[float, Field(gt=0, allow_inf_nan=False)]


def _require_ascending(limits: list[float]) -> None:
    if limits[0] != 0:
        raise ValueError(f"the first class begins at 0, not at {limits[0]:g}, so that no value is below all classes")
    for low, high in pairwise(limits):
        if not low < high:
            raise ValueError(f"limits ascend: {high:g} does not come after {low:g}")


class Likelihood(PlanPart):
    """Classes of likelihood: where each begins, as an annual probability, and what it is called."""

    limits: Annotated[Limits, Field(alias="from")]
    names: list[Text] | None = None

    @model_validator(mode="after")
    def _limits_are_probabilities(self) -> Likelihood:
        _require_ascending(self.limits)
        if self.limits[-1] > 1:
            raise ValueError(f"an annual probability is at most 1; the last class begins at {self.limits[-1]:g}")
        if self.names is not None and len(self.names) != len(self.limits):
            raise ValueError(f"there are {len(self.limits)} classes and {len(self.names)} names")
        return self


class Impact(PlanPart):
    """What the classes of impact are called, in all dimensions alike."""

    names: Annotated[list[Text], Field(min_length=2)]


class Dimension(PlanPart):
    """One dimension of impact: where its classes begin, in its unit; of qualitative ones the values are classes."""

    title: Text | None = None
    unit: Annotated[str, Field(min_length=1)] | None = None
    limits: Annotated[Limits | None, Field(alias="from")] = None
    qualitative: bool = False

    @model_validator(mode="after")
    def _limits_and_unit_or_words(self) -> Dimension:
        if self.qualitative:
            if self.limits is not None or self.unit is not None:
                raise ValueError("a qualitative dimension has classes for values: leave out from and unit")
            return self
        if self.limits is None or self.unit is None:
            raise ValueError("give from, where each class begins, and the unit; or qualitative = true")
        _require_ascending(self.limits)
        return self


class Level(PlanPart):
    """One level of risk: what it is called, and the colour of its cells."""

    id: Name
    title: Text | None = None
    colour: Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")] = "#c3c9d1"


class Matrix(PlanPart):
    """The level of each cell: a list per class of impact, the least first, in it one per class of likelihood."""

    levels: Annotated[list[Annotated[list[Name], Field(min_length=2)]], Field(min_length=2)]
