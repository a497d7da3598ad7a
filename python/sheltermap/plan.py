# SPDX-License-Identifier: Apache-2.0
"""Plans: what to read, which standards hold, what to ask. Read from TOML; every fault is reported at once."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from sheltermap.checks import Check, Ignored
from sheltermap.indicators import Indicator, load_raw, year_faults
from sheltermap.plan_faults import PlanError as PlanError
from sheltermap.plan_faults import cross_faults, schema_faults, unknown
from sheltermap.registers.mapping import Column
from sheltermap.registers.schema import Kind, schema
from sheltermap.standards import Language, PlanPart, PositiveMetres, Standard, Text, shipped

NonEmpty = Annotated[str, Field(min_length=1)]
# Names become layers, tables and file names: plain ASCII, and nothing GeoPackage keeps for itself.
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,62}$")]
Uses = dict[str, tuple[str, ...]]  # keys that name an input -> keys that name columns of it


class Input(PlanPart):
    """A file to read, and how."""

    path: NonEmpty
    layer: NonEmpty | None = None
    crs: NonEmpty | None = None
    id: NonEmpty | None = None
    name: NonEmpty | None = None
    x: NonEmpty | None = None
    y: NonEmpty | None = None
    encoding: NonEmpty | None = None
    invalid: Literal["refuse", "repair"] = "refuse"
    strict: bool = True
    illustrative: bool = False
    title: Text | None = None
    source: NonEmpty | None = None
    licence: NonEmpty | None = None
    note: Text | None = None

    def reading(self) -> dict[str, Any]:
        """Return the options of this input for `sheltermap.read`."""
        options = {"layer", "crs", "id", "x", "y", "encoding", "invalid", "strict"}
        return self.model_dump(include=options)


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


class Nearest(_ByPerson):
    """Distance from each demand row to its nearest facility; who is beyond the standard."""

    uses: ClassVar[Uses] = {"demand": ("person",), "facilities": (), "areas": ("area_name",)}

    kind: Literal["nearest"]
    standard: NonEmpty | None = None
    threshold_m: PositiveMetres | None = None

    @model_validator(mode="after")
    def _one_threshold(self) -> Nearest:
        if self.standard is not None and self.threshold_m is not None:
            raise ValueError("give standard or threshold_m, not both")
        return self


class Coverage(_ByPerson):
    """Who has a facility within each of several distances, weighted, by area."""

    uses: ClassVar[Uses] = {"demand": ("weight", "groups", "person"), "facilities": (), "areas": ("area_name",)}

    kind: Literal["coverage"]
    thresholds_m: Annotated[list[PositiveMetres], Field(min_length=1)] | None = None
    standards: Annotated[list[NonEmpty], Field(min_length=1)] | None = None
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)

    @field_validator("thresholds_m")
    @classmethod
    def _ascending(cls, value: list[float] | None) -> list[float] | None:
        if value is not None and sorted(set(value)) != value:
            raise ValueError("write each distance once, the smallest first")
        return value

    @model_validator(mode="after")
    def _some_thresholds(self) -> Coverage:
        if (self.thresholds_m is None) == (self.standards is None):
            raise ValueError("give thresholds_m or standards, one of the two")
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


class Gaps(_AtOneDistance):
    """Where those who are not covered live, as places to act on."""

    uses: ClassVar[Uses] = {"demand": ("weight", "groups"), "facilities": (), "areas": ("area_name",)}

    kind: Literal["gaps"]
    join_distance_m: PositiveMetres = 1000.0


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


Analysis = Nearest | Coverage | Count | Exposure | Flood | Gaps | Register
KINDS: dict[str, type[Analysis]] = {
    "nearest": Nearest,
    "coverage": Coverage,
    "count": Count,
    "exposure": Exposure,
    "flood": Flood,
    "gaps": Gaps,
    "register": Register,
}


class Plan(PlanPart):
    """An assessment as data: inputs, standards, analyses."""

    # "schema" would shadow a method of pydantic's models.
    schema_version: Annotated[Literal[1], Field(alias="schema")]
    title: Text
    description: Text | None = None
    languages: Annotated[list[Language], Field(min_length=1, max_length=2, default_factory=lambda: ["en", "lv"])]
    year: Annotated[int, Field(ge=1900, le=2999)] | None = None
    accept_unconfirmed: bool = False
    inputs: Annotated[dict[Name, Input], Field(min_length=1)]
    standards: list[Standard] = Field(default_factory=list)
    indicators: list[Indicator] = Field(default_factory=list)
    checks: list[Check] = Field(default_factory=list)
    ignored: list[Ignored] = Field(default_factory=list)
    analyses: Annotated[
        list[Annotated[Analysis, Field(discriminator="kind")]],
        Field(min_length=1),
    ]
    _path: Path = Path("plan.toml")

    @property
    def path(self) -> Path:
        """The file it was read from."""
        return self._path

    def input_path(self, name: str) -> Path:
        """Return where an input lies: relative paths start at the plan's folder."""
        return self._path.parent / self.inputs[name].path

    def standard(self, standard_id: str) -> Standard:
        """Return the standard of that id."""
        return next(standard for standard in self.standards if standard.id == standard_id)

    def thresholds_m(self, analysis: Nearest | Coverage | Flood | Gaps) -> list[float]:
        """Return the distances an analysis asks about, the smallest first."""
        if isinstance(analysis, Coverage):
            named = [self.standard(each).distance for each in analysis.standards or ()]
            return sorted(set(analysis.thresholds_m or named))
        if analysis.standard is not None:
            return [self.standard(analysis.standard).distance]
        return [] if analysis.threshold_m is None else [analysis.threshold_m]

    def illustrative_inputs(self, analysis: Analysis) -> list[str]:
        """Return the inputs of an analysis whose data are made up."""
        names = (getattr(analysis, key) for key in analysis.uses)
        return [name for name in names if name is not None and self.inputs[name].illustrative]


def load_plan(path: str | Path) -> Plan:
    """Read and check a plan.

    Parameters
    ----------
    path : path-like
        A TOML file; the files it names are looked for beside it.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        With every fault of the plan: where it is, what is allowed, what may have been meant.
    """
    path = Path(path)
    raw = _toml(path)
    if isinstance(raw.get("indicators"), str):  # in a file of their own, which several plans may share
        try:
            raw["indicators"] = load_raw(path.parent / raw["indicators"])
        except ValueError as error:
            raise PlanError(path, [f"indicators: {error}"]) from None
    faults = cross_faults(raw, path.parent, KINDS)
    try:
        plan = Plan.model_validate(raw)
    except ValidationError as error:
        raise PlanError(path, schema_faults(error, raw, Plan, KINDS) + faults) from None
    faults += [] if plan.year is None else year_faults(plan.indicators, plan.year)
    if faults:
        raise PlanError(path, faults)
    plan = plan.model_copy(update={"standards": plan.standards + _shipped_ones(plan)})
    plan._path = path
    return plan


def _shipped_ones(plan: Plan) -> list[Standard]:
    """Return the standards that the analyses name and the plan leaves to sheltermap: its own number comes first."""
    named = [each for analysis in plan.analyses for each in _named_standards(analysis)]
    own = {standard.id for standard in plan.standards}
    return [shipped()[each] for each in dict.fromkeys(named) if each not in own]


def _named_standards(analysis: Analysis) -> list[str]:
    several: list[str] = getattr(analysis, "standards", None) or []
    single: str | None = getattr(analysis, "standard", None)
    return several if single is None else [single, *several]


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PlanError(path, [f"cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        raise PlanError(path, [f"is not UTF-8 (byte {error.start + 1}); save the plan as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise PlanError(path, [f"is not TOML: {error}"]) from None
