# SPDX-License-Identifier: Apache-2.0
"""Every figure that a kind may make is called something in every language."""

import pytest

import sheltermap.kinds  # noqa: F401 - so that they are in the registry
from sheltermap.base import texts
from sheltermap.base.language import LANGUAGES
from sheltermap.kinds.coverage import Coverage
from sheltermap.kinds.evacuation import Evacuation
from sheltermap.questions.figure_names import figure_name, is_word
from sheltermap.questions.registry import KINDS

NAMED = {"name": "near", "title": "Near", "demand": "homes", "facilities": "shelters"}
COVERAGE = Coverage.model_validate({**NAMED, "kind": "coverage", "thresholds_m": [500]})
EVACUATION = Evacuation.model_validate({**NAMED, "kind": "evacuation", "by": "walk", "zones": "water"})
FIGURES = sorted(
    {name for kind in KINDS.values() if kind.__module__.startswith("sheltermap.") for name in kind.figure_names}
)


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_has_words(figure: str) -> None:
    assert is_word(f"figure_{figure}") or is_word(figure)
    for words in figure_name(COVERAGE, figure).values():
        assert "_" not in words
        assert words[0].islower() or words.startswith("Gini"), f"{words} is the title of a table"


def test_a_total_is_of_those_to_be_sent_out_only_where_more_is_worse() -> None:
    assert figure_name(COVERAGE, "total") == {"en": "total", "lv": "kopā"}
    assert figure_name(EVACUATION, "total") == {"en": "to be sent out", "lv": "jāevakuē"}


def test_a_figure_of_a_kind_from_outside_has_its_code() -> None:
    assert figure_name(COVERAGE, "north_of_it") == dict.fromkeys(LANGUAGES, "north of it")
    assert "north_of_it" not in texts.TEXTS
