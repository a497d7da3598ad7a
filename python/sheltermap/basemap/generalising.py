# SPDX-License-Identifier: Apache-2.0
"""A base map at the scale of what is mapped: what cannot be seen is left out, lines are drawn with fewer points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely

from sheltermap.base import texts
from sheltermap.basemap.basemap import CLASSES
from sheltermap.basemap.boxes import METRES_PER_DEGREE, Box, width_km
from sheltermap.basemap.ground_layers import DIMENSIONS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Layers = dict[str, GeoDataFrame]

Detail = Literal["low", "normal", "full"]


@dataclass(frozen=True)
class Scale:
    """How much a base map may hold."""

    steps: int  #: a line may be off by the longer side of the map, divided by this
    vertices: int  #: of all layers together


SCALES = {"low": Scale(800, 4_000), "normal": Scale(4000, 60_000)}
# From which width on, in km, ranks above the number are left out.
RANKS = {
    "streets": ((25, 5), (80, 4), (200, 3), (500, 2)),
    "waterways": ((60, 2), (300, 1)),
    "railways": ((80, 1),),
    "boundaries": ((200, 8), (600, 6), (2000, 4)),
    "places": ((40, 4), (120, 3), (400, 2), (2000, 1)),
}
# What gives way first where there is still too much, from the least important.
GIVING_WAY = (("streets", 5), ("waterways", 2), ("streets", 4), ("places", 3), ("streets", 3), ("railways", 1))
MULTI_LINE_STRING = 5  # as shapely numbers the types
PLACES = 2000  # more names than anybody finds room for


def highest_rank(wanted: str, box: Box | None, detail: Detail) -> int:
    """Return up to which rank a class is shown on a map of a box."""
    if box is None or detail == "full":
        return 99
    width = width_km(box)
    return min((rank for least, rank in RANKS.get(wanted, ()) if width > least), default=99)


def generalised(layers: Layers, box: Box, detail: Detail, *, joined: bool = False) -> tuple[Layers, list[str]]:
    """Return what a map of a box shows of its ground, and notes of what it does not; lines may be `joined` already."""
    layers = {name: clipped(frame, box) for name, frame in layers.items()}
    layers = {
        name: frame[(frame["rank"] <= highest_rank(name, box, detail)).to_numpy()] for name, frame in layers.items()
    }
    if not joined:
        layers = {name: _joined(frame) if DIMENSIONS[name] == 1 else frame for name, frame in layers.items()}
    if "places" in layers:
        layers["places"] = layers["places"][:PLACES]
    if detail == "full":
        return _in_order(layers), []
    scale = SCALES[detail]
    before = sum(_polygons(frame) for frame in layers.values())
    step = max(box[2] - box[0], box[3] - box[1]) / scale.steps
    off = 0.0
    giving_way = list(GIVING_WAY)
    while True:
        layers = {name: frame if DIMENSIONS[name] == 0 else _coarser(frame, step) for name, frame in layers.items()}
        off += step
        if sum(map(_vertices, layers.values())) <= scale.vertices:
            break
        if giving_way:
            name, rank = giving_way.pop(0)
            if name in layers:
                layers[name] = layers[name][(layers[name]["rank"] <= rank).to_numpy()]
        step *= 1.5
    notes: list[str] = [texts.Note.of("basemap_simplified", far=texts.distances(off * METRES_PER_DEGREE))]
    if small := before - sum(_polygons(frame) for frame in layers.values()):
        notes.append(texts.Note.of("basemap_small", count=texts.number(small)))
    return _in_order(layers), notes


def clipped(frame: GeoDataFrame, box: Box) -> GeoDataFrame:
    """Return what lies in a box, cut at its sides."""
    shapes = frame.geometry.to_numpy()
    bounds = shapely.bounds(shapes)
    meets = (bounds[:, :2] <= box[2:]).all(axis=1) & (bounds[:, 2:] >= box[:2]).all(axis=1)
    across = meets & ~((bounds[:, :2] >= box[:2]).all(axis=1) & (bounds[:, 2:] <= box[2:]).all(axis=1))
    dimension = shapely.get_dimensions(shapes)
    shapes = shapes.copy()
    shapes[across] = shapely.clip_by_rect(shapes[across], *box)
    left = meets & ~shapely.is_empty(shapes) & (shapely.get_dimensions(shapes) == dimension)
    return frame.set_geometry(_array(shapes, frame))[left]


def _array(shapes: NDArray[Any], frame: GeoDataFrame) -> Any:
    import geopandas

    return geopandas.GeoSeries(shapes, index=frame.index, crs=frame.crs)


def _joined(frame: GeoDataFrame) -> GeoDataFrame:
    """Return lines of one name and rank as one row, joined where two meet end to end."""
    import geopandas

    if not len(frame):
        return frame
    names, ranks = frame["name"].fillna(""), frame["rank"]
    shapes, row = shapely.get_parts(frame.geometry.to_numpy(), return_index=True)
    group = (names + "\n" + ranks.astype("string")).to_numpy()
    keys, first, number = np.unique(group.astype(str), return_index=True, return_inverse=True)
    order = np.argsort(number[row], kind="stable")
    joined = shapely.line_merge(shapely.multilinestrings(shapes[order], indices=number[row][order]))
    made = geopandas.GeoDataFrame(
        {"name": frame["name"].to_numpy()[first], "rank": ranks.to_numpy()[first]}, geometry=joined, crs=frame.crs
    ).astype({"name": "string"})
    assert len(keys) == len(made)
    return made.sort_values("rank", kind="stable", ignore_index=True)


def _coarser(frame: GeoDataFrame, step: float) -> GeoDataFrame:
    """Return a layer with fewer vertices, without what is smaller than a step both ways."""
    shapes = frame.geometry.to_numpy()
    seen = _size(shapes) >= 2 * step
    simple = np.full(len(shapes), None, dtype=object)
    simple[seen] = shapely.simplify(_without_short_pieces(shapes[seen], step), step, preserve_topology=False)
    left = seen & ~shapely.is_empty(simple)
    return frame.set_geometry(_array(simple, frame))[left]


def _without_short_pieces(shapes: NDArray[Any], step: float) -> NDArray[Any]:
    """Return shapes, those of several lines without pieces shorter than a step, as each keeps two vertices."""
    several = np.flatnonzero(shapely.get_type_id(shapes) == MULTI_LINE_STRING)
    pieces, row = shapely.get_parts(shapes[several], return_index=True)
    long = _size(pieces) >= step
    left = shapes.copy()
    left[several] = shapely.MultiLineString()
    shapely.multilinestrings(pieces[long], indices=several[row[long]], out=left)
    return left


def _size(shapes: NDArray[Any]) -> NDArray[np.float64]:
    bounds = shapely.bounds(shapes)
    size: NDArray[np.float64] = (bounds[:, 2:] - bounds[:, :2]).max(axis=1, initial=0)
    return size


def _vertices(frame: GeoDataFrame) -> int:
    return int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum())


def _polygons(frame: GeoDataFrame) -> int:
    return int((shapely.get_dimensions(frame.geometry.to_numpy()) == 2).sum())


def _in_order(layers: Layers) -> Layers:
    return {name: layers[name].reset_index(drop=True) for name in CLASSES if name in layers and len(layers[name])}
