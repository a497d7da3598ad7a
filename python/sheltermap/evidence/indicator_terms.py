# SPDX-License-Identifier: Apache-2.0
"""What an indicator is made of: its expression, with the figures in it, in words and in SQL."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sheltermap._native import ReadError
from sheltermap.base import texts
from sheltermap.base.suggestions import unknown
from sheltermap.layers.cells import first_few
from sheltermap.plans.expression import parsed
from sheltermap.questions.figure_source import literal
from sheltermap.questions.figures import records

if TYPE_CHECKING:
    from sheltermap.evidence.asked_figures import AskedFigures
    from sheltermap.plans.indicators import Indicator, Row, Series

GROUP = "group_"  #: before the language, in the columns with the name of a group
SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


@dataclass(frozen=True)
class Terms:
    """An indicator, and the figures in it.

    Attributes
    ----------
    name : str
        Its id.
    row : dict
        Among the assessment's indicators.
    title, words : dict of str
        What it is called, and how it is made, by language.
    figures : dict
        Rows of the figures, by the names in the expression.
    sql : str or None
        A query that gives its value; None where it was entered by hand, or a figure has no query.
    before, before_year
        What it was last, as the plan says.
    """

    name: str
    row: Mapping[str, Any]
    title: dict[str, str]
    value: float
    unit: dict[str, str]
    words: dict[str, str]
    figures: dict[str, dict[str, Any]]
    sql: str | None
    before: float | None
    before_year: int | None

    def is_of(self, row: Mapping[str, Any]) -> bool:
        """Whether a row, as of a former assessment, is about the same indicator, and the same group of it."""
        return _is_of(row, self.name, {key: value for key, value in self.row.items() if key.startswith(GROUP)})


def terms_of(asked: AskedFigures, name: str, group: str | None = None) -> Terms:
    """Return what an indicator, or one of its groups, is made of.

    Raises
    ------
    ValueError
        If there is no such indicator or group, with what may have been meant, or there are several groups and none is
        named.
    """
    if name in asked.kinds:
        mine = [f"{name}.{each}" for each in asked.figures[asked.figures["analysis"] == name]["figure"].unique()]
        raise ValueError(f"{name} is an analysis; say also which figure: {first_few(mine)}")
    if name not in asked.indicators:
        raise ValueError(
            f"{unknown('no indicator is called', name, asked.indicators)}; a figure has a point between analysis and "
            "figure: near.covered_share"
        )
    indicator = asked.indicators[name]
    chosen = _group(indicator, group)
    groups = {f"{GROUP}{lang}": None if chosen.group is None else chosen.group.get(lang) for lang in texts.LANGUAGES}
    rows = [each for each in asked.summary.get("indicators") or () if _is_of(each, name, groups)]
    if not rows:
        raise ReadError(f"{asked.folder} does not tell the indicator {name}; run the plan again")
    row, series = rows[0], chosen.series
    year, value = _last(series, int(asked.summary["year"]))
    title = {lang: chosen.title(lang) for lang in texts.LANGUAGES}
    value_now = float("nan") if row.get("value") is None else float(row["value"])
    unit = {lang: indicator.unit.get(lang) for lang in texts.LANGUAGES}
    told: dict[str, Any] = {"name": name, "row": row, "title": title, "unit": unit, "value": value_now}
    told |= {"before": value, "before_year": year}
    if series.expression is None or row.get("value_source") is not None:
        return Terms(**told, words=texts.both("whence.entered"), figures={}, sql=None)
    figures = {key: records(each.rows(asked.figures))[0] for key, each in series.figures.items()}
    made = {key: asked.source(each) for key, each in figures.items()}
    queries = {key: each.sql for key, each in made.items() if each.sql is not None}
    tree = parsed(series.expression)
    sql = None if len(queries) < len(made) else f"SELECT {_in_sql(tree, queries)}"
    words = texts.both("whence.expression", expression=series.expression)
    return Terms(**told, words=words, figures=figures, sql=sql)


def _group(indicator: Indicator, group: str | None) -> Row:
    """Return the row of an indicator, or of the group that is named in any language."""
    rows = indicator.rows
    named = {name: row for row in rows if row.group is not None for name in row.group.distinct}
    if group is not None and group not in named:
        raise ValueError(f"{indicator.id}: {unknown('no group is called', group, named)}")
    if group is None and len(rows) > 1:
        raise ValueError(f"{indicator.id} has {len(rows)} groups; say also which category: {first_few(list(named))}")
    return rows[0] if group is None else named[group]


def _is_of(row: Mapping[str, Any], name: str, groups: Mapping[str, Any]) -> bool:
    return row.get("id") == name and all(row.get(key) == value for key, value in groups.items())


def _last(series: Series, year: int) -> tuple[int | None, float | None]:
    """Return the last year before with a value that the plan knows, and the value, where that is a plain number."""
    known: dict[int, Any] = {int(each): actual.value for each, actual in series.actuals.items() if int(each) < year}
    if series.base is not None and series.base.year is not None and series.base.year < year:
        known.setdefault(series.base.year, series.base.value)
    numbers = {each: value for each, value in known.items() if isinstance(value, int | float)}
    return (max(numbers), float(numbers[max(numbers)])) if numbers else (None, None)


def _in_sql(tree: ast.expr, queries: Mapping[str, str]) -> str:
    """Return an expression with a query in the place of each name; whole numbers divide as others do."""
    if isinstance(tree, ast.BinOp):
        left, right = _in_sql(tree.left, queries), _in_sql(tree.right, queries)
        exact = " * 1.0" if isinstance(tree.op, ast.Div) else ""
        return f"({left}{exact} {SIGNS[type(tree.op)]} {right})"
    if isinstance(tree, ast.UnaryOp):
        return f"({'-' if isinstance(tree.op, ast.USub) else '+'}{_in_sql(tree.operand, queries)})"
    if isinstance(tree, ast.Name):
        return f"({queries[tree.id]})"
    assert isinstance(tree, ast.Constant)
    return literal(tree.value)
