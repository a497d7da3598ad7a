# SPDX-License-Identifier: Apache-2.0
"""Where the plan's scenarios stand in a matrix of likelihood and impact, by classes of the plan's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import geopandas
import pandas as pd
import shapely
from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.base.suggestions import unknown
from sheltermap.drawing.plots import lonlat_shapes
from sheltermap.drawing.risk_legends import level_categories, level_label
from sheltermap.drawing.risk_matrix_plots import draw_matrix
from sheltermap.kinds.risk_matrix_source import CELLS, CLASSES, PEOPLE, matrix_source, matrix_tables
from sheltermap.kinds.risk_matrix_tables import (
    MatrixOutcome,
    matrix_of,
    risk_finding,
    risk_key_figures,
    risk_tables,
    risks_told,
)
from sheltermap.kinds.risk_matrix_years import class_figures, movement_table
from sheltermap.layers import frames
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.page.picture import LegendEntry, MapPicture, drawn_picture, map_picture
from sheltermap.questions.figures import records
from sheltermap.questions.impact_keys import OfImpact
from sheltermap.questions.judging import Judged
from sheltermap.questions.maps import Underlay, map_title, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.sources import NonEmpty
from sheltermap.risk.class_parts import COMMON, Name
from sheltermap.risk.scenario import PLACES

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.drawing.legend import Category
    from sheltermap.page.key_figure import KeyFigure
    from sheltermap.page.table import Table
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.finding import Finding
    from sheltermap.questions.question import Figure

# Keys of an impact that change no row of a matrix.
WITHOUT_BEARING = ("groups", "capacity", "streets_of_network", "land_type", "limit", "by", "areas", "zero_impact_years")
EXAMPLE = "example"  #: the classes that come with sheltermap
# Notes of an impact on what levels of a hazard do in a year, which no matrix tells.
OF_A_YEAR = ("impact_one_level", "impact_no_probability", "impact_same_period")
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@register
class RiskMatrix(OfImpact):
    """Where the plan's scenarios stand in a matrix of likelihood and impact, by classes of the plan's own."""

    figure_names: ClassVar = (
        *("total", "rows_without_weight", "people_unknown", "risks", "risks_at_level", "risks_not_placed"),
        *("risk_level", "likelihood_class", "impact_class", "annual_probability", "impact", "expected_a_year"),
        *("reversals", "class_from", "cell_level", "joined_by", "joining_weight"),
    )
    steady_categories: ClassVar = ("risks_at_level", "class_from", "cell_level", "joined_by")
    registers: ClassVar = ()
    needs_streets: ClassVar = False
    layer_needed: ClassVar = False
    kept: ClassVar = (CLASSES, CELLS, PEOPLE)

    kind: Literal["risk_matrix"]
    classes: NonEmpty
    impacts: dict[NonEmpty, dict[Name, Amount]] = Field(default_factory=dict)
    human: Literal["people", "displaced"] = "people"

    @model_validator(mode="after")
    def _impacts_are_known(self) -> RiskMatrix:
        for key in WITHOUT_BEARING:
            if getattr(self, key) != type(self).model_fields[key].get_default(call_default_factory=True):
                raise ValueError(f'{key} has no bearing on a matrix: ask for it in an analysis of kind "impact"')
        if not self.impacts and self.demand is None and not self.damage:
            raise ValueError(
                "nothing says how bad the scenarios are: give impacts, demand (for the people affected) or damage"
            )
        if self.human == "displaced" and self.displaced is None and self.displaced_curve is None:
            raise ValueError("displaced people are told by a curve: give displaced or displaced_curve")
        return self

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
        counted = self._counted(context)
        found = sm.risk_matrix(self._risks(context, classes, counted), classes)
        if counted is not None:
            told = [note for note in counted.notes if getattr(note, "key", None) not in OF_A_YEAR]
            found.notes.extend(note for note in (*self._said(context, counted), *told) if note not in found.notes)
        layer = _scenario_layer(context, found)
        figures = self._figures(found, counted)
        kept = matrix_tables(class_figures(self, found.classes), None if counted is None else counted.rows, self.weight)
        tables = {"risks": found.risks}
        return MatrixOutcome(self, context, layer, figures, tables, notes=found.notes, kept=kept, matrix=found)

    def _classes(self, context: Context) -> sm.RiskClasses:
        """Return the classes of the file that the plan names, or the example that it asks for."""
        if self.classes == EXAMPLE:
            return sm.RiskClasses.example()
        try:
            return sm.RiskClasses.read(context.plan.parent / self.classes)
        except (sm.ReadError, ValueError) as error:
            raise context.fault("classes", f'{error}; or write classes = "{EXAMPLE}", which is no law') from None

    def _counted(self, context: Context) -> sm.Impact | None:
        """Return whom and what the scenarios affect that act somewhere; nothing where the plan names no layer."""
        acting = [
            each for each in context.scenarios.values() if any(getattr(each, place) is not None for place in PLACES)
        ]
        return self.impact_of(context, acting) if acting and (self.demand is not None or self.damage) else None

    def _said(self, context: Context, counted: sm.Impact) -> list[str]:
        """Say what the human impact is, and of whom nobody knows whether they are affected."""
        if self.demand is None:
            return []
        given = [name for name, each in self.impacts.items() if "human" in each and name in context.scenarios]
        counts = len(given) < len(context.scenarios)
        notes: list[str] = [texts.Note.of(f"risk_human_{self.human}")] if counts else []
        notes += [texts.Note.of("risk_human_given", {"names": given})] if given else []
        unplaced = [
            f"{row['scenario']}: {texts.number(row['unknown'])}" for row in self._people(counted) if row["unknown"]
        ]
        return notes + ([texts.Note.of("risk_people_unknown", names=", ".join(unplaced))] if unplaced else [])

    def _people(self, counted: sm.Impact | None) -> list[dict[str, Any]]:
        """Return the lines of the people, one per scenario."""
        if counted is None or self.demand is None:
            return []
        lines = counted.summary
        return records(lines[(lines["what"] == "people") & (lines["measure"] == self.measure)])

    def _risks(self, context: Context, classes: sm.RiskClasses, counted: sm.Impact | None) -> pd.DataFrame:
        """Return the table of risks: what the plan says of each, and what was counted where the plan does not say."""
        for name, given in self.impacts.items():
            if name not in context.scenarios:
                raise context.fault("impacts", unknown("unknown scenario", name, context.scenarios))
            for dimension in given:
                if dimension not in classes.dimensions:
                    sentence = unknown("unknown dimension", dimension, classes.dimensions)
                    raise context.fault(f"impacts.{name}", sentence)
        risks = pd.DataFrame(
            {
                "scenario": [each.id for each in context.scenarios.values()],
                "hazard": [each.hazard for each in context.scenarios.values()],
                "annual_probability": [each.probability for each in context.scenarios.values()],
                "likelihood": pd.array([each.likelihood for each in context.scenarios.values()], dtype="string"),
            }
        ).astype({"annual_probability": "float64"})
        made = None
        if counted is not None:
            made = counted.risks(human=None if self.demand is None else self.human)
            risks.attrs["units"] = made.attrs["units"]
            made = made.set_index("scenario")
        for dimension in dict.fromkeys([*COMMON, *classes.dimensions]):
            told: dict[Any, float] = {name: each[dimension] for name, each in self.impacts.items() if dimension in each}
            if made is not None and dimension in made:
                told = made[dimension].to_dict() | told
            if told:
                risks[dimension] = risks["scenario"].map(told).astype("float64")
        return risks

    def _figures(self, found: sm.RiskMatrix, counted: sm.Impact | None) -> list[Figure]:
        """Return where each risk stands and why, how many stand where, and the classes that say so."""
        of_risks: dict[str, Any] = {"measure": "risks", "unit": "risks"}
        figures = [self.figure("risks", len(found.risks), **of_risks)]
        figures.append(self.figure("risks_not_placed", len(found.not_placed), **of_risks))
        figures.append(self.figure("reversals", len(found.reversals), measure="risks", unit="pairs"))
        for row in records(found.summary[found.summary["level"].notna()]):
            figures.append(self.figure("risks_at_level", row["risks"], category=str(row["level"]), **of_risks))
        people = self._people(counted)
        for name in ("total", "rows_without_weight"):
            figures += [self.figure(name, row[name], measure=self.measure) for row in people[:1]]
        for row in people:
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

    def source(self, asked: Asked) -> Source:
        """Tell where each risk stands, and the classes that say so; count the risks and the people."""
        highest = bool(asked.layers.spelt(asked.layer(CLASSES), "category", "max"))
        given = "human" in self.impacts.get(str(asked.scenario), {})
        return matrix_source(asked, joined_by_highest=highest, counted=not given and self.human == "people")

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw scenarios by level."""
        return level_categories(outcome.layer, matrix_of(outcome).classes)

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell how many risks are of the highest level that there is."""
        return risk_key_figures(outcome)

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Name the risks of the highest level that one has."""
        return risk_finding(outcome)

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell where each risk stands, which levels are reversed, what is not placed, and the classes."""
        return risk_tables(outcome)

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
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
            found.append(map_picture(map_title(outcome), outcome.layer, legend, **under(ground)))
        return found

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the highest risks, the reversals, and whose classes these are."""
        return risks_told(outcome, lang)


def _count(matrix: sm.RiskMatrix, level: int) -> str:
    return texts.number(int((matrix.risks["level"] == level).fillna(False).sum()))


def _scenario_layer(context: Context, found: sm.RiskMatrix) -> GeoDataFrame:
    """Return one row per scenario, with where it acts as one shape; without one where it has no zones."""
    shapes: list[Any] = []
    for scenario in context.scenarios.values():
        zones = scenario.acting_zones
        if zones is None:
            shapes.append(None)
            continue
        frames.polygons(zones, f"zones of scenario {scenario.id}")  # so that faults are told by row
        drawn = lonlat_shapes(zones)
        shapes.append(shapely.union_all(drawn[has_place(drawn)]))
    layer = found.risks.assign(classes=found.classes.said()[0])
    return geopandas.GeoDataFrame(layer, geometry=shapes, crs="EPSG:4326")
