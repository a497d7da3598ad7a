# SPDX-License-Identifier: Apache-2.0
"""The map of a balance: areas by their share of valid places, structures by state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.drawing.balance_legends import share_categories, structure_categories
from sheltermap.drawing.plots import draw_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sheltermap.planning.balance import Balance


def plot_balance(balance: Balance, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw the areas by share, with the structures, those that do not count hollow; without areas structures by state.

    Parameters
    ----------
    balance : Balance
        From `sheltermap.balance`.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    lang : {"en", "lv", …}
        Language of the legend.

    Returns
    -------
    matplotlib Axes
    """
    structures, areas = balance.structures, balance.areas
    if areas is None:
        return draw_map(structures, structure_categories(structures), ax=ax, lang=lang)
    aside = structures["state"].isin(["out_of_use", "other_kind"]).to_numpy()
    return draw_map(areas, share_categories(areas), facilities=structures, closed=aside, ax=ax, lang=lang)
