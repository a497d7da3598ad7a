# SPDX-License-Identifier: Apache-2.0
"""What the elements of an alert say, in whatever order; all that is wrong with them is collected with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sheltermap.base.dates import instant_in
from sheltermap.base.suggestions import unknown

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SHOWN = 60  # characters of a value that a fault repeats


class Elements:
    """One element and what it holds, without regard to other namespaces.

    Attributes
    ----------
    place : str
        Where it stands, for messages: ``info[2].area[1]``.
    faults, notes : list of str
        What is wrong with the message, and what is odd but was read; the same lists for all elements of it.
    """

    def __init__(
        self,
        element: Element,
        namespace: str,
        place: str = "",
        faults: list[str] | None = None,
        notes: list[str] | None = None,
    ) -> None:
        self._element, self._namespace, self.place = element, f"{{{namespace}}}", place
        self.faults: list[str] = [] if faults is None else faults
        self.notes: list[str] = [] if notes is None else notes

    def all(self, name: str) -> list[str]:
        """Return the texts of all elements of a name, without blanks around them."""
        return ["".join(each.itertext()).strip() for each in self._element.findall(self._namespace + name)]

    def text(self, name: str, *, needed: bool = False) -> str:
        """Return the text of an element that stands once at most; "" where it is not there."""
        found = self.all(name)
        if len(found) > 1:
            self.fault(name, f"stands {len(found)} times; once is allowed")
        said = found[0] if found else ""
        if needed and not said:
            self.fault(name, "is missing" if not found else "is empty")
        return said

    def word(self, name: str, allowed: Sequence[str], aliases: Mapping[str, str] | None = None) -> str:
        """Return one of the words that are allowed."""
        said = self.text(name, needed=True)
        said = (aliases or {}).get(said, said)
        if said and said not in allowed:
            self.fault(name, unknown("unknown value", said[:SHOWN], allowed))
        return said

    def instant(self, name: str, *, needed: bool = False) -> datetime | None:
        """Return a time with its zone; None where there is none."""
        said = self.text(name, needed=needed)
        found = instant_in(said) if said else None
        if said and found is None:
            self.fault(name, f'"{said[:SHOWN]}" is no time with its zone, as 2026-03-01T06:00:00+02:00')
        return found

    def number(self, name: str) -> float | None:
        """Return a number; None where there is none."""
        said = self.text(name)
        try:
            return float(said) if said else None
        except ValueError:
            self.fault(name, f'"{said[:SHOWN]}" is not a number')
            return None

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return the names and values of elements like ``geocode`` and ``parameter``."""
        return tuple((each.text("valueName"), each.text("value")) for each in self.inner(name))

    def inner(self, name: str) -> Iterator[Elements]:
        """Give the elements of a name that lie in this one."""
        for number, each in enumerate(self._element.findall(self._namespace + name), start=1):
            place = f"{self._at(name)}[{number}]"
            yield Elements(each, self._namespace[1:-1], place, self.faults, self.notes)

    def fault(self, name: str, sentence: str) -> None:
        """Note what is wrong with an element in this one."""
        self.faults.append(f"{self._at(name)}: {sentence}")

    def note(self, name: str, sentence: str) -> None:
        """Note what is odd about an element in this one."""
        self.notes.append(f"{self._at(name)}: {sentence}")

    def _at(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name
