# SPDX-License-Identifier: Apache-2.0
"""The map of a coverage: rows by the limit that is met; and that of its gaps, the places where the others live."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.base.limits import Limit, LimitLike, chosen
from sheltermap.drawing.legend import coverage_categories, gap_categories
from sheltermap.drawing.plots import CoverageLike, chosen_thresholds, draw_map, plot_coverage
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field
from sheltermap.map.result_layers import (
    area_fields,
    area_layers,
    cost_field,
    facility_field,
    named_layer,
    reason_field,
    rows_layer,
    value_field,
)
from sheltermap.map.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from sheltermap.analyses.coverage import Coverage


def coverage_views(coverage: CoverageLike, asked: Asked, *, threshold: LimitLike | None = None) -> list[View]:
    """Return the view of a coverage; `Coverage.explore` says what the parameters mean."""
    rows, thresholds = coverage.rows, chosen_thresholds(coverage, threshold)
    categories = coverage_categories(rows, thresholds)

    def told() -> list[Field]:
        close = Field(asked.says("borderline"), _borderline(rows, thresholds, asked.lang))
        return [*_way(coverage, rows, asked), close, *area_fields(rows, asked)]

    layers = [
        *area_layers(coverage.areas, asked),
        named_layer("facilities", coverage.facilities, "facility_name", asked),
        rows_layer(rows, categories, asked, told, measure=_measure(coverage)),
    ]
    draw = partial(plot_coverage, coverage, threshold=threshold, lang=asked.lang)
    return [View(asked.heading("coverage"), layers, categories, draw)]


def gaps_views(coverage: Coverage, asked: Asked, *, threshold: LimitLike, join_distance_m: float) -> list[View]:
    """Return the view of the gaps of a coverage; `Coverage.explore_gaps` says what the parameters mean."""
    limit = chosen(coverage.thresholds, threshold)
    places = coverage.gaps(limit, join_distance_m=join_distance_m, name=asked.names("name"))
    number = coverage.gap_rows(limit, join_distance_m=join_distance_m)["place"]
    return place_views(coverage, asked, limit=limit, places=places, number=number)


def place_views(
    coverage: Coverage, asked: Asked, *, limit: Limit, places: GeoDataFrame, number: pd.Series[int]
) -> list[View]:
    """Return the view of gaps that were found: the places, and the number of the place of each row that is in one."""
    rows = coverage.rows.assign(place=number.astype("Int64").reindex(coverage.rows.index).array)
    categories = gap_categories(rows, limit)

    def told() -> list[Field]:
        together = dict(zip(places["place"].tolist(), places["people"].tolist(), strict=True))
        of_place = rows["place"].map(together).astype(float)
        fields = [value_field("gap_number", rows["place"], asked), value_field("gap_people", of_place, asked)]
        return [*fields, *_way(coverage, rows, asked), *area_fields(rows, asked)]

    layers = [
        *area_layers(coverage.areas, asked),
        named_layer("facilities", coverage.facilities, "facility_name", asked),
        rows_layer(rows, categories, asked, told, measure=_measure(coverage)),
    ]

    around = {"facilities": coverage.facilities, "outlines": coverage.areas, "places": places}
    draw = partial(draw_map, rows, categories, **around, lang=asked.lang)
    return [View(asked.heading("gaps"), layers, categories, draw)]


def _measure(coverage: CoverageLike) -> str | None:
    summary = getattr(coverage, "summary", None)
    return None if summary is None or not len(summary) else str(summary["measure"].iloc[0])


def _way(coverage: CoverageLike, rows: GeoDataFrame, asked: Asked) -> list[Field]:
    """Return how far each row has to go, where to, and why it is not covered."""
    return [
        cost_field(rows[coverage.thresholds[0].cost_column], asked),
        facility_field("nearest_facility", rows["facility"], coverage.facilities, asked),
        reason_field(rows, asked),
    ]


def _borderline(rows: pd.DataFrame, thresholds: Sequence[Limit], lang: str) -> list[str | None]:
    """Name the thresholds that each row is too close to."""
    close = {
        texts.distance(threshold, lang): rows[f"borderline_{threshold.label}"].to_numpy(bool)
        for threshold in thresholds
    }
    found: list[str | None] = [None] * len(rows)
    for row in np.flatnonzero(np.logical_or.reduce(list(close.values()))):
        found[row] = ", ".join(distance for distance, here in close.items() if here[row])
    return found
