# SPDX-License-Identifier: Apache-2.0
"""How deep the water of a raster stands at each facility or building."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, field_validator

import sheltermap as sm
from sheltermap.analyses.areas import Areas
from sheltermap.analyses.depth_zones import depth_codes, depth_limits, require_depths
from sheltermap.analyses.ledger import measures_of, sums_by_state
from sheltermap.base import texts
from sheltermap.base.standards import PositiveMetres
from sheltermap.drawing.raster_legends import depth_categories, depth_words
from sheltermap.kinds.depth_tables import deepest_table, deepest_told, reasons_table
from sheltermap.layers import frames
from sheltermap.layers.cells import weights_of
from sheltermap.layers.refused_rows import refused_otherwise
from sheltermap.page.key_figure import KeyFigure, count_of, share_of
from sheltermap.page.table import Bar, Cell, Table, Words
from sheltermap.questions.class_tables import UNKNOWN, at_least_shares, class_sums, class_table
from sheltermap.questions.figure_source import is_one_of
from sheltermap.questions.figures import records, rows_and_weight
from sheltermap.questions.finding import Finding, figures_of, found, said
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import ByArea, NotNegative
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import measure_words, unweighted_table
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.state_tables import state_figures, state_tables

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.drawing.legend import Category
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.question import Figure

DRY = "dry"
BEYOND = "no_value"  # why a cell has no value that lies in no void


@register
class Depth(ByArea):
    """How deep the water of a raster stands at each facility or building."""

    uses: ClassVar = {"features": ("weight", "groups"), "areas": ("area_name",)}
    reads_rasters: ClassVar = ("raster",)
    figure_names: ClassVar = ("in_depth", "in_depth_rows_without_weight", "depth_unknown_because", "depth_max_m")
    steady_categories: ClassVar = ("in_depth",)

    kind: Literal["depth"]
    features: NonEmpty
    raster: NonEmpty
    classes: Annotated[list[NotNegative], Field(min_length=1)]
    at: Literal["cell", "max", "mean"] | None = None
    no_value: Literal["dry", "unknown"] = "unknown"
    fill_m: PositiveMetres | None = None
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)

    @field_validator("classes")
    @classmethod
    def _ascending(cls, value: list[float]) -> list[float]:
        depth_limits(value)
        return value

    @property
    def labels(self) -> list[str]:
        """The names of its classes, what is dry first."""
        return [DRY, *(f"{low:g}+" if high is None else f"{low:g}-{high:g}" for low, high in self._spans)]

    @property
    def words(self) -> list[Words]:
        """What they are called in every language."""
        dry = texts.both("depth_dry")
        if self.classes[0] > 0:
            dry = texts.both("depth_below", low=texts.rounded(self.classes[0]))
        return [dry, *(depth_words(low, high) for low, high in self._spans)]

    @property
    def _spans(self) -> list[tuple[float, float | None]]:
        return list(zip(self.classes, [*self.classes[1:], None], strict=True))

    def total_figures(self) -> tuple[str, ...]:
        """Return the figure whose categories sum to all."""
        return ("in_depth",)

    def judged(self) -> tuple[Judged, ...]:
        """More in water as deep as a class begins, or deeper, is worse; so is deeper water."""
        told = ("in_depth", "depth_unknown_because")
        return (Judged("depth_share", "higher", stands_for=told), Judged("depth_max_m", "higher", "detail_worse"))

    def derived(self, figures: pd.DataFrame) -> list[Figure]:
        """Return which share stands in water as deep as each class begins, or deeper; of all, also the unknown."""
        begins = dict(zip(self.labels, [0.0, *self.classes], strict=True))
        return at_least_shares(self, figures, "in_depth", "depth_share", begins, {})

    def run(self, context: Context) -> Outcome:
        """Read the depth at each feature, and count the rows and people of each class."""
        features, raster = context.frames["features"], context.rasters["raster"]
        require_depths(raster)
        frames.require_free(features, ["depth_m", "depth_class"])
        are_points = frames.are_points(features, "features")
        found = sm.sample(features, raster, at=self.at or ("cell" if are_points else "max"), fill_m=self.fill_m)
        depths = found["value"].to_numpy(float)
        reasons = found["reason"].to_numpy(dtype=object, na_value=None)
        reasons[refused_otherwise(features)] = "row_refused"
        codes = depth_codes(depths, depth_limits(self.classes))
        if self.no_value == "dry":
            codes[reasons == BEYOND] = 0
            reasons[reasons == BEYOND] = None
        labels = np.array([*self.labels, UNKNOWN])
        position = np.where(codes < 0, len(labels) - 1, codes)
        layer = found.rename(columns={"value": "depth_m"})
        layer["reason"] = pd.array(reasons, dtype="string")
        layer.insert(layer.columns.get_loc("reason"), "depth_class", pd.array(labels[position], dtype="string"))
        tables, notes = self._tables(context, labels, position), self._notes(layer, are_points)
        tables["reasons"] = layer["reason"].value_counts().rename_axis("reason").reset_index(name="rows")
        return Outcome(self, context, layer, self._figures(tables, depths), tables, notes=notes + tables.pop("notes"))

    def _tables(self, context: Context, labels: NDArray[Any], position: NDArray[Any]) -> dict[str, Any]:
        features, areas = context.frames["features"], context.frames.get("areas")
        weight = weights_of(features, self.weight, frames.describe(features, "features"))
        grouping = Areas.of_features(areas, self.area_name, features, "features")
        measures = measures_of(features, self.weight, self.groups, "features")
        return {
            "classes": class_sums(labels.tolist(), position, weight),
            "sums": sums_by_state(measures, grouping, labels.tolist(), position),
            "notes": [] if grouping is None else grouping.notes,
        }

    def _notes(self, layer: GeoDataFrame, are_points: bool) -> list[str]:
        """Say how the depth was read, and where it is that of a cell beside."""
        notes: list[str] = [texts.Note.of(f"depth_at_{self.at or ('cell' if are_points else 'max')}")]
        if self.no_value == DRY:
            notes.append(texts.Note.of("depth_dry_without_value"))
        if "filled_from_m" in layer and (filled := int(layer["filled_from_m"].notna().sum())):
            notes.append(
                texts.Note.of("depth_filled", count=texts.number(filled), far=texts.distances(self.fill_m or 0))
            )
        return notes

    def _figures(self, tables: dict[str, Any], depths: NDArray[np.float64]) -> list[Figure]:
        figures = []
        for row in records(tables["classes"]):
            figures += rows_and_weight(self, "in_depth", row, {"category": row["class"]})
        told = state_figures(
            self, tables["sums"], lambda state: ("in_depth", {"category": state}), also_all=self.groups
        )
        for row in records(tables["reasons"]):
            why = {"category": row["reason"], "measure": "rows", "unit": "rows"}
            told.append(self.figure("depth_unknown_because", row["rows"], **why))
        known = depths[~np.isnan(depths)]
        if len(known):
            told.append(self.figure("depth_max_m", float(known.max()), measure="rows"))
        return figures + told

    def source(self, asked: Asked) -> Source:
        """Count features by the class of their depth."""
        if asked.name == "depth_max_m":
            return asked.of("depth_m", how="max")
        if asked.name == "depth_unknown_because":
            return asked.count(asked.told("reason", asked.category))
        where = is_one_of("depth_class", str(asked.category))
        return asked.people(where) if asked.name == "in_depth" else asked.without_number(where)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw features by class, dry, then from shallow to deep."""
        return depth_categories(outcome.layer, self.labels, self.words)

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell the share that stands in water of the first class or deeper."""
        counted = outcome.tables["classes"].set_index("class")["rows" if outcome.measure == "rows" else "weight"]
        dry, unknown, everybody = float(counted.iloc[0]), float(counted[UNKNOWN]), math.fsum(counted)
        wet = math.fsum(counted.iloc[1:].drop(UNKNOWN))
        label = texts.both(
            "depth_wet" if self.classes[0] == 0 else "depth_wet_from", low=texts.rounded(self.classes[0])
        )
        detail = count_of(wet, everybody, measure_words(outcome, outcome.measure))
        return [KeyFigure(share_of(wet, everybody), label, detail, Bar(dry, wet, unknown))]

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say how many stand in water of the first class or deeper."""
        counted = outcome.tables["classes"].set_index("class")["rows" if outcome.measure == "rows" else "weight"]
        wet, everybody = math.fsum(counted.iloc[1:].drop(UNKNOWN)), math.fsum(counted)
        low = texts.rounded(self.classes[0])
        label = texts.both("depth_wet" if self.classes[0] == 0 else "depth_wet_from", low=low)
        words = said(outcome, "finding_wet", {"part": wet, "total": everybody}, label=label)
        classes = [str(each) for each in counted.iloc[1:].drop(UNKNOWN).index]
        told = [figures_of(outcome, "in_depth", measure=outcome.measure, category=each) for each in classes]
        return [found(outcome, words, wet, everybody, behind=tuple(figure for each in told for figure in each))]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell how many stand how deep, by area, too, which the deepest are, and of which nobody knows why."""
        words: dict[str, Cell] = {**dict(zip(self.labels, self.words, strict=True)), UNKNOWN: texts.both("unknown")}
        return [
            class_table(outcome, outcome.tables["classes"], texts.both("depth_by_class"), texts.both("depth_m"), words),
            *state_tables(outcome, outcome.tables["sums"], words),
            deepest_table(outcome),
            reasons_table(outcome),
            unweighted_table(outcome),
        ]

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the features that stand deepest."""
        return deepest_told(outcome, lang)
