# SPDX-License-Identifier: Apache-2.0
"""How numbers are written in each language."""

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
