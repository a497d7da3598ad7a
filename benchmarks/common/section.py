# SPDX-License-Identifier: Apache-2.0
"""Tables with what must be said beside them, for the terminal and for the README."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Table:
    """Rows of text: names in the first column, words in the last, figures between."""

    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    caption: str = ""

    def plain(self) -> str:
        """Return the table for a terminal: figures to the right."""
        table = [self.header, *self.rows]
        widths = [max(_width(row[i]) for row in table) for i in range(len(self.header))]
        lines = [self.caption, ""] if self.caption else []
        for row in table:
            cells = [
                cell + " " * (width - _width(cell)) if i in (0, len(row) - 1) else " " * (width - _width(cell)) + cell
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)

    def markdown(self) -> str:
        """Return the table for the README."""
        ruler = ("---", *["---:"] * (len(self.header) - 2), "---")
        caption = [f"**{self.caption}**", ""] if self.caption else []
        return "\n".join([*caption, *("| " + " | ".join(row) + " |" for row in (self.header, ruler, *self.rows))])


@dataclass(frozen=True)
class Section:
    """What one benchmark has to tell. `failed`: something that should have run did not, or our answer is wrong."""

    title: str
    tables: list[Table]
    notes: list[str] = field(default_factory=list)
    failed: bool = False

    def plain(self) -> str:
        """Return the section for a terminal."""
        return "\n\n".join([self.title, *(table.plain() for table in self.tables), "\n".join(self.notes)])

    def markdown(self) -> str:
        """Return the section for the README."""
        notes = "\n".join(f"- {note}" for note in self.notes)
        return "\n\n".join([f"### {self.title}", *(table.markdown() for table in self.tables), notes])


def _width(text: str) -> int:
    return sum(not unicodedata.combining(letter) for letter in text)


def rewrite(readme: Path, name: str, text: str) -> None:
    """Put a section's text between its marks; a section without marks gets its own at the end."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    block = f"{begin}\n{text}\n{end}"
    page = readme.read_text(encoding="utf-8")
    marked = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not marked.search(page):
        page = f"{page.rstrip()}\n\n{begin}\n{end}\n"
    page = marked.sub(lambda _: block, page)
    readme.write_text(page, encoding="utf-8")
