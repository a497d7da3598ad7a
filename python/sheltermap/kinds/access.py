# SPDX-License-Identifier: Apache-2.0
"""How much of what facilities offer each person can count on, when all who see them share it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import pandas as pd
from pydantic import Field, field_validator, model_validator

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.base.limits import Limit
from sheltermap.drawing.access_legends import access_categories, supply_words
from sheltermap.drawing.access_maps import draw_lorenz
from sheltermap.drawing.legend import COVERED, UNCOVERED, UNKNOWN, Category
from sheltermap.drawing.plots import BORDER, ground_streets
from sheltermap.kinds.access_source import access_source
from sheltermap.kinds.access_tables import access_finding, access_key_figures, access_tables, least_told
from sheltermap.page.picture import LegendEntry, MapPicture, drawn_picture, map_picture
from sheltermap.planning.access import bounds_told
from sheltermap.planning.access_sums import SUPPLY_STATES
from sheltermap.planning.decay import Decay
from sheltermap.questions.figures import place_of, records, threshold_of
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import AlongStreets, ByArea, LimitText, Reaching
from sheltermap.questions.maps import Underlay, facility_entries, map_title, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.views import drawn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sheltermap.base.standards import Standard
    from sheltermap.page.key_figure import KeyFigure
    from sheltermap.page.table import Table
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.finding import Finding
    from sheltermap.questions.question import Figure

STATES = ("enough", "too_little", "none", "unknown")
OF_PEOPLE = ("total", *STATES, "rows_without_weight", "enough_share", "none_share", "below_share")
OF_SHARING = ("access_mean", "access_gini")
OF_SUPPLY = ("supply_total", "supply_reached", "supply_unreached", "supply_unplaced")
OF_FACILITIES = ("reached", "nobody_near", "nothing_to_offer", "supply_unknown")


@register
class Access(AlongStreets, Reaching, ByArea):
    """How much of what facilities offer each person can count on, when all who see them share it."""

    uses: ClassVar = {"demand": ("weight", "groups"), "facilities": ("capacity",), "areas": ("area_name",)}
    figure_names: ClassVar = (*OF_PEOPLE, *OF_SHARING, *OF_SUPPLY, "facilities")
    beside: ClassVar = ("facilities",)
    explained: ClassVar = "enough"
    steady_categories: ClassVar = ("facilities",)

    kind: Literal["access"]
    capacity: NonEmpty
    limit: LimitText | None = None
    method: Literal["2sfca", "e2sfca", "3sfca", "gravity"] = "2sfca"
    decay: str | dict[str, Any] = "binary"
    below: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)

    @field_validator("decay", mode="before")
    @classmethod
    def _known_decay(cls, value: Any) -> Any:
        Decay.of(value)
        return value

    @model_validator(mode="after")
    def _keys_fit_each_other(self) -> Access:
        if self._seen is None:
            raise ValueError('say how far people go: limit = "500 m", or a decay in steps, which ends at the last')
        if self._seen.in_time and self.by is None:
            raise ValueError("a time needs streets to travel along: name one of the networks as by")
        if self.method == "e2sfca" and self.decay == "binary":
            raise ValueError("e2sfca weighs what is far for less: name a decay, or ask for 2sfca, which does not")
        return self

    @property
    def _seen(self) -> Limit | None:
        """How far a facility is seen."""
        return Decay.of(self.decay).limit(None if self.limit is None else Limit.parse(self.limit))

    def thresholds(self, standards: Mapping[str, Standard]) -> list[Limit]:
        """Return how far a facility is seen."""
        assert self._seen is not None, "it is a must"
        return [self._seen]

    def judged(self) -> tuple[Judged, ...]:
        """Fewer who have enough is worse; so is less on average, more unevenly shared, and more that reaches nobody."""
        told = (*STATES, "none_share", "below_share")
        of_supply = ("supply_total", "supply_reached", "supply_unplaced", "facilities")
        return (
            Judged("enough_share", "lower", "coverage_fell", stands_for=told),
            Judged("access_mean", "lower", "detail_worse"),
            Judged("access_gini", "higher", "detail_worse"),
            Judged("supply_unreached", "higher", "detail_worse", stands_for=of_supply),
        )

    def run(self, context: Context) -> Outcome:
        """Divide what facilities offer among all who see them."""
        found = sm.access(
            context.frames["demand"],
            context.facilities,
            supply=self.capacity,
            limit=self.limit,
            weight=self.weight,
            method=self.method,
            decay=self.decay,
            by=context.network,
            direction=self.direction,
            groups=self.groups,
            areas=context.frames.get("areas"),
            area_name=self.area_name,
            below=self.below,
            facility_id=context.sources["facilities"].id,
        )
        offices = pd.DataFrame(found.facilities.drop(columns="geometry"))
        bounds = bounds_told(found)
        tables = {"summary": found.summary, "supply": found.supply, "facilities": offices}
        tables |= {} if found.by_area is None else {"by_area": found.by_area}
        tables |= {"lorenz": found.equity().curve(), "bounds": pd.DataFrame(bounds)}
        notes = [note for note in found.notes if note not in {each["en"] for each in bounds}]
        beside, views = {"facilities": found.facilities}, drawn("access", found)
        return Outcome(self, context, found.rows, self._figures(tables), tables, beside, notes, views=views)

    def _figures(self, tables: Mapping[str, pd.DataFrame]) -> list[Figure]:
        """Return people by state, what they have on average and how evenly, for all and by area, and the supply."""
        limit = threshold_of(self.thresholds({})[0])
        figures = []
        for name, table in (("summary", tables["summary"]), ("by_area", tables.get("by_area", pd.DataFrame()))):
            for row in records(table):
                where = {"measure": row["measure"]} | limit | (place_of(row["area"]) if name == "by_area" else {})
                figures += [self.figure(each, row[each], **where) for each in OF_PEOPLE if each in row]
                figures.append(self.figure("access_mean", row["access_mean"], **where | {"unit": self.capacity}))
                figures.append(self.figure("access_gini", row["gini"], **where | {"unit": "1"}))
        supply = records(tables["supply"])[0]
        for name in OF_SUPPLY:
            value = supply[name.removeprefix("supply_")]
            figures.append(self.figure(name, value, measure=self.capacity, unit=self.capacity, **limit))
        states = tables["facilities"]["supply_state"]
        for state in SUPPLY_STATES:
            count = int((states == state).sum())
            if count or state in OF_FACILITIES:
                figures.append(self.figure("facilities", count, measure="rows", category=state, **limit))
        return figures

    @property
    def shared(self) -> bool:
        """Whether supply is divided among people."""
        return self.method != "gravity"

    def source(self, asked: Asked) -> Source:
        """Count people by how much they can count on, and what facilities offer by what becomes of it."""
        return access_source(self.capacity, asked)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by how much their people have, against the standard where there is one."""
        return access_categories(outcome.layer, shared=self.shared, below=self.below)

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw facilities by whether somebody shares what they offer."""
        state = outcome.beside["facilities"]["supply_state"].to_numpy(dtype=object)
        drawn = (("reached", COVERED, "circle"), ("nobody_near", UNCOVERED, "diamond"))
        told = [
            Category(state == each, f"\"supply_state\" = '{each}'", colour, marker, supply_words(each))
            for each, colour, marker in drawn
        ]
        others = ~told[0].rows & ~told[1].rows
        return {"facilities": [*told, Category(others, "TRUE", UNKNOWN, "cross", texts.both("supply_nothing_counted"))]}

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell who has enough, or anything, and beside it how evenly it is shared."""
        return access_key_figures(outcome, shared=self.shared, below=self.below)

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say who can count on enough, or on anything."""
        return [access_finding(outcome, shared=self.shared, below=self.below)]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell it by area and group, and of each facility what it offers, to whom, and how much to each."""
        return access_tables(outcome, capacity=self.capacity, shared=self.shared, below=self.below)

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw who has how much over the areas, the facilities, those that nobody shares hollow; and Lorenz's curve."""
        offices, network = outcome.beside["facilities"], outcome.context.streets
        layers = {
            "facilities": offices,
            "closed": (offices["supply_state"] != "reached").to_numpy(),
            **under(ground, outcome.context.frames.get("areas")),
            "streets": [] if network is None else [ground_streets(network)],
        }
        drawn = map_picture(
            map_title(outcome), outcome.layer, self.legend(outcome), facility_entries(outcome), **layers
        )
        curve = outcome.tables["lorenz"]
        if not len(curve):
            return [drawn]
        entries = [
            LegendEntry(COVERED, "line", texts.both("lorenz_told"), ""),
            LegendEntry(BORDER, "line", texts.both("lorenz_even"), ""),
        ]
        picture = drawn_picture(lambda ax: draw_lorenz(ax, curve), (4.5, 4.5))
        return [drawn, MapPicture(texts.both("lorenz_title"), picture, entries)]

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the rows with most people who have nothing, or too little."""
        return least_told(outcome, lang)
