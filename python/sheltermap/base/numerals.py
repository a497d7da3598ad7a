# SPDX-License-Identifier: Apache-2.0
"""The number that a cell tells, as people write it: what can mean two things is refused, not guessed."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Any

from sheltermap.base.decimal_marks import THREE_AFTER_MARK
from sheltermap.base.fault import Fault

SPACES = re.compile("[\u00a0\u2007\u2009\u202f' ]")  # between thousands
GROUPED = re.compile("[+-]?\\d{1,3}([\u00a0\u2007\u2009\u202f' ]\\d{3})+([.,]\\d+)?")
PLAIN = re.compile(r"[+-]?(\d+([.,]\d+)?|[.,]\d+)([eE][+-]?\d+)?")
MARKED_THOUSANDS = re.compile(
    r"[+-]?\d{1,3}(,\d{3})+\.\d+|[+-]?\d{1,3}(\.\d{3})+,\d+|[+-]?\d{1,3}(?P<mark>[.,])\d{3}((?P=mark)\d{3})+"
)
NUMBER_INSIDE = re.compile("[+-]?\\d+(?:[\u00a0\u2009\u202f ]\\d{3})*(?:[.,]\\d+)?")


def shown(cell: Any) -> str:
    """Return a cell as a person sees it: whole numbers without a fraction, days without the time."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    return str(cell).strip()


def number_in(text: str, decimal: str | None = None) -> float | Fault:
    """Read a number as people write it; spaces may part thousands, the mark of decimals is a point or a comma.

    Examples
    --------
    >>> number_in("1 200,5"), number_in("120 vietas").suggestion, number_in("1,200").reason
    (1200.5, '120', 'ambiguous_number')

    """
    text = text.replace("\N{MINUS SIGN}", "-")
    twofold = THREE_AFTER_MARK.fullmatch(text)
    if twofold and decimal is None:
        sign, whole, rest = twofold.groups()
        return Fault("ambiguous_number", None, {"first": sign + whole + rest, "second": f"{sign}{whole}.{rest}"})
    if GROUPED.fullmatch(text):
        text = SPACES.sub("", text)
    if decimal is not None:
        text = text.replace("." if decimal == "," else ",", "") if _well_grouped(text, decimal) else text
    elif MARKED_THOUSANDS.fullmatch(text):
        last = max(text.rfind("."), text.rfind(","))
        several = text.count(text[last]) > 1
        text = re.sub("[.,]", "", text) if several else re.sub("[.,]", "", text[:last]) + "." + text[last + 1 :]
    if PLAIN.fullmatch(text) and not (decimal == "," and "." in text) and not (decimal == "." and "," in text):
        value = float(text.replace(",", "."))
        return value if math.isfinite(value) else Fault("not_a_number")
    return _number_with_words(text)


def _well_grouped(text: str, decimal: str) -> bool:
    mark = re.escape("." if decimal == "," else ",")
    return re.fullmatch(rf"[+-]?\d{{1,3}}({mark}\d{{3}})+({re.escape(decimal)}\d+)?", text) is not None


def _number_with_words(text: str) -> Fault:
    """Refuse a text; offer its number where it has a single one."""
    clean = re.sub(r"(?<=[a-zA-Z])[23](?!\d)", "", text)  # the 2 of m2 is no number
    found = NUMBER_INSIDE.findall(clean)
    number = number_in(found[0]) if len(found) == 1 and found[0] != text else Fault("not_a_number")
    if isinstance(number, Fault):
        return Fault("not_a_number")
    return Fault("number_with_text", shown(number))
