# SPDX-License-Identifier: Apache-2.0
"""Maps of who goes where: people per street as the width of a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from sheltermap.base import texts
from sheltermap.drawing.legend import Category, evacuation_categories
from sheltermap.drawing.plots import LEGEND, draw_map, legend_handles, lonlat_shapes

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from sheltermap.analyses.evacuation import Evacuation

FLOW = "#5b2a86"
WIDEST, NARROWEST = 7.0, 0.4  # points; in between in proportion to the people
UNDER_FACILITIES = 8.0
CLASSES = ((0.5, 2.4), (0.1, 1.2), (0.0, 0.5))  # from which share of the busiest street's people, how wide in mm


def plot_evacuation(evacuation: Evacuation, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw the zones, who leaves them and who cannot, the ways as wide as people are many, and the shelters.

    Shelters are those that somebody goes to, and hollow those in the zones.

    Parameters
    ----------
    evacuation : Evacuation
        From `sheltermap.evacuation`.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    lang : {"en", "lv", …}
        Language of the legend.

    Returns
    -------
    matplotlib Axes
    """
    rows, shelters = evacuation.concerned
    categories = evacuation_categories(rows)
    ax = draw_map(
        rows,
        categories,
        facilities=shelters,
        closed=(shelters["state"] == "in_zone").to_numpy(),
        water=evacuation.zones,
        ax=ax,
        lang=None,
    )
    handles = [*legend_handles(categories, lang), *_draw_flows(ax, evacuation.flows, lang)]
    if handles:
        ax.legend(handles=handles, bbox_to_anchor=(1.0, 1.0), **LEGEND)  # beside the map: ways fill it
    return ax


def flow_categories(flows: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of streets in classes: the busiest, those with a tenth of its people, the others."""
    people = flows["people"].to_numpy(dtype=float)
    most, left, categories = people.max(initial=0.0), np.ones(len(people), dtype=bool), []
    for share, line_mm in CLASSES:
        least = share * most
        here = left & (people >= least)
        left &= ~here
        words = texts.both("flow_from" if share else "flow_fewer", people=texts.number(round(least)))
        categories.append(Category(here, f'"people" >= {least:.15g}', FLOW, "line", words, line_mm))
    return categories


def _draw_flows(ax: Axes, flows: gpd.GeoDataFrame, lang: str) -> list[Line2D]:
    """Draw streets, the busiest above; return their entries in the legend: the busiest and a tenth of it."""
    from matplotlib.collections import LineCollection
    from matplotlib.lines import Line2D

    if flows.empty:
        return []
    people = flows["people"].to_numpy()[::-1]
    lines = [shapely.get_coordinates(line) for line in lonlat_shapes(flows)[::-1]]
    widths = np.maximum(NARROWEST, WIDEST * people / people.max())
    ax.add_collection(
        LineCollection(lines, linewidths=widths, colors=FLOW, capstyle="round", zorder=UNDER_FACILITIES - 1)
    )
    told = [people.max(), people.max() / 10] if people.max() >= 10 else [people.max()]
    return [
        Line2D(
            [],
            [],
            color=FLOW,
            lw=WIDEST * each / people.max(),
            label=texts.say("people_on_street", lang, people=texts.number(round(each))),
        )
        for each in told
    ]
