# SPDX-License-Identifier: Apache-2.0
"""A layer of lines as streets: its columns, checked, and the graph made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.yes_no import written
from sheltermap.layers import frames
from sheltermap.layers.cells import answers, distinct_texts, listed, numbers
from sheltermap.streets import arguments
from sheltermap.streets.graph import KMH_PER_M_S

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

JOIN_ENDS_M = 0.5
LEVELS = 100  # above the ground and below it
LINE_STRING = 1  # as shapely counts
_NOTHING = np.empty(0)
_BACKWARD = ("-1", "reverse")  # as OpenStreetMap writes them


@dataclass(frozen=True)
class LineColumns:
    """Which columns of a layer of lines say what; see `Network.from_lines`."""

    speed_kmh: str | float = 5.0
    one_way: str | None = None
    bridge: str | None = None
    tunnel: str | None = None
    level: str | None = None
    name: str | None = None


def graph_of_lines(
    lines: GeoDataFrame,
    columns: LineColumns,
    *,
    join_ends_m: float,
    node: bool,
    walking_kmh: float,
    closing_depth_m: float,
    strict: bool,
) -> _core.Graph:
    """Return the graph of a layer of lines; errors as of `Network.from_lines`."""
    what = frames.describe(lines, "lines")
    forward, default = speeds_of(lines, columns.speed_kmh, what)
    backward = forward
    if columns.one_way is not None:
        there, back = directions_of(lines, columns.one_way, what)
        usual = np.full(len(lines), default) if not len(forward) else forward
        forward, backward = np.where(there, usual, 0.0), np.where(back, usual, 0.0)
    graph = _core.graph_from_lines(
        frames.lines(with_length(lines, what, strict=strict), "lines"),
        forward_kmh=forward,
        backward_kmh=backward,
        bridge=flags_of(lines, columns.bridge, what),
        tunnel=flags_of(lines, columns.tunnel, what),
        level=levels_of(lines, columns.level, what),
        name=names_of(lines, columns.name, what),
        default_kmh=default,
        ends_within_m=arguments.distance(join_ends_m, "join_ends_m"),
        crossings=arguments.yes_or_no(node, "node"),
        profile="lines",
        source=str(lines.attrs.get("sheltermap_source", "")),
        walking_m_s=arguments.number(walking_kmh, "walking_kmh", above_zero=True) / KMH_PER_M_S,
        closing_depth_m=arguments.number(closing_depth_m, "closing_depth_m"),
    )
    if not graph.edges:
        raise ValueError(f"{what}: there is no street, as no line has a length and a speed above 0")
    return graph


def with_length(lines: GeoDataFrame, what: str, *, strict: bool) -> GeoDataFrame:
    """Return the layer without its lines, and parts of lines, of no length.

    Raises
    ------
    GeometryError
        Naming the first row, if there are some and `strict` is not turned off.
    """
    import shapely

    shapes = lines.geometry.to_numpy()
    if (shapely.get_type_id(shapes) == LINE_STRING).all() and (shapely.length(shapes) > 0).all():
        return lines
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
    codes, distinct = distinct_texts(lines[one_way])
    # The last stands for an empty cell, whose code is -1.
    against = np.array([*(written(cell) in _BACKWARD for cell in distinct), False])[codes]
    return ~against, ~along


def flags_of(lines: GeoDataFrame, column: str | None, what: str) -> NDArray[np.uint8]:
    """Return 1 where a column says yes, nothing at all without a column; ValueError for neither yes nor no."""
    if column is None:
        return np.empty(0, np.uint8)
    yes, _ = answers(lines, column, what, always=True)
    return yes.astype(np.uint8)


def levels_of(lines: GeoDataFrame, column: str | None, what: str) -> NDArray[np.int8]:
    """Return the level of every line, 0 where none is given; nothing at all without a column.

    Raises
    ------
    ValueError
        If a level is no whole number, or farther from the ground than there are levels.
    """
    if column is None:
        return np.empty(0, np.int8)
    levels = np.nan_to_num(numbers(lines, column, what))
    wrong = np.flatnonzero((levels != np.round(levels)) | (np.abs(levels) > LEVELS))
    if len(wrong):
        told = listed(lines, column, wrong)
        raise ValueError(
            f"{what}: column {column!r} holds {told}; a level is a whole number from -{LEVELS} to {LEVELS}"
        )
    return levels.astype(np.int8)


def names_of(lines: GeoDataFrame, column: str | None, what: str) -> list[str]:
    """Return names, empty where there is none; nothing at all without a column."""
    if column is None:
        return []
    frames.require_columns(lines, [column], what)
    return ["" if value is None or value is pd.NA or value != value else str(value) for value in lines[column]]
