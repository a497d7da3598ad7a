# SPDX-License-Identifier: Apache-2.0
"""Zonal statistics: what a raster holds in each zone, cells counted by the exact fraction of them that lies in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.given import several
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import unknown
from sheltermap.layers import conversion, files, frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.raster import Raster, as_raster, polygons_of, polygons_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

STATS = ("count", "sum", "mean", "min", "max", "area_m2", "unknown_m2", "shares")


@overload
def zonal(
    zones: GeoDataFrame | str | os.PathLike[str],
    raster: Raster | str | os.PathLike[str],
    stats: str | Sequence[str] = ("sum", "mean"),
    *,
    zone_id: str | None = None,
    geometry: Literal[True] = True,
) -> GeoDataFrame: ...
@overload
def zonal(
    zones: GeoDataFrame | str | os.PathLike[str],
    raster: Raster | str | os.PathLike[str],
    stats: str | Sequence[str] = ("sum", "mean"),
    *,
    zone_id: str | None = None,
    geometry: bool,
) -> pd.DataFrame: ...
@shows_progress
@takes_frames
def zonal(
    zones: GeoDataFrame | str | os.PathLike[str],
    raster: Raster | str | os.PathLike[str],
    stats: str | Sequence[str] = ("sum", "mean"),
    *,
    zone_id: str | None = None,
    geometry: bool = True,
) -> pd.DataFrame:
    """Return the zones with statistics of a raster in each of them.

    A cell counts by the fraction of it that lies in the zone, which is exact: edges of zones are straight in the
    raster's CRS between their vertices.

    Parameters
    ----------
    zones : GeoDataFrame of polygons, or path
        In any CRS; they may overlap. A file is read as `read` does, and its polygons need not become objects of Python.
    raster : Raster or path
    stats : sequence of str
        ``count`` (cells with a value, in fractions), ``sum`` (of value times fraction), ``mean`` (sum by count),
        ``min``, ``max`` (of the cells the zone touches), ``area_m2`` (of the zone's part with values) and
        ``unknown_m2`` (of the part without), both from the exact areas of cells on the ellipsoid and the fraction of
        each; ``shares`` (per class).
    zone_id : str, optional
        Column that becomes the index of the result. By default the index stays as it is.
    geometry : bool
        Whether the zones come back with their polygons. A file of many zones takes a third less time without.

    Returns
    -------
    GeoDataFrame, or DataFrame without geometries
        The zones with a column per statistic, ``shares`` as ``share_<class>`` each, and always ``unknown``: the share
        of the zone where the raster has no value or does not reach. Shares of all classes and ``unknown`` sum to 1.
        Statistics of a zone in which nothing has a value are NaN; a zone without a geometry is unknown altogether.

    Raises
    ------
    ValueError
        If a statistic is unknown, or is none of what the raster holds: the sum of a density, the mean of classes.
    ReadError, CrsError, GeometryError
        If the raster or the zones cannot be used as they are.
    TypeError
        If the zones are neither a layer nor a path.

    Examples
    --------
    >>> import sheltermap as sm
    >>> towns = sm.read("sample_data/sao_miguel/municipalities.gpkg")
    >>> people = sm.Raster("sample_data/sao_miguel/people.tif", holds="count")
    >>> sm.zonal(towns, people, "sum")[["sum", "unknown"]].sum()
    sum        131864.35
    unknown         0.00
    dtype: float64
    >>> file = "sample_data/sao_miguel/municipalities.gpkg"
    >>> sm.zonal(file, people, "sum", zone_id="name", geometry=False).loc["Lagoa", "sum"].round()
    np.float64(14540.0)
    """
    asked = several(stats, str, f"a statistic is one of {', '.join(STATS)}")
    grid = as_raster(raster)
    _require_stats(asked, grid)
    take = _of_file if isinstance(zones, str | os.PathLike) else _of_frame
    table, shapes = take(zones, grid, geometry)
    if zone_id is not None:
        frames.require_columns(table, [zone_id], "zones")
    found = _core.zonal_statistics(
        shapes,
        grid.core,
        extremes="min" in asked or "max" in asked,
        areas="area_m2" in asked or "unknown_m2" in asked,
        classes="shares" in asked,
    )
    columns = _columns(found, asked)
    frames.require_free(table, list(columns))
    result = frames.with_columns(table, columns)
    return result if zone_id is None else result.set_index(zone_id, drop=False)


def _of_frame(zones: GeoDataFrame, grid: Raster, geometry: bool) -> tuple[pd.DataFrame, _core.GeometryColumn]:
    """Return the table of zones, with or without geometries, and their shapes on a raster."""
    shapes = polygons_on(grid, zones, "zones")
    return zones if geometry else frames.without_geometry(zones), shapes


def _of_file(path: str | os.PathLike[str], grid: Raster, geometry: bool) -> tuple[pd.DataFrame, _core.GeometryColumn]:
    """Return the same of zones in a file; what the core has read goes to it as it is."""
    layer = files.core_layer(path)
    if layer is None:
        return _of_frame(files.read(path), grid, geometry)
    source = Path(path).name
    shapes = polygons_of(grid, layer, conversion.crs_of(layer, source), f"zones ({source})")
    table = conversion.to_frame(layer, source, None) if geometry else conversion.to_attributes(layer, source)
    table.attrs["sheltermap_strict"] = True
    return table, shapes


def _columns(found: _core.ZonalStatistics, asked: tuple[str, ...]) -> dict[str, Numbers]:
    some = found.cells > 0
    whole = found.cells + found.void_cells + found.outside_cells
    all_there_are = {
        "count": found.cells,
        "sum": np.where(some, found.sum, np.nan),
        "mean": _ratio(found.sum, found.cells, some),
        "min": found.least,
        "max": found.greatest,
        "area_m2": found.area_m2,
        "unknown_m2": found.void_m2 + found.outside_m2,
    }
    columns = {name: all_there_are[name] for name in asked if name != "shares"}
    if "shares" in asked:
        columns |= _shares(found, whole)
    share = _ratio(found.void_cells + found.outside_cells, whole, whole > 0)
    return columns | {"unknown": np.where(np.isnan(share), 1.0, share)}


def _shares(found: _core.ZonalStatistics, whole: Numbers) -> dict[str, Numbers]:
    classes, codes = np.unique(found.class_value, return_inverse=True)
    zone = np.repeat(np.arange(len(whole)), np.diff(found.class_offsets))
    shares = np.zeros((len(classes), len(whole)))
    shares[:, np.isnan(whole)] = np.nan
    shares[codes, zone] = found.class_cells / whole[zone]
    return {f"share_{value:.0f}": share for value, share in zip(classes, shares, strict=True)}


def _ratio(part: Numbers, whole: Numbers, where: NDArray[np.bool_]) -> Numbers:
    ratio = np.full(len(part), np.nan)
    np.divide(part, whole, out=ratio, where=where)
    return ratio


def _require_stats(asked: tuple[str, ...], raster: Raster) -> None:
    for name in asked:
        if name not in STATS:
            raise ValueError(unknown("statistic", name, STATS))
    if "sum" in asked and raster.is_density:
        raise ValueError(
            f"{raster.path.name} holds {raster.holds}, and densities of cells do not add up to a number: ask for "
            "'mean' and multiply by the area, or say holds='count' where cells hold numbers"
        )
    wrong = {"sum", "mean"}.intersection(asked)
    if wrong and raster.holds == "class":
        raise ValueError(
            f"{raster.path.name} holds classes, which have no {min(wrong)}: ask for stats='shares', 'min' or 'max'"
        )
