# SPDX-License-Identifier: Apache-2.0
"""The map of an impact: where a scenario acts and which rows it affects; what measures cost beside what they save."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.impact_legends import impact_categories
from sheltermap.drawing.legend import COVERED, UNCOVERED
from sheltermap.drawing.new_axes import axes_for
from sheltermap.drawing.plots import INK, STREET, Streets, draw_map
from sheltermap.risk.scenario import chosen_scenario

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.risk.avoided import Avoided
    from sheltermap.risk.impact import Impact


BARS = (("present_cost", 0.2, UNCOVERED), ("present_benefit", -0.2, COVERED))  # columns, where, colours


def plot_impact(
    impact: Impact,
    scenario: str | None = None,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw a scenario: where it acts, the rows by whether it affects them, and the facilities; affected ones hollow.

    `Impact.plot` says what the parameters mean.
    """
    which = chosen_scenario(impact.scenarios, scenario)
    what, rows = impact.main_layer
    facilities = impact.facilities if what == "rows" else None
    hit = None if facilities is None else (facilities[f"state_{which.label}"] == "affected").to_numpy()
    return draw_map(
        rows,
        impact_categories(rows, which.label),
        facilities=facilities,
        closed=hit,
        water=which.acting_zones,
        outlines=impact.areas,
        streets=streets_drawn(impact.streets, which.label) if what == "rows" else [],
        figsize=figsize,
        ax=ax,
        context=context,
        lang=lang,
    )


def streets_drawn(streets: gpd.GeoDataFrame | None, label: str) -> list[Streets]:
    """Return the streets of an impact, those that a scenario affects above the others."""
    if streets is None:
        return []
    hit = (streets[f"state_{label}"] == "affected").to_numpy()
    return [Streets(streets[~hit], STREET, 0.6, 1.6), Streets(streets[hit], UNCOVERED, 1.4, 1.7)]


def plot_avoided(
    avoided: Avoided, *, figsize: tuple[float, float] | None = None, ax: Axes | None = None, lang: str = "en"
) -> Axes:
    """Draw for each measure what it costs beside what it saves, both as of today; the best ratio on top.

    `Avoided.plot` says what the parameters mean.
    """
    table = avoided.measures
    ax = axes_for(ax, figsize, (7, 1.2 + 0.7 * len(table)))
    draw_avoided(ax, table)
    for bars, (column, _, _) in zip(ax.containers, BARS, strict=True):
        bars.set_label(texts.say(f"avoided_{column}", lang))
    ax.set_xlabel(texts.say("avoided_axis", lang, currency=avoided.currency), color=INK)
    ax.legend(loc="lower right", fontsize=8, frameon=False)
    return ax


def draw_avoided(ax: Axes, measures: pd.DataFrame) -> None:
    """Draw two bars for each measure, the best ratio on top; no words but their names."""
    from matplotlib.ticker import FuncFormatter

    place = np.arange(len(measures))
    for column, off, colour in BARS:
        ax.barh(place + off, measures[column], 0.38, color=colour)
    ax.set_yticks(place, measures["measure"], color=INK, fontsize=9)
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: texts.number(value)))
    ax.tick_params(axis="x", labelsize=8, labelcolor=INK)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
