# SPDX-License-Identifier: Apache-2.0
"""A kind of question from outside sheltermap, whole in one file: who lives north of a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from sheltermap.base.limits import Limit
from sheltermap.base.standards import Standard
from sheltermap.drawing.legend import COVERED, UNCOVERED, UNKNOWN, Category
from sheltermap.page.key_figure import KeyFigure, count_of, share_of
from sheltermap.page.table import Bar, Table
from sheltermap.questions.context import Context
from sheltermap.questions.kind import Kind
from sheltermap.questions.outcome import Outcome

NORTH, SOUTH, NOWHERE = ({"en": en, "lv": lv} for en, lv in (("north", "ziemeļos"), ("south", "dienvidos"), ("?", "?")))


class NorthOf(Kind):
    """Who lives north of a line."""

    uses: ClassVar = {"demand": ("weight",)}
    figure_names: ClassVar = ("total", "covered", "uncovered", "unknown", "covered_share", "in_row")
    beside: ClassVar = ("line",)
    explained: ClassVar = "covered"

    kind: Literal["north_of"]
    demand: str
    weight: str
    latitude: float

    def thresholds(self, standards: Mapping[str, Standard]) -> list[Limit]:
        return []

    def run(self, context: Context) -> Outcome:
        frame = context.frames["demand"]
        north = frame.geometry.to_crs(4326).y
        side = np.where(north.isna(), "unknown", np.where(north >= self.latitude, "covered", "uncovered"))
        people = frame[self.weight].fillna(0).astype(float)
        sums = {state: float(people[side == state].sum()) for state in ("covered", "uncovered", "unknown")}
        total = sum(sums.values())
        found = [self.figure(name, value, measure=self.weight) for name, value in sums.items()]
        found += [self.figure("total", total, measure=self.weight)]
        found += [self.figure("covered_share", sums["covered"] / total, measure=self.weight)]
        layer = frame.assign(side=pd.array(side, dtype="string"))
        tables = {"sums": pd.DataFrame([sums | {"total": total}])}
        return Outcome(self, context, layer, found, tables, {"line": frame[:1]}, ["the line is straight"])

    def legend(self, outcome: Outcome) -> list[Category]:
        side = outcome.layer["side"].to_numpy(dtype=object)
        drawn = (("covered", COVERED, NORTH), ("uncovered", UNCOVERED, SOUTH), ("unknown", UNKNOWN, NOWHERE))
        return [
            Category(side == state, f"\"side\" = '{state}'", colour, "circle", words) for state, colour, words in drawn
        ]

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        sums = outcome.tables["sums"].iloc[0]
        detail = count_of(sums["covered"], sums["total"], NORTH)
        bar = Bar(sums["covered"], sums["uncovered"], sums["unknown"])
        return [KeyFigure(share_of(sums["covered"], sums["total"]), NORTH, detail, bar)]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        sums = outcome.tables["sums"].iloc[0]
        return [None, Table(NORTH, ["", NORTH, SOUTH], [["", f"{sums['covered']:.0f}", f"{sums['uncovered']:.0f}"]])]
