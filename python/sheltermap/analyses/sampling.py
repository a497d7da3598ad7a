# SPDX-License-Identifier: Apache-2.0
"""Values of a raster at places: the cell at a point, the highest a footprint touches, its mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.suggestions import told
from sheltermap.layers import frames
from sheltermap.layers.raster import Raster, as_raster, places_on, polygons_on

if TYPE_CHECKING:
    import os

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

At = Literal["cell", "max", "mean"]
# Why there is no value, in the order of the core's codes; a value has no reason.
REASONS = (None, "void", "outside_raster", "missing_geometry")


def sample(features: GeoDataFrame, raster: Raster | str | os.PathLike[str], at: At = "cell") -> GeoDataFrame:
    """Return features with the value of a raster where each of them is.

    Parameters
    ----------
    features : GeoDataFrame of points or of polygons
        In any CRS.
    raster : Raster or path
    at : {"cell", "max", "mean"}
        ``cell``: of the cell the point lies in, of a polygon its representative point. A point on an edge between cells
        belongs to the cell of the higher column or row (east and south of it where rows run southwards), one on the
        last outer edge to none. ``max``: the highest of the cells a polygon touches. ``mean``: the mean of these by the
        fraction of each that lies in the polygon.

    Returns
    -------
    GeoDataFrame
        The features with ``value``, NaN where there is none, and ``reason`` why: ``void`` (the cell has no value),
        ``outside_raster``, ``missing_geometry``. With ``max`` and ``mean`` also ``unknown``: the share of the polygon
        where the raster has no value or does not reach.

    Raises
    ------
    ValueError
        If `at` is none of these, or is one of polygons and the features are points.
    ReadError, CrsError, GeometryError
        If the raster or the features cannot be used as they are.

    Examples
    --------
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1], [56.95]), crs=4326)  # doctest: +SKIP
    >>> sm.sample(shelters, sm.Raster("depth.tif", holds="depth_m"))  # doctest: +SKIP
    """
    if at not in get_args(At):
        raise ValueError(f"at={told(at)}: give 'cell', 'max' (the highest touched) or 'mean' (by fraction)")
    grid = as_raster(raster)
    are_points = frames.are_points(features, "features")
    if are_points and at != "cell":
        raise ValueError(f"at={at!r} is of polygons, and the features are points, which have one cell: at='cell'")
    columns = _of_cells(features, grid, are_points) if at == "cell" else _of_footprints(features, grid, at)
    frames.require_free(features, list(columns))
    return frames.with_columns(features, columns)


def _of_cells(features: GeoDataFrame, raster: Raster, are_points: bool) -> dict[str, Any]:
    if not are_points:
        frames.polygons(features, "features")  # refuses what is none
        features = features.set_geometry(features.representative_point())
    value, what = _core.sample_cells(places_on(raster, features, "features"), raster.core)
    return {"value": value, "reason": _reasons(what)}


def _of_footprints(features: GeoDataFrame, raster: Raster, at: At) -> dict[str, Any]:
    found = _core.zonal_statistics(polygons_on(raster, features, "features"), raster.core, extremes=at == "max")
    some, whole = found.cells > 0, found.cells + found.void_cells + found.outside_cells
    with np.errstate(divide="ignore", invalid="ignore"):
        value = found.greatest if at == "max" else np.where(some, found.sum / found.cells, np.nan)
        unknown = (found.void_cells + found.outside_cells) / whole
    what = np.select([np.isnan(whole), some, found.void_cells > 0], [3, 0, 1], 2)
    return {"value": value, "reason": _reasons(what), "unknown": unknown}


def _reasons(what: NDArray[Any]) -> Any:
    return pd.array(np.array(REASONS, dtype=object)[what], dtype="string")
