# SPDX-License-Identifier: Apache-2.0
"""The sea, which OpenStreetMap has as coastlines only: lines with the land to their left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.basemap.boxes import Box

ASKED = 5000  # segments of the coast that are asked on which side of them the sea is
BESIDE = 1e-7  # degrees, a centimetre: so far beside a segment it is asked
DOUBT = 0.05  # so many of the answers about a part may contradict the others


def sea_of(coast: NDArray[Any], box: Box) -> Any:
    """Return the part of a box that is sea, a polygon or several; None where a coast that ends inside leaves it open.

    Parameters
    ----------
    coast : ndarray of LineString
        With the land to their left, as OpenStreetMap has them.
    box : tuple of float
        West, south, east, north.
    """
    border = shapely.box(*box).exterior
    lines = shapely.clip_by_rect(coast, *box)
    parts = shapely.get_parts(shapely.node(shapely.union_all([border, *shapely.get_parts(lines)])))
    faces = shapely.get_parts(shapely.polygonize(parts))
    right, left = _beside(coast, box)
    tree = shapely.STRtree(faces)
    votes = np.zeros((2, len(faces)))
    for side, places in enumerate((right, left)):
        np.add.at(votes[side], tree.query(places, predicate="within")[1], 1)
    at_sea, on_land = votes
    if ((np.minimum(at_sea, on_land)) > DOUBT * (at_sea + on_land)).any():
        return None
    sea = faces[at_sea > on_land]
    return shapely.multipolygons(sea) if len(sea) else None


def _beside(coast: NDArray[Any], box: Box) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return points to the right and to the left of the middles of segments of the coast inside a box."""
    vertices, line = shapely.get_coordinates(coast, return_index=True)
    along = line[1:] == line[:-1]
    start, end = vertices[:-1][along], vertices[1:][along]
    length = np.hypot(*(end - start).T)
    middle = (start + end) / 2
    inside = (length > 0) & (middle > box[:2]).all(axis=1) & (middle < box[2:]).all(axis=1)
    at = np.flatnonzero(inside)
    at = at[:: len(at) // ASKED + 1]
    step = BESIDE * (end - start)[at][:, ::-1] * (1, -1) / length[at][:, None]
    return shapely.points(middle[at] + step), shapely.points(middle[at] - step)
