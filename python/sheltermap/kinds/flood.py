# SPDX-License-Identifier: Apache-2.0
"""Who has a facility near enough before a flood and during each of its scenarios."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pandas as pd
from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.analyses.flood import FIGURES
from sheltermap.base import texts
from sheltermap.base.limits import Limit
from sheltermap.base.scenarios import scenario_label
from sheltermap.drawing.legend import Category, Look, flood_categories, flooded_categories
from sheltermap.drawing.plots import FACILITY, WATER, apart, ground_streets
from sheltermap.kinds.flood_tables import closed_facilities, flood_tables, scenarios_of, state_bar
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.picture import LegendEntry, MapPicture, map_picture
from sheltermap.page.table import Table, words_of
from sheltermap.questions.figure_source import is_not, is_one_of, less, share
from sheltermap.questions.figures import NOT_COVERED, place_of, records, threshold_of
from sheltermap.questions.finding import Finding, Step, figure_of, found, listed, lost_from, said
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import AlongStreets, ByArea, OneLimit
from sheltermap.questions.maps import Underlay, picture_name, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.question import Figure
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import measure_words
from sheltermap.questions.shared_sources import YES, of_state, places_known
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.views import drawn

if TYPE_CHECKING:
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source, Where

MOST_NAMED = 10  # facilities in the water that somebody may find substitutes for, one by one


@register
class Flood(OneLimit, AlongStreets, ByArea):
    """Who has a facility near enough before a flood and during each of its scenarios."""

    uses: ClassVar = {
        "demand": ("weight", "groups"),
        "facilities": ("suitable", "capacity"),
        "zones": ("scenario", "depth"),
        "areas": ("area_name",),
    }
    figure_names: ClassVar = (*FIGURES, NOT_COVERED, "facilities", "capacity", "without_capacity")
    beside: ClassVar = ("facilities",)
    explained: ClassVar = "covered"
    needs_streets: ClassVar = True

    kind: Literal["flood"]
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)
    zones: NonEmpty
    scenario: NonEmpty = "scenario"
    suitable: NonEmpty | None = None
    capacity: NonEmpty | None = None
    depth: NonEmpty | None = None

    @model_validator(mode="after")
    def _depth_is_that_of_closed_streets(self) -> Flood:
        if self.by is None and self.depth is not None:
            raise ValueError("depth says which zones close streets: name one of the networks as by")
        return self

    def judged(self) -> tuple[Judged, ...]:
        """Fewer covered is worse, before and during a flood; more in the zones, and fewer places left."""
        told = ("covered", "uncovered", "unknown", NOT_COVERED)
        return (
            Judged("covered_share", "lower", "coverage_fell", stands_for=told),
            Judged("covered_share_before", "lower", "detail_worse", stands_for=("covered_before",)),
            Judged("in_zone", "higher"),
            Judged("lost", "higher", "detail_worse"),
            Judged("facilities", "lower", category="usable"),
            Judged("capacity", "lower", category="usable", stands_for=("without_capacity",)),
        )

    def run(self, context: Context) -> Outcome:
        """Find who is covered before and during each scenario, and which facilities are left."""
        (threshold,) = context.thresholds
        result = sm.flood(
            context.frames["demand"],
            context.facilities,
            context.frames["zones"],
            threshold,
            scenario=self.scenario,
            weight=self.weight,
            groups=tuple(self.groups),
            areas=context.frames.get("areas"),
            area_name=self.area_name,
            facility_id=context.sources["facilities"].id,
            suitable=self.suitable,
            capacity=self.capacity,
            by=context.streets,
            direction=self.direction,
            depth=self.depth,
            unused=context.unused,
        )
        tables = {"summary": result.summary, "reasons": result.reasons, "supply": result.supply}
        tables |= {} if result.by_area is None else {"by_area": result.by_area}
        layer = context.with_facility_name(result.rows)
        beside = {"facilities": result.facilities}
        return Outcome(
            self,
            context,
            layer,
            self._figures(threshold, tables),
            tables,
            beside,
            result.notes,
            views=drawn("flood", result),
        )

    def _figures(self, threshold: Limit, tables: dict[str, pd.DataFrame]) -> list[Figure]:
        """Return totals by scenario and measure, for all and by area, why people are not covered, what is left."""
        figures = []
        for row in [*records(tables["summary"]), *(records(tables["by_area"]) if "by_area" in tables else ())]:
            where = {"measure": row["measure"], "scenario": str(row["scenario"])} | threshold_of(threshold)
            where |= place_of(row["area"]) if "area" in row else {}
            figures += [self.figure(name, row[name], **where) for name in FIGURES]
        for row in records(tables["reasons"]):
            where = {"measure": row["measure"], "scenario": str(row["scenario"])} | threshold_of(threshold)
            figures.append(self.figure(NOT_COVERED, row["weight"], category=row["reason"], **where))
        units = {"capacity": "capacity", "without_capacity": "facilities"}
        for row in records(tables["supply"]):
            where = {"scenario": str(row["scenario"]), "category": row["state"]}
            of = {"measure": "facilities", "unit": "facilities"} | where
            figures.append(self.figure("facilities", row["facilities"], **of))
            if self.capacity is not None:
                own = {"measure": self.capacity} | where
                figures += [self.figure(name, row[name], unit=unit, **own) for name, unit in units.items()]
        return figures

    def source(self, asked: Asked) -> Source:
        """Count people by what becomes of them in the scenario, and facilities by their state."""
        label = scenario_label(str(asked.scenario))
        during, before = f"during_{label}", is_one_of("before", "covered")
        if asked.name in ("facilities", "capacity", "without_capacity"):
            return self._supply_source(asked, asked.told(f"state_{label}", asked.category, "facilities"))
        if asked.name == NOT_COVERED:
            return asked.people(is_not(during, "covered"), asked.told(f"reason_{label}", asked.category))
        if asked.name.startswith("covered_share"):
            covered = before if asked.name.endswith("_before") else is_one_of(during, "covered")
            return share(asked.people(covered), asked.people())
        if asked.name == "covered_before":
            return asked.people(before)
        if asked.name == "in_zone":
            return asked.people(is_one_of(f"in_zone_{label}", YES))
        return of_state(asked, during, {each: each for each in ("covered", "lost", "uncovered", "unknown")})

    def _supply_source(self, asked: Asked, state: Where) -> Source:
        if asked.name == "facilities":
            return asked.count(state, end="facilities")
        known = places_known(str(self.capacity))
        if asked.name == "capacity":
            return asked.of(str(self.capacity), state, known, end="facilities")
        return less(asked.count(state, end="facilities"), asked.count(state, known, end="facilities"))

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by what becomes of them in the last scenario."""
        return flood_categories(outcome.layer, scenario_label(scenarios_of(outcome)[-1]))

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw facilities by whether they can be used in the last scenario."""
        return {
            "facilities": flooded_categories(outcome.beside["facilities"], scenario_label(scenarios_of(outcome)[-1]))
        }

    def looks(self, outcome: Outcome) -> dict[str, list[Look]]:
        """Draw both layers in each scenario, first in the last one."""
        *others, last = scenarios_of(outcome)
        named = [(scenario_label(each), texts.name(each)) for each in (last, *others)]
        facilities = outcome.beside["facilities"]
        return {
            self.name: [Look(label, name, flood_categories(outcome.layer, label)) for label, name in named],
            f"{self.name}_facilities": [
                Look(label, name, flooded_categories(facilities, label)) for label, name in named
            ],
        }

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell for each scenario the share covered, who loses it, and who lives in the zone."""
        summary, unit = outcome.tables["summary"], measure_words(outcome, outcome.measure)
        distance = texts.distances(outcome.thresholds[0])
        figures = []
        for row in records(summary[summary["measure"] == outcome.measure]):
            label = texts.both("flood_figure", distance=distance, scenario=texts.name(row["scenario"]))
            counts = {key: texts.number(row[key]) for key in ("lost", "in_zone")}
            detail = texts.both("flood_detail", before=texts.shares(row["covered_share_before"]), unit=unit, **counts)
            figures.append(KeyFigure(texts.shares(row["covered_share"]), label, detail, state_bar(row)))
        return figures

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say who loses it in the scenario that takes it from most."""
        summary = outcome.tables["summary"]
        row = records(summary[summary["measure"] == outcome.measure].sort_values("lost", kind="stable"))[-1]
        numbers = {"part": row["covered"], "total": row["total"], "lost": row["lost"]}
        told = {"before": texts.shares(row["covered_share_before"]), "scenario": texts.name(row["scenario"])}
        words = said(outcome, "finding_flood", numbers, limit=texts.distances(outcome.thresholds[0]), **told)
        figure = figure_of(outcome, "covered_share", scenario=str(row["scenario"]))
        return [
            found(
                outcome,
                words,
                row["lost"],
                row["total"],
                figure=figure,
                also=("covered", "lost"),
                fact=lost_from(outcome, row),
            )
        ]

    def first_steps(self, outcome: Outcome) -> list[Step]:
        """Name the facilities that cannot be used in the scenario that takes it from most."""
        summary = outcome.tables["summary"]
        row = records(summary[summary["measure"] == outcome.measure].sort_values("lost", kind="stable"))[-1]
        facilities = outcome.beside["facilities"]
        closed = facilities[(facilities[f"state_{scenario_label(row['scenario'])}"] != "usable").to_numpy()]
        if not 0 < len(closed) <= MOST_NAMED or not row["lost"]:
            return []
        column = outcome.context.labels("facilities")
        named = [
            dict.fromkeys(texts.LANGUAGES, str(each)) for each in (closed.index if column is None else closed[column])
        ]
        words = texts.both("step_flood", names=listed(named), scenario=texts.name(row["scenario"]))
        return [Step(words, float(row["lost"]))]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell before and during, by area, why, and which facilities are left."""
        return flood_tables(outcome, self.capacity)

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw each scenario: its zones, who keeps and who loses a facility, which facilities are left."""
        maps = [self._scenario_map(outcome, each, ground) for each in scenarios_of(outcome)]
        return [*maps[:-1], *(replace(each, name=picture_name(outcome)) for each in maps[-1:])]

    def _scenario_map(self, outcome: Outcome, scenario: Any, ground: Underlay | None) -> MapPicture:
        label = scenario_label(scenario)
        facilities, zones = outcome.beside["facilities"], outcome.context.frames["zones"]
        network = outcome.context.streets
        closed = (facilities[f"state_{label}"] != "usable").to_numpy()
        also = [
            LegendEntry(FACILITY, "full_triangle", texts.both("usable_facility"), texts.number(int((~closed).sum()))),
            LegendEntry(FACILITY, "triangle", texts.both("closed_facility"), texts.number(int(closed.sum()))),
            LegendEntry(WATER, "square", texts.both("flood_zone"), ""),
        ]
        return map_picture(
            texts.both("map_during", title=words_of(self.title), scenario=texts.name(scenario)),
            outcome.layer,
            flood_categories(outcome.layer, label),
            also,
            facilities=facilities,
            closed=closed,
            places=apart(closed_facilities(outcome), outcome.layer),
            numbers_beside=True,
            **under(ground, outcome.context.frames.get("areas")),
            water=zones[(zones[self.scenario] == scenario).to_numpy()],
            streets=[] if network is None else [ground_streets(network)],
        )
