# SPDX-License-Identifier: Apache-2.0
"""Plans: what to read, which standards hold, what to ask. Read from TOML; every fault is reported at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator

from sheltermap.base.limits import Limit, limits_of
from sheltermap.base.standards import Language, PlanPart, Standard, Text, shipped
from sheltermap.plans.checks import Check, Ignored
from sheltermap.plans.faults import PlanError as PlanError
from sheltermap.plans.faults import cross_faults, schema_faults
from sheltermap.plans.indicators import Indicator, load_raw, year_faults
from sheltermap.plans.kinds import KINDS, Analysis, Coverage, CutOff, Flood, Gaps, Nearest
from sheltermap.plans.sources import Input, Name, NetworkSource


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
    networks: dict[Name, NetworkSource] = Field(default_factory=dict)
    standards: list[Standard] = Field(default_factory=list)
    indicators: list[Indicator] = Field(default_factory=list)
    checks: list[Check] = Field(default_factory=list)
    ignored: list[Ignored] = Field(default_factory=list)
    analyses: Annotated[
        list[Annotated[Analysis, Field(discriminator="kind")]],
        Field(min_length=1),
    ]
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
        """Return where the file of an input lies: relative paths start at the plan's folder."""
        path = self.inputs[name].path
        assert path is not None, "a table has no path"
        return self._path.parent / path

    def network_path(self, name: str) -> Path:
        """Return where the file of a network lies."""
        return self._path.parent / self.networks[name].path

    def standard(self, standard_id: str) -> Standard:
        """Return the standard of that id."""
        return next(standard for standard in self.standards if standard.id == standard_id)

    def thresholds(self, analysis: Nearest | Coverage | Flood | Gaps | CutOff) -> list[Limit]:
        """Return the distances or times that an analysis asks about, the smallest first."""
        if isinstance(analysis, Coverage):
            if analysis.limits is not None:
                return sorted(limits_of(analysis.limits))
            named = [self.standard(each).distance for each in analysis.standards or ()]
            return [Limit(each) for each in sorted(set(analysis.thresholds_m or named))]
        if not isinstance(analysis, Flood) and analysis.limit is not None:
            return [Limit.parse(analysis.limit)]
        if isinstance(analysis, CutOff):
            return []
        if analysis.standard is not None:
            return [Limit(self.standard(analysis.standard).distance)]
        return [] if analysis.threshold_m is None else [Limit(analysis.threshold_m)]

    def illustrative_inputs(self, analysis: Analysis) -> list[str]:
        """Return the inputs of an analysis whose data are made up."""
        names = (getattr(analysis, key) for key in analysis.uses)
        return [name for name in names if name is not None and self.inputs[name].illustrative]

    def attributions(self, analysis: Analysis) -> list[str]:
        """Return what a map of an analysis has to say of its sources, each once."""
        names = (getattr(analysis, key) for key in analysis.uses)
        said = [self.inputs[name].attribution for name in names if name is not None]
        by = getattr(analysis, "by", None)
        said += [] if by is None else [self.networks[by].said]
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
