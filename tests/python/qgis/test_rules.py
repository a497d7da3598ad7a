# SPDX-License-Identifier: Apache-2.0
"""Rules of legends: their columns, and the same rows by SQL and by filters of OGC, of which the first counts."""

import operator
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from sheltermap.qgis import rules

OGC: dict[str, Callable[[Any, Any], bool]] = {
    "ogc:PropertyIsEqualTo": operator.eq,
    "ogc:PropertyIsNotEqualTo": operator.ne,
    "ogc:PropertyIsLessThan": operator.lt,
    "ogc:PropertyIsGreaterThan": operator.gt,
    "ogc:PropertyIsLessThanOrEqualTo": operator.le,
    "ogc:PropertyIsGreaterThanOrEqualTo": operator.ge,
}
RULES = [
    ['"state" = \'leaves\' AND "cost" <= 2700', "\"state\" = 'leaves'", "\"state\" = 'cannot'", "TRUE"],
    ['"cost" <= 900', '"cost" <= 2700', '"cost" IS NULL AND "chosen"', "TRUE"],
    ['"chosen"', 'NOT "chosen" AND "state" IS NULL', "TRUE"],
    [
        "\"state\" = 'full'",
        "\"cost\" IS NULL AND \"state\" NOT IN ('leaves', 'O''Brien')",
        '"cost" IS NOT NULL',
        "TRUE",
    ],
    ['"cost" > 0 AND "cost" >= "other"', '"other" > 0 OR "cost" > 0', "TRUE"],
    ['"state" = \'O\'\'Brien\' AND ("cost" > 100 OR "other" < 5)', "\"state\" = 'O''Brien'", "TRUE"],
]


def holds(filter_: Element, row: dict[str, object]) -> bool:
    """Whether a row passes a filter: what is missing equals nothing, as OGC has it."""
    parts = list(filter_)
    match filter_.tag:
        case "ogc:Filter":
            return holds(parts[0], row)
        case "ogc:And":
            return all(holds(each, row) for each in parts)
        case "ogc:Or":
            return any(holds(each, row) for each in parts)
        case "ogc:Not":
            return not holds(parts[0], row)
        case "ogc:PropertyIsNull":
            return row[str(parts[0].text)] is None
    left, right = (value(each, row) for each in parts)
    if left is None or right is None:
        return False
    if isinstance(left, bool):
        right = right == "true"
    elif isinstance(left, int | float):
        right = float(str(right))
    return OGC[filter_.tag](left, right)


def value(element: Element, row: dict[str, object]) -> object:
    return row[str(element.text)] if element.tag == "ogc:PropertyName" else element.text


@pytest.mark.parametrize("listed", RULES)
def test_filters_take_the_rows_that_the_first_rule_takes(listed: list[str]) -> None:
    random_ = random.Random(1)
    rows = [
        {
            "state": random_.choice(["leaves", "cannot", "full", "O'Brien", None]),
            "cost": random_.choice([None, 0, 100, 900, 2700, 3000]),
            "other": random_.choice([None, 0, 2, 100]),
            "chosen": random_.random() < 0.5,
        }
        for _ in range(400)
    ]
    filters = rules.ogc_filters(listed)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE r (state, cost, other, chosen)")
        connection.executemany("INSERT INTO r VALUES (:state, :cost, :other, :chosen)", rows)
        first = [found for (found,) in connection.execute(f"SELECT {rules.first_that_holds(listed)} FROM r")]
    assert len(set(first)) == len(listed)
    for row, expected in zip(rows, first, strict=True):
        taken = [number for number, each in enumerate(filters) if each is not None and holds(each, row)]
        assert taken == [expected], row


def test_a_column_is_named_once_and_texts_are_no_columns() -> None:
    assert rules.columns('"a ""b""" = \'the "c"\' AND "a ""b""" IS NULL') == ['a "b"']
    assert rules.columns("TRUE") == []


@pytest.mark.parametrize("rule", ['"a" + 1 > 2', "length('x')", '"a" LIKE', '"a" =', '("a"', '"a" "b"', "1 = 'x", ""])
def test_what_no_filter_can_say_is_told_so(rule: str) -> None:
    with pytest.raises(ValueError, match="rule"):
        rules.ogc_expression(rule)


def test_a_rule_that_always_holds_is_the_last() -> None:
    with pytest.raises(ValueError, match="is the last"):
        rules.ogc_filters(["TRUE", '"a" = 1'])
