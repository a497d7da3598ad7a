# SPDX-License-Identifier: Apache-2.0
"""Who has a facility within each of several limits, weighted, by area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from sheltermap.base.limits import Limit, limits_of
from sheltermap.base.standards import PositiveMetres, Standard
from sheltermap.questions.covering import Covering
from sheltermap.questions.keys import ByPerson, LimitText
from sheltermap.questions.registry import register
from sheltermap.questions.sources import NonEmpty


@register
class Coverage(Covering, ByPerson):
    """Who has a facility within each of several limits, weighted, by area."""

    uses: ClassVar = {"demand": ("weight", "groups", "person"), "facilities": (), "areas": ("area_name",)}

    kind: Literal["coverage"]
    thresholds_m: Annotated[list[PositiveMetres], Field(min_length=1)] | None = None
    limits: Annotated[list[LimitText], Field(min_length=1)] | None = None
    standards: Annotated[list[NonEmpty], Field(min_length=1)] | None = None
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)

    @field_validator("thresholds_m")
    @classmethod
    def _ascending(cls, value: list[float] | None) -> list[float] | None:
        if value is not None and sorted(set(value)) != value:
            raise ValueError("write each distance once, the smallest first")
        _require_apart(value or ())
        return value

    @field_validator("limits")
    @classmethod
    def _of_one_kind(cls, value: list[str] | None) -> list[str] | None:
        if value is not None:
            _require_apart(sorted(each.value for each in limits_of(value)))
        return value

    @model_validator(mode="after")
    def _some_thresholds(self) -> Coverage:
        if sum(each is not None for each in (self.thresholds_m, self.limits, self.standards)) != 1:
            raise ValueError("give thresholds_m, limits or standards, one of the three")
        return self

    def thresholds(self, standards: Mapping[str, Standard]) -> list[Limit]:
        """Return its limits, or the distances of its standards."""
        if self.limits is not None:
            return sorted(limits_of(self.limits))
        named = [standards[each].distance for each in self.standards or ()]
        return [Limit(each) for each in sorted(set(self.thresholds_m or named))]


def _require_apart(ascending: Sequence[float]) -> None:
    """Raise ValueError where two limits may read the same in a report, which writes whole metres and seconds."""
    for one, other in pairwise(ascending):
        if other - one < 1:
            raise ValueError(
                f"{one:.15g} and {other:.15g} are less than 1 apart, which no report shows: write one of them"
            )
