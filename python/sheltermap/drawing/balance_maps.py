# SPDX-License-Identifier: Apache-2.0
"""The map of a balance: areas by their share of valid places, structures by state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.drawing.balance_legends import share_categories, structure_categories
from sheltermap.drawing.plots import draw_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.planning.balance import Balance


def plot_balance(
    balance: Balance,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw the areas by share, with the structures, those that do not count hollow; without areas structures by state.

    `Balance.plot` says what the parameters mean.
    """
    structures, areas = balance.structures, balance.areas
    if areas is None:
        return draw_map(
            structures, structure_categories(structures), figsize=figsize, ax=ax, context=context, lang=lang
        )
    aside = structures["state"].isin(["out_of_use", "other_kind"]).to_numpy()
    return draw_map(
        areas,
        share_categories(areas),
        facilities=structures,
        closed=aside,
        figsize=figsize,
        ax=ax,
        context=context,
        lang=lang,
    )
