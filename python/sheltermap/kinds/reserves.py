# SPDX-License-Identifier: Apache-2.0
"""How many days the stock of each store lasts for the people whose nearest it is, by a standard."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.base.reasons import UNPLACED
from sheltermap.base.sql_quoting import quoted
from sheltermap.base.standards import PositiveMetres
from sheltermap.drawing.legend import COVERED, UNCOVERED, UNKNOWN, Category, reserve_categories
from sheltermap.page.key_figure import KeyFigure, count_of, share_of
from sheltermap.page.picture import LegendEntry, MapPicture, map_picture
from sheltermap.page.table import LONG, Bar, Cell, Table, cut_note, heads, text
from sheltermap.questions.figure_source import Computed, holds, literal, share
from sheltermap.questions.figures import records
from sheltermap.questions.finding import Finding, Step, figure_of, found, listed, said
from sheltermap.questions.judging import Judged
from sheltermap.questions.kind import Kind
from sheltermap.questions.maps import Underlay, map_title, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.question import Figure
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import TOLD, measure_words, unweighted_table
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.views import drawn

if TYPE_CHECKING:
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source, Where

STATES = ("lasts", "less", "without_store", "unknown")
OF_STORES = ("stock", "expired", "people", "need_per_day", "days", "lacking")


@register
class Reserves(Kind):
    """How many days the stock of each store lasts for the people whose nearest it is, by a standard."""

    uses: ClassVar = {"demand": ("weight",), "stores": ("store",)}
    figure_names: ClassVar = (*STATES, "total", "rows_without_weight", "lasts_share", "store_days", "store_lacking")
    beside: ClassVar = ("stores",)
    explained: ClassVar = "lasts"
    registers: ClassVar = ("stores",)
    by_distance: ClassVar = False

    kind: Literal["reserves"]
    demand: NonEmpty
    stores: NonEmpty
    standard: NonEmpty
    standard_figure: NonEmpty | None = None
    goods: NonEmpty = "drinking_water"
    days: Annotated[list[Annotated[float, Field(gt=0, allow_inf_nan=False)]], Field(min_length=1)]
    weight: NonEmpty | None = None
    store: NonEmpty | None = None
    max_distance_m: PositiveMetres | None = None
    as_of: date | None = None

    def judged(self) -> tuple[Judged, ...]:
        """Fewer whose stock lasts is worse, and a store that lacks more or lasts shorter."""
        return (
            Judged("lasts_share", "lower", stands_for=STATES),
            Judged("store_lacking", "higher", "detail_worse"),
            Judged("store_days", "lower", "detail_worse"),
        )

    def run(self, context: Context) -> Outcome:
        """Hold the stock of every store against the need of its people."""
        found = sm.reserves(
            context.frames["stores"],
            context.frames["demand"],
            context.standards[self.standard],
            figure=self.standard_figure,
            goods=self.goods,
            weight=self.weight,
            days=self.days,
            store=self.store,
            max_distance_m=self.max_distance_m,
            today=self.as_of,
            accept_unconfirmed=True,  # the plan has been asked
        )
        stores = pd.DataFrame(found.stores.drop(columns="geometry"))
        tables = {"summary": found.summary, "stores": stores, "unit": pd.DataFrame({"unit": [found.unit]})}
        figures = self._figures(found.summary, stores, found.unit)
        return Outcome(
            self,
            context,
            found.demand,
            figures,
            tables,
            {"stores": found.stores},
            found.notes,
            views=drawn("reserves", found),
        )

    def _figures(self, summary: pd.DataFrame, stores: pd.DataFrame, unit: str) -> list[Figure]:
        """Return for how many it lasts so many days, and of each store how long, and what it lacks."""
        figures = []
        for row in records(summary):
            where = {"measure": self.measure, "scenario": _days(row["days"])}
            figures += [self.figure(name, row[name], **where) for name in (*STATES, "total")]
            figures.append(self.figure("rows_without_weight", row["rows_without_number"], **where))
            share = row["lasts"] / row["total"] if row["total"] else float("nan")
            figures.append(self.figure("lasts_share", share, **where))
        for row in records(stores):
            own = {"measure": "stock", "category": str(row["store"])}
            figures.append(self.figure("store_days", row["days"], unit="d", **own))
            figures.append(self.figure("store_lacking", row["lacking"], unit=unit, **own))
        return figures

    def source(self, asked: Asked) -> Source:
        """Count people by how long the stock of their store lasts, and sum what stores lack."""
        if asked.name in ("store_days", "store_lacking"):
            store = asked.told("store", asked.category, "stores")
            if asked.name == "store_lacking":
                return asked.of("lacking", store, end="stores", how="only")
            of = (asked.of(name, store, end="stores", how="only") for name in ("stock", "need_per_day", "unknown_rows"))
            # Of a store of which nothing is usable, but not all is known, nobody can say how long it lasts.
            return Computed("CASE WHEN {0} > 0 OR {2} = 0 THEN {0} * 1.0 / NULLIF({1}, 0) END", tuple(of), "share")
        verdict = partial(self._where, asked, float(str(asked.scenario).removesuffix(" d")))
        if asked.name == "lasts_share":
            return share(asked.people(verdict("lasts")), asked.people())
        if asked.name in ("total", "rows_without_weight"):
            return asked.people() if asked.name == "total" else asked.without_number()
        return asked.people(verdict(asked.name))

    @staticmethod
    def _where(asked: Asked, days: float, verdict: str) -> Where:
        """Say whose store lasts so many days, or does not, or nobody knows; a bound decides on its own side only."""
        placeless = f"COALESCE({quoted('reason')} IN ({', '.join(map(literal, UNPLACED))}), 0)"
        of_stores = f'"stock" >= "need_per_day" * {literal(days)}'
        known = {"lasts": (of_stores, "rows_without_number"), "less": (f"NOT {of_stores}", "unknown_rows")}
        stores = {
            name: f'SELECT "store" FROM {quoted(asked.layer("stores"))} WHERE {test} AND "{bound}" = 0'
            for name, (test, bound) in known.items()
        }
        tests = {name: f'"facility" IN ({sql})' for name, sql in stores.items()}
        tests["without_store"] = f'"facility" IS NULL AND NOT {placeless}'
        either = " OR ".join(tests[name] for name in stores)
        tests["unknown"] = f'({placeless} OR ("facility" IS NOT NULL AND NOT ({either})))'
        return holds(tests[verdict], f"reserves_{verdict}", days=f"{days:g}")

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by whether the stock of their store lasts the longest of the days."""
        return reserve_categories(outcome.layer, max(self.days))

    def legends_beside(self, outcome: Outcome) -> dict[str, list[Category]]:
        """Draw stores by whether they lack something."""
        lacking = outcome.beside["stores"]["lacking"].to_numpy(dtype=float)
        return {
            "stores": [
                Category(lacking > 0, '"lacking" > 0', UNCOVERED, "diamond", texts.both("store_lacks")),
                Category(lacking == 0, '"lacking" = 0', COVERED, "circle", texts.both("store_enough")),
                Category(np.isnan(lacking), "TRUE", UNKNOWN, "cross", texts.both("unknown")),
            ]
        }

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell for how many people it lasts so many days."""
        figures = []
        for row in records(outcome.tables["summary"]):
            detail = count_of(row["lasts"], row["total"], measure_words(outcome, outcome.measure))
            label = texts.both("reserve_lasts", days=f"{row['days']:g}")
            figures.append(KeyFigure(share_of(row["lasts"], row["total"]), label, detail, _bar(row)))
        return figures

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw whose stock lasts, and where the stores are."""
        title = texts.both("stores")
        also = [LegendEntry("none", "triangle", title, texts.number(len(outcome.beside["stores"])))]
        drawn = {"facilities": outcome.beside["stores"], **under(ground)}
        return [map_picture(map_title(outcome), outcome.layer, self.legend(outcome), also, **drawn)]

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say for which share of the people the stock lasts so many days."""
        summary = records(outcome.tables["summary"])
        parts = [
            texts.both("finding_lasts", days=f"{row['days']:g}", share=share_of(row["lasts"], row["total"]))
            for row in summary
        ]
        worst = summary[-1]
        numbers = {"part": worst["lasts"], "total": worst["total"]}
        words = said(outcome, "finding_reserves", numbers, parts=listed(parts))
        figure = figure_of(outcome, "lasts_share", scenario=_days(worst["days"]))
        bad = worst["less"] + worst["without_store"]
        return [found(outcome, words, bad, worst["total"], figure=figure)]

    def first_steps(self, outcome: Outcome) -> list[Step]:
        """Name the stores that lack most."""
        stores, unit = outcome.tables["stores"], outcome.tables["unit"]["unit"].iloc[0]
        lacking = stores[(stores["lacking"] > 0).to_numpy()].sort_values(["lacking", "store"], ascending=[False, True])
        named = [
            texts.both("store_lacks_so_much", store=name, much=texts.number(round(much)), unit=unit)
            for name, much in zip(_names(outcome, lacking[:3]), lacking["lacking"][:3], strict=True)
        ]
        return [Step(texts.both("step_stores", names=listed(named, len(lacking))))] if named else []

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell it by days and by store."""
        return [_days_table(outcome), _stores_table(outcome), unweighted_table(outcome)]

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the stores that lack most."""
        stores, unit = outcome.tables["stores"], outcome.tables["unit"]["unit"].iloc[0]
        worst = stores[stores["lacking"] > 0].sort_values(["lacking", "store"], ascending=[False, True])[:TOLD]
        names = zip(_names(outcome, worst), worst["lacking"], strict=True)
        return ", ".join(
            texts.say("store_lacks_so_much", lang, store=name, much=texts.number(round(much)), unit=unit)
            for name, much in names
        )


def _days(days: float) -> str:
    """Return for how many days stocks should last, as figures name it."""
    return f"{days:g} d"


def _bar(row: dict[str, Any]) -> Bar:
    return Bar(row["lasts"], row["less"] + row["without_store"], row["unknown"])


def _days_table(outcome: Outcome) -> Table:
    rows: list[list[Cell]] = []
    for row in records(outcome.tables["summary"]):
        counts: list[Cell] = [texts.number(row[key]) for key in ("total", *STATES)]
        rows.append([f"{row['days']:g}", *counts, _bar(row)])
    head = heads("reserve_days", "total", "lasts_so_long", "lasts_less", "without_store", "unknown")
    return Table(texts.both("reserve_by_days"), [*head, ""], rows)


def _stores_table(outcome: Outcome) -> Table:
    """Every store: its stock against the need of its people; what lasts shortest first."""
    stores, unit = outcome.tables["stores"], outcome.tables["unit"]["unit"].iloc[0]
    ordered = stores.sort_values(["days", "store"], na_position="last", kind="stable")
    named = zip(_names(outcome, ordered[:LONG]), records(ordered[:LONG]), strict=True)
    rows: list[list[Cell]] = [[name, *(_amount(row, key) for key in OF_STORES)] for name, row in named]
    head: list[Cell] = heads("store")
    head += [texts.both(f"store_{key}", unit=unit) for key in OF_STORES]
    note = cut_note(LONG, len(stores), f"{outcome.analysis.name}_stores")
    return Table(texts.both("stores"), head, rows, note)


def _names(outcome: Outcome, stores: pd.DataFrame) -> list[str]:
    """Return what a person calls each store: the name of the lot that it has its id from, else what names it."""
    source, lots = outcome.context.sources["stores"], outcome.context.frames["stores"]
    known = {}
    if source.id is not None and source.name is not None:
        known = dict(zip(lots[source.id].astype(object), lots[source.name].astype(object), strict=True))
    return [text(known.get(store)) or text(store) for store in stores["store"]]


def _amount(row: dict[str, Any], key: str) -> Cell:
    """Write an amount; what is lacking is missing where it is unknown only, not where there is no such thing."""
    if not np.isfinite(row[key]):
        return texts.both("unknown") if key == "lacking" else "–"
    return texts.number(round(float(row[key]), 1))
