# SPDX-License-Identifier: Apache-2.0
"""What state the objects of a register are in: their grades, their defects, and what mending them costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.registers.schema import Field, Schema

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

NOT_RECORDED = "not_recorded"
BROKEN = ("major_defect", "missing")  # codes of a condition that ask for an improvement
IMPROVEMENTS = ["row", "id", "name", "compliance", "capacity_persons", "shortcomings", "improvements"]
IMPROVEMENTS += ["improvement_cost_eur", "cost_per_place_eur"]


def grades(frame: GeoDataFrame, register: Schema) -> pd.DataFrame:
    """Count the rows, and add up the register's numbers, by each grade it is recorded in; the rows sum to the register.

    What is not recorded, or was refused, is a grade of its own. ``without_…`` counts the rows whose number is missing.
    """
    sums = [name for name in register.sums if name in frame]
    records = []
    for name in register.grades:
        if name not in frame:
            continue
        found = _grade(frame, register.fields[name])
        for grade in [*register.fields[name].answers, NOT_RECORDED]:
            mine = frame[found == grade]
            record = {"field": name, "grade": grade, "rows": len(mine)}
            for column in sums:
                record[column] = float(mine[column].sum())
                record[f"without_{column}"] = int(mine[column].isna().sum())
            records.append(record)
    return pd.DataFrame(records, columns=["field", "grade", "rows", *_paired(sums)])


def _paired(sums: list[str]) -> list[str]:
    return [each for column in sums for each in (column, f"without_{column}")]


def _grade(frame: GeoDataFrame, field: Field) -> pd.Series[str]:
    values = frame[field.name].astype("object")
    if field.type == "boolean":
        values = values.map({True: "yes", False: "no"})
    return values.where(values.notna(), NOT_RECORDED)


def condition_fields(frame: GeoDataFrame, register: Schema) -> list[Field]:
    """Return the parts of an object whose condition is checked, as far as the register has them."""
    checked = (field for field in register.fields.values() if set(BROKEN) <= {code.code for code in field.codes})
    return [field for field in checked if field.name in frame]


def conditions(frame: GeoDataFrame, register: Schema) -> pd.DataFrame:
    """Count, for each part whose condition is checked, how many objects have it in which condition."""
    checked = condition_fields(frame, register)
    codes = [code.code for code in checked[0].codes] if checked else []
    records = []
    for field in checked:
        counts = _grade(frame, field).value_counts()
        records.append({"field": field.name} | {code: int(counts.get(code, 0)) for code in [*codes, NOT_RECORDED]})
    return pd.DataFrame(records, columns=["field", *codes, NOT_RECORDED])


def defects(frame: GeoDataFrame, register: Schema) -> pd.Series[str]:
    """Name the parts of each object that are broken or missing, without the word condition; nothing where none is."""
    names = np.full(len(frame), "", dtype=object)
    for field in condition_fields(frame, register):
        broken = frame[field.name].isin(BROKEN).to_numpy(dtype=bool)
        part = field.name.removeprefix("condition_")
        names[broken] = [f"{before}, {part}" if before else part for before in names[broken]]
    return pd.Series(names, index=frame.index, dtype="string").replace("", pd.NA)


def improvements(frame: GeoDataFrame) -> pd.DataFrame:
    """List the objects that need an improvement, those first where a place costs least; unknown costs come last."""
    columns = {name: frame.get(name, pd.NA) for name in IMPROVEMENTS[1:-1]}
    table = pd.DataFrame(columns, index=frame.index)
    table.insert(0, "row", np.arange(1, len(frame) + 1))
    cost = pd.to_numeric(table["improvement_cost_eur"]).astype(float)
    places = pd.to_numeric(table["capacity_persons"]).astype(float)
    table["cost_per_place_eur"] = cost / places.where(places > 0)
    needed = table["shortcomings"].notna() | table["improvements"].notna() | (cost > 0)
    order = ["cost_per_place_eur", "improvement_cost_eur", "row"]
    return table[needed].astype({"improvement_cost_eur": float}).sort_values(order, na_position="last")
