# SPDX-License-Identifier: Apache-2.0
"""What money buys, where the next sum helps most, and which of several alternatives holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import pandas as pd
from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.base.standards import PlanPart, Text
from sheltermap.drawing.alternatives_legends import entry_categories
from sheltermap.drawing.alternatives_maps import NAMED, draw_frontier, frontier_entries, number_points
from sheltermap.kinds.alternatives_source import KEPT, alternatives_source, kept_of
from sheltermap.kinds.alternatives_tables import (
    alternatives_key_figures,
    alternatives_tables,
    next_best_sites,
    title_of,
)
from sheltermap.kinds.siting_tables import action_and_name
from sheltermap.page.picture import LegendEntry, MapPicture, drawn_picture, map_picture
from sheltermap.page.table import text
from sheltermap.questions.figures import records
from sheltermap.questions.finding import Finding, Step, figure_of, found, listed, said
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import Currency, LimitText, NotNegative
from sheltermap.questions.maps import Underlay, facilities_drawn, facility_entries, map_title, picture_name, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.place_names import without_codes
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import TOLD
from sheltermap.questions.site_keys import AmongSites
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.views import drawn

if TYPE_CHECKING:
    from sheltermap.drawing.legend import Category
    from sheltermap.page.key_figure import KeyFigure
    from sheltermap.page.table import Table
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.question import Figure

PEOPLE = ("total", "covered_before", "covered_after", "gained", "uncovered", "unknown", "reachable")
Share = Annotated[float, Field(ge=0, lt=1)]


class NamedAlternative(PlanPart):
    """One ``[[analyses.alternatives]]``: what it builds and improves."""

    name: NonEmpty
    title: Text | None = None
    sites: Annotated[list[str | int | list[str | int]], Field(min_length=1)]

    @property
    def taken(self) -> list[Any]:
        """What it builds (ids of candidates) and improves (a facility and what is done)."""
        return [tuple(each) if isinstance(each, list) else each for each in self.sites]


class NamedScenario(PlanPart):
    """One ``[[analyses.scenarios]]``: what is otherwise."""

    name: NonEmpty
    title: Text | None = None
    probability: Annotated[float, Field(ge=0, le=1)] | None = None
    closed: list[str | int] = Field(default_factory=list)
    limit: LimitText | None = None
    weight: NonEmpty | None = None

    @property
    def otherwise(self) -> dict[str, Any]:
        """What is otherwise, as `sheltermap.alternatives` takes it."""
        given = {"within": self.limit, "weight": self.weight, "closed": self.closed or None}
        return {key: value for key, value in given.items() if value is not None}


@register
class Alternatives(AmongSites):
    """What money buys, where the next sum helps most, and which of several alternatives holds."""

    uses: ClassVar = {"demand": ("weight",), "candidates": ("cost",), "facilities": (), "upgrades": ()}
    figure_names: ClassVar = (
        *(*PEOPLE, "rows_without_weight", "covered_share", "spent", "gap_share", "points"),
        *("next_people_gained", "next_cost", "alternative_people_gained", "alternative_cost"),
        *("scenario_covered", "robust_expected", "robust_worst", "robust_regret", "cost_change_share"),
    )
    beside: ClassVar = ("upgrades",)
    kept: ClassVar = KEPT

    kind: Literal["alternatives"]
    cost: NonEmpty
    currency: Currency
    budget: NotNegative | None = None
    budgets: Annotated[list[NotNegative], Field(min_length=1)] | None = None
    cost_share: Share = 0.2
    alternatives: list[NamedAlternative] = Field(default_factory=list)
    scenarios: list[NamedScenario] = Field(default_factory=list)

    @model_validator(mode="after")
    def _keys_fit_each_other(self) -> Alternatives:
        if self.budget is None and self.budgets is None:
            raise ValueError("say which budget it is about: budget = 100000, or several as budgets")
        for what, several in (("alternatives", self.alternatives), ("scenarios", self.scenarios)):
            names = [each.name for each in several]
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f'{what}: two are called "{name}"')
        known = [each.probability is not None for each in self.scenarios]
        if any(known) and not all(known):
            raise ValueError("scenarios: give all of them a probability, or none")
        return self

    def judged(self) -> tuple[Judged, ...]:
        """Fewer covered by what the budget buys is worse, and more to be paid for it."""
        told = (*PEOPLE[1:], "next_people_gained", "alternative_people_gained", "scenario_covered", "points")
        return (
            Judged("covered_share", "lower", "coverage_fell", stands_for=told),
            Judged("spent", "higher", "detail_worse", stands_for=("next_cost", "alternative_cost")),
            Judged("gap_share", "higher", "detail_worse"),
            Judged("robust_worst", "lower", "detail_worse", stands_for=("robust_expected",)),
            Judged("robust_regret", "higher", "detail_worse"),
            Judged("cost_change_share", "lower", "detail_worse"),
        )

    def run(self, context: Context) -> Outcome:
        """Look for what the budgets buy.

        Raises
        ------
        KeyboardInterrupt
            If Ctrl-C was pressed in a search: a run ends then as everywhere.
        """
        known = bool(self.scenarios) and self.scenarios[0].probability is not None
        found = sm.alternatives(
            context.frames["demand"],
            context.frames["candidates"],
            within=context.thresholds[0],
            cost=self.cost,
            currency=self.currency,
            existing=self.existing(context),
            budgets=self.budgets,
            budget=self.budget,
            weight=self.weight,
            upgrades=context.frames.get("upgrades"),
            named={each.name: each.taken for each in self.alternatives} or None,
            scenarios={each.name: each.otherwise for each in self.scenarios} or None,
            probabilities={each.name: each.probability or 0.0 for each in self.scenarios} if known else None,
            cost_share=self.cost_share,
            by=context.network,
            direction=self.direction,
            time_limit=self.time_limit,
            candidate_id=context.sources["candidates"].id,
            facility_id=context.sources["facilities"].id if "facilities" in context.sources else None,
        )
        if found.stopped == "interrupted":
            raise KeyboardInterrupt
        tables = {"summary": found.summary, "frontier": found.frontier, "named": found.named}
        tables["next_best"] = self._with_names(context, found.next_best)
        tables["answer"] = pd.DataFrame([self._answer(found)])
        if found.sensitivity is not None:
            tables["sensitivity"] = self._with_names(context, found.sensitivity)
        for name in ("scenarios", "choices", "robust"):
            if getattr(found, name) is not None:
                tables[name] = getattr(found, name)
        beside = {} if found.upgrades is None else {"upgrades": found.upgrades}
        return Outcome(
            self,
            context,
            found.chosen,
            self._figures(tables),
            tables,
            beside,
            without_codes(found.notes, context.frames["demand"], context),
            kept_of(found, tables),
            drawn("alternatives", found),
        )

    def _with_names(self, context: Context, table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(name=self.site_names(context, table["facility"], table["action"]))

    def _answer(self, found: sm.Alternatives) -> dict[str, Any]:
        """Return what the budget buys."""
        assert found.budget is not None, "it is a must"
        affordable = found.frontier[found.frontier["cost"] <= found.budget]
        best = records(affordable)[-1]
        row = records(found.summary)[0]
        return {
            "budget": found.budget,
            "total": row["total"],
            "covered_before": row["covered_before"],
            "covered_after": best["people_covered"],
            "gained": best["people_gained"],
            "uncovered": row["total"] - row["unknown"] - best["people_covered"],
            "unknown": row["unknown"],
            "reachable": row["reachable"],
            "rows_without_weight": row["rows_without_weight"],
            "spent": best["cost"],
            "gap": best["gap"],
            "proven": best["gap"] == 0,
            "sites": best["sites"],
            "exact": found.exact,
        }

    def _figures(self, tables: dict[str, pd.DataFrame]) -> list[Figure]:
        """Return what the budget buys, the next best, the alternatives, and what scenarios and costs change."""
        (answer,) = records(tables["answer"])
        people: dict[str, Any] = {"measure": self.measure}
        money: dict[str, Any] = {"measure": "cost", "unit": self.currency}
        figures = [self.figure(name, answer[name], **people) for name in (*PEOPLE, "rows_without_weight")]
        share = answer["covered_after"] / answer["total"] if answer["total"] else float("nan")
        figures.append(self.figure("covered_share", share, **people))
        figures.append(self.figure("spent", answer["spent"], **money))
        figures.append(self.figure("gap_share", answer["gap"], measure="choices"))
        figures.append(self.figure("points", len(tables["frontier"]), measure="choices", unit="choices"))
        for row in records(tables["next_best"]):
            own = {"category": f"{text(row['facility'])} ({row['action']})"}
            figures.append(self.figure("next_people_gained", row["people_gained"], **people, **own))
            figures.append(self.figure("next_cost", row["cost"], **money, **own))
        for row in records(tables["named"][1:]):
            own = {"category": row["alternative"]}
            figures.append(self.figure("alternative_people_gained", row["people_gained"], **people, **own))
            figures.append(self.figure("alternative_cost", row["cost"], **money, **own))
        for row in records(tables["scenarios"]) if "scenarios" in tables else ():
            if row["alternative"] in ("do nothing", *(each.name for each in self.alternatives)):
                where = {"scenario": row["scenario"], "category": row["alternative"]}
                figures.append(self.figure("scenario_covered", row["people_covered"], **people, **where))
        for row in records(tables["robust"]) if "robust" in tables else ():
            figures.append(self.figure(f"robust_{row['criterion']}", row["value"], **people))
        if "sensitivity" in tables:
            everything = records(tables["sensitivity"])[0]
            for way in ("higher", "lower"):
                if not pd.isna(everything[f"changes_if_{way}"]):
                    value = everything[f"changes_if_{way}"]
                    figures.append(self.figure("cost_change_share", value, measure="cost", category=way))
        return figures

    def source(self, asked: Asked) -> Source:
        """Tell what the budget buys, from the choices that the search found."""
        return alternatives_source(asked)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw candidates by the cost of the first choice that has them."""
        return entry_categories(outcome.layer, self.currency)

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw upgrades alike."""
        return {end: entry_categories(frame, self.currency) for end, frame in outcome.beside.items()}

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell whom the budget serves more, what it costs, and how sure that is."""
        return alternatives_key_figures(outcome)

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say whom the budget serves more."""
        (answer,) = records(outcome.tables["answer"])
        names = ("budget", "gained", "covered_before", "covered_after", "total")
        numbers = {name: answer[name] for name in names} | {"part": answer["covered_after"]}
        words = said(outcome, "finding_budget", numbers, currency=self.currency)
        fact = ("gained", self.roles["demand"], answer["gained"], answer["covered_after"])
        figure = figure_of(outcome, "covered_share")
        return [found(outcome, words, answer["uncovered"], answer["total"], figure=figure, fact=fact)]

    def first_steps(self, outcome: Outcome) -> list[Step]:
        """Name the investments that cost least per person newly covered."""
        rows = records(outcome.tables["next_best"])
        named = [
            texts.both(
                "step_for_cost", name=action_and_name(row), cost=texts.number(row["cost"]), currency=self.currency
            )
            for row in rows[:3]
        ]
        words = texts.both("step_budget", names=listed(named, len(rows)))
        return [Step(words, sum(row["people_gained"] for row in rows[:3]))] if named else []

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell the next best, the alternatives, the frontier, and what scenarios and wrong costs change."""
        return alternatives_tables(outcome)

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw the frontier with the alternatives by their numbers, and the candidates by when they enter."""
        frontier, named = outcome.tables["frontier"], outcome.tables["named"][1:]
        (answer,) = records(outcome.tables["answer"])

        def draw(ax: Any) -> None:
            draw_frontier(ax, frontier, named, budget=answer["budget"])
            number_points(ax, named)

        titles = [title_of(outcome, name) for name in named["alternative"]]
        entries = [LegendEntry(colour, marker, words, "") for colour, marker, words in frontier_entries(frontier)]
        entries += [
            LegendEntry(NAMED, "diamond", {lang: f"{number} {words[lang]}" for lang in texts.LANGUAGES}, "")
            for number, words in enumerate(titles, start=1)
        ]
        title = texts.both("alternatives_frontier_picture", currency=self.currency)
        picture = MapPicture(title, drawn_picture(draw, (8, 4.5)), entries)
        drawn: dict[str, Any] = {**under(ground), "facilities": facilities_drawn(outcome)}
        drawn |= {"name": picture_name(outcome), "places": next_best_sites(outcome), "numbers_beside": True}
        here = map_picture(map_title(outcome), outcome.layer, self.legend(outcome), facility_entries(outcome), **drawn)
        return [picture, here]

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the investments that cost least per person newly covered."""
        rows = records(outcome.tables["next_best"])[:TOLD]
        return ", ".join(f"{row['order']}. {row['name']} +{texts.number(round(row['people_gained']))}" for row in rows)
