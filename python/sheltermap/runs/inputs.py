# SPDX-License-Identifier: Apache-2.0
"""The inputs of a plan: read, named by their SHA-256, checked for the columns the plan speaks of."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sheltermap as sm
from sheltermap._native import _core
from sheltermap.base.suggestions import unknown
from sheltermap.layers.digest import rows_sha256, sha256
from sheltermap.plans.plan import Plan
from sheltermap.postgis import reading
from sheltermap.questions.plan_error import PlanError
from sheltermap.questions.question import columns_named
from sheltermap.questions.sources import Input
from sheltermap.runs.column_faults import storage_faults
from sheltermap.runs.hazards import scenario_faults

if TYPE_CHECKING:
    import geopandas as gpd

_ARGUMENT = re.compile(r"\b(crs|encoding|layer|invalid|id|x|y)=(?:'([^'\n]*)')?")


@dataclass(frozen=True)
class InputRecord:
    """What was read from one input."""

    name: str
    path: str  #: or the table; as the plan says it
    sha256: str
    rows: int  #: with the refused ones
    refused: int
    crs: str
    transformation: str | None  #: to WGS 84
    accuracy_m: float | None
    notes: list[str]  #: of the reader


def read_inputs(
    plan: Plan, on_start: Callable[[str], None], only: Container[str] | None = None
) -> Iterator[tuple[str, gpd.GeoDataFrame, InputRecord]]:
    """Read the inputs in the order of the plan, and note what they were; `on_start` is told each name before.

    With `only` those of these names, by default all of them. All tables of a service are read in one transaction, when
    the first of them is wanted: in one state of the database.
    """
    fetched: dict[str, reading.Rows] = {}
    wanted = {name: source for name, source in plan.inputs.items() if only is None or name in only}
    for name, source in wanted.items():
        on_start(name)
        if source.table is None:
            try:
                frame, digest = _of_file(source, plan.input_path(name))
            except sm.SheltermapError as error:
                raise type(error)(f"inputs.{name}: {_in_words_of_a_plan(str(error))}") from None
        else:
            if name not in fetched:
                fetched |= _tables(wanted, source.service)
            frame, digest = _of_table(source, fetched.pop(name))
        yield name, frame, _record(name, source, frame, digest)


def _record(name: str, source: Input, frame: gpd.GeoDataFrame, digest: str) -> InputRecord:
    transformation, accuracy_m = _to_wgs84(frame)
    return InputRecord(
        name,
        source.said,
        digest,
        len(frame),
        len(sm.refused(frame)),
        frame.crs.to_string() if frame.crs.to_authority() else frame.crs.name,
        transformation,
        accuracy_m,
        list(frame.attrs.get("sheltermap_notes", [])),
    )


def _of_file(source: Input, path: Path) -> tuple[gpd.GeoDataFrame, str]:
    """Read a file; return its SHA-256, too."""
    try:
        before = sha256(path)
        frame = sm.read(path, **source.reading()) if source.holds is None else _cells(source, path)
        if sha256(path) != before:
            raise sm.ReadError(f"{path} was changed while it was read; run again")
    except OSError as error:
        raise sm.ReadError(f"{path} cannot be read: {error.strerror}") from None
    return frame, before


def _cells(source: Input, path: Path) -> gpd.GeoDataFrame:
    """Return the cells of a raster where people live."""
    try:
        return sm.population_grid(sm.Raster(path, holds=source.holds, crs=source.crs))
    except ValueError as error:
        raise sm.ReadError(str(error)) from None


def _in_words_of_a_plan(message: str) -> str:
    """Return what a reader says with its arguments written as the keys of an input."""
    said = _ARGUMENT.sub(lambda found: found[1] if found[2] is None else f'{found[1]} = "{found[2]}"', message)
    return said.replace("strict=False", "strict = false")


def _tables(inputs: Mapping[str, Input], service: str | None) -> dict[str, reading.Rows]:
    """Return the rows of all tables of a service by the names of their inputs."""
    of_service = {
        name: source for name, source in inputs.items() if source.table is not None and source.service == service
    }
    wanted = []
    for source in of_service.values():
        schema, _, table = source.said.rpartition(".")
        wanted.append(reading.Wanted(table, schema or "public", source.id, source.geometry))
    return dict(zip(of_service, reading.fetch(wanted, service), strict=True))


def _of_table(source: Input, rows: reading.Rows) -> tuple[gpd.GeoDataFrame, str]:
    """Check the rows of a table; return their SHA-256, too."""
    import geopandas

    frame = reading.checked(rows, crs=source.crs, invalid=source.invalid, strict=source.strict)
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise sm.ReadError(f"{source.said} has no geometries, and a plan asks where things are")
    return frame, rows_sha256(frame)


def _to_wgs84(frame: gpd.GeoDataFrame) -> tuple[str | None, float | None]:
    """Return name and accuracy of the operation that brings a frame to WGS 84; nothing where it is there already."""
    crs = _core.Crs(frame.crs.to_wkt())
    return (None, None) if crs.is_lonlat else _core.describe_transformation(crs, _core.Crs("OGC:CRS84"))


def check_columns(plan: Plan, frames: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Raise with every column the plan names and the inputs do not have, or that an assessment cannot hold."""
    faults = list(storage_faults(plan, frames))
    for name, source in plan.inputs.items():
        if source.name is not None:
            faults += _column_faults(f"inputs.{name}.name", [source.name], frames[name])
    for scenario in plan.scenarios:
        frame = frames.get(next(iter(scenario.named_inputs), ""))
        for key, column in scenario.columns.items():
            faults += _column_faults(f"scenarios.{scenario.id}.{key}", [column], frame)
    faults += scenario_faults(plan, frames)
    for analysis in plan.analyses:
        for input_key, column_keys in analysis.uses.items():
            frame = frames.get(analysis.roles.get(input_key, ""))
            for key in column_keys:
                columns = columns_named(getattr(analysis, key))
                faults += _column_faults(f"analyses.{analysis.name}.{key}", columns, frame)
        if (supply := getattr(analysis, "supply", None)) is not None:
            frame = frames.get(analysis.roles.get("facilities", ""))
            for key, column in supply.asked.items():
                faults += _column_faults(f"analyses.{analysis.name}.supply.{key}", [column], frame)
    if faults:
        raise PlanError(plan.path, faults)


def _column_faults(where: str, columns: Iterable[str], frame: gpd.GeoDataFrame | None) -> list[str]:
    known = [] if frame is None else [str(column) for column in frame.columns]
    return [f"{where}: {unknown('unknown column', each, known)}" for each in columns if each not in known]
