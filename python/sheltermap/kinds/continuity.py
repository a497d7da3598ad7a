# SPDX-License-Identifier: Apache-2.0
"""Which critical facility takes access, supply or places from most people when it alone fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.base.sql_quoting import quoted
from sheltermap.drawing.continuity_legends import continuity_categories, failure_categories
from sheltermap.drawing.legend import Category
from sheltermap.drawing.plots import apart, ground_streets
from sheltermap.kinds.continuity_tables import (
    COUNTS,
    LOST,
    WORST,
    continuity_figures,
    continuity_key_figures,
    continuity_tables,
    continuity_told,
    frames_of,
    ranked_facilities,
)
from sheltermap.page.picture import MapPicture, map_picture
from sheltermap.page.table import LONG, words_of
from sheltermap.questions.figure_source import NotInLayers, Sum, is_one_of, share
from sheltermap.questions.figures import records
from sheltermap.questions.finding import Finding, Step, figure_of, found, said
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import AlongStreets, ByArea, OneLimit
from sheltermap.questions.maps import Underlay, outcome_map, picture_name, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import measure_words
from sheltermap.questions.shared_sources import of_state
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.views import drawn
from sheltermap.risk.continuity_tables import ALL, LOSSES, STATES

if TYPE_CHECKING:
    from sheltermap.page.key_figure import KeyFigure
    from sheltermap.page.table import Table
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source


@register
class Continuity(AlongStreets, OneLimit, ByArea):
    """Which critical facility takes access, supply or places from most people when it alone fails."""

    uses: ClassVar = {
        "demand": ("weight", "groups"),
        "facilities": ("category", "served", "capacity", "depends_on"),
        "areas": ("area_name",),
    }
    figure_names: ClassVar = (*COUNTS, *WORST.values(), *LOST, "category_covered", "category_uncovered")
    beside: ClassVar = ("facilities",)
    limit_needed: ClassVar = False

    kind: Literal["continuity"]
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)
    category: NonEmpty | None = None
    access_to: Annotated[list[NonEmpty], Field(min_length=1)] | None = None
    served: NonEmpty | None = None
    capacity: NonEmpty | None = None
    allocated: bool = False
    depends_on: NonEmpty | None = None

    @model_validator(mode="after")
    def _keys_fit_each_other(self) -> Continuity:
        if self.access_to is not None and self.category is None:
            raise ValueError("access_to names categories: say which column of the facilities holds them, category")
        if self.allocated and self.capacity is None:
            raise ValueError("allocated tells who loses a place: name the column of the places as capacity")
        return self

    def judged(self) -> tuple[Judged, ...]:
        """More whose access hangs on one facility is worse, and more that the worst failure takes."""
        told = ("several", "one_only", "unknown", "category_covered", "category_uncovered")
        return (
            Judged("one_only_share", "higher", stands_for=told),
            Judged("without", "higher"),
            *(Judged(name, "higher") for name in WORST.values()),
            *(Judged(name, "higher", "detail_worse") for name in LOST),
        )

    def run(self, context: Context) -> Outcome:
        """Let every facility fail in turn."""
        found = sm.continuity(
            context.facilities,
            context.frames["demand"],
            limit=context.thresholds[0] if context.thresholds else None,
            by=context.network,
            direction=self.direction,
            weight=self.weight,
            groups=tuple(self.groups),
            category=self.category,
            access_to=self.access_to,
            served=self.served,
            capacity=self.capacity,
            allocated=self.allocated,
            depends_on=self.depends_on,
            areas=context.frames.get("areas"),
            area_name=self.area_name,
            facility_id=context.sources["facilities"].id,
        )
        tables = frames_of(found, context)
        figures = continuity_figures(self, tables, context.thresholds)
        layer = context.with_facility_name(found.rows, "depends_on")
        return Outcome(
            self,
            context,
            layer,
            figures,
            tables,
            {"facilities": found.facilities},
            found.notes,
            views=drawn("continuity", found),
        )

    def source(self, asked: Asked) -> Source:
        """Count people by what their access hangs on, and tell what each failure takes."""
        name = asked.name
        if name in WORST.values():
            lost = {loss: taken for loss, taken in LOSSES.items() if f"worst_{loss}" == name}
            return Sum(asked.layer("facilities"), (), f"COALESCE({quoted(*lost.values())}, 0)", "max")
        if name in LOST:
            facility = asked.row_of("facilities", asked.category, "facilities")
            return asked.of(name, facility, end="facilities", how="only")
        if name.startswith("category_"):
            return self._category_source(asked)
        one_only, several = is_one_of("state", "one_only"), is_one_of("state", "several", "one_only")
        if name == "one_only_share":
            return share(asked.people(one_only), asked.people(several))
        return of_state(asked, "state", {each: each for each in STATES})

    @staticmethod
    def _category_source(asked: Asked) -> Source:
        """Count who has a facility within the limit now, where all facilities are of one category."""
        if asked.category != ALL:
            return NotInLayers("several_categories")
        states = {"category_covered": ("several", "one_only"), "category_uncovered": ("without",)}
        return asked.people(is_one_of("state", *states[asked.name]))

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw people by whether their access hangs on one facility."""
        return continuity_categories(outcome.layer)

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw facilities by how many lose access with them."""
        return {"facilities": failure_categories(outcome.beside["facilities"])}

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell whose access hangs on one facility, and which failures take most."""
        return continuity_key_figures(outcome)

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say whose access hangs on one facility."""
        row = records(outcome.tables["sums"])[0]
        have = row["several"] + row["one_only"]
        words = said(outcome, "finding_one_only", {"part": row["one_only"], "total": have, "without": row["without"]})
        return [found(outcome, words, row["one_only"], have, figure=figure_of(outcome, "one_only_share"))]

    def first_steps(self, outcome: Outcome) -> list[Step]:
        """Name the facility whose failure takes access from most."""
        worst = [each for each in records(outcome.tables["worst"]) if each["loss"] == "access" and each["amount"]]
        told = {"unit": measure_words(outcome, outcome.measure)}
        return [
            Step(
                texts.both("step_backup", facility=each["_facility"], people=texts.number(each["amount"]), **told),
                float(each["amount"]),
            )
            for each in worst[:1]
        ]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell what each failure takes, what fails with what, and access by category and area."""
        return continuity_tables(outcome)

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the facilities with which most people lose access."""
        return continuity_told(outcome, lang)

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw whose access hangs on one facility, and the facilities by how many lose access with them."""
        network, facilities = outcome.context.streets, outcome.beside["facilities"]
        streets = [] if network is None else [ground_streets(network)]
        lying_under = under(ground, outcome.context.frames.get("areas"))
        title = texts.both("continuity_map", title=words_of(self.title))
        drawn = failure_categories(facilities)
        numbers: dict[str, Any] = {
            "places": apart(ranked_facilities(outcome)[:LONG], outcome.layer),
            "numbers_beside": True,
        }
        failures = map_picture(
            title, facilities, drawn, name=picture_name(outcome), streets=streets, **numbers, **lying_under
        )
        return [outcome_map(outcome, self.legend(outcome), ground), failures]
