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

    from sheltermap.risk.vulnerable import Vulnerable


def plot_vulnerable(
    vulnerable: Vulnerable, scenario: str | None = None, *, ax: Axes | None = None, lang: str = "en"
) -> Axes:
    """Draw a scenario: its zones, the sites by whether they are in time, and the shelters, those of no use hollow.

    Parameters
    ----------
    vulnerable : Vulnerable
        From `sheltermap.vulnerable`.
    scenario : str, optional
        Id of one of its scenarios; by default the last.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    lang : {"en", "lv", …}
        Language of the legend.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there is no such scenario.
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
        ax=ax,
        lang=lang,
    )


def of_scenario(frame: gpd.GeoDataFrame, scenario: str) -> gpd.GeoDataFrame:
    """Return the rows of one scenario."""
    return frame[(frame["scenario"] == scenario).to_numpy()]
