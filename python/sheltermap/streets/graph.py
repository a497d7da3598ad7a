# SPDX-License-Identifier: Apache-2.0
"""Streets: what is made of a graph once, and the columns of a layer of lines that make one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.units import conversion
from sheltermap.base.yes_no import written
from sheltermap.layers import frames
from sheltermap.layers.cells import answers, numbers
from sheltermap.layers.meeting import Placed, placed_lonlat
from sheltermap.streets import arguments

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from shapely import STRtree

LEAST_PART_M = 1000.0
KMH_PER_M_S = float(conversion("m/s", "km/h"))
_NOTHING = np.empty(0)
_BACKWARD = ("-1", "reverse")  # as OpenStreetMap writes them


class Streets:
    """A graph and what is made of it once, shared by all views of a network."""

    def __init__(self, graph: _core.Graph) -> None:
        self.graph = graph

    @cached_property
    def index(self) -> _core.EdgeIndex:
        """The nearest edge to a place."""
        return _core.EdgeIndex(self.graph, LEAST_PART_M)

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

    def same_as(self, other: Streets) -> bool:
        """Whether both have the same streets at the same speeds, whatever file they are from."""
        told = ("profile", "walking_m_s", "closing_depth_m")
        return all(getattr(self.graph, each) == getattr(other.graph, each) for each in told) and all(
            np.array_equal(values, other.columns[name]) for name, values in self.columns.items()
        )

    @property
    def length_m(self) -> NDArray[np.float64]:
        """Length of every edge."""
        length_m: NDArray[np.float64] = self.columns["length_m"]
        return length_m

    @cached_property
    def lines(self) -> NDArray[Any]:
        """The edges as shapely lines in WGS 84."""
        import shapely

        offsets = (self.columns["vertex_begin"],)
        lines: NDArray[Any] = shapely.from_ragged_array(
            shapely.GeometryType.LINESTRING, self.columns["vertices"], offsets
        )
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

    def told(self) -> dict[str, Any]:
        """Return what the graph says of itself."""
        graph = self.graph
        return {
            "profile": graph.profile,
            "source": graph.source,
            "ways_used": graph.ways_used,
            "points_missing": graph.points_missing,
            "nodes": graph.nodes,
            "edges": graph.edges,
            "length_km": graph.length_m / 1000,
            "parts": graph.parts,
            "walking_kmh": graph.walking_m_s * KMH_PER_M_S,
            "closing_depth_m": graph.closing_depth_m,
        }

    def flagged(self, *names: str) -> NDArray[np.bool_]:
        """Per edge whether it has one of the flags."""
        mask = sum(_core.STREET_FLAGS[name] for name in names)
        found: NDArray[np.bool_] = (self.columns["flags"] & mask) != 0
        return found


def with_length(lines: GeoDataFrame, what: str, *, strict: bool) -> GeoDataFrame:
    """Return the layer without its lines, and parts of lines, of no length.

    Raises
    ------
    GeometryError
        Naming the first row, if there are some and `strict` is not turned off.
    """
    import shapely

    shapes = lines.geometry.to_numpy()
    parts, row = shapely.get_parts(shapes, return_index=True)
    points = (shapely.get_dimensions(parts) == 1) & ~shapely.is_empty(parts) & (shapely.length(parts) == 0)
    rows = np.unique(row[points])
    if not len(rows):
        return lines
    if strict:
        raise _core.GeometryError(
            f"{what}: row {rows[0] + 1} holds a line without length, {len(rows)} rows in all; take them out of the "
            "layer, or have them left out with strict=False (in a plan: strict = false)"
        )
    shapes = shapes.copy()
    for each in rows:
        left = parts[(row == each) & ~points]
        shapes[each] = shapely.multilinestrings(left) if len(left) else None
    return lines.set_geometry(lines.geometry._constructor(shapes, index=lines.index, crs=lines.crs))


def speeds_of(lines: GeoDataFrame, speed_kmh: str | float, what: str) -> tuple[NDArray[np.float64], float]:
    """Return the speeds of the rows, none where all have the second."""
    if isinstance(speed_kmh, str):
        return numbers(lines, speed_kmh, what), 5.0
    return _NOTHING, arguments.number(speed_kmh, "speed_kmh", above_zero=True)


def directions_of(lines: GeoDataFrame, one_way: str, what: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return per row whether it may be gone along, and against."""
    along, _ = answers(lines, one_way, what, also=_BACKWARD, always=True)
    against = np.array([written(cell) in _BACKWARD for cell in lines[one_way]], dtype=bool)
    return ~against, ~along


def flags_of(lines: GeoDataFrame, column: str | None, what: str) -> NDArray[np.uint8]:
    """Return 1 where a column says yes, nothing at all without a column; ValueError for neither yes nor no."""
    if column is None:
        return np.empty(0, np.uint8)
    yes, _ = answers(lines, column, what, always=True)
    return yes.astype(np.uint8)


def names_of(lines: GeoDataFrame, column: str | None, what: str) -> list[str]:
    """Return names, empty where there is none; nothing at all without a column."""
    if column is None:
        return []
    frames.require_columns(lines, [column], what)
    return ["" if value is None or value is pd.NA or value != value else str(value) for value in lines[column]]
