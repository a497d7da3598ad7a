# SPDX-License-Identifier: Apache-2.0
"""The map of an allocation: who has a place, lines to it as wide as people are many, and how full facilities are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from sheltermap.drawing.allocation_legends import allocation_categories, utilisation_categories
from sheltermap.drawing.flow_maps import UNDER_FACILITIES, draw_flows
from sheltermap.drawing.plots import LEGEND, draw_map, legend_handles, lonlat_shapes
from sheltermap.layers.geometry_kinds import has_place

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.drawing.legend import Category
    from sheltermap.planning.allocation_result import Allocation

SIZE = 8  # of facilities, in points


def plot_allocation(
    allocation: Allocation,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw who has a place and who has none, lines to the facilities as wide as people are many, and the facilities.

    `Allocation.plot` says what the parameters mean.
    """
    categories = allocation_categories(allocation.rows)
    facilities = allocation.facilities
    ax = draw_map(
        allocation.rows,
        categories,
        facilities=facilities,
        outlines=allocation.areas,
        figsize=figsize,
        ax=ax,
        context=context,
        lang=None,
    )
    used = utilisation_categories(facilities)
    draw_facilities(ax, facilities, used)
    handles = [*legend_handles(categories, lang), *facility_handles(used, lang)]
    spill = allocation.spill[(allocation.spill[_cost(allocation.spill)] > 0).to_numpy()]
    handles += draw_flows(ax, spill, lang, word="people_on_line", zorder=UNDER_FACILITIES - 6, alpha=0.55)
    if handles:
        ax.legend(handles=handles, bbox_to_anchor=(1.0, 1.0), **LEGEND)  # beside the map, which lines fill
    return ax


def draw_facilities(ax: Axes, facilities: gpd.GeoDataFrame, categories: list[Category]) -> None:
    """Draw facilities as triangles above all else, the last category uppermost."""
    shapes = lonlat_shapes(facilities)
    for category in categories:
        here = shapes[category.rows]
        middles = shapely.get_coordinates(shapely.point_on_surface(here[has_place(here)]))
        ax.plot(*middles.T, "^", ms=SIZE, mfc=category.colour, mec="white", mew=0.8, zorder=UNDER_FACILITIES + 2)


def facility_handles(categories: list[Category], lang: str) -> list[Line2D]:
    """Return what stands in a legend for facilities that are drawn as triangles."""
    handles = legend_handles(categories, lang)
    for handle in handles:
        handle.set_marker("^")
    return handles


def _cost(spill: gpd.GeoDataFrame) -> str:
    return "duration_s" if "duration_s" in spill else "distance_m"
