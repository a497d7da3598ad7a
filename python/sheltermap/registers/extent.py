# SPDX-License-Identifier: Apache-2.0
"""Where the rows of a register lie, so that a wrong place is seen before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from sheltermap._native import _core
from sheltermap.base.texts import decimal, number, say
from sheltermap.layers import frames

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


@dataclass(frozen=True)
class Extent:
    """The box around all places, in degrees of WGS 84."""

    west: float
    south: float
    east: float
    north: float
    width_km: float  #: in the middle
    height_km: float
    crs: str  #: of the coordinates as they were given
    crs_is_for: str | None  #: the area that this system is made for
    area_km2: float | None  #: of all polygons; None where there is none

    def lines(self, lang: str) -> Iterator[str]:
        """Say where that is."""
        sides = {name: decimal(f"{getattr(self, name):.4f}", lang) for name in ("west", "south", "east", "north")}
        size = {name: number(round(getattr(self, name), 1)) for name in ("width_km", "height_km")}
        yield say("register_extent", lang, **sides, **size)
        made_for = "" if self.crs_is_for is None else say("register_crs_is_for", lang, area=self.crs_is_for)
        yield say("register_crs", lang, crs=self.crs) + made_for
        if self.area_km2 is not None:
            yield say("register_covers", lang, area=decimal(f"{self.area_km2:.4g}", lang))


def extent_of(frame: GeoDataFrame) -> Extent | None:
    """Return where the rows of a frame lie; None where none has a place."""
    crs = frames.crs_of(frame, "the register")
    corners = np.concatenate(frames.corners(frame))
    corners = corners[np.isfinite(corners).all(axis=1)]
    if not len(corners):
        return None
    places = corners if crs.is_lonlat else _core.to_lonlat(corners, crs)
    west, south = map(float, np.fmin.reduce(places))
    east, north = map(float, np.fmax.reduce(places))
    lon, lat = (west + east) / 2, (south + north) / 2
    ends = np.array([[west, lat], [lon, south]]), np.array([[east, lat], [lon, north]])
    width_m, height_m = _core.geodesic_distance_m(*ends)
    return Extent(
        west,
        south,
        east,
        north,
        float(width_m) / 1000,
        float(height_m) / 1000,
        " ".join(filter(None, (crs.code, f"({crs.name})"))),
        None if frame.crs.area_of_use is None else str(frame.crs.area_of_use.name).rstrip("."),
        _area_km2(frame),
    )


def _area_km2(frame: GeoDataFrame) -> float | None:
    areal = frame.geometry[shapely.get_dimensions(frame.geometry.to_numpy()) == 2]
    if not len(areal):
        return None
    return float(_core.geodesic_area_m2(frames.lonlat_column(areal, "the register")).sum()) / 1e6
