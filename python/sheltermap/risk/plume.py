# SPDX-License-Identifier: Apache-2.0
"""Where the wind carries what gets out: a sector downwind of a plant, as zones of a scenario."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from sheltermap._native import _core
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import told
from sheltermap.layers import frames
from sheltermap.layers.conversion import to_shapely
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.row_ids import row_ids
from sheltermap.risk.bands import band_areas_m2, band_columns, band_intensities, band_limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.base.limits import LimitLike

    Numbers = NDArray[np.float64]

SIDE_STEP_M = 1000.0  # between vertices of the sides
POLES = np.array([[0.0, 90.0], [0.0, -90.0]])


@shows_progress
@takes_frames
def plume(
    source: GeoDataFrame,
    wind_from_deg: float,
    distances: LimitLike | Sequence[LimitLike],
    *,
    width_deg: float,
    intensities: Sequence[float] | None = None,
    source_id: str | None = None,
    area_error: float = 1e-3,
) -> GeoDataFrame:
    """Sectors downwind of points, in bands of distance along the WGS 84 ellipsoid.

    A drawing of where to look first, no model of dispersion: it knows no stability, terrain or quantity. Take width and
    distances from such a model or from the handbook of the substance, and name that as the scenario's source.

    Parameters
    ----------
    source : GeoDataFrame of points
        In any CRS.
    wind_from_deg : float
        Where the wind comes **from**, as meteorologists say it: degrees clockwise from north, 270 for a wind from the
        west, whose plume lies in the east. In [0, 360].
    distances : float, str or a sequence of them
        Where bands end, the nearest first: metres, or texts with a unit, as in `bands`.
    width_deg : float
        The whole angle between the two sides, half of it on either side of the axis; above 0 and below 360.
    intensities : sequence of float, optional
        How strong the hazard is in each band, for a column ``intensity``.
    source_id : str, optional
        Column that names the sources; by default the id column the layer was read with, else the index.
    area_error : float
        How far the arcs may be off, as a share of their distance; in [1e-6, 0.1].

    Returns
    -------
    GeoDataFrame in EPSG:4326
        As `bands` has it, with ``wind_from_deg`` and ``width_deg``: ``source``, ``band``, ``from_m``, ``to_m``,
        ``intensity`` if asked, ``area_m2``. Sides are geodesics with a vertex at least every km, arcs circles with
        vertices on them. A source without a position has no polygons.

    Raises
    ------
    ValueError
        If an angle is out of range, distances are as `bands` refuses them, or a pole lies within the farthest one.
    GeometryError, CrsError
        If a row is not a point, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> plant = gpd.GeoDataFrame({"name": ["Depot"]}, geometry=gpd.points_from_xy([24.1], [56.95]), crs=4326)
    >>> west_wind = sm.plume(plant, 270, ["1 km"], width_deg=60, source_id="name")
    >>> west_wind[["source", "band", "to_m"]].assign(hectares=(west_wind.area_m2 / 10_000).round(1))
      source  band    to_m  hectares
    0  Depot     1  1000.0      52.3
    >>> west_wind.total_bounds.round(3)
    array([24.1  , 56.945, 24.116, 56.954])
    """
    import geopandas

    limits = band_limits(distances, area_error)
    strengths = band_intensities(intensities, len(limits))
    _require_angle("wind_from_deg", wind_from_deg, 0 <= _number(wind_from_deg) <= 360, "in [0, 360]")
    _require_angle("width_deg", width_deg, 0 < _number(width_deg) < 360, "above 0 and below 360; all round are bands")
    ids = row_ids(source, source_id, "source", "source_id")
    places = frames.lonlat(source, "source")
    _require_no_pole(source, places, limits[-1, 1])
    azimuths = _azimuths(wind_from_deg + 180, width_deg, area_error)
    rings = [
        None if not np.isfinite(place).all() else _sector(place, begin_m, end_m, azimuths)
        for begin_m, end_m in limits.tolist()
        for place in places
    ]
    band = np.repeat(np.arange(len(limits)), len(places))
    columns = {"source": np.tile(ids.to_numpy(), len(limits)), **band_columns(limits, band, strengths)}
    columns |= {"wind_from_deg": float(wind_from_deg), "width_deg": float(width_deg), "area_m2": band_areas_m2(rings)}
    return geopandas.GeoDataFrame(columns, geometry=rings, crs=4326)


def _number(value: Any) -> float:
    """Return what is a number as such, NaN, which is in no range, for all else."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _require_angle(name: str, value: Any, fits: bool, allowed: str) -> None:
    if not fits:
        raise ValueError(f"{name} is a number of degrees, {allowed}, not {told(value)}")


def _require_no_pole(source: GeoDataFrame, places: Numbers, distance_m: float) -> None:
    """Raise ValueError where a plume may reach a pole, where longitudes are no way to draw one."""
    for pole in POLES:
        near = _core.geodesic_distance_m(places, np.broadcast_to(pole, places.shape)) <= distance_m
        if near.any():
            row = int(np.flatnonzero(near)[0]) + 1
            raise ValueError(
                f"{frames.describe(source, 'source')}: a pole lies within {distance_m:.15g} m of row {row}"
            )


def _azimuths(downwind_deg: float, width_deg: float, area_error: float) -> Numbers:
    """Return directions from one side to the other, clockwise, so close that chords stray as little as asked."""
    step = 2 * math.degrees(math.acos(1 - 0.75 * area_error))
    count = max(math.ceil(width_deg / step), 2)
    return downwind_deg + width_deg * (np.arange(count + 1) / count - 0.5)


def _sector(place: Numbers, begin_m: float, end_m: float, azimuths: Numbers) -> Any:
    """Return one band of a sector as a polygon cut at the antimeridian."""
    count = max(math.ceil((end_m - begin_m) / SIDE_STEP_M), 1)
    side = np.linspace(begin_m, end_m, count + 1)
    inner = [] if begin_m == 0 else [(azimuths, np.full(len(azimuths), begin_m))]
    first, last = azimuths[:1].repeat(len(side)), azimuths[-1:].repeat(len(side))
    arc = (azimuths[::-1], np.full(len(azimuths), end_m))  # counter-clockwise, as RFC 7946 has shells
    parts = [*inner, (last, side), arc, (first, side[::-1])]
    azimuth, metres = (np.concatenate(each) for each in zip(*parts, strict=True))
    there = _core.geodesic_destination(np.broadcast_to(place, (len(metres), 2)), azimuth, metres)
    there[metres == 0] = place  # which rounding would miss, and draw a knot
    there[:, 0] -= 360 * np.round((there[:, 0] - place[0]) / 360)  # no pole is near: less than half way round
    kept = np.append(True, (np.diff(there, axis=0) != 0).any(axis=1))
    ring = shapely.polygons(there[kept])
    if there[:, 0].min() >= -180 and there[:, 0].max() <= 180:
        return ring
    column = frames.column_as_given(np.array([ring], dtype=object), "source")
    (cut,) = to_shapely(_core.cut_at_antimeridian(column, 0))
    return cut
