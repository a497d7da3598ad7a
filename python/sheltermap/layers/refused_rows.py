# SPDX-License-Identifier: Apache-2.0
"""The refused rows of a frame: those it holds without a place, with the reasons noted when it was read.

How many there are is seen in the frame itself, so that no selection, merge or file in between can tell another number.
The reasons stand in ``attrs`` as one text, which pandas copies with every operation at no cost; a reason belongs to the
row whose attributes are those of the row that was refused, wherever it stands now.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.layers.row_ids import ID

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap import _core

REFUSED = "sheltermap_refused"
COLUMNS = ("row", "id", "reason", "detail")
# Of the row's place; a row refused for another reason has, or may have, a place that nobody could use.
OF_PLACE = (
    "missing_geometry",
    "bad_coordinate",
    "outside_crs",
    "swapped_axes",
    "invalid_geometry",
    "unsupported_geometry",
)
_LOST = "the row has no geometry; the frame does not say why: what was noted when it was read is lost"


class Refusal(NamedTuple):
    """Why a row of a frame cannot be used."""

    row: int  #: of the frame, from 1
    id: str
    reason: str
    detail: str


def note(
    frame: pd.DataFrame, refused: Iterable[_core.RefusedRow | Refusal], read_as: NDArray[np.intp] | None = None
) -> None:
    """Have a frame say why its rows were refused; of rows that came without a place, why they did if that is known.

    `read_as` has the number of each row in what was read, where the frame holds some of those rows only.
    """
    records = [[getattr(row, name) for name in COLUMNS] for row in refused]
    positions = np.array([record[0] - 1 for record in records], dtype=np.intp)
    for record, earlier in zip(records, _reasons(frame, positions), strict=True):
        if earlier is not None and record[2] == "missing_geometry":
            record[1:] = earlier[1:]
    frame.attrs.pop(REFUSED, None)
    if not records:
        return
    if read_as is not None:
        for record in records:
            record[0] = int(read_as[record[0] - 1])
    names = list(_attributes(frame))
    rows = [[*record, key] for record, key in zip(records, _likenesses(frame, names, positions), strict=True)]
    frame.attrs[REFUSED] = json.dumps({"attributes": names, "rows": rows}, ensure_ascii=False)


def noted(frame: pd.DataFrame) -> dict[int, tuple[str, str]]:
    """Return reason and detail by the rows, from 0, of a frame that was read just now."""
    told = json.loads(frame.attrs[REFUSED])["rows"] if frame.attrs.get(REFUSED) else []
    return {row - 1: (reason, detail) for row, _, reason, detail, _ in told}


@takes_frames
def refused(frame: pd.DataFrame) -> pd.DataFrame:
    """List the rows of a frame that have no place, or of a table those that were refused before it lost its places.

    Parameters
    ----------
    frame : GeoDataFrame
        What `read` returned, or what was made of it since.

    Returns
    -------
    DataFrame
        Columns ``row`` (counted from 1, in what was read), ``id`` (empty where no id column was named), ``reason`` (a
        short code), ``detail`` (a sentence with the value), ``remedy`` (what to do). Empty where every row is sound.
        Where the frame no longer says why a row has no geometry, as after `pandas.concat`, the reason is
        ``missing_geometry``, ``row`` counts in the frame, and ``detail`` says so.

    Examples
    --------
    >>> import sheltermap as sm
    >>> homes = sm.read({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {},
    ...     "geometry": None}]}, strict=False)
    >>> sm.refused(homes)[["row", "reason"]]
       row            reason
    0    1  missing_geometry

    """
    frame = _with_levels(frame)
    shapes = _shapes(frame)
    rows = np.arange(len(frame)) if shapes is None else np.flatnonzero(~has_place(shapes))
    reasons = _reasons(frame, rows)
    listed = [reason for reason in reasons if reason is not None]
    if shapes is not None:
        ids = frame[name].iloc[rows] if (name := frame.attrs.get(ID)) in frame.columns else [None] * len(rows)
        listed = [
            reason or [row + 1, "" if pd.isna(id_) else str(id_), "missing_geometry", _LOST]
            for reason, row, id_ in zip(reasons, rows.tolist(), ids, strict=True)
        ]
    table = pd.DataFrame(listed, columns=list(COLUMNS))
    return table.assign(remedy=[texts.say(f"remedy_{reason}", "en") for reason in table["reason"]])


def refused_otherwise(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows have no place because they were refused for something else, as an id that is twice."""
    found = np.zeros(len(frame), bool)
    if frame.attrs.get(REFUSED):
        placeless = np.flatnonzero(~frames.placed_rows(frame))
        reasons = _reasons(_with_levels(frame), placeless)
        found[placeless] = [each is not None and each[2] not in OF_PLACE for each in reasons]
    return found


def without_place(frame: pd.DataFrame) -> tuple[int, int]:
    """Return how many rows of a frame have no place, and how many have none as they were refused for something else."""
    refused_too = int(refused_otherwise(frame).sum())
    return frames.without_place(frame) - refused_too, refused_too


def _with_levels(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with columns for the names of its index: an id may have become one."""
    levels: dict[str, Any] = {
        str(name): frame.index.get_level_values(level)
        for level, name in enumerate(frame.index.names)
        if name is not None and name not in frame.columns
    }
    return frame.assign(**levels) if levels else frame


def _shapes(frame: pd.DataFrame) -> NDArray[Any] | None:
    """Return the geometries; None of a table without."""
    if getattr(frame, "_geometry_column_name", None) not in frame.columns:
        return None
    shapes: NDArray[Any] = frame.geometry.to_numpy()
    return shapes


def _attributes(frame: pd.DataFrame) -> dict[str, Hashable]:
    """Return the columns that are no geometries by their names, those called alike left out."""
    plain = [column for column, kind in zip(frame.columns, frame.dtypes, strict=True) if kind.name != "geometry"]
    called = Counter(map(str, plain))
    return {str(column): column for column in plain if called[str(column)] == 1}


def _likenesses(frame: pd.DataFrame, names: list[str], rows: NDArray[np.intp]) -> list[int]:
    """Return a number per row that says what its attributes are, whatever the types of their columns."""
    columns = _attributes(frame)
    told = {name: _texts(frame[columns[name]].iloc[rows]) for name in names}
    if not told:
        return [0] * len(rows)
    table = pd.DataFrame(told, dtype=object)
    hashes: list[int] = pd.util.hash_pandas_object(table, index=False, categorize=False).tolist()
    return hashes


def _texts(column: pd.Series[Any]) -> list[str]:
    return ["" if missing else str(cell) for cell, missing in zip(column.tolist(), column.isna(), strict=True)]


def _reasons(frame: pd.DataFrame, rows: NDArray[np.intp]) -> list[list[Any] | None]:
    """Return for some rows what was noted of them: row, id, reason and detail; None where that is not known."""
    noted = json.loads(frame.attrs[REFUSED]) if frame.attrs.get(REFUSED) else {"attributes": [], "rows": []}
    if not noted["rows"] or not set(noted["attributes"]) <= set(_attributes(frame)):
        return [None] * len(rows)
    by_likeness: dict[int, list[list[Any]]] = {}
    for *record, likeness in noted["rows"]:
        by_likeness.setdefault(likeness, []).append(record)
    found = _likenesses(frame, noted["attributes"], rows)
    reasons: dict[int, Iterator[list[Any] | None]] = {}
    for likeness, times in Counter(found).items():
        records = by_likeness.get(likeness, [])
        if len(records) == 1:
            reasons[likeness] = repeat(records[0])
        else:  # rows that look alike are told apart by their order, as long as all of them are there
            reasons[likeness] = iter(records) if len(records) == times else repeat(None)
    return [next(reasons[likeness]) for likeness in found]
