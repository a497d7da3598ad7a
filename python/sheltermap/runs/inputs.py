# SPDX-License-Identifier: Apache-2.0
"""The inputs of a plan: read, and named by their SHA-256."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sheltermap as sm
from sheltermap._native import _core
from sheltermap.base.system import way_to
from sheltermap.layers.digest import files_sha256, rows_sha256, sha256
from sheltermap.layers.gathered import paths_of
from sheltermap.layers.table_places import CRS_BY_COLUMNS
from sheltermap.plans.plan import Plan
from sheltermap.postgis import reading
from sheltermap.questions.sources import Input
from sheltermap.runs.faults_together import FaultsTogether
from sheltermap.runs.plan_words import in_words_of_a_plan

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class InputRecord:
    """What was read from one input."""

    name: str
    path: str  #: or the table; as the plan says it
    sha256: str
    rows: int  #: with the refused ones
    refused: int
    crs: str
    crs_by_columns: str | None  #: the columns whose names alone say so
    transformation: str | None  #: to WGS 84
    accuracy_m: float | None
    notes: list[str]  #: of the reader


def read_inputs(
    plan: Plan, on_start: Callable[[str], None], only: Container[str] | None = None
) -> Iterator[tuple[str, gpd.GeoDataFrame, InputRecord]]:
    """Read the inputs in the order of the plan, and note what they were; `on_start` is told each name before.

    With `only` those of these names, by default all of them. All tables of a service are read in one transaction, when
    the first of them is wanted: in one state of the database. What is wrong with any of them is raised at the end.
    """
    faults = FaultsTogether(plan)
    yield from inputs_of(plan, faults, on_start, only)
    faults.raise_any()


def inputs_of(
    plan: Plan, faults: FaultsTogether, on_start: Callable[[str], None], only: Container[str] | None = None
) -> Iterator[tuple[str, gpd.GeoDataFrame, InputRecord]]:
    """Read the inputs as `read_inputs` does; what is wrong with them goes to `faults`."""
    fetched: dict[str, reading.Rows] = {}
    unreachable: set[str | None] = set()
    wanted = {name: source for name, source in plan.inputs.items() if only is None or name in only}
    for name, source in wanted.items():
        on_start(name)
        if source.table is not None and name not in fetched and source.service not in unreachable:
            unreachable.add(source.service)
            with faults.collecting():
                fetched |= _tables(wanted, source.service)
        if source.table is not None and name not in fetched:
            continue  # its database is told already
        read: tuple[gpd.GeoDataFrame, str] | None = None
        with faults.collecting(f"inputs.{name}"), in_words_of_a_plan(f"inputs.{name}"):
            read = _of_files(source, plan) if source.table is None else _of_table(source, fetched.pop(name))
        if read is not None:
            yield name, read[0], record_of(name, source, *read)


def record_of(name: str, source: Input, frame: gpd.GeoDataFrame, digest: str) -> InputRecord:
    """Return what is noted of an input that was read, with the digest of its files."""
    transformation, accuracy_m = _to_wgs84(frame)
    return InputRecord(
        name,
        source.said,
        digest,
        len(frame),
        len(sm.refused(frame)),
        frame.crs.to_string() if frame.crs.to_authority() else frame.crs.name,
        frame.attrs.get(CRS_BY_COLUMNS),
        transformation,
        accuracy_m,
        list(frame.attrs.get("sheltermap_notes", [])),
    )


def _of_files(source: Input, plan: Plan) -> tuple[gpd.GeoDataFrame, str]:
    """Read one or several files; return their SHA-256, too, and have the notes say that of each of several."""
    folder = plan.path.parent
    paths = paths_of(source.paths, folder)
    try:
        before = digests_of(paths, folder)
        if source.holds is not None:
            frame = _cells(source, paths[0])
        else:
            frame = sm.read(paths[0] if len(paths) == 1 else paths, **source.reading())
        changed = [path for path in paths if sha256(path) != before[way_to(path, folder)]]
    except OSError as error:
        raise sm.ReadError(f"{error.filename or paths[0]} cannot be read: {error.strerror}") from None
    if changed:
        raise sm.ReadError(f"{changed[0]} was changed while it was read; run again")
    digest, notes = in_one(before)
    frame.attrs["sheltermap_notes"] += notes
    return frame, digest


def digests_of(paths: Sequence[Path], folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of an input by the way to it from the folder of the plan."""
    return {way_to(path, folder): sha256(path) for path in paths}


def in_one(digests: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the SHA-256 of an input of so many files, and notes on that of each where there are several."""
    if len(digests) == 1:
        return next(iter(digests.values())), []
    return files_sha256(digests), [f"{name}: SHA-256 {digest}" for name, digest in digests.items()]


def _cells(source: Input, path: Path) -> gpd.GeoDataFrame:
    """Return the cells of a raster where people live."""
    try:
        return sm.population_grid(sm.Raster(path, holds=source.holds, crs=source.crs))
    except ValueError as error:
        raise sm.ReadError(str(error)) from None


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

    frame = reading.checked(rows, crs=source.crs, invalid=source.invalid, strict=source.strict, where=source.where)
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise sm.ReadError(f"{source.said} has no geometries, and a plan asks where things are")
    return frame, rows_sha256(frame)


def _to_wgs84(frame: gpd.GeoDataFrame) -> tuple[str | None, float | None]:
    """Return name and accuracy of the operation that brings a frame to WGS 84; nothing where it is there already."""
    crs = _core.Crs(frame.crs.to_wkt())
    return (None, None) if crs.is_lonlat else _core.describe_transformation(crs, _core.Crs("OGC:CRS84"))
