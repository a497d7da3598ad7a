# SPDX-License-Identifier: Apache-2.0
"""Which source stands behind what is given as the rows that are asked about."""

from __future__ import annotations

import os
from typing import Any

from sheltermap.scale.parquet_blocks import ParquetSource
from sheltermap.scale.row_source import Source


def source_of(demand: Any, *, id_column: str | None = None, crs: Any = None, strict: bool = True) -> Source:
    """Return the rows that stand behind a path, a list of paths or a pattern; a source stays what it is.

    Raises
    ------
    ReadError
        If it cannot be read, or its files have other columns or reference systems than the first.
    """
    if isinstance(demand, Source):
        return demand
    if not isinstance(demand, str | os.PathLike | list | tuple):
        raise TypeError(
            f"demand is a {type(demand).__name__}; rows that come block by block are a path of a GeoParquet file, "
            "several of them, or a source; a frame is asked in one piece"
        )
    return ParquetSource(demand, id_column=id_column, crs=crs, strict=strict)
