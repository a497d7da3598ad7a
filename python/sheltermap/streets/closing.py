# SPDX-License-Identifier: Apache-2.0
"""What closes or slows streets: zones under water, listed ways, barriers."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    """Edges that are closed or slower than usual, one entry per change; see `_core.Traffic`.

    An edge is closed from `open_from_first_m` after its first vertex to `open_from_last_m` before its last; infinity in
    both where it is not closed.
    """

    edge: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    speed_factor: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    open_from_first_m: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    open_from_last_m: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    def traffic(self) -> _core.Traffic:
        """Return the changes as the core takes them."""
        return _core.Traffic(self.edge, self.speed_factor, self.open_from_first_m, self.open_from_last_m)

    def and_also(self, other: Changes) -> Changes:
        """Return both."""
        return Changes(
            np.concatenate([self.edge, other.edge]),
            np.concatenate([self.speed_factor, other.speed_factor]),
            np.concatenate([self.open_from_first_m, other.open_from_first_m]),
            np.concatenate([self.open_from_last_m, other.open_from_last_m]),
        )

    def closures(self) -> pd.DataFrame:
        """Return the closed edges, each once: ``open_from_first_m`` and ``open_from_last_m`` by ``edge``."""
        closed = np.isfinite(self.open_from_first_m)
        table = pd.DataFrame(
            {
                "edge": self.edge[closed],
                "open_from_first_m": self.open_from_first_m[closed],
                "open_from_last_m": self.open_from_last_m[closed],
            }
        )
        return table.groupby("edge", sort=True).min()


@dataclass(frozen=True)
class Stretches:
    """Parts of edges that lie in something: from an offset along the edge to another."""

    edge: NDArray[np.int64]
    begin_m: NDArray[np.float64]
    end_m: NDArray[np.float64]

    def closed(self, length_m: NDArray[np.float64]) -> Changes:
        """Return that nobody passes them."""
        rest = np.maximum(length_m[self.edge] - self.end_m, 0.0)
        return Changes(self.edge, np.ones(len(self.edge)), self.begin_m, rest)

    def slowed(self, length_m: NDArray[np.float64], factor: float) -> Changes:
        """Return that they are gone along at a share of the usual speed."""
        length = length_m[self.edge]
        share = np.divide(self.end_m - self.begin_m, length, out=np.ones(len(length)), where=length > 0)
        never = np.full(len(self.edge), np.inf)
        return Changes(self.edge, 1 / (share / factor + (1 - share)), never, never)

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


def in_shapes(streets: Streets, shapes: NDArray[Any]) -> Stretches:
    """Return where edges meet shapes in WGS 84: per pair from the first to the last common point."""
    return _in_shapes(streets, shapes, part_by_part=False)


def parts_in_shapes(streets: Streets, shapes: NDArray[Any]) -> Stretches:
    """Return where edges meet shapes in WGS 84: per pair every part in common, nothing of what lies between."""
    return _in_shapes(streets, shapes, part_by_part=True)


def _in_shapes(streets: Streets, shapes: NDArray[Any], *, part_by_part: bool) -> Stretches:
    shapes = shapes[~shapely.is_missing(shapes)]
    shape, edge = streets.tree.query(shapes, predicate="intersects")
    shapely.prepare(shapes)  # most edges lie inside, which a prepared shape says quickly
    inside = shapely.covers(shapes[shape], streets.lines[edge])
    whole = _whole(streets, edge[inside].astype(np.int64))
    edge, shape = edge[~inside].astype(np.int64), shape[~inside]
    common = shapely.intersection(streets.lines[edge], shapes[shape])
    if part_by_part:
        common, pair = shapely.get_parts(common, return_index=True)
        edge = edge[pair]
    at, entry = shapely.get_coordinates(common, return_index=True)
    offsets = _core.offsets_on_edges(streets.graph, edge[entry], at)
    begin, end = np.full(len(edge), np.inf), np.full(len(edge), -np.inf)
    np.minimum.at(begin, entry, offsets)
    np.maximum.at(end, entry, offsets)
    met = np.isfinite(begin)
    return whole.and_also(Stretches(edge[met], begin[met], end[met]))


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
    lines = frames.are_lines(barrier)
    column = frames.lines(barrier, "barrier") if lines else frames.polygons(barrier, "barrier")
    return to_shapely(column)


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
