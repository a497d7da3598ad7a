# SPDX-License-Identifier: Apache-2.0
"""The map of an access, and Lorenz's curve of who has how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sheltermap.base import texts
from sheltermap.drawing.access_legends import access_categories
from sheltermap.drawing.legend import COVERED, Category
from sheltermap.drawing.new_axes import axes_for
from sheltermap.drawing.plots import BORDER, INK, draw_map, ground_streets
from sheltermap.streets.network import Network

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.planning.access import Access
    from sheltermap.planning.equity import Equity


def categories_of(access: Access) -> list[Category]:
    """Return the legend of an access as it was asked for."""
    return access_categories(access.rows, shared=access.method != "gravity", below=access.below)


def plot_access(
    access: Access,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw the demand rows by how much they have access to, and the facilities; those that nobody shares are hollow.

    `Access.plot` says what the parameters mean.
    """
    return draw_map(
        access.rows,
        categories_of(access),
        facilities=access.facilities,
        closed=(access.facilities["supply_state"] != "reached").to_numpy(),
        outlines=access.areas,
        streets=[ground_streets(access.by)] if isinstance(access.by, Network) else [],
        figsize=figsize,
        ax=ax,
        context=context,
        lang=lang,
    )


def plot_equity(
    equity: Equity,
    *,
    group: Any = None,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    lang: str = "en",
) -> Axes:
    """Draw Lorenz's curve of all, or of one group.

    `Equity.plot` says what the parameters mean.
    """
    ax = axes_for(ax, figsize, (5, 5))
    draw_lorenz(ax, equity.curve(group))
    ax.set_xlabel(texts.say("lorenz_people", lang), color=INK)
    ax.set_ylabel(texts.say("lorenz_value", lang), color=INK)
    return ax


def draw_lorenz(ax: Axes, curve: pd.DataFrame) -> None:
    """Draw a curve below the line of those who all have the same, in per cent; no words."""
    people, held = (100 * curve[name].to_numpy() for name in ("people_share", "value_share"))
    ax.plot([0, 100], [0, 100], color=BORDER, lw=1.2)
    if len(people):
        ax.fill_between(people, held, people, color=COVERED, alpha=0.12, linewidth=0)
        ax.plot(people, held, color=COVERED, lw=1.8)
    ax.set_xlim(0, 100)
    ax.set_ylim(0, 100)
    ax.set_aspect("equal")
    ticks = [0, 20, 40, 60, 80, 100]
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_ticks(ticks, [f"{tick} %" for tick in ticks], color=INK, fontsize=8)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
