# SPDX-License-Identifier: Apache-2.0
"""Which source stands behind what is given as the rows that are asked about."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sheltermap.layers import files
from sheltermap.scale.geopackage_blocks import GeoPackageSource
from sheltermap.scale.parquet_blocks import ParquetSource
from sheltermap.scale.row_source import Source


def source_of(
    demand: Any,
    *,
    layer: str | None = None,
    id_column: str | None = None,
    crs: Any = None,
    strict: bool = True,
    box: Sequence[float] | None = None,
) -> Source:
    """Return the rows that stand behind a path, a list of paths or a pattern; a source stays what it is.

    Raises
    ------
    ReadError
        If it cannot be read, or its files have other columns or reference systems than the first.
    ValueError
        If an option is given that says nothing of such rows.
    """
    if isinstance(demand, Source):
        said = {"layer": layer, "id": id_column, "crs": crs, "box": box}
        twice = next((name for name, value in said.items() if value is not None), None)
        if twice is not None:
            raise ValueError(f"demand is a source, which says itself what it reads: give {twice} to it")
        return demand
    if not isinstance(demand, str | os.PathLike | list | tuple):
        raise TypeError(
            f"demand is a {type(demand).__name__}; rows that come block by block are a path of a GeoParquet file, "
            "several of them, a GeoPackage, or a source; a frame is asked in one piece"
        )
    if isinstance(demand, str | os.PathLike) and Path(demand).suffix.lower() in files.GEOPACKAGE:
        if box is not None:
            raise ValueError("box is for GeoParquet, whose groups of rows say where they lie")
        return GeoPackageSource(demand, layer, id_column=id_column, crs=crs, strict=strict)
    if layer is not None:
        raise ValueError("layer is for a GeoPackage: a GeoParquet file holds one layer")
    return ParquetSource(demand, id_column=id_column, crs=crs, strict=strict, box=box)
