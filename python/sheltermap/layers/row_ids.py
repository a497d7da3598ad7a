# SPDX-License-Identifier: Apache-2.0
"""What names the rows of a frame: the column that is said, the id column it was read with, else its index.

The frame itself says with which id column it was read, in ``attrs``. pandas drops these where frames are merged, joined
or put together, and keeps them where the column is renamed. So what the frame says is checked, and where nothing is
said any more, the id columns that were read with in this process tell that something may be missing: they only ever
warn. What comes back depends on the frame alone.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from sheltermap.base import caller
from sheltermap.layers import frames
from sheltermap.layers.geometry_kinds import has_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

ID = "sheltermap_id"  # the attribute of a frame that says which column named its rows when it was read
_read_with: dict[str, str] = {}  # id columns of the layers read in this process -> what was read last with it


class LostIdWarning(UserWarning):
    """What named the rows of a layer when it was read was lost since, or no longer tells the rows apart.

    The message says what was lost, how the rows are named instead, and which parameter says it again:
    ``facility_id="id"``.

    Examples
    --------
    >>> import warnings
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1], [56.9]), crs=4326)
    >>> wells = gpd.GeoDataFrame({"id": ["W1"]}, geometry=gpd.points_from_xy([24.1], [56.9]), crs=4326)
    >>> wells = sm.read(wells, id="id").drop(columns="id")
    >>> with warnings.catch_warnings(record=True, action="always") as told:
    ...     _ = sm.nearest(homes, wells)
    >>> told[0].category.__name__
    'LostIdWarning'
    """


def note(frame: pd.DataFrame, id_column: str, source: str) -> None:
    """Have a frame say which column names its rows."""
    frame.attrs[ID] = id_column
    _read_with[id_column] = source or "a frame"


def row_ids(
    frame: pd.DataFrame, id_column: str | None, what: str, parameter: str | None, *, each_its_own: bool = True
) -> pd.Index[Any]:
    """Return what names the rows: the given column, the id column the frame was read with, else the index.

    Parameters
    ----------
    frame : GeoDataFrame
    id_column : str or None
        As the caller says it; then it is taken as it is.
    what, parameter : str
        What the frame is, and what the parameter is called that `id_column` came from, if any; for messages.
    each_its_own : bool
        Whether two rows of one name are a reason to warn.

    Warns
    -----
    LostIdWarning
        If the id column is gone, or is not told any more, or names several rows alike or not at all.
    """
    if id_column is not None:
        frames.require_columns(frame, [id_column], what)
        return pd.Index(frame[id_column])
    frames.require_table(frame, what)
    noted = frame.attrs.get(ID)
    if noted is not None and (noted in frame.columns or noted in frame.index.names):
        ids = _of_column_or_level(frame, noted, what)
        lost = _not_apart(frame, ids, noted) if each_its_own else None
    else:
        ids = frame.index.to_flat_index()
        lost = _renamed(noted) if noted is not None else _numbered(frame, each_its_own)
    if lost is not None:
        column = next((repr(name) for name in _candidates(frame) if name != noted), "...")
        said = f"sm.read(frame, id={column})" if parameter is None else f"{parameter}={column}"
        warnings.warn(
            f"{frames.describe(frame, what)}: {lost.what}. {lost.advice.format(said)}",
            LostIdWarning,
            stacklevel=caller.stacklevel(),
        )
    return ids


def known_ids(frame: pd.DataFrame) -> pd.Index[Any] | None:
    """Return what names the rows as the frame itself says it, for who cannot be asked; None where it does not say."""
    noted = frame.attrs.get(ID)
    if noted is not None:
        there = noted in frame.columns or noted in frame.index.names
        return _of_column_or_level(frame, noted, "rows") if there else None
    return None if _numbered(frame, each_its_own=False) else frame.index.to_flat_index()


def _of_column_or_level(frame: pd.DataFrame, name: str, what: str) -> pd.Index[Any]:
    if name not in frame.columns:
        return frame.index.get_level_values(name)
    frames.require_columns(frame, [name], what)
    return pd.Index(frame[name])


class _Lost(NamedTuple):
    what: str
    advice: str = "Say which column names the rows: {}"


def _not_apart(frame: pd.DataFrame, ids: pd.Index[Any], noted: str) -> _Lost | None:
    """Say which rows with a place the id column does not tell apart; None where it does."""
    if not ids.hasnans and not ids.duplicated().any():
        return None
    placed = has_place(frame.geometry.to_numpy())  # of the others, a double may be why they were refused
    empty = np.flatnonzero(placed & ids.isna())
    twice = _first_twice(ids, placed)
    if not len(empty) and twice is None:
        return None
    told = f"nothing in row {empty[0] + 1}" if twice is None else twice
    return _Lost(
        f"{noted!r}, which named the rows when the layer was read, holds {told}: rows were put together, "
        "repeated or overwritten since"
    )


def _renamed(noted: str) -> _Lost:
    return _Lost(
        f"the layer was read with id={noted!r}, and has no such column any more: it was renamed or dropped, and the "
        "rows are named by the index instead"
    )


def _numbered(frame: pd.DataFrame, each_its_own: bool) -> _Lost | None:
    """Say that the rows are named by numbers which may not be meant; None for an index that somebody made."""
    index = frame.index
    if index.nlevels > 1 or index.name is not None or not pd.api.types.is_integer_dtype(index.dtype):
        return None
    if each_its_own and not index.is_unique and (twice := _first_twice(index, has_place(frame.geometry.to_numpy()))):
        return _Lost(
            f"the rows are named by the index, which holds {twice}: rows were put together or repeated",
            "Say which column names the rows: {}; or number them anew: frame.reset_index(drop=True)",
        )
    if not _read_with or "sheltermap_source" in frame.attrs or next(_candidates(frame), None) is None:
        return None
    column, source = next(reversed(_read_with.items()))
    return _Lost(
        "nothing in the frame says which column names its rows, so they are named by the numbers of the index. Layers "
        f"were read with an id (id={column!r} of {source}), and pandas drops what a frame says of itself where frames "
        "are merged, joined or put together",
        "Say which column it is: {}; where the numbers are meant, give the index a name: frame.rename_axis('row')",
    )


def _first_twice(ids: pd.Index[Any], placed: NDArray[np.bool_]) -> str | None:
    """Tell the first name that two rows with a place have, and the rows; None where there is none."""
    rows = np.flatnonzero(placed & ids.notna())
    named = ids[rows]
    again = np.flatnonzero(named.duplicated())
    if not len(again):
        return None
    name = named[again[0]]
    first = rows[np.flatnonzero(named == name)[0]]
    return (
        f"{name.item() if isinstance(name, np.generic) else name!r} in row {first + 1} and in row {rows[again[0]] + 1}"
    )


def _candidates(frame: pd.DataFrame) -> Iterator[str]:
    """Find the columns that may name the rows: called like an id column that was read, or different in every row."""
    names = [name for name in frame.columns if isinstance(name, str)]
    yield from (name for name in names if name in _read_with)
    yield from (name for name in names if any(name.startswith(f"{read}_") for read in _read_with))  # of a merge
    yield from (name for name in names if names.count(name) == 1 and _differs(frame[name]))


def _differs(column: pd.Series[Any]) -> bool:
    kind = pd.api.types.infer_dtype(column, skipna=False)
    return kind in ("string", "integer") and column.is_unique


def take_ids(ids: pd.Index[Any], rows: NDArray[np.integer[Any]]) -> Any:
    """Return the ids of rows; missing where a row is -1."""
    if len(ids) == 0:
        return pd.array([None] * len(rows), dtype="object")
    if (rows >= 0).all():
        return ids.array.take(rows)
    if pd.api.types.is_integer_dtype(ids.dtype):
        ids = ids.astype("Int64")
    return ids.array.take(rows, allow_fill=True)
