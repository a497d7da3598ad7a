# SPDX-License-Identifier: Apache-2.0
"""Which areas have the greatest risk, by an index of parts with weights, and how far the weights decide that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.base.suggestions import unknown
from sheltermap.dictionary.field_words import column_words
from sheltermap.drawing.risk_legends import index_categories, index_text
from sheltermap.kinds.risk_index_source import index_source
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.picture import MapPicture, map_picture
from sheltermap.page.table import LONG, Cell, Table, Words, cut_note, heads, text
from sheltermap.questions.figures import place_of, records
from sheltermap.questions.finding import Finding, figures_of
from sheltermap.questions.judging import Judged
from sheltermap.questions.kind import Kind
from sheltermap.questions.maps import Underlay, map_title, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import TOLD
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.views import drawn
from sheltermap.risk.class_parts import Weight

if TYPE_CHECKING:
    from sheltermap.drawing.legend import Category
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.question import Figure

Finite = Annotated[float, Field(allow_inf_nan=False)]
Pair = Annotated[list[Finite], Field(min_length=2, max_length=2)]


@register
class RiskIndex(Kind):
    """Which areas have the greatest risk, by an index of parts with weights, and how far the weights decide that."""

    uses: ClassVar = {"areas": ("area_name",)}
    figure_names: ClassVar = (
        *("areas", "areas_not_ranked", "risk_index", "risk_rank", "part_value"),
        *("part_weight", "part_0_at", "part_1_at", "weight_stays_from", "weight_stays_to"),
    )
    registers: ClassVar = ()
    by_distance: ClassVar = False

    kind: Literal["risk_index"]
    areas: NonEmpty
    area_name: NonEmpty
    weights: Annotated[dict[NonEmpty, Weight], Field(min_length=1)]
    limits: dict[NonEmpty, Pair] | None = None
    combined: Literal["geometric", "arithmetic"] = "geometric"
    more_is_better: list[NonEmpty] | None = None
    weights_by: Annotated[float, Field(ge=0, lt=1)] = 0.2

    @model_validator(mode="after")
    def _parts_are_weighted(self) -> RiskIndex:
        for key, named in (("limits", self.limits), ("more_is_better", self.more_is_better)):
            for part in named or ():
                if part not in self.weights:
                    raise ValueError(f"{key}: {unknown('unknown part', part, self.weights)}")
        return self

    def total_figures(self) -> tuple[str, ...]:
        """Return nothing: no people are counted."""
        return ()

    def judged(self) -> tuple[Judged, ...]:
        """A greater index is worse where limits make years alike; by the least and the greatest none can be judged."""
        unranked = Judged("areas_not_ranked", "higher")
        if self.limits is None:
            return (unranked,)
        return (unranked, Judged("risk_index", "higher", "detail_worse", stands_for=("risk_rank", "part_value")))

    def run(self, context: Context) -> Outcome:
        """Make the index, and move its weights."""
        given = {part: (low, high) for part, (low, high) in (self.limits or {}).items()}
        found = sm.risk_index(
            context.frames["areas"],
            weights=self.weights,
            area_name=self.area_name,
            normalised=given if self.limits is not None else "min_max",
            combined=self.combined,
            more_is_better=self.more_is_better,
        )
        moved = found.sensitivity(by=self.weights_by)
        tables = {"rows": pd.DataFrame(found.rows.drop(columns="geometry")), "weights": moved.weights}
        tables["ranks"] = moved.ranks
        return Outcome(
            self,
            context,
            found.rows,
            self._figures(found, moved),
            tables,
            notes=found.notes,
            views=drawn("risk_index", found),
        )

    def _figures(self, found: sm.RiskIndex, moved: sm.RankSensitivity) -> list[Figure]:
        """Return index, rank and parts by area, and weights and limits."""
        counted: dict[str, Any] = {"measure": "areas", "unit": "areas"}
        figures = [self.figure("areas", len(found.rows), **counted)]
        figures.append(self.figure("areas_not_ranked", len(found.not_ranked), **counted))
        for row in records(found.rows):
            where = place_of(row["area"])
            named = [("risk_index", row["index"], "areas"), ("risk_rank", row["rank"], "areas")]
            named += [("part_value", row[part], part) for part in found.weights]
            figures += [
                self.figure(
                    name, float(value), measure=measure, unit="1" if name == "risk_index" else "number", **where
                )
                for name, value, measure in named
                if not pd.isna(value)
            ]
        for row in records(moved.weights):
            low, high = found.limits[row["part"]]
            named = [("part_weight", row["weight"], "1"), ("part_0_at", low, "number"), ("part_1_at", high, "number")]
            named += [(f"weight_{end}", row[end], "1") for end in ("stays_from", "stays_to") if np.isfinite(row[end])]
            figures += [self.figure(name, value, measure=row["part"], unit=unit) for name, value, unit in named]
        return figures

    def source(self, asked: Asked) -> Source:
        """Combine the parts of an area, each from 0 to 1, by their weights."""
        return index_source(self, asked)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw areas by their index."""
        return index_categories(outcome.layer)

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell the area of the greatest risk, and how many are not ranked."""
        rows = outcome.tables["rows"]
        ranked = records(rows[rows["rank"].notna()].sort_values("rank", kind="stable"))
        figures = []
        if ranked:
            value = {lang: index_text(ranked[0]["index"], lang) for lang in texts.LANGUAGES}
            figures.append(KeyFigure(value, texts.both("risk_index_greatest"), _same(ranked[0]["area"])))
        count = len(rows) - len(ranked)
        told = texts.both("of", part=count, total=texts.number(len(rows)), unit=texts.both("risk_index_areas"))
        return [*figures, KeyFigure(_same(texts.number(count)), texts.both("risk_index_no_rank"), told)]

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Name the area of the greatest risk."""
        rows = outcome.tables["rows"]
        ranked = records(rows[rows["rank"].notna()].sort_values("rank", kind="stable"))
        if not ranked:
            return []
        index = {lang: index_text(ranked[0]["index"], lang) for lang in texts.LANGUAGES}
        area = ranked[0]["area"]
        behind = figures_of(outcome, "risk_index", **place_of(area))
        return [Finding(texts.both("finding_riskiest", area=str(area), index=index), of_people=False, behind=behind)]

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw the areas."""
        return [map_picture(map_title(outcome), outcome.layer, self.legend(outcome), **under(ground, outcome.layer))]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell the ranking with its parts and how far it holds, and between which weights it stays."""
        return [self._ranking(outcome), self._weights(outcome)]

    def _ranking(self, outcome: Outcome) -> Table:
        bounds = {row["area"]: row for row in records(outcome.tables["ranks"])}
        ordered = outcome.tables["rows"].sort_values("rank", kind="stable", na_position="last")
        rows: list[list[Cell]] = []
        for row in records(ordered[:LONG]):
            index = {lang: index_text(row["index"], lang) for lang in texts.LANGUAGES}
            here = bounds.get(row["area"])
            between = "–" if here is None else f"{here['best']} – {here['worst']}"
            parts = [_number(row[part]) for part in self.weights]
            missing: Cell = text(row["missing"])
            rows.append([text(row["area"]), text(row["rank"]) or "–", between, index, *parts, missing])
        head: list[Cell] = heads("area", "risk_rank", "risk_rank_between", "risk_index")
        head += [*map(column_words, self.weights), texts.both("risk_index_missing")]
        by = texts.decimals(f"{100 * self.weights_by:g}")
        note = texts.both("risk_rank_note", by=by)
        cut = cut_note(LONG, len(ordered), outcome.analysis.name)
        if cut is not None:
            note = {lang: f"{note[lang]} {cut[lang]}" for lang in texts.LANGUAGES}
        return Table(texts.both("risk_ranking"), head, rows, note)

    def _weights(self, outcome: Outcome) -> Table:
        rows: list[list[Cell]] = []
        for row in records(outcome.tables["weights"]):
            low, high = _number(row["stays_from"]), _number(row["stays_to"])
            stays = {lang: f"{low[lang]} – {high[lang]}" for lang in texts.LANGUAGES}
            moved = [text(row[f"moved_{side}"]) for side in ("low", "high")]
            rows.append([column_words(row["part"]), _number(row["weight"]), stays, *moved])
        by = texts.decimals(f"{100 * self.weights_by:g}")
        head: list[Cell] = heads("risk_part", "risk_weight", "risk_weight_stays")
        head += [texts.both("risk_moved_low", by=by), texts.both("risk_moved_high", by=by)]
        return Table(texts.both("risk_weights"), head, rows, texts.both("risk_weights_note"))

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the areas of the greatest risk."""
        rows = outcome.tables["rows"]
        ranked = records(rows[rows["rank"].notna()].sort_values("rank", kind="stable")[:TOLD])
        return ", ".join(f"{row['rank']}. {row['area']} {index_text(row['index'], lang)}" for row in ranked)


def _same(value: Any) -> Words:
    return dict.fromkeys(texts.LANGUAGES, str(value))


def _number(value: float) -> Words:
    """Write a number with four digits that count; an end that is open as such."""
    return texts.decimals(texts.significant(value))
