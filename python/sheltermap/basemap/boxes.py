# SPDX-License-Identifier: Apache-2.0
"""The box of a map: where what is mapped lies, and a margin around it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base.suggestions import told
from sheltermap.layers.frames import describe

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

Box = tuple[float, float, float, float]  #: west, south, east, north in degrees of WGS 84

LEAST_MARGIN = 0.002  # degrees, as much as maps have around a single place
METRES_PER_DEGREE = 111_320.0


def box_of(around: Any) -> Box | None:
    """Return the box of a frame, of several, or the four numbers given; None where nothing has a place.

    Raises
    ------
    TypeError
        If it is none of them.
    ValueError
        If four numbers are no box in degrees, or a frame has no CRS.
    """
    import geopandas

    if isinstance(around, geopandas.GeoDataFrame | geopandas.GeoSeries):
        return _bounds(around)
    parts = list(around) if isinstance(around, Iterable) and not isinstance(around, str | bytes) else []
    if len(parts) == 4 and all(isinstance(each, int | float | np.number) for each in parts):
        return _four(parts)
    if parts and all(isinstance(each, geopandas.GeoDataFrame | geopandas.GeoSeries) for each in parts):
        return together(_bounds(each) for each in parts)
    raise TypeError(f"around is a frame, several of them, or (west, south, east, north) in degrees, not {told(around)}")


def together(boxes: Iterable[Box | None]) -> Box | None:
    """Return the box around boxes; None where there are none."""
    known = np.array([each for each in boxes if each is not None])
    if not len(known):
        return None
    (west, south), (east, north) = known[:, :2].min(axis=0).tolist(), known[:, 2:].max(axis=0).tolist()
    return (west, south, east, north)


def widened(box: Box, share: float) -> Box:
    """Return a box with a margin of a share of its longer side all around."""
    west, south, east, north = box
    add = max(share * max(east - west, north - south), LEAST_MARGIN) if share else 0.0
    return (max(west - add, -180.0), max(south - add, -90.0), min(east + add, 180.0), min(north + add, 90.0))


def meet(one: Box, other: Box) -> bool:
    """Whether boxes have a place in common."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def width_km(box: Box) -> float:
    """Return the longer side of a box in kilometres, near enough for a scale."""
    west, south, east, north = box
    across = (east - west) * math.cos(math.radians((south + north) / 2))
    return max(across, north - south) * METRES_PER_DEGREE / 1000


def said(box: Box) -> str:
    """Return a box as errors say it.

    Examples
    --------
    >>> said((-51.27, -30.12, -51.13, -29.99))
    'longitudes -51.27 to -51.13, latitudes -30.12 to -29.99'
    """
    west, south, east, north = (f"{each:.2f}" for each in box)
    return f"longitudes {west} to {east}, latitudes {south} to {north}"


def _bounds(frame: GeoDataFrame | GeoSeries) -> Box | None:
    if frame.crs is None:
        raise ValueError(f"{describe(frame, 'around')} has no CRS: set one, as in frame.set_crs('EPSG:4326')")
    boxes = frame.geometry.bounds.to_numpy()
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return None
    corners = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
    from pyproj import Transformer

    west, south, east, north = Transformer.from_crs(frame.crs, "EPSG:4326", always_xy=True).transform_bounds(*corners)
    return (west, south, east, north)


def _four(numbers: list[Any]) -> Box:
    west, south, east, north = (float(each) for each in numbers)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(f"around is (west, south, east, north) in degrees, not {tuple(numbers)!r}")
    return (west, south, east, north)
