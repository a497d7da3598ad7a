# SPDX-License-Identifier: Apache-2.0
"""Indicators as data: what they measure, base value, targets by year, and whether a run is on the path to them."""

from __future__ import annotations

import ast
import math
import operator
import tomllib
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import Field, model_validator

from sheltermap._native import SheltermapError
from sheltermap.base.language import LANGUAGES, REFERENCE
from sheltermap.base.ordinary_files import toml
from sheltermap.base.standards import PlanPart, Text
from sheltermap.base.suggestions import one_form, unknown

NonEmpty = Annotated[str, Field(min_length=1)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Year = Annotated[int, Field(ge=1900, le=2999)]
Status = Literal["met", "on_path", "behind", "off", "unknown"]
STATUSES: tuple[Status, ...] = ("met", "on_path", "behind", "off", "unknown")
COLUMNS = ["id", *(f"title_{lang}" for lang in LANGUAGES), "unit", "direction", "year", "value", "planned", "status"]
COLUMNS += ["trend_per_year", "target_year", "target", "forecast", "source", "responsible"]
LONGEST, DEEPEST, SHOWN = 1000, 200, 60  # characters and steps of an expression; characters an error repeats
LARGEST = 1e300
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}

_ALLOWED = (ast.BinOp, ast.UnaryOp, ast.Name, ast.Load, ast.USub, ast.UAdd, *_OPERATORS)


class Selector(PlanPart):
    """Which one of the run's figures is meant; what is not given may be anything, as long as one figure fits."""

    analysis: NonEmpty
    figure: NonEmpty
    measure: NonEmpty | None = None
    scope: NonEmpty = "all"
    area: NonEmpty | None = None
    threshold_m: Number | None = None
    threshold_s: Number | None = None
    scenario: NonEmpty | None = None
    category: NonEmpty | None = None

    def rows(self, figures: pd.DataFrame) -> pd.DataFrame:
        """Return the figures that fit."""
        for column, value in self._wanted.items():
            figures = figures[(figures[column] == value).fillna(False).astype(bool)]
        return figures

    @property
    def _wanted(self) -> dict[str, Any]:
        wanted = {column: one_form(value) for column, value in self.model_dump(exclude_none=True).items()}
        return wanted if self.area is None else wanted | {"scope": "area"}

    def _misfit(self, figures: pd.DataFrame) -> str:
        """Say which part no figure fits that fits all parts before it, and what these figures have there."""
        for column, value in self._wanted.items():
            fit = figures[(figures[column] == value).fillna(False).astype(bool)]
            if not len(fit):
                there = [
                    f"{each:g}" if isinstance(each, float) else str(each) for each in figures[column].dropna().unique()
                ]
                return unknown(f"unknown {column}", f"{value:g}" if isinstance(value, float) else str(value), there)
            figures = fit
        raise AssertionError("some figure fits")

    def value(self, figures: pd.DataFrame, where: str) -> float:
        """Return the one figure that fits; SheltermapError, naming `where`, if none does, or several."""
        found = self.rows(figures)
        if len(found) == 1:
            return float(found["value"].iloc[0])
        if not len(found):
            raise SheltermapError(f"{where}: no figure of this run fits: {self._misfit(figures)}")
        varying = [name for name in found.columns if name != "value" and len(found[name].drop_duplicates()) > 1]
        raise SheltermapError(f"{where}: {len(found)} figures fit; say also {', '.join(varying)}")


class Base(PlanPart):
    """Where an indicator started."""

    year: Year
    value: Number


class Indicator(PlanPart):
    """A measure with a base value and targets by year."""

    id: NonEmpty
    title: Text
    unit: Text
    expression: NonEmpty
    figures: Annotated[dict[str, Selector], Field(min_length=1)]
    base: Base
    targets: Annotated[dict[str, Number], Field(min_length=1)]
    actuals: dict[str, Number] = Field(default_factory=dict)
    direction: Literal["up", "down"]
    source: NonEmpty
    responsible: Text | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> Indicator:
        for key, years in (("targets", self.targets), ("actuals", self.actuals)):
            wrong = [year for year in years if not (year.isdecimal() and len(year) == 4)]
            if wrong:
                raise ValueError(f'{key}: "{wrong[0]}" is no year')
        if min(map(int, self.targets)) <= self.base.year:
            raise ValueError(f"targets: a target lies after the base year, {self.base.year}")
        used = set(_names(_parsed(self.expression)))
        if used != set(self.figures):
            unused = sorted(set(self.figures) - used)
            if unused:
                raise ValueError(f"expression: figures.{unused[0]} is not used")
            raise ValueError(f'expression: "{min(used - set(self.figures))}" is not in figures')
        return self

    def value(self, figures: pd.DataFrame) -> float | None:
        """Return what a run's figures make of it; nothing where one of them is not known, or it divides by 0.

        Raises
        ------
        SheltermapError
            If a selector fits no figure, or several.
        """
        values = {
            name: selector.value(figures, f"indicator {self.id}, figures.{name}")
            for name, selector in self.figures.items()
        }
        try:
            result = _computed(_parsed(self.expression), values)
        except ZeroDivisionError:
            return None
        return float(result) if math.isfinite(result) else None

    def planned(self, year: int) -> float:
        """Return where the path from the base value through the targets is in a year; after the last target, that."""
        points = [(self.base.year, self.base.value), *sorted((int(each), goal) for each, goal in self.targets.items())]
        if year <= points[0][0]:
            return points[0][1]
        for (first, start), (second, end) in pairwise(points):
            if year <= second:
                return start + (end - start) * (year - first) / (second - first)
        return points[-1][1]

    def next_target(self, year: int) -> tuple[int, float]:
        """Return the first target that is not past, else the last one."""
        ahead = sorted((int(each), goal) for each, goal in self.targets.items())
        return next((point for point in ahead if point[0] >= year), ahead[-1])

    def status(self, year: int, value: float | None) -> Status:
        """Judge a value: the next target met, the path kept, behind it but better than at the start, or off."""
        if value is None:
            return "unknown"
        sign = 1 if self.direction == "up" else -1
        if sign * (value - self.next_target(year)[1]) >= 0:
            return "met"
        if sign * (value - self.planned(year)) >= 0:
            return "on_path"
        return "behind" if sign * (value - self.base.value) > 0 else "off"

    def trend_per_year(self, year: int, value: float | None) -> float | None:
        """Return the slope of the least-squares line through the base value, the recorded years and this one."""
        known = {self.base.year: self.base.value} | {int(each): found for each, found in self.actuals.items()}
        known |= {} if value is None else {year: value}
        past = {each: found for each, found in known.items() if each <= year}
        if len(past) < 2:
            return None
        mean_year, mean_value = (sum(side) / len(past) for side in (past.keys(), past.values()))
        spread = sum((each - mean_year) ** 2 for each in past)
        return sum((each - mean_year) * (found - mean_value) for each, found in past.items()) / spread

    def record(self, year: int, figures: pd.DataFrame) -> dict[str, Any]:
        """Return what a run found, as a row of the table of indicators."""
        value = self.value(figures)
        trend = self.trend_per_year(year, value)
        target_year, target = self.next_target(year)
        forecast = None if trend is None or value is None else value + trend * max(target_year - year, 0)
        return {
            "id": self.id,
            **{f"title_{lang}": self.title.get(lang) for lang in LANGUAGES},
            "unit": self.unit.get(REFERENCE),
            "direction": self.direction,
            "year": year,
            "value": value,
            "planned": self.planned(year),
            "status": self.status(year, value),
            "trend_per_year": trend,
            "target_year": target_year,
            "target": target,
            "forecast": forecast,
            "source": self.source,
            "responsible": None if self.responsible is None else self.responsible.get(REFERENCE),
        }


def year_faults(indicators: Iterable[Indicator], year: int) -> list[str]:
    """Return which indicators start after the year of a run: nothing can be said of their path then."""
    late = [each for each in indicators if each.base.year > year]
    return [
        f"indicators.{each.id}.base.year: {each.base.year} lies after the year of this run, {year}" for each in late
    ]


def year_notes(indicators: Iterable[Indicator], year: int) -> list[str]:
    """Return which recorded values a run does not use: those of its own year, which it computes, and of later ones."""
    notes = []
    for each in indicators:
        for own in sorted(map(int, each.actuals)):
            given = f"indicator {each.id}: actuals give {each.actuals[str(own)]:g} for {own}"
            if own == year:
                notes.append(f"{given}; the value computed in this run stands in its place")
            elif own > year:
                notes.append(f"{given}, after the year of this run ({year}); it is not used")
    return notes


def load_raw(path: Path) -> list[dict[str, Any]]:
    """Return the indicators of a TOML file as plain data, to be checked as a part of the plan.

    Raises
    ------
    ValueError
        If it cannot be read, is not TOML, or holds anything but ``[[indicators]]``.
    """
    try:
        content = toml(path)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path} is not TOML: {error}") from None
    other = sorted(set(content) - {"indicators"})
    if other or not isinstance(content.get("indicators"), list):
        raise ValueError(f"{path} has to hold [[indicators]] and nothing else{': not ' + other[0] if other else ''}")
    return list(content["indicators"])


def indicator_table(indicators: Iterable[Indicator], year: int, figures: pd.DataFrame) -> pd.DataFrame:
    """Return one row per indicator: value, where the plan is this year, status, trend, forecast at the next target."""
    table = pd.DataFrame([each.record(year, figures) for each in indicators], columns=COLUMNS)
    numbers = ["value", "planned", "trend_per_year", "target", "forecast"]
    return table.astype(dict.fromkeys(numbers, "float64"))


def _parsed(expression: str) -> ast.expr:
    """Return an expression of names, numbers, + - * / and brackets; nothing else is taken."""
    if len(expression) > LONGEST:
        raise ValueError(f"expression: is {len(expression)} characters long; at most {LONGEST} are taken")
    shown = repr(expression if len(expression) <= SHOWN else expression[:SHOWN] + "…")
    try:
        tree = ast.parse(expression, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # what the parser says of nonsense, and of depth
        raise ValueError(f"expression: {shown} cannot be understood: names, numbers, + - * / ( )") from None
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        for node in level:
            if isinstance(node, ast.Constant) and _is_number(node.value):
                continue
            if not isinstance(node, _ALLOWED):
                raise ValueError(f"expression: only names, numbers, + - * / and ( ) are allowed in {shown}")
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return tree
    raise ValueError(f"expression: {shown} has more than {DEEPEST} steps one within the other")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def _names(tree: ast.expr) -> list[str]:
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]


def _computed(tree: ast.expr, values: Mapping[str, float]) -> float:
    if isinstance(tree, ast.BinOp):
        return _OPERATORS[type(tree.op)](_computed(tree.left, values), _computed(tree.right, values))
    if isinstance(tree, ast.UnaryOp):
        inner = _computed(tree.operand, values)
        return -inner if isinstance(tree.op, ast.USub) else inner
    if isinstance(tree, ast.Name):
        return values[tree.id]
    assert isinstance(tree, ast.Constant)
    return float(tree.value)  # type: ignore[arg-type]
