# SPDX-License-Identifier: Apache-2.0
"""Shelter and risk mapping on the ellipsoid.

Who has no shelter, water point or psychologist near enough, and which of them lie in a flood zone? GeoDataFrames go in
and come out; distances and areas are in metres along WGS 84; nothing that was dropped is hidden.

>>> import sheltermap as sm
>>> homes = sm.read({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": "A"},
...     "geometry": {"type": "Point", "coordinates": [24.105, 56.950]}}]})
>>> shelters = sm.read({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": "S1"},
...     "geometry": {"type": "Point", "coordinates": [24.110, 56.951]}}]}, id="id")
>>> sm.nearest(homes, shelters)[["id", "facility", "distance_m"]].round(1)
  id facility  distance_m
0  A       S1       324.0
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sheltermap._core import (
        CrsError,
        GeometryError,
        ReadError,
        SheltermapError,
        WriteError,
        set_threads,
        threads,
    )
    from sheltermap.analyses.coverage import Coverage, coverage
    from sheltermap.analyses.cut_off import CutOff, cut_off
    from sheltermap.analyses.evacuation import Evacuation, evacuation
    from sheltermap.analyses.exposure import Exposure, exposure
    from sheltermap.analyses.flood import Flood, flood
    from sheltermap.analyses.geodesic import (
        geodesic_area_m2,
        geodesic_destination,
        geodesic_distance_m,
        geodesic_length_m,
        geodesic_line,
    )
    from sheltermap.analyses.incidents import Incidents, incidents
    from sheltermap.analyses.nearest import nearest, reach, within
    from sheltermap.analyses.overlap import overlap
    from sheltermap.analyses.reserves import Reserves, reserves
    from sheltermap.analyses.service_areas import service_areas
    from sheltermap.analyses.supply import supply
    from sheltermap.analyses.todo import todo
    from sheltermap.assessments.run import run
    from sheltermap.base.standards import capacity
    from sheltermap.layers.files import layer_names, read, refused, write
    from sheltermap.postgis import read_postgis, write_postgis
    from sheltermap.questions.plan_error import PlanError
    from sheltermap.registers import (
        Inspection,
        MappingError,
        RegisterError,
        RegisterStore,
        inspect,
        template,
    )
    from sheltermap.runs.assessment import Assessment
    from sheltermap.streets.network import Network
    from sheltermap.streets.reachable_streets import reachable_streets
    from sheltermap.streets.routing import critical_edges, flows, paths
    from sheltermap.years import Comparison, GateFinding, GateResult, check, compare

__version__ = "0.1.0"

# Where each public name lives: modules are imported when a name is first used, so that `import sheltermap` and
# `sheltermap --help` stay quick.
_HOMES = {
    "sheltermap._native": (
        "CrsError",
        "GeometryError",
        "ReadError",
        "SheltermapError",
        "WriteError",
        "set_threads",
        "threads",
    ),
    "sheltermap.analyses.incidents": ("Incidents", "incidents"),
    "sheltermap.analyses.coverage": ("Coverage", "coverage"),
    "sheltermap.analyses.cut_off": ("CutOff", "cut_off"),
    "sheltermap.analyses.evacuation": ("Evacuation", "evacuation"),
    "sheltermap.analyses.exposure": ("Exposure", "exposure"),
    "sheltermap.analyses.flood": ("Flood", "flood"),
    "sheltermap.analyses.geodesic": (
        "geodesic_area_m2",
        "geodesic_destination",
        "geodesic_distance_m",
        "geodesic_length_m",
        "geodesic_line",
    ),
    "sheltermap.analyses.overlap": ("overlap",),
    "sheltermap.analyses.nearest": ("nearest", "reach", "within"),
    "sheltermap.analyses.reserves": ("Reserves", "reserves"),
    "sheltermap.analyses.service_areas": ("service_areas",),
    "sheltermap.analyses.supply": ("supply",),
    "sheltermap.analyses.todo": ("todo",),
    "sheltermap.assessments.run": ("run",),
    "sheltermap.base.standards": ("capacity",),
    "sheltermap.layers.files": ("layer_names", "read", "refused", "write"),
    "sheltermap.questions.plan_error": ("PlanError",),
    "sheltermap.postgis": ("read_postgis", "write_postgis"),
    "sheltermap.registers": (
        "Inspection",
        "MappingError",
        "RegisterError",
        "RegisterStore",
        "inspect",
        "template",
    ),
    "sheltermap.runs.assessment": ("Assessment",),
    "sheltermap.streets.network": ("Network",),
    "sheltermap.streets.routing": ("critical_edges", "flows", "paths"),
    "sheltermap.streets.reachable_streets": ("reachable_streets",),
    "sheltermap.years": ("Comparison", "GateFinding", "GateResult", "check", "compare"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Assessment",
    "Comparison",
    "Coverage",
    "CrsError",
    "CutOff",
    "Evacuation",
    "Exposure",
    "Flood",
    "GateFinding",
    "GateResult",
    "GeometryError",
    "Incidents",
    "Inspection",
    "MappingError",
    "Network",
    "PlanError",
    "ReadError",
    "RegisterError",
    "RegisterStore",
    "Reserves",
    "SheltermapError",
    "WriteError",
    "capacity",
    "check",
    "compare",
    "coverage",
    "critical_edges",
    "cut_off",
    "evacuation",
    "exposure",
    "flood",
    "flows",
    "geodesic_area_m2",
    "geodesic_destination",
    "geodesic_distance_m",
    "geodesic_length_m",
    "geodesic_line",
    "incidents",
    "inspect",
    "layer_names",
    "nearest",
    "overlap",
    "paths",
    "reach",
    "reachable_streets",
    "read",
    "read_postgis",
    "refused",
    "reserves",
    "run",
    "service_areas",
    "set_threads",
    "supply",
    "template",
    "threads",
    "todo",
    "within",
    "write",
    "write_postgis",
]


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'sheltermap' has no attribute '{name}'")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
