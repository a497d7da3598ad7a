# SPDX-License-Identifier: Apache-2.0
"""How much of each line or polygon lies in which zone, pair by pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import pandas as pd

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.base.exact_sums import total
from sheltermap.base.sql_quoting import quoted
from sheltermap.drawing.legend import UNCOVERED, Category
from sheltermap.page.key_figure import KeyFigure, count_of, share_of
from sheltermap.page.picture import MapPicture, map_picture
from sheltermap.page.table import LONG, Cell, Table, cut_note, heads, text
from sheltermap.questions.figure_source import Sum
from sheltermap.questions.figures import records
from sheltermap.questions.judging import Judged
from sheltermap.questions.kind import Kind
from sheltermap.questions.maps import Underlay, map_title, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.question import Figure
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import measure_words
from sheltermap.questions.sources import NonEmpty

if TYPE_CHECKING:
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source

AMOUNTS = {"area_m2": "m2", "length_m": "m"}  # columns that say how much, and their units


@register
class Overlap(Kind):
    """How much of each line or polygon lies in which zone, pair by pair."""

    uses: ClassVar = {"features": (), "zones": ("zone_id",)}
    figure_names: ClassVar = ("features", "features_in_a_zone", "pairs", *AMOUNTS)
    registers: ClassVar = ()

    kind: Literal["overlap"]
    features: NonEmpty
    zones: NonEmpty
    zone_id: NonEmpty | None = None

    def total_figures(self) -> tuple[str, ...]:
        """Return nothing: no people are counted."""
        return ()

    def judged(self) -> tuple[Judged, ...]:
        """More in a zone is worse."""
        return (
            Judged("features_in_a_zone", "higher"),
            *(Judged(f"{name}_in_zones", "higher") for name in AMOUNTS),
            *(Judged(name, "higher", "detail_worse") for name in AMOUNTS),
        )

    def derived(self, figures: pd.DataFrame) -> list[Figure]:
        """Return how much lies in all zones; what lies in two counts twice, as in the zones themselves."""
        found = []
        for name, unit in AMOUNTS.items():
            parts = figures[figures["figure"] == name]["value"]
            if len(parts):
                value = total(parts.to_numpy(float))
                found.append(self.figure(f"{name}_in_zones", value, measure="overlap", unit=unit))
        return found

    def run(self, context: Context) -> Outcome:
        """Find every pair with what its two have in common."""
        features = context.frames["features"]
        pairs = sm.overlap(features, context.frames["zones"], zone_id=self.zone_id, geometry=True)
        column = context.labels("features")
        names = features.index if column is None else features[column]
        at = features.index.get_indexer(pairs["row"])
        layer = pairs.drop(columns="row")
        layer.insert(0, "feature", pd.array(pd.Index(names)[at].astype(str), dtype="string"))
        layer["zone"] = layer["zone"].astype("string")
        counts = {"features": len(features), "features_in_a_zone": pairs["row"].nunique(), "pairs": len(pairs)}
        tables = {"counts": pd.DataFrame([counts]), "zones": _by_zone(layer)}
        return Outcome(self, context, layer, self._figures(tables), tables)

    def _figures(self, tables: dict[str, pd.DataFrame]) -> list[Figure]:
        """Return how many features meet a zone, and how much of them lies in each."""
        figures = [self.figure(name, value, measure="rows") for name, value in records(tables["counts"])[0].items()]
        amount = _amount_of(tables["zones"])
        for row in records(tables["zones"]):
            own = {"measure": "overlap", "category": str(row["zone"]), "unit": AMOUNTS[amount]}
            figures.append(self.figure(amount, row[amount], **own))
            figures.append(self.figure("pairs", row["pairs"], measure="rows", category=str(row["zone"])))
        return figures

    def source(self, asked: Asked) -> Source:
        """Count the pairs, or sum how much lies in a zone."""
        if asked.name == "features":
            return Sum(asked.input("features"))
        if asked.name == "features_in_a_zone":
            return Sum(asked.layer(), (), quoted("feature"), "distinct")
        where = () if asked.category is None else (asked.told("zone", asked.category),)
        return asked.count(*where) if asked.name == "pairs" else asked.of(asked.name, *where)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw all pairs alike."""
        return [Category(np.ones(len(outcome.layer), bool), "TRUE", UNCOVERED, "diamond", texts.both("inside"))]

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell how many features meet a zone."""
        row = records(outcome.tables["counts"])[0]
        some, everything = row["features_in_a_zone"], row["features"]
        detail = count_of(some, everything, measure_words(outcome, "rows"))
        return [KeyFigure(share_of(some, everything), texts.both("overlap_figure"), detail)]

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw the parts over the features that they are parts of."""
        outlines = outcome.context.frames["features"]
        return [map_picture(map_title(outcome), outcome.layer, self.legend(outcome), **under(ground, outlines))]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell how much lies in each zone, and the largest pairs."""
        return [_zones_table(outcome), _pairs_table(outcome)]


def _amount_of(table: pd.DataFrame) -> str:
    return next(name for name in AMOUNTS if name in table)


def _by_zone(layer: pd.DataFrame) -> pd.DataFrame:
    """Sum the pairs of each zone; what lies in two zones counts in both."""
    amount = _amount_of(layer)
    parts = [(zone, len(part), total(part[amount].to_numpy(float))) for zone, part in layer.groupby("zone", sort=True)]
    return pd.DataFrame(parts, columns=["zone", "pairs", amount])


def _zones_table(outcome: Outcome) -> Table:
    zones = outcome.tables["zones"]
    amount = _amount_of(zones)
    rows: list[list[Cell]] = [
        [texts.name(row["zone"]), texts.number(row["pairs"]), _words(amount, row[amount])] for row in records(zones)
    ]
    return Table(texts.both("by_zone"), heads("zone", "pairs", amount), rows, texts.both("overlap_note"))


def _pairs_table(outcome: Outcome) -> Table:
    layer = pd.DataFrame(outcome.layer.drop(columns="geometry"))
    amount = _amount_of(layer)
    largest = layer.sort_values(amount, ascending=False, kind="stable")
    rows: list[list[Cell]] = [
        [text(row["feature"]), texts.name(row["zone"]), _words(amount, row[amount]), texts.shares(row["share"])]
        for row in records(largest[:LONG])
    ]
    note = cut_note(LONG, len(layer), outcome.analysis.name)
    return Table(
        texts.both("overlap_pairs"), heads("feature", "zone", amount, "overlap_share"), rows, note, texts_first=2
    )


def _words(amount: str, value: float) -> Cell:
    return texts.distances(value) if amount == "length_m" else texts.areas(value)
