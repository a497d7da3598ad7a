# SPDX-License-Identifier: Apache-2.0
"""What measures save of the damage that scenarios do, and whether they pay for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import pandas as pd
from pydantic import Field, model_validator

from sheltermap.base import texts
from sheltermap.base.sql_quoting import quoted
from sheltermap.base.standards import PlanPart, Text
from sheltermap.base.suggestions import unknown
from sheltermap.drawing.impact_legends import impact_categories
from sheltermap.drawing.legend import Look
from sheltermap.drawing.plots import WATER
from sheltermap.kinds.avoided_tables import avoided_key_figures, avoided_picture, avoided_tables, measure_title
from sheltermap.page.picture import LegendEntry, MapPicture, map_picture
from sheltermap.page.table import words_of
from sheltermap.questions.figure_source import NotInLayers, Sum, is_one_of, less, share
from sheltermap.questions.figures import records
from sheltermap.questions.finding import Finding, figures_of
from sheltermap.questions.impact_keys import OfImpact
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import Currency, NotNegative
from sheltermap.questions.maps import Underlay, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import TOLD
from sheltermap.questions.sources import NonEmpty
from sheltermap.risk.avoided import Measure, avoided
from sheltermap.risk.expected_annual import METHODS
from sheltermap.risk.with_measure import with_measure

if TYPE_CHECKING:
    from sheltermap.drawing.legend import Category
    from sheltermap.page.key_figure import KeyFigure
    from sheltermap.page.table import Table
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.question import Figure
    from sheltermap.questions.scenario_sources import ScenarioSource
    from sheltermap.risk.scenario import Scenario

# Figures of a measure, and where they stand in `Avoided.measures`; money, then all others.
MONEY = {
    **{name: name for name in ("cost", "running", "loss_after", "avoided", "present_benefit", "present_cost")},
    "net_present_value": "net_present_value",
}
RATIOS = ("benefit_cost", *(f"benefit_cost_{each}" for each in METHODS))
MEASURES = "measures"  # end of the name of the table of measures
YEARS = ("payback_years", "discounted_payback_years")
Years = Annotated[int, Field(ge=1)]


class PlannedMeasure(PlanPart):
    """One ``[[analyses.measures]]``: what it costs, and what of the scenarios it changes."""

    name: NonEmpty
    title: Text | None = None
    cost: NotNegative
    running: NotNegative = 0.0
    years: Years | None = None
    prevents: list[NonEmpty] = Field(default_factory=list)
    instead: dict[NonEmpty, NonEmpty] = Field(default_factory=dict)
    not_monetised: list[Text] = Field(default_factory=list)

    @model_validator(mode="after")
    def _changes_something(self) -> PlannedMeasure:
        if not self.prevents and not self.instead:
            raise ValueError(
                'say what it changes: prevents = ["flood_10"], or instead = { flood_100 = "flood_100_with_dike" }'
            )
        return self


@register
class Avoided(OfImpact):
    """What measures save of the damage that scenarios do, and whether they pay for themselves."""

    figure_names: ClassVar = (
        *("loss_before", *MONEY, *RATIOS, *YEARS, "avoided_share", "pays_back", "people_before", "people_avoided"),
    )
    steady_categories: ClassVar = (*MONEY, *RATIOS, "avoided_share", "pays_back", "people_avoided")
    registers: ClassVar = ()
    kept: ClassVar = (MEASURES,)

    kind: Literal["avoided"]
    currency: Currency
    years: Years
    discount_rate: Annotated[float, Field(ge=0, lt=1)]
    measures: Annotated[list[PlannedMeasure], Field(min_length=1)]

    @model_validator(mode="after")
    def _measures_are_told_apart(self) -> Avoided:
        names = [each.name for each in self.measures]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f'measures: two are called "{name}"')
        if not self.damage:
            raise ValueError("nothing says what is lost: write [[analyses.damage]]")
        return self

    @property
    def _others(self) -> list[str]:
        """The scenarios that happen only with a measure."""
        return list(dict.fromkeys(name for each in self.measures for name in each.instead.values()))

    def asked_scenarios(self, there: Sequence[ScenarioSource]) -> list[ScenarioSource]:
        """Return the scenarios as they are, by default all that no measure brings, then those of the measures."""
        by_id = {each.id: each for each in there}
        named = self.scenarios or [name for name in by_id if name not in self._others]
        return [by_id[name] for name in dict.fromkeys([*named, *self._others]) if name in by_id]

    def total_figures(self) -> tuple[str, ...]:
        """Return nothing: money is counted."""
        return ()

    def judged(self) -> tuple[Judged, ...]:
        """A ratio that falls is worse, and more that is lost as it is."""
        return (
            Judged("loss_before", "higher", stands_for=("people_before",)),
            Judged("benefit_cost", "lower", stands_for=(*RATIOS[1:], "pays_back")),
            Judged("net_present_value", "lower", "detail_worse", stands_for=("present_benefit", "present_cost")),
            Judged("avoided", "lower", "detail_worse", stands_for=("avoided_share", "people_avoided")),
            Judged("loss_after", "higher", "detail_worse"),
            Judged("payback_years", "higher", "detail_worse", stands_for=("discounted_payback_years",)),
            Judged("cost", "higher", "detail_worse", stands_for=("running",)),
        )

    def run(self, context: Context) -> Outcome:
        """Count what is lost as it is, and with each measure."""
        if missing := [name for name in self._others if name not in context.scenarios]:
            raise context.fault("measures", unknown("unknown scenario", missing[0], list(context.scenarios)))
        as_it_is = self._as_it_is(context)
        before = self.impact_of(context, as_it_is)
        planned = []
        for each in self.measures:
            instead = {name: context.scenarios[other] for name, other in each.instead.items()}
            try:
                scenarios = with_measure(as_it_is, each.prevents, instead)
            except ValueError as error:
                raise context.fault("measures", f"{each.name}: {error}") from None
            after = self.impact_of(context, scenarios)
            planned.append(Measure(each.name, after, each.cost, each.running, each.years))
        terms: dict[str, Any] = {"years": self.years, "discount_rate": self.discount_rate, "currency": self.currency}
        found = avoided(before, planned, **terms, method=self.method)
        tables = {"measures": found.measures, "parts": found.parts}
        _, layer = before.main_layer
        notes = list(dict.fromkeys([*before.notes, *found.notes]))
        kept = {MEASURES: found.measures.drop(columns=["measure"]).select_dtypes(["number", "bool"])}
        kept[MEASURES].insert(0, "measure", found.measures["measure"].astype("string"))
        return Outcome(self, context, layer, self._figures(found.measures), tables, notes=notes, kept=kept)

    def _figures(self, measures: pd.DataFrame) -> list[Figure]:
        """Return what is lost as it is, and of each measure, by its name, what it saves and what it costs."""
        money: dict[str, Any] = {"measure": "damage", "unit": self.currency}
        figures = [self.figure("loss_before", measures["loss_before"].iloc[0], **money)]
        if "people_before" in measures:
            figures.append(self.figure("people_before", measures["people_before"].iloc[0], measure=self.measure))
        for row in records(measures):
            own = {"category": row["measure"]}
            figures += [self.figure(name, row[column], **money, **own) for name, column in MONEY.items()]
            figures += [self.figure(name, row[name], measure="damage", unit="1", **own) for name in RATIOS]
            figures.append(self.figure("avoided_share", row["avoided_share"], measure="damage", **own))
            figures.append(self.figure("pays_back", float(row["pays_back"]), measure="damage", unit="1", **own))
            known = [name for name in YEARS if not pd.isna(row[name])]
            figures += [self.figure(name, row[name], measure="damage", unit="year", **own) for name in known]
            if "people_avoided" in row:
                figures.append(self.figure("people_avoided", row["people_avoided"], measure=self.measure, **own))
        return figures

    def source(self, asked: Asked) -> Source:
        """Hold what a measure saves against what it costs; the losses themselves come of curves of damage."""
        if asked.name in ("loss_before", "loss_after", "people_before", "people_avoided"):
            return NotInLayers("by_curve")

        def told(name: str) -> Sum:
            named = is_one_of("measure", str(asked.category))
            return Sum(asked.layer(MEASURES), (named,), quoted(name), "only")

        made: dict[str, Source] = {
            "avoided": less(told("loss_before"), told("loss_after")),
            "avoided_share": share(less(told("loss_before"), told("loss_after")), told("loss_before")),
            "net_present_value": less(told("present_benefit"), told("present_cost")),
            "benefit_cost": share(told("present_benefit"), told("present_cost")),
        }
        return made[asked.name] if asked.name in made else told(MONEY.get(asked.name, asked.name))

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by whether the last scenario affects them as it is."""
        return impact_categories(outcome.layer, self._last(outcome).label)

    def looks(self, outcome: Outcome) -> dict[str, list[Look]]:
        """Draw rows in each scenario as it is, first in the last one."""
        *others, last = [each for each in outcome.context.scenarios.items() if each[0] not in self._others]
        return {
            self.name: [
                Look(each.label, outcome.context.scenario_words(name), impact_categories(outcome.layer, each.label))
                for name, each in (last, *others)
            ]
        }

    def _as_it_is(self, context: Context) -> list[Scenario]:
        return [each for name, each in context.scenarios.items() if name not in self._others]

    def _last(self, outcome: Outcome) -> Scenario:
        return self._as_it_is(outcome.context)[-1]

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell for each measure what it saves for its cost."""
        return avoided_key_figures(outcome)

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say which measure is worth most for its cost."""
        best = records(outcome.tables["measures"])[0]
        told = {"measure": measure_title(outcome, best["measure"]), "currency": self.currency}
        behind = figures_of(outcome, "benefit_cost", category=str(best["measure"]))
        words = texts.both("finding_measure", ratio=texts.rounded(best["benefit_cost"]), **told)
        return [Finding(words, behind=behind)]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell the measures side by side, in which part of the year's losses they save, and what has no price."""
        return avoided_tables(outcome)

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw what measures cost beside what they save, and whom the last scenario affects as it is."""
        lying_under = under(ground, outcome.context.frames.get("areas"))
        last = self._last(outcome)
        title = texts.both("map_during", title=words_of(self.title), scenario=outcome.context.scenario_words(last.id))
        also = [] if last.acting_zones is None else [LegendEntry(WATER, "square", texts.both("impact_zone"), "")]
        drawn: dict[str, Any] = {**lying_under, "water": last.acting_zones}
        return [avoided_picture(outcome), map_picture(title, outcome.layer, self.legend(outcome), also, **drawn)]

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the measures, the best ratio first."""
        return ", ".join(f"{row['rank']}. {row['measure']}" for row in records(outcome.tables["measures"])[:TOLD])
