# SPDX-License-Identifier: Apache-2.0
"""The mark before decimals, point or comma: which one texts show, and which texts may be thousands as well."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

THREE_AFTER_MARK = re.compile(r"([+-]?)([1-9]\d{0,2})[.,](\d{3})")


def decimal_mark(texts: Iterable[str]) -> Literal[",", "."] | None:
    """Return the mark before decimals that a column shows where it can mean nothing else; None for none, or both.

    Examples
    --------
    >>> decimal_mark(["1,200", "0,5"]), decimal_mark(["1,200"])
    (',', None)
    """
    marks = {
        "," if "," in text else "."
        for text in texts
        if re.fullmatch(r"[+-]?(\d+[.,]\d+)", text) and not THREE_AFTER_MARK.fullmatch(text)
    }
    return marks.pop() if len(marks) == 1 else None  # type: ignore[return-value]
