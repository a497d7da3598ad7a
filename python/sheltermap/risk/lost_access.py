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
    from numpy.typing import NDArray

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
    """Return who is near enough before and during the scenarios that have zones, and which of them have none.

    Where an intensity is a depth, the water closes streets from the depth on that stops the means of travel; else a
    zone closes all streets in it.
    """
    notes: list[str] = []
    zones = [zones_with_depth(each) for each in scenarios if each.zones is not None]
    if silent := [each.id for each in scenarios if each.zones is None]:
        notes.append(texts.Note.of("impact_no_access", scenarios=", ".join(silent)))
    zones = [each for each in zones if len(each)]
    if empty := {each.id for each in scenarios} - set(silent) - {each["scenario"].iloc[0] for each in zones}:
        notes.append(texts.Note.of("impact_no_access", scenarios=", ".join(sorted(empty))))
    if not zones:
        return None, notes
    ground = pd.concat([each.to_crs(zones[0].crs) for each in zones], ignore_index=True)
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
    """Return the zones in which a scenario acts, with its id and, where the intensity is one, the depth in metres."""
    assert scenario.zones is not None, "asked before"
    zones = scenario.zones
    values: NDArray[np.float64] = np.full(len(zones), np.nan)
    if scenario.intensity is not None:
        values = numbers(zones, scenario.intensity, f"zones of scenario {scenario.id}")
    if scenario.affected_from is not None:
        here = values >= scenario.affected_from
        zones, values = zones[here], values[here]
    depth = values * _metres(scenario.unit)
    import geopandas

    columns = {"scenario": [scenario.id] * len(zones), DEPTH: depth}
    return geopandas.GeoDataFrame(columns, geometry=zones.geometry.to_numpy(), crs=zones.crs)


def _metres(unit: str | None) -> float:
    """Return the metres of a unit; NaN where it is none of length."""
    try:
        return float(conversion(unit or "", "m"))
    except ValueError:
        return float("nan")
