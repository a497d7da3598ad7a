# SPDX-License-Identifier: Apache-2.0
"""What a register of each kind holds: loaded from `schemas/*.toml` and `codes.toml`, and checked once when loaded."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Annotated, Any, Literal, get_args

from pydantic import Field as Rule
from pydantic import model_validator

from sheltermap.base.standards import PlanPart, Text
from sheltermap.base.suggestions import bare, folded, unknown
from sheltermap.base.units import unit_parts

Kind = Literal[
    "shelter",
    "protective_structure",
    "water_intake",
    "service_point",
    "reserve_store",
    "flood_zone",
    "critical_infrastructure",
    "area",
    "demand",
]
KINDS: tuple[str, ...] = get_args(Kind)
NonEmpty = Annotated[str, Rule(min_length=1)]
Number = Annotated[float, Rule(allow_inf_nan=False)]


class Code(PlanPart):
    """One entry of a code list: what files hold, what people read, what else they write."""

    code: NonEmpty
    label: Text
    aliases: list[NonEmpty] = Rule(default_factory=list)

    @property
    def spellings(self) -> tuple[str, ...]:
        """All ways to write it."""
        return (self.code, *self.label.distinct, *self.aliases)


class Field(PlanPart):
    """A column of a register."""

    name: Annotated[str, Rule(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
    type: Literal["text", "integer", "number", "date", "boolean", "code"]
    label: Text
    recorded_by: NonEmpty  #: who records it so; "sheltermap" where no list of an authority is known to
    required: bool = False
    unit: NonEmpty | None = None
    codes: tuple[Code, ...] = ()
    min: Number | None = None
    max: Number | None = None
    doubtful_zero: bool = False  #: zero may stand for "not known" and is to be checked
    past: bool = False  #: a date that cannot lie ahead
    shown: bool = False  #: to everybody, of rows that may be published; what is not marked is never published
    digits: Annotated[int, Rule(ge=0)] = 0  #: how many digits the text has; 0 for any text
    aliases: tuple[NonEmpty, ...] = ()
    abroad: tuple[NonEmpty, ...] = ()  #: what the column is called in other languages, which label and alias are before
    note: NonEmpty | None = None

    @model_validator(mode="after")
    def _parts_fit_the_type(self) -> Field:
        numeric = self.type in ("integer", "number")
        if bool(self.codes) != (self.type == "code"):
            raise ValueError("codes belong to type code, and to no other")
        if not numeric and (self.unit or self.min is not None or self.max is not None or self.doubtful_zero):
            raise ValueError("unit, min, max and doubtful_zero belong to numbers")
        if numeric and (self.min is None or self.max is None or self.min >= self.max):
            raise ValueError("a number has min and max, and min is less")
        if (self.past and self.type != "date") or (self.digits and self.type != "text"):
            raise ValueError("past belongs to dates, digits to texts")
        if self.unit is not None:
            unit_parts(self.unit)
        return self

    @property
    def spellings(self) -> tuple[str, ...]:
        """All names people give the column."""
        return (self.name, *self.label.distinct, *self.aliases, *self.abroad)

    @property
    def answers(self) -> list[str]:
        """What a code or a yes-or-no field can say, in the order of its codes."""
        return ["yes", "no"] if self.type == "boolean" else [code.code for code in self.codes]

    @cached_property
    def by_spelling(self) -> dict[str, Code]:
        """The codes by every way to write them, as `folded` makes it."""
        return {folded(spelling): code for code in self.codes for spelling in code.spellings}


class RowCheck(PlanPart):
    """What rows of a register may say together and is to be looked at, by the answers of their codes and yes-or-no."""

    field: NonEmpty  #: where it is to be looked at
    holds: NonEmpty | None = None  #: the answer that is looked for; None: that nothing is recorded
    where: dict[str, tuple[NonEmpty, ...]] = Rule(default_factory=dict)  #: in rows whose fields have one of these
    reason: NonEmpty  #: the finding


class Schema(PlanPart):
    """A kind of register: its fields, in order."""

    kind: NonEmpty
    title: Text
    geometry: Literal["point", "polygon", "any"]
    fields: dict[str, Field]
    not_above: tuple[tuple[str, str], ...] = ()  #: pairs of fields: the first is never greater than the second
    row_checks: tuple[RowCheck, ...] = ()
    grades: tuple[str, ...] = ()  #: codes and yes-or-no fields by which the register is counted
    ranked: tuple[str, ...] = ()  #: those grades whose codes go from the best to the worst
    sums: tuple[str, ...] = ()  #: numbers that are added up by grade

    @model_validator(mode="after")
    def _names_are_clear(self) -> Schema:
        owners: dict[str, str] = {}
        for field in self.fields.values():
            for spelling in {bare(each) for each in field.spellings}:
                if owners.setdefault(spelling, field.name) != field.name:
                    raise ValueError(f'"{spelling}" may mean {owners[spelling]} or {field.name}')
            codes: dict[str, str] = {}
            for code in field.codes:
                for spelling in {folded(each) for each in code.spellings}:
                    if codes.setdefault(spelling, code.code) != code.code:
                        raise ValueError(f'{field.name}: "{spelling}" may mean {codes[spelling]} or {code.code}')
        for pair in self.not_above:
            types = {self.fields[name].type for name in pair if name in self.fields}
            if not set(pair) <= self.fields.keys() or types not in ({"date"}, {"number"}, {"integer"}):
                raise ValueError(f"not_above: {pair} is not a pair of dates or numbers of this register")
        for check in self.row_checks:
            asked = dict(check.where) | ({} if check.holds is None else {check.field: (check.holds,)})
            if check.field not in self.fields or any(
                name not in self.fields or not set(answers) <= set(self.fields[name].answers)
                for name, answers in asked.items()
            ):
                raise ValueError(f"row_checks: {check.reason} asks for what no row of this register can say")
        graded = {name for name, field in self.fields.items() if field.type in ("code", "boolean")}
        summed = {name for name, field in self.fields.items() if field.type in ("integer", "number")}
        if not (set(self.grades) <= graded and set(self.sums) <= summed):
            raise ValueError("grades are codes or yes-or-no fields of this register, sums are numbers of it")
        if not set(self.ranked) <= set(self.grades):
            raise ValueError("ranked are some of the grades")
        if "id" not in self.fields:
            raise ValueError("a register needs an id")
        return self


@cache
def schema(kind: str) -> Schema:
    """Return the schema of a kind of register.

    Raises
    ------
    ValueError
        If there is no such kind; the message says what may have been meant.

    Examples
    --------
    >>> schema("water_intake").fields["volume_m3"].unit
    'm3'

    """
    if kind not in KINDS:
        raise ValueError(unknown("unknown kind of register", kind, KINDS))
    return Schema.model_validate(_assembled(kind))


@cache
def abroad(field: str) -> tuple[str, ...]:
    """Return what the column of a field is called in other languages than those of the labels.

    Examples
    --------
    >>> "plasser" in abroad("capacity_persons"), abroad("backup_power")
    (True, ())
    """
    return tuple(name for names in _data("column_names.toml").get(field, {}).values() for name in names)


def _assembled(kind: str) -> dict[str, Any]:
    """Put the shared fields, those of the kind, and the code lists together."""
    common, own, lists = _data("schemas/common.toml")["fields"], _data(f"schemas/{kind}.toml"), _data("codes.toml")
    shared = {name: common[name] for name in own.pop("common", [])}
    first = [name for name in ("id", "name") if name in shared]
    fields = {name: shared.pop(name) for name in first} | own["fields"] | shared
    for name, field in fields.items():
        field["name"] = name
        field["aliases"] = tuple(field.get("aliases", ()))
        field["abroad"] = abroad(name)
        if "codes" in field:
            field["codes"] = tuple(_code(code, entry) for code, entry in lists[field["codes"]].items())
        for bound in {"min", "max"} & field.keys():
            field[bound] = float(field[bound])
    own["not_above"] = tuple((first, second) for first, second in own.get("not_above", []))
    for check in own.get("row_checks", []):
        check["where"] = {name: tuple(answers) for name, answers in check.get("where", {}).items()}
    return (
        own
        | {"kind": kind, "fields": fields}
        | {key: tuple(own.get(key, ())) for key in ("grades", "ranked", "row_checks", "sums")}
    )


def _code(code: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of a code list, whose labels stand beside its aliases, by language."""
    label = {key: value for key, value in entry.items() if key != "aliases"}
    return {"code": code, "label": label, "aliases": entry.get("aliases", [])}


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((files("sheltermap.registers") / name).read_text(encoding="utf-8"))
