# SPDX-License-Identifier: Apache-2.0
"""The map of vulnerable groups: a scenario's zones, who is in a shelter in time, and which shelters can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.drawing.plots import draw_map, ground_streets
from sheltermap.drawing.vulnerable_legends import vulnerable_categories
from sheltermap.risk.scenario import chosen_scenario

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.risk.vulnerable import Vulnerable


def plot_vulnerable(
    vulnerable: Vulnerable,
    scenario: str | None = None,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw a scenario: its zones, the sites by whether they are in time, and the shelters, those of no use hollow.

    `Vulnerable.plot` says what the parameters mean.
    """
    chosen = chosen_scenario(vulnerable.scenarios, scenario)
    rows, shelters = of_scenario(vulnerable.rows, chosen.id), of_scenario(vulnerable.shelters, chosen.id)
    return draw_map(
        rows,
        vulnerable_categories(rows),
        facilities=shelters,
        closed=(shelters["state"] != "usable").to_numpy(),
        water=chosen.acting_zones,
        outlines=vulnerable.areas,
        streets=[] if vulnerable.by is None else [ground_streets(vulnerable.by)],
        figsize=figsize,
        ax=ax,
        context=context,
        lang=lang,
    )


def of_scenario(frame: gpd.GeoDataFrame, scenario: str) -> gpd.GeoDataFrame:
    """Return the rows of one scenario."""
    return frame[(frame["scenario"] == scenario).to_numpy()]
