# SPDX-License-Identifier: Apache-2.0
"""Texts of a pack in Markdown: what others wrote stays a text there, whatever it looks like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>#|&~"})


def plain(text: str) -> str:
    r"""Return a text on one line, in which nothing is a mark.

    Examples
    --------
    >>> print(plain("a_b\n# c | <d>"))
    a\_b \# c \| \<d\>
    """
    return " ".join(text.split()).translate(MARKS)


def code(name: str) -> str:
    """Return the name of a file as such."""
    bare = " ".join(name.split())
    return plain(bare) if "`" in bare or "|" in bare else f"`{bare}`"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table; cells are Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]
