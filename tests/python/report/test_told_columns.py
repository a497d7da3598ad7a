# SPDX-License-Identifier: Apache-2.0
"""Tables lose the columns that tell nothing, and no other."""

from sheltermap.base import texts
from sheltermap.page.table import Bar, Table, heads
from sheltermap.report.told_columns import without_empty

DASH = dict.fromkeys(texts.LANGUAGES, "–")


def test_empty_columns_and_counts_of_nothing_missing_go():
    head = ["name", "nearest", *heads("total", "unknown", "covered"), "way", ""]
    rows = [["Ogre", "", "10", "0", "0", DASH, Bar(0, 10, 0)], ["Krape", "", "5", "0", "0", "–", Bar(0, 5, 0)]]
    table = without_empty(Table({}, head, rows, foot=[["all", "", "15", "0", "0", "", ""]], texts_first=2))
    assert table.head == ["name", *heads("total", "covered"), ""]
    assert table.rows[0] == ["Ogre", "10", "0", Bar(0, 10, 0)]
    assert table.foot == [["all", "15", "0", ""]] and table.texts_first == 1


def test_one_that_is_missing_keeps_the_column():
    table = Table({}, heads("name", "unknown"), [["Ogre", "0"], ["Krape", "1"]])
    assert without_empty(table) == table


def test_a_table_of_words_only_stays():
    table = Table({"en": "Title"}, [], [], note={"en": "Nothing"})
    assert without_empty(table) == table
