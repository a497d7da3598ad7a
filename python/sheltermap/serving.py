# SPDX-License-Identifier: Apache-2.0
"""Service areas: everywhere that has a facility near enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap import frames
from sheltermap._native import _core
from sheltermap.layers import to_shapely

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray


def service_areas(
    facilities: GeoDataFrame,
    distance_m: float,
    *,
    split: bool = False,
    area_error: float = 1e-3,
    facility_id: str | None = None,
) -> GeoDataFrame:
    """Where there is a facility within a distance along the WGS 84 ellipsoid, as polygons.

    Parameters
    ----------
    facilities : GeoDataFrame of points
        In any CRS.
    distance_m : float
        Metres, at most 1,000,000.
    split : bool
        Whether every facility has the part of its own in which it is the nearest; by default all parts are one.
    area_error : float
        How far an area may be off, as a share of it; decides how many vertices there are.
    facility_id : str, optional
        Column that names the facilities; by default the id column the layer was read with, else the index.

    Returns
    -------
    GeoDataFrame in EPSG:4326
        ``distance_m``, ``area_m2``, ``area_error`` and polygons by RFC 7946: cut at the antimeridian. In one row, with
        the number of ``facilities`` and of ``facilities_without_position``; or, split, a row per ``facility``, whose
        ``reason`` tells where there is no polygon: ``missing_geometry``, or ``same_place`` where a facility of a former
        row stands at the very same place, which leaves nothing. Neighbours may overlap, or leave a gap, by
        ``area_error`` of the distance between them.

    Raises
    ------
    ValueError
        If the distance, the error or a column is out of range or unknown.
    GeometryError, CrsError
        If a row is not a point, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.105, 24.110], [56.950, 56.951]), crs=4326)
    >>> sm.service_areas(shelters, 500).area_m2.round(-4)
    0    1100000.0
    Name: area_m2, dtype: float64
    """
    import geopandas

    places = frames.lonlat(facilities, "facilities")
    ids = frames.row_ids(facilities, facility_id, "facilities")
    make = _core.service_areas_by_nearest if split else _core.service_area
    column = make(places, distance_m, area_error)
    shapes = to_shapely(column)
    positioned = np.isfinite(places[:, 0]) & np.isfinite(places[:, 1])
    areas = _core.lonlat_area_m2(column)
    if split:
        areas = np.where(np.isnan(areas) & positioned, 0.0, areas)
        columns = {"facility": ids, "reason": _reasons(areas, positioned)}
    else:
        areas = np.nan_to_num(areas)
        columns = {"facilities": [int(positioned.sum())], "facilities_without_position": [int((~positioned).sum())]}
    columns |= {"distance_m": float(distance_m), "area_m2": areas, "area_error": float(area_error)}
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def _reasons(areas: NDArray[np.float64], positioned: NDArray[np.bool_]) -> Any:
    """Return why a facility has no area; missing where it has one."""
    codes = np.where(positioned, np.where(areas > 0, -1, 1), 0)
    return pd.Categorical.from_codes(codes, categories=pd.Index(["missing_geometry", "same_place"]))
