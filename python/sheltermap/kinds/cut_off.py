# SPDX-License-Identifier: Apache-2.0
"""Who is cut off when streets close, why, and which detour the others face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import pandas as pd
from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.analyses.cut_off import STATES, closed_streets, ledger_of
from sheltermap.analyses.ledger import COUNTS, measures_of, shares, sums_by_state
from sheltermap.base import texts
from sheltermap.base.limits import Limit
from sheltermap.drawing.cut_off_maps import ABOVE_ROWS, CLOSED_POINTS, CRITICAL_POINTS
from sheltermap.drawing.legend import Category, cut_off_categories, street_categories
from sheltermap.drawing.plots import WATER, Streets, ground_streets
from sheltermap.kinds.cut_off_tables import critical_streets, cut_off_tables, totals_of
from sheltermap.layers.cells import weights_of
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.picture import LegendEntry, MapPicture, map_picture
from sheltermap.page.table import Bar, Table, text
from sheltermap.questions.figure_source import is_one_of, mean, share
from sheltermap.questions.figures import NOT_COVERED, records, threshold_of
from sheltermap.questions.finding import Finding, Step, figure_of, found, lost_from, said
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import AlongStreets, ByArea, LimitText, Reaching
from sheltermap.questions.maps import Underlay, facilities_drawn, facility_entries, map_title, picture_name, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.question import Figure
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import measure_words
from sheltermap.questions.shared_sources import of_state
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.state_tables import state_figures
from sheltermap.questions.views import drawn
from sheltermap.questions.zone_keys import Closing, OneScenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from sheltermap.base.standards import Standard
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source

FIGURES = (*COUNTS, "covered_share_before", "covered_share", "rows_without_weight")
SUMS = dict(zip(STATES, ("covered", "lost", "uncovered", "unknown"), strict=True))  # figures of areas and groups
STREETS = ("streets_closed", "streets_closed_m", "lost_with_critical_street")


@register
class CutOff(Closing, OneScenario, AlongStreets, Reaching, ByArea):
    """Who is cut off when streets close, why, and which detour the others face."""

    uses: ClassVar = {
        "demand": ("weight", "groups"),
        "facilities": (),
        "zones": ("depth", "scenario"),
        "barrier": (),
        "areas": ("area_name",),
    }
    figure_names: ClassVar = (*FIGURES, NOT_COVERED, "cut_off_because", "mean_detour_m", "mean_delay_s", *STREETS)
    beside: ClassVar = ("closed", "critical")
    explained: ClassVar = "covered"
    needs_streets: ClassVar = True

    kind: Literal["cut_off"]
    by: NonEmpty
    limit: LimitText | None = None
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)
    ways: list[int] = Field(default_factory=list)
    barrier: NonEmpty | None = None
    speed_factor: Annotated[float, Field(gt=0, lt=1)] | None = None
    critical: Annotated[int, Field(ge=0, le=100)] = 0

    @model_validator(mode="after")
    def _something_closes(self) -> CutOff:
        if not self.ways and all(each is None for each in (self.zones, self.barrier, self.speed_factor)):
            raise ValueError("nothing closes or slows a street: give zones, ways, barrier or speed_factor")
        closes = bool(self.ways) or self.zones is not None or self.barrier is not None
        if not closes and not self.in_time:
            asked = "there is no limit" if self.limit is None else f'the limit is a distance, "{self.limit}"'
            raise ValueError(f'speed_factor changes times only, and {asked}: give a limit in time, as "15 min"')
        for key in ("depth", "scenario", "closing_depth_m"):
            if self.zones is None and getattr(self, key) is not None:
                raise ValueError(f"{key} says which zones close streets: give zones")
        return self

    def thresholds(self, standards: Mapping[str, Standard]) -> list[Limit]:
        """Return its limit, if there is one."""
        return [] if self.limit is None else [Limit.parse(self.limit)]

    def judged(self) -> tuple[Judged, ...]:
        """Fewer who reach a facility is worse, with all streets open or some closed; so are losses and detours."""
        told = ("covered", "uncovered", "unknown", NOT_COVERED, "cut_off_because")
        beside = ("lost", "mean_detour_m", "mean_delay_s", *STREETS)
        return (
            Judged("covered_share", "lower", "coverage_fell", stands_for=told),
            Judged("covered_share_before", "lower", "detail_worse", stands_for=("covered_before",)),
            *(Judged(name, "higher", "detail_worse") for name in beside),
        )

    def run(self, context: Context) -> Outcome:
        """Close the streets and find who still reaches a facility."""
        before, demand = context.streets, context.frames["demand"]
        assert before is not None, "by is a must"
        after = before.close(
            self.chosen_zones(context),
            depth=self.depth,
            closing_depth_m=self.closing_depth_m,
            ways=self.ways,
            barrier=context.frames.get("barrier"),
            bridges=self.bridges,
        )
        if self.speed_factor is not None:
            after = after.slow(self.speed_factor)
        asked: dict[str, Any] = {"limit": self.limit, "direction": self.direction, "weight": self.weight}
        facility_id = context.sources["facilities"].id
        to = context.facilities
        found = sm.cut_off(demand, to, before, after, facility_id=facility_id, unused=context.unused, **asked)
        streets = closed_streets(after)
        tables = {"summary": found.summary, "totals": self._totals(found.rows, demand)}
        grouping = self.grouping(context)
        state = found.rows["state"].cat.codes.to_numpy()
        tables["sums"] = sums_by_state(measures_of(demand, self.weight, self.groups), grouping, STATES, state)
        tables["closed"] = pd.DataFrame(streets.drop(columns="geometry"))
        beside = {"closed": streets} if len(streets) else {}
        if self.critical:
            worst = sm.critical_edges(demand, context.facilities, by=before, count=self.critical, **asked).reset_index()
            tables["critical"] = pd.DataFrame(worst.drop(columns="geometry"))
            beside |= {"critical": worst} if len(worst) else {}
        notes = [] if grouping is None else grouping.notes
        views = drawn("cut_off", found, zones=self.chosen_zones(context), critical=beside.get("critical"))
        return Outcome(self, context, found.rows, self._figures(tables), tables, beside, notes=notes, views=views)

    def _totals(self, rows: GeoDataFrame, demand: GeoDataFrame) -> pd.DataFrame:
        """Sum the people by state, in one row: total = covered + lost + uncovered + unknown."""
        people = weights_of(demand, self.weight, "demand")
        line = ledger_of(rows, people).of_all(0, 0)
        line |= shares(line)
        return pd.DataFrame([{name: float(line[name][0]) for name in FIGURES}])

    def _figures(self, tables: Mapping[str, pd.DataFrame]) -> list[Figure]:
        """Return who still reaches a facility, who no longer and why, the detour, and what is closed."""
        limit = {} if self.limit is None else threshold_of(Limit.parse(self.limit))
        where: Figure = {"measure": self.measure, "scenario": self.scenario_is} | limit
        totals = records(tables["totals"])[0]
        figures = [self.figure(name, totals[name], **where) for name in FIGURES]
        extra = "mean_delay_s" if self.in_time else "mean_detour_m"
        because = {"cut_off": "cut_off_because"}
        for row in records(tables["summary"]):
            if row["state"] == "reached":
                figures.append(self.figure(extra, row[extra], **where))
            else:
                name = because.get(row["state"], NOT_COVERED)
                figures.append(self.figure(name, row["weight"], category=row["reason"], **where))
        told = {"scenario": self.scenario_is} | limit
        figures += state_figures(self, tables["sums"], lambda state: (SUMS[state], told), also_all=self.groups)
        streets: Figure = {"measure": "streets", "scenario": self.scenario_is}
        figures.append(self.figure("streets_closed", len(tables["closed"]), unit="streets", **streets))
        figures.append(self.figure("streets_closed_m", float(tables["closed"]["closed_m"].sum()), **streets))
        for rank, row in enumerate(records(tables["critical"]) if "critical" in tables else (), start=1):
            own: Figure = {"measure": self.measure, "category": str(rank)} | limit
            figures.append(self.figure("lost_with_critical_street", row["people_lost"], **own))
        return figures

    def source(self, asked: Asked) -> Source:
        """Count people by what becomes of their way, and the streets that are closed."""
        name, state_of = asked.name, {figure: state for state, figure in SUMS.items()}
        if name in ("streets_closed", "streets_closed_m"):
            return asked.count(end="closed") if name == "streets_closed" else asked.of("closed_m", end="closed")
        if name == "lost_with_critical_street":
            row = asked.row_of("", str(int(str(asked.category)) - 1))
            return asked.of("people_lost", row, end="critical", how="only")
        if name in (NOT_COVERED, "cut_off_because"):
            cut_off = is_one_of("state", state_of["lost"])
            others = is_one_of("state", state_of["uncovered"], state_of["unknown"])
            return asked.people(cut_off if name == "cut_off_because" else others, asked.told("reason", asked.category))
        reached = is_one_of("state", state_of["covered"])
        if name.startswith("mean_"):
            return mean(name.removeprefix("mean_"), asked.people(reached), self.weight)
        before = is_one_of("state", state_of["covered"], state_of["lost"])
        if name.startswith("covered_share"):
            return share(asked.people(before if name.endswith("before") else reached), asked.people())
        return asked.people(before) if name == "covered_before" else of_state(asked, "state", state_of)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by whether they still reach a facility."""
        return cut_off_categories(outcome.layer)

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw closed streets alike, and critical ones."""
        return street_categories(outcome.beside)

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell the share that still reaches a facility, and the street that matters most."""
        totals, unit = totals_of(outcome), measure_words(outcome, outcome.measure)
        limit = texts.distances(outcome.thresholds[0]) if outcome.thresholds else None
        label = texts.both("reach_closed") if limit is None else texts.both("within_closed", distance=limit)
        counts = {key: texts.number(totals[key]) for key in ("lost", "total")}
        detail = texts.both("closed_detail", before=texts.shares(totals["covered_share_before"]), unit=unit, **counts)
        bar = Bar(totals["covered"], totals["lost"] + totals["uncovered"], totals["unknown"])
        figures = [KeyFigure(texts.shares(totals["covered_share"]), label, detail, bar)]
        if "critical" in outcome.beside:
            worst = records(outcome.tables["critical"][:1])[0]
            lost = {lang: texts.number(worst["people_lost"]) for lang in texts.LANGUAGES}
            said = texts.both("critical_detail", street=text(worst["name"]) or texts.both("nameless"), unit=unit)
            figures.append(KeyFigure(lost, texts.both("critical_figure"), said))
        return figures

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say who is cut off."""
        row = totals_of(outcome)
        numbers = {"part": row["covered"], "total": row["total"], "lost": row["lost"]}
        words = said(outcome, "finding_cut_off", numbers, before=texts.shares(row["covered_share_before"]))
        figure = figure_of(outcome, "covered_share")
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
        """Name the street whose closing cuts off most."""
        if "critical" not in outcome.beside:
            return []
        worst = records(outcome.tables["critical"][:1])[0]
        street = {lang: text(worst["name"]) or nameless for lang, nameless in texts.both("nameless").items()}
        told = {"people": texts.number(worst["people_lost"]), "unit": measure_words(outcome, outcome.measure)}
        return [Step(texts.both("step_street", street=street, **told), float(worst["people_lost"]))]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell before and after, who is cut off and why, what is closed, what matters."""
        return cut_off_tables(outcome)

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw who is cut off, where it is closed, which streets matter most."""
        assert outcome.context.streets is not None
        streets, entries = [ground_streets(outcome.context.streets)], []
        for end, (category,) in street_categories(outcome.beside).items():
            critical = end == "critical"  # often a few metres: thick, and above the rows, to be seen at all
            width, order = (CRITICAL_POINTS, ABOVE_ROWS) if critical else (CLOSED_POINTS, 2.5)
            streets.append(Streets(outcome.beside[end], category.colour, width, order))
            marker = "thick_line" if critical else "line"
            entries.append(LegendEntry(category.colour, marker, category.label, texts.number(category.count)))
        entries += facility_entries(outcome)
        zones = self.chosen_zones(outcome.context)
        entries += [] if zones is None else [LegendEntry(WATER, "square", texts.both("closing_zone"), "")]
        drawn = {"facilities": facilities_drawn(outcome), "water": zones, **under(ground), "streets": streets}
        drawn |= {"name": picture_name(outcome), "places": critical_streets(outcome), "numbers_beside": True}
        return [map_picture(map_title(outcome), outcome.layer, self.legend(outcome), entries, **drawn)]
