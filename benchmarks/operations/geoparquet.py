# SPDX-License-Identifier: Apache-2.0
"""GeoParquet in and out, beside geopandas."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd

from common.operation import Answer, Contestant, Operation, Variant
from operations import _files


def geopandas_read(task: _files.Task) -> gpd.GeoDataFrame:
    """One call."""
    return gpd.read_parquet(task.path)


def geopandas_write(task: _files.Task) -> Path:
    """One call."""
    task.frame.to_parquet(task.path)
    return task.path


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Compare with what was given."""
    return _files.check(size, answers, degrees=0.0)


READ = _files.to_be_read(".parquet", lambda frame, path: frame.to_parquet(path))
WRITE = _files.to_be_written(".parquet")

OPERATION = Operation(
    title="GeoParquet, points with five attributes",
    sizes={
        "small": {"points": 50_000},
        "full": (Variant({"points": 1_000_000}, goals={_files.READ: 1.0, _files.WRITE: 1.0}),),
    },
    rows="points",
    contestants=(
        Contestant(
            "sheltermap.read", _files.sheltermap_read, _files.of_frame, READ, _files.READ, needs=("sheltermap",)
        ),
        Contestant("geopandas.read_parquet", geopandas_read, _files.of_frame, READ, _files.READ),
        Contestant(
            "sheltermap.write", _files.sheltermap_write, _files.of_file, WRITE, _files.WRITE, needs=("sheltermap",)
        ),
        Contestant("GeoDataFrame.to_parquet", geopandas_write, _files.of_file, WRITE, _files.WRITE),
    ),
    make=_files.make,
    first_rows=_files.first_rows,
    check=check,
    notes="Files come from the system's cache. Ours checks every row, adds checksums of pages, syncs the file to the "
    "disk, reads it back and compares; geopandas does none of it.",
)
