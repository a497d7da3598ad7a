# SPDX-License-Identifier: Apache-2.0
"""Which figure of a run an indicator or a check is about."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
from pydantic import Field

from sheltermap._native import SheltermapError
from sheltermap.base.standards import PlanPart
from sheltermap.base.suggestions import one_form, unknown
from sheltermap.questions.sources import NonEmpty

Number = Annotated[float, Field(allow_inf_nan=False)]


class Selector(PlanPart):
    """Which one of the run's figures is meant; what is not given may be anything, as long as one figure fits."""

    analysis: NonEmpty
    figure: NonEmpty
    measure: NonEmpty | None = None
    scope: NonEmpty = "all"
    area: NonEmpty | None = None
    threshold_m: Number | None = None
    threshold_s: Number | None = None
    scenario: NonEmpty | None = None
    category: NonEmpty | None = None

    def rows(self, figures: pd.DataFrame) -> pd.DataFrame:
        """Return the figures that fit."""
        for column, value in self._wanted.items():
            figures = figures[(figures[column] == value).fillna(False).astype(bool)]
        return figures

    @property
    def _wanted(self) -> dict[str, Any]:
        wanted = {column: one_form(value) for column, value in self.model_dump(exclude_none=True).items()}
        return wanted if self.area is None else wanted | {"scope": "area"}

    def _misfit(self, figures: pd.DataFrame) -> str:
        """Say which part no figure fits that fits all parts before it, and what these figures have there."""
        for column, value in self._wanted.items():
            fit = figures[(figures[column] == value).fillna(False).astype(bool)]
            if not len(fit):
                there = [
                    f"{each:g}" if isinstance(each, float) else str(each) for each in figures[column].dropna().unique()
                ]
                return unknown(f"unknown {column}", f"{value:g}" if isinstance(value, float) else str(value), there)
            figures = fit
        raise AssertionError("some figure fits")

    def value(self, figures: pd.DataFrame, where: str) -> float:
        """Return the one figure that fits; SheltermapError, naming `where`, if none does, or several."""
        found = self.rows(figures)
        if len(found) == 1:
            return float(found["value"].iloc[0])
        if not len(found):
            raise SheltermapError(f"{where}: no figure of this run fits: {self._misfit(figures)}")
        varying = [name for name in found.columns if name != "value" and len(found[name].drop_duplicates()) > 1]
        raise SheltermapError(f"{where}: {len(found)} figures fit; say also {', '.join(varying)}")
