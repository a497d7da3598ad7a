# SPDX-License-Identifier: Apache-2.0
"""The picture of a risk matrix: cells coloured by level, each risk by its number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.drawing.new_axes import axes_for
from sheltermap.drawing.plots import INK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from sheltermap.risk.risk_classes import RiskClasses
    from sheltermap.risk.risk_matrix import RiskMatrix

MOST_IN_CELL = 40  # numbers that a cell holds legibly; of more the last is how many there are besides
MOST_IN_KEY, MOST_UNPLACED = 28, 5  # risks told beside the matrix; all are in the table
LONGEST_NAME = 34  # characters of a risk's name beside the matrix
WORD, BADGES = 0.2, 0.76  # parts of a cell's height: for the word of its level, for the numbers
LARGEST, SMALLEST = 9.0, 4.5  # points of a number


def plot_risk_matrix(
    matrix: RiskMatrix, *, figsize: tuple[float, float] | None = None, ax: Axes | None = None, lang: str = "en"
) -> Axes:
    """Draw the matrix with its words, risks by their numbers, and beside it what each number is.

    `RiskMatrix.plot` says what the parameters mean.
    """
    ax = axes_for(ax, figsize, (11, 6))
    classes = matrix.classes
    draw_matrix(ax, matrix, lang=lang)
    numbers = range(1, classes.likelihood_count + 1)
    limits = [*classes.likelihood.limits, None]
    ax.set_xticks([*numbers], [_likelihood_tick(classes, each, limits[each - 1 : each + 1], lang) for each in numbers])
    impacts = range(1, classes.impact_count + 1)
    ax.set_yticks([*impacts], [classes.impact_words(each)[lang] for each in impacts])
    ax.set_xlabel(texts.say("risk_likelihood_axis", lang), color=INK)
    ax.set_ylabel(texts.say("risk_impact_axis", lang), color=INK)
    ax.tick_params(labelsize=8, labelcolor=INK)
    if classes.is_example:
        ax.set_title(texts.say("risk_example", lang), fontsize=9, color=INK, loc="left")
    told = _key(matrix, lang)
    ax.legend(
        handles=[_nothing() for _ in told],
        labels=told,
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        fontsize=7,
        frameon=False,
        handlelength=0,
        handletextpad=0,
        borderaxespad=0,
    )
    return ax


def draw_matrix(ax: Axes, matrix: RiskMatrix, *, lang: str | None = None) -> None:
    """Draw the cells and the numbers of the risks in them; without `lang` there are no words."""
    from matplotlib.patches import Rectangle

    classes = matrix.classes
    ax.set_xlim(0.5, classes.likelihood_count + 0.5)
    ax.set_ylim(0.5, classes.impact_count + 0.5)
    ax.set_xticks(range(1, classes.likelihood_count + 1))
    ax.set_yticks(range(1, classes.impact_count + 1))
    width, height = _cell_inches(ax, classes)
    for cell in matrix.cells.to_dict("records"):
        x, y, level = cell["likelihood_class"], cell["impact_class"], cell["level"]
        colour = classes.levels[level - 1].colour
        ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=colour, edgecolor="white", linewidth=1.5))
        if lang is not None:
            words = classes.level_words(level)[lang]
            ax.text(x - 0.46, y - 0.45, words, fontsize=7, color=on_colour(colour), ha="left", va="bottom")
        here = (matrix.risks["likelihood_class"] == x) & (matrix.risks["impact_class"] == y)
        _numbers(ax, x, y, sorted(matrix.risks.loc[here.fillna(False).astype(bool), "number"]), width, height)
    ax.tick_params(length=0)
    for side in ax.spines.values():
        side.set_visible(False)


def on_colour(colour: str) -> str:
    """Return what is read on a colour: ink, or white where the colour is dark.

    Examples
    --------
    >>> on_colour("#ffffff") == INK, on_colour("#7a1f0e")
    (True, 'white')
    """
    return INK if _contrast(colour, INK) >= _contrast(colour, "#ffffff") else "white"


def _contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 has it, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _cell_inches(ax: Axes, classes: RiskClasses) -> tuple[float, float]:
    """Return how wide and high a cell is about; the axis keeps a third of the width for what stands beside it."""
    box = ax.get_position()
    figure = ax.get_figure(root=True)
    assert figure is not None, "axes stand in a figure"
    across, up = figure.get_size_inches()
    return 0.62 * across * box.width / classes.likelihood_count, 0.85 * up * box.height / classes.impact_count


def _numbers(ax: Axes, x: int, y: int, numbers: list[int], width: float, height: float) -> None:
    """Write the numbers of a cell in rows, so small that they do not touch."""
    if not numbers:
        return
    shown = [str(each) for each in numbers[:MOST_IN_CELL]]
    if len(numbers) > MOST_IN_CELL:
        shown[-1] = f"+{len(numbers) - MOST_IN_CELL + 1}"
    longest = max(map(len, shown))
    columns = max(
        1, min(len(shown), math.ceil(math.sqrt(len(shown) * width / (BADGES * height * (0.6 + 0.35 * longest)))))
    )
    rows = math.ceil(len(shown) / columns)
    room = min(72 * width / columns / (0.75 * longest + 0.9), 72 * BADGES * height / rows / 1.7)
    size = max(SMALLEST, min(LARGEST, room))
    for at, number in enumerate(shown):
        row, column = divmod(at, columns)
        across = x - 0.5 + (column + 0.5) / columns
        up = y - 0.5 + WORD + BADGES * (1 - (row + 0.5) / rows)
        badge = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": INK, "linewidth": 0.6}
        ax.text(across, up, number, fontsize=size, color=INK, ha="center", va="center", bbox=badge)


def _likelihood_tick(classes: RiskClasses, number: int, limits: list[float | None], lang: str) -> str:
    """Write a class of likelihood with the share of years in which it comes at least, or below which it stays."""
    low, high = limits
    sign, limit = ("<", high) if number == 1 else ("≥", low)
    assert limit is not None, "there are two classes at least"
    share = texts.decimal(texts.significant(100 * limit, 6), lang)
    return f"{classes.likelihood_words(number)[lang]}\n{sign} {share} %"


def _key(matrix: RiskMatrix, lang: str) -> list[str]:
    """Say what each number is, and what is not in the matrix."""
    rows = matrix.risks.sort_values("number")
    lacking = rows["not_placed"].notna()
    told = _cut([f"{number}  {name}" for number, name in _named(rows[~lacking])], MOST_IN_KEY, lang)
    if lacking.any():
        names = [f"–  {name}" for _, name in _named(rows[lacking])]
        told += ["", texts.say("risk_no_level", lang) + ":", *_cut(names, MOST_UNPLACED, lang)]
    return told


def _cut(lines: list[str], most: int, lang: str) -> list[str]:
    more = len(lines) - most
    return lines if more <= 0 else [*lines[:most], "…" + texts.say("and_more", lang, count=more)]


def _named(rows: pd.DataFrame) -> Iterator[tuple[int, str]]:
    titles = rows["title"] if "title" in rows else rows["scenario"]
    for number, title, scenario in zip(rows["number"], titles, rows["scenario"], strict=True):
        name = str(scenario if title is None or pd.isna(title) else title)
        yield number, name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _nothing() -> Any:
    """Return a handle of a legend that shows no symbol."""
    from matplotlib.lines import Line2D

    return Line2D([], [], ls="")
