# SPDX-License-Identifier: Apache-2.0
"""Points of a frame that are coordinates until somebody asks for geometries: a million of these take half a second."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from geopandas.array import GeometryArray

from sheltermap.base.memory import no_collection

if TYPE_CHECKING:
    from numpy.typing import NDArray


class PlainPoints(GeometryArray):  # type: ignore[misc]
    """Points, missing where the coordinates are NaN; a `GeometryArray` for everybody else.

    Parameters
    ----------
    coordinates : ndarray, shape (n, 2)
        x and y, which nobody changes.
    crs : pyproj.CRS or whatever it takes

    Examples
    --------
    >>> PlainPoints(np.array([[24.0, 57.0], [np.nan, np.nan]]), 4326)
    <PlainPoints>
    [<POINT (24 57)>, None]
    Length: 2, dtype: geometry
    """

    def __init__(self, coordinates: NDArray[np.float64], crs: Any) -> None:
        self.plain_coordinates: NDArray[np.float64] | None = coordinates  #: None once a geometry was set
        self._made: NDArray[Any] | None = None
        self._crs, self._sindex = None, None
        self.crs = crs

    @property
    def _data(self) -> NDArray[Any]:
        """The geometries, made when they are first asked for."""
        if self._made is None:
            assert self.plain_coordinates is not None
            with no_collection():
                self._made = np.asarray(shapely.points(self.plain_coordinates), dtype=object)
                self._made[np.isnan(self.plain_coordinates).any(axis=1)] = None
        return self._made

    @property
    def shape(self) -> tuple[int, ...]:
        """How many there are, in a tuple."""
        return (len(self._data if self.plain_coordinates is None else self.plain_coordinates),)

    @property
    def nbytes(self) -> int:
        """Bytes of the coordinates, or of the references to geometries."""
        return int((self._data if self.plain_coordinates is None else self.plain_coordinates).nbytes)

    def __getitem__(self, idx: Any) -> Any:
        if self.plain_coordinates is None or isinstance(idx, numbers.Integral):
            return super().__getitem__(idx)
        if isinstance(idx, slice) and idx == slice(None):
            same = PlainPoints(self.plain_coordinates, self.crs)
            same._made = self._made
            return same
        return PlainPoints(self.plain_coordinates[pd.api.indexers.check_array_indexer(self, idx)], self.crs)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._made = self._data.copy()
        self.plain_coordinates = None
        super().__setitem__(key, value)

    def take(self, indices: Any, allow_fill: bool = False, fill_value: Any = None) -> GeometryArray:
        """Return some of them, in the order asked for."""
        if self.plain_coordinates is None or (fill_value is not None and not pd.isna(fill_value)):
            return super().take(indices, allow_fill, fill_value)
        at = np.asarray(indices, np.intp)
        if not allow_fill:
            return PlainPoints(self.plain_coordinates.take(at, axis=0), self.crs)
        if len(at) and at.min() < -1:
            raise ValueError("indices are rows, or -1 for a missing one")
        missing = at < 0
        taken = np.full((len(at), 2), np.nan)
        taken[~missing] = self.plain_coordinates[at[~missing]]
        return PlainPoints(taken, self.crs)

    def copy(self, *args: Any, **kwargs: Any) -> GeometryArray:
        """Return them for somebody who changes them."""
        return super().copy() if self.plain_coordinates is None else PlainPoints(self.plain_coordinates, self.crs)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what makes the same in another process."""
        if self.plain_coordinates is None:
            return GeometryArray, (self._data, self.crs)
        return PlainPoints, (self.plain_coordinates, self.crs)

    def isna(self) -> NDArray[np.bool_]:
        """Return which are missing."""
        if self.plain_coordinates is None:
            return np.asarray(super().isna())
        return np.asarray(np.isnan(self.plain_coordinates).any(axis=1))
