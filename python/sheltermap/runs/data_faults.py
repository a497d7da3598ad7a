# SPDX-License-Identifier: Apache-2.0
"""What the inputs of a plan do not have that it asks of them: columns, numbers, values; layers that do not meet."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING

from sheltermap._native import CrsError
from sheltermap.base.suggestions import unknown
from sheltermap.layers.cells import weights_of
from sheltermap.layers.meeting import FarApartWarning, Placed, placed, require_together
from sheltermap.plans.plan import Plan
from sheltermap.questions.plan_error import PlanError
from sheltermap.questions.question import columns_named
from sheltermap.runs.column_faults import storage_faults
from sheltermap.runs.hazards import scenario_faults

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    Frames = Mapping[str, GeoDataFrame]  #: inputs by name; those that could not be read are missing

COUNTED = ("weight", "groups")  # keys whose columns are numbers of people
MEETING = (("demand", "facilities"), ("demand", "zones"), ("features", "zones"), ("facilities", "zones"))
GROUND = "areas"  # in which whatever is asked about lies


def data_faults(plan: Plan, frames: Frames) -> None:
    """Raise PlanError with all that a plan asks of its inputs and they do not have."""
    faults = [*storage_faults(plan, frames), *_named_columns(plan, frames), *scenario_faults(plan, frames)]
    faults += _weights(plan, frames)
    if not faults:
        faults += _apart(plan, frames)
    if faults:
        raise PlanError(plan.path, faults)


def _named_columns(plan: Plan, frames: Frames) -> Iterator[str]:
    """Give every column that the plan names and the input does not have."""
    for name, source in plan.inputs.items():
        if source.name is not None:
            yield from _unknown(f"inputs.{name}.name", [source.name], frames.get(name))
    for scenario in plan.scenarios:
        frame = frames.get(next(iter(scenario.named_inputs), ""))
        for key, column in scenario.columns.items():
            yield from _unknown(f"scenarios.{scenario.id}.{key}", [column], frame)
    for analysis in plan.analyses:
        for role, keys in analysis.uses.items():
            for key in keys:
                columns = columns_named(getattr(analysis, key))
                frame = frames.get(analysis.roles.get(role, ""))
                if role not in analysis.roles:
                    yield from (
                        f"analyses.{analysis.name}.{key}: {unknown('unknown column', each, [])}" for each in columns
                    )
                yield from _unknown(f"analyses.{analysis.name}.{key}", columns, frame)
        if (supply := getattr(analysis, "supply", None)) is not None:
            frame = frames.get(analysis.roles.get("facilities", ""))
            for key, column in supply.asked.items():
                yield from _unknown(f"analyses.{analysis.name}.supply.{key}", [column], frame)


def _unknown(where: str, columns: Iterable[str], frame: GeoDataFrame | None) -> Iterator[str]:
    if frame is not None:
        known = [str(column) for column in frame.columns]
        yield from (f"{where}: {unknown('unknown column', each, known)}" for each in columns if each not in known)


def _weights(plan: Plan, frames: Frames) -> Iterator[str]:
    """Give the columns of people that hold something else than numbers, each once."""
    seen: set[tuple[str, str]] = set()
    for analysis in plan.analyses:
        for role, keys in analysis.uses.items():
            name = analysis.roles.get(role, "")
            columns = {key: columns_named(getattr(analysis, key)) for key in keys if key in COUNTED}
            for key, column in ((key, each) for key, named in columns.items() for each in named):
                if name not in frames or column not in frames[name].columns or (name, column) in seen:
                    continue
                seen.add((name, column))
                try:
                    weights_of(frames[name], column, f"inputs.{name} ({plan.inputs[name].said})")
                except ValueError as error:
                    yield f"analyses.{analysis.name}.{key}: {error}"


def _apart(plan: Plan, frames: Frames) -> Iterator[str]:
    """Give the layers of an analysis that lie together only with the axes of one exchanged."""
    where: dict[tuple[str, str], Placed] = {}  # by role and name: an error says what a layer is to an analysis
    seen: set[frozenset[str]] = set()
    for analysis in plan.analyses:
        roles = {role: name for role, name in analysis.roles.items() if name in frames}
        for one, other in combinations(roles, 2):
            pair = frozenset((roles[one], roles[other]))
            meets = GROUND in (one, other) or (one, other) in MEETING or (other, one) in MEETING
            if not meets or pair in seen or len(pair) == 1:
                continue
            seen.add(pair)
            for role in (one, other):
                where.setdefault((role, roles[role]), placed(frames[roles[role]], role))
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", FarApartWarning)  # a note of the analysis, which may be meant
                    require_together(where[one, roles[one]], where[other, roles[other]])
            except CrsError as error:
                yield f"analyses.{analysis.name}: {error}"
