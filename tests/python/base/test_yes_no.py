# SPDX-License-Identifier: Apache-2.0
"""Yes and no, as people and programs write them."""

import unicodedata

import numpy as np
import pytest

from sheltermap.base import yes_no
from sheltermap.base.texts import YES_NO

YES = [
    "yes",
    "Y",
    "true",
    "T",
    "jā",
    "JĀ ",
    "ja",
    "Ir",
    "1",
    "1.0",
    "1,0",
    1,
    1.0,
    True,
    np.True_,
    np.int64(1),
    "\u00a0jā\t",
]
NO = ["no", "N", "false", "F", "nē", "NĒ ", "ne", "Nav", "0", "0.00", "0,0", 0, 0.0, -0.0, False, np.False_]


@pytest.mark.parametrize("cell", [*YES, unicodedata.normalize("NFD", "jā")])
def test_yes(cell):
    assert yes_no.answer(cell) is True


@pytest.mark.parametrize("cell", [*NO, unicodedata.normalize("NFD", "nē")])
def test_no(cell):
    assert yes_no.answer(cell) is False


@pytest.mark.parametrize(
    "cell", ["", " ", "n/a", "-", "?", "varbūt", "2", 2, 0.5, "1.5", "-1", "01", None, float("nan"), "yesno"]
)
def test_neither(cell):
    assert yes_no.answer(cell) is None


def test_the_words_of_every_language_are_read_as_they_are_written():
    for yes, no in YES_NO.values():
        assert yes_no.answer(yes.upper()) is True and yes_no.answer(no.upper()) is False
        assert f"{yes} or {no}" in yes_no.ALLOWED
