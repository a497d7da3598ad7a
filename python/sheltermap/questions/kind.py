# SPDX-License-Identifier: Apache-2.0
"""What a kind of question says about itself: its keys, how it is answered, how the answer is told and compared."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sheltermap.base.limits import Limit
from sheltermap.questions.figure_source import NotInLayers
from sheltermap.questions.finding import of_key_figure
from sheltermap.questions.maps import Underlay, outcome_map
from sheltermap.questions.question import Question
from sheltermap.questions.views import Drawing, outcome_views

if TYPE_CHECKING:
    import pandas as pd

    from sheltermap.base.standards import Standard
    from sheltermap.drawing.legend import Category, Look
    from sheltermap.map import View
    from sheltermap.page.key_figure import KeyFigure
    from sheltermap.page.picture import MapPicture
    from sheltermap.page.table import Table
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.finding import Finding, Step
    from sheltermap.questions.judging import Judged
    from sheltermap.questions.outcome import Outcome
    from sheltermap.questions.question import Figure


class Kind(Question, ABC):
    """One ``[[analyses]]`` of a plan: its keys are the fields, what it does with them the methods.

    A subclass names itself by a field ``kind: Literal["…"]`` and is made known by `registry.register`; nothing else
    in sheltermap knows which kinds there are.
    """

    @property
    def in_blocks(self) -> str | None:
        """The role of the input that it can ask row by row, however large that is; None where it needs all at once."""
        return None

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

    def legends(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Return how the rows of its layers are drawn, by the layer's name."""
        beside = {f"{self.name}_{end}": drawn for end, drawn in self.legends_beside(outcome).items()}
        return {self.name: self.legend(outcome)} | beside

    def thresholds(self, standards: Mapping[str, Standard]) -> list[Limit]:
        """Return the distances or times that it asks about, the smallest first."""
        return []

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Return how the rows of layers beside the main one are drawn, where they are drawn at all."""
        return {}

    def looks(self, outcome: Outcome) -> dict[str, list[Look]]:
        """Return the ways in which layers can be drawn that have several, by the layer's name; the usual one first."""
        return {}

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Return its maps for the report; `ground` is what lies under them."""
        return [outcome_map(outcome, self.legend(outcome), ground)]

    def views(self, outcome: Outcome, how: Drawing) -> list[View]:
        """Return what the interactive map shows of it; nothing where it has no places."""
        return outcome_views(outcome, self.legend, how)

    def told(self, outcome: Outcome, lang: str) -> str:
        """Return what the terminal tells below the key figures: the places to look at first."""
        return ""

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Return what it found that matters, as sentences for the first page of the report."""
        return of_key_figure(outcome, self.key_figures(outcome), self.judged())

    def first_steps(self, outcome: Outcome) -> list[Step]:
        """Return what to do first about it, as sentences: the places with most people, the cheapest gains."""
        return []

    def source(self, asked: Asked) -> Source:
        """Return what one of its figures is made of: rows of its layers, and how they are counted."""
        return NotInLayers("of_kind")

    def total_figures(self) -> tuple[str, ...]:
        """Return the figures that sum to all that is counted; none where the years are not held against each other."""
        return ("total",)

    def judged(self) -> tuple[Judged, ...]:
        """Return which of its figures are worse lower or higher; others are named as not judged where they change."""
        return ()

    def derived(self, figures: pd.DataFrame) -> list[Figure]:
        """Return numbers that only years are held against each other by, made from the figures of one year."""
        return []

    def changes(self, before: pd.DataFrame, after: pd.DataFrame) -> list[Table]:
        """Return tables of what became of its objects between two years, from its figures of both."""
        return []

    def change_told(self, change: pd.DataFrame) -> dict[str, str] | None:
        """Say in a few words what became better or worse, from its rows of `Comparison.judged`."""
        return None
