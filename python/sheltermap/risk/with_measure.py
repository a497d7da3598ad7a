# SPDX-License-Identifier: Apache-2.0
"""Scenarios as they are once a measure is there: some do not happen any more, others happen otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sheltermap.base.suggestions import unknown
from sheltermap.risk.scenario import Scenario

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def with_measure(
    scenarios: Sequence[Scenario], prevented: Sequence[str], instead: Mapping[str, Scenario]
) -> list[Scenario]:
    """Return the same levels of the same hazards, each as it is with a measure.

    A scenario that is `prevented` acts nowhere; one that happens otherwise takes place as another one says, and stays
    as likely as it was. All others are as they were.

    Raises
    ------
    ValueError
        If a scenario is none of these, or both is said of one.
    """
    ids = [each.id for each in scenarios]
    for name in (*prevented, *instead):
        if name not in ids:
            raise ValueError(unknown("unknown scenario", name, ids))
    if both := set(prevented) & set(instead):
        raise ValueError(f"{min(both)} is prevented, and happens otherwise: say one of the two")
    found = []
    for each in scenarios:
        if each.id in prevented:
            each = replace(each, zones=_nowhere(each), raster=None, failing=None)
        elif each.id in instead:
            each = replace(
                instead[each.id],
                id=each.id,
                hazard=each.hazard,
                return_period_years=each.return_period_years,
                annual_probability=each.annual_probability,
                likelihood=each.likelihood,
            )
        found.append(each)
    return found


def _nowhere(scenario: Scenario) -> GeoDataFrame:
    """Return no zones, which tell the intensity that the scenario has."""
    import geopandas

    columns: dict[str, list[float]] = {} if scenario.intensity is None else {scenario.intensity: []}
    return geopandas.GeoDataFrame(columns, geometry=[], crs="EPSG:4326")
