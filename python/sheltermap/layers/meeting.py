# SPDX-License-Identifier: Apache-2.0
"""Whether layers that meet in an analysis lie where they can: swapped axes of one of them, layers far apart."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap._native import _core
from sheltermap.base import caller
from sheltermap.layers import frames
from sheltermap.layers.plausible import extent

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

APART_M = 100_000.0  # nearer layers are a matter of the plan, not of the data
APART_IN_DEGREES_M = 1_000_000.0  # longitude and latitude fit either way: only far places tell
FITS = 0.2  # of the distance as given: so near do swapped places lie
AMONG = 0.05
SHOWN = 10
ROWS_OF_BLOCK = 200  # that are kept of each block of a layer
METRES_PER_DEGREE = 111_200.0


class FarApartWarning(UserWarning):
    """Two layers of one analysis, or a layer and the streets, lie farther apart than they are wide.

    Examples
    --------
    >>> import warnings
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> riga = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1], [56.9]), crs=4326)
    >>> lisbon = gpd.GeoDataFrame(geometry=gpd.points_from_xy([-9.1], [38.7]), crs=4326)
    >>> with warnings.catch_warnings(record=True, action="always") as told:
    ...     _ = sm.nearest(riga, lisbon)
    >>> told[0].category.__name__
    'FarApartWarning'
    """


class NotInTableWarning(UserWarning):
    """Rows of a layer that a table of costs says nothing of; the message tells which.

    Examples
    --------
    >>> import warnings
    >>> import geopandas as gpd
    >>> import pandas as pd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame({"id": ["H1", "H2"]}, geometry=gpd.points_from_xy([24.1, 24.2], [56.9] * 2), crs=4326)
    >>> shelter = gpd.GeoDataFrame({"id": ["S1"]}, geometry=gpd.points_from_xy([24.1], [56.9]), crs=4326)
    >>> table = pd.DataFrame({"home": ["H1"], "shelter": ["S1"], "m": [40]})
    >>> costs = sm.reach_from(
    ...     table, demand="home", facility="shelter", cost="m", unit="m", demand_id="id", facility_id="id")
    >>> with warnings.catch_warnings(record=True, action="always") as told:
    ...     _ = sm.nearest(homes, shelter, by=costs)
    >>> told[0].category.__name__
    'NotInTableWarning'
    """


_NOTED = (FarApartWarning, NotInTableWarning)  # what a report has to say of how its layers meet


@dataclass(frozen=True)
class Placed:
    """Where the rows of a layer lie: as corners in WGS 84, points as they are."""

    what: str
    corners: Numbers  #: shape (n, 2); of boxes the lower ones of all rows, then the upper ones
    rows: int
    swap: Callable[[NDArray[np.intp]], Numbers]  #: some of the corners with the axes of their system swapped
    apart_m: float = APART_IN_DEGREES_M  #: from where on swapped axes are looked for
    numbers: NDArray[np.intp] | None = None  #: of the rows that corners are of, from 0, where not all rows have some

    @cached_property
    def box(self) -> Numbers | None:
        """West, south, east, north; None where nothing has a place."""
        return _box(self.corners)

    @cached_property
    def middle(self) -> Numbers:
        """The median of at most some 10,000 corners spread over the rows."""
        return _middle(self.corners[self._sample])

    @cached_property
    def swapped_middle(self) -> Numbers:
        """The same with the axes swapped; NaN where that is no place for most."""
        turned = self.swap(self._sample)
        on_earth = (np.abs(turned) <= (180.0, 90.0)).all(axis=1)
        enough = 2 * on_earth.sum() > np.isfinite(self.corners[self._sample]).all(axis=1).sum()
        return _middle(turned[on_earth]) if enough else np.full(2, np.nan)

    @cached_property
    def _sample(self) -> NDArray[np.intp]:
        return np.arange(0, len(self.corners), len(self.corners) // 10_000 + 1)


def placed(frame: GeoDataFrame, what: str, places: Numbers | None = None) -> Placed:
    """Return where a frame lies; `places` are its points in WGS 84, where they are known already."""
    crs = frames.crs_of(frame, what)
    if places is None and frames.are_points(frame, what):
        places = frames.lonlat(frame, what)
    boxes = None if places is not None else np.concatenate(frames.corners(frame))
    if places is None:
        assert boxes is not None
        places = boxes if crs.is_lonlat else _core.to_lonlat(boxes, crs)
    in_wgs84 = places

    def swap(at: NDArray[np.intp]) -> Numbers:
        if crs.is_lonlat:
            return in_wgs84[at][:, ::-1]
        given = boxes if boxes is not None else frames.point_coordinates(frame, what)
        return _core.to_lonlat(np.ascontiguousarray(given[at][:, ::-1]), crs)

    apart_m = APART_IN_DEGREES_M if crs.is_geographic else APART_M
    return Placed(frames.describe(frame, what), places, len(frame), swap, apart_m)


def placed_lonlat(places: Numbers, what: str) -> Placed:
    """Return where places in WGS 84 lie, of which nothing else is known."""
    return Placed(what, places, len(places), lambda at: places[at][:, ::-1])


def require_together(one: Placed, other: Placed) -> None:
    """Raise CrsError for layers, or rows of one, that lie together only with the axes of one swapped.

    Warns
    -----
    FarApartWarning
        If they lie farther apart than the wider of them is wide, and more than 100 km.
    """
    if (judged := _judged.get()) is not None:
        return judged.look(one, other)
    if one.box is None or other.box is None:
        return
    gap_m = float(_metres_to(other.box, one.box[None, :])[0])
    if gap_m > 0:
        _require_axes(one, other)
    _require_axes_of_rows(one, other)
    _require_axes_of_rows(other, one)
    if gap_m > max(_width_m(one.box), _width_m(other.box), APART_M):
        warnings.warn(
            f"{one.what} and {other.what} lie {gap_m / 1000:,.0f} km apart, farther than either is wide: are both in "
            "the reference system that they name?",
            FarApartWarning,
            stacklevel=caller.stacklevel(),
        )


@contextmanager
def far_apart() -> Iterator[list[str]]:
    """Collect what is said of layers that do not meet, each once, instead of warning; other warnings go on."""
    told: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        for category in _NOTED:
            warnings.simplefilter("always", category)
        yield told
    for each in caught:
        if not issubclass(each.category, _NOTED):
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
        elif str(each.message) not in told:
            told.append(str(each.message))


class Together:
    """How layers meet of which one comes in blocks: they are judged once, by rows of every block.

    Where its rows lie is kept of some hundred rows of each block and of its outermost; of the layers that it meets, of
    all. So a layer that lies apart is found as in one piece, and a few rows with swapped axes mostly.
    """

    def __init__(self, moving: str) -> None:
        self._moving = moving  # the role of the blocks, which messages begin with
        self._first = 0
        self._seen: dict[tuple[str, str], tuple[list[Placed], Placed]] = {}

    def _is_block(self, side: Placed) -> bool:
        return side.what.partition(" (")[0] == self._moving

    @contextmanager
    def block(self, first: int) -> Iterator[None]:
        """Look at the rows of a block, of which the first has this number, instead of judging them."""
        self._first = first
        token = _judged.set(self)
        try:
            yield
        finally:
            _judged.reset(token)

    def look(self, one: Placed, other: Placed) -> None:
        """Keep some of where two layers lie."""
        block, fixed = (other, one) if self._is_block(other) else (one, other)
        parts, _ = self._seen.setdefault((one.what, other.what), ([], fixed))
        parts.append(_part_of(block, self._first))

    def behind(self, rows: int) -> Together:
        """Return the same of rows that have so many others before them."""
        moved = Together(self._moving)
        for names, (parts, fixed) in self._seen.items():
            after = [replace(each, numbers=each.numbers + rows) for each in parts if each.numbers is not None]
            moved._seen[names] = after, fixed
        return moved

    def merge(self, other: Together) -> None:
        """Take over what another one has looked at."""
        for names, (parts, fixed) in other._seen.items():
            self._seen.setdefault(names, ([], fixed))[0].extend(parts)

    def judge(self) -> None:
        """Raise or warn as `require_together` does of whole layers."""
        for parts, fixed in self._seen.values():
            corners = np.concatenate([each.corners for each in parts])
            numbers = np.concatenate([each.numbers for each in parts if each.numbers is not None])
            swapped = np.concatenate([each.swap(np.arange(len(each.corners))) for each in parts])
            rows = int(numbers.max(initial=-1)) + 1
            require_together(
                Placed(parts[0].what, corners, rows, swapped.__getitem__, parts[0].apart_m, numbers), fixed
            )

    def __getstate__(self) -> dict[str, Any]:
        """Return what was looked at, for another process."""
        seen = {
            names: ([_still(each) for each in parts], _still(fixed)) for names, (parts, fixed) in self._seen.items()
        }
        return self.__dict__ | {"_seen": seen}


_judged: ContextVar[Together | None] = ContextVar("judged", default=None)


@dataclass(frozen=True)
class _Swapped:
    """The corners of a layer with their axes swapped, all of them."""

    corners: Numbers

    def __call__(self, at: NDArray[np.intp]) -> Numbers:
        return self.corners[at]


def _still(placed: Placed) -> Placed:
    """Return where a layer lies without what has to be asked for."""
    return replace(placed, swap=_Swapped(placed.swap(np.arange(len(placed.corners)))))


def _part_of(block: Placed, first: int) -> Placed:
    """Return where some rows of a block lie: spread over it, and the outermost."""
    at = np.arange(0, len(block.corners), len(block.corners) // ROWS_OF_BLOCK + 1)
    placed = np.flatnonzero(np.isfinite(block.corners).all(axis=1))
    if len(placed):
        columns = block.corners[placed].T
        outermost = [placed[find(each)] for each in columns for find in (np.argmin, np.argmax)]
        at = np.union1d(at, outermost)
    swapped = _Swapped(block.swap(at))
    return replace(block, corners=block.corners[at], swap=swapped, numbers=first + at % max(block.rows, 1))


def _require_axes(one: Placed, other: Placed) -> None:
    """Compare the middles: of layers that lie apart, would they meet with the axes of one swapped."""
    as_given = _distance_m(one.middle, other.middle)
    for turned, fixed in ((one, other), (other, one)):
        if as_given <= turned.apart_m:
            continue
        swapped = _distance_m(turned.swapped_middle, fixed.middle)
        if swapped < FITS * as_given:
            raise _core.CrsError(
                f"{one.what} and {other.what} lie {as_given / 1000:,.0f} km apart, but {swapped / 1000:,.0f} km with "
                "the axes of one of them swapped: are longitude (easting) and latitude (northing) in the right order "
                "in both?"
            )


def _require_axes_of_rows(one: Placed, other: Placed) -> None:
    """Look for rows far from all of the other layer that would lie among it with their axes swapped.

    Only where both layers are small against that distance: else some right row may be a mirror image by chance.
    """
    assert other.box is not None
    far = np.flatnonzero(_beyond(one.corners, other.box, one.apart_m / METRES_PER_DEGREE))
    if not len(far):
        return
    gaps_m = _metres_to(other.box, np.hstack([one.corners[far], one.corners[far]]))
    turned = one.swap(far)
    on_earth = (np.abs(turned) <= (180.0, 90.0)).all(axis=1)
    fits = np.zeros(len(far), dtype=bool)
    back_m = _metres_to(other.box, np.hstack([turned[on_earth], turned[on_earth]]))
    fits[on_earth] = back_m <= AMONG * gaps_m[on_earth]
    fits &= (gaps_m > one.apart_m) & (_width_m(other.box) <= FITS * gaps_m)
    if not fits.any():
        return
    others = _box(np.delete(one.corners, far[fits], axis=0))
    if others is not None and _width_m(others) > FITS * gaps_m[fits].min():
        return
    rows = np.unique(far[fits] % one.rows if one.numbers is None else one.numbers[far[fits]]) + 1
    named = ", ".join(map(str, rows[:SHOWN])) + (f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else "")
    raise _core.CrsError(
        f"{one.what}: {len(rows)} of {one.rows} rows lie {gaps_m[fits].min() / 1000:,.0f} km or more from "
        f"{other.what}, and among them with the axes swapped: are longitude (easting) and latitude (northing) in the "
        f"right order in row {named}?"
    )


def _middle(corners: Numbers) -> Numbers:
    known = corners[np.isfinite(corners).all(axis=1)]
    return np.median(known, axis=0) if len(known) else np.full(2, np.nan)


def _box(corners: Numbers) -> Numbers | None:
    box = np.concatenate(extent(corners))
    return box if np.isfinite(box).all() else None


def _distance_m(one: Numbers, other: Numbers) -> float:
    return float(_core.geodesic_distance_m(one[None, :], other[None, :])[0])


def _width_m(box: Numbers) -> float:
    return _distance_m(box[:2], box[2:])


def _beyond(corners: Numbers, box: Numbers, margin_deg: float) -> NDArray[np.bool_]:
    """Return per corner whether it may lie that far outside a box; NaN does not."""
    lon, lat = corners.T
    west, south, east, north = box
    beyond: NDArray[np.bool_] = lat < south - margin_deg
    for each in (lat > north + margin_deg, lon < west - margin_deg, lon > east + margin_deg):
        beyond |= each
    return beyond


def _metres_to(box: Numbers, others: Numbers) -> Numbers:
    """Return the distance of each of other boxes to a box, good to some kilometres; boxes are as `Placed` has them."""
    west, south, east, north = others.T
    apart_deg = np.maximum(np.minimum((west - box[2]) % 360, (box[0] - east) % 360), 0.0)
    lon = np.where((west > box[2]) | (east < box[0]), apart_deg, 0.0)
    low, high = np.maximum(south, box[1]), np.minimum(north, box[3])
    nearest_lat = np.maximum(np.abs(low), np.abs(high))  # of lats in common, where meridians are closest
    begin = np.where(low > high, low, nearest_lat)
    end = np.where(low > high, high, nearest_lat)
    distances: Numbers = _core.geodesic_distance_m(
        np.column_stack([np.zeros(len(others)), begin]), np.column_stack([lon, end])
    )
    return distances
