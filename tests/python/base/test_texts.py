# SPDX-License-Identifier: Apache-2.0
"""How numbers are written in each language."""

import pytest

from sheltermap.base import texts


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


def test_what_is_not_given_in_a_language_is_said_in_english():
    assert texts.pick({"en": "north"}, "lv") == "north"
    with pytest.raises(ValueError, match=r"lang must be one of 'en', 'lv', not 'de'"):
        texts.pick({"en": "north"}, "de")
