# SPDX-License-Identifier: Apache-2.0
"""The street networks of a plan: read, named by their SHA-256, and what was missing in them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import sheltermap as sm
from sheltermap.base.suggestions import unknown
from sheltermap.plans.plan import Plan
from sheltermap.questions.plan_error import PlanError
from sheltermap.runs.named_by_digest import read_named


@dataclass(frozen=True)
class NetworkRecord:
    """What was read of one network."""

    name: str
    path: str  #: as the plan says it
    sha256: str
    profile: str
    ways_used: int
    points_missing: int  #: that the file's ways name and the file does not hold
    ways_outdated: int  #: that the file marks as deleted, or holds in a newer version too
    areas_crossed: int  #: squares that are walked all over
    areas_gone_round: int  #: of which only the border is walked
    areas_left_out: int  #: whose border is not whole in the file
    ends_joined: int  #: ends of streets that were led to one beside them
    crossings_joined: int  #: where streets cross and were made to meet
    ends_unjoined: int  #: dead ends that seem to meet a street
    crossings_unjoined: int  #: where streets cross and do not meet
    nodes: int
    edges: int
    length_km: float
    parts: int  #: that no street connects
    fragments: int  #: of them, that are so short that nobody is snapped to them
    snap_limit_m: float


def read_network(plan: Plan, name: str) -> tuple[sm.Network, NetworkRecord]:
    """Read one network and note what it was.

    Raises
    ------
    PlanError
        If the plan names a column that is not there, or a profile that a saved network is not of.
    ReadError, GeometryError, CrsError
        If the file cannot be used.
    """
    source, path = plan.networks[name], plan.network_path(name)
    network, digest = read_named(plan, f"networks.{name}", path, lambda: _made(plan, name))
    if source.profile not in (None, network.profile):
        fault = f'the saved network is for "{network.profile}", not for "{source.profile}"'
        raise PlanError(plan.path, [f"networks.{name}.profile: {fault}"])
    told = network.summary
    kept = [each.name for each in fields(NetworkRecord)[3:]]
    return network, NetworkRecord(name, source.path, digest, **{key: told[key] for key in kept})


def _made(plan: Plan, name: str) -> sm.Network:
    source, path = plan.networks[name], plan.network_path(name)
    if source.is_osm:
        assert source.profile is not None
        return sm.Network.from_osm(path, source.profile, snap_limit_m=source.snap_limit_m, **source.joining())
    if not source.is_lines:
        return sm.Network.load(path, snap_limit_m=source.snap_limit_m)
    lines = sm.read(path, **source.reading())
    faults = [
        f"networks.{name}.{key}: {unknown('unknown column', column, map(str, lines.columns))}"
        for key, column in source.columns().items()
        if column not in lines.columns
    ]
    if faults:
        raise PlanError(plan.path, faults)
    return sm.Network.from_lines(lines, **source.making())
