# SPDX-License-Identifier: Apache-2.0
"""Whether there are enough places: required and present by area and grade, and what the missing ones cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import pandas as pd
from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.base.suggestions import unknown
from sheltermap.drawing.balance_legends import share_categories, structure_categories, verdict_categories
from sheltermap.drawing.legend import Category
from sheltermap.kinds.balance_source import balance_source
from sheltermap.kinds.balance_tables import balance_key_figures, balance_tables, structure_names
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.picture import LegendEntry, MapPicture, map_picture
from sheltermap.page.table import Table, title_words, words_of
from sheltermap.planning.balance import per_person
from sheltermap.planning.structure_places import COUNTED, FIELDS
from sheltermap.questions.figures import place_of, records
from sheltermap.questions.finding import Finding, Step, figure_of, found, listed, said
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import ByArea, Currency
from sheltermap.questions.maps import Underlay, map_title, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.question import Figure
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import TOLD
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.views import drawn

if TYPE_CHECKING:
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source

# Figures of places, and where they stand in a line of `Balance.by_area`.
PLACES = {
    "places_required": "required",
    **{f"places_{state}": state for state in COUNTED},
    "places_present": "present",
    "places_missing": "missing_valid",
    "places_missing_if_renewed": "missing_renewable",
    "places_missing_of_present": "missing_present",
}
SHARES = {"valid_share": "share_valid", "renewable_share": "share_renewable"}
STRUCTURES = {"structures": "structures", "structures_without_places": "without_places"}
GAINED = {"liftable_places": "liftable", "liftable_without_cost": "without_cost", "still_missing": "still_missing"}
COSTS = ("cost_at_least", "cost_by_list")


@register
class Balance(ByArea):
    """Whether there are enough places: required and present by area and grade, and what the missing ones cost."""

    uses: ClassVar = {"demand": ("weight",), "shelters": ("cost",), "areas": ("area_name",)}
    figure_names: ClassVar = (
        *("total", "rows_without_weight", *PLACES, *SHARES, *STRUCTURES),
        *("places_missing_in_areas", *GAINED, *COSTS),
    )
    beside: ClassVar = ("areas", "structures")
    registers: ClassVar = ("shelters",)
    by_distance: ClassVar = False

    kind: Literal["balance"]
    demand: NonEmpty
    shelters: NonEmpty
    weight: NonEmpty | None = None
    standard: NonEmpty | None = None
    places_per_person: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    kinds: Annotated[list[NonEmpty], Field(min_length=1)] | None = None
    cost: NonEmpty | None = None
    currency: Currency | None = None
    columns: dict[str, NonEmpty] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _costs_have_a_currency(self) -> Balance:
        if self.cost is not None and self.currency is None:
            raise ValueError('a cost needs its currency: write currency = "EUR"')
        for field in self.columns:
            if field not in FIELDS:
                raise ValueError(unknown("columns: unknown field", field, FIELDS))
        return self

    def judged(self) -> tuple[Judged, ...]:
        """More places missing is worse; beside it what is not known, and what closing the gap costs."""
        return (
            Judged(
                "places_missing",
                "higher",
                stands_for=(
                    "places_required",
                    "places_valid",
                    "places_present",
                    "valid_share",
                    "places_missing_in_areas",
                ),
            ),
            Judged(
                "places_missing_if_renewed",
                "higher",
                stands_for=("places_renewable", "renewable_share", "places_not_valid", "places_missing_of_present"),
            ),
            Judged("structures_without_places", "higher", "detail_worse", stands_for=("structures", "places_unknown")),
            Judged("cost_at_least", "higher", "detail_worse", stands_for=("cost_by_list",)),
            Judged("still_missing", "higher", "detail_worse", stands_for=("liftable_places", "liftable_without_cost")),
        )

    def run(self, context: Context) -> Outcome:
        """Hold the places against the people."""
        found = sm.balance(
            context.frames["demand"],
            context.frames["shelters"],
            weight=self.weight,
            standard=None if self.standard is None else context.standards[self.standard],
            places_per_person=self.places_per_person,
            areas=context.frames.get("areas"),
            area_name=self.area_name,
            kinds=self.kinds,
            cost=self.cost,
            currency=self.currency,
            columns=self.columns,
            accept_unconfirmed=True,  # the plan has been asked
        )
        assert found.rows is not None  # there is a demand
        tables = {"summary": found.summary, "all": pd.DataFrame([found.total]), "grades": found.grades}
        tables |= {"ranking": found.ranking, "closing": found.closing}
        tables["currency"] = pd.DataFrame({"currency": [found.currency]})
        beside = {"structures": found.structures}
        if found.by_area is not None and found.areas is not None:
            tables["by_area"] = found.by_area
            beside["areas"] = found.areas
        return Outcome(
            self,
            context,
            found.rows,
            self._figures(tables, found.currency),
            tables,
            beside,
            found.notes,
            views=drawn("balance", found),
        )

    def _figures(self, tables: dict[str, pd.DataFrame], currency: str) -> list[Figure]:
        """Return places, people and costs for all and by area."""
        figures = self._of_line(records(tables["all"])[0])
        for row in records(tables["by_area"]) if "by_area" in tables else ():
            figures += self._of_line(row, **place_of(row["area"]))
        if "by_area" in tables:
            apart = records(tables["summary"])[0]["missing_in_areas"]
            figures.append(self.figure("places_missing_in_areas", apart, measure="places", unit="places"))
        for number, row in enumerate(records(tables["closing"])):
            where: dict[str, Any] = {"measure": "places"} | (place_of(row["area"]) if number else {})
            figures += [self.figure(name, row[key], unit="places", **where) for name, key in GAINED.items()]
            figures += [self.figure(name, row[name], unit=currency, **where) for name in COSTS]
        return figures

    def _of_line(self, row: dict[str, Any], **where: Any) -> list[Figure]:
        figures = [self.figure("total", row["people"], measure=self.measure, **where)]
        figures.append(self.figure("rows_without_weight", row["rows_without_weight"], measure=self.measure, **where))
        own = {"measure": "places"} | where
        figures += [self.figure(name, row[key], unit="places", **own) for name, key in PLACES.items()]
        figures += [self.figure(name, row[key], **own) for name, key in SHARES.items()]
        return figures + [self.figure(name, row[key], unit="structures", **own) for name, key in STRUCTURES.items()]

    def source(self, asked: Asked) -> Source:
        """Sum people and the places of structures by their state, and hold them against each other."""
        standard = None if self.standard is None else asked.standards[self.standard]
        return balance_source(asked, per_person(standard, self.places_per_person))

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw people by whether the places of their area are enough."""
        return verdict_categories(outcome.layer)

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw areas by share of places, structures by whether their places count."""
        drawn = {"structures": structure_categories(outcome.beside["structures"])}
        if "areas" in outcome.beside:
            drawn["areas"] = share_categories(outcome.beside["areas"])
        return drawn

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell the share of the places required, how many are missing, and what closing the gap costs."""
        return balance_key_figures(outcome)

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw the areas by share, and the structures by state."""
        structures, areas = outcome.beside["structures"], outcome.beside.get("areas")
        legends, title = self.legends_beside(outcome), map_title(outcome)
        found = []
        if areas is not None:
            what = title_words(outcome.context.sources["shelters"].title, self.shelters)
            also = [LegendEntry("none", "triangle", what, texts.number(len(structures)))]
            found.append(
                map_picture(title, areas, legends["areas"], also, facilities=structures, **under(ground, areas))
            )
        title = texts.both("balance_map", title=words_of(self.title))
        return [*found, map_picture(title, structures, legends["structures"], **under(ground, areas))]

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say how many of the places required are valid, and how many are missing."""
        row = records(outcome.tables["all"])[0]
        numbers = {"part": row["valid"], "total": row["required"], "missing": row["missing_valid"]}
        words = said(outcome, "finding_balance", numbers | {"renewed": row["missing_renewable"]})
        figure = figure_of(outcome, "places_missing", measure="places")
        return [found(outcome, words, row["missing_valid"], row["required"], figure=figure)]

    def first_steps(self, outcome: Outcome) -> list[Step]:
        """Name the structures to lift in which a place costs least."""
        ranked = outcome.tables["ranking"]
        ranked = ranked[ranked["cost_per_place"].notna().to_numpy()]
        currency = outcome.tables["currency"]["currency"].iloc[0]
        named = [
            texts.counted("step_lift", int(row["places"]), name=name, cost=texts.number(row["cost"]), currency=currency)
            for name, row in zip(structure_names(outcome, ranked[:3]), records(ranked[:3]), strict=True)
        ]
        words = texts.both("step_cheapest_places", names=listed(named, len(ranked)))
        return [Step(words, float(ranked["places"][:3].sum()), ("improve", self.shelters))] if named else []

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell places by reading, by area and by grade, and the cheapest ones to gain."""
        return balance_tables(outcome)

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the cheapest places to gain."""
        ranked = outcome.tables["ranking"]
        first = ranked[ranked["unranked"].isna()][:TOLD]
        currency = outcome.tables["currency"]["currency"].iloc[0]
        return ", ".join(
            texts.say(
                "balance_told",
                lang,
                structure=name,
                places=texts.number(row["places"]),
                cost=texts.number(row["cost"]),
                currency=currency,
            )
            for name, row in zip(structure_names(outcome, first), records(first), strict=True)
        )
