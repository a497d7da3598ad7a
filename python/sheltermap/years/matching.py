# SPDX-License-Identifier: Apache-2.0
"""Which row of one year's register is which of the other's: by id, else by place and name, with a confidence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import sheltermap as sm
from sheltermap.base.suggestions import folded, likeness, one_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray

SAME_PLACE_M = 25.0  # as coordinates of one building are written by two people
SAME_NAME_M = 1000.0  # a name found twice farther apart is taken for two objects
ALIKE = 0.8  # of names, as difflib's ratio
SURE, PLACE_AND_NAME, PLACE, NAME = 1.0, 0.9, 0.6, 0.5
PAIRS = ["before", "after", "matched_by", "confidence", "distance_m"]


@dataclass(frozen=True)
class Keys:
    """How a register's rows are known."""

    id: str | None
    name: str | None


def match(before: GeoDataFrame, after: GeoDataFrame, keys: tuple[Keys, Keys]) -> pd.DataFrame:
    """Pair the rows of two years: positions in both, how they were matched, how sure that is, how far it moved.

    Rows with the same id are one object. Of the others those are paired that lie within 25 m and have names alike
    (confidence 0.9), lie within 25 m (0.6), or have the same name within 1 km, known once in each year (0.5); the
    surest and nearest first, each row once.
    """
    pairs = list(_by_id(before, after, keys))
    free = [np.ones(len(before), bool), np.ones(len(after), bool)]
    for pair in pairs:
        free[0][pair[0]] = free[1][pair[1]] = False
    for pair in sorted(_candidates(before, after, keys, free), key=lambda each: (-each[3], each[4], each[0], each[1])):
        if free[0][pair[0]] and free[1][pair[1]]:
            free[0][pair[0]] = free[1][pair[1]] = False
            pairs.append(pair)
    return pd.DataFrame(pairs, columns=PAIRS).sort_values(["before", "after"], ignore_index=True)


def shown(value: Any) -> str | None:
    """Return a value as people read it: 40 and 40.0 are the same, as are texts that look alike; nothing is nothing."""
    if value is None or pd.isna(value):
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else one_form(str(value))


Pair = tuple[int, int, str, float, float]


def _by_id(before: GeoDataFrame, after: GeoDataFrame, keys: tuple[Keys, Keys]) -> Iterator[Pair]:
    if keys[0].id is None or keys[1].id is None:
        return
    there: dict[str, int] = {}
    for row, value in enumerate(map(shown, after[keys[1].id])):
        if value is not None:
            there.setdefault(value, row)
    taken: set[int] = set()
    rows = [(row, there.get(value)) for row, value in enumerate(map(shown, before[keys[0].id])) if value is not None]
    found = [(row, other) for row, other in rows if other is not None]
    moved = _apart(before, after, found)
    for (row, other), far in zip(found, moved, strict=True):
        if other not in taken:
            taken.add(other)
            yield row, other, "id", SURE, far


def _apart(before: GeoDataFrame, after: GeoDataFrame, pairs: list[tuple[int, int]]) -> NDArray[np.float64]:
    """Return how far the places of each pair lie apart, NaN where one is not known."""
    if not pairs:
        return np.empty(0)
    here, there = (np.array(side) for side in zip(*pairs, strict=True))
    first, second = _points(before), _points(after)
    return sm.geodesic_distance_m(first.x.iloc[here], first.y.iloc[here], second.x.iloc[there], second.y.iloc[there])


def _points(frame: GeoDataFrame) -> GeoSeries:
    """Return where each row is: its point, or one inside its shape."""
    return frame.geometry.to_crs(4326).representative_point()


def _candidates(
    before: GeoDataFrame, after: GeoDataFrame, keys: tuple[Keys, Keys], free: list[NDArray[np.bool_]]
) -> Iterator[Pair]:
    """Give the pairs of rows that are still free and may be one object."""
    rows = [np.flatnonzero(each) for each in free]
    places = [_points(frame).iloc[part].to_frame("geometry") for frame, part in zip((before, after), rows, strict=True)]
    if any(side.geometry.isna().all() for side in places):
        return
    names = [_names(frame, key.name)[part] for frame, key, part in zip((before, after), keys, rows, strict=True)]
    once = set.intersection(*({name for name, count in Counter(side).items() if name and count == 1} for side in names))
    near = sm.reach(places[0], places[1], max_distance_m=SAME_NAME_M)
    here = np.repeat(np.arange(len(rows[0])), np.diff(near.offsets))
    for one, other, away in zip(here, near.facility, near.cost, strict=True):
        found = _judged(names[0][one], names[1][other], float(away), once)
        if found is not None:
            yield int(rows[0][one]), int(rows[1][other]), *found, float(away)


def _judged(first: str, second: str, away_m: float, once: set[str]) -> tuple[str, float] | None:
    """Return by what two rows would be one object, and how sure that is."""
    if away_m <= SAME_PLACE_M:
        alike = bool(first and second) and likeness(first, second) >= ALIKE
        return ("place and name", PLACE_AND_NAME) if alike else ("place", PLACE)
    return ("name", NAME) if first == second and first in once else None


def _names(frame: GeoDataFrame, column: str | None) -> NDArray[np.object_]:
    if column is None:
        return np.full(len(frame), "", dtype=object)
    return np.array([folded(str(value)) if pd.notna(value) else "" for value in frame[column]], dtype=object)
