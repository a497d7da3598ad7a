# SPDX-License-Identifier: Apache-2.0
"""The ground under a map: water, woods, streets, boundaries and the names of places, in colours that stay behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from sheltermap.base import texts
from sheltermap.basemap.making import basemap
from sheltermap.drawing.legend import Category
from sheltermap.drawing.letters import families_for, width

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Point = NDArray[np.float64]

    from sheltermap.basemap.basemap import Basemap
    from sheltermap.basemap.boxes import Box

LAND = "#f4f2ec"
FILLS = {"land": LAND, "woods": "#e2ead9", "built_up": "#e8e3da", "water": "#c9dbe8"}
WATER_LINE, RAILWAY, BOUNDARY = "#c9dbe8", "#b5b0a8", "#a79f93"
STREET_EDGE = "#cfc7b8"
STREETS_MM = (0.75, 0.6, 0.45, 0.35, 0.2, 0.12)  # by rank
PER_MM = 72 / 25.4
NAME, HALO, SMALL = "#4b5563", "#ffffff", "#6b7280"
SIZES = (10.5, 9.0, 7.5, 6.5, 6.0)  # of names by rank, in points
MOST_NAMES = 14
BESIDE = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))  # where a name may stand: right of a symbol there, and above it
SYMBOL = 12.0  # points that a facility or a number takes up
GAP = 2.0  # points that stay free around a name
ORDER = dict(zip(("land", "woods", "built_up", "water"), (0.55, 0.6, 0.65, 0.7), strict=True))
LINE_ORDER = {"waterways": 0.75, "railways": 0.8, "streets": 0.85, "boundaries": 0.95}
NAMES_ORDER = 9.5


def draw_ground(ax: Axes, context: Any, lang: str | None) -> Basemap:
    """Draw a base map under a map whose extent is set, and what its sources demand to be said; return what was drawn.

    Parameters
    ----------
    ax : matplotlib Axes
    context : path, mapping or Basemap
        As `sheltermap.basemap` takes it.
    lang : str, optional
        Language of names, where they are read now.
    """
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    box: Box = (max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))
    ground = basemap(context, around=box, margin=0, lang=lang, detail="low")
    ax.fill([west, east, east, west], [south, south, north, north], color=LAND, lw=0, zorder=0.5)
    for name, layer in ground.layers.items():
        shapes, ranks = layer.geometry.to_numpy(), layer["rank"].to_numpy()
        if name in FILLS:
            fill(ax, shapes, facecolor=FILLS[name], edgecolor="none", zorder=ORDER[name])
        elif name in LINE_ORDER:
            _lines(ax, name, shapes, ranks)
    return ground


def ground_categories(name: str, layer: GeoDataFrame) -> list[Category]:
    """Return how QGIS draws a layer of a base map: alike where its ranks are alike."""
    ranks = layer["rank"].to_numpy()
    found = []
    for rank in sorted(set(ranks.tolist())):
        colour, width, _ = line_style(name, int(rank)) if name in LINE_ORDER else (FILLS.get(name, NAME), 0.0, None)
        label = texts.both(f"base_{name}")
        if len(set(ranks.tolist())) > 1:
            label = {lang: f"{said} {rank}" for lang, said in label.items()}
        found.append(Category(ranks == rank, f'"rank" = {rank}', colour, "circle", label, width))
    return found


def dashes_mm(name: str, rank: int) -> list[float]:
    """Return how long the parts of a broken line are, drawn and left out by turns; none where it is whole."""
    _, width, dashes = line_style(name, rank)
    return [] if isinstance(dashes, str) else [width * each for each in dashes[1]]


def _lines(ax: Axes, name: str, shapes: NDArray[Any], ranks: NDArray[np.int64]) -> None:
    from matplotlib.collections import LineCollection

    for rank in sorted(set(ranks.tolist()), reverse=True):  # the important ones above the others
        lines = [shapely.get_coordinates(line) for line in shapely.get_parts(shapes[ranks == rank])]
        colour, width, dashes = line_style(name, int(rank))
        order = LINE_ORDER[name] + 0.01 * (10 - min(int(rank), 10)) / 10
        style: dict[str, Any] = {"colors": colour, "linewidths": width * PER_MM, "linestyles": dashes, "zorder": order}
        ax.add_collection(LineCollection(lines, **style), autolim=False)


def line_style(name: str, rank: int) -> tuple[str, float, Any]:
    """Return colour, width in mm, and dashes, in widths."""
    if name == "streets":
        return STREET_EDGE, STREETS_MM[min(rank, len(STREETS_MM)) - 1], "solid"
    if name == "waterways":
        return WATER_LINE, (0.6, 0.4, 0.25)[min(rank, 3) - 1], "solid"
    if name == "railways":
        return RAILWAY, 0.3 if rank == 1 else 0.2, (0, (4, 2))
    return BOUNDARY, 0.4 if rank <= 4 else 0.25, (0, (5, 2, 1, 2))


def fill(ax: Axes, shapes: NDArray[Any], **style: Any) -> None:
    """Draw polygons with their holes."""
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    paths = []
    for part in shapely.get_parts(shapes):
        rings = [part.exterior, *part.interiors] if not shapely.is_empty(part) else []
        if rings:
            paths.append(Path.make_compound_path(*(Path(shapely.get_coordinates(r), closed=True) for r in rings)))
    if paths:
        ax.add_collection(PathCollection(paths, **style))


@dataclass(frozen=True)
class _Taken:
    """Rectangles on the paper that something stands in, in points from the lower left corner of the map."""

    rectangles: list[tuple[float, float, float, float]]

    def take(self, middle: Point, width: float, height: float) -> bool:
        """Whether a rectangle is free; it no longer is then."""
        x, y = middle
        wanted = (x - width / 2 - GAP, y - height / 2 - GAP, x + width / 2 + GAP, y + height / 2 + GAP)
        for left, low, right, high in self.rectangles:
            if wanted[0] < right and left < wanted[2] and wanted[1] < high and low < wanted[3]:
                return False
        self.rectangles.append(wanted)
        return True

    def place(self, at: Point, width: float, height: float, size: Point) -> Point | None:
        """Return the middle of a free rectangle at a place or beside it, on paper of a size; None where none is."""
        half = np.array([width, height]) / 2
        for right, up in BESIDE:
            middle = at + (half + SYMBOL / 2 + 2 * GAP) * (right, up)
            inside = (middle > half).all() and (middle + half < size).all()
            if inside and self.take(middle, width, height):
                return middle
        return None


def draw_names(ax: Axes, ground: Basemap, beside: NDArray[np.float64], lang: str | None) -> None:
    """Draw the names of places, the largest first, where they hide neither each other nor what is at `beside`.

    How many would be there, had a font of this machine their letters, stands beside the attribution; without `lang`
    who draws the map has to say it (`names_without_letters`).
    """
    from matplotlib.patheffects import withStroke

    size = _size_in_points(ax)
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    low, span = np.array([west, south]), np.array([east - west, north - south])
    taken = _Taken([(0, 0, 0.32 * size[0], 0.06 * size[1]), (0.5 * size[0], 0, size[0], 12)])  # scale bar, attribution
    for at in (beside - low) / span * size:
        taken.take(at, SYMBOL, SYMBOL)
    drawn = not_drawn = 0
    for name, rank, at in _places(ground):
        points = SIZES[min(rank, len(SIZES)) - 1]
        if drawn == MOST_NAMES:
            break
        families = families_for(name)
        if families is None:
            not_drawn += 1
            continue
        middle = taken.place((at - low) / span * size, width(name, points, families), points, size)
        if middle is None:
            continue
        x, y = low + middle / size * span
        written = ax.text(x, y, name, ha="center", va="center", zorder=NAMES_ORDER, fontfamily=list(families))
        written.set(fontsize=points, color=NAME, parse_math=False, in_layout=False)
        written.set(
            fontweight="bold" if rank == 1 else "normal", path_effects=[withStroke(linewidth=2, foreground=HALO)]
        )
        drawn += 1
    said = [ground.attribution] if ground.attribution else []
    if not_drawn and lang is not None:
        said.append(texts.counted("names_not_drawn", not_drawn)[lang])
    _attribution(ax, " · ".join(said))


def names_without_letters(ground: Basemap) -> list[str]:
    """Return the names of places that no font of this machine can draw, the largest first."""
    return [name for name in dict.fromkeys(name for name, _, _ in _places(ground)) if families_for(name) is None]


def _places(ground: Basemap) -> Iterator[tuple[str, int, Point]]:
    """Give the places that have a name: it, the rank, and where it is."""
    if "places" in ground.layers:
        places = ground.layers["places"]
        spots = shapely.get_coordinates(places.geometry)
        for name, rank, at in zip(places["name"], places["rank"], spots, strict=True):
            if isinstance(name, str):
                yield name, int(rank), at


def _attribution(ax: Axes, text: str) -> None:
    said = ax.text(0.995, 0.005, text, transform=ax.transAxes, ha="right", va="bottom", zorder=NAMES_ORDER)
    said.set(fontsize=5.5, color=SMALL, parse_math=False, in_layout=False)


def _size_in_points(ax: Axes) -> NDArray[np.float64]:
    """Return how large the map is drawn, near enough to keep names apart: layouts move it only when it is printed."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    place = ax.get_position()
    room = np.array([place.width, place.height]) * figure.get_size_inches() * 72
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    shape = float(ax.get_aspect()) * (north - south) / (east - west)
    width = min(room[0], room[1] / shape)
    return np.array([width, width * shape])
