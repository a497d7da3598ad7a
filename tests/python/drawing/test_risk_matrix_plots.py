# SPDX-License-Identifier: Apache-2.0
"""The picture of a risk matrix: numbers inside their cells, none on another, levels told by word and contrast."""

from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

import sheltermap as sm
from sheltermap.drawing.risk_matrix_plots import MOST_IN_CELL, on_colour

CLASSES = sm.RiskClasses.example()


def matrix(*, in_one_cell: int, elsewhere: int = 0) -> sm.RiskMatrix:
    """So many risks of class 3 and 3, and others all over."""
    rng = np.random.default_rng(5)
    probability = np.concatenate([np.full(in_one_cell, 0.002), 10.0 ** rng.uniform(-5, 0, elsewhere)])
    human = np.concatenate([np.full(in_one_cell, 50.0), 10.0 ** rng.uniform(0, 3.5, elsewhere)])
    names = [f"r{number}" for number in range(in_one_cell + elsewhere)]
    risks = pd.DataFrame({"scenario": names, "annual_probability": probability, "human": human})
    return sm.risk_matrix(risks, CLASSES)


def linear(colour: str) -> float:
    """The relative luminance of WCAG 2.2, by its definition."""
    parts = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in to_rgb(colour)]
    return float(np.dot([0.2126, 0.7152, 0.0722], parts))


@pytest.mark.parametrize(("many", "others"), [(1, 0), (7, 3), (40, 0), (60, 200)])
def test_numbers_lie_in_their_cell_and_on_no_other(many, others):
    found = matrix(in_one_cell=many, elsewhere=others)
    ax = found.plot()
    figure = ax.get_figure()
    figure.draw_without_rendering()
    badges = [each for each in ax.texts if each.get_bbox_patch() is not None]
    boxes = [each.get_bbox_patch().get_window_extent() for each in badges]
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)
    for badge, box in zip(badges, boxes, strict=True):
        x, y = (round(each) for each in badge.get_position())
        cell = ax.transData.transform([(x - 0.5, y - 0.5), (x + 0.5, y + 0.5)])
        assert (cell[0] <= box.min).all() and (box.max <= cell[1]).all()
        assert badge.get_fontsize() >= 4.5
    in_cells = np.minimum(found.cells["risks"], MOST_IN_CELL).sum()
    assert len(badges) == in_cells
    here = found.cells["risks"].max()
    assert (here > MOST_IN_CELL) == any(each.get_text() == f"+{here - MOST_IN_CELL + 1}" for each in badges)


def test_every_cell_has_its_word_in_both_languages_and_the_example_is_marked():
    for lang, words, mark in (
        ("en", {"low", "medium", "high", "very high"}, "Classes are an example, not law"),
        ("lv", {"zems", "vidējs", "augsts", "ļoti augsts"}, "Klases ir piemērs, nevis likums"),
    ):
        ax = matrix(in_one_cell=2).plot(lang=lang)
        told = [each.get_text() for each in ax.texts if each.get_bbox_patch() is None]
        assert len(told) == 25 and set(told) == words
        assert ax.get_title(loc="left") == mark
        assert [each.get_text() for each in ax.get_legend().get_texts()] == ["1  r0", "2  r1"]
        assert ax.get_xticklabels()[3].get_text().endswith("≥ 1 %")


def test_what_is_not_in_the_matrix_is_named_beside_it():
    risks = pd.DataFrame({"scenario": ["a", "b"], "annual_probability": [0.1, None], "human": [1, 1]})
    told = [each.get_text() for each in sm.risk_matrix(risks, CLASSES).plot().get_legend().get_texts()]
    assert told == ["1  a", "", "not in the matrix:", "–  b"]


def test_levels_are_told_apart_in_grey_and_their_words_can_be_read():
    light = [linear(level.colour) for level in CLASSES.levels]
    assert all(lower > higher for lower, higher in pairwise(light))  # darker is worse
    for level in CLASSES.levels:
        one, other = sorted([linear(level.colour), linear(on_colour(level.colour))], reverse=True)
        assert (one + 0.05) / (other + 0.05) >= 4.5, level.id  # WCAG AA of small text
