# SPDX-License-Identifier: Apache-2.0
"""Values of a raster at places: the cell at a point, the highest a footprint or line touches, its mean; voids."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.analyses.exposure import in_any_zone
from sheltermap.base.limits import Limit
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import told
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.raster import Raster, as_raster, lines_and_polygons_on, places_on

if TYPE_CHECKING:
    import os

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

At = Literal["cell", "max", "mean"]
# Why there is no value, the first four in the order of the core's codes; a value has no reason.
REASONS = (None, "no_value", "outside_raster", "missing_geometry", "void")
VALUE, NO_VALUE, OUTSIDE, MISSING, VOID = range(5)


@shows_progress
@takes_frames
def sample(
    features: GeoDataFrame,
    raster: Raster | str | os.PathLike[str],
    at: At = "cell",
    *,
    flooded: GeoDataFrame | None = None,
    fill_m: float | str | None = None,
) -> GeoDataFrame:
    """Return features with the value of a raster where each of them is.

    Parameters
    ----------
    features : GeoDataFrame of points, or of polygons and lines
        In any CRS.
    raster : Raster or path
    at : {"cell", "max", "mean"}
        ``cell``: of the cell the point lies in, of others their representative point. A point on an edge between cells
        belongs to the cell of the higher column and row (east and south of it where rows run southwards), one on the
        last outer edge to none. ``max``: the highest of the cells a polygon or line touches. ``mean``: the mean of
        these by the fraction of each that lies in the polygon, of lines by the length in each.
    flooded : GeoDataFrame of polygons, optional
        Where there is water, whatever the raster says: what has no value in them lies in a void. By default a void is
        what cells with a value enclose on all sides.
    fill_m : float or str, optional
        Features in a void take the value of the nearest cell with one up to so many metres away (``30``, ``"30 m"``),
        along the ellipsoid to the middle of the cell; of depths, velocities and the like the nearest above 0. By
        default they have none.

    Returns
    -------
    GeoDataFrame
        The features with ``value``, NaN where there is none, and ``reason`` why: ``void`` (its cell has no value, and
        lies where others have one: a building cut out of a depth, so it is unknown, never dry), ``no_value`` (its cell
        has none, and nothing says that it should: beyond the water of a depth), ``outside_raster``,
        ``missing_geometry``. With ``max`` and ``mean`` also ``unknown``: the share of the polygon or line where the
        raster has no value or does not reach; one of which any cell has a value has one, else its representative point
        tells the reason. With `fill_m` also ``filled_from_m``: from how far the value is, NaN where it is its own.

    Raises
    ------
    ValueError
        If `at` is none of these, or is not ``cell`` and the features are points; if `fill_m` is no distance.
    ReadError, CrsError, GeometryError
        If the raster or the features cannot be used as they are.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> towns = gpd.GeoDataFrame(geometry=gpd.points_from_xy([-25.67, -25.4], [37.74, 38.5]), crs=4326)
    >>> height = sm.Raster("sample_data/sao_miguel/elevation.tif", holds="elevation_m")
    >>> sm.sample(towns, height)[["value", "reason"]]
       value          reason
    0   19.0            <NA>
    1    NaN  outside_raster
    """
    if at not in get_args(At):
        raise ValueError(f"at={told(at)}: give 'cell', 'max' (the highest touched) or 'mean' (by fraction)")
    grid = as_raster(raster)
    within_m = None if fill_m is None else _metres(fill_m)
    points = features
    if not frames.are_points(features, "features"):
        frames.lines_and_polygons(features, "features")  # refuses what is none
        points = features.set_geometry(features.representative_point())
    elif at != "cell":
        raise ValueError(
            f"at={at!r} is of polygons and lines, and the features are points, which have one cell: at='cell'"
        )
    places = places_on(grid, points, "features")
    columns: dict[str, Any] = {}
    if at == "cell":
        value, what = _core.sample_cells(places, grid.core)
    else:
        value, what, columns["unknown"] = _of_footprints(features, grid, at)
    _tell_voids(what, points, places, grid, flooded)
    if within_m is not None:
        columns["filled_from_m"] = _fill(value, what, places, grid, within_m)
    columns = {"value": value, "reason": pd.array(np.array(REASONS, dtype=object)[what], dtype="string"), **columns}
    frames.require_free(features, list(columns))
    return frames.with_columns(features, columns)


def _of_footprints(features: GeoDataFrame, raster: Raster, at: At) -> tuple[Numbers, NDArray[np.uint8], Numbers]:
    shapes = lines_and_polygons_on(raster, features, "features")
    found = _core.zonal_statistics(shapes, raster.core, extremes=at == "max")
    some, whole = found.cells > 0, found.cells + found.void_cells + found.outside_cells
    with np.errstate(divide="ignore", invalid="ignore"):
        value = found.greatest if at == "max" else np.where(some, found.sum / found.cells, np.nan)
        unknown = (found.void_cells + found.outside_cells) / whole
    what = np.select([np.isnan(whole), some, found.void_cells > 0], [MISSING, VALUE, NO_VALUE], OUTSIDE)
    return value, what.astype(np.uint8), unknown


def _tell_voids(
    what: NDArray[np.uint8], points: GeoDataFrame, places: Numbers, raster: Raster, flooded: GeoDataFrame | None
) -> None:
    """Tell rows that lie in a void from others without a value."""
    wet = None if flooded is None else frames.zone_index(flooded, "flooded")
    rows = np.flatnonzero(what == NO_VALUE)
    if not len(rows):
        return
    if wet is None:
        in_void = _core.in_enclosed_void(places[rows], raster.core).astype(bool)
    else:
        in_void, _ = in_any_zone(frames.lonlat(points, "features")[rows], wet)
    what[rows[in_void]] = VOID


def _fill(value: Numbers, what: NDArray[np.uint8], places: Numbers, raster: Raster, within_m: float) -> Numbers:
    """Give rows in voids the value of the nearest cell that has one; return how far away it is."""
    filled_from = np.full(len(value), np.nan)
    rows = np.flatnonzero(what == VOID)
    if len(rows):
        above = 0.0 if raster.is_amount else -math.inf
        found, distance = _core.nearest_values(places[rows], raster.core, within_m, above)
        near = ~np.isnan(found)
        value[rows[near]], filled_from[rows[near]], what[rows[near]] = found[near], distance[near], VALUE
    return filled_from


def _metres(fill_m: float | str) -> float:
    limit = Limit.of(fill_m)
    if limit.unit != "m" or not 0 < limit.value < math.inf:
        raise ValueError(f"fill_m={told(fill_m)}: give how many metres away a value may be: 30 or '30 m'")
    return limit.value
