# SPDX-License-Identifier: Apache-2.0
"""The map of a siting: who is newly served, what stands, and the sites in the order in which they help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from sheltermap.base import texts
from sheltermap.drawing.legend import Category
from sheltermap.drawing.plots import (
    FACILITY,
    INK,
    LEGEND,
    MARKERS,
    draw_map,
    ground_streets,
    legend_handles,
    lonlat_shapes,
)
from sheltermap.drawing.siting_legends import site_categories, siting_categories
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.streets.network import Network

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.planning.siting import Siting

SIZES = {"diamond": 10.0, "circle": 5.0, "cross": 5.0}  # points
ABOVE = 9.0


def plot_siting(
    siting: Siting,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw the demand by whether it is newly served, what stands, and the sites: those chosen with their order.

    `Siting.plot` says what the parameters mean.
    """
    from matplotlib.lines import Line2D

    categories = siting_categories(siting.rows)
    ax = draw_map(
        siting.rows,
        categories,
        facilities=siting.existing,
        outlines=siting.areas,
        streets=[ground_streets(siting.by)] if isinstance(siting.by, Network) else [],
        figsize=figsize,
        ax=ax,
        context=context,
        lang=None,
    )
    handles = legend_handles(categories, lang)
    for sites in (siting.chosen, siting.upgrades):
        if sites is not None:
            drawn = site_categories(sites)
            draw_sites(ax, sites, drawn)
            handles += legend_handles(drawn, lang)
    if siting.existing is not None:
        label = f"{texts.say('site_existing', lang)} ({texts.number(len(siting.existing))})"
        handles.append(Line2D([], [], ls="", marker="^", color=FACILITY, mec="white", ms=8, label=label))
    ax.legend(handles=handles, bbox_to_anchor=(1.0, 1.0), **LEGEND)  # beside the map
    return ax


def draw_sites(ax: Axes, sites: gpd.GeoDataFrame, categories: list[Category]) -> None:
    """Draw sites above all else, those chosen largest and with the number of their order."""
    shapes = lonlat_shapes(sites)
    for category in reversed(categories):
        here = shapes[category.rows]
        middles = shapely.get_coordinates(shapely.point_on_surface(here[has_place(here)]))
        look: dict[str, Any] = {
            "ms": SIZES[category.marker],
            "mfc": category.colour,
            "mec": INK,
            "mew": 0.6,
            "zorder": ABOVE,
        }
        ax.plot(*middles.T, MARKERS[category.marker], **look)
    chosen = sites["chosen"].to_numpy(dtype=bool) & has_place(shapes)
    middles = shapely.get_coordinates(shapely.point_on_surface(shapes[chosen]))
    for order, (x, y) in zip(sites["order"][chosen], middles, strict=True):
        ax.text(x, y, str(order), fontsize=7, fontweight="bold", color=INK, ha="center", va="center", zorder=ABOVE + 1)
