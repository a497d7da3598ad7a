# SPDX-License-Identifier: Apache-2.0
"""All that a plan reads: inputs, streets, costs, rasters, a base map; what is wrong with any of them, told at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.runs.base_map import BasemapRecord, read_base_map
from sheltermap.runs.cost_tables import TableRecord, read_table
from sheltermap.runs.data_faults import data_faults
from sheltermap.runs.faults_together import FaultsTogether
from sheltermap.runs.inputs import InputRecord, inputs_of
from sheltermap.runs.large_inputs import first_rows, large_inputs
from sheltermap.runs.networks import NetworkRecord, read_network
from sheltermap.runs.rasters import RasterRecord, open_raster

if TYPE_CHECKING:
    import geopandas as gpd

    from sheltermap.basemap.basemap import Basemap
    from sheltermap.plans.plan import Plan
    from sheltermap.questions.in_blocks import LargeInput


@dataclass
class PlanData:
    """What a plan reads, by name, and what was noted of it."""

    frames: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)  #: of large inputs the first rows
    large: dict[str, LargeInput] = field(default_factory=dict)
    records: list[InputRecord] = field(default_factory=list)
    networks: dict[str, sm.Network] = field(default_factory=dict)
    network_records: list[NetworkRecord] = field(default_factory=list)
    tables: dict[str, sm.ReachTable] = field(default_factory=dict)
    table_records: list[TableRecord] = field(default_factory=list)
    rasters: dict[str, sm.Raster] = field(default_factory=dict)
    raster_records: list[RasterRecord] = field(default_factory=list)
    basemap: Basemap | None = None
    basemap_records: list[BasemapRecord] = field(default_factory=list)


def what_is_read(plan: Plan) -> int:
    """Return how many steps reading the data of a plan has."""
    return len(plan.inputs) + len(plan.networks) + len(plan.tables) + len(plan.rasters) + bool(plan.map.files)


def read_plan_data(plan: Plan, on_start: Callable[[str], None], answers: Path | None = None) -> PlanData:
    """Read all that a plan names and see whether it fits what the plan asks; `on_start` is told each step before.

    Steps are told in the plan's first language. With a folder for files with `answers`, inputs that memory is too small
    for are not read, but asked block by block.

    Raises
    ------
    PlanError
        With all faults of all that is read; also where the data do not fit the plan.
    ReadError, CrsError, GeometryError
        If a single file cannot be used and nothing else is wrong.
    """
    found, faults = PlanData(), FaultsTogether(plan)

    def begins(step: str, **named: str) -> None:
        on_start(texts.say(f"doing.{step}", plan.languages[0], **named))

    if answers is not None:
        with faults.collecting():
            found.large = large_inputs(plan, answers)
    records = {}
    in_memory = [name for name in plan.inputs if name not in found.large]
    for name, frame, record in inputs_of(plan, faults, lambda name: begins("read", name=name), in_memory):
        found.frames[name], records[name] = frame, record
    for name, large in found.large.items():
        begins("read", name=name)
        with faults.collecting(f"inputs.{name}"):
            found.frames[name], records[name] = first_rows(name, plan.inputs[name], large, plan.path.parent)
    found.frames = {name: found.frames[name] for name in plan.inputs if name in found.frames}
    found.records = [records[name] for name in plan.inputs if name in records]
    for name in plan.networks:
        begins("read_streets", name=name)
        with faults.collecting():
            found.networks[name], read = read_network(plan, name)
            found.network_records.append(read)
    for name in plan.tables:
        begins("read_costs", name=name)
        with faults.collecting():
            found.tables[name], noted = read_table(plan, name)
            found.table_records.append(noted)
    for name in plan.rasters:
        begins("open", name=name)
        with faults.collecting():
            found.rasters[name], opened = open_raster(plan, name)
            found.raster_records.append(opened)
    if plan.map.files:
        begins("read_base_map")
        with faults.collecting():
            found.basemap, found.basemap_records = read_base_map(plan, found.frames.values())
    with faults.collecting():
        data_faults(plan, found.frames)
    faults.raise_any()
    return found
