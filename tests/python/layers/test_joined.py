# SPDX-License-Identifier: Apache-2.0
"""Files of one layer have the same columns of the same kinds."""

from pathlib import Path

import pytest

import sheltermap as sm


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Write files by name in a folder in which one stands."""
    monkeypatch.chdir(tmp_path)

    def write(**texts: str) -> list[str]:
        for name, text in texts.items():
            Path(f"{name}.csv").write_text(text, encoding="utf-8")
        return [f"{name}.csv" for name in texts]

    return write


def test_all_columns_that_are_missing_are_told(files):
    named = files(
        one="id,people,kind,lon,lat\na,1,x,24.1,56.9\n",
        two="id,kind,lon,lat\nb,5,24.1,56.9\n",
        three="id,people,kind,extra,lon,lat\nc,3,z,9,24.1,56.9\n",
    )
    with pytest.raises(sm.ReadError) as raised:
        sm.read(named)
    assert str(raised.value).splitlines() == [
        "the files of one layer need the same columns, with the same kind of values:",
        '  one.csv has no column "extra", which three.csv has',
        '  two.csv has no column "people", which one.csv has',
        '  two.csv has no column "extra", which three.csv has',
        '  the column "kind" holds texts in one.csv and numbers in two.csv',
    ]


def test_without_strict_a_column_is_empty_where_it_is_missing(files):
    named = files(one="id,people,lon,lat\na,1,24.1,56.9\n", two="id,lon,lat\nb,24.2,56.9\n")
    both = sm.read(named, strict=False)
    assert both["people"].dtype == "Int64" and both["people"].isna().tolist() == [False, True]
    assert 'two.csv has no column "people", which one.csv has: it is empty there' in both.attrs["sheltermap_notes"]


@pytest.mark.parametrize(
    ("one", "two", "kind", "cells"),
    [
        ("1", "2", "int64", [1, 2]),
        ("1", "2.5", "float64", [1.0, 2.5]),
        ("", "7", "Int64", [None, 7]),
        ("", "7.5", "float64", [None, 7.5]),
        ("a", "", "str", ["a", None]),
        ("", "", "object", [None, None]),
    ],
)
def test_what_is_empty_in_a_file_is_of_the_kind_it_has_in_the_other(files, one, two, kind, cells):
    named = files(one=f"v,w,lon,lat\n{one},x,24.1,56.9\n", two=f"v,w,lon,lat\n{two},x,24.2,56.9\n")
    column = sm.read(named)["v"]
    assert column.dtype == kind or (kind == "str" and column.map(type, na_action="ignore").dropna().eq(str).all())
    assert [None if missing else cell for cell, missing in zip(column, column.isna(), strict=True)] == cells


def test_a_column_that_says_the_file_already_stays(files):
    named = files(one="source_file,lon,lat\nsurvey,24.1,56.9\n", two="source_file,lon,lat\ncensus,24.2,56.9\n")
    assert sm.read(named)["source_file"].tolist() == ["survey", "census"]
