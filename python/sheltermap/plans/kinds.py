# SPDX-License-Identifier: Apache-2.0
"""The kinds of analyses that a plan can ask for, and what each is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from sheltermap.base.limits import Limit, limits_of
from sheltermap.base.standards import PlanPart, PositiveMetres, Text
from sheltermap.base.suggestions import unknown
from sheltermap.plans.sources import Name, NonEmpty
from sheltermap.registers.mapping import Column
from sheltermap.registers.schema import Kind, schema

Uses = dict[str, tuple[str, ...]]  # keys that name an input -> keys that name columns of it


def _with_unit(value: Any) -> Any:
    try:
        Limit.parse(value)
    except ValueError as error:  # the fault's own sentence tells what was given
        raise ValueError(str(error).removesuffix(f", not {value!r}")) from None
    return value


LimitText = Annotated[str, BeforeValidator(_with_unit)]  #: "500 m" or "15 min"


class _Analysis(PlanPart):
    """What all analyses have in common."""

    uses: ClassVar[Uses]

    name: Name
    title: Text
    unit: Text | None = None
    note: Text | None = None


class Supply(PlanPart):
    """Which facilities count; see `sheltermap.supply`."""

    category: list[NonEmpty] | None = None
    compliance: Literal["full", "renewable", "any"] | None = None
    suitable_for: list[NonEmpty] | None = None
    open_when: list[NonEmpty] | None = None
    columns: dict[str, NonEmpty] = Field(default_factory=dict)

    @property
    def asked(self) -> dict[str, str]:
        """The columns it looks at, by the key that asks for them."""
        wanted = {} if self.category is None else {"category": "category"}
        wanted |= {} if self.compliance is None else {"compliance": "compliance"}
        wanted |= {} if self.open_when is None else {"open_when": "opening"}
        wanted |= {f"suitable_for.{hazard}": f"suits_{hazard}" for hazard in self.suitable_for or ()}
        return {key: self.columns.get(field, field) for key, field in wanted.items()}


class _Reaching(_Analysis):
    """Analyses of demand and the facilities it can reach."""

    demand: NonEmpty
    facilities: NonEmpty
    supply: Supply | None = None


class _AlongStreets(_Reaching):
    """Reach as the crow flies, or along a network."""

    by: NonEmpty | None = None
    direction: Literal["to", "from"] = "to"

    @property
    def in_time(self) -> bool:
        """Whether a limit is a time."""
        asked = [getattr(self, "limit", None), *(getattr(self, "limits", None) or ())]
        return any(Limit.parse(each).in_time for each in asked if each is not None)

    @model_validator(mode="after")
    def _streets_where_needed(self) -> _AlongStreets:
        if self.by is None and self.in_time:
            raise ValueError("a time needs streets to travel along: name one of the networks as by")
        if self.by is None and self.direction != "to":
            raise ValueError("direction needs streets to travel along: name one of the networks as by")
        return self


class _ByArea(_Analysis):
    """What is counted by area."""

    areas: NonEmpty | None = None
    area_name: NonEmpty | None = None

    @model_validator(mode="after")
    def _areas_have_names(self) -> _ByArea:
        if (self.areas is None) != (self.area_name is None):
            raise ValueError("areas and area_name belong together")
        return self


class _ByPerson(_Reaching, _ByArea):
    """Reach of people who may have several places."""

    person: NonEmpty | None = None
    position_error_m: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None


class _AtOneDistance(_Reaching, _ByArea):
    """Reach of weighted demand at one distance."""

    standard: NonEmpty | None = None
    threshold_m: PositiveMetres | None = None
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_threshold(self) -> _AtOneDistance:
        if (self.standard is None) == (self.threshold_m is None):
            raise ValueError("give standard or threshold_m, one of the two")
        return self


class Nearest(_ByPerson, _AlongStreets):
    """Distance from each demand row to its nearest facility; who is beyond the standard."""

    uses: ClassVar[Uses] = {"demand": ("person",), "facilities": (), "areas": ("area_name",)}

    kind: Literal["nearest"]
    standard: NonEmpty | None = None
    threshold_m: PositiveMetres | None = None
    limit: LimitText | None = None

    @model_validator(mode="after")
    def _one_threshold(self) -> Nearest:
        if sum(each is not None for each in (self.standard, self.threshold_m, self.limit)) > 1:
            raise ValueError("give standard, threshold_m or limit, not two of them")
        return self


def _require_apart(ascending: Sequence[float]) -> None:
    """Raise ValueError where two limits may read the same in a report, which writes whole metres and seconds."""
    for one, other in pairwise(ascending):
        if other - one < 1:
            raise ValueError(
                f"{one:.15g} and {other:.15g} are less than 1 apart, which no report shows: write one of them"
            )


class Coverage(_ByPerson, _AlongStreets):
    """Who has a facility within each of several distances, weighted, by area."""

    uses: ClassVar[Uses] = {"demand": ("weight", "groups", "person"), "facilities": (), "areas": ("area_name",)}

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


class Count(_Reaching):
    """How many facilities each demand row has within a distance."""

    uses: ClassVar[Uses] = {"demand": ("weight",), "facilities": ()}

    kind: Literal["count"]
    distance_m: PositiveMetres
    classes: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1, default_factory=lambda: [0, 1, 2, 5])]
    weight: NonEmpty | None = None

    @field_validator("classes")
    @classmethod
    def _from_zero(cls, value: list[int]) -> list[int]:
        if value[0] != 0 or sorted(set(value)) != value:
            raise ValueError("lower ends of the classes: start with 0, each once, the smallest first")
        return value


class Exposure(_Analysis):
    """What lies in which zone."""

    uses: ClassVar[Uses] = {"features": ("weight",), "zones": ("zone_id",)}

    kind: Literal["exposure"]
    features: NonEmpty
    zones: NonEmpty
    zone_id: NonEmpty | None = None
    weight: NonEmpty | None = None


class Flood(_AtOneDistance):
    """Who has a facility near enough before a flood and during each of its scenarios."""

    uses: ClassVar[Uses] = {
        "demand": ("weight", "groups"),
        "facilities": ("suitable", "capacity"),
        "zones": ("scenario",),
        "areas": ("area_name",),
    }

    kind: Literal["flood"]
    zones: NonEmpty
    scenario: NonEmpty = "scenario"
    suitable: NonEmpty | None = None
    capacity: NonEmpty | None = None


class Gaps(_AtOneDistance, _AlongStreets):
    """Where those who are not covered live, as places to act on."""

    uses: ClassVar[Uses] = {"demand": ("weight", "groups"), "facilities": (), "areas": ("area_name",)}

    kind: Literal["gaps"]
    limit: LimitText | None = None
    join_distance_m: PositiveMetres = 1000.0

    @model_validator(mode="after")
    def _one_threshold(self) -> Gaps:
        if sum(each is not None for each in (self.standard, self.threshold_m, self.limit)) != 1:
            raise ValueError("give standard, threshold_m or limit, one of the three")
        return self


class CutOff(_AlongStreets):
    """Who is cut off when streets close, why, and which detour the others face."""

    uses: ClassVar[Uses] = {
        "demand": ("weight",),
        "facilities": (),
        "zones": ("depth", "scenario"),
        "barrier": (),
    }

    kind: Literal["cut_off"]
    by: NonEmpty
    limit: LimitText | None = None
    weight: NonEmpty | None = None
    zones: NonEmpty | None = None
    depth: NonEmpty | None = None
    scenario: NonEmpty | None = None
    scenario_is: NonEmpty | None = None
    closing_depth_m: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    bridges: bool = False
    ways: list[int] = Field(default_factory=list)
    barrier: NonEmpty | None = None
    speed_factor: Annotated[float, Field(gt=0, lt=1)] | None = None
    critical: Annotated[int, Field(ge=0, le=100)] = 0

    @model_validator(mode="after")
    def _something_closes(self) -> CutOff:
        if not self.ways and all(each is None for each in (self.zones, self.barrier, self.speed_factor)):
            raise ValueError("nothing closes or slows a street: give zones, ways, barrier or speed_factor")
        closes = bool(self.ways) or self.zones is not None or self.barrier is not None
        if not closes and not self.in_time:
            asked = "there is no limit" if self.limit is None else f'the limit is a distance, "{self.limit}"'
            raise ValueError(f'speed_factor changes times only, and {asked}: give a limit in time, as "15 min"')
        if (self.scenario is None) != (self.scenario_is is None):
            raise ValueError("scenario (the column) and scenario_is (its value) belong together")
        for key in ("depth", "scenario", "closing_depth_m"):
            if self.zones is None and getattr(self, key) is not None:
                raise ValueError(f"{key} says which zones close streets: give zones")
        if self.closing_depth_m is not None and self.depth is None:
            raise ValueError("closing_depth_m is compared with the depth of the zones: give depth, their column")
        return self


class Register(_ByArea):
    """What state a register is in: what is to be mended in it, its grades, defects, improvements and their cost."""

    uses: ClassVar[Uses] = {"features": (), "areas": ("area_name",)}

    kind: Literal["register"]
    features: NonEmpty
    as_register: Kind
    columns: dict[str, Column] = Field(default_factory=dict)
    as_of: date | None = None

    @model_validator(mode="after")
    def _columns_are_fields(self) -> Register:
        fields = schema(self.as_register).fields
        for name in self.columns:
            if name not in fields:
                raise ValueError(unknown("columns: unknown field", name, fields))
        return self


Analysis = Nearest | Coverage | Count | Exposure | Flood | Gaps | CutOff | Register
KINDS: dict[str, type[Analysis]] = {
    "nearest": Nearest,
    "coverage": Coverage,
    "count": Count,
    "exposure": Exposure,
    "flood": Flood,
    "gaps": Gaps,
    "cut_off": CutOff,
    "register": Register,
}
