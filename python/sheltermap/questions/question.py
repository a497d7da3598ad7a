# SPDX-License-Identifier: Apache-2.0
"""One ``[[analyses]]`` of a plan as data: what it is called, what it reads and counts, which figures it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sheltermap.base.language import REFERENCE
from sheltermap.base.standards import PlanPart, Text
from sheltermap.questions.sources import Name

Uses = dict[str, tuple[str, ...]]  #: keys that name an input (its role) -> keys that name columns of it
Figure = dict[str, Any]  #: one number of an assessment, by the columns of `figures.COLUMNS`


class Question(PlanPart):
    """What all analyses of a plan have in common."""

    uses: ClassVar[Uses]  #: the inputs it reads; the role says what becomes of them in a comparison of years
    figure_names: ClassVar[tuple[str, ...]]  #: every figure it may make
    beside: ClassVar[tuple[str, ...]] = ()  #: ends of the names of its layers beside the main one
    kept: ClassVar[tuple[str, ...]] = ()  #: ends of the names of tables that its figures rest on, beside its layers
    explained: ClassVar[str | None] = None  #: the figure whose change between years is split into causes
    steady_categories: ClassVar[tuple[str, ...]] = ()  #: figures whose categories are there whatever was found
    registers: ClassVar[tuple[str, ...]] = ("facilities",)  #: roles whose rows are told apart from year to year
    by_distance: ClassVar[bool] = True  #: whether the standards it names have to say how near something is
    needs_streets: ClassVar[bool] = False  #: whether it closes streets or draws along them: no table of costs will do
    reads_rasters: ClassVar[tuple[str, ...]] = ()  #: keys that name a raster
    traced: ClassVar[str | None] = None  #: the layer beside whose places are followed through the years

    name: Name
    kind: str
    title: Text
    unit: Text | None = None
    note: Text | None = None

    @property
    def roles(self) -> dict[str, str]:
        """The inputs it names, by role."""
        named = {role: getattr(self, role, None) for role in self.uses}
        return {role: name for role, name in named.items() if name is not None}

    @property
    def raster_roles(self) -> dict[str, str]:
        """The rasters it names, by role."""
        named = {role: getattr(self, role, None) for role in self.reads_rasters}
        return {role: name for role, name in named.items() if name is not None}

    @property
    def measure(self) -> str:
        """Column that is counted, or "rows"."""
        return getattr(self, "weight", None) or "rows"

    @property
    def counted(self) -> list[str]:
        """Columns whose missing numbers take a row out of a total."""
        weight = getattr(self, "weight", None)
        return [*([weight] if weight else []), *getattr(self, "groups", ())]

    @property
    def named_standards(self) -> list[str]:
        """The standards it names."""
        several: Sequence[str] = getattr(self, "standards", None) or ()
        single: str | None = getattr(self, "standard", None)
        return [*([] if single is None else [single]), *several]

    def figure(self, name: str, value: float, *, measure: str, **where: Any) -> Figure:
        """Return a figure of it; where nothing else is said, it is about all, in the unit that its name tells."""
        figure = {"analysis": self.name, "figure": name, "measure": measure, "value": value, "scope": "all"}
        return figure | {"unit": self._unit(name, measure)} | where

    def _unit(self, name: str, measure: str) -> str:
        if name.endswith(("_m", "_s")):
            return name[-1]
        if "_share" in name:
            return "1"
        weighted = self.measure != "rows"
        if name.endswith("rows_without_weight") or (measure == "rows" and weighted):
            return "rows"
        return measure if self.unit is None else self.unit.get(REFERENCE)


def columns_named(value: Any) -> list[str]:
    """Return the columns that the value of a key names: one, several, one for each of something; none by yes or no.

    Examples
    --------
    >>> columns_named("people"), columns_named({"flood": "suits_flood"}), columns_named(True), columns_named(None)
    (['people'], ['suits_flood'], [], [])
    """
    if isinstance(value, str):
        return [value]
    if value is None or isinstance(value, bool):
        return []
    return list(value.values() if isinstance(value, Mapping) else value)
