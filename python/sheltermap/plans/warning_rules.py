# SPDX-License-Identifier: Apache-2.0
"""What a plan says of warnings: whom to look for in their areas, what codes stand for, which scenario one triggers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from sheltermap.base.limits import Limit
from sheltermap.base.ordinary_files import is_there
from sheltermap.base.standards import PlanPart
from sheltermap.base.suggestions import unknown
from sheltermap.questions.keys import LimitText
from sheltermap.questions.sources import NonEmpty

Colour = Literal["green", "yellow", "orange", "red"]


class People(PlanPart):
    """An input whose rows are people."""

    input: NonEmpty
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)


class Geocodes(PlanPart):
    """Which areas the codes of alerts stand for: a column of the areas, or a table that names them."""

    areas: NonEmpty
    code: NonEmpty | None = None
    table: NonEmpty | None = None
    area_name: NonEmpty | None = None
    scheme: NonEmpty | None = None

    @model_validator(mode="after")
    def _codes_are_somewhere(self) -> Geocodes:
        if (self.code is None) == (self.table is None):
            raise ValueError("code names a column of the areas, table a file with code and area: give one of the two")
        if self.table is not None and self.area_name is None:
            raise ValueError("area_name is missing: the column of the areas that the table calls area")
        if self.table is None and self.area_name is not None:
            raise ValueError("area_name is for a table, which names the areas")
        return self


class WaterLevel(PlanPart):
    """From which forecast level on which scenario comes true."""

    at_least_m: Annotated[float, Field(allow_inf_nan=False)]
    scenario: NonEmpty


class Trigger(PlanPart):
    """Which scenario a warning stands for, from which colour on."""

    scenario: NonEmpty
    awareness_type: Annotated[int, Field(ge=1, le=99)] | None = None
    event: NonEmpty | None = None
    event_code: NonEmpty | None = None
    at_least: Colour

    @model_validator(mode="after")
    def _one_kind_of_warning(self) -> Trigger:
        if sum(each is not None for each in (self.awareness_type, self.event, self.event_code)) != 1:
            raise ValueError("give awareness_type, event or event_code, one of the three")
        return self

    @property
    def told(self) -> str:
        """What it looks at, as the plan says it."""
        name = next(each for each in ("awareness_type", "event", "event_code") if getattr(self, each) is not None)
        return f"{name} = {getattr(self, name)}"


class WarningRules(PlanPart):
    """The ``[warnings]`` of a plan."""

    people: list[People] | None = None
    facilities: list[NonEmpty] | None = None
    near: LimitText | None = None
    geocodes: Geocodes | None = None
    levels: list[WaterLevel] = Field(default_factory=list)
    triggers: list[Trigger] = Field(default_factory=list)

    @field_validator("near")
    @classmethod
    def _near_is_a_distance(cls, value: str | None) -> str | None:
        if value is not None and Limit.parse(value).in_time:
            raise ValueError("near is a distance as the crow flies, as 5 km")
        return value

    @field_validator("levels")
    @classmethod
    def _levels_ascend(cls, value: list[WaterLevel]) -> list[WaterLevel]:
        given = [each.at_least_m for each in value]
        if sorted(set(given)) != given:
            raise ValueError("write each level once, the lowest first")
        return value

    @field_validator("triggers")
    @classmethod
    def _each_once(cls, value: list[Trigger]) -> list[Trigger]:
        given = [(each.told, each.at_least) for each in value]
        if len(set(given)) < len(given):
            raise ValueError("two triggers are of the same warnings from the same colour on: write one of them")
        return value


def warning_faults(raw: Mapping[str, Any], folder: Path) -> list[str]:
    """Return what is wrong between the warnings of a plan and its other parts; `raw` is the plan as plain tables."""
    said = raw.get("warnings")
    if not isinstance(said, dict):
        return []
    inputs, codes = _table(raw, "inputs"), _table(said, "geocodes")
    scenarios = [each.get("id") for each in _tables(raw, "scenarios")]
    named = [(f"people[{at}].input", each.get("input")) for at, each in enumerate(_tables(said, "people"), start=1)]
    facilities = said.get("facilities")
    named += [("facilities", each) for each in (facilities if isinstance(facilities, list) else [])]
    named.append(("geocodes.areas", codes.get("areas")))
    faults = [
        f"warnings.{where}: {unknown('unknown input', name, inputs)}"
        for where, name in named
        if isinstance(name, str) and name and name not in inputs
    ]
    for key in ("levels", "triggers"):
        for at, each in enumerate(_tables(said, key), start=1):
            wanted = each.get("scenario")
            if isinstance(wanted, str) and wanted and wanted not in scenarios:
                known = [each for each in scenarios if isinstance(each, str)]
                faults.append(f"warnings.{key}[{at}].scenario: {unknown('unknown scenario', wanted, known)}")
    table = codes.get("table")
    if isinstance(table, str) and table and not (is_there(folder / table) and (folder / table).is_file()):
        faults.append(f'warnings.geocodes.table: no file "{table}" in {folder.resolve()}')
    return faults


def _table(said: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = said.get(key)
    return value if isinstance(value, dict) else {}


def _tables(said: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = said.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
