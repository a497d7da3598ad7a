# SPDX-License-Identifier: Apache-2.0
"""A base map as the map page takes it: outlines by class and rank, and names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from sheltermap.base import texts
from sheltermap.basemap.basemap import CLASSES
from sheltermap.drawing.plots import lonlat_shapes
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.map.packed_columns import SKETCHED, Columns

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.basemap.basemap import Basemap

VERTICES_SHOWN = 200_000  # of all classes: at most 700 kB of a page
NAMES_SHOWN = 5000
FINEST = 40_000  # steps across the map: finer than a screen shows when all of it is seen, and six times as near


def packed_ground(context: Basemap, columns: Columns, lang: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the classes of a base map from the ground up, and what has to be said about it.

    Where it is too much, what is of the least rank and the smallest goes first.
    """
    drawn = [_Drawable(name, context.layers[name]) for name in CLASSES if name in context.layers]
    kept, left_out = _within_budget([each for each in drawn if each.name != "places"])
    found = []
    for each in drawn:
        keep = kept.get(each.name, np.arange(len(each.shapes)))
        if not len(keep):
            continue
        shapes = each.shapes[keep]
        shape = {"points": columns.places(shapes)} if each.name == "places" else {}
        found.append(
            {
                "class": each.name,
                "rank": columns.small(each.rank[keep]),
                "names": columns.texts([each.names[row] for row in keep]),
                **(shape or {"outlines": columns.outlines(shapes, SKETCHED)}),
            }
        )
    said = [texts.say("map_ground_left_out", lang, count=texts.number(left_out))] if left_out else []
    return found, [*said, *context.notes]


class _Drawable:
    """Shapes of a class that have a place, as fine as a screen shows them, with rank and name."""

    def __init__(self, name: str, frame: GeoDataFrame) -> None:
        every = lonlat_shapes(frame)
        here = np.flatnonzero(has_place(every))
        west, south, east, north = shapely.bounds(every[here]).T
        size = np.maximum(east - west, north - south)
        rank = np.clip(frame["rank"].fillna(9).to_numpy(float)[here], 1, 9)
        best = np.lexsort([-size, rank])[: NAMES_SHOWN if name == "places" else VERTICES_SHOWN // 2]
        best = best[np.isfinite(size[best])]
        self.name = name
        self.left_out = len(here) - len(best)
        here = here[np.sort(best)]
        self.shapes = every[here]
        self.rank = rank[np.sort(best)].astype(np.uint8)
        self.names = [text if isinstance(text, str) and text else None for text in frame["name"].to_numpy()[here]]
        if name == "places":
            self.shapes = shapely.point_on_surface(self.shapes)
        elif len(self.shapes):
            west, south, east, north = shapely.total_bounds(self.shapes)
            self.shapes = shapely.simplify(self.shapes, max(east - west, north - south) / FINEST)


def _within_budget(layers: list[_Drawable]) -> tuple[dict[str, NDArray[np.intp]], int]:
    """Return which shapes of each class to draw, and how many are left out."""
    if not layers:
        return {}, 0
    rank = np.concatenate([each.rank for each in layers])
    west, south, east, north = np.concatenate([shapely.bounds(each.shapes) for each in layers]).T
    vertices = np.concatenate([shapely.get_num_coordinates(each.shapes) for each in layers])
    order = np.lexsort([-np.maximum(east - west, north - south), rank])
    fits = np.zeros(len(rank), bool)
    fits[order] = np.cumsum(vertices[order]) <= VERTICES_SHOWN
    ends = np.cumsum([len(each.shapes) for each in layers])
    kept = {each.name: np.flatnonzero(here) for each, here in zip(layers, np.split(fits, ends[:-1]), strict=True)}
    return kept, int((~fits).sum()) + sum(each.left_out for each in layers)
