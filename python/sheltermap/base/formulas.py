# SPDX-License-Identifier: Apache-2.0
"""Texts that a spreadsheet would run as a formula, and what keeps it from that (OWASP: CSV injection)."""

from __future__ import annotations

import re

# Apostrophes in front count as well: what looks as if it had been guarded gets one more, so that none is lost.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|[ \t\r\n\v\f]*[=+\-@＝＋－＠])")


def may_run(text: str) -> bool:
    """Return whether a spreadsheet that reads a text out of a CSV may take it for a formula.

    Examples
    --------
    >>> may_run("=1+1"), may_run("-5"), may_run("Brīvības iela 1"), may_run(" @SUM(A1)")
    (True, True, False, True)
    """
    return _FORMULA.match(text) is not None


def guarded(text: str) -> str:
    """Return a text as a cell of a CSV: with an apostrophe in front where a spreadsheet may run it.

    Examples
    --------
    >>> guarded("+371 67 012 345"), guarded("'=1"), guarded("Rīga")
    ("'+371 67 012 345", "''=1", 'Rīga')
    """
    return f"'{text}" if may_run(text) else text


def unguarded(text: str) -> str:
    """Return a cell without the apostrophe that `guarded` put in front.

    Examples
    --------
    >>> unguarded("'+371 67 012 345"), unguarded("'t Hof")
    ('+371 67 012 345', "'t Hof")
    """
    return text[1:] if text.startswith("'") and may_run(text[1:]) else text
