# SPDX-License-Identifier: Apache-2.0
"""Rasters: grids of values in a file, what their cells are, and how zones and places come onto them."""

from __future__ import annotations

import os
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap._native import _core
from sheltermap.base.in_short import Short, in_html
from sheltermap.base.invisible import visible
from sheltermap.base.suggestions import told
from sheltermap.base.units import UNITS
from sheltermap.layers import frames
from sheltermap.layers.conversion import crs_text, pyproj_crs
from sheltermap.layers.meeting import Placed, placed, require_together

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

# What cells may hold besides a quantity that ends in its unit.
KINDS = {"count": "per cell", "class": None}
_SUFFIXES = {
    "m_s": "m/s",
    "km_h": "km/h",
    "m2_s": "m2/s",
    "per_km2": "1/km2",
    "per_ha": "1/ha",
    "per_m2": "1/m2",
    "percent": "%",
    "mm": "mm",
    **{unit: unit for unit in UNITS if unit.isidentifier()},
}
MOST_BANDS = 65_536  # as many as a GeoTIFF can have
_NEVER_BELOW_0 = ("count", "depth", "velocity", "speed")


class Raster:
    """A band of a raster file: a GeoTIFF (also cloud-optimised) or an ASCII grid, in any CRS.

    Only its header is read here; cells are read where an analysis needs them, window by window. Scale and offset are
    applied. Cells that hold nodata, that a mask in the file hides or that were never written have no value.

    Parameters
    ----------
    path : path
        ``.tif``, ``.tiff`` or ``.asc``. Nothing beside the file is read but the ``.prj`` of an ASCII grid.
    holds : str, optional
        What a cell holds; it is never guessed. ``"count"`` (people in the cell), ``"class"``, or a quantity that ends
        in its unit: ``"density_per_km2"``, ``"depth_m"``, ``"elevation_m"``, ``"velocity_m_s"``, ``"wind_km_h"``, …
        Counts, densities, depths and velocities are never below 0: a lower value is an error that names its cell.
    band : int
        Which band of the file, from 1.
    crs : str, int or pyproj.CRS, optional
        Where the file names none; an error where it names another one.
    nodata : float, optional
        The value that stands for none where the file does not say; an error where it names another one.
        ``float("nan")``: all cells have a value. Where neither says, a cell of -9999, -32768, -3.4e38 and the like is
        an error.

    Attributes
    ----------
    path : Path
    holds, unit : str or None
    band : int
    shape : tuple of int
        Rows and columns.
    bounds : tuple of float
        Least x and y, greatest x and y, of the outer edges of its cells, in `crs`.
    crs : pyproj.CRS
    nodata : float or None

    Raises
    ------
    ReadError
        If it is no such file, is cut or damaged, rotated, or declares more cells than can be in it.
    CrsError
        If it has no CRS, or lies where its CRS has no places.
    ValueError
        If `holds` does not end in a unit, or `band` or `nodata` is no number.

    Examples
    --------
    >>> import sheltermap as sm
    >>> height = sm.Raster("sample_data/sao_miguel/elevation.tif", holds="elevation_m")
    >>> height, height.unit
    (<Raster elevation.tif: elevation_m, 192 x 384 cells, EPSG:4326>, 'm')
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        holds: str | None = None,
        band: int = 1,
        crs: Any = None,
        nodata: float | None = None,
    ):
        _require_sayable(holds, band, nodata)
        self.holds = holds
        self.unit = None if holds is None else _unit_of(holds)
        self.path = Path(path)
        self.band = band
        self._given = {"holds": holds, "band": band, "crs": crs_text(crs), "nodata": nodata}
        self.core = _core.RasterFile(
            os.fspath(path), band=int(band), crs=crs_text(crs), nodata=nodata, lowest=0.0 if self.is_amount else None
        )

    def __getstate__(self) -> dict[str, Any]:
        """Return what it was opened by, with the whole path; another process opens the file anew."""
        return {"path": self.path.absolute(), **self._given}

    def __setstate__(self, given: dict[str, Any]) -> None:
        self.__init__(**given)  # type: ignore[misc]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.core.shape

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Least x and y, greatest x and y, of the outer edges."""
        (x, y), (across, down), (rows, columns) = self.core.corner, self.core.step, self.shape
        low, high = sorted((y, y + rows * down))
        return x, low, x + columns * across, high

    @property
    def crs(self) -> CRS:
        """The CRS of its cells, as frames have it."""
        return pyproj_crs(self.core.crs)

    @property
    def nodata(self) -> float | None:
        """The value that stands for none in the file."""
        return self.core.nodata

    @property
    def is_density(self) -> bool:
        """Whether a cell holds so many per area, whatever its size."""
        return self.unit is not None and self.unit.startswith("1/")

    @property
    def is_amount(self) -> bool:
        """Whether 0 means that there is nothing: of counts, densities, depths, velocities."""
        return self.is_density or (self.holds is not None and self.holds.startswith(_NEVER_BELOW_0))

    def _repr_html_(self) -> str:
        across, down = (abs(each) for each in self.core.step)
        units = {axis.unit_name for axis in self.crs.axis_info}
        unit = units.pop() if len(units) == 1 else "units"
        west, south, east, north = (f"{each:.12g}" for each in self.bounds)
        return in_html(
            visible(repr(self).strip("<>")),
            Short(
                lines=[
                    f"cells of {across:.6g} x {down:.6g} ({unit})",
                    f"x from {west} to {east}, y from {south} to {north}",
                    "no value that stands for none" if self.nodata is None else f"{self.nodata:.15g} stands for none",
                ]
            ),
        )

    def __repr__(self) -> str:
        rows, columns = self.shape
        what = f"{self.holds}, " if self.holds else ""
        return f"<Raster {self.path.name}: {what}{rows} x {columns} cells, {self.core.crs.code or self.core.crs.name}>"


def as_raster(raster: Raster | str | os.PathLike[str]) -> Raster:
    """Return a raster that is given as such or as the path of its file; TypeError for anything else."""
    if isinstance(raster, Raster):
        return raster
    if isinstance(raster, str | os.PathLike):
        return Raster(raster)
    raise TypeError(f"raster is {told(raster)}; give sm.Raster(...), or the path of a GeoTIFF or an ASCII grid")


def polygons_on(raster: Raster, frame: GeoDataFrame, what: str) -> _core.GeometryColumn:
    """Return a frame of polygons in the raster's CRS: as they are where that is theirs, else vertex by vertex.

    Vertices are added first to edges that are not straight in longitude and latitude.
    """
    return _shapes_on(raster, frame, frames.polygons(frame, what), what)


def polygons_of(raster: Raster, layer: _core.Layer, crs: _core.Crs, what: str) -> _core.GeometryColumn:
    """Return the polygons of a layer as the core has read it, in `crs`, as `polygons_on` does those of a frame.

    What else a frame is looked through for, such as polygons that are not valid, is refused when a layer is read.
    """
    frames.require_kinds(layer.geometry.type_ids, what, "polygon")
    if _are_the_same(crs, raster.core.crs):
        return layer.geometry
    lonlat = layer.geometry if crs.is_lonlat else _core.column_to_lonlat(layer.geometry, crs)
    return lonlat if raster.core.crs.is_lonlat else _core.column_from_lonlat(lonlat, raster.core.crs)


def lines_and_polygons_on(raster: Raster, frame: GeoDataFrame, what: str) -> _core.GeometryColumn:
    """Return a frame of lines and polygons in the raster's CRS; see `polygons_on`."""
    return _shapes_on(raster, frame, frames.lines_and_polygons(frame, what), what)


def _shapes_on(raster: Raster, frame: GeoDataFrame, lonlat: _core.GeometryColumn, what: str) -> _core.GeometryColumn:
    _require_meeting(raster, placed(frame, what))
    if raster.core.crs.is_lonlat:
        return lonlat
    if _is_in(frame, raster, what):
        return frames.column(frame, what)
    return _core.column_from_lonlat(lonlat, raster.core.crs)


def places_on(raster: Raster, frame: GeoDataFrame, what: str) -> NDArray[Any]:
    """Return a frame of points in the raster's CRS, shape (n, 2); NaN where a row has no position."""
    lonlat = frames.lonlat(frame, what)
    _require_meeting(raster, placed(frame, what, lonlat))
    if raster.core.crs.is_lonlat:
        return lonlat
    if _is_in(frame, raster, what):
        return frames.point_coordinates(frame, what)
    return _core.from_lonlat(lonlat, raster.core.crs)


def _require_meeting(raster: Raster, features: Placed) -> None:
    """Raise CrsError, or warn, as `require_together` does; not of a raster round a pole or across the antimeridian."""
    west, south, east, north = raster.bounds
    side = np.linspace(0, 1, 33)  # points enough to tell how far its edges bulge in longitude and latitude
    x, y = west + (east - west) * side, south + (north - south) * side
    sides = ((x, south), (x, north), (west, y), (east, y))
    edge = np.vstack([np.column_stack(np.broadcast_arrays(*each)) for each in sides])
    lonlat = edge if raster.core.crs.is_lonlat else _core.to_lonlat(edge, raster.core.crs)
    low, high = lonlat.min(axis=0), lonlat.max(axis=0)
    if not np.isfinite(lonlat).all() or np.abs([low[0], high[0]]).max() > 180 or high[0] - low[0] > 180:
        return
    corners = np.vstack([low, high])
    require_together(features, Placed(f"the raster {raster.path.name}", corners, 1, lambda at: corners[at][:, ::-1]))


def _is_in(frame: GeoDataFrame, raster: Raster, what: str) -> bool:
    return _are_the_same(frames.crs_of(frame, what), raster.core.crs)


def _are_the_same(mine: _core.Crs, its: _core.Crs) -> bool:
    return mine.code == its.code if mine.code else mine.wkt == its.wkt


def _require_sayable(holds: Any, band: Any, nodata: Any) -> None:
    """Raise TypeError or ValueError where what is said of a file cannot be meant."""
    if holds is not None and not isinstance(holds, str):
        raise TypeError(f"holds is a text, 'count' or 'depth_m', not {told(holds)}")
    if not isinstance(band, int | np.integer) or isinstance(band, bool) or not 0 < band < MOST_BANDS:
        raise ValueError(f"band is the number of a band, from 1, not {told(band)}")
    if nodata is not None and (not isinstance(nodata, Real) or isinstance(nodata, bool)):
        raise ValueError(f"nodata is a number, not {told(nodata)}")


def _unit_of(holds: str) -> str | None:
    if holds in KINDS:
        return KINDS[holds]
    fitting = [suffix for suffix in _SUFFIXES if holds.endswith("_" + suffix)]
    if not fitting:
        raise ValueError(
            f"holds={told(holds)} does not say in which unit; give 'count' (people per cell), 'class', or a quantity "
            "that ends in its unit: 'density_per_km2', 'depth_m', 'elevation_m', 'velocity_m_s'; units known are "
            + ", ".join(_SUFFIXES)
        )
    return _SUFFIXES[max(fitting, key=len)]
