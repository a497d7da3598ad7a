# SPDX-License-Identifier: Apache-2.0
"""How many people lie in each of several hazards, in any of them, and in how many at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.base.exact_sums import total
from sheltermap.base.scenarios import scenario_label
from sheltermap.drawing.combined_legends import combined_categories
from sheltermap.drawing.impact_legends import impact_categories
from sheltermap.drawing.legend import Category, Look, in_scenario
from sheltermap.drawing.plots import WATER
from sheltermap.kinds.hazards_tables import hazards_tables
from sheltermap.page.key_figure import KeyFigure, count_of, share_of
from sheltermap.page.picture import LegendEntry, MapPicture, map_picture
from sheltermap.page.table import Bar, Table
from sheltermap.questions.figure_source import compared, is_empty, is_given, is_one_of
from sheltermap.questions.figures import records
from sheltermap.questions.finding import Finding, figure_of, found, said
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import ByArea
from sheltermap.questions.maps import Underlay, map_title, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import measure_words
from sheltermap.questions.scenario_keys import OfScenarios
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.state_tables import state_figures
from sheltermap.questions.views import drawn

if TYPE_CHECKING:
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.question import Figure

OF_ANY = {"affected": "in_any_hazard", "not_affected": "in_no_hazard", "unknown": "unknown_hazard"}
OF_SCENARIO = {"affected": "in_scenario", "not_affected": "out_of_scenario", "unknown": "unknown_in_scenario"}
ClassNumber = Annotated[int, Field(ge=1)]
Limits = Annotated[list[float], Field(min_length=1)]


@register
class Hazards(OfScenarios, ByArea):
    """How many people lie in each of several hazards, in any of them, and in how many at once."""

    uses: ClassVar = {"demand": ("weight", "groups"), "areas": ("area_name",)}
    figure_names: ClassVar = (
        *OF_ANY.values(),
        *OF_SCENARIO.values(),
        "hazards_at_least",
        "class_at_least",
        "unknown_count",
        "unknown_class",
        "rows_without_weight",
    )
    beside: ClassVar = ("zones",)
    registers: ClassVar = ()
    steady_categories: ClassVar = ("hazards_at_least", "class_at_least")

    kind: Literal["hazards"]
    demand: NonEmpty
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)
    how: Literal["any", "count", "worst"] = "count"
    classes: dict[NonEmpty, ClassNumber | Limits] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _worst_has_classes(self) -> Hazards:
        if self.how == "worst" and not self.classes:
            raise ValueError('how = "worst" needs classes: how bad each scenario is, by its id or its hazard')
        return self

    def total_figures(self) -> tuple[str, ...]:
        """Return the figures that sum to all."""
        return tuple(OF_ANY.values())

    def judged(self) -> tuple[Judged, ...]:
        """More people in a hazard is worse, and more of whom nobody knows it."""
        return (
            Judged("in_any_hazard", "higher", stands_for=("in_no_hazard",)),
            Judged("unknown_hazard", "higher"),
            Judged("hazards_at_least", "higher", "detail_worse"),
            Judged("class_at_least", "higher", "detail_worse"),
            Judged("in_scenario", "higher", "detail_worse", stands_for=("out_of_scenario",)),
            *(
                Judged(name, "higher", "detail_worse")
                for name in ("unknown_in_scenario", "unknown_count", "unknown_class", "rows_without_weight")
            ),
        )

    def run(self, context: Context) -> Outcome:
        """Find who lies in which hazards."""
        result = sm.combined(
            context.scenarios.values(),
            context.frames["demand"],
            self.how,
            classes=self.classes or None,
            weight=self.weight,
            groups=self.groups,
            areas=context.frames.get("areas"),
            area_name=self.area_name,
        )
        tables = {"any": result.any_totals, "scenarios": result.scenario_totals, "count": result.count_totals}
        tables |= {} if result.worst_totals is None else {"worst": result.worst_totals}
        beside = {} if result.zones is None else {"zones": result.zones}
        return Outcome(
            self,
            context,
            result.rows,
            self._figures(tables),
            tables,
            beside,
            result.notes,
            views=drawn("combined", result),
        )

    def _figures(self, tables: dict[str, pd.DataFrame]) -> list[Figure]:
        """Return who lies in any hazard, in each scenario, and in so many hazards, or classes, or more."""
        measures = list(dict.fromkeys(tables["any"]["measure"]))
        figures = state_figures(self, tables["any"], lambda state: (OF_ANY[state], {}), also_all=measures)
        for name, part in tables["scenarios"].groupby("scenario", sort=False):
            sums = part.drop(columns=["scenario", "hazard"])
            where: Figure = {"scenario": str(name)}
            told = {state: (figure, where) for state, figure in OF_SCENARIO.items()}
            figures += state_figures(self, sums, told.__getitem__, also_all=measures)
        figures += self._at_least(tables["count"], "hazards_at_least", "unknown_count")
        if "worst" in tables:
            figures += self._at_least(tables["worst"], "class_at_least", "unknown_class")
        of_all = tables["any"][tables["any"]["area"].isna()]
        for row in records(of_all):
            if row["measure"] != "rows":
                missing = row["rows_without_weight"]
                figures.append(self.figure("rows_without_weight", missing, measure=row["measure"]))
        return figures

    def _at_least(self, sums: pd.DataFrame, name: str, unknown: str) -> list[Figure]:
        """Return how many are in so many or more; what moves from much to less is better in each of them."""
        figures = []
        for row in records(sums[sums["area"].isna()]):
            for least in sorted(int(each) for each in sums.columns if each.isdigit())[1:]:
                value = _sum(row, least)
                figures.append(self.figure(name, value, measure=row["measure"], category=str(least)))
            figures.append(self.figure(unknown, row["unknown"], measure=row["measure"]))
        return figures

    def source(self, asked: Asked) -> Source:
        """Count people by the columns that say which hazards act where they are."""
        name = asked.name
        if asked.scenario is not None:
            states = {figure: state for state, figure in OF_SCENARIO.items()}
            return asked.people(is_one_of(f"state_{scenario_label(asked.scenario)}", states[name]))
        if name == "rows_without_weight":
            return asked.without_number()
        counted = "worst_class" if "class" in name else "hazard_count"
        if name.endswith("at_least"):
            return asked.people(compared(counted, ">=", int(str(asked.category))))
        if name in ("unknown_count", "unknown_class"):
            return asked.people(is_empty(counted))
        any_acts = {
            "in_any_hazard": (is_given("hazards"),),
            "in_no_hazard": (is_one_of("hazard_count", 0),),
            "unknown_hazard": (is_empty("hazards"), is_empty("hazard_count")),
        }
        return asked.people(*any_acts[name])

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by what the hazards come to."""
        return combined_categories(outcome.layer, self.how)

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw all zones alike."""
        return {
            end: [Category(np.ones(len(layer), bool), "TRUE", WATER, "circle", texts.both("hazard_zones"))]
            for end, layer in outcome.beside.items()
        }

    def looks(self, outcome: Outcome) -> dict[str, list[Look]]:
        """Draw rows by all hazards together, and by each; the zones alike."""
        scenarios = {
            each.label: (name, outcome.context.scenario_words(name)) for name, each in outcome.context.scenarios.items()
        }
        every = texts.both("qgis_all_scenarios")
        rows = [Look("", every, self.legend(outcome))]
        rows += [
            Look(label, words, impact_categories(outcome.layer, label))
            for label, (_, words) in scenarios.items()
            if f"state_{label}" in outcome.layer
        ]
        found = {self.name: rows}
        if "zones" in outcome.beside:
            zones, (whole,) = outcome.beside["zones"], self.legends_beside(outcome)["zones"]
            acting = zones["scenario"].to_numpy(dtype=object)
            found[f"{self.name}_zones"] = [Look("", every, [whole])] + [
                Look(label, words, [replace(whole, rows=acting == name, rule=in_scenario(name))])
                for label, (name, words) in scenarios.items()
            ]
        return found

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell the share in any hazard, and in more than one."""
        unit = measure_words(outcome, outcome.measure)
        mine = _of_all(outcome, "any")
        bar = Bar(mine["not_affected"], mine["affected"], mine["unknown"])
        detail = count_of(mine["affected"], mine["total"], unit)
        figures = [KeyFigure(share_of(mine["affected"], mine["total"]), texts.both("in_any_hazard"), detail, bar)]
        counts = _of_all(outcome, "count")
        several = _sum(counts, 2)
        if "2" in counts:
            detail = count_of(several, counts["total"], unit)
            figures.append(KeyFigure(share_of(several, counts["total"]), texts.both("in_several_hazards"), detail))
        return figures

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say how many are in any hazard, and in more than one."""
        mine = _of_all(outcome, "any")
        numbers = {"part": mine["affected"], "total": mine["total"], "several": _sum(_of_all(outcome, "count"), 2)}
        words = said(outcome, "finding_hazards", numbers)
        return [found(outcome, words, mine["affected"], mine["total"], figure=figure_of(outcome, "in_any_hazard"))]

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw the zones of all scenarios, and the rows above them."""
        zones = outcome.beside.get("zones")
        also = [] if zones is None else [LegendEntry(WATER, "square", texts.both("hazard_zones"), "")]
        lying_under = under(ground, outcome.context.frames.get("areas"))
        rows = outcome.layer
        return [map_picture(map_title(outcome), rows, self.legend(outcome), also, water=zones, **lying_under)]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell who lies in each scenario, in how many hazards, in which class, and by area."""
        return hazards_tables(outcome)


def _of_all(outcome: Outcome, table: str) -> dict[str, float]:
    sums = outcome.tables[table]
    return records(sums[sums["area"].isna() & (sums["measure"] == outcome.measure)])[0]


def _sum(row: Mapping[str, float], least: int) -> float:
    """Return how many are in so many hazards, or in that class, or more."""
    return total(np.array([value for key, value in row.items() if key.isdigit() and int(key) >= least], np.float64))
