# SPDX-License-Identifier: Apache-2.0
"""Polygons and circles as CAP writes them: latitude first, radii in kilometres."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely

from sheltermap.alerts.alert import Circle

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely import MultiPolygon, Polygon

    Vertices = NDArray[np.float64]  #: longitude and latitude, shape (n, 2)

MOST_PAIRS = 200_000  # of one polygon; those of real alerts have some thousand at most
MOST_CROSSINGS = (
    20_000  # of edges, where a polygon is mended: their number may grow with the square of that of the pairs
)
LARGEST_KM = 1000.0  # of a circle along the ellipsoid
FEWEST_PAIRS = 4  # OASIS CAP 1.2, 3.2.4, polygon (2): "A minimum of 4 coordinate pairs MUST be present"
EDGES_AT_ONCE = 64
SHOWN = 40  # characters of what is no pair
AGAIN = "; CAP writes latitude,longitude"


class ShapeError(ValueError):
    """A polygon or a circle that is none, with all that is wrong with it."""

    def __init__(self, faults: Sequence[str]):
        self.faults = list(faults)
        super().__init__("; ".join(self.faults))


def polygon(text: str) -> tuple[Polygon | MultiPolygon, list[str]]:
    """Return a polygon of WGS 84, longitude first, and what was done to it.

    An edge over more than 180° of longitude is meant the short way, across the antimeridian, where the polygon is cut.
    One that crosses itself is made valid: what it encloses is warned all the same.

    Raises
    ------
    ShapeError
        With all that is wrong: pairs that are none, or too few, a ring that is not closed, latitudes beyond 90°.
    """
    pairs = _tokens(text)
    if len(pairs) > MOST_PAIRS:
        raise ShapeError([f"has {len(pairs):,} coordinate pairs; up to {MOST_PAIRS:,} are read"])
    vertices, faults = _vertices(pairs)
    if len(pairs) < FEWEST_PAIRS:
        faults.append(f"has {len(pairs)} coordinate pairs; a polygon has at least {FEWEST_PAIRS}")
    if vertices is not None and len(vertices) and (vertices[0] != vertices[-1]).any():
        faults.append(f'is not closed: it begins at "{pairs[0]}" and ends at "{pairs[-1]}"')
    if faults or vertices is None:
        raise ShapeError(faults)
    return _shape(vertices)


def circle(text: str) -> Circle:
    """Return a circle.

    Raises
    ------
    ShapeError
        If it is not ``latitude,longitude radius``, or the radius is negative or above 1,000 km.
    """
    found = _tokens(text)
    if len(found) != 2:
        raise ShapeError(
            [f'"{text.strip()[:SHOWN]}" is no circle: write latitude,longitude, a space and the kilometres']
        )
    vertices, faults = _vertices(found[:1])
    radius_km = _number(found[1])
    if radius_km is None:
        faults.append(f'the radius "{found[1][:SHOWN]}" is not a number of kilometres')
    elif radius_km < 0:
        faults.append(f"the radius is negative: {radius_km:g} km")
    elif radius_km > LARGEST_KM:
        faults.append(
            f"the radius is {radius_km:,g} km; up to {LARGEST_KM:,g} km are read, draw larger ones as polygons"
        )
    if faults or vertices is None or radius_km is None:
        raise ShapeError(faults)
    lon, lat = vertices[0].tolist()
    return Circle(lon, lat, radius_km)


def _tokens(text: str) -> list[str]:
    """Return what stands between blanks; those round a comma belong to a pair."""
    return ",".join(map(str.strip, text.split(","))).split()


def _vertices(pairs: Sequence[str]) -> tuple[Vertices | None, list[str]]:
    """Return longitudes and latitudes, None where some are no numbers, and what is wrong with them."""
    wrong = [each for each in pairs if len(parts := each.split(",")) != 2 or None in map(_number, parts)]
    if wrong:
        more = f", nor are {len(wrong) - 1} more" if len(wrong) > 1 else ""
        return None, [f'"{wrong[0][:SHOWN]}" is no coordinate pair{more}{AGAIN}']
    numbers = np.array([[float(part) for part in each.split(",")] for each in pairs], np.float64).reshape(-1, 2)
    lat, lon = numbers.T
    faults = []
    far_lat, far_lon = np.flatnonzero(np.abs(lat) > 90), np.flatnonzero(np.abs(lon) > 180)
    if len(far_lat):
        swapped = (np.abs(lat) <= 180).all() and (np.abs(lon) <= 90).all()
        guess = "; it seems to be written longitude,latitude" if swapped else ""
        faults.append(f'the latitude of "{pairs[far_lat[0]]}" is beyond 90°{guess}{AGAIN}')
    if len(far_lon):
        faults.append(f'the longitude of "{pairs[far_lon[0]]}" is beyond 180°')
    return np.column_stack([lon, lat]), faults


def _number(text: str) -> float | None:
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _shape(vertices: Vertices) -> tuple[Polygon | MultiPolygon, list[str]]:
    notes = []
    steps = np.diff(vertices[:, 0])
    crossings = np.where((np.abs(steps) > 180) & (np.abs(steps) < 360), -360 * np.sign(steps), 0.0)
    turned = vertices.copy()
    turned[1:, 0] += np.cumsum(crossings)
    if turned[0, 0] != turned[-1, 0]:
        raise ShapeError(["goes round a pole, which no polygon of longitude and latitude can; draw it in two parts"])
    shape = shapely.Polygon(turned)
    if not shape.is_valid:
        notes.append("crosses itself; all that it encloses is taken as warned")
        shape = _enclosed(turned)
    if crossings.any():
        notes.append("lies across the antimeridian and was cut there")
        shape = _cut(shape)
    if shape.area == 0:
        raise ShapeError(["encloses nothing"])
    return shape, notes


def _cut(shape: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
    """Return a shape that reaches beyond ±180° as parts within."""
    parts = []
    for turns in (-360.0, 0.0, 360.0):
        inside = shapely.intersection(shape, shapely.box(turns - 180, -90, turns + 180, 90))
        parts.append(shapely.transform(inside, lambda at, by=turns: at - (by, 0.0)))
    return _polygons(shapely.union_all(parts))


def _enclosed(ring: Vertices) -> Polygon | MultiPolygon:
    """Return all that a ring encloses that crosses itself."""
    edges = _edges(ring)
    require_few_crossings(edges, edges, 3 * len(edges))  # each meets itself and its neighbours
    pieces = shapely.get_parts(shapely.unary_union(shapely.LineString(ring)))
    return shapely.union_all(shapely.get_parts(shapely.polygonize(pieces)))


def without(shape: Polygon | MultiPolygon, excluded: Sequence[Polygon | MultiPolygon]) -> Polygon | MultiPolygon:
    """Return a shape without others; ShapeError where their edges cross too often."""
    for each in excluded:
        require_few_crossings(_all_edges(shape), _all_edges(each), 0)
        shape = shapely.difference(shape, each)
    return shape


def require_few_crossings(edges: NDArray[np.object_], others: NDArray[np.object_], usual: int) -> None:
    """Raise ShapeError where edges cross so often that cutting them there would take very long."""
    tree = shapely.STRtree(others)
    found = -usual
    for start in range(0, len(edges), EDGES_AT_ONCE):
        found += len(tree.query(edges[start : start + EDGES_AT_ONCE], predicate="intersects")[0])
        if found > 2 * MOST_CROSSINGS:  # two edges that cross are found twice
            raise ShapeError([f"crosses itself or what is cut out of it more than {MOST_CROSSINGS:,} times"])


def _edges(ring: Vertices) -> NDArray[np.object_]:
    return np.asarray(shapely.linestrings(np.stack([ring[:-1], ring[1:]], axis=1)), dtype=object)


def _all_edges(shape: Polygon | MultiPolygon) -> NDArray[np.object_]:
    return np.concatenate([_edges(shapely.get_coordinates(each)) for each in shapely.get_rings(shape)])


def _polygons(shape: shapely.Geometry) -> Polygon | MultiPolygon:
    """Return the polygons of a shape, without lines and points that were left of it."""
    parts = [each for each in shapely.get_parts(shape) if each.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()
