# SPDX-License-Identifier: Apache-2.0
"""Streets: what is made of a graph once, and the columns of a layer of lines that make one."""

from __future__ import annotations

from collections import deque
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.units import conversion
from sheltermap.layers.meeting import Placed, placed_lonlat

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from shapely import STRtree

LEAST_PART_M = 1000.0
SNAPPED_KEPT = 4  # layers: 72 bytes a place
KMH_PER_M_S = float(conversion("m/s", "km/h"))
NEAR_M, WAY_M = 5.0, 50.0  # a dead end this near to a street that is farther than that along the streets is told


class Streets:
    """A graph and what is made of it once, shared by all views of a network."""

    def __init__(self, graph: _core.Graph) -> None:
        self.graph = graph
        self._snapped: deque[tuple[NDArray[np.float64], float, _core.Snaps]] = deque(maxlen=SNAPPED_KEPT)

    def __getstate__(self) -> bytes:
        """Return the graph as its file, for another process; all else is made anew there."""
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            file = Path(folder) / "streets"
            self.graph.save(file)
            return file.read_bytes()

    def __setstate__(self, graph: bytes) -> None:
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            file = Path(folder) / "streets"
            file.write_bytes(graph)
            self.__init__(_core.Graph.load(file))  # type: ignore[misc]

    def snapped(self, places: NDArray[np.float64], max_m: float) -> _core.Snaps:
        """Return where places get on the streets; of those asked about lately, as several analyses do, it is known."""
        asked = np.ascontiguousarray(places, dtype=np.float64)
        for kept, limit_m, snaps in self._snapped:
            if limit_m == max_m and np.array_equal(kept.view(np.int64), asked.view(np.int64)):  # bits: NaN is NaN
                return snaps
        snaps = self.index.snap(places, max_m=max_m)
        self._snapped.append((asked.copy(), max_m, snaps))
        return snaps

    @cached_property
    def index(self) -> _core.EdgeIndex:
        """The nearest edge to a place."""
        return _core.EdgeIndex(self.graph, LEAST_PART_M)

    def forget(self) -> None:
        """Let go of the index, and of where places were found lately."""
        self.__dict__.pop("index", None)
        self._snapped.clear()

    @cached_property
    def columns(self) -> dict[str, Any]:
        """Everything about the edges, as arrays."""
        return self.graph.edge_columns()

    @cached_property
    def places(self) -> NDArray[np.float64]:
        """Longitude and latitude of some nodes, at most some 10,000 spread over the network."""
        return self.graph.sample_of_nodes()

    @cached_property
    def placed(self) -> Placed:
        """Where the network lies."""
        return placed_lonlat(self.places, "the streets")

    @cached_property
    def unjoined(self) -> dict[str, NDArray[np.float64]]:
        """Longitude and latitude of the ends, and of the crossings, that seem to meet another street and do not."""
        return dict(zip(("ends", "crossings"), _core.unjoined(self.graph, near_m=NEAR_M, way_m=WAY_M), strict=True))

    def same_as(self, other: Streets) -> bool:
        """Whether both have the same streets at the same speeds, whatever file they are from."""
        told = ("profile", "walking_m_s", "closing_depth_m")
        return all(getattr(self.graph, each) == getattr(other.graph, each) for each in told) and all(
            np.array_equal(values, other.columns[name]) for name, values in self.columns.items()
        )

    @cached_property
    def vertices(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Longitude and latitude of the vertices of all edges, and with which those of each begin."""
        vertices, begin = self.graph.vertices()
        return vertices, begin

    @property
    def length_m(self) -> NDArray[np.float64]:
        """Length of every edge."""
        length_m: NDArray[np.float64] = self.columns["length_m"]
        return length_m

    @cached_property
    def lines(self) -> NDArray[Any]:
        """The edges as shapely lines in WGS 84."""
        import shapely

        vertices, begin = self.vertices
        lines: NDArray[Any] = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, vertices, (begin,))
        return lines

    @cached_property
    def tree(self) -> STRtree:
        """The edges that meet a shape."""
        from shapely import STRtree

        return STRtree(self.lines)

    @cached_property
    def names(self) -> NDArray[Any]:
        """The name of every edge's street, None where it has none."""
        names: NDArray[Any] = np.array([None, *self.columns["names"][1:]], dtype=object)[self.columns["name"]]
        return names

    def frame(self) -> GeoDataFrame:
        """Return the edges as `Network.edges` does."""
        import geopandas

        columns = self.columns
        return geopandas.GeoDataFrame(
            {
                "name": self.names,
                "way_id": columns["way_id"],
                "length_m": columns["length_m"],
                "forward_kmh": columns["forward_kmh"],
                "backward_kmh": columns["backward_kmh"],
                "layer": columns["layer"],
                "from_node": columns["from_node"],
                "to_node": columns["to_node"],
                **{name: self.flagged(name) for name in _core.STREET_FLAGS},
            },
            geometry=self.lines,
            crs="EPSG:4326",
            index=pd.RangeIndex(len(columns["length_m"]), name="edge"),
        )

    def unjoined_frame(self) -> GeoDataFrame:
        """Return the places as `Network.unjoined` does."""
        import geopandas

        ends, crossings = self.unjoined["ends"], self.unjoined["crossings"]
        what = np.repeat(["end", "crossing"], [len(ends), len(crossings)])
        at = geopandas.points_from_xy(*np.concatenate([ends, crossings]).T)
        return geopandas.GeoDataFrame({"what": what}, geometry=at, crs="EPSG:4326")

    def told(self) -> dict[str, Any]:
        """Return what the graph says of itself."""
        graph = self.graph
        return {
            "profile": graph.profile,
            "source": graph.source,
            **graph.counts,
            "nodes": graph.nodes,
            "edges": graph.edges,
            "length_km": graph.length_m / 1000,
            "parts": graph.parts,
            "fragments": graph.fragments(LEAST_PART_M),
            **{f"{what}_unjoined": len(places) for what, places in self.unjoined.items()},
            "walking_kmh": graph.walking_m_s * KMH_PER_M_S,
            "closing_depth_m": graph.closing_depth_m,
        }

    def flagged(self, *names: str) -> NDArray[np.bool_]:
        """Per edge whether it has one of the flags."""
        mask = sum(_core.STREET_FLAGS[name] for name in names)
        found: NDArray[np.bool_] = (self.columns["flags"] & mask) != 0
        return found
