# SPDX-License-Identifier: Apache-2.0
"""The map of a warning: who and what lies in its area, and what can be used outside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.legend import CLOSED, COVERED, NOT_CONCERNED, UNCOVERED, UNKNOWN, Category
from sheltermap.drawing.plots import draw_map

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource


class WarnedLike(Protocol):
    """What a map of a warning needs; `sheltermap.warn` returns one."""

    @property
    def rows(self) -> gpd.GeoDataFrame:
        """Return all rows that were looked at, with ``role``, ``state`` and ``usable``."""

    @property
    def zones(self) -> gpd.GeoDataFrame:
        """Return the known areas."""

    @property
    def status(self) -> str:
        """Return whether it is meant."""

    @property
    def is_actual(self) -> bool:
        """Return whether it is meant."""

    @property
    def state(self) -> str:
        """Return whether it is in force."""

    @property
    def missing_areas(self) -> Sequence[str]:
        """Return the names of the areas that are not known."""

    @property
    def headlines(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Return colour and event of each part, by language."""


def warned_categories(rows: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of a warning: people and facilities in the area, what is usable outside, others, unknown."""
    state, people = rows["state"].to_numpy(object), (rows["role"] == "people").to_numpy(bool)
    usable = rows["usable"].to_numpy(bool) & ~people & (state == "outside")
    inside, unknown = state == "inside", state == "unknown"
    drawn = (
        (inside & people, "\"state\" = 'inside' AND \"role\" = 'people'", UNCOVERED, "diamond", "people_inside"),
        (inside & ~people, "\"state\" = 'inside'", CLOSED, "cross", "facilities_inside"),
        (usable, '"state" = \'outside\' AND "usable" AND "role" = \'facility\'', COVERED, "circle", "usable_outside"),
        (~inside & ~unknown & ~usable, "\"state\" = 'outside'", NOT_CONCERNED, "circle", "outside"),
        (unknown, "\"state\" = 'unknown'", UNKNOWN, "cross", "state_unknown"),
    )
    return [
        Category(np.asarray(here, bool), rule, colour, marker, texts.both(f"warned_{word}"))
        for here, rule, colour, marker, word in drawn
    ]


def warned_title(warned: WarnedLike, lang: str) -> str:
    """Return what a warning is called: that it is not meant first, then colour and event of each part."""
    mark = "" if warned.is_actual else f"{texts.say(f'alert_status_{warned.status.casefold()}', lang)} – "
    events = dict.fromkeys(warned.headlines[lang])
    told = "; ".join(f"{texts.say(f'alert_colour_{colour}', lang)}: {event}" for colour, event in events)
    return f"{mark}{told or texts.say(f'warned_{warned.state}', lang)}"


def plot_warned(
    warned: WarnedLike,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw the map of a warning; `Warned.plot` says what the parameters mean."""
    ax = draw_map(
        warned.rows,
        warned_categories(warned.rows),
        outlines=warned.zones,
        figsize=figsize,
        ax=ax,
        context=context,
        lang=lang,
    )
    ax.set_title(warned_title(warned, lang), fontsize=10, color="black" if warned.is_actual else CLOSED, wrap=True)
    return ax
