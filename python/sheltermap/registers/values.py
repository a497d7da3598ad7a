# SPDX-License-Identifier: Apache-2.0
"""One cell of a register, read honestly: what can mean two things is refused, not guessed.

Every reader takes the cell and how its column is written, and returns the value or a `Fault`; never both.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from sheltermap.base import yes_no
from sheltermap.base.dates import date_in
from sheltermap.base.fault import Fault
from sheltermap.base.numerals import number_in, shown
from sheltermap.base.suggestions import folded
from sheltermap.base.texts import LANGUAGES, any_of, both
from sheltermap.registers.mapping import Column
from sheltermap.registers.schema import Code, Field

Value = str | int | float | bool | date
Read = Value | Fault

NOT_KNOWN = {
    "?",
    "-",
    "–",
    "—",
    "n/a",
    "na",
    "null",
    "none",
    "nan",
    "nav",
    "nav zināms",
    "nezināms",
    "nav datu",
    "unknown",
}
LONGEST = {"integer": 200, "number": 200, "date": 200, "boolean": 200, "code": 1000}  # characters by type of field
SPREADSHEET_EPOCH = date(1899, 12, 30)  # day 0 of the serial numbers of spreadsheets, after February 1900


def read_cell(cell: Any, field: Field, column: Column) -> Read | None:
    """Return the value of a cell in the field's own unit, why it cannot be one, or None where the cell is empty."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    text = shown(cell)
    if not text or text in column.missing:
        return None
    if len(text) > LONGEST.get(field.type, len(text)):
        return Fault("too_long", None, {"count": len(text), "limit": LONGEST[field.type]})
    if field.type not in ("text", "code", "boolean") and text.casefold() in NOT_KNOWN:
        return Fault("missing_word")
    return READERS[field.type](cell, text, field, column)


def _text(cell: Any, text: str, field: Field, column: Column) -> Read:
    digits = field.digits if column.digits is None else column.digits
    if field.name == "id" and re.fullmatch(r"\d+[.,]0+|\d([.,]\d+)?[eE]\+?\d+", text):
        return Fault("number_for_text")
    if digits and text.isdecimal() and len(text) < digits:
        details = {"count": len(text), "digits": digits}
        return Fault("leading_zeros_lost", text.zfill(digits), details)
    if digits and not (text.isdecimal() and len(text) == digits):
        return Fault("wrong_digits", None, {"digits": digits})
    return text


def _number(cell: Any, text: str, field: Field, column: Column) -> Read:
    found: Any = cell if _is_number(cell) else number_in(text, column.decimal)
    if isinstance(found, Fault):
        return _with_unit(found, field)
    if not math.isfinite(found):
        return _with_unit(Fault("not_a_number"), field)
    value = float(Fraction(found) * column.factor) if column.factor != 1 else float(found)
    if field.type == "integer" and not value.is_integer():
        return Fault("not_whole")
    for bound, beyond, reason in (
        (field.min, value < (field.min or 0), "below_minimum"),
        (field.max, value > (field.max or 0), "above_maximum"),
    ):
        if bound is not None and beyond:
            return _with_unit(Fault(reason, None, {"limit": f"{bound:g}" if bound < 1e5 else f"{bound:.0f}"}), field)
    return int(value) if field.type == "integer" else value


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _with_unit(fault: Fault, field: Field) -> Fault:
    unit = "" if field.unit is None else f" ({field.unit})"
    return Fault(fault.reason, fault.suggestion, fault.details | {"unit": unit})


def _date(cell: Any, text: str, field: Field, column: Column) -> Read:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if _is_number(cell) or text.isdecimal():
        days = float(text) if text.isdecimal() else float(cell)
        likely = SPREADSHEET_EPOCH + timedelta(days=int(days)) if 3654 < days < 91_000 else None  # 1910 to 2149
        return Fault("not_a_date") if likely is None else Fault("serial_number", likely.isoformat())
    return date_in(text, column.date_format)


def digits_shown(texts: Iterable[str]) -> int:
    """Return how many digits the codes of a column have, where some still have their zeros in front; else 0."""
    codes = [text for text in texts if text]
    lengths = {len(text) for text in codes if text.startswith("0")}
    if len(lengths) != 1 or not all(text.isdecimal() for text in codes):
        return 0
    (longest,) = lengths
    return longest if max(map(len, codes)) == longest > 1 else 0


def _boolean(cell: Any, text: str, field: Field, column: Column) -> Read:
    found = yes_no.answer(text)
    if found is not None:
        return found
    return Fault("missing_word") if text.casefold() in NOT_KNOWN else Fault("not_yes_or_no")


def _code(cell: Any, text: str, field: Field, column: Column) -> Read:
    given = column.codes.get(text, text)
    if folded(given) in field.by_spelling:
        return field.by_spelling[folded(given)].code
    if folded(given) in NOT_KNOWN:
        return Fault("missing_word")
    return _outside(given, field.codes, field.by_spelling)


def _outside(given: str, codes: tuple[Code, ...], by_spelling: dict[str, Code]) -> Fault:
    near = get_close_matches(folded(given), by_spelling, n=9, cutoff=0.7)
    meant = list({by_spelling[spelling].code: by_spelling[spelling] for spelling in near}.values())
    details: dict[str, Any] = {
        "meant": both("findings.did_you_mean", codes=any_of(_in_words(meant))) if meant else "",
        "allowed": {lang: ", ".join(words) for lang, words in _in_words(codes).items()},
    }
    return Fault("code_outside_list", meant[0].code if len(meant) == 1 else None, details)


def _in_words(codes: Sequence[Code]) -> dict[str, list[str]]:
    """Return codes with their labels in every language."""
    return {lang: [f"{each.code} ({each.label.get(lang)})" for each in codes] for lang in LANGUAGES}


READERS: dict[str, Callable[[Any, str, Field, Column], Read]] = {
    "text": _text,
    "integer": _number,
    "number": _number,
    "date": _date,
    "boolean": _boolean,
    "code": _code,
}
