# SPDX-License-Identifier: Apache-2.0
"""What closes or slows streets: zones under water, listed ways, barriers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from sheltermap._native import _core
from sheltermap.layers import frames
from sheltermap.layers.cells import numbers
from sheltermap.layers.conversion import to_shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.streets.graph import Streets


@dataclass(frozen=True)
class Changes:
    """Parts of edges that are closed or slower than usual, one entry per change; see `_core.Traffic`.

    Speeds are multiplied by `speed_factor`; 0 where nobody passes.
    """

    edge: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    begin_m: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    end_m: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    speed_factor: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    @cached_property
    def traffic(self) -> _core.Traffic:
        """The changes as the core takes them."""
        return _core.Traffic(self.edge, self.begin_m, self.end_m, self.speed_factor)

    def __getstate__(self) -> dict[str, Any]:
        """Return the changes alone: the core takes them anew in another process."""
        return {name: value for name, value in self.__dict__.items() if name != "traffic"}

    def and_also(self, other: Changes) -> Changes:
        """Return both."""
        return Changes(
            np.concatenate([self.edge, other.edge]),
            np.concatenate([self.begin_m, other.begin_m]),
            np.concatenate([self.end_m, other.end_m]),
            np.concatenate([self.speed_factor, other.speed_factor]),
        )

    def closed(self) -> Stretches:
        """Return what is closed, by edge and along it; parts of one edge do not overlap."""
        closed = self.traffic.closed_parts()
        return Stretches(closed.edge, closed.begin_m, closed.end_m)

    def closures(self, length_m: NDArray[np.float64]) -> pd.DataFrame:
        """Return the closed edges, each once, by ``edge``; see `Network.closed_edges`."""
        closed = self.closed()
        table = pd.DataFrame(
            {
                "edge": closed.edge,
                "open_from_first_m": closed.begin_m,
                "open_from_last_m": np.maximum(length_m[closed.edge] - closed.end_m, 0.0),
                "closed_m": closed.end_m - closed.begin_m,
            }
        )
        return table.groupby("edge", sort=True).agg(
            {"open_from_first_m": "min", "open_from_last_m": "min", "closed_m": "sum"}
        )


@dataclass(frozen=True)
class Stretches:
    """Parts of edges that lie in something: from an offset along the edge to another."""

    edge: NDArray[np.int64]
    begin_m: NDArray[np.float64]
    end_m: NDArray[np.float64]

    def closed(self) -> Changes:
        """Return that nobody passes them."""
        return self.slowed(0.0)

    def slowed(self, factor: float) -> Changes:
        """Return that they are gone along at a share of the usual speed."""
        return Changes(self.edge, self.begin_m, self.end_m, np.full(len(self.edge), factor))

    def and_also(self, other: Stretches) -> Stretches:
        """Return both."""
        return Stretches(
            np.concatenate([self.edge, other.edge]),
            np.concatenate([self.begin_m, other.begin_m]),
            np.concatenate([self.end_m, other.end_m]),
        )

    def without(self, edges: NDArray[np.bool_]) -> Stretches:
        """Return those of other edges."""
        kept = ~edges[self.edge]
        return Stretches(self.edge[kept], self.begin_m[kept], self.end_m[kept])


def closed(
    streets: Streets,
    deep_shapes: NDArray[Any] | None,
    ways: Iterable[int],
    barrier: GeoDataFrame | None,
    *,
    bridges: bool,
) -> Changes:
    """Return what `Network.close` closes, the zones being those under enough water."""
    met = in_ways(streets, ways)
    if deep_shapes is not None:
        under = in_shapes(streets, deep_shapes)
        met = met.and_also(under if bridges else under.without(streets.flagged("bridge")))
    if barrier is not None:
        met = met.and_also(in_shapes(streets, barrier_shapes(barrier)))
    return met.closed()


def slowed(streets: Streets, factor: float, zones: GeoDataFrame | None, ways: Iterable[int]) -> Changes:
    """Return what `Network.slow` slows."""
    met = in_ways(streets, ways)
    if zones is not None:
        met = met.and_also(in_shapes(streets, to_shapely(frames.polygons(zones, "zones"))))
    elif not len(met.edge):
        met = everywhere(streets)
    return met.slowed(factor)


def in_shapes(streets: Streets, shapes: NDArray[Any]) -> Stretches:
    """Return where edges meet shapes in WGS 84: every part in common, nothing of what lies between."""
    shapes = shapes[~shapely.is_missing(shapes)]
    shape, edge = streets.tree.query(shapes, predicate="intersects")
    shapely.prepare(shapes)  # most edges lie inside, which a prepared shape says quickly
    inside = shapely.covers(shapes[shape], streets.lines[edge])
    whole = _whole(streets, edge[inside].astype(np.int64))
    return whole.and_also(_of_segments(streets, edge[~inside].astype(np.int64), shapes[shape[~inside]]))


def _of_segments(streets: Streets, edge: NDArray[np.int64], shapes: NDArray[Any]) -> Stretches:
    """Return what of edges lies in one shape each, segment by segment.

    An edge may pass the same point several times, as one does that ends where it begins: where along it a point in
    common lies is known only from the segment that it was found on.
    """
    first = streets.columns["vertex_begin"]
    segments = first[edge + 1] - first[edge] - 1
    pair = np.repeat(np.arange(len(edge)), segments)
    number = np.arange(len(pair)) - np.repeat(np.cumsum(segments) - segments, segments)
    vertex = first[edge][pair] + number
    ends = np.stack([streets.columns["vertices"][vertex], streets.columns["vertices"][vertex + 1]], axis=1)
    lines = shapely.linestrings(ends)
    inside = shapely.covers(shapes[pair], lines)
    crossing = np.flatnonzero(~inside & shapely.intersects(shapes[pair], lines))
    parts, entry = shapely.get_parts(shapely.intersection(lines[crossing], shapes[pair[crossing]]), return_index=True)
    at, part = shapely.get_coordinates(parts, return_index=True)
    on = crossing[entry][part]
    offsets = _core.offsets_on_segments(streets.graph, edge[pair[on]], number[on], at)
    begin, end = np.full(len(parts), np.inf), np.full(len(parts), -np.inf)
    np.minimum.at(begin, part, offsets)
    np.maximum.at(end, part, offsets)
    # Of segments inside that follow each other only the first begin and the last end are asked for.
    follows = inside[1:] & inside[:-1] & (pair[1:] == pair[:-1])
    head = np.flatnonzero(inside & ~np.append(False, follows)[: len(inside)])
    tail = np.flatnonzero(inside & ~np.append(follows, False)[: len(inside)])
    runs = Stretches(
        edge[pair[head]],
        _core.offsets_on_segments(streets.graph, edge[pair[head]], number[head], ends[head, 0]),
        _core.offsets_on_segments(streets.graph, edge[pair[tail]], number[tail], ends[tail, 1]),
    )
    return runs.and_also(Stretches(edge[pair[crossing[entry]]], begin, end))


def deep_zones(zones: GeoDataFrame, depth: str | float | None, closing_depth_m: float) -> NDArray[Any]:
    """Return the zones under more water than that, in WGS 84; of unknown depth too."""
    shapes = to_shapely(frames.polygons(zones, "zones"))
    if depth is None:
        return shapes
    if isinstance(depth, str):
        metres = numbers(zones, depth, frames.describe(zones, "zones"))
    else:
        metres = np.full(len(zones), float(depth))
    if (metres < 0).any():
        raise ValueError(f"depth: row {int(np.flatnonzero(metres < 0)[0]) + 1} of the zones has a negative depth")
    deep: NDArray[Any] = shapes[~(metres <= closing_depth_m)]
    return deep


def barrier_shapes(barrier: GeoDataFrame) -> NDArray[Any]:
    """Return lines or polygons in WGS 84."""
    return to_shapely(frames.lines_and_polygons(barrier, "barrier"))


def in_ways(streets: Streets, ways: Iterable[int]) -> Stretches:
    """Return the edges of ways from end to end; ValueError where the network has none of a way."""
    way_id = streets.columns["way_id"]
    wanted = np.unique(np.fromiter(ways, np.int64))
    missing = wanted[~np.isin(wanted, way_id)]
    if len(missing):
        raise ValueError(f"the network has no way {missing[0]}, {len(missing)} of {len(wanted)} ways are not in it")
    return _whole(streets, np.flatnonzero(np.isin(way_id, wanted)))


def everywhere(streets: Streets) -> Stretches:
    """Return every edge from end to end."""
    return _whole(streets, np.arange(len(streets.length_m)))


def _whole(streets: Streets, edges: NDArray[np.int64]) -> Stretches:
    return Stretches(edges, np.zeros(len(edges)), streets.length_m[edges])
