# SPDX-License-Identifier: Apache-2.0
"""What lies in which zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.analyses.zone_service import STATES, Service, service_in_zones, service_sums
from sheltermap.base import texts
from sheltermap.base.scopes import INSIDE_ZONES, OUTSIDE_ZONES, UNKNOWN
from sheltermap.base.sql_quoting import quoted
from sheltermap.drawing.legend import Category, exposure_categories
from sheltermap.kinds.exposure_tables import service_key_figure, service_tables
from sheltermap.layers.frames import require_free
from sheltermap.page.key_figure import KeyFigure, count_of, share_of
from sheltermap.page.table import Bar, Cell, Table, heads
from sheltermap.questions.figure_source import Sum, compared, is_empty, is_one_of
from sheltermap.questions.figures import records, rows_and_weight
from sheltermap.questions.finding import Finding, figure_of, found, said
from sheltermap.questions.judging import GateFinding, Judged
from sheltermap.questions.keys import ByArea
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import measure_words
from sheltermap.questions.shared_sources import PAIRS, pairs_of, within_pairs
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.state_tables import state_figures, state_tables
from sheltermap.questions.views import drawn

if TYPE_CHECKING:
    import pandas as pd

    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.question import Figure

SUMS = {INSIDE_ZONES: "inside", OUTSIDE_ZONES: "outside", UNKNOWN: "unknown"}  # the last rows of a summary
FIGURES = ("in_zone", *SUMS.values())
SERVED = ("served", "served_by_failing", "served_rows_without")
SERVES = "service"  # end of the name of the table of features that serve people, by zone
SERVICE = ("people_served", "backup_power_h", "flood_depth_m")  # keys that name columns of the features


@register
class Exposure(ByArea):
    """What lies in which zone."""

    uses: ClassVar = {
        "features": ("weight", "groups", *SERVICE),
        "zones": ("zone_id", "depth"),
        "areas": ("area_name",),
    }
    figure_names: ClassVar = (*FIGURES, *(f"{name}_rows_without_weight" for name in FIGURES), *STATES, *SERVED)
    explained: ClassVar = "inside"
    steady_categories: ClassVar = ("in_zone",)
    kept: ClassVar = (PAIRS, SERVES)

    kind: Literal["exposure"]
    features: NonEmpty
    zones: NonEmpty
    zone_id: NonEmpty | None = None
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)
    people_served: NonEmpty | None = None
    backup_power_h: NonEmpty | None = None
    flood_depth_m: NonEmpty | None = None
    depth: NonEmpty | None = None

    @model_validator(mode="after")
    def _depths_are_compared(self) -> Exposure:
        if (self.flood_depth_m is None) != (self.depth is None):
            raise ValueError(
                "flood_depth_m (the column of the features with the depth at which they fail) and depth (that of the "
                "zones with the depth of the water) belong together"
            )
        return self

    @property
    def service(self) -> Service:
        """The columns that say whom the features serve and what they stand."""
        return Service(self.people_served, self.backup_power_h, self.flood_depth_m, self.depth)

    def total_figures(self) -> tuple[str, ...]:
        """Return the figures that sum to all."""
        return tuple(SUMS.values())

    def judged(self) -> tuple[Judged, ...]:
        """More inside is worse, and more of which nobody knows where it is: it may lie inside."""
        ways: tuple[tuple[str, GateFinding, tuple[str, ...]], ...] = (
            ("inside", "figure_worse", ("outside",)),
            ("unknown", "figure_worse", ()),
            ("in_zone", "detail_worse", ()),
        )
        services = (
            Judged("fails", "higher", stands_for=("works",)),
            Judged("fails_unknown", "higher", "detail_worse"),
            Judged("served", "higher", stands_for=("served_rows_without",)),
            Judged("served_by_failing", "higher"),
        )
        return services + tuple(
            Judged(name, "higher", finding, measure=measure, stands_for=told)
            for measure in dict.fromkeys([self.measure, *self.groups])
            for name, finding, told in ways
        )

    def run(self, context: Context) -> Outcome:
        """Find what lies in each zone, in any, in none, or nobody knows where."""
        features, zones = context.frames["features"], context.frames["zones"]
        areas = context.frames.get("areas")
        asked: dict[str, Any] = {"weight": self.weight, "groups": self.groups, "area_name": self.area_name}
        result = sm.exposure(features, zones, zone_id=self.zone_id, areas=areas, **asked)
        rows = records(result.summary)
        found = []
        for row in rows[: -len(SUMS)]:
            found += rows_and_weight(self, "in_zone", row, {"category": str(row["zone"])})
        for row in rows[-len(SUMS) :]:
            found += rows_and_weight(self, SUMS[row["zone"]], row, {})
        found += state_figures(self, result.totals, lambda state: (state, {}), also_all=self.groups)
        tables = {"zones": result.summary, "totals": result.totals}
        layer = result.rows
        if self.service.is_asked:
            tables["service"] = service_in_zones(features, zones, self.zone_id, self.service)
            tables["service_sums"] = service_sums(tables["service"])
            found += self._service_figures(tables["service_sums"])
        if self.depth is not None:
            require_free(features, ["zone_depth_m", "zone_state"])
            worst = tables["service"][tables["service"]["zone"] == INSIDE_ZONES].set_index("row")
            worst = worst.reindex(range(len(layer))).set_index(layer.index)
            layer = layer.assign(zone_depth_m=worst["depth_m"], zone_state=worst["state"].astype("string"))
        kept = {PAIRS: pairs_of(layer, result.pairs)}
        kept |= {SERVES: tables["service"].astype({"zone": "string"})} if "service" in tables else {}
        views = drawn("exposure", result)
        return Outcome(self, context, layer, found, tables, notes=result.notes, kept=kept, views=views)

    def _service_figures(self, sums: pd.DataFrame) -> list[Figure]:
        """Return whom what lies in each zone, and in any, serves, and how much of it the water stops."""
        figures = []
        for row in records(sums):
            where = {} if row["zone"] == INSIDE_ZONES else {"category": str(row["zone"])}
            if self.depth is not None:
                figures += [self.figure(name, row[name], measure="rows", **where) for name in STATES]
            if self.people_served is not None:
                own = {"measure": self.people_served, "unit": "person"} | where
                wanted = ("served", "served_by_failing") if self.depth is not None else ("served",)
                figures += [self.figure(name, row[name], **own) for name in wanted]
                figures.append(self.figure("served_rows_without", row["served_rows_without"], **own | {"unit": "rows"}))
        return figures

    def source(self, asked: Asked) -> Source:
        """Count the features by the zones that they lie in."""
        if asked.name in (*STATES, *SERVED):
            return self._service_source(asked)
        name = asked.name.removesuffix("_rows_without_weight")
        counted = asked.people if name == asked.name else asked.without_number
        if name == "in_zone":
            return counted(within_pairs(asked, asked.category))
        number = {"inside": compared("zone_count", ">", 0), "outside": is_one_of("zone_count", 0)}
        return counted(number.get(name, is_empty("zone_count")))

    def _service_source(self, asked: Asked) -> Source:
        """Count what is in a zone, or in any, and the people that it serves."""
        zone = INSIDE_ZONES if asked.category is None else asked.category
        where = [asked.told("zone", zone, SERVES)]
        if asked.name in STATES:
            return Sum(asked.layer(SERVES), (*where, is_one_of("state", asked.name)))
        if asked.name == "served_rows_without":
            return Sum(asked.layer(SERVES), (*where, is_empty("people_served")))
        where += [is_one_of("state", "fails")] if asked.name == "served_by_failing" else []
        return Sum(asked.layer(SERVES), tuple(where), quoted("people_served"))

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by whether they lie in a zone."""
        return exposure_categories(outcome.layer)

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell the share that lies in a zone."""
        mine = records(outcome.tables["totals"][:1])[0]
        inside, outside, unknown = (mine[key] for key in SUMS.values())
        everything = inside + outside + unknown
        detail = count_of(inside, everything, measure_words(outcome, outcome.measure))
        bar = Bar(outside, inside, unknown)
        return [
            KeyFigure(share_of(inside, everything), texts.both("inside"), detail, bar),
            *service_key_figure(outcome, self.service),
        ]

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say how much lies in a zone."""
        inside, outside, unknown = (records(outcome.tables["totals"][:1])[0][key] for key in SUMS.values())
        everything = inside + outside + unknown
        words = said(outcome, "finding_inside", {"part": inside, "total": everything})
        return [found(outcome, words, inside, everything, figure=figure_of(outcome, "in_zone"))]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell what lies in each zone; below, what lies in any, in none, or nobody knows where."""
        weighted = outcome.measure != "rows"
        head: list[Cell] = [*heads("zone"), measure_words(outcome, "rows")]
        head += [measure_words(outcome, outcome.measure), *heads("rows_without_weight")] if weighted else []
        rows: list[list[Cell]] = []
        for row in records(outcome.tables["zones"]):
            label: Cell = texts.both(row["zone"]) if row["zone"] in SUMS else texts.name(row["zone"])
            counted = [row["rows"], row["weight"], row["rows_without_weight"]] if weighted else [row["rows"]]
            rows.append([label, *(texts.number(each) for each in counted)])
        inside = outcome.tables["zones"]["weight" if weighted else "rows"].iloc[: -len(SUMS)].tolist()
        by_zone = Table(texts.both("by_zone"), head, rows[: -len(SUMS)], foot=rows[-len(SUMS) :], concern=inside)
        words: dict[str, Cell] = {state: texts.both(label) for label, state in SUMS.items()}
        return [
            by_zone,
            *service_tables(outcome, self.service),
            *state_tables(outcome, outcome.tables["totals"], words),
        ]
