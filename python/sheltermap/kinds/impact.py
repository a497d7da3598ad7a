# SPDX-License-Identifier: Apache-2.0
"""Whom and what each scenario of the plan affects, what that costs, and what is to be expected in a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.drawing.impact_legends import impact_categories
from sheltermap.drawing.impact_maps import streets_drawn
from sheltermap.drawing.legend import Look
from sheltermap.drawing.plots import FACILITY, WATER
from sheltermap.kinds.impact_source import impact_source
from sheltermap.kinds.impact_tables import impact_finding, impact_key_figures, impact_tables
from sheltermap.page.picture import LegendEntry, MapPicture, map_picture
from sheltermap.page.table import title_words, words_of
from sheltermap.questions.figures import place_of, records, threshold_of
from sheltermap.questions.impact_keys import OfImpact
from sheltermap.questions.judging import Judged
from sheltermap.questions.maps import Underlay, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import TOLD
from sheltermap.questions.views import drawn
from sheltermap.risk.expected_annual import METHODS
from sheltermap.risk.impact import THINGS
from sheltermap.risk.impact import Impact as Found
from sheltermap.risk.losses import EVERYTHING

if TYPE_CHECKING:
    from sheltermap.drawing.legend import Category
    from sheltermap.page.key_figure import KeyFigure
    from sheltermap.page.table import Table
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.finding import Finding
    from sheltermap.questions.question import Figure
    from sheltermap.risk.scenario import Scenario

SUMS = ("total", "affected", "not_affected", "unknown", "rows_without_weight")
ACCESS = {"access_before": "covered_before", "access": "covered", "access_lost": "lost"}
EXPECTED = ("people", "displaced", "damage")
# What is told of an expected annual impact beside its total: both methods, and each of their parts.
TOLD_APART = (*METHODS, *(f"{part}_{each}" for part in ("between", "low_end") for each in METHODS), "tail")


@register
class Impact(OfImpact):
    """Whom and what each scenario of the plan affects, what that costs, and what is to be expected in a year."""

    figure_names: ClassVar = (
        *(*SUMS, "affected_share", "without_supply"),
        *(f"{what}_{name}" for what in THINGS for name in SUMS),
        *("displaced", "damage", "damage_rows_unknown", *ACCESS),
        *(f"expected_{what}" for what in EXPECTED),
        *(f"expected_{what}_{name}" for what in EXPECTED for name in TOLD_APART),
    )
    beside: ClassVar = THINGS

    kind: Literal["impact"]

    def total_figures(self) -> tuple[str, ...]:
        """Return the figure that all people are; none where nobody is counted."""
        return ("total",) if self.demand is not None else ()

    def judged(self) -> tuple[Judged, ...]:
        """More affected is worse, and more expected in a year; beside it more of which nobody knows."""
        first = self.measure
        found = [Judged("affected", "higher", measure=first, stands_for=("not_affected", "affected_share"))]
        found += [Judged("affected", "higher", "detail_worse", measure=each) for each in self.groups]
        found += [Judged("without_supply", "higher"), Judged("unknown", "higher", "detail_worse")]
        for what in THINGS:
            found.append(Judged(f"{what}_affected", "higher", stands_for=(f"{what}_not_affected",)))
            found.append(Judged(f"{what}_unknown", "higher", "detail_worse"))
        found += [Judged("displaced", "higher"), Judged("damage", "higher"), Judged("access_lost", "higher")]
        found.append(Judged("damage_rows_unknown", "higher", "detail_worse"))
        found += [Judged("access_before", "lower", "detail_worse"), Judged("access", "lower", "detail_worse")]
        for what in EXPECTED:
            told = tuple(f"expected_{what}_{name}" for name in TOLD_APART)
            found.append(Judged(f"expected_{what}", "higher", "detail_worse", stands_for=told))
        return tuple(found)

    def run(self, context: Context) -> Outcome:
        """Count what each scenario affects."""
        found = self.impact_of(context, list(context.scenarios.values()))
        tables = {"summary": found.summary, "expected": found.expected}
        for name in ("by_area", "by_type", "displaced", "damage"):
            if (table := getattr(found, name)) is not None:
                tables[name] = table
        if found.access is not None:
            tables["access"] = found.access.summary
        what, layer = found.main_layer
        beside = {each: getattr(found, each) for each in THINGS if each != what and getattr(found, each) is not None}
        return Outcome(
            self, context, layer, self._figures(found), tables, beside, found.notes, views=drawn("impact", found)
        )

    def _figures(self, found: Found) -> list[Figure]:
        """Return what is affected of all and by area, who leaves, what is lost, and what is expected in a year."""
        figures: list[Figure] = []
        by_area = [] if found.by_area is None else records(found.by_area)
        for row in [*records(found.summary), *by_area]:
            where = {"measure": row["measure"], "scenario": row["scenario"]}
            where |= place_of(row["area"]) if "area" in row else {}
            figures += self._sums(row, **where)
        for row in records(found.by_type) if found.by_type is not None else ():
            kept = "–" if pd.isna(row["type"]) else row["type"]
            figures += self._sums(row, measure=row["measure"], scenario=row["scenario"], category=kept)
        for row in records(found.displaced) if found.displaced is not None else ():
            where = {"measure": row["measure"], "scenario": row["scenario"]}
            where |= {} if row["class"] == EVERYTHING else {"category": row["class"]}
            figures.append(self.figure("displaced", row["displaced"], **where))
        for row in records(found.damage) if found.damage is not None else ():
            where = {"measure": row["measure"], "scenario": row["scenario"]}
            where |= {} if row["what"] == EVERYTHING else {"category": row["what"]}
            figures.append(self.figure("damage", row["damage"], unit=found.currency, **where))
            figures.append(self.figure("damage_rows_unknown", row["rows_unknown"], unit="rows", **where))
        if found.access is not None:
            limit = threshold_of(found.access.threshold)
            for row in records(found.access.summary):
                where = {"measure": row["measure"], "scenario": row["scenario"]} | limit
                figures += [self.figure(name, row[column], **where) for name, column in ACCESS.items()]
        return figures + self._expected(found)

    def _sums(self, row: dict[str, Any], **where: Any) -> list[Figure]:
        """Return the sums of a line; of people under their own names, of things under those of the layer."""
        if row["what"] == "people":
            share = row["affected"] / row["total"] if row["total"] else float("nan")
            sums = [self.figure(name, row[name], **where) for name in SUMS]
            if not pd.isna(row.get("lost", np.nan)):
                sums.append(self.figure("without_supply", row["lost"], **where))
            return [*sums, self.figure("affected_share", share, **where)]
        unit = {"unit": row["unit"]}
        return [
            self.figure(f"{row['what']}_{name}", row[name], **where, **({} if name == SUMS[-1] else unit))
            for name in SUMS
        ]

    def _expected(self, found: Found) -> list[Figure]:
        """Return the total by the method that is asked for, then both methods and their parts, by hazard."""
        figures = []
        for row in records(found.expected):
            where: dict[str, Any] = {"measure": row["measure"], "category": row["hazard"]}
            where |= {"unit": row["unit"]} if row["what"] == "damage" else {}
            name = f"expected_{row['what']}"
            if row["part"] == "total":
                figures.append(self.figure(name, row[self.method], **where))
                figures += [self.figure(f"{name}_{each}", row[each], **where) for each in METHODS]
            elif row["part"] == "tail":
                figures.append(self.figure(f"{name}_tail", row["trapezoid"], **where))
            else:
                figures += [self.figure(f"{name}_{row['part']}_{each}", row[each], **where) for each in METHODS]
        return figures

    def source(self, asked: Asked) -> Source:
        """Count people and things by what becomes of them in the scenario, and what is expected of all in a year."""
        return impact_source(self, asked)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by whether the last scenario affects them."""
        return impact_categories(outcome.layer, self._last(outcome).label)

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw the other layers alike."""
        label = self._last(outcome).label
        return {end: impact_categories(frame, label) for end, frame in outcome.beside.items()}

    def looks(self, outcome: Outcome) -> dict[str, list[Look]]:
        """Draw all layers in each scenario, first in the last one."""
        *others, last = outcome.context.scenarios.items()
        return {
            layer: [
                Look(each.label, outcome.context.scenario_words(scenario), impact_categories(frame, each.label))
                for scenario, each in (last, *others)
            ]
            for layer, frame in outcome.layers.items()
        }

    @staticmethod
    def _last(outcome: Outcome) -> Scenario:
        return list(outcome.context.scenarios.values())[-1]

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell for each scenario how many people, or things, it affects, then what is expected in a year."""
        return impact_key_figures(outcome)

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say which scenario affects most."""
        return [impact_finding(outcome)]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell people, things, areas, land, displaced people, damage, access, and what is expected in a year."""
        return impact_tables(outcome)

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw each scenario: where it acts, whom it affects, which facilities and streets."""
        return [self._scenario_map(outcome, each, ground) for each in outcome.context.scenarios.values()]

    def _scenario_map(self, outcome: Outcome, scenario: Scenario, ground: Underlay | None) -> MapPicture:
        facilities = outcome.beside.get("facilities")
        also: list[LegendEntry] = []
        hit = None
        if facilities is not None:
            hit = (facilities[f"state_{scenario.label}"] == "affected").to_numpy()
            called = title_words(outcome.context.sources["facilities"].title, str(self.facilities))
            counts = {False: int((~hit).sum()), True: int(hit.sum())}
            for struck, marker in ((False, "full_triangle"), (True, "triangle")):
                word = "impact_thing_affected" if struck else "impact_thing"
                also.append(LegendEntry(FACILITY, marker, texts.both(word, thing=called), texts.number(counts[struck])))
        streets = streets_drawn(outcome.beside.get("streets"), scenario.label)
        if streets:
            hit_streets = streets[-1]
            entry = (texts.both("impact_street"), texts.number(len(hit_streets.lines)))
            also.append(LegendEntry(hit_streets.colour, "line", *entry))
        if scenario.acting_zones is not None:
            also.append(LegendEntry(WATER, "square", texts.both("impact_zone"), ""))
        return map_picture(
            texts.both("map_during", title=words_of(self.title), scenario=outcome.context.scenario_words(scenario.id)),
            outcome.layer,
            impact_categories(outcome.layer, scenario.label),
            also,
            facilities=facilities,
            closed=hit,
            **under(ground, outcome.context.frames.get("areas")),
            water=scenario.acting_zones,
            streets=streets,
        )

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the facilities and the critical infrastructure that the last scenario affects."""
        column = f"state_{self._last(outcome).label}"
        named: list[str] = []
        for what in ("critical", "facilities"):
            frame = outcome.beside.get(what)
            if frame is None:
                continue
            label = outcome.context.labels(what)
            cells = pd.Series(frame.index if label is None else frame[label].to_numpy())
            named += cells[(frame[column] == "affected").to_numpy()].astype(str).tolist()
        more = texts.and_more(len(named), TOLD, lang)
        return ", ".join(named[:TOLD]) + more
