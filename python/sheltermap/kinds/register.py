# SPDX-License-Identifier: Apache-2.0
"""What state a register is in: what is to be mended in it, its grades, defects, improvements and their cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import pandas as pd
from pydantic import Field, model_validator

import sheltermap as sm
from sheltermap.base import clock, texts
from sheltermap.base.scopes import OUTSIDE_AREAS, UNKNOWN
from sheltermap.base.suggestions import unknown
from sheltermap.drawing.legend import Category, register_categories
from sheltermap.kinds import register_years
from sheltermap.kinds.register_findings import register_findings, register_steps
from sheltermap.kinds.register_source import register_source
from sheltermap.kinds.register_structures import HOLDING, holding, holding_figure, structure_table
from sheltermap.kinds.register_tables import register_tables
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.page.key_figure import KeyFigure, count_of, share_of
from sheltermap.page.table import Bar, Table
from sheltermap.questions.figures import place_of, records
from sheltermap.questions.judging import Judged
from sheltermap.questions.keys import ByArea
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.question import Figure
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import measure_words
from sheltermap.questions.sources import NonEmpty
from sheltermap.questions.views import drawn
from sheltermap.registers import grades
from sheltermap.registers.mapping import Column
from sheltermap.registers.schema import Kind as RegisterKind
from sheltermap.registers.schema import schema

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.finding import Finding, Step

MENDING = ("rows", "rows_to_mend", "errors", "warnings", "rows_to_look_at")
FILLING = ("filled", "empty", "refused")
STATE = (
    *("condition", "graded", "graded_rows_without", "amount", "amount_rows_without"),
    *("improvements", "improvements_without_cost", "improvement_cost"),
)


@register
class Register(ByArea):
    """What state a register is in: what is to be mended in it, its grades, defects, improvements and their cost."""

    uses: ClassVar = {"features": (), "areas": ("area_name",)}
    figure_names: ClassVar = (*MENDING, *FILLING, *STATE, *HOLDING)
    steady_categories: ClassVar = ("graded", "condition")
    registers: ClassVar = ("features",)
    kept: ClassVar = ("findings",)

    kind: Literal["register"]
    features: NonEmpty
    as_register: RegisterKind
    columns: dict[str, Column] = Field(default_factory=dict)
    as_of: date | None = None
    min_return_period_years: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _columns_are_fields(self) -> Register:
        fields = schema(self.as_register).fields
        for name in self.columns:
            if name not in fields:
                raise ValueError(unknown("columns: unknown field", name, fields))
        return self

    @model_validator(mode="after")
    def _structures_have_return_periods(self) -> Register:
        if self.min_return_period_years is not None and self.as_register != "protective_structure":
            raise ValueError(
                "min_return_period_years is the flood that structures should hold: leave it out, or as_register = "
                '"protective_structure"'
            )
        return self

    def total_figures(self) -> tuple[str, ...]:
        """Return nothing: objects come and go, which `compare` tells one by one."""
        return ()

    def judged(self) -> tuple[Judged, ...]:
        """Fewer places are worse, fewer of a good grade, more defects, more to improve, more errors."""
        return (
            Judged("amount", "lower", stands_for=("amount_rows_without",)),
            Judged("graded_at_least", "lower", stands_for=("graded", "graded_rows_without")),
            Judged("defects", "higher", stands_for=("condition",)),
            Judged("holds", "lower", stands_for=HOLDING[1:]),
            Judged("improvements", "higher"),
            Judged("improvement_cost", "higher"),
            Judged("improvements_without_cost", "higher", "detail_worse"),
            Judged("errors", "higher", stands_for=("rows_to_mend",)),
            Judged("warnings", "higher", "detail_worse", stands_for=("rows_to_look_at",)),
            Judged("refused", "higher", "detail_worse"),
        )

    def derived(self, figures: pd.DataFrame) -> list[Figure]:
        """Return its defects, and what has each grade or a better one."""
        return register_years.derived(self, figures, schema(self.as_register))

    def change_told(self, change: pd.DataFrame) -> dict[str, str] | None:
        """Say how many defects were removed, how much less is to do, how many places there are more; or the reverse."""
        return register_years.told(change)

    def run(self, context: Context) -> Outcome:
        """Check a file as it stands, cell by cell: what reading made of it has lost zeros and words already."""
        source = context.sources["features"]
        mapping: dict[str, Any] = {"columns": self.columns}
        # A database knows the types of its columns; rows that were chosen, or put together, stand in no file so.
        kept: Any = context.frames["features"]
        if "features" in context.paths:
            kept = context.paths["features"]
            mapping |= source.model_dump(include={"layer", "crs", "x", "y", "encoding"})
        asked: dict[str, Any] = {"today": self.as_of or clock.now().date()}
        asked["min_return_period_years"] = self.min_return_period_years
        found = sm.inspect(kept, self.as_register, mapping, **asked)
        layer = found.frame.assign(
            errors=found.per_row("error"),
            warnings=found.per_row("warning"),
            defects=grades.defects(found.frame, schema(self.as_register)),
        )
        if self.min_return_period_years is not None:
            layer["holding"] = holding(layer, self.min_return_period_years)
        if "areas" in context.frames:
            layer["area"] = _area_of(layer, context.frames["areas"], self.area_name)
        tables = {name: getattr(found, name) for name in ("state", "grades", "conditions", "improvements", "findings")}
        tables |= {f"findings_{lang}": found.findings_in(lang) for lang in texts.LANGUAGES}
        tables["unused_columns"] = pd.DataFrame({"column": found.unused_columns})
        figures, kept = self._figures(layer, tables), {"findings": found.noted_cells()}
        return Outcome(self, context, layer, figures, tables, kept=kept, views=drawn("register", found))

    def _figures(self, layer: GeoDataFrame, tables: Mapping[str, pd.DataFrame]) -> list[Figure]:
        """Return what is to be mended, its grades for all and by area, defects, improvements and cost."""
        errors, warnings = layer["errors"], layer["warnings"]
        severities = tables["findings"]["severity"]
        counts = [len(layer), int((errors > 0).sum()), int((severities == "error").sum())]
        counts += [int((severities == "warning").sum()), int(((errors == 0) & (warnings > 0)).sum())]
        figures = [self.figure(name, value, measure="rows") for name, value in zip(MENDING, counts, strict=True)]
        for row in records(tables["state"]):
            figures += [self.figure(name, row[name], measure="rows", category=row["field"]) for name in FILLING]
        figures += self._state_figures(layer)
        if "holding" in layer:
            states = layer["holding"].value_counts()
            figures += [self.figure(name, int(states.get(name, 0)), measure="rows") for name in HOLDING]
        if "area" in layer:
            for area, part in sorted(layer.groupby("area"), key=lambda each: str(each[0])):
                figures += self._state_figures(part, **place_of(area))
        for row in records(tables["conditions"]):
            part = row.pop("field")
            named = ((count, f"{part}: {code}") for code, count in row.items())
            figures += [self.figure("condition", count, measure="rows", category=words) for count, words in named]
        return figures

    def _state_figures(self, rows: GeoDataFrame, **where: Any) -> list[Figure]:
        """Return rows and sums by grade, and the improvements with what they cost."""
        fields = schema(self.as_register)
        table = grades.grades(rows, fields)
        sums = [name for name in fields.sums if name in table]
        figures = []
        for row in records(table):
            category = f"{row['field']}: {row['grade']}"
            figures.append(self.figure("graded", row["rows"], measure="rows", category=category, **where))
            for name in sums:
                own = {"measure": name, "category": category, "unit": fields.fields[name].unit} | where
                figures.append(self.figure("graded", row[name], **own))
                missing = row[f"without_{name}"]
                figures.append(self.figure("graded_rows_without", missing, **(own | {"unit": "rows"})))
        for name in sums:
            own = {"measure": name, "unit": fields.fields[name].unit} | where
            figures.append(self.figure("amount", float(rows[name].sum()), **own))
            figures.append(self.figure("amount_rows_without", int(rows[name].isna().sum()), **(own | {"unit": "rows"})))
        cost = grades.improvements(rows)["improvement_cost_eur"]
        needed: dict[str, float] = {"improvements": len(cost), "improvements_without_cost": int(cost.isna().sum())}
        if self._lacks(rows, "shortcomings", "improvements", "improvement_cost_eur"):
            needed = dict.fromkeys(needed, math.nan)
        figures += [self.figure(name, value, measure="rows", **where) for name, value in needed.items()]
        own = {"measure": "improvement_cost_eur", "unit": "EUR"} | where
        value = math.nan if self._lacks(rows, "improvement_cost_eur") else float(cost.sum())
        return [*figures, self.figure("improvement_cost", value, **own)]

    def _lacks(self, rows: GeoDataFrame, *columns: str) -> bool:
        """Whether a register of this kind may say something and this one has no column for it: that is not nothing."""
        return columns[0] in schema(self.as_register).fields and not any(column in rows for column in columns)

    def source(self, asked: Asked) -> Source:
        """Count the rows of the register and what was noted of them."""
        return register_source(self, asked)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw rows by compliance where it is recorded, else by whether they are to be mended."""
        return register_categories(outcome.layer)

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell who complies, what improvements cost, what is to be mended."""
        rows, tables = len(outcome.layer), outcome.tables
        figures = self._compliance(outcome)
        if self.min_return_period_years is not None:
            figures.append(holding_figure(outcome, self.min_return_period_years))
        if "improvement_cost_eur" in outcome.layer:
            cost = tables["improvements"]["improvement_cost_eur"]
            missing = texts.number(int(cost.isna().sum()))
            detail = texts.counted("improvement_detail", len(cost), missing=missing)
            value = dict.fromkeys(texts.LANGUAGES, texts.number(float(cost.sum())))
            figures.append(KeyFigure(value, texts.both("improvement_figure"), detail))
        wrong = int((outcome.layer["errors"] > 0).sum())
        severities = tables["findings"]["severity"].value_counts()
        counts = {"rows": wrong, "total": rows, "warnings": int(severities.get("warning", 0))}
        detail = texts.both("to_mend_detail", **{key: texts.number(each) for key, each in counts.items()})
        value = dict.fromkeys(texts.LANGUAGES, texts.number(int(severities.get("error", 0))))
        return [*figures, KeyFigure(value, texts.both("to_mend_figure"), detail, Bar(rows - wrong, wrong, 0))]

    def _compliance(self, outcome: Outcome) -> list[KeyFigure]:
        rows, table = len(outcome.layer), outcome.tables["grades"]
        graded = table[table["field"] == "compliance"].set_index("grade")
        if not len(graded):
            return []
        full, missing = int(graded["rows"]["full"]), int(graded["rows"][grades.NOT_RECORDED])
        detail = count_of(full, rows, measure_words(outcome, outcome.measure))
        if "capacity_persons" in graded:
            places = {"part": graded["capacity_persons"]["full"], "total": graded["capacity_persons"].sum()}
            told = texts.both("places_of", **{key: texts.number(each) for key, each in places.items()})
            detail = {lang: f"{detail[lang]}; {told[lang]}" for lang in texts.LANGUAGES}
        bar = Bar(full, rows - full - missing, missing)
        return [KeyFigure(share_of(full, rows), texts.both("fully_compliant"), detail, bar)]

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say how many comply or hold the flood, what improvements cost, and what is to be mended."""
        return register_findings(outcome, self.min_return_period_years)

    def first_steps(self, outcome: Outcome) -> list[Step]:
        """Name what is cheapest to improve, and what to mend in the register."""
        return register_steps(outcome, self.features)

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell grades, defects, improvements and their cost, and what is to be mended."""
        fields = schema(self.as_register)
        return [structure_table(outcome, fields), *register_tables(outcome, fields)]


def _area_of(layer: GeoDataFrame, areas: GeoDataFrame, area_name: str | None) -> pd.Series[str]:
    """Name the area of each row; those outside every area, or without a place, by what `coverage` calls them."""
    zones = sm.exposure(layer[["geometry"]], areas, zone_id=area_name).rows
    area = zones["zone"].astype("string")
    area = area.where(area.notna(), OUTSIDE_AREAS)
    return area.where(has_place(layer.geometry.to_numpy()), UNKNOWN)
