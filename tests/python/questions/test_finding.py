# SPDX-License-Identifier: Apache-2.0
"""Sentences of findings, and columns and codes in words."""

import pytest

from sheltermap.base import texts
from sheltermap.dictionary.field_words import answer_words, code_words, column_words, parts_words
from sheltermap.questions.finding import listed, with_count


@pytest.mark.parametrize(
    ("count", "en", "lv"),
    [(1, "1 street ends", "1 iela beidzas"), (11, "11 streets end", "11 ielas"), (21, "21 streets end", "21 iela ")],
)
def test_a_count_goes_with_the_form_of_its_language(count, en, lv):
    words = texts.counted("ends_unjoined", count)
    assert words["en"].startswith(en) and words["lv"].startswith(lv)


def test_a_count_beyond_a_thousand_is_written_with_its_thousands_apart():
    assert texts.counted("ends_unjoined", 1001)["en"].startswith("1\u202f001 streets")
    assert texts.counted("ends_unjoined", 1001)["lv"].startswith("1\u202f001 iela ")


def test_every_text_of_one_has_one_of_many():
    ones = [key for key in texts.TEXTS if key.endswith("_one") and key != "at_least_one"]
    assert len(ones) > 10
    assert [key for key in ones if key.removesuffix("_one") not in texts.TEXTS] == []


def test_three_are_named_and_the_others_counted():
    names = [dict.fromkeys(texts.LANGUAGES, name) for name in ("Ogre", "Krape", "Tome", "Ikšķile")]
    assert listed(names)["en"] == "Ogre, Krape, Tome and 1 more"
    assert listed(names[:3])["lv"] == "Ogre, Krape, Tome"
    assert listed(names[:1], 5)["lv"] == "Ogre un vēl 2"
    assert with_count("Ogre", 15879.4)["en"] == "Ogre (15\u202f879)"


def test_columns_and_codes_of_registers_stand_in_words():
    assert column_words("capacity_persons") == {"en": "Capacity, persons", "lv": "Ietilpība, personas"}
    assert answer_words("compliance none") == {"en": "Compliance: none", "lv": "Atbilstība: neatbilst"}
    assert parts_words("water_ingress; power")["en"] == "tightness against water; power"
    assert code_words("water_supply")["lv"] == "ūdensapgāde"


def test_what_no_register_knows_loses_the_marks_of_a_file():
    assert column_words("people_65+")["en"] == "people 65+"
    assert code_words("care_home")["lv"] == "care home"
    assert answer_words("yard_open no")["en"] == "yard_open no"
