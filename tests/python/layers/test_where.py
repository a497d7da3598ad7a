# SPDX-License-Identifier: Apache-2.0
"""Conditions on the rows of a layer: what they take, and what is said of those that cannot be understood."""

import datetime
import re
import sqlite3

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sheltermap as sm
from sheltermap.layers.where import DEEPEST, LONGEST, parsed

ROWS = pd.DataFrame(
    {
        "kind": ["shelter", "school", None, "it's"],
        "capacity": pd.array([10, 60, 70, None], dtype="Int64"),
        "used": [1.5, None, 80.0, 4.0],
        "open": [True, False, True, True],
        "day": [datetime.date(2020, 1, 1), None, datetime.date(2021, 1, 1), datetime.date(2022, 1, 1)],
        "Kāds lauks": ["a%", "b_", "Čau", "a"],
        "seen": pd.to_datetime(["2020-01-01", None, "2021-01-01 12:00", "2022-01-01"], format="ISO8601"),
        "empty": [None] * 4,
    }
)


def rows(text: str) -> list[int]:
    """The rows of the table that a condition takes, from 0."""
    return [row for row, taken in enumerate(parsed(text).rows(ROWS, "a.csv")) if taken]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("kind = 'shelter' and capacity >= 10", [0]),
        ("kind = 'shelter' or capacity > 60 and kind is null", [0, 2]),
        ("(kind = 'shelter' or capacity > 60) and kind is null", [2]),
        ("kind IS NULL", [2]),
        ("kind is not null", [0, 1, 3]),
        ("kind <> 'shelter'", [1, 3]),  # an empty cell is neither this nor that
        ("not kind = 'shelter'", [1, 3]),
        ("kind != 'it''s'", [0, 1]),
        ("kind in ('shelter', 'it''s')", [0, 3]),
        ("kind not in ('shelter')", [1, 3]),
        ("capacity between 10 and 60", [0, 1]),
        ("capacity not between 10 and 60", [2]),
        ("capacity > used", [0]),
        ("50 < capacity", [1, 2]),
        ("used == 1.5e0", [0]),
        ("capacity = -1 or used >= +80.", [2]),
        ("open = true", [0, 2, 3]),
        ("open <> TRUE", [1]),
        ("day >= '2021-01-01'", [2, 3]),
        ("seen > '2021-01-01'", [2, 3]),
        ("seen <= '2021-01-01T12:00'", [0, 2]),
        ("\"Kāds lauks\" like 'a%'", [0, 3]),
        ("\"Kāds lauks\" like '_'", [3]),
        ("\"Kāds lauks\" ilike 'čAU'", [2]),
        ("kind not like 's%l'", [0, 3]),
        ("kind like '%h%e%'", [0]),
        ("empty is null", [0, 1, 2, 3]),
        ("empty = 3", []),
        ("capacity = 1 OR used = 2", []),
    ],
)
def test_a_condition_takes_the_rows_of_which_it_is_true(text, taken):
    assert rows(text) == taken


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind = = 3", "position 8: “= 3” is not understood there"),
        ("kind = 'abc", "position 8: “'abc” is not understood there (a quote is not closed)"),
        ("kind = 'x'; drop table homes", "position 11: “; drop table homes”"),
        ("kind =", "stops too early"),
        ("(kind = 'x'", "stops too early"),
        ("  ", "is empty"),
        ("kind", "stops too early"),
        ("__import__('os')", "position 11"),
        ("capacity > 1e999", "'1e999' is beyond the range of numbers"),
        ("a" * (LONGEST + 1), "at most 10,000 are taken"),
        ("not " * (DEEPEST + 1) + "a = 1", "more than 100 steps"),
        ("(" * (LONGEST - 1), "stops too early"),
    ],
)
def test_what_is_no_condition_is_told_with_its_place(text, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        parsed(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kindd = 'x'", 'a.csv: where: unknown column "kindd"; did you mean "kind"?'),
        ("capacity = '10'", "column \"capacity\" holds numbers: write a value of that kind without quotes, not '10'"),
        ("kind = 3", "column \"kind\" holds texts: write '3' in quotes, not 3"),
        ("kind = capacity", 'column "kind" holds texts, column "capacity" numbers: they cannot be compared'),
        ("open > false", "none is greater than the other"),
        ("day = 'yesterday'", "column \"day\" holds days: write '2026-10-01' for one, not 'yesterday'"),
        ("capacity like '1%'", 'column "capacity" holds numbers; like is for texts'),
    ],
)
def test_what_does_not_fit_the_columns_is_told_with_the_remedy(text, said):
    with pytest.raises(sm.ReadError, match=re.escape(said)):
        rows(text)


def test_no_pattern_takes_long():
    long = pd.DataFrame({"text": ["a" * 50_000]})
    assert not parsed("text like '" + "%a" * 2000 + "%b'").rows(long, "a.csv").any()
    assert parsed("text like '" + "%a" * 2000 + "'").rows(long, "a.csv").all()


CELLS = st.sampled_from(["a", "ab", "b", None])
NUMBERS = st.sampled_from([1, 2, 3, None])
TESTS = st.sampled_from(
    [
        *("t = 'a'", "t <> 'a'", "t < 'b'", "t in ('a', 'b')", "t not in ('a')", "t is null", "t is not null"),
        *("t like 'a%'", "t like '%b'", "t like '_'", "t not like '%a%'"),
        *(
            "n = 2",
            "n <> 2",
            "n >= 2",
            "n between 2 and 3",
            "n not between 1 and 2",
            "n in (1, 3)",
            "n < m",
            "m is null",
        ),
    ]
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map(lambda each: "(" + "".join(each) + ")"),
        inner.map(lambda each: f"not {each}"),
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(CONDITIONS, st.lists(st.tuples(CELLS, NUMBERS, NUMBERS), min_size=1, max_size=12))
def test_rows_are_those_that_a_database_takes(condition, table):
    database = sqlite3.connect(":memory:")
    database.execute("pragma case_sensitive_like = on")
    database.execute("create table rows (row integer, t text, n integer, m integer)")
    database.executemany("insert into rows values (?, ?, ?, ?)", [(at, *row) for at, row in enumerate(table)])
    wanted = [at for (at,) in database.execute(f"select row from rows where {condition} order by row")]
    database.close()
    frame = pd.DataFrame(table, columns=["t", "n", "m"]).astype({"n": "Int64", "m": "Int64"})
    taken = parsed(condition).rows(frame, "rows")
    assert [at for at, each in enumerate(taken) if each] == wanted
