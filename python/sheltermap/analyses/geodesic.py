# SPDX-License-Identifier: Apache-2.0
"""Distances, areas and lengths along the WGS 84 ellipsoid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import ArrayLike, NDArray


def _places(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    lons, lats = np.atleast_1d(np.asarray(lon, np.float64)), np.atleast_1d(np.asarray(lat, np.float64))
    if lons.shape != lats.shape or lons.ndim != 1:
        raise ValueError(f"lengths differ: {lons.shape} longitudes and {lats.shape} latitudes")
    return np.column_stack([lons, lats])


def geodesic_distance_m(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> NDArray[np.float64]:
    """Distance along the WGS 84 ellipsoid, pair by pair, after Karney (2013), J. Geodesy 87, 43-55.

    Parameters
    ----------
    lon1, lat1, lon2, lat2 : array_like of float64, shape (n,)
        Degrees.

    Returns
    -------
    ndarray of float64, shape (n,)
        Metres; NaN where a coordinate is NaN. The error is below 15 nm.

    Raises
    ------
    ValueError
        If lengths differ or a latitude is outside [-90, 90].

    Examples
    --------
    >>> import sheltermap as sm
    >>> sm.geodesic_distance_m([24.105], [56.950], [23.713], [56.652]).round(-2)
    array([40900.])
    """
    return _core.geodesic_distance_m(_places(lon1, lat1), _places(lon2, lat2))


def geodesic_line(
    lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The geodesic between two places, pair by pair: its length, and its directions at both ends, both onwards.

    Parameters
    ----------
    lon1, lat1, lon2, lat2 : array_like of float64, shape (n,)
        Degrees.

    Returns
    -------
    distance_m, azimuth_from_deg, azimuth_to_deg : ndarrays of float64, shape (n,)
        Metres, and degrees clockwise from north; NaN where a coordinate is NaN.

    Raises
    ------
    ValueError
        If lengths differ or a latitude is outside [-90, 90].

    Examples
    --------
    >>> import sheltermap as sm
    >>> distance_m, from_deg, to_deg = sm.geodesic_line([24.105], [56.950], [23.713], [56.652])
    >>> from_deg.round(1), to_deg.round(1)
    (array([-144.1]), array([-144.4]))
    """
    found = _core.geodesic_line(_places(lon1, lat1), _places(lon2, lat2))
    return found.distance_m, found.azimuth_from_deg, found.azimuth_to_deg


def geodesic_destination(
    lon: ArrayLike, lat: ArrayLike, azimuth_deg: ArrayLike, distance_m: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where one gets to along the WGS 84 ellipsoid, place by place, after Karney (2013).

    Parameters
    ----------
    lon, lat : array_like of float64, shape (n,)
        Degrees.
    azimuth_deg : array_like of float64, shape (n,) or scalar
        Direction at the start, clockwise from north.
    distance_m : array_like of float64, shape (n,) or scalar
        Metres.

    Returns
    -------
    lon, lat : ndarrays of float64, shape (n,)
        Degrees; longitude in [-180, 180].

    Raises
    ------
    ValueError
        If lengths differ or a latitude is outside [-90, 90].

    Examples
    --------
    >>> import sheltermap as sm
    >>> lon, lat = sm.geodesic_destination([24.105], [56.950], 0, 1000)
    >>> lat.round(5)
    array([56.95898])
    """
    places = _places(lon, lat)
    azimuths = np.broadcast_to(np.asarray(azimuth_deg, np.float64), (len(places),))
    distances = np.broadcast_to(np.asarray(distance_m, np.float64), (len(places),))
    there = _core.geodesic_destination(places, azimuths, distances)
    return there[:, 0], there[:, 1]


@takes_frames
def geodesic_area_m2(geometries: GeoDataFrame | GeoSeries) -> pd.Series[Any]:
    """Area of each row on the WGS 84 ellipsoid, whatever the CRS, after Karney (2013).

    Edges are taken as geodesics between vertices; a projection's straight edges get vertices so that no edge is off by
    more than 1 cm.

    Parameters
    ----------
    geometries : GeoDataFrame or GeoSeries
        Polygons; other types have area 0.

    Returns
    -------
    Series of float64
        Square metres with the index of the input; NaN where the geometry is missing.

    Raises
    ------
    CrsError
        If there is no CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> sm.geodesic_area_m2(gpd.GeoSeries([box(24, 56, 25, 57)], crs=4326)).round(-6)
    0    6.857000e+09
    Name: area_m2, dtype: float64
    """
    column = frames.lonlat_column(geometries, "geometries")
    return pd.Series(_core.geodesic_area_m2(column), index=geometries.index, name="area_m2")


@takes_frames
def geodesic_length_m(geometries: GeoDataFrame | GeoSeries) -> pd.Series[Any]:
    """Length of lines, and of the boundary of polygons, on the WGS 84 ellipsoid, whatever the CRS.

    Parameters
    ----------
    geometries : GeoDataFrame or GeoSeries
        Lines or polygons; points have length 0.

    Returns
    -------
    Series of float64
        Metres with the index of the input; NaN where the geometry is missing.

    Raises
    ------
    CrsError
        If there is no CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> import sheltermap as sm
    >>> sm.geodesic_length_m(gpd.GeoSeries([LineString([(24, 56), (24, 57)])], crs=4326)).round(0)
    0    111351.0
    Name: length_m, dtype: float64
    """
    column = frames.lonlat_column(geometries, "geometries")
    return pd.Series(_core.geodesic_length_m(column), index=geometries.index, name="length_m")
