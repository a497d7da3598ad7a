# SPDX-License-Identifier: Apache-2.0
"""The map of closed streets: who is cut off, what closes the streets, and which matter most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sheltermap.base import texts
from sheltermap.drawing.legend import CLOSED, CRITICAL, cut_off_categories
from sheltermap.drawing.plots import LEGEND, WATER, Streets, draw_map, ground_streets, legend_handles

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes

    from sheltermap.analyses.cut_off import CutOff
    from sheltermap.basemap.making import BasemapSource

CLOSED_POINTS, CRITICAL_POINTS = 1.3, 4.0  # widths; critical streets are often a few metres, to be seen at all
ABOVE_ROWS = 9.5


def plot_cut_off(
    cut_off: CutOff,
    *,
    zones: GeoDataFrame | None = None,
    critical: GeoDataFrame | None = None,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw the demand by what becomes of it, the closed streets, what closes them, and the streets that matter most.

    `CutOff.plot` says what the parameters mean.
    """
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    rows, categories = cut_off.rows, cut_off_categories(cut_off.rows)
    drawn = [(cut_off.closed, CLOSED, CLOSED_POINTS, 2.5, "closed_street")]
    if critical is not None:
        drawn.append((critical, CRITICAL, CRITICAL_POINTS, ABOVE_ROWS, "critical_street"))
    streets = [Streets(lines, colour, width, order) for lines, colour, width, order, _ in drawn if len(lines)]
    around: dict[str, Any] = {"facilities": cut_off.facilities, "water": zones}
    ax = draw_map(
        rows,
        categories,
        **around,
        streets=[ground_streets(cut_off.after), *streets],
        figsize=figsize,
        ax=ax,
        context=context,
        lang=None,
    )
    handles: list[Line2D | Patch] = [*legend_handles(categories, lang)]
    for lines, colour, width, _, word in drawn:
        label = f"{texts.say(word, lang)} ({texts.number(len(lines))})"
        handles += [Line2D([], [], color=colour, lw=width, label=label)] if len(lines) else []
    if zones is not None:
        handles.append(Patch(color=WATER, alpha=0.75, lw=0, label=texts.say("closing_zone", lang)))
    if handles:
        ax.legend(handles=handles, **LEGEND)
    return ax
