# SPDX-License-Identifier: Apache-2.0
"""The street networks of a plan: read, named by their SHA-256, and what was missing in them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import geopandas

import sheltermap as sm
from sheltermap.base.suggestions import unknown
from sheltermap.base.system import way_to
from sheltermap.layers.digest import files_sha256, rows_sha256
from sheltermap.layers.gathered import has_pattern, paths_of
from sheltermap.plans.plan import Plan
from sheltermap.postgis import reading
from sheltermap.questions.plan_error import PlanError
from sheltermap.runs.named_by_digest import named, read_named, require_same, sha256_named


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
    source = plan.networks[name]
    if len(source.paths) == 1 and not has_pattern(source.paths[0]):
        network, digest = read_named(plan, f"networks.{name}", plan.network_path(name), lambda: _made(plan, name))
    elif source.table is None:
        network, digest = _of_files(plan, name)
    else:
        with named(plan, f"networks.{name}", "table"):
            network, digest = _of_table(plan, name, source.table)
    if source.profile not in (None, network.profile):
        fault = f'the saved network is for "{network.profile}", not for "{source.profile}"'
        raise PlanError(plan.path, [f"networks.{name}.profile: {fault}"])
    told = network.summary
    kept = [each.name for each in fields(NetworkRecord)[3:]]
    return network, NetworkRecord(name, source.place, digest, **{key: told[key] for key in kept})


def _made(plan: Plan, name: str) -> sm.Network:
    source, path = plan.networks[name], plan.network_path(name)
    if source.is_osm:
        assert source.profile is not None
        return sm.Network.from_osm(path, source.profile, snap_limit_m=source.snap_limit_m, **source.joining())
    if not source.is_lines:
        return sm.Network.load(path, snap_limit_m=source.snap_limit_m)
    return _of_lines(plan, name, sm.read(path, **source.reading()))


def _of_files(plan: Plan, name: str) -> tuple[sm.Network, str]:
    """Return the streets that the lines of several files are, and the SHA-256 of all."""
    part, folder, source = f"networks.{name}", plan.path.parent, plan.networks[name]
    with named(plan, part, "path"):
        paths = paths_of(source.paths, folder)
    before = [sha256_named(part, path) for path in paths]
    with named(plan, part, "path"):
        network = _of_lines(plan, name, sm.read(paths, **source.reading()))
    for path, digest in zip(paths, before, strict=True):
        require_same(part, path, digest)
    return network, files_sha256({way_to(path, folder): each for path, each in zip(paths, before, strict=True)})


def _of_table(plan: Plan, name: str, table: str) -> tuple[sm.Network, str]:
    """Return the streets that the rows of a table of a database are, and the SHA-256 of the rows."""
    source = plan.networks[name]
    schema, _, name_there = table.rpartition(".")
    wanted = reading.Wanted(name_there, schema or "public", None, source.geometry)
    (rows,) = reading.fetch([wanted], source.service)
    lines = reading.checked(rows, crs=source.crs, where=source.where)
    if not isinstance(lines, geopandas.GeoDataFrame):
        raise sm.ReadError(f"{table} has no geometries, and streets are lines")
    return _of_lines(plan, name, lines), rows_sha256(lines)


def _of_lines(plan: Plan, name: str, lines: geopandas.GeoDataFrame) -> sm.Network:
    source = plan.networks[name]
    faults = [
        f"networks.{name}.{key}: {unknown('unknown column', column, map(str, lines.columns))}"
        for key, column in source.columns().items()
        if column not in lines.columns
    ]
    if faults:
        raise PlanError(plan.path, faults)
    return sm.Network.from_lines(lines, **source.making())
