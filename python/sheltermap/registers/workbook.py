# SPDX-License-Identifier: Apache-2.0
"""A register as a spreadsheet: drop-downs, limits, and a sheet that explains the columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sheltermap.base.texts import LANGUAGES, TEXTS, YES_NO, say
from sheltermap.layers.workbooks import Cells, new_workbook
from sheltermap.registers.schema import Field, Schema

ROWS = 5000  # with validation; more may be filled in, and `inspect` checks them all


def write_workbook(
    path: Path,
    register: Schema,
    position: Sequence[str],
    lang: str,
    rows: Sequence[Sequence[Any]] = (),
    more: Sequence[str] = (),
) -> None:
    """Write a register; the first line of a heading is the column's name, what follows are its labels.

    `rows` have a cell for every field, for the position, and for `more`, columns of their own.
    """
    with new_workbook(path) as book:
        sheet = book.add_worksheet(register.kind[:31])
        heading = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#e6eef2"}
        plain, needed = book.add_format(heading), book.add_format(heading | {"bg_color": "#f6d9a8"})
        formats_of = {"text": "@", "code": "@", "date": "yyyy-mm-dd", "integer": "0"}
        formats = {kind: book.add_format({"num_format": code}) for kind, code in formats_of.items()}
        _explain(book.add_worksheet(say("workbook.columns_sheet", lang)), register, lang)
        codes = book.add_worksheet(say("workbook.codes_sheet", lang))
        for at, field in enumerate(register.fields.values()):
            labels = "\n".join(dict.fromkeys((field.name, field.label.get(lang), *field.label.distinct)))
            sheet.write_string(0, at, labels, needed if field.required else plain)
            sheet.set_column(at, at, 20, formats.get(field.type))
            allowed = _validation(codes, at, field, lang)
            if allowed is not None:
                sheet.data_validation(1, at, ROWS, at, {"ignore_blank": True, **allowed})
        for at, name in enumerate(position, start=len(register.fields)):
            sheet.write_string(0, at, f"{name}\nWGS 84", needed)
        for at, name in enumerate(more, start=len(register.fields) + len(position)):
            sheet.write_string(0, at, name, plain)
        cells = Cells(book)
        for line, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                cells.write(sheet, line, at, cell)
        sheet.set_row(0, 62)
        sheet.freeze_panes(1, 2)


def _validation(codes: Any, at: int, field: Field, lang: str) -> dict[str, Any] | None:
    """Return what a cell may hold; the words of a drop-down go into a column of the sheet of codes."""
    if field.codes:
        words = [code.label.get(lang) for code in field.codes]
        codes.write_column(0, at, [field.name, *words])
        column = _letters(at)
        source = f"='{codes.get_name()}'!${column}$2:${column}${len(words) + 1}"
        return {"validate": "list", "source": source}
    if field.type == "boolean":
        return {"validate": "list", "source": list(YES_NO[lang])}
    if field.type == "date":
        bounds = {"minimum": date(1900, 1, 1), "maximum": date(2150, 12, 31)}
        return {"validate": "date", "criteria": "between", **bounds}
    if field.min is not None and field.max is not None:
        kind = "integer" if field.type == "integer" else "decimal"
        return {"validate": kind, "criteria": "between", "minimum": field.min, "maximum": field.max}
    return None


def _letters(at: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(at))


def _explain(sheet: Any, register: Schema, lang: str) -> None:
    about = [say(f"workbook.{key}", lang) for key in ("type", "unit", "required", "recorded_by")]
    heads = [say("workbook.column", lang), *(_in_language(each, lang) for each in LANGUAGES), *about]
    for at, head in enumerate(heads):
        sheet.write_string(0, at, head)
    for row, field in enumerate(register.fields.values(), start=1):
        required = YES_NO[lang][0] if field.required else ""
        labels = [field.label.get(each) for each in LANGUAGES]
        cells = (field.name, *labels, field.type, field.unit or "", required, field.recorded_by)
        for at, text in enumerate(cells):
            sheet.write_string(row, at, text)
    sheet.set_column(0, len(LANGUAGES), 36)
    sheet.set_column(len(heads) - 1, len(heads) - 1, 80)


def _in_language(each: str, lang: str) -> str:
    """Return the head of the labels in a language; one that `lang` has no word for is called as it calls itself."""
    key = f"workbook.in_{each}"
    return say(key, lang) if key in TEXTS else say("this.name", each)
