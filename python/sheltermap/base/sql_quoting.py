# SPDX-License-Identifier: Apache-2.0
"""Names and texts as SQL, rules of legends and expressions of QGIS write them."""

from __future__ import annotations


def quoted(name: str) -> str:
    """Return the name of a column or a table as SQL takes it, whatever is in it.

    Examples
    --------
    >>> quoted("people"), quoted('the "old" one')
    ('"people"', '"the ""old"" one"')
    """
    return '"' + name.replace('"', '""') + '"'


def quoted_text(value: str) -> str:
    """Return a text as SQL writes it.

    Examples
    --------
    >>> quoted_text("St. John's")
    "'St. John''s'"
    """
    return "'" + value.replace("'", "''") + "'"
