# SPDX-License-Identifier: Apache-2.0
"""Objects that may come into a register a second time: under an id that lost its zeros, or at the place of another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from sheltermap._native import _core
from sheltermap.base.suggestions import folded, likeness
from sheltermap.registers.findings import Finding
from sheltermap.registers.places import degrees

if TYPE_CHECKING:
    from sheltermap.registers.batch import Incoming
    from sheltermap.registers.changes import Planned
    from sheltermap.registers.history import History

NEAR_M = 25.0  # a building and its entrance, or what two people measured of one well
LIKE = 0.8  # of names, 1 for the same one
SHORTEST_DEGREE_M = 110_500.0  # of latitude on WGS 84


def zeros_lost(history: History, rows: Sequence[Incoming], there: Collection[str] = ()) -> list[Finding]:
    """Refuse ids that the register does not have, but would with zeros in front; `there` are ids that came along."""
    with_zeros = {each.lstrip("0"): each for each in history.ids_with_zeros() if each not in there}
    found = [(row, with_zeros[row.cells["id"]]) for row in rows if row.cells["id"] in with_zeros]
    known = {each.cells["id"] for each in history.versions([row.cells["id"] for row, _ in found])} if found else set()
    return [
        Finding(row.row, row.cells["id"], "id", None, row.cells["id"], "id_without_zeros", other, {"other": other})
        for row, other in found
        if row.cells["id"] not in known
    ]


def doubles(history: History, added: Sequence[Planned]) -> list[Finding]:
    """Warn of new points beside which a row stands already, if their names do not tell them apart."""
    if not added or history.meta.shape != "POINT":
        return []
    kept = history.shown()
    here, there = (_positions(each, history.meta.crs) for each in ([p.geometry for p in added], [k[2] for k in kept]))
    return [
        Finding(each.row, each.id, "geometry", None, None, "stands_there", None, details)
        for new, old, distance_m in _pairs(here, there)
        for each, (row_id, name, _) in [(added[new], kept[old])]
        if _are_like(each.cells.get("name"), name)
        for details in [{"other": row_id, "distance": f"{distance_m:.0f}", "name": f" ({name})" if name else ""}]
    ]


def _positions(geometries: Sequence[Any], crs: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    places = degrees(geometries, crs) if geometries else np.empty((0, 2))
    places[~np.isfinite(places).all(axis=1)] = np.nan
    return places


def _pairs(
    here: np.ndarray[Any, np.dtype[np.float64]], there: np.ndarray[Any, np.dtype[np.float64]]
) -> Iterator[tuple[int, int, float]]:
    """Yield which places lie within `NEAR_M` of each other, and how far apart they are."""
    rows = np.flatnonzero(~np.isnan(here[:, 0]))
    known = np.flatnonzero(~np.isnan(there[:, 0]))
    if not len(rows) or not len(known):
        return
    lat = np.full(len(rows), NEAR_M / SHORTEST_DEGREE_M)
    lon = lat / np.maximum(np.cos(np.radians(here[rows, 1])), 1e-6)
    boxes = shapely.box(*(here[rows] - np.column_stack([lon, lat])).T, *(here[rows] + np.column_stack([lon, lat])).T)
    new, old = shapely.STRtree(shapely.points(there[known])).query(boxes)
    distances = _core.geodesic_distance_m(here[rows[new]], there[known[old]])
    for at in np.lexsort((old, new)):
        if distances[at] <= NEAR_M:
            yield int(rows[new[at]]), int(known[old[at]]), float(distances[at])


def _are_like(one: str | None, other: str | None) -> bool:
    """Whether two names may be one; a name that is not recorded tells nothing apart."""
    if not one or not other:
        return True
    return likeness(folded(one), folded(other)) >= LIKE
