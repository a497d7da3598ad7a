# SPDX-License-Identifier: Apache-2.0
"""Runs an analysis of a plan that closes streets: who is cut off, where it is closed, which streets matter most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

import sheltermap as sm
from sheltermap._native import _core
from sheltermap.analyses.cut_off import ledger_of
from sheltermap.analyses.ledger import shares
from sheltermap.base.limits import Seconds
from sheltermap.base.suggestions import unknown
from sheltermap.layers.cells import weights_of
from sheltermap.layers.conversion import to_shapely
from sheltermap.plans.faults import PlanError
from sheltermap.runs.figures import CUT_OFF

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.plans.kinds import CutOff
    from sheltermap.plans.plan import Plan
    from sheltermap.streets.network import Network


@dataclass(frozen=True)
class StreetsClosed:
    """What closing streets does."""

    rows: GeoDataFrame  #: as `sm.cut_off` gives them
    summary: pd.DataFrame  #: the same
    totals: dict[str, float]  #: by what `figures.CUT_OFF` names
    edges: GeoDataFrame  #: the closed streets, each as far as it is closed
    critical: GeoDataFrame | None  #: whose closure alone takes most people; None where the plan asks for none
    zones: GeoDataFrame | None  #: those of the scenario
    in_time: bool

    @property
    def extra(self) -> str:
        """Column with how much more the way costs."""
        return "delay_s" if self.in_time else "detour_m"


def close_streets(
    plan: Plan, analysis: CutOff, inputs: Mapping[str, GeoDataFrame], facilities: GeoDataFrame, before: Network
) -> StreetsClosed:
    """Run it; errors are those of `Network.close` and `sm.cut_off`, a PlanError where no zone is of the scenario."""
    zones = _zones(plan, analysis, inputs)
    after = before.close(
        zones,
        depth=analysis.depth,
        closing_depth_m=analysis.closing_depth_m,
        ways=analysis.ways,
        barrier=None if analysis.barrier is None else inputs[analysis.barrier],
        bridges=analysis.bridges,
    )
    if analysis.speed_factor is not None:
        after = after.slow(analysis.speed_factor)
    asked: dict[str, Any] = {"limit": analysis.limit, "direction": analysis.direction, "weight": analysis.weight}
    demand = inputs[analysis.demand]
    facility_id = plan.inputs[analysis.facilities].id
    found = sm.cut_off(demand, facilities, before, after, facility_id=facility_id, **asked)
    critical = None
    if analysis.critical:
        critical = sm.critical_edges(demand, facilities, by=before, count=analysis.critical, **asked).reset_index()
    thresholds = plan.thresholds_m(analysis)
    in_time = bool(thresholds) and isinstance(thresholds[0], Seconds)
    totals = _totals(found.rows, demand, analysis.weight)
    return StreetsClosed(found.rows, found.summary, totals, _closed(after), critical, zones, in_time)


def _zones(plan: Plan, analysis: CutOff, inputs: Mapping[str, GeoDataFrame]) -> GeoDataFrame | None:
    """Return the zones that count: all, or those of the scenario."""
    if analysis.zones is None:
        return None
    zones = inputs[analysis.zones]
    if analysis.scenario is None:
        return zones
    named = zones[analysis.scenario].astype(str)
    here = (named == analysis.scenario_is).to_numpy()
    if not here.any():
        fault = unknown("unknown scenario", str(analysis.scenario_is), set(named))
        raise PlanError(plan.path, [f"analyses.{analysis.name}.scenario_is: {fault}"])
    return zones[here]


def _totals(rows: GeoDataFrame, demand: GeoDataFrame, weight: str | None) -> dict[str, float]:
    """Sum the people by state: total = covered + lost + uncovered + unknown."""
    people = weights_of(demand, weight, "demand")
    line = ledger_of(rows, people).of_all(0, 0)
    line |= shares(line)
    return {name: float(line[name][0]) for name in CUT_OFF}


def _closed(after: Network) -> GeoDataFrame:
    """Return the closed streets, each as far as it is closed; the whole line where it is closed at points only."""
    edges = after.closed_edges()
    closed = after.changes.closed()
    long = closed.end_m - closed.begin_m >= 0.01
    column = _core.edge_parts(after.streets.graph, closed.edge[long], closed.begin_m[long], closed.end_m[long])
    row = np.searchsorted(edges.index, closed.edge[long])
    parts = edges.geometry.to_numpy().copy()
    shapely.multilinestrings(to_shapely(column), indices=row, out=parts)
    alone = shapely.get_num_geometries(parts) == 1
    parts[alone] = shapely.get_geometry(parts[alone], 0)
    kept = ["name", "way_id", "length_m", "bridge", "tunnel", "closed_m", "geometry"]
    return edges.set_geometry(parts)[kept].reset_index()
