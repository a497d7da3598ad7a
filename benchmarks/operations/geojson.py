# SPDX-License-Identifier: Apache-2.0
"""GeoJSON in and out, beside GDAL through pyogrio."""

from __future__ import annotations

from collections.abc import Mapping

from common.operation import Answer, Operation, Variant
from operations import _files


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Compare with what was given."""
    return _files.check(size, answers, degrees=1e-7)


OPERATION = Operation(
    title="GeoJSON, points with five attributes",
    sizes={
        "small": {"points": 50_000},
        "full": (Variant({"points": 1_000_000}, goals={_files.READ: 0.1, _files.WRITE: 0.06}),),
    },
    rows="points",
    contestants=_files.gdal_contestants(".geojson"),
    make=_files.make,
    first_rows=_files.first_rows,
    check=check,
    notes="Files come from the system's cache. Coordinates are written with 7 decimals (RFC 7946) by us, with "
    "15 digits by GDAL. Ours checks every row, syncs the file to the disk and reads it back; GDAL does "
    "neither.",
)
