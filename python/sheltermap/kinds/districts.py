# SPDX-License-Identifier: Apache-2.0
"""Districts of as much work: who has too much today, and which units change hands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.base.exact_sums import total
from sheltermap.drawing.district_maps import district_categories
from sheltermap.drawing.legend import Category, Look
from sheltermap.drawing.plots import INK
from sheltermap.kinds.districts_source import district_source
from sheltermap.kinds.districts_tables import district_finding, district_key_figures, district_tables
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.picture import LegendEntry, MapPicture, map_picture
from sheltermap.page.table import Table, words_of
from sheltermap.questions.figures import records
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import AlongStreets
from sheltermap.questions.maps import Underlay, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.question import Figure
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import TOLD
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.views import drawn

if TYPE_CHECKING:
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.finding import Finding

LOADS = ("largest_load", "smallest_load")
OF_DISTRICTS = ("work", "load", "units")
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


@register
class Districts(AlongStreets):
    """Districts of as much work: who has too much today, and which units change hands."""

    uses: ClassVar = {"units": ("work", "present"), "offices": ("staff",)}
    figure_names: ClassVar = (
        *("total", "units_moved", "work_moved_share", "least_load", "over_limit", "over_limit_before"),
        *LOADS,
        *(f"{name}_before" for name in LOADS),
        *(f"district_{name}" for name in OF_DISTRICTS),
        *(f"district_{name}_before" for name in OF_DISTRICTS),
    )
    beside: ClassVar = ("areas",)
    registers: ClassVar = ("offices",)

    kind: Literal["districts"]
    units: NonEmpty
    work: Annotated[list[NonEmpty], Field(min_length=1)]
    weights: list[Positive] | None = None
    weighing: Literal["shares", "amounts"] = "shares"
    present: NonEmpty | None = None
    count: Annotated[int, Field(ge=1)] | None = None
    redraw: bool = False
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.05
    most_moves: Annotated[int, Field(ge=0)] | None = None
    most_work: Positive | None = None
    offices: NonEmpty | None = None
    staff: NonEmpty | None = None
    neighbours: Literal["borders", "streets"] = "borders"

    @model_validator(mode="after")
    def _keys_fit(self) -> Districts:
        if self.weights is not None and len(self.weights) != len(self.work):
            raise ValueError(f"weights says what {len(self.weights)} columns weigh, and work names {len(self.work)}")
        if self.count is None and self.present is None and self.offices is None:
            raise ValueError("count says how many districts there are to be; or present, or offices, which there are")
        if self.staff is not None and self.offices is None:
            raise ValueError("staff is a column of offices: name these, too")
        if self.neighbours == "streets" and self.by is None:
            raise ValueError("neighbours along streets need streets: name one of the networks as by")
        return self

    def judged(self) -> tuple[Judged, ...]:
        """A larger largest load is worse, today's and the one that is left; and more who have too much."""
        return (
            Judged("largest_load_before", "higher", stands_for=("smallest_load_before",)),
            Judged("largest_load", "higher", stands_for=("smallest_load", "least_load")),
            Judged("over_limit_before", "higher"),
            Judged("over_limit", "higher"),
            Judged("district_load_before", "higher", "detail_worse", stands_for=("district_work_before",)),
            Judged("district_load", "higher", "detail_worse", stands_for=("district_work", "district_units")),
        )

    def run(self, context: Context) -> Outcome:
        """Look for the fewest changes, or draw anew."""
        alone = len(self.work) == 1 and self.weights is None
        weights = self.weights or [1.0] * len(self.work)
        found = sm.districts(
            context.frames["units"],
            count=self.count,
            work=self.work[0] if alone else dict(zip(self.work, weights, strict=True)),
            weighing=self.weighing,
            present=self.present,
            redraw=self.redraw,
            tolerance=self.tolerance,
            most_moves=self.most_moves,
            staff=self.staff,
            most_work=self.most_work,
            offices=context.frames.get("offices"),
            neighbours=self.neighbours,
            by=context.network,
            direction=self.direction,
        )
        proof = {"least_load": found.least_load, "least_moves": found.least_moves, "proven": found.proven}
        tables = {"summary": found.summary, "measures": found.measures, "steps": found.steps, "moves": found.moves}
        tables["proof"] = pd.DataFrame([proof | {"within": found.within_tolerance}])
        return Outcome(
            self,
            context,
            found.rows,
            self._figures(tables),
            tables,
            {"areas": found.outlines},
            found.notes,
            views=drawn("districts", found),
        )

    def _figures(self, tables: dict[str, pd.DataFrame]) -> list[Figure]:
        """Return loads for all, before and after, and work by district."""
        summary, steps = tables["summary"], records(tables["steps"])
        own = {"measure": "work"}
        figures = [self.figure("total", total(summary["work"].to_numpy(float)), **own)]
        ends = {"": steps[-1]} | ({"_before": steps[0]} if "work_before" in summary else {})
        for end, step in ends.items():
            figures += [self.figure(f"{name}{end}", step[name], unit="1", **own) for name in LOADS]
            if self.most_work is not None:
                over = int(summary[f"over_limit{end}"].sum())
                figures.append(self.figure(f"over_limit{end}", over, unit="districts", **own))
            for row in records(summary):
                for name in OF_DISTRICTS:
                    unit = {"load": "1", "units": "units", "work": "work"}[name]
                    where = own | {"category": str(row["district"]), "unit": unit}
                    figures.append(self.figure(f"district_{name}{end}", row[f"{name}{end}"], **where))
        figures.append(self.figure("least_load", tables["proof"]["least_load"].iloc[0], unit="1", **own))
        if "work_before" in summary:
            figures.append(self.figure("units_moved", steps[-1]["units_moved"], unit="units", measure="rows"))
            figures.append(self.figure("work_moved_share", steps[-1]["work_moved"], **own))
        return figures

    def source(self, asked: Asked) -> Source:
        """Sum the work of units by district, now and before, and hold it against the part of the district's staff."""
        return district_source(asked)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw units by district."""
        return district_categories(outcome.layer, outcome.tables["summary"])

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw districts in the same colours."""
        return {"areas": district_categories(outcome.beside["areas"], outcome.tables["summary"])}

    def looks(self, outcome: Outcome) -> dict[str, list[Look]]:
        """Draw units by district, and by that of now where it is known."""
        if "district_before" not in outcome.layer:
            return {}
        before = district_categories(outcome.layer, outcome.tables["summary"], "district_before")
        return {
            self.name: [
                Look("", texts.both("qgis_proposed"), self.legend(outcome)),
                Look("before", texts.both("qgis_now"), before),
            ]
        }

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell the largest load before and after, and how many units change hands."""
        return district_key_figures(outcome)

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say how busy the busiest district is, and what changes would do."""
        return [district_finding(outcome)]

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw the districts before and after."""
        summary, title = outcome.tables["summary"], words_of(self.title)
        offices = outcome.context.frames.get("offices")
        drawn: dict[str, Any] = {"facilities": offices, **under(ground)}
        found = []
        if "district_before" in outcome.layer:
            legend = district_categories(outcome.layer, summary, "district_before")
            found.append(
                map_picture(texts.both("districts_map_before", title=title), outcome.layer, legend, [], **drawn)
            )
        moved = outcome.layer["moved"].to_numpy(dtype=bool)
        also = [LegendEntry(INK, "line", texts.both("changes_hands"), texts.number(moved.sum()))] if moved.any() else []
        label = texts.both("districts_map", title=title)
        return [*found, map_picture(label, outcome.layer, self.legend(outcome), also, bordered=moved, **drawn)]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell the districts before and after, what more changes bring, and what changes hands."""
        return district_tables(outcome)

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the districts with the largest loads today."""
        summary = outcome.tables["summary"]
        column = "load_before" if "load_before" in summary else "load"
        order = np.argsort(-summary[column].to_numpy(), kind="stable")[:TOLD]
        return ", ".join(f"{row['district']} {texts.share(row[column], lang)}" for row in records(summary.iloc[order]))
