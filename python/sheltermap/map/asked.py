# SPDX-License-Identifier: Apache-2.0
"""What is asked of a map: its language, which columns name and describe rows, and how many are drawn one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sheltermap.base import texts
from sheltermap.map.middles import Middles


@dataclass(frozen=True)
class Asked:
    """What is asked of a map, whatever result it is of."""

    lang: str = "en"
    title: str | None = None
    columns: Sequence[str] = ()  #: of the rows, told as they are
    named_by: Mapping[str, str | None] = field(default_factory=dict)  #: columns with names, by parameter: "area_name"
    #: Columns with the ids that results name rows by, where they are known: by the parameter for their names.
    ids: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)  #: what rows of a role are called instead of its word
    by_plan: bool = False  #: whether a plan asks, which names all columns it can: nobody is told that a name is missing
    most: int | None = None  #: how many rows are drawn one by one; of more, those close together are one
    groups: int = 5_000  #: how many circles stand for them then
    middles: Middles = field(default_factory=Middles, repr=False)  #: where rows are that stand for others

    def says(self, key: str, **values: object) -> str:
        """Return the words for a key in the map's language."""
        return texts.say(key, self.lang, **values)

    def heading(self, key: str, **values: object) -> str:
        """Return the title that was asked for, else the words for a key."""
        return self.says(key, **values) if self.title is None else self.title

    def names(self, parameter: str | None) -> str | None:
        """Return the column that a parameter names; nothing where it names none."""
        return None if parameter is None else self.named_by.get(parameter)
