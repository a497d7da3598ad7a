# SPDX-License-Identifier: Apache-2.0
"""Where the plan's scenarios stand in a matrix of likelihood and impact, by classes of the plan's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import geopandas
import numpy as np
import pandas as pd
import shapely
from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.base.exact_sums import total
from sheltermap.base.suggestions import unknown
from sheltermap.drawing.plots import lonlat_shapes
from sheltermap.drawing.risk_legends import level_categories, level_label
from sheltermap.drawing.risk_matrix_plots import draw_matrix
from sheltermap.kinds.risk_matrix_tables import MatrixOutcome, matrix_of, risk_key_figures, risk_tables, risks_told
from sheltermap.kinds.risk_matrix_years import class_figures, movement_table
from sheltermap.layers import frames
from sheltermap.layers.cells import weights_of
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.page.picture import LegendEntry, MapPicture, drawn_picture, map_picture
from sheltermap.questions.figures import records
from sheltermap.questions.judging import Judged
from sheltermap.questions.maps import map_title
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.scenario_keys import OfScenarios
from sheltermap.questions.sources import NonEmpty
from sheltermap.risk.class_parts import Name

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.drawing.legend import Category
    from sheltermap.page.key_figure import KeyFigure
    from sheltermap.page.table import Table
    from sheltermap.questions.context import Context
    from sheltermap.questions.question import Figure

EXAMPLE = "example"  #: the classes that come with sheltermap
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@register
class RiskMatrix(OfScenarios):
    """Where the plan's scenarios stand in a matrix of likelihood and impact, by classes of the plan's own."""

    uses: ClassVar = {"demand": ("weight",)}
    figure_names: ClassVar = (
        *("total", "rows_without_weight", "people_unknown", "risks", "risks_at_level", "risks_not_placed"),
        *("risk_level", "likelihood_class", "impact_class", "annual_probability", "impact", "expected_a_year"),
        *("reversals", "class_from", "cell_level", "joined_by", "joining_weight"),
    )
    steady_categories: ClassVar = ("risks_at_level", "class_from", "cell_level", "joined_by")
    registers: ClassVar = ()
    by_distance: ClassVar = False

    kind: Literal["risk_matrix"]
    classes: NonEmpty
    impacts: dict[NonEmpty, dict[Name, Amount]] = Field(default_factory=dict)
    demand: NonEmpty | None = None
    weight: NonEmpty | None = None

    @model_validator(mode="after")
    def _impacts_are_known(self) -> RiskMatrix:
        if not self.impacts and self.demand is None:
            raise ValueError(
                "nothing says how bad the scenarios are: give impacts, or demand for the people whom they affect"
            )
        if self.weight is not None and self.demand is None:
            raise ValueError("weight is a column of demand: name the input that has it")
        return self

    def total_figures(self) -> tuple[str, ...]:
        """Return the people, where they are counted."""
        return () if self.demand is None else ("total",)

    def judged(self) -> tuple[Judged, ...]:
        """A risk that moved up a level or a class is worse, and one that nobody can place any more."""
        return (
            Judged("risk_level", "higher", stands_for=("risks_at_level",)),
            Judged("likelihood_class", "higher", stands_for=("annual_probability",)),
            Judged("impact_class", "higher", stands_for=("impact",)),
            Judged("risks_not_placed", "higher", stands_for=("risks",)),
            Judged("expected_a_year", "higher", "detail_worse"),
            Judged("reversals", "higher", "detail_worse"),
            Judged("people_unknown", "higher", "detail_worse"),
        )

    def run(self, context: Context) -> Outcome:
        """Place the scenarios."""
        classes = self._classes(context)
        affected = self._affected(context)
        risks = self._risks(context, classes, affected)
        found = sm.risk_matrix(risks, classes)
        if self.demand is not None:
            given = [name for name, each in self.impacts.items() if "human" in each and name in context.scenarios]
            notes = [texts.Note.of("risk_human_affected")]
            notes += [texts.Note.of("risk_human_given", names=", ".join(given))] if given else []
            unplaced = [
                f"{row['scenario']}: {texts.number(row['unknown'])}" for row in records(affected) if row["unknown"]
            ]
            notes += [texts.Note.of("risk_people_unknown", names=", ".join(unplaced))] if unplaced else []
            found.notes.extend(notes)
        layer = _scenario_layer(context, found)
        tables = {"risks": found.risks, "affected": affected}
        figures = self._figures(context, found, affected)
        return MatrixOutcome(self, context, layer, figures, tables, notes=found.notes, matrix=found)

    def _classes(self, context: Context) -> sm.RiskClasses:
        """Return the classes of the file that the plan names, or the example that it asks for."""
        if self.classes == EXAMPLE:
            return sm.RiskClasses.example()
        try:
            return sm.RiskClasses.read(context.plan.parent / self.classes)
        except (sm.ReadError, ValueError) as error:
            raise context.fault("classes", f'{error}; or write classes = "{EXAMPLE}", which is no law') from None

    def _affected(self, context: Context) -> pd.DataFrame:
        """Return how many people each scenario affects, and of how many nobody knows; no rows without a demand."""
        rows = []
        demand = context.frames.get("demand")
        if demand is not None:
            people = weights_of(demand, self.weight, frames.describe(demand, "demand"))
            for scenario in context.scenarios.values():
                if scenario.zones is None:
                    continue
                inside = scenario.hits(demand, "demand").inside
                rows.append((scenario.id, total(people[inside == 1]), total(people[inside == -1])))
        return pd.DataFrame(rows, columns=["scenario", "human", "unknown"])

    def _risks(self, context: Context, classes: sm.RiskClasses, affected: pd.DataFrame) -> pd.DataFrame:
        """Return the table of risks: what the plan says of each, and whom it affects where the plan does not say."""
        for name, given in self.impacts.items():
            if name not in context.scenarios:
                raise context.fault("impacts", unknown("unknown scenario", name, context.scenarios))
            for dimension in given:
                if dimension not in classes.dimensions:
                    sentence = unknown("unknown dimension", dimension, classes.dimensions)
                    raise context.fault(f"impacts.{name}", sentence)
        if len(affected) and "human" not in classes.dimensions:
            raise context.fault("demand", "people affected are the impact human, of which the classes say nothing")
        of_people = dict(zip(affected["scenario"], affected["human"], strict=True))
        rows = [
            {
                "scenario": scenario.id,
                "hazard": scenario.hazard,
                "annual_probability": scenario.probability,
                "likelihood": scenario.likelihood,
            }
            | ({"human": of_people[scenario.id]} if scenario.id in of_people else {})
            | self.impacts.get(scenario.id, {})
            for scenario in context.scenarios.values()
        ]
        risks = pd.DataFrame(rows)
        return risks.astype({name: "float64" for name in ("annual_probability", *classes.dimensions) if name in risks})

    def _figures(self, context: Context, found: sm.RiskMatrix, affected: pd.DataFrame) -> list[Figure]:
        """Return where each risk stands and why, how many stand where, and the classes that say so."""
        counted: dict[str, Any] = {"measure": "risks", "unit": "risks"}
        figures = [self.figure("risks", len(found.risks), **counted)]
        figures.append(self.figure("risks_not_placed", len(found.not_placed), **counted))
        figures.append(self.figure("reversals", len(found.reversals), measure="risks", unit="pairs"))
        for row in records(found.summary[found.summary["level"].notna()]):
            figures.append(self.figure("risks_at_level", row["risks"], category=str(row["level"]), **counted))
        if "demand" in context.frames:
            demand = context.frames["demand"]
            people = weights_of(demand, self.weight, frames.describe(demand, "demand"))
            figures.append(self.figure("total", total(people), measure=self.measure))
            missing = int(np.isnan(people).sum())
            figures.append(self.figure("rows_without_weight", missing, measure=self.measure))
        for row in records(affected):
            where = {"measure": self.measure, "scenario": row["scenario"]}
            figures.append(self.figure("people_unknown", row["unknown"], **where))
        for row in records(found.risks):
            figures += self._of_risk(row, found.classes)
        return figures + class_figures(self, found.classes)

    def _of_risk(self, row: dict[str, Any], classes: sm.RiskClasses) -> list[Figure]:
        """Return what is known of one risk."""
        named: list[tuple[str, Any, str, str]] = [
            ("risk_level", row["level"], "risks", "level"),
            ("likelihood_class", row["likelihood_class"], "risks", "class"),
            ("impact_class", row["impact_class"], "risks", "class"),
            ("annual_probability", row["annual_probability"], "risks", "1"),
        ]
        for name, dimension in classes.dimensions.items():
            if name in row:
                unit = dimension.unit or "class"
                named += [("impact", row[name], name, unit), ("impact_class", row[f"{name}_class"], name, "class")]
                named.append(("expected_a_year", row.get(f"{name}_expected"), name, unit))
        return [
            self.figure(figure, float(value), measure=measure, unit=unit, scenario=row["scenario"])
            for figure, value, measure, unit in named
            if value is not None and not pd.isna(value)
        ]

    def changes(self, before: pd.DataFrame, after: pd.DataFrame) -> list[Table]:
        """Tell which risks moved, and whether likelihood, impact or the classes moved them."""
        return movement_table(before, after)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw scenarios by level."""
        return level_categories(outcome.layer, matrix_of(outcome).classes)

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell how many risks are of the highest level that there is."""
        return risk_key_figures(outcome)

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell where each risk stands, which levels are reversed, what is not placed, and the classes."""
        return risk_tables(outcome)

    def pictures(self, outcome: Outcome, ground: GeoDataFrame | None) -> list[MapPicture]:
        """Draw the matrix with the risks by their numbers, and the zones by level."""
        matrix = matrix_of(outcome)
        legend = self.legend(outcome)
        entries = [
            LegendEntry(level.colour, "square", level_label(matrix.classes, number), _count(matrix, number))
            for number, level in reversed([*enumerate(matrix.classes.levels, 1)])
        ]
        for row in records(matrix.risks[matrix.risks["not_placed"].isna()].sort_values("number")):
            title = outcome.context.scenario_words(row["scenario"])
            words = {lang: f"{row['number']} {title[lang]}" for lang in texts.LANGUAGES}
            entries.append(LegendEntry("none", "circle", words, ""))
        picture = drawn_picture(lambda ax: draw_matrix(ax, matrix), (8, 5))
        key = "risk_matrix_picture_example" if matrix.classes.is_example else "risk_matrix_picture"
        found = [MapPicture(texts.both(key), picture, entries)]
        if has_place(lonlat_shapes(outcome.layer)).any():
            found.append(map_picture(map_title(outcome), outcome.layer, legend, outlines=ground))
        return found

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the highest risks, the reversals, and whose classes these are."""
        return risks_told(outcome, lang)


def _count(matrix: sm.RiskMatrix, level: int) -> str:
    return texts.number(int((matrix.risks["level"] == level).fillna(False).sum()))


def _scenario_layer(context: Context, found: sm.RiskMatrix) -> GeoDataFrame:
    """Return one row per scenario, with all its zones as one shape; without one where it acts on no zones."""
    shapes: list[Any] = []
    for scenario in context.scenarios.values():
        if scenario.zones is None:
            shapes.append(None)
            continue
        frames.polygons(scenario.zones, f"zones of scenario {scenario.id}")  # so that faults are told by row
        drawn = lonlat_shapes(scenario.zones)
        shapes.append(shapely.union_all(drawn[has_place(drawn)]))
    layer = found.risks.assign(classes=found.classes.said()[0])
    return geopandas.GeoDataFrame(layer, geometry=shapes, crs="EPSG:4326")
