# SPDX-License-Identifier: Apache-2.0
"""Indicators as data: what they measure, base value, targets by year, and whether a run is on the path to them."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import Field, model_validator

from sheltermap.base.language import LANGUAGES, REFERENCE
from sheltermap.base.ordinary_files import toml
from sheltermap.base.standards import PlanPart, Text
from sheltermap.plans.course import Course
from sheltermap.plans.entered import Actual, Base, Direction, Written, goal_in, margin_in, number
from sheltermap.plans.expression import computed, names, parsed
from sheltermap.plans.selector import Selector
from sheltermap.questions.sources import NonEmpty

COLUMNS = ["id", *(f"title_{lang}" for lang in LANGUAGES), *(f"group_{lang}" for lang in LANGUAGES)]
COLUMNS += ["unit", "direction", "year", "value", "planned", "status", "trend_per_year", "target_year", "target"]
COLUMNS += ["forecast", "source", "responsible", "value_source", "value_date"]
NUMBERS = ["value", "planned", "trend_per_year", "target", "forecast"]
KEPT_WITHIN = "10 %"  #: of the plan, where an indicator is to be kept and does not say how closely
POINTS = {"<": "down", "≤": "down", ">": "up", "≥": "up"}  #: the direction that goes with a limit


class Series(PlanPart):
    """What is measured, or entered by hand, year by year, and what was planned."""

    expression: NonEmpty | None = None
    figures: dict[str, Selector] = Field(default_factory=dict)
    base: Base | None = None
    targets: dict[str, Written] = Field(default_factory=dict)
    actuals: dict[str, Actual] = Field(default_factory=dict)

    @property
    def is_entered(self) -> bool:
        """Whether its values come from people, not from the figures of a run."""
        return self.expression is None

    def fault(self) -> str | None:
        """Return what is wrong with its years, or with its expression."""
        for key, years in (("targets", self.targets), ("actuals", self.actuals)):
            wrong = [year for year in years if not (year.isdecimal() and year.isascii() and len(year) == 4)]
            if wrong:
                return f'{key}: "{wrong[0]}" is no year'
        if self.base and self.base.year and self.targets and min(map(int, self.targets)) <= self.base.year:
            return f"targets: a target lies after the base year, {self.base.year}"
        for year, actual in self.actuals.items():
            if actual.date is not None and actual.date.year < int(year):
                return f"actuals.{year}.date: {actual.date} lies before the year that the value is of"
        return self._expression_fault()

    def _expression_fault(self) -> str | None:
        if self.expression is None:
            return "expression: is missing; figures are of no use without it" if self.figures else None
        used = set(names(parsed(self.expression)))
        if not self.figures:
            return "figures: is missing; an expression needs figures of the run"
        unused = sorted(set(self.figures) - used)
        if unused:
            return f"expression: figures.{unused[0]} is not used"
        unnamed = sorted(used - set(self.figures))
        return f'expression: "{unnamed[0]}" is not in figures' if unnamed else None


class Group(Series):
    """One of several rows of an indicator: a level of school, a category, a month."""

    name: Text


class Indicator(Series):
    """A measure with a base value and targets by year, whole or by groups; computed in a run, or entered by hand."""

    id: NonEmpty
    title: Text
    unit: Text
    direction: Direction
    keep_within: Written | None = None
    path: Literal["line", "years"] | None = None
    source: NonEmpty
    responsible: Text | None = None
    groups: list[Group] = Field(default_factory=list)

    @model_validator(mode="after")
    def _is_sound(self) -> Indicator:
        own = [key for key in Series.model_fields if getattr(self, key)]
        if self.groups and own:
            raise ValueError(f"{own[0]}: belongs to each of the groups, or to an indicator without groups")
        if self.keep_within is not None and self.direction != "keep":
            raise ValueError('keep_within: is for direction = "keep"')
        written = [text for group in self.groups for text in group.name.distinct]
        if len(set(written)) < len(written):
            raise ValueError(f'groups: "{next(each for each in written if written.count(each) > 1)}" stands twice')
        parts: list[Series] = [*self.groups] or [self]
        for series in parts:
            where = f'group "{series.name.get(REFERENCE)}": ' if isinstance(series, Group) else ""
            fault = series.fault()
            if fault is None and not series.targets and self.direction != "none":
                fault = 'targets: are missing; an indicator that is only told has direction = "none"'
            if fault is not None:
                raise ValueError(where + fault)
        _ = self.rows
        return self

    @cached_property
    def rows(self) -> list[Row]:
        """What is judged: the indicator, or each of its groups."""
        return [Row(self, group, group.name) for group in self.groups] or [Row(self, self, None)]


class Row:
    """An indicator, or one of its groups, with the course it takes."""

    def __init__(self, indicator: Indicator, series: Series, group: Text | None) -> None:
        """Read its numbers; ValueError where one cannot be, or a limit points the other way."""
        self.indicator, self.series, self.group = indicator, series, group
        unit, direction, base = indicator.unit, indicator.direction, series.base
        known = None if base is None or base.year is None or base.value is None else (base.year, base.value)
        self.course = Course(
            direction,
            None if known is None else (known[0], number(known[1], unit, "base.value")),
            sorted(
                ((int(year), goal_in(goal, unit, f"targets.{year}")) for year, goal in series.targets.items()),
                key=lambda each: each[0],
            ),
            {int(year): number(each.value, unit, f"actuals.{year}") for year, each in series.actuals.items()},
            (indicator.path or ("years" if base is None else "line")) == "line",
            margin_in(KEPT_WITHIN if indicator.keep_within is None else indicator.keep_within, unit, "keep_within"),
        )
        for year, goal in self.course.targets:
            if goal.sign and POINTS[goal.sign] != direction:
                written = series.targets[str(year)]
                raise ValueError(f'targets.{year}: "{written}" does not go with direction = "{direction}"')

    @property
    def name(self) -> str:
        """How errors and notes call it."""
        group = "" if self.group is None else f", {self.group.get(REFERENCE)}"
        return f"indicator {self.indicator.id}{group}"

    def title(self, lang: str) -> str:
        """Return what readers know it by, with the name of the group."""
        return self.indicator.title.get(lang) + ("" if self.group is None else f", {self.group.get(lang)}")

    def value(self, year: int, figures: pd.DataFrame) -> float | None:
        """Return what was entered for a year, or what the figures of its run make of it; nothing where not known.

        Raises
        ------
        SheltermapError
            If a selector fits no figure, or several.
        """
        if self.series.expression is None:
            return self.course.actuals.get(year)
        values = {
            name: selector.value(figures, f"{self.name}, figures.{name}")
            for name, selector in self.series.figures.items()
        }
        try:
            result = computed(parsed(self.series.expression), values)
        except ZeroDivisionError:
            return None
        return float(result) if math.isfinite(result) else None

    def entered(self, year: int) -> Actual | None:
        """Return what was entered for a year, with its source and day where they are said."""
        return self.series.actuals.get(str(year)) if self.series.is_entered else None

    def record(self, year: int, figures: pd.DataFrame) -> dict[str, Any]:
        """Return what a run found, as a row of the table of indicators."""
        one, course = self.indicator, self.course
        value = self.value(year, figures)
        trend = course.trend_per_year(year, value)
        target_year, target = course.next_target(year) or (None, None)
        forecast = None
        if trend is not None and value is not None and target_year is not None:
            forecast = value + trend * max(target_year - year, 0)
        entered = self.entered(year) or Actual(value=0)
        return {
            "id": one.id,
            **{f"title_{lang}": one.title.get(lang) for lang in LANGUAGES},
            **{f"group_{lang}": None if self.group is None else self.group.get(lang) for lang in LANGUAGES},
            "unit": one.unit.get(REFERENCE),
            "direction": one.direction,
            "year": year,
            "value": value,
            "planned": course.planned(year),
            "status": course.status(year, value),
            "trend_per_year": trend,
            "target_year": target_year,
            "target": None if target is None else target.value,
            "forecast": forecast,
            "source": one.source,
            "responsible": None if one.responsible is None else one.responsible.get(REFERENCE),
            "value_source": entered.source,
            "value_date": None if entered.date is None else entered.date.isoformat(),
        }


def rows_of(indicators: Iterable[Indicator]) -> list[Row]:
    """Return all that is judged, in the order of the plan."""
    return [row for each in indicators for row in each.rows]


def year_faults(indicators: Iterable[Indicator], year: int) -> list[str]:
    """Return which indicators start after the year of a run: nothing can be said of their path then."""
    return [
        f"indicators.{row.indicator.id}.base.year: {row.course.base[0]} lies after the year of this run, {year}"
        for row in rows_of(indicators)
        if row.course.base is not None and row.course.base[0] > year
    ]


def year_notes(indicators: Iterable[Indicator], year: int) -> list[str]:
    """Return what is entered and not used, is not entered though its year is over, or was to be set by now."""
    notes = []
    for row in rows_of(indicators):
        for own, value in sorted(row.course.actuals.items()):
            given = f"{row.name}: actuals give {value:g} for {own}"
            if own == year and not row.series.is_entered:
                notes.append(f"{given}; the value computed in this run stands in its place")
            elif own > year:
                notes.append(f"{given}, after the year of this run ({year}); it is not used")
        base = row.series.base
        if base is not None and base.to_be_set is not None and base.to_be_set <= year:
            notes.append(f"{row.name}: its base value was to be set in {base.to_be_set} and is not; give base.value")
        planned = row.course.planned(year) is not None and row.indicator.direction != "none"
        if row.series.is_entered and planned and year not in row.course.actuals:
            notes.append(f"{row.name}: no value is entered for {year}; write actuals.{year}")
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
    table = pd.DataFrame([row.record(year, figures) for row in rows_of(indicators)], columns=COLUMNS)
    return table.astype(dict.fromkeys(NUMBERS, "float64") | {"target_year": "Int64"})
