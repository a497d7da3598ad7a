# SPDX-License-Identifier: Apache-2.0
"""Reach, nearest and within: what each demand row gets to, along the WGS 84 ellipsoid or along streets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.analyses.persons import Persons
from sheltermap.base.limits import LimitLike
from sheltermap.base.progress import shows_progress
from sheltermap.base.reasons import OF_REACH, labels_of
from sheltermap.base.renamed import renamed_parameter
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.row_ids import row_ids
from sheltermap.streets.arguments import count as whole_number
from sheltermap.streets.travelling import By, Cost, Direction, Found, Question, find, pair_columns, question

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray


@shows_progress
@takes_frames
def reach(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    *,
    k: int | None = None,
    max_distance_m: float | None = None,
    limit: LimitLike | None = None,
    by: By | None = None,
    direction: Direction = "to",
    cost: Cost | None = None,
) -> _core.Reach:
    """What each demand row can reach, cheapest first: the table every other analysis reads.

    Parameters
    ----------
    demand : GeoDataFrame of points
        In any CRS. Rows without a position are allowed; `reason` tells.
    facilities : GeoDataFrame of points, lines or polygons
        In any CRS. Inside a polygon the distance is 0, else it is that to its boundary; edges are straight in the CRS.
    k : int, optional
        At most this many facilities per row. Give it, or `max_distance_m`, or both.
    max_distance_m : float, optional
        Only facilities at most this far, in metres.
    limit, by, direction, cost
        As in `nearest`.

    Returns
    -------
    Reach
        Compressed sparse rows as NumPy arrays: `offsets` (int64, n + 1), `facility` (row, int32), `cost` (in `unit`,
        metres or seconds), and per demand row `reason` (index into ``sheltermap._core.REASONS``).

    Raises
    ------
    ValueError
        If neither k nor a limit is given, one of them is out of range, they contradict each other, or (as the crow
        flies) the table would have more than a thousand million pairs: refused before it is begun.
    GeometryError, CrsError
        If a demand row is not a point, a polygon is not valid, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.10, 24.20], [56.95] * 2), crs=4326)
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.10, 24.11], [56.95] * 2), crs=4326)
    >>> found = sm.reach(homes, shelters, limit="1 km")
    >>> len(found)
    2
    """
    asked = question(by, limit, max_distance_m, direction, cost)
    return find(demand, facilities, asked, _checked_k(k)).reach


@shows_progress
@takes_frames
def nearest(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    *,
    k: int = 1,
    max_distance_m: float | None = None,
    limit: LimitLike | None = None,
    by: By | None = None,
    direction: Direction = "to",
    cost: Cost | None = None,
    facility_id: str | None = None,
) -> GeoDataFrame:
    """The nearest facilities of each demand row, exact on the WGS 84 ellipsoid, as the crow flies or along streets.

    Parameters
    ----------
    demand : GeoDataFrame of points
        In any CRS.
    facilities : GeoDataFrame of points, lines or polygons
        In any CRS. Inside a polygon the distance is 0, else it is that to its boundary; edges are straight in the CRS.
    k : int
        How many facilities per row, nearest first; ties by row.
    max_distance_m : float, optional
        None farther than this, in metres.
    limit : str or Limit, optional
        None farther than this, with its unit: "500 m", "2 km", "15 min"; a plain number is metres. A time needs `by`.
    by : Network or ReachTable, optional
        Streets to go along, facilities are then points; or costs from elsewhere (`reach_from`). By default as the crow
        flies.
    direction : {"to", "from"}
        Whether people go to the facility, or help comes from it; one-way streets tell the difference.
    cost : {"metres", "seconds"}, optional
        What is nearest along streets: the shortest way or the quickest; by default as the limit, else metres.
    facility_id : str, optional
        Column that names the facilities; by default the id column the layer was read with, else the index.

    Returns
    -------
    GeoDataFrame
        The demand rows with index, columns, geometry and CRS as they were, and ``facility``, ``distance_m`` (metres,
        error below 15 nm; 1 µm to lines and polygons) and ``reason``: missing where a facility was found, else
        ``too_far``, ``no_facility``, ``missing_geometry`` or ``row_refused`` (when it was read, not for its place).
        With k > 1 a row stands once per facility found, with its ``rank`` from 1.

        Along streets also ``offroad_m``, the metres of the way that are walked beside them at both ends; in seconds
        ``duration_s`` instead of ``distance_m``; and the reasons ``not_snapped`` (no street near enough, see
        `Network.from_osm`) and ``no_path`` (no way leads to any facility). Of a table of costs ``no_path``, and
        ``not_in_table`` where it does not know the row.

    Raises
    ------
    ValueError
        If k < 1, a distance is negative, a limit is none, a time is asked without `by`, a column is unknown, or
        demand already has a column of a result's name.
    GeometryError, CrsError
        If a demand row is not a point, a polygon is not valid, or a CRS is missing or does not fit.

    Warns
    -----
    LostIdWarning
        If nothing is left of the id column the facilities were read with, or it no longer tells them apart.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.105, 23.713], [56.950, 56.652]), crs=4326)
    >>> shelters = gpd.GeoDataFrame({"id": ["S1"]}, geometry=gpd.points_from_xy([24.110], [56.951]), crs=4326)
    >>> sm.nearest(homes, shelters, facility_id="id")[["facility", "distance_m"]].round(0)
      facility  distance_m
    0       S1       324.0
    1       S1     41193.0
    """
    asked = question(by, limit, max_distance_m, direction, cost)
    frames.require_free(demand, ["facility", *asked.result_columns, "reason", *(["rank"] if k > 1 else [])])
    found = find(demand, facilities, asked, _checked_k(k), facility_id)
    pairs = _pairs(demand, found, asked, row_ids(facilities, facility_id, "facilities", "facility_id"))
    return pairs if k > 1 else pairs.drop(columns="rank")


@shows_progress
@renamed_parameter("distance_m", "limit")
@takes_frames
def within(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    limit: LimitLike,
    *,
    by: By | None = None,
    direction: Direction = "to",
    facility_id: str | None = None,
) -> GeoDataFrame:
    """Every facility within a distance of each demand row, exact on the WGS 84 ellipsoid, or within a time by street.

    Parameters
    ----------
    demand : GeoDataFrame of points
        In any CRS.
    facilities : GeoDataFrame of points, lines or polygons
        In any CRS. Inside a polygon the distance is 0, else it is that to its boundary; edges are straight in the CRS.
    limit : float, str or Limit
        Metres, or a text with its unit, "2 km" or with `by` "15 min"; a facility at exactly this distance counts.
    by, direction
        As in `nearest`.
    facility_id : str, optional
        Column that names the facilities; by default the id column the layer was read with, else the index.

    Returns
    -------
    GeoDataFrame
        One row per pair, nearest first, as `nearest` gives them. A demand row with none stands once, its ``facility``
        missing and its ``reason`` said.

    Raises
    ------
    ValueError, GeometryError, CrsError
        As `nearest`; also where (as the crow flies) more than a thousand million pairs would be found.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.10, 24.20], [56.95] * 2), crs=4326)
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.10, 24.11], [56.95] * 2), crs=4326)
    >>> sm.within(homes, shelters, "1 km").drop(columns="geometry").round(1)
       facility  distance_m  rank   reason
    0         0         0.0     1      NaN
    0         1       608.5     2      NaN
    1      <NA>         NaN     1  too_far
    """
    asked = question(by, limit, None, direction, None)
    frames.require_free(demand, ["facility", *asked.result_columns, "reason", "rank"])
    found = find(demand, facilities, asked, None, facility_id)
    return _pairs(demand, found, asked, row_ids(facilities, facility_id, "facilities", "facility_id"))


def _checked_k(k: int | None) -> int | None:
    return None if k is None else whole_number(k, "k")


def _pairs(demand: GeoDataFrame, found: Found, asked: Question, ids: pd.Index[Any]) -> GeoDataFrame:
    """One row per pair; demand rows that reached nothing once."""
    row, columns = pair_columns(found, asked, ids)
    persons = Persons.of(demand, None)
    reason = labels_of(persons.told(found.reach.reason), persons.reasons(OF_REACH))
    if len(row) == len(demand):
        return frames.with_columns(demand, columns | {"reason": reason})
    return frames.with_columns(demand.iloc[row], columns | {"reason": reason[row]})


def known_costs(access: _core.Access) -> NDArray[np.float64]:
    """Return the cost of the cheapest facility, NaN where none was reached."""
    return np.where(np.isfinite(access.cost), access.cost, np.nan)
