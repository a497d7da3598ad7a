# SPDX-License-Identifier: Apache-2.0
"""Tables of a register's state in the report: grades, defects, improvements and their cost, what is to be mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.scopes import last_in_order
from sheltermap.dictionary.field_words import parts_words
from sheltermap.page.table import LONG, Cell, Table, Words, cut_note, heads, reason_words, text, words_of
from sheltermap.questions.coverage_tables import area_words
from sheltermap.questions.figures import records
from sheltermap.questions.outcome import Outcome
from sheltermap.registers.grades import NOT_RECORDED, grades
from sheltermap.registers.schema import Field, Schema

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def register_tables(outcome: Outcome, register: Schema) -> list[Table | None]:
    """Return the tables of a register."""
    tables = outcome.tables
    graded = [register.fields[name] for name in tables["grades"]["field"].unique()]
    return [
        *(_grade_table(tables["grades"], register, field) for field in graded if _tells(tables["grades"], field)),
        _alike_table(tables["grades"], graded),
        _area_table(outcome, register, graded[0]) if graded and "area" in outcome.layer else None,
        _condition_table(tables["conditions"], register),
        _improvement_table(outcome, register),
        _finding_table({lang: tables[f"findings_{lang}"] for lang in texts.LANGUAGES}, register),
        _field_table(tables["state"], tables["unused_columns"], register),
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
    secret = int(mine["rows"][mine["grade"] == "no"].sum()) if field.name == "public" else 0
    note = texts.both("not_public", count=texts.number(secret)) if secret else None
    return Table(title, head, rows, note, foot)


def _tells(table: pd.DataFrame, field: Field) -> bool:
    """Whether a grade tells objects apart, or is the one that registers are judged by."""
    return field.name == "compliance" or int((table["rows"][table["field"] == field.name] > 0).sum()) > 1


def _alike_table(table: pd.DataFrame, graded: list[Field]) -> Table | None:
    """Say what is the same of all objects."""
    found = table[table["rows"] > 0]
    same = [(field, found["grade"][found["field"] == field.name]) for field in graded if not _tells(table, field)]
    said = [
        {lang: f"{name}: {grade_words(field, grades.iloc[0])[lang]}" for lang, name in label(field).items()}
        for field, grades in same
        if len(grades)
    ]
    if not said:
        return None
    note = {lang: "; ".join(each[lang] for each in said) for lang in texts.LANGUAGES}
    return Table(texts.both("register_alike"), [], [], note)


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
    parts = sorted(layer.groupby("area"), key=lambda each: last_in_order(each[0]))
    used = [grade for grade, count in _by_grade(layer, register, field).items() if count]
    costs = "improvement_cost_eur" in layer
    head: list[Cell] = [texts.both("area"), texts.both("total"), *(grade_words(field, grade) for grade in used)]
    head += [label(register.fields["improvement_cost_eur"])] if costs else []

    def line(name: Cell, part: GeoDataFrame) -> list[Cell]:
        counts = _by_grade(part, register, field)
        cells: list[Cell] = [name, texts.number(len(part)), *(texts.number(counts[grade]) for grade in used)]
        return [*cells, texts.number(float(part["improvement_cost_eur"].sum()))] if costs else cells

    rows = [line(area_words(area), part) for area, part in parts]
    title = {lang: f"{texts.say('by_area', lang)}: {field.label.get(lang)}" for lang in texts.LANGUAGES}
    return Table(title, head, rows, foot=[line(texts.both("all"), layer)])


def _by_grade(rows: GeoDataFrame, register: Schema, field: Field) -> dict[str, int]:
    table = grades(rows, register)
    mine = table[table["field"] == field.name]
    return dict(zip(mine["grade"], mine["rows"], strict=True))


def _condition_table(conditions: pd.DataFrame, register: Schema) -> Table | None:
    """How many objects have each part in which condition."""
    if not len(conditions):
        return None
    codes = [name for name in conditions.columns if name != "field"]
    fields = [register.fields[name] for name in conditions["field"]]
    head: list[Cell] = [texts.both("part"), *(grade_words(fields[0], code) for code in codes)]
    rows: list[list[Cell]] = [
        [label(field), *(texts.number(row[code]) for code in codes)]
        for field, row in zip(fields, records(conditions), strict=True)
    ]
    return Table(texts.both("conditions"), head, rows)


def _improvement_table(outcome: Outcome, register: Schema) -> Table | None:
    """Objects that need an improvement, those first where a place costs least."""
    needed, layer = outcome.tables["improvements"], outcome.layer
    if "improvements" not in layer and "improvement_cost_eur" not in layer:
        return None
    title = texts.both("improvements")
    if not len(needed):
        return Table(title, [], [], note=texts.both("no_improvements"))
    shown = [name for name in ("compliance", "shortcomings", "improvements") if name in layer]
    head: list[Cell] = [texts.both("name"), *(label(register.fields[name]) for name in shown)]
    head += [texts.both("places_capacity"), "EUR", texts.both("per_place")]
    rows: list[list[Cell]] = []
    for row in records(needed[:LONG]):
        name = text(row["name"]) or text(row["id"]) or str(row["row"])
        words: list[Cell] = [_value(register.fields[each], row[each]) for each in shown]
        numbers = [row["capacity_persons"], row["improvement_cost_eur"], row["cost_per_place_eur"]]
        rows.append([name, *words, *("–" if pd.isna(each) else texts.number(float(each)) for each in numbers)])
    note = cut_note(LONG, len(needed), outcome.analysis.name)
    cost = needed["improvement_cost_eur"]
    total = {"cost": float(cost.sum()), "without_cost": int(cost.isna().sum())}
    foot: list[list[Cell]] = [[texts.both("all"), *[""] * len(shown), "", *_sums(total, ["cost"]), ""]]
    return Table(title, head, rows, note, foot, texts_first=1 + len(shown))


def _value(field: Field, value: Any) -> Cell:
    if pd.isna(value):
        return ""
    return parts_words(value) if field.name == "shortcomings" else grade_words(field, str(value))


def _finding_table(findings: dict[str, pd.DataFrame], register: Schema) -> Table | None:
    """What is to be mended or looked at, row by row, and what to do; the same findings in every language."""
    count = len(findings[texts.LANGUAGES[0]])
    if not count:
        return None
    said = {lang: records(table[:LONG]) for lang, table in findings.items()}
    rows: list[list[Cell]] = []
    for number, each in enumerate(said[texts.LANGUAGES[0]]):
        cells: list[Cell] = [text(each["row"]), text(each["id"]), _column(each, register)]
        rows.append([*cells, *({lang: said[lang][number][key] for lang in said} for key in ("message", "remedy"))])
    note = texts.both("findings_cut", shown=LONG, total=texts.number(count)) if count > LONG else None
    head = heads("row", "id", "field", "finding", "remedy")
    return Table(texts.both("to_mend_rows"), head, rows, note, texts_first=len(head))


def _column(finding: dict[str, Any], register: Schema) -> Cell:
    """Return what the field of a finding is called; its column as it is in the file, where that is of no field."""
    field = register.fields.get(text(finding["field"]))
    return text(finding["column"]) if field is None else label(field)


def _field_table(state: pd.DataFrame, unused_columns: pd.DataFrame, register: Schema) -> Table:
    """Every field that is not filled in every row: in how many it is filled, empty, refused."""
    whole = (state["empty"] == 0) & (state["refused"] == 0)
    rows: list[list[Cell]] = [
        [label(register.fields[row["field"]]), *(texts.number(row[key]) for key in ("filled", "empty", "refused"))]
        for row in records(state[~whole])
    ]
    unused = ", ".join(unused_columns["column"])
    said = [texts.both("register_whole", count=texts.number(int(whole.sum())))] if whole.any() else []
    said += [texts.both("register_unused", columns=unused)] if unused else []
    note = {lang: ". ".join(each[lang] for each in said) for lang in texts.LANGUAGES} if said else None
    return Table(texts.both("fields"), heads("field", "filled", "empty", "refused"), rows, note)


def label(field: Field) -> Words:
    """Return what a field is called."""
    return words_of(field.label)


def grade_words(field: Field, grade: str) -> Words:
    """Return a grade, or any value of a field, in words."""
    if grade == NOT_RECORDED:
        return texts.both(NOT_RECORDED)
    code = next((each for each in field.codes if each.code == grade), None)
    if code is not None:
        return {lang: code.label.get(lang) for lang in texts.LANGUAGES}
    return reason_words(grade)
