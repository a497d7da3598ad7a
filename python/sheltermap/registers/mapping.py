# SPDX-License-Identifier: Apache-2.0
"""From people's own columns to the fields of a register: which column, in which unit, how it is written."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping as Table
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field as Rule
from pydantic import ValidationError, field_serializer, model_validator

from sheltermap._native import SheltermapError
from sheltermap.base.ordinary_files import toml
from sheltermap.base.standards import PlanPart
from sheltermap.base.suggestions import bare, folded, unknown
from sheltermap.base.units import conversion
from sheltermap.registers.schema import Schema

NonEmpty = Annotated[str, Rule(min_length=1)]


class MappingError(SheltermapError):
    """A mapping that does not fit the register or the file, with all its faults.

    Examples
    --------
    >>> import pandas as pd
    >>> import sheltermap as sm
    >>> try:
    ...     sm.inspect(pd.DataFrame({"nr": [1], "lon": [24.1], "lat": [56.9]}), "shelter", {"colums": {}})
    ... except sm.MappingError as error:
    ...     print(error.faults)
    ['colums: unknown key "colums"; did you mean "columns"? allowed: columns, crs, encoding, layer, x, y']
    """

    def __init__(self, source: str, faults: Sequence[str]):
        self.faults = list(faults)
        super().__init__("\n".join([f"{source}:", *(f"  {fault}" for fault in faults)]))


class Column(PlanPart):
    """Where the values of a field are, and how they are written."""

    column: NonEmpty | None = None
    value: str | int | float | bool | None = None  #: the same in every row, where the file has no such column
    unit: NonEmpty | None = None  #: of the numbers in the file
    decimal: Literal[",", "."] | None = None  #: the mark before decimals
    date_format: NonEmpty | None = None  #: as of `datetime.strptime`
    digits: Annotated[int, Rule(ge=0)] | None = None  #: how many digits a code has; 0 for any text
    missing: frozenset[str] = frozenset()  #: words for "not known"
    codes: dict[str, str] = Rule(default_factory=dict)  #: the file's word -> the code of the list
    factor: Annotated[Fraction, Rule(exclude=True)] = Fraction(1)  #: from the file's unit to the field's own

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"column": value}
        if isinstance(value, dict) and isinstance(value.get("missing"), list):
            return value | {"missing": frozenset(value["missing"])}
        return value

    @field_serializer("missing")
    def _in_order(self, missing: frozenset[str]) -> list[str]:
        return sorted(missing)

    @model_validator(mode="after")
    def _one_origin(self) -> Column:
        if (self.column is None) == (self.value is None):
            raise ValueError("give column or value, one of the two")
        return self


class Mapping(PlanPart):
    """How a file is read as a register."""

    layer: NonEmpty | None = None
    crs: NonEmpty | None = None
    x: NonEmpty | None = None
    y: NonEmpty | None = None
    encoding: NonEmpty | None = None
    columns: dict[str, Column] = Rule(default_factory=dict)


def load_mapping(source: Any) -> Mapping:
    """Return a mapping from a TOML file, a dict, or nothing.

    Raises
    ------
    MappingError
        With every fault: where it is and what is allowed.
    """
    if source is None or isinstance(source, Mapping):
        return source or Mapping()
    name, raw = ("mapping", source) if isinstance(source, Table) else _toml(source)
    try:
        return Mapping.model_validate(dict(raw))
    except ValidationError as error:
        raise MappingError(name, [_fault(detail) for detail in error.errors(include_url=False)]) from None


def _toml(source: str | os.PathLike[str]) -> tuple[str, dict[str, Any]]:
    path = Path(source)
    try:
        return str(path), toml(path)
    except OSError as error:
        raise MappingError(str(path), [f"cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise MappingError(str(path), ["is not UTF-8; save the mapping as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise MappingError(str(path), [f"is not TOML: {error}"]) from None


def _fault(detail: Any) -> str:
    place = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        model = Column if len(detail["loc"]) > 1 else Mapping
        keys = [name for name in model.model_fields if name != "factor"]
        return f"{place}: {unknown('unknown key', str(detail['loc'][-1]), keys)}"
    message = detail.get("ctx", {}).get("error") or detail["msg"].replace("Input should", "must")
    return f"{place}: {message}"


def fitted(mapping: Mapping, schema: Schema, columns: Sequence[str]) -> dict[str, Column]:
    """Return for each field that the file has (or the mapping gives) where it is, with factors of units.

    Fields the mapping does not speak of are found by their name, label or a usual other name, in several
    languages; what stands in brackets behind the name of a column is its unit.

    Raises
    ------
    MappingError
        If the mapping names a field or a column that is not there, one column twice, or a unit that does not fit.
    """
    faults: list[str] = []
    found: dict[str, Column] = {}
    for name, column in mapping.columns.items():
        where = f"columns.{name}"
        if name not in schema.fields:
            faults.append(f"{where}: {unknown('unknown field', name, schema.fields)}")
        elif column.column is not None and column.column not in columns:
            faults.append(f"{where}: {unknown('the file has no column', column.column, columns)}")
        else:
            found[name] = _with_factor(column, schema.fields[name].unit, where, faults)
            faults += _code_faults(column, schema, name, where)
    faults += _twice(found)
    if faults:
        raise MappingError("mapping", faults)
    taken = {column.column for column in found.values()} | {mapping.x, mapping.y}
    free = [each for each in columns if each not in taken]
    for form, heads in ((folded, {each: each for each in free}), (bare, _parted(free))):
        by_name = {form(heads[each]): each for each in reversed(free)}
        for name, field in schema.fields.items():
            spelling = next((form(each) for each in field.spellings if form(each) in by_name), None)
            if name in found or spelling is None:
                continue
            taken_as = _with_unit_of_head(by_name[spelling], heads[by_name[spelling]], field.unit)
            if taken_as is not None:
                found[name] = taken_as
                free.remove(by_name.pop(spelling))
    return {name: found[name] for name in schema.fields if name in found}


def _parted(columns: Sequence[str]) -> dict[str, str]:
    """Return the names of columns without what stands behind them in brackets, or behind a comma: “Area, m²”."""
    parted = {}
    for each in columns:
        head = each.strip()
        mark = {")": "(", "]": "["}.get(head[-1:], ",")
        parted[each] = head.partition(mark)[0].strip() or head
    return parted


def _with_unit_of_head(name: str, head: str, own_unit: str | None) -> Column | None:
    """Return a column, in the unit that its name has behind it; None where the field cannot be in that."""
    unit = name.strip().removeprefix(head).strip(" ,()[]")
    if not unit or own_unit is None:
        return Column(column=name)
    try:
        return Column(column=name, unit=unit, factor=conversion(unit, own_unit))
    except ValueError:
        return None


def _with_factor(column: Column, own_unit: str | None, where: str, faults: list[str]) -> Column:
    if column.unit is None:
        return column
    if own_unit is None:
        faults.append(f"{where}.unit: this field has no unit")
        return column
    try:
        return column.model_copy(update={"factor": conversion(column.unit, own_unit)})
    except ValueError as error:
        faults.append(f"{where}.unit: {error}")
        return column


def _code_faults(column: Column, schema: Schema, name: str, where: str) -> list[str]:
    allowed = [code.code for code in schema.fields[name].codes]
    if column.codes and not allowed:
        return [f"{where}.codes: this field has no list of codes"]
    wrong = [code for code in column.codes.values() if code not in allowed]
    return [f"{where}.codes: {unknown('unknown code', code, allowed)}" for code in wrong]


def _twice(found: Table[str, Column]) -> list[str]:
    named = [column.column for column in found.values() if column.column is not None]
    twins = sorted({column for column in named if named.count(column) > 1})
    return [f'columns: "{column}" is given to {named.count(column)} fields' for column in twins]
