# SPDX-License-Identifier: Apache-2.0
"""Where points are, found once for all pictures and maps of the same rows that are made one after another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Places:
    """Points in degrees, NaN for those that are missing."""

    lonlat: NDArray[np.float64]  #: shape (rows, 2)
    box: NDArray[np.float64]  #: around all of them: west, south, east, north; NaN where none has a place
    pixels: dict[Any, NDArray[np.int32]] = field(default_factory=dict, repr=False)  #: on the picture drawn last

    @classmethod
    def of(cls, lonlat: NDArray[np.float64]) -> Places:
        """Return points with the box around them."""
        here = lonlat if np.isfinite(lonlat).all() else lonlat[np.isfinite(lonlat).all(axis=1)]
        box = np.full(4, np.nan) if not len(here) else np.concatenate([here.min(axis=0), here.max(axis=0)])
        return cls(lonlat, box)


# By the memory that geometries lie in, which results share with what they are of; kept, so that it stays theirs.
_Kept = dict[Any, tuple[Any, Places | None]]
_kept: ContextVar[_Kept | None] = ContextVar("shared_places", default=None)


@contextmanager
def shared_places() -> Iterator[None]:
    """Keep what `places_of` finds until the end; what was kept already by somebody around goes on being kept."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def places_of(geometry: gpd.GeoSeries) -> Places | None:
    """Return where geometries are that are points, or missing; None where there are others, or none.

    Examples
    --------
    >>> import geopandas
    >>> places_of(geopandas.GeoSeries(shapely.points([[24.1, 56.9], [24.2, 57.0]]), crs=4326)).box
    array([24.1, 56.9, 24.2, 57. ])
    """
    kept = _kept.get()
    given = np.asarray(geometry.array)
    if kept is None:
        return _found(given, geometry)
    key = (given.__array_interface__["data"][0], len(given), given.strides, geometry.crs)
    if key not in kept:
        kept[key] = (given, _found(given, geometry))
    return kept[key][1]


def _found(given: NDArray[np.object_], geometry: gpd.GeoSeries) -> Places | None:
    if not len(given) or shapely.get_type_id(given).max() > 0 or shapely.is_empty(given).any():
        return None
    shapes = given if geometry.crs is None else np.asarray(geometry.to_crs("EPSG:4326").array)
    return Places.of(np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)]))
