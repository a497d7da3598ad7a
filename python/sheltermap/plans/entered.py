# SPDX-License-Identifier: Apache-2.0
"""Numbers of indicators as institutions write them: "3,5 %", "< 1 %", a value with the day and source it is from."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, model_validator

from sheltermap.base.fault import Fault
from sheltermap.base.numerals import number_in
from sheltermap.base.standards import PlanPart, Text
from sheltermap.questions.sources import NonEmpty

Year = Annotated[int, Field(ge=1900, le=2999)]
Direction = Literal["up", "down", "keep", "none"]
Sign = Literal["", "<", "≤", ">", "≥"]
_SIGN = re.compile(r"(<=|>=|[<>≤≥])")
_SIGNS: dict[str, Sign] = {"<": "<", ">": ">", "<=": "≤", ">=": "≥", "≤": "≤", "≥": "≥"}
TEXT_MAX = 100  #: characters of a text with a number


def _number_or_text(value: object) -> object:
    if isinstance(value, str) and 0 < len(value) <= TEXT_MAX:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise ValueError(f"must be a number, or a text of at most {TEXT_MAX} characters with one")


Written = Annotated[float | str, PlainValidator(_number_or_text)]  #: a number, or a text with one


@dataclass(frozen=True)
class Goal:
    """A number to be reached, kept, or not to be passed."""

    value: float
    sign: Sign = ""

    def better_by(self, value: float, direction: Direction) -> float:
        """Return how much better than the goal a value is; what is worse is negative."""
        return value - self.value if direction == "up" else self.value - value

    def met(self, value: float, direction: Direction) -> bool:
        """Whether a value reaches the goal; "< 1" is not met by 1."""
        better = self.better_by(value, direction)
        return better > 0 if self.sign in ("<", ">") else better >= 0


@dataclass(frozen=True)
class Margin:
    """How far from a level a value may be: in its unit, or in per cent of the level."""

    value: float
    is_share: bool

    def around(self, level: float) -> float:
        """Return the distance that is allowed."""
        return abs(level) * self.value / 100 if self.is_share else self.value


class Base(PlanPart):
    """Where an indicator started; `to_be_set` names the year in which that is found out."""

    year: Year | None = None
    value: Written | None = None
    to_be_set: Year | None = None

    @model_validator(mode="after")
    def _is_known_or_awaited(self) -> Base:
        if (self.year is None) != (self.value is None):
            raise ValueError("give year and value together")
        if (self.year is None) == (self.to_be_set is None):
            raise ValueError("give year and value, or to_be_set = the year in which the base value will be known")
        return self


class Actual(PlanPart):
    """A value entered by hand, with where it is from where that is said."""

    value: Written
    source: NonEmpty | None = None
    date: dt.date | None = None

    @model_validator(mode="before")
    @classmethod
    def _may_be_the_value_alone(cls, given: Any) -> Any:
        return given if isinstance(given, dict | Actual) else {"value": given}


def number(written: Written, unit: Text, key: str) -> float:
    """Return the number that is written; ValueError, naming `key`, where that is not one, or may be two."""
    goal = goal_in(written, unit, key)
    if goal.sign:
        raise ValueError(f'{key}: "{written}" is a limit, no value; write the number that was found')
    return goal.value


def goal_in(written: Written, unit: Text, key: str) -> Goal:
    """Return the goal that is written, with its sign; ValueError, naming `key`, where it cannot be read."""
    if not isinstance(written, str):
        return Goal(written)
    text = written.strip()
    sign = _SIGN.match(text)
    text = text[sign.end() :].strip() if sign else text
    found = number_in(_without_unit(text, unit))
    if isinstance(found, Fault):
        if found.reason == "ambiguous_number":
            first, second = found.details["first"], found.details["second"]
            raise ValueError(f'{key}: "{written}" may be {first} or {second}; write it as a number of TOML')
        said = unit.distinct[0]
        raise ValueError(
            f'{key}: "{written}" is no number in the unit "{said}"; write 3.5, "3,5 {said}" or "< 1 {said}"'
        )
    return Goal(found, _SIGNS[sign.group()] if sign else "")


def margin_in(written: Written, unit: Text, key: str) -> Margin:
    """Return how closely a level is to be kept, as it is written: "5 %" of it, or a number in its unit."""
    is_share = isinstance(written, str) and written.strip().endswith("%")
    found = number(written.strip().removesuffix("%") if isinstance(written, str) and is_share else written, unit, key)
    if found < 0:
        raise ValueError(f'{key}: "{written}" is less than nothing')
    return Margin(found, is_share)


def _without_unit(text: str, unit: Text) -> str:
    """Return a text without the unit behind it, in any language, whole or its first word."""
    for word in sorted({each for one in unit.distinct for each in (one, one.split()[0])}, key=len, reverse=True):
        if text.endswith(word):
            return text.removesuffix(word).strip()
    return text
