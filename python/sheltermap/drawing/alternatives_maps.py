# SPDX-License-Identifier: Apache-2.0
"""The frontier of alternatives: money against people newly covered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.legend import BANDS, BEFORE, COVERED, NOT_CONCERNED, UNCOVERED
from sheltermap.drawing.new_axes import axes_for
from sheltermap.drawing.plots import INK, MARKERS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sheltermap.planning.alternatives import Alternatives

PROVEN, OPEN, NAMED = COVERED, BANDS[-1], UNCOVERED


def plot_alternatives(
    alternatives: Alternatives, *, figsize: tuple[float, float] | None = None, ax: Axes | None = None, lang: str = "en"
) -> Axes:
    """Draw the frontier: what is proven filled, what could be better as an area, the alternatives named as diamonds.

    `Alternatives.plot` says what the parameters mean.
    """
    ax = axes_for(ax, figsize, (7, 4.5))
    draw_frontier(ax, alternatives.frontier, alternatives.named[1:], budget=alternatives.budget)
    for _, each in alternatives.named[1:].iterrows():
        place = (each["cost"], each["people_gained"])
        ax.annotate(each["alternative"], place, (6, -4), textcoords="offset points", fontsize=8, color=INK, va="top")
    ax.set_xlabel(texts.say("alternatives_money", lang, currency=alternatives.currency), color=INK)
    ax.set_ylabel(texts.say("alternatives_gained", lang), color=INK)
    ax.legend(handles=_handles(alternatives, lang), loc="lower right", fontsize=8, frameon=False)
    return ax


def draw_frontier(ax: Axes, frontier: pd.DataFrame, named: pd.DataFrame, *, budget: float | None) -> None:
    """Draw the points as steps, with the area above them in which a better choice could lie; no words."""
    cost, people, bound = (frontier[name].to_numpy(float) for name in ("cost", "people_gained", "bound"))
    proven = frontier["proven"].to_numpy(bool)
    most = float(max([*cost, *named["cost"], budget or 0.0]))
    end = most * 1.05 or 1.0
    if not proven.all():
        edges, low, high = [], [], []
        for at in range(len(cost)):  # between two points nothing is better than what bounds the dearer one
            following = (cost[at + 1], bound[at + 1]) if at + 1 < len(cost) else (end, bound[at])
            edges += [cost[at], following[0]]
            low += [people[at]] * 2
            high += [max(bound[at], following[1])] * 2
        ax.fill_between(edges, low, high, color=NOT_CONCERNED, alpha=0.35, linewidth=0)
    ax.step([*cost, end], [*people, people[-1]], where="post", color=COVERED, lw=1.4, zorder=3)
    for filled, face in ((proven, PROVEN), (~proven, OPEN)):
        ax.plot(cost[filled], people[filled], "o", ms=6, mfc=face, mec=COVERED, zorder=4, clip_on=False)
    ax.plot(named["cost"], named["people_gained"], "D", ms=7, mfc=NAMED, mec="white", zorder=5, clip_on=False)
    if budget is not None:
        ax.axvline(budget, color=BEFORE, lw=1.2, ls="--", zorder=2)
    _axes(ax, end, float(max([*bound, *named["people_gained"], 1.0])))


def number_points(ax: Axes, named: pd.DataFrame) -> None:
    """Write the number of each named alternative beside its point."""
    for number, (cost, people) in enumerate(zip(named["cost"], named["people_gained"], strict=True), start=1):
        ax.annotate(str(number), (cost, people), (6, -3), textcoords="offset points", fontsize=9, color=INK, va="top")


def _axes(ax: Axes, right: float, top: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.set_xlim(0, right)
    ax.set_ylim(0, top * 1.06)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: texts.number(float(np.round(value, 6)))))
        axis.set_tick_params(labelsize=8, labelcolor=INK)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def frontier_entries(frontier: pd.DataFrame, *, named: bool = False, budget: bool = True) -> list[tuple[str, str, Any]]:
    """Return colour, marker and words of what the frontier shows."""
    proven = frontier["proven"].to_numpy(bool)
    found = [(PROVEN, "circle", "alternatives_proven")] if proven.any() else []
    if not proven.all():
        found += [(OPEN, "circle", "alternatives_unproven"), (NOT_CONCERNED, "square", "alternatives_possible")]
    found += [(NAMED, "diamond", "alternatives_named_point")] if named else []
    found += [(BEFORE, "line", "alternatives_budget")] if budget else []
    return [(colour, marker, texts.both(word)) for colour, marker, word in found]


def _handles(alternatives: Alternatives, lang: str) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    shown = {"named": len(alternatives.named) > 1, "budget": alternatives.budget is not None}
    handles: list[Any] = []
    for colour, marker, words in frontier_entries(alternatives.frontier, **shown):
        label = texts.pick(words, lang)
        if marker == "square":
            handles.append(Patch(color=colour, alpha=0.35, label=label))
        elif marker == "line":
            handles.append(Line2D([], [], color=colour, ls="--", label=label))
        else:
            edge = "white" if marker == "diamond" else COVERED
            handles.append(Line2D([], [], ls="", marker=MARKERS[marker], mfc=colour, mec=edge, label=label))
    return handles
