# SPDX-License-Identifier: Apache-2.0
"""What a plan demands of its figures, and what it knowingly leaves out of that, for how long."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, model_validator

from sheltermap.base.fault import Fault
from sheltermap.base.numerals import number_in
from sheltermap.base.standards import PlanPart, Text
from sheltermap.base.suggestions import one_form
from sheltermap.plans.entered import Margin
from sheltermap.plans.selector import Selector
from sheltermap.questions.sources import NonEmpty

Part = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Kind = Literal[
    "check",
    "coverage_fell",
    "area_fell",
    "figure_worse",
    "detail_worse",
    "gap_opened",
    "facility_closed",
    "indicator_off",
    "indicator_behind",
    "rows_refused",
    "not_compared",
    "nothing_before",
    "not_judged",
    "matched_otherwise",
    "total_smaller",
    "rows_without_weight",
]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _number_or_steps(value: object) -> object:
    if isinstance(value, Mapping) and value:
        years = {str(year): number for year, number in value.items()}
        if all(len(year) == 4 and year.isdecimal() for year in years) and all(map(_is_number, years.values())):
            return {year: float(years[year]) for year in sorted(years)}
    elif _is_number(value):
        return float(value)  # type: ignore[arg-type]
    raise ValueError("must be a number, or numbers by the year from which on they hold: { 2027 = 0.8, 2028 = 0.85 }")


def _margin_or_text(value: object) -> object:
    if value is not None:
        margin_of(value)
    return float(value) if _is_number(value) else value  # type: ignore[arg-type]


def margin_of(given: object) -> Margin:
    """Return how far a figure may move: a number in its unit, or per cent of what it was.

    Examples
    --------
    >>> margin_of(0.005), margin_of("2,5 %").around(200)
    (Margin(value=0.005, is_share=False), 5.0)
    """
    if _is_number(given) and given >= 0:  # type: ignore[operator]
        return Margin(float(given), is_share=False)  # type: ignore[arg-type]
    if isinstance(given, str) and given.strip().endswith("%"):
        found = number_in(given.strip().removesuffix("%").strip())
        if not isinstance(found, Fault) and found >= 0:
            return Margin(found, is_share=True)
    raise ValueError('must be a number from 0 on, in the unit of the figure, or per cent of what it was, as "2 %"')


Stepped = Annotated[
    float | dict[str, float], PlainValidator(_number_or_steps, json_schema_input_type=float | dict[str, float])
]
Allowed = Annotated[float | str, PlainValidator(_margin_or_text, json_schema_input_type=float | str)]


class Check(PlanPart):
    """A limit of one figure, year by year if need be, or of how much worse it may be than the year before."""

    id: NonEmpty
    title: Text | None = None
    figure: Selector
    at_least: Stepped | None = None
    at_most: Stepped | None = None
    may_fall_by: Allowed | None = None
    may_rise_by: Allowed | None = None

    @property
    def compares(self) -> bool:
        """Whether it needs the figure of the year before."""
        return self.may_fall_by is not None or self.may_rise_by is not None

    @model_validator(mode="after")
    def _demands_something(self) -> Check:
        if all(each is None for each in (self.at_least, self.at_most, self.may_fall_by, self.may_rise_by)):
            raise ValueError("give at_least, at_most, may_fall_by or may_rise_by")
        return self


def limit_in(given: float | dict[str, float] | None, year: int) -> tuple[float, str | None] | None:
    """Return the limit that holds in a year, and from which year on; nothing where none holds yet.

    Examples
    --------
    >>> limit_in({"2027": 0.8, "2029": 0.85}, 2028), limit_in({"2027": 0.8}, 2026), limit_in(5.0, 2026)
    ((0.8, '2027'), None, (5.0, None))
    """
    if not isinstance(given, dict):
        return None if given is None else (given, None)
    since = max((each for each in given if int(each) <= year), default=None)
    return None if since is None else (given[since], since)


class ToleranceOf(PlanPart):
    """How much worse some figures may be: those of an analysis, of a name, of an area, a scenario or a category."""

    analysis: NonEmpty | None = None
    figure: NonEmpty | None = None
    measure: NonEmpty | None = None
    area: NonEmpty | None = None
    scenario: NonEmpty | None = None
    category: NonEmpty | None = None
    worse_by: Allowed

    @model_validator(mode="after")
    def _is_of_something(self) -> ToleranceOf:
        if not self._wanted:
            raise ValueError("say which figures it is of: analysis, figure, measure, area, scenario or category")
        return self

    @property
    def _wanted(self) -> dict[str, str]:
        return self.model_dump(exclude={"worse_by"}, exclude_none=True)

    def is_of(self, figure: Mapping[str, Any]) -> bool:
        """Whether it is of a figure."""
        return all(one_form(figure[key]) == one_form(value) for key, value in self._wanted.items())


class Tolerances(PlanPart):
    """How much worse a figure may be before it fails; what is worse by less is noted."""

    share: Part = 0.0001  #: of shares: 0.01 percentage points
    amount: Part = 0.001  #: of all others: this part of what it was
    total: Part = 0.05  #: of all people or objects: a municipality loses a few in a hundred a year, a broken file many
    figures: list[ToleranceOf] = Field(default_factory=list)  #: of some figures; the first that is of one counts

    def of(self, figure: Mapping[str, Any]) -> ToleranceOf | None:
        """Return what the plan says of one figure; None where only the general tolerances hold."""
        return next((each for each in self.figures if each.is_of(figure)), None)


class Ignored(PlanPart):
    """A finding that is known and left alone until a day, with the reason."""

    finding: Kind
    subject: NonEmpty  #: the analysis, check, indicator or input it is of
    place: NonEmpty | None = None  #: as the finding has it: name of the gap, area or facility
    reason: NonEmpty
    until: date
