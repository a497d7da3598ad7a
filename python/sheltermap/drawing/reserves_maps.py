# SPDX-License-Identifier: Apache-2.0
"""The map of reserves: for whom the stock of the nearest store lasts, and the stores; those without stock hollow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.drawing.legend import reserve_categories
from sheltermap.drawing.plots import draw_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sheltermap.analyses.reserves import Reserves
    from sheltermap.basemap.making import BasemapSource


def plot_reserves(
    reserves: Reserves,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw the people by how long the stock of their nearest store lasts, and the stores; those without stock hollow.

    `Reserves.plot` says what the parameters mean.
    """
    stores = reserves.stores
    return draw_map(
        reserves.demand,
        reserve_categories(reserves.demand, reserves.longest_days),
        facilities=stores,
        closed=~(stores["stock"] > 0).to_numpy(bool),
        figsize=figsize,
        ax=ax,
        context=context,
        lang=lang,
    )
