# SPDX-License-Identifier: Apache-2.0
"""Which units lie side by side: along shared borders, along streets, or for points with nothing between them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from sheltermap._native import _core
from sheltermap.base.progress import shows_progress
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.layers.meeting import placed, require_together
from sheltermap.layers.row_ids import row_ids
from sheltermap.streets.arguments import distance
from sheltermap.streets.network import require_network
from sheltermap.streets.travelling import along_streets, question

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.streets.network import Network

    Pairs = NDArray[np.int64]
    Shapes = NDArray[Any]

GAP_M = 1.0
BORDER_M = 10.0


@dataclass(frozen=True)
class Sides:
    """Pairs of rows that are neighbours, each once, the smaller row first, in the order of the rows.

    Attributes
    ----------
    pairs : ndarray of int, shape (m, 2)
    how : ndarray of str
        ``border``, ``street``, ``near`` (points with nothing between them), ``joined`` (by the caller) or ``island``:
        the shortest link of what no other pair connects.
    length_m : ndarray of float
        Of a shared border; of a link between islands how long it is; NaN for others.
    """

    pairs: Pairs
    how: NDArray[np.object_]
    length_m: NDArray[np.float64] = field(repr=False)

    def rows(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return where the neighbours of each of so many rows begin, and all of them, ascending."""
        both = np.concatenate([self.pairs, self.pairs[:, ::-1]])
        both = both[np.lexsort((both[:, 1], both[:, 0]))]
        offsets = np.concatenate([[0], np.cumsum(np.bincount(both[:, 0], minlength=count))])
        return offsets.astype(np.int64), both[:, 1].astype(np.int32)


@shows_progress
@takes_frames
def neighbours(
    units: GeoDataFrame,
    *,
    by: Network | None = None,
    joined: Iterable[tuple[Any, Any]] = (),
    unit_id: str | None = None,
    gap_m: float = GAP_M,
    border_m: float = BORDER_M,
) -> pd.DataFrame:
    """Which units are neighbours, as `districts` takes them.

    Polygons are neighbours where they share a border; those that only touch in a corner are not. With streets they are
    where a street that is open leads from one into the other; outside all units it belongs to the nearest one, so that
    a bridge connects two banks. Points are where no third one is nearer to the middle between them (Gabriel and Sokal
    1969), or with streets where the parts of the network that each is the nearest of meet.

    What is connected to nothing, as an island, gets one link: the shortest to the others.

    Parameters
    ----------
    units : GeoDataFrame of polygons or points
        In any CRS. Rows without a geometry have no neighbours.
    by : Network, optional
    joined : iterable of pairs, optional
        Further pairs of ids: a ferry, a bridge.
    unit_id : str, optional
        Column that names the units; by default the id column the layer was read with, else the index.
    gap_m : float
        Borders count as shared where they are at most this far apart, so that those drawn twice meet.
    border_m : float
        What polygons share has to be longer; above four times `gap_m`, so that no corner passes for a border.

    Returns
    -------
    DataFrame
        A row per pair: ``unit`` and ``neighbour``; ``how``: ``border``, ``street``, ``near``, ``joined`` or ``island``;
        ``length_m`` of the border or of the link, in a plane that touches the ellipsoid in the middle of the units.
        What goes round a corner within `gap_m` is in the length of a border.

    Raises
    ------
    ValueError
        If `joined` names what is no unit, or polygons are mixed with points.
    TypeError
        If `by` is no network.
    GeometryError, CrsError
        If a row has the wrong kind of geometry, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> parts = [box(0, 0, 300, 300), box(300, 0, 600, 300), box(600, 300, 900, 600)]
    >>> quarters = gpd.GeoDataFrame({"id": ["west", "middle", "east"]}, geometry=parts, crs=3059)
    >>> quarters.geometry = quarters.translate(500_000, 300_000)
    >>> sm.neighbours(quarters, unit_id="id").round(1)
         unit neighbour     how  length_m
    0    west    middle  border     302.1
    1  middle      east  island       0.0
    """
    ids = row_ids(units, unit_id, "units", "unit_id")
    order = by_place(units)
    sides = sides_of(units.iloc[order], by, named_pairs(joined, ids[order], "joined"), gap_m, border_m)
    pairs = np.sort(order[sides.pairs], axis=1)
    first = np.lexsort((pairs[:, 1], pairs[:, 0]))
    return pd.DataFrame(
        {
            "unit": ids.take(pairs[first, 0]),
            "neighbour": ids.take(pairs[first, 1]),
            "how": pd.array(sides.how[first], dtype="string"),
            "length_m": sides.length_m[first],
        }
    )


def by_place(units: GeoDataFrame) -> NDArray[np.intp]:
    """Return the rows that have a place, from west to east: an order that is the same however the rows are mixed."""
    if frames.are_points(units, "units"):
        frames.lonlat(units, "units")
    else:
        frames.polygons(units, "units")  # valid, and where they can be meant
    present = np.flatnonzero(has_place(units.geometry.to_numpy()))
    inner = shapely.get_coordinates(shapely.point_on_surface(units.geometry.to_crs(4326).to_numpy()[present]))
    return present[np.lexsort((inner[:, 1], inner[:, 0]))]


def named_pairs(pairs: Iterable[tuple[Any, Any]], ids: pd.Index[Any], name: str) -> Pairs:
    """Return pairs of ids as pairs of rows, the smaller first; ValueError for what is no pair or no unit."""
    found = []
    row_of = {each: row for row, each in enumerate(ids)}
    twice = set(ids[ids.duplicated()])
    for pair in pairs:
        if isinstance(pair, str) or not isinstance(pair, Iterable) or len(both := list(pair)) != 2:
            raise ValueError(f"{name}: {pair!r} is no pair of units; write ('north', 'south')")
        for each in both:
            if each not in row_of or each in twice:
                wrong = "the name of several units" if each in twice else "none of the units that have a place"
                raise ValueError(f"{name}: {each!r} is {wrong}")
        first, second = sorted(row_of[each] for each in both)
        if first == second:
            raise ValueError(f"{name}: {both[0]!r} cannot be its own neighbour")
        found.append((first, second))
    return np.array(found, np.int64).reshape(-1, 2)


def sides_of(
    units: GeoDataFrame,
    by: Network | None,
    joined: Pairs,
    gap_m: float = GAP_M,
    border_m: float = BORDER_M,
) -> Sides:
    """Return the neighbours of rows that all have a place, in the order of `by_place`; `joined` are pairs of rows.

    Raises
    ------
    ValueError
        If `border_m` is not above four times `gap_m`.
    """
    if by is not None:
        require_network(by)
    if distance(border_m, "border_m") <= 4 * distance(gap_m, "gap_m"):
        raise ValueError(
            f"border_m must be above four times gap_m, or corners would pass for borders; it is {border_m}"
        )
    shapes = plane_shapes(units)
    if frames.are_points(units, "units"):
        pairs = _of_points(shapes) if by is None else _along_streets(units, by)
        lengths, how = np.full(len(pairs), np.nan), ("near" if by is None else "street")
    else:
        if by is None:
            pairs, lengths = _borders(shapes, gap_m, border_m)
            how = "border"
        else:
            require_together(placed(units, "units"), by.streets.placed)
            pairs = _across(units, shapes, by)
            lengths, how = np.full(len(pairs), np.nan), "street"
    found = Sides(pairs, np.full(len(pairs), how, dtype=object), lengths)
    return connected(shapes, found, joined_sides(joined))


def joined_sides(pairs: Pairs) -> Sides:
    """Return pairs that somebody named."""
    return Sides(pairs, np.full(len(pairs), "joined", dtype=object), np.full(len(pairs), np.nan))


def connected(shapes: Shapes, *found: Sides) -> Sides:
    """Return all pairs, each once, and the links that connect what they do not."""
    links = _links(shapes, np.concatenate([each.pairs for each in found]))
    everything = [*found, links]
    pairs = np.concatenate([each.pairs for each in everything])
    _, first = np.unique(pairs, axis=0, return_index=True)
    how = np.concatenate([each.how for each in everything])
    return Sides(pairs[first], how[first], np.concatenate([each.length_m for each in everything])[first])


def listed(table: pd.DataFrame, ids: pd.Index[Any]) -> Sides:
    """Return pairs as `neighbours` lists them; ValueError for what is no unit."""
    frames.require_columns(table, ["unit", "neighbour"], "neighbours")
    pairs = named_pairs(zip(table["unit"], table["neighbour"], strict=True), ids, "neighbours")
    how = table["how"].to_numpy(object) if "how" in table else np.full(len(pairs), "joined", dtype=object)
    return Sides(pairs, how, np.full(len(pairs), np.nan))


def plane_shapes(frame: GeoDataFrame, around: GeoDataFrame | None = None) -> Shapes:
    """Return geometries in metres, in the azimuthal equidistant plane around the middle of `around`, or their own."""
    frames.crs_of(frame, "units")
    west, south, east, north = (frame if around is None else around).geometry.to_crs(4326).total_bounds.tolist()
    plane = f"+proj=aeqd +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +datum=WGS84 +units=m"
    if math.isnan(west):  # nothing has a place
        return np.full(len(frame), None, object)
    shapes: Shapes = frame.geometry.to_crs(plane).to_numpy()
    return shapes


def _borders(shapes: Shapes, gap_m: float, border_m: float) -> tuple[Pairs, NDArray[np.float64]]:
    """Return polygons that share a border, and its length: of each border what lies along the other, on average."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap_m)
    pairs = np.column_stack([one, other])[one < other]
    borders, around = shapely.boundary(shapes), shapely.buffer(shapes, gap_m, quad_segs=2)
    along = [shapely.length(shapely.intersection(borders[a], around[b])) for a, b in (pairs.T, pairs.T[::-1])]
    lengths = np.mean(along, axis=0)
    kept = lengths > border_m
    return pairs[kept].astype(np.int64), lengths[kept]


def _across(units: GeoDataFrame, shapes: Shapes, by: Network) -> Pairs:
    """Return polygons from one of which an open street leads into the other; outside all it is in the nearest one."""
    columns = by.streets.columns
    vertices = columns["vertices"]
    found = _core.zones_of_points(vertices, _core.ZoneIndex(frames.polygons(units, "units")))
    unit = np.full(len(vertices), -1, np.int64)
    inside = np.diff(found.offsets) > 0
    unit[inside] = found.zone[found.offsets[:-1][inside]]
    outside = geopandas.GeoDataFrame(geometry=shapely.points(vertices[~inside]), crs=4326)
    unit[~inside] = shapely.STRtree(shapes).nearest(plane_shapes(outside, units))
    edge = np.repeat(np.arange(len(columns["from_node"])), np.diff(columns["vertex_begin"]))
    opened = ~np.isin(edge, by.closed_edges().index)
    crossing = (edge[:-1] == edge[1:]) & opened[:-1] & (unit[:-1] != unit[1:])
    return _sorted(np.column_stack([unit[:-1], unit[1:]])[crossing])


def _along_streets(units: GeoDataFrame, by: Network) -> Pairs:
    """Return places whose parts of the network meet: an edge has ends of which each is nearest to one of them."""
    places = frames.lonlat(units, "units")
    columns = by.streets.columns
    ends = np.column_stack([columns["from_node"], columns["to_node"]])
    nodes = np.full((int(ends.max(initial=-1)) + 1, 2), np.nan)
    nodes[ends[:, 0]] = columns["vertices"][columns["vertex_begin"][:-1]]
    nodes[ends[:, 1]] = columns["vertices"][columns["vertex_begin"][1:] - 1]
    reach, _, _ = along_streets(by, nodes, places, question(by, None, None, "to", "metres"), 1)
    owner = np.full(len(nodes), -1, np.int64)
    reached = np.flatnonzero(np.diff(reach.offsets))
    owner[reached] = reach.facility[reach.offsets[reached]]
    both = owner[ends[~np.isin(np.arange(len(ends)), by.closed_edges().index)]]
    return _sorted(both[(both >= 0).all(axis=1) & (both[:, 0] != both[:, 1])])


def _sorted(pairs: Pairs) -> Pairs:
    return np.unique(np.sort(pairs, axis=1), axis=0).reshape(-1, 2).astype(np.int64)


def _of_points(points: Shapes) -> Pairs:
    """Return the Gabriel graph of points; those in one place are neighbours of one another, one after the other."""
    places, which = np.unique(shapely.get_coordinates(points), axis=0, return_inverse=True)
    order = np.argsort(which, kind="stable")
    same = np.column_stack([order[:-1], order[1:]])[which[order[:-1]] == which[order[1:]]]
    first = np.full(len(places), -1, np.int64)
    first[which[::-1]] = np.arange(len(points))[::-1]
    return _sorted(np.concatenate([same, first[_gabriel(places)]]))


def _gabriel(places: NDArray[np.float64]) -> Pairs:
    """Return the pairs of places, all of them different, that have no third one in the circle over them."""
    lines = shapely.delaunay_triangles(shapely.multipoints(places), only_edges=True)
    if shapely.is_empty(lines):  # in one line, in the order of their coordinates
        return np.column_stack([np.arange(len(places) - 1), np.arange(1, len(places))])
    tree = shapely.STRtree(shapely.points(places))
    pairs = tree.nearest(shapely.points(shapely.get_coordinates(shapely.get_parts(lines)))).reshape(-1, 2)
    middle = places[pairs].mean(axis=1)
    radius = np.linalg.norm(places[pairs[:, 0]] - places[pairs[:, 1]], axis=1) / 2
    inner = tree.query(shapely.points(middle), predicate="dwithin", distance=radius * (1 - 1e-9))[0]
    return pairs[np.bincount(inner, minlength=len(pairs)) == 0]


def _components(count: int, pairs: Pairs) -> Pairs:
    """Return per row the smallest row that it is connected to."""
    label = np.arange(count)

    def root(row: int) -> int:
        while label[row] != row:
            label[row] = label[label[row]]
            row = int(label[row])
        return row

    for one, other in pairs:
        a, b = root(int(one)), root(int(other))
        label[max(a, b)] = min(a, b)
    return np.array([root(row) for row in range(count)], np.int64)


def _links(shapes: Shapes, pairs: Pairs) -> Sides:
    """Return the shortest links that connect what is not connected.

    Looked for between shapes whose inner points are neighbours, which the shortest connection of points is among.
    """
    label = _components(len(shapes), pairs)
    found: list[int] = []
    possible, metres = np.empty((0, 2), np.int64), np.empty(0)
    if label.any():
        possible = _of_points(shapely.point_on_surface(shapes))
        possible = possible[label[possible[:, 0]] != label[possible[:, 1]]]
        metres = shapely.distance(shapes[possible[:, 0]], shapes[possible[:, 1]])
    for each in np.argsort(metres, kind="stable"):
        one, other = label[possible[each]]
        if one != other:
            label[label == max(one, other)] = min(one, other)
            found.append(int(each))
    return Sides(possible[found], np.full(len(found), "island", dtype=object), metres[found])
