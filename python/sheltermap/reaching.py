# SPDX-License-Identifier: Apache-2.0
"""Reach, nearest and within: what each demand row gets to, along the WGS 84 ellipsoid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap import frames
from sheltermap._native import _core

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray


def reach(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    *,
    k: int | None = None,
    max_distance_m: float | None = None,
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
        Only facilities at most this far, in metres along WGS 84.

    Returns
    -------
    Reach
        Compressed sparse rows as NumPy arrays: `offsets` (int64, n + 1), `facility` (row, int32), `cost` (metres), and
        per demand row `reason` (index into ``sheltermap._core.REASONS``).

    Raises
    ------
    ValueError
        If neither k nor max_distance_m is given, or one of them is out of range.
    GeometryError, CrsError
        If a demand row is not a point, a polygon is not valid, or a CRS is missing or does not fit.
    """
    from_places, to = positions(demand, facilities)
    return _core.geodesic_reach(from_places, to.core, k=_checked_k(k), max_distance_m=max_distance_m)


def positions(demand: GeoDataFrame, facilities: GeoDataFrame) -> tuple[NDArray[np.float64], frames.Facilities]:
    """Return where both layers are, checked against each other."""
    from_places = frames.lonlat(demand, "demand")
    to = frames.facilities(facilities, "facilities")
    frames.require_same_axes(from_places, to.places, "demand and facilities")
    return from_places, to


def nearest(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    *,
    k: int = 1,
    max_distance_m: float | None = None,
    facility_id: str | None = None,
) -> GeoDataFrame:
    """The nearest facilities of each demand row, exact on the WGS 84 ellipsoid.

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
    facility_id : str, optional
        Column that names the facilities; by default the id column the layer was read with, else the index.

    Returns
    -------
    GeoDataFrame
        The demand rows with index, columns, geometry and CRS as they were, and ``facility``, ``distance_m`` (metres,
        error below 15 nm; 1 µm to lines and polygons) and ``reason``: missing where a facility was found, else
        ``too_far``, ``no_facility`` or ``missing_geometry``. With k > 1 a row stands once per facility found, with its
        ``rank`` from 1.

    Raises
    ------
    ValueError
        If k < 1, a distance is negative, a column is unknown, or demand already has a column of a result's name.
    GeometryError, CrsError
        If a demand row is not a point, a polygon is not valid, or a CRS is missing or does not fit.

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
    frames.require_free(demand, ["facility", "distance_m", "reason", *(["rank"] if k > 1 else [])])
    from_places, to = positions(demand, facilities)
    found = _core.geodesic_reach(from_places, to.core, k=_checked_k(k), max_distance_m=max_distance_m)
    pairs = _pairs(demand, found, frames.row_ids(facilities, facility_id, "facilities"))
    return pairs if k > 1 else pairs.drop(columns="rank")


def within(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    distance_m: float,
    *,
    facility_id: str | None = None,
) -> GeoDataFrame:
    """Every facility within a distance of each demand row, exact on the WGS 84 ellipsoid.

    Parameters
    ----------
    demand : GeoDataFrame of points
        In any CRS.
    facilities : GeoDataFrame of points, lines or polygons
        In any CRS. Inside a polygon the distance is 0, else it is that to its boundary; edges are straight in the CRS.
    distance_m : float
        Metres; a facility at exactly this distance counts.
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
        As `nearest`.
    """
    frames.require_free(demand, ["facility", "distance_m", "reason", "rank"])
    from_places, to = positions(demand, facilities)
    found = _core.geodesic_reach(from_places, to.core, k=None, max_distance_m=distance_m)
    return _pairs(demand, found, frames.row_ids(facilities, facility_id, "facilities"))


def _checked_k(k: int | None) -> int | None:
    if k is not None and k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    return k


def _pairs(demand: GeoDataFrame, found: _core.Reach, ids: pd.Index[Any]) -> GeoDataFrame:
    """One row per pair; demand rows that reached nothing once."""
    counts = np.diff(found.offsets)
    if (counts == 1).all():
        rows, facility, distance, reason = demand, found.facility, found.cost.copy(), found.reason
        rank = np.ones(len(demand), np.int64)
    else:
        repeats = np.maximum(counts, 1)
        reached = np.repeat(counts > 0, repeats)
        facility = np.full(len(reached), -1, np.int32)
        facility[reached] = found.facility
        distance = np.full(len(reached), np.nan)
        distance[reached] = found.cost
        starts = np.cumsum(repeats) - repeats
        rank = np.arange(len(reached)) - np.repeat(starts, repeats) + 1
        reason = np.repeat(found.reason, repeats)
        rows = demand if (repeats == 1).all() else demand.iloc[np.repeat(np.arange(len(demand)), repeats)]
    return rows.assign(
        facility=frames.take_ids(ids, facility), distance_m=distance, rank=rank, reason=reason_labels(reason)
    )


def reason_labels(codes: NDArray[np.uint8]) -> Any:
    """Return reasons as a categorical of words; missing where something was reached."""
    return pd.Categorical.from_codes(codes.astype(np.int8) - 1, categories=pd.Index(_core.REASONS[1:]))
