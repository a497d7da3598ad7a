# SPDX-License-Identifier: Apache-2.0
"""Yes and no as people and programs write them: one table for every column that is asked, in every language."""

from __future__ import annotations

import re
from typing import Any

from sheltermap.base.suggestions import one_form
from sheltermap.base.texts import YES_NO

# Beside the words of each language: short, without the macron, and as verbs ("ir" is, "nav" is not).
_ALSO_YES = ("y", "t", "true", "1", "ja", "ir")
_ALSO_NO = ("n", "f", "false", "0", "ne", "nav")
_ANSWERS = {
    **dict.fromkeys([*(yes for yes, _ in YES_NO.values()), *_ALSO_YES], True),
    **dict.fromkeys([*(no for _, no in YES_NO.values()), *_ALSO_NO], False),
}
ALLOWED = ", ".join(f"{yes} or {no}" for yes, no in [*YES_NO.values(), ("true", "false"), ("1", "0")])
_WHOLE = re.compile(r"(-?\d{1,15})[.,]0+")


def written(cell: Any) -> str:
    """Return a cell in the form in which words are compared: small letters, no blanks around, 1.0 as 1.

    Examples
    --------
    >>> written(" JĀ "), written(1.0), written(True)
    ('jā', '1', 'true')
    """
    text = str(one_form(str(cell))).strip().casefold()
    whole = _WHOLE.fullmatch(text)
    return text if whole is None else str(int(whole[1]))


def answer(cell: Any) -> bool | None:
    """Return whether a cell says yes; None where it says neither yes nor no.

    Examples
    --------
    >>> answer("JĀ "), answer("Ir"), answer("1.0"), answer("nē"), answer("n/a")
    (True, True, True, False, None)
    """
    return _ANSWERS.get(written(cell))
