# SPDX-License-Identifier: Apache-2.0
"""Keys that several kinds of questions have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from sheltermap.analyses.areas import Areas
from sheltermap.base.limits import Limit, limits_of
from sheltermap.base.standards import PlanPart, PositiveMetres, Standard
from sheltermap.layers.frames import lonlat
from sheltermap.questions.kind import Kind
from sheltermap.questions.sources import NonEmpty

if TYPE_CHECKING:
    from sheltermap.questions.context import Context

CURRENCY = "^[A-Z]{3}$"  #: ISO 4217
Currency = Annotated[str, Field(pattern=CURRENCY)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _with_unit(value: Any) -> Any:
    try:
        Limit.parse(value)
    except ValueError as error:  # the fault's own sentence tells what was given
        raise ValueError(str(error).removesuffix(f", not {value!r}")) from None
    return value


LimitText = Annotated[str, BeforeValidator(_with_unit)]  #: "500 m" or "15 min"


class Supply(PlanPart):
    """Which facilities count; see `sheltermap.supply`."""

    in_use: bool = False
    category: list[NonEmpty] | None = None
    compliance: Literal["full", "renewable", "any"] | None = None
    suitable_for: list[NonEmpty] | None = None
    open_when: list[NonEmpty] | None = None
    columns: dict[str, NonEmpty] = Field(default_factory=dict)

    @property
    def asked(self) -> dict[str, str]:
        """The columns it looks at, by the key that asks for them."""
        wanted = {"in_use": "in_use"} if self.in_use else {}
        wanted |= {} if self.category is None else {"category": "category"}
        wanted |= {} if self.compliance is None else {"compliance": "compliance"}
        wanted |= {} if self.open_when is None else {"open_when": "opening"}
        wanted |= {f"suitable_for.{hazard}": f"suits_{hazard}" for hazard in self.suitable_for or ()}
        return {key: self.columns.get(field, field) for key, field in wanted.items()}


class Reaching(Kind):
    """Questions of demand and the facilities it can reach."""

    demand: NonEmpty
    facilities: NonEmpty
    supply: Supply | None = None


class AlongStreets(Kind):
    """As the crow flies, or along a network."""

    by: NonEmpty | None = None
    direction: Literal["to", "from"] = "to"

    @property
    def in_time(self) -> bool:
        """Whether a limit is a time."""
        asked = [getattr(self, "limit", None), *(getattr(self, "limits", None) or ())]
        return any(Limit.parse(each).in_time for each in asked if each is not None)

    @model_validator(mode="after")
    def _streets_where_needed(self) -> AlongStreets:
        if self.by is None and self.in_time:
            raise ValueError(
                "a time needs streets to travel along: name one of the networks as by, or one of the tables"
            )
        if self.by is None and self.direction != "to":
            raise ValueError(
                "direction needs streets to travel along: name one of the networks as by, or one of the tables"
            )
        return self


class ByArea(Kind):
    """What is counted by area."""

    areas: NonEmpty | None = None
    area_name: NonEmpty | None = None

    @model_validator(mode="after")
    def _areas_have_names(self) -> ByArea:
        if (self.areas is None) != (self.area_name is None):
            raise ValueError("areas and area_name belong together")
        return self

    def grouping(self, context: Context) -> Areas | None:
        """Return in which area each row of the demand counts; nothing where none are named."""
        areas = context.frames.get("areas")
        if areas is None:
            return None
        return Areas(areas, self.area_name, lonlat(context.frames["demand"], "demand"), "demand")


class ByPerson(Reaching, ByArea):
    """Reach of people who may have several places."""

    person: NonEmpty | None = None
    position_error_m: NotNegative | None = None


class OneLimit(Reaching):
    """Reach within one limit: that of a standard, a distance, or a text with its unit."""

    limit_needed: ClassVar[bool] = True  #: whether nothing can be answered without one

    standard: NonEmpty | None = None
    threshold_m: PositiveMetres | None = None
    limit: LimitText | None = None

    @model_validator(mode="after")
    def _one_threshold(self) -> OneLimit:
        given = sum(each is not None for each in (self.standard, self.threshold_m, self.limit))
        if given > 1 or (given == 0 and self.limit_needed):
            raise ValueError("give standard, threshold_m or limit, one of the three")
        return self

    def thresholds(self, standards: Mapping[str, Standard]) -> list[Limit]:
        """Return the limit, if there is one."""
        if self.limit is not None:
            return [Limit.parse(self.limit)]
        if self.standard is not None:
            return [Limit(standards[self.standard].distance)]
        return [] if self.threshold_m is None else [Limit(self.threshold_m)]


class SeveralLimits(Kind):
    """Questions within each of several limits."""

    thresholds_m: Annotated[list[PositiveMetres], Field(min_length=1)] | None = None
    limits: Annotated[list[LimitText], Field(min_length=1)] | None = None
    standards: Annotated[list[NonEmpty], Field(min_length=1)] | None = None

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
    def _some_thresholds(self) -> SeveralLimits:
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
