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


def test_a_share_that_fell_is_told_with_its_size():
    assert [texts.share(part, "lv") for part in (-0.5, -1, -1e-9)] == ["−50,0 %", "−100 %", "> −0,1 %"]


@pytest.mark.parametrize(
    ("called", "latvian"),
    [
        ("0.5 %", "0,5 %"),
        ("HQ 0.33%", "HQ 0,33%"),
        ("0.5-1.5 m", "0,5-1,5 m"),
        ("over 2.5 km", "over 2,5 km"),
        ("St. Anna", "St. Anna"),
        ("zone 2.1", "zone 2.1"),
        ("1.2.3 m", "1.2.3 m"),
        ("v1.5 m", "v1.5 m"),
        ("0.5 metal", "0.5 metal"),
        (200, "200"),
    ],
)
def test_only_amounts_in_a_name_have_the_mark_of_the_language(called, latvian):
    assert texts.name(called) == {"en": str(called), "lv": latvian}


def test_a_note_with_a_count_is_told_of_one_and_of_several_in_every_language():
    one, many = (texts.Note.of("reserves_lots_expired", count=count) for count in (21, 11))
    assert one == "21 lots are past their date and do not count"
    assert one.words["lv"] == "21 krājumu partijai beidzies termiņš: tā nav ieskaitīta"
    assert many.words["lv"] == "11 krājumu partijām beidzies termiņš: tās nav ieskaitītas"
