# SPDX-License-Identifier: Apache-2.0
"""Notes that count rows: those of two blocks of a layer become the note of both."""

from __future__ import annotations

from collections.abc import Iterable


class CountedNote(str):
    """A note with a number of rows in it, which can be added to the same note of other rows.

    Examples
    --------
    >>> CountedNote.of(2, "rows lie apart") + CountedNote.of(3, "rows lie apart")
    '5 rows lie apart'
    """

    amount: int
    before: str
    said: str

    @classmethod
    def of(cls, count: int, said: str, before: str = "") -> CountedNote:
        """Return that so many of what is `said`."""
        note = cls(f"{before}{count} {said}")
        note.amount, note.before, note.said = count, before, said
        return note

    def is_like(self, other: str) -> bool:
        """Whether both count the same."""
        return isinstance(other, CountedNote) and (self.before, self.said) == (other.before, other.said)

    def __add__(self, other: str) -> str:
        if isinstance(other, CountedNote) and self.is_like(other):
            return CountedNote.of(self.amount + other.amount, self.said, self.before)
        return super().__add__(other)


def together(notes: Iterable[str]) -> list[str]:
    """Return notes each once, in the order in which they first came; of those that count the same their sum.

    Examples
    --------
    >>> together(["a", CountedNote.of(1, "b"), "a", CountedNote.of(2, "b")])
    ['a', '3 b']
    """
    found: list[str] = []
    for note in notes:
        at = next((at for at, each in enumerate(found) if isinstance(note, CountedNote) and note.is_like(each)), None)
        if at is not None:
            found[at] += note
        elif note not in found:
            found.append(note)
    return found
