# SPDX-License-Identifier: Apache-2.0
"""Conditions and sums as SQL, on small tables counted by hand."""

import sqlite3

import pytest

from sheltermap.base.sql_quoting import quoted
from sheltermap.questions.figure_source import (
    Sum,
    at_least_nothing,
    compared,
    is_empty,
    is_not,
    is_one_of,
    less,
    literal,
    mean,
    plus,
    share,
    times,
)


@pytest.fixture
def table() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute('CREATE TABLE "a ""b""" (name TEXT, people REAL, cost REAL, state TEXT)')
    rows = [("Tom's", 3, 10, "covered"), ("x", 5, 40, "uncovered"), ("y", None, 20, None), ("z", 2, None, "covered")]
    connection.executemany('INSERT INTO "a ""b""" VALUES (?, ?, ?, ?)', rows)
    return connection


LAYER = 'a "b"'
PEOPLE = quoted("people")


@pytest.mark.parametrize(
    ("term", "number"),
    [
        (Sum(LAYER), 4),
        (Sum(LAYER, (is_one_of("state", "covered"),)), 2),
        (Sum(LAYER, (is_one_of("state", "covered", "uncovered"),), PEOPLE), 10),
        (Sum(LAYER, (is_not("state", "covered"),)), 2),  # what is empty is not covered either
        (Sum(LAYER, (is_empty("people"),)), 1),
        (Sum(LAYER, (is_one_of("name", "Tom's"),), PEOPLE), 3),
        (Sum(LAYER, (is_one_of("name"),)), 0),
        (Sum(LAYER, (compared("cost", ">=", 20),)), 2),
        (Sum(LAYER, (), PEOPLE, "max"), 5),
        (Sum(LAYER, (), PEOPLE, "min"), 2),
        (Sum(LAYER, (compared("cost", ">", 0),), quoted("cost"), "median"), 20),
        (Sum(LAYER, (is_one_of("state", "covered"),), PEOPLE, "median"), 2.5),
        (Sum(LAYER, (), quoted("state"), "distinct"), 2),
        (share(Sum(LAYER, (is_one_of("state", "covered"),), PEOPLE), Sum(LAYER, (), PEOPLE)), 0.5),
        (share(Sum(LAYER), Sum(LAYER, (is_one_of("name"),))), None),  # of nothing there is no share
        (less(Sum(LAYER, (), PEOPLE), Sum(LAYER)), 6),
        (plus(Sum(LAYER), Sum(LAYER), Sum(LAYER)), 12),
        (at_least_nothing(less(Sum(LAYER), Sum(LAYER, (), PEOPLE))), 0),
        (times(Sum(LAYER, (), PEOPLE), 1.5), 15),
        (mean("cost", Sum(LAYER), "people"), (3 * 10 + 5 * 40) / 8),
    ],
)
def test_a_query_gives_the_number(table: sqlite3.Connection, term: Sum, number: float | None) -> None:
    assert table.execute(term.sql).fetchone()[0] == number


def test_what_data_say_stays_a_text() -> None:
    name = "x'; DROP TABLE figures; --"
    assert literal(name) == "'x''; DROP TABLE figures; --'"
    assert quoted('a" b') == '"a"" b"'
    assert Sum("near", (is_one_of("name", name),)).sql.count("'") == 4


def test_words_tell_the_formula() -> None:
    covered = Sum("near", (is_one_of("state", "covered"), compared("cost", "<=", 500)), PEOPLE)
    told = share(covered, Sum("near", (), PEOPLE)).words
    assert told["en"] == (
        "the sum of people over the rows of “near” with state = covered and cost ≤ 500, "
        "divided by the sum of people over all rows of “near”"
    )
    assert told["lv"].startswith("people summa slāņa „near” rindām, kurām state = covered un cost ≤ 500, dalīta ar:")
