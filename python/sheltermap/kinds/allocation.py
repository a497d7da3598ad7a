# SPDX-License-Identifier: Apache-2.0
"""Whether everybody has a place: who is sent where, who has none and why, and where one more place helps most."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.drawing.allocation_legends import allocation_categories, spill_categories, utilisation_categories
from sheltermap.drawing.flow_maps import UNDER_FACILITIES
from sheltermap.drawing.plots import Streets, ground_streets
from sheltermap.kinds.allocation_source import allocation_source
from sheltermap.kinds.allocation_tables import (
    COUNTS,
    MEAN,
    OF_READING,
    allocation_figures,
    allocation_key_figures,
    allocation_tables,
    allocation_told,
    frames_of,
)
from sheltermap.page.picture import LegendEntry, MapPicture, map_picture
from sheltermap.questions.figures import NOT_COVERED, records
from sheltermap.questions.finding import Finding, figure_of, found, said
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import AlongStreets, ByArea, OneLimit
from sheltermap.questions.maps import Underlay, facilities_drawn, facility_entries, lines_drawn, map_title, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.views import drawn

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.drawing.legend import Category
    from sheltermap.page.key_figure import KeyFigure
    from sheltermap.page.table import Table
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source


@register
class Allocation(AlongStreets, OneLimit, ByArea):
    """Whether everybody has a place: who is sent where, who has none and why, and where one more place helps most."""

    uses: ClassVar = {
        "demand": ("weight", "own_building", "household", "group", "order_of_rows"),
        "facilities": ("capacity", "group_capacity", "order_of_facilities"),
        "areas": ("area_name",),
    }
    figure_names: ClassVar = (
        *(*COUNTS, NOT_COVERED, *MEAN.values()),
        *(f"reading_{name}" for name in OF_READING),
        *("capacity", "facilities_full", "facilities_without_capacity", "load", "beyond_optimum"),
    )
    beside: ClassVar = ("facilities", "spill")
    explained: ClassVar = "covered"
    limit_needed: ClassVar = False

    kind: Literal["allocation"]
    capacity: NonEmpty
    weight: NonEmpty | None = None
    method: Literal["optimal", "nearest_until_full"] = "optimal"
    order_of_rows: NonEmpty | None = None
    order_of_facilities: NonEmpty | None = None
    own_building: NonEmpty | None = None
    household: NonEmpty | None = None
    split: bool = True
    group: NonEmpty | None = None
    group_capacity: NonEmpty | None = None
    readings: list[Literal["full", "renewable", "any"]] = Field(default_factory=list)

    @model_validator(mode="after")
    def _rules_fit_each_other(self) -> Allocation:
        orders = [key for key in ("order_of_rows", "order_of_facilities") if getattr(self, key) is not None]
        if orders and self.method == "optimal":
            raise ValueError(f'{orders[0]} belongs to method = "nearest_until_full": an optimum knows no order')
        if len(orders) > 1:
            raise ValueError("give order_of_rows or order_of_facilities, not both")
        if self.household is not None and not self.split:
            raise ValueError("household says which rows stay together, split = false that each does: give one of them")
        if (self.group is None) != (self.group_capacity is None):
            raise ValueError("group and group_capacity belong together")
        return self

    def judged(self) -> tuple[Judged, ...]:
        """A lower share with a place is worse, and fewer places; beside that longer ways and full facilities."""
        told = ("covered", "uncovered", "unknown", NOT_COVERED, "load")
        return (
            Judged("covered_share", "lower", "coverage_fell", stands_for=told),
            Judged("capacity", "lower"),
            *(Judged(name, "higher", "detail_worse") for name in MEAN.values()),
            Judged("reading_covered", "lower", "detail_worse", stands_for=("reading_uncovered", "reading_capacity")),
            Judged("facilities_full", "higher", "detail_worse"),
            Judged("facilities_without_capacity", "higher", "detail_worse"),
        )

    def run(self, context: Context) -> Outcome:
        """Give everybody a place as the rules say, among the facilities that count and by grade where that is asked."""
        found = self._allocated(context, context.facilities, context.unused)
        readings: dict[str, sm.Allocation] = {}
        asked = {} if self.supply is None else self.supply.model_dump()
        for reading in self.readings:
            usable, unused = sm.supply(context.frames["facilities"], **(asked | {"compliance": reading}))
            readings[reading] = self._allocated(context, usable, unused)
        layer = context.with_facility_name(found.rows)
        tables = frames_of(found, readings, context)
        spill = found.spill
        beside = {"facilities": found.facilities} | ({"spill": spill} if len(spill) else {})
        figures = allocation_figures(self, tables, context.thresholds)
        return Outcome(self, context, layer, figures, tables, beside, found.notes, views=drawn("allocation", found))

    def _allocated(self, context: Context, facilities: GeoDataFrame, unused: GeoDataFrame | None) -> sm.Allocation:
        turn: Literal["pairs", "rows", "facilities"] = "pairs"
        if self.order_of_rows is not None:
            turn = "rows"
        elif self.order_of_facilities is not None:
            turn = "facilities"
        return sm.allocate(
            context.frames["demand"],
            facilities,
            capacity=self.capacity,
            weight=self.weight,
            limit=context.thresholds[0] if context.thresholds else None,
            by=context.network,
            direction=self.direction,
            method=self.method,
            turn=turn,
            order=self.order_of_rows or self.order_of_facilities,
            own_building=self.own_building,
            household=self.household if self.split else True,
            group=self.group,
            group_capacity=self.group_capacity,
            areas=context.frames.get("areas"),
            area_name=self.area_name,
            facility_id=context.sources["facilities"].id,
            unused=unused,
        )

    def source(self, asked: Asked) -> Source:
        """Count people by whether they have a place, and facilities by how full they are."""
        return allocation_source(self, asked)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by whether their people have a place."""
        return allocation_categories(outcome.layer)

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw facilities by how full they are, lines by how many are sent along."""
        spill = {"spill": spill_categories(outcome.beside["spill"])} if "spill" in outcome.beside else {}
        return {"facilities": utilisation_categories(outcome.beside["facilities"])} | spill

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell the share that has a place, how far it is, and how many facilities are full."""
        return allocation_key_figures(outcome)

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say who has a place, and how many facilities are full."""
        row, facilities = records(outcome.tables["summary"])[0], outcome.tables["facilities"]
        full = int((facilities["state"] == "full").sum())
        numbers = {"part": row["covered"], "total": row["total"], "full": full, "facilities": len(facilities)}
        limit = {"limit": texts.distances(outcome.thresholds[0])} if outcome.thresholds else {}
        words = said(outcome, "finding_allocated_within" if limit else "finding_allocated", numbers, **limit)
        figure = figure_of(outcome, "covered_share")
        return [found(outcome, words, row["total"] - row["covered"] - row["unknown"], row["total"], figure=figure)]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell how full the facilities are, who has no place and why, and where one more helps most."""
        return allocation_tables(outcome)

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name where one more place helps most."""
        return allocation_told(outcome, lang)

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw who has a place, and how full the facilities are with the lines to them."""
        network, legends = outcome.context.streets, self.legends_beside(outcome)
        ground_of_map = [] if network is None else [ground_streets(network)]
        lying_under = under(ground, outcome.context.frames.get("areas"))
        lines: list[Streets] = []
        entries: list[LegendEntry] = []
        if "spill" in legends:
            lines, entries = lines_drawn(outcome.beside["spill"], legends["spill"], UNDER_FACILITIES - 6)
        people = map_picture(
            map_title(outcome),
            outcome.layer,
            self.legend(outcome),
            also=facility_entries(outcome),
            facilities=facilities_drawn(outcome),
            streets=ground_of_map,
            **lying_under,
        )
        title = texts.both("allocation_spill_map")
        streets = [*ground_of_map, *lines]
        full = map_picture(
            title, outcome.beside["facilities"], legends["facilities"], entries, streets=streets, **lying_under
        )
        return [people, full]
