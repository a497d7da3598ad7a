# SPDX-License-Identifier: Apache-2.0
"""The rasters of a plan: opened, named by their SHA-256; their cells are read when an analysis asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sheltermap as sm
from sheltermap.plans.plan import Plan
from sheltermap.runs.named_by_digest import read_named, require_same


@dataclass(frozen=True)
class RasterRecord:
    """What one raster is."""

    name: str
    path: str  #: as the plan says it
    sha256: str
    holds: str
    band: int
    rows: int
    columns: int
    crs: str
    nodata: float | None


def open_raster(plan: Plan, name: str) -> tuple[sm.Raster, RasterRecord]:
    """Open one raster and note what it is.

    Raises
    ------
    PlanError
        If the raster does not hold what the plan says.
    ReadError, CrsError
        If the file cannot be used.
    """
    source, path = plan.rasters[name], plan.raster_path(name)
    raster, digest = read_named(plan, f"rasters.{name}", path, lambda: sm.Raster(path, **source.reading()))
    rows, columns = raster.shape
    crs = raster.core.crs.code or raster.core.crs.name
    return raster, RasterRecord(name, source.path, digest, source.holds, source.band, rows, columns, crs, raster.nodata)


def require_unchanged(plan: Plan, records: Iterable[RasterRecord]) -> None:
    """Raise ReadError where a raster is no longer the one that was opened: its cells were read meanwhile."""
    for record in records:
        require_same(f"rasters.{record.name}", plan.raster_path(record.name), record.sha256)
