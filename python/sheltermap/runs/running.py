# SPDX-License-Identifier: Apache-2.0
"""Runs one analysis of a plan: gives its kind what it names, and checks what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import sheltermap as sm
from sheltermap._native import CrsError, SheltermapError
from sheltermap.analyses.supply import said_out_of_use, use_unsaid
from sheltermap.layers import frames
from sheltermap.layers.meeting import far_apart
from sheltermap.plans.plan import Plan
from sheltermap.questions.context import Context
from sheltermap.questions.kind import Kind
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.plan_error import PlanError
from sheltermap.runs.column_faults import require_distinct, taken_fault
from sheltermap.runs.hazards import scenario_of
from sheltermap.streets.reach_table import ReachTable

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.basemap.basemap import Basemap
    from sheltermap.layers.raster import Raster
    from sheltermap.questions.in_blocks import LargeInput
    from sheltermap.questions.scenario_sources import ScenarioSource
    from sheltermap.streets.travelling import By

    Frames = Mapping[str, GeoDataFrame]  #: inputs by name


def run_analysis(
    plan: Plan,
    analysis: Kind,
    inputs: Frames,
    ways: Mapping[str, By],
    rasters: Mapping[str, Raster],
    basemap: Basemap | None = None,
    large: Mapping[str, LargeInput] | None = None,
) -> Outcome:
    """Run one analysis of a plan on the inputs, and on the networks, tables of costs and rasters that were read.

    Places without a name are called by the `basemap`.

    Raises
    ------
    PlanError
        Where inputs, columns or the network do not fit what is asked.
    SheltermapError
        Those of the analysis; also where a kind makes what it does not declare.
    """
    try:
        with far_apart() as notes:
            outcome = analysis.run(context_of(plan, analysis, inputs, ways, rasters, basemap, large))
    except CrsError as error:
        raise CrsError(f"{plan.path}: analyses.{analysis.name}: {error}") from None
    except frames.ColumnTakenError as error:
        raise taken_fault(plan, analysis, inputs, error) from None
    except ValueError as error:
        by = getattr(analysis, "by", None)
        along = "" if by is None else f"along {'tables' if by in plan.tables else 'networks'}.{by}: "
        raise PlanError(plan.path, [f"analyses.{analysis.name}: {along}{error}"]) from error
    _require_declared(outcome)
    require_distinct(plan, outcome)
    outcome.notes.extend(note for note in notes if note not in outcome.notes)
    return outcome


def context_of(
    plan: Plan,
    analysis: Kind,
    inputs: Frames,
    ways: Mapping[str, By],
    rasters: Mapping[str, Raster],
    basemap: Basemap | None = None,
    large: Mapping[str, LargeInput] | None = None,
) -> Context:
    """Return what an analysis is answered from."""
    roles = analysis.roles
    given = {role: inputs[name] for role, name in roles.items()}
    usable, unused = _supply(analysis, given)
    by = getattr(analysis, "by", None)
    hazards = {each.id: each for each in plan.scenarios_of(analysis)}
    context = Context(
        plan.path,
        plan.year,
        analysis.name,
        given,
        {role: plan.inputs[name] for role, name in roles.items()},
        {role: plan.input_path(name) for role, name in roles.items() if plan.inputs[name].is_one_whole_file},
        plan.thresholds(analysis),
        plan.standards_of(analysis),
        None if by is None else _named(ways[by], plan, roles),
        unused,
        usable,
        scenarios={
            name: scenario_of(each, inputs, rasters, _way_of(each, plan, roles, ways)) for name, each in hazards.items()
        },
        hazards=hazards,
        large={role: large[name] for role, name in roles.items() if large is not None and name in large},
        towns=None if basemap is None else basemap.layers.get("places"),
        accept_unconfirmed=plan.accept_unconfirmed,
        **_use(analysis, given if usable is None else {**given, "facilities": usable}),
        rasters={role: rasters[name] for role, name in analysis.raster_roles.items()},
    )
    if context.streets is not None and "facilities" in given:
        _require_points(context, roles["facilities"])
    return context


def _named(way: By, plan: Plan, roles: Mapping[str, str]) -> By:
    """Return a table with the columns of the inputs that hold its ids, where the plan names no others."""
    if not isinstance(way, ReachTable):
        return way
    demand, facilities = (plan.inputs[roles[role]].id if role in roles else None for role in ("demand", "facilities"))
    return replace(way, demand_id=way.demand_id or demand, facility_id=way.facility_id or facilities)


def _way_of(scenario: ScenarioSource, plan: Plan, roles: Mapping[str, str], ways: Mapping[str, By]) -> By | None:
    """Return what the failing facilities of a scenario serve along; nothing where it names none."""
    if scenario.failing is None or scenario.failing.by is None:
        return None
    return _named(ways[scenario.failing.by], plan, {**roles, "facilities": scenario.failing.facilities})


def _supply(analysis: Kind, given: Frames) -> tuple[GeoDataFrame, GeoDataFrame] | tuple[None, None]:
    """Return the facilities that count and the others with the reason; None where the plan asks for all."""
    supply = getattr(analysis, "supply", None)
    return (None, None) if supply is None else sm.supply(given["facilities"], **supply.model_dump())


def _use(analysis: Kind, given: Frames) -> dict[str, int]:
    """Count the facilities that count though nobody says that they are in use, or though they are said not to be."""
    if "facilities" not in given:
        return {}
    supply = getattr(analysis, "supply", None)
    if supply is None or not supply.in_use:
        return {"counted_out_of_use": said_out_of_use(given["facilities"])}
    return {"use_unsaid": use_unsaid(given["facilities"], supply.asked["in_use"])}


def _require_points(context: Context, name: str) -> None:
    if not frames.are_points(context.frames["facilities"], f"inputs.{name}"):
        fault = f"inputs.{name} holds other shapes than points, which cannot be gone to along streets"
        raise context.fault("facilities", f"{fault}; give a layer of points, or leave out by")


def _require_declared(outcome: Outcome) -> None:
    """Raise where a kind made a figure or a layer that no plan could have asked for."""
    kind = outcome.analysis
    made = {
        "figure": ({each["figure"] for each in outcome.found}, kind.figure_names, "figure_names"),
        "layer": (set(outcome.beside), kind.beside, "beside"),
        "table": (set(outcome.kept), kind.kept, "kept"),
    }
    for what, (names, declared, where) in made.items():
        foreign = sorted(names - set(declared))
        if foreign:
            raise SheltermapError(
                f'the kind "{kind.kind}" makes the {what} "{foreign[0]}", which its {where} do not name'
            )
