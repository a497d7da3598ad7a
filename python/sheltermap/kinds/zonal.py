# SPDX-License-Identifier: Apache-2.0
"""What a raster holds in each area: people, the mean and the extremes of a quantity, or shares of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, field_validator

import sheltermap as sm
from sheltermap.analyses.areas import ground_notes
from sheltermap.base import texts
from sheltermap.base.exact_sums import total
from sheltermap.base.scopes import require_own_names
from sheltermap.base.sql_quoting import quoted
from sheltermap.base.standards import Text
from sheltermap.drawing.raster_legends import class_categories_of_areas, value_categories
from sheltermap.layers import frames
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.picture import MapPicture, map_picture
from sheltermap.page.table import Cell, Table, Words, heads, text, words_of
from sheltermap.questions.figure_source import Sum, mean, share
from sheltermap.questions.figures import place_of, records
from sheltermap.questions.finding import Finding, figures_of
from sheltermap.questions.judging import Judged
from sheltermap.questions.kind import Kind
from sheltermap.questions.maps import Underlay, map_title, under
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.registry import register
from sheltermap.questions.row_tables import TOLD
from sheltermap.questions.sources import NonEmpty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from sheltermap.drawing.legend import Category
    from sheltermap.layers.raster import Raster
    from sheltermap.questions.context import Context
    from sheltermap.questions.figure_source import Asked, Source
    from sheltermap.questions.question import Figure

SHARE = "share_"  # how columns of classes begin
SHOWN = 6  # classes that a table has columns for, those of the largest part first
Number = Annotated[float, Field(allow_inf_nan=False)]


@register
class Zonal(Kind):
    """What a raster holds in each area."""

    uses: ClassVar = {"areas": ("area_name",)}
    reads_rasters: ClassVar = ("raster",)
    figure_names: ClassVar = (
        *("raster_sum", "raster_mean", "raster_min", "raster_max"),
        *("raster_class_share", "raster_unknown_share"),
    )
    registers: ClassVar = ()

    kind: Literal["zonal"]
    areas: NonEmpty
    area_name: NonEmpty
    raster: NonEmpty
    classes: Annotated[list[Number], Field(min_length=1)] | None = None
    class_names: dict[NonEmpty, Text] = Field(default_factory=dict)

    @field_validator("classes")
    @classmethod
    def _ascending(cls, value: list[float] | None) -> list[float] | None:
        if value is not None and sorted(set(value)) != value:
            raise ValueError("write each limit of the map's classes once, the smallest first")
        return value

    @field_validator("class_names")
    @classmethod
    def _of_numbers(cls, value: dict[str, Text]) -> dict[str, Text]:
        wrong = [code for code in value if not code.removeprefix("-").isdecimal()]
        if wrong:
            raise ValueError(f'classes of a raster are whole numbers: write "21" = …, not "{wrong[0]}"')
        return value

    def total_figures(self) -> tuple[str, ...]:
        """Return nothing: no rows are counted."""
        return ()

    def judged(self) -> tuple[Judged, ...]:
        """Less that is known is worse; whether more of what a raster holds is worse nobody can say."""
        return (Judged("raster_unknown_share", "higher", "detail_worse"),)

    def run(self, context: Context) -> Outcome:
        """Find what the raster holds in each area, each cell by the part of it that lies there."""
        raster = context.rasters["raster"]
        areas, notes = self._named_areas(context)
        layer = sm.zonal(areas, raster, [*_stats(raster), "area_m2", "unknown_m2"])
        everything = _everything(layer, raster)
        tables = {"all": pd.DataFrame([everything])}
        found = self._figures(raster, everything, {})
        for row in records(pd.DataFrame(layer.drop(columns=layer.geometry.name))):
            found += self._figures(raster, row, place_of(row[self.area_name]))
        notes += [texts.Note.of("raster_by_fraction"), *ground_notes(context.frames["areas"], "areas")]
        return Outcome(self, context, layer, found, tables, notes=notes)

    def _named_areas(self, context: Context) -> tuple[GeoDataFrame, list[str]]:
        """Return the areas, those of one name as one."""
        areas = context.frames["areas"]
        names = areas[self.area_name]
        if names.isna().any():
            row = int(np.flatnonzero(names.isna())[0]) + 1
            raise context.fault("area_name", f'row {row} of the areas has no name in "{self.area_name}"')
        require_own_names(names, frames.describe(areas, "areas"))
        several = int((names.value_counts() > 1).sum())
        if not several:
            return areas, []
        united = areas[[self.area_name, areas.geometry.name]].dissolve(self.area_name, sort=False, as_index=False)
        return united, [texts.Note.of("raster_several", count=texts.number(several))]

    def _figures(self, raster: Raster, row: dict[str, Any], where: Figure) -> list[Figure]:
        """Return the figures of one area, or of all."""
        found = []
        for name, value in row.items():
            if name in ("sum", "mean", "min", "max"):
                told = {"unit": "person" if name == "sum" and raster.holds == "count" else raster.unit}
                found.append(self.figure(f"raster_{name}", value, measure=self.raster, **told, **where))
            elif str(name).startswith(SHARE):
                told = {"category": str(name).removeprefix(SHARE), "unit": "1"}
                found.append(self.figure("raster_class_share", value, measure=self.raster, **told, **where))
        return [*found, self.figure("raster_unknown_share", row["unknown"], measure=self.raster, **where)]

    def source(self, asked: Asked) -> Source:
        """Tell what an area holds; of all the sum, the extremes, or the mean, each area by its size or its cells."""
        what = asked.name.removeprefix("raster_")
        whole = f"({sized('area_m2')} + {sized('unknown_m2')})"
        held = {"class_share": f"{SHARE}{asked.category}", "unknown_share": "unknown"}.get(what, what)
        if asked.area is not None:
            return Sum(asked.layer(), asked.in_area(name=self.area_name), quoted(held), "only")
        if what in ("sum", "min", "max"):
            return Sum(asked.layer(), (), quoted(held), what)
        if what == "mean":
            return mean("mean", Sum(asked.layer()), "count")
        part = sized("unknown_m2") if what == "unknown_share" else f"{sized(held)} * {whole}"
        sums = (Sum(asked.layer(), (), each, called=texts.both("whence.of_size")) for each in (part, whole))
        return share(*sums)

    def legend(self, outcome: Outcome) -> list[Category]:
        """Draw areas by what they hold, of classes by the one that most of the area has."""
        main = _main(outcome)
        if main == SHARE:
            shares = _shares(outcome.layer)
            return class_categories_of_areas(outcome.layer, shares, [self._class_words(each) for each in shares])
        return value_categories(outcome.layer, main, self.classes)

    def key_figures(self, outcome: Outcome) -> list[KeyFigure]:
        """Tell what all areas hold together."""
        row, main = records(outcome.tables["all"])[0], _main(outcome)
        detail = texts.both("raster_unknown_part", share=texts.shares(row["unknown"]))
        if main == SHARE:
            largest = max(_shares(outcome.tables["all"]), key=lambda name: float(row[name]))
            return [KeyFigure(texts.shares(row[largest]), self._class_words(largest), detail)]
        return [KeyFigure(texts.rounded(row[main]), self._head(outcome, main), detail)]

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Say what all areas hold together, or most of."""
        (first,) = self.key_figures(outcome)
        row, main = records(outcome.tables["all"])[0], _main(outcome)
        behind = figures_of(outcome, f"raster_{main}")
        if main == SHARE:
            largest = max(_shares(outcome.tables["all"]), key=lambda name: float(row[name]))
            behind = figures_of(outcome, "raster_class_share", category=largest.removeprefix(SHARE))
        words = texts.both("finding_amount", what=first.label, value=first.value)
        return [Finding(words, of_people=False, behind=behind)]

    def tables(self, outcome: Outcome) -> list[Table | None]:
        """Tell it area by area, those with most first."""
        main = _main(outcome)
        shown = _shares(outcome.tables["all"]) if main == SHARE else [main] if main == "sum" else ["mean", "min", "max"]
        if main == SHARE:
            row = records(outcome.tables["all"])[0]
            shown = sorted(shown, key=lambda name: -float(row[name]))[:SHOWN]
        rows = [self._cells(text(row[self.area_name]), row, shown) for row in records(_most_first(outcome))]
        others = ["class_other"] if self._not_shown(records(outcome.tables["all"])[0], shown) else []
        head: list[Cell] = [*heads("area"), *(self._head(outcome, name) for name in shown)]
        head += heads(*others, "area_m2", "raster_unknown")
        foot = [self._cells(texts.both("all"), records(outcome.tables["all"])[0], shown)]
        return [Table(texts.both("by_area"), head, rows, foot=foot)]

    def _cells(self, name: Cell, row: dict[str, Any], shown: list[str]) -> list[Cell]:
        values = [texts.shares(row[each]) if each.startswith(SHARE) else texts.rounded(row[each]) for each in shown]
        if left := self._not_shown(row, shown):
            values.append(texts.shares(total(np.array([row[each] for each in left], np.float64))))
        return [name, *values, texts.areas(row["area_m2"]), texts.shares(row["unknown"])]

    @staticmethod
    def _not_shown(row: Mapping[str, Any], shown: list[str]) -> list[str]:
        """Return the classes that have no column of their own."""
        return [name for name in row if str(name).startswith(SHARE) and name not in shown]

    def _head(self, outcome: Outcome, name: str) -> Words:
        raster = outcome.context.rasters["raster"]
        if name.startswith(SHARE):
            return self._class_words(name)
        if name == "sum":
            return texts.both("raster_people")
        return {lang: f"{word}, {raster.unit}" for lang, word in texts.both(f"raster_{name}").items()}

    def _class_words(self, name: str) -> Words:
        """Return what the plan calls a class, else its number, from the name of its column."""
        code = name.removeprefix(SHARE)
        named = self.class_names.get(code)
        return texts.both("class_of", code=code) if named is None else words_of(named)

    def told(self, outcome: Outcome, lang: str) -> str:
        """Name the areas with most."""
        main = _main(outcome)
        if main == SHARE:
            return ""
        rows = _most_first(outcome)
        named = [f"{row[self.area_name]} {texts.rounded(row[main])[lang]}" for row in records(rows[:TOLD])]
        more = texts.and_more(len(rows), TOLD, lang)
        return ", ".join(named) + more

    def pictures(self, outcome: Outcome, ground: Underlay | None) -> list[MapPicture]:
        """Draw the areas by what they hold."""
        return [map_picture(map_title(outcome), outcome.layer, self.legend(outcome), **under(ground, outcome.layer))]


def _stats(raster: Raster) -> tuple[str, ...]:
    """Return what is asked of a raster: of numbers per cell their sum, of classes shares, of all else the mean."""
    if raster.holds == "count":
        return ("sum",)
    return ("shares",) if raster.holds == "class" else ("mean", "min", "max", "count")


def _main(outcome: Outcome) -> str:
    """Return the column that a map shows, or how those of classes begin."""
    return next((name for name in ("sum", "mean") if name in outcome.tables["all"]), SHARE)


def _shares(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in table.columns if str(name).startswith(SHARE)]


def _everything(layer: GeoDataFrame, raster: Raster) -> dict[str, Any]:
    """Return the statistics of all areas together; what lies in two of them counts twice, as in the areas."""
    known, unknown = (np.nan_to_num(layer[name].to_numpy(float)) for name in ("area_m2", "unknown_m2"))
    whole = total(known) + total(unknown)
    found: dict[str, Any] = {"area_m2": total(known), "unknown": total(unknown) / whole if whole else float("nan")}
    if raster.holds == "count":
        return {"sum": total(np.nan_to_num(layer["sum"].to_numpy(float))), **found}
    if raster.holds == "class":
        sizes = known + unknown
        parts = {name: np.nan_to_num(layer[name].to_numpy(float)) * sizes for name in _shares(layer)}
        return {**{name: total(part) / whole if whole else float("nan") for name, part in parts.items()}, **found}
    count = np.nan_to_num(layer["count"].to_numpy(float))
    weighed = np.nan_to_num(layer["mean"].to_numpy(float)) * count
    mean = total(weighed) / total(count) if total(count) else float("nan")
    return {"mean": mean, "min": layer["min"].min(), "max": layer["max"].max(), **found}


def _most_first(outcome: Outcome) -> pd.DataFrame:
    layer, main = pd.DataFrame(outcome.layer.drop(columns=outcome.layer.geometry.name)), _main(outcome)
    return layer if main == SHARE else layer.sort_values(main, ascending=False, kind="stable")


def sized(name: str) -> str:
    """Return a column as SQL adds it up: nothing where it is not known."""
    return f"COALESCE({quoted(name)}, 0)"
