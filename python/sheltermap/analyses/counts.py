# SPDX-License-Identifier: Apache-2.0
"""How many facilities each demand row has within a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sheltermap.base.limits import LimitLike
from sheltermap.base.progress import shows_progress
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.streets.travelling import By, Direction, find_in_blocks, question

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


@shows_progress
@takes_frames
def count(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    limit: LimitLike,
    *,
    by: By | None = None,
    direction: Direction = "to",
) -> GeoDataFrame:
    """Count the facilities within a limit of each demand row, exact on the WGS 84 ellipsoid, or along streets.

    Parameters
    ----------
    demand : GeoDataFrame of points
        In any CRS.
    facilities : GeoDataFrame of points, lines or polygons
        In any CRS. Inside a polygon the distance is 0, else it is that to its boundary.
    limit : float, str or Limit
        Metres, or a text with its unit, "2 km" or with `by` "15 min"; a facility at exactly this distance counts.
    by, direction
        As in `nearest`.

    Returns
    -------
    GeoDataFrame
        The demand rows with ``within_500m`` (``within_15min``): how many there are, missing where the position of the
        row is unknown.

    Raises
    ------
    ValueError, GeometryError, CrsError
        As `nearest`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.10, 24.20], [56.95] * 2), crs=4326)
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.10, 24.11], [56.95] * 2), crs=4326)
    >>> sm.count(homes, shelters, "500 m")["within_500m"].to_list()
    [1, 0]
    """
    asked = question(by, limit, None, direction, None)
    assert asked.limit is not None
    name = f"within_{asked.limit.label}"
    frames.require_free(demand, [name])
    counts = find_in_blocks(demand, facilities, asked).reach.counts()
    return frames.with_columns(demand, {name: pd.arrays.IntegerArray(counts, mask=~frames.placed_rows(demand))})
