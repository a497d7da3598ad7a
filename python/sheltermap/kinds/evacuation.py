# SPDX-License-Identifier: Apache-2.0
"""Who leaves the zones in time, for which shelter, along which streets, and when the last is out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.base.limits import Limit
from sheltermap.drawing.flow_maps import UNDER_FACILITIES, flow_categories
from sheltermap.drawing.legend import COVERED, NOT_CONCERNED, UNCOVERED, UNKNOWN, Category, evacuation_categories
from sheltermap.drawing.plots import WATER, ground_streets
from sheltermap.kinds.evacuation_source import evacuation_source
from sheltermap.kinds.evacuation_tables import (
    TIMES,
    evacuation_finding,
    evacuation_key_figures,
    evacuation_tables,
    sums_of,
)
from sheltermap.page.picture import LegendEntry, MapPicture, map_picture
from sheltermap.questions.figures import NOT_COVERED, records, threshold_of
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import LimitText, Reaching
from sheltermap.questions.maps import Underlay, facility_entries, lines_drawn, map_title, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.views import drawn
from sheltermap.questions.zone_keys import Closing, OneScenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from sheltermap.base.standards import Standard
    from sheltermap.page.key_figure import KeyFigure
    from sheltermap.page.table import Table
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.finding import Finding
    from sheltermap.questions.question import Figure

COUNTS = ("total", "covered", "uncovered", "unknown", "covered_share", "rows_without_weight")
OUTSIDE = ("outside", "outside_rows_without_weight")
OF_GROUP = ("total", "covered", "uncovered", "unknown", "last_left_s")


@register
class Evacuation(Closing, OneScenario, Reaching):
    """Who leaves the zones in time, for which shelter, along which streets, and when the last is out."""

    uses: ClassVar = {
        "demand": ("weight", "group"),
        "facilities": ("capacity",),
        "zones": ("depth", "scenario"),
    }
    figure_names: ClassVar = (
        *(*COUNTS, *OUTSIDE, *TIMES, NOT_COVERED),
        *(f"group_{name}" for name in OF_GROUP),
        *("arrivals", "overflow"),
    )
    beside: ClassVar = ("facilities", "flows")
    explained: ClassVar = "covered"
    needs_streets: ClassVar = True

    kind: Literal["evacuation"]
    by: NonEmpty
    zones: NonEmpty
    limit: LimitText | None = None
    closed: bool = False
    delay: LimitText | None = None
    weight: NonEmpty | None = None
    group: NonEmpty | None = None
    speeds: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)] | NonEmpty] | None = None
    capacity: NonEmpty | None = None

    @model_validator(mode="after")
    def _keys_fit_each_other(self) -> Evacuation:
        for key in ("limit", "delay"):
            given = getattr(self, key)
            if given is not None and not Limit.parse(given).in_time:
                raise ValueError(f'{key} is a time, as "30 min", not "{given}"')
        if self.speeds is not None and self.group is None:
            raise ValueError("speeds are those of groups: name their column as group")
        for key in ("depth", "closing_depth_m", "bridges"):
            if not self.closed and getattr(self, key):
                raise ValueError(f"{key} says which streets the zones close: write closed = true, or leave it out")
        return self

    def thresholds(self, standards: Mapping[str, Standard]) -> list[Limit]:
        """Return the time within which to leave, if there is one."""
        return [] if self.limit is None else [Limit.parse(self.limit)]

    @property
    def _limit_s(self) -> float | None:
        return None if self.limit is None else Limit.parse(self.limit).value

    def total_figures(self) -> tuple[str, ...]:
        """Return those whom it concerns and those outside the zones: together everybody."""
        return ("total", "outside")

    def judged(self) -> tuple[Judged, ...]:
        """Fewer out in time is worse, and more to be sent, later, or more than the shelters hold."""
        told = ("covered", "uncovered", "unknown", NOT_COVERED, "arrivals")
        return (
            Judged("covered_share", "lower", "coverage_fell", stands_for=told),
            Judged("total", "higher", stands_for=("outside", "outside_rows_without_weight")),
            *(Judged(name, "higher") for name in (*TIMES, "overflow")),
            Judged("group_covered", "lower", "detail_worse", stands_for=("group_unknown",)),
            *(Judged(f"group_{name}", "higher", "detail_worse") for name in ("total", "uncovered", "last_left_s")),
        )

    def run(self, context: Context) -> Outcome:
        """Send everybody in the zones to the nearest shelter outside them."""
        network, zones = context.streets, self.chosen_zones(context)
        assert network is not None and zones is not None, "by and zones are musts"
        if self.closed:
            network = network.close(zones, depth=self.depth, closing_depth_m=self.closing_depth_m, bridges=self.bridges)
        found = sm.evacuation(
            context.frames["demand"],
            context.facilities,
            zones,
            by=network,
            weight=self.weight,
            group=self.group,
            speeds=self.speeds,
            delay=self.delay,
            capacity=self.capacity,
            shelter_id=context.sources["facilities"].id,
            unused=context.unused,
        )
        layer = context.with_facility_name(found.rows, "shelter")
        sums, reasons = sums_of(found, self.weight, self.group, self._limit_s)
        shelters = pd.DataFrame(found.shelters.drop(columns="geometry"))
        tables = {"sums": sums, "reasons": reasons, "shelters": shelters.assign(_id=self._ids(context, shelters))}
        beside = {"facilities": found.shelters} | ({"flows": found.flows.reset_index()} if len(found.flows) else {})
        return Outcome(
            self, context, layer, self._figures(tables), tables, beside, found.notes, views=drawn("evacuation", found)
        )

    def _ids(self, context: Context, shelters: pd.DataFrame) -> list[str]:
        column = context.sources["facilities"].id
        return [str(each) for each in (shelters.index if column is None else shelters[column])]

    def _figures(self, tables: Mapping[str, pd.DataFrame]) -> list[Figure]:
        """Return who leaves and when, for all and by group, why the others do not, and who comes to which shelter."""
        limit = {} if self.limit is None else threshold_of(Limit.parse(self.limit))
        where: Figure = {"measure": self.measure, "scenario": self.scenario_is} | limit
        *groups, everybody = records(tables["sums"])
        figures = [self.figure(name, everybody[name], **where) for name in (*COUNTS, *OUTSIDE, *TIMES)]
        for row in records(tables["reasons"]):
            figures.append(self.figure(NOT_COVERED, row["weight"], category=row["reason"], **where))
        for row in groups:
            own = where | {"category": str(row["group"])}
            figures += [self.figure(f"group_{name}", row[name], **own) for name in OF_GROUP]
        shelters = tables["shelters"]
        for row in records(shelters[shelters["arrivals"] > 0]):
            figures.append(self.figure("arrivals", row["arrivals"], category=row["_id"], **where))
        if self.capacity is not None:
            figures.append(self.figure("overflow", float(shelters["overflow"].sum()), **where))
        return figures

    def source(self, asked: Asked) -> Source:
        """Count people by whether they leave in time, and say when a part of them has left."""
        return evacuation_source(asked, group=self.group, limit_s=self._limit_s)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by whether they leave in time; those outside the zones pale."""
        outside = (outcome.layer["state"] == "outside").to_numpy()
        pale = Category(outside, "\"state\" = 'outside'", NOT_CONCERNED, "circle", texts.both("outside"))
        *concerned, unknown = self._concerned(outcome.layer)
        return [*concerned, pale, unknown]

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw shelters by whether they can be used and hold who comes, streets by how many go along."""
        shelters = outcome.beside["facilities"]
        state = shelters["state"].to_numpy(dtype=object)
        full = (shelters["overflow"] > 0).to_numpy() if "overflow" in shelters else np.zeros(len(shelters), dtype=bool)
        over = [Category(full, '"overflow" > 0', UNCOVERED, "diamond", texts.both("overflow"))] if full.any() else []
        usable = Category(
            (state == "usable") & ~full, "\"state\" = 'usable'", COVERED, "circle", texts.both("usable_facility")
        )
        others = Category(state != "usable", "TRUE", UNKNOWN, "cross", texts.both("closed_facility"))
        flows = {"flows": flow_categories(outcome.beside["flows"])} if "flows" in outcome.beside else {}
        return {"facilities": [*over, usable, others]} | flows

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell the share that leaves in time, when the last is out, and who is too many for the shelters."""
        return evacuation_key_figures(outcome)

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say who is out of the zones in time, and when the last is."""
        return [evacuation_finding(outcome)]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell who leaves and when, by group, why the others do not, and who comes to which shelter."""
        return evacuation_tables(outcome)

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw who leaves and who cannot, the streets by how many go along, and the shelters they come to."""
        assert outcome.context.streets is not None
        rows = outcome.layer[(outcome.layer["state"] != "outside").to_numpy()]
        shelters = outcome.beside["facilities"]
        shelters = shelters[((shelters["state"] == "in_zone") | (shelters["arrivals"] > 0)).to_numpy()]
        streets = [ground_streets(outcome.context.streets)]
        entries: list[LegendEntry] = []
        if "flows" in outcome.beside:
            flows = outcome.beside["flows"]
            lines, entries = lines_drawn(flows, flow_categories(flows), UNDER_FACILITIES - 1)
            streets += lines
        entries += [*facility_entries(outcome), LegendEntry(WATER, "square", texts.both("zone_to_leave"), "")]
        drawn = {"facilities": shelters, "closed": (shelters["state"] == "in_zone").to_numpy(), **under(ground)}
        drawn |= {"water": self.chosen_zones(outcome.context), "streets": streets}
        return [map_picture(map_title(outcome), rows, self._concerned(rows), entries, **drawn)]

    def _concerned(self, rows: GeoDataFrame) -> list[Category]:
        return evacuation_categories(rows, self._limit_s)
