# SPDX-License-Identifier: Apache-2.0
"""Tables without places, as files: every line whole, or none of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sheltermap._native import _core
from sheltermap.layers import files
from sheltermap.layers.arrow import from_table
from sheltermap.layers.raw_rows import csv_layer, typed

if TYPE_CHECKING:
    import pandas as pd

CSV = (".csv", ".tsv", ".txt")


def plain_table(path: str | os.PathLike[str], encoding: str | None) -> pd.DataFrame | None:
    """Return the rows of a CSV, a spreadsheet or a list in JSON; None for a file of any other kind.

    Raises
    ------
    ReadError
        If it cannot be read, or a line is damaged.
    """
    name, ending = Path(path).name, Path(path).suffix.lower()
    if ending in CSV:
        layer = csv_layer(files.readable(path, encoding), encoding)
        if layer.refused:
            first = layer.refused[0]
            raise _core.ReadError(f"{name}: row {first.row} is damaged: {first.detail}")
        return from_table(layer.table)
    rows = files.cells_of(path, None, encoding)
    if rows is None:
        return None
    if rows.bad_rows:
        row, why = next(iter(rows.bad_rows.items()))
        raise _core.ReadError(f"{name}: row {row} is damaged: {why}")
    return typed(rows.cells, [], numbers_in_texts=not rows.is_json)
