# SPDX-License-Identifier: Apache-2.0
"""What is told of answers that lie in a file: rows to be drawn, the median and the largest of a cost."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from sheltermap._native import _core
from sheltermap.layers import frames
from sheltermap.scale.parquet_blocks import ParquetSource

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

ACROSS = 400  # pieces of the ground on either side: less than a symbol on a map of a page
_DIGITS = 16  # bits of a number that one pass over a file tells


def shown_rows(path: str | os.PathLike[str], states: Sequence[str]) -> GeoDataFrame:
    """Return rows of a file to be drawn: of those that look alike, the first in each small piece of the ground.

    A map of them looks like one of all rows, as symbols that lie on each other cannot be told apart.

    Parameters
    ----------
    path : path
        Of a GeoParquet file of points.
    states : sequence of str
        Columns that say how a row is drawn.

    Returns
    -------
    GeoDataFrame of points
        In the order of the file; the index has the numbers of the rows, from 0. At most 160,000 of a state; of rows
        without a place the first of each.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> from sheltermap import scale
    >>> homes = gpd.GeoDataFrame(
    ...     {"near": [True, True, False]}, geometry=gpd.points_from_xy([24, 24, 24], [57, 57, 57]), crs=4326)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sm.write(homes, pathlib.Path(folder) / "homes.parquet")
    ...     scale.shown_rows(pathlib.Path(folder) / "homes.parquet", ["near"]).index.to_list()
    [0, 2]
    """
    source = ParquetSource(Path(path), strict=False)
    west, south, east, north = source.bounds()
    step = max(east - west, north - south) / ACROSS or 1.0
    seen: set[tuple[Any, ...]] = set()
    kept: list[GeoDataFrame] = []
    for part in source.parts():
        for block in source.blocks(part):
            points = frames.coordinates_of(block.frame)
            if points is None:
                raise _core.GeometryError(f"{source.layout.source} holds other shapes than points")
            cells = np.floor((points - (west, south)) / step)
            table = pd.DataFrame({"x": cells[:, 0], "y": cells[:, 1]}).fillna(-1).astype(np.int32)
            for state in states:
                table[state] = block.frame[state].astype("string").fillna("")
            first = table[~table.duplicated()]
            at = [row for row, key in zip(first.index, first.itertuples(index=False), strict=True) if key not in seen]
            seen.update(first.loc[at].itertuples(index=False))
            rows = block.frame.iloc[at]
            kept.append(rows.set_axis(rows.index + block.first))
    shown: GeoDataFrame = pd.concat(kept)
    shown.attrs = kept[0].attrs
    return shown


def state_counts(path: str | os.PathLike[str], states: Sequence[str], known: Sequence[str] = ()) -> pd.DataFrame:
    """Return how many rows of a file have which values in some columns.

    Parameters
    ----------
    path : path
        Of a Parquet file.
    states : sequence of str
        Columns with few distinct values.
    known : sequence of str
        Columns of which it only matters whether there is a value.

    Returns
    -------
    DataFrame
        The columns, those of `known` as flags, and ``rows``, one row for each combination, in ascending order; missing
        values are some, too.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import pandas as pd
    >>> from sheltermap import scale
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pd.DataFrame({"near": ["yes", "no", "yes"]}).to_parquet(pathlib.Path(folder) / "a.parquet")
    ...     scale.state_counts(pathlib.Path(folder) / "a.parquet", ["near"])
      near  rows
    0   no     1
    1  yes     2
    """
    columns, found = [*states, *known], []
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            cells = file.read_row_group(group, columns)
            for name in known:
                cells = cells.set_column(cells.column_names.index(name), name, cells.column(name).is_valid())
            found.append(cells.group_by(columns).aggregate([([], "count_all")]).to_pandas())
    counts = pd.concat(found) if found else pd.DataFrame(columns=[*columns, "count_all"])
    summed: pd.DataFrame = counts.groupby(columns, dropna=False, sort=True)["count_all"].sum().reset_index(name="rows")
    return summed


def middle(path: str | os.PathLike[str], column: str) -> tuple[int, float | None, float | None]:
    """Return how many rows of a file have a number in a column, their median and the largest.

    Exact, in bounded memory: the bits of numbers that are not negative have their order, so four passes over the
    column, each of which counts sixteen bits more, lead to the numbers in the middle.

    Parameters
    ----------
    path : path
        Of a Parquet file.
    column : str
        With numbers that are not negative.

    Returns
    -------
    tuple of int, float or None, float or None

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import pandas as pd
    >>> from sheltermap import scale
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pd.DataFrame({"m": [4.0, None, 1.0, 2.5, 9.0]}).to_parquet(pathlib.Path(folder) / "a.parquet")
    ...     scale.middle(pathlib.Path(folder) / "a.parquet", "m")
    (4, 3.25, 9.0)
    """
    count, largest = 0, -np.inf
    for numbers in _numbers(path, column):
        count += len(numbers)
        largest = max(largest, float(numbers.max(initial=-np.inf)))
    if not count:
        return 0, None, None
    ranks = {(count - 1) // 2, count // 2}  # one, or two
    return count, float(np.mean([_ranked(path, column, rank) for rank in sorted(ranks)])), largest


def _ranked(path: str | os.PathLike[str], column: str, rank: int) -> float:
    """Return the number that stands at a place, from 0, among those of a column in ascending order."""
    prefix = 0  # the bits of the number that are known
    for shift in range(64 - _DIGITS, -1, -_DIGITS):
        counts = np.zeros(1 << _DIGITS, np.int64)
        for numbers in _numbers(path, column):
            bits = numbers.view(np.uint64) >> np.uint64(shift)
            here = bits if shift == 64 - _DIGITS else bits[bits >> np.uint64(_DIGITS) == prefix]
            counts += np.bincount((here & np.uint64((1 << _DIGITS) - 1)).astype(np.int64), minlength=len(counts))
        ends = np.cumsum(counts)
        digit = int(np.searchsorted(ends, rank, side="right"))
        rank -= int(ends[digit] - counts[digit])
        prefix = prefix << _DIGITS | digit
    return float(np.array([prefix], np.uint64).view(np.float64)[0])


def _numbers(path: str | os.PathLike[str], column: str) -> Iterator[NDArray[np.float64]]:
    """Give the numbers of a column, group of rows by group, without what is missing or not finite."""
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            cells = file.read_row_group(group, [column]).column(0).to_numpy().astype(np.float64)
            yield cells[np.isfinite(cells)] + 0.0  # which has no negative zero
