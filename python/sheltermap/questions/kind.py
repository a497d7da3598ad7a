# SPDX-License-Identifier: Apache-2.0
"""What a kind of question says about itself: its keys, how it is answered, how the answer is told and compared."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from sheltermap.base.limits import Limit
from sheltermap.base.standards import PlanPart, Standard, Text
from sheltermap.questions.sources import Name

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.drawing.legend import Category
    from sheltermap.page.key_figure import KeyFigure
    from sheltermap.page.picture import MapPicture
    from sheltermap.page.table import Table
    from sheltermap.questions.context import Context
    from sheltermap.questions.outcome import Outcome

Uses = dict[str, tuple[str, ...]]  #: keys that name an input (its role) -> keys that name columns of it
Figure = dict[str, Any]  #: one number of an assessment, by the columns of `figures.COLUMNS`


class Kind(PlanPart, ABC):
    """One ``[[analyses]]`` of a plan: its keys are the fields, what it does with them the methods.

    A subclass names itself by a field ``kind: Literal["…"]`` and is made known by `registry.register`; nothing else
    in sheltermap knows which kinds there are.
    """

    uses: ClassVar[Uses]  #: the inputs it reads; the role says what becomes of them in a comparison of years
    figure_names: ClassVar[tuple[str, ...]]  #: every figure it may make
    beside: ClassVar[tuple[str, ...]] = ()  #: ends of the names of its layers beside the main one
    explained: ClassVar[str | None] = None  #: the figure whose change between years is split into causes
    steady_categories: ClassVar[tuple[str, ...]] = ()  #: figures whose categories are there whatever was found
    registers: ClassVar[tuple[str, ...]] = ("facilities",)  #: roles whose rows are told apart from year to year
    traced: ClassVar[str | None] = None  #: the layer beside whose places are followed through the years

    name: Name
    kind: str
    title: Text
    unit: Text | None = None
    note: Text | None = None

    @abstractmethod
    def run(self, context: Context) -> Outcome:
        """Answer the question.

        Raises
        ------
        PlanError
            Made by `Context.fault`, where the inputs do not fit the keys.
        SheltermapError, ValueError
            Those of the analysis.
        """

    @abstractmethod
    def legend(self, outcome: Outcome) -> list[Category]:
        """Return how the rows of its layer are drawn."""

    @abstractmethod
    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Return the figures that answer it."""

    @abstractmethod
    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Return its tables for the report, the first ones first; None for one that has nothing to tell."""

    def thresholds(self, standards: Mapping[str, Standard]) -> list[Limit]:
        """Return the distances or times that it asks about, the smallest first."""
        return []

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Return how the rows of layers beside the main one are drawn, where they are drawn at all."""
        return {}

    def pictures(self, outcome: Outcome, ground: GeoDataFrame | None) -> list[MapPicture]:
        """Return its maps for the report; `ground` is what to draw under them where it names no areas itself."""
        from sheltermap.questions.maps import outcome_map

        return [outcome_map(outcome, ground)]

    def told(self, outcome: Outcome, lang: str) -> str:
        """Return what the terminal tells below the key figures: the places to look at first."""
        return ""

    def total_figures(self) -> tuple[str, ...]:
        """Return the figures that sum to all that is counted; none where the years are not held against each other."""
        return ("total",)

    @property
    def roles(self) -> dict[str, str]:
        """The inputs it names, by role."""
        named = {role: getattr(self, role, None) for role in self.uses}
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
        return measure if self.unit is None else self.unit.en
