# SPDX-License-Identifier: Apache-2.0
"""The map of citizens' reports: those of the year, and of the year before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.drawing.legend import incident_categories
from sheltermap.drawing.plots import draw_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sheltermap.analyses.incidents import Incidents
    from sheltermap.basemap.making import BasemapSource


def plot_incidents(
    incidents: Incidents,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw the reports by the year they are of, over the areas.

    `Incidents.plot` says what the parameters mean.
    """
    return draw_map(
        incidents.rows,
        incident_categories(incidents.rows),
        outlines=incidents.areas,
        figsize=figsize,
        ax=ax,
        context=context,
        lang=lang,
    )
