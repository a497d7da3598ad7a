# SPDX-License-Identifier: Apache-2.0
"""Plans: what to read, which standards hold, what to ask. Read from TOML; every fault is reported at once."""

from __future__ import annotations

import json
import tomllib
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    PlainValidator,
    SerializeAsAny,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)

import sheltermap.kinds  # noqa: F401 - so that they are in the registry
from sheltermap.base.language import LANGUAGES, Language
from sheltermap.base.limits import Limit
from sheltermap.base.ordinary_files import toml
from sheltermap.base.standards import PlanPart, Standard, Text, standards
from sheltermap.plans.checks import Check, Ignored, Tolerances
from sheltermap.plans.faults import cross_faults, schema_faults
from sheltermap.plans.indicators import Indicator, load_raw, year_faults
from sheltermap.plans.warning_rules import WarningRules, warning_faults
from sheltermap.questions.kind import Kind
from sheltermap.questions.map_source import MapSource
from sheltermap.questions.plan_error import PlanError
from sheltermap.questions.registry import KINDS
from sheltermap.questions.scenario_keys import OfScenarios
from sheltermap.questions.scenario_sources import ScenarioSource
from sheltermap.questions.sources import Input, Name, NetworkSource, RasterSource, TableSource


def _of_its_kind(value: Any, info: ValidationInfo) -> Kind:
    """Read an analysis by the keys of its kind; kinds may have been registered since the last one was read."""
    if isinstance(value, Kind):
        return value
    known: Any = reduce(or_, KINDS.values())
    adapter: TypeAdapter[Kind] = TypeAdapter(Annotated[known, Field(discriminator="kind")])
    return adapter.validate_json(json.dumps(value)) if info.mode == "json" else adapter.validate_python(value)


Analysis = Annotated[SerializeAsAny[Kind], PlainValidator(_of_its_kind)]


class Plan(PlanPart):
    """An assessment as data: inputs, standards, analyses."""

    # "schema" would shadow a method of pydantic's models.
    schema_version: Annotated[Literal[1], Field(alias="schema")]
    title: Text
    description: Text | None = None
    languages: Annotated[list[Language], Field(min_length=1, default_factory=lambda: list(LANGUAGES))]
    year: Annotated[int, Field(ge=1900, le=2999)] | None = None
    accept_unconfirmed: bool = False
    engine: Literal["local", "spark", "dask"] = "local"
    memory_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    inputs: Annotated[dict[Name, Input], Field(min_length=1)]
    networks: dict[Name, NetworkSource] = Field(default_factory=dict)
    tables: dict[Name, TableSource] = Field(default_factory=dict)
    rasters: dict[Name, RasterSource] = Field(default_factory=dict)
    map: MapSource = Field(default_factory=MapSource)
    scenarios: list[ScenarioSource] = Field(default_factory=list)
    standards: list[Standard] = Field(default_factory=list)
    indicators: list[Indicator] = Field(default_factory=list)
    checks: list[Check] = Field(default_factory=list)
    tolerances: Tolerances = Field(default_factory=Tolerances)
    ignored: list[Ignored] = Field(default_factory=list)
    warnings: WarningRules = Field(default_factory=WarningRules)
    analyses: Annotated[list[Analysis], Field(min_length=1)]
    _path: Path = Path("plan.toml")

    @field_validator("languages")
    @classmethod
    def _each_once(cls, value: list[Language]) -> list[Language]:
        if len(set(value)) < len(value):
            raise ValueError("write each language once")
        return value

    @property
    def path(self) -> Path:
        """The file it was read from."""
        return self._path

    def input_path(self, name: str) -> Path:
        """Return where the file of an input lies that is a single one: relative paths start at the plan's folder."""
        (path,) = self.inputs[name].paths
        return self._path.parent / path

    def network_path(self, name: str) -> Path:
        """Return where the file of a network lies."""
        return self._path.parent / self.networks[name].place

    def table_path(self, name: str) -> Path:
        """Return where the file of a table of costs lies."""
        return self._path.parent / self.tables[name].place

    def raster_path(self, name: str) -> Path:
        """Return where the file of a raster lies."""
        return self._path.parent / self.rasters[name].path

    def context_paths(self) -> dict[str, Path]:
        """Return where the files of the base map lie, by class; one that holds several as "all"."""
        return {name: self._path.parent / path for name, path in self.map.files.items()}

    def geocodes_path(self) -> Path | None:
        """Return where the table with the codes of alerts lies; nothing where none is named."""
        codes = self.warnings.geocodes
        return None if codes is None or codes.table is None else self._path.parent / codes.table

    def way(self, by: str) -> NetworkSource | TableSource:
        """Return the network or the table that an analysis names as ``by``."""
        return self.networks[by] if by in self.networks else self.tables[by]

    def thresholds(self, analysis: Kind) -> list[Limit]:
        """Return the distances or times that an analysis asks about, the smallest first."""
        return analysis.thresholds({each.id: each for each in self.standards})

    def standards_of(self, analysis: Kind) -> dict[str, Standard]:
        """Return the standards that an analysis names, by id."""
        by_id = {each.id: each for each in self.standards}
        return {name: by_id[name] for name in analysis.named_standards}

    def scenarios_of(self, analysis: Kind) -> list[ScenarioSource]:
        """Return the scenarios that an analysis is about; none where it does not ask for any."""
        return analysis.asked_scenarios(self.scenarios) if isinstance(analysis, OfScenarios) else []

    def data_of(self, analysis: Kind) -> list[tuple[str, Input | RasterSource]]:
        """Return the inputs and rasters of an analysis and of its scenarios, with their names, each once."""
        scenarios = self.scenarios_of(analysis)
        inputs = dict.fromkeys([*analysis.roles.values(), *(name for each in scenarios for name in each.named_inputs)])
        of_scenarios = [each.raster for each in scenarios if each.raster is not None]
        rasters = dict.fromkeys([*analysis.raster_roles.values(), *of_scenarios])
        return [*((name, self.inputs[name]) for name in inputs), *((name, self.rasters[name]) for name in rasters)]

    def made_up(self, analysis: Kind | None = None) -> list[tuple[str, Input | RasterSource]]:
        """Return the inputs and rasters whose data are made up, of an analysis or all, with their names."""
        data: list[tuple[str, Input | RasterSource]] = [*self.inputs.items(), *self.rasters.items()]
        data = data if analysis is None else self.data_of(analysis)
        return [(name, source) for name, source in data if source.illustrative]

    def attributions(self, analysis: Kind) -> list[str]:
        """Return what a map of an analysis has to say of its sources, each once."""
        said = [source.attribution for _, source in self.data_of(analysis)]
        ways = [getattr(analysis, "by", None), *(each.by for each in self.scenarios_of(analysis))]
        said += [self.way(by).said for by in ways if by is not None]
        said.append(self.map.said)
        return list(dict.fromkeys(each for each in said if each is not None))


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
    faults = cross_faults(raw, path.parent, KINDS) + warning_faults(raw, path.parent)
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
    named = dict.fromkeys(each for analysis in plan.analyses for each in analysis.named_standards)
    own = {standard.id for standard in plan.standards}
    return [standards()[each] for each in named if each not in own]


def _toml(path: Path) -> dict[str, Any]:
    try:
        return toml(path)
    except OSError as error:
        raise PlanError(path, [f"cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        raise PlanError(path, [f"is not UTF-8 (byte {error.start + 1}); save the plan as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise PlanError(path, [f"is not TOML: {error}"]) from None
