# SPDX-License-Identifier: Apache-2.0
"""Tables of a register's state in the report: grades, defects, improvements and their cost, what is to be mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import scopes, texts
from sheltermap.registers import Inspection
from sheltermap.registers.grades import NOT_RECORDED, grades
from sheltermap.registers.schema import Field, Schema, schema
from sheltermap.report.tables import LONG, Cell, Table, Words, reason_words, text
from sheltermap.runs.figures import records
from sheltermap.runs.outcomes import Outcome

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def tables_of(outcome: Outcome) -> list[Table | None]:
    """Return the tables of a register."""
    found = outcome.register
    assert found is not None
    register = schema(found.kind)
    graded = [register.fields[name] for name in found.grades["field"].unique()]
    return [
        *(_grade_table(found.grades, register, field) for field in graded),
        _area_table(outcome, register, graded[0]) if graded and "area" in outcome.layer else None,
        _condition_table(found, register),
        _improvement_table(outcome, found, register),
        _finding_table(found),
        _field_table(found, register),
    ]


def _grade_table(table: pd.DataFrame, register: Schema, field: Field) -> Table:
    """How many objects have each grade, and what their numbers sum to."""
    mine = table[table["field"] == field.name]
    sums = [name for name in register.sums if name in table]
    head: list[Cell] = [label(field), texts.both("rows"), "%", *(label(register.fields[name]) for name in sums)]
    total = mine["rows"].sum()
    rows: list[list[Cell]] = []
    for row in records(mine[mine["rows"] > 0]):
        part: Cell = texts.shares(row["rows"] / total)
        rows.append([grade_words(field, row["grade"]), texts.number(row["rows"]), part, *_sums(row, sums)])
    whole = {name: float(mine[name].sum()) for name in sums}
    whole |= {f"without_{name}": int(mine[f"without_{name}"].sum()) for name in sums}
    foot: list[list[Cell]] = [[texts.both("all"), texts.number(total), "", *_sums(whole, sums)]]
    title = {lang: f"{texts.say('grades', lang)}: {field.label.get(lang)}" for lang in texts.LANGUAGES}
    return Table(title, head, rows, foot=foot)


def _sums(row: dict[str, Any], names: list[str]) -> list[Cell]:
    """Return sums, each with the rows that could not be added where there are some."""
    cells: list[Cell] = []
    for name in names:
        missing = row[f"without_{name}"]
        said = texts.both("and_unknown", number=texts.number(row[name]), count=texts.number(missing))
        cells.append(said if missing else texts.number(row[name]))
    return cells


def _area_table(outcome: Outcome, register: Schema, field: Field) -> Table:
    """Every area with its objects by grade."""
    layer = outcome.layer
    parts = sorted(layer.groupby("area"), key=lambda each: scopes.last_in_order(each[0]))
    used = [grade for grade, count in _by_grade(layer, register, field).items() if count]
    costs = "improvement_cost_eur" in layer
    head: list[Cell] = [texts.both("area"), texts.both("total"), *(grade_words(field, grade) for grade in used)]
    head += [label(register.fields["improvement_cost_eur"])] if costs else []

    def line(name: Cell, part: GeoDataFrame) -> list[Cell]:
        counts = _by_grade(part, register, field)
        cells: list[Cell] = [name, texts.number(len(part)), *(texts.number(counts[grade]) for grade in used)]
        return [*cells, texts.number(float(part["improvement_cost_eur"].sum()))] if costs else cells

    rows = [line(scopes.words(area), part) for area, part in parts]
    title = {lang: f"{texts.say('by_area', lang)}: {field.label.get(lang)}" for lang in texts.LANGUAGES}
    return Table(title, head, rows, foot=[line(texts.both("all"), layer)])


def _by_grade(rows: GeoDataFrame, register: Schema, field: Field) -> dict[str, int]:
    table = grades(rows, register)
    mine = table[table["field"] == field.name]
    return dict(zip(mine["grade"], mine["rows"], strict=True))


def _condition_table(found: Inspection, register: Schema) -> Table | None:
    """How many objects have each part in which condition."""
    if not len(found.conditions):
        return None
    codes = [name for name in found.conditions.columns if name != "field"]
    fields = [register.fields[name] for name in found.conditions["field"]]
    head: list[Cell] = [texts.both("part"), *(grade_words(fields[0], code) for code in codes)]
    rows: list[list[Cell]] = [
        [label(field), *(texts.number(row[code]) for code in codes)]
        for field, row in zip(fields, records(found.conditions), strict=True)
    ]
    return Table(texts.both("conditions"), head, rows)


def _improvement_table(outcome: Outcome, found: Inspection, register: Schema) -> Table | None:
    """Objects that need an improvement, those first where a place costs least."""
    needed = found.improvements
    if "improvements" not in found.frame and "improvement_cost_eur" not in found.frame:
        return None
    title = texts.both("improvements")
    if not len(needed):
        return Table(title, [], [], note=texts.both("no_improvements"))
    shown = [name for name in ("compliance", "shortcomings", "improvements") if name in found.frame]
    head: list[Cell] = [texts.both("name"), *(label(register.fields[name]) for name in shown)]
    head += [texts.both("places_capacity"), "EUR", texts.both("per_place")]
    rows: list[list[Cell]] = []
    for row in records(needed[:LONG]):
        name = text(row["name"]) or text(row["id"]) or str(row["row"])
        words: list[Cell] = [_value(register.fields[each], row[each]) for each in shown]
        numbers = [row["capacity_persons"], row["improvement_cost_eur"], row["cost_per_place_eur"]]
        rows.append([name, *words, *("–" if pd.isna(each) else texts.number(float(each)) for each in numbers)])
    note = texts.both("cut", shown=LONG, total=texts.number(len(needed)), layer=outcome.analysis.name)
    cost = needed["improvement_cost_eur"]
    total = {"cost": float(cost.sum()), "without_cost": int(cost.isna().sum())}
    foot: list[list[Cell]] = [[texts.both("all"), *[""] * len(shown), "", *_sums(total, ["cost"]), ""]]
    return Table(title, head, rows, note if len(needed) > LONG else None, foot, texts_first=1 + len(shown))


def _value(field: Field, value: Any) -> Cell:
    return "" if pd.isna(value) else grade_words(field, str(value))


def _finding_table(found: Inspection) -> Table | None:
    """What is to be mended or looked at, row by row, and what to do."""
    if found.is_clean:
        return None
    head: list[Cell] = [texts.both(key) for key in ("row", "id", "field", "finding", "remedy")]
    rows: list[list[Cell]] = [
        [
            "" if each.row is None else str(each.row),
            each.id or "",
            each.column or each.field or "",
            {lang: each.message(lang) for lang in texts.LANGUAGES},
            {lang: each.remedy(lang) for lang in texts.LANGUAGES},
        ]
        for each in found.noted[:LONG]
    ]
    note = texts.both("findings_cut", shown=LONG, total=texts.number(len(found.noted)))
    cut = note if len(found.noted) > LONG else None
    return Table(texts.both("to_mend_rows"), head, rows, cut, texts_first=len(head))


def _field_table(found: Inspection, register: Schema) -> Table:
    """Every field: in how many rows it is filled, empty, refused."""
    head: list[Cell] = [texts.both(key) for key in ("field", "filled", "empty", "refused")]
    rows: list[list[Cell]] = [
        [label(register.fields[row["field"]]), *(texts.number(row[key]) for key in ("filled", "empty", "refused"))]
        for row in records(found.state)
    ]
    unused = ", ".join(found.unused_columns)
    return Table(texts.both("fields"), head, rows, texts.both("register_unused", columns=unused) if unused else None)


def label(field: Field) -> Words:
    """Return what a field is called."""
    return {lang: field.label.get(lang) for lang in texts.LANGUAGES}


def grade_words(field: Field, grade: str) -> Words:
    """Return a grade, or any value of a field, in words."""
    if grade == NOT_RECORDED:
        return texts.both(NOT_RECORDED)
    code = next((each for each in field.codes if each.code == grade), None)
    if code is not None:
        return {lang: getattr(code, lang) for lang in texts.LANGUAGES}
    return reason_words(grade)
