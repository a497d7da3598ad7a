# SPDX-License-Identifier: Apache-2.0
"""The map of continuity: whose access hangs on one facility, and how many lose access with each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.drawing.allocation_maps import draw_facilities, facility_handles
from sheltermap.drawing.continuity_legends import continuity_categories, failure_categories
from sheltermap.drawing.plots import LEGEND, draw_map, ground_streets, legend_handles
from sheltermap.streets.network import Network

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.risk.continuity import Continuity


def plot_continuity(
    continuity: Continuity,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw people by whether their access hangs on one facility, and the facilities by how many lose access with them.

    `Continuity.plot` says what the parameters mean.
    """
    rows, facilities = continuity.rows, continuity.facilities
    categories, failures = continuity_categories(rows), failure_categories(facilities)
    streets = [ground_streets(continuity.by)] if isinstance(continuity.by, Network) else []
    ax = draw_map(
        rows,
        categories,
        facilities=facilities,
        outlines=continuity.areas,
        streets=streets,
        figsize=figsize,
        ax=ax,
        context=context,
        lang=None,
    )
    draw_facilities(ax, facilities, failures)
    handles = [*legend_handles(categories, lang), *facility_handles(failures, lang)]
    if handles:
        ax.legend(handles=handles, bbox_to_anchor=(1.0, 1.0), **LEGEND)  # beside the map
    return ax
