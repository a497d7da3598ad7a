# SPDX-License-Identifier: Apache-2.0
"""What a figure is made of: which rows of which layer, and what is summed of them; told in SQL and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.scopes import ALL, AREA, OUTSIDE_AREAS
from sheltermap.base.sql_quoting import quoted, quoted_text
from sheltermap.questions.figures import threshold_in

if TYPE_CHECKING:
    from sheltermap.base.limits import Limit
    from sheltermap.base.standards import Standard
    from sheltermap.questions.question import Question
    from sheltermap.questions.scenario_sources import ScenarioSource

GEOMETRY = "geom"  #: the column of geometries in a GeoPackage that sheltermap writes
INPUT = "input_"  #: how the layers of the inputs are called
HOW = {
    "rows": "SELECT COUNT(*) FROM {layer}{where}",
    "sum": "SELECT TOTAL({of}) FROM {layer}{where}",
    "distinct": "SELECT COUNT(DISTINCT {of}) FROM {layer}{where}",
    "max": "SELECT MAX({of}) FROM {layer}{where}",
    "min": "SELECT MIN({of}) FROM {layer}{where}",
    "only": "SELECT {of} FROM {layer}{where}",
    "median": (
        "SELECT AVG(value) FROM (SELECT {of} AS value, ROW_NUMBER() OVER (ORDER BY {of}) AS number, "
        "COUNT(*) OVER () AS rows FROM {layer}{where}) WHERE number IN ((rows + 1) / 2, (rows + 2) / 2)"
    ),
}  #: what is done with the rows, by the word for it


class Layers(Protocol):
    """The layers and tables of an assessment, as its GeoPackage holds them."""

    def columns(self, layer: str) -> Mapping[str, str]:
        """Return the types of a layer's columns by name; nothing where there is no such layer."""
        ...

    def spelt(self, layer: str, column: str, told: str) -> Sequence[Any]:
        """Return the values of a column that a figure tells as this text, as the layer spells them."""
        ...


@dataclass(frozen=True)
class Where:
    """A condition on rows, in SQL and in words."""

    sql: str
    words: dict[str, str]


def literal(value: Any) -> str:
    """Return a value as SQL has it.

    Examples
    --------
    >>> literal("Tom's"), literal(True), literal(2.5)
    ("'Tom''s'", '1', '2.5')
    """
    if isinstance(value, str):
        return quoted_text(value)
    return repr(int(value) if isinstance(value, bool) or float(value).is_integer() else float(value))


def is_one_of(name: str, *values: Any) -> Where:
    """Say that a column holds one of some values."""
    said = " / ".join(str(each) for each in values)
    if not values:
        return never(texts.both("whence.named_nowhere", column=name))
    one = f"= {literal(values[0])}"
    sql = f"{quoted(name)} " + (one if len(values) == 1 else f"IN ({', '.join(map(literal, values))})")
    return Where(sql, dict.fromkeys(texts.LANGUAGES, f"{name} = {said}"))


def is_not(name: str, value: Any) -> Where:
    """Say that a column holds something else than a value, or nothing."""
    words = dict.fromkeys(texts.LANGUAGES, f"{name} ≠ {value}")
    return Where(f"{quoted(name)} IS NOT {literal(value)}", words)


def compared(name: str, sign: str, value: float) -> Where:
    """Say how a column's number compares with a value: "<", "<=", ">" or ">="."""
    said = f"{name} {sign.replace('>=', '≥').replace('<=', '≤')} {value:.15g}"
    return Where(f"{quoted(name)} {sign} {literal(value)}", dict.fromkeys(texts.LANGUAGES, said))


def is_empty(name: str) -> Where:
    """Say that a column is empty."""
    return Where(f"{quoted(name)} IS NULL", texts.both("whence.empty", column=name))


def is_given(name: str) -> Where:
    """Say that a column is not empty."""
    return Where(f"{quoted(name)} IS NOT NULL", texts.both("whence.given", column=name))


def holds(sql: str, key: str, **told: Any) -> Where:
    """Say what only SQL can; `key` is that of the words for it."""
    return Where(sql, texts.both(f"whence.{key}", **told))


def never(words: dict[str, str] | None = None) -> Where:
    """Say that no row is meant: what is counted cannot be, as where rows are counted and none lacks its number."""
    return Where("0", words or texts.both("whence.never"))


@dataclass(frozen=True)
class Sum:
    """What comes of some rows of one layer: how many they are, or what a column of theirs sums to."""

    layer: str
    where: tuple[Where, ...] = ()
    of: str | None = None  #: an expression of SQL, mostly a column; None counts the rows
    how: str = "sum"
    called: dict[str, str] | None = None  #: what `of` is in words, where it is more than a column

    @property
    def condition(self) -> str:
        """Which rows, as SQL has it."""
        return " AND ".join(each.sql for each in self.where)

    @property
    def sql(self) -> str:
        """The query that gives the number."""
        where = f" WHERE {self.condition}" if self.where else ""
        return HOW[self._how].format(of=self.of, layer=quoted(self.layer), where=where)

    @property
    def _how(self) -> str:
        return "rows" if self.of is None else self.how

    @property
    def parts(self) -> tuple[Sum, ...]:
        """The sums of rows that it is made of: itself."""
        return (self,)

    @property
    def words(self) -> dict[str, str]:
        """What it is, in every language."""
        said = {"layer": self.layer, "column": self.called or (self.of or "").replace('"', "")}
        if not self.where:
            return texts.both(f"whence.{self._how}_of_all", **said)
        joined = {
            lang: f" {texts.say('whence.and', lang)} ".join(each.words[lang] for each in self.where)
            for lang in texts.LANGUAGES
        }
        return texts.both(f"whence.{self._how}", where=joined, **said)


@dataclass(frozen=True)
class Computed:
    """What is computed of sums of rows, or of other numbers that are."""

    formula: str  #: SQL, with the numbers of its terms as {0}, {1} …
    terms: tuple[Term, ...]
    key: str  #: of the words, in which the terms stand as {first}, {second}, {third}
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sql(self) -> str:
        """The query that gives the number."""
        return "SELECT " + self.formula.format(*(f"({each.sql})" for each in self.terms))

    @property
    def parts(self) -> tuple[Sum, ...]:
        """The sums of rows that it is made of, each once."""
        found: list[Sum] = []
        for part in (part for term in self.terms for part in term.parts):
            found += [] if part in found else [part]
        return tuple(found)

    @property
    def words(self) -> dict[str, str]:
        """What it is, in every language."""
        named = dict(zip(("first", "second", "third"), (each.words for each in self.terms), strict=False))
        return texts.both(f"whence.{self.key}", **named, **self.told)


@dataclass(frozen=True)
class Query:
    """What one query of its own gives, where sums of rows are not enough; its rows are those of `parts`."""

    sql: str
    parts: tuple[Sum, ...]
    key: str
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, str]:
        """What it is, in every language."""
        return texts.both(f"whence.{self.key}", **self.told)


@dataclass(frozen=True)
class NotInLayers:
    """A number that no query can give: it came of a search or of what the layers do not hold; words say which."""

    key: str
    parts: tuple[Sum, ...] = ()
    sql: None = None

    @property
    def words(self) -> dict[str, str]:
        """What it came of and how to check it, in every language."""
        return texts.both(f"whence.{self.key}")


Term = Sum | Computed | Query
Source = Term | NotInLayers


def share(part: Term, whole: Term) -> Computed:
    """Return a part divided by the whole; nothing where that is nothing."""
    return Computed("{0} * 1.0 / NULLIF({1}, 0)", (part, whole), "share")


def mean(name: str, of: Sum, weighed_by: str | None) -> Computed:
    """Return the mean of a column over the rows of a sum, each weighed by another column."""
    weight = "1" if weighed_by is None else quoted(weighed_by)
    where = (*of.where, is_given(name))
    whole = Sum(of.layer, where, weight)
    both = Sum(of.layer, where, f"{weight} * {quoted(name)}", called=texts.both("whence.weighed", column=name))
    return share(both, whole)


def at_least_nothing(of: Term) -> Computed:
    """Return a number, 0 where it is below."""
    return Computed("MAX({0}, 0)", (of,), "at_least_nothing")


def times(of: Term, factor: float) -> Computed:
    """Return a number times a fixed one."""
    return Computed(f"{{0}} * {literal(factor)}", (of,), "times", {"factor": f"{factor:.15g}"})


def less(first: Term, second: Term) -> Computed:
    """Return a number less another."""
    return Computed("{0} - {1}", (first, second), "less")


def plus(first: Term, *others: Term) -> Term:
    """Return the sum of numbers."""
    found = first
    for each in others:
        found = Computed("{0} + {1}", (found, each), "plus")
    return found


@dataclass(frozen=True)
class Asked:
    """A figure of an assessment, whose kind is asked what it is made of."""

    kind: Question
    row: Mapping[str, Any]  #: of the figures
    layers: Layers
    thresholds: Sequence[Limit]
    standards: Mapping[str, Standard]
    scenarios: Sequence[ScenarioSource] = ()  #: those of the plan that the analysis is about
    ids: Mapping[str, str | None] = field(default_factory=dict)  #: columns that name the rows of its inputs, by role

    @property
    def name(self) -> str:
        """The figure's name."""
        return str(self.row["figure"])

    @property
    def measure(self) -> str:
        """What it counts."""
        return str(self.row["measure"])

    @property
    def category(self) -> str | None:
        """Its category, where it has one."""
        return self._text("category")

    @property
    def scenario(self) -> str | None:
        """Its scenario, where it has one."""
        return self._text("scenario")

    @property
    def area(self) -> str | None:
        """Its area, where it is of one."""
        return self._text("area")

    @property
    def scope(self) -> str:
        """Whether it is about all, an area, or those who are in none."""
        return str(self.row["scope"])

    def _text(self, key: str) -> str | None:
        return None if pd.isna(self.row[key]) else str(self.row[key])

    @cached_property
    def limit(self) -> Limit | None:
        """Its distance or time, where it has one."""
        return threshold_in(self.row)

    @property
    def label(self) -> str:
        """How columns name its distance or time."""
        assert self.limit is not None, f"{self.name} is within a limit"
        return self.limit.label

    def layer(self, end: str = "") -> str:
        """Return the name of a layer of the analysis: the main one, or the one with this end."""
        return f"{self.kind.name}_{end}" if end else self.kind.name

    def input(self, role: str) -> str:
        """Return the name of the layer of an input, by its role."""
        return INPUT + self.kind.roles[role]

    def columns(self, end: str = "") -> Mapping[str, str]:
        """Return the types of the columns of a layer of the analysis."""
        return self.layers.columns(self.layer(end))

    def row_of(self, role: str, told: str | None, end: str = "") -> Where:
        """Say that a row of a layer is the one that the figure names by its id in an input, or by its number there."""
        name = self.ids.get(role)
        if name is not None:
            return self.told(name, told, end)
        number = int(told) + 1 if told is not None and told.isdecimal() else 0
        return Where(f'"fid" = {number}', texts.both("whence.row", number=number))

    def count(self, *where: Where, end: str = "") -> Sum:
        """Return how many rows in its area fulfil conditions; none of a layer that there is not, as it had no rows."""
        if not self.columns(end):
            return Sum(self.layer(), (never(texts.both("whence.no_layer", layer=self.layer(end))),))
        return Sum(self.layer(end), (*self.in_area(end), *where))

    def people(self, *where: Where, end: str = "", measure: str | None = None) -> Sum:
        """Return how many people, or what else is counted, the rows in its area have that fulfil conditions."""
        measure = self.measure if measure is None else measure
        if measure == "rows" or not self.columns(end):
            return self.count(*where, end=end)
        return Sum(self.layer(end), (*self.in_area(end), *where), quoted(measure))

    def without_number(self, *where: Where, end: str = "") -> Sum:
        """Return how many rows in its area do not say how many people they have."""
        if self.measure == "rows":
            return self.count(*where, never(), end=end)
        return self.count(*where, self.lacks_number(self.measure, end), end=end)

    def lacks_number(self, name: str, end: str = "") -> Where:
        """Say that a column of numbers is empty, or blank where the layer keeps it as a text."""
        if not self.columns(end).get(name, "").startswith("TEXT"):
            return is_empty(name)
        return Where(f"TRIM(COALESCE({quoted(name)}, '')) = ''", texts.both("whence.empty", column=name))

    def of(self, name: str, *where: Where, end: str = "", how: str = "sum") -> Sum:
        """Return what a column of the rows in its area comes to, which fulfil conditions."""
        if not self.columns(end):
            return self.count(end=end)
        return Sum(self.layer(end), (*self.in_area(end), *where), quoted(name), how)

    def told(self, name: str, told: str | None, end: str = "") -> Where:
        """Say that a column holds what the figure tells as this text, however the layer spells it."""
        return is_one_of(name, *self.layers.spelt(self.layer(end), name, str(told)))

    def in_area(self, end: str = "", name: str = "area") -> tuple[Where, ...]:
        """Say which rows lie in its area, or in none."""
        if self.scope == ALL:
            return ()
        if self.scope == AREA:
            return (self.told(name, self.area, end),)
        if self.layers.spelt(self.layer(end), name, self.scope):
            return (self.told(name, self.scope, end),)
        placed = self.scope == OUTSIDE_AREAS
        has_place = f"{quoted(GEOMETRY)} IS {'NOT ' if placed else ''}NULL"
        return (is_empty(name), holds(has_place, "placed" if placed else "placeless"))
