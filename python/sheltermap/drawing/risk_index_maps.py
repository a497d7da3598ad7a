# SPDX-License-Identifier: Apache-2.0
"""The map of a risk index, and the indexes as bars where areas have no shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas

from sheltermap.base import texts
from sheltermap.drawing.legend import BANDS, NOT_CONCERNED
from sheltermap.drawing.new_axes import axes_for
from sheltermap.drawing.plots import INK, draw_map
from sheltermap.drawing.risk_legends import index_categories, index_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.risk.risk_index import RiskIndex

MOST_BARS = 40  # areas, those of the greatest risk


def plot_risk_index(
    index: RiskIndex,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw the areas by their index; where they have no shapes, the indexes as bars, the greatest risk first.

    `RiskIndex.plot` says what the parameters mean.
    """
    if isinstance(index.rows, geopandas.GeoDataFrame):
        return draw_map(index.rows, index_categories(index.rows), figsize=figsize, ax=ax, context=context, lang=lang)
    ax = axes_for(ax, figsize, (7, 6))
    _bars(ax, index.rows, lang)
    return ax


def _bars(ax: Axes, rows: pd.DataFrame, lang: str) -> None:
    ranked = rows[rows["rank"].notna()].sort_values("rank", kind="stable")[:MOST_BARS]
    unranked = rows[rows["rank"].isna()][: MOST_BARS - len(ranked)]
    names = [*(f"{rank}  {area}" for rank, area in zip(ranked["rank"], ranked["area"], strict=True))]
    names += [f"–  {area}" for area in unranked["area"]]
    places = range(len(names))
    ax.barh(places[: len(ranked)], ranked["index"].to_numpy(float), color=BANDS[1])
    for place, value in zip(places, ranked["index"], strict=False):
        ax.text(value, place, " " + index_text(value, lang), va="center", fontsize=8, color=INK)
    for place in places[len(ranked) :]:
        words = " " + texts.say("risk_index_no_rank", lang)
        ax.text(0, place, words, va="center", fontsize=8, color=INK, backgroundcolor=NOT_CONCERNED)
    ax.set_yticks([*places], names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlim(0, 1.1)
    ax.set_xlabel(texts.say("risk_index", lang), color=INK)
    ax.tick_params(labelsize=8, labelcolor=INK)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
