# SPDX-License-Identifier: Apache-2.0
"""Texts of the report: there in both languages, with the same things put in."""

from string import Formatter

import pytest

from sheltermap.base import texts


@pytest.mark.parametrize("key", texts.TEXTS)
def test_a_text_says_the_same_things_in_both_languages(key):
    words = texts.TEXTS[key]
    assert tuple(words) == texts.LANGUAGES and all(words.values())
    english, latvian = ({field for _, field, _, _ in Formatter().parse(text) if field} for text in words.values())
    assert english == latvian


def test_a_share_is_all_or_nothing_only_when_it_is():
    assert [texts.share(part, "en") for part in (0, 1e-9, 0.5, 1 - 1e-9, 1)] == [
        "0 %",
        "< 0.1 %",
        "50.0 %",
        "> 99.9 %",
        "100 %",
    ]


def test_numbers_are_written_the_way_of_the_language():
    assert texts.distance(1234.5, "lv") == "1,2 km"
    assert texts.number(1_384_350) == "1\u202f384\u202f350"
