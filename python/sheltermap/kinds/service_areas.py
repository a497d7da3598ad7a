# SPDX-License-Identifier: Apache-2.0
"""Everywhere that has a facility near enough, as polygons, and how large that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.base.exact_sums import total
from sheltermap.base.limits import Limit
from sheltermap.base.reasons import UNPLACED
from sheltermap.base.sql_quoting import quoted
from sheltermap.drawing.legend import BANDS, COVERED, UNKNOWN, Category, Look
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.table import LONG, Cell, Table, cut_note, heads, reason_words, text
from sheltermap.questions.figure_source import NotInLayers, holds, is_one_of, literal
from sheltermap.questions.figures import records, threshold_of
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import AlongStreets, NotNegative, SeveralLimits, Supply
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.question import Figure
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import unused_table
from sheltermap.questions.sources import NonEmpty

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source

AWAY = ("not_snapped", *UNPLACED)  # why nobody can go to a facility, or nobody knows where it is
WORDS = {"too_far": "street_too_far"}  # of reasons that mean another thing where nobody goes anywhere


@register
class ServiceAreas(SeveralLimits, AlongStreets):
    """Everywhere that has a facility near enough, as polygons, and how large that is."""

    uses: ClassVar = {"facilities": ()}
    figure_names: ClassVar = ("served_area", "served_by_facility", "facilities", "facilities_without_area")
    explained: ClassVar = "served_area"
    needs_streets: ClassVar = True

    kind: Literal["service_areas"]
    facilities: NonEmpty
    supply: Supply | None = None
    split: bool = False
    beside_m: Annotated[float, Field(gt=0, le=1000)] | None = None
    fill_holes_m2: NotNegative | None = None
    area_error: Annotated[float, Field(ge=1e-6, le=0.1)] | None = None

    @model_validator(mode="after")
    def _options_fit_the_way(self) -> ServiceAreas:
        for key in ("beside_m", "fill_holes_m2"):
            if self.by is None and getattr(self, key) is not None:
                raise ValueError(f"{key} is about areas beside streets: name one of the networks as by")
        if self.by is not None and self.area_error is not None:
            raise ValueError("area_error is of areas as the crow flies: leave it out, or leave out by")
        return self

    def total_figures(self) -> tuple[str, ...]:
        """Return nothing: no people are counted, whose number should stay."""
        return ()

    def judged(self) -> tuple[Judged, ...]:
        """Less served is worse, and fewer that serve; the part of one of them shrinks where others open beside it."""
        return (
            Judged("served_area", "lower", stands_for=("served_by_facility",)),
            Judged("facilities", "lower", stands_for=("facilities_without_area",)),
        )

    def run(self, context: Context) -> Outcome:
        """Find the areas of each limit, in one part or by facility, and measure them."""
        shape = {"beside_m": self.beside_m, "fill_holes_m2": self.fill_holes_m2, "area_error": self.area_error}
        made = sm.service_areas(
            context.facilities,
            context.thresholds,
            by=context.streets,
            direction=self.direction,
            split=self.split,
            facility_id=context.sources["facilities"].id,
            **{key: value for key, value in shape.items() if value is not None},
        )
        smallest = context.thresholds[0]
        layer = made.rename(columns={smallest.cost_column: smallest.threshold_column})
        if self.split:
            layer = context.with_facility_name(layer)
        return Outcome(self, context, layer, self._figures(context, layer), {"areas": layer.drop(columns="geometry")})

    def _figures(self, context: Context, layer: GeoDataFrame) -> list[Figure]:
        """Return how much is served within each limit, by which facility, and which serve nothing and why."""
        unserving = context.facilities_without_place + context.facilities_not_snapped
        counted: Figure = {"measure": "facilities", "unit": "facilities"}
        figures = [self.figure("facilities", len(context.facilities) - unserving, **counted)]
        for threshold in context.thresholds:
            where = threshold_of(threshold)
            mine = pd.DataFrame(layer[(layer[threshold.threshold_column] == threshold.value).to_numpy()])
            area: Figure = {"measure": "area_m2", "unit": "m2"} | where
            figures.append(self.figure("served_area", total(mine["area_m2"].to_numpy(float)), **area))
            if not self.split:
                continue
            for row in records(mine[mine["reason"].isna()]):
                own = area | {"category": str(row["facility"])}
                figures.append(self.figure("served_by_facility", row["area_m2"], **own))
            for reason, count in _reasons(mine).items():
                own = counted | where | {"category": reason}
                figures.append(self.figure("facilities_without_area", count, **own))
        return figures

    def source(self, asked: Asked) -> Source:
        """Sum the areas that are served, by facility or all, and count the facilities that serve none."""
        if asked.limit is None:
            return self._facilities_source(asked)
        within = is_one_of(asked.limit.threshold_column, asked.limit.value)
        if asked.name == "facilities_without_area":
            return asked.count(within, asked.told("reason", asked.category))
        whose = () if asked.category is None else (asked.told("facility", asked.category),)
        return asked.of("area_m2", within, *whose)

    def _facilities_source(self, asked: Asked) -> Source:
        """Count the facilities that can serve: those with a place, and a street near it."""
        if not self.split:
            return NotInLayers("facilities_in_one_part")
        first = asked.thresholds[0]
        away = holds(f"COALESCE({quoted('reason')}, '') NOT IN ({', '.join(map(literal, AWAY))})", "can_serve")
        return asked.count(is_one_of(first.threshold_column, first.value), away)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw what is served by the limit within which it is, the nearest above, and who serves nothing."""
        layer, drawn = outcome.layer, outcome.layer.geometry.notna().to_numpy()
        single = len(outcome.thresholds) == 1
        categories = []
        for number, threshold in enumerate(outcome.thresholds):
            column, limit = threshold.threshold_column, threshold.value
            here = (layer[column] == limit).to_numpy() & drawn
            colour = COVERED if single else BANDS[min(number, len(BANDS) - 1)]
            rule = f'"{column}" = {limit:.15g} AND "area_m2" > 0'
            label = texts.both("within", distance=texts.distances(threshold))
            categories.append(Category(here, rule, colour, "circle", label))
        return [*categories, Category(~drawn, "TRUE", UNKNOWN, "cross", texts.both("no_area"))]

    def looks(self, outcome: Outcome) -> dict[str, list[Look]]:
        """Draw all limits, and each alone."""
        if len(outcome.thresholds) < 2:
            return {}
        *limits, _ = every = self.legend(outcome)
        return {
            self.name: [
                Look("", texts.both("qgis_all_limits"), every),
                *(Look(limit.label, one.label, [one]) for limit, one in zip(outcome.thresholds, limits, strict=True)),
            ]
        }

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell how much lies within each limit."""
        served = outcome.figures[outcome.figures["figure"] == "served_area"]["value"]
        (count,) = outcome.figures[outcome.figures["figure"] == "facilities"]["value"]
        detail = texts.both("served_detail", count=texts.number(count))
        return [
            KeyFigure(texts.areas(area), texts.both("served_figure", distance=texts.distances(threshold)), detail)
            for threshold, area in zip(outcome.thresholds, served, strict=True)
        ]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell how much lies within each limit, by facility, and which of them serve nothing."""
        served = zip(outcome.thresholds, self.key_figures(outcome), strict=True)
        rows: list[list[Cell]] = [[texts.distances(threshold), each.value] for threshold, each in served]
        by_limit = Table(texts.both("served_by_limit"), heads("limit", "area_m2"), rows)
        parts = [_facility_table(outcome), _reason_table(outcome)] if self.split else []
        return [by_limit, *parts, unused_table(outcome)]


def _reasons(areas: pd.DataFrame) -> dict[str, int]:
    """Return how many facilities of one limit serve nothing, by reason."""
    counts = areas["reason"].astype("string").dropna().value_counts()
    return {str(reason): int(count) for reason, count in sorted(counts.items())}


def _within(outcome: Outcome, threshold: Limit) -> pd.DataFrame:
    areas = outcome.tables["areas"]
    return areas[(areas[threshold.threshold_column] == threshold.value).to_numpy()]


def _facility_table(outcome: Outcome) -> Table:
    """Every facility with the area in which it is the nearest, the largest first."""
    parts = [_within(outcome, each) for each in outcome.thresholds]
    named = "facility_name" if "facility_name" in parts[-1] else "facility"
    order = np.argsort(-np.nan_to_num(parts[-1]["area_m2"].to_numpy(float)), kind="stable")
    rows: list[list[Cell]] = [
        [text(parts[-1][named].iloc[row]), *(texts.areas(part["area_m2"].iloc[row]) for part in parts)]
        for row in order[:LONG]
    ]
    limits: list[Cell] = [texts.both("within", distance=texts.distances(each)) for each in outcome.thresholds]
    note = cut_note(LONG, len(order), outcome.analysis.name)
    return Table(texts.both("served_by_facility"), [*heads("facility"), *limits], rows, note)


def _reason_table(outcome: Outcome) -> Table | None:
    """Why facilities serve nothing."""
    rows: list[list[Cell]] = [
        [texts.distances(threshold), reason_words(WORDS.get(reason, reason)), texts.number(count)]
        for threshold in outcome.thresholds
        for reason, count in _reasons(_within(outcome, threshold)).items()
    ]
    head = heads("limit", "reason", "facilities")
    return Table(texts.both("facilities_without_area"), head, rows, texts_first=2) if rows else None
