# SPDX-License-Identifier: Apache-2.0
"""What the fields of a row say together, and what they should say: findings to look at, never refusals."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np

from sheltermap.base.fault import Fault
from sheltermap.base.numerals import shown
from sheltermap.registers.findings import Finding, field_finding
from sheltermap.registers.schema import Field, RowCheck, Schema

Values = Mapping[str, list[Any]]  #: by field, of every row; None where nothing is recorded, or was refused
Refused = Collection[tuple[int | None, str | None]]  #: row from 1 and field of the values that were refused


def order_findings(register: Schema, values: Values) -> Iterator[Finding]:
    """Tell where a number or day is greater than another one that it is a part of, or comes before."""
    for first, second in register.not_above:
        if first in values and second in values:
            for row, (lesser, greater) in enumerate(zip(values[first], values[second], strict=True), start=1):
                if lesser is not None and greater is not None and lesser > greater:
                    details = {"other": shown(greater), "other_label": register.fields[second].label.model_dump()}
                    yield field_finding(
                        row, register.fields[first], None, lesser, Fault("greater_than_other", None, details)
                    )


def check_findings(register: Schema, values: Values, rows: Collection[int], refused: Refused) -> Iterator[Finding]:
    """Tell which of the rows, from 1, say what the checks of the schema look for.

    Where no column says what is looked for, that is one finding for the whole table.
    """
    for check in register.row_checks:
        field = register.fields[check.field]
        found = [row for row in rows if _matches(check, values, row - 1) and (row, field.name) not in refused]
        if check.field in values:
            cells = {row: values[check.field][row - 1] for row in found}
            yield from (field_finding(row, field, None, cell, Fault(check.reason)) for row, cell in cells.items())
        elif found:
            yield field_finding(None, field, None, None, Fault(check.reason))


def _matches(check: RowCheck, values: Values, at: int) -> bool:
    """Whether a row says what a check looks for; what it does not say is none of the answers asked for."""
    own = values[check.field][at] if check.field in values else None
    conditions = (name in values and _answer(values[name][at]) in wanted for name, wanted in check.where.items())
    return (own is None if check.holds is None else _answer(own) == check.holds) and all(conditions)


def _answer(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool | np.bool_) else value


def period_findings(register: Schema, values: Values, least_years: float | None) -> Iterator[Finding]:
    """Tell which structures protect up to a more frequent flood only than they should."""
    if least_years is None:
        return
    if register.kind != "protective_structure":
        raise ValueError(f"min_return_period_years is what protective structures should hold, none of {register.kind}")
    if not (least_years > 0 and math.isfinite(least_years)):
        raise ValueError(f"min_return_period_years is {least_years}; it has to be greater than 0")
    field: Field = register.fields["return_period_years"]
    for row, years in enumerate(values.get(field.name, []), start=1):
        if years is not None and years < least_years:
            yield field_finding(row, field, None, years, Fault("holds_too_little", None, {"least": shown(least_years)}))
