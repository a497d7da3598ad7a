# SPDX-License-Identifier: Apache-2.0
"""Service areas: everywhere that has a facility near enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.limits import Limit, LimitLike, limits_of
from sheltermap.base.progress import shows_progress
from sheltermap.base.renamed import renamed_parameter
from sheltermap.layers import frames
from sheltermap.layers.conversion import to_shapely
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.row_ids import row_ids
from sheltermap.streets import reachable_streets
from sheltermap.streets.network import require_network
from sheltermap.streets.travelling import Direction, question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.streets.network import Network


@shows_progress
@renamed_parameter("distance_m", "limits")
@takes_frames
def service_areas(
    facilities: GeoDataFrame,
    limits: LimitLike | Sequence[LimitLike],
    *,
    by: Network | None = None,
    direction: Direction = "to",
    split: bool = False,
    beside_m: float = 50.0,
    fill_holes_m2: float = 10_000.0,
    area_error: float = 1e-3,
    facility_id: str | None = None,
) -> GeoDataFrame:
    """Where there is a facility within a distance along the WGS 84 ellipsoid, or along streets, as polygons.

    Parameters
    ----------
    facilities : GeoDataFrame of points
        In any CRS.
    limits : float, str, Limit or a sequence of them
        Metres, or texts with a unit: "500 m", "2 km", with `by` also times: "15 min". As the crow flies at most
        1,000,000 m.
    by : Network, optional
        Streets to go along. The area is then what lies within `beside_m` of the streets that are within the limit, as
        `reachable_streets` has them, bridges, tunnels, ferries and motorways left out: nobody gets on there. It leaps
        no river wider than twice that. By default as the crow flies.
    direction : {"to", "from"}
        Whether people go to the facility, or help comes from it; one-way streets tell the difference.
    split : bool
        Whether every facility has the part of its own in which it is the nearest; by default all parts are one.
    beside_m : float
        With `by`: metres beside the streets, at most 1000. They are no part of the limit.
    fill_holes_m2 : float
        With `by`: holes smaller than this are filled, such as yards in the middle of a block.
    area_error : float
        As the crow flies: how far an area may be off, as a share of it; decides how many vertices there are.
    facility_id : str, optional
        Column that names the facilities; by default the id column the layer was read with, else the index.

    Returns
    -------
    GeoDataFrame in EPSG:4326
        ``distance_m``, ``area_m2``, ``area_error`` and polygons by RFC 7946: cut at the antimeridian. In one row per
        distance, with the number of ``facilities`` and of ``facilities_without_position``; or, split, a row per
        distance and ``facility``, whose ``reason`` tells where there is no polygon: ``missing_geometry``, or
        ``same_place`` where a facility of a former row stands at the very same place, which leaves nothing. Neighbours
        may overlap, or leave a gap, by ``area_error`` of the distance between them.

        Along streets ``duration_s`` instead of ``distance_m`` where the limit is a time, ``facilities_not_snapped``,
        no ``area_error``, and the reasons ``not_snapped`` (no street near enough), ``too_far`` (not even the nearest
        street is within the limit), ``street_closed`` and ``no_street_nearest`` (to all of them another is nearer).
        Parts overlap by no more than the rounding of coordinates; borders between them are within beside_m / 20 of the
        line to whose two sides the nearest streets are those of different facilities.

    Raises
    ------
    ValueError
        If a distance, the error or a column is out of range or unknown, or a time is asked without `by`.
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

    asked = limits_of(limits)
    if by is not None:
        require_network(by)
    question(by, asked[0], None, direction, None)
    if by is not None:
        return reachable_streets.areas(
            facilities,
            asked,
            by,
            direction,
            split=split,
            beside_m=beside_m,
            fill_holes_m2=fill_holes_m2,
            facility_id=facility_id,
        )
    parts = [_circles(facilities, limit, split, area_error, facility_id) for limit in asked]
    return geopandas.GeoDataFrame(pd.concat(parts, ignore_index=True)) if len(parts) > 1 else parts[0]


def _circles(
    facilities: GeoDataFrame, limit: Limit, split: bool, area_error: float, facility_id: str | None
) -> GeoDataFrame:
    """Return the areas of one distance as the crow flies."""
    import geopandas

    places = frames.lonlat(facilities, "facilities")
    ids = row_ids(facilities, facility_id, "facilities", "facility_id")
    make = _core.service_areas_by_nearest if split else _core.service_area
    column = make(places, limit.value, area_error)
    shapes = to_shapely(column)
    positioned = np.isfinite(places[:, 0]) & np.isfinite(places[:, 1])
    areas = _core.lonlat_area_m2(column)
    columns: dict[str, Any]
    if split:
        areas = np.where(np.isnan(areas) & positioned, 0.0, areas)
        columns = {"facility": ids, "reason": _reasons(areas, positioned)}
    else:
        areas = np.nan_to_num(areas)
        columns = {"facilities": [int(positioned.sum())], "facilities_without_position": [int((~positioned).sum())]}
    columns |= {"distance_m": limit.value, "area_m2": areas, "area_error": float(area_error)}
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def _reasons(areas: NDArray[np.float64], positioned: NDArray[np.bool_]) -> Any:
    """Return why a facility has no area; missing where it has one."""
    codes = np.where(positioned, np.where(areas > 0, -1, 1), 0)
    return pd.Categorical.from_codes(codes, categories=pd.Index(["missing_geometry", "same_place"]))
