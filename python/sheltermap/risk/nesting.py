# SPDX-License-Identifier: Apache-2.0
"""Levels of one hazard: whether the zones of the more frequent lie in those of the rarer."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.analyses.overlap import overlaps
from sheltermap.base import texts
from sheltermap.layers import frames
from sheltermap.layers.conversion import to_shapely
from sheltermap.risk.scenario import Scenario, scenarios_given

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopandas import GeoDataFrame

COLUMNS = ("hazard", "scenario", "rarer", "area_m2", "share")
LEAST_M2 = 1.0  # borders that are meant to be one differ by less when they are drawn twice
ROUNDING = 1e-9  # of an area


def not_nested(scenarios: Scenario | Iterable[Scenario]) -> pd.DataFrame:
    """Where a level of a hazard acts and the next rarer one does not.

    A flood of once in 100 years reaches wherever that of 10 years does. Where drawn zones say otherwise, one of the two
    is wrong, and so is what is expected of both in a year, in which a place counts from its most frequent level on.

    Parameters
    ----------
    scenarios : Scenario or several
        Those of one ``hazard`` that have zones and a return period or probability are its levels.

    Returns
    -------
    DataFrame
        One row per level that reaches beyond the next rarer one: ``hazard``, ``scenario``, ``rarer``, the ``area_m2``
        on the WGS 84 ellipsoid where it alone acts, and the ``share`` of its zones that this is. What is below 1 m2, or
        a billionth of the zones, is none.

    Raises
    ------
    ValueError
        If there are no scenarios, or two have one id.
    GeometryError, CrsError
        If zones are no valid polygons, or a CRS is missing.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> def flood(years, east):
    ...     zones = gpd.GeoDataFrame(geometry=[box(24, 56.9, east, 57)], crs=4326)
    ...     return sm.Scenario(f"flood_{years}", "flood", zones, return_period_years=years)
    >>> sm.not_nested([flood(10, 24.03), flood(100, 24.02)]).round(3)
      hazard  scenario      rarer      area_m2  share
    0  flood  flood_10  flood_100  6776600.976  0.333
    """
    lines: list[dict[str, Any]] = []
    given = scenarios_given(scenarios)
    for hazard in dict.fromkeys(each.hazard for each in given):
        for often, rarer in pairwise(_levels(given, hazard)):
            whole, inside = _overlap(often, rarer)
            beyond = whole - inside
            if beyond > max(LEAST_M2, ROUNDING * whole):
                named = {"hazard": hazard, "scenario": often.id, "rarer": rarer.id}
                lines.append(named | {"area_m2": beyond, "share": beyond / whole})
    return pd.DataFrame(lines, columns=list(COLUMNS))


def nesting_notes(scenarios: Iterable[Scenario]) -> list[str]:
    """Return a note per level that reaches beyond the next rarer one."""
    found = not_nested(scenarios).itertuples(index=False, name=None)
    return [
        texts.Note.of(
            "not_nested", {"often": [often], "rarer": [rarer]}, area=texts.areas(area_m2), share=texts.shares(share)
        )
        for _, often, rarer, area_m2, share in found
    ]


def _levels(scenarios: Iterable[Scenario], hazard: str) -> list[Scenario]:
    """Return the scenarios of a hazard with zones and a probability, the most frequent first."""
    known = [each for each in scenarios if each.hazard == hazard and each.acting_zones is not None and each.probability]
    return sorted(known, key=lambda each: -(each.probability or 0.0))


def _overlap(often: Scenario, rarer: Scenario) -> tuple[float, float]:
    """Return the square metres where a level acts, and of these where a rarer one does, too."""
    found = overlaps(_dissolved(often), _dissolved(rarer), None)
    return (0.0, 0.0) if np.isnan(found.whole[0]) else (float(found.whole[0]), float(found.inside[0]))


def _dissolved(scenario: Scenario) -> GeoDataFrame:
    import geopandas

    zones = scenario.acting_zones
    assert zones is not None, "it is a level"
    shapes = to_shapely(_core.dissolved(frames.polygons(zones, f"zones of scenario {scenario.id}")))
    return geopandas.GeoDataFrame(geometry=shapes, crs=4326)
