# SPDX-License-Identifier: Apache-2.0
"""The map of several hazards at once: their zones, and the rows by what the hazards come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.drawing.combined_legends import combined_categories
from sheltermap.drawing.plots import draw_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.risk.combined import Combined


def plot_combined(
    combined: Combined,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw the zones of all scenarios, and the rows by what the hazards come to.

    `Combined.plot` says what the parameters mean.
    """
    return draw_map(
        combined.rows,
        combined_categories(combined.rows, combined.how),
        water=combined.zones,
        outlines=combined.areas,
        figsize=figsize,
        ax=ax,
        context=context,
        lang=lang,
    )
