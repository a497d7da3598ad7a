# SPDX-License-Identifier: Apache-2.0
"""Who of vulnerable groups in the zones of scenarios is in a suitable shelter with a free place in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.analyses.ledger import ROWS, measures_of
from sheltermap.base import texts
from sheltermap.base.limits import Limit
from sheltermap.base.sql_quoting import quoted
from sheltermap.drawing.legend import Category, Look, of_one_scenario
from sheltermap.drawing.plots import FACILITY, WATER, ground_streets
from sheltermap.drawing.vulnerable_legends import suitable_categories, vulnerable_categories
from sheltermap.drawing.vulnerable_maps import of_scenario
from sheltermap.kinds.vulnerable_tables import (
    COUNTS,
    OF_GROUP,
    frames_of,
    vulnerable_figures,
    vulnerable_finding,
    vulnerable_key_figures,
    vulnerable_steps,
    vulnerable_tables,
    vulnerable_told,
)
from sheltermap.page.picture import LegendEntry, MapPicture, map_picture
from sheltermap.page.table import words_of
from sheltermap.questions.figure_source import Sum, is_empty, is_not, is_one_of, less, share
from sheltermap.questions.figures import NOT_COVERED
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import ByArea, LimitText, Reaching
from sheltermap.questions.maps import Underlay, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.scenario_keys import OfScenarios
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.views import drawn

if TYPE_CHECKING:
    from sheltermap.page.key_figure import KeyFigure
    from sheltermap.page.table import Table
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source, Where
    from sheltermap.questions.finding import Finding, Step

Speed = Annotated[float, Field(gt=0, allow_inf_nan=False)] | NonEmpty
Times = LimitText | dict[str, LimitText]
SITES = "sites"  # end of the name of the table of all sites
TIMES = ("warning", "reaction", "boarding", "climb")


@register
class Vulnerable(OfScenarios, Reaching, ByArea):
    """Who of vulnerable groups in the zones of scenarios is in a suitable shelter with a free place in time."""

    uses: ClassVar = {
        "demand": ("weight", "group", "warning_min", "needs_step_free"),
        "facilities": ("step_free", "capacity", "suitable"),
        "areas": ("area_name",),
    }
    figure_names: ClassVar = (*COUNTS, NOT_COVERED, *(f"group_{name}" for name in OF_GROUP), "arrivals")
    beside: ClassVar = ("facilities",)
    needs_streets: ClassVar = True
    kept: ClassVar = (SITES,)

    kind: Literal["vulnerable"]
    warning: Times | None = None
    warning_min: NonEmpty | None = None
    weight: NonEmpty | None = None
    group: NonEmpty | None = None
    speeds: dict[str, Speed] | None = None
    speed: Speed | None = None
    reaction: Times | None = None
    boarding: Times | None = None
    climb: Times | None = None
    by: NonEmpty | None = None
    closed: bool = False
    needs_step_free: bool | NonEmpty = False
    step_free: NonEmpty | None = None
    suitable: dict[str, NonEmpty] | None = None
    capacity: NonEmpty | None = None
    split: bool = True

    @model_validator(mode="after")
    def _keys_fit_each_other(self) -> Vulnerable:
        if (self.warning is None) == (self.warning_min is None):
            raise ValueError('give warning, as "10 min", or warning_min, a column with minutes: one of the two')
        if self.speeds is not None and self.group is None:
            raise ValueError("speeds are those of groups: name their column as group")
        if self.speed is not None and self.group is not None:
            raise ValueError("speed is that of all: where there are groups, give speeds")
        if self.by is None and self.closed:
            raise ValueError("closed says that zones close streets: name one of the networks as by")
        if self.needs_step_free is not False and self.step_free is None:
            raise ValueError("needs_step_free: say which shelters have no steps, step_free, a column of facilities")
        if not self.split and self.capacity is None:
            raise ValueError("split is about places: name their column as capacity")
        for key in TIMES:
            given = getattr(self, key)
            for each in given.values() if isinstance(given, dict) else (given,):
                if each is not None and not Limit.parse(each).in_time:
                    raise ValueError(f'{key} is a time, as "10 min", not "{each}"')
        return self

    def judged(self) -> tuple[Judged, ...]:
        """Fewer in time is worse, and more in the zone, or a longer warning that the last needs."""
        told = ("in_time", "too_late", "no_places", "no_shelter", "unknown", NOT_COVERED, "arrivals")
        return (
            Judged("in_time_share", "lower", "coverage_fell", stands_for=told),
            Judged("in_zone", "higher", stands_for=("outside",)),
            Judged("warning_needed_s", "higher"),
            Judged("group_in_time_share", "lower", "detail_worse", stands_for=("group_in_time", "group_total")),
            Judged("group_in_zone", "higher", "detail_worse"),
            Judged("group_warning_needed_s", "higher", "detail_worse"),
        )

    def run(self, context: Context) -> Outcome:
        """Find who is in a suitable shelter in time, in each scenario."""
        found = sm.vulnerable(
            context.scenarios.values(),
            context.frames["demand"],
            context.facilities,
            warning=self.warning,
            warning_min=self.warning_min,
            weight=self.weight,
            group=self.group,
            speeds=self.speeds,
            speed=self.speed,
            reaction=self.reaction,
            boarding=self.boarding,
            climb=self.climb,
            by=context.streets,
            closed=self.closed,
            needs_step_free=self.needs_step_free,
            step_free=self.step_free,
            suitable=self.suitable,
            capacity=self.capacity,
            split=self.split,
            areas=context.frames.get("areas"),
            area_name=self.area_name,
            shelter_id=context.sources["facilities"].id,
        )
        layer = context.with_facility_name(found.rows, "shelter")
        tables = frames_of(found, context)
        figures = vulnerable_figures(self, tables)
        return Outcome(
            self,
            context,
            layer,
            figures,
            tables,
            {"facilities": found.shelters},
            found.notes,
            {SITES: self._sites(context)},
            drawn("vulnerable", found),
        )

    def source(self, asked: Asked) -> Source:
        """Count people by whether they are in a shelter in time; those outside the zones are the rest of the sites."""
        mine = is_one_of("scenario", str(asked.scenario))
        if asked.name == NOT_COVERED:
            return self._people(asked, mine, asked.told("reason", asked.category))
        if asked.name == "arrivals":
            return self._people(asked, mine, asked.told("shelter", asked.category))
        name, where = asked.name, [mine]
        if name.startswith("group_"):
            where.append(asked.told(str(self.group), asked.category))
            name = name.removeprefix("group_")
        of_sites = () if name == asked.name else (is_one_of("group_name", str(asked.category)),)
        everybody = asked.people(*of_sites, end=SITES, measure="people")
        if name in ("total", "rows_without_weight"):
            without = asked.count(*of_sites, is_empty("people"), end=SITES)
            return everybody if name == "total" else without
        if name == "outside":
            return less(everybody, self._people(asked, *where))
        if name == "warning_needed_s":
            return Sum(asked.layer(), tuple(where), quoted("time_needed_s"), "max")
        if name == "in_zone":
            return self._people(asked, *where, is_not("state", "unknown"))
        in_time = self._people(asked, *where, is_one_of("state", name.removesuffix("_share")))
        return share(in_time, self._people(asked, *where)) if name.endswith("_share") else in_time

    def _people(self, asked: Asked, *where: Where) -> Sum:
        """Return the people of parts of sites; where each row counts as one, a column says which part it is."""
        return Sum(asked.layer(), (*asked.in_area(), *where), quoted(self.weight or ROWS))

    def _sites(self, context: Context) -> pd.DataFrame:
        """Return the people of every site, its group and area: those outside the zones are in no other layer."""
        demand, grouping = context.frames["demand"], self.grouping(context)
        table = pd.DataFrame({"row_fid": np.arange(1, len(demand) + 1)})
        table["people"] = next(iter(measures_of(demand, self.weight, []).values()))
        if self.group is not None:
            table["group_name"] = demand[self.group].astype("string").array
        if grouping is not None:
            names = np.array([str(each) for each in grouping.all_names()], object)
            table["area"] = pd.array(names[grouping.codes], dtype="string")
        return table

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw sites by whether they are in time."""
        return vulnerable_categories(outcome.layer)

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw shelters by whether they can be used, and somebody comes."""
        return {"facilities": suitable_categories(outcome.beside["facilities"])}

    def looks(self, outcome: Outcome) -> dict[str, list[Look]]:
        """Draw both layers in each scenario, of which each has its rows."""
        *others, last = outcome.context.scenarios.items()
        drawn = {self.name: vulnerable_categories, f"{self.name}_facilities": suitable_categories}
        return {
            layer: [
                Look(
                    each.label,
                    outcome.context.scenario_words(scenario),
                    of_one_scenario(categories(outcome.layers[layer]), outcome.layers[layer], scenario),
                )
                for scenario, each in (last, *others)
            ]
            for layer, categories in drawn.items()
        }

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell for each scenario the share that is in time, and how long a warning the last needs."""
        return vulnerable_key_figures(outcome)

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say who is in time in the scenario in which most are not."""
        return [vulnerable_finding(outcome)]

    def first_steps(self, outcome: Outcome) -> list[Step]:
        """Say how long before the hazard to warn."""
        return vulnerable_steps(outcome)

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell for each scenario who is in time by group and area, who is not and why, and where they go."""
        return vulnerable_tables(outcome)

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the sites that are not in time, those of most people first."""
        return vulnerable_told(outcome, lang)

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw each scenario: its zones, who is in time, and which shelters can be used."""
        return [self._scenario_map(outcome, each, ground) for each in outcome.context.scenarios]

    def _scenario_map(self, outcome: Outcome, scenario: str, ground: Underlay | None) -> MapPicture:
        context = outcome.context
        rows, shelters = of_scenario(outcome.layer, scenario), of_scenario(outcome.beside["facilities"], scenario)
        closed = (shelters["state"] != "usable").to_numpy()
        also = [
            LegendEntry(FACILITY, "full_triangle", texts.both("usable_facility"), texts.number(int((~closed).sum()))),
            LegendEntry(FACILITY, "triangle", texts.both("closed_facility"), texts.number(int(closed.sum()))),
            LegendEntry(WATER, "square", texts.both("vulnerable_zone"), ""),
        ]
        drawn: dict[str, Any] = {
            "facilities": shelters,
            "closed": closed,
            "water": context.scenarios[scenario].acting_zones,
        }
        drawn |= under(ground, context.frames.get("areas"))
        drawn |= {"streets": [] if context.streets is None else [ground_streets(context.streets)]}
        title = texts.both("map_during", title=words_of(self.title), scenario=context.scenario_words(scenario))
        return map_picture(title, rows, vulnerable_categories(rows), also, **drawn)
