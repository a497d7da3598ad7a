# SPDX-License-Identifier: Apache-2.0
"""Runs one analysis of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import sheltermap as sm
from sheltermap.base import clock, scopes
from sheltermap.base.exact_sums import total
from sheltermap.base.limits import cost_column
from sheltermap.base.limits import label as threshold_label
from sheltermap.layers import frames
from sheltermap.layers.cells import weights_of
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.plans.faults import PlanError
from sheltermap.plans.kinds import Analysis, Count, Coverage, CutOff, Exposure, Flood, Gaps, Nearest, Register
from sheltermap.plans.plan import Plan
from sheltermap.registers.grades import defects
from sheltermap.registers.schema import schema
from sheltermap.runs import figures
from sheltermap.runs.column_faults import require_distinct, taken_fault
from sheltermap.runs.cut_off import close_streets
from sheltermap.runs.outcomes import GROUND, Outcome, class_labels

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.registers import Inspection
    from sheltermap.streets.network import Network

    Reaching = Nearest | Coverage | Count | Flood | Gaps | CutOff
    Frames = Mapping[str, GeoDataFrame]  #: inputs by name


def run_analysis(plan: Plan, analysis: Analysis, inputs: Frames, networks: Mapping[str, Network]) -> Outcome:
    """Run one analysis of a plan on the inputs and networks that were read."""
    try:
        if isinstance(analysis, Nearest | Coverage | Gaps | CutOff):
            outcome = _along_streets(plan, analysis, inputs, networks)
        else:
            outcome = _RUNNERS[type(analysis)](plan, analysis, inputs)
    except frames.ColumnTakenError as error:
        raise taken_fault(plan, analysis, inputs, error) from None
    require_distinct(plan, outcome)
    return replace(outcome, without_place=_without_place(analysis, inputs))


def _along_streets(
    plan: Plan, analysis: Nearest | Coverage | Gaps | CutOff, inputs: Frames, networks: Mapping[str, Network]
) -> Outcome:
    """Run an analysis that may go along streets, or as the crow flies."""
    run = _ALONG_STREETS[type(analysis)]
    if analysis.by is None:
        return run(plan, analysis, inputs, None)
    where = f"analyses.{analysis.name}"
    if not frames.are_points(inputs[analysis.facilities], f"inputs.{analysis.facilities}"):
        fault = f"inputs.{analysis.facilities} holds other shapes than points, which cannot be gone to along streets"
        raise PlanError(plan.path, [f"{where}.facilities: {fault}; give a layer of points, or leave out by"])
    try:
        return run(plan, analysis, inputs, networks[analysis.by])
    except frames.ColumnTakenError:
        raise
    except ValueError as error:
        raise PlanError(plan.path, [f"{where}: along networks.{analysis.by}: {error}"]) from error


def _without_place(analysis: Analysis, inputs: Frames) -> dict[str, int]:
    """Count the zones and areas of which nobody knows where they are."""
    named = {role: getattr(analysis, role, None) for role in GROUND}
    counts = {role: frames.without_place(inputs[name]) for role, name in named.items() if name is not None}
    return {role: count for role, count in counts.items() if count}


def _run_reaching(plan: Plan, analysis: Nearest | Coverage, inputs: Frames, by: Network | None) -> Outcome:
    demand = inputs[analysis.demand]
    facilities, unused = _supply(analysis, inputs)
    facility_id = plan.inputs[analysis.facilities].id
    thresholds_m = plan.thresholds_m(analysis)
    if not thresholds_m:
        layer = sm.nearest(demand, facilities, facility_id=facility_id, by=by, direction=analysis.direction)
        layer = _with_facility_name(plan, analysis, layer, facilities)
        missing = frames.without_place(facilities)
        distances = figures.figures_table(figures.cost_figures(analysis, layer, "distance_m"))
        not_snapped = _not_snapped(by, facilities)
        return Outcome(
            analysis,
            layer,
            distances,
            facilities_without_position=missing,
            unused=unused,
            by=by,
            facilities_not_snapped=not_snapped,
        )
    result = sm.coverage(
        demand,
        facilities,
        thresholds_m,
        by=by,
        direction=analysis.direction,
        weight=getattr(analysis, "weight", None),
        groups=tuple(getattr(analysis, "groups", ())),
        areas=None if analysis.areas is None else inputs[analysis.areas],
        area_name=analysis.area_name,
        person=analysis.person,
        facility_id=facility_id,
        position_error_m=analysis.position_error_m,
    )
    layer = _with_facility_name(plan, analysis, result.rows, facilities)
    tables = {"summary": result.summary, "reasons": result.reasons}
    if result.by_area is not None:
        tables["by_area"] = result.by_area
    found = figures.coverage_figures(analysis, tables)
    found += figures.cost_figures(analysis, layer, cost_column(thresholds_m[0]))
    return Outcome(
        analysis,
        layer,
        figures.figures_table(found),
        thresholds_m,
        tables,
        result.facilities_without_position,
        result.notes,
        unused=unused,
        by=by,
        facilities_not_snapped=result.facilities_not_snapped,
    )


def _not_snapped(by: Network | None, facilities: GeoDataFrame) -> int:
    """Count the facilities with a place that no street is near enough to."""
    if by is None:
        return 0
    snaps = by.snapped(frames.lonlat(facilities, "facilities"), "facilities")
    return int((np.asarray(snaps.edge) < 0).sum()) - frames.without_place(facilities)


def _supply(analysis: Reaching, inputs: Frames) -> tuple[GeoDataFrame, GeoDataFrame | None]:
    """Return the facilities that count, and the others, where the plan asks for some only."""
    facilities = inputs[analysis.facilities]
    if analysis.supply is None:
        return facilities, None
    return sm.supply(facilities, **analysis.supply.model_dump())


def _with_facility_name(
    plan: Plan, analysis: Nearest | Coverage | Flood | Gaps, layer: GeoDataFrame, facilities: GeoDataFrame
) -> GeoDataFrame:
    """Put the facility's name beside its id, where the plan says which column holds it."""
    source = plan.inputs[analysis.facilities]
    if source.name is None:
        return layer
    frames.require_free(layer, ["facility_name"])
    keys = facilities[source.id] if source.id is not None else facilities.index
    names = dict(zip(keys, facilities[source.name], strict=True))
    layer = layer.copy(deep=False)
    after = layer.columns.get_loc("facility") + 1
    layer.insert(after, "facility_name", layer["facility"].map(names).astype("string"))
    return layer


def _run_count(plan: Plan, analysis: Count, inputs: Frames) -> Outcome:
    demand = inputs[analysis.demand]
    facilities, unused = _supply(analysis, inputs)
    counts = np.diff(sm.reach(demand, facilities, max_distance_m=analysis.distance_m).offsets)
    known = has_place(demand.geometry.to_numpy())
    labels = np.array([*class_labels(analysis.classes), "unknown"])
    position = np.where(known, np.searchsorted(analysis.classes, counts, side="right") - 1, len(labels) - 1)
    count_column = f"within_{threshold_label(analysis.distance_m)}"
    frames.require_free(demand, [count_column, "class"])
    layer = demand.assign(
        **{
            count_column: pd.arrays.IntegerArray(counts, mask=~known),
            "class": pd.array(labels[position], dtype="string"),
        }
    )
    weight = weights_of(demand, analysis.weight, frames.describe(demand, "demand"))
    here = [position == number for number in range(len(labels))]
    classes = pd.DataFrame(
        {
            "class": labels,
            "rows": [int(rows.sum()) for rows in here],
            "weight": [total(weight[rows]) for rows in here],
            "rows_without_weight": [int(np.isnan(weight[rows]).sum()) for rows in here],
        }
    )
    found = figures.figures_table(figures.class_figures(analysis, classes))
    missing = frames.without_place(facilities)
    return Outcome(analysis, layer, found, [analysis.distance_m], {"classes": classes}, missing, unused=unused)


def _run_exposure(plan: Plan, analysis: Exposure, inputs: Frames) -> Outcome:
    result = sm.exposure(
        inputs[analysis.features], inputs[analysis.zones], zone_id=analysis.zone_id, weight=analysis.weight
    )
    found = figures.figures_table(figures.exposure_figures(analysis, result.summary))
    return Outcome(analysis, result.rows, found, tables={"zones": result.summary}, notes=result.notes)


def _run_flood(plan: Plan, analysis: Flood, inputs: Frames) -> Outcome:
    (threshold_m,) = plan.thresholds_m(analysis)
    facilities, unused = _supply(analysis, inputs)
    result = sm.flood(
        inputs[analysis.demand],
        facilities,
        inputs[analysis.zones],
        threshold_m,
        scenario=analysis.scenario,
        weight=analysis.weight,
        groups=tuple(analysis.groups),
        areas=None if analysis.areas is None else inputs[analysis.areas],
        area_name=analysis.area_name,
        facility_id=plan.inputs[analysis.facilities].id,
        suitable=analysis.suitable,
        capacity=analysis.capacity,
    )
    tables = {"summary": result.summary, "reasons": result.reasons, "supply": result.supply}
    if result.by_area is not None:
        tables["by_area"] = result.by_area
    found = figures.figures_table(figures.flood_figures(analysis, threshold_m, tables))
    missing = frames.without_place(result.facilities)
    layer = _with_facility_name(plan, analysis, result.rows, result.facilities)
    return Outcome(
        analysis,
        layer,
        found,
        [threshold_m],
        tables,
        missing,
        result.notes,
        beside={"facilities": result.facilities},
        flood=result,
        unused=unused,
    )


def _run_gaps(plan: Plan, analysis: Gaps, inputs: Frames, by: Network | None) -> Outcome:
    (threshold_m,) = plan.thresholds_m(analysis)
    source, facility_id = plan.inputs[analysis.demand], plan.inputs[analysis.facilities].id
    facilities, unused = _supply(analysis, inputs)
    result = sm.coverage(
        inputs[analysis.demand],
        facilities,
        threshold_m,
        by=by,
        direction=analysis.direction,
        weight=analysis.weight,
        groups=tuple(analysis.groups),
        areas=None if analysis.areas is None else inputs[analysis.areas],
        area_name=analysis.area_name,
        facility_id=facility_id,
    )
    join_distance_m = analysis.join_distance_m
    places = result.gaps(
        threshold_m,
        join_distance_m=join_distance_m,
        name=source.name or source.id,
        unused=unused,
        facility_id=facility_id,
    )
    numbers = result.gap_rows(threshold_m, join_distance_m=join_distance_m)["place"]
    layer = result.rows.assign(place=numbers.astype("Int64").reindex(result.rows.index))
    layer = _with_facility_name(plan, analysis, layer, facilities)
    places = _with_facility_name(plan, analysis, places, facilities)
    tables = {
        "summary": result.summary,
        "reasons": result.reasons,
        "places": pd.DataFrame(places).drop(columns="geometry"),
    }
    if result.by_area is not None:
        tables["by_area"] = result.by_area
    found = figures.figures_table(figures.gap_figures(analysis, threshold_m, tables))
    return Outcome(
        analysis,
        layer,
        found,
        [threshold_m],
        tables,
        result.facilities_without_position,
        result.notes,
        beside={"places": places},
        unused=unused,
        by=by,
        facilities_not_snapped=result.facilities_not_snapped,
    )


def _run_cut_off(plan: Plan, analysis: CutOff, inputs: Frames, by: Network | None) -> Outcome:
    assert by is not None
    facilities, unused = _supply(analysis, inputs)
    closed = close_streets(plan, analysis, inputs, facilities, by)
    found = figures.figures_table(figures.cut_off_figures(analysis, closed))
    beside = {"closed": closed.edges} if len(closed.edges) else {}
    beside |= {} if closed.critical is None or not len(closed.critical) else {"critical": closed.critical}
    return Outcome(
        analysis,
        closed.rows,
        found,
        plan.thresholds_m(analysis),
        {"summary": closed.summary},
        frames.without_place(facilities),
        beside=beside,
        unused=unused,
        by=by,
        facilities_not_snapped=_not_snapped(by, facilities),
        closed=closed,
    )


def _run_register(plan: Plan, analysis: Register, inputs: Frames) -> Outcome:
    """Check a file as it stands, cell by cell: what reading made of it has lost zeros and words already."""
    source = plan.inputs[analysis.features]
    mapping: dict[str, Any] = {"columns": analysis.columns}
    register: Any = inputs[analysis.features]  # a database knows the types of its columns
    if source.table is None:
        register = plan.input_path(analysis.features)
        mapping |= source.model_dump(include={"layer", "crs", "x", "y", "encoding"})
    found = sm.inspect(register, analysis.as_register, mapping, today=analysis.as_of or clock.now().date())
    layer = found.frame.assign(
        errors=_per_row(found, "error"),
        warnings=_per_row(found, "warning"),
        defects=defects(found.frame, schema(analysis.as_register)),
    )
    if analysis.areas is not None:
        layer["area"] = _area_of(layer, inputs[analysis.areas], analysis.area_name)
    tables = {
        "state": found.state,
        "grades": found.grades,
        "conditions": found.conditions,
        "improvements": found.improvements,
        "findings": found.findings,
    }
    numbers = figures.figures_table(figures.register_figures(analysis, layer, tables))
    return Outcome(analysis, layer, numbers, tables=tables, register=found)


def _per_row(found: Inspection, severity: str) -> NDArray[np.int64]:
    """Count the findings of each row."""
    rows = [each.row for each in found.noted if each.row is not None and each.severity == severity]
    return np.bincount(rows, minlength=found.rows + 1)[1:]


def _area_of(layer: GeoDataFrame, areas: GeoDataFrame, area_name: str | None) -> pd.Series[str]:
    """Name the area of each row; those outside every area, or without a place, by what `coverage` calls them."""
    zones = sm.exposure(layer[["geometry"]], areas, zone_id=area_name).rows
    area = zones["zone"].astype("string")
    area = area.where(area.notna(), scopes.OUTSIDE_AREAS)
    return area.where(has_place(layer.geometry.to_numpy()), scopes.UNKNOWN)


_ALONG_STREETS: dict[type, Callable[[Plan, Any, Frames, Network | None], Outcome]] = {
    Nearest: _run_reaching,
    Coverage: _run_reaching,
    Gaps: _run_gaps,
    CutOff: _run_cut_off,
}
_RUNNERS: dict[type, Callable[[Plan, Any, Frames], Outcome]] = {
    Count: _run_count,
    Exposure: _run_exposure,
    Flood: _run_flood,
    Register: _run_register,
}
