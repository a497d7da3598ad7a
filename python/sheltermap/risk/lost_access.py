# SPDX-License-Identifier: Apache-2.0
"""Who loses the facility near enough while a scenario lasts: it lies in the zones, or the way there does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.analyses.flood import Flood, flood
from sheltermap.base import texts
from sheltermap.base.units import conversion
from sheltermap.layers.cells import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geopandas import GeoDataFrame

    from sheltermap.base.limits import LimitLike
    from sheltermap.risk.scenario import Scenario
    from sheltermap.streets.network import Network
    from sheltermap.streets.travelling import Direction

DEPTH = "depth_m"


def lost_access(
    scenarios: Sequence[Scenario],
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    threshold: LimitLike,
    weight: str | None,
    groups: Iterable[str],
    by: Network | None,
    direction: Direction,
) -> tuple[Flood | None, list[str]]:
    """Return who is near enough before and during the scenarios that act somewhere, and which of them do not.

    Where an intensity is a depth, the water closes streets from the depth on that stops the means of travel; else a
    zone closes all streets in it.
    """
    zones = [zones_with_depth(each) for each in scenarios if each.acting_zones is not None]
    acting = [each for each in zones if len(each)]
    told = {each["scenario"].iloc[0] for each in acting}
    silent = [each.id for each in scenarios if each.id not in told]
    notes: list[str] = [texts.Note.of("impact_no_access", {"scenarios": silent})] if silent else []
    if not acting:
        return None, notes
    ground = pd.concat([each.to_crs(acting[0].crs) for each in acting], ignore_index=True)
    found = flood(
        demand,
        facilities,
        ground,
        threshold,
        weight=weight,
        groups=groups,
        by=by,
        direction=direction,
        depth=DEPTH if by is not None and ground[DEPTH].notna().any() else None,
    )
    return found, notes


def zones_with_depth(scenario: Scenario) -> GeoDataFrame:
    """Return where a scenario acts, with its id and, where its zones tell it, the depth in metres."""
    zones = scenario.acting_zones
    assert zones is not None, "asked before"
    depth = np.full(len(zones), np.nan)
    if scenario.zones is not None and scenario.intensity is not None:
        depth = numbers(zones, scenario.intensity, f"zones of scenario {scenario.id}") * _metres(scenario.unit)
    import geopandas

    columns = {"scenario": [scenario.id] * len(zones), DEPTH: depth}
    return geopandas.GeoDataFrame(columns, geometry=zones.geometry.to_numpy(), crs=zones.crs)


def _metres(unit: str | None) -> float:
    """Return the metres of a unit; NaN where it is none of length."""
    try:
        return float(conversion(unit or "", "m"))
    except ValueError:
        return float("nan")
