# SPDX-License-Identifier: Apache-2.0
"""Which sites to build and which structures to improve, what they bring and cost, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.drawing.siting_legends import SITE, site_categories, siting_categories
from sheltermap.kinds.siting_source import siting_source
from sheltermap.kinds.siting_tables import (
    action_and_name,
    proposed,
    siting_finding,
    siting_key_figures,
    siting_tables,
)
from sheltermap.page.picture import LegendEntry, MapPicture, map_picture
from sheltermap.page.table import text
from sheltermap.planning.siting_problem import Objective
from sheltermap.questions.figures import place_of, records
from sheltermap.questions.finding import Finding, Step, listed, with_count
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import ByArea, Currency, NotNegative
from sheltermap.questions.maps import Underlay, facility_entries, map_title, picture_name, under
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

COUNTS = ("total", "covered_before", "covered_after", "gained", "uncovered", "unknown", "rows_without_weight")
WITHIN = ("coverage", "set_cover", "backup")  # objectives that are about a limit


@register
class Siting(AmongSites, ByArea):
    """Which sites to build and which structures to improve, what they bring and cost, and how sure that is."""

    uses: ClassVar = {
        "demand": ("weight", "groups"),
        "candidates": ("cost", "capacity"),
        "facilities": (),
        "upgrades": (),
        "areas": ("area_name",),
    }
    figure_names: ClassVar = (
        *(*COUNTS, "covered_share", "sites", "spent", "gap_share"),
        *("site_people_gained", "site_cost"),
    )
    beside: ClassVar = ("sites", "upgrades")
    limit_needed: ClassVar[bool] = False

    kind: Literal["siting"]
    objective: Objective
    p: Annotated[int, Field(ge=1)] | None = None
    budget: NotNegative | None = None
    cost: NonEmpty | None = None
    currency: Currency | None = None
    groups: list[NonEmpty] = Field(default_factory=list)
    capacity: NonEmpty | None = None

    @model_validator(mode="after")
    def _keys_fit_each_other(self) -> Siting:
        if self.objective in WITHIN and all(each is None for each in (self.standard, self.threshold_m, self.limit)):
            raise ValueError(f'objective "{self.objective}" needs to know how near is near: give limit, as "500 m"')
        if self.objective not in ("set_cover", "backup") and self.p is None and self.budget is None:
            raise ValueError(f'objective "{self.objective}" needs p, so many sites, or a budget')
        if (self.cost is None) != (self.currency is None):
            raise ValueError('cost and currency belong together: currency = "EUR"')
        if self.budget is not None and self.cost is None:
            raise ValueError("a budget needs cost, the column that says what each site costs")
        if (self.capacity is None) == (self.objective == "capacitated"):
            raise ValueError('capacity belongs to objective = "capacitated", and that to capacity')
        return self

    def judged(self) -> tuple[Judged, ...]:
        """Fewer served with the proposal is worse, and more to be paid for it."""
        told = ("covered_before", "covered_after", "gained", "uncovered", "unknown", "site_people_gained")
        return (
            Judged("covered_share", "lower", "coverage_fell", stands_for=told),
            Judged("spent", "higher", "detail_worse", stands_for=("site_cost",)),
            Judged("sites", "higher", "detail_worse"),
            Judged("gap_share", "higher", "detail_worse"),
        )

    def run(self, context: Context) -> Outcome:
        """Choose the sites.

        Raises
        ------
        KeyboardInterrupt
            If Ctrl-C was pressed in the search: a run ends then as everywhere.
        """
        thresholds = context.thresholds
        found = sm.site(
            context.frames["demand"],
            context.frames["candidates"],
            objective=self.objective,
            existing=self.existing(context),
            within=thresholds[0] if thresholds else None,
            p=self.p,
            budget=self.budget,
            cost=self.cost,
            currency=self.currency,
            weight=self.weight,
            groups=self.groups,
            capacity=self.capacity,
            upgrades=context.frames.get("upgrades"),
            by=context.network,
            direction=self.direction,
            areas=context.frames.get("areas"),
            area_name=self.area_name,
            time_limit=self.time_limit,
            candidate_id=context.sources["candidates"].id,
            facility_id=context.sources["facilities"].id if "facilities" in context.sources else None,
        )
        if found.stopped == "interrupted":
            raise KeyboardInterrupt
        names = self.site_names(context, found.proposal["facility"], found.proposal["action"])
        proposal = found.proposal.assign(name=names)
        tables = {"summary": found.summary, "proposal": proposal, "answer": pd.DataFrame([self._answer(found)])}
        if found.by_area is not None:
            tables["by_area"] = found.by_area
        beside = {"sites": found.chosen} | ({} if found.upgrades is None else {"upgrades": found.upgrades})
        notes = without_codes(found.notes, context.frames["demand"], context)
        views = drawn("siting", found)
        return Outcome(self, context, found.rows, self._figures(tables), tables, beside, notes, views=views)

    def _answer(self, found: sm.Siting) -> dict[str, Any]:
        """Return what the whole of a proposal comes to."""
        return {
            "sites": len(found.proposal),
            "spent": found.spent,
            "objective": found.objective,
            "bound": found.bound,
            "gap": found.gap,
            "proven": found.proven,
            "stopped": found.stopped,
            "cost_column": found.cost_column,
        }

    def _figures(self, tables: dict[str, pd.DataFrame]) -> list[Figure]:
        """Return people before and after, for all and by area, what it costs, and what each site brings."""
        figures = []
        lines: list[tuple[dict[str, Any], Figure]] = [(row, {}) for row in records(tables["summary"])]
        lines += [(row, place_of(row["area"])) for row in records(tables["by_area"])] if "by_area" in tables else []
        for row, where in lines:
            own = {"measure": row["measure"]} | where
            figures += [self.figure(name, row[name], **own) for name in COUNTS]
            share = row["covered_after"] / row["total"] if row["total"] else float("nan")
            figures.append(self.figure("covered_share", share, **own))
        (answer,) = records(tables["answer"])
        money: dict[str, Any] = {"measure": "cost", "unit": self.currency}
        figures.append(self.figure("sites", answer["sites"], measure="sites", unit="sites"))
        figures.append(self.figure("gap_share", answer["gap"], measure="sites"))
        if self.currency is not None:
            figures.append(self.figure("spent", answer["spent"], **money))
        for row in records(tables["proposal"]):
            own = {"category": text(row["facility"])}
            figures.append(self.figure("site_people_gained", row["people_gained"], measure=self.measure, **own))
            if self.currency is not None:
                figures.append(self.figure("site_cost", row["cost"], **money, **own))
        return figures

    def source(self, asked: Asked) -> Source:
        """Count people by whether they are served before and after, and sites by whether they are chosen."""
        return siting_source(self, asked)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by whether they are newly served."""
        return siting_categories(outcome.layer)

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw candidates and upgrades by whether they were chosen."""
        return {end: site_categories(frame) for end, frame in outcome.beside.items()}

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell whom the proposal serves more, what it costs, and how much better another could be."""
        return siting_key_figures(outcome)

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say whom the proposal serves more, and for how much."""
        return [siting_finding(outcome)]

    def first_steps(self, outcome: Outcome) -> list[Step]:
        """Name the sites in the order in which they help most."""
        rows = records(outcome.tables["proposal"])
        named = [with_count(action_and_name(row), row["people_gained"], sign="+") for row in rows[:3]]
        words = texts.both("step_sites", names=listed(named, len(rows)))
        return [Step(words, sum(row["people_gained"] for row in rows[:3]))] if named else []

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell what to do in which order, people before and after, and what could not be chosen."""
        return siting_tables(outcome)

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw whom the sites serve, what stands, and in their order the sites chosen."""
        given = outcome.context
        chosen = outcome.beside["sites"][outcome.beside["sites"]["chosen"].to_numpy(bool)]
        also = [LegendEntry(SITE, "diamond", texts.both("site_chosen"), texts.number(len(chosen)))]
        stands = given.facilities if "facilities" in given.frames else None
        drawn: dict[str, Any] = {**under(ground, given.frames.get("areas")), "places": proposed(outcome)}
        drawn |= {} if stands is None else {"facilities": stands}
        return [
            map_picture(
                map_title(outcome),
                outcome.layer,
                self.legend(outcome),
                [*facility_entries(outcome), *also],
                name=picture_name(outcome),
                **drawn,
            )
        ]

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the sites that help most."""
        rows = records(outcome.tables["proposal"])[:TOLD]
        return ", ".join(
            f"{row['order']}. {row['name']} +{texts.number(np.round(row['people_gained']))}" for row in rows
        )
