# SPDX-License-Identifier: Apache-2.0
"""Maps of who goes where: people per street as the width of a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from sheltermap.base import texts
from sheltermap.drawing.legend import Category, evacuation_categories
from sheltermap.drawing.plots import LEGEND, RASTER_ABOVE, draw_map, legend_handles, lonlat_shapes

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from sheltermap.analyses.evacuation import Evacuation
    from sheltermap.basemap.making import BasemapSource

FLOW = "#5b2a86"
WIDEST, NARROWEST = 7.0, 0.4  # points; in between in proportion to the people
UNDER_FACILITIES = 8.0
CLASSES = ((0.5, 2.4), (0.1, 1.2), (0.0, 0.5))  # from which share of the busiest street's people, how wide in mm


def plot_evacuation(
    evacuation: Evacuation,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw the zones, who leaves them and who cannot, the ways as wide as people are many, and the shelters.

    Shelters are those that somebody goes to, and hollow those in the zones.

    `Evacuation.plot` says what the parameters mean.
    """
    rows, shelters = evacuation.concerned
    categories = evacuation_categories(rows)
    ax = draw_map(
        rows,
        categories,
        facilities=shelters,
        closed=(shelters["state"] == "in_zone").to_numpy(),
        water=evacuation.zones,
        figsize=figsize,
        ax=ax,
        context=context,
        lang=None,
    )
    ways = draw_flows(ax, evacuation.flows, lang, word="people_on_street", zorder=UNDER_FACILITIES - 1)
    handles = [*legend_handles(categories, lang), *ways]
    if handles:
        ax.legend(handles=handles, bbox_to_anchor=(1.0, 1.0), **LEGEND)  # beside the map: ways fill it
    return ax


def flow_categories(
    lines: gpd.GeoDataFrame, *, at_least: str = "flow_from", fewer: str = "flow_fewer"
) -> list[Category]:
    """Return the legend of lines in classes: those of most people, those of a tenth of them, the others.

    Parameters
    ----------
    lines : GeoDataFrame
        With ``people`` along each.
    at_least, fewer : str
        Words of the classes, in texts.
    """
    people = lines["people"].to_numpy(dtype=float)
    most, left, categories = people.max(initial=0.0), np.ones(len(people), dtype=bool), []
    for share, line_mm in CLASSES:
        least = share * most
        here = left & (people >= least)
        left &= ~here
        words = texts.both(at_least if share else fewer, people=texts.number(round(least)))
        categories.append(Category(here, f'"people" >= {least:.15g}', FLOW, "line", words, line_mm))
    return categories


def draw_flows(
    ax: Axes, lines: gpd.GeoDataFrame, lang: str, *, word: str, zorder: float, alpha: float = 1.0
) -> list[Line2D]:
    """Draw lines as wide as people are many, the widest above; return two for the legend: that, and a tenth of it.

    Parameters
    ----------
    ax : matplotlib Axes
    lines : GeoDataFrame
        With ``people`` along each, most first.
    lang : str
    word : str
        What the legend says of ``{people}``, in texts.
    zorder, alpha : float
        Of the lines.
    """
    from matplotlib.collections import LineCollection
    from matplotlib.lines import Line2D

    if lines.empty:
        return []
    people = lines["people"].to_numpy()[::-1]
    drawn = LineCollection(
        [shapely.get_coordinates(line) for line in lonlat_shapes(lines)[::-1]],
        linewidths=np.maximum(NARROWEST, WIDEST * people / people.max()),
        colors=FLOW,
        alpha=alpha,
        capstyle="round",
        zorder=zorder,
        rasterized=len(lines) > RASTER_ABOVE,
    )
    ax.add_collection(drawn, autolim=False)
    told = [people.max(), people.max() / 10] if people.max() >= 10 else [people.max()]
    return [
        Line2D(
            [],
            [],
            color=FLOW,
            lw=WIDEST * each / people.max(),
            label=texts.say(word, lang, people=texts.number(round(each))),
        )
        for each in told
    ]
